//! Whether a guarantee holds, asked of all situations and steps that were explored.

use super::explore::{Graph, NOWHERE};
use super::rounds::{Round, between, part, rounds};
use super::values::AT;
use super::watch::Noted;
use caseloop_core::definition::{Guarantee, WaitsFor};
use caseloop_core::{Snapshot, StateId};
use caseloop_expr::Condition;
use petgraph::visit::EdgeRef;
use std::collections::{BTreeMap, BTreeSet};

/// What came of looking for a case that breaks a guarantee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// There is none.
    Holds,
    /// There is one: by these edges, and then, where something goes on for ever, by these again and again.
    Broken {
        way: Vec<u32>,
        again: Vec<u32>,
        what: String,
    },
    /// It cannot be told.
    Open(String),
}

impl Found {
    fn at(graph: &Graph<'_>, situation: u32, what: impl Into<String>) -> Self {
        Self::Broken {
            way: graph.way_to(situation),
            again: Vec::new(),
            what: what.into(),
        }
    }
}

pub(super) fn check(graph: &Graph<'_>, guarantee: &Guarantee, noted: &Noted) -> Found {
    if let Some(edge) = noted.broken_by {
        let mut way = graph.way_to(graph.ends(edge).0);
        way.push(edge);
        let what = match guarantee {
            Guarantee::OnlyBy { .. } => "it is entered by another way",
            Guarantee::AlwaysWarned { .. } => "the promise is broken and nobody was warned",
            _ => "the step does not ask for the effect",
        };
        return Found::Broken {
            way,
            again: Vec::new(),
            what: what.to_owned(),
        };
    }
    match guarantee {
        Guarantee::OnlyBy { .. } | Guarantee::AlwaysWarned { .. } | Guarantee::SameStep { .. } => Found::Holds,
        Guarantee::CanReach(states) => can_reach(graph, states),
        Guarantee::Everywhere { waits_for, clock } => everywhere(graph, *waits_for, *clock),
        Guarantee::TimeAloneEndsIn(states) => time_alone(graph, states),
        Guarantee::TakenAtMost { at_most, .. } => taken_at_most(graph, noted, *at_most),
        Guarantee::Always(condition) => always(graph, condition, true),
        Guarantee::Never(condition) => always(graph, condition, false),
        Guarantee::LeadsTo { from, to } => leads_to(graph, from, to),
    }
}

/// For every situation whether something is so.
fn each(graph: &Graph<'_>, is_so: impl Fn(&Snapshot) -> bool) -> Vec<bool> {
    let mut case = graph.blank();
    let all = 0..graph.situations.len() as u32;
    all.map(|situation| {
        graph.read(situation, &mut case);
        is_so(&case)
    })
    .collect()
}

pub(super) fn is(marks: &[bool], situation: u32) -> bool {
    marks.get(situation as usize).copied().unwrap_or_default()
}

fn in_any<'a>(graph: &'a Graph<'_>, states: &'a [StateId]) -> impl Fn(&Snapshot) -> bool + 'a {
    |case| states.iter().any(|state| case.is_in(graph.workflow, *state))
}

/// From everywhere: people can act so that it comes to one of the states, whatever rules decide and whichever of what runs
/// falls due first.
fn can_reach(graph: &Graph<'_>, states: &[StateId]) -> Found {
    let good = each(graph, in_any(graph, states));
    let surely = backwards(graph, good.clone(), |situation, reached| {
        surely_reaches(graph, situation, reached)
    });
    let all = |reached: &[bool]| {
        reached
            .iter()
            .zip(&graph.ended)
            .position(|(reached, over)| !reached && !over)
    };
    if all(&surely).is_none() {
        return Found::Holds;
    }
    // Of what was not explored to the end nothing is known.
    let unknown = (0..good.len() as u32).map(|situation| situation >= graph.explored);
    let perhaps = good
        .iter()
        .zip(unknown)
        .map(|(good, unknown)| *good || unknown)
        .collect();
    let perhaps = backwards(graph, perhaps, |situation, reached| {
        graph.edges_of(situation).iter().any(|edge| is(reached, edge.to))
    });
    match all(&perhaps) {
        Some(situation) => Found::at(
            graph,
            situation as u32,
            "from here it cannot be reached, whatever happens",
        ),
        None => Found::Open("it may depend on what rules decide, or on what falls due first".to_owned()),
    }
}

