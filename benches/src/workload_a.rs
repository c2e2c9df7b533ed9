//! Workload A through caseloop: a case life of 14 events through guards, sets, effects and timers, with the journal
//! written.

use crate::profiles::{Profile, TRACE, profiles};
use caseloop_core::read::{Options, read};
use caseloop_core::{Buffers, EventId, Input, Instant, Limits, NoClocks, Snapshot, StepError, Workflow, step_into};
use caseloop_expr::{RowBuf, Value};
use caseloop_syntax::MapSources;
use std::error::Error;

/// The definition.
pub const DEFINITION: &str = include_str!("../workloads/a.yaml");

/// How long after the one before an event comes, in milliseconds.
pub(crate) const PACE: i64 = 60_000;

/// The workflow with its events bound and everything that a step reuses.
#[derive(Debug)]
pub struct WorkloadA {
    pub(crate) workflow: Workflow,
    /// What each case begins with, and which of the traces is its own.
    pub(crate) profiles: Vec<(RowBuf, usize)>,
    /// The trace, bound: one for each pair of answers that some customer gives.
    pub(crate) traces: Vec<Vec<(EventId, RowBuf)>>,
    fresh: Snapshot,
    snapshot: Snapshot,
    limits: Limits,
    buffers: Buffers,
}

impl WorkloadA {
    /// Reads the definition and binds the trace and the 1,000 cases.
    ///
    /// # Errors
    /// If the definition has findings or does not declare what the trace sends.
    pub fn new() -> Result<Self, Box<dyn Error>> {
        Self::of(DEFINITION)
    }

    /// The same with another definition, which declares the same data and events.
    ///
    /// # Errors
    /// If the definition has findings or does not declare what the trace sends.
    pub fn of(definition: &str) -> Result<Self, Box<dyn Error>> {
        let workflow = compiled(definition).ok_or("the definition has findings")?;
        let (mut bound, mut answers, mut traces) = (Vec::new(), Vec::new(), Vec::new());
        for profile in profiles() {
            let (tier, amount) = (Value::Int(profile.tier.into()), Value::Int(profile.amount.into()));
            let start = workflow.bind_start([("tier", &tier), ("amount", &amount)])?;
            let pair = (profile.first, profile.second);
            let trace = match answers.iter().position(|known| *known == pair) {
                Some(known) => known,
                None => {
                    answers.push(pair);
                    traces.push(trace(&workflow, &profile)?);
                    traces.len() - 1
                }
            };
            bound.push((start, trace));
        }
        let fresh = Snapshot::new(&workflow, "1");
        let (snapshot, limits, buffers) = (fresh.clone(), Limits::default(), Buffers::default());
        Ok(Self {
            workflow,
            profiles: bound,
            traces,
            fresh,
            snapshot,
            limits,
            buffers,
        })
    }

    /// The compiled definition.
    #[must_use]
    pub fn workflow(&self) -> &Workflow {
        &self.workflow
    }

    /// Lives that many lives in the memory of one case, each its start and the first `events` events of the trace.
    /// Returns the journal entries.
    ///
    /// # Errors
    /// If a step fails, or a whole life does not end.
    pub fn live(&mut self, lives: usize, events: usize) -> Result<usize, Box<dyn Error>> {
        let mut entries = 0;
        for (_, (start, trace)) in (0..lives).zip(self.profiles.iter().cycle()) {
            self.snapshot.clone_from(&self.fresh);
            let (workflow, snapshot, buffers) = (&self.workflow, &mut self.snapshot, &mut self.buffers);
            let trace = self.traces.get(*trace).map(Vec::as_slice).unwrap_or_default();
            entries += life(workflow, snapshot, start, trace, events, &self.limits, buffers)?;
            if self.snapshot.ended(&self.workflow) != (events >= TRACE.len()) {
                return Err("a life did not end as it should".into());
            }
        }
        Ok(entries)
    }

