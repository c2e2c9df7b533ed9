//! Many cases of workload A alive at once, stepped in the batches of a [`Schedule`].

use crate::schedule::{Arrival, Schedule};
use crate::workload_a::{PACE, WorkloadA};
use caseloop_core::{Buffers, EventId, Input, Instant, Limits, NoClocks, Snapshot, StepError, step_into};
use caseloop_expr::RowBuf;
use std::error::Error;
use std::hint::black_box;

/// How a batch is worked off. All give the same results; they differ in when a case's memory is first read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// A case's memory is read by its step.
    Never,
    /// Before each step, something of the case that comes that many steps later is read.
    Ahead(usize),
    /// Before each group of that many steps, something of each case in it is read.
    Group(usize),
}

/// The cases, and the batch that comes next.
#[derive(Debug)]
pub struct LiveCases<'w> {
    workload: &'w WorkloadA,
    /// The events of the trace, and a survey with each answer from 1 to 5.
    inputs: Vec<(EventId, RowBuf)>,
    cases: Vec<Snapshot>,
    /// Case and position of its input, for each event of the batch.
    batch: Vec<(u32, u32)>,
    now: Instant,
    limits: Limits,
    buffers: Buffers,
}

impl<'w> LiveCases<'w> {
    /// The cases of a schedule, each with its own name and where the schedule says it is.
    ///
    /// # Errors
    /// If a step fails.
    pub fn new(workload: &'w WorkloadA, schedule: &Schedule) -> Result<Self, Box<dyn Error>> {
        let inputs = inputs(workload)?;
        let mut live = Self {
            workload,
            inputs,
            cases: Vec::with_capacity(schedule.positions().len()),
            batch: Vec::with_capacity(schedule.positions().len()),
            now: Instant(0),
            limits: Limits::default(),
            buffers: Buffers::default(),
        };
        for (case, behind) in schedule.positions().iter().enumerate() {
            let case = case as u32;
            let begun = live.begun(case)?;
            live.cases.push(begun);
            let profile = schedule.profile(case).ok_or("a case without data")?;
            for position in 0..*behind {
                let satisfaction = profile.satisfaction(usize::from(position));
                live.batch.push((case, input_of(position, satisfaction)));
            }
            live.step(Touch::Never)?;
            live.batch.clear();
        }
        Ok(live)
    }

    /// Begins a case anew that is over.
    ///
    /// # Errors
    /// If it cannot begin.
    pub fn renew(&mut self, case: u32) -> Result<(), Box<dyn Error>> {
        let begun = self.begun(case)?;
        if let Some(over) = self.cases.get_mut(case as usize) {
            over.clone_from(&begun);
        }
        Ok(())
    }

    /// Takes up a batch; it comes a minute after the one before.
    pub fn take_up(&mut self, batch: &[Arrival]) {
        self.now = self.now.plus(PACE);
        self.batch.clear();
        for arrival in batch {
            self.batch
                .push((arrival.case, input_of(arrival.position, arrival.satisfaction)));
        }
    }

    /// Begins the cases anew that are over, and takes up the next batch.
    ///
    /// # Errors
    /// If a case cannot begin.
    pub fn prepare(&mut self, schedule: &mut Schedule) -> Result<(), Box<dyn Error>> {
        for case in schedule.renew() {
            self.renew(*case)?;
        }
        self.take_up(schedule.next_batch());
        Ok(())
    }

