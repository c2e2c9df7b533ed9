//! The door for measurements that run beside the chart: promises, kept by another crate.
//!
//! The kernel owns the one loop over everything that falls due. It tells the clocks what happened (marks), asks when
//! they next have something to say, and lets them say it, as internal events of a macrostep at that instant.

use crate::{BranchId, EventId, Instant, StateId};
use caseloop_expr::Length;

/// Something that happened in a macrostep and may start, stop or pause a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The case began.
    Started,
    /// An event was taken (not: ignored or refused).
    Taken(EventId),
    /// A branch was carried out.
    Branch(BranchId),
    /// A state was entered.
    Entered(StateId),
    /// A state was left.
    Left(StateId),
    /// A microstep is over: stops before starts within each.
    MicrostepEnd,
    /// The case reached its end.
    Ended,
}

/// What a measurement says when its instant is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DueKind {
    /// A warning comes before a breach of the same instant.
    Warning,
    /// A breach comes before the rungs of its ladder.
    Breach,
    /// A rung comes before timers.
    Rung,
    /// A timer of the chart, or an event that was sent with a delay.
    Timer,
}

/// The next thing that falls due, ordered as the time rule orders it: instant, kind, document order, measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// When.
    pub at: Instant,
    /// What kind of thing.
    pub kind: DueKind,
    /// Position in the file.
    pub order: u32,
    /// Number of the measurement.
    pub measurement: u32,
}

/// Promises as the kernel sees them. Their state is a list of words in the snapshot, so it is stored, restored and
/// rolled back with it.
pub trait Clocks {
    /// The next thing that falls due, if any.
    fn next_due(&self, state: &[i64]) -> Option<Due>;

    /// Says what falls due now: changes the state and returns the internal event that the chart hears, if any.
    fn fire(&self, state: &mut Vec<i64>, due: Due) -> Option<EventId>;

    /// Hears what a macrostep at `at` did, in the order in which it was done.
    fn mark(&self, state: &mut Vec<i64>, marks: &[Mark], at: Instant);

    /// What is left of a promise at `at`, in milliseconds, negative once broken; `None` while it does not run.
    fn remaining(&self, state: &[i64], promise: u16, at: Instant) -> Option<i64>;

    /// The instant that lies `length` of the calendar after `from`.
    fn calendar_due(&self, from: Instant, length: &Length) -> Instant;

    /// Whether marks are worth collecting.
    fn listens(&self) -> bool {
        true
    }
}

/// No promises and no calendar: calendar lengths never end, which is why the reader refuses them without one.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoClocks;

impl Clocks for NoClocks {
    fn next_due(&self, _: &[i64]) -> Option<Due> {
        None
    }

    fn fire(&self, _: &mut Vec<i64>, _: Due) -> Option<EventId> {
        None
    }

    fn mark(&self, _: &mut Vec<i64>, _: &[Mark], _: Instant) {}

    fn remaining(&self, _: &[i64], _: u16, _: Instant) -> Option<i64> {
        None
    }

    fn calendar_due(&self, _: Instant, _: &Length) -> Instant {
        Instant::NEVER
    }

    fn listens(&self) -> bool {
        false
    }
}
