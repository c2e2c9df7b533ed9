//! Visiting every expression of a definition.

use crate::definition::{Action, Argument, Definition, Delay, Limit, WaitsFor};
use crate::watches::Role;
use caseloop_expr::Typed;

/// Shows every expression's tree to `visit`, in no promised order.
pub(crate) fn expressions(d: &Definition, visit: &mut dyn FnMut(&Typed)) {
    for state in &d.states {
        for list in [&state.enter, &state.leave, &state.start.actions] {
            actions(list, visit);
        }
        for waited in &state.waits_for {
            if let WaitsFor::Data(formula) = waited {
                visit(formula.tree());
            }
        }
    }
    for branch in &d.branches {
        if let Some(condition) = &branch.condition {
            visit(condition.tree());
        }
        actions(&branch.actions, visit);
    }
    for promise in &d.promises {
        if let Some(Limit::Data(formula)) = &promise.within {
            visit(formula.tree());
        }
        if let Some(WaitsFor::Data(formula)) = &promise.owner {
            visit(formula.tree());
        }
        for mark in Role::ALL.iter().flat_map(|role| role.marks(promise)) {
            if let Some(condition) = &mark.condition {
                visit(condition.tree());
            }
            for formula in [&mark.by, &mark.since].into_iter().flatten() {
                visit(formula.tree());
            }
        }
    }
    for timer in &d.timers {
        for delay in [Some(&timer.after), timer.every.as_ref()].into_iter().flatten() {
            if let Delay::Data(formula) = delay {
                visit(formula.tree());
            }
        }
    }
}

fn actions(list: &[Action], visit: &mut dyn FnMut(&Typed)) {
    for action in list {
        match action {
            Action::Set { value, .. } => visit(value.tree()),
            Action::Emit { arguments, .. } => {
                for argument in arguments.iter().flatten() {
                    if let Argument::Value(formula) = argument {
                        visit(formula.tree());
                    }
                }
            }
            Action::Ask(ask) => {
                for argument in ask.inputs.iter().flatten() {
                    if let Argument::Value(formula) = argument {
                        visit(formula.tree());
                    }
                }
            }
            Action::If { cases, otherwise } => {
                for (condition, list) in cases {
                    visit(condition.tree());
                    actions(list, visit);
                }
                actions(otherwise, visit);
            }
            Action::Raise(_) | Action::Send { .. } | Action::Cancel(_) => {}
        }
    }
}
