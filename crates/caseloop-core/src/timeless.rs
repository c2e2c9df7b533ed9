//! A case out of time, for those who explore what a workflow can do: whatever runs may be the next to fall due, and cases
//! that differ in their instants alone are equal. Not: which of that is explored, and what is made of it.

use crate::clocks::Clocks;
use crate::kernel::View;
use crate::snapshot::Delayed;
use crate::{EventId, Instant, Snapshot, StateId, TimerId, Workflow};
use caseloop_expr::{ABSENT, Condition, Env, FieldIndex, Formula, Heavy, Row, Slot, Value};
use std::sync::Arc;

/// Something that will fall due if nothing keeps it from that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pending {
    /// A timer runs.
    Timer(TimerId),
    /// The event at this position of those that the case sent itself.
    Delayed(usize),
}

/// When what runs falls due, out of time.
const SOME_DAY: Instant = Instant(Instant::NEVER.0 - 1);

/// Cases of a workflow out of time.
///
/// Of a case at rest it keeps the active states, what histories remember, which timers run, how often those fired that
/// do so a limited number of times and whether the others that repeat did, the words of the clocks as the [`Clocks`](crate::Clocks) left them, and the data that
/// it was told to keep.
#[derive(Clone, Debug)]
pub struct Timeless<'w> {
    workflow: &'w Workflow,
    /// The words that tell cases apart, by position; all others are those of `blank`.
    words: Vec<(u32, Word)>,
    blank: Vec<i64>,
    heavies: Vec<bool>,
}

/// What of a word tells cases apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// All of it.
    Whole,
    /// Whether something is due.
    Due,
    /// Whether something has happened.
    Happened,
}

#[expect(
    clippy::indexing_slicing,
    reason = "a snapshot has the words of its workflow's layout from the start"
)]
impl<'w> Timeless<'w> {
    /// Keeps these fields of the case's data.
    pub fn new(workflow: &'w Workflow, keeps: impl IntoIterator<Item = FieldIndex>) -> Self {
        let record = &workflow.definition().case.record;
        let layout = &workflow.tables().layout;
        let mut told = vec![Some(Word::Whole); layout.words];
        told[layout.data.clone()].fill(None);
        told[layout.due..layout.fired].fill(Some(Word::Due));
        told[layout.stamps..layout.histories].fill(None);
        let timers = &workflow.definition().timers;
        for (timer, counter) in timers.iter().zip(&workflow.tables().counters) {
            if let Some(counter) = counter.filter(|_| timer.at_most.is_none()) {
                told[counter as usize] = Some(Word::Happened);
            }
        }
        let mut heavies = vec![false; record.heavies()];
        for field in keeps.into_iter().filter_map(|index| record.field(index)) {
            match field.slot {
                Slot::Word(slot) => told[layout.data.start + usize::from(slot)] = Some(Word::Whole),
                Slot::Heavy(slot) => heavies[usize::from(slot)] = true,
            }
        }
        let mut blank = vec![0; layout.words];
        blank[layout.data.clone()].fill(ABSENT);
        let words = told.into_iter().enumerate();
        let words = words.filter_map(|(position, word)| Some((position as u32, word?)));
        Self {
            workflow,
            words: words.collect(),
            blank,
            heavies,
        }
    }

    /// Whatever may fall due next: timers in the order of the workflow, then events in the order in which they were sent.
    pub fn pending(&self, case: &Snapshot) -> impl Iterator<Item = Pending> {
        let layout = &self.workflow.tables().layout;
        let timers = case.words[layout.due..layout.fired].iter().enumerate();
        let timers = timers.filter(|(_, due)| **due != Instant::NEVER.0);
        let sent = case.beside.as_deref().map_or(0, |beside| beside.delayed.len());
        let timers: Vec<_> = timers
            .map(|(position, _)| Pending::Timer(TimerId::at(position)))
            .collect();
        timers.into_iter().chain((0..sent).map(Pending::Delayed))
    }

