//! A macrostep as people, programs and replays read it: everything by name. Personal values are masks here.

use crate::buffers::{Buffers, Cause, RawDecision, RawEffect, RawEntry, Verdict};
use crate::clocks::News;
use crate::definition::Go;
use crate::kernel::Input;
use crate::record::Record;
use crate::rules::Answer;
use crate::work::Filling;
use crate::{BranchId, Instant, StateId, Workflow};
use caseloop_expr::{Heavy, RecordType, Row, Slot, Value};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Named values in the order of their declaration.
pub type Values = IndexMap<Arc<str>, Value>;

/// One entry of a case's journal: one macrostep.
///
/// Its JSON form is the output line of `caseloop run --format jsonl`; empty lists and maps are left out, instants
/// are RFC 3339 in UTC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The host's name for the case.
    pub case: Arc<str>,
    /// The number of the entry in its case, from 1.
    pub seq: u64,
    /// When it happened: for what fell due its due instant.
    pub at: Instant,
    /// What it answers to.
    pub input: EntryInput,
    /// What became of it.
    pub verdict: EntryVerdict,
    /// The branches that were judged and whose condition did not hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refusal>,
    /// The branches taken, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<Arc<str>>,
    /// The states left, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<Arc<str>>,
    /// The states entered, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entered: Vec<Arc<str>>,
    /// The rules that were asked, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Decision>,
    /// The fields that were set, each with its last value.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub set: Values,
    /// What the host is asked to do, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
    /// What became of timers.
    #[serde(default, skip_serializing_if = "TimerChanges::is_empty")]
    pub timers: TimerChanges,
    /// What became of promises, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promises: Vec<PromiseChange>,
    /// The active states without inner ones, after the entry.
    pub configuration: Vec<Arc<str>>,
    /// When the case next wants a call: its earliest due instant plus 1 ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<Instant>,
}

/// What an entry answers to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryInput {
    /// The case began with this data, masked.
    Start(Values),
    /// The host's event.
    Event {
        /// Its name.
        name: Arc<str>,
        /// The sender's role, if the host gave one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Arc<str>>,
        /// When it occurred, where that was before the entry.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        occurred: Option<Instant>,
        /// Its data, masked.
        #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
        data: Values,
    },
    /// This timer fired.
    Timer(Arc<str>),
    /// This event arrived, which the case had sent itself.
    Delayed(Arc<str>),
    /// A warning was given that this promise is running out.
    Warning(Arc<str>),
    /// This promise was broken.
    Breach(Arc<str>),
}

/// What became of an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryVerdict {
    /// At least one branch was taken, or something began or fell due.
    Taken,
    /// No branch answered; `refused` says which were judged.
    Ignored,
    /// A branch rejects the event.
    Rejected {
        /// The branch.
        branch: Arc<str>,
        /// The author's reason.
        reason: Arc<str>,
    },
    /// The sender's role may not send this event.
    WrongSender {
        /// The roles that may.
        sent_by: Vec<Arc<str>>,
    },
}

/// A branch that was judged and not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The branch.
    pub branch: Arc<str>,
    /// The condition that did not hold, as the author wrote it.
    #[serde(rename = "if")]
    pub condition: Arc<str>,
}

/// Rules that were asked, with what they read and gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Their name.
    pub rules: Arc<str>,
    /// SHA-256 of all that decided, in hexadecimal.
    pub hash: Arc<str>,
    /// What they read, masked where it is personal.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub read: IndexMap<Arc<str>, EffectArgument>,
    /// What they answered.
    pub answer: Answer,
    /// The rules that fired, in the order of the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fired: Vec<Arc<str>>,
    /// What they gave.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub gave: Values,
}

/// One request to the host. Deliver it at least once; the id tells repetitions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// `case/entry/position`, unique for ever.
    pub id: Arc<str>,
    /// The declared kind.
    pub effect: Arc<str>,
    /// The arguments that are given, in the order of the parameters.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub with: IndexMap<Arc<str>, EffectArgument>,
    /// The last instant at which it is worth sending; none where it always is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh_until: Option<Instant>,
}

