//! A workflow's guarantees, for all values that its parameters may be given.
//!
//! Choices, truths and small numbers within bounds are tried one by one, in every combination. Lengths of time within bounds
//! only matter where timers of one state are put in order: of those nothing is then assumed. A parameter without bounds keeps
//! its value: a load that gives it another is proved with that.

use crate::Workflow;
use caseloop_core::TimerId;
use caseloop_core::definition::{Definition, Others, ParameterDef};
use caseloop_lint::proof::{Bounds, Proofs, Reason, Verdict, prove_with};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The most combinations of values that are tried.
const MOST: usize = 64;

/// Values for parameters, by name.
type Set = Vec<(Arc<str>, Arc<str>)>;

/// Proves the guarantees of `workflow`, and of what `load` makes of its files with other values of parameters.
pub(crate) fn prove(workflow: &Workflow, bounds: &Bounds, load: &dyn Fn(&Set) -> Option<Workflow>) -> Proofs {
    let parameters = &workflow.definition().parameters;
    let (lows, highs) = ends(parameters);
    let ends: Vec<Workflow> = [&lows, &highs]
        .into_iter()
        .filter(|set| !set.is_empty())
        .filter_map(load)
        .collect();
    let loose = match ends.as_slice() {
        [] => BTreeSet::new(),
        ends => loose(workflow.definition(), ends),
    };
    let mut proofs = prove_with(workflow, bounds, &loose);
    let mut sets = combinations(parameters);
    if parameters
        .iter()
        .any(|parameter| decides(workflow.definition(), parameter))
    {
        proofs.retain_never(None);
    }
    if proofs.guarantees.is_empty() {
        if sets.len() > 1 || !ends.is_empty() || untold(parameters).next().is_some() {
            proofs.retain_never(None);
        }
        return proofs;
    }
    if !ends.is_empty() {
        // What is nothing at one end of its bounds is something at the other.
        sets = [&lows, &highs]
            .iter()
            .flat_map(|end| sets.iter().map(|set| [&end[..], set].concat()))
            .collect();
    }
    for parameter in untold(parameters) {
        leave_open(
            &mut proofs,
            format!("`{}` may be given more values than can be tried", parameter.name),
        );
    }
    if sets.len() > MOST {
        let message = format!("parameters may be given more than {MOST} combinations of values");
        leave_open(&mut proofs, message);
        return proofs;
    }
    for set in sets.iter().filter(|set| !set.is_empty()) {
        match load(set) {
            Some(other) => join(&mut proofs, &prove_with(&other, bounds, &loose), set),
            None => leave_open(&mut proofs, format!("the workflow does not compile with {}", told(set))),
        }
    }
    proofs
}

/// All lengths of time at the lower end of their bounds, and all at the upper.
fn ends(parameters: &[ParameterDef]) -> (Set, Set) {
    let bounds = parameters.iter().filter_map(|parameter| match &parameter.others {
        Others::Between(low, high) if is_length(low) => Some((
            (parameter.name.clone(), low.clone()),
            (parameter.name.clone(), high.clone()),
        )),
        _ => None,
    });
    bounds.unzip()
}

fn is_length(text: &str) -> bool {
    caseloop_expr::duration(text).is_ok()
}

/// The parameters whose values cannot be tried one by one.
fn untold(parameters: &[ParameterDef]) -> impl Iterator<Item = &ParameterDef> {
    parameters
        .iter()
        .filter(|parameter| matches!(&parameter.others, Others::Between(low, _) if !is_length(low)))
}

/// Whether a parameter without bounds, which a load may give any value, may decide where a case goes.
fn decides(definition: &Definition, parameter: &ParameterDef) -> bool {
    let unbounded = matches!(&parameter.others, Others::Values(others) if others.is_empty());
    let path = format!("param.{}", parameter.name);
    let mut conditions = definition
        .branches
        .iter()
        .filter_map(|branch| branch.condition.as_ref());
    unbounded && (!is_length(&parameter.is) || conditions.any(|condition| condition.text().contains(&path)))
}

/// The timers whose lengths the bounds of parameters leave open.
fn loose(definition: &Definition, ends: &[Workflow]) -> BTreeSet<TimerId> {
    let lengths = |definition: &Definition| -> Vec<String> {
        let timers = definition.timers.iter();
        timers
            .map(|timer| format!("{:?} {:?}", timer.after, timer.every))
            .collect()
    };
    let own = lengths(definition);
    let mut loose = BTreeSet::new();
    for end in ends {
        let other = lengths(end.definition());
        let differing = (0..own.len()).filter(|at| own.get(*at) != other.get(*at));
        loose.extend(differing.map(TimerId::at));
    }
    loose
}

/// Every combination of values; those of the load itself are the empty one.
fn combinations(parameters: &[ParameterDef]) -> Vec<Set> {
    let mut all: Vec<Set> = vec![Vec::new()];
    for parameter in parameters {
        let Others::Values(others) = &parameter.others else {
            continue;
        };
        let with = |set: &Set, value: &Arc<str>| [&set[..], &[(parameter.name.clone(), value.clone())]].concat();
        let each = all
            .iter()
            .flat_map(|set| others.iter().map(|value| with(set, value)).collect::<Vec<_>>());
        let more: Vec<Set> = each.collect();
        all.extend(more);
        if all.len() > MOST {
            break;
        }
    }
    all
}

/// What does not hold with other values does not hold.
fn join(proofs: &mut Proofs, other: &Proofs, set: &Set) {
    proofs.retain_never(Some(other));
    proofs.situations += other.situations;
    proofs.steps += other.steps;
    for (proof, other) in proofs.guarantees.iter_mut().zip(&other.guarantees) {
        match (&proof.verdict, &other.verdict) {
            (Verdict::Proved | Verdict::NotDecided(_), Verdict::Broken(case)) => {
                let mut case = case.clone();
                case.set.clone_from(set);
                proof.verdict = Verdict::Broken(case);
            }
            (Verdict::Proved, Verdict::NotDecided(reasons)) => {
                let with = format!("not decided with {}", told(set));
                let own = Reason { what: with, span: None };
                let reasons = std::iter::once(own).chain(reasons.iter().cloned());
                proof.verdict = Verdict::NotDecided(reasons.collect());
            }
            _ => {}
        }
    }
}

fn leave_open(proofs: &mut Proofs, what: String) {
    proofs.retain_never(None);
    for proof in &mut proofs.guarantees {
        let reason = Reason {
            what: what.clone(),
            span: None,
        };
        match &mut proof.verdict {
            Verdict::Proved => proof.verdict = Verdict::NotDecided(vec![reason]),
            Verdict::NotDecided(reasons) => reasons.push(reason),
            Verdict::Broken(_) => {}
        }
    }
}

fn told(set: &Set) -> String {
    let each: Vec<String> = set
        .iter()
        .map(|(name, value)| format!("`{name}` set to {value}"))
        .collect();
    each.join(", ")
}
