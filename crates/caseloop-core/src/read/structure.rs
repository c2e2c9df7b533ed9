//! What is wrong with a whole chart though each of its parts is right.

use super::codes;
use crate::definition::{Definition, Go, Kind, Trigger};
use crate::{BranchId, StateId};
use caseloop_syntax::{Diagnostic, Report};

/// Reports what only the whole shows. `unsure` are the states of which something could not be read: what they seem to
/// lack may stand in the part that was reported.
pub(super) fn check(definition: &Definition, unsure: &[bool], report: &mut Report) {
    let chart = Chart {
        d: definition,
        unsure,
        children: children(definition),
    };
    chart.check_done(report);
    chart.check_loops(report);
}

struct Chart<'d> {
    d: &'d Definition,
    unsure: &'d [bool],
    children: Vec<Vec<StateId>>,
}

fn children(d: &Definition) -> Vec<Vec<StateId>> {
    let mut children = vec![Vec::new(); d.states.len()];
    for (position, state) in d.states.iter().enumerate() {
        let around = state.parent.and_then(|parent| children.get_mut(parent.index()));
        if let Some(around) = around
            && !matches!(state.kind, Kind::History { .. })
        {
            around.push(StateId::at(position));
        }
    }
    children
}

impl Chart<'_> {
    fn is_unsure(&self, id: StateId) -> bool {
        self.unsure.get(id.index()).copied().unwrap_or(true)
    }

    fn children(&self, id: StateId) -> &[StateId] {
        self.children.get(id.index()).map(Vec::as_slice).unwrap_or_default()
    }

    fn kind(&self, id: StateId) -> Option<Kind> {
        self.d.states.get(id.index()).map(|state| state.kind)
    }

    /// `done` comes only where something inside can end.
    fn check_done(&self, report: &mut Report) {
        for (position, state) in self.d.states.iter().enumerate() {
            let Some(event) = state.done.and_then(|event| self.d.events.get(event.index())) else {
                continue;
            };
            let id = StateId::at(position);
            let finding = if position == 0 {
                let message = "the workflow itself is never done: a case is over when it reaches a final state";
                Diagnostic::error(&codes::NOTHING_DONE, event.span, message)
                    .help("do in the final state's `enter:` what is left to do")
            } else if self.can_be_done(id) {
                continue;
            } else {
                let message = format!("`{}` is never done: it has no final state inside", state.name);
                Diagnostic::error(&codes::NOTHING_DONE, event.span, message)
                    .help("give it a state with `final: true`; regions need one each")
            };
            report.push(finding);
        }
    }

    fn can_be_done(&self, id: StateId) -> bool {
        if self.is_unsure(id) {
            return true;
        }
        let mut children = self.children(id).iter();
        match self.kind(id) {
            Some(Kind::Compound) => children.any(|child| self.kind(*child) == Some(Kind::Final)),
            Some(Kind::Parallel) => children.all(|child| self.can_be_done(*child)),
            _ => false,
        }
    }

    /// A circle of states that each go on at once, without event and without condition, never rests.
    fn check_loops(&self, report: &mut Report) {
        let onward = self.onward();
        // The walk in which each state was seen first: from every state leads one way at most.
        let mut seen: Vec<Option<usize>> = vec![None; onward.len()];
        for walk in 0..onward.len() {
            let mut at = walk;
            while let (Some(mark @ None), Some(Some((_, next)))) = (seen.get_mut(at), onward.get(at)) {
                *mark = Some(walk);
                at = next.index();
            }
            if seen.get(at) == Some(&Some(walk)) && onward.get(at).is_some_and(Option::is_some) {
                self.report_circle(at, &onward, report);
            }
        }
    }

    fn report_circle(&self, on_it: usize, onward: &[Option<(BranchId, StateId)>], report: &mut Report) {
        let next = |at: usize| onward.get(at).copied().flatten();
        let around = |from: usize| {
            let rest = std::iter::successors(next(from).map(|(_, next)| next.index()), move |at| {
                next(*at).map(|(_, next)| next.index())
            });
            std::iter::once(from).chain(rest.take_while(move |at| *at != from))
        };
        let Some(first) = around(on_it).min() else { return };
        let shown: Vec<&str> = around(first)
            .chain([first])
            .filter_map(|at| self.d.states.get(at).map(|state| &*state.name))
            .collect();
        let names = match shown.as_slice() {
            [one, two, three, .., last] if shown.len() > 12 => {
                format!("{one} → {two} → {three} → … → {last}, {} states", shown.len() - 1)
            }
            _ => shown.join(" → "),
        };
        let branch = next(first).and_then(|(branch, _)| self.d.branches.get(branch.index()));
        let Some(branch) = branch else { return };
        let message = format!("the case would go round for ever: {names}");
        let finding = Diagnostic::error(&codes::ENDLESS_LOOP, branch.span, message);
        report.push(finding.help("give one of these branches a condition, or let an event move the case"));
    }

    /// For each state without inner ones: the branch that is always taken at once, and where it leads in turn.
    fn onward(&self) -> Vec<Option<(BranchId, StateId)>> {
        let mut onward: Vec<Option<(BranchId, StateId)>> = Vec::with_capacity(self.d.states.len());
        // What a state's own first eventless branch says, or else that of the states around it.
        let mut taken: Vec<Option<BranchId>> = Vec::with_capacity(self.d.states.len());
        for (position, state) in self.d.states.iter().enumerate() {
            let eventless = |id: &&BranchId| {
                let branch = self.d.branches.get(id.index());
                branch.is_some_and(|branch| branch.trigger == Trigger::Always)
            };
            let own = state.branches.iter().find(eventless).copied();
            let around = state
                .parent
                .and_then(|parent| taken.get(parent.index()).copied().flatten());
            let first = if self.is_unsure(StateId::at(position)) {
                None
            } else {
                own.or(around)
            };
            taken.push(first);
            let is_over = state.kind == Kind::Final && state.parent == Some(StateId::at(0));
            let rests = !matches!(state.kind, Kind::Atomic | Kind::Final) || is_over;
            onward.push(first.filter(|_| !rests).and_then(|id| self.leads_to(id)));
        }
        onward
    }

    fn leads_to(&self, id: BranchId) -> Option<(BranchId, StateId)> {
        let branch = self.d.branches.get(id.index())?;
        let Go::To(targets) = &branch.go else { return None };
        match (&branch.condition, targets.as_slice()) {
            (None, [target]) => Some((id, self.first_inside(*target)?)),
            _ => None,
        }
    }

    fn first_inside(&self, id: StateId) -> Option<StateId> {
        let state = self.d.states.get(id.index())?;
        match state.kind {
            Kind::Atomic | Kind::Final => Some(id),
            Kind::Compound => self.first_inside(*state.start.targets.first()?),
            _ => None,
        }
    }
}
