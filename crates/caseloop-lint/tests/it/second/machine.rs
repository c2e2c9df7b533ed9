//! A workflow run step by step, as SCXML's algorithm is written down: sets of states, nothing worked out before.

use super::measure::{Heard, Measurement, Says, Terms};
use super::reckon::{Fields, Number, Seen, combinations, fitted, holds, reckon};
use caseloop_core::StateId;
use caseloop_core::definition::{
    Action, Branch, Choice, Definition, Go, Kind, Limit, Mark, MarkDef, PromiseDef, Trigger, WaitsFor,
};
use caseloop_expr::Formula;
use std::collections::{BTreeSet, VecDeque};

/// The workflow itself, as a position among the states.
const ROOT: usize = 0;

/// More microsteps than a small workflow needs.
const MANY: usize = 1_000;

/// A case at rest.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Situation {
    /// A bit for each active state; the workflow itself is one.
    pub(super) active: u64,
    /// What each history remembers, by its position among the states.
    remembered: Vec<u64>,
    /// Of each timer that runs how often it has fired.
    pub(super) timers: Vec<Option<u32>>,
    pub(super) data: Fields,
    pub(super) promises: Vec<Measurement>,
}

/// What brings a step about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    Start,
    Event(usize),
    Timer(usize),
    Promise(usize, Says),
}

impl Cause {
    pub(super) fn is_time(self) -> bool {
        matches!(self, Self::Timer(_) | Self::Promise(..))
    }
}

/// Something that falls due one day if nothing keeps it from that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Running {
    Timer(usize),
    Promise(usize),
}

/// What was done in a step, for those who ask.
#[derive(Clone, Debug, Default)]
pub(super) struct Done {
    /// The branches, in the order in which they were taken.
    pub(super) taken: Vec<usize>,
    /// The effects that were asked for.
    pub(super) effects: BTreeSet<usize>,
    /// Every state that was entered, with the branches that brought it about.
    pub(super) entered: Vec<(usize, Vec<usize>)>,
    /// What fell due, or was started anew.
    pub(super) met: BTreeSet<Running>,
}

/// What came of a step.
pub(super) enum Taken {
    /// The event is ignored or refused.
    Nothing,
    To(Situation, Done),
    /// It goes on and on in itself.
    Endless,
}

pub(super) struct Machine<'d> {
    pub(super) definition: &'d Definition,
}

/// A step at work.
struct Step<'m> {
    definition: &'m Definition,
    case: Situation,
    event: &'m [Number],
    queue: VecDeque<usize>,
    /// What each promise hears of this microstep, and of those before.
    heard: Vec<Vec<Heard>>,
    hears: Vec<Vec<Heard>>,
    /// The states that were left and entered in this microstep.
    moved: Vec<Mark>,
    done: Done,
}

