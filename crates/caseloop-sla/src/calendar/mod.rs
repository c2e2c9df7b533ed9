//! Business calendars: when it is open, how much open time passes, and when an amount of it has passed.
//!
//! [`CalendarDescription`] is what is written, [`Calendar`] what is built of it, [`Calendars`] a file of them.

mod arithmetic;
mod chunk;
mod content;
mod dates;
mod days;
pub(crate) mod description;
mod error;
mod explain;
mod index;
pub(crate) mod pattern;
pub(crate) mod rule;
pub(crate) mod set;
mod slots;
pub(crate) mod span;
mod stretch;
mod text;
pub(crate) mod zone;

pub use dates::MonthEnd;
pub use days::{Outside, SameTime, StartDay};
pub use description::{ALWAYS, CalendarDescription, Holiday, HolidayList, Member};
pub use error::{CalendarError, HorizonError};
pub use explain::{Explanation, Part, Stamp, Why};
pub use pattern::DayKind;
pub use rule::DayRule;
pub use set::{Calendars, CalendarsDescription, CalendarsError};
pub use span::Span;
pub use stretch::Stretch;

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use index::{Chunk, Index, WorkingDay};
use pattern::{Pattern, Years};
use std::sync::{Arc, OnceLock};

/// The first year that calendars know.
pub const FIRST_YEAR: i32 = 1900;
/// The last year that calendars know: the time zone database holds changes of offsets up to it.
pub const LAST_YEAR: i32 = 2099;
/// The most levels of calendars that are composed of others.
pub const DEPTH: usize = 16;
/// The most days and spans that the calendars of one description hold: those of a week count for each of its 52, a
/// holiday of every year for the days of a year, those of a list or a member for each calendar that uses it.
pub const MOST_WORK: u64 = 4_000_000;

/// What it counts to look for an open moment in all years.
const LOOKED_FOR: u64 = 4 * 366 * 200;

/// The year from which open time is counted; those around it are worked out first.
const MIDDLE_YEAR: i32 = 2020;

/// When it is open: a pattern of the local clock in a time zone, or calendars put together.
///
/// Instants are milliseconds since 1970 in UTC, lengths milliseconds; every stretch is half-open, so a closing instant
/// is closed. A moment is open if and only if its local reading lies in the pattern: in the gap of a change to summer
/// time nothing is open, in the fold of a change back what is read twice counts twice, and days of 23 and 25 hours
/// measure as such.
///
/// A calendar is known for the local years [`FIRST_YEAR`] to [`LAST_YEAR`], or for those of its lists of holidays;
/// beyond them every question is answered with a [`HorizonError`]. It is worked out a local year at a time when a
/// question first needs it; clones share what was worked out.
///
/// ```
/// use caseloop_sla::Calendar;
/// const HOUR: i64 = 3_600_000;
/// let office = Calendar::in_zone("Asia/Shanghai").weekly("mon-fri", ["09:00-18:00".parse()?]).build()?;
/// let friday = 1_763_716_800_000; // 2025-11-21 17:20 in Shanghai
/// assert!(office.is_open(friday)?);
/// let due = office.due_at(friday, HOUR)?;
/// assert_eq!(due - friday, 64 * HOUR); // Monday 09:20
/// assert_eq!(office.elapsed(friday, due)?, HOUR);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Calendar(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    zone: Tz,
    source: Source,
    index: Index,
    content: OnceLock<[u8; 32]>,
    /// How many levels of calendars it is put together from.
    levels: usize,
    /// Days and spans, as [`MOST_WORK`] counts them.
    work: u64,
    /// What is said of an instant before the horizon, and of one after it.
    before: HorizonError,
    after: HorizonError,
}

/// Where the open time comes from.
#[derive(Debug)]
enum Source {
    Pattern(Box<Pattern>),
    And(Vec<Calendar>),
    Or(Vec<Calendar>),
    /// The first without all the others.
    Minus(Vec<Calendar>),
}

impl Calendar {
    pub(crate) const NO_COMMON_YEAR: &'static str = "the calendars that are put together have no year in common";

    /// An empty description of a calendar in a time zone, to be filled by its methods and built.
    #[must_use]
    pub fn in_zone(zone: &str) -> CalendarDescription {
        CalendarDescription {
            zone: Some(zone.to_owned()),
            ..CalendarDescription::default()
        }
    }

