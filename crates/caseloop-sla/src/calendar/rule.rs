//! Rules for days: dates, days of every year, the nth weekday of a month, days around Easter.

use super::error::CalendarError;
use super::zone::{date, number};
use chrono::{Datelike, NaiveDate, Weekday};
use std::fmt;
use std::str::FromStr;

/// The most days between the first and the last of a range of dates.
pub(crate) const LONGEST_RANGE: i32 = 366;

/// Which days a holiday, an override or a break is for, in the local calendar.
///
/// Written as `2026-10-01`, `2026-10-01..2026-10-08` (both included, at most 367 days), `12-25` (of every year; `02-29`
/// of leap years), `4th thu of nov` or `last mon of may` (1st to 5th; a fifth that a month lacks is no day), `easter`,
/// `easter-2` or `easter+49` (days from the Western Easter Sunday, within 200).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DayRule {
    /// The days from one date to another, both included.
    Dates(NaiveDate, NaiveDate),
    /// A month, 1 to 12, and a day of it, in every year that has it.
    Yearly(u32, u32),
    /// The nth weekday of a month, n from 1 to 5, or the last (`None`).
    Nth(Option<u8>, Weekday, u32),
    /// So many days after Easter Sunday.
    Easter(i32),
}

impl DayRule {
    /// Whether it is for this day.
    #[must_use]
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        match *self {
            Self::Dates(first, last) => (first..=last).contains(&day),
            Self::Yearly(month, of_month) => (day.month(), day.day()) == (month, of_month),
            Self::Nth(nth, weekday, month) => {
                let fits = day.month() == month && day.weekday() == weekday;
                fits && match nth {
                    Some(nth) => (day.day() - 1) / 7 + 1 == u32::from(nth),
                    None => number(day)
                        .checked_add(7)
                        .is_none_or(|later| date(later).month() != month),
                }
            }
            Self::Easter(after) => easter(day.year()).is_some_and(|sunday| number(day) - number(sunday) == after),
        }
    }

    /// The days of a range of dates, for a rule that is one.
    pub(crate) fn dates(&self) -> Option<std::ops::RangeInclusive<i32>> {
        match self {
            Self::Dates(first, last) => Some(number(*first)..=number(*last)),
            _ => None,
        }
    }
}

/// Easter Sunday of the Gregorian calendar, by the anonymous rule of 1876 (whole numbers only).
fn easter(year: i32) -> Option<NaiveDate> {
    let (golden, century, rest) = (year % 19, year / 100, year % 100);
    let epact = (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
    let to_sunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let late = (golden + 11 * epact + 22 * to_sunday) / 451;
    let days = epact + to_sunday - 7 * late + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(days / 31).ok()?, u32::try_from(days % 31 + 1).ok()?)
}

impl FromStr for DayRule {
    type Err = CalendarError;

    fn from_str(text: &str) -> Result<Self, CalendarError> {
        let text = text.trim();
        let rule = read(text).ok_or_else(|| CalendarError::Text {
            found: text.to_owned(),
            expected: "a day such as `2026-10-01`, `2026-10-01..2026-10-08`, `12-25`, `4th thu of nov`, `last mon of may` or `easter+1`",
        })?;
        match rule {
            Self::Dates(first, last) if last < first || number(last) - number(first) > LONGEST_RANGE => {
                Err(CalendarError::Text {
                    found: text.to_owned(),
                    expected: "a range of at most 367 days that ends after it starts",
                })
            }
            rule => Ok(rule),
        }
    }
}

