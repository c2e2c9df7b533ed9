//! The types that fields, constants and results have, and how a value of each becomes a word. Not: reading what a host
//! sends (see `read`) or the fields themselves.

use crate::record::RecordType;
use crate::{ABSENT, Value};
use std::fmt;
use std::sync::Arc;

/// The most constants of an enum that may stand in a set, since a set is one word with a bit for each.
pub const MAX_SET: usize = 62;

/// A closed list of constants (`one_of`, levels, roles, templates), perhaps with columns. Its word is the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumType {
    /// The name that messages use, such as `level` or the field's own.
    pub name: Arc<str>,
    /// The constants in the order of their declaration, NFC, none twice.
    pub constants: Vec<Arc<str>>,
    /// What is looked up by constant, as in `level.owner`.
    pub columns: Vec<Column>,
}

impl EnumType {
    /// An enum without columns; names are brought to NFC and a repeated one is left out.
    #[must_use]
    pub fn new(name: &str, constants: &[&str]) -> Self {
        let mut kept: Vec<Arc<str>> = Vec::new();
        for constant in constants.iter().map(|constant| crate::nfc(constant)) {
            if !kept.contains(&constant) {
                kept.push(constant);
            }
        }
        Self {
            name: crate::nfc(name),
            constants: kept,
            columns: Vec::new(),
        }
    }

    /// The position of a constant, by its exact (NFC) name.
    #[must_use]
    pub fn index(&self, constant: &str) -> Option<usize> {
        self.constants.iter().position(|known| &**known == constant)
    }

    /// Whether values of one are values of the other: the same constants in the same order.
    #[must_use]
    pub fn same_constants(&self, other: &Self) -> bool {
        self.constants == other.constants
    }

    pub(crate) fn column(&self, name: &str) -> Option<(usize, &Column)> {
        self.columns
            .iter()
            .enumerate()
            .find(|(_, column)| &*column.name == name)
    }

    /// `a, b and 3 more`, for messages.
    pub(crate) fn listing(&self) -> String {
        let shown: Vec<String> = self.constants.iter().take(8).map(|c| format!("`{c}`")).collect();
        match self.constants.len().saturating_sub(shown.len()) {
            0 => shown.join(", "),
            more => format!("{} and {more} more", shown.join(", ")),
        }
    }
}

/// A column of an enum: one value for each constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What is written after the point.
    pub name: Arc<str>,
    /// The type of all its values.
    pub ty: Type,
    /// One value for each constant, in their order, each read by `ty`; a missing one counts as absent.
    pub values: Vec<Value>,
}

/// A declared type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// True or false; the word is 1 or 0.
    Bool,
    /// A whole number between two bounds, both included.
    Int {
        /// The least value.
        min: i64,
        /// The greatest value.
        max: i64,
    },
    /// An exact number with `scale` digits after the point; the word is the number without its point.
    Decimal {
        /// Digits after the point, at most 18.
        scale: u8,
    },
    /// Free text.
    Text,
    /// The host's key of a person.
    Person,
    /// The host's opaque key.
    Ref,
    /// A whole number from 0 to `max`, both included.
    Count {
        /// The greatest value.
        max: i64,
    },
    /// A point in time; the word is milliseconds since 1970 in UTC.
    Instant,
    /// Elapsed time; the word is milliseconds, signed.
    Duration,
    /// A calendar day; the word is days since 1970-01-01.
    Date,
    /// One constant of a list; the word is its index.
    Enum(Arc<EnumType>),
    /// Some constants of a list of at most [`MAX_SET`]; the word has bit `i` for constant `i`.
    Set(Arc<EnumType>),
    /// Items of one type, none of them absent.
    List(Arc<Type>),
    /// Named members.
    Record(Arc<RecordType>),
}

impl Type {
    /// Whole numbers of any size.
    pub const INT: Self = Self::Int {
        min: ABSENT + 1,
        max: i64::MAX,
    };

    /// Whether values live in a word; the others are heavy.
    #[must_use]
    pub fn is_word(&self) -> bool {
        !matches!(
            self,
            Self::Text | Self::Person | Self::Ref | Self::List(_) | Self::Record(_)
        )
    }

