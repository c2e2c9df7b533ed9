//! What can be proved of rules without running cases: gaps, overlaps, rules that are masked or hold for nothing, each
//! with a case that shows it; and of words and patterns which of them say the same.
//!
//! What is found is certain: a case is tried before it is shown. Where a table is too tangled it is said that nothing was
//! proved.

mod axes;
pub mod codes;
mod patterns;
mod table;
mod told;
mod words;

pub use patterns::{Proof, implies};
pub use table::{Case, Findings, Overlap, of_table};

use crate::Rules;
use caseloop_syntax::Diagnostic;

/// So many steps one table may take. A step is one stretch of values laid over up to 256 rules.
pub const BUDGET: u64 = 2_000_000;

/// What is said of rules that can be asked: warnings with their places, in the order of the file.
#[must_use]
pub fn analyse(rules: &Rules) -> Vec<Diagnostic> {
    let mut findings = match rules {
        Rules::Table(table) => told::of_table(table, &of_table(table, BUDGET)),
        Rules::Classifier(classifier) => words::of_classifier(classifier),
        Rules::Score(_) | Rules::Assignment(_) => Vec::new(),
    };
    findings.sort_by_key(|finding| finding.primary.span);
    findings
}
