//! Which of a state's own timers may fire next. They were started together, so their lengths tell.

use caseloop_core::definition::{Choice, Definition, Delay};
use caseloop_core::{Pending, Snapshot, Timeless, TimerId};
use caseloop_expr::Length;
use std::collections::BTreeSet;

/// How a length counts: those of one kind can be compared exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Elapsed,
    /// By the calendar at this position.
    WorkingTime(u16),
    WorkingDays(u16),
}

/// How long a timer runs until its first firing, and from one to the next.
#[derive(Clone, Copy, Debug)]
struct Lengths {
    unit: Unit,
    after: i64,
    every: Option<i64>,
    /// Whether the number of its firings is kept.
    counted: bool,
}

impl Lengths {
    /// When the firing after `fired` others comes at the earliest, counted from when the timer was started.
    fn earliest(&self, fired: i64) -> i64 {
        self.after
            .saturating_add(self.every.unwrap_or_default().saturating_mul(fired))
    }

    /// When it comes at the latest, where that is known.
    fn latest(&self, fired: i64) -> Option<i64> {
        (self.counted || fired == 0).then(|| self.earliest(fired))
    }
}

/// The lengths of all timers, where they are fixed.
pub(super) struct Orders {
    lengths: Vec<Option<Lengths>>,
    /// The timers of the same state, by timer.
    beside: Vec<Vec<TimerId>>,
}

impl Orders {
    /// Of the timers in `loose` no length is known.
    pub(super) fn of(definition: &Definition, loose: &BTreeSet<TimerId>) -> Self {
        let timers = definition.timers.iter().enumerate();
        let lengths = timers.map(|(at, timer)| {
            if loose.contains(&TimerId::at(at)) {
                return None;
            }
            let (unit, after) = fixed(&timer.after)?;
            let every = match timer.every.as_ref().map(fixed) {
                None => None,
                Some(Some((same, every))) if same == unit => Some(every),
                Some(_) => return None,
            };
            let counted = timer.at_most.is_some() || timer.every.is_none();
            Some(Lengths {
                unit,
                after,
                every,
                counted,
            })
        });
        let beside = definition.timers.iter().enumerate().map(|(own, timer)| {
            let same = definition.timers.iter().enumerate();
            let same = same.filter(|(other, beside)| *other != own && beside.state == timer.state);
            same.map(|(other, _)| TimerId::at(other)).collect()
        });
        Self {
            lengths: lengths.collect(),
            beside: beside.collect(),
        }
    }

    /// Whether a running timer may fire before all others of its state that run.
    pub(super) fn may_fire(&self, timeless: &Timeless<'_>, case: &Snapshot, timer: TimerId) -> bool {
        let length = |timer: TimerId| self.lengths.get(timer.index()).copied().flatten();
        let Some(own) = length(timer) else { return true };
        let earliest = own.earliest(timeless.fired(case, timer));
        let beside = self.beside.get(timer.index()).into_iter().flatten();
        let mut before = beside.filter(|other| {
            let Some(lengths) = length(**other).filter(|lengths| lengths.unit == own.unit) else {
                return false;
            };
            let latest = lengths.latest(timeless.fired(case, **other));
            latest.is_some_and(|latest| (latest, **other) < (earliest, timer))
        });
        !before.any(|other| timeless.pending(case).any(|pending| pending == Pending::Timer(*other)))
    }
}

fn fixed(delay: &Delay) -> Option<(Unit, i64)> {
    match delay {
        Delay::Elapsed(ms) | Delay::Calendar(Length::Elapsed(ms), _) => Some((Unit::Elapsed, *ms)),
        Delay::Calendar(length, choice) => match (length, &**choice) {
            (Length::WorkingTime(ms), Choice::Fixed(calendar)) => Some((Unit::WorkingTime(*calendar), *ms)),
            (Length::WorkingDays(days), Choice::Fixed(calendar)) => {
                Some((Unit::WorkingDays(*calendar), i64::from(*days)))
            }
            _ => None,
        },
        Delay::Data(_) | Delay::Promise(_) => None,
    }
}
