//! What the score of a workflow's priority reads of a case. Not: the points, which the score gives.

use crate::clocks::NoClocks;
use crate::kernel::View;
use crate::{Snapshot, Workflow};
use caseloop_expr::{Env, Row, RowBuf, Slot};

/// The inputs of the score by which cases of the workflow are put in order, in the slots that
/// [`RulesDef::inputs`](crate::definition::RulesDef::inputs) says; `None` where it has no priority.
///
/// They are the same until something happens to the case: no input may change by time alone.
#[must_use]
pub fn priority_inputs(workflow: &Workflow, snapshot: &Snapshot) -> Option<RowBuf> {
    let definition = workflow.definition();
    let priority = definition.priority.as_ref()?;
    let record = &definition.rules.get(priority.rules.index())?.inputs.record;
    let facts = View {
        workflow,
        clocks: &NoClocks,
        snapshot,
        at: snapshot.time(),
    };
    let env = Env {
        case: snapshot.data(workflow),
        event: Row::default(),
        now: snapshot.time().0,
        facts: &facts,
    };
    let mut inputs = record.row();
    for (field, value) in record.fields().zip(&priority.inputs) {
        let Some(value) = value else { continue };
        match field.slot {
            Slot::Word(slot) => {
                if let Some(word) = inputs.words.get_mut(usize::from(slot)) {
                    *word = value.word(&env);
                }
            }
            Slot::Heavy(slot) => {
                if let Some(heavy) = inputs.heavy.get_mut(usize::from(slot)) {
                    *heavy = value.heavy(&env);
                }
            }
        }
    }
    Some(inputs)
}
