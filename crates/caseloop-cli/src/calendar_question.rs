//! A question to a calendar as a line of JSON asks it, and its answer as JSON.

use caseloop::layers::expr::{Length, duration};
use caseloop::layers::sla::{Calendar, HorizonError, MonthEnd, Outside, SameTime, StartDay, Stretch};
use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat};
use serde::Deserialize;
use serde_json::{Number, Value, json};

/// The most stretches that are listed.
const MOST_STRETCHES: u64 = 100_000;

/// A question.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    /// What the answer is to be called; the number of the line where it is left out.
    pub(crate) id: Option<Value>,
    /// A name, or a calendar in place.
    pub(crate) calendar: Value,
    op: Op,
    from: Option<String>,
    until: Option<String>,
    amount: Option<Value>,
    /// `between` in whole units.
    unit: Option<Unit>,
    /// Which end of the closed time after an amount is meant.
    #[serde(default)]
    edge: Edge,
    /// What working days are counted from where the start's day is none.
    #[serde(default)]
    from_day: FromDay,
    /// What becomes of a time of day that is closed on the working day reached.
    #[serde(default)]
    outside: Closed,
    /// What becomes of a day that the month reached does not have.
    #[serde(default)]
    month_end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Op {
    #[serde(alias = "error")]
    Check,
    IsOpen,
    #[serde(alias = "is_business_day")]
    IsWorkingDay,
    OnHoliday,
    OnBreak,
    NextOpen,
    NextOpenStrict,
    NextClose,
    PrevClose,
    PrevOpenStrict,
    NextTransition,
    PrevTransition,
    #[serde(alias = "elapsed")]
    Between,
    DaysBetween,
    DueAt,
    Add,
    Sub,
    PeriodsAfter,
    PeriodsBefore,
    #[serde(alias = "open_ranges_on")]
    PeriodsOn,
    TimelineForwardUntil,
    TimelineForwardFor,
    TimelineBackwardUntil,
    TimelineBackwardFor,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Unit {
    Second,
    Minute,
    Hour,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Edge {
    #[default]
    Near,
    Far,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FromDay {
    #[default]
    AsIs,
    Next,
    Last,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Closed {
    #[default]
    Moved,
    Kept,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum End {
    #[default]
    Cut,
    NextMonth,
}

/// Where a question starts: at a date, or at an instant.
#[derive(Clone, Copy)]
pub(crate) enum Moment {
    Date(NaiveDate),
    Instant(i64),
}

/// An amount, signed.
#[derive(Clone, Copy)]
pub(crate) enum Amount {
    Elapsed(i64),
    Open(i64),
    Days(i64),
    Months(i64),
}

type Answer = Result<Value, String>;

impl Question {
    /// The answer, or why there is none.
    pub(crate) fn answer(&self, calendar: &Calendar) -> Answer {
        match self.op {
            Op::Check => Ok(json!("ok")),
            Op::IsOpen => told(calendar.is_open(self.instant(calendar)?)),
            Op::IsWorkingDay => told(calendar.is_working_day(self.date(calendar)?)),
            Op::OnHoliday => Ok(calendar.is_holiday(self.date(calendar)?).into()),
            Op::OnBreak => Ok(calendar.is_break(self.instant(calendar)?).into()),
            Op::NextOpen => at(calendar.next_open(self.instant(calendar)?)),
            Op::NextOpenStrict => at(calendar.next_opening(self.instant(calendar)?)),
            Op::NextClose => at(calendar.next_close(self.instant(calendar)?)),
            Op::PrevClose => at(calendar.prev_close(self.instant(calendar)?)),
            Op::PrevOpenStrict => at(calendar.prev_opening(self.instant(calendar)?)),
            Op::NextTransition => {
                let from = self.instant(calendar)?;
                match calendar.is_open(from).map_err(words)? {
                    true => at(calendar.next_close(from)),
                    false => at(calendar.next_opening(from)),
                }
            }
            Op::PrevTransition => {
                let from = self.instant(calendar)?;
                match calendar.prev_close(from).map_err(words)? {
                    closed if closed < from => at(Ok(closed)),
                    _ => at(calendar.prev_opening(from)),
                }
            }
            Op::Between => self.between(calendar),
            Op::DaysBetween => {
                let until = moment(self.until.as_deref(), "until", calendar)?;
                told(calendar.working_days(self.date(calendar)?, until.date(calendar)?))
            }
            Op::DueAt => self.due(calendar),
            Op::Add => self.moved(calendar, 1),
            Op::Sub => self.moved(calendar, -1),
            Op::PeriodsAfter => listed(calendar.stretches_after(self.instant(calendar)?, self.count()?)),
            Op::PeriodsBefore => listed(calendar.stretches_before(self.instant(calendar)?, self.count()?)),
            Op::PeriodsOn => listed(calendar.stretches_on(self.date(calendar)?)),
            Op::TimelineForwardUntil => self.timeline(calendar, self.until(calendar)?),
            Op::TimelineBackwardUntil => self.timeline(calendar, self.until(calendar)?),
            Op::TimelineForwardFor | Op::TimelineBackwardFor => {
                let Amount::Open(amount) = self.amount()? else {
                    return Err("the amount must be open time".to_owned());
                };
                let sign = if self.op == Op::TimelineForwardFor { 1 } else { -1 };
                let until = calendar.due_at(self.instant(calendar)?, sign * amount);
                self.timeline(calendar, until.map_err(words)?)
            }
        }
    }

    /// When an amount is due, as the language says it: working days end with their day.
    fn due(&self, calendar: &Calendar) -> Answer {
        match self.amount()? {
            Amount::Days(days) => at(calendar.end_of_working_day(self.instant(calendar)?, days)),
            _ => self.moved(calendar, 1),
        }
    }

    /// The start moved by an amount; working days keep the time of day.
    fn moved(&self, calendar: &Calendar, sign: i64) -> Answer {
        let from = moment(self.from.as_deref(), "from", calendar)?;
        match (self.amount()?, from) {
            (Amount::Days(days), Moment::Date(date)) => {
                let day = calendar.working_day(date, sign * days, self.start_day());
                day.map(|day| json!(day.to_string())).map_err(words)
            }
            (Amount::Days(days), Moment::Instant(from)) => {
                let rule = SameTime {
                    start: self.start_day(),
                    outside: match self.outside {
                        Closed::Moved => Outside::Moved,
                        Closed::Kept => Outside::Kept,
                    },
                };
                at(calendar.same_time(from, sign * days, rule))
            }
            (amount, _) => {
                let from = self.instant(calendar)?;
                at(match amount {
                    Amount::Elapsed(ms) => Ok(from.saturating_add(sign * ms)),
                    Amount::Months(months) => {
                        let months = i32::try_from(sign * months).unwrap_or(i32::MAX);
                        let end = match self.month_end {
                            End::Cut => MonthEnd::Cut,
                            End::NextMonth => MonthEnd::NextMonth,
                        };
                        calendar.months_after(from, months, end)
                    }
                    Amount::Open(ms) | Amount::Days(ms) => match self.edge {
                        // An amount of zero has two sides.
                        Edge::Far if ms == 0 && sign < 0 => calendar.prev_close(from),
                        Edge::Far => calendar.breach_at(from, sign * ms),
                        Edge::Near => calendar.due_at(from, sign * ms),
                    },
                })
            }
        }
    }

    fn between(&self, calendar: &Calendar) -> Answer {
        let elapsed = calendar.elapsed(self.instant(calendar)?, self.until(calendar)?);
        let elapsed = elapsed.map_err(words)?;
        match self.unit {
            None => Ok(seconds(elapsed)),
            Some(Unit::Second) => Ok((elapsed / 1000).into()),
            Some(Unit::Minute) => Ok((elapsed / 60_000).into()),
            Some(Unit::Hour) => Ok((elapsed / 3_600_000).into()),
        }
    }

    /// What is open between the start and another instant, in the order in which one comes by.
    fn timeline(&self, calendar: &Calendar, until: i64) -> Answer {
        let from = self.instant(calendar)?;
        let forward = matches!(self.op, Op::TimelineForwardUntil | Op::TimelineForwardFor);
        let (start, end) = if forward { (from, until) } else { (until, from) };
        listed(calendar.stretches(start, end.max(start)).map(|mut stretches| {
            if !forward {
                stretches.reverse();
            }
            stretches
        }))
    }

    fn start_day(&self) -> StartDay {
        match self.from_day {
            FromDay::AsIs => StartDay::AsIs,
            FromDay::Next => StartDay::Next,
            FromDay::Last => StartDay::Last,
        }
    }

    fn instant(&self, calendar: &Calendar) -> Result<i64, String> {
        moment(self.from.as_deref(), "from", calendar)?.instant(calendar)
    }

    fn until(&self, calendar: &Calendar) -> Result<i64, String> {
        moment(self.until.as_deref(), "until", calendar)?.instant(calendar)
    }

    fn date(&self, calendar: &Calendar) -> Result<NaiveDate, String> {
        moment(self.from.as_deref(), "from", calendar)?.date(calendar)
    }

    /// How many stretches are asked for.
    fn count(&self) -> Result<usize, String> {
        let count = self.amount.as_ref().and_then(Value::as_u64);
        let count = count.filter(|count| *count <= MOST_STRETCHES);
        let count = count.and_then(|count| usize::try_from(count).ok());
        count.ok_or_else(|| format!("`amount` must be a whole number up to {MOST_STRETCHES}"))
    }

    fn amount(&self) -> Result<Amount, String> {
        match &self.amount {
            None => Err("`amount` is missing".to_owned()),
            Some(Value::Number(number)) => {
                let ms = milliseconds(&number.to_string());
                ms.map(Amount::Open)
                    .ok_or_else(|| "`amount` must be seconds, with at most 3 digits after the point".to_owned())
            }
            Some(Value::String(text)) => amount(text).map_err(|problem| format!("`amount`: {problem}")),
            Some(Value::Object(map)) if map.len() == 1 => {
                let days = map.get("days").and_then(Value::as_i64);
                let days = days.filter(|days| days.unsigned_abs() <= u64::from(u32::MAX));
                days.map(Amount::Days)
                    .ok_or_else(|| "`amount` must be `{\"days\": 3}`".to_owned())
            }
            Some(_) => {
                Err("`amount` must be seconds, a length such as `3 working days`, or `{\"days\": 3}`".to_owned())
            }
        }
    }
}

/// A length as workflows write it, with a minus to go back.
pub(crate) fn amount(text: &str) -> Result<Amount, String> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
    Ok(match duration(text).map_err(|error| error.to_string())? {
        Length::Elapsed(ms) => Amount::Elapsed(sign * ms),
        Length::WorkingTime(ms) => Amount::Open(sign * ms),
        Length::WorkingDays(days) => Amount::Days(sign * i64::from(days)),
        Length::Months(months) => Amount::Months(sign * i64::from(months)),
        Length::Years(years) => Amount::Months(sign * 12 * i64::from(years)),
    })
}

impl Moment {
    /// A date stands for its midnight.
    pub(crate) fn instant(self, calendar: &Calendar) -> Result<i64, String> {
        match self {
            Self::Instant(at) => Ok(at),
            Self::Date(date) => {
                let midnight = date.and_hms_opt(0, 0, 0).unwrap_or_default();
                calendar.instant(midnight).map_err(words)
            }
        }
    }

    fn date(self, calendar: &Calendar) -> Result<NaiveDate, String> {
        match self {
            Self::Instant(at) => calendar.date(at).map_err(words),
            Self::Date(date) => Ok(date),
        }
    }
}

/// A date, a time with an offset, or a time of the calendar's own clock.
pub(crate) fn moment(text: Option<&str>, key: &str, calendar: &Calendar) -> Result<Moment, String> {
    let text = text.ok_or_else(|| format!("`{key}` is missing"))?;
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(Moment::Instant(at.timestamp_millis()));
    }
    if let Ok(date) = text.parse() {
        return Ok(Moment::Date(date));
    }
    let local = [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%d %H:%M",
    ];
    let local = local
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let local = local.ok_or_else(|| {
        format!("`{key}` must be a time such as `2025-11-21T17:20:00+08:00` or a date such as `2025-11-21`")
    })?;
    calendar.instant(local).map(Moment::Instant).map_err(words)
}

/// Seconds with up to three digits after the point, in milliseconds.
fn milliseconds(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let rest = rest.trim_end_matches('0');
    let shape = rest.len() <= 3 && rest.bytes().all(|byte| byte.is_ascii_digit());
    let thousandths: i64 = format!("{rest:0<3}").parse().ok().filter(|_| shape)?;
    let whole: i64 = whole.parse().ok()?;
    Some(sign * whole.checked_mul(1000)?.checked_add(thousandths)?)
}

/// Milliseconds as seconds.
fn seconds(ms: i64) -> Value {
    let (sign, size) = (if ms < 0 { "-" } else { "" }, ms.unsigned_abs());
    match size % 1000 {
        0 => (ms / 1000).into(),
        rest => {
            let text = format!("{sign}{}.{rest:03}", size / 1000);
            text.parse::<Number>().map_or(Value::Null, Value::Number)
        }
    }
}

fn words(error: HorizonError) -> String {
    error.to_string()
}

fn told<T: Into<Value>>(answer: Result<T, HorizonError>) -> Answer {
    answer.map(Into::into).map_err(words)
}

fn at(answer: Result<i64, HorizonError>) -> Answer {
    answer.map(|at| json!(instant(at))).map_err(words)
}

fn listed(answer: Result<Vec<Stretch>, HorizonError>) -> Answer {
    let pairs = |stretches: Vec<Stretch>| {
        let pairs = stretches
            .iter()
            .map(|stretch| json!([instant(stretch.start), instant(stretch.end)]));
        Value::Array(pairs.collect())
    };
    answer.map(pairs).map_err(words)
}

/// RFC 3339 in UTC.
fn instant(at: i64) -> String {
    let digits = if at % 1000 == 0 {
        SecondsFormat::Secs
    } else {
        SecondsFormat::Millis
    };
    let time = DateTime::from_timestamp_millis(at);
    time.map_or_else(|| format!("{at} ms"), |time| time.to_rfc3339_opts(digits, true))
}
