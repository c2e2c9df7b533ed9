//! A snapshot in its stored form: every name spelt out, so that people can read it and a migration can work on it.

use crate::clocks::Clocks;
use crate::definition::Delay;
use crate::identity::Identity;
use crate::journal::{Values, values};
use crate::kernel;
use crate::snapshot::{Beside, Delayed, NOT_STARTED, SEVERAL};
use crate::{EventId, Instant, PromiseId, Snapshot, StateId, TimerId, Workflow};
use caseloop_expr::Row;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The format that this version writes, and the only one it reads.
const FORMAT: u32 = 1;

/// A case as it is stored. The order of all lists and maps is the workflow's, so equal cases are equal bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stored {
    /// The version of this form.
    pub format: u32,
    /// The workflow's name.
    pub workflow: Arc<str>,
    /// The author's version of the workflow.
    pub version: u32,
    /// The workflow's content hash, 64 hexadecimal digits.
    pub hash: String,
    /// The host's name for the case.
    pub case: Arc<str>,
    /// The number of journal entries so far.
    pub seq: u64,
    /// The instant of the last of them; not there before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
    /// The active states without inner ones; empty before the start.
    pub configuration: Vec<Arc<str>>,
    /// The data that are there, masked where personal.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub data: Values,
    /// The running timers.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub timers: IndexMap<Arc<str>, StoredTimer>,
    /// When the states were entered whose age some condition reads.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub entered: IndexMap<Arc<str>, Instant>,
    /// What each history remembers.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub histories: IndexMap<Arc<str>, Vec<Arc<str>>>,
    /// Events that the case sent itself and that have not arrived.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delayed: Vec<StoredDelayed>,
    /// What is kept of each promise that was ever measured: its words by name, those left out are 0. Instants and
    /// lengths are milliseconds.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub promises: IndexMap<Arc<str>, IndexMap<Arc<str>, i64>>,
}

/// A running timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredTimer {
    /// Fires once this instant is over.
    pub due: Instant,
    /// How often it has fired; only repeating timers count.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub fired: i64,
}

/// An event on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredDelayed {
    /// Arrives once this instant is over.
    pub due: Instant,
    /// The event.
    pub event: Arc<str>,
    /// The name under which it can be cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Arc<str>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

/// Why a stored case cannot be taken up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// It was stored in a form that this version does not read.
    #[error("the case is stored in format {0}, this version reads format {FORMAT}")]
    Format(u32),
    /// It belongs to another version of the workflow, or to another workflow.
    #[error("the case runs `{}` version {} and needs a migration to version {}", .found.workflow, .found.version, .wanted.version)]
    NeedsMigration {
        /// What the case carries.
        found: Arc<Identity>,
        /// What the workflow is.
        wanted: Arc<Identity>,
    },
    /// It contradicts its workflow.
    #[error("the stored case is damaged: {0}")]
    Damaged(String),
}

