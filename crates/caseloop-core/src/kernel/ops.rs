//! Carrying out ops and actions: the only place that changes a case.

use super::{Run, view};
use crate::buffers::{RawArgument, RawEffect, Record};
use crate::clocks::{Clocks, Mark};
use crate::definition::{Action, Argument};
use crate::snapshot::Beside;
use crate::tables::Op;
use crate::{EffectId, EventId, Instant, StateId, StepError, TimerId};
use caseloop_expr::{FieldIndex, Formula, Slot};
use std::ops::Range;

#[expect(clippy::indexing_slicing, reason = "positions come from the tables of the compiled workflow")]
impl<C: Clocks> Run<'_, C> {
    #[inline]
    pub(super) fn run_ops(&mut self, ops: Range<u32>) -> Result<(), StepError> {
        let tables = self.tables;
        for op in &tables.ops[ops.start as usize..ops.end as usize] {
            match *op {
                Op::Enter(state) => {
                    self.activate(state);
                    self.buffers.records.push(Record::Entered(state));
                    self.mark(Mark::Entered(state));
                }
                Op::Leave(state) => {
                    self.deactivate(state);
                    self.buffers.records.push(Record::Left(state));
                    self.mark(Mark::Left(state));
                }
                Op::Do(action) => self.act(&tables.actions[action as usize])?,
                Op::Arm(timer) => self.arm(timer),
                Op::Stop(timer) => self.stop(timer),
                Op::Stamp(stamp) => self.snapshot.words[tables.layout.stamps + usize::from(stamp)] = self.at.0,
                Op::Remember(memory, state) => self.remember(memory, [state]),
                Op::Raise(event) => self.raise(event)?,
                Op::Close => self.close(),
            }
        }
        Ok(())
    }

    fn act(&mut self, action: &Action) -> Result<(), StepError> {
        match action {
            Action::Set { field, value } => self.set(*field, value),
            Action::Emit { effect, arguments } => self.emit(*effect, arguments),
            Action::Raise(event) => self.raise(*event)?,
            Action::Send { event, delay, id } => self.send(*event, *delay, id.clone())?,
            Action::Cancel(id) => {
                if let Some(beside) = &mut self.snapshot.beside {
                    beside.delayed.retain(|delayed| delayed.id.as_ref() != Some(id));
                }
            }
            Action::If { cases, otherwise } => {
                let holding = cases.iter().find(|(condition, _)| view::with(self, |env| condition.holds(env)));
                for action in holding.map_or(otherwise, |(_, actions)| actions) {
                    self.act(action)?;
                }
            }
        }
        Ok(())
    }

    fn set(&mut self, field: FieldIndex, value: &Formula) {
        let record = &self.workflow.case_data().record;
        let Some(def) = record.field(field) else { return };
        match def.slot {
            Slot::Word(slot) => {
                let word = view::with(self, |env| value.word(env));
                let at = self.tables.layout.data.start + usize::from(slot);
                self.snapshot.words[at] = word;
                self.buffers.records.push(Record::Set(field.0, word));
            }
            Slot::Heavy(slot) => {
                let heavy = view::with(self, |env| value.heavy(env));
                let position = self.buffers.values.len() as u32;
                self.buffers.values.push(heavy.clone());
                self.buffers.records.push(Record::SetHeavy(field.0, position));
                let before = std::mem::replace(&mut self.snapshot.heavy[usize::from(slot)], heavy);
                self.buffers.work.undo.push((slot, before));
            }
        }
    }

    fn emit(&mut self, effect: EffectId, arguments: &[Option<Argument>]) {
        let first = self.buffers.arguments.len() as u32;
        let parameters = self.workflow.effect(effect).parameters.fields();
        for (parameter, argument) in parameters.zip(arguments) {
            let raw = match (argument, parameter.slot) {
                (Some(Argument::Hidden(path)), _) => RawArgument::Hidden(path.clone()),
                (Some(Argument::Value(formula)), Slot::Word(_)) => {
                    RawArgument::Word(view::with(self, |env| formula.word(env)))
                }
                (Some(Argument::Value(formula)), Slot::Heavy(_)) => {
                    RawArgument::Heavy(view::with(self, |env| formula.heavy(env)))
                }
                (None, Slot::Word(_)) => RawArgument::Word(caseloop_expr::ABSENT),
                (None, Slot::Heavy(_)) => RawArgument::Heavy(caseloop_expr::Heavy::default()),
            };
            self.buffers.arguments.push(raw);
        }
        let position = self.buffers.effects.len() as u32;
        let fresh_until = self.fresh_for.map_or(Instant::NEVER, |length| self.at.plus(length));
        self.buffers.effects.push(RawEffect {
            effect,
            sequence: self.snapshot.sequence(),
            ordinal: self.buffers.work.ordinal,
            arguments: first..self.buffers.arguments.len() as u32,
            fresh_until,
        });
        self.buffers.work.ordinal = self.buffers.work.ordinal.saturating_add(1);
        self.buffers.records.push(Record::Effect(position));
    }

    pub(super) fn raise(&mut self, event: EventId) -> Result<(), StepError> {
        if self.buffers.work.queue.len() >= self.limits.queue as usize {
            return Err(StepError::Limit { what: "waiting internal events", limit: self.limits.queue });
        }
        self.buffers.work.queue.push_back(event);
        Ok(())
    }

    fn arm(&mut self, timer: TimerId) {
        let due = self.delay(&self.workflow.timer(timer).after);
        let layout = &self.tables.layout;
        self.snapshot.words[layout.due + timer.index()] = due.0;
        if let Some(counter) = self.tables.counters[timer.index()] {
            self.snapshot.words[layout.fired + usize::from(counter)] = 0;
        }
        self.buffers.records.push(Record::Armed(timer, due));
    }

    fn stop(&mut self, timer: TimerId) {
        let due = &mut self.snapshot.words[self.tables.layout.due + timer.index()];
        if *due != Instant::NEVER.0 {
            *due = Instant::NEVER.0;
            self.buffers.records.push(Record::Cancelled(timer));
        }
    }

    /// The case is over: nothing of it falls due any more.
    fn close(&mut self) {
        for timer in 0..self.workflow.definition().timers.len() {
            self.stop(TimerId::at(timer));
        }
        if let Some(beside) = &mut self.snapshot.beside {
            beside.delayed.clear();
            if *beside == Box::<Beside>::default() {
                self.snapshot.beside = None;
            }
        }
    }

    /// Fills a history.
    pub(super) fn remember(&mut self, memory: u16, states: impl IntoIterator<Item = StateId>) {
        let layout = &self.tables.layout;
        let first = layout.histories + usize::from(memory) * layout.bit_words;
        let bits = &mut self.snapshot.words[first..first + layout.bit_words];
        bits.fill(0);
        for state in states {
            bits[state.index() / 64] |= 1 << (state.index() % 64);
        }
    }

    #[inline]
    fn activate(&mut self, state: StateId) {
        if self.several {
            let word = self.tables.layout.bits + state.index() / 64;
            self.snapshot.words[word] |= 1 << (state.index() % 64);
        } else {
            self.snapshot.set_leaf(state);
        }
    }

    #[inline]
    fn deactivate(&mut self, state: StateId) {
        if self.several {
            let word = self.tables.layout.bits + state.index() / 64;
            self.snapshot.words[word] &= !(1 << (state.index() % 64));
        } else {
            self.snapshot.set_leaf(self.tables.nodes[state.index()].parent);
        }
    }
}
