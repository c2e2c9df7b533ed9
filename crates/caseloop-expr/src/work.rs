//! How much work an expression can be: steps with every list at its longest. Not: measuring at run time.

use crate::typed::{Kind, Macro, Typed};
use crate::{Limits, Type, Value};

/// A pattern or a search costs more than a comparison.
const TEXT_STEPS: u64 = 10;

/// The most steps that one evaluation can take; saturates.
pub(crate) fn steps(tree: &Typed, limits: &Limits) -> u64 {
    match &tree.kind {
        Kind::Each { list, body, .. } => {
            let items = to_steps(longest(list, limits));
            steps(list, limits).saturating_add(items.saturating_mul(steps(body, limits).saturating_add(1)))
        }
        kind => {
            let below = tree
                .children()
                .iter()
                .fold(1_u64, |sum, child| sum.saturating_add(steps(child, limits)));
            let own = match kind {
                Kind::Find(..) | Kind::Matches(..) => TEXT_STEPS,
                Kind::Among { of, .. } => to_steps(longest(of, limits)),
                Kind::Compare(_, left, _) if matches!(left.ty, Type::List(_)) => to_steps(longest(left, limits)),
                _ => 0,
            };
            below.saturating_add(own)
        }
    }
}

/// The most items that a list can have.
pub(crate) fn longest(list: &Typed, limits: &Limits) -> usize {
    match &list.kind {
        Kind::Constant(Value::List(items)) => items.len(),
        Kind::ListOf(items) => items.len(),
        Kind::Each {
            what: Macro::Map | Macro::Filter,
            list,
            ..
        } => longest(list, limits),
        _ if matches!(list.ty, Type::List(_)) => limits.list,
        _ => 0,
    }
}

fn to_steps(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}
