//! The general algorithm for regions, histories and several targets: SCXML Appendix D, procedure by procedure.
//!
//! Ids are in document order and a state's descendants follow it without a gap, so "inside" is a range of ids and a
//! set of states is a row of bits that is walked forwards to enter and backwards to leave.

use super::{Exhausted, Run, view};
use crate::buffers::Verdict;
use crate::clocks::Clocks;
use crate::definition::{Go, Kind, Trigger};
use crate::record::Record;
use crate::snapshot::{NOT_STARTED, SEVERAL};
use crate::{BranchId, StateId};

const ROOT: StateId = StateId(0);

#[expect(
    clippy::indexing_slicing,
    reason = "positions come from the tables of the compiled workflow"
)]
impl<C: Clocks> Run<'_, C> {
    /// `selectTransitions`: the first branch that holds for each leaf, then everything they bring about.
    #[inline(never)]
    pub(super) fn general_microstep(&mut self, trigger: Trigger) -> Result<Verdict, Exhausted> {
        let tables = self.tables;
        self.buffers.work.enabled.clear();
        for leaf in self.snapshot.leaves(self.workflow) {
            for candidate in tables.candidates(leaf, trigger) {
                if self.buffers.work.enabled.contains(&candidate.branch) {
                    break;
                }
                let branch = self.workflow.branch(candidate.branch);
                let holds = branch
                    .condition
                    .as_ref()
                    .is_none_or(|c| view::with(self, |env| c.holds(env)));
                if !holds {
                    self.buffers.records.push(Record::Refused(candidate.branch));
                    continue;
                }
                if let Go::Reject(_) = branch.go {
                    return Ok(Verdict::Rejected(candidate.branch));
                }
                self.buffers.work.enabled.push(candidate.branch);
                break;
            }
        }
        if self.buffers.work.enabled.is_empty() {
            return Ok(Verdict::Ignored);
        }
        self.remove_conflicts();
        self.take_enabled()
    }

    /// `enterStates` for the very first states, where they are more than one leaf.
    pub(super) fn enter_root(&mut self) -> Result<(), Exhausted> {
        self.open_set();
        self.clear_plans();
        self.buffers.work.entering[0] |= 1;
        self.plan_inside(ROOT);
        self.enter_planned()?;
        self.close_set();
        Ok(())
    }

    /// `microstep`: leaves, acts and enters for all enabled branches.
    #[inline(never)]
    pub(super) fn take_enabled(&mut self) -> Result<Verdict, Exhausted> {
        self.open_set();
        self.clear_plans();
        let enabled = std::mem::take(&mut self.buffers.work.enabled);
        let result = self.take(&enabled);
        self.buffers.work.enabled = enabled;
        self.close_set();
        result.map(|()| Verdict::Taken)
    }

    fn take(&mut self, enabled: &[BranchId]) -> Result<(), Exhausted> {
        for branch in enabled {
            self.buffers.records.push(Record::Taken(*branch));
        }
        // What is left follows from the histories as they were; where it leads, from what leaving makes of them.
        for branch in enabled {
            if let Some(domain) = self.domain(*branch) {
                for state in self.active_inside(domain) {
                    set(&mut self.buffers.work.leaving, state);
                }
            }
        }
        self.leave_planned()?;
        for branch in enabled {
            let ops = self.tables.branch_ops[branch.index()].clone();
            self.run_all(ops)?;
        }
        for branch in enabled {
            let Go::To(targets) = &self.workflow.branch(*branch).go else {
                continue;
            };
            for target in targets {
                self.plan_descendants(*target);
            }
            let domain = self.domain(*branch).unwrap_or(ROOT);
            for target in self.effective_targets(targets) {
                self.plan_ancestors(target, domain);
            }
        }
        self.enter_planned()
    }

    /// `removeConflictingTransitions`: of two branches that would leave the same state the inner one is taken, and
    /// of two unrelated ones the earlier.
    fn remove_conflicts(&mut self) {
        let enabled = std::mem::take(&mut self.buffers.work.enabled);
        let mut kept = std::mem::take(&mut self.buffers.work.filtered);
        kept.clear();
        for branch in &enabled {
            let mut preempted = false;
            let source = self.workflow.branch(*branch).source;
            let mut removed: Vec<BranchId> = Vec::new();
            for other in &kept {
                if !self.conflict(*branch, *other) {
                    continue;
                }
                if self.tables.inside(source, self.workflow.branch(*other).source) {
                    removed.push(*other);
                } else {
                    preempted = true;
                    break;
                }
            }
            if !preempted {
                kept.retain(|other| !removed.contains(other));
                kept.push(*branch);
            }
        }
        self.buffers.work.filtered = enabled;
        self.buffers.work.enabled = kept;
    }

    /// Whether two branches would leave a state in common: their domains are nested, so the inner one decides.
    fn conflict(&self, one: BranchId, other: BranchId) -> bool {
        let (Some(one), Some(other)) = (self.domain(one), self.domain(other)) else {
            return false;
        };
        let inner = if self.tables.within(one, other) {
            one
        } else if self.tables.within(other, one) {
            other
        } else {
            return false;
        };
        !self.active_inside(inner).is_empty()
    }

    /// `getTransitionDomain`: everything active inside it is left. `None` where a branch leads nowhere.
    fn domain(&self, branch: BranchId) -> Option<StateId> {
        let def = self.workflow.branch(branch);
        let Go::To(targets) = &def.go else { return None };
        let targets = self.effective_targets(targets);
        let compound = self.tables.nodes[def.source.index()].kind == Kind::Compound;
        if def.internal && compound && targets.iter().all(|target| self.tables.inside(*target, def.source)) {
            return Some(def.source);
        }
        Some(self.tables.common_ancestor(def.source, &targets))
    }

    /// `getEffectiveTargetStates`: histories replaced by what they stand for.
    fn effective_targets(&self, targets: &[StateId]) -> Vec<StateId> {
        let mut effective = Vec::new();
        for target in targets {
            if matches!(self.tables.nodes[target.index()].kind, Kind::History { .. }) {
                let remembered = self.remembered(*target);
                if remembered.is_empty() {
                    effective.extend(self.effective_targets(&self.workflow.state(*target).start.targets));
                } else {
                    effective.extend(remembered);
                }
            } else {
                effective.push(*target);
            }
        }
        effective
    }

    fn remembered(&self, history: StateId) -> Vec<StateId> {
        let layout = &self.tables.layout;
        let memory = usize::from(self.tables.nodes[history.index()].memory);
        let first = layout.histories + memory * layout.bit_words;
        members(&self.snapshot.words[first..first + layout.bit_words])
    }

    /// `exitStates`: histories first, then from the last in document order to the first.
    fn leave_planned(&mut self) -> Result<(), Exhausted> {
        let leaving = self.members_of_plan(|work| &work.leaving);
        let tables = self.tables;
        for state in &leaving {
            for (memory, deep) in &tables.nodes[state.index()].histories {
                let inside = self.active_inside(*state);
                let kept = inside.into_iter().filter(|s| {
                    if *deep {
                        tables.is_leaf(*s)
                    } else {
                        tables.nodes[s.index()].parent == *state
                    }
                });
                self.remember(*memory, kept);
            }
        }
        for state in leaving.iter().rev() {
            self.run_all(tables.nodes[state.index()].leave.clone())?;
        }
        Ok(())
    }

    /// `enterStates`: in document order, each with its starts, its histories' defaults and its done events.
    fn enter_planned(&mut self) -> Result<(), Exhausted> {
        let tables = self.tables;
        for state in self.members_of_plan(|work| &work.entering) {
            let node = &tables.nodes[state.index()];
            self.run_all(node.enter.clone())?;
            if test(&self.buffers.work.by_default, state) {
                self.run_all(node.start.clone())?;
            }
            if let Some(history) = self.default_history(state) {
                self.run_all(tables.nodes[history.index()].start.clone())?;
            }
            if node.kind == Kind::Final {
                self.raise_done(node.parent)?;
            }
        }
        Ok(())
    }

    /// The history inside `state` that is entered by its default in this microstep, whatever led to it.
    fn default_history(&self, state: StateId) -> Option<StateId> {
        let node = &self.tables.nodes[state.index()];
        if node.histories.is_empty() {
            return None;
        }
        (state.0 + 1..node.end).map(StateId).find(|inner| {
            let inner_node = &self.tables.nodes[inner.index()];
            inner_node.parent == state
                && matches!(inner_node.kind, Kind::History { .. })
                && test(&self.buffers.work.by_default, *inner)
        })
    }

    /// A final child was entered: its parent is done, and a region's parallel state once all regions are.
    fn raise_done(&mut self, parent: StateId) -> Result<(), Exhausted> {
        if let Some(event) = self.workflow.state(parent).done.filter(|_| parent != ROOT) {
            self.raise(event)?;
        }
        // A region may itself be split into regions, whose end is then the region's.
        let mut around = self.tables.nodes[parent.index()].parent;
        while self.tables.nodes[around.index()].kind == Kind::Parallel && self.is_done(around) {
            if let Some(event) = self.workflow.state(around).done {
                self.raise(event)?;
            }
            if around == ROOT {
                break;
            }
            around = self.tables.nodes[around.index()].parent;
        }
        Ok(())
    }

    /// `isInFinalState`.
    fn is_done(&self, state: StateId) -> bool {
        let node = &self.tables.nodes[state.index()];
        match node.kind {
            Kind::Compound => node.children.iter().any(|child| {
                self.tables.nodes[child.index()].kind == Kind::Final && self.snapshot.is_in(self.workflow, *child)
            }),
            Kind::Parallel => node.children.iter().all(|child| self.is_done(*child)),
            _ => false,
        }
    }

    /// `addDescendantStatesToEnter`.
    fn plan_descendants(&mut self, state: StateId) {
        let tables = self.tables;
        let node = &tables.nodes[state.index()];
        if matches!(node.kind, Kind::History { .. }) {
            let mut states = self.remembered(state);
            if states.is_empty() {
                set(&mut self.buffers.work.by_default, state);
                states.extend(&self.workflow.state(state).start.targets);
            }
            for inner in &states {
                self.plan_descendants(*inner);
            }
            for inner in states {
                self.plan_ancestors(inner, node.parent);
            }
            return;
        }
        set(&mut self.buffers.work.entering, state);
        self.plan_inside(state);
    }

    fn plan_inside(&mut self, state: StateId) {
        let workflow = self.workflow;
        match self.tables.nodes[state.index()].kind {
            Kind::Compound => {
                set(&mut self.buffers.work.by_default, state);
                let start = &workflow.state(state).start.targets;
                for inner in start {
                    self.plan_descendants(*inner);
                }
                for inner in start {
                    self.plan_ancestors(*inner, state);
                }
            }
            Kind::Parallel => self.plan_regions(state),
            _ => {}
        }
    }

    /// `addAncestorStatesToEnter`: everything around `state` and inside `outer`.
    fn plan_ancestors(&mut self, state: StateId, outer: StateId) {
        let tables = self.tables;
        let mut at = tables.nodes[state.index()].parent;
        while at != outer && at != ROOT {
            set(&mut self.buffers.work.entering, at);
            if tables.nodes[at.index()].kind == Kind::Parallel {
                self.plan_regions(at);
            }
            at = tables.nodes[at.index()].parent;
        }
    }

    /// Enters every region of a parallel state into which nothing leads yet.
    fn plan_regions(&mut self, parallel: StateId) {
        let tables = self.tables;
        for region in &tables.nodes[parallel.index()].children {
            let end = StateId(tables.nodes[region.index()].end);
            if !any_between(&self.buffers.work.entering, *region, end) {
                self.plan_descendants(*region);
            }
        }
    }

    fn run_all(&mut self, ops: std::ops::Range<u32>) -> Result<(), Exhausted> {
        let tables = self.tables;
        self.run_ops(&tables.ops[ops.start as usize..ops.end as usize])
    }

    /// The active states inside `outer`, in document order.
    fn active_inside(&self, outer: StateId) -> Vec<StateId> {
        let end = self.tables.nodes[outer.index()].end;
        let inside = (outer.0 + 1..end).map(StateId);
        inside
            .filter(|state| self.snapshot.is_in(self.workflow, *state))
            .collect()
    }

    /// Writes the configuration as a set of bits, in which states come and go one by one.
    fn open_set(&mut self) {
        let tables = self.tables;
        if let Some(leaf) = self.snapshot.leaf() {
            self.several = true;
            let mut at = leaf;
            while at != ROOT {
                self.set_active(at);
                at = tables.nodes[at.index()].parent;
            }
            self.set_active(ROOT);
        } else if self.snapshot.leaf_word() == NOT_STARTED {
            self.set_active(ROOT);
        }
        self.several = true;
        self.snapshot.set_leaf_word(SEVERAL);
    }

    fn set_active(&mut self, state: StateId) {
        let word = self.tables.layout.bits + state.index() / 64;
        self.snapshot.words[word] |= 1 << (state.index() % 64);
    }

    /// Goes back to one leaf, and to no set, where one is all there is.
    fn close_set(&mut self) {
        self.several = false;
        let leaves = self.snapshot.leaves(self.workflow);
        if let [leaf] = leaves.as_slice() {
            let layout = &self.tables.layout;
            self.snapshot.words[layout.bits..layout.bits + layout.bit_words].fill(0);
            self.snapshot.set_leaf(*leaf);
        }
    }

    fn clear_plans(&mut self) {
        let length = self.tables.layout.bit_words;
        let work = &mut self.buffers.work;
        for plan in [&mut work.leaving, &mut work.entering, &mut work.by_default] {
            plan.clear();
            plan.resize(length, 0);
        }
    }

    fn members_of_plan(&self, plan: impl Fn(&crate::buffers::Work) -> &Vec<i64>) -> Vec<StateId> {
        members(plan(&self.buffers.work))
    }
}

#[expect(clippy::indexing_slicing, reason = "every set is as long as the workflow has states")]
fn set(bits: &mut [i64], state: StateId) {
    bits[state.index() / 64] |= 1 << (state.index() % 64);
}

#[expect(clippy::indexing_slicing, reason = "every set is as long as the workflow has states")]
fn test(bits: &[i64], state: StateId) -> bool {
    bits[state.index() / 64] >> (state.index() % 64) & 1 == 1
}

fn any_between(bits: &[i64], first: StateId, end: StateId) -> bool {
    (first.0..end.0).any(|state| test(bits, StateId(state)))
}

fn members(bits: &[i64]) -> Vec<StateId> {
    let mut members = Vec::new();
    for (word, bits) in bits.iter().enumerate() {
        let mut rest = bits.cast_unsigned();
        while rest != 0 {
            members.push(StateId::at(word * 64 + rest.trailing_zeros() as usize));
            rest &= rest - 1;
        }
    }
    members
}
