//! The door for measurements that run beside the chart: promises, kept by another crate.
//!
//! The kernel owns the one loop over everything that falls due, and knows which marks open and close a measurement. It
//! tells the clocks what happened (signals), asks when they next have something to say, and carries out what they say,
//! each at its own instant.

use crate::{Answer, Instant, PromiseId, Question, Rules};
use caseloop_expr::Length;
use serde::{Deserialize, Serialize};

/// What a macrostep did to a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The running measurement ends: what was promised has been done.
    Close(PromiseId),
    /// The running measurement ends without an answer: nothing is promised any more.
    Cancel(PromiseId),
    /// What was promised to happen seldom has happened once more.
    Count(PromiseId),
    /// The running measurement ends as by `Close`, and the next opens. Nothing where none runs.
    Restart(Opening),
    /// A measurement opens.
    Open(Opening),
}

impl Signal {
    /// Which promise hears of it.
    #[must_use]
    pub fn promise(&self) -> PromiseId {
        match self {
            Self::Close(promise) | Self::Cancel(promise) | Self::Count(promise) => *promise,
            Self::Restart(opening) | Self::Open(opening) => opening.promise,
        }
    }
}

/// How a measurement opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Of what.
    pub promise: PromiseId,
    /// From when it is measured; never later than the macrostep.
    pub since: Instant,
    /// The date that was told, if one was.
    pub by: Option<Instant>,
    /// The number of a beginning that counts once in a case.
    pub first: Option<u16>,
}

/// What holds of a promise at the end of a macrostep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// The limit; `None` where only a date counts.
    pub within: Option<Length>,
    /// Which of the workflow's calendars holds, by position.
    pub calendar: u16,
    /// What the case itself says.
    pub standing: Standing,
}

/// What a case says of a promise, whatever is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The level that the limit is read by, as its position; 0 where it does not depend on the level.
    pub level: i64,
    /// Whether a measurement rests.
    pub paused: bool,
    /// Whether the case is over, and nothing is measured any more.
    pub over: bool,
}

/// A calendar is not known for the time that is asked of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ClockError(pub String);

/// What a promise says when its instant is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// The next thing that falls due, ordered as the time rule orders it: instant, kind, document order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// When.
    pub at: Instant,
    /// What kind of thing.
    pub kind: DueKind,
    /// Of which promise.
    pub promise: PromiseId,
    /// Which of its warnings, or which of its rungs.
    pub number: u16,
}

/// What became of a measurement, for the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// Of which promise.
    pub promise: PromiseId,
    /// What.
    pub news: News,
}

/// What can become of a measurement. In a journal its JSON form is `{"is": "kept", "left": 0}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum News {
    /// It began.
    Opened(Deadline),
    /// It began in the place of one that ran: another date was told.
    Moved(Deadline),
    /// The level changed, and with it the limit.
    Retargeted(Deadline),
    /// It rests.
    Paused,
    /// It runs on.
    Resumed(Deadline),
    /// A warning was given.
    Warned,
    /// The last measurement goes on.
    Reopened(Deadline),
    /// It was broken.
    Breached {
        /// What broke it; not there where it was the deadline that passed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        because: Option<Because>,
    },
    /// It ended in time, with so much left.
    Kept {
        /// From 0.
        left: i64,
        /// What is counted; not there for milliseconds.
        #[serde(default, skip_serializing_if = "Counted::is_elapsed")]
        counted: Counted,
    },
    /// It ended after it had been broken, by so much.
    Late {
        /// From 0.
        over: i64,
        /// What is counted; not there for milliseconds.
        #[serde(default, skip_serializing_if = "Counted::is_elapsed")]
        counted: Counted,
    },
    /// It ended without an answer.
    Cancelled,
    /// It was otherwise than it had been told, as is known by an event that was heard of late.
    Corrected(Correction),
}

