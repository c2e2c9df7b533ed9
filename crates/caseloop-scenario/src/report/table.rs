//! Coverage as a table of plain text.

use crate::{Coverage, Part};
use std::fmt::Write;

/// The coverage of a workflow, a line for each kind of thing, with the names of what is not covered.
///
/// ```
/// let workflow = caseloop::compile_text("workflow: a\nversion: 1\nstart: over\nstates: {over: {final: true}}")?;
/// let table = caseloop_scenario::report::table(&caseloop_scenario::Coverage::of(&workflow));
/// assert_eq!(table, "a: 0 of 1 covered, 0 %\n  states        0 of   1     0 %  not: over\n");
/// # Ok::<(), caseloop::CompileError>(())
/// ```
#[must_use]
pub fn table(coverage: &Coverage) -> String {
    let total = coverage.total();
    let mut text = format!(
        "{}: {} of {} covered, {} %\n",
        coverage.workflow,
        total.covered,
        total.all,
        total.percent()
    );
    for part in Part::ALL {
        let share = coverage.share(part);
        if share.all == 0 {
            continue;
        }
        // Writing to a text cannot fail.
        let _ = write!(
            text,
            "  {:<12}{:>3} of {:>3}  {:>4} %",
            part.name(),
            share.covered,
            share.all,
            share.percent()
        );
        let missing: Vec<&str> = coverage
            .missing()
            .filter(|goal| goal.part == part)
            .map(|goal| &*goal.name)
            .collect();
        if !missing.is_empty() {
            let _ = write!(text, "  not: {}", missing.join(", "));
        }
        text.push('\n');
    }
    text
}
