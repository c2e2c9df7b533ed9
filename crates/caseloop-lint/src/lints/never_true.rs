//! A condition of a branch that no case fulfils.

use super::condition::{is_set_at_load, is_written, never_counts};
use crate::guards::Guards;
use crate::{Lint, Looked};
use caseloop_core::definition::{Delay, MarkDef, Trigger};
use caseloop_expr::Condition;
use caseloop_syntax::{Code, Diagnostic};

pub(crate) static CODE: Code = Code::new(
    "never-true",
    "The condition of a branch holds for no values of its fields.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("never-true"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let d = looked.workflow.definition();
    for branch in &d.branches {
        let Some(condition) = &branch.condition else { continue };
        // What promises start has a lint of its own.
        let started = match branch.trigger {
            Trigger::Timer(timer) => {
                let timer = d.timers.get(timer.index());
                timer.is_some_and(|timer| matches!(timer.after, Delay::Promise(_)))
            }
            Trigger::Always | Trigger::Event(_) => false,
        };
        if started || is_set_at_load(condition) || !is_written(looked.files, condition) {
            continue;
        }
        if Guards::of(&[Some(condition)]).is_some_and(|guards| guards.never(0)) {
            let message = format!("`{}` never holds, so the branch is never taken", condition.text());
            let finding = Diagnostic::warning(&CODE, condition.tree().span, message);
            findings.push(finding.help("its fields have no values for which it holds: mend it, or drop the branch"));
        }
    }
    for promise in &d.promises {
        // Where nothing is left that opens it, or that ends it, the promise is told of.
        let none = |marks: &[MarkDef]| marks.iter().all(never_counts);
        let (unopened, unended) = (none(&promise.from), none(&promise.until) && none(&promise.restart));
        let told = |mark: &MarkDef| {
            let among = |marks: &[MarkDef]| marks.iter().any(|own| std::ptr::eq(own, mark));
            unopened && among(&promise.from) || unended && (among(&promise.until) || among(&promise.restart))
        };
        let marks = promise.marks().filter(|mark| never_counts(mark) && !told(mark));
        for condition in marks.filter_map(|mark| mark.condition.as_ref()) {
            let message = format!("`{}` never holds, so the mark never counts", condition.text());
            let finding = Diagnostic::warning(&CODE, condition.tree().span, message);
            findings.push(finding.help("its fields have no values for which it holds: mend it, or drop the mark"));
        }
    }
}

/// A condition that no case fulfils when it comes to its branch, though its fields have values for which it holds.
pub(crate) fn finding(condition: &Condition) -> Diagnostic {
    let message = format!(
        "`{}` holds in no case that comes to it, so the branch is never taken",
        condition.text()
    );
    let finding = Diagnostic::warning(&CODE, condition.tree().span, message);
    finding.help("let something bring a case here in which it holds, mend it, or drop the branch")
}
