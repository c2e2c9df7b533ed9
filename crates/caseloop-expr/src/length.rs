//! Durations as the language writes them, elapsed and by the calendar. Not: what a calendar makes of them.

use thiserror::Error;

pub(crate) const SECOND: i64 = 1000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// A span of time as written: elapsed, or counted by a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Length {
    /// Elapsed milliseconds; looks at no calendar. `1 day` is 24 hours.
    Elapsed(i64),
    /// Milliseconds within working hours: `4 working hours`, `30 working minutes`.
    WorkingTime(i64),
    /// Working days.
    WorkingDays(u32),
    /// Calendar months.
    Months(u32),
    /// Calendar years.
    Years(u32),
}

impl Length {
    /// The elapsed milliseconds, or `None` where a calendar has to be asked.
    #[must_use]
    pub fn elapsed(self) -> Option<i64> {
        match self {
            Self::Elapsed(ms) => Some(ms),
            _ => None,
        }
    }
}

/// As the language writes it; reads back as the same length.
impl std::fmt::Display for Length {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counted = |f: &mut std::fmt::Formatter<'_>, n: u32, unit: &str| {
            write!(f, "{n} {unit}{}", if n == 1 { "" } else { "s" })
        };
        match *self {
            Self::Elapsed(ms) => f.write_str(&write_elapsed(ms)),
            Self::WorkingTime(ms) => {
                let (n, unit) = [
                    (HOUR, "working hour"),
                    (MINUTE, "working minute"),
                    (SECOND, "working second"),
                ]
                .into_iter()
                .find(|(size, _)| ms % size == 0)
                .map_or((ms, "working ms"), |(size, unit)| (ms / size, unit));
                write!(f, "{n} {unit}{}", if n == 1 || unit == "working ms" { "" } else { "s" })
            }
            Self::WorkingDays(n) => counted(f, n, "working day"),
            Self::Months(n) => counted(f, n, "month"),
            Self::Years(n) => counted(f, n, "year"),
        }
    }
}

/// Why a text is not a length of time.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct LengthError {
    /// What was found and what was expected: one lower-case clause.
    pub message: String,
    /// What to write instead, where it can be told.
    pub instead: Option<String>,
}

/// Reads a length of time: `30 s`, `15 min`, `24 h`, `7 days`, `1 h 10 min`, `4 working hours`, `3 working days`,
/// `6 months`, `2 years`. Units may be written out (`1 hour`, `90 minutes`); only elapsed ones combine.
///
/// # Errors
/// Where there is no number, no unit, no space between the two, an unknown unit or a number that does not fit.
///
/// ```
/// use caseloop_expr::{duration, Length};
/// assert_eq!(duration("1 h 10 min"), Ok(Length::Elapsed(70 * 60 * 1000)));
/// assert_eq!(duration("3 working days"), Ok(Length::WorkingDays(3)));
/// assert_eq!(duration("24h").unwrap_err().instead.as_deref(), Some("24 h"));
/// ```
pub fn duration(text: &str) -> Result<Length, LengthError> {
    let text = text.trim();
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    };
    let parts: Vec<&str> = rest.split_whitespace().collect();
    if let Some(error) = missing_space(&parts) {
        return Err(error);
    }
    let length = match parts.as_slice() {
        [] => return Err(error("a length of time is missing, such as `24 h`")),
        [number] if number.bytes().all(|b| b.is_ascii_digit()) => return Err(no_unit(number)),
        [number, "working", unit] => working(number, unit)?,
        [number, unit] if Calendar::of(unit).is_some() => {
            let count = u32::try_from(count(number)?).map_err(|_| too_long())?;
            match Calendar::of(unit) {
                Some(Calendar::Years) => Length::Years(count),
                _ => Length::Months(count),
            }
        }
        parts => Length::Elapsed(elapsed(parts)?),
    };
    match (negative, length) {
        (false, length) => Ok(length),
        (true, Length::Elapsed(ms)) => Ok(Length::Elapsed(-ms)),
        (true, _) => Err(error("only an elapsed length may be negative")),
    }
}

enum Calendar {
    Months,
    Years,
}

impl Calendar {
    fn of(unit: &str) -> Option<Self> {
        match unit {
            "month" | "months" => Some(Self::Months),
            "year" | "years" => Some(Self::Years),
            _ => None,
        }
    }
}

/// Milliseconds of an elapsed unit, or `None` for another word.
pub(crate) fn unit_ms(unit: &str) -> Option<i64> {
    Some(match unit {
        "ms" | "millisecond" | "milliseconds" => 1,
        "s" | "second" | "seconds" => SECOND,
        "min" | "minute" | "minutes" => MINUTE,
        "h" | "hour" | "hours" => HOUR,
        "day" | "days" => DAY,
        _ => return None,
    })
}