/// Whether people can act so that the case goes on to what is reached, or time surely leads there.
fn surely_reaches(graph: &Graph<'_>, situation: u32, reached: &[bool]) -> bool {
    let edges = graph.edges_of(situation);
    let events = edges
        .iter()
        .filter(|edge| graph.is_up_to_people(graph.deed(edge).cause));
    let mut deeds: Vec<u32> = events.map(|edge| edge.deed).collect();
    deeds.dedup();
    let by_people = deeds.iter().any(|deed| {
        let mut ways = edges.iter().filter(|edge| edge.deed == *deed);
        ways.all(|edge| is(reached, edge.to)) && !graph.may_come_to_nothing(situation, *deed)
    });
    let time = || edges.iter().filter(|edge| graph.is_time(graph.deed(edge).cause));
    by_people || is(&graph.goes_on, situation) && time().next().is_some() && time().all(|edge| is(reached, edge.to))
}

/// The least set that holds what is `good` and every situation that `joins` it.
pub(super) fn backwards(graph: &Graph<'_>, good: Vec<bool>, joins: impl Fn(u32, &[bool]) -> bool) -> Vec<bool> {
    let mut before: Vec<Vec<u32>> = vec![Vec::new(); graph.situations.len()];
    for edge in graph.edges.iter().filter(|edge| edge.from != NOWHERE) {
        if let Some(before) = before.get_mut(edge.to as usize) {
            before.push(edge.from);
        }
    }
    let mut reached = good;
    let first = reached.iter().enumerate().filter(|(_, reached)| **reached);
    let mut todo: Vec<u32> = first.map(|(situation, _)| situation as u32).collect();
    while let Some(situation) = todo.pop() {
        for from in before.get(situation as usize).into_iter().flatten() {
            if !is(&reached, *from) && joins(*from, &reached) {
                if let Some(mark) = reached.get_mut(*from as usize) {
                    *mark = true;
                }
                todo.push(*from);
            }
        }
    }
    reached
}

/// Whether somebody is waited for.
pub(super) fn somebody(graph: &Graph<'_>, case: &Snapshot) -> bool {
    let workflow = graph.workflow;
    let states = workflow.definition().states.iter().enumerate();
    let mut active = states.filter(|(position, _)| case.is_in(workflow, StateId::at(*position)));
    active.any(|(_, state)| {
        state.waits_for.iter().any(|waited| match waited {
            WaitsFor::Role(_) => true,
            // What is always there is not kept.
            WaitsFor::Data(who) => !who.optional() || graph.timeless.is_there(case, &graph.free, who, AT),
        })
    })
}

fn everywhere(graph: &Graph<'_>, waits_for: bool, clock: bool) -> Found {
    let mut case = graph.blank();
    for situation in 0..graph.situations.len() as u32 {
        if is(&graph.ended, situation) {
            continue;
        }
        graph.read(situation, &mut case);
        if waits_for && !somebody(graph, &case) {
            return Found::at(graph, situation, "nobody is waited for here");
        }
        if clock && !is(&graph.goes_on, situation) {
            return Found::at(
                graph,
                situation,
                "no timer runs here, and no promise has anything to say",
            );
        }
    }
    Found::Holds
}

