//! The commonest step, from start to end in one piece: an event that a case in one leaf takes along a known way, with
//! nothing due, nothing queued and nobody listening. It needs no rollback, since nothing in it can fail.
//!
//! It gives the same as the general way, which a property test holds it to; whatever it is not made for it declines
//! before it has changed anything. What few events need (judging conditions, carrying out actions) is kept out of
//! line, so that the rest stays in registers.

use super::view::View;
use crate::buffers::{Buffers, Cause, RawArgument, RawEffect, RawEntry, Record, Verdict};
use crate::clocks::NoClocks;
use crate::definition::{Delay, Trigger};
use crate::tables::{Candidate, Op, Tables};
use crate::work::Step;
use crate::{EventId, Instant, Snapshot, StateId, TimerId, Workflow};
use caseloop_expr::{Env, RowBuf};

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
    let route = match tables.candidates(leaf, Trigger::Event(event)) {
        [] => return None,
        [first, ..] if !first.guarded => first.route,
        candidates => choose(workflow, snapshot, candidates, data, now, buffers)?,
    };
    let Some(way) = tables.moves.get(route as usize).filter(|way| way.plain) else {
        buffers.records.clear();
        return None;
    };
    let sequence = sequence + 1;
    let mut due = Instant(due);
    for op in &tables.ops[way.ops.start as usize..way.ops.end as usize] {
        match *op {
            Op::Emit(emission) => emit_fixed(tables, emission, sequence, buffers),
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
#[inline(never)]
fn choose(
    workflow: &Workflow,
    snapshot: &Snapshot,
    candidates: &[Candidate],
    data: &RowBuf,
    now: Instant,
    buffers: &mut Buffers,
) -> Option<u32> {
    let facts = View {
        workflow,
        clocks: &NoClocks,
        snapshot,
        at: now,
    };
    let env = Env {
        case: snapshot.data(workflow),
        event: data.as_row(),
        now: now.0,
        facts: &facts,
    };
    for candidate in candidates {
        if let Some(condition) = &workflow.branch(candidate.branch).condition
            && !condition.holds(&env)
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
    let facts = View {
        workflow,
        clocks: &NoClocks,
        snapshot,
        at: now,
    };
    let env = Env {
        case: snapshot.data(workflow),
        event: data.as_row(),
        now: now.0,
        facts: &facts,
    };
    match &tables.steps[step as usize] {
        Step::SetWord { field, at, value } => {
            let word = value.word(&env);
            snapshot.words[*at as usize] = word;
            buffers.records.push(Record::Set(*field, word));
        }
        Step::Emit(emission) => {
            let asked = &tables.emissions[*emission as usize];
            let first = buffers.arguments.len() as u32;
            for (formula, heavy) in &asked.formulas {
                buffers.arguments.push(if *heavy {
                    RawArgument::Heavy(formula.heavy(&env))
                } else {
                    RawArgument::Word(formula.word(&env))
                });
            }
            let ordinal = buffers.effects.len() as u16;
            buffers.records.push(Record::Effect(u32::from(ordinal)));
            buffers.effects.push(RawEffect {
                effect: asked.effect,
                emission: *emission,
                sequence: sequence.cast_unsigned(),
                ordinal,
                arguments: first..buffers.arguments.len() as u32,
                fresh_until: Instant::NEVER,
            });
        }
        _ => {}
    }
}

#[inline(never)]
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
#[inline(never)]
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

/// Asks for an effect whose arguments are all known beforehand.
#[inline]
#[expect(
    clippy::indexing_slicing,
    reason = "positions come from the tables of the compiled workflow"
)]
fn emit_fixed(tables: &Tables, emission: u32, sequence: i64, buffers: &mut Buffers) {
    let position = buffers.effects.len();
    let arguments = buffers.arguments.len() as u32;
    buffers.records.push(Record::Effect(position as u32));
    buffers.effects.push(RawEffect {
        effect: tables.emissions[emission as usize].effect,
        emission,
        sequence: sequence.cast_unsigned(),
        ordinal: position as u16,
        arguments: arguments..arguments,
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