/// What had been told of a measurement, and what is so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// From when it is measured.
    pub since: Instant,
    /// When it had been due; not there where it rested, or was not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was_due: Option<Instant>,
    /// When it is due; not there where it rests, or was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now_due: Option<Instant>,
    /// Whether it had been broken.
    pub was_breached: bool,
    /// Whether it is broken.
    pub now_breached: bool,
    /// What had been left at its end, counted as its limit counts, negative where it was late; not there where it had
    /// not ended, or without an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was_left: Option<i64>,
    /// What is left at its end, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now_left: Option<i64>,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Milliseconds.
    #[default]
    Elapsed,
    /// Milliseconds of working time.
    Working,
    /// How often something happened.
    Times,
}

impl Counted {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_elapsed(&self) -> bool {
        *self == Self::Elapsed
    }
}

/// What broke a promise at another moment than its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The deadline had passed when the measurement began or went on.
    Late,
    /// The deadline had passed under a new level.
    NewLevel,
    /// It happened more often than was promised.
    Count,
}

/// When a measurement is due, and why then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// The earlier of limit and date; `None` while it rests and no date was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    /// The limit in milliseconds, of working time where it is one of working time or days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<i64>,
    /// The date that was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Instant>,
}

/// Promises as the kernel sees them. What is kept of a promise is a row of words in the snapshot, so it is stored,
/// restored and rolled back with it; a row of zeros is a promise that was never measured.
///
/// Whoever keeps the clocks of a workflow also answers its questions to [`Rules`].
pub trait Clocks: Rules {
    /// The words of a row by name, as the stored form shows them.
    const WORDS: &'static [&'static str];

    /// Whether every step goes the general way, also the commonest of a workflow without promises. By this a test
    /// holds the two ways to the same result.
    const GENERAL: bool = false;

    /// The next thing that falls due, if any. `state` has a row for each promise of the workflow, as the methods below
    /// left it.
    fn next_due(&self, state: &[i64]) -> Option<Due>;

    /// Says what falls due now.
    ///
    /// # Errors
    /// If a calendar is not known for what comes next.
    fn fire(&self, state: &mut [i64], due: Due) -> Result<News, ClockError>;

    /// Hears what a macrostep at `at` did, and what holds after it: `terms` has one for each promise. Where the case is
    /// over, what still runs is cancelled.
    ///
    /// # Errors
    /// If a calendar is not known for the time of a limit.
    fn settle(
        &self,
        state: &mut [i64],
        signals: &[Signal],
        terms: &[Terms],
        at: Instant,
        said: &mut Vec<Said>,
    ) -> Result<(), ClockError>;

    /// What is left of a promise at `at`, in milliseconds, of working time where its limit is; negative once broken.
    /// `None` while it does not run, or rests without a date.
    fn remaining(&self, state: &[i64], promise: PromiseId, at: Instant) -> Option<i64>;

    /// Whether the row of a promise can have come about in a case whose last entry is at `at`.
    fn is_sound(&self, row: &[i64], promise: PromiseId, standing: Standing, at: Instant) -> bool;

    /// The instant that lies `length` after `from`, by a calendar of the workflow.
    ///
    /// # Errors
    /// If the calendar is not known for that time.
    fn calendar_due(&self, from: Instant, length: Length, calendar: u16) -> Result<Instant, ClockError>;
}

/// No promises, no calendar and no rules, for workflows that have none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoClocks;

impl Rules for NoClocks {
    fn ask(&self, _: Question<'_>) -> Answer {
        Answer::Nothing
    }
}

impl Clocks for NoClocks {
    const WORDS: &'static [&'static str] = &[];

    fn next_due(&self, _: &[i64]) -> Option<Due> {
        None
    }

    fn fire(&self, _: &mut [i64], _: Due) -> Result<News, ClockError> {
        Ok(News::Cancelled)
    }

    fn settle(
        &self,
        _: &mut [i64],
        _: &[Signal],
        _: &[Terms],
        _: Instant,
        _: &mut Vec<Said>,
    ) -> Result<(), ClockError> {
        Ok(())
    }

    fn remaining(&self, _: &[i64], _: PromiseId, _: Instant) -> Option<i64> {
        None
    }

    fn is_sound(&self, _: &[i64], _: PromiseId, _: Standing, _: Instant) -> bool {
        false
    }

    fn calendar_due(&self, _: Instant, _: Length, _: u16) -> Result<Instant, ClockError> {
        Err(ClockError("there are no calendars".to_owned()))
    }
}