#[expect(
    clippy::indexing_slicing,
    reason = "a snapshot has the words of its workflow's layout from the start"
)]
impl Snapshot {
    /// The stored form. `workflow` and the kind of clocks are those that made the snapshot.
    #[must_use]
    pub fn store<C: Clocks>(&self, workflow: &Workflow, _: &C) -> Stored {
        let tables = workflow.tables();
        let layout = &tables.layout;
        let state = |id: StateId| workflow.state(id).name.clone();
        let d = workflow.definition();
        let mut timers = IndexMap::new();
        for (position, timer) in d.timers.iter().enumerate() {
            if let Some(due) = self.due(workflow, TimerId::at(position)) {
                let fired = tables.counters[position].map_or(0, |c| self.words[c as usize]);
                timers.insert(timer.name.clone(), StoredTimer { due, fired });
            }
        }
        let mut entered = IndexMap::new();
        for (position, node) in tables.nodes.iter().enumerate() {
            let id = StateId::at(position);
            if let Some(stamp) = node.stamp.filter(|_| self.is_in(workflow, id)) {
                entered.insert(state(id), Instant(self.words[stamp as usize]));
            }
        }
        let mut histories = IndexMap::new();
        for (position, node) in tables.nodes.iter().enumerate() {
            if let crate::definition::Kind::History { .. } = node.kind {
                let first = layout.histories + usize::from(node.memory) * layout.bit_words;
                let bits = &self.words[first..first + layout.bit_words];
                let remembered: Vec<_> = (0..d.states.len())
                    .filter(|id| bits[id / 64] >> (id % 64) & 1 == 1)
                    .map(|id| state(StateId::at(id)))
                    .collect();
                if !remembered.is_empty() {
                    histories.insert(state(StateId::at(position)), remembered);
                }
            }
        }
        let beside = self.beside.as_deref();
        let delayed = beside.map(|b| b.delayed.as_slice()).unwrap_or_default();
        Stored {
            format: FORMAT,
            workflow: self.identity.workflow.clone(),
            version: self.identity.version,
            hash: hex(&self.identity.hash),
            case: self.case.clone(),
            seq: self.sequence(),
            at: self.started().then(|| self.time()),
            configuration: self.leaves(workflow).into_iter().map(state).collect(),
            data: if self.started() {
                values(&d.case.record, self.data(workflow))
            } else {
                Values::new()
            },
            timers,
            entered,
            histories,
            delayed: delayed
                .iter()
                .map(|one| StoredDelayed {
                    due: one.due,
                    event: workflow.event(one.event).name.clone(),
                    id: one.id.clone(),
                })
                .collect(),
            promises: self.store_promises::<C>(workflow),
        }
    }

    fn store_promises<C: Clocks>(&self, workflow: &Workflow) -> IndexMap<Arc<str>, IndexMap<Arc<str>, i64>> {
        let words = self.beside.as_deref().map(|beside| beside.clocks.as_slice());
        let rows = words.unwrap_or_default().chunks(C::WORDS.len().max(1));
        let named = workflow.definition().promises.iter().zip(rows).map(|(promise, row)| {
            let words = C::WORDS.iter().zip(row).filter(|(_, word)| **word != 0);
            (
                promise.name.clone(),
                words.map(|(name, word)| (Arc::from(*name), *word)).collect(),
            )
        });
        named
            .filter(|(_, words): &(_, IndexMap<_, _>)| !words.is_empty())
            .collect()
    }

    /// Takes up a stored case.
    ///
    /// # Errors
    /// [`RestoreError`]: nothing is guessed. A case of another version of the workflow needs a migration.
    pub fn restore<C: Clocks>(workflow: &Workflow, clocks: &C, stored: &Stored) -> Result<Self, RestoreError> {
        if stored.format != FORMAT {
            return Err(RestoreError::Format(stored.format));
        }
        let identity = workflow.identity();
        if (&stored.workflow, stored.version, &stored.hash)
            != (&identity.workflow, identity.version, &hex(&identity.hash))
        {
            let found = Identity {
                workflow: stored.workflow.clone(),
                version: stored.version,
                hash: unhex(&stored.hash).ok_or_else(|| damaged("the hash is not 64 hexadecimal digits"))?,
            };
            return Err(RestoreError::NeedsMigration {
                found: Arc::new(found),
                wanted: identity.clone(),
            });
        }
        if stored.at.is_none() != stored.configuration.is_empty() {
            return Err(damaged(
                "a case that has begun has both `at` and `configuration`, any other neither",
            ));
        }
        if stored.seq >= i64::MAX.unsigned_abs() || (stored.seq == 0) != stored.configuration.is_empty() {
            return Err(damaged(format!("`seq` is {}", stored.seq)));
        }
        let mut snapshot = Self::new(workflow, stored.case.clone());
        snapshot.set_time(stored.at.unwrap_or_default(), stored.seq);
        snapshot.restore_data(workflow, stored)?;
        snapshot.restore_configuration(workflow, &stored.configuration)?;
        snapshot.restore_rest(workflow, stored)?;
        snapshot.restore_promises(workflow, clocks, stored)?;
        let due = kernel::earliest_due(workflow, clocks, &snapshot);
        snapshot.set_earliest_due(due);
        Ok(snapshot)
    }

