//! A promise that nothing opens.

use super::condition::never_counts;
use crate::{Lint, Looked};
use caseloop_syntax::{Code, Diagnostic};

pub(crate) static CODE: Code = Code::new(
    "never-measured",
    "Nothing that opens a measurement of a promise can happen.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("never-measured"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    for promise in &looked.workflow.definition().promises {
        if !promise
            .from
            .iter()
            .any(|mark| looked.chart.may_count(mark) && !never_counts(mark))
        {
            let message = format!("nothing that opens the promise `{}` can happen", promise.name);
            let at = promise.from.first().map_or(promise.span, |mark| mark.span);
            findings.push(Diagnostic::warning(&CODE, at, message).help(
                "the event is answered in no state that can be reached, or the state is not reached; mend `from:`, or the way there",
            ));
        }
    }
}
