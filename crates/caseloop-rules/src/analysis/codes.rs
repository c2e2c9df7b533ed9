//! The codes of what is said of rules that can be asked and still do not do what they should.

use caseloop_syntax::Code;

macro_rules! codes {
    ($($ident:ident = $name:literal, $summary:literal;)*) => {
        $(#[doc = $summary] pub static $ident: Code = Code::new($name, $summary);)*
        /// Every code of the analysis.
        pub static ALL: &[&Code] = &[$(&$ident),*];
    };
}

codes! {
    GAP = "gap", "No rule of a table holds for some case, and nothing is said of that.";
    OVERLAP = "overlap", "Two rules of a table hold for one case, where one may at most.";
    CONTRADICTION = "contradiction", "Two rules of a table hold for one case and give different outputs, where all that hold give the same.";
    MASKED_RULE = "masked-rule", "A rule of a table never gives anything, since others come before it wherever it holds.";
    NEVER_HOLDS = "never-holds", "A rule of a table holds for no case.";
    DUPLICATE_RULE = "duplicate-rule", "Two rules of a table ask for the same.";
    NOT_PROVED = "not-proved", "A table is too tangled to tell whether it leaves gaps, overlaps or masked rules.";
    NEVER_HEARD = "never-heard", "A pattern of a classifier matches no text as texts are compared.";
    HEARD_TWICE = "heard-twice", "A word of a rule is heard wherever another of the same rule is, so it adds nothing.";
    SAME_PATTERN = "same-pattern", "Two patterns that give their points to the same constants match the same texts.";
}
