//! A span of the local clock: from a reading of the day on which it starts to one of that day or of the next.

use super::error::CalendarError;
use std::fmt;

pub(crate) const SECOND: i64 = 1000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
/// 24 hours, the length of a day of the clock, in milliseconds.
pub(crate) const DAY: i64 = 24 * HOUR;

/// A span `[from, to)` of the local clock in milliseconds after the midnight that begins its day.
///
/// `from` is before 24:00, `to` after `from` and at most 48:00, so a span belongs to the day it starts on and a night
/// shift is one span: `22:00-30:00`. The end of the day is `24:00`, never `00:00`. Written as `09:00-17:30`, seconds
/// if need be (`09:00:00-17:30:30`), or as a pair of times, `["09:00", "17:30"]`.
///
/// ```
/// use caseloop_sla::Span;
/// let night: Span = "22:00-30:00".parse()?;
/// assert_eq!((night.from(), night.to()), (22 * 3_600_000, 30 * 3_600_000));
/// assert!("09:00-09:00".parse::<Span>().is_err());
/// # Ok::<(), caseloop_sla::CalendarError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    from: i64,
    to: i64,
}

impl Span {
    /// The whole day: 00:00 to 24:00.
    pub const DAY: Self = Self { from: 0, to: DAY };

    /// A span between two readings in milliseconds after midnight.
    ///
    /// # Errors
    /// Unless `0 <= from < 24:00` and `from < to <= 48:00`.
    pub fn new(from: i64, to: i64) -> Result<Self, CalendarError> {
        let span = Self { from, to };
        let problem = if !(0..DAY).contains(&from) {
            "starts outside its day; a span starts from 00:00 on and before 24:00"
        } else if from == to {
            "is empty; a whole day is `00:00-24:00`"
        } else if to == 0 {
            "ends before it starts; the end of the day is `24:00`"
        } else if to < from {
            "ends before it starts; hours past midnight are counted on, as in `22:00-30:00`"
        } else if to > 2 * DAY {
            "ends after `48:00`, the end of the next day"
        } else {
            return Ok(span);
        };
        Err(CalendarError::Span {
            span: span.to_string(),
            problem,
        })
    }

    /// When it starts, in milliseconds after midnight.
    #[must_use]
    pub fn from(self) -> i64 {
        self.from
    }

    /// When it ends, exclusive, in milliseconds after the same midnight.
    #[must_use]
    pub fn to(self) -> i64 {
        self.to
    }

    fn of_times(from: &str, to: &str) -> Result<Self, CalendarError> {
        let read = |time: &str| {
            clock(time).ok_or_else(|| CalendarError::Text {
                found: time.to_owned(),
                expected: "a time such as `09:00`",
            })
        };
        Self::new(read(from)?, read(to)?)
    }
}

/// `HH:MM` or `HH:MM:SS`, hours up to 48, in milliseconds.
pub(crate) fn clock(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let mut part = |most: i64| {
        let digits = parts.next().filter(|part| part.len() == 2)?;
        let number = digits.bytes().try_fold(0, |number, byte| {
            byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0'))
        })?;
        Some(number).filter(|number| *number <= most)
    };
    let (hours, minutes) = (part(48)?, part(59)?);
    let seconds = part(59);
    let whole = text.len() == if seconds.is_some() { 8 } else { 5 };
    whole.then(|| hours * HOUR + minutes * MINUTE + seconds.unwrap_or(0) * SECOND)
}

impl std::str::FromStr for Span {
    type Err = CalendarError;

    fn from_str(text: &str) -> Result<Self, CalendarError> {
        let (from, to) = text.split_once('-').ok_or_else(|| CalendarError::Text {
            found: text.to_owned(),
            expected: "a span such as `09:00-17:30`",
        })?;
        Self::of_times(from.trim(), to.trim())
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |ms: i64| {
            let (hours, minutes, seconds) = (ms / HOUR, ms % HOUR / MINUTE, ms % MINUTE / SECOND);
            match seconds {
                0 => format!("{hours:02}:{minutes:02}"),
                _ => format!("{hours:02}:{minutes:02}:{seconds:02}"),
            }
        };
        write!(f, "{}-{}", time(self.from), time(self.to))
    }
}

/// The spans of one day in order, those that touch as one.
///
/// # Errors
/// Where two overlap: one of them is not what its author meant.
pub(super) fn in_order(mut spans: Vec<Span>, day: &str) -> Result<Vec<Span>, CalendarError> {
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.from < last.to => {
                return Err(CalendarError::Overlap {
                    day: day.to_owned(),
                    first: *last,
                    second: span,
                });
            }
            Some(last) if span.from == last.to => last.to = span.to,
            _ => merged.push(span),
        }
    }
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<(i64, i64), &str>) {
        let read = text.parse::<Span>();
        match (read, expected) {
            (Ok(span), Ok((from, to))) => assert_eq!((span.from, span.to), (from * MINUTE, to * MINUTE)),
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
            (read, _) => panic!("{text}: {read:?}"),
        }
    }

    #[test]
    fn a_span_is_two_times_of_the_clock() {
        check("09:00-17:30", Ok((540, 1050)));
        check("00:00 - 24:00", Ok((0, 1440)));
        check("22:00-30:00", Ok((1320, 1800)));
        check("00:00-48:00", Ok((0, 2880)));
        check("09:00:00-09:01:00", Ok((540, 541)));
    }

    #[test]
    fn what_is_no_span_says_why() {
        check("09:00-09:00", Err("is empty"));
        check("00:00-00:00", Err("is empty"));
        check("09:00-00:00", Err("`24:00`"));
        check("22:00-06:00", Err("`22:00-30:00`"));
        check("24:00-30:00", Err("starts outside its day"));
        check("09:00-48:01", Err("after `48:00`"));
        check("9:00-17:00", Err("`9:00`"));
        check("09:60-17:00", Err("`09:60`"));
        check("09:00-17:0x", Err("`17:0x`"));
        check("09:00-17:00:00:00", Err("`17:00:00:00`"));
        check("0900", Err("expected a span"));
        check("", Err("expected a span"));
    }

    #[test]
    fn touching_spans_merge_and_overlapping_ones_are_refused() {
        let spans = |texts: &[&str]| {
            in_order(texts.iter().map(|text| text.parse().unwrap()).collect(), "mon")
                .map(|spans| spans.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
                .map_err(|error| error.to_string())
        };
        assert_eq!(
            spans(&["13:00-17:00", "09:00-12:00", "12:00-13:00"]),
            Ok("09:00-17:00".to_owned())
        );
        assert_eq!(
            spans(&["09:00-12:00", "11:59-13:00"]),
            Err("the spans `09:00-12:00` and `11:59-13:00` of `mon` overlap".to_owned())
        );
    }
}
