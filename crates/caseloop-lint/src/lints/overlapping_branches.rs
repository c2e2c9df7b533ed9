//! Two branches of a list that both hold for one case, where neither is meant as the wider one.

use super::condition::{guards, lists, trigger};
use crate::{Lint, Looked};
use caseloop_core::definition::{Action, Argument, Branch};
use caseloop_syntax::{Code, Diagnostic};

pub(crate) static CODE: Code = Code::new(
    "overlapping-branches",
    "Two branches hold for one case, and each for others that the other leaves out: their order decides.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("overlapping-branches"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    for list in lists(looked) {
        let Some(guards) = guards(&list) else { continue };
        // `if this, else if that, else` asks for one thing after the other, and its order is meant; so does a list that leaves
        // no case out.
        let ends = list.last().is_some_and(|branch| branch.condition.is_none()) || guards.is_complete();
        for (second, branch) in list.iter().enumerate() {
            // One that is never taken is told of by itself.
            if guards.is_covered(second) {
                continue;
            }
            let overlap = list.iter().take(second).enumerate().find_map(|(first, other)| {
                let apart = ends && !guards.share_a_field(first, second);
                let case = guards
                    .overlap(first, second)
                    .filter(|_| !apart && !is_same(other, branch))?;
                Some((other, case))
            });
            let (Some((other, case)), Some(condition)) = (overlap, &branch.condition) else {
                continue;
            };
            let message = format!("`{}` and a branch before it both hold for {case}", condition.text());
            let mut finding = Diagnostic::warning(&CODE, condition.tree().span, message);
            if let Some(first) = &other.condition {
                finding = finding.also(
                    first.tree().span,
                    format!("this one is taken then, of {}", trigger(looked, branch)),
                );
            }
            findings.push(finding.help("let one exclude the other, so that their order decides nothing"));
        }
    }
}

/// Whether it makes no difference which of two is taken.
fn is_same(one: &Branch, other: &Branch) -> bool {
    let does_the_same = |(one, other): (&Action, &Action)| match (one, other) {
        (
            Action::Set { field, value },
            Action::Set {
                field: same,
                value: other,
            },
        ) => field == same && value.text() == other.text(),
        (
            Action::Emit { effect, arguments },
            Action::Emit {
                effect: same,
                arguments: others,
            },
        ) => effect == same && arguments.iter().map(text).eq(others.iter().map(text)),
        _ => false,
    };
    one.go == other.go
        && one.internal == other.internal
        && one.actions.len() == other.actions.len()
        && one.actions.iter().zip(&other.actions).all(does_the_same)
}

/// What an argument is, as far as two can be compared.
fn text(argument: &Option<Argument>) -> Option<String> {
    match argument.as_ref()? {
        Argument::Value(value) => Some(value.text().to_owned()),
        argument => Some(format!("{argument:?}")),
    }
}
