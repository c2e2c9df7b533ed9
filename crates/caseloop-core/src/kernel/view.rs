//! What a condition or value may look at while a step runs: the case, the event, the time, the active states.

use super::Run;
use crate::clocks::Clocks;
use crate::{Instant, PromiseId, Snapshot, StateId, Workflow};
use caseloop_expr::{Env, Facts};

/// Evaluates something in the present moment of a run.
#[inline]
pub(super) fn with<C: Clocks, T>(run: &Run<'_, C>, evaluate: impl FnOnce(&Env<'_>) -> T) -> T {
    let facts = View {
        workflow: run.workflow,
        clocks: run.clocks,
        snapshot: run.snapshot,
        at: run.at,
    };
    let env = Env {
        case: run.snapshot.data(run.workflow),
        event: run.event,
        now: run.at.0,
        facts: &facts,
    };
    evaluate(&env)
}

/// A case at an instant, as conditions ask about it.
pub(crate) struct View<'a, C> {
    pub(crate) workflow: &'a Workflow,
    pub(crate) clocks: &'a C,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) at: Instant,
}

impl<C: Clocks> Facts for View<'_, C> {
    fn in_state(&self, state: u16) -> bool {
        self.snapshot.is_in(self.workflow, StateId(state))
    }

    fn entered_at(&self, state: u16) -> Option<i64> {
        let tables = self.workflow.tables();
        let stamp = tables.nodes.get(usize::from(state))?.stamp?;
        let entered = self.snapshot.words.get(stamp as usize)?;
        self.in_state(state).then_some(*entered)
    }

    fn remaining(&self, promise: u16) -> Option<i64> {
        self.clocks
            .remaining(self.snapshot.clocks(), PromiseId(promise), self.at)
    }
}