impl Machine<'_> {
    /// All that a case may begin with: anything, but for what the workflow itself sets, to other values than its default too.
    pub(super) fn beginnings(&self) -> Vec<Fields> {
        let data = &self.definition.case;
        let mut is_set = BTreeSet::new();
        let mut actions: Vec<&Action> = Vec::new();
        actions.extend(self.definition.branches.iter().flat_map(|branch| &branch.actions));
        for state in &self.definition.states {
            actions.extend(state.enter.iter().chain(&state.leave).chain(&state.start.actions));
        }
        for action in actions {
            if let Action::Set { field, value } = action {
                let position = usize::from(field.0);
                if value.constant().is_none() || value.constant() != data.defaults[position] {
                    is_set.insert(position);
                }
            }
        }
        combinations(data, |position| {
            let field = data.record.fields().nth(position)?;
            let default = data.defaults[position].as_ref()?;
            is_set
                .contains(&position)
                .then(|| super::reckon::number(&field.ty, default))
        })
    }

    pub(super) fn start(&self, data: &Fields) -> Taken {
        let definition = self.definition;
        let case = Situation {
            active: 1,
            remembered: vec![0; definition.states.len()],
            timers: vec![None; definition.timers.len()],
            data: data.clone(),
            promises: vec![Measurement::default(); definition.promises.len()],
        };
        let mut step = self.begin(case, &[]);
        step.hear_marks(Mark::Start);
        let mut entering = Entering::default();
        entering.inside(definition, &step.case, ROOT);
        step.enter(&entering, &[]);
        step.close_microstep();
        step.finish()
    }

    /// Takes a step.
    pub(super) fn step(&self, before: &Situation, cause: Cause, data: &Fields) -> Taken {
        let mut step = self.begin(before.clone(), data);
        match cause {
            Cause::Start => return self.start(data),
            Cause::Event(event) => {
                if !step.hear(event) {
                    return Taken::Nothing;
                }
                step.event = &[];
            }
            Cause::Timer(timer) => {
                let def = &self.definition.timers[timer];
                let fired = step.case.timers[timer].unwrap() + 1;
                let again = def.every.is_some() && def.at_most.is_none_or(|most| fired < most);
                step.case.timers[timer] = again.then_some(fired);
                step.done.met.insert(Running::Timer(timer));
                step.take(Trigger::Timer(caseloop_core::TimerId::at(timer)));
            }
            Cause::Promise(promise, says) => step.speak(promise, says),
        }
        step.close_microstep();
        step.finish()
    }

    fn begin<'m>(&'m self, case: Situation, event: &'m [Number]) -> Step<'m> {
        let promises = self.definition.promises.len();
        Step {
            definition: self.definition,
            case,
            event,
            queue: VecDeque::new(),
            heard: vec![Vec::new(); promises],
            hears: vec![Vec::new(); promises],
            moved: Vec::new(),
            done: Done::default(),
        }
    }

    /// Whether the case is over.
    pub(super) fn is_over(&self, case: &Situation) -> bool {
        is_over(self.definition, case)
    }

    pub(super) fn is_in(&self, case: &Situation, state: StateId) -> bool {
        has(case.active, state.index())
    }

    /// What falls due one day if nothing else happens.
    pub(super) fn running(&self, case: &Situation) -> BTreeSet<Running> {
        let timers = case.timers.iter().enumerate().filter(|(_, timer)| timer.is_some());
        let mut running: BTreeSet<_> = timers.map(|(timer, _)| Running::Timer(timer)).collect();
        for (position, promise) in self.definition.promises.iter().enumerate() {
            if case.promises[position].is_due_one_day(promise) {
                running.insert(Running::Promise(position));
            }
        }
        running
    }

    pub(super) fn somebody_is_waited_for(&self, case: &Situation) -> bool {
        let states = self.definition.states.iter().enumerate();
        let mut active = states.filter(|(state, _)| has(case.active, *state));
        active.any(|(_, state)| {
            state.waits_for.iter().any(|who| match who {
                WaitsFor::Role(_) => true,
                WaitsFor::Data(who) => reckon(who.tree(), seen(case, &[])).is_some(),
            })
        })
    }

    pub(super) fn holds(&self, case: &Situation, tree: &caseloop_expr::Typed) -> bool {
        holds(tree, seen(case, &[]))
    }
}

fn seen<'a>(case: &'a Situation, event: &'a [Number]) -> Seen<'a> {
    Seen {
        case: &case.data,
        event,
        active: case.active,
    }
}

pub(super) fn has(set: u64, state: usize) -> bool {
    set >> state & 1 == 1
}

fn is_over(definition: &Definition, case: &Situation) -> bool {
    let states = definition.states.iter().enumerate();
    let mut ends = states
        .filter(|(_, state)| state.kind == Kind::Final && state.parent.is_some_and(|parent| parent.index() == ROOT));
    ends.any(|(state, _)| has(case.active, state))
}

fn parent(definition: &Definition, state: usize) -> Option<usize> {
    definition.states[state].parent.map(|parent| parent.index())
}

/// Whether a state lies inside another, and is not that one.
fn is_inside(definition: &Definition, state: usize, outer: usize) -> bool {
    let mut at = parent(definition, state);
    while let Some(around) = at {
        if around == outer {
            return true;
        }
        at = parent(definition, around);
    }
    false
}

/// The children that can be active.
fn children(definition: &Definition, state: usize) -> Vec<usize> {
    let all = 0..definition.states.len();
    let real = all.filter(|child| !matches!(definition.states[*child].kind, Kind::History { .. }));
    real.filter(|child| parent(definition, *child) == Some(state)).collect()
}

fn is_leaf(definition: &Definition, state: usize) -> bool {
    matches!(definition.states[state].kind, Kind::Atomic | Kind::Final)
}

