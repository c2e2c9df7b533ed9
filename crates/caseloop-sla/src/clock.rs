//! The measurement of one promise in one case.
//!
//! What counts is kept as an amount and the instant at which it was counted, so pauses need no list. Elapsed and
//! working time are both kept: a rung may count in hours where its promise counts in working hours. A promise is kept
//! until its deadline; the breach is dated there, or at the moment that brought a deadline in the past.

use crate::HorizonError;
use crate::policy::{Late, MOST_ANEW, NewLevel, Policy, Reopen, Terms, Warning};
use crate::used::{Amount, Used, amount, part};

/// One promise of one case: idle, counting, or at rest.
///
/// ```
/// use caseloop_expr::Length;
/// use caseloop_sla::{Breach, Clock, Counted, End, Policy, Say, Terms, Warning};
/// let hour = 3_600_000;
/// let rungs = vec![Length::Elapsed(0), Length::Elapsed(12 * hour)];
/// let policy = Policy { warnings: vec![Warning::Percent(75)], rungs, ..Policy::default() };
/// let mut clock = Clock::default();
/// clock.open(0, 0, None, Terms { within: Some(Length::Elapsed(24 * hour)), ..Terms::default() }, &policy)?;
/// assert_eq!(clock.next(&policy)?, Some((18 * hour, Say::Warning(0))));
/// clock.fire(18 * hour, Say::Warning(0), &policy)?;
/// assert_eq!(clock.next(&policy)?, Some((24 * hour, Say::Breach)));
/// clock.fire(24 * hour, Say::Breach, &policy)?;
/// assert_eq!(clock.next(&policy)?, Some((36 * hour, Say::Rung(1))));
/// assert_eq!(clock.close(25 * hour, &policy)?, Some(End::Late { over: hour, counted: Counted::Elapsed }));
/// assert_eq!(clock.next(&policy)?, None);
/// # Ok::<(), caseloop_sla::HorizonError>(())
/// ```
///
/// A method that fails beyond a calendar's horizon may leave the clock half changed: the caller keeps what it had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// How many measurements were opened.
    pub(crate) number: i64,
    pub(crate) running: bool,
    pub(crate) paused: bool,
    /// From when it is measured.
    pub(crate) since: i64,
    pub(crate) within: Option<Amount>,
    pub(crate) by: Option<i64>,
    pub(crate) level: i64,
    /// Which calendar of the policy holds.
    pub(crate) calendar: i64,
    /// What was used up at the instant `at`; it grows from there on, unless the clock rests.
    pub(crate) used: Used,
    /// The working time among it by each of the calendars by which it may be measured anew.
    pub(crate) anew: [i64; MOST_ANEW],
    pub(crate) at: i64,
    /// When the terms were set last: nothing is said at an instant before.
    pub(crate) changed: i64,
    /// What changed them.
    pub(crate) by_level: bool,
    /// The warnings given, a bit for each.
    pub(crate) warned: i64,
    /// What was used up at the breach.
    pub(crate) broken: Option<Used>,
    /// The rungs climbed, a bit for each.
    pub(crate) climbed: i64,
    /// How often that happened which is counted.
    pub(crate) counted: i64,
    /// The beginnings that count once in a case and have counted, a bit for each.
    pub(crate) begun: i64,
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
    /// In time, with so much left of the limit or until the date, whichever comes first.
    Kept {
        /// From 0: an end at the deadline is in time.
        left: i64,
        /// What is counted.
        counted: Counted,
    },
    /// After the deadline, or after it was broken, by so much.
    Late {
        /// From 0: what is done in closed hours is no working time late, and a longer limit can reach over a breach.
        over: i64,
        /// What is counted.
        counted: Counted,
    },
}

/// What a number counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counted {
    /// Milliseconds.
    #[default]
    Elapsed,
    /// Milliseconds of working time.
    Working,
    /// How often something happened.
    Times,
}

