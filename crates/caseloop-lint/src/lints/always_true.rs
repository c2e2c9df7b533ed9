//! A condition of a branch that every case fulfils.

use super::condition::{is_set_at_load, is_written};
use crate::guards::Guards;
use crate::removal::{around, of_part};
use crate::{Lint, Looked};
use caseloop_syntax::{Applicability, Code, Diagnostic, Span};

pub(crate) static CODE: Code = Code::new(
    "always-true",
    "The condition of a branch holds for all values of its fields.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("always-true"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    for branch in &looked.workflow.definition().branches {
        let Some(condition) = &branch.condition else { continue };
        if is_set_at_load(condition) || !is_written(looked.files, condition) {
            continue;
        }
        if !Guards::of(&[Some(condition)]).is_some_and(|guards| guards.always(0)) {
            continue;
        }
        let message = format!("`{}` always holds, so it decides nothing", condition.text());
        let mut finding = Diagnostic::warning(&CODE, condition.tree().span, message).help("mend it, or drop the `if:`");
        // Where others follow, one of those may be what was meant, and the condition a mistake.
        let state = looked.workflow.state(branch.source);
        let mut list = state.branches.iter().map(|id| looked.workflow.branch(*id));
        let last = list.rfind(|other| other.trigger == branch.trigger);
        let is_last = last.is_some_and(|last| last.span == branch.span);
        if let Some(gone) = without_condition(looked, branch.span).filter(|_| is_last) {
            finding = finding.fix("drop the `if:`", gone, "", Applicability::Safe);
        }
        findings.push(finding);
    }
}

/// The `if` of the branch that stands at a place.
fn without_condition(looked: &Looked<'_>, branch: Span) -> Option<Span> {
    let document = looked.documents.iter().find(|document| document.file == branch.file)?;
    let mut waiting = vec![&document.root];
    while let Some(node) = waiting.pop() {
        if node.span == branch
            && let Some((key, _)) = node.as_map()?.iter().find(|(key, _)| &*key.name == "if")
        {
            let parent = around(document, key.span.start).filter(|parent| parent.span == node.span)?;
            return of_part(parent, key.span.start, looked.files);
        }
        waiting.extend(node.as_list().unwrap_or_default());
        waiting.extend(node.as_map().unwrap_or_default().iter().map(|(_, value)| value));
    }
    None
}
