//! A state that no branch and no start leads to.

use crate::reach::path;
use crate::{Lint, Looked};
use caseloop_core::StateId;
use caseloop_core::definition::{Kind, StateDef};
use caseloop_syntax::{Code, Diagnostic};

pub(crate) static CODE: Code = Code::new("unreachable-state", "No start and no branch leads to a state.");

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("unreachable-state"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let d = looked.workflow.definition();
    for (position, state) in d.states.iter().enumerate() {
        let id = StateId::at(position);
        let reached = |state: StateId| looked.reach.contains(state);
        // What lies inside is not reached either, and follows from it.
        let outer = path(d, id).get(1).copied().is_some_and(reached);
        if reached(id) || !outer || matches!(state.kind, Kind::History { .. }) {
            continue;
        }
        findings.push(finding(state, "nothing leads there"));
    }
}

/// Why no case comes into a state.
pub(crate) fn finding(state: &StateDef, why: &str) -> Diagnostic {
    let message = format!("a case never comes into `{}`: {why}", state.name);
    let finding = Diagnostic::warning(&CODE, state.span, message);
    finding.help(format!("let a branch say `go: {}`, or drop the state", state.name))
}
