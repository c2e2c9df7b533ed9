//! A workflow's guarantees, for all values that its parameters may be given.
//!
//! Choices, truths and small numbers within bounds are tried one by one, in every combination. Lengths of time within bounds
//! only matter where timers of one state are put in order: of those nothing is then assumed. A parameter without bounds keeps
//! its value: a load that gives it another is proved with that.

use crate::Workflow;
use caseloop_core::TimerId;
use caseloop_core::definition::{Definition, Others, ParameterDef};
use caseloop_lint::proof::{Bounds, Proofs, Reason, Verdict, prove_open, prove_with};
use caseloop_syntax::{Files, Span};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The most combinations of values that are tried.
const MOST: usize = 64;

/// Values for parameters, by name.
type Set = Vec<(Arc<str>, Arc<str>)>;

/// Proves the guarantees of `workflow`, and of what `load` makes of its files with other values of parameters.
pub(crate) fn prove(
    workflow: &Workflow,
    files: &Files,
    bounds: &Bounds,
    load: &dyn Fn(&Set) -> Option<Workflow>,
) -> Proofs {
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
    let open = places(
        files,
        &untold(parameters).map(|parameter| &*parameter.name).collect::<Vec<_>>(),
    );
    let prove_all = |workflow: &Workflow| match open.is_empty() {
        true => Some(prove_with(workflow, bounds, &loose)),
        false => prove_open(workflow, bounds, &loose, &open),
    };
    if !open.is_empty() {
        let all = prove_all(workflow);
        for parameter in untold(parameters) {
            let what = format!("`{}` may be given more values than can be tried", parameter.name);
            leave_open_but(&mut proofs, &what, all.as_ref());
        }
    }
    if sets.len() > MOST {
        let message = format!("parameters may be given more than {MOST} combinations of values");
        leave_open(&mut proofs, message);
        return proofs;
    }
    for set in sets.iter().filter(|set| !set.is_empty()) {
        match load(set) {
            Some(other) => match prove_all(&other) {
                Some(other) => join(&mut proofs, &other, set),
                None => leave_open(
                    &mut proofs,
                    "a parameter may be given more values than can be tried".to_owned(),
                ),
            },
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

/// Where the files name these parameters.
fn places(files: &Files, names: &[&str]) -> Vec<Span> {
    let mut places = Vec::new();
    for (file, source) in files.iter() {
        for name in names {
            let path = format!("param.{name}");
            for (at, _) in source.text().match_indices(&path) {
                let rest = source.text().get(at + path.len()..).unwrap_or_default();
                let goes_on = rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
                if !goes_on {
                    places.push(Span::new(file, at as u32, (at + path.len()) as u32));
                }
            }
        }
    }
    places
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
    leave_open_but(proofs, &what, None);
}

/// What was proved stays so where it is proved of `all` values.
fn leave_open_but(proofs: &mut Proofs, what: &str, all: Option<&Proofs>) {
    proofs.retain_never(None);
    for (position, proof) in proofs.guarantees.iter_mut().enumerate() {
        let of_all = all.and_then(|all| all.guarantees.get(position));
        if of_all.is_some_and(|of_all| matches!(of_all.verdict, Verdict::Proved)) {
            continue;
        }
        let reason = Reason {
            what: what.to_owned(),
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
