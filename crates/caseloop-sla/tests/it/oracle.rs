//! Calendars by brute force: each minute is asked whether the wall clock's reading lies in the pattern. Offsets and hours
//! are whole minutes in the years used, so counting minutes is exact.

use caseloop_sla::{Calendar, CalendarDescription, Span};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, Offset, TimeZone, Timelike};
use chrono_tz::Tz;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const MINUTE: i64 = 60_000;
const KEYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Minutes of the wall clock, `[from, to)`.
type Minutes = Vec<(u32, u32)>;

/// A pattern, in minutes and dates.
#[derive(Clone, Debug)]
pub(crate) struct Oracle {
    pub(crate) zone: Tz,
    weekly: [Minutes; 7],
    overrides: BTreeMap<NaiveDate, Minutes>,
    holidays: BTreeSet<NaiveDate>,
    breaks: BTreeMap<NaiveDate, Minutes>,
}

impl Oracle {
    /// Whether the wall clock's reading at an instant lies in the pattern.
    pub(crate) fn is_open(&self, at: i64) -> bool {
        let local = self.local(at);
        let minute = local.hour() * 60 + local.minute();
        let (today, yesterday) = (local.date(), local.date() - Days::new(1));
        let within = |spans: &Minutes, minute| spans.iter().any(|(from, to)| (*from..*to).contains(&minute));
        let cut = |date, minute| self.breaks.get(&date).is_some_and(|spans| within(spans, minute));
        (within(self.spans(today), minute) || within(self.spans(yesterday), minute + 1440))
            && !cut(today, minute)
            && !cut(yesterday, minute + 1440)
    }

    fn local(&self, at: i64) -> NaiveDateTime {
        let utc = DateTime::from_timestamp_millis(at).unwrap().naive_utc();
        utc + self.zone.offset_from_utc_datetime(&utc).fix()
    }

    pub(crate) fn date(&self, at: i64) -> NaiveDate {
        self.local(at).date()
    }

    fn spans(&self, date: NaiveDate) -> &Minutes {
        const NONE: &Minutes = &Minutes::new();
        match self.overrides.get(&date) {
            Some(spans) => spans,
            None if self.holidays.contains(&date) => NONE,
            None => &self.weekly[date.weekday().num_days_from_monday() as usize],
        }
    }

    /// The open minutes from one whole minute to a later one.
    pub(crate) fn elapsed(&self, from: i64, until: i64) -> i64 {
        let minutes = (from..until).step_by(MINUTE as usize);
        minutes.filter(|at| self.is_open(*at)).count() as i64 * MINUTE
    }

    /// The first open minute and the end of the last one of what starts on a date; `None` for a date that opens never or
    /// that the zone skips.
    pub(crate) fn day(&self, date: NaiveDate) -> Option<(i64, i64)> {
        let midnight = date.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp_millis();
        let around = || (midnight - 1440 * MINUTE..midnight + 4320 * MINUTE).step_by(MINUTE as usize);
        around().find(|at| self.date(*at) == date)?;
        let own = |at: &i64| {
            let local = self.local(*at);
            let days = (local.date() - date).num_days();
            let minute = (local.hour() * 60 + local.minute()).checked_add_signed(days as i32 * 1440);
            let within = |minute| self.spans(date).iter().any(|(from, to)| (*from..*to).contains(&minute));
            minute.is_some_and(within) && self.is_open(*at)
        };
        Some((around().find(own)?, around().filter(own).last()? + MINUTE))
    }

    /// The same as a description.
    pub(crate) fn written(&self) -> CalendarDescription {
        let spans = |minutes: &Minutes| -> Vec<Span> {
            let span = |(from, to): &(u32, u32)| Span::new(i64::from(*from) * MINUTE, i64::from(*to) * MINUTE).unwrap();
            minutes.iter().map(span).collect()
        };
        let mut written = Calendar::in_zone(self.zone.name());
        for (key, minutes) in KEYS.iter().zip(&self.weekly) {
            written = written.weekly(key, spans(minutes));
        }
        for (date, minutes) in &self.overrides {
            written = written.override_with(&date.to_string(), spans(minutes));
        }
        for date in &self.holidays {
            written = written.holiday(date.to_string().parse().unwrap(), None);
        }
        for (date, minutes) in &self.breaks {
            written = written.pause(&date.to_string(), spans(minutes));
        }
        written
    }
}

