//! Regions that run beside each other without taking notice of each other, one at a time.
//!
//! Where regions are many, the situations of a workflow are all combinations of theirs. A region that nothing outside depends
//! on (no data, no promise, no event of its own) can be left out, as if it were over from the start: the rest goes on as before.
//! A slice is a workflow with all such regions but one left out, so that the slices together have as many situations as the
//! regions have together. What holds in every slice holds in the workflow:
//!
//! - A case of the workflow is, for each slice, a case of that slice in which what other regions do is not seen. So what no
//!   slice comes to (an entry by another way, a breach without a warning), the workflow does not come to.
//! - Where something must be so of every situation, the region that is not over makes it so in its own slice.
//! - Ways that must exist exist in the slice of each region, one after another; a case that goes on for ever does so in one.
//! - A region that is over waits for the others. In its slice it goes on until they are over too, which makes no difference
//!   since the step that ends it depends on nothing outside.
//!
//! A branch that leads from a region left out to outside of all of them may be taken at any moment: an *exit*. It counts
//! against a guarantee and never for it.

use super::values::{Values, is_supposed};
use caseloop_core::definition::{
    Action, Branch, Choice, Data, Definition, EventDef, Go, Guarantee, Kind, Limit, Mark, MarkDef, PromiseDef, Trigger,
    WaitsFor,
};
use caseloop_core::{BranchId, EventId, PromiseId, StateId};
use caseloop_expr::{Condition, FieldIndex, Root, Typed};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Events that stand for branches out of regions left out, with whether time alone brings them about.
pub(super) type Exits = BTreeMap<EventId, bool>;

/// A workflow with regions left out.
pub(super) struct Slice {
    pub(super) definition: Definition,
    /// The events that stand for branches out of regions left out.
    pub(super) exits: Exits,
}

/// The slices of a workflow; none where no region can be left out beside another.
pub(super) fn slices(definition: &Definition, values: &Values) -> Vec<Slice> {
    let looked = Looked::at(definition, values);
    let mut kept: Vec<BTreeSet<StateId>> = Vec::new();
    for region in looked.apart.keys() {
        let all = looked.chosen(*region);
        if !kept.contains(&all) {
            kept.push(all);
        }
    }
    match kept.len() {
        0 | 1 => Vec::new(),
        _ => kept.iter().map(|kept| looked.slice(kept)).collect(),
    }
}

/// A region that can be left out.
struct Apart {
    /// The state whose region it is.
    parallel: StateId,
    /// Its final state.
    over: StateId,
    exits: Vec<BranchId>,
}

struct Looked<'d> {
    d: &'d Definition,
    /// The fields that decide anything.
    kept: BTreeSet<FieldIndex>,
    apart: BTreeMap<StateId, Apart>,
}

/// What a condition or a value reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Read {
    Field(FieldIndex),
    State(StateId),
    Left(PromiseId),
}

fn reads(tree: &Typed, found: &mut BTreeSet<Read>) {
    use caseloop_expr::Kind as Part;
    tree.walk(&mut |part| {
        let read = match &part.kind {
            Part::Field {
                root: Root::Case,
                index,
                ..
            } => Read::Field(*index),
            Part::InState { state, .. } | Part::TimeIn { state, .. } => Read::State(StateId::at(usize::from(*state))),
            Part::Remaining { promise, .. } if is_supposed(PromiseId::at(usize::from(*promise))) => return,
            Part::Remaining { promise, .. } => Read::Left(PromiseId::at(usize::from(*promise))),
            _ => return,
        };
        found.insert(read);
    });
}

fn judged(condition: Option<&Condition>, found: &mut BTreeSet<Read>) {
    if let Some(condition) = condition {
        reads(condition.tree(), found);
    }
}

impl<'d> Looked<'d> {
    fn at(d: &'d Definition, values: &Values) -> Self {
        let none = Self {
            d,
            kept: values.kept.iter().copied().collect(),
            apart: BTreeMap::new(),
        };
        let regions = none.states().filter(|id| none.is_region(*id));
        let apart: BTreeMap<_, _> = regions
            .filter_map(|region| Some((region, none.apart(region)?)))
            .collect();
        Self { apart, ..none }
    }

    fn states(&self) -> impl Iterator<Item = StateId> + use<> {
        (0..self.d.states.len()).map(StateId::at)
    }

    fn kind(&self, id: StateId) -> Option<Kind> {
        Some(self.d.states.get(id.index())?.kind)
    }

