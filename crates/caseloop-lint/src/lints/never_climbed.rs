//! A rung of a ladder that no case climbs, and a ladder that no promise names.

use crate::reach::path;
use crate::{Lint, Looked};
use caseloop_core::definition::{Branch, Go, Kind, Mark, MarkDef, PromiseDef, RungDef};
use caseloop_core::{StateId, TimerId, Workflow};
use caseloop_syntax::{Code, Diagnostic, Node, Span};
use std::collections::BTreeSet;

pub(crate) static CODE: Code = Code::new("never-climbed", "A rung of a ladder, or all of it, is never climbed.");

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("never-climbed"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let workflow = looked.workflow;
    for promise in &workflow.definition().promises {
        let ends = |rung: &RungDef| {
            let timer = rung.timer;
            let case = always(workflow, timer, |target| ends_case(workflow, target));
            let own = || always(workflow, timer, |target| ends_promise(workflow, promise, target));
            case.then_some("this rung ends the case")
                .or_else(|| own().then_some("this rung leads to where the promise ends"))
        };
        let last = promise.rungs.iter().enumerate();
        let last = last.filter_map(|(position, rung)| Some((position, ends(rung)?))).next();
        let Some((last, why)) = last else { continue };
        let by = promise.rungs.get(last).map(|rung| workflow.timer(rung.timer).span);
        for rung in promise.rungs.iter().skip(last + 1) {
            let timer = workflow.timer(rung.timer);
            findings.push(finding(&timer.name, timer.span).also(by.unwrap_or_default(), why));
        }
    }
    unnamed(looked, findings);
}

/// A rung, by its name, that no case climbs.
pub(crate) fn finding(name: &str, span: Span) -> Diagnostic {
    let message = format!("`{name}` is never climbed");
    Diagnostic::warning(&CODE, span, message).help("put it before what keeps a case from it, or drop it")
}

/// Ladders that no promise and no revisit names.
fn unnamed(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(main) = looked.documents.first() else { return };
    let mut named = BTreeSet::new();
    find(&main.root, &mut named);
    let ladders = main.root.entry("ladders").and_then(Node::as_map).unwrap_or_default();
    for (key, _) in ladders.iter().filter(|(key, _)| !named.contains(&*key.name)) {
        let message = format!("no promise climbs the ladder `{}`", key.name);
        let finding = Diagnostic::warning(&CODE, key.span, message);
        findings.push(finding.help(format!(
            "say `ladder: {}` where a promise or a revisit needs it, or drop it",
            key.name
        )));
    }
}

/// The ladders that are named anywhere.
fn find<'n>(node: &'n Node, named: &mut BTreeSet<&'n str>) {
    for (key, inner) in node.as_map().unwrap_or_default() {
        if &*key.name == "ladder" {
            named.extend(inner.text());
        }
        find(inner, named);
    }
    for inner in node.as_list().unwrap_or_default() {
        find(inner, named);
    }
}

/// Whether a timer that fires leads to such states alone, whatever holds.
fn always(workflow: &Workflow, timer: TimerId, such: impl Fn(StateId) -> bool) -> bool {
    let branches = &workflow.timer(timer).branches;
    let branches = || branches.iter().map(|id| workflow.branch(*id));
    let sure = |branch: &Branch| {
        let condition = branch.condition.as_ref();
        condition.is_none_or(|condition| condition.always() == Some(true))
    };
    let ends = |branch: &Branch| match &branch.go {
        Go::To(targets) => targets.iter().all(|target| such(*target)),
        Go::Stay | Go::Reject(_) => false,
    };
    branches().any(sure) && branches().all(ends)
}

/// Whether the case is over in a state.
fn ends_case(workflow: &Workflow, id: StateId) -> bool {
    let state = workflow.state(id);
    state.kind == Kind::Final && state.parent.is_some_and(|parent| parent.index() == 0)
}

/// Whether a promise ends wherever a case is led to a state from outside, as a rung leads it.
fn ends_promise(workflow: &Workflow, promise: &PromiseDef, id: StateId) -> bool {
    let entered = path(workflow.definition(), id);
    let mut ends = promise.until.iter().chain(&promise.cancel);
    let sure = |mark: &MarkDef| mark.condition.is_none() && !mark.first;
    ends.any(|mark| sure(mark) && matches!(mark.on, Mark::Entering(state) if entered.contains(&state)))
}
