//! A list of branches in which none holds for some case.

use super::condition::{guards, lists, trigger};
use crate::reach::path;
use crate::{Lint, Looked};
use caseloop_core::definition::{Branch, Kind, Trigger};
use caseloop_syntax::{Code, Diagnostic};

pub(crate) static CODE: Code = Code::new("missing-branch", "No branch of a list holds for some case.");

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("missing-branch"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    for list in lists(looked) {
        let gap = guards(&list).and_then(|guards| guards.gap());
        let (Some(case), Some(last)) = (gap, list.last()) else {
            continue;
        };
        if is_answered_further_out(looked, last) {
            continue;
        }
        let message = format!("no branch for {} holds where {case}", trigger(looked, last));
        let at = last
            .condition
            .as_ref()
            .map_or(last.span, |condition| condition.tree().span);
        let finding = Diagnostic::warning(&CODE, at, message).label("this is the last branch");
        findings.push(match last.trigger {
            Trigger::Always => finding.help("end the list with a branch that has no `if:`"),
            _ => {
                finding.help("end the list with a branch that has no `if:`; where nothing is to happen, `{stay: true}`")
            }
        });
    }
}

/// Whether what no branch of the list takes is heard by a state around it, or may wait there.
fn is_answered_further_out(looked: &Looked<'_>, branch: &Branch) -> bool {
    let d = looked.workflow.definition();
    let outer = path(d, branch.source);
    let around = d
        .branches
        .iter()
        .any(|other| other.trigger == branch.trigger && outer.iter().skip(1).any(|state| *state == other.source));
    // A case may rest in a state with a `choose` in which something else can happen.
    let state = looked.workflow.state(branch.source);
    let waits = branch.trigger == Trigger::Always
        && (state.kind != Kind::Atomic
            || !state.waits_for.is_empty()
            || !state.timers.is_empty()
            || d.branches
                .iter()
                .any(|other| other.trigger != Trigger::Always && other.source == branch.source));
    around || waits
}
