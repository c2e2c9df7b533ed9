//! What is worked out once at load, so that a step only looks it up: where words live, which branches answer a
//! trigger in a leaf, and the moves whose every action is known beforehand.
//!
//! A configuration with one leaf is its leaf. For such a leaf and a branch that leads to one leaf again, all that
//! happens on the way (what is left, done, entered, armed, cancelled) is a fixed list of [`Op`]s: a [`Move`]. Every
//! other case (regions, histories) is worked out by the general algorithm in `kernel::general`; both run the same
//! ops.

use crate::definition::{Action, Definition, Delay, Go, Kind, Trigger};
use crate::error::DefinitionError;
use crate::record::Record;
use crate::watches::Watches;
use crate::work::{Asked, Emission, Step, Steps};
use crate::{BranchId, EventId, StateId, TimerId};
use caseloop_expr::FieldIndex;
use std::ops::Range;

/// The most cells of the table of candidates; 4 bytes each.
const MAX_CELLS: usize = 8_000_000;
/// The most candidates in all cells.
const MAX_CANDIDATES: usize = 2_000_000;
/// The most ops, and the most records, of all moves.
const MAX_OPS: usize = 8_000_000;

/// One thing that happens on the way from one configuration to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// Remember in this history that the leaf was active.
    Remember(u16, StateId),
    /// The step at this position.
    Do(u32),
    /// The emission at this position, whose arguments are all known.
    Emit(u32),
    /// The emission at this position, whose computed arguments are fields of the case as they are.
    EmitFields(u32),
    /// The leaf, while an action looks on.
    At(StateId),
    /// Stop a timer that fires once; `word` holds when.
    Stop { timer: TimerId, word: u32 },
    /// Stop a timer that repeats, and forget how often it did.
    StopRepeating { timer: TimerId, word: u32, counter: u32 },
    /// The state is no longer active.
    Leave(StateId),
    /// The state is active.
    Enter(StateId),
    /// Note in this word when the state was entered.
    Stamp(u32),
    /// Forget when the state was entered, in this word.
    Unstamp(u32),
    /// Start a timer, whose length is worked out now.
    Arm(TimerId),
    /// Start a timer of this many milliseconds.
    ArmFor { timer: TimerId, word: u32, length: i64 },
    /// Queue an internal event.
    Raise(EventId),
    /// The case is over: stop every timer and withdraw every delayed event.
    Close,
}

/// A branch that may answer a trigger in a leaf.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    /// The branch.
    pub(crate) branch: BranchId,
    /// Whether it has a condition.
    pub(crate) guarded: bool,
    /// Position of the move, or [`GENERAL`].
    pub(crate) route: u32,
}

/// The cell of direct moves that holds the way in: nobody rests in the root, so its row is free.
pub(crate) const WAY_IN: (StateId, EventId) = (StateId(0), EventId(0));

/// Marks a candidate whose way is worked out when it is taken.
pub(crate) const GENERAL: u32 = u32::MAX;

/// A way from one leaf to another, known beforehand.
#[derive(Clone, Debug)]
pub(crate) struct Move {
    /// What the journal says of it whatever the data: the branch, the states left and entered.
    pub(crate) records: Range<u32>,
    /// What happens, in order.
    pub(crate) ops: Box<[Op]>,
    /// The leaf afterwards.
    pub(crate) leaf: StateId,
    /// Whether all of it is of the commonest kind (see `kernel::hot`).
    pub(crate) plain: bool,
}

/// What the kernel needs to know of a state at a glance.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) parent: StateId,
    pub(crate) kind: Kind,
    /// One past the last descendant; descendants are `id + 1..end`.
    pub(crate) end: u16,
    /// The ops on leaving, without histories.
    pub(crate) leave: Range<u32>,
    /// The ops on entering up to and with the `enter` actions, and those after them (timers).
    pub(crate) enter: Range<u32>,
    /// The start's actions.
    pub(crate) start: Range<u32>,
    /// Histories to fill when this state is left, and whether each is deep.
    pub(crate) histories: Vec<(u16, bool)>,
    /// The child states proper (histories left out).
    pub(crate) children: Vec<StateId>,
    /// Where `time_in` reads when it was entered.
    pub(crate) stamp: Option<u32>,
    /// Which memory a history state reads.
    pub(crate) memory: u16,
}

