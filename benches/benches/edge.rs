//! What the edge of the engine costs: an event by name against an event by id, a case stored and taken up again.

use caseloop::{Case, Engine, EngineError, Event, Instant, compile_text};
use caseloop_benches::profiles::{TRACE, profiles};
use caseloop_benches::workload_a::{DEFINITION, WorkloadA};
use caseloop_core::{NoClocks, Snapshot, Stored};
use criterion::{Criterion, Throughput};
use std::error::Error;
use std::hint::black_box;

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args();
    let engine = Engine::new([compile_text(DEFINITION)?]);
    events(&mut criterion, &engine)?;
    snapshots(&mut criterion, &engine)?;
    criterion.final_summary();
    Ok(())
}

/// The 14 events of the first profile's life; the figure is per event.
fn events(criterion: &mut Criterion, engine: &Engine) -> Result<(), Box<dyn Error>> {
    let mut group = criterion.benchmark_group("event");
    group.throughput(Throughput::Elements(TRACE.len() as u64));
    let mut workload = WorkloadA::new()?;
    group.bench_function("by id, in place", |bencher| {
        bencher.iter(|| workload.live(1, TRACE.len()).map_err(|error| error.to_string()));
    });
    let trace = trace();
    let begun = begun(engine)?;
    let ended = lived(engine, &begun, &trace)?;
    if !ended.ended() {
        return Err("the life did not end".into());
    }
    group.bench_function("by name, Engine::send", |bencher| {
        bencher.iter(|| lived(engine, &begun, black_box(&trace)));
    });
    group.finish();
    Ok(())
}

/// A case with a timer running, as JSON and back.
fn snapshots(criterion: &mut Criterion, engine: &Engine) -> Result<(), Box<dyn Error>> {
    let before = trace().get(..4).map(<[Event]>::to_vec).unwrap_or_default();
    let case = lived(engine, &begun(engine)?, &before)?;
    let json = serde_json::to_string(&case)?;
    if engine.restore_json(&json)? != case {
        return Err("the case that was taken up is another".into());
    }
    let mut group = criterion.benchmark_group("snapshot");
    group.throughput(Throughput::Bytes(json.len() as u64));
    group.bench_function("to JSON", |bencher| {
        bencher.iter(|| serde_json::to_string(black_box(&case)).map_err(|error| error.to_string()));
    });
    group.bench_function("from JSON", |bencher| {
        bencher.iter(|| engine.restore_json(black_box(&json)).map_err(|error| error.to_string()));
    });
    let workflow = case.workflow();
    group.bench_function("to the stored form", |bencher| {
        bencher.iter(|| black_box(case.snapshot()).store(workflow, &NoClocks));
    });
    let stored: Stored = serde_json::from_str(&json)?;
    group.bench_function("from the stored form", |bencher| {
        bencher.iter(|| engine.restore(black_box(&stored)).map_err(|error| error.to_string()));
    });
    group.bench_function("copied in memory", |bencher| {
        bencher.iter(|| Snapshot::clone(black_box(case.snapshot())));
    });
    group.finish();
    Ok(())
}

/// A case of the first profile that has begun.
fn begun(engine: &Engine) -> Result<Case, Box<dyn Error>> {
    let profile = profiles().into_iter().next().ok_or("there are no profiles")?;
    let data = [
        ("tier", i64::from(profile.tier).into()),
        ("amount", i64::from(profile.amount).into()),
    ];
    let now = Instant(0).to_utc().ok_or("no such time")?;
    Ok(engine.start("workload_a", "case-1", now, data)?.case)
}

fn trace() -> Vec<Event> {
    let profile = profiles().into_iter().next();
    let event = |(position, name): (usize, &&str)| {
        let answer = profile.and_then(|profile| profile.satisfaction(position));
        match answer {
            Some(answer) => Event::new(*name).with("satisfaction", i64::from(answer)),
            None => Event::new(*name),
        }
    };
    TRACE.iter().enumerate().map(event).collect()
}

/// The case after those events, a minute apart.
fn lived(engine: &Engine, begun: &Case, trace: &[Event]) -> Result<Case, EngineError> {
    let mut case = begun.clone();
    let mut now = case.at().unwrap_or_default();
    for event in trace {
        now += std::time::Duration::from_secs(60);
        case = engine.send(&case, now, event)?.case;
    }
    Ok(case)
}
