//! The codes of what can be wrong with a declaration, each once.

use caseloop_syntax::Code;

macro_rules! codes {
    ($($ident:ident = $name:literal, $summary:literal;)*) => {
        $(#[doc = $summary] pub static $ident: Code = Code::new($name, $summary);)*
        /// Every code of declarations.
        pub static CODES: &[&Code] = &[$(&$ident),*];
    };
}

codes! {
    MALFORMED_NAME = "malformed-name", "A name is no identifier: letters of any script, digits and `_`, no digit first.";
    RESERVED_NAME = "reserved-name", "A name means something else to YAML or to the condition language.";
    DUPLICATE_NAME = "duplicate-name", "Two things of one kind have the same name.";
    UNKNOWN_TYPE = "unknown-type", "A field is declared with a type that does not exist.";
    EMPTY_BOUNDS = "empty-bounds", "The `min` of a number lies above its `max`.";
    MISFIT_DEFAULT = "misfit-default", "A default or a parameter's value is not of its type.";
    NESTED_PERSONAL = "misplaced-personal", "`personal` is said of a field that holds no text.";
}