/// Where a snapshot's words are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    /// The case's data.
    pub(crate) data: Range<usize>,
    /// Due instant per timer.
    pub(crate) due: usize,
    /// Number of firings, for timers that repeat.
    pub(crate) fired: usize,
    /// Instants of entry.
    pub(crate) stamps: usize,
    /// What each history remembers, `bit_words` each.
    pub(crate) histories: usize,
    /// The active states while there are several leaves, `bit_words` long.
    pub(crate) bits: usize,
    /// Length of one set of states in words; 0 where a workflow never needs the general algorithm.
    pub(crate) bit_words: usize,
    /// All words.
    pub(crate) words: usize,
    /// Texts, lists and records of the case's data.
    pub(crate) heavy: usize,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) layout: Layout,
    pub(crate) nodes: Vec<Node>,
    pub(crate) ops: Vec<Op>,
    pub(crate) records: Vec<Record>,
    pub(crate) steps: Vec<Step>,
    pub(crate) emissions: Vec<Emission>,
    pub(crate) asks: Vec<Asked>,
    pub(crate) moves: Vec<Move>,
    /// Ops of all moves.
    packed: usize,
    pub(crate) candidates: Vec<Candidate>,
    /// Where each cell's candidates begin; a cell is `leaf * columns + column`.
    offsets: Vec<u32>,
    /// The plain move of each cell whose first candidate is always taken, or [`GENERAL`].
    direct: Vec<u32>,
    columns: usize,
    events: usize,
    /// Actions of each branch.
    pub(crate) branch_ops: Vec<Range<u32>>,
    /// The word that counts a timer's firings, where it repeats.
    pub(crate) counters: Vec<Option<u32>>,
    /// Memories of histories: the state that is remembered and whether deeply.
    pub(crate) memories: Vec<(StateId, bool)>,
    /// Whether a case in this leaf alone stays there until an event or timer comes, and is not over.
    pub(crate) rests: Vec<bool>,
    /// Whether a step can reach a limit halfway, so that its beginning must be kept.
    pub(crate) fallible: bool,
    /// The way in, where it leads to one leaf.
    pub(crate) entry: Option<Move>,
    /// What promises watch for, where there are any.
    pub(crate) watches: Option<Watches>,
    /// The case's level.
    pub(crate) level: Option<FieldIndex>,
}

#[expect(
    clippy::indexing_slicing,
    reason = "the ids of a compiled workflow were checked when it was compiled"
)]
impl Tables {
    pub(crate) fn build(d: &Definition) -> Result<Self, DefinitionError> {
        let events = d.events.len();
        let columns = 1 + events + d.timers.len();
        let cells = d.states.len() * columns;
        if cells > MAX_CELLS {
            let what = format!(
                "{} states times {columns} triggers, of at most {MAX_CELLS} pairs",
                d.states.len()
            );
            return Err(DefinitionError::TooLarge(what));
        }
        let mut tables = Self {
            layout: Layout::default(),
            nodes: Vec::new(),
            ops: Vec::new(),
            records: Vec::new(),
            steps: Vec::new(),
            emissions: Vec::new(),
            asks: Vec::new(),
            rests: vec![false; d.states.len()],
            fallible: false,
            moves: Vec::new(),
            packed: 0,
            candidates: Vec::new(),
            offsets: Vec::with_capacity(cells + 1),
            direct: Vec::with_capacity(cells),
            columns,
            events,
            branch_ops: Vec::new(),
            counters: Vec::new(),
            memories: Vec::new(),
            entry: None,
            watches: Watches::of(d),
            level: None,
        };
        let stamped = stamped_states(d);
        tables.lay_out(d, stamped.len());
        tables.level = d.case.record.get("level").map(|(index, _)| index);
        tables.add_nodes(d, &stamped);
        for branch in &d.branches {
            let ops = tables.add_actions(d, &branch.actions);
            tables.branch_ops.push(ops);
        }
        tables.add_candidates(d)?;
        tables.entry = tables.entry_move(d);
        if let Some(entry) = tables.entry.clone().filter(|_| events > 0) {
            let cell = tables.cell(WAY_IN.0, Trigger::Event(WAY_IN.1));
            tables.direct[cell] = tables.moves.len() as u32;
            tables.moves.push(entry);
        }
        tables.mark_plain();
        let eventless = d.branches.iter().any(|branch| branch.trigger == Trigger::Always);
        // Regions raise their `done` without an op.
        let queues = d.states.iter().any(|state| state.done.is_some());
        let delays = d.timers.iter().flat_map(|t| [Some(&t.after), t.every.as_ref()]);
        let asks_calendars = delays.flatten().any(|delay| matches!(delay, Delay::Calendar(..)));
        tables.fallible = eventless
            || queues
            || asks_calendars
            || tables.watches.is_some()
            || tables.steps.iter().any(Step::can_fail);
        Ok(tables)
    }

