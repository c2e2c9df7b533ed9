//! Asking rules: what they read is fitted to their inputs, and what they give is put into the case.

use super::{Run, view};
use crate::buffers::RawDecision;
use crate::clocks::Clocks;
use crate::record::Record;
use crate::rules::Question;
use crate::work::{Fill, Place};
use caseloop_expr::{ABSENT, Heavy};

impl<C: Clocks> Run<'_, C> {
    pub(super) fn ask(&mut self, position: u32) {
        let tables = self.tables;
        let Some(ask) = tables.asks.get(position as usize) else {
            return;
        };
        let mut rows = std::mem::take(&mut self.buffers.work.rows);
        rows.clear(ask);
        for (value, place) in &ask.inputs {
            match place {
                Fill::Word(slot) => {
                    let word = view::with(self, |env| value.word(env));
                    put(&mut rows.inputs.words, *slot, word);
                }
                Fill::Heavy(slot) => {
                    let heavy = view::with(self, |env| value.heavy(env));
                    put(&mut rows.inputs.heavy, *slot, heavy);
                }
            }
        }
        let told = self.buffers.note(&rows.inputs);
        let answer = self.clocks.ask(Question {
            rules: ask.rules.index(),
            inputs: &mut rows.inputs,
            hidden: &ask.hidden,
            outputs: &mut rows.outputs,
            fired: &mut rows.fired,
        });
        // The clear texts that the rules were shown are not kept.
        rows.inputs.heavy.clear();
        let gives = self.buffers.note(&rows.outputs);
        let first = self.buffers.fired.len() as u32;
        self.buffers.fired.extend_from_slice(&rows.fired);
        let decision = self.buffers.decisions.len() as u32;
        self.buffers.decisions.push(RawDecision {
            ask: position,
            answer,
            told,
            gives,
            fired: first..self.buffers.fired.len() as u32,
        });
        self.buffers.records.push(Record::Decided(decision));
        for output in &ask.outputs {
            match output.place {
                Place::Word { from, at, within } => {
                    let word = rows.outputs.words.get(usize::from(from)).copied().unwrap_or(ABSENT);
                    if (word != ABSENT || output.optional)
                        && let Some(kept) = self.snapshot.words.get_mut(at as usize)
                    {
                        *kept = within.keep(word);
                        self.buffers.records.push(Record::Set(output.field, *kept));
                    }
                }
                Place::Heavy { from, slot } => {
                    let heavy = rows.outputs.heavy.get_mut(usize::from(from)).map(std::mem::take);
                    let heavy = heavy.unwrap_or_default();
                    if heavy != Heavy::Absent || output.optional {
                        self.set_heavy(output.field, slot, heavy);
                    }
                }
            }
        }
        self.buffers.work.rows = rows;
    }
}

fn put<T>(row: &mut [T], slot: u16, value: T) {
    if let Some(place) = row.get_mut(usize::from(slot)) {
        *place = value;
    }
}