    fn restore_data(&mut self, workflow: &Workflow, stored: &Stored) -> Result<(), RestoreError> {
        let record = &workflow.definition().case.record;
        let mut row = record.row();
        for (name, value) in &stored.data {
            let (_, field) = record
                .get(name)
                .ok_or_else(|| damaged(format!("there is no field `{name}`")))?;
            row.set(field, value.clone())
                .map_err(|bad| damaged(format!("`{name}`: {bad}")))?;
        }
        let data = Row {
            words: &row.words,
            heavy: &row.heavy,
        };
        let missing =
            |field: &&caseloop_expr::Field| !field.optional && data.get(field) == caseloop_expr::Value::Absent;
        if let Some(field) = record
            .fields()
            .find(missing)
            .filter(|_| !stored.configuration.is_empty())
        {
            return Err(damaged(format!("the field `{}` is missing", field.name)));
        }
        self.words[workflow.tables().layout.data.clone()].copy_from_slice(&row.words);
        self.heavy.clone_from_slice(&row.heavy);
        Ok(())
    }

    /// Sets the active states; together they must be a configuration that the chart can be in.
    fn restore_configuration(&mut self, workflow: &Workflow, names: &[Arc<str>]) -> Result<(), RestoreError> {
        let tables = workflow.tables();
        let mut leaves = Vec::new();
        for name in names {
            let id = workflow.state_id(name).filter(|id| tables.is_leaf(*id));
            leaves.push(id.ok_or_else(|| damaged(format!("`{name}` is no state without inner ones")))?);
        }
        match leaves.as_slice() {
            [] => self.set_leaf_word(NOT_STARTED),
            _ => {
                if !tables.is_configuration(StateId(0), &leaves) {
                    return Err(damaged(format!("a case cannot be in {} at once", names.join(", "))));
                }
                if let [leaf] = leaves.as_slice() {
                    self.set_leaf(*leaf);
                } else {
                    self.set_leaf_word(SEVERAL);
                    for leaf in &leaves {
                        let mut at = *leaf;
                        loop {
                            self.words[tables.layout.bits + at.index() / 64] |= 1 << (at.index() % 64);
                            if at == StateId(0) {
                                break;
                            }
                            at = tables.nodes[at.index()].parent;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn restore_rest(&mut self, workflow: &Workflow, stored: &Stored) -> Result<(), RestoreError> {
        let tables = workflow.tables();
        let layout = &tables.layout;
        let unknown = |what: &str, name: &str| damaged(format!("there is no {what} `{name}`"));
        for (name, timer) in &stored.timers {
            let id = workflow.timer_id(name).ok_or_else(|| unknown("timer", name))?;
            // A promise's timers are kept by its clock.
            if matches!(workflow.timer(id).after, Delay::Promise(_)) {
                return Err(damaged(format!(
                    "the timer `{name}` runs by itself, and a promise starts it"
                )));
            }
            if !self.is_in(workflow, workflow.timer(id).state) {
                return Err(damaged(format!("the timer `{name}` runs outside its state")));
            }
            // What fell due before the case's last entry has been settled.
            let fires = workflow.timer(id).at_most.map_or(i64::MAX, i64::from);
            let counts = workflow.timer(id).every.is_some();
            if timer.due < self.time() || !(0..fires).contains(&timer.fired) || timer.fired > 0 && !counts {
                return Err(damaged(format!("the timer `{name}` cannot have run like that")));
            }
            self.words[layout.due + id.index()] = timer.due.0;
            if let Some(counter) = tables.counters[id.index()] {
                self.words[counter as usize] = timer.fired;
            }
        }
        for (position, node) in tables.nodes.iter().enumerate() {
            let state = StateId::at(position);
            let name = &workflow.state(state).name;
            let active = self.is_in(workflow, state);
            if node.stamp.is_some() && active != stored.entered.get(name).is_some_and(|at| *at <= self.time()) {
                return Err(damaged(format!("`entered` does not fit the state `{name}`")));
            }
        }
        for (name, at) in &stored.entered {
            let id = workflow.state_id(name).ok_or_else(|| unknown("state", name))?;
            let stamp = tables.nodes[id.index()]
                .stamp
                .ok_or_else(|| unknown("time of entry of", name))?;
            self.words[stamp as usize] = at.0;
        }
        for (name, remembered) in &stored.histories {
            let history = workflow.state_id(name).ok_or_else(|| unknown("history", name))?;
            let node = &tables.nodes[history.index()];
            if !matches!(node.kind, crate::definition::Kind::History { .. }) {
                return Err(unknown("history", name));
            }
            let first = layout.histories + usize::from(node.memory) * layout.bit_words;
            let mut states = Vec::new();
            for name in remembered {
                let id = workflow.state_id(name).filter(|id| tables.inside(*id, node.parent));
                let id = id.ok_or_else(|| unknown("state to remember", name))?;
                self.words[first + id.index() / 64] |= 1 << (id.index() % 64);
                states.push(id);
            }
            let (_, deep) = tables.memories[usize::from(node.memory)];
            if !tables.is_memory(node.parent, deep, &states) {
                let message = format!("`{name}` cannot remember {} at once", remembered.join(", "));
                return Err(damaged(message));
            }
        }
        if !stored.delayed.is_empty() {
            let mut beside = Beside::default();
            for one in &stored.delayed {
                if one.due < self.time() {
                    return Err(damaged(format!("the event `{}` should have arrived", one.event)));
                }
                let position = workflow
                    .definition()
                    .events
                    .iter()
                    .position(|event| event.name == one.event);
                let event = EventId::at(position.ok_or_else(|| unknown("event", &one.event))?);
                beside.delayed.push(Delayed {
                    due: one.due,
                    event,
                    id: one.id.clone(),
                });
            }
            self.beside = Some(Box::new(beside));
        }
        Ok(())
    }

    fn restore_promises<C: Clocks>(
        &mut self,
        workflow: &Workflow,
        clocks: &C,
        stored: &Stored,
    ) -> Result<(), RestoreError> {
        let promises = &workflow.definition().promises;
        let width = C::WORDS.len();
        let mut rows = vec![0; if self.started() { promises.len() * width } else { 0 }];
        for (name, words) in &stored.promises {
            let unknown = || damaged(format!("there is no promise `{name}` with these words"));
            let position = promises.iter().position(|promise| promise.name == *name);
            let position = position.ok_or_else(unknown)?;
            let row = rows
                .get_mut(position * width..(position + 1) * width)
                .ok_or_else(unknown)?;
            for (word, value) in words {
                let at = C::WORDS
                    .iter()
                    .position(|known| **known == **word)
                    .ok_or_else(unknown)?;
                row[at] = *value;
            }
            let promise = PromiseId::at(position);
            if !clocks.is_sound(row, promise, self.standing(workflow, promise), self.time()) {
                return Err(damaged(format!("the promise `{name}` cannot stand like that")));
            }
        }
        if !rows.is_empty() {
            self.beside.get_or_insert_default().clocks = rows;
        }
        Ok(())
    }
}

fn damaged(what: impl Into<String>) -> RestoreError {
    RestoreError::Damaged(what.into())
}

fn hex(hash: &[u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (position, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(position * 2..position * 2 + 2)?, 16).ok()?;
    }
    Some(hash)
}
