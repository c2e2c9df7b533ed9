//! Reading what a host or a document gives as a value of a declared type. Not: where the value is put.

use crate::length::{Length, duration};
use crate::ty::MAX_SET;
use crate::{EnumType, Limits, RecordType, Type, Value, clock, decimal};
use caseloop_syntax::did_you_mean;
use std::sync::Arc;
use thiserror::Error;

/// A value that its type does not accept.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}{message}", place(.path))]
pub struct BadValue {
    /// Where inside the value: member names and positions from 0, outermost first; empty for the value itself.
    pub path: Vec<String>,
    /// What was found and what was expected: one lower-case clause.
    pub message: String,
}

fn place(path: &[String]) -> String {
    if path.is_empty() {
        String::new()
    } else {
        format!("`{}`: ", path.join("."))
    }
}

impl BadValue {
    fn new(message: impl Into<String>) -> Self {
        Self {
            path: Vec::new(),
            message: message.into(),
        }
    }

    fn below(mut self, member: impl Into<String>) -> Self {
        self.path.insert(0, member.into());
        self
    }
}

impl Type {
    /// The value in this type's own form: a text becomes a constant, an instant (RFC 3339 with an offset), a date, an
    /// elapsed duration (`4 h`) or a decimal; a list becomes a set in the order of declaration; a record gets all its
    /// members. [`Value::Absent`] stays what it is. Lists are limited by [`Limits::default`].
    ///
    /// # Errors
    /// Where the value is of another type, out of range, or no constant.
    ///
    /// ```
    /// use caseloop_expr::{EnumType, Type, Value};
    /// let tier = Type::Enum(EnumType::new("tier", &["vip", "ordinary"]).into());
    /// assert_eq!(tier.read(&Value::text("vip")), Ok(Value::constant("vip")));
    /// let error = tier.read(&Value::text("vpi")).unwrap_err();
    /// assert_eq!(error.to_string(), "`vpi` is no constant of `tier`; did you mean `vip`?");
    /// ```
    pub fn read(&self, value: &Value) -> Result<Value, BadValue> {
        self.read_within(value, &Limits::default())
    }

    /// As [`Type::read`], with a list bound of the caller's.
    ///
    /// # Errors
    /// As [`Type::read`].
    pub fn read_within(&self, value: &Value, limits: &Limits) -> Result<Value, BadValue> {
        if *value == Value::Absent {
            return Ok(Value::Absent);
        }
        let read = match self {
            Self::Bool => read_bool(value),
            Self::Int { min, max } => return read_int(value, *min, *max),
            Self::Count { max } => return read_int(value, 0, *max),
            Self::Decimal { scale } => return read_decimal(value, *scale),
            Self::Text | Self::Person | Self::Ref => match value {
                Value::Text(text) | Value::Constant(text) => Some(Value::Text(text.clone())),
                _ => None,
            },
            Self::Instant => match value {
                Value::Instant(ms) => in_words(*ms).map(Value::Instant),
                Value::Text(text) => return read_instant(text),
                _ => None,
            },
            Self::Duration => match value {
                Value::Duration(ms) => in_words(*ms).map(Value::Duration),
                Value::Text(text) => return read_duration(text),
                Value::Int(_) => {
                    return Err(BadValue::new(format!(
                        "{value} has no unit of time, such as `{value} h`"
                    )));
                }
                _ => None,
            },
            Self::Date => match value {
                Value::Date(days) => Some(Value::Date(*days)),
                Value::Text(text) => {
                    let date = clock::parse_date(text).map(Value::Date);
                    return date
                        .ok_or_else(|| BadValue::new(format!("`{text}` is no date; one is written `2025-11-18`")));
                }
                _ => None,
            },
            Self::Enum(e) => match value {
                Value::Text(name) | Value::Constant(name) => return Ok(Value::Constant(read_constant(e, name)?)),
                _ => None,
            },
            Self::Set(e) => return read_set(e, value),
            Self::List(item) => return read_list(item, value, limits),
            Self::Record(record) => return read_record(record, value, limits),
        };
        read.ok_or_else(|| self.unfit(value))
    }

    fn unfit(&self, value: &Value) -> BadValue {
        BadValue::new(format!("found {} where {self} was expected", value.kind()))
    }
}

fn in_words(word: i64) -> Option<i64> {
    (word != crate::ABSENT).then_some(word)
}

fn read_bool(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(value) => Some(Value::Bool(*value)),
        Value::Text(text) if &**text == "true" => Some(Value::Bool(true)),
        Value::Text(text) if &**text == "false" => Some(Value::Bool(false)),
        _ => None,
    }
}

fn read_int(value: &Value, min: i64, max: i64) -> Result<Value, BadValue> {
    let number = match value {
        Value::Int(number) => Some(*number),
        Value::Decimal { units, scale } => decimal::rescale(*units, *scale, 0),
        Value::Text(text) => text.trim().parse().ok(),
        _ => {
            return Err(BadValue::new(format!(
                "found {} where a whole number was expected",
                value.kind()
            )));
        }
    };
    let number = number.ok_or_else(|| BadValue::new(format!("{value} is no whole number that fits")))?;
    if number < min || number > max || number == crate::ABSENT {
        return Err(BadValue::new(format!("{number} is not within {min}..{max}")));
    }
    Ok(Value::Int(number))
}

