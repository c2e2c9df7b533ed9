//! A rung after one that always ends the case.

use crate::{Lint, Looked};
use caseloop_core::definition::{Branch, Go, Kind};
use caseloop_core::{TimerId, Workflow};
use caseloop_syntax::{Code, Diagnostic};

pub(crate) static CODE: Code = Code::new(
    "never-climbed",
    "A rung of a ladder comes after one that always ends the case.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, include_str!("../../docs/never-climbed.md"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let workflow = looked.workflow;
    for promise in &workflow.definition().promises {
        let last = promise.rungs.iter().position(|rung| always_ends(workflow, rung.timer));
        let Some(last) = last else { continue };
        for rung in promise.rungs.iter().skip(last + 1) {
            let ends = promise.rungs.get(last).map(|rung| workflow.timer(rung.timer));
            let timer = workflow.timer(rung.timer);
            let message = format!("`{}` is never climbed", timer.name);
            let mut finding = Diagnostic::warning(&CODE, timer.span, message);
            if let Some(ends) = ends {
                finding = finding.also(ends.span, "this rung ends the case");
            }
            findings.push(finding.help("put it before that rung, or drop it"));
        }
    }
}

/// Whether the case is over once the timer has fired, whatever holds.
fn always_ends(workflow: &Workflow, timer: TimerId) -> bool {
    let branches = &workflow.timer(timer).branches;
    let branches = || branches.iter().map(|id| workflow.branch(*id));
    let sure = |branch: &Branch| {
        let condition = branch.condition.as_ref();
        condition.is_none_or(|condition| condition.always() == Some(true))
    };
    let ends = |branch: &Branch| match &branch.go {
        Go::To(targets) => targets.iter().all(|target| {
            let state = workflow.state(*target);
            state.kind == Kind::Final && state.parent.is_some_and(|parent| parent.index() == 0)
        }),
        Go::Stay | Go::Reject(_) => false,
    };
    branches().any(sure) && branches().all(ends)
}
