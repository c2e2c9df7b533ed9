//! One step: everything overdue, each at its own instant, then the input. Atomic, and bounded by [`Limits`].
//!
//! The algorithm is the W3C's SCXML, Appendix D: run to completion, inner states before outer, document order. A
//! configuration of one leaf goes along precomputed moves (`single`), any other through the general algorithm
//! (`general`); both carry out the same ops (`ops`).

mod ask;
mod general;
mod hot;
mod ops;
mod single;
mod view;
mod watch;

pub(crate) use view::View;

use crate::buffers::{Buffers, Cause, RawEntry, Verdict};
use crate::clocks::{ClockError, Clocks, Due, DueKind};
use crate::definition::{Delay, Trigger};
use crate::record::Record;
use crate::snapshot::{Beside, Delayed, NOT_STARTED};
use crate::tables::{Tables, WAY_IN};
use crate::{EventId, Instant, Limits, RoleId, Snapshot, StepError, TimerId, Workflow};
use caseloop_expr::{Row, RowBuf};
use std::sync::Arc;

/// What comes into a step, with its data already fitted to the workflow (see [`Workflow::bind_event`]).
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// The case begins with this data.
    Start(&'a RowBuf),
    /// Something happened.
    Event {
        /// What.
        event: EventId,
        /// Whose role sent it; `None` where the host vouches for the sender.
        by: Option<RoleId>,
        /// What it brings.
        data: &'a RowBuf,
    },
    /// Time passed. Leaves no trace of its own.
    Tick,
    /// The first thing that is due before `now`, and nothing more: how a journal is run again entry by entry.
    Next,
}

/// Takes `input` at `now` in place: settles what is due strictly before `now`, then the input.
///
/// `buffers` hold what the call added to the journal and asked of the host; what they held before is gone. Returns
/// what became of the input and the next instant at which the case wants a call, [`Instant::NEVER`] if none.
///
/// # Errors
/// [`StepError`]: the snapshot is then as it was, and the buffers are empty.
pub fn step_into<C: Clocks>(
    workflow: &Workflow,
    clocks: &C,
    snapshot: &mut Snapshot,
    input: Input<'_>,
    now: Instant,
    limits: &Limits,
    buffers: &mut Buffers,
) -> Result<(Verdict, Instant), StepError> {
    buffers.clear();
    if !Arc::ptr_eq(&snapshot.identity, workflow.identity()) && snapshot.identity != *workflow.identity() {
        let (found, wanted) = (snapshot.identity.clone(), workflow.identity().clone());
        return Err(StepError::NeedsMigration { found, wanted });
    }
    if let Input::Event { event, by: None, data } = input
        && !C::GENERAL
        && let Some(due) = hot::take_event(workflow, snapshot, event, data, now, buffers)
    {
        return Ok((Verdict::Taken, due.plus(1)));
    }
    if now < snapshot.time() && snapshot.started() {
        return Err(StepError::TimeBackwards {
            case: snapshot.time(),
            now,
        });
    }
    step_generally(workflow, clocks, snapshot, input, now, limits, buffers)
}

/// Every step that is not the commonest.
#[inline(never)]
fn step_generally<C: Clocks>(
    workflow: &Workflow,
    clocks: &C,
    snapshot: &mut Snapshot,
    input: Input<'_>,
    now: Instant,
    limits: &Limits,
    buffers: &mut Buffers,
) -> Result<(Verdict, Instant), StepError> {
    if let Input::Start(data) = input
        && !C::GENERAL
        && hot::prepare(workflow, snapshot, data, now)
    {
        let (event, data) = (WAY_IN.1, &RowBuf::default());
        let by = None;
        let begun = step_into(
            workflow,
            clocks,
            snapshot,
            Input::Event { event, by, data },
            now,
            limits,
            buffers,
        );
        if let Some(entry) = buffers.entries.last_mut() {
            entry.cause = Cause::Start;
        }
        return begun;
    }
    buffers.work.clear();
    buffers.said.clear();
    buffers.leaves.clear();
    buffers.decisions.clear();
    buffers.fired.clear();
    let tables = workflow.tables();
    match (&input, snapshot.started()) {
        (Input::Start(_), true) => return Err(StepError::NotNow("the case has begun already")),
        (Input::Event { .. }, false) => return Err(StepError::NotNow("the case has not begun")),
        _ if C::WORDS.is_empty() && tables.watches.is_some() => {
            return Err(StepError::NotNow(
                "the workflow makes promises, which are measured by clocks",
            ));
        }
        (Input::Start(data), false) => {
            let layout = &tables.layout;
            if (data.words.len(), data.heavy.len()) != (layout.data.len(), layout.heavy) {
                return Err(StepError::NotNow("the data were fitted to another workflow"));
            }
        }
        _ => {}
    }
    if tables.fallible {
        buffers.work.head = snapshot.head;
        buffers.work.backup.clear();
        buffers.work.backup.extend_from_slice(&snapshot.words);
        buffers.work.beside.clone_from(&snapshot.beside);
    }
    let mut run = Run {
        workflow,
        tables,
        clocks,
        snapshot,
        buffers,
        limits,
        event: Row { words: &[], heavy: &[] },
        at: now,
        fresh_for: None,
        several: false,
    };
    match run.step(input, now) {
        Ok(verdict) => {
            let due = snapshot.earliest_due();
            Ok((verdict, due.plus(1)))
        }
        Err(exhausted) => {
            let error = exhausted.named(limits, run.buffers.work.clock_error.take());
            run.roll_back();
            Err(error)
        }
    }
}

