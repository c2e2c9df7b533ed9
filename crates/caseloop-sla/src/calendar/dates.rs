//! Calendar months and years: the same time of the local clock in another month.

use super::span::DAY;
use super::zone::{self, date, day_of, first_at, midnight, number, offset, preimage, reading, segments};
use super::{Calendar, FIRST_YEAR, HorizonError, LAST_YEAR};
use chrono::{Datelike, Months, NaiveDate};
use chrono_tz::Tz;

/// What becomes of a day that the month reached does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MonthEnd {
    /// It is the last day of that month: a month after 31 January is 28 February.
    #[default]
    Cut,
    /// It is the first day of the month after, for periods that must last at least so long: two years after
    /// 29 February 2024 is 1 March 2026.
    NextMonth,
}

impl Calendar {
    /// The same day of the month and time of the local clock, so many months later; earlier for a negative number. A
    /// year is twelve months. Open or closed makes no difference, and lists of holidays set no bound.
    ///
    /// A time that the clock skips on that day is its next one; of two alike the one with the start's offset is taken,
    /// otherwise the earlier.
    ///
    /// ```
    /// use caseloop_sla::{Calendar, MonthEnd};
    /// let office = Calendar::in_zone("Asia/Shanghai").always().build()?;
    /// let leap_day = 1_709_179_200_000; // 2024-02-29 12:00 in Shanghai
    /// assert_eq!(office.months_after(leap_day, 24, MonthEnd::Cut)?, 1_772_251_200_000); // 2026-02-28 12:00
    /// assert_eq!(office.months_after(leap_day, 24, MonthEnd::NextMonth)?, 1_772_337_600_000); // 2026-03-01 12:00
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If the instant or the answer lies outside [`FIRST_YEAR`] to [`LAST_YEAR`].
    pub fn months_after(&self, from: i64, months: i32, end: MonthEnd) -> Result<i64, HorizonError> {
        let zone = self.0.zone;
        let beyond = HorizonError::Years {
            first: FIRST_YEAR,
            last: LAST_YEAR,
        };
        let known =
            |at: i64| (midnight(zone::new_year(FIRST_YEAR) + 2)..midnight(zone::new_year(LAST_YEAR + 1))).contains(&at);
        if !known(from) {
            return Err(beyond);
        }
        let local = reading(zone, from);
        let day = date(day_of(local));
        let moved = later(day, months, end).filter(|moved| (FIRST_YEAR..=LAST_YEAR).contains(&moved.year()));
        let Some(moved) = moved else { return Err(beyond) };
        let target = midnight(number(moved)) + local.rem_euclid(DAY);
        match months {
            0 => Ok(from),
            _ => Ok(resolved(zone, target, offset(zone, from))),
        }
    }
}

fn later(day: NaiveDate, months: i32, end: MonthEnd) -> Option<NaiveDate> {
    let by = Months::new(months.unsigned_abs());
    let moved = match months < 0 {
        true => day.checked_sub_months(by)?,
        false => day.checked_add_months(by)?,
    };
    match end {
        MonthEnd::NextMonth if moved.day() < day.day() => moved.succ_opt(),
        _ => Some(moved),
    }
}

/// The instant at which the local clock has a reading: of two the one with the offset `like` or the earlier, in a gap the
/// end of the gap.
pub(super) fn resolved(zone: Tz, target: i64, like: i64) -> i64 {
    let around = segments(zone, target - 2 * DAY, target + 2 * DAY);
    let mut at = Vec::new();
    preimage(&around, target, target + 1, &mut at);
    let alike = at.iter().find(|found| target - found.start == like);
    let found = alike.or(at.first()).map(|found| found.start);
    found.or_else(|| first_at(&around, target)).unwrap_or(target)
}
