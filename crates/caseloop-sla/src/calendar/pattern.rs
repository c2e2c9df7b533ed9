//! The hours of a calendar by the local clock: which spans start on a day, and what is cut from it.

use super::description::{ALWAYS, CalendarDescription, Holiday, HolidayList, Hours, SpanText, Weekly};
use super::error::CalendarError;
use super::rule::DayRule;
use super::span::{Span, in_order};
use super::zone::{date, weekday};
use super::{FIRST_YEAR, LAST_YEAR, MOST_WORK};
use chrono::{Datelike, Weekday};
use std::collections::BTreeMap;
use std::sync::Arc;

type Week = [Vec<Span>; 7];

/// What a name of a holiday is kept as; most have none.
type Name = Option<Arc<str>>;

/// Hours by the local clock.
#[derive(Debug, Default)]
pub(super) struct Pattern {
    pub(super) weekly: Week,
    pub(super) overrides: BTreeMap<i32, Vec<Span>>,
    /// Holidays that are dates; where several fall on one, the first.
    pub(super) dates: BTreeMap<i32, Name>,
    pub(super) rules: Vec<(DayRule, Name)>,
    pub(super) weekly_breaks: Week,
    pub(super) breaks: Vec<(DayRule, Vec<Span>)>,
    pub(super) holiday_wins: bool,
    /// The years that its lists know, and the list to name where they end.
    pub(super) years: Years,
    /// Days and spans, as [`MOST_WORK`] counts them.
    pub(super) work: u64,
}

/// The years for which hours are known, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Years {
    pub(super) first: i32,
    pub(super) last: i32,
    /// The list of holidays that sets the bound, with its own years.
    pub(super) first_of: Option<(Arc<str>, i32, i32)>,
    pub(super) last_of: Option<(Arc<str>, i32, i32)>,
}

impl Default for Years {
    fn default() -> Self {
        Self {
            first: FIRST_YEAR,
            last: LAST_YEAR,
            first_of: None,
            last_of: None,
        }
    }
}

/// Why a day has the hours that it has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DayKind {
    /// Those of its weekday.
    Weekly,
    /// Those of an override.
    Override,
    /// None, by a holiday with this name.
    Holiday(Option<Arc<str>>),
}

impl Pattern {
    /// Whether no day of it has hours.
    pub(super) fn is_empty(&self) -> bool {
        self.weekly.iter().chain(self.overrides.values()).all(Vec::is_empty)
    }

    /// The hours that start on a day.
    pub(super) fn spans(&self, day: i32) -> &[Span] {
        match self.kind(day) {
            DayKind::Weekly => self.usual(day),
            DayKind::Override => self.overrides.get(&day).map_or(&[], Vec::as_slice),
            DayKind::Holiday(_) => &[],
        }
    }

    /// The hours of its weekday, whether or not it has others.
    pub(super) fn usual(&self, day: i32) -> &[Span] {
        self.weekly.get(weekday(day)).map_or(&[], Vec::as_slice)
    }

    /// Why it has them.
    pub(super) fn kind(&self, day: i32) -> DayKind {
        let changed = self.overrides.contains_key(&day);
        if changed && !self.holiday_wins {
            return DayKind::Override;
        }
        match self.holiday(day) {
            Some(name) => DayKind::Holiday(name.clone()),
            None if changed => DayKind::Override,
            None => DayKind::Weekly,
        }
    }

    /// The holiday on a day, whether or not an override beats it.
    pub(super) fn holiday(&self, day: i32) -> Option<&Name> {
        self.dates.get(&day).or_else(|| {
            let date = date(day);
            self.rules
                .iter()
                .find_map(|(rule, name)| rule.holds_on(date).then_some(name))
        })
    }