fn read_decimal(value: &Value, scale: u8) -> Result<Value, BadValue> {
    let written = match value {
        Value::Int(number) => Some((*number, 0)),
        Value::Decimal { units, scale } => Some((*units, *scale)),
        Value::Text(text) => decimal::parse(text.trim()),
        _ => {
            return Err(BadValue::new(format!(
                "found {} where a decimal number was expected",
                value.kind()
            )));
        }
    };
    let (units, from) = written.ok_or_else(|| BadValue::new(format!("{value} is no decimal number")))?;
    match decimal::rescale(units, from, scale).and_then(in_words) {
        Some(units) => Ok(Value::Decimal { units, scale }),
        None => Err(BadValue::new(format!(
            "{value} does not fit a decimal with {scale} digits after the point"
        ))),
    }
}

fn read_instant(text: &str) -> Result<Value, BadValue> {
    clock::parse_instant(text).map(Value::Instant).ok_or_else(|| {
        BadValue::new(format!(
            "`{text}` is no time; one is written `2025-11-18T16:30:00+08:00`, with its offset"
        ))
    })
}

fn read_duration(text: &str) -> Result<Value, BadValue> {
    match duration(text) {
        Ok(Length::Elapsed(ms)) => Ok(Value::Duration(ms)),
        Ok(_) => Err(BadValue::new(format!(
            "`{text}` needs a calendar where elapsed time was expected"
        ))),
        Err(error) => {
            let help = error
                .instead
                .map(|instead| format!("; write `{instead}`"))
                .unwrap_or_default();
            Err(BadValue::new(format!("{}{help}", error.message)))
        }
    }
}

fn read_constant(e: &EnumType, name: &str) -> Result<Arc<str>, BadValue> {
    let name = crate::nfc(name);
    match e.index(&name).and_then(|index| e.constants.get(index)) {
        Some(constant) => Ok(constant.clone()),
        None => {
            let of = if e.name.is_empty() {
                String::new()
            } else {
                format!(" of `{}`", e.name)
            };
            let near = did_you_mean(&name, e.constants.iter().map(|c| &**c));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", e.listing()),
            };
            Err(BadValue::new(format!("`{name}` is no constant{of}; {help}")))
        }
    }
}

fn read_set(e: &EnumType, value: &Value) -> Result<Value, BadValue> {
    let mut mask = 0_i64;
    let mut add = |name: &Arc<str>| {
        let name = read_constant(e, name)?;
        let index = e.index(&name).filter(|index| *index < MAX_SET);
        let index = index.ok_or_else(|| BadValue::new(format!("a set holds the first {MAX_SET} constants only")))?;
        mask |= 1 << index;
        Ok(())
    };
    match value {
        Value::Set(names) => names.iter().try_for_each(&mut add)?,
        Value::List(items) => {
            for (i, item) in items.iter().enumerate() {
                match item {
                    Value::Text(name) | Value::Constant(name) => add(name).map_err(|e| e.below(i.to_string()))?,
                    other => {
                        let message = format!("found {} where a constant was expected", other.kind());
                        return Err(BadValue::new(message).below(i.to_string()));
                    }
                }
            }
        }
        other => {
            return Err(BadValue::new(format!(
                "found {} where a list of constants was expected",
                other.kind()
            )));
        }
    }
    let chosen = e
        .constants
        .iter()
        .take(MAX_SET)
        .enumerate()
        .filter(|(i, _)| mask >> i & 1 == 1);
    Ok(Value::Set(chosen.map(|(_, name)| name.clone()).collect()))
}

fn read_list(item: &Type, value: &Value, limits: &Limits) -> Result<Value, BadValue> {
    let Value::List(items) = value else {
        return Err(BadValue::new(format!(
            "found {} where a list was expected",
            value.kind()
        )));
    };
    if items.len() > limits.list {
        return Err(BadValue::new(format!(
            "a list of {} items is longer than the {} allowed",
            items.len(),
            limits.list
        )));
    }
    let read = items.iter().enumerate().map(|(i, value)| match value {
        Value::Absent => Err(BadValue::new("an item of a list is never absent").below(i.to_string())),
        value => item.read_within(value, limits).map_err(|e| e.below(i.to_string())),
    });
    read.collect::<Result<_, _>>().map(Value::List)
}

fn read_record(record: &RecordType, value: &Value, limits: &Limits) -> Result<Value, BadValue> {
    let Value::Record(members) = value else {
        return Err(BadValue::new(format!(
            "found {} where a record was expected",
            value.kind()
        )));
    };
    for (i, (name, _)) in members.iter().enumerate() {
        if record.get(&crate::nfc(name)).is_none() {
            let near = did_you_mean(name, record.fields().map(|field| &*field.name));
            let help = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(BadValue::new(format!("`{name}` is no member{help}")));
        }
        if members.iter().take(i).any(|(other, _)| other == name) {
            return Err(BadValue::new(format!("`{name}` is there twice")));
        }
    }
    let read = record.fields().map(|field| {
        let given = members
            .iter()
            .find(|(name, _)| *crate::nfc(name) == *field.name)
            .map(|(_, value)| value);
        let value = match given {
            Some(value) => field.ty.read_within(value, limits).map_err(|e| e.below(&*field.name))?,
            None => Value::Absent,
        };
        if value == Value::Absent && !field.optional {
            return Err(BadValue::new(format!("`{}` is missing", field.name)));
        }
        Ok((field.name.clone(), value))
    });
    read.collect::<Result<_, _>>().map(Value::Record)
}
