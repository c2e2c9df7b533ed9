//! The value that crosses the boundary between host and engine, and its JSON form. Not: slots, or what a type accepts.

use crate::{clock, decimal, length};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// A value as a host writes and reads it. [`Type::read`](crate::Type::read) brings one to the form of its type.
///
/// JSON: absent is `null`; decimals, instants (RFC 3339 in UTC), durations (`1 h 10 min`) and dates (`2025-11-18`) are
/// texts; sets and lists are arrays. Reading JSON gives the nearest of absent, bool, int, decimal, text, list and
/// record; the declared type makes an instant or a constant of a text.
///
/// ```
/// use caseloop_expr::{Type, Value};
/// let value: Value = serde_json::from_str(r#""2025-11-18T16:30:00+08:00""#)?;
/// let read = Type::Instant.read(&value)?;
/// assert_eq!(serde_json::to_string(&read)?, r#""2025-11-18T08:30:00Z""#);
/// assert_eq!(serde_json::from_str::<Value>("12.50")?, Value::Decimal { units: 125, scale: 1 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing: an optional field that is not there.
    Absent,
    /// True or false.
    Bool(bool),
    /// A whole number; also a count.
    Int(i64),
    /// `units` divided by ten to the power of `scale`.
    Decimal {
        /// The number without its point.
        units: i64,
        /// How many digits stand after the point, at most 18.
        scale: u8,
    },
    /// Text; also a person and a reference.
    Text(Arc<str>),
    /// Milliseconds since 1970-01-01T00:00:00Z.
    Instant(i64),
    /// Elapsed milliseconds, signed.
    Duration(i64),
    /// Days since 1970-01-01.
    Date(i32),
    /// A constant of an enum type.
    Constant(Arc<str>),
    /// Constants of an enum type; in the order of their declaration once read by a type.
    Set(Vec<Arc<str>>),
    /// A list.
    List(Vec<Value>),
    /// Members by name; all of them, in the order of their declaration, once read by a type.
    Record(Vec<(Arc<str>, Value)>),
}

impl Value {
    /// A text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    /// A constant of an enum type.
    #[must_use]
    pub fn constant(name: &str) -> Self {
        Self::Constant(name.into())
    }

    /// What kind of value this is, in an author's words.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Absent => "nothing",
            Self::Bool(_) => "true or false",
            Self::Int(_) => "a whole number",
            Self::Decimal { .. } => "a decimal number",
            Self::Text(_) => "a text",
            Self::Instant(_) => "a time",
            Self::Duration(_) => "a duration",
            Self::Date(_) => "a date",
            Self::Constant(_) => "a constant",
            Self::Set(_) => "a set",
            Self::List(_) => "a list",
            Self::Record(_) => "a record",
        }
    }
}

/// As an author would write it: `12.50`, `"text"`, `1 h 10 min`, `[a, b]`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("absent"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Decimal { units, scale } => f.write_str(&decimal::write(*units, *scale)),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Instant(at) => f.write_str(&clock::write_instant(*at)),
            Self::Duration(ms) => f.write_str(&length::write_elapsed(*ms)),
            Self::Date(days) => f.write_str(&clock::write_date(*days)),
            Self::Constant(name) => f.write_str(name),
            Self::Set(names) => write!(f, "[{}]", names.join(", ")),
            Self::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Self::Record(members) => {
                f.write_str("{")?;
                for (i, (name, value)) in members.iter().enumerate() {
                    write!(f, "{}{name}: {value}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Text(text) | Self::Constant(text) => serializer.serialize_str(text),
            Self::Decimal { .. } | Self::Instant(_) | Self::Duration(_) | Self::Date(_) => serializer.collect_str(self),
            Self::Set(names) => serializer.collect_seq(names.iter().map(|name| &**name)),
            Self::List(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Self::Record(members) => {
                let mut map = serializer.serialize_map(None)?;
                for (name, value) in members.iter().filter(|(_, value)| *value != Self::Absent) {
                    map.serialize_entry(&**name, value)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null, true or false, a number, a text, a list or an object")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Absent)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Absent)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Int(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        i64::try_from(value).map(Value::Int).map_err(|_| {
            E::custom(format_args!(
                "{value} is too large: a whole number ends at {}",
                i64::MAX
            ))
        })
    }

    /// Through the shortest text that gives the same number, so that 12.5 becomes exactly 12.5.
    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        decimal::parse(&value.to_string())
            .map(|(units, scale)| {
                if scale == 0 {
                    Value::Int(units)
                } else {
                    Value::Decimal { units, scale }
                }
            })
            .ok_or_else(|| E::custom(format_args!("{value} has more digits than a decimal can hold")))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members: Vec<(Arc<str>, Value)> = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            members.push((name.into(), value));
        }
        Ok(Value::Record(members))
    }
}
