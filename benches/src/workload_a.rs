//! Workload A for an instruction counter: case lives of 14 events through `step_into`.
//!
//! `workload-a LIVES EVENTS` runs that many lives, each its start and that many events of the trace (14 by default).
//! Differences between counts leave start-up out: `benches/count-instructions.sh` takes them.

use caseloop_core::read::{Options, read};
use caseloop_core::{Buffers, Input, Instant, Limits, NoClocks, Snapshot, Workflow, step_into};
use caseloop_expr::{RowBuf, Value};
use caseloop_syntax::MapSources;
use std::process::ExitCode;

const DEFINITION: &str = include_str!("../workloads/a.yaml");

/// The events of one life; `survey` is answered twice, first dissatisfied, then satisfied.
const TRACE: [&str; 14] = [
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

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map_while(|argument| argument.parse().ok());
    let lives = numbers.next().unwrap_or(1_000);
    let events = numbers.next().unwrap_or(TRACE.len()).min(TRACE.len());
    match run(lives, events) {
        Ok(entries) => {
            println!("{lives} lives of {events} events, {entries} journal entries");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(lives: usize, events: usize) -> Result<usize, Box<dyn std::error::Error>> {
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
    let mut entries = 0;
    let profiles = profiles(&workflow)?;
    let fresh = Snapshot::new(&workflow, "1");
    let mut snapshot = fresh.clone();
    let limits = Limits::default();
    let mut buffers = Buffers::default();
    for (_, start) in (0..lives).zip(profiles.iter().cycle()) {
        snapshot.clone_from(&fresh);
        let mut now = Instant(0);
        step_into(
            &workflow,
            &NoClocks,
            &mut snapshot,
            Input::Start(start),
            now,
            &limits,
            &mut buffers,
        )?;
        for (event, data) in trace.iter().take(events) {
            now = now.plus(60_000);
            let input = Input::Event {
                event: *event,
                by: None,
                data,
            };
            step_into(&workflow, &NoClocks, &mut snapshot, input, now, &limits, &mut buffers)?;
            entries += buffers.entries().len();
        }
        if snapshot.ended(&workflow) != (events == TRACE.len()) {
            return Err("a life did not end as it should".into());
        }
    }
    Ok(entries)
}

/// 1,000 cases that go every way of the triage.
fn profiles(workflow: &Workflow) -> Result<Vec<RowBuf>, Box<dyn std::error::Error>> {
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