    /// The candidates for a trigger in a leaf, first to last.
    #[inline]
    pub(crate) fn candidates(&self, leaf: StateId, trigger: Trigger) -> &[Candidate] {
        let cell = self.cell(leaf, trigger);
        &self.candidates[self.offsets[cell] as usize..self.offsets[cell + 1] as usize]
    }

    /// The plain move of the candidate that is always taken, or [`GENERAL`] where conditions decide, nothing answers or
    /// the way is not plain.
    #[inline]
    pub(crate) fn direct(&self, leaf: StateId, trigger: Trigger) -> u32 {
        self.direct[self.cell(leaf, trigger)]
    }

    /// Whether the workflow knows no events, so that nothing is looked up by one.
    pub(crate) fn is_silent(&self) -> bool {
        self.events == 0
    }

    #[inline]
    fn cell(&self, leaf: StateId, trigger: Trigger) -> usize {
        let column = match trigger {
            Trigger::Always => 0,
            Trigger::Event(event) => 1 + event.index(),
            Trigger::Timer(timer) => 1 + self.events + timer.index(),
        };
        leaf.index() * self.columns + column
    }

    /// Whether `inner` is `outer` or lies inside it.
    #[inline]
    pub(crate) fn within(&self, inner: StateId, outer: StateId) -> bool {
        outer <= inner && inner.0 < self.nodes[outer.index()].end
    }

    /// Whether `inner` lies inside `outer` and is not it.
    pub(crate) fn inside(&self, inner: StateId, outer: StateId) -> bool {
        inner != outer && self.within(inner, outer)
    }

    /// The closest compound state (or the root) that has all of `states` inside.
    pub(crate) fn common_ancestor(&self, first: StateId, others: &[StateId]) -> StateId {
        let mut at = self.nodes[first.index()].parent;
        loop {
            let node = &self.nodes[at.index()];
            let compound = node.kind == Kind::Compound || at == StateId(0);
            if compound && others.iter().all(|other| self.inside(*other, at)) {
                return at;
            }
            if at == StateId(0) {
                return at;
            }
            at = node.parent;
        }
    }

    fn due_word(&self, timer: TimerId) -> u32 {
        self.layout.due as u32 + timer.index() as u32
    }

    /// What starts this timer.
    fn arm(&self, d: &Definition, timer: TimerId) -> Op {
        let word = self.due_word(timer);
        match d.timers[timer.index()].after {
            Delay::Elapsed(length) => Op::ArmFor { timer, word, length },
            _ => Op::Arm(timer),
        }
    }

    /// What stops this timer.
    fn stop(&self, timer: TimerId) -> Op {
        let word = self.due_word(timer);
        match self.counters[timer.index()] {
            Some(counter) => Op::StopRepeating { timer, word, counter },
            None => Op::Stop { timer, word },
        }
    }

