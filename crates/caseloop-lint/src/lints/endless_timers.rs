//! Timers that send a case round for ever with nobody doing anything.

use crate::reach::path;
use crate::{Lint, Looked};
use caseloop_core::StateId;
use caseloop_core::definition::{Branch, Definition, Go, Guarantee, GuaranteeDef, Kind, Trigger};
use caseloop_syntax::{Code, Diagnostic, Span};
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use std::collections::BTreeSet;

pub(crate) static CODE: Code = Code::new(
    "endless-timers",
    "Timers alone lead a case from state to state and back, again and again.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("endless-timers"), look);

/// Only branches without a condition are followed, each from where a case rests: so the round can really be gone for ever.
fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let d = looked.workflow.definition();
    // Where the file says where time alone may lead, the proof of that tells.
    let is_asked = |guarantee: &GuaranteeDef| matches!(guarantee.what, Guarantee::TimeAloneEndsIn(_));
    if d.guarantees.iter().any(is_asked) {
        return;
    }
    let mut graph: DiGraph<(), usize> = DiGraph::new();
    for _ in &d.states {
        graph.add_node(());
    }
    for (position, branch) in d.branches.iter().enumerate() {
        let Some(target) = sure_target(d, branch).filter(|_| looked.reach.contains(branch.source)) else {
            continue;
        };
        // A timer of a state with others inside may be left behind on the way.
        let is_atomic = d
            .states
            .get(branch.source.index())
            .is_some_and(|state| state.kind == Kind::Atomic);
        if is_atomic && is_first_of_its_state(d, branch, branch.source) {
            graph.add_edge(node(branch.source), node(target), position);
        }
    }
    for ring in tarjan_scc(&graph) {
        let inside: BTreeSet<NodeIndex> = ring.iter().copied().collect();
        let edges = ring.iter().flat_map(|node| graph.edges(*node));
        let mut edges: Vec<usize> = edges
            .filter(|edge| inside.contains(&edge.target()))
            .map(|edge| *edge.weight())
            .collect();
        edges.sort_unstable();
        edges.dedup();
        let mut branches = edges.iter().filter_map(|position| d.branches.get(*position));
        let Some(first) = branches.next() else { continue };
        let members: Vec<StateId> = ring.iter().map(|node| StateId::at(node.index())).collect();
        // A state that nothing else leads out of is told of as that.
        let is_end = members.len() == 1 && !members.iter().any(|state| looked.chart.is_led_out(*state));
        if is_end || is_broken(d, &members) {
            continue;
        }
        let states: Vec<String> = ring
            .iter()
            .rev()
            .filter_map(|node| d.states.get(node.index()))
            .map(|state| format!("`{}`", state.name))
            .collect();
        let mut finding = match states.as_slice() {
            [one] => {
                let message = format!("with nobody acting, time alone leads from {one} to itself for ever");
                Diagnostic::warning(&CODE, first.span, message).help(COUNT)
            }
            _ => round(first.span),
        };
        for branch in branches {
            finding = finding.also(branch.span, "and on from here");
        }
        findings.push(finding);
    }
}

const COUNT: &str = "count the rounds and let the last lead to where somebody has to act";

/// Time alone leads round several states, by a branch here among others.
pub(crate) fn round(span: Span) -> Diagnostic {
    let message = "with nobody acting, time alone leads round these states for ever";
    Diagnostic::warning(&CODE, span, message).help(COUNT)
}

/// Whether something else may end the round in time: a timer around its states, or a promise.
fn is_broken(d: &Definition, round: &[StateId]) -> bool {
    let leads_out = |branch: &Branch| matches!(branch.go, Go::To(_));
    d.branches.iter().filter(|branch| leads_out(branch)).any(|branch| {
        let around = round.iter().any(|state| path(d, *state).contains(&branch.source));
        let inside = round.contains(&branch.source);
        let by_itself = match branch.trigger {
            Trigger::Event(event) => d.events.get(event.index()).is_none_or(|event| !event.external),
            Trigger::Timer(_) => !inside,
            Trigger::Always => true,
        };
        around && by_itself
    })
}

/// Where a branch leads a case to rest that a timer takes whatever holds.
fn sure_target(d: &Definition, branch: &Branch) -> Option<StateId> {
    let Trigger::Timer(timer) = branch.trigger else {
        return None;
    };
    // Of a timer's branches the first is taken whose condition holds.
    let first = d.timers.get(timer.index())?.branches.first()?;
    let is_first = d
        .branches
        .get(first.index())
        .is_some_and(|first| std::ptr::eq(first, branch));
    let sure = is_first
        && branch
            .condition
            .as_ref()
            .is_none_or(|condition| condition.always() == Some(true));
    match &branch.go {
        Go::To(targets) if sure && targets.len() == 1 => rests_at(d, *targets.first()?),
        _ => None,
    }
}

/// The state in which a case rests that was led to a state; `None` where that is not plain.
fn rests_at(d: &Definition, mut id: StateId) -> Option<StateId> {
    loop {
        let state = d.states.get(id.index())?;
        let chooses = state
            .branches
            .iter()
            .filter_map(|branch| d.branches.get(branch.index()))
            .any(|branch| branch.trigger == Trigger::Always);
        match (state.kind, state.start.targets.as_slice()) {
            _ if chooses => return None,
            (Kind::Atomic, _) => return Some(id),
            (Kind::Compound, [start]) => id = *start,
            _ => return None,
        }
    }
}

/// Whether nothing that the state itself starts is sure to lead out of it before.
fn is_first_of_its_state(d: &Definition, branch: &Branch, leaf: StateId) -> bool {
    let timers = d.states.get(leaf.index()).map(|state| state.timers.as_slice());
    let leads_out = |branch: &Branch| matches!(branch.go, Go::To(_));
    let mut others = timers
        .unwrap_or_default()
        .iter()
        .filter(|timer| branch.trigger != Trigger::Timer(**timer));
    !others.any(|timer| {
        let branches = d.timers.get(timer.index()).map(|timer| timer.branches.as_slice());
        let mut branches = branches
            .unwrap_or_default()
            .iter()
            .filter_map(|id| d.branches.get(id.index()));
        branches.any(leads_out)
    })
}

fn node(state: StateId) -> NodeIndex {
    NodeIndex::new(state.index())
}