    /// Lives that many whole lives, each in a case that is made for it and dropped after it. Returns the journal
    /// entries.
    ///
    /// # Errors
    /// If a step fails, or a life does not end.
    pub fn live_anew(&mut self, lives: usize) -> Result<usize, Box<dyn Error>> {
        let mut entries = 0;
        for (_, (start, trace)) in (0..lives).zip(self.profiles.iter().cycle()) {
            let mut snapshot = self.fresh.clone();
            let (workflow, buffers) = (&self.workflow, &mut self.buffers);
            let trace = self.traces.get(*trace).map(Vec::as_slice).unwrap_or_default();
            entries += life(
                workflow,
                &mut snapshot,
                start,
                trace,
                trace.len(),
                &self.limits,
                buffers,
            )?;
            if !snapshot.ended(&self.workflow) {
                return Err("a life did not end as it should".into());
            }
        }
        Ok(entries)
    }

    /// Lives each profile's life and holds the leaf state after every event against what has to come of it.
    ///
    /// # Errors
    /// If a step fails, or a case is where it should not be.
    pub fn check(&self) -> Result<(), Box<dyn Error>> {
        for (profile, (start, trace)) in profiles().iter().zip(&self.profiles) {
            let mut snapshot = self.fresh.clone();
            let (mut now, mut buffers) = (Instant(0), Buffers::default());
            let mut step = |snapshot: &mut Snapshot, input: Input<'_>, now: Instant| {
                step_into(
                    &self.workflow,
                    &NoClocks,
                    snapshot,
                    input,
                    now,
                    &self.limits,
                    &mut buffers,
                )
            };
            step(&mut snapshot, Input::Start(start), now)?;
            let trace = self.traces.get(*trace).map(Vec::as_slice).unwrap_or_default();
            for ((event, data), expected) in trace.iter().zip(profile.leaves()) {
                now = now.plus(PACE);
                let (event, by) = (*event, None);
                step(&mut snapshot, Input::Event { event, by, data }, now)?;
                if self.leaf(&snapshot) != Some(expected) {
                    return Err(format!("{profile:?} should be in {expected}: {snapshot:?}").into());
                }
            }
            let reopened = snapshot
                .store(&self.workflow, &NoClocks)
                .data
                .get("reopen_count")
                .cloned();
            if reopened != Some(Value::Int(1)) {
                return Err(format!("{profile:?} was opened again {reopened:?} times").into());
            }
        }
        Ok(())
    }

    /// The name of the leaf state that a case is in.
    #[must_use]
    pub fn leaf(&self, snapshot: &Snapshot) -> Option<&str> {
        let leaf = snapshot.leaves(&self.workflow).into_iter().next()?;
        Some(&self.workflow.state(leaf).name)
    }
}

/// Compiles a workflow, with diagnostics; `None` where it has findings.
#[must_use]
pub fn compiled(definition: &str) -> Option<Workflow> {
    let sources = MapSources::from_iter([("a.yaml", definition)]);
    let reading = read(&sources, "a.yaml", &Options::default());
    reading.workflow.filter(|_| reading.diagnostics.is_empty())
}

fn trace(workflow: &Workflow, profile: &Profile) -> Result<Vec<(EventId, RowBuf)>, Box<dyn Error>> {
    let mut trace = Vec::new();
    for (position, name) in TRACE.iter().enumerate() {
        let event = workflow.bind_name(name)?;
        let satisfaction = profile.satisfaction(position).map(|answer| Value::Int(answer.into()));
        let data = satisfaction.iter().map(|answer| ("satisfaction", answer));
        trace.push((event, workflow.bind_event(event, data)?));
    }
    Ok(trace)
}

/// A life's start and its first events.
#[inline]
fn life(
    workflow: &Workflow,
    snapshot: &mut Snapshot,
    start: &RowBuf,
    trace: &[(EventId, RowBuf)],
    events: usize,
    limits: &Limits,
    buffers: &mut Buffers,
) -> Result<usize, StepError> {
    let mut entries = 0;
    let mut now = Instant(0);
    let input = Input::Start(start);
    step_into(workflow, &NoClocks, snapshot, input, now, limits, buffers)?;
    for (event, data) in trace.iter().take(events) {
        now = now.plus(PACE);
        let (event, by) = (*event, None);
        let input = Input::Event { event, by, data };
        step_into(workflow, &NoClocks, snapshot, input, now, limits, buffers)?;
        entries += buffers.entries().len();
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_is_where_it_should_be_after_every_event() {
        WorkloadA::new().unwrap().check().unwrap();
    }
}