    /// Carries out the batch. Returns the journal entries.
    ///
    /// # Errors
    /// If a step fails.
    pub fn step(&mut self, touch: Touch) -> Result<usize, StepError> {
        let (cases, batch, inputs) = (&mut self.cases, &self.batch, &self.inputs);
        let (workload, limits, buffers, now) = (self.workload, &self.limits, &mut self.buffers, self.now);
        let mut entries = 0;
        let mut one = |cases: &mut [Snapshot], case: u32, input: u32| {
            if let (Some(snapshot), Some((event, data))) = (cases.get_mut(case as usize), inputs.get(input as usize)) {
                let (event, by) = (*event, None);
                let input = Input::Event { event, by, data };
                step_into(&workload.workflow, &NoClocks, snapshot, input, now, limits, buffers)?;
                entries += black_box(&mut *buffers).entries().len();
            }
            Ok::<(), StepError>(())
        };
        match touch {
            Touch::Never => {
                for (case, input) in batch {
                    one(cases, *case, *input)?;
                }
            }
            Touch::Ahead(by) => {
                let mut sum = 0;
                let coming = batch.iter().skip(by).map(Some).chain(std::iter::repeat(None));
                for ((case, input), coming) in batch.iter().zip(coming) {
                    sum ^= coming.map_or(0, |(coming, _)| read(cases, *coming));
                    one(cases, *case, *input)?;
                }
                black_box(sum);
            }
            Touch::Group(by) => {
                for group in batch.chunks(by.max(1)) {
                    let mut sum = 0;
                    for (case, _) in group {
                        sum ^= read(cases, *case);
                    }
                    black_box(sum);
                    for (case, input) in group {
                        one(cases, *case, *input)?;
                    }
                }
            }
        }
        Ok(entries)
    }

    /// Holds the leaf state of every case against the schedule.
    ///
    /// # Errors
    /// If a case is where it should not be.
    pub fn check(&self, schedule: &Schedule) -> Result<(), Box<dyn Error>> {
        for (case, snapshot) in self.cases.iter().enumerate() {
            let expected = schedule.leaf(case as u32);
            if self.workload.leaf(snapshot) != expected {
                return Err(format!("the case {case} should be in {expected:?}: {snapshot:?}").into());
            }
        }
        Ok(())
    }

    fn begun(&mut self, case: u32) -> Result<Snapshot, Box<dyn Error>> {
        let workload = self.workload;
        let mut snapshot = Snapshot::new(&workload.workflow, format!("case-{case}"));
        let profiles = &workload.profiles;
        let (start, _) = profiles
            .get(case as usize % profiles.len().max(1))
            .ok_or("a case without data")?;
        let input = Input::Start(start);
        step_into(
            &workload.workflow,
            &NoClocks,
            &mut snapshot,
            input,
            self.now,
            &self.limits,
            &mut self.buffers,
        )?;
        Ok(snapshot)
    }
}

#[inline]
fn read(cases: &[Snapshot], case: u32) -> i64 {
    cases.get(case as usize).map_or(0, Snapshot::touch)
}

fn inputs(workload: &WorkloadA) -> Result<Vec<(EventId, RowBuf)>, Box<dyn Error>> {
    let mut inputs = workload.traces.first().cloned().unwrap_or_default();
    let survey = workload.workflow.bind_name("survey")?;
    for answer in 1..=5 {
        let answer = caseloop_expr::Value::Int(answer);
        inputs.push((
            survey,
            workload.workflow.bind_event(survey, [("satisfaction", &answer)])?,
        ));
    }
    Ok(inputs)
}

/// Where the input of an event of the trace stands among those of [`inputs`].
fn input_of(position: u8, satisfaction: Option<u8>) -> u32 {
    match satisfaction {
        Some(answer) => 13 + u32::from(answer),
        None => u32::from(position),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profiles::profiles;

    #[test]
    fn live_cases_are_where_the_schedule_has_them_however_they_are_stepped() {
        let workload = WorkloadA::new().unwrap();
        let mut schedule = Schedule::new(profiles(), 300);
        let mut live = LiveCases::new(&workload, &schedule).unwrap();
        live.check(&schedule).unwrap();
        for touch in [Touch::Never, Touch::Ahead(8), Touch::Group(8)].repeat(6) {
            live.prepare(&mut schedule).unwrap();
            assert_eq!(live.step(touch).unwrap(), 300);
            live.check(&schedule).unwrap();
        }
    }
}