    fn parent(&self, id: StateId) -> Option<StateId> {
        self.d.states.get(id.index())?.parent
    }

    fn is_region(&self, id: StateId) -> bool {
        self.parent(id)
            .is_some_and(|parent| self.kind(parent) == Some(Kind::Parallel))
    }

    fn children(&self, of: StateId) -> Vec<StateId> {
        let is_child = |id: &StateId| {
            self.d
                .states
                .get(id.index())
                .is_some_and(|state| state.parent == Some(of))
        };
        self.states().filter(is_child).collect()
    }

    /// Whether one state is the other or inside it.
    fn within(&self, inner: StateId, outer: StateId) -> bool {
        let parent = |id: &StateId| self.d.states.get(id.index())?.parent;
        std::iter::successors(Some(inner), parent).any(|id| id == outer)
    }

    fn branches(&self) -> impl Iterator<Item = (BranchId, &'d Branch)> {
        let all = self.d.branches.iter().enumerate();
        all.map(|(at, branch)| (BranchId::at(at), branch))
    }

    fn is_inside(&self, branch: &Branch, region: StateId) -> bool {
        self.within(branch.source, region)
    }

    fn is_exit(&self, branch: &Branch, region: StateId) -> bool {
        match &branch.go {
            Go::To(targets) => targets.iter().any(|target| !self.within(*target, region)),
            Go::Stay | Go::Reject(_) => false,
        }
    }

    /// The region as one that can be left out, where it can.
    fn apart(&self, region: StateId) -> Option<Apart> {
        let parallel = self.parent(region)?;
        let over = self
            .children(region)
            .into_iter()
            .find(|id| self.kind(*id) == Some(Kind::Final))?;
        let is_apart = self.kind(region) == Some(Kind::Compound)
            && self.is_entered_by_default(region)
            && self.exits_lead_out(parallel, region)
            && self.hears_alone(region)
            && self.keeps_to_itself(region)
            && self.ends_freely(region)
            && self
                .d
                .promises
                .iter()
                .enumerate()
                .all(|(at, promise)| self.leaves_alone(PromiseId::at(at), promise, region))
            && self
                .d
                .guarantees
                .iter()
                .all(|guarantee| self.is_no_matter_of(&guarantee.what, region, over));
        let exits = self
            .branches()
            .filter(|(_, branch)| self.is_inside(branch, region) && self.is_exit(branch, region));
        is_apart.then(|| Apart {
            parallel,
            over,
            exits: exits.map(|(id, _)| id).collect(),
        })
    }

    /// Whether nothing outside leads to a place inside.
    fn is_entered_by_default(&self, region: StateId) -> bool {
        let outer = self.branches().filter(|(_, branch)| !self.is_inside(branch, region));
        let targets = outer.flat_map(|(_, branch)| match &branch.go {
            Go::To(targets) => targets.as_slice(),
            Go::Stay | Go::Reject(_) => &[],
        });
        let starts = self
            .d
            .states
            .iter()
            .enumerate()
            .filter(|(at, _)| !self.within(StateId::at(*at), region));
        let starts = starts.flat_map(|(_, state)| &state.start.targets);
        !targets.chain(starts).any(|target| self.within(*target, region))
    }

    /// Whether every branch out of the region leads out of all regions.
    fn exits_lead_out(&self, parallel: StateId, region: StateId) -> bool {
        let mut inner = self.branches().filter(|(_, branch)| self.is_inside(branch, region));
        inner.all(|(_, branch)| match &branch.go {
            Go::To(targets) if self.is_exit(branch, region) => targets
                .iter()
                .all(|target| *target == parallel || !self.within(*target, parallel)),
            _ => true,
        })
    }

    /// Whether nothing outside answers to what the region answers to, or to what happens inside it.
    fn hears_alone(&self, region: StateId) -> bool {
        let mut own: BTreeSet<EventId> = BTreeSet::new();
        for (_, branch) in self.branches().filter(|(_, branch)| self.is_inside(branch, region)) {
            if let Trigger::Event(event) = branch.trigger {
                own.insert(event);
            }
        }
        let mut sends = false;
        self.each_action(region, &mut |action| match action {
            Action::Raise(event) => drop(own.insert(*event)),
            Action::Send { .. } | Action::Cancel(_) => sends = true,
            _ => {}
        });
        for (_, state) in self.inside(region) {
            own.extend(state.done);
        }
        let mut outer = self.branches().filter(|(_, branch)| !self.is_inside(branch, region));
        !sends
            && !outer.any(|(_, branch)| match branch.trigger {
                Trigger::Event(event) => own.contains(&event) && !self.are_beside(branch.source, region),
                Trigger::Always | Trigger::Timer(_) => false,
            })
    }

