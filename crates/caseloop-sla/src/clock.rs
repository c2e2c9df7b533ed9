//! The measurement of one promise in one case.
//!
//! What counts is kept as an amount and the instant at which it was counted, so pauses need no list. A promise is kept
//! while the time used up is at most the limit, and `now` at most the date; the breach is dated at the deadline.

use crate::policy::{NewLevel, Policy, Terms, Warning};

/// One promise of one case: idle, counting, or at rest.
///
/// ```
/// use caseloop_sla::{Clock, End, Policy, Say, Terms, Warning};
/// let hour = 3_600_000;
/// let policy = Policy { warnings: vec![Warning::Percent(75)], rungs: vec![0, 12 * hour], ..Policy::default() };
/// let mut clock = Clock::default();
/// clock.open(0, 0, None, Terms { within: Some(24 * hour), ..Terms::default() });
/// assert_eq!(clock.next(&policy), Some((18 * hour, Say::Warning(0))));
/// clock.fire(18 * hour, Say::Warning(0), &policy);
/// assert_eq!(clock.next(&policy), Some((24 * hour, Say::Breach)));
/// clock.fire(24 * hour, Say::Breach, &policy);
/// assert_eq!(clock.next(&policy), Some((36 * hour, Say::Rung(1))));
/// assert_eq!(clock.close(25 * hour), Some(End::Late { over: hour }));
/// assert_eq!(clock.next(&policy), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// How many measurements were opened.
    pub(crate) number: i64,
    pub(crate) running: bool,
    pub(crate) paused: bool,
    /// From when it is measured.
    pub(crate) since: i64,
    pub(crate) within: Option<i64>,
    pub(crate) by: Option<i64>,
    pub(crate) level: i64,
    /// What was used up at the instant `at`; it grows from there on, unless the clock rests.
    pub(crate) elapsed: i64,
    pub(crate) at: i64,
    /// When the terms were set last: nothing is said at an instant before.
    pub(crate) changed: i64,
    /// The warnings given, a bit for each.
    pub(crate) warned: i64,
    /// What was used up at the breach.
    pub(crate) breached: Option<i64>,
    /// The rungs climbed, a bit for each.
    pub(crate) climbed: i64,
}

/// What a clock says when its instant is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Say {
    /// This warning of the policy.
    Warning(u16),
    /// The promise is broken.
    Breach,
    /// This rung of the policy.
    Rung(u16),
}

/// How a measurement ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// In time, so many milliseconds before the deadline.
    Kept {
        /// From 0: an end at the deadline is in time.
        left: i64,
    },
    /// After it was broken, so many milliseconds after the deadline.
    Late {
        /// From 0, which a new limit can bring about after the breach.
        over: i64,
    },
}

/// When a measurement is due, and why then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The earlier of limit and date; `None` while it rests and no date was told.
    pub due: Option<i64>,
    /// The date that was told.
    pub by: Option<i64>,
    /// The limit in milliseconds.
    pub within: Option<i64>,
}

