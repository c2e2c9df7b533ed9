//! A promise that only time can end, and later than it is due.

use crate::reach::path;
use crate::{Lint, Looked};
use caseloop_core::StateId;
use caseloop_core::definition::{Branch, Definition, Delay, Limit, Mark, MarkDef, Trigger};
use caseloop_expr::Length;
use caseloop_syntax::{Code, Diagnostic};

pub(crate) static CODE: Code = Code::new(
    "never-met",
    "A promise ends when a state is left, which only a timer does, and that takes longer than the limit.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("never-met"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let d = looked.workflow.definition();
    for promise in &d.promises {
        let Some(Limit::Fixed(Length::Elapsed(within))) = promise.within else {
            continue;
        };
        let [from] = promise.from.as_slice() else { continue };
        let MarkDef {
            on: Mark::Entering(state),
            since: None,
            by: None,
            ..
        } = from
        else {
            continue;
        };
        let ends_there = promise.until.iter().all(|mark| match mark.on {
            Mark::Leaving(left) => left == *state,
            Mark::Entering(entered) => entered != *state && !is_beside(d, entered, *state),
            Mark::Start | Mark::Event(_) => false,
        });
        let begins_anew = !promise.restart.is_empty() || !promise.paused_in.is_empty();
        if begins_anew || promise.until.is_empty() || !ends_there {
            continue;
        }
        let leaving: Vec<&Branch> = looked.chart.leaving(*state).collect();
        let waits: Option<Vec<i64>> = leaving.iter().map(|branch| waits(d, branch, *state)).collect();
        let Some(least) = waits
            .and_then(|waits| waits.into_iter().min())
            .filter(|least| *least > within)
        else {
            continue;
        };
        let name = d.states.get(state.index()).map_or("", |state| &state.name);
        let (least, within) = (Length::Elapsed(least), Length::Elapsed(within));
        let message = format!(
            "`{}` is due after {within}, and nothing ends it before {least}",
            promise.name
        );
        let mut finding = Diagnostic::warning(&CODE, promise.span, message);
        if let Some(branch) = leaving.first() {
            finding = finding.also(branch.span, format!("only this leads out of `{name}`"));
        }
        findings.push(finding.help("let somebody end it, or let the timer come before the limit"));
    }
}

/// How long a branch waits that only a timer of the state itself takes.
fn waits(d: &Definition, branch: &Branch, state: StateId) -> Option<i64> {
    let Trigger::Timer(timer) = branch.trigger else {
        return None;
    };
    let timer = d.timers.get(timer.index()).filter(|timer| timer.state == state)?;
    match &timer.after {
        Delay::Elapsed(ms) => Some(*ms),
        Delay::Calendar(Length::Elapsed(ms), _) => Some(*ms),
        _ => None,
    }
}

/// Whether a state may be entered while another is active: it is inside it, or around it.
fn is_beside(d: &Definition, one: StateId, other: StateId) -> bool {
    path(d, one).contains(&other) || path(d, other).contains(&one)
}