    /// What is cut from a day, in no order.
    pub(super) fn breaks(&self, day: i32) -> impl Iterator<Item = Span> + '_ {
        let date = date(day);
        let weekly = self.weekly_breaks.get(weekday(day)).into_iter().flatten();
        let special = self.breaks.iter().filter(move |(rule, _)| rule.holds_on(date));
        weekly.chain(special.flat_map(|(_, spans)| spans)).copied()
    }

    /// The hours that a description without members gives.
    pub(super) fn read(
        written: &CalendarDescription,
        lists: &BTreeMap<String, HolidayList>,
    ) -> Result<Self, CalendarError> {
        let mut pattern = Self {
            holiday_wins: written.holiday_wins,
            ..Self::default()
        };
        match &written.weekly {
            None => {}
            Some(Weekly::Text(text)) if text == ALWAYS => {
                pattern.weekly = std::array::from_fn(|_| vec![Span::DAY]);
            }
            Some(Weekly::Text(text)) => {
                return Err(CalendarError::Text {
                    found: text.clone(),
                    expected: "`24x7`, or weekdays with spans",
                });
            }
            Some(Weekly::Days(days)) => pattern.weekly = week(days)?,
        }
        let weekly: usize = pattern.weekly.iter().map(Vec::len).sum();
        pattern.count(WEEKS, weekly)?;
        for holiday in &written.holidays {
            pattern.add_holiday(holiday)?;
        }
        for day in &written.holidays_yearly {
            pattern.add_holiday(&Holiday {
                day: day.clone(),
                name: None,
            })?;
        }
        for (days, hours) in &written.overrides {
            let spans = match hours {
                Hours::Text(text) if text == "closed" => Vec::new(),
                Hours::Text(text) => pattern.hours_as(text.strip_prefix("as "), text)?,
                Hours::Spans(spans) => read_spans(spans, days)?,
            };
            let days = dates(days)?;
            pattern.count(length(&days), 1 + spans.len())?;
            for day in days {
                if pattern.overrides.insert(day, spans.clone()).is_some() {
                    return Err(CalendarError::Twice {
                        day: date(day).to_string(),
                        key: "overrides",
                    });
                }
            }
        }
        for (days, spans) in &written.breaks {
            let spans = read_spans(spans, days)?;
            match weekdays(days) {
                Some(days) => {
                    pattern.count(WEEKS, days.len() * spans.len())?;
                    for day in days {
                        let cut = pattern.weekly_breaks.get_mut(day);
                        cut.into_iter().for_each(|cut| cut.extend_from_slice(&spans));
                    }
                }
                None => {
                    pattern.count(DAYS, 1 + spans.len())?;
                    pattern.breaks.push((days.parse()?, spans));
                }
            }
        }
        pattern.weekly_breaks.iter_mut().for_each(|cut| cut.sort_unstable());
        for name in &written.lists {
            let list = lists.get(name).ok_or_else(|| CalendarError::UnknownName {
                kind: "list of holidays",
                name: name.clone(),
            })?;
            pattern.add_list(name, list)?;
        }
        Ok(pattern)
    }

    /// The hours of the weekday that a text names.
    fn hours_as(&self, day: Option<&str>, text: &str) -> Result<Vec<Span>, CalendarError> {
        let day = day.and_then(one_weekday).ok_or_else(|| CalendarError::Text {
            found: text.to_owned(),
            expected: "a list of spans, `closed` or `as mon`",
        })?;
        Ok(self.weekly.get(day).cloned().unwrap_or_default())
    }

    fn add_holiday(&mut self, holiday: &Holiday) -> Result<(), CalendarError> {
        let rule: DayRule = holiday.day.parse()?;
        let name = holiday.name.as_deref().map(Arc::from);
        match rule.dates() {
            Some(days) => {
                self.count(length(&days), 1)?;
                for day in days {
                    self.dates.entry(day).or_insert_with(|| name.clone());
                }
            }
            None => {
                self.count(DAYS, 1)?;
                self.rules.push((rule, name));
            }
        }
        Ok(())
    }

    /// Counts what is about to be taken over.
    fn count(&mut self, times: u64, things: usize) -> Result<(), CalendarError> {
        let things = u64::try_from(things).unwrap_or(u64::MAX);
        self.work = self.work.saturating_add(times.saturating_mul(things));
        match self.work <= MOST_WORK {
            true => Ok(()),
            false => Err(CalendarError::TooLarge),
        }
    }

    /// Takes over the days of a list, and its years.
    fn add_list(&mut self, name: &str, list: &HolidayList) -> Result<(), CalendarError> {
        let (first, last) = list.years().ok_or_else(|| CalendarError::Text {
            found: list.years.clone(),
            expected: "years such as `2023..2026`",
        })?;
        let wrong = |problem: String| CalendarError::ListYears {
            list: name.to_owned(),
            first,
            last,
            problem,
        };
        let known = |day: i32| match (first..=last).contains(&date(day).year()) {
            true => Ok(()),
            false => Err(wrong(format!("`{}` lies outside", date(day)))),
        };
        for holiday in &list.off {
            let rule: DayRule = holiday.day.parse()?;
            rule.dates().into_iter().flatten().try_for_each(known)?;
            self.add_holiday(holiday)?;
        }
        let weekday = list.worked_as.as_deref().unwrap_or("mon");
        let hours = self.hours_as(Some(weekday), weekday)?;
        for days in &list.worked {
            let days = dates(days)?;
            self.count(length(&days), 1 + hours.len())?;
            for day in days {
                known(day)?;
                // What the calendar itself says of a day counts more than a list.
                self.overrides.entry(day).or_insert_with(|| hours.clone());
            }
        }
        let list = (Arc::from(name), first, last);
        if first > self.years.first {
            (self.years.first, self.years.first_of) = (first, Some(Clone::clone(&list)));
        }
        if last < self.years.last {
            (self.years.last, self.years.last_of) = (last, Some(list));
        }
        match self.years.first <= self.years.last {
            true => Ok(()),
            false => Err(wrong(
                "the other lists of the calendar know none of these years".to_owned(),
            )),
        }
    }
}