/// The unit that a word not of the language stands for: `d`, `hrs`, `sec`, `小时`.
pub(crate) fn meant_unit(word: &str) -> Option<&'static str> {
    Some(match word.to_lowercase().as_str() {
        "sec" | "secs" | "秒" => "s",
        "mins" | "m" | "分" | "分钟" => "min",
        "hr" | "hrs" | "hours" | "hour" | "h" | "小时" => "h",
        "d" | "天" | "日" => "days",
        "w" | "week" | "weeks" | "周" => "days",
        _ => return None,
    })
}

fn elapsed(parts: &[&str]) -> Result<i64, LengthError> {
    let mut total: i64 = 0;
    let mut previous = i64::MAX;
    for pair in parts.chunks(2) {
        let [number, unit] = pair else {
            let word = pair.first().copied().unwrap_or_default();
            return Err(match count(word) {
                Ok(_) => no_unit(word),
                Err(error) => error,
            });
        };
        if *unit == "working" {
            return Err(error("working time does not combine with other units"));
        }
        let size = unit_ms(unit).ok_or_else(|| unknown_unit(number, unit))?;
        if size >= previous {
            return Err(error(
                "the units of a length go from the largest to the smallest, each once",
            ));
        }
        previous = size;
        let part = count(number)?.checked_mul(size).ok_or_else(too_long)?;
        total = total.checked_add(part).ok_or_else(too_long)?;
    }
    Ok(total)
}

fn working(number: &str, unit: &str) -> Result<Length, LengthError> {
    let count = count(number)?;
    match unit {
        "day" | "days" => u32::try_from(count).map(Length::WorkingDays).map_err(|_| too_long()),
        _ => match unit_ms(unit) {
            Some(size) => count.checked_mul(size).map(Length::WorkingTime).ok_or_else(too_long),
            None => Err(unknown_unit(number, unit)),
        },
    }
}

fn count(number: &str) -> Result<i64, LengthError> {
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(error(&format!("found `{number}` where a whole number was expected")));
    }
    number.parse().map_err(|_| too_long())
}

/// `24h`, `1d`, `4working hours`: a number that runs into its unit.
fn missing_space(parts: &[&str]) -> Option<LengthError> {
    let glued = |part: &&str| {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = part.split_at(digits);
        (digits > 0 && !unit.is_empty() && !unit.starts_with('.')).then_some((number.to_owned(), unit.to_owned()))
    };
    let (number, unit) = parts.iter().find_map(glued)?;
    let mut error = match unit_ms(&unit) {
        Some(_) => error("a space belongs between a number and its unit"),
        None => unknown_unit(&number, &unit),
    };
    let written: Vec<String> = parts
        .iter()
        .map(|part| match glued(part) {
            Some((number, unit)) => {
                let known = if unit_ms(&unit).is_some() {
                    Some(unit.as_str())
                } else {
                    meant_unit(&unit)
                };
                known.map(|unit| format!("{number} {}", plural(&number, unit)))
            }
            None => Some((*part).to_owned()),
        })
        .collect::<Option<_>>()
        .unwrap_or_default();
    error.instead = (!written.is_empty() && !unit.starts_with('w')).then(|| written.join(" "));
    Some(error)
}

fn plural(number: &str, unit: &str) -> String {
    if number == "1" && unit == "days" {
        "day".to_owned()
    } else {
        unit.to_owned()
    }
}

fn unknown_unit(number: &str, unit: &str) -> LengthError {
    let message = format!("`{unit}` is no unit of time; the units are `ms`, `s`, `min`, `h` and `days`");
    let weeks = matches!(unit, "w" | "week" | "weeks" | "周");
    let instead = match meant_unit(unit) {
        Some(_) if weeks => number
            .parse::<i64>()
            .ok()
            .and_then(|n| n.checked_mul(7))
            .map(|n| format!("{n} days")),
        Some(unit) => Some(format!("{number} {}", plural(number, unit))),
        None => None,
    };
    LengthError { message, instead }
}

fn no_unit(number: &str) -> LengthError {
    LengthError {
        message: format!("`{number}` has no unit of time"),
        instead: None,
    }
}

fn too_long() -> LengthError {
    error("this length of time is too long to count")
}

fn error(message: &str) -> LengthError {
    LengthError {
        message: message.to_owned(),
        instead: None,
    }
}

/// `1 h 10 min`, `3 days`, `-5 s`, `0 s`; reads back as the same elapsed length.
pub(crate) fn write_elapsed(ms: i64) -> String {
    if ms == 0 {
        return "0 s".to_owned();
    }
    let mut left = ms.unsigned_abs();
    let mut parts = Vec::new();
    for (size, unit) in [(DAY, "days"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s"), (1, "ms")] {
        let size = size.unsigned_abs();
        let count = left / size;
        left %= size;
        if count > 0 {
            parts.push(format!(
                "{count} {}",
                if count == 1 && unit == "days" { "day" } else { unit }
            ));
        }
    }
    format!("{}{}", if ms < 0 { "-" } else { "" }, parts.join(" "))
}
