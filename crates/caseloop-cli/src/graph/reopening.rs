//! Whether a branch reopens what was done: it counts, and the state in which it stands can be reached again.

use caseloop::Workflow;
use caseloop::layers::core::StateId;
use caseloop::layers::core::definition::{Action, Branch, Go, Kind};
use caseloop::layers::expr::{Arith, FieldIndex, Formula, Kind as Part, Root, Type};
use std::collections::BTreeSet;

/// Whether a branch counts and leads back.
pub(crate) fn reopens(workflow: &Workflow, branch: &Branch) -> bool {
    let Go::To(targets) = &branch.go else { return false };
    let counts = |action: &Action| match action {
        Action::Set { field, value } => counts(workflow, *field, value),
        _ => false,
    };
    branch.actions.iter().any(counts) && leads_back(workflow, targets, branch.source)
}

/// Whether a field, which is a count, is set to itself and something more.
fn counts(workflow: &Workflow, field: FieldIndex, value: &Formula) -> bool {
    let declared = workflow.definition().case.record.field(field);
    let mut reads = false;
    value.tree().walk(&mut |part| {
        reads |= matches!(&part.kind, Part::Field { root: Root::Case, index, .. } if *index == field);
    });
    let sum = matches!(value.tree().kind, Part::Arith(Arith::Add, ..));
    reads && sum && declared.is_some_and(|field| matches!(field.ty, Type::Count { .. }))
}

/// Whether a case that enters these states may come to be in `source`, by whatever happens in the states themselves.
fn leads_back(workflow: &Workflow, targets: &[StateId], source: StateId) -> bool {
    let mut entered = BTreeSet::new();
    let mut waiting = targets.to_vec();
    while let Some(id) = waiting.pop() {
        if !entered.insert(id) {
            continue;
        }
        let state = workflow.state(id);
        waiting.extend_from_slice(&state.start.targets);
        if let (Kind::History { .. }, Some(around)) = (state.kind, state.parent) {
            waiting.extend(inside(workflow, around));
        }
        for around in path(workflow, id) {
            if around == source {
                return true;
            }
            let state = workflow.state(around);
            if state.kind == Kind::Parallel {
                let regions = inside(workflow, around).into_iter();
                waiting.extend(regions.filter(|region| workflow.state(*region).parent == Some(around)));
            }
            let timed = state.timers.iter().flat_map(|timer| &workflow.timer(*timer).branches);
            for branch in state.branches.iter().chain(timed) {
                if let Go::To(targets) = &workflow.branch(*branch).go {
                    waiting.extend_from_slice(targets);
                }
            }
        }
    }
    false
}

/// A state and those around it, without the workflow itself.
fn path(workflow: &Workflow, id: StateId) -> impl Iterator<Item = StateId> {
    let around = std::iter::successors(Some(id), |id| workflow.state(*id).parent);
    around.filter(|id| workflow.state(*id).parent.is_some())
}

/// The states inside another, at any depth.
fn inside(workflow: &Workflow, around: StateId) -> Vec<StateId> {
    let all = (0..workflow.definition().states.len()).map(StateId::at);
    let below = |id: &StateId| path(workflow, *id).skip(1).any(|outer| outer == around);
    all.filter(below).collect()
}
