//! Scenarios for what none covers: the shortest ways there, timed by the engine, as few of them as will do.

use crate::{Coverage, Goal, Part, Scenario, run, timed};
use caseloop::Workflow;
use caseloop::proof::{self, Bounds, ways};

/// So many ways of each length to a thing are tried.
const TRIED: usize = 4;

/// What came of looking for scenarios.
#[derive(Clone, Debug)]
pub struct Explored {
    /// Scenarios that together cover what can be covered and was not. Nobody has reviewed them.
    pub scenarios: Vec<Scenario>,
    /// What is still not covered, and why.
    pub missing: Vec<(Goal, Why)>,
}

/// Why something could not be covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Everything was tried, and it cannot come about.
    Never,
    /// No way there was found before a bound was reached.
    NoWay,
    /// There is a way, and no instants were found at which the engine goes it.
    NoTime,
    /// It is a rule, which fires by what it reads: `caseloop rules coverage` looks at those.
    Rule,
}

impl Why {
    /// The reason as a person reads it.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Never => "cannot come about",
            Self::NoWay => "no way there was found",
            Self::NoTime => "no instants were found at which a case goes there",
            Self::Rule => "rules fire by what they read: look at them with `caseloop rules coverage`",
        }
    }
}

/// Looks for scenarios that cover what `covered` does not.
#[must_use]
pub fn explore(workflow: &Workflow, covered: &Coverage, bounds: &Bounds) -> Explored {
    let ways = ways(workflow, bounds, TRIED);
    let mut now = covered.clone();
    let mut missing = Vec::new();
    let mut wanted: Vec<(Goal, &[Vec<proof::Step>])> = Vec::new();
    for goal in covered.missing() {
        let found = found_by(goal).and_then(|key| ways.to.get(&key));
        match found {
            Some(found) => wanted.push((goal.clone(), found)),
            None if goal.part == Part::Rule => missing.push((goal.clone(), Why::Rule)),
            None if ways.complete => missing.push((goal.clone(), Why::Never)),
            None => missing.push((goal.clone(), Why::NoWay)),
        }
    }
    // A long way covers what lies on it, too.
    wanted.sort_by_key(|(_, ways)| std::cmp::Reverse(ways.first().map_or(0, Vec::len)));
    let mut found: Vec<(Scenario, Coverage)> = Vec::new();
    for (goal, ways) in wanted {
        if now.has(&goal) {
            continue;
        }
        let none = Coverage::of(workflow);
        let name = format!("covers {}", goal.name);
        let timed = ways.iter().find_map(|way| {
            let scenario = timed(&name, workflow, way)?;
            let mut own = none.clone();
            own.add(&run(&scenario, workflow).journal);
            own.has(&goal).then_some((scenario, own))
        });
        match timed {
            Some((scenario, own)) => {
                now.join(&own);
                found.push((scenario, own));
            }
            None => missing.push((goal, Why::NoTime)),
        }
    }
    missing.retain(|(goal, _)| !now.has(goal));
    Explored {
        scenarios: fewest(workflow, covered, found),
        missing,
    }
}

/// Leaves out every scenario that covers nothing which the others do not.
fn fewest(workflow: &Workflow, covered: &Coverage, mut found: Vec<(Scenario, Coverage)>) -> Vec<Scenario> {
    let mut position = 0;
    while position < found.len() {
        let mut others = Coverage::of(workflow);
        others.join(covered);
        for (other, (_, own)) in found.iter().enumerate() {
            if other != position {
                others.join(own);
            }
        }
        let needed = found.get(position).is_some_and(|(_, own)| {
            let mut goals = own.goals();
            goals.any(|(goal, count, _)| count > 0 && !others.has(goal))
        });
        match needed {
            true => position += 1,
            false => drop(found.remove(position)),
        }
    }
    found.into_iter().map(|(scenario, _)| scenario).collect()
}

/// The name under which ways to a thing are found.
fn found_by(goal: &Goal) -> Option<proof::Goal> {
    let name = goal.name.clone();
    Some(match goal.part {
        Part::State => proof::Goal::State(name),
        Part::Branch => proof::Goal::Branch(name),
        Part::Timer | Part::Rung => proof::Goal::Timer(name),
        Part::Warning => proof::Goal::Warning(name),
        Part::Breach => proof::Goal::Breach(name),
        Part::Rule => return None,
    })
}
