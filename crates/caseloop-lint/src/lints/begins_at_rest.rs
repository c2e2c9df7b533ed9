//! A promise whose every beginning enters a state in which it rests.

use crate::{Lint, Looked};
use caseloop_core::StateId;
use caseloop_core::definition::{Mark, PromiseDef};
use caseloop_syntax::{Code, Diagnostic};

pub(crate) static CODE: Code = Code::new(
    "begins-at-rest",
    "A promise begins by entering a state in which it rests.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("begins-at-rest"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let promises = looked.workflow.definition().promises.iter();
    for promise in promises.filter(|promise| promise.restart.is_empty()) {
        let entered: Option<Vec<StateId>> = promise
            .from
            .iter()
            .map(|mark| rests(looked, promise, mark.on))
            .collect();
        let Some(state) = entered.and_then(|states| states.first().copied()) else {
            continue;
        };
        let def = looked.workflow.state(state);
        let message = format!(
            "the promise `{}` rests from its beginning in `{}`",
            promise.name, def.name
        );
        let at = promise.from.first().map_or(promise.span, |mark| mark.span);
        let finding = Diagnostic::warning(&CODE, at, message).also(def.span, "the state is here");
        findings.push(finding.help(format!(
            "write `from: leaving {}` if it is to count from there on, or drop the state from `paused_in:`",
            def.name
        )));
    }
}

/// The state in which a beginning rests at once.
fn rests(looked: &Looked<'_>, promise: &PromiseDef, on: Mark) -> Option<StateId> {
    let Mark::Entering(state) = on else { return None };
    let paused = |inner: &StateId| promise.paused_in.contains(inner);
    let around = looked.chart.around(state).into_iter();
    let rests = [state].into_iter().chain(around).any(|inner| paused(&inner));
    (rests && looked.chart.stays(state)).then_some(state)
}
