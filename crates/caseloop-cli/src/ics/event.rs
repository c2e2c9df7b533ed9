//! One event: the whole days that it is for, and whether they are off or worked.

use super::is_named;
use calcard::common::PartialDateTime;
use calcard::icalendar::{
    ICalendarComponent, ICalendarEntry, ICalendarFrequency, ICalendarProperty, ICalendarRecurrenceRule,
    ICalendarStatus, ICalendarValue, ICalendarWeekday,
};
use caseloop::layers::sla::{DayRule, FIRST_YEAR, LAST_YEAR};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use std::collections::BTreeSet;

/// The longest event, in days: the longest range of dates that a calendar has.
const LONGEST: u64 = 367;

/// Days that an event is for.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) name: Option<String>,
    /// Whether they are worked instead of being off.
    pub(super) worked: bool,
    pub(super) days: Which,
    /// Where the event stands: the line of its `BEGIN`.
    pub(super) line: u64,
    /// What it is called in what is told of it.
    pub(super) called: String,
}

/// Which days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// From one date to another, both included.
    Dates(NaiveDate, NaiveDate),
    /// Every year from a year on, for so many days, without those that begin on some dates.
    Yearly {
        rule: DayRule,
        since: i32,
        length: u64,
        except: BTreeSet<NaiveDate>,
    },
}

/// What an event is called, for its reader.
pub(super) fn called(component: &ICalendarComponent) -> String {
    let name = summary(component).or_else(|| text(component, &ICalendarProperty::Uid));
    let name = name.map_or_else(|| "without a name".to_owned(), |name| format!("`{name}`"));
    match date(component, &ICalendarProperty::Dtstart) {
        Ok(Some(date)) => format!("{name} of {date}"),
        _ => name,
    }
}

/// The days of an event.
///
/// # Errors
/// Why it is not understood.
pub(super) fn read(component: &ICalendarComponent, line: u64) -> Result<Vec<Found>, String> {
    let cancelled = ICalendarValue::Status(ICalendarStatus::Cancelled);
    if entries(component, &ICalendarProperty::Status).any(|entry| entry.values.contains(&cancelled)) {
        return Err("it is cancelled".to_owned());
    }
    if entries(component, &ICalendarProperty::RecurrenceId).next().is_some() {
        return Err("it changes one occurrence of another event".to_owned());
    }
    let start = date(component, &ICalendarProperty::Dtstart)?.ok_or("it has no start")?;
    let length = length(component, start)?;
    let except = dates(component, &ICalendarProperty::Exdate)?;
    let mut starts = dates(component, &ICalendarProperty::Rdate)?;
    let name = summary(component);
    let worked = is_worked(component, name.as_deref());
    let found = |days| Found {
        name: name.clone(),
        worked,
        days,
        line,
        called: called(component),
    };
    let mut all = Vec::new();
    let mut rules = entries(component, &ICalendarProperty::Rrule);
    match (rules.next(), rules.next()) {
        (None, _) => {
            starts.insert(start);
        }
        (Some(entry), None) => {
            let rule = match entry.values.as_slice() {
                [ICalendarValue::RecurrenceRule(rule)] => rule,
                _ => return Err("its recurrence cannot be read".to_owned()),
            };
            let days = yearly(rule, start)?;
            match last_year(rule, start, &days)? {
                Some(last) => starts.extend(occurrences(&days, start, last)),
                None if worked => {
                    return Err("a day that is worked instead has a date, and is not of every year".to_owned());
                }
                None => all.push(found(Which::Yearly {
                    rule: days,
                    since: start.year(),
                    length,
                    except: except.clone(),
                })),
            }
        }
        _ => return Err("it has several recurrences".to_owned()),
    }
    for first in starts.difference(&except) {
        let last = first
            .checked_add_days(Days::new(length - 1))
            .filter(|last| is_known(*last));
        let last = last.filter(|_| is_known(*first)).ok_or_else(|| beyond(*first))?;
        all.push(found(Which::Dates(*first, last)));
    }
    match all.is_empty() {
        true => Err("all of its occurrences are taken out".to_owned()),
        false => Ok(all),
    }
}

fn is_known(date: NaiveDate) -> bool {
    (FIRST_YEAR..=LAST_YEAR).contains(&date.year())
}