/// Which limit was reached. Small, because the hot path hands it up.
#[derive(Clone, Copy, Debug)]
enum Exhausted {
    Microsteps,
    Queue,
    Delayed,
    AtOnce,
    Calendar,
}

impl Exhausted {
    fn named(self, limits: &Limits, clock: Option<ClockError>) -> StepError {
        if let Some(clock) = clock {
            return StepError::Calendar(clock);
        }
        let (what, limit) = match self {
            Self::AtOnce | Self::Calendar => ("macrosteps due at one instant", limits.at_once),
            Self::Microsteps => ("microsteps in one macrostep", limits.microsteps),
            Self::Queue => ("waiting internal events", limits.queue),
            Self::Delayed => ("delayed events", limits.delayed),
        };
        StepError::Limit { what, limit }
    }
}

/// One call at work.
struct Run<'a, C> {
    workflow: &'a Workflow,
    tables: &'a Tables,
    clocks: &'a C,
    snapshot: &'a mut Snapshot,
    buffers: &'a mut Buffers,
    limits: &'a Limits,
    /// The data of the event of this microstep; empty for every other.
    event: Row<'a>,
    /// The logical time of this macrostep.
    at: Instant,
    /// How long the effects of this firing stay worth sending.
    fresh_for: Option<i64>,
    /// Whether the active states are the bits of the snapshot, within a microstep of the general algorithm.
    several: bool,
}

/// What falls due next.
#[derive(Clone, Copy)]
enum Next {
    Timer(TimerId),
    Delayed(usize),
    Clock(Due),
}

#[expect(
    clippy::indexing_slicing,
    reason = "ids come from the workflow, whose layout the snapshot has"
)]
impl<'a, C: Clocks> Run<'a, C> {
    #[inline]
    fn step(&mut self, input: Input<'a>, now: Instant) -> Result<Verdict, Exhausted> {
        if matches!(input, Input::Next) {
            if let (Some(next), due) = self.next()
                && due < now
            {
                self.settle_one(next, due)?;
            }
            return Ok(Verdict::Taken);
        }
        if self.snapshot.earliest_due() < now && self.catch_up(now)?.is_some() {
            return Ok(Verdict::Behind);
        }
        match input {
            Input::Event { event, by, data } => self.take_event(event, by, data, now),
            Input::Tick | Input::Next => Ok(Verdict::Taken),
            Input::Start(data) => self.start(data, now),
        }
    }

    /// Settles what is due before `now`. Returns when more is due, where the limit did not let it settle all.
    #[cold]
    #[inline(never)]
    fn catch_up(&mut self, now: Instant) -> Result<Option<Instant>, Exhausted> {
        let (mut settled, mut last, mut at_once) = (0_u32, Instant::NEVER, 0);
        loop {
            let (next, due) = self.next();
            let Some(next) = next.filter(|_| due < now) else {
                return Ok(None);
            };
            at_once = if due == last { at_once + 1 } else { 0 };
            if at_once > self.limits.at_once {
                return Err(Exhausted::AtOnce);
            }
            if due != last && settled >= self.limits.catch_up.max(1) {
                return Ok(Some(due));
            }
            last = due;
            self.settle_one(next, due)?;
            settled = settled.saturating_add(1);
        }
    }

    #[inline(never)]
    fn start(&mut self, data: &'a RowBuf, now: Instant) -> Result<Verdict, Exhausted> {
        self.begin(now);
        let layout = &self.tables.layout;
        let words = &mut self.snapshot.words[layout.data.clone()];
        words.copy_from_slice(&data.words);
        for (slot, value) in data.heavy.iter().enumerate() {
            let before = std::mem::replace(&mut self.snapshot.heavy[slot], value.clone());
            self.buffers.work.undo.push((slot as u16, before));
        }
        self.watch_start();
        match &self.tables.entry {
            Some(entry) => {
                self.follow(entry)?;
            }
            None => self.enter_root()?,
        }
        self.close_microstep();
        self.settle()?;
        self.end(Cause::Start, Verdict::Taken)?;
        Ok(Verdict::Taken)
    }