    fn add_nodes(&mut self, d: &Definition, stamped: &[StateId]) {
        let stamps = self.layout.stamps as u32;
        for (position, state) in d.states.iter().enumerate() {
            let id = StateId::at(position);
            let stamp = stamped.binary_search(&id).ok().map(|stamp| stamps + stamp as u32);
            let leave = self.add_actions(d, &state.leave);
            let stops: Vec<Op> = state.timers.iter().map(|timer| self.stop(*timer)).collect();
            let leave = self.extend(
                leave,
                stops.into_iter().chain(stamp.map(Op::Unstamp)).chain([Op::Leave(id)]),
            );
            let first = self.ops.len() as u32;
            // The root is where a case is from its start to its end: nobody is told.
            self.ops.extend((position > 0).then_some(Op::Enter(id)));
            self.ops.extend(stamp.map(Op::Stamp));
            let actions = self.add_actions(d, &state.enter);
            let ended = state.kind == Kind::Final && state.parent == Some(StateId(0));
            let mut arms: Vec<Op> = state.timers.iter().map(|timer| self.arm(d, *timer)).collect();
            arms.extend(ended.then_some(Op::Close));
            let enter = self.extend(first..actions.end, arms.into_iter());
            let start = self.add_actions(d, &state.start.actions);
            self.nodes.push(Node {
                parent: state.parent.unwrap_or_default(),
                kind: state.kind,
                end: end_of(d, position),
                leave,
                enter,
                start,
                histories: Vec::new(),
                children: Vec::new(),
                stamp,
                memory: 0,
            });
        }
        for (position, state) in d.states.iter().enumerate().skip(1) {
            let parent = state.parent.unwrap_or_default().index();
            if let Kind::History { deep } = state.kind {
                let memory = self.memories.len() as u16;
                self.memories.push((StateId::at(parent), deep));
                self.nodes[position].memory = memory;
                self.nodes[parent].histories.push((memory, deep));
            } else {
                self.nodes[parent].children.push(StateId::at(position));
            }
        }
    }

    fn lay_out(&mut self, d: &Definition, stamps: usize) {
        let memories = d
            .states
            .iter()
            .filter(|s| matches!(s.kind, Kind::History { .. }))
            .count();
        let regions = d.states.iter().any(|s| s.kind == Kind::Parallel);
        let several = d.states.iter().any(|s| s.start.targets.len() > 1)
            || d.branches
                .iter()
                .any(|b| matches!(&b.go, Go::To(targets) if targets.len() > 1));
        let general = regions || several || memories > 0;
        let bit_words = if general { d.states.len().div_ceil(64) } else { 0 };
        let data = 0..d.case.record.words();
        let due = data.end;
        let armed = d.timers.iter().filter(|t| !matches!(t.after, Delay::Promise(_)));
        let fired = due + armed.count();
        let mut stamps_at = fired;
        for timer in &d.timers {
            self.counters.push(timer.every.is_some().then_some(stamps_at as u32));
            stamps_at += usize::from(timer.every.is_some());
        }
        let histories = stamps_at + stamps;
        let bits = histories + memories * bit_words;
        let words = bits + bit_words;
        let heavy = d.case.record.heavies();
        self.layout = Layout {
            data,
            due,
            fired,
            stamps: stamps_at,
            histories,
            bits,
            bit_words,
            words,
            heavy,
        };
    }

    fn add_candidates(&mut self, d: &Definition) -> Result<(), DefinitionError> {
        let mut cell: Vec<BranchId> = Vec::new();
        for leaf in 0..d.states.len() {
            let leaf = StateId::at(leaf);
            let answers = self.is_leaf(leaf) && !self.is_end(leaf);
            for column in 0..self.columns {
                let first = self.candidates.len();
                self.offsets.push(first as u32);
                self.direct.push(GENERAL);
                if !answers {
                    continue;
                }
                cell.clear();
                self.collect(d, leaf, self.trigger(column), &mut cell);
                for branch in cell.drain(..) {
                    let route = self.add_move(d, leaf, branch);
                    let guarded = d.branches[branch.index()].condition.is_some();
                    self.candidates.push(Candidate { branch, guarded, route });
                }
                match self.candidates.get(first) {
                    None => self.rests[leaf.index()] |= column == 0,
                    Some(always) if !always.guarded => self.direct[leaf.index() * self.columns + column] = always.route,
                    Some(_) => {}
                }
                let longest = self.packed.max(self.records.len());
                if self.candidates.len() > MAX_CANDIDATES || longest > MAX_OPS {
                    let what = "its branches answer in too many states: name fewer in the states around".to_owned();
                    return Err(DefinitionError::TooLarge(what));
                }
            }
        }
        self.offsets.push(self.candidates.len() as u32);
        Ok(())
    }

    fn trigger(&self, column: usize) -> Trigger {
        match column.checked_sub(1) {
            None => Trigger::Always,
            Some(event) if event < self.events => Trigger::Event(EventId::at(event)),
            Some(timer) => Trigger::Timer(TimerId::at(timer - self.events)),
        }
    }

