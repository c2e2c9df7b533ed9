//! The state of one case between steps, as the kernel keeps it: one block of words, its texts, and little else.
//!
//! A snapshot is a function of the case's journal: its time is the instant of the last entry, so asking the engine
//! whether anything is due leaves no trace. The named form that is stored lives in `stored.rs`.

use crate::identity::Identity;
use crate::tables::FIRST_WORD;
use crate::{EventId, Instant, StateId, TimerId, Workflow};
use caseloop_expr::{ABSENT, Heavy, Row};
use std::sync::Arc;

/// A case at rest.
///
/// ```
/// # fn sample(workflow: &caseloop_core::Workflow) {
/// use caseloop_core::Snapshot;
/// let snapshot = Snapshot::new(workflow, "20231002");
/// assert!(!snapshot.started());
/// # }
/// ```
#[derive(Debug, PartialEq)]
pub struct Snapshot {
    pub(crate) identity: Arc<Identity>,
    pub(crate) case: Arc<str>,
    pub(crate) words: Box<[i64]>,
    pub(crate) heavy: Box<[Heavy]>,
    pub(crate) beside: Option<Box<Beside>>,
}

impl Clone for Snapshot {
    fn clone(&self) -> Self {
        Self {
            identity: self.identity.clone(),
            case: self.case.clone(),
            words: self.words.clone(),
            heavy: self.heavy.clone(),
            beside: self.beside.clone(),
        }
    }

    /// Reuses the memory of a snapshot of the same workflow.
    fn clone_from(&mut self, source: &Self) {
        self.identity.clone_from(&source.identity);
        self.case.clone_from(&source.case);
        self.words.clone_from(&source.words);
        self.heavy.clone_from(&source.heavy);
        self.beside.clone_from(&source.beside);
    }
}

/// What few cases have: events on their way and the words of the clocks.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Beside {
    pub(crate) delayed: Vec<Delayed>,
    pub(crate) clocks: Vec<i64>,
}

/// An event that the case sent to itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Delayed {
    pub(crate) due: Instant,
    pub(crate) event: EventId,
    pub(crate) id: Option<Arc<str>>,
}

const TIME: usize = 0;
const SEQUENCE: usize = 1;
const LEAF: usize = 2;
const DUE: usize = 3;
const _: () = assert!(DUE + 1 == FIRST_WORD, "the case's data follow");

/// The leaf word of a case that has not begun.
pub(crate) const NOT_STARTED: i64 = -1;
/// The leaf word while several leaves are active.
pub(crate) const SEVERAL: i64 = -2;

impl Snapshot {
    /// A case that has not begun, under the host's own name for it. The name becomes part of every effect's id.
    #[must_use]
    pub fn new(workflow: &Workflow, case: impl Into<Arc<str>>) -> Self {
        let layout = &workflow.tables().layout;
        let mut words = vec![0; layout.words];
        if let Some(data) = words.get_mut(layout.data.clone()) {
            data.fill(ABSENT);
        }
        if let Some(due) = words.get_mut(layout.due..layout.fired) {
            due.fill(Instant::NEVER.0);
        }
        for (word, value) in [(LEAF, NOT_STARTED), (DUE, Instant::NEVER.0)] {
            if let Some(word) = words.get_mut(word) {
                *word = value;
            }
        }
        let heavy = vec![Heavy::default(); layout.heavy];
        let identity = workflow.identity().clone();
        Self {
            identity,
            case: case.into(),
            words: words.into(),
            heavy: heavy.into(),
            beside: None,
        }
    }

    /// The host's name for the case.
    #[must_use]
    pub fn case(&self) -> &str {
        &self.case
    }

    /// The workflow, its version and its hash.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// What the clocks keep of the promises, a row for each; empty before there was any.
    #[must_use]
    pub fn clocks(&self) -> &[i64] {
        self.beside.as_deref().map_or(&[], |beside| &beside.clocks)
    }