    /// How often a running timer has fired since its state was entered, as far as that is kept.
    #[must_use]
    pub fn fired(&self, case: &Snapshot, timer: TimerId) -> i64 {
        let counter = self.workflow.tables().counters.get(timer.index()).copied().flatten();
        counter.map_or(0, |counter| case.words[counter as usize])
    }

    /// Makes it fall due at `at`, before all else: [`Input::Next`](crate::Input::Next) then settles it.
    pub fn bring(&self, case: &mut Snapshot, pending: Pending, at: Instant) {
        match pending {
            Pending::Timer(timer) => case.words[self.workflow.tables().layout.due + timer.index()] = at.0,
            Pending::Delayed(position) => {
                let sent = case.beside.as_mut().and_then(|beside| beside.delayed.get_mut(position));
                sent.into_iter().for_each(|delayed| delayed.due = at);
            }
        }
        case.set_earliest_due(at);
    }

    /// The words of the clocks, for what they could not know while a step was taken.
    pub fn clocks_mut<'c>(&self, case: &'c mut Snapshot) -> &'c mut [i64] {
        case.beside.as_mut().map_or(&mut [], |beside| &mut beside.clocks)
    }

    /// Puts the instant at which an active state was entered, as conditions with `time_in` read it.
    pub fn enter_at(&self, case: &mut Snapshot, state: StateId, at: Instant) {
        let stamp = self.workflow.tables().nodes[state.index()].stamp;
        if let Some(stamp) = stamp.filter(|_| case.is_in(self.workflow, state)) {
            case.words[stamp as usize] = at.0;
        }
    }

    /// Whether a condition that reads no event holds of a case at `at`.
    pub fn holds<C: Clocks>(&self, case: &Snapshot, clocks: &C, condition: &Condition, at: Instant) -> bool {
        let facts = View {
            workflow: self.workflow,
            clocks,
            snapshot: case,
            at,
        };
        condition.holds(&Env {
            case: case.data(self.workflow),
            event: Row::default(),
            now: at.0,
            facts: &facts,
        })
    }

    /// Whether a value that reads no event is there.
    pub fn is_there<C: Clocks>(&self, case: &Snapshot, clocks: &C, value: &Formula, at: Instant) -> bool {
        let facts = View {
            workflow: self.workflow,
            clocks,
            snapshot: case,
            at,
        };
        let env = Env {
            case: case.data(self.workflow),
            event: Row::default(),
            now: at.0,
            facts: &facts,
        };
        value.value(&env) != Value::Absent
    }

    /// Writes what is kept of a case at rest: cases that are equal out of time are equal bytes.
    pub fn write(&self, case: &Snapshot, key: &mut Vec<u8>) {
        key.clear();
        put(key, case.leaf_word());
        for (position, word) in &self.words {
            let value = case.words[*position as usize];
            let told = match word {
                Word::Due if value != Instant::NEVER.0 => SOME_DAY.0,
                Word::Happened => value.min(1),
                Word::Whole | Word::Due => value,
            };
            put(key, told);
        }
        for heavy in case
            .heavy
            .iter()
            .zip(&self.heavies)
            .filter(|(_, kept)| **kept)
            .map(|(heavy, _)| heavy)
        {
            match heavy {
                Heavy::Absent => put(key, -2),
                Heavy::Text(text) => put_text(key, text),
                // Of lists and records only whether they are there.
                Heavy::List(_) | Heavy::Record(_) => put(key, -1),
            }
        }
        let Some(beside) = &case.beside else { return };
        put(key, beside.clocks.len() as i64);
        beside.clocks.iter().for_each(|word| put(key, *word));
        for delayed in &beside.delayed {
            put(key, delayed.event.index() as i64);
            match &delayed.id {
                Some(id) => put_text(key, id),
                None => put(key, -1),
            }
        }
    }

    /// Makes a case of the workflow the one that was written, out of time and without the data that are not kept.
    pub fn read(&self, mut key: &[u8], case: &mut Snapshot) {
        let from = &mut key;
        case.set_time(Instant(0), 0);
        case.set_earliest_due(Instant::NEVER);
        case.set_leaf_word(take(from));
        case.words.copy_from_slice(&self.blank);
        for (position, _) in &self.words {
            case.words[*position as usize] = take(from);
        }
        for (heavy, kept) in case.heavy.iter_mut().zip(&self.heavies) {
            *heavy = match kept {
                false => Heavy::Absent,
                true => match take(from) {
                    -2 => Heavy::Absent,
                    -1 => Heavy::List([].into()),
                    length => Heavy::Text(take_text(from, length)),
                },
            };
        }
        if from.is_empty() {
            case.beside = None;
            return;
        }
        let beside = case.beside.get_or_insert_default();
        beside.clocks.clear();
        beside.delayed.clear();
        for _ in 0..take(from) {
            beside.clocks.push(take(from));
        }
        while !from.is_empty() {
            let event = EventId::at(take(from) as usize);
            let length = take(from);
            let id = (length >= 0).then(|| take_text(from, length));
            beside.delayed.push(Delayed {
                due: SOME_DAY,
                event,
                id,
            });
        }
    }
}

