//! Workload A: a case life of 14 events through guards, sets, effects and timers, with the journal written.

use caseloop_core::read::{Options, read};
use caseloop_core::{Buffers, EventId, Input, Instant, Limits, NoClocks, Snapshot, Workflow, step_into};
use caseloop_expr::{RowBuf, Value};
use caseloop_syntax::MapSources;
use std::error::Error;

const DEFINITION: &str = include_str!("../workloads/a.yaml");

/// The events of one life; `survey` is answered twice, first dissatisfied, then satisfied.
pub const TRACE: [&str; 14] = [
    "submit",
    "classify",
    "assign",
    "ask_customer",
    "customer_replied",
    "escalate",
    "escalate",
    "resolve",
    "follow_up",
    "survey",
    "escalate",
    "resolve",
    "follow_up",
    "survey",
];

/// The workflow with its events bound and everything that a step reuses.
#[derive(Debug)]
pub struct WorkloadA {
    workflow: Workflow,
    trace: Vec<(EventId, RowBuf)>,
    profiles: Vec<RowBuf>,
    fresh: Snapshot,
    snapshot: Snapshot,
    limits: Limits,
    buffers: Buffers,
}

impl WorkloadA {
    /// Reads the definition and binds the trace and 1,000 cases that go every way of the triage.
    ///
    /// # Errors
    /// If the definition has findings or does not declare what the trace sends.
    pub fn new() -> Result<Self, Box<dyn Error>> {
        let reading = read(
            &MapSources::from_iter([("a.yaml", DEFINITION)]),
            "a.yaml",
            &Options::default(),
        );
        let workflow = reading.workflow.ok_or("the definition has findings")?;
        let mut trace = Vec::new();
        for (position, name) in TRACE.iter().enumerate() {
            let event = workflow.bind_name(name)?;
            let satisfaction = Value::Int(if position < 10 { 1 } else { 5 });
            let data = if *name == "survey" {
                vec![("satisfaction", &satisfaction)]
            } else {
                vec![]
            };
            trace.push((event, workflow.bind_event(event, data)?));
        }
        let profiles = profiles(&workflow)?;
        let fresh = Snapshot::new(&workflow, "1");
        let (snapshot, limits, buffers) = (fresh.clone(), Limits::default(), Buffers::default());
        Ok(Self {
            workflow,
            trace,
            profiles,
            fresh,
            snapshot,
            limits,
            buffers,
        })
    }

    /// Lives that many lives, each its start and the first `events` events of the trace. Returns the journal entries.
    ///
    /// # Errors
    /// If a step fails, or a whole life does not end.
    pub fn live(&mut self, lives: usize, events: usize) -> Result<usize, Box<dyn Error>> {
        let mut entries = 0;
        for (_, start) in (0..lives).zip(self.profiles.iter().cycle()) {
            self.snapshot.clone_from(&self.fresh);
            let mut now = Instant(0);
            let input = Input::Start(start);
            step_into(
                &self.workflow,
                &NoClocks,
                &mut self.snapshot,
                input,
                now,
                &self.limits,
                &mut self.buffers,
            )?;
            for (event, data) in self.trace.iter().take(events) {
                now = now.plus(60_000);
                let input = Input::Event {
                    event: *event,
                    by: None,
                    data,
                };
                step_into(
                    &self.workflow,
                    &NoClocks,
                    &mut self.snapshot,
                    input,
                    now,
                    &self.limits,
                    &mut self.buffers,
                )?;
                entries += self.buffers.entries().len();
            }
            if self.snapshot.ended(&self.workflow) != (events >= TRACE.len()) {
                return Err("a life did not end as it should".into());
            }
        }
        Ok(entries)
    }
}

fn profiles(workflow: &Workflow) -> Result<Vec<RowBuf>, Box<dyn Error>> {
    let mut seed = 7_u32;
    let mut next = |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        i64::from((seed >> 8) % below)
    };
    let mut rows = Vec::new();
    for _ in 0..1_000 {
        let (tier, amount) = (Value::Int(next(3)), Value::Int(next(20_000)));
        rows.push(workflow.bind_start([("tier", &tier), ("amount", &amount)])?);
    }
    Ok(rows)
}
