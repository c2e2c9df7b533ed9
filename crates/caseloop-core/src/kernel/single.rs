//! The common case: one active leaf. The first branch that holds is taken, along its precomputed move.

use super::{Exhausted, Run, view};
use crate::StateId;
use crate::buffers::Verdict;
use crate::clocks::Clocks;
use crate::definition::{Go, Trigger};
use crate::record::Record;
use crate::tables::{GENERAL, Move};

#[expect(
    clippy::indexing_slicing,
    reason = "positions come from the tables of the compiled workflow"
)]
impl<C: Clocks> Run<'_, C> {
    #[inline]
    pub(super) fn single_microstep(&mut self, leaf: StateId, trigger: Trigger) -> Result<Verdict, Exhausted> {
        let tables = self.tables;
        for candidate in tables.candidates(leaf, trigger) {
            if candidate.guarded
                && let Some(condition) = &self.workflow.branch(candidate.branch).condition
                && !view::with(self, |env| condition.holds(env))
            {
                self.buffers.records.push(Record::Refused(candidate.branch));
                continue;
            }
            if candidate.route == GENERAL {
                if let Go::Reject(_) = self.workflow.branch(candidate.branch).go {
                    return Ok(Verdict::Rejected(candidate.branch));
                }
                self.buffers.work.enabled.clear();
                self.buffers.work.enabled.push(candidate.branch);
                return self.take_enabled();
            }
            self.follow(&tables.moves[candidate.route as usize])?;
            return Ok(Verdict::Taken);
        }
        Ok(Verdict::Ignored)
    }

    /// Goes a way that is known beforehand.
    #[inline]
    pub(super) fn follow(&mut self, way: &Move) -> Result<(), Exhausted> {
        let records = &self.tables.records[way.records.start as usize..way.records.end as usize];
        self.buffers.records.extend_from_slice(records);
        self.run_ops(&way.ops)?;
        self.snapshot.set_leaf(way.leaf);
        Ok(())
    }
}