/// Where clocks do odd things, and where chunks of a calendar meet: a zone and the date in the middle of a window.
pub(crate) const PLACES: [(Tz, &str); 20] = [
    (Tz::Europe__Berlin, "2025-03-30"),
    (Tz::Europe__Berlin, "2025-10-26"),
    (Tz::America__New_York, "2025-03-09"),
    (Tz::America__New_York, "2025-11-02"),
    (Tz::Asia__Tehran, "2022-03-22"),
    (Tz::Asia__Tehran, "2022-09-21"),
    (Tz::America__Sao_Paulo, "2015-10-18"),
    (Tz::America__Sao_Paulo, "2015-02-22"),
    (Tz::Australia__Sydney, "2025-10-05"),
    (Tz::Australia__Sydney, "2025-04-06"),
    (Tz::Australia__Lord_Howe, "2025-10-05"),
    (Tz::Australia__Lord_Howe, "2025-04-06"),
    (Tz::Pacific__Apia, "2011-12-30"),
    (Tz::Pacific__Apia, "2012-01-01"),
    (Tz::Africa__Casablanca, "2025-02-23"),
    (Tz::Africa__Casablanca, "2025-04-06"),
    (Tz::Asia__Shanghai, "2025-01-01"),
    (Tz::America__New_York, "2021-01-01"),
    (Tz::Europe__Berlin, "2024-02-29"),
    (Tz::Australia__Sydney, "2020-01-01"),
];

/// Spans of a day: none, a few, over midnight, or all of it.
fn minutes() -> impl Strategy<Value = Minutes> {
    let cuts = prop::collection::btree_set(0u32..=192, 0..=6);
    let cuts = cuts.prop_map(|cuts| {
        let cuts: Vec<u32> = cuts.into_iter().map(|cut| cut * 15).collect();
        let pairs = cuts.chunks_exact(2).map(|pair| (pair[0], pair[1]));
        pairs.filter(|(from, _)| *from < 1440).collect()
    });
    let early = prop::collection::btree_set(0u32..=48, 2..=4).prop_map(|cuts| {
        let cuts: Vec<u32> = cuts.into_iter().map(|cut| cut * 10).collect();
        cuts.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
    });
    prop_oneof![
        1 => Just(vec![]),
        1 => Just(vec![(0, 1440)]),
        1 => Just(vec![(1320, 1800)]),
        3 => early,
        4 => cuts,
    ]
}

/// A pattern with odd days around a place, and the midnight (UTC) of the day in the middle.
pub(crate) fn patterns() -> impl Strategy<Value = (Oracle, i64)> {
    let week = prop::array::uniform7(minutes());
    let odd = prop::collection::vec((-3i64..=3, 0..3u8, minutes()), 0..4);
    (prop::sample::select(&PLACES[..]), week, odd).prop_map(|((zone, date), weekly, odd)| {
        let middle: NaiveDate = date.parse().unwrap();
        let mut oracle = Oracle {
            zone,
            weekly,
            overrides: BTreeMap::new(),
            holidays: BTreeSet::new(),
            breaks: BTreeMap::new(),
        };
        // Some days are open in any case, a year away from the window: as many as any law counts.
        for away in 370..380 {
            oracle.overrides.insert(middle - Days::new(away), vec![(0, 60)]);
            oracle.overrides.insert(middle + Days::new(away), vec![(0, 60)]);
        }
        for (after, kind, minutes) in odd {
            let date = middle + chrono::Duration::days(after);
            match kind {
                0 => drop(oracle.overrides.insert(date, minutes)),
                1 => drop(oracle.holidays.insert(date)),
                _ => drop(oracle.breaks.insert(date, minutes)),
            }
        }
        let midnight = middle.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp_millis();
        (oracle, midnight)
    })
}
