//! Which states a case can come into, and from where: more than it really can, never less.

use caseloop_core::definition::{Branch, Definition, Go, Kind, Mark, MarkDef, Trigger};
use caseloop_core::{EventId, StateId};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Dfs, Walker};
use std::collections::BTreeSet;

/// The graph of a workflow: each state has a node for being entered by itself, and one for being active however it came
/// about.
pub(crate) struct Chart<'d> {
    d: &'d Definition,
    graph: DiGraph<(), ()>,
    /// What a case can be in at all.
    reachable: BTreeSet<StateId>,
}

impl<'d> Chart<'d> {
    pub(crate) fn of(d: &'d Definition) -> Self {
        let mut chart = Self {
            d,
            graph: DiGraph::new(),
            reachable: BTreeSet::new(),
        };
        for _ in 0..2 * d.states.len() {
            chart.graph.add_node(());
        }
        for position in 0..d.states.len() {
            chart.add_state(StateId::at(position));
        }
        for branch in d.branches.iter().filter(|branch| possible(branch)) {
            chart.add_branch(branch);
        }
        chart.reachable = chart.from([entered(StateId::at(0))]);
        chart
    }

    fn edge(&mut self, from: NodeIndex, to: NodeIndex) {
        self.graph.update_edge(from, to, ());
    }

    fn add_state(&mut self, id: StateId) {
        let Some(state) = self.d.states.get(id.index()) else {
            return;
        };
        self.edge(entered(id), active(id));
        if let Some(parent) = state.parent {
            self.edge(active(id), active(parent));
        }
        for target in &state.start.targets {
            self.edge(entered(id), entered(*target));
        }
        match (state.kind, state.parent) {
            (Kind::Parallel, _) => {
                for child in self.children(id) {
                    self.edge(entered(id), entered(child));
                }
                // While one region is looked at, the others may be anywhere.
                for inner in self.inside(id) {
                    self.edge(active(id), active(inner));
                }
            }
            (Kind::History { .. }, Some(parent)) => {
                for inner in self.inside(parent) {
                    self.edge(entered(id), active(inner));
                }
            }
            _ => {}
        }
    }

    fn add_branch(&mut self, branch: &Branch) {
        let Go::To(targets) = &branch.go else { return };
        for target in targets {
            self.edge(active(branch.source), entered(*target));
            // Regions beside the one that is entered begin by themselves.
            for around in self.around(*target) {
                let parallel = self
                    .d
                    .states
                    .get(around.index())
                    .is_some_and(|state| state.kind == Kind::Parallel);
                if parallel {
                    for child in self.children(around) {
                        self.edge(active(branch.source), entered(child));
                    }
                }
            }
        }
    }

    /// The states that may be active in the moments after some nodes.
    fn from(&self, nodes: impl IntoIterator<Item = NodeIndex>) -> BTreeSet<StateId> {
        let mut found = BTreeSet::new();
        for start in nodes {
            for node in Dfs::new(&self.graph, start).iter(&self.graph) {
                found.insert(StateId::at(node.index() / 2));
            }
        }
        found
    }

    fn children(&self, of: StateId) -> Vec<StateId> {
        let states = self.d.states.iter().enumerate();
        let own = states.filter(|(_, state)| state.parent == Some(of) && !matches!(state.kind, Kind::History { .. }));
        own.map(|(position, _)| StateId::at(position)).collect()
    }

    /// The states below one.
    fn inside(&self, of: StateId) -> Vec<StateId> {
        let all = (0..self.d.states.len()).map(StateId::at);
        all.filter(|state| *state != of && self.around(*state).contains(&of))
            .collect()
    }

    /// The states around one, from the nearest.
    fn around(&self, of: StateId) -> Vec<StateId> {
        let parent = |state: &StateId| self.d.states.get(state.index())?.parent;
        std::iter::successors(parent(&of), parent).collect()
    }

    pub(crate) fn is_reachable(&self, state: StateId) -> bool {
        self.reachable.contains(&state)
    }