impl HolidayList {
    /// Its first and last year, within the horizon of calendars.
    pub(crate) fn years(&self) -> Option<(i32, i32)> {
        let (first, last) = self.years.split_once("..").unwrap_or((&self.years, &self.years));
        let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        let known = FIRST_YEAR <= first && first <= last && last <= LAST_YEAR;
        known.then_some((first, last))
    }
}

/// The hours of the week, each weekday written once.
fn week(written: &BTreeMap<String, Vec<SpanText>>) -> Result<Week, CalendarError> {
    let mut week: [Option<Vec<Span>>; 7] = Default::default();
    for (days, spans) in written {
        let spans = read_spans(spans, days)?;
        let days_of = weekdays(days).ok_or_else(|| CalendarError::Text {
            found: days.clone(),
            expected: "weekdays such as `mon`, `mon-fri` or `mon,wed`",
        })?;
        for day in days_of {
            if let Some(place) = week.get_mut(day)
                && place.replace(spans.clone()).is_some()
            {
                return Err(CalendarError::Twice {
                    day: days.clone(),
                    key: "weekly",
                });
            }
        }
    }
    Ok(week.map(Option::unwrap_or_default))
}

fn read_spans(spans: &[SpanText], day: &str) -> Result<Vec<Span>, CalendarError> {
    let spans = spans.iter().map(|span| span.0.parse()).collect::<Result<_, _>>()?;
    in_order(spans, day)
}

/// The weeks, and the days, of a year.
const WEEKS: u64 = 52;
const DAYS: u64 = 366;

fn length(days: &std::ops::RangeInclusive<i32>) -> u64 {
    u64::from(days.end().abs_diff(*days.start())) + 1
}

/// The days of a date or a range of dates.
fn dates(text: &str) -> Result<std::ops::RangeInclusive<i32>, CalendarError> {
    let rule: DayRule = text.parse()?;
    rule.dates().ok_or_else(|| CalendarError::Text {
        found: text.to_owned(),
        expected: "a date such as `2026-10-01`, or a range of dates",
    })
}

/// The weekdays that a text names, 0 being Monday; a range may go over the end of the week.
pub(crate) fn weekdays(text: &str) -> Option<Vec<usize>> {
    let mut days = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (one_weekday(first.trim())?, one_weekday(last.trim())?);
        let length = (last + 7 - first) % 7;
        days.extend((0..=length).map(|after| (first + after) % 7));
    }
    Some(days)
}

pub(crate) fn one_weekday(text: &str) -> Option<usize> {
    let day: Weekday = text.parse().ok()?;
    Some(day.num_days_from_monday() as usize)
}