impl Step<'_> {
    fn branch(&self, branch: usize) -> &Branch {
        &self.definition.branches[branch]
    }

    fn holds(&self, condition: Option<&caseloop_expr::Condition>) -> bool {
        condition.is_none_or(|condition| holds(condition.tree(), seen(&self.case, self.event)))
    }

    /// Settles what follows, and lets the promises know.
    fn finish(mut self) -> Taken {
        for _ in 0..MANY {
            if is_over(self.definition, &self.case) {
                self.case.timers.fill(None);
                self.queue.clear();
                break;
            }
            if !self.take(Trigger::Always) {
                let Some(event) = self.queue.pop_front() else { break };
                self.hear(event);
            }
            self.close_microstep();
        }
        if !is_over(self.definition, &self.case) && (!self.queue.is_empty() || self.take(Trigger::Always)) {
            return Taken::Endless;
        }
        for (position, promise) in self.definition.promises.iter().enumerate() {
            let terms = self.terms(promise);
            if self.case.promises[position].hear(promise, &self.heard[position], terms) {
                self.done.met.insert(Running::Promise(position));
            }
        }
        for (timer, fired) in self.case.timers.iter_mut().enumerate() {
            // Who has fired without end may have done so any number of times.
            if self.definition.timers[timer].at_most.is_none() {
                *fired = fired.map(|fired| fired.min(1));
            }
        }
        Taken::To(self.case, self.done)
    }

    fn terms(&self, promise: &PromiseDef) -> Terms {
        let record = &self.definition.case.record;
        let level = match (&promise.within, promise.new_level) {
            (Some(Limit::Table { of, .. }), _) => of.iter().fold(0, |row, field| {
                let constants = match &record.field(*field).unwrap().ty {
                    caseloop_expr::Type::Enum(of) => of.constants.len() as i64,
                    other => panic!("{other:?}"),
                };
                row * constants + self.case.data[usize::from(field.0)].unwrap()
            }),
            (_, Some(_)) => record
                .fields()
                .position(|field| &*field.name == "level")
                .map_or(0, |level| self.case.data[level].unwrap()),
            _ => 0,
        };
        let calendar = match promise.calendar.as_deref() {
            Some(Choice::Field { field, calendars }) => {
                i64::from(calendars[self.case.data[usize::from(field.0)].unwrap() as usize])
            }
            _ => 0,
        };
        Terms {
            rests: promise
                .paused_in
                .iter()
                .any(|state| has(self.case.active, state.index())),
            level,
            calendar,
            case_is_over: is_over(self.definition, &self.case),
        }
    }

    /// Lets the chart hear an event; whether it was taken. Promises hear what was, under conditions as they held before.
    fn hear(&mut self, event: usize) -> bool {
        let mut counted = Vec::new();
        let mark = Mark::Event(caseloop_core::EventId::at(event));
        self.each_mark(&mut |own, promise, heard, def| {
            if def.on == mark && own.holds(def.condition.as_ref()) {
                counted.push((promise, heard));
            }
        });
        let taken = self.take(Trigger::Event(caseloop_core::EventId::at(event)));
        if taken {
            counted
                .into_iter()
                .for_each(|(promise, heard)| self.hears[promise].push(heard));
            self.close_microstep();
        }
        taken
    }

    /// Calls `visit` for every mark of every promise.
    fn each_mark(&self, visit: &mut dyn FnMut(&Self, usize, Heard, &MarkDef)) {
        for (position, promise) in self.definition.promises.iter().enumerate() {
            for (number, mark) in promise.from.iter().enumerate() {
                let once = mark.first.then_some(number);
                visit(self, position, Heard::Opened { once }, mark);
            }
            for (marks, heard) in [
                (&promise.restart, Heard::Restarted),
                (&promise.until, Heard::Until),
                (&promise.cancel, Heard::Cancel),
                (&promise.counts, Heard::Counted),
            ] {
                marks.iter().for_each(|mark| visit(self, position, heard, mark));
            }
        }
    }

    fn hear_marks(&mut self, on: Mark) {
        let mut counted = Vec::new();
        self.each_mark(&mut |own, promise, heard, def| {
            if def.on == on && own.holds(def.condition.as_ref()) {
                counted.push((promise, heard));
            }
        });
        counted
            .into_iter()
            .for_each(|(promise, heard)| self.hears[promise].push(heard));
    }

    /// States count once the microstep is over, and stops come before starts.
    fn close_microstep(&mut self) {
        for mark in std::mem::take(&mut self.moved) {
            self.hear_marks(mark);
        }
        for (heard, hears) in self.heard.iter_mut().zip(&mut self.hears) {
            hears.sort_by_key(|heard| match heard {
                Heard::Until => 0,
                Heard::Cancel => 1,
                Heard::Counted => 2,
                Heard::Restarted => 3,
                Heard::Opened { .. } => 4,
            });
            heard.append(hears);
        }
    }

    fn speak(&mut self, position: usize, says: Says) {
        let promise = &self.definition.promises[position];
        self.case.promises[position].say(promise, says);
        if matches!(says, Says::Warning(number) if promise.warnings[number].timer.is_none()) {
            self.case.promises[position].told = true;
        }
        self.done.met.insert(Running::Promise(position));
        let climbs: Vec<usize> = match says {
            Says::Warning(number) => promise.warnings[number]
                .timer
                .iter()
                .map(|timer| timer.index())
                .collect(),
            Says::Rung(number) => vec![promise.rungs[number].timer.index()],
            Says::Breach => {
                let at_once = promise.rungs.iter();
                let at_once = at_once.filter(|rung| rung.after == caseloop_expr::Length::Elapsed(0));
                at_once.map(|rung| rung.timer.index()).collect()
            }
        };
        for timer in climbs {
            if is_over(self.definition, &self.case) {
                break;
            }
            let acts = self.take(Trigger::Timer(caseloop_core::TimerId::at(timer)));
            if acts && matches!(says, Says::Warning(_)) {
                self.case.promises[position].told = true;
            }
            self.close_microstep();
        }
        match says {
            Says::Warning(_) => self.queue.push_back(promise.warned.index()),
            Says::Breach => self.queue.push_back(promise.breached.index()),
            Says::Rung(_) => {}
        }
    }

    /// One microstep; whether anything was taken.
    fn take(&mut self, trigger: Trigger) -> bool {
        let Some(selected) = self.selected(trigger) else {
            return false;
        };
        let selected = self.without_conflicts(selected);
        if selected.is_empty() {
            return false;
        }
        self.done.taken.extend(&selected);
        let leaving = selected.iter().fold(0, |all, branch| all | self.leaves(*branch));
        self.leave(leaving);
        for branch in &selected {
            let branch = &self.definition.branches[*branch];
            self.act(&branch.actions);
        }
        let mut entering = Entering::default();
        let mut each = Vec::new();
        for branch in &selected {
            let mut own = Entering::default();
            own.by(self, *branch);
            each.push((*branch, own.states));
            entering.by(self, *branch);
        }
        self.enter(&entering, &each);
        true
    }

    /// The first branch that holds for each active state without inner ones, its own or of the states around it. `None`
    /// where one of them refuses.
    fn selected(&self, trigger: Trigger) -> Option<Vec<usize>> {
        let mut selected = Vec::new();
        for leaf in (0..self.definition.states.len()).filter(|state| has(self.case.active, *state)) {
            if !is_leaf(self.definition, leaf) {
                continue;
            }
            let mut at = Some(leaf);
            'outwards: while let Some(state) = at {
                for (number, branch) in self.definition.branches.iter().enumerate() {
                    let own = branch.source.index() == state && branch.trigger == trigger;
                    if own && self.holds(branch.condition.as_ref()) {
                        if let Go::Reject(_) = branch.go {
                            return None;
                        }
                        if !selected.contains(&number) {
                            selected.push(number);
                        }
                        break 'outwards;
                    }
                }
                at = parent(self.definition, state);
            }
        }
        Some(selected)
    }

    /// Of two branches that leave a state in common the inner one counts, else the first.
    fn without_conflicts(&self, selected: Vec<usize>) -> Vec<usize> {
        let mut kept: Vec<usize> = Vec::new();
        for branch in selected {
            let leaves = self.leaves(branch);
            let against: Vec<usize> = kept
                .iter()
                .copied()
                .filter(|other| self.leaves(*other) & leaves != 0)
                .collect();
            let source = self.branch(branch).source.index();
            let inner = |other: &usize| is_inside(self.definition, source, self.branch(*other).source.index());
            if against.iter().all(inner) {
                kept.retain(|other| !against.contains(other));
                kept.push(branch);
            }
        }
        kept
    }

    /// The states to which a branch leads, with what histories stand for.
    fn targets(&self, branch: usize) -> Vec<usize> {
        let Go::To(targets) = &self.branch(branch).go else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for target in targets {
            self.resolve(target.index(), &mut found);
        }
        found
    }

    fn resolve(&self, target: usize, found: &mut Vec<usize>) {
        let state = &self.definition.states[target];
        match state.kind {
            Kind::History { .. } if self.case.remembered[target] == 0 => {
                state
                    .start
                    .targets
                    .iter()
                    .for_each(|target| self.resolve(target.index(), found));
            }
            Kind::History { .. } => found.extend(members(self.case.remembered[target])),
            _ => found.push(target),
        }
    }

    /// The state inside which a branch leaves and enters all; `None` where it leads nowhere.
    fn domain(&self, branch: usize) -> Option<usize> {
        let def = self.branch(branch);
        if !matches!(def.go, Go::To(_)) {
            return None;
        }
        let targets = self.targets(branch);
        let source = def.source.index();
        let all_inside = |outer: usize| targets.iter().all(|target| is_inside(self.definition, *target, outer));
        if def.internal && self.definition.states[source].kind == Kind::Compound && all_inside(source) {
            return Some(source);
        }
        let mut at = parent(self.definition, source);
        while let Some(around) = at {
            let compound = self.definition.states[around].kind == Kind::Compound;
            if around == ROOT || compound && all_inside(around) {
                return Some(around);
            }
            at = parent(self.definition, around);
        }
        Some(ROOT)
    }

    /// The active states that a branch leaves.
    fn leaves(&self, branch: usize) -> u64 {
        let Some(domain) = self.domain(branch) else { return 0 };
        let inside = members(self.case.active).into_iter();
        let inside = inside.filter(|state| is_inside(self.definition, *state, domain));
        inside.fold(0, |set, state| set | 1 << state)
    }

    fn leave(&mut self, leaving: u64) {
        for (history, state) in self.definition.states.iter().enumerate() {
            let Kind::History { deep } = state.kind else { continue };
            let around = state.parent.unwrap().index();
            if !has(leaving, around) {
                continue;
            }
            let kept = members(self.case.active).into_iter().filter(|inner| match deep {
                true => is_leaf(self.definition, *inner) && is_inside(self.definition, *inner, around),
                false => parent(self.definition, *inner) == Some(around),
            });
            self.case.remembered[history] = kept.fold(0, |set, state| set | 1 << state);
        }
        for state in members(leaving).into_iter().rev() {
            let definition = self.definition;
            self.act(&definition.states[state].leave);
            for timer in &definition.states[state].timers {
                self.case.timers[timer.index()] = None;
            }
            self.case.active &= !(1 << state);
            self.moved.push(Mark::Leaving(StateId::at(state)));
        }
    }

    fn enter(&mut self, entering: &Entering, each: &[(usize, u64)]) {
        let definition = self.definition;
        for state in members(entering.states) {
            self.case.active |= 1 << state;
            self.act(&definition.states[state].enter);
            for timer in &definition.states[state].timers {
                if !matches!(
                    definition.timers[timer.index()].after,
                    caseloop_core::definition::Delay::Promise(_)
                ) {
                    self.case.timers[timer.index()] = Some(0);
                    self.done.met.insert(Running::Timer(timer.index()));
                }
            }
            if has(entering.by_default, state) {
                self.act(&definition.states[state].start.actions);
            }
            let brought: Vec<usize> = match each {
                [(only, _)] => vec![*only],
                _ => each
                    .iter()
                    .filter(|(_, own)| has(*own, state))
                    .map(|(branch, _)| *branch)
                    .collect(),
            };
            self.done.entered.push((state, brought));
            self.moved.push(Mark::Entering(StateId::at(state)));
            if definition.states[state].kind == Kind::Final {
                self.tell_done(parent(definition, state).unwrap());
            }
        }
    }

    /// A final child of a state was entered.
    fn tell_done(&mut self, state: usize) {
        if state == ROOT {
            return;
        }
        self.queue
            .extend(self.definition.states[state].done.map(|event| event.index()));
        let mut at = parent(self.definition, state);
        while let Some(around) = at {
            if self.definition.states[around].kind != Kind::Parallel || !self.is_done(around) {
                return;
            }
            self.queue
                .extend(self.definition.states[around].done.map(|event| event.index()));
            at = parent(self.definition, around);
        }
    }

    fn is_done(&self, state: usize) -> bool {
        let inner = children(self.definition, state);
        match self.definition.states[state].kind {
            Kind::Parallel => inner.iter().all(|region| self.is_done(*region)),
            Kind::Compound => inner
                .iter()
                .any(|child| self.definition.states[*child].kind == Kind::Final && has(self.case.active, *child)),
            _ => false,
        }
    }

    fn value(&self, formula: &Formula) -> Number {
        reckon(formula.tree(), seen(&self.case, self.event))
    }

    fn act(&mut self, actions: &[Action]) {
        for action in actions {
            match action {
                Action::Set { field, value } => {
                    let ty = &self.definition.case.record.field(*field).unwrap().ty;
                    let value = fitted(ty, self.value(value));
                    self.case.data[usize::from(field.0)] = value;
                }
                Action::Emit { effect, .. } => {
                    self.done.effects.insert(effect.index());
                }
                Action::Raise(event) => self.queue.push_back(event.index()),
                Action::If { cases, otherwise } => {
                    let holding = cases.iter().find(|(condition, _)| self.holds(Some(condition)));
                    self.act(holding.map_or(otherwise, |(_, actions)| actions));
                }
                other => panic!("small workflows do nothing like {other:?}"),
            }
        }
    }
}