    /// The branches of a leaf and of the states around it, inner before outer, in document order, up to the first
    /// that always holds.
    fn collect(&self, d: &Definition, leaf: StateId, trigger: Trigger, into: &mut Vec<BranchId>) {
        let mut at = leaf;
        loop {
            let own: &[BranchId] = match trigger {
                Trigger::Timer(timer) if d.timers[timer.index()].state == at => &d.timers[timer.index()].branches,
                Trigger::Timer(_) => &[],
                _ => &d.states[at.index()].branches,
            };
            for id in own {
                let branch = &d.branches[id.index()];
                if branch.trigger == trigger {
                    into.push(*id);
                    if branch.condition.is_none() {
                        return;
                    }
                }
            }
            if at == StateId(0) {
                return;
            }
            at = self.nodes[at.index()].parent;
        }
    }

    /// Works out the way of a branch from a leaf that is the whole configuration, where that is possible.
    fn add_move(&mut self, d: &Definition, leaf: StateId, branch: BranchId) -> u32 {
        let def = &d.branches[branch.index()];
        let body = self.branch_ops[branch.index()].clone();
        let mut leaf_after = leaf;
        let ops = match &def.go {
            Go::Reject(_) => return GENERAL,
            Go::Stay => self.ops[body.start as usize..body.end as usize].to_vec(),
            Go::To(targets) => {
                let &[target] = targets.as_slice() else { return GENERAL };
                if self.has_region_around(leaf) {
                    return GENERAL;
                }
                let inner = def.internal
                    && self.nodes[def.source.index()].kind == Kind::Compound
                    && self.inside(target, def.source);
                let domain = if inner {
                    def.source
                } else {
                    self.common_ancestor(def.source, &[target])
                };
                let Some(way_in) = self.way_in(d, domain, target) else {
                    return GENERAL;
                };
                let mut ops = self.way_out(leaf, domain);
                ops.extend_from_slice(&self.ops[body.start as usize..body.end as usize]);
                ops.extend(way_in);
                leaf_after = last_entered(&ops).unwrap_or(leaf);
                ops
            }
        };
        let way = self.pack(d, Some(branch), ops, leaf_after);
        self.moves.push(way);
        self.moves.len() as u32 - 1
    }

    /// What happens on leaving everything from the leaf up to, but not with, `domain`.
    fn way_out(&self, leaf: StateId, domain: StateId) -> Vec<Op> {
        let mut ops = Vec::new();
        let mut at = leaf;
        let mut child = leaf;
        while at != domain {
            for (memory, deep) in &self.nodes[at.index()].histories {
                ops.push(Op::Remember(*memory, if *deep { leaf } else { child }));
            }
            child = at;
            at = self.nodes[at.index()].parent;
        }
        at = leaf;
        while at != domain {
            let leave = self.nodes[at.index()].leave.clone();
            ops.extend_from_slice(&self.ops[leave.start as usize..leave.end as usize]);
            at = self.nodes[at.index()].parent;
        }
        ops
    }

    /// What happens on entering `target` from `domain` down to the one leaf; `None` where that is not one fixed leaf.
    fn way_in(&self, d: &Definition, domain: StateId, target: StateId) -> Option<Vec<Op>> {
        let mut path = vec![target];
        let mut at = target;
        while self.nodes[at.index()].parent != domain {
            at = self.nodes[at.index()].parent;
            path.push(at);
        }
        path.reverse();
        let mut ops = Vec::new();
        let mut position = 0;
        while let Some(&state) = path.get(position) {
            let node = &self.nodes[state.index()];
            ops.extend_from_slice(&self.ops[node.enter.start as usize..node.enter.end as usize]);
            position += 1;
            match node.kind {
                Kind::Parallel | Kind::History { .. } => return None,
                Kind::Atomic => {}
                Kind::Final => ops.extend(self.done_op(d, state)),
                Kind::Compound if position < path.len() => {}
                Kind::Compound => {
                    // The start may name a state deeper inside; the states between are entered plainly.
                    let &[start] = d.states[state.index()].start.targets.as_slice() else {
                        return None;
                    };
                    ops.extend_from_slice(&self.ops[node.start.start as usize..node.start.end as usize]);
                    let mut below = vec![start];
                    let mut up = start;
                    while self.nodes[up.index()].parent != state {
                        up = self.nodes[up.index()].parent;
                        below.push(up);
                    }
                    path.extend(below.into_iter().rev());
                }
            }
        }
        Some(ops)
    }

