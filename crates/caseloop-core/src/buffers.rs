//! What one call of the kernel writes, and what it works in. The caller owns it and uses it again.
//!
//! Everything here is ids and words. Names appear when an entry is shown, in `journal.rs`.

use crate::clocks::{ClockError, Said, Signal, Terms};
use crate::record::Record;
use crate::rules::Answer;
use crate::snapshot::{Beside, Head};
use crate::watches::Watch;
use crate::work::Asked;
use crate::{BranchId, EffectId, EventId, Instant, PromiseId, StateId, TimerId, Workflow};
use caseloop_expr::{ABSENT, Heavy, RowBuf};
use std::collections::VecDeque;
use std::ops::Range;

/// What an entry of the journal answers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The case began.
    Start,
    /// The host's event.
    Event(EventId),
    /// A timer fired.
    Timer(TimerId),
    /// An event arrived that the case had sent itself.
    Delayed(EventId),
    /// A promise is about to be broken.
    Warning(PromiseId),
    /// A promise was broken.
    Breach(PromiseId),
}

/// What became of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// At least one branch was taken, or the input was a start, a timer or a tick.
    Taken,
    /// No branch answers: the records say which were judged.
    Ignored,
    /// A branch rejects the event, for the reason it states.
    Rejected(BranchId),
    /// The sender's role may not send this event.
    WrongSender,
    /// More was overdue than one call settles. What was settled is kept, the input was **not** taken: call again.
    Behind,
}

/// One macrostep in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawEntry {
    /// The number of the entry, from 1.
    pub sequence: u64,
    /// When it happened: for a timer its due instant, not the time of the call.
    pub at: Instant,
    /// What it answers to.
    pub cause: Cause,
    /// What became of it.
    pub verdict: Verdict,
    /// What the way that it took always says, among the workflow's own records.
    pub(crate) way: Range<u32>,
    /// Its further records.
    pub(crate) records: Range<u32>,
    /// The leaf afterwards, or negative where there are several.
    pub(crate) leaf: i64,
    /// The active leaves afterwards, where there are several.
    pub(crate) leaves: Range<u32>,
    /// The earliest due instant afterwards.
    pub due: Instant,
}

/// One request to the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawEffect {
    /// Where in the workflow it is asked, and what.
    pub(crate) emission: u32,
    /// Entry and position in it: with the case they are the effect's id.
    pub sequence: u64,
    /// From 0, in the order of the entry.
    pub ordinal: u32,
    /// Where its computed words begin among the buffers' arguments, and its heavy values among the values.
    pub(crate) arguments: u32,
    pub(crate) values: u32,
    /// The last instant at which it is worth sending; [`Instant::NEVER`] where it always is.
    pub fresh_until: Instant,
}

impl RawEffect {
    /// What is asked. `workflow` is the one that was stepped.
    #[must_use]
    pub fn effect(&self, workflow: &Workflow) -> EffectId {
        let emission = workflow.tables().emissions.get(self.emission as usize);
        emission.map(|emission| emission.effect).unwrap_or_default()
    }
}

/// Rules that were asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawDecision {
    /// Where in the workflow.
    pub(crate) ask: u32,
    pub(crate) answer: Answer,
    /// Where the inputs begin among the buffers' arguments and values, hidden texts absent.
    pub(crate) told: (u32, u32),
    /// Where the outputs begin.
    pub(crate) gives: (u32, u32),
    /// The rules that fired, among the buffers' fired ones.
    pub(crate) fired: Range<u32>,
}

/// The buffers of one caller.
#[derive(Debug, Default)]
pub struct Buffers {
    pub(crate) entries: Vec<RawEntry>,
    pub(crate) records: Vec<Record>,
    pub(crate) effects: Vec<RawEffect>,
    pub(crate) arguments: Vec<i64>,
    pub(crate) values: Vec<Heavy>,
    pub(crate) leaves: Vec<StateId>,
    pub(crate) said: Vec<Said>,
    pub(crate) decisions: Vec<RawDecision>,
    pub(crate) fired: Vec<u32>,
    pub(crate) work: Work,
}

/// Working memory, empty between calls.
#[derive(Debug, Default)]
pub(crate) struct Work {
    pub(crate) queue: VecDeque<EventId>,
    /// What the macrostep did to promises; those of the present microstep begin at `signals_from`.
    pub(crate) signals: Vec<Signal>,
    pub(crate) signals_from: usize,
    pub(crate) terms: Vec<Terms>,
    /// Why the clocks could not go on, if so.
    pub(crate) clock_error: Option<ClockError>,
    /// The watches of the present event whose conditions held before it was taken.
    pub(crate) held: Vec<Watch>,
    /// The records of the microsteps that are over.
    pub(crate) watched: usize,
    pub(crate) head: Head,
    pub(crate) backup: Vec<i64>,
    pub(crate) undo: Vec<(u16, Heavy)>,
    pub(crate) beside: Option<Box<Beside>>,
    pub(crate) leaving: Vec<i64>,
    pub(crate) entering: Vec<i64>,
    pub(crate) by_default: Vec<i64>,
    pub(crate) enabled: Vec<BranchId>,
    pub(crate) filtered: Vec<BranchId>,
    pub(crate) ordinal: u32,
    pub(crate) rows: Rows,
}

/// The rows of the rules that are being asked.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) inputs: RowBuf,
    pub(crate) outputs: RowBuf,
    pub(crate) fired: Vec<u32>,
}

impl Rows {
    /// Makes them fit what is asked, with nothing in them.
    pub(crate) fn clear(&mut self, ask: &Asked) {
        for (row, (words, heavies)) in [(&mut self.inputs, ask.reads), (&mut self.outputs, ask.gives)] {
            row.words.clear();
            row.words.resize(words, ABSENT);
            row.heavy.clear();
            row.heavy.resize(heavies, Heavy::Absent);
        }
        self.fired.clear();
    }
}

impl Buffers {
    /// The entries that the last call added to the journal.
    #[must_use]
    pub fn entries(&self) -> &[RawEntry] {
        &self.entries
    }

    /// The records of one of those entries. `workflow` is the one that was stepped.
    pub fn records<'a>(&'a self, workflow: &'a Workflow, entry: &RawEntry) -> impl Iterator<Item = &'a Record> {
        let way = workflow
            .tables()
            .records
            .get(entry.way.start as usize..entry.way.end as usize);
        let own = self
            .records
            .get(entry.records.start as usize..entry.records.end as usize);
        way.unwrap_or_default().iter().chain(own.unwrap_or_default())
    }

    /// The effects of the last call, of all its entries, in order.
    #[must_use]
    pub fn effects(&self) -> &[RawEffect] {
        &self.effects
    }

    #[inline]
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.records.clear();
        self.effects.clear();
        self.arguments.clear();
        if !self.values.is_empty() {
            self.values.clear();
        }
    }
}

impl Buffers {
    /// Notes a row, and returns where its words and heavy values begin.
    pub(crate) fn note(&mut self, row: &RowBuf) -> (u32, u32) {
        let began = (self.arguments.len() as u32, self.values.len() as u32);
        self.arguments.extend_from_slice(&row.words);
        self.values.extend_from_slice(&row.heavy);
        began
    }
}

impl Work {
    pub(crate) fn clear(&mut self) {
        self.queue.clear();
        self.signals.clear();
        self.undo.clear();
        self.ordinal = 0;
    }
}
