//! What exploring a workflow shows, whatever it guarantees: states that no case comes into, rungs that are never climbed; and
//! cases that get stuck, that nobody attends, or that time alone sends round.

use super::check::{backwards, is};
use super::explore::{Cause, Graph, NOWHERE, Seen};
use super::rounds::{part, rounds};
use super::values::AT;
use super::values::Values;
use super::{Counterexample, steps};
use crate::lints::{dead_end, endless_timers, never_climbed, unattended_state, unreachable_state};
use caseloop_core::definition::{Definition, Go, Guarantee, Kind, WaitsFor};
use caseloop_core::{DueKind, PromiseId, Record, Snapshot, StateId};
use caseloop_expr::Length;
use caseloop_syntax::{Diagnostic, Span};
use std::collections::BTreeSet;

/// A finding, and the case that shows it. Its steps need an order in which lengths of time may not let them come: whoever
/// finds instants for them tells it ([`Proofs::shown`](super::Proofs::shown)).
#[derive(Clone, Debug)]
pub struct Shown {
    /// The finding, without the case.
    pub finding: Diagnostic,
    /// The case.
    pub case: Counterexample,
}

/// What no case does, of all that was explored to the end.
#[derive(Clone, Debug, Default)]
pub(super) struct Never {
    entered: BTreeSet<StateId>,
    climbed: BTreeSet<(PromiseId, u16)>,
}

/// What is noted of each step for that.
#[derive(Debug)]
pub(super) struct Noted {
    /// The states that a step enters.
    entered: Vec<bool>,
    /// By step, whether a branch leads somewhere.
    moves: Vec<bool>,
}

impl Noted {
    pub(super) fn new(definition: &Definition) -> Self {
        Self {
            entered: vec![false; definition.states.len()],
            moves: Vec::new(),
        }
    }

    /// Notes a step as it is taken.
    pub(super) fn look(&mut self, graph: &Graph<'_>, seen: &Seen<'_>) {
        let mut moves = false;
        for record in seen.buffers.records(graph.workflow, seen.entry) {
            match record {
                Record::Entered(state) => {
                    if let Some(entered) = self.entered.get_mut(state.index()) {
                        *entered = true;
                    }
                }
                Record::Taken(branch) => moves |= matches!(graph.workflow.branch(*branch).go, Go::To(_)),
                _ => {}
            }
        }
        self.moves.resize(seen.edge as usize, false);
        self.moves.push(moves);
    }
}

impl Never {
    /// Of what was explored to the end.
    pub(super) fn of(graph: &Graph<'_>, noted: &Noted) -> Self {
        let definition = graph.workflow.definition();
        let never_entered = noted.entered.iter().enumerate().filter(|(_, entered)| !**entered);
        let said = |wanted: Cause| graph.deeds.iter().any(|deed| deed.cause == wanted);
        let mut climbed = BTreeSet::new();
        for (position, promise) in definition.promises.iter().enumerate() {
            let id = PromiseId::at(position);
            if !said(Cause::Promise(id, DueKind::Breach, 0)) {
                continue;
            }
            for (number, rung) in promise.rungs.iter().enumerate() {
                let number = number as u16;
                // At the breach itself all rungs are climbed that do not wait.
                if rung.after != Length::Elapsed(0) && !said(Cause::Promise(id, DueKind::Rung, number)) {
                    climbed.insert((id, number));
                }
            }
        }
        Self {
            entered: never_entered.map(|(position, _)| StateId::at(position)).collect(),
            climbed,
        }
    }

    /// What is so with these values of parameters and with others.
    pub(super) fn both(&self, other: &Self) -> Self {
        Self {
            entered: &self.entered & &other.entered,
            climbed: &self.climbed & &other.climbed,
        }
    }

    pub(super) fn findings(&self, definition: &Definition) -> Vec<Diagnostic> {
        let states = definition.states.iter().enumerate();
        let states = states.filter(|(position, state)| {
            let outer = state.parent.is_some_and(|parent| !self.entered.contains(&parent));
            let is_state = !matches!(state.kind, Kind::History { .. });
            outer && is_state && self.entered.contains(&StateId::at(*position))
        });
        let states = states.map(|(_, state)| unreachable_state::finding(state, "no case comes to what leads there"));
        let rungs = self.climbed.iter().filter_map(|(promise, number)| {
            let promise = definition.promises.get(promise.index())?;
            let timer = definition
                .timers
                .get(promise.rungs.get(usize::from(*number))?.timer.index())?;
            Some(never_climbed::finding(&timer.name, timer.span))
        });
        states.chain(rungs).collect()
    }
}