fn read(text: &str) -> Option<DayRule> {
    if let Some((first, last)) = text.split_once("..") {
        return Some(DayRule::Dates(plain(first.trim())?, plain(last.trim())?));
    }
    if let Some(day) = plain(text) {
        return Some(DayRule::Dates(day, day));
    }
    if let Some(after) = text.strip_prefix("easter") {
        let after: i32 = match after {
            "" => 0,
            after if after.starts_with(['+', '-']) => after.parse().ok()?,
            _ => return None,
        };
        return (-200..=200).contains(&after).then_some(DayRule::Easter(after));
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        [yearly] => {
            let (month, day) = yearly.split_once('-').filter(|_| yearly.len() == 5)?;
            let (month, day) = (month.parse().ok()?, day.parse().ok()?);
            // 2000 was a leap year.
            NaiveDate::from_ymd_opt(2000, month, day).map(|_| DayRule::Yearly(month, day))
        }
        [nth, weekday, "of", month] => {
            let nth = match *nth {
                "1st" => Some(1),
                "2nd" => Some(2),
                "3rd" => Some(3),
                "4th" => Some(4),
                "5th" => Some(5),
                "last" => None,
                _ => return None,
            };
            let month: chrono::Month = month.parse().ok()?;
            Some(DayRule::Nth(nth, weekday.parse().ok()?, month.number_from_month()))
        }
        _ => None,
    }
}

/// A date as `2026-10-01`, and in no other way.
pub(crate) fn plain(text: &str) -> Option<NaiveDate> {
    let fits = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    text.parse().ok().filter(|_| fits)
}

impl fmt::Display for DayRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Dates(first, last) if first == last => write!(f, "{first}"),
            Self::Dates(first, last) => write!(f, "{first}..{last}"),
            Self::Yearly(month, day) => write!(f, "{month:02}-{day:02}"),
            Self::Nth(nth, weekday, month) => {
                let nth = match nth {
                    Some(1) => "1st",
                    Some(2) => "2nd",
                    Some(3) => "3rd",
                    Some(4) => "4th",
                    Some(_) => "5th",
                    None => "last",
                };
                let month = NaiveDate::from_ymd_opt(2000, month, 1).unwrap_or_default();
                let month = month.format("%b").to_string().to_lowercase();
                write!(f, "{nth} {} of {month}", weekday.to_string().to_lowercase())
            }
            Self::Easter(0) => f.write_str("easter"),
            Self::Easter(after) => write!(f, "easter{after:+}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, days: &[&str], others: &[&str]) {
        let rule: DayRule = text.parse().unwrap();
        assert_eq!(rule.to_string(), text);
        for day in days {
            assert!(rule.holds_on(day.parse().unwrap()), "{text} on {day}");
        }
        for day in others {
            assert!(!rule.holds_on(day.parse().unwrap()), "{text} on {day}");
        }
    }

    #[test]
    fn rules_name_their_days() {
        check("2026-10-01", &["2026-10-01"], &["2026-10-02", "2025-10-01"]);
        check(
            "2026-10-01..2026-10-08",
            &["2026-10-01", "2026-10-08"],
            &["2026-09-30", "2026-10-09"],
        );
        check("12-25", &["1999-12-25", "2026-12-25"], &["2026-12-24"]);
        check("02-29", &["2024-02-29"], &["2026-02-28", "2026-03-01"]);
        check(
            "4th thu of nov",
            &["2026-11-26", "2023-11-23"],
            &["2026-11-19", "2023-11-30"],
        );
        check("5th mon of mar", &["2026-03-30"], &["2026-03-23"]);
        check("last mon of may", &["2026-05-25", "2021-05-31"], &["2026-05-18"]);
        check(
            "easter",
            &["2024-03-31", "2025-04-20", "2026-04-05", "1961-04-02"],
            &["2026-04-12"],
        );
        check("easter-2", &["2026-04-03"], &["2026-04-05"]);
        check("easter+39", &["2024-05-09"], &["2024-05-08"]);
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "",
            "2026-13-01",
            "2026-1-1",
            "13-01",
            "02-30",
            "2026-10-08..2026-10-01",
            "2020-01-01..2026-01-01",
            "6th mon of may",
            "1st noday of may",
            "easter1",
            "easter+201",
            "1st mon may",
            "+2026-01-01",
        ] {
            assert!(text.parse::<DayRule>().is_err(), "{text}");
        }
    }
}