/// The words that are most frequent, each of which takes one byte, as small numbers do.
const FREQUENT: [i64; 3] = [ABSENT, Instant::NEVER.0, SOME_DAY.0];

/// Words below this one are one byte each, which is most of them.
const SMALL: i64 = (0x80 - FREQUENT.len() as i64) / 2;

/// Seven bits in a byte, the highest set where more follow; numbers that leave no room for the frequent words come after a
/// byte that begins nothing else.
fn put(key: &mut Vec<u8>, word: i64) {
    if (0..SMALL).contains(&word) {
        key.push((word << 1) as u8 + FREQUENT.len() as u8);
        return;
    }
    let code = match FREQUENT.iter().position(|frequent| *frequent == word) {
        Some(position) => position as u64,
        None => {
            let folded = ((word << 1) ^ (word >> 63)).cast_unsigned();
            match folded.checked_add(FREQUENT.len() as u64) {
                Some(code) => code,
                None => {
                    key.push(0xff);
                    key.push(0);
                    key.extend(word.to_le_bytes());
                    return;
                }
            }
        }
    };
    let mut rest = code;
    while rest >= 0x80 {
        key.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    key.push(rest as u8);
}

fn take(from: &mut &[u8]) -> i64 {
    if let [byte @ ..0x80, rest @ ..] = *from {
        *from = rest;
        return word(u64::from(*byte));
    }
    if let [0xff, 0, a, b, c, d, e, f, g, h, rest @ ..] = *from {
        *from = rest;
        return i64::from_le_bytes([*a, *b, *c, *d, *e, *f, *g, *h]);
    }
    let (mut code, mut shift) = (0_u64, 0);
    while let [byte, rest @ ..] = *from {
        *from = rest;
        code |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if *byte < 0x80 {
            break;
        }
    }
    word(code)
}

fn word(code: u64) -> i64 {
    match FREQUENT.get(code as usize) {
        Some(frequent) => *frequent,
        None => {
            let folded = code - FREQUENT.len() as u64;
            (folded >> 1).cast_signed() ^ -((folded & 1).cast_signed())
        }
    }
}

fn put_text(key: &mut Vec<u8>, text: &str) {
    put(key, text.len() as i64);
    key.extend(text.as_bytes());
}

fn take_text(from: &mut &[u8], length: i64) -> Arc<str> {
    let length = usize::try_from(length).unwrap_or_default().min(from.len());
    let (text, rest) = from.split_at(length);
    *from = rest;
    String::from_utf8_lossy(text).into()
}

#[cfg(test)]
mod tests {
    //! Words written and read.

    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_come_back(words in prop::collection::vec(prop_oneof![any::<i64>(), -200..200_i64, prop::sample::select(vec![ABSENT, ABSENT + 1, i64::MAX, SOME_DAY.0, SOME_DAY.0 - 1])], 0..20)) {
            let mut key = Vec::new();
            words.iter().for_each(|word| put(&mut key, *word));
            let mut from = &key[..];
            let back: Vec<i64> = words.iter().map(|_| take(&mut from)).collect();
            prop_assert_eq!(back, words);
            prop_assert!(from.is_empty());
        }
    }
}