fn always(graph: &Graph<'_>, condition: &Condition, wanted: bool) -> Found {
    let holds = each(graph, |case| graph.timeless.holds(case, &graph.free, condition, AT));
    match holds.iter().position(|holds| *holds != wanted) {
        Some(situation) if wanted => Found::at(graph, situation as u32, "here it does not hold"),
        Some(situation) => Found::at(graph, situation as u32, "here it holds"),
        None => Found::Holds,
    }
}

/// If nobody acts: every way that time alone takes ends in one of the states, or with the case.
fn time_alone(graph: &Graph<'_>, states: &[StateId]) -> Found {
    let mut allowed = each(graph, in_any(graph, states));
    allowed
        .iter_mut()
        .zip(&graph.ended)
        .for_each(|(allowed, over)| *allowed |= over);
    for situation in 0..graph.situations.len() as u32 {
        if !is(&allowed, situation) && !is(&graph.goes_on, situation) {
            return Found::at(graph, situation, "here nothing happens any more unless somebody acts");
        }
    }
    let time = part(graph, |edge| graph.is_time(graph.deed(edge).cause));
    for round in rounds(&time) {
        let outside = round.situations.iter().find(|situation| !is(&allowed, **situation));
        if let Some(first) = outside.filter(|_| round.can_last(graph)) {
            return Found::Broken {
                way: graph.way_to(*first),
                again: round.lasting_way(graph, *first),
                what: "from here it goes round for ever, and nobody acts".to_owned(),
            };
        }
    }
    Found::Holds
}

/// The most often that a way takes what is counted.
fn taken_at_most(graph: &Graph<'_>, noted: &Noted, at_most: i64) -> Found {
    let all = part(graph, |_| true);
    let mut order = petgraph::algo::tarjan_scc(&all);
    let mut component_of = vec![0; graph.situations.len()];
    for (at, component) in order.iter().enumerate() {
        for node in component {
            if let Some(own) = component_of.get_mut(node.index()) {
                *own = at;
            }
        }
    }
    let round = noted.taken.keys().find_map(|edge| {
        let (from, to) = graph.ends(*edge);
        let component = |situation: u32| component_of.get(situation as usize);
        let at = component(from).filter(|at| Some(*at) == component(to))?;
        Some((*edge, order.get(*at)?))
    });
    if let Some((edge, component)) = round {
        return Found::Broken {
            way: graph.way_to(graph.ends(edge).0),
            again: Round::of(&all, component).way_by(graph, edge),
            what: "from here it can be taken again and again".to_owned(),
        };
    }
    // No round counts: parts that go round are one place, and the longest way is found in their order.
    order.reverse();
    let mut most: Vec<(i64, Vec<u32>)> = vec![(0, Vec::new()); graph.situations.len()];
    for edge_at in graph
        .edges
        .iter()
        .enumerate()
        .filter(|(_, edge)| edge.from == NOWHERE)
        .map(|(at, _)| at as u32)
    {
        let count = noted.taken.get(&edge_at).copied().unwrap_or_default();
        if let Some(edge) = graph.edges.get(edge_at as usize)
            && let Some(own) = most.get_mut(edge.to as usize)
            && count > own.0
        {
            *own = (count, vec![edge_at]);
        }
    }
    for component in order {
        let best = component
            .iter()
            .filter_map(|node| most.get(node.index()))
            .max_by_key(|(count, _)| *count)
            .cloned();
        let Some((best, way)) = best else { continue };
        for node in &component {
            if let Some(own) = most.get_mut(node.index()) {
                *own = (best, way.clone());
            }
        }
        for edge in component.iter().flat_map(|node| all.edges(*node)) {
            let count = noted.taken.get(edge.weight()).copied().unwrap_or_default();
            let Some(own) = most.get_mut(edge.target().index()) else {
                continue;
            };
            if best + count > own.0 {
                let mut way = way.clone();
                if count > 0 {
                    way.push(*edge.weight());
                }
                *own = (best + count, way);
            }
        }
    }
    let best = most.iter().map(|(count, _)| *count).max().unwrap_or_default();
    match most.iter().find(|(count, _)| *count == best && best > at_most) {
        Some((count, way)) => Found::Broken {
            way: through(graph, way),
            again: Vec::new(),
            what: match count {
                1 => "it is taken once".to_owned(),
                count => format!("it is taken {count} times"),
            },
        },
        None => Found::Holds,
    }
}