fn beyond(date: NaiveDate) -> String {
    format!("{date} lies outside {FIRST_YEAR} to {LAST_YEAR}, the years that calendars know")
}

/// Days worked instead: as Apple marks them, or by what Chinese feeds call them.
fn is_worked(component: &ICalendarComponent, name: Option<&str>) -> bool {
    let mark = component
        .entries
        .iter()
        .find(|entry| is_named(&entry.name, "X-APPLE-SPECIAL-DAY"));
    if let Some([ICalendarValue::Text(mark)]) = mark.map(|entry| entry.values.as_slice()) {
        return mark.eq_ignore_ascii_case("ALTERNATE-WORKDAY");
    }
    let name = name.unwrap_or_default();
    ["补班", "上班", "（班）", "(班)"]
        .iter()
        .any(|word| name.contains(word))
        || name.ends_with(" 班")
}

fn entries<'c>(
    component: &'c ICalendarComponent,
    name: &ICalendarProperty,
) -> impl Iterator<Item = &'c ICalendarEntry> {
    component.entries.iter().filter(move |entry| entry.name == *name)
}

fn summary(component: &ICalendarComponent) -> Option<String> {
    text(component, &ICalendarProperty::Summary)
}

fn text(component: &ICalendarComponent, name: &ICalendarProperty) -> Option<String> {
    match entries(component, name).next()?.values.first()? {
        ICalendarValue::Text(text) => one_line(text),
        _ => None,
    }
}

/// A text on one line, of bearable length and without characters that are not seen; `None` where nothing is left.
pub(super) fn one_line(text: &str) -> Option<String> {
    const LONGEST_NAME: usize = 200;
    let unseen = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(letter, '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let text: String = text
        .chars()
        .map(|letter| if unseen(letter) { ' ' } else { letter })
        .collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let text: String = words.join(" ").chars().take(LONGEST_NAME).collect();
    Some(text).filter(|text| !text.is_empty())
}

/// The date of a property that stands once.
fn date(component: &ICalendarComponent, name: &ICalendarProperty) -> Result<Option<NaiveDate>, String> {
    let mut found = entries(component, name);
    let Some(entry) = found.next() else { return Ok(None) };
    if found.next().is_some() {
        return Err(format!("it has `{}` twice", name.as_str()));
    }
    match entry.values.as_slice() {
        [ICalendarValue::PartialDateTime(time)] => whole_day(time).map(Some),
        _ => Err(format!("its `{}` is no date", name.as_str())),
    }
}

/// The dates of a property that may list several.
fn dates(component: &ICalendarComponent, name: &ICalendarProperty) -> Result<BTreeSet<NaiveDate>, String> {
    let values = entries(component, name).flat_map(|entry| &entry.values);
    let dates = values.map(|value| match value {
        ICalendarValue::PartialDateTime(time) => whole_day(time),
        _ => Err(format!("its `{}` is no date", name.as_str())),
    });
    dates.collect()
}

/// The day of a date, or of a local midnight.
fn whole_day(time: &PartialDateTime) -> Result<NaiveDate, String> {
    let clock = [time.hour, time.minute, time.second];
    if clock.iter().flatten().any(|part| *part != 0) || time.tz_hour.is_some() || time.tz_minute.is_some() {
        return Err("it is for a time of the day, and holidays are whole days".to_owned());
    }
    let parts = time.year.zip(time.month).zip(time.day);
    let date = parts
        .and_then(|((year, month), day)| NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day)));
    date.ok_or_else(|| "it has a date that does not exist".to_owned())
}

/// How many days an event lasts.
fn length(component: &ICalendarComponent, start: NaiveDate) -> Result<u64, String> {
    let days = if let Some(end) = date(component, &ICalendarProperty::Dtend)? {
        // The end is the day after the last; some feeds write the day itself.
        (end - start).num_days().max(i64::from(end == start))
    } else if let Some(entry) = entries(component, &ICalendarProperty::Duration).next() {
        match entry.values.as_slice() {
            [ICalendarValue::Duration(length)]
                if !length.neg && (length.hours, length.minutes, length.seconds) == (0, 0, 0) =>
            {
                i64::from(length.weeks) * 7 + i64::from(length.days)
            }
            _ => return Err("its length is no whole number of days".to_owned()),
        }
    } else {
        1
    };
    match u64::try_from(days) {
        Ok(days) if (1..=LONGEST).contains(&days) => Ok(days),
        Ok(0) | Err(_) => Err("it ends before it starts".to_owned()),
        Ok(days) => Err(format!(
            "it lasts {days} days, and a range of dates has at most {LONGEST}"
        )),
    }
}

