//! What is fixed of a promise for all cases, and what a case says of it at one moment.

/// The most warnings, and the most rungs, of one promise.
pub const MOST: usize = 32;

/// What a promise does before and after its deadline, the same in every case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// What is said before it is broken, at most [`MOST`].
    pub warnings: Vec<Warning>,
    /// How long after the breach each rung of the ladder is climbed, in milliseconds that count as the promise counts:
    /// they rest while it rests. At most [`MOST`]. Those at 0 belong to the breach itself and are not said.
    pub rungs: Vec<i64>,
    /// What another level does to a running measurement; `None` where the limit does not depend on it.
    pub new_level: Option<NewLevel>,
}

/// When a warning is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// Once so many hundredths of the limit are used up.
    Percent(u8),
    /// So many milliseconds before the deadline.
    Before(i64),
}

/// What another level does to a running measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewLevel {
    /// It is cancelled, and a new one opens at that moment.
    Restart,
    /// It goes on: what has been used up counts against the new limit.
    KeepElapsed,
}

/// What a case says of a promise at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// The limit in milliseconds, at least 1; `None` where only a date counts.
    pub within: Option<i64>,
    /// The level that the limit was read by.
    pub level: i64,
    /// Whether the measurement rests.
    pub paused: bool,
}
