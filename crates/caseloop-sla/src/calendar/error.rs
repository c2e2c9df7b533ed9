//! Why a calendar cannot be built, and why one cannot answer.

use super::span::Span;
use thiserror::Error;

/// Why a calendar cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CalendarError {
    /// A text is not what stands at its place.
    #[error("`{found}` was found, expected {expected}")]
    Text {
        /// What was found.
        found: String,
        /// What was expected, with an example.
        expected: &'static str,
    },
    /// Two times that make no span.
    #[error("the span `{span}` {problem}")]
    Span {
        /// The span as written.
        span: String,
        /// What is wrong with it and what to write.
        problem: &'static str,
    },
    /// Two spans of one day share time.
    #[error("the spans `{first}` and `{second}` of `{day}` overlap")]
    Overlap {
        /// The day as written.
        day: String,
        /// The one that starts first.
        first: Span,
        /// The one that starts within it.
        second: Span,
    },
    /// A day is described twice.
    #[error("`{day}` is written twice in `{key}`")]
    Twice {
        /// The day.
        day: String,
        /// The key below which it stands.
        key: &'static str,
    },
    /// A zone that the time zone database does not know.
    #[error("there is no time zone `{zone}`; expected a name such as `Asia/Shanghai`")]
    UnknownZone {
        /// The name.
        zone: String,
    },
    /// A calendar says hours of its own and is composed of others at the same time, or neither.
    #[error("{problem}")]
    Shape {
        /// What is wrong and what to write.
        problem: &'static str,
    },
    /// A name that stands for nothing.
    #[error("there is no {kind} `{name}`")]
    UnknownName {
        /// `calendar` or `list of holidays`.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// A calendar that is composed of itself, or more than [`DEPTH`](super::DEPTH) deep.
    #[error("the calendar{} is composed of itself, or of others in more than {depth} levels",
        name.as_ref().map(|name| format!(" `{name}`")).unwrap_or_default(), depth = super::DEPTH)]
    Circle {
        /// The name, where it has one.
        name: Option<String>,
    },
    /// A list of holidays has a day outside its years, or lists of one calendar have no year in common.
    #[error("the list of holidays `{list}` is for {first} to {last}; {problem}")]
    ListYears {
        /// The list.
        list: String,
        /// Its first year.
        first: i32,
        /// Its last year.
        last: i32,
        /// What does not fit.
        problem: String,
    },
    /// It, or it and those that are built with it, hold more spans and days than are worked out.
    #[error("the calendars hold more days and spans than {most}, those of their lists counted for each", most = super::MOST_WORK)]
    TooLarge,
    /// It has no open moment between the ends of its horizon.
    #[error("the calendar never opens")]
    NeverOpens,
}

/// Why a calendar cannot answer: the question or its answer lies outside the years that it is known for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HorizonError {
    /// Outside the years of all calendars, [`FIRST_YEAR`](super::FIRST_YEAR) to [`LAST_YEAR`](super::LAST_YEAR).
    #[error("the calendar is known for the years {first} to {last} only")]
    Years {
        /// The first year.
        first: i32,
        /// The last year.
        last: i32,
    },
    /// There is no calendar to ask.
    #[error("working days, months and years need a calendar")]
    NoCalendar,
    /// Outside the years of a list of holidays.
    #[error("the list of holidays `{list}` is for the years {first} to {last} only")]
    List {
        /// The list.
        list: String,
        /// The first year.
        first: i32,
        /// The last year.
        last: i32,
    },
}