/// The cases that show something of which the workflow guarantees nothing.
pub(super) fn shown(graph: &Graph<'_>, values: &Values, noted: &Noted) -> Vec<Shown> {
    let definition = graph.workflow.definition();
    let asks = |asks: fn(&Guarantee) -> bool| definition.guarantees.iter().any(|own| asks(&own.what));
    // Where a workflow names nobody and its states have no timers, all of that is its host's business.
    if definition.roles.is_empty() && definition.states.iter().all(|state| state.timers.is_empty()) {
        return Vec::new();
    }
    let told = |way: &[u32], again: &[u32], what: &str| Counterexample {
        what: what.to_owned(),
        set: Vec::new(),
        steps: steps(graph, values, way),
        again: steps(graph, values, again),
    };
    let stuck = stuck(graph);
    let mut shown = Vec::new();
    if !asks(|what| matches!(what, Guarantee::CanReach(_))) {
        shown.extend(trap(graph, &stuck, &told));
    }
    if !asks(|what| matches!(what, Guarantee::Everywhere { .. })) {
        shown.extend(unattended(graph, &stuck, &told));
    }
    if !asks(|what| matches!(what, Guarantee::TimeAloneEndsIn(_))) {
        shown.extend(endless(graph, noted, &told));
    }
    shown
}

/// Makes a case of a way, of one that may then be gone again and again, and of what is wrong with it.
type Told<'t> = &'t dyn Fn(&[u32], &[u32], &str) -> Counterexample;

/// The situations from which no case comes to an end, whatever happens; none where there is no end.
fn stuck(graph: &Graph<'_>) -> Vec<bool> {
    if !graph.ended.contains(&true) {
        return vec![false; graph.situations.len()];
    }
    let reached = backwards(graph, graph.ended.clone(), |situation, reached| {
        graph.edges_of(situation).iter().any(|edge| is(reached, edge.to))
    });
    reached.into_iter().map(|reached| !reached).collect()
}

fn trap(graph: &Graph<'_>, stuck: &[bool], told: Told<'_>) -> Option<Shown> {
    let situation = stuck.iter().position(|stuck| *stuck)? as u32;
    let (name, span) = place(graph, situation);
    Some(Shown {
        finding: dead_end::trap(&name, span),
        case: told(&graph.way_to(situation), &[], "no end can be reached any more"),
    })
}

/// The first situation in each set of states in which nobody is waited for and nothing runs.
fn unattended(graph: &Graph<'_>, stuck: &[bool], told: Told<'_>) -> Vec<Shown> {
    let mut named = BTreeSet::new();
    let mut shown = Vec::new();
    let mut case_here = graph.blank();
    for situation in 0..graph.situations.len() as u32 {
        if is(&graph.ended, situation) || is(&graph.goes_on, situation) || is(stuck, situation) {
            continue;
        }
        graph.read(situation, &mut case_here);
        if somebody(graph, &case_here) {
            continue;
        }
        let (name, span) = place(graph, situation);
        if named.insert(span) {
            shown.push(Shown {
                finding: unattended_state::finding(&name, span),
                case: told(&graph.way_to(situation), &[], "nobody is waited for here"),
            });
        }
    }
    shown
}

/// Whether somebody is waited for.
pub(super) fn somebody(graph: &Graph<'_>, case: &Snapshot) -> bool {
    let workflow = graph.workflow;
    let states = workflow.definition().states.iter().enumerate();
    let mut active = states.filter(|(position, _)| case.is_in(workflow, StateId::at(*position)));
    active.any(|(_, state)| {
        state.waits_for.iter().any(|waited| match waited {
            WaitsFor::Role(_) => true,
            WaitsFor::Data(who) => graph.timeless.is_there(case, &graph.free, who, AT),
        })
    })
}

/// The first round that time alone goes for ever and that leads somewhere: a reminder that repeats is none.
fn endless(graph: &Graph<'_>, noted: &Noted, told: Told<'_>) -> Option<Shown> {
    let time = part(graph, |edge| {
        edge.from != NOWHERE && graph.is_time(graph.deed(edge).cause)
    });
    let moves = |edge: &u32| is(&noted.moves, *edge);
    let rounds = rounds(&time);
    let mut lasting = rounds
        .iter()
        .filter(|round| round.edges.iter().any(moves) && round.can_last(graph));
    let round = lasting.next()?;
    let edge = round.edges.iter().copied().find(moves)?;
    let (first, _) = graph.ends(edge);
    let again = round.lasting_way(graph, first);
    let taken = graph.again(edge).map(|again| again.taken).unwrap_or_default();
    let mut led = taken.iter().map(|id| graph.workflow.branch(*id));
    let branch = led.find(|branch| matches!(branch.go, Go::To(_)))?;
    Some(Shown {
        finding: endless_timers::round(branch.span),
        case: told(
            &graph.way_to(first),
            &again,
            "from here it goes round for ever, and nobody acts",
        ),
    })
}

/// The state that is to be named of a situation: the one that its case came into last, if it is no end of a region.
fn place(graph: &Graph<'_>, situation: u32) -> (String, Span) {
    let mut case = graph.blank();
    graph.read(situation, &mut case);
    let leaves = case.leaves(graph.workflow);
    let rests = |id: &StateId| graph.workflow.state(*id).kind != Kind::Final;
    let came = graph.way_to(situation).last().map(|edge| graph.entered_by(*edge));
    let came = came.unwrap_or_default();
    let last = leaves
        .iter()
        .filter(|id| rests(id))
        .max_by_key(|id| came.iter().position(|state| state == *id));
    let id = last.or(leaves.first()).copied().unwrap_or_default();
    let state = graph.workflow.state(id);
    (state.name.to_string(), state.span)
}
