//! Carrying out ops and actions: the only place that changes a case.

use super::{Exhausted, Run, view};
use crate::buffers::RawEffect;
use crate::clocks::Clocks;
use crate::record::Record;
use crate::snapshot::Beside;
use crate::tables::Op;
use crate::work::Step;
use crate::{EventId, Instant, StateId, TimerId};
use caseloop_expr::Heavy;

#[expect(
    clippy::indexing_slicing,
    reason = "positions come from the tables of the compiled workflow"
)]
impl<C: Clocks> Run<'_, C> {
    #[inline]
    pub(super) fn run_ops(&mut self, ops: &[Op]) -> Result<(), Exhausted> {
        for op in ops {
            match *op {
                Op::Enter(state) => {
                    self.activate(state);
                    self.buffers.records.push(Record::Entered(state));
                }
                Op::Leave(state) => {
                    self.deactivate(state);
                    self.buffers.records.push(Record::Left(state));
                }
                Op::Do(step) => self.act(step)?,
                Op::Emit(emission) | Op::EmitFields(emission) => self.emit(emission),
                Op::At(state) => self.snapshot.set_leaf(state),
                Op::Arm(timer) => {
                    let due = self.delay(&self.workflow.timer(timer).after)?;
                    self.arm(timer, due);
                }
                Op::ArmFor { timer, length, .. } => self.arm(timer, self.at.plus(length)),
                Op::Stop { timer, .. } | Op::StopRepeating { timer, .. } => self.stop(timer),
                Op::Stamp(stamp) => self.snapshot.words[stamp as usize] = self.at.0,
                Op::Unstamp(stamp) => self.snapshot.words[stamp as usize] = 0,
                Op::Remember(memory, state) => self.remember(memory, [state]),
                Op::Raise(event) => self.raise(event)?,
                Op::Close => self.close(),
            }
        }
        Ok(())
    }

    #[inline]
    fn act(&mut self, step: u32) -> Result<(), Exhausted> {
        let tables = self.tables;
        match &tables.steps[step as usize] {
            Step::SetWord {
                field,
                at,
                value,
                within,
            } => {
                let word = within.keep(view::with(self, |env| value.word(env)));
                self.snapshot.words[*at as usize] = word;
                self.buffers.records.push(Record::Set(*field, word));
            }
            Step::Emit(emission) => self.emit(*emission),
            step => self.act_rarely(step)?,
        }
        Ok(())
    }

    fn act_nested(&mut self, step: u32) -> Result<(), Exhausted> {
        self.act(step)
    }

    #[inline(never)]
    fn act_rarely(&mut self, step: &Step) -> Result<(), Exhausted> {
        match step {
            Step::Ask(ask) => self.ask(*ask),
            Step::SetHeavy { field, slot, value } => {
                let heavy = view::with(self, |env| value.heavy(env));
                self.set_heavy(*field, *slot, heavy);
            }
            Step::Raise(event) => self.raise(*event)?,
            Step::Send { event, delay, id } => self.send(*event, *delay, id.clone())?,
            Step::Cancel(id) => {
                if let Some(beside) = &mut self.snapshot.beside {
                    beside.delayed.retain(|delayed| delayed.id.as_ref() != Some(id));
                }
            }
            Step::If { cases, otherwise } => {
                let holding = cases
                    .iter()
                    .find(|(condition, _)| view::with(self, |env| condition.holds(env)));
                for step in holding.map_or(otherwise, |(_, steps)| steps) {
                    self.act_nested(*step)?;
                }
            }
            Step::SetWord { .. } | Step::Emit(_) => {}
        }
        Ok(())
    }

    /// Puts a text, list or record into a field, remembering what was there in case the step fails.
    pub(super) fn set_heavy(&mut self, field: u16, slot: u16, heavy: Heavy) {
        let position = self.buffers.values.len() as u32;
        self.buffers.values.push(heavy.clone());
        self.buffers.records.push(Record::SetHeavy(field, position));
        let before = std::mem::replace(&mut self.snapshot.heavy[usize::from(slot)], heavy);
        self.buffers.work.undo.push((slot, before));
    }

    #[inline]
    fn emit(&mut self, emission: u32) {
        let tables = self.tables;
        let asked = &tables.emissions[emission as usize];
        let arguments = self.buffers.arguments.len() as u32;
        let values = self.buffers.values.len() as u32;
        for (formula, heavy) in &asked.formulas {
            if *heavy {
                let value = view::with(self, |env| formula.heavy(env));
                self.buffers.values.push(value);
            } else {
                let word = view::with(self, |env| formula.word(env));
                self.buffers.arguments.push(word);
            }
        }
        self.buffers.effects.push(RawEffect {
            emission,
            sequence: self.snapshot.sequence(),
            ordinal: self.buffers.work.ordinal,
            arguments,
            values,
            fresh_until: self.fresh_for.map_or(Instant::NEVER, |length| self.at.plus(length)),
        });
        self.buffers.work.ordinal = self.buffers.work.ordinal.saturating_add(1);
    }

    pub(super) fn raise(&mut self, event: EventId) -> Result<(), Exhausted> {
        if self.buffers.work.queue.len() >= self.limits.queue as usize {
            return Err(Exhausted::Queue);
        }
        self.buffers.work.queue.push_back(event);
        Ok(())
    }

    fn arm(&mut self, timer: TimerId, due: Instant) {
        let layout = &self.tables.layout;
        self.snapshot.words[layout.due + timer.index()] = due.0;
        self.buffers.records.push(Record::Armed(timer, due));
    }

    /// A timer that does not run has not fired.
    pub(super) fn reset_counter(&mut self, timer: TimerId) {
        if let Some(counter) = self.tables.counters[timer.index()] {
            self.snapshot.words[counter as usize] = 0;
        }
    }

    fn stop(&mut self, timer: TimerId) {
        let due = &mut self.snapshot.words[self.tables.layout.due + timer.index()];
        if *due != Instant::NEVER.0 {
            *due = Instant::NEVER.0;
            self.reset_counter(timer);
            self.buffers.records.push(Record::Cancelled(timer));
        }
    }

    /// The case is over: nothing of it falls due any more.
    fn close(&mut self) {
        let layout = &self.tables.layout;
        for timer in 0..layout.fired - layout.due {
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
