//! Promises in a step: which marks open and close a measurement, and what follows when one warns or is broken.

use super::{Exhausted, Run, view};
use crate::buffers::{Cause, Verdict};
use crate::clocks::{ClockError, Clocks, Due, DueKind, Opening, Said, Signal, Terms};
use crate::definition::{Limit, MarkDef, Trigger};
use crate::record::Record;
use crate::watches::{Role, Watch};
use crate::{EventId, Instant, PromiseId, TimerId};
use caseloop_expr::{ABSENT, Formula, Length};

#[expect(
    clippy::indexing_slicing,
    reason = "ids come from the workflow, whose tables these are"
)]
impl<C: Clocks> Run<'_, C> {
    /// Lets the chart hear an event, as one microstep; conditions of marks are judged before it is taken.
    #[inline]
    pub(super) fn hear(&mut self, event: EventId) -> Result<Verdict, Exhausted> {
        if let Some(watches) = &self.tables.watches {
            self.buffers.work.held.clear();
            for watch in &watches.events[event.index()] {
                if self.counts(*watch) {
                    self.buffers.work.held.push(*watch);
                }
            }
        }
        let verdict = self.microstep(Trigger::Event(event))?;
        if self.tables.watches.is_some() && verdict == Verdict::Taken {
            for position in 0..self.buffers.work.held.len() {
                self.signal(self.buffers.work.held[position]);
            }
            self.close_microstep();
        }
        Ok(verdict)
    }

    pub(super) fn watch_start(&mut self) {
        let Some(watches) = &self.tables.watches else { return };
        let rows = self.workflow.definition().promises.len() * C::WORDS.len();
        self.snapshot.beside.get_or_insert_default().clocks.resize(rows, 0);
        for watch in &watches.start {
            if self.counts(*watch) {
                self.signal(*watch);
            }
        }
    }

    /// Hears of the states that the microstep left and entered, and puts what closes before what opens.
    pub(super) fn close_microstep(&mut self) {
        let Some(watches) = &self.tables.watches else { return };
        for position in self.buffers.work.watched..self.buffers.records.len() {
            let watching = match self.buffers.records[position] {
                Record::Left(state) => &watches.leaving[state.index()],
                Record::Entered(state) => &watches.entering[state.index()],
                _ => continue,
            };
            for watch in watching {
                if self.counts(*watch) {
                    self.signal(*watch);
                }
            }
        }
        let work = &mut self.buffers.work;
        work.watched = self.buffers.records.len();
        work.signals[work.signals_from..].sort_by_key(|signal| match signal {
            Signal::Close(_) => Role::Until,
            Signal::Cancel(_) => Role::Cancel,
            Signal::Count(_) => Role::Counts,
            Signal::Restart(_) => Role::Restart,
            Signal::Open(_) => Role::From,
        });
        work.signals_from = work.signals.len();
    }

    fn mark_def(&self, watch: Watch) -> &MarkDef {
        let promise = &self.workflow.definition().promises[watch.promise.index()];
        &watch.role.marks(promise)[usize::from(watch.mark)]
    }

    fn counts(&self, watch: Watch) -> bool {
        let condition = self.mark_def(watch).condition.as_ref();
        condition.is_none_or(|condition| view::with(self, |env| condition.holds(env)))
    }

    fn signal(&mut self, watch: Watch) {
        let signal = match watch.role {
            Role::Until => Signal::Close(watch.promise),
            Role::Cancel => Signal::Cancel(watch.promise),
            Role::Counts => Signal::Count(watch.promise),
            Role::Restart => Signal::Restart(self.opening(watch)),
            Role::From => Signal::Open(self.opening(watch)),
        };
        self.buffers.work.signals.push(signal);
    }

    fn opening(&self, watch: Watch) -> Opening {
        let def = self.mark_def(watch);
        let read = |formula: &Formula| {
            let word = view::with(self, |env| formula.word(env));
            (word != ABSENT).then_some(Instant(word))
        };
        Opening {
            promise: watch.promise,
            since: def.since.as_ref().and_then(read).unwrap_or(self.at).min(self.at),
            by: def.by.as_ref().and_then(read),
            first: def.first.then_some(watch.mark),
        }
    }

    /// Tells the clocks what the macrostep did, and notes what they make of it.
    pub(super) fn tell_clocks(&mut self) -> Result<(), Exhausted> {
        if self.tables.watches.is_none() || self.snapshot.beside.is_none() {
            return Ok(());
        }
        self.buffers.work.terms.clear();
        for position in 0..self.workflow.definition().promises.len() {
            let terms = self.terms(PromiseId::at(position));
            self.buffers.work.terms.push(terms);
        }
        let first = self.buffers.said.len();
        if let Some(beside) = &mut self.snapshot.beside {
            let (work, said) = (&self.buffers.work, &mut self.buffers.said);
            let settled = self
                .clocks
                .settle(&mut beside.clocks, &work.signals, &work.terms, self.at, said);
            settled.map_err(|error| self.give_up(error))?;
        }
        let said = (first..self.buffers.said.len()).map(|position| Record::Said(position as u32));
        self.buffers.records.extend(said);
        Ok(())
    }

    /// What holds of a promise now.
    fn terms(&self, promise: PromiseId) -> Terms {
        let def = self.workflow.promise(promise);
        let standing = self.snapshot.standing(self.workflow, promise);
        let within = match &def.within {
            Some(Limit::Fixed(length)) => Some(*length),
            Some(Limit::Data(formula)) => {
                let length = view::with(self, |env| formula.word(env));
                Some(Length::Elapsed(length.max(0)))
            }
            Some(Limit::Table { lengths, .. }) => lengths.get(standing.level as usize).copied(),
            None => None,
        };
        let calendar = def.calendar.as_deref();
        Terms {
            within,
            calendar: calendar.map_or(0, |choice| self.snapshot.chosen(self.workflow, choice)),
            standing,
        }
    }

    /// Keeps what the clocks say of a failure for the error of the step.
    #[cold]
    pub(super) fn give_up(&mut self, error: ClockError) -> Exhausted {
        self.buffers.work.clock_error = Some(error);
        Exhausted::Calendar
    }

    /// Carries out what a promise says: the breach or warning first, then what hangs on it; then the chart hears of it.
    pub(super) fn speak(&mut self, due: Due) -> Result<Cause, Exhausted> {
        let promise = self.workflow.promise(due.promise);
        if let Some(beside) = &mut self.snapshot.beside {
            let news = self.clocks.fire(&mut beside.clocks, due);
            let news = news.map_err(|error| self.give_up(error))?;
            if due.kind != DueKind::Rung {
                self.say(Said {
                    promise: due.promise,
                    news,
                });
            }
        }
        match due.kind {
            DueKind::Warning => {
                let warning = promise.warnings.get(usize::from(due.number));
                if let Some(timer) = warning.and_then(|warning| warning.timer) {
                    self.buffers.records.push(Record::Fired(timer));
                    self.climb(timer)?;
                }
                self.raise(promise.warned)?;
                Ok(Cause::Warning(due.promise))
            }
            DueKind::Breach => {
                for rung in promise.rungs.iter().filter(|rung| rung.after == Length::Elapsed(0)) {
                    // A rung may have ended the case, and with it the ladder.
                    if self.snapshot.ended(self.workflow) {
                        break;
                    }
                    self.buffers.records.push(Record::Fired(rung.timer));
                    self.climb(rung.timer)?;
                }
                self.raise(promise.breached)?;
                Ok(Cause::Breach(due.promise))
            }
            DueKind::Rung | DueKind::Timer => {
                let rung = promise.rungs.get(usize::from(due.number));
                let timer = rung.map(|rung| rung.timer).unwrap_or_default();
                self.climb(timer)?;
                Ok(Cause::Timer(timer))
            }
        }
    }

    fn climb(&mut self, timer: TimerId) -> Result<(), Exhausted> {
        self.fresh_for = self.workflow.timer(timer).fresh_for;
        self.microstep(Trigger::Timer(timer))?;
        self.fresh_for = None;
        self.close_microstep();
        Ok(())
    }

    fn say(&mut self, said: Said) {
        self.buffers.records.push(Record::Said(self.buffers.said.len() as u32));
        self.buffers.said.push(said);
    }
}