    fn done_op(&self, d: &Definition, end: StateId) -> Option<Op> {
        let parent = self.nodes[end.index()].parent;
        if parent == StateId(0) {
            None
        } else {
            d.states[parent.index()].done.map(Op::Raise)
        }
    }

    fn entry_move(&mut self, d: &Definition) -> Option<Move> {
        let root = &self.nodes[0];
        if root.kind != Kind::Compound {
            return None;
        }
        let &[target] = d.states[0].start.targets.as_slice() else {
            return None;
        };
        let enter = root.enter.clone();
        let start = root.start.clone();
        let way_in = self.way_in(d, StateId(0), target)?;
        let mut ops = self.ops[enter.start as usize..enter.end as usize].to_vec();
        ops.extend_from_slice(&self.ops[start.start as usize..start.end as usize]);
        ops.extend(way_in);
        let leaf = last_entered(&ops)?;
        Some(self.pack(d, None, ops, leaf))
    }

    fn has_region_around(&self, leaf: StateId) -> bool {
        let mut at = leaf;
        while at != StateId(0) {
            at = self.nodes[at.index()].parent;
            if self.nodes[at.index()].kind == Kind::Parallel {
                return true;
            }
        }
        false
    }

    pub(crate) fn is_leaf(&self, id: StateId) -> bool {
        matches!(self.nodes[id.index()].kind, Kind::Atomic | Kind::Final)
    }

    /// Whether being in this state means that the case is over.
    pub(crate) fn is_end(&self, id: StateId) -> bool {
        let node = &self.nodes[id.index()];
        node.kind == Kind::Final && node.parent == StateId(0) && self.nodes[0].kind == Kind::Compound
    }

    /// Whether the chart can be in just these leaves at once inside `around`: in one child of each active compound
    /// state and in every region of each active parallel one.
    pub(crate) fn is_configuration(&self, around: StateId, leaves: &[StateId]) -> bool {
        let mut sorted = leaves.to_vec();
        sorted.sort_unstable();
        let below = |state: StateId| {
            let end = StateId(self.nodes[state.index()].end);
            sorted.partition_point(|leaf| *leaf < end) - sorted.partition_point(|leaf| *leaf < state)
        };
        let complete = |position: usize| {
            let node = &self.nodes[position];
            if below(StateId::at(position)) == 0 {
                return true;
            }
            let active = node.children.iter().filter(|child| below(**child) > 0).count();
            match node.kind {
                Kind::Compound => active == 1,
                Kind::Parallel => active == node.children.len(),
                _ => below(StateId::at(position)) == 1,
            }
        };
        let inside = around.index()..usize::from(self.nodes[around.index()].end);
        below(around) == leaves.len() && !leaves.is_empty() && inside.into_iter().all(complete)
    }

    /// Whether the state may have been left with these states active, as a history of it remembers them: the leaves,
    /// or the children where it is shallow.
    pub(crate) fn is_memory(&self, around: StateId, deep: bool, remembered: &[StateId]) -> bool {
        let node = &self.nodes[around.index()];
        match (deep, node.kind) {
            (true, _) => remembered.iter().all(|id| self.is_leaf(*id)) && self.is_configuration(around, remembered),
            (false, Kind::Compound) => remembered.len() == 1 && node.children.contains(&remembered[0]),
            (false, _) => node.children == remembered,
        }
    }

