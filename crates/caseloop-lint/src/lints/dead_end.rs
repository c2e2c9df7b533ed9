//! A state that is no end and that nothing leads out of.

use crate::reach::path;
use crate::{Lint, Looked};
use caseloop_core::StateId;
use caseloop_core::definition::{Definition, Kind};
use caseloop_syntax::{Code, Diagnostic, Span};

pub(crate) static CODE: Code = Code::new(
    "dead-end",
    "Nothing leads out of a state, and it is no end of the case.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("dead-end"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let d = looked.workflow.definition();
    for position in 0..d.states.len() {
        let id = StateId::at(position);
        // A promise that rests there is told of by itself.
        let rested = d.promises.iter().any(|promise| promise.paused_in.contains(&id));
        let Some(state) = d.states.get(position).filter(|_| !rested && is_dead_end(looked, id)) else {
            continue;
        };
        let finding = match state.kind {
            Kind::Final => {
                let around = state.parent.and_then(|parent| d.states.get(parent.index()));
                let around = around.map_or("", |around| &around.name);
                let message = format!(
                    "with `{}` all of `{around}` is done, and nothing answers to that",
                    state.name
                );
                Diagnostic::warning(&CODE, state.span, message)
                    .help(format!("let `{around}` say what follows: `when: {{done: {{go: …}}}}`"))
            }
            _ => {
                let message = format!("nothing leads out of `{}`, and it is no end", state.name);
                Diagnostic::warning(&CODE, state.span, message)
                    .help("say `final:` if the case ends here; else give it an event or a timer that leads on")
            }
        };
        findings.push(finding);
    }
}

/// From the state of this name no end can be reached, whatever happens.
pub(crate) fn trap(name: &str, span: Span) -> Diagnostic {
    let message = format!("from `{name}` a case comes to no end any more, whatever happens");
    Diagnostic::warning(&CODE, span, message)
        .help("let something lead on from here, or from where it goes round, to an end")
}

/// Whether a case that comes to rest in a state stays there for ever. A workflow without an end may mean to.
pub(crate) fn is_dead_end(looked: &Looked<'_>, id: StateId) -> bool {
    let d = looked.workflow.definition();
    let Some(state) = d.states.get(id.index()) else {
        return false;
    };
    let inner = state.parent.is_some_and(|parent| parent.index() != 0);
    let rests = state.kind == Kind::Atomic || state.kind == Kind::Final && inner;
    rests && looked.reach.contains(id) && !looked.chart.is_led_out(id) && (has_end(d) || hears_nothing(d, id))
}

fn has_end(d: &Definition) -> bool {
    d.states
        .iter()
        .any(|state| state.kind == Kind::Final && state.parent.is_some_and(|parent| parent.index() == 0))
}

fn hears_nothing(d: &Definition, id: StateId) -> bool {
    let path = path(d, id);
    !d.branches.iter().any(|branch| path.contains(&branch.source))
}
