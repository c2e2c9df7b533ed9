//! A state of rest that a case is never in while the promise is measured.

use crate::chart::After;
use crate::{Lint, Looked};
use caseloop_syntax::{Code, Diagnostic};

pub(crate) static CODE: Code = Code::new(
    "never-rests",
    "A promise says that it rests in a state in which it is never measured.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("never-rests"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let chart = &looked.chart;
    for promise in &looked.workflow.definition().promises {
        let beginnings = [promise.from.as_slice(), promise.restart.as_slice()].concat();
        let mut opens = beginnings.iter().filter(|mark| chart.may_count(mark)).peekable();
        if opens.peek().is_none() {
            continue;
        }
        let measured: Vec<After> = opens.map(|mark| chart.after(mark)).collect();
        for state in &promise.paused_in {
            if !measured.iter().any(|measured| measured.may_be_in(*state)) {
                let def = looked.workflow.state(*state);
                let message = format!("the promise `{}` is never measured in `{}`", promise.name, def.name);
                let finding = Diagnostic::warning(&CODE, promise.span, message).also(def.span, "the state is here");
                findings
                    .push(finding.help("drop it from `paused_in:`, or let the chart lead there once it is measured"));
            }
        }
    }
}
