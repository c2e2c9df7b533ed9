//! The codes of this crate's findings, each once. Not: the messages, which stand where the finding is made.

use caseloop_syntax::Code;

macro_rules! codes {
    ($($ident:ident = $name:literal, $summary:literal;)*) => {
        $(#[doc = $summary] pub static $ident: Code = Code::new($name, $summary);)*
        /// Every code that this crate reports, in the order of this table.
        pub static CODES: &[&Code] = &[$(&$ident),*];
    };
}

codes! {
    TOO_LONG = "expression-too-long", "An expression has more bytes than the limit allows.";
    TOO_DEEP = "expression-too-deep", "An expression is nested more deeply than the limit allows.";
    TOO_MANY_PARTS = "expression-too-large", "An expression has more parts than the limit allows.";
    TOO_MUCH_WORK = "expression-too-costly", "Evaluating an expression could take more steps than the limit allows.";
    STRAY_CHARACTER = "stray-character", "A character has no meaning in an expression.";
    FULL_WIDTH = "full-width-character", "A full-width sign stands where its ASCII form is meant.";
    OPEN_TEXT = "open-text", "A text literal has no closing quote.";
    BAD_ESCAPE = "bad-escape", "A backslash in a text literal is followed by something unknown.";
    BAD_NUMBER = "bad-number", "A number is too large or is written in a form that the language does not have.";
    BAD_DURATION = "bad-duration", "A length of time has no space before its unit, or a unit that does not exist.";
    CALENDAR_DURATION = "calendar-duration", "A length of time that needs a calendar stands in an expression.";
    FOREIGN_OPERATOR = "foreign-operator", "An operator of another language stands where this one has its own.";
    NO_TERNARY = "no-ternary", "An expression chooses with `?`, which the language does not have.";
    NO_DIVISION = "no-division", "An expression divides, which the language does not do.";
    NO_INDEXING = "no-indexing", "An expression takes an item by its position, which the language does not do.";
    NO_CONVERSION = "no-conversion", "An expression converts between types, which the language does not do.";
    NO_MAP = "no-map", "An expression holds a map literal, which the language does not have.";
    NO_NULL = "no-null", "An expression names null, which the language does not have.";
    CHAINED_COMPARISON = "chained-comparison", "A comparison is compared again.";
    UNEXPECTED = "unexpected-in-expression", "Something stands in an expression where another part was expected.";
    MISPLACED_RANGE = "misplaced-range", "A range stands elsewhere than on the right of `in`.";
    EMPTY_RANGE = "empty-range", "A range ends before it begins.";
    UNKNOWN_FIELD = "unknown-field", "A name is neither a field nor a constant that fits.";
    UNKNOWN_MEMBER = "unknown-member", "A name after a point is no member or column of what stands before it.";
    UNKNOWN_CONSTANT = "unknown-constant", "A name is no constant of the type on the other side.";
    AMBIGUOUS_CONSTANT = "ambiguous-constant", "A name is both a field and a constant where it is used.";
    QUOTED_CONSTANT = "quoted-constant", "A constant is written as a text.";
    UNKNOWN_STATE = "unknown-state-in-condition", "A condition asks for a state that does not exist.";
    UNKNOWN_PROMISE = "unknown-promise-in-condition", "A condition asks for a promise that does not exist.";
    UNKNOWN_PARAMETER = "unknown-parameter", "An expression reads a parameter that does not exist.";
    UNFIT_PARAMETER = "unfit-parameter", "The value of a parameter does not fit its type.";
    UNKNOWN_FUNCTION = "unknown-function", "An expression calls a function that does not exist.";
    WRONG_ARGUMENTS = "wrong-arguments", "A function is called with arguments that it does not take.";
    NO_EVENT = "no-event-here", "An expression reads an event where none is at hand.";
    TYPE_MISMATCH = "type-mismatch", "Two types stand together that cannot, or a part has another type than expected.";
    NOT_A_CONDITION = "not-a-condition", "A part that has to be true or false is something else.";
    UNGUARDED_OPTIONAL = "unguarded-optional", "An optional field is read where it may be absent.";
    HIDDEN_FIELD = "hidden-field-read", "An expression reads personal free text, of which only `has` may be asked.";
    BAD_PATTERN = "bad-pattern", "The pattern of `matches` is no regular expression, is too large or is no literal.";
}
