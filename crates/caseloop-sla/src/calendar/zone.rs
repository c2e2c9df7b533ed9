//! The time zone of a calendar: which instants read as a stretch of the local clock. Not: what is open then.

use super::span::{DAY, SECOND};
use super::stretch::Stretch;
use chrono::{DateTime, Datelike, NaiveDate, Offset, TimeZone};
use chrono_tz::Tz;

/// Instants `[start, end)` at which the local clock is ahead of UTC by the same offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) start: i64,
    pub(super) end: i64,
    /// Local reading less UTC, in milliseconds.
    pub(super) offset: i64,
}

/// How far the local clock is ahead of UTC at an instant, in milliseconds.
pub(super) fn offset(zone: Tz, at: i64) -> i64 {
    // INVARIANT: `at` lies in the horizon of calendars, which chrono can express.
    DateTime::from_timestamp_millis(at).map_or(0, |utc| {
        let offset = zone.offset_from_utc_datetime(&utc.naive_utc());
        i64::from(offset.fix().local_minus_utc()) * SECOND
    })
}

/// The segments of `[from, until)`, in order and without a gap between them.
///
/// The database gives offsets, not changes, so it is asked once a day and a change is looked for in between. Two changes
/// within a day that undo one another would be overlooked; the database has none.
pub(super) fn segments(zone: Tz, from: i64, until: i64) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let (mut start, mut at, mut ahead) = (from, from, offset(zone, from));
    while at < until {
        let next = (at + DAY).min(until);
        if offset(zone, next) == ahead {
            at = next;
            continue;
        }
        // The first second at which the offset is another one lies in (low, high].
        let (mut low, mut high) = (at.div_euclid(SECOND), next.div_euclid(SECOND));
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            match offset(zone, middle * SECOND) == ahead {
                true => low = middle,
                false => high = middle,
            }
        }
        at = high * SECOND;
        if at >= until {
            break;
        }
        segments.push(Segment {
            start,
            end: at,
            offset: ahead,
        });
        (start, ahead) = (at, offset(zone, at));
    }
    segments.push(Segment {
        start,
        end: until,
        offset: ahead,
    });
    segments
}

/// Puts the instants at which the local clock reads `[from, to)` behind those in `out`: none in a gap, twice in a fold.
pub(super) fn preimage(segments: &[Segment], from: i64, to: i64, out: &mut Vec<Stretch>) {
    for segment in segments {
        let start = (from - segment.offset).max(segment.start);
        let end = (to - segment.offset).min(segment.end);
        if start < end {
            out.push(Stretch { start, end });
        }
    }
}

/// The first instant whose reading is `reading` or later, where the segments hold one.
pub(super) fn first_at(segments: &[Segment], reading: i64) -> Option<i64> {
    segments.iter().find_map(|segment| {
        let at = (reading - segment.offset).max(segment.start);
        (at < segment.end).then_some(at)
    })
}

/// The first instant whose reading is `reading` or later.
pub(super) fn instant_of(zone: Tz, reading: i64) -> i64 {
    // No zone is a day and a half ahead of or behind UTC, also where a whole day is skipped.
    let around = segments(zone, reading - 2 * DAY, reading + 2 * DAY);
    first_at(&around, reading).unwrap_or(reading)
}

/// The local reading at an instant.
pub(super) fn reading(zone: Tz, at: i64) -> i64 {
    at + offset(zone, at)
}

/// The number of the day of a local reading, 0 being 1970-01-01.
pub(super) fn day_of(reading: i64) -> i32 {
    // INVARIANT: readings lie in the horizon of calendars, whose days are far from the ends of i32.
    i32::try_from(reading.div_euclid(DAY)).unwrap_or(i32::MAX)
}

/// The local reading with which a day begins.
pub(super) fn midnight(day: i32) -> i64 {
    i64::from(day) * DAY
}

/// The number of a date.
pub(super) fn number(date: NaiveDate) -> i32 {
    date.to_epoch_days()
}

/// The date of a number.
pub(crate) fn date(day: i32) -> NaiveDate {
    NaiveDate::from_epoch_days(day).unwrap_or_default()
}

/// The number of 1 January.
pub(super) fn new_year(year: i32) -> i32 {
    NaiveDate::from_ymd_opt(year, 1, 1).map_or(0, number)
}

/// The weekday of a day, 0 being Monday.
pub(super) fn weekday(day: i32) -> usize {
    date(day).weekday().num_days_from_monday() as usize
}
