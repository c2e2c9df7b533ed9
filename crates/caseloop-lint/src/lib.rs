//! What is said of workflows that compile and still do not do what they promise.
//!
//! A lint sees the checked chart together with the calendars. It speaks only where it can prove what it says: where a
//! condition or a moment decides, both are taken to be possible, and it is silent.
//!
//! Applications name the `caseloop` crate, whose `compile_with` appends these findings as warnings.

mod chart;
mod lints;
pub mod proof;

pub use lints::ALL;

use caseloop_core::Workflow;
use caseloop_sla::Calendar;
use caseloop_syntax::Diagnostic;
use chart::Chart;

/// A lint: what it is called, and how it looks.
pub struct Lint {
    /// Its code, under which its findings are told.
    pub code: &'static caseloop_syntax::Code,
    look: fn(&Looked<'_>, &mut Vec<Diagnostic>),
}

/// What a lint looks at.
struct Looked<'w> {
    workflow: &'w Workflow,
    /// Those that the workflow names, in its order.
    calendars: &'w [Calendar],
    chart: Chart<'w>,
}

/// Looks at a workflow with every lint. `calendars` are those that its definition names, in its order; with fewer, lints that
/// need one are silent. The findings are in the order of the file.
#[must_use]
pub fn lint(workflow: &Workflow, calendars: &[Calendar]) -> Vec<Diagnostic> {
    let looked = Looked {
        workflow,
        calendars,
        chart: Chart::of(workflow.definition()),
    };
    let mut findings = Vec::new();
    for lint in ALL {
        (lint.look)(&looked, &mut findings);
    }
    findings.sort_by_key(|finding| finding.primary.span);
    findings
}
