//! The state of one case between steps, as the kernel keeps it: one block of words, its texts, and little else.
//!
//! A snapshot is a function of the case's journal: its time is the instant of the last entry, so asking the engine
//! whether anything is due leaves no trace. The named form that is stored lives in `stored.rs`.

use crate::identity::Identity;
use crate::{EventId, Instant, StateId, TimerId, Workflow};
use caseloop_expr::{ABSENT, Heavy, Row};
use smallvec::SmallVec;
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
#[repr(C, align(128))]
pub struct Snapshot {
    pub(crate) head: Head,
    pub(crate) identity: Arc<Identity>,
    pub(crate) beside: Option<Box<Beside>>,
    pub(crate) heavy: Box<[Heavy]>,
    /// The data, the timers and what else the workflow's layout has.
    pub(crate) words: SmallVec<[i64; INLINE]>,
    pub(crate) case: Arc<str>,
}

/// What every step reads and writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// The instant of the last journal entry; zero before the first.
    pub(crate) time: Instant,
    /// The number of journal entries so far.
    pub(crate) sequence: u64,
    /// The one active leaf, [`NOT_STARTED`] or [`SEVERAL`].
    pub(crate) leaf: i64,
    /// The earliest instant at which something falls due, worked out when the last entry was closed.
    pub(crate) due: Instant,
}

impl Default for Head {
    fn default() -> Self {
        Self {
            time: Instant(0),
            sequence: 0,
            leaf: NOT_STARTED,
            due: Instant::NEVER,
        }
    }
}

impl Clone for Snapshot {
    fn clone(&self) -> Self {
        Self {
            head: self.head,
            identity: self.identity.clone(),
            case: self.case.clone(),
            words: SmallVec::from_slice(&self.words),
            heavy: self.heavy.clone(),
            beside: self.beside.clone(),
        }
    }

    /// Reuses the memory of a snapshot of the same workflow.
    fn clone_from(&mut self, source: &Self) {
        self.head = source.head;
        self.identity.clone_from(&source.identity);
        self.case.clone_from(&source.case);
        if self.words.len() == source.words.len() {
            self.words.copy_from_slice(&source.words);
        } else {
            self.words = SmallVec::from_slice(&source.words);
        }
        self.heavy.clone_from(&source.heavy);
        match (&mut self.beside, &source.beside) {
            (Some(own), Some(other)) => own.clone_from(other),
            (own, other) => own.clone_from(other),
        }
    }
}

/// What few cases have: events on their way and the words of the clocks.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Beside {
    pub(crate) delayed: Vec<Delayed>,
    pub(crate) clocks: Vec<i64>,
}

impl Clone for Beside {
    fn clone(&self) -> Self {
        Self {
            delayed: self.delayed.clone(),
            clocks: self.clocks.clone(),
        }
    }

    /// Reuses the memory.
    fn clone_from(&mut self, source: &Self) {
        self.delayed.clone_from(&source.delayed);
        self.clocks.clone_from(&source.clocks);
    }
}

/// An event that the case sent to itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Delayed {
    pub(crate) due: Instant,
    pub(crate) event: EventId,
    pub(crate) id: Option<Arc<str>>,
}

/// The words that lie in the snapshot itself: with these it fills two cache lines, and a step finds all of a small case in
/// one place. More words lie together elsewhere.
const INLINE: usize = 5;
const _: () = assert!(size_of::<Snapshot>() == 128);

/// The leaf word of a case that has not begun.
pub(crate) const NOT_STARTED: i64 = -1;
/// The leaf word while several leaves are active.
pub(crate) const SEVERAL: i64 = -2;

impl Snapshot {
    /// A case that has not begun, under the host's own name for it. The name becomes part of every effect's id.
    #[must_use]
    pub fn new(workflow: &Workflow, case: impl Into<Arc<str>>) -> Self {
        let layout = &workflow.tables().layout;
        let mut words = SmallVec::from_elem(0, layout.words);
        if let Some(data) = words.get_mut(layout.data.clone()) {
            data.fill(ABSENT);
        }
        if let Some(due) = words.get_mut(layout.due..layout.fired) {
            due.fill(Instant::NEVER.0);
        }
        let heavy = vec![Heavy::default(); layout.heavy];
        let identity = workflow.identity().clone();
        Self {
            head: Head::default(),
            identity,
            case: case.into(),
            words,
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

    /// Reads a little of all the memory that a step needs, and returns what makes that reading necessary.
    ///
    /// For hosts with very many cases in memory: of a batch, touch some dozens first and step them then, so that their
    /// memory is fetched side by side.
    #[inline]
    #[must_use]
    pub fn touch(&self) -> i64 {
        self.head.leaf ^ self.words.first().copied().unwrap_or_default()
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
        self.head.time
    }

    /// The number of journal entries so far, which is the number of the last one.
    #[inline]
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.head.sequence
    }

    #[inline]
    pub(crate) fn earliest_due(&self) -> Instant {
        self.head.due
    }

    #[inline]
    pub(crate) fn set_earliest_due(&mut self, due: Instant) {
        self.head.due = due;
    }

    #[inline]
    pub(crate) fn leaf_word(&self) -> i64 {
        self.head.leaf
    }

    /// The one active leaf, if there is just one.
    #[inline]
    pub(crate) fn leaf(&self) -> Option<StateId> {
        u16::try_from(self.head.leaf).ok().map(StateId)
    }

    #[inline]
    pub(crate) fn set_leaf(&mut self, leaf: StateId) {
        self.head.leaf = i64::from(leaf.0);
    }

    pub(crate) fn set_leaf_word(&mut self, word: i64) {
        self.head.leaf = word;
    }

    #[inline]
    pub(crate) fn stamp(&mut self, at: Instant) {
        self.head.time = at;
        self.head.sequence += 1;
    }

    pub(crate) fn set_time(&mut self, at: Instant, sequence: u64) {
        self.head.time = at;
        self.head.sequence = sequence;
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
