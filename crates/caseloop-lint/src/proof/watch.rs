//! What each guarantee needs to know of the steps, noted as they are taken.

use super::explore::{Cause, Graph, Seen};
use super::free::{Free, Sudden};
use caseloop_core::definition::{Definition, Go, Guarantee};
use caseloop_core::{BranchId, DueKind, Record, StateId, Workflow};
use std::collections::BTreeMap;

/// What was noted for one guarantee.
#[derive(Clone, Debug, Default)]
pub(super) struct Noted {
    /// The first step that breaks it by itself.
    pub(super) broken_by: Option<u32>,
    /// How often a step takes what is counted, by edge, where it does.
    pub(super) taken: BTreeMap<u32, i64>,
}

/// Notes what a step means for every guarantee.
pub(super) fn look(graph: &Graph<'_>, seen: &Seen<'_>, noted: &mut [Noted]) {
    let workflow = graph.workflow;
    let definition = workflow.definition();
    for (guarantee, noted) in definition.guarantees.iter().zip(noted) {
        if noted.broken_by.is_none() && breaks(workflow, seen, &guarantee.what) {
            noted.broken_by = Some(seen.edge);
        }
        if let Guarantee::TakenAtMost { branches, .. } = &guarantee.what {
            let records = seen.buffers.records(workflow, seen.entry);
            let counted = records.filter(|record| matches!(record, Record::Taken(branch) if branches.contains(branch)));
            match counted.count() as i64 {
                0 => {}
                count => drop(noted.taken.insert(seen.edge, count)),
            }
        }
    }
}

/// Whether a step breaks a guarantee by itself.
fn breaks(workflow: &Workflow, seen: &Seen<'_>, guarantee: &Guarantee) -> bool {
    match guarantee {
        Guarantee::OnlyBy { entering, branches } => enters_otherwise(workflow, seen, entering, branches),
        Guarantee::AlwaysWarned {
            promises,
            but_late,
            but_new_level,
        } => {
            let Cause::Promise(promise, DueKind::Breach, _) = seen.cause else {
                return false;
            };
            let before = seen.before.map(|before| Free::measured(before.clocks(), promise));
            let before = before.unwrap_or_default();
            let excused = match before.sudden {
                Sudden::No => false,
                Sudden::Late => *but_late,
                Sudden::NewLevel => *but_new_level,
            };
            promises.contains(&promise) && !before.told && !excused
        }
        Guarantee::SameStep { event, effect } => {
            let mut effects = seen.buffers.effects().iter();
            seen.cause == Cause::Event(*event) && !effects.any(|asked| asked.effect(workflow) == *effect)
        }
        _ => false,
    }
}

/// Whether a step enters one of the states by another way than one of the branches.
fn enters_otherwise(workflow: &Workflow, seen: &Seen<'_>, entering: &[StateId], branches: &[BranchId]) -> bool {
    // The branches that are taken together in a microstep come before what they leave and enter.
    let mut taken: Vec<BranchId> = Vec::new();
    let mut moved = false;
    for record in seen.buffers.records(workflow, seen.entry) {
        match record {
            Record::Taken(branch) => {
                if std::mem::take(&mut moved) {
                    taken.clear();
                }
                taken.push(*branch);
            }
            Record::Entered(state) => {
                moved = true;
                if entering.contains(state) && !leads(workflow.definition(), &taken, *state, branches) {
                    return true;
                }
            }
            Record::Refused(_) => {}
            _ => moved = true,
        }
    }
    false
}

/// Whether of the branches that were taken those that lead to the state are all among `allowed`, and there is one.
fn leads(definition: &Definition, taken: &[BranchId], state: StateId, allowed: &[BranchId]) -> bool {
    let around = |inner: StateId| std::iter::successors(Some(inner), |id| definition.states.get(id.index())?.parent);
    let touches = |branch: &BranchId| {
        let Some(branch) = definition.branches.get(branch.index()) else {
            return false;
        };
        let Go::To(targets) = &branch.go else { return false };
        targets.iter().any(|target| {
            around(*target).any(|id| id == state)
                || around(state).any(|id| id == *target || Some(id) == history_of(definition, *target))
        })
    };
    let leading: Vec<&BranchId> = match taken {
        [one] => vec![one],
        several => several.iter().filter(|branch| touches(branch)).collect(),
    };
    !leading.is_empty() && leading.iter().all(|branch| allowed.contains(branch))
}

/// The state whose history a target is.
fn history_of(definition: &Definition, target: StateId) -> Option<StateId> {
    let state = definition.states.get(target.index())?;
    matches!(state.kind, caseloop_core::definition::Kind::History { .. }).then_some(state.parent)?
}