    /// Whether a state stands in another region of the same state: both may answer to one event.
    fn are_beside(&self, state: StateId, region: StateId) -> bool {
        let parent = self.d.states.get(region.index()).and_then(|state| state.parent);
        parent.is_some_and(|parent| state != parent && self.within(state, parent))
    }

    fn inside(&self, region: StateId) -> impl Iterator<Item = (StateId, &'d caseloop_core::definition::StateDef)> {
        let all = self
            .d
            .states
            .iter()
            .enumerate()
            .map(|(at, state)| (StateId::at(at), state));
        all.filter(move |(id, _)| self.within(*id, region))
    }

    /// The actions of a region, but for those of branches that lead out.
    fn each_action(&self, region: StateId, visit: &mut dyn FnMut(&'d Action)) {
        for (_, branch) in self.branches() {
            if self.is_inside(branch, region) && !self.is_exit(branch, region) {
                walk(&branch.actions, visit);
            }
        }
        for (_, state) in self.inside(region) {
            for actions in [&state.enter, &state.leave, &state.start.actions] {
                walk(actions, visit);
            }
        }
    }

    /// The fields that decide something and that a region sets.
    fn writes(&self, region: StateId) -> BTreeSet<FieldIndex> {
        let mut written = BTreeSet::new();
        self.each_action(region, &mut |action| {
            written.extend(set_by(std::slice::from_ref(action)))
        });
        written.retain(|field| self.kept.contains(field));
        written
    }

    /// Whether something that is read belongs to the region.
    fn is_of(&self, read: Read, region: StateId, written: &BTreeSet<FieldIndex>) -> bool {
        match read {
            Read::Field(field) => written.contains(&field),
            Read::State(state) => self.within(state, region),
            Read::Left(promise) => {
                let promise = self.d.promises.get(promise.index());
                promise.is_some_and(|promise| self.touches(promise, region, written))
            }
        }
    }

    /// Whether nothing outside reads what the region sets, or where it is.
    fn keeps_to_itself(&self, region: StateId) -> bool {
        let written = self.writes(region);
        let mut outside = BTreeSet::new();
        let mut acts = |actions: &'d [Action]| {
            walk(actions, &mut |action| match action {
                Action::Set { field, value } if self.kept.contains(field) => reads(value.tree(), &mut outside),
                Action::If { cases, .. } => cases
                    .iter()
                    .for_each(|(condition, _)| judged(Some(condition), &mut outside)),
                _ => {}
            });
        };
        for (_, branch) in self.branches() {
            if !self.is_inside(branch, region) || self.is_exit(branch, region) {
                acts(&branch.actions);
            }
        }
        for (id, state) in self.states().zip(&self.d.states) {
            if !self.within(id, region) {
                [&state.enter, &state.leave, &state.start.actions]
                    .into_iter()
                    .for_each(|actions| acts(actions));
            }
        }
        for (_, branch) in self.branches().filter(|(_, branch)| !self.is_inside(branch, region)) {
            judged(branch.condition.as_ref(), &mut outside);
        }
        for (id, state) in self.states().zip(&self.d.states) {
            let waited = state.waits_for.iter().filter(|_| !self.within(id, region));
            waited.for_each(|waited| match waited {
                WaitsFor::Data(who) => reads(who.tree(), &mut outside),
                WaitsFor::Role(_) => {}
            });
        }
        for guarantee in &self.d.guarantees {
            match &guarantee.what {
                Guarantee::Always(condition) | Guarantee::Never(condition) => judged(Some(condition), &mut outside),
                Guarantee::LeadsTo { from, to } => {
                    judged(Some(from), &mut outside);
                    judged(Some(to), &mut outside);
                }
                _ => {}
            }
        }
        !outside.into_iter().any(|read| self.is_of(read, region, &written))
    }