    /// Open when all of them are. Dates are those of the first member's zone.
    ///
    /// # Errors
    /// If there is no member, if their years have none in common, or if they are never open at the same time.
    pub fn all_of(members: impl IntoIterator<Item = Self>) -> Result<Self, CalendarError> {
        Self::composed(None, Source::And(members.into_iter().collect()))
    }

    /// Open when one of them is. Dates are those of the first member's zone.
    ///
    /// # Errors
    /// If there is no member, or if their years have none in common.
    pub fn any_of(members: impl IntoIterator<Item = Self>) -> Result<Self, CalendarError> {
        Self::composed(None, Source::Or(members.into_iter().collect()))
    }

    /// Open when this one is and the other is not.
    ///
    /// # Errors
    /// If their years have none in common, or if nothing is left.
    pub fn minus(self, other: Self) -> Result<Self, CalendarError> {
        Self::composed(None, Source::Minus(vec![self, other]))
    }

    pub(crate) fn time_zone(&self) -> Tz {
        self.0.zone
    }

    /// The name of its time zone.
    #[must_use]
    pub fn zone(&self) -> &'static str {
        self.0.zone.name()
    }

    /// The version of the time zone database, such as `2025b`.
    #[must_use]
    pub fn zone_database() -> &'static str {
        chrono_tz::IANA_TZDB_VERSION
    }

    /// The instants for which it can answer.
    #[must_use]
    pub fn horizon(&self) -> Stretch {
        self.0.index.whole()
    }

    /// The local date at an instant.
    ///
    /// # Errors
    /// Beyond the horizon.
    pub fn date(&self, at: i64) -> Result<NaiveDate, HorizonError> {
        self.locate(at)?;
        Ok(zone::date(zone::day_of(zone::reading(self.0.zone, at))))
    }

    /// The instant at which the local clock has a reading: the earlier of two alike, the end of the gap for a reading that
    /// the clock skips.
    ///
    /// # Errors
    /// Beyond the horizon.
    pub fn instant(&self, local: NaiveDateTime) -> Result<i64, HorizonError> {
        let reading = local.and_utc().timestamp_millis();
        // Far from the horizon there is nothing to look up.
        let horizon = self.horizon();
        if reading < horizon.start - 2 * span::DAY || reading > horizon.end + 2 * span::DAY {
            return Err(self.beyond(reading));
        }
        let at = zone::instant_of(self.0.zone, reading);
        self.locate(at).map(|_| at)
    }

    /// Why a day has the hours that it has; `None` for calendars that are put together.
    #[must_use]
    pub fn day_kind(&self, date: NaiveDate) -> Option<DayKind> {
        match &self.0.source {
            Source::Pattern(pattern) => Some(pattern.kind(zone::number(date))),
            _ => None,
        }
    }

    /// Whether a day is a holiday of the calendar or of one that it is put together from, be it worked or not.
    #[must_use]
    pub fn is_holiday(&self, date: NaiveDate) -> bool {
        match &self.0.source {
            Source::Pattern(pattern) => pattern.holiday(zone::number(date)).is_some(),
            Source::And(members) | Source::Or(members) | Source::Minus(members) => {
                members.iter().any(|member| member.is_holiday(date))
            }
        }
    }

    /// Whether the local reading at an instant lies in a break of the calendar or of one that it is put together from.
    #[must_use]
    pub fn is_break(&self, at: i64) -> bool {
        match &self.0.source {
            Source::Pattern(pattern) => {
                let Some(_) = self.0.index.locate(at) else { return false };
                let reading = zone::reading(self.0.zone, at);
                let today = zone::day_of(reading);
                (today - 1..=today).any(|day| {
                    let of_day = reading - zone::midnight(day);
                    pattern
                        .breaks(day)
                        .any(|span| span.from() <= of_day && of_day < span.to())
                })
            }
            Source::And(members) | Source::Or(members) | Source::Minus(members) => {
                members.iter().any(|member| member.is_break(at))
            }
        }
    }

    fn of_pattern(zone: Tz, pattern: Pattern) -> Result<Self, CalendarError> {
        let Years {
            first,
            last,
            first_of,
            last_of,
        } = pattern.years.clone();
        let bounds = (first..=last + 1).map(|year| zone::instant_of(zone, zone::midnight(zone::new_year(year))));
        let bounds: Vec<i64> = bounds.collect();
        let error = |list: Option<(Arc<str>, i32, i32)>| match list {
            Some((list, first, last)) => HorizonError::List {
                list: list.to_string(),
                first,
                last,
            },
            None => HorizonError::Years { first, last },
        };
        let (before, after) = (error(first_of), error(last_of));
        Self::opening(zone, Source::Pattern(Box::new(pattern)), bounds, before, after)
    }

    fn composed(zone: Option<Tz>, source: Source) -> Result<Self, CalendarError> {
        let (Source::And(members) | Source::Or(members) | Source::Minus(members)) = &source else {
            return Err(CalendarError::NeverOpens);
        };
        let last_start = members.iter().max_by_key(|member| member.horizon().start);
        let first_end = members.iter().min_by_key(|member| member.horizon().end);
        let (Some(lead), Some(last_start), Some(first_end)) = (members.first(), last_start, first_end) else {
            return Err(CalendarError::Shape {
                problem: "a calendar that is put together needs members",
            });
        };
        let zone = zone.unwrap_or(lead.0.zone);
        let (start, end) = (last_start.horizon().start, first_end.horizon().end);
        if start >= end {
            return Err(CalendarError::Shape {
                problem: Self::NO_COMMON_YEAR,
            });
        }
        let new_years =
            (FIRST_YEAR..=LAST_YEAR).map(|year| zone::instant_of(zone, zone::midnight(zone::new_year(year))));
        let within = new_years.filter(|bound| start < *bound && *bound < end);
        let bounds = std::iter::once(start)
            .chain(within)
            .chain(std::iter::once(end))
            .collect();
        let (before, after) = (last_start.0.before.clone(), first_end.0.after.clone());
        Self::opening(zone, source, bounds, before, after)
    }

    /// The calendar, if it opens at all.
    fn opening(
        zone: Tz,
        source: Source,
        bounds: Vec<i64>,
        before: HorizonError,
        after: HorizonError,
    ) -> Result<Self, CalendarError> {
        let (levels, work) = match &source {
            Source::Pattern(pattern) => (0, pattern.work.saturating_add(366)),
            Source::And(members) | Source::Or(members) | Source::Minus(members) => {
                members.iter().fold((1, 0_u64), |(levels, work), member| {
                    (levels.max(1 + member.0.levels), work.saturating_add(member.0.work))
                })
            }
        };
        if levels > DEPTH {
            return Err(CalendarError::Circle { name: None });
        }
        if work > MOST_WORK {
            return Err(CalendarError::TooLarge);
        }
        let index = Index::new(bounds, zone::midnight(zone::new_year(MIDDLE_YEAR)));
        let calendar = Self(Arc::new(Inner {
            zone,
            source,
            index,
            content: OnceLock::new(),
            levels,
            work,
            before,
            after,
        }));
        match calendar.middle().is_some_and(|chunk| chunk.open > 0)
            || (0..calendar.0.index.len()).any(|chunk| calendar.chunk(chunk).is_some_and(|chunk| chunk.open > 0))
        {
            true => Ok(calendar),
            false => Err(CalendarError::NeverOpens),
        }
    }

    /// The chunk of the year from which open time is counted.
    fn middle(&self) -> Option<&Chunk> {
        let middle = self.0.index.locate(zone::midnight(zone::new_year(MIDDLE_YEAR) + 1));
        self.chunk(middle?)
    }

    /// What it took to build, as [`MOST_WORK`] counts it.
    fn work(&self) -> u64 {
        match self.middle().is_some_and(|chunk| chunk.open > 0) {
            true => self.0.work,
            false => self.0.work.saturating_add(LOOKED_FOR),
        }
    }

    /// The chunk of an instant.
    fn locate(&self, at: i64) -> Result<usize, HorizonError> {
        self.0.index.locate(at).ok_or_else(|| self.beyond(at))
    }

    /// What is said of an instant beyond the horizon.
    fn beyond(&self, at: i64) -> HorizonError {
        match at < self.horizon().start {
            true => self.0.before.clone(),
            false => self.0.after.clone(),
        }
    }

    /// The working day of a date, if it is one.
    fn working(&self, day: i32) -> Result<Option<WorkingDay>, HorizonError> {
        let chunk = self.chunk_of_day(day)?;
        let days = self.chunk(chunk).map_or(&[][..], |chunk| &chunk.days);
        let at = days.partition_point(|known| known.day < day);
        Ok(days.get(at).copied().filter(|known| known.day == day))
    }
}
