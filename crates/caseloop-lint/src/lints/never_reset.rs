//! A counter of attempts that a second visit finds used up.

use crate::{Lint, Looked};
use caseloop_core::StateId;
use caseloop_core::definition::{Action, Branch, Definition, Go, Mark, MarkDef, Trigger};
use caseloop_expr::{FieldIndex, Formula, Kind, Root, Typed};
use caseloop_syntax::{Code, Diagnostic, Span};

pub(crate) static CODE: Code = Code::new(
    "never-reset",
    "Attempts are counted in a state that a case can come to again, and nothing begins the count anew.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("never-reset"), look);

/// Counts of attempts alone: every branch that adds to them stays in its state, and asks how many there were. What counts the
/// rounds of a case leads elsewhere, and is not meant to begin anew.
fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let d = looked.workflow.definition();
    for (index, field) in d.case.record.fields().enumerate() {
        let index = FieldIndex(u16::try_from(index).unwrap_or(u16::MAX));
        let setting: Vec<(&Branch, &Formula)> = d
            .branches
            .iter()
            .flat_map(|branch| {
                set_by(&branch.actions, index)
                    .into_iter()
                    .map(move |value| (branch, value))
            })
            .collect();
        let elsewhere = d.states.iter().any(|state| {
            [&state.enter, &state.leave, &state.start.actions]
                .into_iter()
                .any(|actions| !set_by(actions, index).is_empty())
        });
        let adds = |value: &Formula| is_one_more(value.tree(), index);
        let Some((first, _)) = setting.first() else { continue };
        if elsewhere
            || !setting
                .iter()
                .all(|(branch, value)| adds(value) && is_attempt(branch, index))
        {
            continue;
        }
        let source = first.source;
        let counts = |branch: &Branch| setting.iter().any(|(counting, _)| std::ptr::eq(*counting, branch));
        // A count of events that nothing follows is a number of something, and no number of attempts.
        let by_time = matches!(first.trigger, Trigger::Timer(_));
        let follows = d.branches.iter().any(|branch| {
            let other = branch.source == source && branch.trigger == first.trigger && !counts(branch);
            other && (branch.go != Go::Stay || !branch.actions.is_empty())
        });
        if !by_time && !follows {
            continue;
        }
        if setting.iter().any(|(branch, _)| branch.source != source) || !comes_again(looked, d, source) {
            continue;
        }
        let name = d.states.get(source.index()).map_or("", |state| &state.name);
        let message = format!("`{}` counts attempts in `{name}`, and never begins anew", field.name);
        let finding = Diagnostic::warning(&CODE, field.span, message);
        let finding = finding.also(first.span, "it is counted here");
        // To enter it again with each attempt would begin anew each time.
        findings.push(
            finding.help(match setting.iter().all(|(branch, _)| branch.go == Go::Stay) {
                true => format!("where `{name}` begins anew say `enter: {{set: {{{}: 0}}}}`", field.name),
                false => format!(
                    "in the branches that lead to `{name}` from elsewhere, or out of it, say `set: {{{}: 0}}`",
                    field.name
                ),
            }),
        );
    }
}

fn set_by(actions: &[Action], field: FieldIndex) -> Vec<&Formula> {
    let mut found = Vec::new();
    for action in actions {
        match action {
            Action::Set { field: set, value } if *set == field => found.push(value),
            Action::If { cases, otherwise } => {
                found.extend(cases.iter().flat_map(|(_, actions)| set_by(actions, field)));
                found.extend(set_by(otherwise, field));
            }
            _ => {}
        }
    }
    found
}

/// Whether a value is the field and something more.
fn is_one_more(tree: &Typed, field: FieldIndex) -> bool {
    match &tree.kind {
        Kind::Arith(_, left, right) => {
            (is_field(left, field) && right.constant().is_some())
                || (is_field(right, field) && left.constant().is_some())
        }
        _ => false,
    }
}

fn is_field(tree: &Typed, field: FieldIndex) -> bool {
    matches!(&tree.kind, Kind::Field { root: Root::Case, index, .. } if *index == field)
}

/// Whether a branch stays where it is, and asks for the field.
fn is_attempt(branch: &Branch, field: FieldIndex) -> bool {
    let stays = match &branch.go {
        Go::Stay => true,
        Go::To(targets) => targets.as_slice() == [branch.source],
        Go::Reject(_) => false,
    };
    let mut asks = false;
    if let Some(condition) = &branch.condition {
        condition.tree().walk(&mut |part| asks |= is_field(part, field));
    }
    stays && asks
}

/// Whether a case that has left a state can come to it again.
fn comes_again(looked: &Looked<'_>, d: &Definition, state: StateId) -> bool {
    let left = MarkDef {
        on: Mark::Leaving(state),
        first: false,
        condition: None,
        by: None,
        since: None,
        span: Span::default(),
    };
    let after = looked.chart.after(&left);
    d.branches.iter().any(|branch| {
        let leads = matches!(&branch.go, Go::To(targets) if targets.contains(&state));
        leads && branch.source != state && after.may_be_in(branch.source)
    })
}
