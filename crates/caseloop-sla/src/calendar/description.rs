//! A calendar as it is written, in YAML or JSON or by a builder's calls. Not: what it makes of time.

use super::error::CalendarError;
use super::rule::DayRule;
use super::span::Span;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The calendar that is always open, and the weekly hours of one that is.
pub const ALWAYS: &str = "24x7";

/// A calendar as it is written: hours of its own, or others put together.
///
/// | key | holds |
/// |---|---|
/// | `zone` (or `tz`) | the IANA time zone in which the hours are read, such as `Asia/Shanghai`; needed for hours, otherwise that of the first member |
/// | `weekly` | `24x7`, or weekdays with the [`Span`]s that start on them: `mon-fri: ["09:00-12:00", "13:00-18:00"]`; keys are `mon`, `mon-fri` or `mon,wed` |
/// | `holidays` | closed days as [`DayRule`]s, each a text or `{day: …, name: …}` |
/// | `holidays_yearly` | more of them, as `MM-DD` |
/// | `overrides` (or `shifts`) | other hours for a date or a range of dates: spans, `closed`, or `as mon` for the hours of a weekday |
/// | `breaks` | spans that are cut out on weekdays (as in `weekly`) or days (as in `holidays`) |
/// | `lists` | names of lists of holidays, see [`HolidayList`] |
/// | `holiday_wins` | `true`: a holiday beats an override of the same day; otherwise the override beats the holiday |
/// | `and`, `or`, `minus` | instead of hours: open when all of the members are, when one of them is, when the first is and none of the others; a member is a name or a calendar in place |
///
/// For a day counts its override, else its holiday, else its weekday; breaks are cut from whatever is open at their
/// readings of the clock. A holiday closes what starts on it: the tail of the night shift before it stays open.
///
/// ```
/// use caseloop_sla::{CalendarDescription, Calendar};
/// let written: CalendarDescription = serde_json::from_str(
///     r#"{"zone": "Asia/Shanghai", "weekly": {"mon-fri": ["09:00-18:00"]}, "holidays": ["2025-10-01..2025-10-08"],
///         "overrides": {"2025-10-11": "as mon"}}"#,
/// )?;
/// let called = Calendar::in_zone("Asia/Shanghai")
///     .weekly("mon-fri", ["09:00-18:00".parse()?])
///     .holiday("2025-10-01..2025-10-08".parse()?, None)
///     .override_as("2025-10-11", "mon");
/// assert_eq!(written, called);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarDescription {
    #[serde(default, alias = "tz", skip_serializing_if = "Option::is_none")]
    pub(crate) zone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) weekly: Option<Weekly>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) holidays: Vec<Holiday>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) holidays_yearly: Vec<String>,
    #[serde(default, alias = "shifts", skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) overrides: BTreeMap<String, Hours>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) breaks: BTreeMap<String, Vec<SpanText>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) lists: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) holiday_wins: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) and: Option<Vec<Member>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) or: Option<Vec<Member>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) minus: Option<Vec<Member>>,
}

impl CalendarDescription {
    /// Adds hours to weekdays, `mon`, `mon-fri` or `mon,wed`. Calls for the same text are put together; a calendar that
    /// was always open has these hours instead.
    #[must_use]
    pub fn weekly(mut self, days: &str, spans: impl IntoIterator<Item = Span>) -> Self {
        let mut written = match self.weekly.take() {
            Some(Weekly::Days(written)) => written,
            _ => BTreeMap::new(),
        };
        let hours = written.entry(days.to_owned()).or_default();
        hours.extend(spans.into_iter().map(SpanText::from));
        self.weekly = Some(Weekly::Days(written));
        self
    }

