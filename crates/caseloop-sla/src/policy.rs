//! What is fixed of a promise for all cases, and what a case says of it at one moment.

use crate::Calendar;
use caseloop_expr::Length;

/// The most warnings, and the most rungs, of one promise.
pub const MOST: usize = 32;

/// The most calendars by which a promise may be measured anew from its start.
pub const MOST_ANEW: usize = 4;

/// What a promise does before and after its deadline, the same in every case.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// What is said before it is broken, at most [`MOST`].
    pub warnings: Vec<Warning>,
    /// How long after the breach each rung of the ladder is climbed: elapsed or working time, of which neither passes
    /// while the promise rests. At most [`MOST`]. Those at 0 belong to the breach itself and are not said.
    pub rungs: Vec<Length>,
    /// What another level does to a running measurement; `None` where the limit does not depend on it.
    pub new_level: Option<NewLevel>,
    /// Whether another level may only bring the deadline nearer, as long as that has not passed.
    pub never_later: bool,
    /// What a new beginning does where there was a measurement before.
    pub reopen: Reopen,
    /// The calendars among which a case chooses; without any, all time is working time.
    pub calendars: Vec<Calendar>,
    /// The calendars by which another level may measure anew from the start, by position, at most [`MOST_ANEW`]; only for
    /// [`NewLevel::FromStart`]. What was used up is kept by each of them. By any other it stays as it was counted.
    pub anew_by: Vec<u16>,
    /// When a limit that is used up at closing time breaks.
    pub late: Late,
    /// How often something may happen while it is measured, where that is what was promised.
    pub at_most: Option<u32>,
}

/// When a warning is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// Once so many hundredths of the limit are used up.
    Percent(u8),
    /// So long before the deadline, in elapsed or working time.
    Before(Length),
}

/// What another level does to a running measurement. A limit that has passed by it is broken at that moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewLevel {
    /// It is cancelled, and a new one opens at that moment.
    Restart,
    /// It goes on: what has been used up counts against the new limit.
    KeepElapsed,
    /// It is cancelled, and a new one takes its place: measured from the same beginning, as if the calendar that now
    /// holds had held since.
    FromStart,
    /// It goes on: the part of the old limit that was used up is used up of the new one.
    Proportional,
}

/// What a new beginning does where a measurement runs or has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reopen {
    /// A running measurement is cancelled, and a new one opens.
    #[default]
    Restart,
    /// The last one goes on; the time since its end was a rest. One that runs is left alone.
    Resume,
    /// The last one goes on, and the time since its end counts. One that runs is left alone.
    Continue,
    /// Nothing: there is one measurement in a case.
    Ignore,
}

/// When a limit in working time that is used up at closing time breaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Late {
    /// At the deadline, which is that closing time.
    #[default]
    AtDeadline,
    /// At the next opening: what is done in closed hours is still in time.
    NextOpening,
}

/// What a case says of a promise at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// The limit, at least 0; `None` where only a date or a number counts.
    ///
    /// Working days, months and years are reckoned from the moment from which is measured, and become the working
    /// time, or the elapsed time, that lies between the two.
    pub within: Option<Length>,
    /// The level that the limit was read by.
    pub level: i64,
    /// Which of the policy's calendars holds.
    pub calendar: u16,
    /// Whether the measurement rests.
    pub paused: bool,
}
