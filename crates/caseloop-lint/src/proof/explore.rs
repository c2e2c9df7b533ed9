//! Every situation that a case can be in, and every step between two of them, taken by the kernel itself.
//!
//! A situation is a case at rest, out of time (see [`Timeless`]). From each, every event is sent with every kind of data, and
//! everything that runs falls due next, in every order that the lengths of a state's own timers allow.

use super::free::Free;
use super::order::Orders;
use super::slices::Exits;
use super::values::{AT, Tried, Values, any_value};
use caseloop_core::definition::{Data, Definition, Trigger};
use caseloop_core::{
    BranchId, Buffers, DueKind, EventId, Input, Limits, Pending, PromiseId, RawEntry, Record, Snapshot, StateId,
    StepError, Timeless, TimerId, Verdict, Workflow, step_into,
};
use caseloop_expr::{RecordType, RowBuf, Value};
use indexmap::{IndexMap, IndexSet};
use std::collections::BTreeSet;

/// How far is explored.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The most situations.
    pub situations: u32,
    /// The most steps between them.
    pub steps: u32,
    /// The most that is written to tell situations apart, in bytes: of workflows with very many states fewer steps are taken.
    pub bytes: u64,
    /// The most kinds of data that are tried of one event, or of a beginning.
    pub kinds: usize,
    /// After so many steps, regions that take no notice of each other are explored one at a time.
    pub together: u32,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            situations: 500_000,
            steps: 2_000_000,
            kinds: 20_000,
            together: 50_000,
            bytes: 300_000_000,
        }
    }
}

/// What is assumed beside the workflow.
#[derive(Clone, Debug, Default)]
pub(super) struct Assumed {
    /// Events that stand for what regions left out do.
    pub(super) exits: Exits,
    /// Timers whose lengths may be others than those of the workflow.
    pub(super) loose: BTreeSet<TimerId>,
}

/// What brings a step about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Cause {
    /// The case begins.
    Start,
    /// Somebody sends an event.
    Event(EventId),
    /// A timer fires.
    Timer(TimerId),
    /// The event at this position of those that the case sent itself arrives.
    Delayed(usize),
    /// A promise speaks.
    Promise(PromiseId, DueKind, u16),
}

/// What brings a step about, with the data that it brings: by the position of their kind, and of the ages of states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Deed {
    pub(super) cause: Cause,
    pub(super) data: u32,
    pub(super) ages: u32,
}

/// A step from one situation to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) deed: u32,
    /// By what choices of rules, among the scripts.
    pub(super) script: u32,
}

/// A step as it was taken, for those who look on.
pub(super) struct Seen<'s> {
    /// Which edge it is.
    pub(super) edge: u32,
    pub(super) cause: Cause,
    pub(super) before: Option<&'s Snapshot>,
    pub(super) entry: &'s RawEntry,
    pub(super) buffers: &'s Buffers,
}

/// No situation: a case that has not begun.
pub(super) const NOWHERE: u32 = u32::MAX;

/// See the module.
pub(super) struct Graph<'w> {
    pub(super) workflow: &'w Workflow,
    pub(super) timeless: Timeless<'w>,
    pub(super) free: Free<'w>,
    pub(super) situations: IndexSet<Box<[u8]>>,
    pub(super) edges: Vec<Edge>,
    /// The first edge of each situation; its edges follow each other.
    firsts: Vec<u32>,
    /// The edge by which each situation was found first.
    pub(super) found_by: Vec<u32>,
    pub(super) deeds: IndexSet<Deed>,
    pub(super) scripts: IndexSet<Vec<u16>>,
    /// What a case may begin with, and what each event may bring.
    starts: Vec<RowBuf>,
    events: Vec<Vec<RowBuf>>,
    ages: Vec<Vec<(StateId, i64)>>,
    /// Why not everything was explored.
    pub(super) open: Vec<String>,
    assumed: Assumed,
    /// The branches that answer to events, by state.
    answers: Vec<Vec<EventId>>,
    bounds: Bounds,
    written: u64,
    /// All steps are known of the situations before this one.
    pub(super) explored: u32,
    /// The situations in which the case has ended.
    pub(super) ended: Vec<bool>,
    /// Those in which something will fall due if nothing else happens.
    pub(super) goes_on: Vec<bool>,
    /// The first refusal by each branch that refuses: from which situation, and of what.
    pub(super) refusals: IndexMap<BranchId, (u32, Deed)>,
    /// The deeds of which nothing may come, as chance has it, by situation and position.
    perhaps_nothing: BTreeSet<(u32, u32)>,
}