    #[inline]
    fn take_event(
        &mut self,
        event: EventId,
        by: Option<RoleId>,
        data: &'a RowBuf,
        now: Instant,
    ) -> Result<Verdict, Exhausted> {
        let senders = &self.workflow.event(event).sent_by;
        self.begin(now);
        let verdict = if by.is_some_and(|role| !senders.is_empty() && !senders.contains(&role)) {
            Verdict::WrongSender
        } else {
            self.event = Row {
                words: &data.words,
                heavy: &data.heavy,
            };
            let verdict = self.hear(event)?;
            self.event = Row { words: &[], heavy: &[] };
            if verdict == Verdict::Taken {
                self.settle()?;
            }
            verdict
        };
        self.end(Cause::Event(event), verdict)?;
        Ok(verdict)
    }

    /// Carries out one thing that fell due, as a macrostep at its own instant.
    fn settle_one(&mut self, next: Next, due: Instant) -> Result<(), Exhausted> {
        self.begin(due);
        let cause = match next {
            Next::Timer(timer) => {
                self.rearm(timer)?;
                self.fresh_for = self.workflow.timer(timer).fresh_for;
                self.microstep(Trigger::Timer(timer))?;
                self.fresh_for = None;
                Cause::Timer(timer)
            }
            Next::Delayed(position) => {
                let arrived = self
                    .snapshot
                    .beside
                    .as_mut()
                    .map(|beside| beside.delayed.remove(position).event);
                let Some(event) = arrived else { return Ok(()) };
                self.hear(event)?;
                Cause::Delayed(event)
            }
            Next::Clock(due) => self.speak(due)?,
        };
        self.close_microstep();
        self.settle()?;
        self.end(cause, Verdict::Taken)
    }

    #[inline]
    fn next(&self) -> (Option<Next>, Instant) {
        next(self.workflow, self.clocks, self.snapshot)
    }

    /// Sets a timer that fires to its next firing, or to rest.
    fn rearm(&mut self, timer: TimerId) -> Result<(), Exhausted> {
        let def = self.workflow.timer(timer);
        let slot = self.tables.layout.due + timer.index();
        self.snapshot.words[slot] = Instant::NEVER.0;
        let (Some(every), Some(counter)) = (&def.every, self.tables.counters[timer.index()]) else {
            return Ok(());
        };
        let fired = &mut self.snapshot.words[counter as usize];
        *fired = fired.saturating_add(1);
        if def.at_most.is_some_and(|most| *fired >= i64::from(most)) {
            self.reset_counter(timer);
            return Ok(());
        }
        let due = self.delay(every)?;
        self.snapshot.words[slot] = due.0;
        if due == Instant::NEVER {
            self.reset_counter(timer);
        }
        self.buffers.records.push(Record::Armed(timer, due));
        Ok(())
    }

    /// The instant that lies a delay after now.
    fn delay(&mut self, delay: &Delay) -> Result<Instant, Exhausted> {
        Ok(match delay {
            Delay::Elapsed(length) => self.at.plus(*length),
            Delay::Calendar(length, choice) => {
                let calendar = self.snapshot.chosen(self.workflow, choice);
                let due = self.clocks.calendar_due(self.at, *length, calendar);
                due.map_err(|error| self.give_up(error))?.max(self.at.plus(1))
            }
            Delay::Data(formula) => self.at.plus(view::with(self, |env| formula.word(env)).max(1)),
            Delay::Promise(_) => Instant::NEVER,
        })
    }

    /// Eventless branches, then internal events, until nothing more is to be done.
    #[inline]
    fn settle(&mut self) -> Result<(), Exhausted> {
        match self.snapshot.leaf() {
            Some(leaf) if self.buffers.work.queue.is_empty() && self.tables.rests[leaf.index()] => Ok(()),
            _ => self.settle_rest(),
        }
    }

    #[inline(never)]
    fn settle_rest(&mut self) -> Result<(), Exhausted> {
        let mut microsteps = 0;
        loop {
            if let Some(leaf) = self.snapshot.leaf()
                && self.tables.is_end(leaf)
            {
                self.buffers.work.queue.clear();
                return Ok(());
            }
            if self.microstep(Trigger::Always)? != Verdict::Taken {
                let Some(event) = self.buffers.work.queue.pop_front() else {
                    return Ok(());
                };
                self.buffers.records.push(Record::Heard(event));
                self.hear(event)?;
            }
            self.close_microstep();
            microsteps += 1;
            if microsteps > self.limits.microsteps {
                return Err(Exhausted::Microsteps);
            }
        }
    }

