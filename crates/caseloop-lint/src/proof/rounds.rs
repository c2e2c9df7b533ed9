//! Ways through what was explored, and the parts in which a case can go round for ever.

use super::explore::{Cause, Edge, Graph, NOWHERE};
use super::free::Free;
use caseloop_core::{Pending, PromiseId, TimerId};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A part of the graph as petgraph has it: the edges that are followed, by position.
pub(super) fn part(graph: &Graph<'_>, followed: impl Fn(&Edge) -> bool) -> DiGraph<(), u32> {
    let mut part = DiGraph::with_capacity(graph.situations.len(), 0);
    for _ in 0..graph.situations.len() {
        part.add_node(());
    }
    for (position, edge) in graph.edges.iter().enumerate() {
        if edge.from != NOWHERE && followed(edge) {
            let (from, to) = (NodeIndex::new(edge.from as usize), NodeIndex::new(edge.to as usize));
            part.add_edge(from, to, position as u32);
        }
    }
    part
}

/// The shortest way from one situation to another by some edges.
pub(super) fn between(graph: &Graph<'_>, from: u32, to: u32, by: impl Fn(u32) -> bool) -> Vec<u32> {
    let mut came: BTreeMap<u32, u32> = BTreeMap::new();
    let mut queue = VecDeque::from([from]);
    while let Some(situation) = queue.pop_front() {
        if situation == to {
            break;
        }
        let first = graph.first_edge(situation);
        for (position, edge) in graph.edges_of(situation).iter().enumerate() {
            let position = first + position as u32;
            if edge.to != from
                && by(position)
                && let Entry::Vacant(entry) = came.entry(edge.to)
            {
                entry.insert(position);
                queue.push_back(edge.to);
            }
        }
    }
    let mut way = Vec::new();
    let mut at = to;
    while at != from {
        let Some(edge) = came.get(&at) else { return Vec::new() };
        way.push(*edge);
        at = graph.ends(*edge).0;
    }
    way.reverse();
    way
}

/// A part in which a case can go round for ever: from each of its situations to each other.
#[derive(Debug)]
pub(super) struct Round {
    pub(super) situations: BTreeSet<u32>,
    pub(super) edges: BTreeSet<u32>,
}

/// All such parts, the one that is come to first in front.
pub(super) fn rounds(part: &DiGraph<(), u32>) -> Vec<Round> {
    let components = petgraph::algo::tarjan_scc(part).into_iter();
    let turns = |component: &Vec<NodeIndex>| match component.as_slice() {
        [alone] => part.contains_edge(*alone, *alone),
        _ => true,
    };
    let rounds = components.filter(turns).map(|component| Round::of(part, &component));
    let mut rounds: Vec<_> = rounds.collect();
    rounds.sort_by_key(|round| round.situations.first().copied());
    rounds
}

/// Something that falls due in the end if it runs all the while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Running {
    Timer(TimerId),
    Promise(PromiseId),
}

impl Running {
    fn in_situation(graph: &Graph<'_>, situation: u32) -> BTreeSet<Self> {
        let mut case = graph.blank();
        graph.read(situation, &mut case);
        let timers = graph.timeless.pending(&case).filter_map(|pending| match pending {
            Pending::Timer(timer) => Some(Self::Timer(timer)),
            Pending::Delayed(_) => None,
        });
        let promises = graph.workflow.definition().promises.iter().enumerate();
        let promises = promises.filter_map(|(position, promise)| {
            let id = PromiseId::at(position);
            let speaks = Free::measured(case.clocks(), id).will_say(promise);
            speaks.then_some(Self::Promise(id))
        });
        timers.chain(promises).collect()
    }

