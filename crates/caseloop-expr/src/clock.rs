//! Instants and dates as text. Not: zones by name, calendars or working time.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, SecondsFormat};

/// `2025-11-18T16:30:00+08:00`, `…Z`, seconds optional, a space for the `T`; milliseconds since 1970 in UTC.
pub(crate) fn parse_instant(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.timestamp_millis());
    }
    // RFC 3339 asks for seconds; people leave them out.
    let (local, offset) = split_offset(text)?;
    let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M")
        .or_else(|_| NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M"))
        .ok()?;
    Some(local.and_utc().timestamp_millis() - offset)
}

fn split_offset(text: &str) -> Option<(&str, i64)> {
    if let Some(local) = text.strip_suffix(['Z', 'z']) {
        return Some((local, 0));
    }
    let (local, offset) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let sign = match offset.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..24).contains(&hours) && (0..60).contains(&minutes)).then_some((local, sign * (hours * 60 + minutes) * 60_000))
}

/// RFC 3339 in UTC, with milliseconds where there are any; the bare number where the year does not fit four digits.
pub(crate) fn write_instant(ms: i64) -> String {
    let year_fits = (-62_167_219_200_000..253_402_300_800_000).contains(&ms);
    match DateTime::from_timestamp_millis(ms).filter(|_| year_fits) {
        Some(at) if ms % 1000 == 0 => at.to_rfc3339_opts(SecondsFormat::Secs, true),
        Some(at) => at.to_rfc3339_opts(SecondsFormat::Millis, true),
        None => format!("{ms} ms"),
    }
}

/// `2025-11-18` as days since 1970-01-01.
pub(crate) fn parse_date(text: &str) -> Option<i32> {
    let text = text.trim();
    let shape = text.len() == 10 && text.bytes().enumerate().all(|(i, b)| (i == 4 || i == 7) == (b == b'-'));
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| shape)?;
    i32::try_from(date.signed_duration_since(NaiveDate::default()).num_days()).ok()
}

/// `YYYY-MM-DD`; the bare number of days where the year does not fit four digits.
pub(crate) fn write_date(days: i32) -> String {
    let year_fits = (-719_528..2_932_897).contains(&days);
    match NaiveDate::default()
        .checked_add_signed(Duration::days(i64::from(days)))
        .filter(|_| year_fits)
    {
        Some(date) => date.format("%Y-%m-%d").to_string(),
        None => format!("{days} days"),
    }
}
