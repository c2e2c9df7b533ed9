//! Rust's own values as boundary values, so that a host writes `with("ring", 2)`.

use crate::Value;
use std::sync::Arc;

macro_rules! convert {
    ($($from:ty => |$value:ident| $to:expr),* $(,)?) => {
        $(impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $to
            }
        })*
    };
}

convert! {
    bool => |value| Self::Bool(value),
    i32 => |value| Self::Int(value.into()),
    u32 => |value| Self::Int(value.into()),
    i64 => |value| Self::Int(value),
    &str => |value| Self::text(value),
    String => |value| Self::Text(value.into()),
    Arc<str> => |value| Self::Text(value),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    /// Nothing is absent.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}
