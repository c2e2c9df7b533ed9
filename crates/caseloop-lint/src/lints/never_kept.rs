//! A promise that can be opened and never kept.

use super::condition::never_counts;
use crate::{Lint, Looked};
use caseloop_syntax::{Code, Diagnostic};

pub(crate) static CODE: Code = Code::new(
    "never-kept",
    "Once a promise is measured nothing can happen that keeps it.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("never-kept"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let chart = &looked.chart;
    for promise in &looked.workflow.definition().promises {
        let mut opens = promise.from.iter().filter(|mark| chart.may_count(mark)).peekable();
        let mut ends = [promise.until.as_slice(), promise.restart.as_slice()].concat();
        ends.retain(|mark| !never_counts(mark));
        if opens.peek().is_some() && !opens.any(|mark| chart.may_follow(mark, &ends)) {
            let message = format!("once it is measured, nothing keeps the promise `{}`", promise.name);
            let at = promise.until.first().map_or(promise.span, |mark| mark.span);
            findings.push(Diagnostic::warning(&CODE, at, message).help(
                "no event or state of `until:` can come after `from:`; name one that can, or let the chart lead there",
            ));
        }
    }
}
