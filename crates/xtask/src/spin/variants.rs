//! A workflow broken on purpose, in one place each time, so that the guarantees have something to fail by.

use caseloop_core::StateId;
use caseloop_core::definition::{Action, Definition, Delay, Go, Kind};
use caseloop_expr::Type;

/// So many branches lead elsewhere, each in a variant of its own.
const REDIRECTED: usize = 2;

/// The variants, each with what was done.
pub(super) fn variants(definition: &Definition) -> Vec<(String, Definition)> {
    let mut all = Vec::new();
    let mut add = |what: &str, change: &dyn Fn(&mut Definition)| {
        let mut variant = definition.clone();
        change(&mut variant);
        all.push((what.to_owned(), variant));
    };
    add("nothing is warned of, waited for, told or counted", &|variant| {
        variant.promises.iter_mut().for_each(|promise| promise.warnings.clear());
        variant.states.iter_mut().for_each(|state| state.waits_for.clear());
        let record = &variant.case.record;
        let counts = |action: &Action| match action {
            Action::Set { field, .. } => record
                .field(*field)
                .is_some_and(|field| matches!(field.ty, Type::Count { .. })),
            _ => false,
        };
        for branch in &mut variant.branches {
            let of_the_workflow = branch.source == StateId::at(0);
            branch.actions.retain(|action| !counts(action));
            branch
                .actions
                .retain(|action| !of_the_workflow || !matches!(action, Action::Emit { .. }));
        }
    });
    add("reminders only", &|variant| {
        for timer in variant
            .timers
            .iter_mut()
            .filter(|timer| !matches!(timer.after, Delay::Promise(_)))
        {
            timer.every = Some(timer.after.clone());
            timer.at_most = None;
            for branch in &timer.branches {
                if let Some(branch) = variant.branches.get_mut(branch.index()) {
                    branch.go = Go::Stay;
                }
            }
        }
    });
    // A branch leads to the next state without inner ones.
    for number in (1..definition.branches.len()).step_by(definition.branches.len() / REDIRECTED + 1) {
        let Some(branch) = definition.branches.get(number) else {
            continue;
        };
        let next = match &branch.go {
            Go::To(targets) => targets.first().map_or(0, |target| target.index()),
            Go::Stay => branch.source.index(),
            Go::Reject(_) => continue,
        };
        let states = definition.states.iter().enumerate();
        let mut after = states.skip(next + 1);
        let next = after.find(|(_, state)| matches!(state.kind, Kind::Atomic | Kind::Final));
        if let Some((next, state)) = next {
            add(&format!("`{}` leads to `{}`", branch.name, state.name), &|variant| {
                if let Some(branch) = variant.branches.get_mut(number) {
                    branch.go = Go::To(vec![StateId::at(next)]);
                }
            });
        }
    }
    all
}