    /// Whether the step that ends the region could as well be taken later, whatever happens outside meanwhile.
    fn ends_freely(&self, region: StateId) -> bool {
        let ends: Vec<StateId> = self
            .children(region)
            .into_iter()
            .filter(|id| self.kind(*id) == Some(Kind::Final))
            .collect();
        let mut written_outside: BTreeSet<FieldIndex> = BTreeSet::new();
        for (_, branch) in self.branches().filter(|(_, branch)| !self.is_inside(branch, region)) {
            written_outside.extend(set_by(&branch.actions));
        }
        let outer = self
            .states()
            .zip(&self.d.states)
            .filter(|(id, _)| !self.within(*id, region));
        for (_, state) in outer {
            for actions in [&state.enter, &state.leave, &state.start.actions] {
                written_outside.extend(set_by(actions));
            }
        }
        let own = |read: Read| match read {
            Read::Field(field) => !written_outside.contains(&field),
            Read::State(state) => self.within(state, region),
            Read::Left(_) => false,
        };
        let inner = self.branches().filter(|(_, branch)| self.is_inside(branch, region));
        let ending = inner.filter(|(_, branch)| match &branch.go {
            Go::To(targets) => targets.iter().any(|target| ends.contains(target)),
            Go::Stay | Go::Reject(_) => false,
        });
        let mut read = BTreeSet::new();
        ending.for_each(|(_, branch)| judged(branch.condition.as_ref(), &mut read));
        read.into_iter().all(own)
    }

    /// Whether a promise has to do with the region.
    fn touches(&self, promise: &PromiseDef, region: StateId, written: &BTreeSet<FieldIndex>) -> bool {
        let mut read = BTreeSet::new();
        match &promise.within {
            Some(Limit::Data(value)) => reads(value.tree(), &mut read),
            Some(Limit::Table { of, .. }) => read.extend(of.iter().map(|field| Read::Field(*field))),
            _ => {}
        }
        if let Some(Choice::Field { field, .. }) = promise.calendar.as_deref() {
            read.insert(Read::Field(*field));
        }
        for mark in promise.marks() {
            judged(mark.condition.as_ref(), &mut read);
            for value in [&mark.by, &mark.since].into_iter().flatten() {
                reads(value.tree(), &mut read);
            }
        }
        let reads_own = read.into_iter().any(|read| match read {
            Read::Left(_) => true,
            read => self.is_of(read, region, written),
        });
        reads_own
            || promise.paused_in.iter().any(|state| self.within(*state, region))
            || promise.marks().any(|mark| self.is_made_by(mark, region))
    }

    /// Whether what happens in the region may be a mark.
    fn is_made_by(&self, mark: &MarkDef, region: StateId) -> bool {
        match mark.on {
            Mark::Start => false,
            Mark::Entering(state) | Mark::Leaving(state) => self.within(state, region),
            Mark::Event(event) => self
                .branches()
                .any(|(_, branch)| branch.trigger == Trigger::Event(event) && self.is_inside(branch, region)),
        }
    }

    /// Whether a promise has nothing to do with the region, or with nothing else.
    fn leaves_alone(&self, id: PromiseId, promise: &PromiseDef, region: StateId) -> bool {
        let written = self.writes(region);
        if !self.touches(promise, region, &written) {
            return true;
        }
        let only_here = promise.marks().all(|mark| match mark.on {
            Mark::Start => false,
            Mark::Entering(state) | Mark::Leaving(state) => self.within(state, region),
            Mark::Event(event) => self
                .branches()
                .all(|(_, branch)| branch.trigger != Trigger::Event(event) || self.is_inside(branch, region)),
        });
        let heard_here = self.branches().all(|(_, branch)| match branch.trigger {
            Trigger::Event(event) => {
                (event != promise.warned && event != promise.breached) || self.is_inside(branch, region)
            }
            _ => true,
        });
        let timers = promise.rungs.iter().map(|rung| rung.timer);
        let mut timers = timers.chain(promise.warnings.iter().filter_map(|warning| warning.timer));
        let only_tells = timers.all(|timer| {
            let timer = self.d.timers.get(timer.index());
            let branches = timer.into_iter().flat_map(|timer| &timer.branches);
            branches.filter_map(|id| self.d.branches.get(id.index())).all(|branch| {
                branch.go == Go::Stay
                    && branch
                        .actions
                        .iter()
                        .all(|action| matches!(action, Action::Emit { .. }))
            })
        });
        let rests_here = promise.paused_in.iter().all(|state| self.within(*state, region));
        let read_elsewhere = self.d.promises.iter().enumerate().any(|(at, other)| {
            PromiseId::at(at) != id
                && other.marks().any(|mark| {
                    let mut read = BTreeSet::new();
                    judged(mark.condition.as_ref(), &mut read);
                    read.contains(&Read::Left(id))
                })
        });
        only_here && heard_here && only_tells && rests_here && !read_elsewhere
    }

