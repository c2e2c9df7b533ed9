//! A promise that nothing ends but its own next beginning: the last measurement of a case is never ended.

use crate::chart::same;
use crate::{Lint, Looked};
use caseloop_core::definition::{MarkDef, Reopen};
use caseloop_syntax::{Code, Diagnostic};

pub(crate) static CODE: Code = Code::new(
    "ends-as-it-begins",
    "A promise is ended by the very marks that open it, and by nothing else.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("ends-as-it-begins"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let chart = &looked.chart;
    for promise in &looked.workflow.definition().promises {
        // A number may be counted from one mark to the next, and a promise that begins once ends at the second.
        if promise.at_most.is_some() || promise.reopen == Reopen::Ignore || !promise.restart.is_empty() {
            continue;
        }
        let begins: Vec<&MarkDef> = promise.from.iter().filter(|mark| chart.may_count(mark)).collect();
        let marks = promise.until.iter().chain(&promise.cancel);
        let ends: Vec<&MarkDef> = marks.filter(|mark| chart.may_count(mark)).collect();
        let each_is_in = |some: &[&MarkDef], others: &[&MarkDef]| {
            some.iter().all(|mark| others.iter().any(|other| same(mark, other)))
        };
        // That nothing ends it at all is `never-kept`.
        let may_end = begins.iter().any(|mark| chart.may_follow(mark, &promise.until));
        if may_end
            && each_is_in(&begins, &ends)
            && each_is_in(&ends, &begins)
            && let Some(end) = ends.first()
        {
            let message = format!("whatever ends `{}` opens it again at once", promise.name);
            let finding = Diagnostic::warning(&CODE, end.span, message);
            findings.push(finding.help(
                "name what ends it for good, such as the state in which the case is over; what begins it anew can stand in `restart:`",
            ));
        }
    }
}