    /// Whether a step lets it fall due, or starts it anew.
    fn is_met_by(self, graph: &Graph<'_>, edge: u32) -> bool {
        let Some(step) = graph.edges.get(edge as usize) else {
            return false;
        };
        let cause = graph.deed(step).cause;
        match self {
            Self::Timer(timer) => {
                let timers = &graph.workflow.definition().timers;
                let state = timers.get(timer.index()).map(|timer| timer.state);
                cause == Cause::Timer(timer) || state.is_some_and(|state| graph.entered_by(edge).contains(&state))
            }
            Self::Promise(id) => {
                matches!(cause, Cause::Promise(speaks, ..) if speaks == id) || graph.begun_by(edge).contains(&id)
            }
        }
    }
}

impl Round {
    /// The round through the situations of a component.
    pub(super) fn of(part: &DiGraph<(), u32>, component: &[NodeIndex]) -> Self {
        let situations: BTreeSet<u32> = component.iter().map(|node| node.index() as u32).collect();
        let edges = component.iter().flat_map(|node| part.edges(*node));
        let inside = edges.filter(|edge| situations.contains(&(edge.target().index() as u32)));
        let edges = inside.map(|edge| *edge.weight()).collect();
        Self { situations, edges }
    }

    /// Whether a case can stay in it while time goes on: nothing runs all the while that would take it out.
    pub(super) fn can_last(&self, graph: &Graph<'_>) -> bool {
        unmet(graph, &self.situations, &self.edges).is_empty()
    }

    /// A way round through a situation that can be gone again and again while time goes on.
    pub(super) fn lasting_way(&self, graph: &Graph<'_>, first: u32) -> Vec<u32> {
        let inside = |edge: u32| self.edges.contains(&edge);
        let mut own = self.edges.iter().copied().filter(|edge| graph.ends(*edge).0 == first);
        // One that leads on says more than one that comes back at once.
        let leaving = own
            .clone()
            .find(|edge| graph.ends(*edge).1 != first)
            .or_else(|| own.next());
        let Some(leaving) = leaving else { return Vec::new() };
        let mut way = self.way_by(graph, leaving);
        // Each time round it gets longer by what would else take it out.
        loop {
            let edges: BTreeSet<u32> = way.iter().copied().collect();
            let situations = edges.iter().map(|edge| graph.ends(*edge).0).collect();
            let Some(running) = unmet(graph, &situations, &edges).into_iter().next() else {
                return way;
            };
            let by = self.edges.iter().copied().find(|edge| running.is_met_by(graph, *edge));
            let rests = || {
                let mut free = self.situations.iter().copied();
                let at = free.find(|situation| !Running::in_situation(graph, *situation).contains(&running))?;
                self.edges.iter().copied().find(|edge| graph.ends(*edge).0 == at)
            };
            let Some(edge) = by.or_else(rests).filter(|edge| !edges.contains(edge)) else {
                return way;
            };
            let (from, to) = graph.ends(edge);
            way.extend(between(graph, first, from, inside));
            way.push(edge);
            way.extend(between(graph, to, first, inside));
        }
    }

    /// The shortest way round that begins with an edge.
    pub(super) fn way_by(&self, graph: &Graph<'_>, edge: u32) -> Vec<u32> {
        let (from, to) = graph.ends(edge);
        let mut way = vec![edge];
        way.extend(between(graph, to, from, |edge| self.edges.contains(&edge)));
        way
    }
}

/// What runs in all of the situations, and falls due in none of the steps.
fn unmet(graph: &Graph<'_>, situations: &BTreeSet<u32>, edges: &BTreeSet<u32>) -> Vec<Running> {
    let mut all: Option<BTreeSet<Running>> = None;
    for situation in situations {
        let running = Running::in_situation(graph, *situation);
        let both = all.map_or(running.clone(), |all| &all & &running);
        if both.is_empty() {
            return Vec::new();
        }
        all = Some(both);
    }
    let all = all.unwrap_or_default().into_iter();
    all.filter(|running| !edges.iter().any(|edge| running.is_met_by(graph, *edge)))
        .collect()
}