    /// Whether a guarantee can be decided without the region, where it is not the region's own matter.
    fn is_no_matter_of(&self, guarantee: &Guarantee, region: StateId, over: StateId) -> bool {
        match guarantee {
            Guarantee::OnlyBy { entering, .. } => !entering.contains(&over) && !entering.contains(&region),
            Guarantee::CanReach(states) | Guarantee::TimeAloneEndsIn(states) => {
                !states.iter().any(|state| self.within(*state, region))
            }
            Guarantee::TakenAtMost { branches, .. } => {
                let inside = |id: &BranchId| {
                    self.d
                        .branches
                        .get(id.index())
                        .is_some_and(|branch| self.is_inside(branch, region))
                };
                !branches.iter().any(inside) || branches.iter().all(inside)
            }
            _ => true,
        }
    }

    /// The regions that are kept for the sake of one: itself, those around it, and elsewhere the first of each state.
    fn chosen(&self, region: StateId) -> BTreeSet<StateId> {
        let mut chosen: BTreeMap<StateId, StateId> = BTreeMap::new();
        for (own, apart) in &self.apart {
            if self.within(region, *own) {
                chosen.insert(apart.parallel, *own);
            } else {
                chosen.entry(apart.parallel).or_insert(*own);
            }
        }
        // One that stands around the region takes the place of the first.
        for (own, apart) in &self.apart {
            if self.within(region, *own) {
                chosen.insert(apart.parallel, *own);
            }
        }
        chosen.into_values().collect()
    }

    fn slice(&self, kept: &BTreeSet<StateId>) -> Slice {
        let mut slice = Slice {
            definition: self.d.clone(),
            exits: BTreeMap::new(),
        };
        for (region, apart) in self.apart.iter().filter(|(region, _)| !kept.contains(region)) {
            if let Some(state) = slice.definition.states.get_mut(region.index()) {
                state.start.targets = vec![apart.over];
                state.start.actions = Vec::new();
            }
            for exit in &apart.exits {
                self.add_exit(*region, apart, *exit, &mut slice);
            }
        }
        slice
    }

    /// A branch out of a region left out, as one that may be taken at any moment.
    fn add_exit(&self, region: StateId, apart: &Apart, exit: BranchId, slice: &mut Slice) {
        let Some(branch) = self.d.branches.get(exit.index()) else {
            return;
        };
        let definition = &mut slice.definition;
        let event = EventId::at(definition.events.len());
        let own = BranchId::at(definition.branches.len());
        let heard = match branch.trigger {
            Trigger::Event(event) => self.d.events.get(event.index()),
            Trigger::Always | Trigger::Timer(_) => None,
        };
        definition.events.push(EventDef {
            name: format!("~{}", branch.name).into(),
            external: true,
            sent_by: Vec::new(),
            data: heard.map_or_else(Data::default, |event| event.data.clone()),
            span: branch.span,
        });
        let written = self.writes(region);
        let mut read = BTreeSet::new();
        judged(branch.condition.as_ref(), &mut read);
        let tells = !read.into_iter().any(|read| self.is_of(read, region, &written));
        definition.branches.push(Branch {
            name: Arc::from(format!("~{}", branch.name)),
            source: apart.parallel,
            trigger: Trigger::Event(event),
            condition: branch.condition.clone().filter(|_| tells),
            internal: false,
            ..branch.clone()
        });
        if let Some(parallel) = definition.states.get_mut(apart.parallel.index()) {
            parallel.branches.push(own);
        }
        for guarantee in &mut definition.guarantees {
            if let Guarantee::OnlyBy { branches, .. } | Guarantee::TakenAtMost { branches, .. } = &mut guarantee.what
                && branches.contains(&exit)
            {
                branches.push(own);
            }
        }
        slice.exits.insert(event, heard.is_none_or(|event| !event.external));
    }
}

/// The fields that actions set.
fn set_by(actions: &[Action]) -> BTreeSet<FieldIndex> {
    let mut set = BTreeSet::new();
    walk(actions, &mut |action| match action {
        Action::Set { field, .. } => drop(set.insert(*field)),
        Action::Ask(ask) => set.extend(ask.outputs.iter().flatten()),
        _ => {}
    });
    set
}

fn walk<'d>(actions: &'d [Action], visit: &mut dyn FnMut(&'d Action)) {
    for action in actions {
        visit(action);
        if let Action::If { cases, otherwise } = action {
            cases.iter().for_each(|(_, actions)| walk(actions, visit));
            walk(otherwise, visit);
        }
    }
}
