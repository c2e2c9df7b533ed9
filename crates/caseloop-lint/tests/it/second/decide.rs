//! What holds of all situations of a small workflow, straight from what each guarantee is said to mean.

use super::machine::{Cause, Running};
use super::measure::{Says, Surprise};
use super::situations::{Edge, Situations};
use caseloop_core::StateId;
use caseloop_core::definition::Guarantee;
use std::collections::{BTreeSet, VecDeque};

/// What comes of a guarantee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opinion {
    Holds,
    Fails {
        /// How many steps it takes at least until it is broken for good, where it can be told by one step.
        after: Option<usize>,
    },
    /// It depends on which of what runs falls due first.
    Depends,
}

pub(super) fn decide(all: &Situations<'_>, guarantee: &Guarantee) -> Opinion {
    let at_rest = |bad: BTreeSet<usize>| first(bad.into_iter().map(|at| all.depth[at]));
    let by_a_step = |bad: &dyn Fn(&Edge) -> bool| {
        let steps = all.edges.iter().filter(|edge| bad(edge));
        first(steps.map(|edge| edge.from.map_or(0, |from| all.depth[from]) + 1))
    };
    let machine = &all.machine;
    match guarantee {
        Guarantee::OnlyBy { .. } | Guarantee::SameStep { .. } | Guarantee::AlwaysWarned { .. } => {
            by_a_step(&|edge| breaks(all, guarantee, edge))
        }
        Guarantee::Everywhere { waits_for, clock } => at_rest(
            (0..all.all.len())
                .filter(|at| !all.over[*at])
                .filter(|at| {
                    *waits_for && !machine.somebody_is_waited_for(&all.all[*at])
                        || *clock && all.running[*at].is_empty()
                })
                .collect(),
        ),
        Guarantee::Always(condition) => at_rest(all.those_where(|case| !machine.holds(case, condition.tree()))),
        Guarantee::Never(condition) => at_rest(all.those_where(|case| machine.holds(case, condition.tree()))),
        Guarantee::CanReach(states) => can_reach(all, states),
        Guarantee::TimeAloneEndsIn(states) => time_alone(all, states),
        Guarantee::TakenAtMost { branches, at_most } => {
            let counted: BTreeSet<usize> = branches.iter().map(|branch| branch.index()).collect();
            taken_at_most(all, &counted, *at_most as usize)
        }
        Guarantee::LeadsTo { from, to } => {
            let from = all.those_where(|case| machine.holds(case, from.tree()));
            let to = all.those_where(|case| machine.holds(case, to.tree()));
            leads_to(all, &from, &to)
        }
    }
}

fn first(lengths: impl Iterator<Item = usize>) -> Opinion {
    match lengths.min() {
        Some(least) => Opinion::Fails { after: Some(least) },
        None => Opinion::Holds,
    }
}

/// Whether a step breaks a guarantee by itself.
pub(super) fn breaks(all: &Situations<'_>, guarantee: &Guarantee, edge: &Edge) -> bool {
    match guarantee {
        Guarantee::OnlyBy { entering, branches } => edge.done.entered.iter().any(|(state, brought)| {
            let allowed = |branch: &usize| branches.iter().any(|allowed| allowed.index() == *branch);
            let asked = entering.iter().any(|entering| entering.index() == *state);
            asked && (brought.is_empty() || !brought.iter().all(allowed))
        }),
        Guarantee::SameStep { event, effect } => {
            edge.cause == Cause::Event(event.index()) && !edge.done.effects.contains(&effect.index())
        }
        Guarantee::AlwaysWarned {
            promises,
            but_late,
            but_new_level,
        } => {
            let Cause::Promise(promise, Says::Breach) = edge.cause else {
                return false;
            };
            let before = &all.all[edge.from.unwrap()].promises[promise];
            let excused = match before.surprise {
                Surprise::None => false,
                Surprise::Late => *but_late,
                Surprise::NewLevel => *but_new_level,
            };
            promises.iter().any(|asked| asked.index() == promise) && !before.told && !excused
        }
        _ => false,
    }
}

pub(super) fn in_any(all: &Situations<'_>, states: &[StateId]) -> BTreeSet<usize> {
    all.those_where(|case| states.iter().any(|state| all.machine.is_in(case, *state)))
}

/// People play against time: they act, or wait for whatever falls due first.
fn can_reach(all: &Situations<'_>, states: &[StateId]) -> Opinion {
    let good = in_any(all, states);
    let surely = least(all, &good, |at, won| {
        let mut by_people = all.from[at].iter().filter(|edge| !all.edges[**edge].cause.is_time());
        let mut time = all.from[at]
            .iter()
            .filter(|edge| all.edges[**edge].cause.is_time())
            .peekable();
        by_people.any(|edge| won.contains(&all.edges[*edge].to))
            || !all.running[at].is_empty()
                && time.peek().is_some()
                && time.all(|edge| won.contains(&all.edges[*edge].to))
    });
    let perhaps = least(all, &good, |at, won| {
        all.from[at].iter().any(|edge| won.contains(&all.edges[*edge].to))
    });
    let outside = |won: &BTreeSet<usize>| {
        let left = (0..all.all.len()).filter(|at| !won.contains(at) && !all.over[*at]);
        first(left.map(|at| all.depth[at]))
    };
    match (outside(&surely), outside(&perhaps)) {
        (Opinion::Holds, _) => Opinion::Holds,
        (_, Opinion::Holds) => Opinion::Depends,
        (_, fails) => fails,
    }
}