    /// Whether one may stand where the other is expected, ranges aside: an int for a count, an enum for another one
    /// with the same constants.
    #[must_use]
    pub fn fits(&self, expected: &Self) -> bool {
        match (self, expected) {
            (Self::Enum(a), Self::Enum(b)) | (Self::Set(a), Self::Set(b)) => Arc::ptr_eq(a, b) || a.same_constants(b),
            (Self::List(a), Self::List(b)) => a.fits(b),
            (Self::Record(a), Self::Record(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::Decimal { scale: a }, Self::Decimal { scale: b }) => a == b,
            (a, b) => (a.is_int() && b.is_int()) || a == b,
        }
    }

    /// Whether a value holds personal free text somewhere inside.
    pub(crate) fn hides(&self) -> bool {
        match self {
            Self::List(item) => item.hides(),
            Self::Record(record) => record.fields().any(|field| field.hidden || field.ty.hides()),
            _ => false,
        }
    }

    /// The constants of an enum or a set as they are declared, `[a, b]`.
    #[must_use]
    pub fn listed(&self) -> Option<String> {
        let constants = self
            .constants()
            .filter(|_| matches!(self, Self::Enum(_) | Self::Set(_)))?;
        Some(format!("[{}]", constants.constants.join(", ")))
    }

    pub(crate) fn is_int(&self) -> bool {
        matches!(self, Self::Int { .. } | Self::Count { .. })
    }

    /// The enum whose constants a bare word may name here.
    pub(crate) fn constants(&self) -> Option<&Arc<EnumType>> {
        match self {
            Self::Enum(e) | Self::Set(e) => Some(e),
            Self::List(item) => item.constants(),
            _ => None,
        }
    }

    /// The least and the greatest word that a present value of this type has.
    pub(crate) fn range(&self) -> (i64, i64) {
        match self {
            Self::Bool => (0, 1),
            Self::Int { min, max } => (*min, *max),
            Self::Count { max } => (0, *max),
            Self::Enum(e) => (
                0,
                i64::try_from(e.constants.len())
                    .unwrap_or(i64::MAX)
                    .saturating_sub(1)
                    .max(0),
            ),
            Self::Date => (i64::from(i32::MIN), i64::from(i32::MAX)),
            _ => (ABSENT + 1, i64::MAX),
        }
    }

    /// The word of a value that this type has read; [`ABSENT`] for any other.
    #[must_use]
    pub fn word(&self, value: &Value) -> i64 {
        match (self, value) {
            (Self::Bool, Value::Bool(value)) => i64::from(*value),
            (Self::Int { .. } | Self::Count { .. }, Value::Int(value)) => *value,
            (Self::Decimal { scale }, Value::Decimal { units, scale: written }) if scale == written => *units,
            (Self::Instant, Value::Instant(ms)) | (Self::Duration, Value::Duration(ms)) => *ms,
            (Self::Date, Value::Date(days)) => i64::from(*days),
            (Self::Enum(e), Value::Constant(name)) => e
                .index(name)
                .and_then(|index| i64::try_from(index).ok())
                .unwrap_or(ABSENT),
            (Self::Set(e), Value::Set(names)) => names
                .iter()
                .filter_map(|name| e.index(name))
                .filter(|i| *i < MAX_SET)
                .fold(0, |mask, i| mask | 1 << i),
            _ => ABSENT,
        }
    }

    /// The value that a word stands for; absent for [`ABSENT`], for a word out of range and for heavy types.
    #[must_use]
    pub fn value(&self, word: i64) -> Value {
        if word == ABSENT {
            return Value::Absent;
        }
        match self {
            Self::Bool => Value::Bool(word != 0),
            Self::Int { .. } | Self::Count { .. } => Value::Int(word),
            Self::Decimal { scale } => Value::Decimal {
                units: word,
                scale: *scale,
            },
            Self::Instant => Value::Instant(word),
            Self::Duration => Value::Duration(word),
            Self::Date => i32::try_from(word).map_or(Value::Absent, Value::Date),
            Self::Enum(e) => usize::try_from(word)
                .ok()
                .and_then(|index| e.constants.get(index))
                .map_or(Value::Absent, |name| Value::Constant(name.clone())),
            Self::Set(e) => {
                let bits = e.constants.iter().take(MAX_SET).enumerate();
                Value::Set(
                    bits.filter(|(i, _)| word >> i & 1 == 1)
                        .map(|(_, name)| name.clone())
                        .collect(),
                )
            }
            Self::Text | Self::Person | Self::Ref | Self::List(_) | Self::Record(_) => Value::Absent,
        }
    }
}

/// The designer's word for the type; an enum shows its name.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Int { .. } => f.write_str("int"),
            Self::Decimal { .. } => f.write_str("decimal"),
            Self::Text => f.write_str("text"),
            Self::Person => f.write_str("person"),
            Self::Ref => f.write_str("ref"),
            Self::Count { .. } => f.write_str("count"),
            Self::Instant => f.write_str("time"),
            Self::Duration => f.write_str("duration"),
            Self::Date => f.write_str("date"),
            Self::Enum(e) if e.name.is_empty() => f.write_str("one_of"),
            Self::Enum(e) => write!(f, "one_of {}", e.name),
            Self::Set(e) if e.name.is_empty() => f.write_str("set"),
            Self::Set(e) => write!(f, "set of {}", e.name),
            Self::List(item) => write!(f, "list of {item}"),
            Self::Record(_) => f.write_str("record"),
        }
    }
}
