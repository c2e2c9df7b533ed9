//! The calendar workload: office hours in New York with the federal holidays, questions spread over some years, and a walk
//! over days that answers them the plain way.
//!
//! The walk was written to be measured against, as one writes it when calendars are no subject: it asks the time zone
//! database for the opening and the closing of each day. It keeps its holidays in a sorted set and allocates nothing.

use caseloop_sla::{Calendar, CalendarError, Calendars, CalendarsDescription, HolidayList, HorizonError, Member, Span};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Weekday};
use chrono_tz::America::New_York;
use std::collections::BTreeSet;

/// What `add` adds: 100 hours of open time, in milliseconds.
pub const AMOUNT: i64 = 100 * HOUR;
/// What `between` measures: the open time of 365 days, in milliseconds.
pub const LENGTH: i64 = 365 * 24 * HOUR;

const HOUR: i64 = 3_600_000;

/// A question: from when, in milliseconds since 1970.
pub type Start = i64;

/// So many years of calendar and questions, the last being 2035: some of the libraries that this is measured beside know
/// no summer time after 2037.
#[derive(Debug)]
pub struct BusinessHours {
    /// The calendar, worked out for all its years.
    pub calendar: Calendar,
    /// The walk over the same hours.
    pub walk: DayWalk,
    /// Where questions start, spread over the years in no order.
    pub starts: Vec<Start>,
}

impl BusinessHours {
    /// So many years, and so many questions.
    ///
    /// # Errors
    /// If there are fewer than three years, for then no question stays within them.
    pub fn new(years: i32, questions: usize) -> Result<Self, Box<dyn std::error::Error>> {
        let (first, last) = (2036 - years, 2035);
        let holidays = holidays(first, last);
        let calendar = calendar(first, last, &holidays)?;
        let whole = calendar.horizon();
        // Every answer lies within: 100 hours are 13 working days.
        let room = whole.length() - LENGTH - 40 * 24 * HOUR;
        if room <= 0 {
            return Err("so few years hold no question".into());
        }
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        let starts = (0..questions).map(|_| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            whole.start + 24 * HOUR + i64::try_from(seed >> 1).unwrap_or_default() % room
        });
        let starts = starts.collect();
        // Worked out once, so that only answers are measured.
        calendar.elapsed(whole.start, whole.end - 1)?;
        Ok(Self {
            calendar,
            walk: DayWalk { holidays },
            starts,
        })
    }

    /// Whether the calendar and the walk give the same answers to the first so many questions.
    ///
    /// # Errors
    /// The first question that they answer differently.
    pub fn check(&self, questions: usize) -> Result<(), Box<dyn std::error::Error>> {
        for start in self.starts.iter().take(questions) {
            let (add, between) = (self.add(*start)?, self.between(*start)?);
            if self.walk.add(*start, AMOUNT) != Some(add) || self.walk.between(*start, start + LENGTH) != between {
                return Err(
                    format!("from {start} the calendar says {add} and {between}, the walk something else").into(),
                );
            }
        }
        Ok(())
    }

    /// When the amount is due, by the calendar.
    ///
    /// # Errors
    /// Beyond the years.
    pub fn add(&self, start: Start) -> Result<i64, HorizonError> {
        self.calendar.due_at(start, AMOUNT)
    }

    /// What is open of 365 days, by the calendar.
    ///
    /// # Errors
    /// Beyond the years.
    pub fn between(&self, start: Start) -> Result<i64, HorizonError> {
        self.calendar.elapsed(start, start + LENGTH)
    }
}

/// Hours as a walk over days knows them.
#[derive(Debug)]
pub struct DayWalk {
    /// Days off, weekends aside.
    pub holidays: BTreeSet<NaiveDate>,
}

impl DayWalk {
    /// When an amount of open time has passed.
    #[must_use]
    pub fn add(&self, start: Start, amount: i64) -> Option<i64> {
        let mut date = local_date(start)?;
        let mut left = amount;
        loop {
            if let Some((opens, closes)) = self.hours(date) {
                let from = opens.max(start);
                if from < closes {
                    if left <= closes - from {
                        return Some(from + left);
                    }
                    left -= closes - from;
                }
            }
            date = date.checked_add_days(Days::new(1))?;
        }
    }

    /// The open time from one instant to a later one.
    #[must_use]
    pub fn between(&self, from: Start, until: Start) -> i64 {
        let (Some(mut date), Some(last)) = (local_date(from), local_date(until)) else {
            return 0;
        };
        let mut open = 0;
        while date <= last {
            if let Some((opens, closes)) = self.hours(date) {
                open += (closes.min(until) - opens.max(from)).max(0);
            }
            match date.checked_add_days(Days::new(1)) {
                Some(next) => date = next,
                None => break,
            }
        }
        open
    }

    /// When a day opens and closes, if it does.
    fn hours(&self, date: NaiveDate) -> Option<(i64, i64)> {
        if matches!(date.weekday(), Weekday::Sat | Weekday::Sun) || self.holidays.contains(&date) {
            return None;
        }
        let at = |hour: u32| {
            let time = date.and_time(NaiveTime::from_hms_opt(hour, 0, 0)?);
            let at = New_York.from_local_datetime(&time).earliest()?;
            Some(at.timestamp_millis())
        };
        Some((at(9)?, at(17)?))
    }
}

fn local_date(at: i64) -> Option<NaiveDate> {
    let utc = DateTime::from_timestamp_millis(at)?;
    Some(utc.with_timezone(&New_York).date_naive())
}

/// The federal holidays that have a rule, as dates.
fn holidays(first: i32, last: i32) -> BTreeSet<NaiveDate> {
    let rules = [
        "01-01",
        "3rd mon of jan",
        "3rd mon of feb",
        "last mon of may",
        "06-19",
        "07-04",
        "1st mon of sep",
        "2nd mon of oct",
        "11-11",
        "4th thu of nov",
        "12-25",
    ];
    let rules = rules
        .iter()
        .filter_map(|rule| rule.parse::<caseloop_sla::DayRule>().ok());
    let rules: Vec<caseloop_sla::DayRule> = rules.collect();
    let days = (first..=last).filter_map(|year| NaiveDate::from_ymd_opt(year, 1, 1));
    let days = days.flat_map(|day| day.iter_days().take_while(move |next| next.year() == day.year()));
    days.filter(|day| rules.iter().any(|rule| rule.holds_on(*day)))
        .collect()
}

/// The calendar of some years: its list of holidays bounds it.
fn calendar(first: i32, last: i32, holidays: &BTreeSet<NaiveDate>) -> Result<Calendar, Box<dyn std::error::Error>> {
    let list = HolidayList {
        source: "federal holidays by their rules".to_owned(),
        years: format!("{first}..{last}"),
        off: holidays
            .iter()
            .map(|day| caseloop_sla::Holiday {
                day: day.to_string(),
                name: None,
            })
            .collect(),
        worked: Vec::new(),
        worked_as: None,
    };
    let hours: Span = "09:00-17:00"
        .parse()
        .map_err(|error: CalendarError| error.to_string())?;
    let office = Calendar::in_zone("America/New_York")
        .weekly("mon-fri", [hours])
        .list("federal");
    let written = CalendarsDescription {
        lists: [("federal".to_owned(), list)].into(),
        ..CalendarsDescription::default()
    };
    let calendars = Calendars::new(&written)?;
    Ok(calendars.resolve(&Member::Written(Box::new(office)))?)
}