/// The least set with all that is good and all that joins it.
fn least(
    all: &Situations<'_>,
    good: &BTreeSet<usize>,
    joins: impl Fn(usize, &BTreeSet<usize>) -> bool,
) -> BTreeSet<usize> {
    let mut won = good.clone();
    loop {
        let new: Vec<usize> = (0..all.all.len())
            .filter(|at| !won.contains(at) && joins(*at, &won))
            .collect();
        if new.is_empty() {
            return won;
        }
        won.extend(new);
    }
}

/// A case that nobody touches stands still, or goes on for ever, in one of the states or at its end alone.
fn time_alone(all: &Situations<'_>, states: &[StateId]) -> Opinion {
    let allowed = in_any(all, states);
    let outside: BTreeSet<usize> = (0..all.all.len())
        .filter(|at| !allowed.contains(at) && !all.over[*at])
        .collect();
    let still = outside.iter().filter(|at| all.running[**at].is_empty());
    let stands = first(still.map(|at| all.depth[*at]));
    if stands != Opinion::Holds {
        return stands;
    }
    let everywhere = (0..all.all.len()).collect();
    let back = |edge: &Edge| edge.from.is_some_and(|from| outside.contains(&from));
    match lasts(all, everywhere, &|edge| edge.cause.is_time(), &back) {
        true => Opinion::Fails { after: None },
        false => Opinion::Holds,
    }
}

fn leads_to(all: &Situations<'_>, from: &BTreeSet<usize>, to: &BTreeSet<usize>) -> Opinion {
    let avoiding = avoiding(all, from, to);
    if avoiding.iter().any(|at| all.running[*at].is_empty()) {
        return Opinion::Fails { after: None };
    }
    match lasts(all, avoiding, &|_| true, &|_| true) {
        true => Opinion::Fails { after: None },
        false => Opinion::Holds,
    }
}

/// All that is come to from some situations before it is come to others.
fn avoiding(all: &Situations<'_>, from: &BTreeSet<usize>, to: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut found: BTreeSet<usize> = from.difference(to).copied().collect();
    let mut todo: VecDeque<usize> = found.iter().copied().collect();
    while let Some(at) = todo.pop_front() {
        for edge in &all.from[at] {
            let next = all.edges[*edge].to;
            if !to.contains(&next) && found.insert(next) {
                todo.push_back(next);
            }
        }
    }
    found
}

/// Whether a case can go on for ever inside, by some steps, and one of them again and again, while time goes on: whatever
/// falls due one day does, is started anew or does not run any more.
fn lasts(
    all: &Situations<'_>,
    inside: BTreeSet<usize>,
    steps: &dyn Fn(&Edge) -> bool,
    again: &dyn Fn(&Edge) -> bool,
) -> bool {
    let everything: BTreeSet<Running> = inside.iter().flat_map(|at| all.running[*at].iter().copied()).collect();
    let mut left = inside;
    loop {
        let before = left.len();
        left = those_that_come_to(all, &left, steps, &|edge| again(edge));
        for running in &everything {
            left = those_that_come_to(all, &left, steps, &|edge| {
                let runs = edge.from.is_some_and(|from| all.running[from].contains(running));
                !runs || edge.done.met.contains(running)
            });
        }
        if left.len() == before {
            return !left.is_empty();
        }
    }
}

/// Those of some situations from which such a step can be come to, within them, and taken.
fn those_that_come_to(
    all: &Situations<'_>,
    inside: &BTreeSet<usize>,
    steps: &dyn Fn(&Edge) -> bool,
    wanted: &dyn Fn(&Edge) -> bool,
) -> BTreeSet<usize> {
    let within: Vec<&Edge> = inside
        .iter()
        .flat_map(|at| all.from[*at].iter().map(|edge| &all.edges[*edge]))
        .filter(|edge| inside.contains(&edge.to) && steps(edge))
        .collect();
    let first = within.iter().filter(|edge| wanted(edge));
    let mut found: BTreeSet<usize> = first.filter_map(|edge| edge.from).collect();
    loop {
        let before = found.len();
        let joining = within.iter().filter(|edge| found.contains(&edge.to));
        let joining: Vec<usize> = joining.filter_map(|edge| edge.from).collect();
        found.extend(joining);
        if found.len() == before {
            return found;
        }
    }
}

/// Every situation together with how often it was taken by then.
fn taken_at_most(all: &Situations<'_>, counted: &BTreeSet<usize>, at_most: usize) -> Opinion {
    let times = |edge: &Edge| edge.done.taken.iter().filter(|branch| counted.contains(branch)).count();
    let mut seen: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut todo: Vec<(usize, usize)> = Vec::new();
    let begins = all.edges.iter().filter(|edge| edge.from.is_none());
    todo.extend(begins.map(|edge| (edge.to, times(edge))));
    while let Some((at, taken)) = todo.pop() {
        if taken > at_most {
            return Opinion::Fails { after: None };
        }
        if seen.insert((at, taken)) {
            let next = all.from[at].iter().map(|edge| &all.edges[*edge]);
            todo.extend(next.map(|edge| (edge.to, taken + times(edge))));
        }
    }
    Opinion::Holds
}
