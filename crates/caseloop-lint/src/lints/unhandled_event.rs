//! An event that no state answers.

use crate::removal::of_section;
use crate::{Lint, Looked};
use caseloop_core::EventId;
use caseloop_core::definition::Trigger;
use caseloop_syntax::{Applicability, Code, Diagnostic};

pub(crate) static CODE: Code = Code::new("unhandled-event", "An event is declared that no state answers.");

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("unhandled-event"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let d = looked.workflow.definition();
    for (position, event) in d.events.iter().enumerate() {
        let trigger = Trigger::Event(EventId::at(position));
        if !event.external || d.branches.iter().any(|branch| branch.trigger == trigger) {
            continue;
        }
        let message = format!("no state answers to `{}`", event.name);
        let mut finding = Diagnostic::warning(&CODE, event.span, message)
            .help("answer it under `when:` of the states that wait for it, or drop it");
        let main = looked.documents.first();
        let gone = main.and_then(|main| of_section(main, "events", event.span.start, looked.files));
        if let Some(gone) = gone {
            let title = format!("drop `{}`", event.name);
            finding = finding.fix(title, gone, "", Applicability::Safe);
        }
        findings.push(finding);
    }
}