/// The value of an effect's parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum EffectArgument {
    /// A hidden text: the host, who brought it, puts it in.
    Hidden {
        /// Where it came from: `event.FIELD` of the event of this entry, or `case.FIELD`.
        hidden: Arc<str>,
    },
    /// A value, masked where it is personal.
    Value(Value),
}

/// What became of timers in one entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerChanges {
    /// Started, each with the instant after which it fires.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub armed: IndexMap<Arc<str>, Instant>,
    /// Stopped before they fired.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cancelled: Vec<Arc<str>>,
    /// Fired.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fired: Vec<Arc<str>>,
}

impl TimerChanges {
    fn is_empty(&self) -> bool {
        self.armed.is_empty() && self.cancelled.is_empty() && self.fired.is_empty()
    }
}

/// Something that became of a promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromiseChange {
    /// Of which.
    pub promise: Arc<str>,
    /// What.
    #[serde(flatten)]
    pub news: News,
}

/// The entries of the last call by name. `input` is what the call was given.
pub(crate) fn entries(workflow: &Workflow, case: &Arc<str>, buffers: &Buffers, input: Input<'_>) -> Vec<Entry> {
    let namer = Namer {
        workflow,
        case,
        buffers,
    };
    buffers.entries().iter().map(|raw| namer.entry(raw, input)).collect()
}

/// The effects of the last call by name, of all its entries.
pub(crate) fn effects(workflow: &Workflow, case: &Arc<str>, buffers: &Buffers) -> Vec<Effect> {
    let namer = Namer {
        workflow,
        case,
        buffers,
    };
    buffers.effects().iter().map(|raw| namer.effect(raw)).collect()
}

struct Namer<'a> {
    workflow: &'a Workflow,
    case: &'a Arc<str>,
    buffers: &'a Buffers,
}

