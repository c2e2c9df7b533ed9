//! Which states a case can come into, and from where: more than it really can, never less.

use caseloop_core::definition::{Branch, Definition, Go, Kind, Mark, MarkDef, Trigger};
use caseloop_core::{EventId, StateId, TimerId};
use caseloop_expr::{Condition, Length};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Dfs, EdgeFiltered, EdgeRef, IntoNeighbors, Visitable};
use std::collections::BTreeSet;

/// The graph of a workflow: each state has a node for being entered by itself, one for being entered on the way to an
/// inner one, and one for being active however it came about.
#[derive(Debug)]
pub(crate) struct Chart<'d> {
    d: &'d Definition,
    graph: DiGraph<(), Edge>,
    /// What a case can be in at all.
    reachable: BTreeSet<StateId>,
}

/// How one node leads to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    /// In the same microstep.
    Implies,
    /// By a branch.
    Leads,
}

/// What can be once something has happened.
#[derive(Clone, Debug, Default)]
pub(crate) struct After {
    /// The states that can be active, from that moment on.
    states: BTreeSet<StateId>,
    /// The nodes that can be come to in later microsteps.
    later: BTreeSet<NodeIndex>,
}

impl After {
    pub(crate) fn may_be_in(&self, state: StateId) -> bool {
        self.states.contains(&state)
    }

    fn may_enter(&self, state: StateId) -> bool {
        self.later.contains(&entered(state)) || self.later.contains(&passed(state))
    }
}

impl<'d> Chart<'d> {
    pub(crate) fn of(d: &'d Definition) -> Self {
        let mut chart = Self {
            d,
            graph: DiGraph::new(),
            reachable: BTreeSet::new(),
        };
        for _ in 0..NODES * d.states.len() {
            chart.graph.add_node(());
        }
        for position in 0..d.states.len() {
            chart.add_state(StateId::at(position));
        }
        for branch in d.branches.iter().filter(|branch| possible(branch)) {
            chart.add_branch(branch);
        }
        chart.reachable = chart.reached([entered(StateId::at(0))]);
        chart
    }

    fn edge(&mut self, from: NodeIndex, to: NodeIndex, how: Edge) {
        self.graph.update_edge(from, to, how);
    }

    fn implies(&mut self, from: NodeIndex, to: NodeIndex) {
        self.edge(from, to, Edge::Implies);
    }

    fn add_state(&mut self, id: StateId) {
        let Some(state) = self.d.states.get(id.index()) else {
            return;
        };
        self.implies(entered(id), active(id));
        self.implies(passed(id), active(id));
        if let Some(parent) = state.parent {
            self.implies(active(id), active(parent));
        }
        for target in &state.start.targets {
            self.implies(entered(id), entered(*target));
        }
        match (state.kind, state.parent) {
            (Kind::Parallel, _) => {
                for child in self.children(id) {
                    self.implies(entered(id), entered(child));
                }
                // While one region is looked at, the others may be anywhere.
                for inner in self.inside(id) {
                    self.implies(active(id), active(inner));
                }
            }
            (Kind::History { .. }, Some(parent)) => {
                for inner in self.inside(parent) {
                    self.implies(entered(id), entered(inner));
                }
            }
            _ => {}
        }
    }

    fn add_branch(&mut self, branch: &Branch) {
        let Go::To(targets) = &branch.go else { return };
        for target in targets {
            self.edge(active(branch.source), entered(*target), Edge::Leads);
            let domain = self.domain(branch, *target);
            for around in self.around(*target).into_iter().take_while(|around| *around != domain) {
                self.edge(active(branch.source), passed(around), Edge::Leads);
            }
            // Regions beside the one that is entered begin by themselves.
            for around in self.around(*target) {
                let parallel = self
                    .d
                    .states
                    .get(around.index())
                    .is_some_and(|state| state.kind == Kind::Parallel);
                if parallel {
                    for child in self.children(around) {
                        self.edge(active(branch.source), entered(child), Edge::Leads);
                    }
                }
            }
        }
    }

    /// The states that may be active in the moments after some nodes.
    fn reached(&self, nodes: impl IntoIterator<Item = NodeIndex>) -> BTreeSet<StateId> {
        walk(&self.graph, nodes).map(state_of).collect()
    }