    /// Opens it always, but for holidays, overrides and breaks.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.weekly = Some(Weekly::Text(ALWAYS.to_owned()));
        self
    }

    /// Adds a holiday, with the name that explanations give it.
    #[must_use]
    pub fn holiday(mut self, day: DayRule, name: Option<&str>) -> Self {
        self.holidays.push(Holiday {
            day: day.to_string(),
            name: name.map(str::to_owned),
        });
        self
    }

    /// Gives a date, or a range of dates, other hours; none at all close it.
    #[must_use]
    pub fn override_with(mut self, dates: &str, spans: impl IntoIterator<Item = Span>) -> Self {
        let spans = Hours::Spans(spans.into_iter().map(SpanText::from).collect());
        self.overrides.insert(dates.to_owned(), spans);
        self
    }

    /// Gives a date, or a range of dates, the hours of a weekday.
    #[must_use]
    pub fn override_as(mut self, dates: &str, weekday: &str) -> Self {
        self.overrides
            .insert(dates.to_owned(), Hours::Text(format!("as {weekday}")));
        self
    }

    /// Cuts spans out of weekdays or days.
    #[must_use]
    pub fn pause(mut self, days: &str, spans: impl IntoIterator<Item = Span>) -> Self {
        let cut = self.breaks.entry(days.to_owned()).or_default();
        cut.extend(spans.into_iter().map(SpanText::from));
        self
    }

    /// Takes over the days of a list of holidays, see [`HolidayList`], and answers for its years alone.
    #[must_use]
    pub fn list(mut self, name: &str) -> Self {
        self.lists.push(name.to_owned());
        self
    }

    /// Lets a holiday beat an override of the same day.
    #[must_use]
    pub fn holiday_wins(mut self) -> Self {
        self.holiday_wins = true;
        self
    }

    /// How it is composed, where it is: the members and what becomes of them.
    pub(crate) fn composed(&self) -> Result<Option<(Compose, &[Member])>, CalendarError> {
        let parts = [
            (Compose::And, &self.and),
            (Compose::Or, &self.or),
            (Compose::Minus, &self.minus),
        ];
        let mut parts = parts
            .into_iter()
            .filter_map(|(how, members)| Some((how, members.as_deref()?)));
        let Some((how, members)) = parts.next() else {
            return Ok(None);
        };
        let hours = Self {
            zone: self.zone.clone(),
            and: self.and.clone(),
            or: self.or.clone(),
            minus: self.minus.clone(),
            ..Self::default()
        };
        if parts.next().is_some() || *self != hours {
            return Err(CalendarError::Shape {
                problem: "a calendar has hours of its own or one of `and`, `or` and `minus`, not both; \
                          put the hours into a member",
            });
        }
        match members.is_empty() {
            true => Err(CalendarError::Shape {
                problem: "a calendar that is put together needs members",
            }),
            false => Ok(Some((how, members))),
        }
    }
}

/// What becomes of the members of a composed calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compose {
    And,
    Or,
    Minus,
}

/// A list of holidays and of days worked instead, which calendars name in `lists`. Its years are all that is known: a
/// calendar that uses it answers for them alone.
///
/// `off` holds days as `holidays` of a calendar does, `worked` dates that are worked with the hours of the weekday
/// `worked_as` (`mon` unless said) whatever weekday they fall on; all lie in `years`, both of which are included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolidayList {
    /// Where the days were taken from.
    pub source: String,
    /// The first and the last year, as in `2023..2026`.
    pub years: String,
    /// The days off.
    pub off: Vec<Holiday>,
    /// The days worked instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub worked: Vec<String>,
    /// The weekday whose hours they have; `mon` where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worked_as: Option<String>,
}

/// A holiday: which days, in the words of [`DayRule`], and what it is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "HolidayWritten", into = "HolidayWritten")]
pub struct Holiday {
    /// Which days.
    pub day: String,
    /// What it is called, if it has a name.
    pub name: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a day such as `2026-10-01`, or `{day: 2026-10-01, name: …}`"
)]
enum HolidayWritten {
    Day(String),
    Named { day: String, name: String },
}

impl From<HolidayWritten> for Holiday {
    fn from(written: HolidayWritten) -> Self {
        match written {
            HolidayWritten::Day(day) => Self { day, name: None },
            HolidayWritten::Named { day, name } => Self { day, name: Some(name) },
        }
    }
}

impl From<Holiday> for HolidayWritten {
    fn from(Holiday { day, name }: Holiday) -> Self {
        match name {
            None => Self::Day(day),
            Some(name) => Self::Named { day, name },
        }
    }
}

/// The hours of the week: `24x7`, or spans below weekdays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected `24x7`, or weekdays with spans: {mon-fri: [\"09:00-18:00\"]}"
)]
pub(crate) enum Weekly {
    Text(String),
    Days(BTreeMap<String, Vec<SpanText>>),
}

/// The hours of one day: spans, `closed`, or `as mon`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a list of spans, `closed` or `as mon`")]
pub(crate) enum Hours {
    Text(String),
    Spans(Vec<SpanText>),
}

/// A span as it is written; a pair of times is kept as one text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "SpanWritten")]
pub(crate) struct SpanText(pub(crate) String);

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a span such as `09:00-17:30`, or a pair of times")]
enum SpanWritten {
    Text(String),
    Pair([String; 2]),
}

impl From<SpanWritten> for SpanText {
    fn from(written: SpanWritten) -> Self {
        match written {
            SpanWritten::Text(text) => Self(text),
            SpanWritten::Pair([from, to]) => Self(format!("{from}-{to}")),
        }
    }
}

impl From<Span> for SpanText {
    fn from(span: Span) -> Self {
        Self(span.to_string())
    }
}

/// A calendar by its name, or in place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Member {
    /// The name of a calendar; `24x7` is always known.
    Name(String),
    /// A calendar in place.
    Written(Box<CalendarDescription>),
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Member;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a calendar, or a calendar in place")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Member, E> {
                Ok(Member::Name(name.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Member, A::Error> {
                let written = CalendarDescription::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Member::Written(Box::new(written)))
            }
        }
        deserializer.deserialize_any(Read)
    }
}