/// A recurrence as a rule for days: the same day, or the nth weekday of a month, of every year.
fn yearly(rule: &ICalendarRecurrenceRule, start: NaiveDate) -> Result<DayRule, String> {
    let no = |what: &str| {
        Err(format!(
            "its recurrence is {what}, and calendars know days of every year alone"
        ))
    };
    if rule.freq != ICalendarFrequency::Yearly {
        return no("not yearly");
    }
    if rule.interval.unwrap_or(1) != 1 {
        return no("not of every year");
    }
    let others = rule.bysecond.len() + rule.byminute.len() + rule.byhour.len() + rule.byyearday.len();
    let others = others + rule.byweekno.len() + rule.bysetpos.len();
    if others > 0 || rule.rscale.is_some() || rule.skip.is_some() {
        return no("of a kind that is not read");
    }
    let (month, day) = (start.month(), start.day());
    match rule.bymonth.as_slice() {
        [] => {}
        [only] if u32::from(only.month()) == month && !only.is_leap() => {}
        _ => return no("in other months than its start"),
    }
    let days = match (rule.byday.as_slice(), rule.bymonthday.as_slice()) {
        ([], []) => DayRule::Yearly(month, day),
        ([], [only]) if u32::try_from(*only) == Ok(day) => DayRule::Yearly(month, day),
        ([nth], []) if !rule.bymonth.is_empty() => {
            let number = match nth.ordwk {
                Some(number @ 1..=5) => u8::try_from(number).ok(),
                Some(-1) => None,
                _ => return no("on a weekday without its number in the month"),
            };
            DayRule::Nth(number, weekday(nth.weekday), month)
        }
        _ => return no("of a kind that is not read"),
    };
    match days.holds_on(start) {
        true => Ok(days),
        false => no("on other days than its start"),
    }
}

/// The last day on which a recurrence may begin; `None` where it goes on for ever.
fn last_year(rule: &ICalendarRecurrenceRule, start: NaiveDate, days: &DayRule) -> Result<Option<NaiveDate>, String> {
    let (Some(first), Some(end)) = (Some(start), NaiveDate::from_ymd_opt(LAST_YEAR, 12, 31)) else {
        return Ok(None);
    };
    let until = match &rule.until {
        None => None,
        Some(until) => {
            // Only the day counts: a whole day begins before any time of it.
            let day = PartialDateTime {
                hour: None,
                minute: None,
                second: None,
                tz_hour: None,
                tz_minute: None,
                ..until.clone()
            };
            Some(whole_day(&day)?)
        }
    };
    match (until, rule.count) {
        (None, None) => Ok(None),
        (Some(until), None) => Ok(Some(until.min(end))),
        (until, Some(count)) => {
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            let all = occurrences(days, first, until.map_or(end, |until| until.min(end)));
            let last = all.get(count.min(all.len()).saturating_sub(1));
            Ok(Some(last.copied().unwrap_or(start)))
        }
    }
}

/// The days on which a rule begins, from one date to another.
pub(super) fn occurrences(rule: &DayRule, first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
    let mut found = Vec::new();
    for year in first.year().max(FIRST_YEAR)..=last.year().min(LAST_YEAR) {
        let month = match rule {
            DayRule::Yearly(month, _) | DayRule::Nth(_, _, month) => *month,
            _ => continue,
        };
        let days = (1..=31).filter_map(|day| NaiveDate::from_ymd_opt(year, month, day));
        found.extend(days.filter(|day| rule.holds_on(*day) && (first..=last).contains(day)));
    }
    found
}

fn weekday(day: ICalendarWeekday) -> Weekday {
    match day {
        ICalendarWeekday::Monday => Weekday::Mon,
        ICalendarWeekday::Tuesday => Weekday::Tue,
        ICalendarWeekday::Wednesday => Weekday::Wed,
        ICalendarWeekday::Thursday => Weekday::Thu,
        ICalendarWeekday::Friday => Weekday::Fri,
        ICalendarWeekday::Saturday => Weekday::Sat,
        ICalendarWeekday::Sunday => Weekday::Sun,
    }
}
