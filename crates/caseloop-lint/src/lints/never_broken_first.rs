//! A limit that another promise makes meaningless, such as a first response allowed to take longer than the solution.

use crate::chart::same;
use crate::{Lint, Looked};
use caseloop_core::definition::{Limit, Others, ParameterDef, PromiseDef};
use caseloop_expr::Length;
use caseloop_syntax::{Code, Diagnostic, Node};

pub(crate) static CODE: Code = Code::new(
    "never-broken-first",
    "A promise has a longer limit than another that opens with it and ends no sooner.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("never-broken-first"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let promises = &looked.workflow.definition().promises;
    for longer in promises {
        let shorter = promises.iter().find(|shorter| is_covered(longer, shorter));
        let shorter = shorter.filter(|shorter| !may_be_otherwise(looked, longer) && !may_be_otherwise(looked, shorter));
        if let Some(shorter) = shorter {
            let message = format!(
                "`{}` is never broken before `{}` is: both open together, whatever ends `{}` ends it too, and its limit is longer",
                longer.name, shorter.name, shorter.name
            );
            let finding =
                Diagnostic::warning(&CODE, longer.span, message).also(shorter.span, "the shorter limit is here");
            findings.push(finding.help("a shorter limit, or other marks, would make it mean something"));
        }
    }
}

/// Whether another load may give a promise another limit, within the bounds of a parameter.
fn may_be_otherwise(looked: &Looked<'_>, promise: &PromiseDef) -> bool {
    let promises = looked.documents.first().and_then(|main| main.root.entry("promises"));
    let own = promises.and_then(|promises| promises.entry(&promise.name));
    let within = own.and_then(|own| own.entry("within")).and_then(Node::text);
    let bounded = |parameter: &ParameterDef| !matches!(&parameter.others, Others::Values(others) if others.is_empty());
    let named = |parameter: &ParameterDef| {
        within.is_some_and(|within| within.strip_prefix("param.") == Some(&*parameter.name)) && bounded(parameter)
    };
    looked.workflow.definition().parameters.iter().any(named)
}

/// Whether `longer` is kept wherever `shorter` is.
fn is_covered(longer: &PromiseDef, shorter: &PromiseDef) -> bool {
    let (Some(Limit::Fixed(more)), Some(Limit::Fixed(less))) = (&longer.within, &shorter.within) else {
        return false;
    };
    let exceeds = match (more, less) {
        (Length::Elapsed(more), Length::Elapsed(less)) => more > less,
        (Length::WorkingTime(more), Length::WorkingTime(less)) => more > less && longer.calendar == shorter.calendar,
        _ => false,
    };
    // Dates, rests and second beginnings may bring the longer one forward: nothing is said of those.
    let plain = |promise: &PromiseDef| {
        promise.restart.is_empty()
            && promise.from.iter().all(|mark| mark.by.is_none())
            && promise.reopen == longer.reopen
            && promise.late == longer.late
    };
    exceeds
        && plain(longer)
        && plain(shorter)
        && shorter.cancel.is_empty()
        && longer.paused_in == shorter.paused_in
        && longer.from.len() == shorter.from.len()
        && longer
            .from
            .iter()
            .zip(&shorter.from)
            .all(|(one, other)| same(one, other))
        && shorter
            .until
            .iter()
            .all(|end| longer.until.iter().any(|own| same(own, end)))
}
