//! The codes of what can be wrong with rules beyond their YAML, their declarations and their conditions.

use caseloop_syntax::Code;

macro_rules! codes {
    ($($ident:ident = $name:literal, $summary:literal;)*) => {
        $(#[doc = $summary] pub static $ident: Code = Code::new($name, $summary);)*
        /// Every code of this crate.
        pub static ALL: &[&Code] = &[$(&$ident),*];
    };
}

codes! {
    // Of every kind.
    DUPLICATE_RULES = "duplicate-rules", "Two files of rules of one load have the same name.";
    NO_RULES = "no-rules", "A file of rules holds none.";
    MALFORMED_OUTPUT = "malformed-output", "`gives` names no output, or one that this kind of rules cannot give.";
    // Of scores.
    MALFORMED_PART = "malformed-part", "A part of a score does not say when it counts, or says it in two ways.";
    UNCOUNTED_CONSTANT = "uncounted-constant", "A part of a score that goes by a field leaves one of its constants without points, or points go to a constant that does not exist.";
    MALFORMED_SHARE = "malformed-share", "What is left of a promise is not written as `< 50 %`, or the shares do not rise.";
    MALFORMED_BANDS = "malformed-bands", "Bands of points leave a constant out, or do not rise.";
    // Of tables.
    MALFORMED_RULES = "malformed-rules", "The rules of a table are written in two ways, or a tree or sheet of them is not in form.";
    UNKNOWN_HIT_POLICY = "unknown-hit-policy", "`hit` names no hit policy.";
    UNKNOWN_COLUMN = "unknown-column", "A cell stands in no input and no column of its table, or a column has the name of another.";
    UNKNOWN_OUTPUT = "unknown-output", "A rule gives what its table does not.";
    MISSING_OUTPUT = "missing-output", "A rule leaves out what its table always gives.";
    OUTPUT_OUT_OF_RANGE = "output-out-of-range", "A rule gives a number that the output's declared range excludes.";
    TABLE_TOO_LARGE = "table-too-large", "A table needs more memory than is allowed.";
    // Of classifiers.
    MALFORMED_WORDS = "malformed-words", "A rule of a classifier does not say what it listens for, or not in form.";
    MALFORMED_PATTERN = "malformed-pattern", "A pattern cannot be read, or matches where nothing stands.";
    UNKNOWN_TEXT = "unknown-text", "A classifier reads no text, or not the one that a rule listens to.";
    CLASSIFIER_TOO_LARGE = "classifier-too-large", "A classifier or one of its patterns needs more memory than is allowed.";
    // Of assignments.
    MALFORMED_PREFERENCE = "malformed-preference", "A preference is not one of `least`, `most` and `first`.";
}
