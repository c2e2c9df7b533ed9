//! A counter of attempts that a second visit finds used up.

use crate::reach::{children, path};
use crate::{Lint, Looked};
use caseloop_core::StateId;
use caseloop_core::definition::{Action, Branch, Definition, Delay, Go, Guarantee, Kind as StateKind, Trigger};
use caseloop_expr::{FieldIndex, Formula, Kind, Root, Typed, Value};
use caseloop_syntax::{Code, Diagnostic};
use std::collections::BTreeSet;

pub(crate) static CODE: Code = Code::new(
    "never-reset",
    "Attempts are counted in a state that a case can come to again, and nothing begins the count anew.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("never-reset"), look);

/// Counts of attempts alone: every branch that adds to them stays in its state, and asks how many there were. What counts the
/// rounds of a case leads elsewhere, and is not meant to begin anew.
fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let d = looked.workflow.definition();
    for (position, field) in d.case.record.fields().enumerate() {
        let index = FieldIndex(u16::try_from(position).unwrap_or(u16::MAX));
        let default = d.case.defaults.get(position).cloned().flatten();
        let elsewhere = d.states.iter().any(|state| {
            [&state.enter, &state.leave, &state.start.actions]
                .into_iter()
                .any(|actions| !set_by(actions, index).is_empty())
        });
        let (mut counting, mut constants): (Vec<&Branch>, Vec<(&Branch, Value)>) = (Vec::new(), Vec::new());
        let mut otherwise = elsewhere;
        for branch in &d.branches {
            for value in set_by(&branch.actions, index) {
                match value.constant() {
                    Some(value) => constants.push((branch, value)),
                    None if is_one_more(value.tree(), index) && is_attempt(branch, index) => counting.push(branch),
                    None => otherwise = true,
                }
            }
        }
        // What is set to its last number is used up.
        let leaves_some = |value: &Value| counting.iter().all(|branch| allows(branch, index, value));
        let resetting = constants.iter().filter(|(_, value)| leaves_some(value));
        let resetting: Vec<&Branch> = resetting.map(|(branch, _)| *branch).collect();
        let Some(first) = counting.first().filter(|_| !otherwise) else {
            continue;
        };
        let source = first.source;
        let is = |branches: &[&Branch], branch: &Branch| branches.iter().any(|own| std::ptr::eq(*own, branch));
        // A count of events that nothing follows is a number of something, and no number of attempts.
        let by_time = matches!(first.trigger, Trigger::Timer(_));
        let follows = d.branches.iter().any(|branch| {
            let other = branch.source == source && branch.trigger == first.trigger && !is(&counting, branch);
            other && (branch.go != Go::Stay || !branch.actions.is_empty())
        });
        // A guarantee that bounds them over the whole case says that they are not meant to begin anew.
        let bounded = d.guarantees.iter().any(|guarantee| match &guarantee.what {
            Guarantee::TakenAtMost { branches, .. } => {
                let mut bounded = branches.iter().filter_map(|id| d.branches.get(id.index()));
                bounded.any(|branch| is(&counting, branch))
            }
            _ => false,
        });
        let alone = counting.iter().all(|branch| branch.source == source);
        if !by_time && !follows || bounded || !alone || !comes_again(d, source, |branch| !is(&resetting, branch)) {
            continue;
        }
        let name = d.states.get(source.index()).map_or("", |state| &state.name);
        let message = match resetting.is_empty() {
            true => format!("`{}` counts attempts in `{name}`, and never begins anew", field.name),
            false => format!(
                "`{}` counts attempts in `{name}`, and does not begin anew on every way back",
                field.name
            ),
        };
        let finding = Diagnostic::warning(&CODE, field.span, message);
        let mut finding = finding.also(first.span, "it is counted here");
        if let Some(branch) = resetting.first() {
            finding = finding.also(branch.span, "it begins anew here");
        }
        let value = default.map_or_else(|| "0".to_owned(), |value| value.to_string());
        // To enter it again with each attempt would begin anew each time.
        findings.push(finding.help(match counting.iter().all(|branch| branch.go == Go::Stay) {
            true => format!(
                "where `{name}` begins anew say `enter: {{set: {{{}: {value}}}}}`",
                field.name
            ),
            false => format!(
                "in the branches that lead to `{name}` from elsewhere, or out of it, say `set: {{{}: {value}}}`",
                field.name
            ),
        }));
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

/// Whether a branch that asks how many attempts there were may be taken with this number of them.
fn allows(branch: &Branch, field: FieldIndex, value: &Value) -> bool {
    let mut allows = true;
    let Some(condition) = &branch.condition else {
        return true;
    };
    condition.tree().walk(&mut |part| {
        let Kind::Compare(op, left, right) = &part.kind else {
            return;
        };
        let word = |bound: &Typed| {
            bound
                .constant()
                .map(|bound| (left.ty.word(value), right.ty.word(bound)))
        };
        let holds = match (is_field(left, field), is_field(right, field)) {
            (true, _) => word(right).map(|(own, bound)| op.holds(&own, &bound)),
            (_, true) => word(left).map(|(own, bound)| op.holds(&bound, &own)),
            _ => None,
        };
        allows &= holds.unwrap_or(true);
    });
    allows
}

/// Whether a case that has left a state can come to it again by such branches. Rungs are passed over: they may come too late.
fn comes_again(d: &Definition, state: StateId, such: impl Fn(&Branch) -> bool) -> bool {
    let is_rung = |branch: &Branch| match branch.trigger {
        Trigger::Timer(timer) => {
            let timer = d.timers.get(timer.index());
            timer.is_some_and(|timer| matches!(timer.after, Delay::Promise(_)))
        }
        Trigger::Event(_) | Trigger::Always => false,
    };
    let mut known = BTreeSet::from([state]);
    let mut waiting = vec![state];
    while let Some(at) = waiting.pop() {
        let around = path(d, at);
        let branches = d.branches.iter().filter(|branch| around.contains(&branch.source));
        for branch in branches.filter(|branch| such(branch) && !is_rung(branch)) {
            let Go::To(targets) = &branch.go else { continue };
            // What leads to the state itself is one more attempt.
            let entered = targets.iter().flat_map(|target| entered(d, *target));
            for target in entered {
                if target == state && at != state {
                    return true;
                }
                if known.insert(target) {
                    waiting.push(target);
                }
            }
        }
    }
    false
}

/// What is entered where a branch leads to a state: the state, and what begins in it.
fn entered(d: &Definition, target: StateId) -> Vec<StateId> {
    let Some(state) = d.states.get(target.index()) else {
        return Vec::new();
    };
    let inner: Vec<StateId> = match state.kind {
        StateKind::Parallel => children(d, target),
        // What goes on there goes on counting.
        StateKind::History { .. } => return Vec::new(),
        _ => state.start.targets.clone(),
    };
    let inner = inner.into_iter().flat_map(|inner| entered(d, inner));
    std::iter::once(target).chain(inner).collect()
}