impl Namer<'_> {
    fn entry(&self, raw: &RawEntry, input: Input<'_>) -> Entry {
        let mut entry = Entry {
            case: self.case.clone(),
            seq: raw.sequence,
            at: raw.at,
            input: self.input(raw, input),
            verdict: self.verdict(raw),
            refused: Vec::new(),
            taken: Vec::new(),
            left: Vec::new(),
            entered: Vec::new(),
            decisions: Vec::new(),
            set: Values::new(),
            effects: self.effects(raw.sequence),
            timers: TimerChanges::default(),
            promises: Vec::new(),
            configuration: self.configuration(raw),
            next_due: (raw.due != Instant::NEVER).then(|| raw.due.plus(1)),
        };
        if let Cause::Timer(timer) = raw.cause {
            entry.timers.fired.push(self.workflow.timer(timer).name.clone());
        }
        for record in self.buffers.records(self.workflow, raw) {
            self.add(record, &mut entry);
        }
        entry
    }

    fn add(&self, record: &Record, entry: &mut Entry) {
        let state = |id: StateId| self.workflow.state(id).name.clone();
        match *record {
            Record::Refused(branch) => {
                let refusal = self.refusal(branch);
                if !entry.refused.contains(&refusal) {
                    entry.refused.push(refusal);
                }
            }
            Record::Taken(branch) => entry.taken.push(self.workflow.branch(branch).name.clone()),
            Record::Left(id) => entry.left.push(state(id)),
            Record::Entered(id) => entry.entered.push(state(id)),
            Record::Set(field, word) => self.add_set(field, &[word], &[], entry),
            Record::SetHeavy(field, position) => {
                let heavy = self.buffers.values.get(position as usize).cloned().unwrap_or_default();
                self.add_set(field, &[], &[heavy], entry);
            }
            Record::Armed(timer, due) => {
                entry.timers.armed.insert(self.workflow.timer(timer).name.clone(), due);
            }
            Record::Cancelled(timer) => {
                let name = self.workflow.timer(timer).name.clone();
                entry.timers.armed.shift_remove(&name);
                entry.timers.cancelled.push(name);
            }
            Record::Heard(_) => {}
            Record::Fired(timer) => entry.timers.fired.push(self.workflow.timer(timer).name.clone()),
            Record::Decided(position) => {
                let raw = self.buffers.decisions.get(position as usize);
                entry.decisions.extend(raw.and_then(|raw| self.decision(raw)));
            }
            Record::Said(position) => {
                if let Some(said) = self.buffers.said.get(position as usize) {
                    entry.promises.push(PromiseChange {
                        promise: self.workflow.promise(said.promise).name.clone(),
                        news: said.news,
                    });
                }
            }
        }
    }

    fn decision(&self, raw: &RawDecision) -> Option<Decision> {
        let asked = self.workflow.tables().asks.get(raw.ask as usize)?;
        let rules = self.workflow.definition().rules.get(asked.rules.index())?;
        let hidden = asked.hidden.iter().filter_map(|(position, path)| {
            let field = rules.inputs.record.field(caseloop_expr::FieldIndex(*position))?;
            Some((field.name.clone(), EffectArgument::Hidden { hidden: path.clone() }))
        });
        let shown = self.noted(&rules.inputs.record, raw.told).into_iter();
        let fired = self
            .buffers
            .fired
            .get(raw.fired.start as usize..raw.fired.end as usize)?;
        Some(Decision {
            rules: rules.name.clone(),
            hash: rules.hash.clone(),
            read: shown
                .map(|(name, value)| (name, EffectArgument::Value(value)))
                .chain(hidden)
                .collect(),
            answer: raw.answer,
            fired: fired
                .iter()
                .filter_map(|rule| rules.rules.get(*rule as usize).cloned())
                .collect(),
            gave: self.noted(&rules.outputs, raw.gives),
        })
    }

    /// A row that was noted, by name.
    fn noted(&self, record: &RecordType, (words, heavy): (u32, u32)) -> Values {
        let words = self.buffers.arguments.get(words as usize..).unwrap_or_default();
        let heavy = self.buffers.values.get(heavy as usize..).unwrap_or_default();
        values(record, Row { words, heavy })
    }

    fn add_set(&self, field: u16, words: &[i64], heavy: &[Heavy], entry: &mut Entry) {
        let record = &self.workflow.case_data().record;
        if let Some(field) = record.field(caseloop_expr::FieldIndex(field)) {
            let value = one_value(field, words.first().copied(), heavy.first());
            entry.set.insert(field.name.clone(), value);
        }
    }

    fn refusal(&self, branch: BranchId) -> Refusal {
        let branch = self.workflow.branch(branch);
        let condition = branch.condition.as_ref().map_or("", |condition| condition.text());
        Refusal {
            branch: branch.name.clone(),
            condition: condition.into(),
        }
    }

    fn input(&self, raw: &RawEntry, input: Input<'_>) -> EntryInput {
        match (raw.cause, input) {
            (Cause::Start, Input::Start(data)) => {
                EntryInput::Start(values(&self.workflow.case_data().record, data.as_row()))
            }
            (Cause::Event(event), Input::Event { by, data, .. }) => {
                let event = self.workflow.event(event);
                let by = by.and_then(|role| self.workflow.definition().roles.get(role.index()).cloned());
                let data = values(&event.data.record, data.as_row());
                EntryInput::Event {
                    name: event.name.clone(),
                    by,
                    occurred: None,
                    data,
                }
            }
            (Cause::Start, _) => EntryInput::Start(Values::new()),
            (Cause::Event(event), _) => EntryInput::Event {
                name: self.workflow.event(event).name.clone(),
                by: None,
                occurred: None,
                data: Values::new(),
            },
            (Cause::Timer(timer), _) => EntryInput::Timer(self.workflow.timer(timer).name.clone()),
            (Cause::Delayed(event), _) => EntryInput::Delayed(self.workflow.event(event).name.clone()),
            (Cause::Warning(promise), _) => EntryInput::Warning(self.workflow.promise(promise).name.clone()),
            (Cause::Breach(promise), _) => EntryInput::Breach(self.workflow.promise(promise).name.clone()),
        }
    }

    fn verdict(&self, raw: &RawEntry) -> EntryVerdict {
        match (raw.verdict, raw.cause) {
            (Verdict::Rejected(branch), _) => {
                let branch = self.workflow.branch(branch);
                let reason = match &branch.go {
                    Go::Reject(reason) => reason.clone(),
                    _ => "".into(),
                };
                EntryVerdict::Rejected {
                    branch: branch.name.clone(),
                    reason,
                }
            }
            (Verdict::WrongSender, Cause::Event(event)) => {
                let roles = &self.workflow.definition().roles;
                let senders = self.workflow.event(event).sent_by.iter();
                EntryVerdict::WrongSender {
                    sent_by: senders.filter_map(|r| roles.get(r.index()).cloned()).collect(),
                }
            }
            (Verdict::Ignored, _) => EntryVerdict::Ignored,
            _ => EntryVerdict::Taken,
        }
    }

    fn configuration(&self, raw: &RawEntry) -> Vec<Arc<str>> {
        let name = |id: StateId| self.workflow.state(id).name.clone();
        match u16::try_from(raw.leaf) {
            Ok(leaf) => vec![name(StateId(leaf))],
            Err(_) => {
                let leaves = self
                    .buffers
                    .leaves
                    .get(raw.leaves.start as usize..raw.leaves.end as usize);
                leaves.unwrap_or_default().iter().copied().map(name).collect()
            }
        }
    }

    /// The effects of one entry: those of a call are in the order of its entries.
    fn effects(&self, sequence: u64) -> Vec<Effect> {
        let effects = self.buffers.effects();
        let first = effects.partition_point(|raw| raw.sequence < sequence);
        let own = effects.iter().skip(first).take_while(|raw| raw.sequence == sequence);
        own.map(|raw| self.effect(raw)).collect()
    }

    fn effect(&self, raw: &RawEffect) -> Effect {
        let def = self.workflow.effect(raw.effect(self.workflow));
        let mut words = self.buffers.arguments.iter().skip(raw.arguments as usize);
        let mut heavy = self.buffers.values.iter().skip(raw.values as usize);
        let emission = self.workflow.tables().emissions.get(raw.emission as usize);
        let mut with = IndexMap::new();
        for (field, filling) in def.parameters.fields().zip(emission.map_or(&[][..], |e| &e.fillings)) {
            let value = match filling {
                Filling::Constant(value) => value.clone(),
                Filling::Computed => match field.slot {
                    Slot::Word(_) => one_value(field, words.next().copied(), None),
                    Slot::Heavy(_) => one_value(field, None, heavy.next()),
                },
                Filling::Hidden(path) => {
                    with.insert(field.name.clone(), EffectArgument::Hidden { hidden: path.clone() });
                    continue;
                }
            };
            if value != Value::Absent {
                with.insert(field.name.clone(), EffectArgument::Value(value));
            }
        }
        let id = format!("{}/{}/{}", self.case, raw.sequence, raw.ordinal).into();
        let fresh_until = (raw.fresh_until != Instant::NEVER).then_some(raw.fresh_until);
        Effect {
            id,
            effect: def.name.clone(),
            with,
            fresh_until,
        }
    }
}

/// A row by name, absent fields left out.
pub(crate) fn values(record: &RecordType, row: Row<'_>) -> Values {
    let named = record.fields().map(|field| (field.name.clone(), row.get(field)));
    named.filter(|(_, value)| *value != Value::Absent).collect()
}

fn one_value(field: &caseloop_expr::Field, word: Option<i64>, heavy: Option<&Heavy>) -> Value {
    match field.slot {
        Slot::Word(_) => field.ty.value(word.unwrap_or(caseloop_expr::ABSENT)),
        Slot::Heavy(_) => heavy.unwrap_or(&Heavy::Absent).value(&field.ty),
    }
}
