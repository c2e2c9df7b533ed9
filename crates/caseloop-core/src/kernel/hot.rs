//! The commonest step, from start to end in one piece: an event that a case in one leaf takes along a known way, with
//! nothing due, nothing queued and no promise made (a case with promises keeps them beside its words). It needs no rollback, since nothing in it can fail.
//!
//! It gives the same as the general way, which a property test holds it to; whatever it is not made for it declines
//! before it has changed anything. What few events need (judging conditions, carrying out actions) is kept out of
//! line, so that the rest stays in registers.

use super::view::View;
use crate::buffers::{Buffers, Cause, RawEffect, RawEntry, Verdict};
use crate::clocks::NoClocks;
use crate::definition::Trigger;
use crate::record::Record;
use crate::snapshot::{Head, NOT_STARTED};
use crate::tables::{GENERAL, Op, Tables, WAY_IN};
use crate::work::Step;
use crate::{EventId, Instant, Snapshot, StateId, TimerId, Workflow};
use caseloop_expr::{Condition, Env, Formula, Heavy, RowBuf};

/// Takes the event if this is the commonest case, and returns the earliest due instant. `None` has changed nothing.
#[inline]
#[expect(
    clippy::indexing_slicing,
    reason = "positions come from the tables of the compiled workflow"
)]
pub(super) fn take_event(
    workflow: &Workflow,
    snapshot: &mut Snapshot,
    event: EventId,
    data: &RowBuf,
    now: Instant,
    buffers: &mut Buffers,
) -> Option<Instant> {
    let tables = workflow.tables();
    let head = snapshot.head;
    if now < head.time || head.due < now || snapshot.beside.is_some() {
        return None;
    }
    let leaf = StateId(u16::try_from(head.leaf).ok()?);
    let mut route = tables.direct(leaf, Trigger::Event(event));
    if route == GENERAL {
        route = choose(workflow, snapshot, leaf, event, data, now, buffers)?;
    }
    let way = tables.moves.get(route as usize)?;
    let sequence = head.sequence + 1;
    let mut due = head.due;
    let mut stopped_first = false;
    // Where the words lie is found out once, not at each of them.
    let mut words: &mut [i64] = &mut snapshot.words;
    for op in &way.ops {
        match *op {
            Op::Emit(emission) => ask(emission, 0, 0, sequence, buffers),
            Op::EmitFields(emission) => {
                let arguments = buffers.arguments.len();
                for word in &tables.emissions[emission as usize].fields {
                    buffers.arguments.push(words[*word as usize]);
                }
                ask(emission, arguments, 0, sequence, buffers);
            }
            Op::Do(step) => {
                carry_out(workflow, snapshot, step, data, now, sequence, buffers);
                words = &mut snapshot.words;
            }
            Op::ArmFor { timer, word, length } => {
                let at = now.plus(length);
                words[word as usize] = at.0;
                buffers.records.push(Record::Armed(timer, at));
                due = due.min(at);
            }
            Op::Stop { timer, word } => stopped_first |= stop(words, timer, word, buffers) == due.0,
            Op::StopRepeating { timer, word, counter } => {
                stopped_first |= stop(words, timer, word, buffers) == due.0;
                words[counter as usize] = 0;
            }
            Op::Stamp(stamp) => words[stamp as usize] = now.0,
            Op::Unstamp(stamp) => words[stamp as usize] = 0,
            Op::Close => {
                close(tables, words, buffers);
                stopped_first = true;
            }
            _ => {}
        }
    }
    if stopped_first {
        due = earliest(tables, words);
    }
    let leaf = i64::from(way.leaf.0);
    snapshot.head = Head {
        time: now,
        sequence,
        leaf,
        due,
    };
    buffers.entries.push(RawEntry {
        sequence,
        at: now,
        cause: Cause::Event(event),
        verdict: Verdict::Taken,
        way: way.records.clone(),
        records: 0..buffers.records.len() as u32,
        leaf,
        leaves: 0..0,
        due,
    });
    Some(due)
}

/// Puts a fresh case before its way in, if that is known and plain: there it answers the event of [`WAY_IN`], which
/// begins it. Otherwise nothing has changed.
#[expect(
    clippy::indexing_slicing,
    reason = "a snapshot has the words of its workflow's layout"
)]
pub(super) fn prepare(workflow: &Workflow, snapshot: &mut Snapshot, data: &RowBuf, now: Instant) -> bool {
    let tables = workflow.tables();
    let layout = &tables.layout;
    let (root, way_in) = WAY_IN;
    let known = !tables.is_silent() && tables.direct(root, Trigger::Event(way_in)) != GENERAL;
    let fits = data.words.len() == layout.data.len() && data.heavy.is_empty() && layout.heavy == 0;
    let fresh = snapshot.leaf_word() == NOT_STARTED && snapshot.beside.is_none();
    if !(known && fits && fresh) || tables.watches.is_some() {
        return false;
    }
    snapshot.words[layout.data.clone()].copy_from_slice(&data.words);
    snapshot.set_time(now, 0);
    snapshot.set_leaf(root);
    true
}

