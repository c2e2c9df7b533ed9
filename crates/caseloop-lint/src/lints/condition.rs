//! What the lints of conditions have in common: which conditions their author wrote there, and which a parameter may change.

use crate::Looked;
use crate::guards::Guards;
use caseloop_core::definition::{Branch, MarkDef, Trigger};
use caseloop_core::{BranchId, EventId, StateId};
use caseloop_expr::Condition;
use caseloop_syntax::Files;

/// Whether a condition stands as it is in the file: ladders and revisits are written out as others that nobody typed.
pub(crate) fn is_written(files: &Files, condition: &Condition) -> bool {
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let found = files.slice(condition.tree().span);
    squeeze(found) == squeeze(condition.text())
}

/// Whether what it gives may be changed by a parameter of the load.
pub(crate) fn is_set_at_load(condition: &Condition) -> bool {
    condition.text().contains("param.")
}

/// Whether a mark has a condition that holds for no values of its fields, so that it never counts.
pub(crate) fn never_counts(mark: &MarkDef) -> bool {
    let never = |condition: &Condition| Guards::of(&[Some(condition)]).is_some_and(|guards| guards.never(0));
    let condition = mark.condition.as_ref().filter(|condition| !is_set_at_load(condition));
    condition.is_some_and(never)
}

/// The branches of one state that answer to one trigger, in their order; lists that their author wrote out.
pub(crate) fn lists<'l>(looked: &'l Looked<'_>) -> Vec<Vec<&'l Branch>> {
    let d = looked.workflow.definition();
    let mut lists = Vec::new();
    for state in &d.states {
        let mut known: Vec<Trigger> = Vec::new();
        let of = |id: &BranchId| d.branches.get(id.index());
        for branch in state.branches.iter().filter_map(of) {
            if known.contains(&branch.trigger) {
                continue;
            }
            known.push(branch.trigger);
            let own = state.branches.iter().filter_map(of);
            let list: Vec<&Branch> = own.filter(|other| other.trigger == branch.trigger).collect();
            let written = list
                .iter()
                .filter_map(|branch| branch.condition.as_ref())
                .all(|condition| is_written(looked.files, condition));
            if list.len() > 1 && written {
                lists.push(list);
            }
        }
    }
    lists
}

/// The conditions of a list together.
pub(crate) fn guards(list: &[&Branch]) -> Option<Guards> {
    let conditions: Vec<Option<&Condition>> = list.iter().map(|branch| branch.condition.as_ref()).collect();
    Guards::of(&conditions)
}

/// What a list answers to, for messages.
pub(crate) fn trigger(looked: &Looked<'_>, branch: &Branch) -> String {
    let state = looked.workflow.state(branch.source);
    let at = match branch.source == StateId::at(0) {
        true => "the workflow".to_owned(),
        false => format!("`{}`", state.name),
    };
    match branch.trigger {
        Trigger::Event(event) => format!("`{}` in {at}", event_name(looked, event)),
        Trigger::Always | Trigger::Timer(_) => format!("`choose` of {at}"),
    }
}

fn event_name<'l>(looked: &'l Looked<'_>, event: EventId) -> &'l str {
    &looked.workflow.event(event).name
}
