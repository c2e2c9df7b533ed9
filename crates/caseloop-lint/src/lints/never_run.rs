//! A rung or a warning whose every branch has a condition that never holds.

use super::condition::is_set_at_load;
use crate::guards::Guards;
use crate::{Lint, Looked};
use caseloop_core::definition::TimerDef;
use caseloop_expr::Condition;
use caseloop_syntax::{Code, Diagnostic};

pub(crate) static CODE: Code = Code::new("never-run", "What a promise starts has conditions that never hold.");

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("never-run"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    for promise in &looked.workflow.definition().promises {
        let rungs = promise.rungs.iter().map(|rung| rung.timer);
        for timer in rungs.chain(promise.warnings.iter().filter_map(|warning| warning.timer)) {
            let timer = looked.workflow.timer(timer);
            let branches = || timer.branches.iter().map(|id| looked.workflow.branch(*id));
            // What a parameter decides may be otherwise in another load.
            let never = |condition: &Condition| {
                let never = || Guards::of(&[Some(condition)]).is_some_and(|guards| guards.never(0));
                !is_set_at_load(condition) && (condition.always() == Some(false) || never())
            };
            let all = branches().all(|branch| branch.condition.as_ref().is_some_and(never));
            if all && branches().next().is_some() {
                findings.push(finding(timer));
            }
        }
    }
}

/// A rung or a warning of which no condition ever holds.
pub(crate) fn finding(timer: &TimerDef) -> Diagnostic {
    let message = format!("`{}` does nothing: its condition never holds", timer.name);
    Diagnostic::warning(&CODE, timer.span, message).help("drop it, or its condition")
}
