//! A warning whose moment lies before the promise begins, so that it is given as soon as that does.

use crate::{Lint, Looked};
use caseloop_core::definition::{Limit, WarningAt};
use caseloop_expr::Length;
use caseloop_syntax::{Code, Diagnostic};

pub(crate) static CODE: Code = Code::new(
    "warned-at-once",
    "A warning comes as long before the deadline as the promise has, or longer.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("warned-at-once"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    for promise in &looked.workflow.definition().promises {
        let Some(lengths) = promise.within.as_ref().and_then(Limit::lengths) else {
            continue;
        };
        for warning in &promise.warnings {
            let WarningAt::Before(before) = warning.at else {
                continue;
            };
            if let Some(within) = lengths.iter().find(|within| covers(before, **within)) {
                let span = warning
                    .timer
                    .map_or(promise.span, |timer| looked.workflow.timer(timer).span);
                let name = &promise.name;
                let message = match lengths.as_slice() {
                    [_] => format!(
                        "the warning {before} before the deadline of `{name}` is given as soon as it is measured"
                    ),
                    _ => format!(
                        "the warning {before} before the deadline of `{name}` is given as soon as it is measured where its \
                         limit is {within}"
                    ),
                };
                let finding = Diagnostic::warning(&CODE, span, message);
                findings.push(finding.help("write less than the limit, or a part of it such as `at: 75 %`"));
            }
        }
    }
}

/// Whether a warning is due no later than the limit begins. Working time takes at least as long as it is.
fn covers(before: Length, within: Length) -> bool {
    match (before, within) {
        (Length::Elapsed(before), Length::Elapsed(within))
        | (Length::WorkingTime(before), Length::WorkingTime(within) | Length::Elapsed(within)) => before >= within,
        _ => false,
    }
}
