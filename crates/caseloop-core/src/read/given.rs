//! What a branch's condition still says when its actions are carried out.

use caseloop_expr::Condition;
use caseloop_expr::declare::is_name_part;
use std::sync::Arc;

/// A condition that held, and the fields that may have changed since.
#[derive(Clone, Debug, Default)]
pub(super) struct Given<'c> {
    condition: Option<&'c Condition>,
    /// By a `leave` or by another region.
    elsewhere: Vec<Arc<str>>,
    /// By a `set` of the branch itself.
    here: Vec<Arc<str>>,
}

impl<'c> Given<'c> {
    /// The condition of a branch, and the case's fields that others may change before its actions.
    pub(super) fn new(condition: Option<&'c Condition>, elsewhere: Vec<Arc<str>>) -> Self {
        Self {
            condition,
            elsewhere,
            here: Vec::new(),
        }
    }

    /// From here on a field may hold another value.
    pub(super) fn change(&mut self, field: Arc<str>) {
        self.here.push(field);
    }

    /// The condition, unless the expression reads a field that may have changed.
    pub(super) fn for_text(&self, text: &str) -> Option<&'c Condition> {
        self.for_range(text)
            .filter(|_| !self.elsewhere.iter().any(|name| reads(text, name)))
    }

    /// The condition as far as it bounds a number: what others change, the kernel stops at the end of its range.
    pub(super) fn for_range(&self, text: &str) -> Option<&'c Condition> {
        self.condition
            .filter(|_| !self.here.iter().any(|name| reads(text, name)))
    }
}

/// Whether an expression reads a field of the case; in doubt it does.
fn reads(text: &str, field: &str) -> bool {
    text.match_indices(field).any(|(at, _)| {
        let (before, after) = (
            text.get(..at).unwrap_or_default(),
            text.get(at + field.len()..).unwrap_or_default(),
        );
        let whole = !before.ends_with(is_name_part) && !after.starts_with(is_name_part);
        whole && !before.ends_with("event.") && !before.ends_with("param.")
    })
}

#[cfg(test)]
mod tests {
    use super::reads;

    #[test]
    fn fields_of_events_are_others() {
        assert!(reads("n + 1", "n"));
        assert!(reads("has(case.n)", "n"));
        assert!(!reads("event.n + nn", "n"));
    }
}
