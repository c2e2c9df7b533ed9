//! What exploring a workflow shows, whatever it guarantees: states that no case comes into, rungs that are never climbed; and
//! cases that get stuck, that nobody attends, or that time alone sends round.

use super::check::{backwards, is, somebody};
use super::explore::{Cause, Graph, NOWHERE, Seen};
use super::free::Free;
use super::rounds::{part, rounds};
use super::values::Values;
use super::{Counterexample, steps, supposes};
use crate::lints::condition::{is_set_at_load, is_written};
use crate::lints::{
    dead_end, endless_timers, never_climbed, never_run, never_true, unattended_state, unheard_event, unreachable_state,
};
use caseloop_core::definition::{Branch, Definition, Go, Guarantee, Kind, TimerDef, Trigger};
use caseloop_core::{BranchId, DueKind, EventId, PromiseId, Record, StateId, TimerId};
use caseloop_expr::Length;
use caseloop_syntax::{Diagnostic, Files, Span};
use petgraph::graph::NodeIndex;
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

/// Findings of the first code follow from the same mistake as those of the others, once one of those is told.
const KIN: &[(&str, &[&str])] = &[
    (
        "dead-end",
        &[
            "rests-for-ever",
            "unattended-state",
            "missing-branch",
            "never-true",
            "unreachable-branch",
            "dead-end",
        ],
    ),
    (
        "unattended-state",
        &["dead-end", "missing-branch", "never-true", "unattended-state"],
    ),
    (
        "endless-timers",
        &["always-true", "unreachable-branch", "dead-end", "endless-timers"],
    ),
    (
        "never-true",
        &[
            "always-true",
            "unreachable-branch",
            "unreachable-state",
            "unheard-event",
            "overlapping-branches",
        ],
    ),
    (
        "unreachable-state",
        &[
            "always-true",
            "unreachable-branch",
            "never-true",
            "unheard-event",
            "dead-end",
            "never-measured",
            "never-met",
        ],
    ),
    (
        "unheard-event",
        &["unreachable-state", "never-true", "unreachable-branch"],
    ),
    ("never-climbed", &["never-measured", "never-met"]),
    ("never-run", &["never-measured", "unreachable-state"]),
];

/// Whether what exploring shows only follows from findings that are told, or repeats them.
#[must_use]
pub fn adds_nothing(finding: &Diagnostic, told: &[Diagnostic]) -> bool {
    let mut kin = KIN.iter().filter(|(code, _)| *code == finding.code.name);
    let others = kin.next().map_or(&[][..], |(_, others)| others);
    let same = |own: &Diagnostic| own.code == finding.code && own.primary.span == finding.primary.span;
    told.iter().any(|own| same(own) || others.contains(&own.code.name))
}

/// Why an event is not heard in a state that cases come into.
const AT_ONCE: &str = "a case is led out of it at once";

/// What no case does, of all that was explored to the end.
#[derive(Clone, Debug, Default)]
pub(super) struct Never {
    entered: BTreeSet<StateId>,
    climbed: BTreeSet<(PromiseId, u16)>,
    /// Rungs and warnings whose turn comes, and that do nothing then.
    run: BTreeSet<TimerId>,
    /// Branches with a condition that are never taken, though their states and what they answer to come about.
    taken: BTreeSet<BranchId>,
    /// Events that are answered somewhere, though no case ever rests there.
    heard: BTreeSet<EventId>,
}

/// What is noted of each step for that.
#[derive(Debug)]
pub(super) struct Noted {
    /// The states that a step enters.
    entered: Vec<bool>,
    /// The branches that a step takes.
    taken: Vec<bool>,
    /// By step, whether a branch leads somewhere.
    moves: Vec<bool>,
}

