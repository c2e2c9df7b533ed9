//! The condition language of caseloop: Common Expression Language over declared types, less what a workflow does not
//! need, so that a condition cannot fail when it is judged.
//!
//! Text goes in with a [`Scope`] of declared names; a [`Condition`] or [`Formula`] comes out, or findings in a
//! [`Report`](caseloop_syntax::Report). The checked tree ([`Typed`]) is there for analysis; what is judged is a compiled form over slots.
//! The crate does no I/O and reads no clock: `now` comes with the [`Env`].
//!
//! What differs from CEL, besides what is left out (`? :`, maps, `/`, `%`, indexing, conversions, floats, null): whole
//! numbers saturate, number literals adapt to the decimals beside them, a bare word is a constant where the other side
//! is an enum, an optional field has to be asked for with `has` first, and enums compare in the order of declaration.

mod ast;
mod check;
mod clock;
mod code;
pub mod codes;
mod condition;
mod convert;
mod decimal;
pub mod declare;
mod interval;
mod length;
mod lex;
mod limits;
mod lower;
mod mask;
mod parse;
mod read;
mod record;
mod scope;
mod source;
mod ty;
mod typed;
mod unary;
mod value;
mod work;

pub use codes::CODES;
pub use condition::{Condition, Formula, condition, formula, formula_under};
pub use interval::bounds;
pub use length::{Length, LengthError, duration};
pub use limits::{Limits, MAX_LIST};
pub use mask::{HIDDEN, Mask, Masking};
pub use read::BadValue;
pub use record::{Field, FieldIndex, Heavy, RecordType, Row, RowBuf, Slot};
pub use scope::{Env, Facts, NoFacts, Scope};
pub use source::Locate;
pub use ty::{Column, EnumType, MAX_SET, Type};
pub use typed::{Arith, Comparison, Kind, Macro, Pattern, Root, TextTest, Typed};
pub use unary::{Cell, Matches, cell};
pub use value::Value;

/// The word of an optional field that is not there. No present value has it: arithmetic ends one above it.
pub const ABSENT: i64 = i64::MIN;

/// A name in Unicode's composed form, in which all names are compared.
pub(crate) fn nfc(name: &str) -> std::sync::Arc<str> {
    use unicode_normalization::{UnicodeNormalization, is_nfc};
    if is_nfc(name) {
        name.into()
    } else {
        name.nfc().collect::<String>().into()
    }
}