/// A way from the beginning that takes some edges in their order.
fn through(graph: &Graph<'_>, edges: &[u32]) -> Vec<u32> {
    let mut way: Vec<u32> = Vec::new();
    for edge in edges {
        let from = graph.ends(*edge).0;
        match way.last().map(|last| graph.ends(*last).1) {
            None => way = graph.way_to(from),
            Some(at) => way.extend(between(graph, at, from, |_| true)),
        }
        way.push(*edge);
    }
    way
}

/// Wherever the first holds, every way comes to where the second holds: none ends before, and none goes round for ever.
fn leads_to(graph: &Graph<'_>, from: &Condition, to: &Condition) -> Found {
    let begins = each(graph, |case| graph.timeless.holds(case, &graph.free, from, AT));
    let reached = each(graph, |case| graph.timeless.holds(case, &graph.free, to, AT));
    let open = Open::from(graph, &begins, &reached);
    let stays = open.ways.keys().filter(|situation| !is(&graph.goes_on, **situation));
    if let Some(situation) = stays.min_by_key(|situation| open.length(**situation)) {
        return Found::Broken {
            way: open.way_to(graph, *situation),
            again: Vec::new(),
            what: "here it may stay for ever".to_owned(),
        };
    }
    let avoiding = part(graph, |edge| {
        open.ways.contains_key(&edge.from) && open.ways.contains_key(&edge.to)
    });
    for round in rounds(&avoiding).iter().filter(|round| round.can_last(graph)) {
        let first = round.situations.iter().min_by_key(|situation| open.length(**situation));
        if let Some(first) = first {
            return Found::Broken {
                way: open.way_to(graph, *first),
                again: round.lasting_way(graph, *first),
                what: "from here it can go round for ever".to_owned(),
            };
        }
    }
    Found::Holds
}

/// All that can be come to from where something begins to be so, until something else is reached.
struct Open {
    /// How many steps from the beginning of the case it takes, and the last of them since the beginning of this; `NOWHERE`
    /// where this begins.
    ways: BTreeMap<u32, (usize, u32)>,
}

impl Open {
    fn from(graph: &Graph<'_>, begins: &[bool], reached: &[bool]) -> Self {
        let mut ways: BTreeMap<u32, (usize, u32)> = BTreeMap::new();
        let first = (0..begins.len() as u32).filter(|situation| is(begins, *situation) && !is(reached, *situation));
        let mut todo: BTreeSet<(usize, u32, u32)> = first
            .map(|situation| (graph.way_to(situation).len(), situation, NOWHERE))
            .collect();
        while let Some((length, situation, by)) = todo.pop_first() {
            if ways.contains_key(&situation) {
                continue;
            }
            ways.insert(situation, (length, by));
            let edges = graph.first_edge(situation)..;
            for (at, edge) in edges.zip(graph.edges_of(situation)) {
                if !is(reached, edge.to) && !ways.contains_key(&edge.to) {
                    todo.insert((length + 1, edge.to, at));
                }
            }
        }
        Self { ways }
    }

    fn length(&self, situation: u32) -> usize {
        self.ways.get(&situation).map_or(usize::MAX, |(length, _)| *length)
    }

    fn way_to(&self, graph: &Graph<'_>, situation: u32) -> Vec<u32> {
        let mut since = Vec::new();
        let mut at = situation;
        while let Some((_, by)) = self.ways.get(&at).filter(|(_, by)| *by != NOWHERE) {
            since.push(*by);
            at = graph.ends(*by).0;
        }
        let mut way = graph.way_to(at);
        way.extend(since.into_iter().rev());
        way
    }
}