/// Why a promise was broken where nothing but time did it: `Time`, or what brought a deadline that had passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    /// The deadline passed.
    Time,
    /// The deadline had passed when the measurement began, or when it went on.
    Late,
    /// The deadline had passed under a new level.
    NewLevel,
    /// It happened more often than was promised.
    Count,
}

/// When a measurement is due, and why then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The earlier of limit and date; `None` while it rests and no date was told.
    pub due: Option<i64>,
    /// The date that was told.
    pub by: Option<i64>,
    /// The limit in milliseconds, of elapsed or of working time.
    pub within: Option<i64>,
}

/// What a beginning made of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// A measurement began.
    Anew(Deadline),
    /// The last one goes on.
    Again(Deadline),
    /// Nothing.
    Not,
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

    /// Whether a beginning that counts once in a case counts now; from now on it does not. Beginnings are told apart
    /// by a number below 63.
    pub fn begins_first(&mut self, beginning: u16) -> bool {
        let first = !bit(self.begun, usize::from(beginning));
        set(&mut self.begun, beginning);
        first
    }

    /// Opens a measurement at `now`, measured from `since`, which is not later; or does what the policy says of a
    /// beginning where there was one before. A deadline that has passed already is broken at `now`.
    ///
    /// # Errors
    /// Beyond a calendar's horizon.
    pub fn open(
        &mut self,
        since: i64,
        now: i64,
        by: Option<i64>,
        terms: Terms,
        policy: &Policy,
    ) -> Result<Opened, HorizonError> {
        match policy.reopen {
            _ if self.number == 0 => {}
            Reopen::Restart => {}
            Reopen::Ignore => return Ok(Opened::Not),
            Reopen::Resume | Reopen::Continue if self.running => return Ok(Opened::Not),
            Reopen::Resume | Reopen::Continue => return self.go_on(now, by, terms, policy),
        }
        self.begin(since, now, by, terms, policy)?;
        Ok(Opened::Anew(self.deadline(policy)?))
    }

    fn begin(
        &mut self,
        since: i64,
        now: i64,
        by: Option<i64>,
        terms: Terms,
        policy: &Policy,
    ) -> Result<(), HorizonError> {
        *self = Self {
            number: self.number.saturating_add(1),
            running: true,
            paused: terms.paused,
            since,
            by,
            level: terms.level,
            calendar: i64::from(terms.calendar),
            at: now,
            changed: now,
            begun: self.begun,
            ..Self::default()
        };
        self.used = policy.between(self.calendar, since, now)?;
        self.anew = policy.anew(since, now)?;
        self.within = amount(terms.within, since, policy, self.calendar)?;
        Ok(())
    }

    fn go_on(&mut self, now: i64, by: Option<i64>, terms: Terms, policy: &Policy) -> Result<Opened, HorizonError> {
        if policy.reopen == Reopen::Continue {
            self.count(now, policy)?;
        }
        self.running = true;
        self.paused = terms.paused;
        self.by = by.or(self.by);
        self.at = now;
        self.changed = now;
        self.by_level = false;
        Ok(Opened::Again(self.deadline(policy)?))
    }

    /// Ends the measurement at `now`; `None` if none is open. Whatever is due before `now` has been said.
    ///
    /// # Errors
    /// Beyond a calendar's horizon.
    pub fn close(&mut self, now: i64, policy: &Policy) -> Result<Option<End>, HorizonError> {
        if !self.running {
            return Ok(None);
        }
        let broken = self.broken.is_some() || self.breaks(policy)?.is_some_and(|at| now > at);
        let left = match policy.at_most {
            Some(most) => Some((i64::from(most).saturating_sub(self.counted), Counted::Times)),
            None => self.left(now, policy)?,
        };
        let (left, counted) = left.unwrap_or_default();
        self.count(now, policy)?;
        self.running = false;
        self.paused = false;
        Ok(Some(match broken || left < 0 && policy.at_most.is_some() {
            false => End::Kept {
                left: left.max(0),
                counted,
            },
            true => End::Late {
                over: left.saturating_neg().max(0),
                counted,
            },
        }))
    }

    /// Ends the measurement at `now` without an answer; whether one was open.
    ///
    /// # Errors
    /// Beyond a calendar's horizon.
    pub fn cancel(&mut self, now: i64, policy: &Policy) -> Result<bool, HorizonError> {
        if self.running {
            // It may go on later, with what was used up.
            self.count(now, policy)?;
        }
        self.paused = false;
        Ok(std::mem::take(&mut self.running))
    }

    /// Ends the open measurement at `now` as [`close`](Self::close) does, and opens the next; `None` if none is open.
    ///
    /// # Errors
    /// Beyond a calendar's horizon.
    pub fn restart(
        &mut self,
        now: i64,
        by: Option<i64>,
        terms: Terms,
        policy: &Policy,
    ) -> Result<Option<(End, Deadline)>, HorizonError> {
        let Some(end) = self.close(now, policy)? else {
            return Ok(None);
        };
        self.begin(now, now, by, terms, policy)?;
        Ok(Some((end, self.deadline(policy)?)))
    }

    /// From `now` on nothing is used up; whether it counted until then. A date that was told does not rest.
    ///
    /// # Errors
    /// Beyond a calendar's horizon.
    pub fn pause(&mut self, now: i64, policy: &Policy) -> Result<bool, HorizonError> {
        if !self.running || self.paused {
            return Ok(false);
        }
        self.count(now, policy)?;
        self.change(now, false);
        self.paused = true;
        Ok(true)
    }

    /// From `now` on it counts again; whether it rested until then.
    pub fn resume(&mut self, now: i64) -> bool {
        if !self.running || !self.paused {
            return false;
        }
        self.at = now;
        self.change(now, false);
        self.paused = false;
        true
    }

    /// Counts one more of what was promised to happen seldom.
    pub fn tally(&mut self, now: i64, policy: &Policy) {
        if self.running && !self.paused {
            self.counted = self.counted.saturating_add(1);
            if policy.at_most.is_some_and(|most| self.counted > i64::from(most)) && self.broken.is_none() {
                self.change(now, false);
            }
        }
    }

    /// What becomes of the open measurement under other terms: those of a new level, or of another calendar, under
    /// which what was used up stays used up.
    #[must_use]
    pub fn wants(&self, terms: Terms, policy: &Policy) -> Option<NewLevel> {
        let moved = i64::from(terms.calendar) != self.calendar;
        let way = policy.new_level.filter(|_| terms.level != self.level);
        way.or(moved.then_some(NewLevel::KeepElapsed)).filter(|_| self.running)
    }

    /// Puts the open measurement under other terms at `now`, in the way that a new level wants. A limit that has passed
    /// by that is broken at `now`.
    ///
    /// # Errors
    /// Beyond a calendar's horizon.
    pub fn retarget(
        &mut self,
        now: i64,
        terms: Terms,
        way: NewLevel,
        policy: &Policy,
    ) -> Result<Deadline, HorizonError> {
        self.count(now, policy)?;
        let old = *self;
        let number = i64::from(terms.calendar);
        match way {
            NewLevel::Restart => self.begin(now, now, self.by, terms, policy)?,
            NewLevel::KeepElapsed | NewLevel::Proportional | NewLevel::FromStart => {
                if way == NewLevel::FromStart {
                    self.number = self.number.saturating_add(1);
                    (self.warned, self.broken, self.climbed) = (0, None, 0);
                    if let Some(working) = policy.is_anew(number, &self.anew) {
                        self.used.working = working;
                    }
                }
                self.calendar = number;
                if terms.level != self.level {
                    self.within = amount(terms.within, self.since, policy, number)?;
                }
            }
        }
        if way == NewLevel::Proportional
            && let (Some(from), Some(to)) = (old.within, self.within)
        {
            self.used.set(to.unit, part(self.used.of(from.unit), to.ms, from.ms));
        }
        let due = |clock: Self| clock.if_it_ran(now).within_due(policy);
        if policy.never_later
            && old.broken.is_none()
            && let Some(before) = due(old)?
            && due(*self)?.is_none_or(|after| after > before)
        {
            self.calendar = old.calendar;
            if way == NewLevel::Restart {
                // What was left of the old limit is all that the new measurement has.
                let left = |within: Amount| within.ms.saturating_sub(old.used.of(within.unit)).max(0);
                self.within = old.within.map(|within| Amount {
                    ms: left(within),
                    ..within
                });
            } else {
                (self.within, self.used) = (old.within, old.used);
            }
        }
        self.level = terms.level;
        self.change(now, true);
        self.deadline(policy)
    }

    /// This clock, which was measured again at `now` with what is known since, in the place of the one that was `known`:
    /// what that one had said of the `same` measurement is not said again, what it had not said is said from `now` on.
    /// A breach that is none any more may come again, and its ladder with it.
    ///
    /// # Errors
    /// Beyond a calendar's horizon.
    pub fn knowing(mut self, known: &Self, same: bool, now: i64, policy: &Policy) -> Result<Self, HorizonError> {
        let again = self;
        let (warned, climbed, broken) = match same {
            true => (known.warned, known.climbed, known.broken.is_some()),
            false => (0, 0, false),
        };
        self.warned = warned;
        self.climbed = if broken && self.broken.is_some() { climbed } else { 0 };
        if !broken && self.running {
            let broken = self.broken.take();
            // Where another limit has come since, nothing is left that would break.
            if self.breaks(policy)?.is_none_or(|at| at >= now) {
                self.broken = broken;
            }
        }
        if self != again {
            self.change(now, false);
        }
        Ok(self)
    }

    /// When the open measurement is due.
    ///
    /// # Errors
    /// Beyond a calendar's horizon.
    pub fn deadline(&self, policy: &Policy) -> Result<Deadline, HorizonError> {
        Ok(Deadline {
            due: self.due(policy)?,
            by: self.by,
            within: self.within.map(|within| within.ms),
        })
    }

    /// What is left at `now`, of the limit as it counts or until the date, whichever comes first; negative once the
    /// deadline has passed. `None` where nothing is measured, or where it rests and no date was told.
    ///
    /// # Errors
    /// Beyond a calendar's horizon.
    pub fn remaining(&self, now: i64, policy: &Policy) -> Result<Option<i64>, HorizonError> {
        match self.running && self.due(policy)?.is_some() {
            true if self.paused => Ok(self.by.map(|by| by.saturating_sub(now))),
            true => Ok(self.left(now, policy)?.map(|(left, _)| left)),
            false => Ok(None),
        }
    }

    /// What it says next, and when; `None` if nothing more. Of several at one instant the first.
    ///
    /// # Errors
    /// Beyond a calendar's horizon.
    pub fn next(&self, policy: &Policy) -> Result<Option<(i64, Say)>, HorizonError> {
        if !self.running {
            return Ok(None);
        }
        if let Some(broken) = self.broken {
            return self.next_rung(broken, policy);
        }
        let Some(breach) = self.breaks(policy)? else {
            return Ok(None);
        };
        let breach = breach.max(self.changed);
        let mut next = (breach, Say::Breach);
        for (number, warning) in policy.warnings.iter().enumerate() {
            if !bit(self.warned, number)
                && let Some(at) = self.warning(*warning, policy)?
                && at.max(self.changed) < breach
            {
                next = next.min((at.max(self.changed), Say::Warning(number as u16)));
            }
        }
        Ok(Some(next))
    }

    /// Says it, at its instant `at`; why, if it is the breach.
    ///
    /// # Errors
    /// Beyond a calendar's horizon.
    pub fn fire(&mut self, at: i64, say: Say, policy: &Policy) -> Result<Option<Breach>, HorizonError> {
        match say {
            Say::Warning(number) => set(&mut self.warned, number),
            Say::Rung(number) => set(&mut self.climbed, number),
            Say::Breach => {
                let over = self.breaks(policy)?.is_some_and(|due| due < at);
                let why = match policy.at_most {
                    Some(_) => Breach::Count,
                    None if over && self.by_level => Breach::NewLevel,
                    None if over => Breach::Late,
                    None => Breach::Time,
                };
                self.broken = Some(self.used_at(at, policy)?);
                for (number, after) in policy.rungs.iter().enumerate() {
                    if Amount::of(*after).ms <= 0 {
                        set(&mut self.climbed, number as u16);
                    }
                }
                return Ok(Some(why));
            }
        }
        Ok(None)
    }

    fn next_rung(&self, broken: Used, policy: &Policy) -> Result<Option<(i64, Say)>, HorizonError> {
        let mut next: Option<(i64, Say)> = None;
        for (number, after) in policy.rungs.iter().enumerate() {
            let after = Amount::of(*after);
            let amount = Amount {
                ms: broken.of(after.unit).saturating_add(after.ms),
                ..after
            };
            if !bit(self.climbed, number)
                && let Some(at) = self.used_up(amount, policy)?
            {
                let rung = (at.max(self.changed), Say::Rung(number as u16));
                next = Some(next.map_or(rung, |next| next.min(rung)));
            }
        }
        Ok(next)
    }

    /// Whether more than so many hundredths are used up at `now` of what counts, as a warning by hundredths sees it;
    /// `None` where nothing is measured.
    ///
    /// # Errors
    /// [`HorizonError`] beyond the years that a calendar is known for.
    pub fn has_used(&self, percent: u8, now: i64, policy: &Policy) -> Result<Option<bool>, HorizonError> {
        if !self.running || self.within.is_none() && self.by.is_none() {
            return Ok(None);
        }
        if let Some(at) = self.used_up_at(percent, policy)? {
            return Ok(Some(now > at));
        }
        // It rests, and no date was told.
        Ok(self.within.map(|within| {
            let used = i128::from(self.used.of(within.unit));
            used * 100 > i128::from(within.ms) * i128::from(percent)
        }))
    }

    /// The last instant at which no more than so many hundredths are used up, as things stand; `None` where nothing is
    /// measured, or the measurement rests without a date.
    ///
    /// # Errors
    /// [`HorizonError`] beyond the years that a calendar is known for.
    pub fn used_up_at(&self, percent: u8, policy: &Policy) -> Result<Option<i64>, HorizonError> {
        match self.running {
            true => self.warning(Warning::Percent(percent), policy),
            false => Ok(None),
        }
    }

    fn warning(&self, warning: Warning, policy: &Policy) -> Result<Option<i64>, HorizonError> {
        match (warning, self.due(policy)?) {
            (_, None) => Ok(None),
            (Warning::Before(length), Some(due)) => policy.before(self.calendar, due, Amount::of(length)).map(Some),
            (Warning::Percent(percent), Some(due)) => self.percent(percent, due, policy),
        }
    }

    /// When so many hundredths are used up of what counts: the limit, or the time until the date where that is due
    /// first. While the limit rests the date comes to count once there is no more left until it than of the limit.
    fn percent(&self, percent: u8, due: i64, policy: &Policy) -> Result<Option<i64>, HorizonError> {
        let percent = i64::from(percent);
        let running = self.within_due(policy)?;
        if let Some(within) = self.within
            && running == Some(due)
        {
            return self.used_up(
                Amount {
                    ms: part(within.ms, percent, 100),
                    ..within
                },
                policy,
            );
        }
        let until_date = self
            .since
            .saturating_add(part(due.saturating_sub(self.since), percent, 100));
        match self.within.filter(|_| running.is_none()) {
            Some(within) => {
                let left = within.ms.saturating_sub(self.used.of(within.unit));
                let counts = policy.before(self.calendar, due, Amount { ms: left, ..within })?;
                Ok(Some(until_date.max(counts)))
            }
            None => Ok(Some(until_date)),
        }
    }

    /// The deadline as it is told.
    fn due(&self, policy: &Policy) -> Result<Option<i64>, HorizonError> {
        Ok(self.within_due(policy)?.into_iter().chain(self.by).min())
    }

    fn within_due(&self, policy: &Policy) -> Result<Option<i64>, HorizonError> {
        match self.within {
            Some(within) => self.used_up(within, policy),
            None => Ok(None),
        }
    }

    /// The last instant at which the promise is kept.
    fn breaks(&self, policy: &Policy) -> Result<Option<i64>, HorizonError> {
        if let Some(most) = policy.at_most {
            return Ok((self.counted > i64::from(most)).then_some(self.changed));
        }
        let within = match (self.within, policy.late) {
            (Some(within), Late::NextOpening) if !self.paused => {
                let left = within.ms.saturating_sub(self.used.of(within.unit));
                Some(policy.last_with(self.calendar, self.at, Amount { ms: left, ..within })?)
            }
            _ => self.within_due(policy)?,
        };
        Ok(within.into_iter().chain(self.by).min())
    }

    /// The instant at which `amount` is used up, or was, as if the clock had not rested since; `None` if it rests before.
    fn used_up(&self, amount: Amount, policy: &Policy) -> Result<Option<i64>, HorizonError> {
        let left = amount.ms.saturating_sub(self.used.of(amount.unit));
        if self.paused && left >= 0 {
            return Ok(None);
        }
        policy
            .after(self.calendar, self.at, Amount { ms: left, ..amount })
            .map(Some)
    }

    /// What is left at `now` of the limit or until the date, whichever is due first, also while it rests.
    fn left(&self, now: i64, policy: &Policy) -> Result<Option<(i64, Counted)>, HorizonError> {
        let limit = match self.within {
            Some(within) => {
                let mut then = *self;
                then.count(now, policy)?;
                let due = then.if_it_ran(now).within_due(policy)?;
                let counted = within.unit.counted();
                due.map(|due| (due, within.ms.saturating_sub(then.used.of(within.unit)), counted))
            }
            None => None,
        };
        let date = self.by.map(|by| (by, by.saturating_sub(now), Counted::Elapsed));
        let first = limit.into_iter().chain(date).min_by_key(|(due, ..)| *due);
        Ok(first.map(|(_, left, counted)| (left, counted)))
    }

    /// The clock that went on at `now`.
    fn if_it_ran(mut self, now: i64) -> Self {
        if self.paused {
            self.at = now;
            self.paused = false;
        }
        self
    }

    fn used_at(&self, now: i64, policy: &Policy) -> Result<Used, HorizonError> {
        match self.paused {
            true => Ok(self.used),
            false => Ok(self.used.and(policy.between(self.calendar, self.at, now)?)),
        }
    }

    fn count(&mut self, now: i64, policy: &Policy) -> Result<(), HorizonError> {
        self.used = self.used_at(now, policy)?;
        if !self.paused {
            for (by, more) in self.anew.iter_mut().zip(policy.anew(self.at, now)?) {
                *by = by.saturating_add(more);
            }
        }
        self.at = now;
        Ok(())
    }

    fn change(&mut self, now: i64, by_level: bool) {
        // What was over before stays told as what made it so.
        self.by_level = by_level || self.by_level && self.changed == now;
        self.changed = now;
    }
}

fn bit(bits: i64, number: usize) -> bool {
    number < 63 && bits >> number & 1 == 1
}

fn set(bits: &mut i64, number: u16) {
    if number < 63 {
        *bits |= 1 << number;
    }
}
