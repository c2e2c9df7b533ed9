//! Which states a case can come into, whatever conditions say; more than it really can, never less. Sharper about regions than
//! the graph of what can follow.

use caseloop_core::definition::{Definition, Go, Kind, Trigger};
use caseloop_core::{BranchId, StateId};
use std::collections::BTreeSet;

/// The states that can be come into.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reach {
    /// Those that may be active.
    active: BTreeSet<StateId>,
    /// Those of them that may be led to, and not only to something inside.
    begun: BTreeSet<StateId>,
}

impl Reach {
    pub(crate) fn of(d: &Definition) -> Self {
        let mut reach = Self::default();
        reach.enter(d, StateId::at(0));
        let mut known = 0;
        while known < reach.active.len() + reach.begun.len() {
            known = reach.active.len() + reach.begun.len();
            for branch in &d.branches {
                let Go::To(targets) = &branch.go else { continue };
                if reach.active.contains(&branch.source) {
                    for target in targets {
                        reach.enter(d, *target);
                    }
                }
            }
        }
        reach
    }

    /// A state that is led to, what begins in it, and what becomes active around it.
    fn enter(&mut self, d: &Definition, state: StateId) {
        let mut waiting = vec![state];
        while let Some(id) = waiting.pop() {
            if !self.begun.insert(id) {
                continue;
            }
            self.active.insert(id);
            let Some(state) = d.states.get(id.index()) else {
                continue;
            };
            waiting.extend(state.start.targets.iter().copied());
            if state.kind == Kind::Parallel {
                waiting.extend(children(d, id));
            }
            let mut inner = id;
            let mut around = state.parent;
            while let Some(parent) = around {
                let Some(def) = d.states.get(parent.index()) else { break };
                self.active.insert(parent);
                if def.kind == Kind::Parallel {
                    waiting.extend(children(d, parent).into_iter().filter(|child| *child != inner));
                }
                inner = parent;
                around = def.parent;
            }
        }
    }

    pub(crate) fn contains(&self, state: StateId) -> bool {
        self.active.contains(&state)
    }
}

/// The states directly inside one, histories left out.
pub(crate) fn children(d: &Definition, of: StateId) -> Vec<StateId> {
    let states = d.states.iter().enumerate();
    let own = states.filter(|(_, state)| state.parent == Some(of) && !matches!(state.kind, Kind::History { .. }));
    own.map(|(position, _)| StateId::at(position)).collect()
}

/// A state and those around it, from the nearest.
pub(crate) fn path(d: &Definition, of: StateId) -> Vec<StateId> {
    let parent = |state: &StateId| d.states.get(state.index())?.parent;
    std::iter::successors(Some(of), parent).collect()
}

/// The branches of a state that ask for nothing, in their order.
pub(crate) fn choices(d: &Definition, of: StateId) -> Vec<BranchId> {
    let own = d.states.get(of.index()).map(|state| state.branches.as_slice());
    let all = own.unwrap_or_default().iter().copied();
    all.filter(|id| {
        let branch = d.branches.get(id.index());
        branch.is_some_and(|branch| branch.trigger == Trigger::Always)
    })
    .collect()
}

/// Whether a case never rests in a state, since it is always led out at once.
pub(crate) fn is_passed_through(d: &Definition, state: StateId) -> bool {
    let atomic = d
        .states
        .get(state.index())
        .is_some_and(|state| state.kind == Kind::Atomic);
    let choices = choices(d, state);
    let always = choices.iter().filter_map(|id| d.branches.get(id.index()));
    atomic
        && always
            .into_iter()
            .any(|branch| branch.condition.is_none() && matches!(branch.go, Go::To(_)))
}