    /// Takes what answers the trigger, if anything does.
    #[inline]
    fn microstep(&mut self, trigger: Trigger) -> Result<Verdict, Exhausted> {
        match self.snapshot.leaf() {
            Some(leaf) => self.single_microstep(leaf, trigger),
            None if self.snapshot.leaf_word() == NOT_STARTED => Ok(Verdict::Ignored),
            None => self.general_microstep(trigger),
        }
    }

    #[inline]
    fn begin(&mut self, at: Instant) {
        self.at = at;
        self.snapshot.stamp(at);
        self.buffers.work.ordinal = 0;
        self.buffers.work.signals.clear();
        self.buffers.work.signals_from = 0;
        self.buffers.work.watched = self.buffers.records.len();
    }

    /// Closes the journal entry that `begin` opened.
    #[inline]
    fn end(&mut self, cause: Cause, verdict: Verdict) -> Result<(), Exhausted> {
        self.tell_clocks()?;
        if self
            .snapshot
            .beside
            .as_deref()
            .is_some_and(|beside| *beside == Beside::default())
        {
            // Nothing is on its way any more: equal cases are equal snapshots, and the next step is a common one again.
            self.snapshot.beside = None;
        }
        let due = self.next().1;
        self.snapshot.set_earliest_due(due);
        let first = self.buffers.entries.last().map_or(0, |entry| entry.records.end);
        let leaf = self.snapshot.leaf_word();
        let leaves = self.buffers.leaves.len() as u32;
        if leaf < 0 {
            let active = self.snapshot.leaves(self.workflow);
            self.buffers.leaves.extend(active);
        }
        let entry = RawEntry {
            sequence: self.snapshot.sequence(),
            at: self.at,
            cause,
            verdict,
            way: 0..0,
            records: first..self.buffers.records.len() as u32,
            leaf,
            leaves: leaves..self.buffers.leaves.len() as u32,
            due,
        };
        self.buffers.entries.push(entry);
        Ok(())
    }

    fn send(&mut self, event: EventId, delay: i64, id: Option<Arc<str>>) -> Result<(), Exhausted> {
        let due = self.at.plus(delay);
        let beside = self.snapshot.beside.get_or_insert_default();
        if beside.delayed.len() >= self.limits.delayed as usize {
            return Err(Exhausted::Delayed);
        }
        beside.delayed.push(Delayed { due, event, id });
        Ok(())
    }

    /// Undoes everything that the call did.
    fn roll_back(&mut self) {
        let work = &mut self.buffers.work;
        if work.backup.len() == self.snapshot.words.len() {
            self.snapshot.head = work.head;
            self.snapshot.words.copy_from_slice(&work.backup);
        }
        for (slot, before) in work.undo.drain(..).rev() {
            self.snapshot.heavy[usize::from(slot)] = before;
        }
        self.snapshot.beside = work.beside.take();
        self.buffers.clear();
    }
}

/// The earliest thing due, and when; of several at one instant the one that the time rule puts first.
#[inline]
#[expect(
    clippy::indexing_slicing,
    reason = "a snapshot has the words of its workflow's layout"
)]
fn next<C: Clocks>(workflow: &Workflow, clocks: &C, snapshot: &Snapshot) -> (Option<Next>, Instant) {
    let layout = &workflow.tables().layout;
    let mut at = Instant::NEVER;
    let mut next = None;
    for (timer, due) in snapshot.words[layout.due..layout.fired].iter().enumerate() {
        if *due < at.0 {
            at = Instant(*due);
            next = Some(Next::Timer(TimerId::at(timer)));
        }
    }
    let Some(beside) = &snapshot.beside else {
        return (next, at);
    };
    for (position, delayed) in beside.delayed.iter().enumerate() {
        if delayed.due < at {
            at = delayed.due;
            next = Some(Next::Delayed(position));
        }
    }
    if let Some(due) = clocks.next_due(&beside.clocks)
        && (due.at < at || due.at == at && due.kind < DueKind::Timer && at != Instant::NEVER)
    {
        return (Some(Next::Clock(due)), due.at);
    }
    (next, at)
}

/// The earliest instant at which something of a case falls due.
pub(crate) fn earliest_due<C: Clocks>(workflow: &Workflow, clocks: &C, snapshot: &Snapshot) -> Instant {
    next(workflow, clocks, snapshot).1
}
