//! The common case: one active leaf. The first branch that holds is taken, along its precomputed move.

use super::{Run, view};
use crate::buffers::{Record, Verdict};
use crate::clocks::{Clocks, Mark};
use crate::definition::{Go, Trigger};
use crate::tables::GENERAL;
use crate::{StateId, StepError};

#[expect(clippy::indexing_slicing, reason = "positions come from the tables of the compiled workflow")]
impl<C: Clocks> Run<'_, C> {
    #[inline]
    pub(super) fn single_microstep(&mut self, leaf: StateId, trigger: Trigger) -> Result<Verdict, StepError> {
        let tables = self.tables;
        for candidate in tables.candidates(leaf, trigger) {
            let branch = self.workflow.branch(candidate.branch);
            let holds = branch.condition.as_ref().is_none_or(|c| view::with(self, |env| c.holds(env)));
            if !holds {
                self.buffers.records.push(Record::Refused(candidate.branch));
                continue;
            }
            if candidate.route == GENERAL {
                if let Go::Reject(_) = branch.go {
                    return Ok(Verdict::Rejected(candidate.branch));
                }
                self.buffers.work.enabled.clear();
                self.buffers.work.enabled.push(candidate.branch);
                return self.take_enabled();
            }
            self.buffers.records.push(Record::Taken(candidate.branch));
            self.mark(Mark::Branch(candidate.branch));
            let ops = tables.moves[candidate.route as usize].clone();
            self.run_ops(ops)?;
            return Ok(Verdict::Taken);
        }
        Ok(Verdict::Ignored)
    }
}
