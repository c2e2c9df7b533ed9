//! Whether a case that is shown breaks the guarantee: it is gone step by step, by brute force.

use super::decide::{breaks, in_any};
use super::machine::{Cause, members};
use super::measure::Says;
use super::situations::{Edge, Situations};
use caseloop_core::definition::Guarantee;
use caseloop_lint::proof::{By, Counterexample, Step};
use std::collections::BTreeSet;

/// Where a case may be that goes along, and what it has done: how often it took what is counted, or whether it is where it
/// has yet to come to something.
type Place = (Option<usize>, usize);

/// More rounds than small data need.
const ROUNDS: usize = 6;

/// Whether some case that goes the way that is shown breaks the guarantee.
pub(super) fn breaks_it(all: &Situations<'_>, guarantee: &Guarantee, shown: &Counterexample) -> bool {
    let machine = &all.machine;
    let mut last: Vec<usize> = Vec::new();
    let ends = go(all, guarantee, BTreeSet::from([(None, 0)]), &shown.steps, &mut last);
    let at_end = |wrong: &dyn Fn(usize) -> bool| ends.iter().any(|(at, _)| at.is_some_and(wrong));
    // What the proof does not keep may take some rounds until it is as it was, and then some until it is so again.
    let again = |places| go(all, guarantee, places, &shown.again, &mut Vec::new());
    let comes_round = |wrong: &dyn Fn(&Place, &Place) -> bool| {
        let mut before = ends.clone();
        for _ in 0..ROUNDS {
            for place in &before {
                let mut after = BTreeSet::from([*place]);
                for _ in 0..ROUNDS {
                    after = again(after);
                    if after.iter().any(|back| back.0 == place.0 && wrong(place, back)) {
                        return true;
                    }
                }
            }
            before = again(before);
        }
        false
    };
    match guarantee {
        Guarantee::OnlyBy { .. } | Guarantee::SameStep { .. } | Guarantee::AlwaysWarned { .. } => {
            last.iter().any(|edge| breaks(all, guarantee, &all.edges[*edge]))
        }
        Guarantee::CanReach(states) => {
            let good = in_any(all, states);
            at_end(&|at| !all.over[at] && !good.contains(&at))
        }
        Guarantee::Everywhere { waits_for, clock } => at_end(&|at| {
            let nobody = *waits_for && !machine.somebody_is_waited_for(&all.all[at]);
            !all.over[at] && (nobody || *clock && all.running[at].is_empty())
        }),
        Guarantee::Always(condition) => at_end(&|at| !machine.holds(&all.all[at], condition.tree())),
        Guarantee::Never(condition) => at_end(&|at| machine.holds(&all.all[at], condition.tree())),
        Guarantee::TimeAloneEndsIn(states) => {
            let good = in_any(all, states);
            match shown.again.is_empty() {
                true => at_end(&|at| !all.over[at] && !good.contains(&at) && all.running[at].is_empty()),
                false => {
                    let nobody_acts = shown
                        .again
                        .iter()
                        .all(|step| !matches!(step.by, By::Event(_) | By::Start));
                    nobody_acts && comes_round(&|_, _| true)
                }
            }
        }
        Guarantee::TakenAtMost { at_most, .. } => match shown.again.is_empty() {
            true => ends.iter().any(|(_, taken)| *taken > *at_most as usize),
            false => comes_round(&|before, back| back.1 > before.1),
        },
        Guarantee::LeadsTo { .. } => match shown.again.is_empty() {
            true => ends
                .iter()
                .any(|(at, waits)| *waits == 1 && at.is_some_and(|at| all.running[at].is_empty())),
            false => comes_round(&|before, back| before.1 == 1 && back.1 == 1),
        },
    }
}

/// All places that the steps may lead to; `last` are the edges of the last one.
fn go(
    all: &Situations<'_>,
    guarantee: &Guarantee,
    mut places: BTreeSet<Place>,
    steps: &[Step],
    last: &mut Vec<usize>,
) -> BTreeSet<Place> {
    for step in steps {
        last.clear();
        let mut next = BTreeSet::new();
        for (at, noted) in &places {
            let edges: Vec<usize> = match at {
                Some(at) => all.from[*at].clone(),
                None => (0..all.edges.len())
                    .filter(|edge| all.edges[*edge].from.is_none())
                    .collect(),
            };
            for edge in edges.into_iter().filter(|edge| is_like(all, &all.edges[*edge], step)) {
                last.push(edge);
                next.insert((Some(all.edges[edge].to), note(all, guarantee, &all.edges[edge], *noted)));
            }
        }
        places = next;
    }
    places
}

fn note(all: &Situations<'_>, guarantee: &Guarantee, edge: &Edge, noted: usize) -> usize {
    match guarantee {
        Guarantee::TakenAtMost { branches, .. } => {
            let counted = edge.done.taken.iter();
            noted
                + counted
                    .filter(|taken| branches.iter().any(|branch| branch.index() == **taken))
                    .count()
        }
        Guarantee::LeadsTo { from, to } => {
            let case = &all.all[edge.to];
            let waits = noted == 1 || all.machine.holds(case, from.tree());
            usize::from(waits && !all.machine.holds(case, to.tree()))
        }
        _ => noted,
    }
}

/// Whether a step does what is shown, and leads to the same states.
fn is_like(all: &Situations<'_>, edge: &Edge, step: &Step) -> bool {
    let same = match (step.by, edge.cause) {
        (By::Start, Cause::Start) => true,
        (By::Event(shown), Cause::Event(event)) => shown.index() == event,
        (By::Timer(shown), Cause::Timer(timer)) => shown.index() == timer,
        (By::Warning(shown), Cause::Promise(promise, Says::Warning(_)))
        | (By::Breach(shown), Cause::Promise(promise, Says::Breach)) => shown.index() == promise,
        (By::Rung(shown, number), Cause::Promise(promise, Says::Rung(rung))) => {
            shown.index() == promise && usize::from(number) == rung
        }
        _ => false,
    };
    let states = &all.machine.definition.states;
    let active = members(all.all[edge.to].active).into_iter();
    let leaves = active.filter(|state| {
        !states
            .iter()
            .any(|inner| inner.parent.is_some_and(|of| of.index() == *state))
    });
    let leaves: Vec<&str> = leaves.map(|state| &*states[state].name).collect();
    let shown: Vec<&str> = step.then.iter().map(|name| &**name).collect();
    same && leaves == shown
}