impl Noted {
    pub(super) fn new(definition: &Definition) -> Self {
        // The workflow itself is no state that a step enters.
        let states = definition.states.iter().enumerate();
        Self {
            entered: states.map(|(position, _)| position == 0).collect(),
            taken: vec![false; definition.branches.len()],
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
                Record::Taken(branch) => {
                    moves |= matches!(graph.workflow.branch(*branch).go, Go::To(_));
                    if let Some(taken) = self.taken.get_mut(branch.index()) {
                        *taken = true;
                    }
                }
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
        let is_taken = |id: &BranchId| noted.taken.get(id.index()).copied().unwrap_or_default();
        // A branch without a condition is taken where its timer fires.
        let nothing = |timer: TimerId| {
            let branches = definition
                .timers
                .get(timer.index())
                .map(|timer| timer.branches.as_slice());
            branches.is_some_and(|branches| !branches.is_empty() && !branches.iter().any(is_taken))
        };
        let (mut climbed, mut run) = (BTreeSet::new(), BTreeSet::new());
        for (position, promise) in definition.promises.iter().enumerate() {
            let id = PromiseId::at(position);
            for (number, warning) in promise.warnings.iter().enumerate() {
                let given = said(Cause::Promise(id, DueKind::Warning, number as u16));
                run.extend(warning.timer.filter(|timer| given && nothing(*timer)));
            }
            if !said(Cause::Promise(id, DueKind::Breach, 0)) {
                continue;
            }
            for (number, rung) in promise.rungs.iter().enumerate() {
                let number = number as u16;
                // At the breach itself all rungs are climbed that do not wait.
                if rung.after != Length::Elapsed(0) && !said(Cause::Promise(id, DueKind::Rung, number)) {
                    climbed.insert((id, number));
                } else if nothing(rung.timer) {
                    run.insert(rung.timer);
                }
            }
        }
        let comes = |branch: &Branch| match branch.trigger {
            Trigger::Event(event) => definition.events.get(event.index()).is_some_and(|event| event.external),
            Trigger::Timer(timer) => said(Cause::Timer(timer)),
            Trigger::Always => true,
        };
        let taken = definition.branches.iter().enumerate().filter(|(position, branch)| {
            let entered = noted.entered.get(branch.source.index()).copied().unwrap_or_default();
            let taken = noted.taken.get(*position).copied().unwrap_or_default();
            let refused = graph.refusals.contains_key(&BranchId::at(*position));
            branch.condition.is_some() && entered && comes(branch) && !taken && !refused
        });
        let events = definition.events.iter().enumerate().filter(|(position, event)| {
            let id = EventId::at(*position);
            let answered = definition
                .branches
                .iter()
                .any(|branch| branch.trigger == Trigger::Event(id));
            event.external && answered && !said(Cause::Event(id))
        });
        Self {
            heard: events.map(|(position, _)| EventId::at(position)).collect(),
            entered: never_entered.map(|(position, _)| StateId::at(position)).collect(),
            climbed,
            run,
            taken: taken.map(|(position, _)| BranchId::at(position)).collect(),
        }
    }

    /// What is so with these values of parameters and with others.
    pub(super) fn both(&self, other: &Self) -> Self {
        Self {
            entered: &self.entered & &other.entered,
            climbed: &self.climbed & &other.climbed,
            run: &self.run & &other.run,
            taken: &self.taken & &other.taken,
            heard: &self.heard & &other.heard,
        }
    }

    pub(super) fn findings(&self, definition: &Definition, files: &Files) -> Vec<Diagnostic> {
        let written = |branch: &&Branch| {
            let condition = branch.condition.as_ref();
            condition.is_some_and(|condition| is_written(files, condition) && !is_set_at_load(condition))
        };
        let branches = self.taken.iter().filter_map(|id| definition.branches.get(id.index()));
        let branches: Vec<&Branch> = branches.filter(written).collect();
        let idle = self.run.iter().filter_map(|id| definition.timers.get(id.index()));
        let idle = idle.flat_map(|timer| {
            timer
                .branches
                .iter()
                .filter_map(|id| definition.branches.get(id.index()))
        });
        let idle: Vec<&Branch> = idle.collect();
        let states = definition.states.iter().enumerate().filter(|(position, state)| {
            let id = StateId::at(*position);
            let outer = state.parent.is_some_and(|parent| !self.entered.contains(&parent));
            let is_state = !matches!(state.kind, Kind::History { .. });
            // It is told of the branch.
            let leads = |branch: &&Branch| matches!(&branch.go, Go::To(targets) if targets.contains(&id));
            let branches = branches.iter().copied().chain(idle.iter().copied());
            outer && is_state && self.entered.contains(&id) && !branches.clone().any(|branch| leads(&branch))
        });
        let states = states.map(|(_, state)| unreachable_state::finding(state, "no case comes to what leads there"));
        let rungs = self.climbed.iter().filter_map(|(promise, number)| {
            let promise = definition.promises.get(promise.index())?;
            let timer = definition
                .timers
                .get(promise.rungs.get(usize::from(*number))?.timer.index())?;
            Some(never_climbed::finding(&timer.name, timer.span))
        });
        let events = self.heard.iter().filter_map(|id| {
            let mut answers = definition
                .branches
                .iter()
                .filter(|branch| branch.trigger == Trigger::Event(*id));
            // Of states that no case comes into it is told already.
            let rests = |branch: &&Branch| !self.entered.contains(&branch.source);
            let state = definition.states.get(answers.find(rests)?.source.index())?;
            Some(unheard_event::finding(
                definition.events.get(id.index())?,
                state,
                AT_ONCE,
            ))
        });
        let run = self.run.iter().filter_map(|id| definition.timers.get(id.index()));
        let set_at_load = |timer: &&TimerDef| {
            let branches = timer
                .branches
                .iter()
                .filter_map(|id| definition.branches.get(id.index()));
            branches
                .filter_map(|branch| branch.condition.as_ref())
                .any(is_set_at_load)
        };
        let run = run.filter(|timer| !set_at_load(timer)).map(never_run::finding);
        let conditions = branches.iter().filter_map(|branch| branch.condition.as_ref());
        let conditions = conditions.map(never_true::finding);
        states.chain(rungs).chain(run).chain(events).chain(conditions).collect()
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
    let told = |way: &[u32], again: &[u32], what: &str| {
        let real = !way.iter().chain(again).any(|edge| supposes(graph, *edge));
        real.then(|| Counterexample {
            what: what.to_owned(),
            set: Vec::new(),
            steps: steps(graph, values, way),
            again: steps(graph, values, again),
        })
    };
    let stuck = stuck(graph);
    let mut shown = Vec::new();
    if !asks(|what| matches!(what, Guarantee::CanReach(_))) {
        shown.extend(trap(graph, &stuck, &told));
    }
    if !definition.roles.is_empty() && !asks(|what| matches!(what, Guarantee::Everywhere { .. })) {
        shown.extend(unattended(graph, &stuck, &told));
    }
    if !asks(|what| matches!(what, Guarantee::TimeAloneEndsIn(_))) {
        shown.extend(endless(graph, noted, &told));
    }
    shown
}

/// Makes a case of a way, of one that may then be gone again and again, and of what is wrong with it; none of a way that depends
/// on what is left open.
type Told<'t> = &'t dyn Fn(&[u32], &[u32], &str) -> Option<Counterexample>;

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

/// A situation from which no end is reached, among those to which all that can still happen leads back, in states from which
/// no end ever is reached: where it depends on the data, others may be meant to wait.
fn trap(graph: &Graph<'_>, stuck: &[bool], told: Told<'_>) -> Option<Shown> {
    let mut case = graph.blank();
    let mut leaves = |situation: u32| {
        graph.read(situation, &mut case);
        case.leaves(graph.workflow)
    };
    let others = (0..graph.situations.len() as u32).filter(|situation| !is(stuck, *situation));
    let others: BTreeSet<Vec<StateId>> = others.map(&mut leaves).collect();
    let lost = part(graph, |edge| is(stuck, edge.from));
    let mut bottom: Vec<u32> = Vec::new();
    for component in petgraph::algo::tarjan_scc(&lost) {
        let stays = |node: &NodeIndex| lost.neighbors(*node).all(|next| component.contains(&next));
        let first = component.iter().map(|node| node.index() as u32).min();
        bottom.extend(first.filter(|first| is(stuck, *first) && component.iter().all(stays)));
    }
    bottom.sort_unstable();
    let situation = bottom
        .into_iter()
        .find(|situation| !others.contains(&leaves(*situation)))?;
    let (name, span) = place(graph, situation);
    Some(Shown {
        finding: dead_end::trap(&name, span),
        case: told(&graph.way_to(situation), &[], "no end can be reached any more")?,
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
        // A promise that is late was told of to somebody.
        let promised = (0..graph.workflow.definition().promises.len())
            .any(|position| Free::measured(case_here.clocks(), PromiseId::at(position)).is_open());
        if promised || somebody(graph, &case_here) {
            continue;
        }
        let (name, span) = place(graph, situation);
        if named.contains(&span) {
            continue;
        }
        if let Some(case) = told(&graph.way_to(situation), &[], "nobody is waited for here") {
            named.insert(span);
            let finding = unattended_state::finding(&name, span);
            shown.push(Shown { finding, case });
        }
    }
    shown
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
        )?,
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
