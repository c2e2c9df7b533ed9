//! Amounts of time, elapsed or working, and when they are used up by the calendars of a policy.

use crate::policy::{MOST_ANEW, Policy};
use crate::{Calendar, Counted, HorizonError, MonthEnd};
use caseloop_expr::Length;

/// What time is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Elapsed,
    Working,
}

impl Unit {
    pub(crate) fn counted(self) -> Counted {
        match self {
            Self::Elapsed => Counted::Elapsed,
            Self::Working => Counted::Working,
        }
    }
}

/// So many milliseconds of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) unit: Unit,
    pub(crate) ms: i64,
}

impl Amount {
    /// A length that needs no beginning: days and months, which do, count as none.
    pub(crate) fn of(length: Length) -> Self {
        let (unit, ms) = match length {
            Length::Elapsed(ms) => (Unit::Elapsed, ms),
            Length::WorkingTime(ms) => (Unit::Working, ms),
            Length::WorkingDays(_) | Length::Months(_) | Length::Years(_) => (Unit::Elapsed, 0),
        };
        Self { unit, ms }
    }
}

/// What a measurement has used up, counted both ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) elapsed: i64,
    pub(crate) working: i64,
}

impl Used {
    pub(crate) fn of(self, unit: Unit) -> i64 {
        match unit {
            Unit::Elapsed => self.elapsed,
            Unit::Working => self.working,
        }
    }

    pub(crate) fn set(&mut self, unit: Unit, ms: i64) {
        match unit {
            Unit::Elapsed => self.elapsed = ms,
            Unit::Working => self.working = ms,
        }
    }

    pub(crate) fn and(self, more: Self) -> Self {
        Self {
            elapsed: self.elapsed.saturating_add(more.elapsed),
            working: self.working.saturating_add(more.working),
        }
    }
}

/// A limit as an amount: days and months are what lies between the beginning and the instant that they lead to.
pub(crate) fn amount(
    within: Option<Length>,
    since: i64,
    policy: &Policy,
    calendar: i64,
) -> Result<Option<Amount>, HorizonError> {
    let Some(length) = within else { return Ok(None) };
    let zoned = || policy.calendar(calendar).ok_or(HorizonError::NoCalendar);
    let months = |months: u32| {
        let until = zoned()?.months_after(since, i32::try_from(months).unwrap_or(i32::MAX), MonthEnd::Cut)?;
        let (unit, ms) = (Unit::Elapsed, until.saturating_sub(since));
        Ok(Amount { unit, ms })
    };
    Ok(Some(match length {
        Length::Elapsed(_) | Length::WorkingTime(_) => Amount::of(length),
        Length::WorkingDays(days) => {
            let calendar = zoned()?;
            let until = calendar.end_of_working_day(since, i64::from(days))?;
            let (unit, ms) = (Unit::Working, calendar.elapsed(since, until)?);
            Amount { unit, ms }
        }
        Length::Months(count) => months(count)?,
        Length::Years(count) => months(count.saturating_mul(12))?,
    }))
}

impl Policy {
    pub(crate) fn calendar(&self, number: i64) -> Option<&Calendar> {
        usize::try_from(number)
            .ok()
            .and_then(|number| self.calendars.get(number))
    }

    /// The time between two instants.
    pub(crate) fn between(&self, calendar: i64, from: i64, until: i64) -> Result<Used, HorizonError> {
        let elapsed = until.saturating_sub(from);
        let working = match self.calendar(calendar) {
            Some(calendar) => calendar.elapsed(from, until)?,
            None => elapsed,
        };
        Ok(Used { elapsed, working })
    }

    /// The working time between two instants by each calendar by which it may be measured anew.
    pub(crate) fn anew(&self, from: i64, until: i64) -> Result<[i64; MOST_ANEW], HorizonError> {
        let mut anew = [0; MOST_ANEW];
        for (by, calendar) in anew.iter_mut().zip(&self.anew_by) {
            *by = self.between(i64::from(*calendar), from, until)?.working;
        }
        Ok(anew)
    }

    /// What was used up by one of those calendars.
    pub(crate) fn is_anew(&self, calendar: i64, anew: &[i64; MOST_ANEW]) -> Option<i64> {
        let mut kept = self.anew_by.iter().zip(anew);
        kept.find(|(by, _)| i64::from(**by) == calendar).map(|(_, used)| *used)
    }

    /// The first instant at which an amount has passed since `from`; back from there for a negative one.
    pub(crate) fn after(&self, calendar: i64, from: i64, amount: Amount) -> Result<i64, HorizonError> {
        match (amount.unit, self.calendar(calendar)) {
            (Unit::Working, Some(calendar)) if amount.ms < 0 => calendar.breach_at(from, amount.ms),
            (Unit::Working, Some(calendar)) => calendar.due_at(from, amount.ms),
            _ => Ok(from.saturating_add(amount.ms)),
        }
    }

    /// The last instant at which no more than an amount has passed since `from`.
    pub(crate) fn last_with(&self, calendar: i64, from: i64, amount: Amount) -> Result<i64, HorizonError> {
        match (amount.unit, self.calendar(calendar)) {
            (Unit::Working, Some(calendar)) if amount.ms >= 0 => calendar.breach_at(from, amount.ms),
            _ => self.after(calendar, from, amount),
        }
    }

    /// The last instant from which an amount passes until `until`.
    pub(crate) fn before(&self, calendar: i64, until: i64, amount: Amount) -> Result<i64, HorizonError> {
        match (amount.unit, self.calendar(calendar)) {
            (Unit::Working, Some(calendar)) => calendar.due_at(until, amount.ms.saturating_neg()),
            _ => Ok(until.saturating_sub(amount.ms)),
        }
    }
}

/// `amount` times `times` by `by`, rounded down; `amount` itself where `by` is 0.
pub(crate) fn part(amount: i64, times: i64, by: i64) -> i64 {
    let product = i128::from(amount) * i128::from(times);
    let whole = product.checked_div(i128::from(by)).unwrap_or(i128::from(amount));
    i64::try_from(whole).unwrap_or(amount)
}