    /// The branches that may take an event in one of these states.
    fn taking<'c>(&'c self, event: EventId, among: &'c BTreeSet<StateId>) -> impl Iterator<Item = &'c Branch> {
        self.d.branches.iter().filter(move |branch| {
            branch.trigger == Trigger::Event(event)
                && possible(branch)
                && !matches!(branch.go, Go::Reject(_))
                && among.contains(&branch.source)
        })
    }

    /// Whether a mark may ever count.
    pub(crate) fn may_count(&self, mark: &MarkDef) -> bool {
        self.counts_among(mark, &self.reachable)
    }

    fn counts_among(&self, mark: &MarkDef, among: &BTreeSet<StateId>) -> bool {
        let holds = mark
            .condition
            .as_ref()
            .is_none_or(|condition| condition.always() != Some(false));
        holds
            && match mark.on {
                Mark::Start => true,
                Mark::Event(event) => self.taking(event, among).next().is_some(),
                Mark::Entering(state) | Mark::Leaving(state) => among.contains(&state),
            }
    }

    /// Whether one of `marks` may count in a moment after `mark` has.
    pub(crate) fn may_follow(&self, mark: &MarkDef, marks: &[MarkDef]) -> bool {
        let nodes = match mark.on {
            Mark::Start => vec![entered(StateId::at(0))],
            Mark::Entering(state) => vec![active(state), entered(state)],
            // Whatever may be active once it was left: where its own and outer branches lead.
            Mark::Leaving(state) => {
                let out = self.leaving(state);
                out.flat_map(|branch| self.led_to(branch)).collect()
            }
            Mark::Event(event) => {
                let taking = self.taking(event, &self.reachable);
                taking.flat_map(|branch| self.led_to(branch)).collect()
            }
        };
        let after = self.from(nodes);
        marks
            .iter()
            .any(|mark| mark.on != Mark::Start && self.counts_among(mark, &after))
    }

    /// The nodes of a branch's end: its targets, or its source where it stays.
    fn led_to(&self, branch: &Branch) -> Vec<NodeIndex> {
        match &branch.go {
            Go::To(targets) => targets
                .iter()
                .flat_map(|target| [entered(*target), active(*target)])
                .collect(),
            Go::Stay | Go::Reject(_) => {
                let inner = self.inside(branch.source).into_iter().map(active);
                inner.chain([active(branch.source)]).collect()
            }
        }
    }

    /// The branches that may lead out of a state while it is active.
    fn leaving(&self, state: StateId) -> impl Iterator<Item = &Branch> {
        self.d.branches.iter().filter(move |branch| {
            let Go::To(targets) = &branch.go else { return false };
            possible(branch)
                && self.may_be_active_together(branch.source, state)
                && targets
                    .iter()
                    .any(|target| self.around(state).contains(&self.domain(branch, *target)))
        })
    }

    /// The state inside which a branch leaves everything.
    fn domain(&self, branch: &Branch, target: StateId) -> StateId {
        let around = self.around(target);
        if branch.internal && around.contains(&branch.source) {
            return branch.source;
        }
        let common = self
            .around(branch.source)
            .into_iter()
            .find(|state| around.contains(state));
        common.unwrap_or_default()
    }

    /// Whether one state is the other, is inside it, or stands in another region beside it.
    fn may_be_active_together(&self, one: StateId, other: StateId) -> bool {
        let (of_one, of_other) = (self.around(one), self.around(other));
        let parallel = |state: &StateId| {
            self.d
                .states
                .get(state.index())
                .is_some_and(|def| def.kind == Kind::Parallel)
        };
        one == other
            || of_one.contains(&other)
            || of_other.contains(&one)
            || of_one
                .iter()
                .find(|state| of_other.contains(state))
                .is_some_and(parallel)
    }

    /// Whether a case that is in a state may leave it.
    pub(crate) fn may_leave(&self, state: StateId) -> bool {
        self.leaving(state).next().is_some()
    }
}

fn possible(branch: &Branch) -> bool {
    branch
        .condition
        .as_ref()
        .is_none_or(|condition| condition.always() != Some(false))
}

fn entered(state: StateId) -> NodeIndex {
    NodeIndex::new(2 * state.index())
}

fn active(state: StateId) -> NodeIndex {
    NodeIndex::new(2 * state.index() + 1)
}