pub(super) fn members(set: u64) -> Vec<usize> {
    (0..64).filter(|state| has(set, *state)).collect()
}

/// What a microstep enters.
#[derive(Clone, Debug, Default)]
struct Entering {
    states: u64,
    /// Those of them that are entered with their own beginning.
    by_default: u64,
}

impl Entering {
    fn by(&mut self, step: &Step<'_>, branch: usize) {
        let Some(domain) = step.domain(branch) else { return };
        let Go::To(targets) = &step.branch(branch).go else {
            return;
        };
        for target in targets {
            self.descend(step.definition, &step.case, target.index());
        }
        for target in step.targets(branch) {
            self.ascend(step.definition, &step.case, target, domain);
        }
    }

    /// A state with all that is entered in it.
    fn descend(&mut self, definition: &Definition, case: &Situation, state: usize) {
        let def = &definition.states[state];
        if let Kind::History { .. } = def.kind {
            let remembered = members(case.remembered[state]);
            let inner: Vec<usize> = match remembered.is_empty() {
                true => def.start.targets.iter().map(|target| target.index()).collect(),
                false => remembered,
            };
            inner.iter().for_each(|inner| self.descend(definition, case, *inner));
            let around = def.parent.unwrap().index();
            inner
                .iter()
                .for_each(|inner| self.ascend(definition, case, *inner, around));
            return;
        }
        self.states |= 1 << state;
        self.inside(definition, case, state);
    }

    fn inside(&mut self, definition: &Definition, case: &Situation, state: usize) {
        let def = &definition.states[state];
        match def.kind {
            Kind::Compound => {
                self.by_default |= 1 << state;
                for target in &def.start.targets {
                    self.descend(definition, case, target.index());
                }
                for target in &def.start.targets {
                    self.ascend(definition, case, target.index(), state);
                }
            }
            Kind::Parallel => self.regions(definition, case, state),
            _ => {}
        }
    }

    /// Everything around a state, up to another.
    fn ascend(&mut self, definition: &Definition, case: &Situation, state: usize, outer: usize) {
        let mut at = parent(definition, state);
        while let Some(around) = at.filter(|around| *around != outer && *around != ROOT) {
            self.states |= 1 << around;
            if definition.states[around].kind == Kind::Parallel {
                self.regions(definition, case, around);
            }
            at = parent(definition, around);
        }
    }

    fn regions(&mut self, definition: &Definition, case: &Situation, parallel: usize) {
        for region in children(definition, parallel) {
            let entered = |state: usize| state == region || is_inside(definition, state, region);
            if !members(self.states).into_iter().any(entered) {
                self.descend(definition, case, region);
            }
        }
    }
}