    /// Whether the case has begun.
    #[must_use]
    pub fn started(&self) -> bool {
        self.leaf_word() != NOT_STARTED
    }
}

#[expect(
    clippy::indexing_slicing,
    reason = "a snapshot has the words of its workflow's layout from the start"
)]
impl Snapshot {
    /// The instant of the last journal entry; zero before the first.
    #[inline]
    #[must_use]
    pub fn time(&self) -> Instant {
        Instant(self.words[TIME])
    }

    /// The number of journal entries so far, which is the number of the last one.
    #[inline]
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.words[SEQUENCE].cast_unsigned()
    }

    /// The earliest instant at which something falls due, worked out when the last entry was closed.
    #[inline]
    pub(crate) fn earliest_due(&self) -> Instant {
        Instant(self.words[DUE])
    }

    #[inline]
    pub(crate) fn set_earliest_due(&mut self, due: Instant) {
        self.words[DUE] = due.0;
    }

    #[inline]
    pub(crate) fn leaf_word(&self) -> i64 {
        self.words[LEAF]
    }

    /// The one active leaf, if there is just one.
    #[inline]
    pub(crate) fn leaf(&self) -> Option<StateId> {
        u16::try_from(self.words[LEAF]).ok().map(StateId)
    }

    #[inline]
    pub(crate) fn set_leaf(&mut self, leaf: StateId) {
        self.words[LEAF] = i64::from(leaf.0);
    }

    pub(crate) fn set_leaf_word(&mut self, word: i64) {
        self.words[LEAF] = word;
    }

    #[inline]
    pub(crate) fn stamp(&mut self, at: Instant) -> u64 {
        self.words[TIME] = at.0;
        self.words[SEQUENCE] += 1;
        self.words[SEQUENCE].cast_unsigned()
    }

    pub(crate) fn set_time(&mut self, at: Instant, sequence: u64) {
        self.words[TIME] = at.0;
        self.words[SEQUENCE] = sequence.cast_signed();
    }

    /// The case's data as conditions read them.
    #[inline]
    pub(crate) fn data<'a>(&'a self, workflow: &Workflow) -> Row<'a> {
        Row {
            words: &self.words[workflow.tables().layout.data.clone()],
            heavy: &self.heavy,
        }
    }

    /// Whether a state is active.
    #[must_use]
    pub fn is_in(&self, workflow: &Workflow, state: StateId) -> bool {
        let tables = workflow.tables();
        match self.leaf() {
            Some(leaf) => tables.within(leaf, state),
            None if self.leaf_word() == SEVERAL => {
                let bits = tables.layout.bits;
                self.words[bits + state.index() / 64] >> (state.index() % 64) & 1 == 1
            }
            None => false,
        }
    }

    /// The active states without inner ones, in document order; empty before the start.
    #[must_use]
    pub fn leaves(&self, workflow: &Workflow) -> Vec<StateId> {
        match self.leaf() {
            Some(leaf) => vec![leaf],
            None => {
                let all = (0..workflow.definition().states.len()).map(StateId::at);
                all.filter(|s| workflow.tables().is_leaf(*s) && self.is_in(workflow, *s))
                    .collect()
            }
        }
    }

    /// Whether the case has reached a final state of the workflow itself.
    #[must_use]
    pub fn ended(&self, workflow: &Workflow) -> bool {
        let tables = workflow.tables();
        match self.leaf() {
            Some(leaf) => tables.is_end(leaf),
            None => false,
        }
    }

    /// When a timer is due; `None` while it does not run, and for the timers of promises.
    #[must_use]
    pub fn due(&self, workflow: &Workflow, timer: TimerId) -> Option<Instant> {
        let layout = &workflow.tables().layout;
        let words = &self.words[layout.due..layout.fired];
        words
            .get(timer.index())
            .copied()
            .map(Instant)
            .filter(|due| *due != Instant::NEVER)
    }
}
