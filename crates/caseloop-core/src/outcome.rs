//! The pure door: a step that leaves its snapshot alone and answers by name.

use crate::buffers::{Buffers, Verdict};
use crate::clocks::Clocks;
use crate::journal::{self, Effect, Entry};
use crate::kernel::{Input, step_into};
use crate::{Instant, Limits, Snapshot, StepError, Workflow};

/// What a step came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The case afterwards.
    pub snapshot: Snapshot,
    /// What the step added to the journal: what fell due before `now`, then the input.
    pub journal: Vec<Entry>,
    /// What the host is asked to do, by all those entries, in order.
    pub effects: Vec<Effect>,
    /// When the case next wants a call; `None` if only an event can move it.
    pub next_due: Option<Instant>,
    /// What became of the input.
    pub verdict: Verdict,
}

/// Takes `input` at `now` and returns what came of it. The same as [`step_into`] on a copy.
///
/// # Errors
/// As [`step_into`].
pub fn step<C: Clocks>(
    workflow: &Workflow,
    clocks: &C,
    snapshot: &Snapshot,
    input: Input<'_>,
    now: Instant,
    limits: &Limits,
) -> Result<Outcome, StepError> {
    let mut snapshot = snapshot.clone();
    let mut buffers = Buffers::default();
    let (verdict, next_due) = step_into(workflow, clocks, &mut snapshot, input, now, limits, &mut buffers)?;
    let journal = journal::entries(workflow, &snapshot.case, &buffers, input);
    let effects = journal::effects(workflow, &snapshot.case, &buffers);
    let next_due = (next_due != Instant::NEVER).then_some(next_due);
    Ok(Outcome {
        snapshot,
        journal,
        effects,
        next_due,
        verdict,
    })
}