impl<'w> Graph<'w> {
    /// Explores; `look` sees every step as it is taken.
    pub(super) fn explore(
        workflow: &'w Workflow,
        values: &'w Values,
        bounds: &Bounds,
        assumed: Assumed,
        look: &mut dyn FnMut(&Self, &Seen<'_>),
    ) -> Self {
        let definition = workflow.definition();
        let mut open = Vec::new();
        let mut rows = |name: &str, data: &Data, tried: &[Tried]| {
            rows(data, tried, bounds.kinds).unwrap_or_else(|| {
                open.push(format!("{name} can bring more than {} kinds of data", bounds.kinds));
                Vec::new()
            })
        };
        let starts = rows("a beginning", &definition.case, &values.start);
        let events = definition.events.iter().zip(&values.events);
        let events = events
            .map(|(event, tried)| rows(&format!("`{}`", event.name), &event.data, tried))
            .collect();
        let mut graph = Self {
            workflow,
            timeless: Timeless::new(workflow, values.kept.iter().copied()),
            free: Free::new(definition, values),
            situations: IndexSet::new(),
            edges: Vec::new(),
            firsts: Vec::new(),
            found_by: Vec::new(),
            deeds: IndexSet::new(),
            scripts: IndexSet::from([Vec::new()]),
            starts,
            events,
            ages: ages(values),
            open,
            assumed,
            answers: answers(definition),
            bounds: *bounds,
            written: 0,
            explored: 0,
            ended: Vec::new(),
            goes_on: Vec::new(),
            refusals: IndexMap::new(),
            perhaps_nothing: BTreeSet::new(),
        };
        graph.run(look);
        graph.look_around();
        graph
    }

    fn run(&mut self, look: &mut dyn FnMut(&Self, &Seen<'_>)) {
        let orders = Orders::of(self.workflow.definition(), &self.assumed.loose);
        let mut walker = self.walker();
        let begins = self.blank();
        for data in 0..self.starts.len() as u32 {
            let deed = Deed {
                cause: Cause::Start,
                data,
                ages: 0,
            };
            self.every_way(NOWHERE, &begins, deed, &mut walker, look);
        }
        let mut case = begins.clone();
        let mut at = 0;
        while let Some(key) = self.situations.get_index(at) {
            self.timeless.read(key, &mut case);
            self.firsts.push(self.edges.len() as u32);
            if !case.ended(self.workflow) {
                for deed in self.deeds_in(&case, &orders) {
                    self.every_way(at as u32, &case, deed, &mut walker, look);
                }
            }
            if self.is_full() {
                break;
            }
            at += 1;
            self.explored = at as u32;
        }
    }

    /// Notes of every situation what more than one guarantee asks.
    fn look_around(&mut self) {
        let mut case = self.blank();
        for situation in 0..self.situations.len() as u32 {
            self.read(situation, &mut case);
            let goes_on = self.timeless.pending(&case).next().is_some() || self.free.will_say(case.clocks());
            self.ended.push(case.ended(self.workflow));
            self.goes_on.push(goes_on);
        }
    }

    /// Whether a bound is reached, which is noted.
    fn is_full(&mut self) -> bool {
        let reached = if self.situations.len() > self.bounds.situations as usize {
            format!("there are more than {} situations", self.bounds.situations)
        } else if self.edges.len() > self.bounds.steps as usize {
            format!("there are more than {} steps", self.bounds.steps)
        } else if self.written > self.bounds.bytes {
            format!("situations take more than {} bytes to tell apart", self.bounds.bytes)
        } else {
            return false;
        };
        if !self.open.contains(&reached) {
            self.open.push(reached);
        }
        true
    }

    /// Whatever may happen next.
    fn deeds_in(&self, case: &Snapshot, orders: &Orders) -> Vec<Deed> {
        let mut deeds = Vec::new();
        let mut add = |cause: Cause, kinds: usize| {
            for data in 0..kinds as u32 {
                for ages in 0..self.ages.len().max(1) as u32 {
                    deeds.push(Deed { cause, data, ages });
                }
            }
        };
        for event in self.answered(case) {
            let rows = self.events.get(event.index());
            add(Cause::Event(event), rows.map_or(0, Vec::len));
        }
        for pending in self.timeless.pending(case) {
            match pending {
                Pending::Timer(timer) if orders.may_fire(&self.timeless, case, timer) => add(Cause::Timer(timer), 1),
                Pending::Timer(_) => {}
                Pending::Delayed(position) => add(Cause::Delayed(position), 1),
            }
        }
        for due in self.free.may_say(case.clocks(), AT) {
            add(Cause::Promise(due.promise, due.kind, due.number), 1);
        }
        deeds
    }

    /// The events from outside that an active state has a branch for.
    fn answered(&self, case: &Snapshot) -> BTreeSet<EventId> {
        let states = &self.workflow.definition().states;
        let mut events = BTreeSet::new();
        for leaf in case.leaves(self.workflow) {
            let parent = |id: &StateId| states.get(id.index())?.parent;
            for state in std::iter::successors(Some(leaf), parent) {
                events.extend(self.answers.get(state.index()).into_iter().flatten());
            }
        }
        events
    }

    /// Whether time alone brings a step about.
    pub(super) fn is_time(&self, cause: Cause) -> bool {
        match cause {
            Cause::Event(event) => self.assumed.exits.get(&event).copied().unwrap_or_default(),
            Cause::Start => false,
            Cause::Timer(_) | Cause::Delayed(_) | Cause::Promise(..) => true,
        }
    }

    /// Whether people can bring a step about.
    pub(super) fn is_up_to_people(&self, cause: Cause) -> bool {
        matches!(cause, Cause::Event(event) if !self.assumed.exits.contains_key(&event))
    }

    /// Takes a step with every choice that rules may make.
    fn every_way(
        &mut self,
        from: u32,
        before: &Snapshot,
        deed: Deed,
        walker: &mut Walker,
        look: &mut dyn FnMut(&Self, &Seen<'_>),
    ) {
        self.free.first_way();
        let deed_at = self.deeds.insert_full(deed).0 as u32;
        loop {
            match self.step(before, deed, walker) {
                Ok(Verdict::Taken) => {
                    self.timeless.write(&walker.case, &mut walker.key);
                    self.written += walker.key.len() as u64;
                    let found = self.situations.get_index_of(&*walker.key);
                    let to =
                        found.unwrap_or_else(|| self.situations.insert_full(walker.key.as_slice().into()).0) as u32;
                    let edge = self.edges.len() as u32;
                    if found.is_none() {
                        self.found_by.push(edge);
                    }
                    let script = self.script();
                    self.edges.push(Edge {
                        from,
                        to,
                        deed: deed_at,
                        script,
                    });
                    if let Some(entry) = walker.buffers.entries().first() {
                        let seen = Seen {
                            edge,
                            cause: deed.cause,
                            before: (from != NOWHERE).then_some(before),
                            entry,
                            buffers: &walker.buffers,
                        };
                        look(self, &seen);
                    }
                }
                Ok(verdict) => {
                    if let Verdict::Rejected(branch) = verdict {
                        self.refusals.entry(branch).or_insert((from, deed));
                    }
                    if !self.free.script().is_empty() {
                        self.perhaps_nothing.insert((from, deed_at));
                    }
                }
                Err(error) => {
                    let told = format!("a step cannot be taken: {error}");
                    if !self.open.contains(&told) {
                        self.open.push(told);
                    }
                }
            }
            if self.is_full() || !self.free.next_way() {
                return;
            }
        }
    }

    /// By what choices of rules the last step was taken; most steps come by none.
    fn script(&mut self) -> u32 {
        match self.free.script() {
            script if script.is_empty() => 0,
            script => self.scripts.insert_full(script).0 as u32,
        }
    }

    fn step(&self, before: &Snapshot, deed: Deed, walker: &mut Walker) -> Result<Verdict, StepError> {
        let case = &mut walker.case;
        case.clone_from(before);
        for (state, age) in self.ages.get(deed.ages as usize).into_iter().flatten() {
            self.timeless.enter_at(case, *state, AT.plus(-age));
        }
        self.free.let_speak(None);
        let none = RowBuf::default();
        let (input, now) = match deed.cause {
            Cause::Start => (Input::Start(self.starts.get(deed.data as usize).unwrap_or(&none)), AT),
            Cause::Event(event) => {
                let rows = self.events.get(event.index());
                let data = rows.and_then(|rows| rows.get(deed.data as usize)).unwrap_or(&none);
                (Input::Event { event, by: None, data }, AT)
            }
            Cause::Timer(timer) => {
                self.timeless.bring(case, Pending::Timer(timer), AT);
                (Input::Next, AT.plus(1))
            }
            Cause::Delayed(position) => {
                self.timeless.bring(case, Pending::Delayed(position), AT);
                (Input::Next, AT.plus(1))
            }
            Cause::Promise(promise, kind, number) => {
                self.free.let_speak(Some(caseloop_core::Due {
                    at: AT,
                    kind,
                    promise,
                    number,
                }));
                (Input::Next, AT.plus(1))
            }
        };
        let limits = Limits::default();
        let buffers = &mut walker.buffers;
        let (verdict, _) = step_into(self.workflow, &self.free, case, input, now, &limits, buffers)?;
        if let Cause::Promise(promise, DueKind::Warning, number) = deed.cause
            && !self.tells_somebody(promise, number, buffers)
        {
            Free::take_back(self.timeless.clocks_mut(case), before.clocks(), promise);
        }
        Ok(verdict)
    }

    /// Whether a warning that was just given did what it is there for. One that has nothing to do is a sign in the journal.
    fn tells_somebody(&self, promise: PromiseId, number: u16, buffers: &Buffers) -> bool {
        let warnings = &self.workflow.promise(promise).warnings;
        let Some(timer) = warnings.get(usize::from(number)).and_then(|warning| warning.timer) else {
            return true;
        };
        let mut records = buffers
            .entries()
            .iter()
            .flat_map(|entry| buffers.records(self.workflow, entry));
        records.any(
            |record| matches!(record, Record::Taken(id) if self.workflow.branch(*id).trigger == Trigger::Timer(timer)),
        )
    }

    /// The edges of a situation.
    pub(super) fn edges_of(&self, situation: u32) -> &[Edge] {
        let bound = |at: u32| {
            self.firsts
                .get(at as usize)
                .map_or(self.edges.len(), |first| *first as usize)
        };
        self.edges
            .get(bound(situation)..bound(situation + 1))
            .unwrap_or_default()
    }

    /// Whether nothing may come of a deed in a situation, as chance has it.
    pub(super) fn may_come_to_nothing(&self, situation: u32, deed: u32) -> bool {
        self.perhaps_nothing.contains(&(situation, deed))
    }

    /// From which situation to which an edge leads.
    pub(super) fn ends(&self, edge: u32) -> (u32, u32) {
        let edge = self.edges.get(edge as usize);
        edge.map_or((NOWHERE, NOWHERE), |edge| (edge.from, edge.to))
    }

    /// The position of a situation's first edge.
    pub(super) fn first_edge(&self, situation: u32) -> u32 {
        let first = self.firsts.get(situation as usize).copied();
        first.unwrap_or(self.edges.len() as u32)
    }

    /// The states that a step enters: it is taken again.
    pub(super) fn entered_by(&self, edge: u32) -> Vec<StateId> {
        let entered = self.again(edge).map(|again| again.entered);
        entered.unwrap_or_default()
    }

    /// The promises of which a step begins a measurement.
    pub(super) fn begun_by(&self, edge: u32) -> Vec<PromiseId> {
        let begun = self.again(edge).map(|again| again.begun);
        begun.unwrap_or_default()
    }

    /// Takes a step again, and tells more of it than is kept.
    pub(super) fn again(&self, edge: u32) -> Option<Again> {
        let edge = self.edges.get(edge as usize)?;
        let mut walker = self.walker();
        let mut before = self.blank();
        self.read(edge.from, &mut before);
        if let Some(script) = self.scripts.get_index(edge.script as usize) {
            self.free.follow(script);
        }
        self.free.listen();
        let taken = self.step(&before, self.deed(edge), &mut walker);
        let mut again = Again {
            answers: self.free.heard(),
            begun: self.free.begun(),
            supposed: self.free.has_supposed(),
            ..Again::default()
        };
        let entry = taken.ok().and_then(|_| walker.buffers.entries().first());
        let records = entry
            .into_iter()
            .flat_map(|entry| walker.buffers.records(self.workflow, entry));
        for record in records {
            match record {
                Record::Entered(state) => again.entered.push(*state),
                Record::Taken(branch) => again.taken.push(*branch),
                _ => {}
            }
        }
        Some(again)
    }

    fn walker(&self) -> Walker {
        Walker {
            case: self.blank(),
            buffers: Buffers::default(),
            key: Vec::new(),
        }
    }

    pub(super) fn deed(&self, edge: &Edge) -> Deed {
        self.deeds.get_index(edge.deed as usize).copied().unwrap_or(Deed {
            cause: Cause::Start,
            data: 0,
            ages: 0,
        })
    }

    /// What an event, or a beginning, brings in a deed: fields of which values are tried.
    pub(super) fn data(&self, deed: Deed, values: &Values) -> Vec<(String, Value)> {
        let definition = self.workflow.definition();
        let (record, rows, tried): (&RecordType, _, _) = match deed.cause {
            Cause::Start => (&definition.case.record, Some(&self.starts), Some(&values.start)),
            Cause::Event(event) => (
                &self.workflow.event(event).data.record,
                self.events.get(event.index()),
                values.events.get(event.index()),
            ),
            _ => return Vec::new(),
        };
        let row = rows.and_then(|rows| rows.get(deed.data as usize));
        let fields = tried
            .into_iter()
            .flatten()
            .filter_map(|(index, _)| record.field(*index));
        fields
            .filter_map(|field| Some((field.name.to_string(), row?.get(field))))
            .filter(|(_, value)| *value != Value::Absent)
            .collect()
    }

    /// Makes `case` the one in a situation.
    pub(super) fn read(&self, situation: u32, case: &mut Snapshot) {
        if let Some(key) = self.situations.get_index(situation as usize) {
            self.timeless.read(key, case);
        }
    }

    /// A case to read situations into.
    pub(super) fn blank(&self) -> Snapshot {
        Snapshot::new(self.workflow, "case")
    }

    /// The edges from the beginning of a case to a situation, fewest first found.
    pub(super) fn way_to(&self, situation: u32) -> Vec<u32> {
        let mut way = Vec::new();
        let mut at = situation;
        while let Some(edge) = self.found_by.get(at as usize).copied() {
            way.push(edge);
            at = self.edges.get(edge as usize).map_or(NOWHERE, |edge| edge.from);
        }
        way.reverse();
        way
    }
}

/// For each state the events from outside that its branches answer to.
fn answers(definition: &Definition) -> Vec<Vec<EventId>> {
    let mut answers = vec![BTreeSet::new(); definition.states.len()];
    for branch in &definition.branches {
        if let Trigger::Event(event) = branch.trigger
            && definition.events.get(event.index()).is_some_and(|event| event.external)
            && let Some(own) = answers.get_mut(branch.source.index())
        {
            own.insert(event);
        }
    }
    answers.into_iter().map(|own| own.into_iter().collect()).collect()
}

/// What a step did.
#[derive(Clone, Debug, Default)]
pub(super) struct Again {
    /// The promises of which a measurement begins.
    pub(super) begun: Vec<PromiseId>,
    /// The states that it entered, in order.
    pub(super) entered: Vec<StateId>,
    /// The branches that it took, in order.
    pub(super) taken: Vec<BranchId>,
    /// Whether it asked for what is left open.
    pub(super) supposed: bool,
    /// What rules gave in it, by position, in order.
    pub(super) answers: Vec<(usize, RowBuf)>,
}

struct Walker {
    case: Snapshot,
    buffers: Buffers,
    key: Vec<u8>,
}

/// A row for every combination of what is tried; `None` where they are too many.
fn rows(data: &Data, tried: &[Tried], most: usize) -> Option<Vec<RowBuf>> {
    let count = tried
        .iter()
        .try_fold(1_usize, |count, (_, values)| count.checked_mul(values.len()));
    if count.is_none_or(|count| count > most) {
        return None;
    }
    let mut first = data.record.row();
    for (position, field) in data.record.fields().enumerate() {
        let default = data.defaults.get(position).cloned().flatten();
        let value = match (default, field.optional) {
            (Some(default), _) => default,
            (None, true) => Value::Absent,
            (None, false) => any_value(&field.ty),
        };
        // A declared default and a value of the type fit.
        let _ = first.set(field, value);
    }
    let mut all = vec![first];
    for (index, values) in tried {
        let Some(field) = data.record.field(*index) else {
            continue;
        };
        let each = all.iter().flat_map(|row| {
            values.iter().filter_map(|value| {
                let mut row = row.clone();
                row.set(field, value.clone()).ok()?;
                Some(row)
            })
        });
        all = each.collect();
    }
    Some(all)
}

/// Every combination of ages.
fn ages(values: &Values) -> Vec<Vec<(StateId, i64)>> {
    let mut all = vec![Vec::new()];
    for (state, ages) in &values.ages {
        let each = all.iter().flat_map(|before: &Vec<(StateId, i64)>| {
            ages.iter().map(|age| {
                let mut ages = before.clone();
                ages.push((*state, *age));
                ages
            })
        });
        all = each.collect();
    }
    all
}
