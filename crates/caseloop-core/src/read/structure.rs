//! What is wrong with a whole chart though each of its parts is right.

use super::codes;
use crate::StateId;
use crate::definition::{Definition, Go, Kind, Trigger};
use caseloop_syntax::{Diagnostic, Report};

/// Reports what only the whole shows.
pub(super) fn check(definition: &Definition, report: &mut Report) {
    check_done(definition, report);
    check_loops(definition, report);
}

/// `done` comes only where something inside can end.
fn check_done(d: &Definition, report: &mut Report) {
    for (position, state) in d.states.iter().enumerate() {
        let Some(event) = state.done.and_then(|event| d.events.get(event.index())) else {
            continue;
        };
        let id = StateId::at(position);
        if !can_be_done(d, id) {
            let message = format!("`{}` is never done: it has no final state inside", state.name);
            let finding = Diagnostic::error(&codes::NOTHING_DONE, event.span, message);
            report.push(finding.help("give it a state with `final: true`; regions need one each"));
        }
    }
}

fn can_be_done(d: &Definition, id: StateId) -> bool {
    let mut children = d
        .states
        .iter()
        .enumerate()
        .filter(|(_, state)| state.parent == Some(id));
    match d.states.get(id.index()).map(|state| state.kind) {
        Some(Kind::Compound) => children.any(|(_, state)| state.kind == Kind::Final),
        Some(Kind::Parallel) => children
            .filter(|(_, state)| !matches!(state.kind, Kind::History { .. }))
            .all(|(position, _)| can_be_done(d, StateId::at(position))),
        _ => false,
    }
}

/// A circle of states that each go on at once, without event and without condition, never rests.
fn check_loops(d: &Definition, report: &mut Report) {
    for (position, state) in d.states.iter().enumerate() {
        if state.kind != Kind::Atomic {
            continue;
        }
        let mut seen = vec![StateId::at(position)];
        let mut at = StateId::at(position);
        while let Some((branch, next)) = leads_on(d, at) {
            if next == StateId::at(position) {
                let names: Vec<&str> = seen
                    .iter()
                    .filter_map(|id| d.states.get(id.index()))
                    .map(|s| &*s.name)
                    .collect();
                // Each circle is told once, at its first state in the file.
                if seen.iter().all(|id| id.index() >= position) {
                    let message = format!(
                        "the case would go round for ever: {} → {}",
                        names.join(" → "),
                        state.name
                    );
                    let span = d.branches.get(branch).map_or(state.span, |branch| branch.span);
                    let finding = Diagnostic::error(&codes::ENDLESS_LOOP, span, message);
                    report.push(finding.help("give one of these branches a condition, or let an event move the case"));
                }
                break;
            }
            if seen.contains(&next) {
                break;
            }
            seen.push(next);
            at = next;
        }
    }
}

/// The branch that an atomic state always takes at once, and the atomic state where it leads.
fn leads_on(d: &Definition, id: StateId) -> Option<(usize, StateId)> {
    let mut around = Some(id);
    while let Some(at) = around {
        let state = d.states.get(at.index())?;
        for branch_id in &state.branches {
            let branch = d.branches.get(branch_id.index())?;
            if branch.trigger != Trigger::Always {
                continue;
            }
            if branch.condition.is_some() {
                return None;
            }
            let Go::To(targets) = &branch.go else { return None };
            let &[target] = targets.as_slice() else { return None };
            return Some((branch_id.index(), first_inside(d, target)?));
        }
        around = state.parent;
    }
    None
}

fn first_inside(d: &Definition, id: StateId) -> Option<StateId> {
    let state = d.states.get(id.index())?;
    match state.kind {
        Kind::Atomic => Some(id),
        Kind::Compound => first_inside(d, *state.start.targets.first()?),
        _ => None,
    }
}
