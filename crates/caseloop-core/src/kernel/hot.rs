//! The commonest step, from start to end in one piece: an event that a case in one leaf takes along a known way, with
//! nothing due, nothing queued and nobody listening. It needs no rollback, since nothing in it can fail.
//!
//! It gives the same as the general way, which a property test holds it to; whatever it is not made for it declines
//! before it has changed anything. What few events need (judging conditions, carrying out actions) is kept out of
//! line, so that the rest stays in registers.

use super::view::View;
use crate::buffers::{Buffers, Cause, RawEffect, RawEntry, Verdict};
use crate::clocks::NoClocks;
use crate::definition::{Delay, Trigger};
use crate::record::Record;
use crate::tables::{GENERAL, Op, Tables};
use crate::work::{Emission, Step};
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
    let [_, sequence, leaf, due, ..] = *snapshot.words else {
        return None;
    };
    if due < now.0 || snapshot.beside.is_some() {
        return None;
    }
    let leaf = StateId(u16::try_from(leaf).ok()?);
    let mut route = tables.direct(leaf, Trigger::Event(event));
    if route == GENERAL {
        route = choose(workflow, snapshot, leaf, event, data, now, buffers)?;
    }
    let Some(way) = tables.moves.get(route as usize).filter(|way| way.plain) else {
        buffers.records.clear();
        return None;
    };
    let sequence = sequence + 1;
    let mut due = Instant(due);
    for op in &tables.ops[way.ops.start as usize..way.ops.end as usize] {
        match *op {
            Op::Emit(emission) => ask(&tables.emissions[emission as usize], emission, 0, 0, sequence, buffers),
            Op::Do(step) => carry_out(workflow, snapshot, step, data, now, sequence, buffers),
            Op::Arm(timer) => due = due.min(arm(workflow, snapshot, timer, now, buffers)),
            Op::Stop(timer) => due = stop(tables, snapshot, timer, due, buffers),
            Op::Stamp(stamp) => snapshot.words[tables.layout.stamps + usize::from(stamp)] = now.0,
            Op::Unstamp(stamp) => snapshot.words[tables.layout.stamps + usize::from(stamp)] = 0,
            Op::Close => due = close(tables, snapshot, buffers),
            _ => {}
        }
    }
    let leaf = i64::from(way.leaf.0);
    let [first, second, third, fourth, ..] = &mut *snapshot.words else {
        return None;
    };
    (*first, *second, *third, *fourth) = (now.0, sequence, leaf, due.0);
    buffers.entries.push(RawEntry {
        sequence: sequence.cast_unsigned(),
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

/// The route of the first candidate that holds; those before it are noted as refused.
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
        return Some(candidate.route);
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

#[inline]
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
    sequence: i64,
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
            ask(asked, *emission, arguments, values, sequence, buffers);
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

#[inline]
#[expect(
    clippy::indexing_slicing,
    reason = "positions come from the tables of the compiled workflow"
)]
fn arm(workflow: &Workflow, snapshot: &mut Snapshot, timer: TimerId, now: Instant, buffers: &mut Buffers) -> Instant {
    let tables = workflow.tables();
    let Delay::Elapsed(length) = workflow.timer(timer).after else {
        return Instant::NEVER;
    };
    let due = now.plus(length);
    snapshot.words[tables.layout.due + timer.index()] = due.0;
    buffers.records.push(Record::Armed(timer, due));
    due
}

/// Stops a timer and returns the earliest due instant that is left.
#[inline]
#[expect(
    clippy::indexing_slicing,
    reason = "positions come from the tables of the compiled workflow"
)]
fn stop(tables: &Tables, snapshot: &mut Snapshot, timer: TimerId, due: Instant, buffers: &mut Buffers) -> Instant {
    let layout = &tables.layout;
    let word = &mut snapshot.words[layout.due + timer.index()];
    if *word == Instant::NEVER.0 {
        return due;
    }
    let was_first = *word == due.0;
    *word = Instant::NEVER.0;
    if let Some(counter) = tables.counters[timer.index()] {
        snapshot.words[layout.fired + usize::from(counter)] = 0;
    }
    buffers.records.push(Record::Cancelled(timer));
    if was_first {
        Instant(
            snapshot.words[layout.due..layout.fired]
                .iter()
                .fold(i64::MAX, |a, b| a.min(*b)),
        )
    } else {
        due
    }
}

/// Asks for an effect whose computed arguments, if it has any, begin at these positions.
#[inline]
fn ask(asked: &Emission, emission: u32, arguments: usize, values: usize, sequence: i64, buffers: &mut Buffers) {
    let position = buffers.effects.len();
    buffers.records.push(Record::Effect(position as u32));
    buffers.effects.push(RawEffect {
        effect: asked.effect,
        emission,
        sequence: sequence.cast_unsigned(),
        ordinal: position as u32,
        arguments: arguments as u32,
        values: values as u32,
        fresh_until: Instant::NEVER,
    });
}

/// Stops every timer: the case is over.
#[inline(never)]
fn close(tables: &Tables, snapshot: &mut Snapshot, buffers: &mut Buffers) -> Instant {
    for timer in 0..tables.counters.len() {
        stop(tables, snapshot, TimerId::at(timer), Instant::NEVER, buffers);
    }
    Instant::NEVER
}
