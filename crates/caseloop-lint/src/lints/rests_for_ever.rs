//! A pause without an exit.

use crate::{Lint, Looked};
use caseloop_syntax::{Code, Diagnostic};

pub(crate) static CODE: Code = Code::new(
    "rests-for-ever",
    "A promise rests in a state that nothing leads out of.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("rests-for-ever"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    for promise in &looked.workflow.definition().promises {
        for state in &promise.paused_in {
            if looked.chart.is_reachable(*state) && !looked.chart.may_leave(*state) {
                let def = looked.workflow.state(*state);
                let message = format!(
                    "the promise `{}` rests in `{}`, which nothing leads out of",
                    promise.name, def.name
                );
                let finding = Diagnostic::warning(&CODE, promise.span, message).also(def.span, "the state is here");
                findings.push(finding.help("give the state an event or a timer that leads on"));
            }
        }
    }
}
