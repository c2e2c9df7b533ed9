//! A branch of a list that others before it always come before.

use super::condition::{guards, is_set_at_load, lists};
use crate::removal::{around, of_part};
use crate::{Lint, Looked};
use caseloop_core::definition::{Branch, Go};
use caseloop_syntax::{Applicability, Code, Diagnostic};

pub(crate) static CODE: Code = Code::new(
    "unreachable-branch",
    "A branch is never taken, since one before it in the list is taken wherever it could be.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("unreachable-branch"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    for list in lists(looked) {
        let unconditional = list.iter().position(|branch| branch.condition.is_none());
        let guards = guards(&list);
        let mut set_at_load = false;
        for (position, branch) in list.iter().enumerate() {
            set_at_load |= branch.condition.as_ref().is_some_and(is_set_at_load);
            let after = unconditional.filter(|first| *first < position);
            let covered = guards
                .as_ref()
                .is_some_and(|guards| position > 0 && guards.is_covered(position) && !guards.never(position));
            // One that always holds is told of itself.
            let told = guards.as_ref().is_some_and(|guards| {
                let mut before = list.iter().take(position).enumerate();
                before.any(|(before, branch)| branch.condition.is_some() && guards.always(before))
            });
            // Nothing is done there but to say that nothing more is to happen.
            let harmless = position + 1 == list.len() && branch.condition.is_none() && does_nothing(branch);
            if after.is_none() && (!covered || set_at_load || harmless || told) {
                continue;
            }
            let reason = match after {
                Some(_) => "one before it has no condition",
                None => "wherever it holds, one before it does",
            };
            let span = match (&branch.condition, after) {
                (Some(condition), None) => condition.tree().span,
                _ => branch.span,
            };
            let mut finding = Diagnostic::warning(&CODE, span, format!("this branch is never taken: {reason}"));
            if let Some(first) = after.and_then(|first| list.get(first)) {
                finding = finding.also(first.span, "this one is always taken");
            }
            finding = finding.help("put it before the other, or drop it");
            let document = looked
                .documents
                .iter()
                .find(|document| document.file == branch.span.file);
            let parent = document.and_then(|document| around(document, branch.span.start));
            let parent = parent.filter(|parent| parent.as_list().is_some());
            if let Some(gone) = parent.and_then(|parent| of_part(parent, branch.span.start, looked.files)) {
                finding = finding.fix("drop the branch", gone, "", Applicability::Safe);
            }
            findings.push(finding);
        }
    }
}

/// Whether a branch leads nowhere and asks for nothing.
fn does_nothing(branch: &Branch) -> bool {
    !matches!(branch.go, Go::To(_)) && branch.actions.is_empty()
}
