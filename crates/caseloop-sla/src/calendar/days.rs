//! Working days: the nth after a day, its closing time, or the same time of day on it.

use super::dates::resolved;
use super::{Calendar, HorizonError, WorkingDay, zone};
use chrono::NaiveDate;

/// How the same time on another working day is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SameTime {
    /// What is counted from where the start's day is no working day.
    pub start: StartDay,
    /// What becomes of a time of day at which it is closed.
    pub outside: Outside,
}

/// What working days are counted from where the start's day is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StartDay {
    /// From the day itself: one working day after a Saturday is Monday.
    #[default]
    AsIs,
    /// From the opening of the next working day: one working day after a Saturday is Tuesday.
    Next,
    /// From the opening of the last working day before: one working day before a Saturday is Thursday.
    Last,
}

/// What becomes of a time of day at which the calendar is closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outside {
    /// It moves to the next opening, or to the last closing where days are counted back.
    #[default]
    Moved,
    /// It stays as it is.
    Kept,
}

impl Calendar {
    /// Whether a local date is a working day: whether something that starts on it is open, be it for a moment. For
    /// calendars that are put together: whether something is open between its midnights. A date that the zone skips is
    /// none.
    ///
    /// # Errors
    /// Beyond the horizon.
    pub fn is_working_day(&self, date: NaiveDate) -> Result<bool, HorizonError> {
        Ok(self.working(zone::number(date))?.is_some())
    }

    /// The nth working day after a local date; before it for a negative n; the date itself for 0.
    ///
    /// # Errors
    /// If the date or the answer lies beyond the horizon.
    pub fn working_day(&self, date: NaiveDate, n: i64, start: StartDay) -> Result<NaiveDate, HorizonError> {
        let day = self.start_day(zone::number(date), start)?;
        match n {
            0 => Ok(zone::date(day)),
            n => Ok(zone::date(self.nth(day, n)?.day)),
        }
    }

    /// The closing time of the nth working day after the local day of an instant: `3 working days` from Tuesday
    /// morning, and from Tuesday night, is Friday at closing time. That instant is closed: what happens at it is in
    /// time, what happens after it is not. A night shift closes on the morning after its day.
    ///
    /// A negative n counts back. For 0 it is the closing time of the day itself, or of the next working day where it
    /// is none.
    ///
    /// ```
    /// use caseloop_sla::Calendar;
    /// let office = Calendar::in_zone("Asia/Shanghai")
    ///     .weekly("mon-fri", ["09:00-18:00".parse()?])
    ///     .holiday("2025-10-01..2025-10-08".parse()?, Some("国庆节"))
    ///     .override_as("2025-10-11", "mon")
    ///     .build()?;
    /// let told = 1_759_215_600_000; // 2025-09-30 15:00 in Shanghai
    /// let due = office.end_of_working_day(told, 3)?;
    /// assert_eq!(due, 1_760_176_800_000); // Saturday 2025-10-11 18:00, a day worked instead
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If the instant or the answer lies beyond the horizon.
    pub fn end_of_working_day(&self, from: i64, n: i64) -> Result<i64, HorizonError> {
        let day = self.day_of(from)?;
        match (n, self.working(day)?) {
            (0, Some(today)) => Ok(today.closes),
            (0, None) => Ok(self.nth(day, 1)?.closes),
            (n, _) => Ok(self.nth(day, n)?.closes),
        }
    }

    /// The same time of the local clock on the nth working day after the local day of an instant; before it for a
    /// negative n. A time that the clock skips on that day is its next one, of two alike the one with the start's
    /// offset is taken, otherwise the earlier.
    ///
    /// # Errors
    /// If the instant or the answer lies beyond the horizon.
    pub fn same_time(&self, from: i64, n: i64, rule: SameTime) -> Result<i64, HorizonError> {
        let today = self.day_of(from)?;
        let day = self.start_day(today, rule.start)?;
        let from = match (day == today, self.working(day)?) {
            (false, Some(moved)) => moved.opens,
            _ => from,
        };
        let of_day = zone::reading(self.0.zone, from) - zone::midnight(day);
        let at = match n {
            0 => from,
            n => {
                let target = zone::midnight(self.nth(day, n)?.day) + of_day;
                resolved(self.0.zone, target, zone::offset(self.0.zone, from))
            }
        };
        match rule.outside {
            Outside::Kept => self.locate(at).map(|_| at),
            Outside::Moved if n >= 0 => self.next_open(at),
            // An opening is a time at which it is open.
            Outside::Moved if self.is_open(at)? => Ok(at),
            Outside::Moved => self.prev_close(at),
        }
    }

    /// The working days from one local date to another, the first included, the last not; negative where the second is
    /// the earlier.
    ///
    /// # Errors
    /// Beyond the horizon.
    pub fn working_days(&self, from: NaiveDate, until: NaiveDate) -> Result<i64, HorizonError> {
        Ok(self.days_before(zone::number(until))?.0 - self.days_before(zone::number(from))?.0)
    }

    /// The local day of an instant.
    fn day_of(&self, at: i64) -> Result<i32, HorizonError> {
        self.locate(at)?;
        Ok(zone::day_of(zone::reading(self.0.zone, at)))
    }

    /// The day from which working days are counted.
    fn start_day(&self, day: i32, start: StartDay) -> Result<i32, HorizonError> {
        let step = match start {
            StartDay::AsIs => return Ok(day),
            StartDay::Next => 1,
            StartDay::Last => -1,
        };
        match self.working(day)? {
            Some(_) => Ok(day),
            None => Ok(self.nth(day, step)?.day),
        }
    }

    /// The working days before a day, and the chunk to which it belongs.
    fn days_before(&self, day: i32) -> Result<(i64, usize), HorizonError> {
        let chunk = self.chunk_of_day(day)?;
        let within = self.chunk(chunk).map_or(0, |chunk| {
            let before = chunk.days.partition_point(|known| known.day < day);
            i64::try_from(before).unwrap_or(i64::MAX)
        });
        Ok((self.passed(chunk).days + within, chunk))
    }

    /// The nth working day after a day, or before it; n is not 0.
    fn nth(&self, day: i32, n: i64) -> Result<WorkingDay, HorizonError> {
        let (before, near) = self.days_before(day)?;
        // The count of working days up to and with the one that is looked for.
        let target = match n > 0 {
            true => before
                .saturating_add(i64::from(self.working(day)?.is_some()))
                .saturating_add(n),
            false => before.saturating_add(n).saturating_add(1),
        };
        let chunk = self.cross(near, |passed| passed.days >= target)?;
        let within = usize::try_from(target - self.passed(chunk).days - 1).ok();
        let found = self.chunk(chunk).and_then(|chunk| chunk.days.get(within?));
        found.copied().ok_or_else(|| self.0.after.clone())
    }
}
