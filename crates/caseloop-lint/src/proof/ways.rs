//! The shortest ways to what can come about in a workflow: to each state, branch, timer, rung, warning and breach.

use super::explore::{Assumed, Bounds, Cause, Graph};
use super::values::Values;
use super::{ENOUGH_TO_LOOK, Step, by, steps};
use caseloop_core::definition::Kind;
use caseloop_core::{DueKind, PromiseId, Record, StateId, TimerId, Workflow};
use indexmap::IndexMap;
use std::sync::Arc;

/// Something that can come about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Goal {
    /// A state is entered.
    State(Arc<str>),
    /// A branch is taken, or refuses its event.
    Branch(Arc<str>),
    /// A timer fires; a rung is one, too.
    Timer(Arc<str>),
    /// A promise warns.
    Warning(Arc<str>),
    /// A promise is broken.
    Breach(Arc<str>),
}

/// Ways to what can come about.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    /// For each goal that was reached some ways, those with the fewest steps first.
    pub to: IndexMap<Goal, Vec<Vec<Step>>>,
    /// Whether all situations were explored, so that what has no way cannot come about.
    pub complete: bool,
}

/// The steps that lead to a goal.
#[derive(Default)]
struct Found {
    edges: Vec<u32>,
    /// How long the way to the last one is, and how many of that length there are.
    length: Option<usize>,
    of_length: usize,
}

/// Looks for ways to all that can come about in a workflow: to each at most `most` of every number of steps, and eight times
/// as many in all.
///
/// ```
/// use caseloop_core::read::{Options, read};
/// use caseloop_lint::proof::{Bounds, Goal, ways};
/// let text = "
/// workflow: call
/// version: 1
/// events: {answered: {}, hung_up: {}}
/// start: ringing
/// states:
///   ringing: {when: {answered: {go: talking}}}
///   talking: {when: {hung_up: {go: over}}}
///   over: {final: true}
/// ";
/// let reading = read(&caseloop_syntax::MapSources::from_iter([("call.yaml", text)]), "call.yaml", &Options::default());
/// let ways = ways(&reading.workflow.unwrap(), &Bounds::default(), 1);
/// assert_eq!(ways.to[&Goal::State("over".into())][0].len(), 3);
/// ```
#[must_use]
pub fn ways(workflow: &Workflow, bounds: &Bounds, most: usize) -> Ways {
    let definition = workflow.definition();
    let values = Values::of(definition);
    let mut bounds = *bounds;
    if !values.open.is_empty() {
        bounds.situations = bounds.situations.min(ENOUGH_TO_LOOK);
    }
    let mut found: IndexMap<Goal, Found> = IndexMap::new();
    let graph = Graph::explore(workflow, &values, &bounds, Assumed::default(), &mut |graph, seen| {
        let mut length: Option<usize> = None;
        let mut add = |goal: Goal| {
            let found = found.entry(goal).or_default();
            if found.edges.len() >= most.saturating_mul(8) {
                return;
            }
            let length = *length.get_or_insert_with(|| graph.way_to(graph.ends(seen.edge).0).len());
            // Situations are found in the order of their distance.
            if found.length != Some(length) {
                (found.length, found.of_length) = (Some(length), 0);
            }
            if found.of_length < most {
                found.of_length += 1;
                found.edges.push(seen.edge);
            }
        };
        let state = |id: StateId| {
            let state = graph.workflow.state(id);
            (!matches!(state.kind, Kind::History { .. })).then(|| state.name.clone())
        };
        let timer = |id: TimerId| graph.workflow.timer(id).name.clone();
        let promise = |id: PromiseId| graph.workflow.promise(id).name.clone();
        match seen.cause {
            Cause::Timer(id) => add(Goal::Timer(timer(id))),
            Cause::Promise(id, DueKind::Warning, _) => add(Goal::Warning(promise(id))),
            Cause::Promise(id, DueKind::Breach, _) => add(Goal::Breach(promise(id))),
            Cause::Promise(id, DueKind::Rung, number) => {
                let rung = graph.workflow.promise(id).rungs.get(usize::from(number));
                rung.map(|rung| Goal::Timer(timer(rung.timer)))
                    .into_iter()
                    .for_each(&mut add);
            }
            _ => {}
        }
        for record in seen.buffers.records(graph.workflow, seen.entry) {
            match record {
                Record::Entered(id) => state(*id).map(Goal::State).into_iter().for_each(&mut add),
                Record::Taken(id) => add(Goal::Branch(graph.workflow.branch(*id).name.clone())),
                Record::Fired(id) => add(Goal::Timer(timer(*id))),
                _ => {}
            }
        }
    });
    let to = found.into_iter().map(|(goal, edges)| {
        let ways = edges.edges.iter().map(|edge| {
            let (from, _) = graph.ends(*edge);
            let mut way = graph.way_to(from);
            way.push(*edge);
            steps(&graph, &values, &way)
        });
        (goal, ways.collect())
    });
    let mut to: IndexMap<Goal, Vec<Vec<Step>>> = to.collect();
    let mut case = graph.blank();
    for (branch, (from, deed)) in &graph.refusals {
        let mut way = steps(&graph, &values, &graph.way_to(*from));
        graph.read(*from, &mut case);
        let name = &workflow.branch(*branch).name;
        let leaves = case.leaves(workflow).into_iter();
        way.push(Step {
            by: by(deed.cause),
            data: graph.data(*deed, &values),
            answers: Vec::new(),
            taken: vec![name.clone()],
            then: leaves.map(|leaf| workflow.state(leaf).name.clone()).collect(),
        });
        to.entry(Goal::Branch(name.clone())).or_default().push(way);
    }
    Ways {
        to,
        complete: values.open.is_empty() && graph.open.is_empty(),
    }
}
