//! A state in which nobody is waited for and no time runs.

use super::dead_end::is_dead_end;
use crate::reach::{choices, path};
use crate::{Lint, Looked};
use caseloop_core::StateId;
use caseloop_core::definition::{Kind, PromiseDef};
use caseloop_syntax::{Code, Diagnostic, Span};

pub(crate) static CODE: Code = Code::new(
    "unattended-state",
    "A case can rest in a state in which nobody is waited for and no time runs.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("unattended-state"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let d = looked.workflow.definition();
    // Where a workflow names nobody and its states have no timers, that is its host's business.
    if d.roles.is_empty() && d.states.iter().all(|state| state.timers.is_empty()) {
        return;
    }
    for (position, state) in d.states.iter().enumerate() {
        let id = StateId::at(position);
        // A state that is there to choose is meant to be left at once.
        let rests = state.kind == Kind::Atomic && looked.reach.contains(id) && choices(d, id).is_empty();
        if !rests || is_attended(looked, id) || is_dead_end(looked, id) {
            continue;
        }
        findings.push(finding(&state.name, state.span));
    }
}

/// The state of this name has nobody and nothing.
pub(crate) fn finding(name: &str, span: Span) -> Diagnostic {
    let message = format!("in `{name}` nobody is waited for and no timer runs");
    Diagnostic::warning(&CODE, span, message).help("say who has to act (`waits_for:`), or give it a timer")
}

/// Whether somebody is waited for, or something is due, wherever a case rests in a state.
fn is_attended(looked: &Looked<'_>, id: StateId) -> bool {
    let d = looked.workflow.definition();
    let around = path(d, id);
    let attended = |id: &StateId| {
        let state = d.states.get(id.index());
        state.is_some_and(|state| !state.waits_for.is_empty() || !state.timers.is_empty())
    };
    // A region beside it may have somebody.
    let parallel = around.iter().rev().find(|id| {
        let state = d.states.get(id.index());
        state.is_some_and(|state| state.kind == Kind::Parallel)
    });
    let beside = parallel.is_some_and(|parallel| {
        let mut all = (0..d.states.len()).map(StateId::at);
        all.any(|other| path(d, other).contains(parallel) && attended(&other))
    });
    beside || around.iter().any(attended) || d.promises.iter().any(|promise| is_measured(looked, promise, &around))
}

/// Whether a promise may be measured there, so that a deadline is near.
fn is_measured(looked: &Looked<'_>, promise: &PromiseDef, around: &[StateId]) -> bool {
    let rests = promise.paused_in.iter().any(|state| around.contains(state));
    let mut begins = promise.from.iter().chain(&promise.restart);
    !rests
        && around.first().is_some_and(|state| {
            begins.any(|mark| looked.chart.may_count(mark) && looked.chart.after(mark).may_be_in(*state))
        })
}
