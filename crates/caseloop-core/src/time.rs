//! The engine's instants: milliseconds on the UTC line. Zones and calendars are other crates' work.

use caseloop_expr::{Type, Value};
use chrono::{DateTime, Utc};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted. Written as RFC 3339 in UTC.
///
/// ```
/// use caseloop_core::Instant;
/// assert_eq!(Instant(1_696_141_200_000).to_string(), "2023-10-01T06:20:00Z");
/// assert_eq!(Instant::parse("2023-10-01T14:20:00+08:00"), Some(Instant(1_696_141_200_000)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

/// How [`Instant::NEVER`] is written.
const NEVER: &str = "never";

impl Instant {
    /// Later than every instant that a case can reach; stands for "never" in due times.
    pub const NEVER: Self = Self(i64::MAX);

    /// This instant and `milliseconds` more, never beyond [`NEVER`](Self::NEVER).
    #[must_use]
    pub const fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// The same instant as chrono has it; `None` beyond chrono's range, as [`NEVER`](Self::NEVER) is.
    #[must_use]
    pub fn to_utc(self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_millis(self.0)
    }

    /// Reads RFC 3339; an offset is required, seconds may be left out. `None` for anything else.
    ///
    /// Instants beyond the year 9999, which RFC 3339 cannot say, are read as they are written: as `never`, or as the
    /// bare number of milliseconds (`253402300800000 ms`).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == NEVER {
            return Some(Self::NEVER);
        }
        if let Some(number) = text.strip_suffix(" ms") {
            return number.parse().ok().map(Self);
        }
        match Type::Instant.read(&Value::text(text)) {
            Ok(Value::Instant(at)) => Some(Self(at)),
            _ => None,
        }
    }
}

impl From<DateTime<Utc>> for Instant {
    /// What lies below a millisecond is cut off.
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.timestamp_millis())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::NEVER {
            f.write_str(NEVER)
        } else {
            Value::Instant(self.0).fmt(f)
        }
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom(format_args!("`{text}` is no RFC 3339 time")))
    }
}