    /// What can be once some nodes were come to, of which more may be implied.
    fn after_nodes(&self, nodes: Vec<NodeIndex>) -> After {
        let implied = EdgeFiltered::from_fn(&self.graph, |edge| *edge.weight() == Edge::Implies);
        let mut after = After {
            states: walk(&implied, nodes).map(state_of).collect(),
            later: BTreeSet::new(),
        };
        let leads = after.states.iter().flat_map(|state| self.graph.edges(active(*state)));
        let next = leads
            .filter(|edge| *edge.weight() == Edge::Leads)
            .map(|edge| edge.target());
        after.later = walk(&self.graph, next).collect();
        after.states.extend(after.later.iter().copied().map(state_of));
        after
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
    pub(crate) fn around(&self, of: StateId) -> Vec<StateId> {
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
        holds(mark)
            && match mark.on {
                Mark::Start => true,
                Mark::Event(event) => self.taking(event, &self.reachable).next().is_some(),
                Mark::Entering(state) | Mark::Leaving(state) => self.is_reachable(state),
            }
    }

    /// Whether one of `marks` may count in a microstep after that in which `mark` has: what ends a measurement counts before what
    /// begins it.
    pub(crate) fn may_follow(&self, mark: &MarkDef, marks: &[MarkDef]) -> bool {
        let after = self.after(mark);
        marks.iter().filter(|mark| holds(mark)).any(|mark| match mark.on {
            Mark::Start => false,
            Mark::Event(event) => self.taking(event, &after.states).next().is_some(),
            Mark::Entering(state) => after.may_enter(state),
            Mark::Leaving(state) => after.may_be_in(state),
        })
    }

    /// What can be once a mark has counted.
    pub(crate) fn after(&self, mark: &MarkDef) -> After {
        let nodes = match mark.on {
            Mark::Start => vec![entered(StateId::at(0))],
            // Whatever inside it the way led to.
            Mark::Entering(state) => {
                let inner = self.inside(state).into_iter().filter(|inner| self.is_reachable(*inner));
                inner.map(active).chain([active(state), entered(state)]).collect()
            }
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
        self.after_nodes(nodes)
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
    pub(crate) fn leaving(&self, state: StateId) -> impl Iterator<Item = &Branch> {
        self.leading_out(state).filter(|branch| possible(branch))
    }

    /// Whether a branch leads from a state to another, if its condition holds.
    pub(crate) fn is_led_out(&self, state: StateId) -> bool {
        let on = |branch: &Branch| branch.source != state || branch.go != Go::To(vec![state]);
        self.leading_out(state).any(on)
    }

    /// The same, whatever conditions say.
    fn leading_out(&self, state: StateId) -> impl Iterator<Item = &Branch> {
        self.d.branches.iter().filter(move |branch| {
            let Go::To(targets) = &branch.go else { return false };
            self.may_be_active_together(branch.source, state)
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

    /// Whether a case that has come into a state is still there after the macrostep: nothing leads out of it without an event
    /// or a timer, no event comes of itself, and no rung follows another at the same breach.
    pub(crate) fn stays(&self, state: StateId) -> bool {
        let at_once = |timer: TimerId| {
            let mut rungs = self.d.promises.iter().flat_map(|promise| &promise.rungs);
            rungs.any(|rung| rung.timer == timer && rung.after == Length::Elapsed(0))
        };
        let by_itself = |branch: &Branch| match branch.trigger {
            Trigger::Always => true,
            Trigger::Event(event) => self.d.events.get(event.index()).is_none_or(|event| !event.external),
            Trigger::Timer(timer) => at_once(timer),
        };
        !self.leaving(state).any(by_itself)
    }

    /// Whether a case that is in a state may leave it.
    pub(crate) fn may_leave(&self, state: StateId) -> bool {
        self.leaving(state).next().is_some()
    }
}

/// All that can be come to from some nodes, each once.
fn walk<G>(graph: G, from: impl IntoIterator<Item = NodeIndex>) -> impl Iterator<Item = NodeIndex>
where
    G: IntoNeighbors<NodeId = NodeIndex> + Visitable<NodeId = NodeIndex>,
{
    let mut dfs = Dfs::empty(graph);
    let mut from = from.into_iter();
    std::iter::from_fn(move || {
        loop {
            if let Some(node) = dfs.next(graph) {
                return Some(node);
            }
            dfs.move_to(from.next()?);
        }
    })
}

/// Whether two marks count in the very same moments.
pub(crate) fn same(one: &MarkDef, other: &MarkDef) -> bool {
    let text = |mark: &MarkDef| mark.since.as_ref().map(|since| since.text().to_owned());
    let condition = |mark: &MarkDef| mark.condition.as_ref().map(|condition| condition.text().to_owned());
    one.on == other.on && one.first == other.first && text(one) == text(other) && condition(one) == condition(other)
}

fn possible(branch: &Branch) -> bool {
    branch.condition.as_ref().is_none_or(may_hold)
}

fn holds(mark: &MarkDef) -> bool {
    mark.condition.as_ref().is_none_or(may_hold)
}

/// Whether a condition may hold; what a parameter decides may be otherwise in another load.
fn may_hold(condition: &Condition) -> bool {
    condition.always() != Some(false) || condition.text().contains("param.")
}

/// The nodes of one state.
const NODES: usize = 3;

fn entered(state: StateId) -> NodeIndex {
    NodeIndex::new(NODES * state.index())
}

fn passed(state: StateId) -> NodeIndex {
    NodeIndex::new(NODES * state.index() + 1)
}

fn active(state: StateId) -> NodeIndex {
    NodeIndex::new(NODES * state.index() + 2)
}

fn state_of(node: NodeIndex) -> StateId {
    StateId::at(node.index() / NODES)
}
