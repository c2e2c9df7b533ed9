//! An event that is answered only where no case ever rests.

use crate::reach::is_passed_through;
use crate::{Lint, Looked};
use caseloop_core::EventId;
use caseloop_core::definition::{EventDef, StateDef, Trigger};
use caseloop_syntax::{Code, Diagnostic};

pub(crate) static CODE: Code = Code::new(
    "unheard-event",
    "An event is answered only in states that no case comes into, or that it is led out of at once.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("unheard-event"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let d = looked.workflow.definition();
    for (position, event) in d.events.iter().enumerate() {
        let trigger = Trigger::Event(EventId::at(position));
        let answers: Vec<_> = d.branches.iter().filter(|branch| branch.trigger == trigger).collect();
        let deaf = |state| !looked.reach.contains(state) || is_passed_through(d, state);
        if !event.external || answers.is_empty() || !answers.iter().all(|branch| deaf(branch.source)) {
            continue;
        }
        let Some(branch) = answers.first() else { continue };
        let state = looked.workflow.state(branch.source);
        let why = match looked.reach.contains(branch.source) {
            true => "a case is led out of it at once",
            false => "nothing leads there",
        };
        findings.push(finding(event, state, why));
    }
}

/// An event that is answered in a state, and why no case hears it there.
pub(crate) fn finding(event: &EventDef, state: &StateDef, why: &str) -> Diagnostic {
    let message = format!("`{}` is answered nowhere that a case can be", event.name);
    let finding = Diagnostic::warning(&CODE, event.span, message);
    let finding = finding.also(state.span, format!("in `{}`: {why}", state.name));
    finding.help("answer it in a state where a case rests, or let something lead to this one")
}