impl Clock {
    /// Whether a measurement runs or rests.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.running
    }

    /// Whether the open measurement rests.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// The level that the limit was read by.
    #[must_use]
    pub fn level(&self) -> i64 {
        self.level
    }

    /// How many measurements were opened.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.number
    }

    /// Opens a measurement at `now`, measured from `since`, which is not later. One that runs is forgotten.
    ///
    /// A deadline that has passed already is broken at `now`.
    pub fn open(&mut self, since: i64, now: i64, by: Option<i64>, terms: Terms) -> Deadline {
        *self = Self {
            number: self.number.saturating_add(1),
            running: true,
            paused: terms.paused,
            since,
            within: terms.within,
            by,
            level: terms.level,
            elapsed: now.saturating_sub(since),
            at: now,
            changed: now,
            warned: 0,
            breached: None,
            climbed: 0,
        };
        self.deadline()
    }

    /// Ends the measurement at `now`; `None` if none is open. Whatever is due before `now` has been said.
    pub fn close(&mut self, now: i64) -> Option<End> {
        let left = self.left(now)?;
        self.running = false;
        self.paused = false;
        Some(match self.breached {
            None => End::Kept { left: left.max(0) },
            Some(_) => End::Late {
                over: left.saturating_neg().max(0),
            },
        })
    }

    /// Ends the measurement without an answer; whether one was open.
    pub fn cancel(&mut self) -> bool {
        self.paused = false;
        std::mem::take(&mut self.running)
    }

    /// From `now` on nothing is used up; whether it counted until then. A date that was told does not rest.
    pub fn pause(&mut self, now: i64) -> bool {
        if !self.running || self.paused {
            return false;
        }
        self.count(now);
        self.changed = now;
        self.paused = true;
        true
    }

    /// From `now` on it counts again; whether it rested until then.
    pub fn resume(&mut self, now: i64) -> bool {
        if !self.running || !self.paused {
            return false;
        }
        self.at = now;
        self.changed = now;
        self.paused = false;
        true
    }

    /// Puts the open measurement under another level at `now`.
    ///
    /// What was used up stays used up; a limit that has passed by that is broken at `now`. Starting anew instead is
    /// [`open`](Self::open).
    pub fn retarget(&mut self, now: i64, terms: Terms) -> Deadline {
        self.count(now);
        self.within = terms.within;
        self.level = terms.level;
        self.changed = now;
        self.deadline()
    }

    /// What becomes of the open measurement under the terms of `now`: a new level and a rest are told apart by what
    /// is returned.
    #[must_use]
    pub fn wants(&self, terms: Terms, policy: &Policy) -> Option<NewLevel> {
        policy.new_level.filter(|_| self.running && terms.level != self.level)
    }

    /// When the open measurement is due.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        Deadline {
            due: self.due(),
            by: self.by,
            within: self.within,
        }
    }

    /// What is left at `now`, negative once the deadline has passed; `None` where nothing is measured, or where it rests
    /// and no date was told.
    #[must_use]
    pub fn remaining(&self, now: i64) -> Option<i64> {
        let due = self.due().filter(|_| self.running)?;
        Some(due.saturating_sub(now))
    }

    /// What it says next, and when; `None` if nothing more. Of several at one instant the first.
    #[must_use]
    pub fn next(&self, policy: &Policy) -> Option<(i64, Say)> {
        if !self.running {
            return None;
        }
        if let Some(breached) = self.breached {
            return self.next_rung(breached, policy);
        }
        let breach = self.due()?.max(self.changed);
        let warnings = policy.warnings.iter().enumerate().filter_map(|(number, warning)| {
            let at = self.warning(*warning)?.max(self.changed);
            (at < breach && !bit(self.warned, number)).then_some((at, Say::Warning(number as u16)))
        });
        warnings.chain([(breach, Say::Breach)]).min()
    }

    /// Says it, at its instant `at`.
    pub fn fire(&mut self, at: i64, say: Say, policy: &Policy) {
        match say {
            Say::Warning(number) => set(&mut self.warned, number),
            Say::Rung(number) => set(&mut self.climbed, number),
            Say::Breach => {
                self.breached = Some(self.elapsed_at(at));
                for (number, after) in policy.rungs.iter().enumerate() {
                    if *after <= 0 {
                        set(&mut self.climbed, number as u16);
                    }
                }
            }
        }
    }

    fn next_rung(&self, breached: i64, policy: &Policy) -> Option<(i64, Say)> {
        let rungs = policy
            .rungs
            .iter()
            .enumerate()
            .filter(|(number, _)| !bit(self.climbed, *number));
        rungs
            .filter_map(|(number, after)| {
                let at = self.used_up(breached.saturating_add(*after))?;
                Some((at.max(self.changed), Say::Rung(number as u16)))
            })
            .min()
    }

    fn warning(&self, warning: Warning) -> Option<i64> {
        let due = self.due()?;
        match warning {
            Warning::Before(length) => Some(due.saturating_sub(length)),
            Warning::Percent(percent) => match self.within {
                Some(within) if self.within_due() == Some(due) => self.used_up(part(within, percent)),
                _ => Some(self.since.saturating_add(part(due.saturating_sub(self.since), percent))),
            },
        }
    }

    fn due(&self) -> Option<i64> {
        let within = self.within_due();
        within.into_iter().chain(self.by).min()
    }

    fn within_due(&self) -> Option<i64> {
        self.used_up(self.within?)
    }

    /// The instant at which `amount` will be used up; `None` while the clock rests.
    fn used_up(&self, amount: i64) -> Option<i64> {
        (!self.paused).then(|| self.at.saturating_add(amount.saturating_sub(self.elapsed)))
    }

    /// What is left at `now` of the limit and until the date, also while it rests.
    fn left(&self, now: i64) -> Option<i64> {
        let within = self.within.map(|within| within.saturating_sub(self.elapsed_at(now)));
        let by = self.by.map(|by| by.saturating_sub(now));
        within.into_iter().chain(by).min().filter(|_| self.running)
    }

    fn elapsed_at(&self, now: i64) -> i64 {
        if self.paused {
            self.elapsed
        } else {
            self.elapsed.saturating_add(now.saturating_sub(self.at))
        }
    }

    fn count(&mut self, now: i64) {
        self.elapsed = self.elapsed_at(now);
        self.at = now;
    }
}

/// So many hundredths of an amount, rounded down.
fn part(amount: i64, percent: u8) -> i64 {
    let whole = i128::from(amount) * i128::from(percent) / 100;
    i64::try_from(whole).unwrap_or(amount)
}

fn bit(bits: i64, number: usize) -> bool {
    number < 63 && bits >> number & 1 == 1
}

fn set(bits: &mut i64, number: u16) {
    if number < 63 {
        *bits |= 1 << number;
    }
}