/// The plain move of the first candidate that holds; those before it are noted as refused.
#[inline]
#[expect(
    clippy::indexing_slicing,
    reason = "a snapshot has the words of its workflow's layout"
)]
fn choose(
    workflow: &Workflow,
    snapshot: &Snapshot,
    leaf: StateId,
    event: EventId,
    data: &RowBuf,
    now: Instant,
    buffers: &mut Buffers,
) -> Option<u32> {
    let tables = workflow.tables();
    let case = &snapshot.words[tables.layout.data.clone()];
    for candidate in tables.candidates(leaf, Trigger::Event(event)) {
        if candidate.guarded
            && let Some(condition) = &workflow.branch(candidate.branch).condition
            && !condition
                .glance(case, &data.words)
                .unwrap_or_else(|| judge(workflow, snapshot, condition, data, now))
        {
            buffers.records.push(Record::Refused(candidate.branch));
            continue;
        }
        if tables.moves.get(candidate.route as usize).is_some_and(|way| way.plain) {
            return Some(candidate.route);
        }
        break;
    }
    buffers.records.clear();
    None
}

#[inline(never)]
fn judge(workflow: &Workflow, snapshot: &Snapshot, condition: &Condition, data: &RowBuf, now: Instant) -> bool {
    looking(workflow, snapshot, data, now, |env| condition.holds(env))
}

/// Evaluates what takes more than a glance at words.
fn looking<T>(
    workflow: &Workflow,
    snapshot: &Snapshot,
    data: &RowBuf,
    now: Instant,
    evaluate: impl FnOnce(&Env<'_>) -> T,
) -> T {
    let facts = View {
        workflow,
        clocks: &NoClocks,
        snapshot,
        at: now,
    };
    evaluate(&Env {
        case: snapshot.data(workflow),
        event: data.as_row(),
        now: now.0,
        facts: &facts,
    })
}

#[inline(never)]
#[expect(
    clippy::indexing_slicing,
    reason = "positions come from the tables of the compiled workflow"
)]
fn carry_out(
    workflow: &Workflow,
    snapshot: &mut Snapshot,
    step: u32,
    data: &RowBuf,
    now: Instant,
    sequence: u64,
    buffers: &mut Buffers,
) {
    let tables = workflow.tables();
    match &tables.steps[step as usize] {
        Step::SetWord {
            field,
            at,
            value,
            within,
        } => {
            let word = within.keep(compute(workflow, snapshot, value, data, now));
            snapshot.words[*at as usize] = word;
            buffers.records.push(Record::Set(*field, word));
        }
        Step::Emit(emission) => {
            let asked = &tables.emissions[*emission as usize];
            let (arguments, values) = (buffers.arguments.len(), buffers.values.len());
            for (formula, heavy) in &asked.formulas {
                if *heavy {
                    buffers
                        .values
                        .push(compute_heavy(workflow, snapshot, formula, data, now));
                } else {
                    buffers.arguments.push(compute(workflow, snapshot, formula, data, now));
                }
            }
            ask(*emission, arguments, values, sequence, buffers);
        }
        _ => {}
    }
}

#[inline]
#[expect(
    clippy::indexing_slicing,
    reason = "a snapshot has the words of its workflow's layout"
)]
fn compute(workflow: &Workflow, snapshot: &Snapshot, value: &Formula, data: &RowBuf, now: Instant) -> i64 {
    let case = &snapshot.words[workflow.tables().layout.data.clone()];
    let glanced = value.glance(case, &data.words);
    glanced.unwrap_or_else(|| looking(workflow, snapshot, data, now, |env| value.word(env)))
}

#[inline(never)]
fn compute_heavy(workflow: &Workflow, snapshot: &Snapshot, value: &Formula, data: &RowBuf, now: Instant) -> Heavy {
    looking(workflow, snapshot, data, now, |env| value.heavy(env))
}

/// Stops a timer and returns when it would have fired.
#[inline]
#[expect(
    clippy::indexing_slicing,
    reason = "positions come from the tables of the compiled workflow"
)]
fn stop(words: &mut [i64], timer: TimerId, word: u32, buffers: &mut Buffers) -> i64 {
    let word = &mut words[word as usize];
    let due = *word;
    if due != Instant::NEVER.0 {
        *word = Instant::NEVER.0;
        buffers.records.push(Record::Cancelled(timer));
    }
    due
}

/// The earliest instant at which a timer is due.
#[inline]
#[expect(
    clippy::indexing_slicing,
    reason = "a snapshot has the words of its workflow's layout"
)]
fn earliest(tables: &Tables, words: &[i64]) -> Instant {
    let dues = &words[tables.layout.due..tables.layout.fired];
    Instant(dues.iter().fold(i64::MAX, |a, b| a.min(*b)))
}

/// Asks for an effect whose computed arguments, if it has any, begin at these positions.
#[inline]
fn ask(emission: u32, arguments: usize, values: usize, sequence: u64, buffers: &mut Buffers) {
    let ordinal = buffers.effects.len() as u32;
    buffers.effects.push(RawEffect {
        emission,
        sequence,
        ordinal,
        arguments: arguments as u32,
        values: values as u32,
        fresh_until: Instant::NEVER,
    });
}

/// Stops every timer: the case is over.
#[inline(never)]
#[expect(
    clippy::indexing_slicing,
    reason = "a snapshot has the words of its workflow's layout"
)]
fn close(tables: &Tables, words: &mut [i64], buffers: &mut Buffers) {
    for (timer, word) in (tables.layout.due..tables.layout.fired).enumerate() {
        stop(words, TimerId::at(timer), word as u32, buffers);
    }
    words[tables.layout.fired..tables.layout.stamps].fill(0);
}