    /// Splits a way into what is always the same and what depends on the data. States come and go in the ops only
    /// where an action could see it.
    fn pack(&mut self, d: &Definition, branch: Option<BranchId>, ops: Vec<Op>, leaf: StateId) -> Move {
        let first = self.records.len() as u32;
        self.records.extend(branch.map(Record::Taken));
        self.records.extend(ops.iter().filter_map(|op| match op {
            Op::Leave(state) => Some(Record::Left(*state)),
            Op::Enter(state) => Some(Record::Entered(*state)),
            _ => None,
        }));
        let records = first..self.records.len() as u32;
        let looks = ops.iter().any(|op| match op {
            Op::Do(step) => self.steps[*step as usize].reads_states(&self.emissions),
            Op::Arm(timer) => matches!(d.timers[timer.index()].after, Delay::Data(_)),
            _ => false,
        });
        let packed = ops.into_iter().filter_map(|op| match op {
            Op::Leave(state) if looks => Some(Op::At(self.nodes[state.index()].parent)),
            Op::Enter(state) if looks => Some(Op::At(state)),
            Op::Leave(_) | Op::Enter(_) => None,
            Op::Do(step) => Some(self.shortest(step)),
            op => Some(op),
        });
        let ops: Box<[Op]> = packed.collect();
        self.packed += ops.len();
        Move {
            records,
            ops,
            leaf,
            plain: false,
        }
    }

    fn shortest(&self, step: u32) -> Op {
        let Step::Emit(emission) = self.steps[step as usize] else {
            return Op::Do(step);
        };
        let Emission { formulas, fields, .. } = &self.emissions[emission as usize];
        match (formulas.is_empty(), fields.is_empty()) {
            (true, _) => Op::Emit(emission),
            (_, false) => Op::EmitFields(emission),
            _ => Op::Do(step),
        }
    }

    fn mark_plain(&mut self) {
        let steps = &self.steps;
        let plain_op = |op: &Op| match op {
            Op::Do(step) => matches!(steps[*step as usize], Step::SetWord { .. } | Step::Emit(_)),
            Op::Emit(_)
            | Op::EmitFields(_)
            | Op::ArmFor { .. }
            | Op::Stop { .. }
            | Op::StopRepeating { .. }
            | Op::Stamp(_)
            | Op::Unstamp(_)
            | Op::Close => true,
            Op::Arm(_) | Op::At(_) | Op::Remember(..) | Op::Leave(_) | Op::Enter(_) | Op::Raise(_) => false,
        };
        let (rests, nodes) = (&self.rests, &self.nodes);
        let is_plain = |way: &Move| {
            let node = &nodes[way.leaf.index()];
            let ends = node.kind == Kind::Final && node.parent == StateId(0) && nodes[0].kind == Kind::Compound;
            (rests[way.leaf.index()] || ends) && way.ops.iter().all(plain_op)
        };
        for way in &mut self.moves {
            way.plain = is_plain(way);
        }
        for route in &mut self.direct {
            if !self.moves.get(*route as usize).is_some_and(|way| way.plain) {
                *route = GENERAL;
            }
        }
    }

    fn add_actions(&mut self, d: &Definition, actions: &[Action]) -> Range<u32> {
        let first = self.ops.len() as u32;
        let mut steps = Steps {
            record: &d.case.record,
            data: self.layout.data.start,
            steps: &mut self.steps,
            emissions: &mut self.emissions,
            rules: &d.rules,
            asks: &mut self.asks,
        };
        let positions: Vec<u32> = actions.iter().map(|action| steps.add(action)).collect();
        self.ops.extend(positions.into_iter().map(Op::Do));
        first..self.ops.len() as u32
    }

    fn extend(&mut self, from: Range<u32>, more: impl Iterator<Item = Op>) -> Range<u32> {
        self.ops.extend(more);
        from.start..self.ops.len() as u32
    }
}

fn last_entered(ops: &[Op]) -> Option<StateId> {
    ops.iter()
        .rev()
        .find_map(|op| if let Op::Enter(state) = op { Some(*state) } else { None })
}

fn end_of(d: &Definition, position: usize) -> u16 {
    let mut end = position + 1;
    while let Some(state) = d.states.get(end)
        && state.parent.is_some_and(|parent| parent.index() >= position)
    {
        end += 1;
    }
    end as u16
}

/// The states whose time of entry some condition or value reads.
fn stamped_states(d: &Definition) -> Vec<StateId> {
    let mut found: Vec<StateId> = Vec::new();
    crate::walk::expressions(d, &mut |tree| {
        tree.walk(&mut |part| {
            if let caseloop_expr::Kind::TimeIn { state, .. } = part.kind {
                found.push(StateId(state));
            }
        });
    });
    found.sort_unstable();
    found.dedup();
    found
}
