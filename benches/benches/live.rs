//! The step over many live cases, each batch in a new random order: what counts is where the cases are in memory.

use caseloop_benches::live_cases::{LiveCases, Touch};
use caseloop_benches::profiles::profiles;
use caseloop_benches::schedule::Schedule;
use caseloop_benches::workload_a::WorkloadA;
use criterion::{Criterion, SamplingMode, Throughput};
use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args();
    // Only `cargo bench` pays for a million cases; run as a test, a thousand show that it works.
    let measures = std::env::args().any(|argument| argument == "--bench");
    let measures = measures && !std::env::args().any(|argument| argument == "--test" || argument == "--list");
    let sizes: &[u32] = if measures { &[100_000, 1_000_000] } else { &[1_000] };
    for cases in sizes {
        live(&mut criterion, *cases)?;
    }
    criterion.final_summary();
    Ok(())
}

/// Batches over as many live cases; the figure is per event.
fn live(criterion: &mut Criterion, cases: u32) -> Result<(), Box<dyn Error>> {
    let workload = WorkloadA::new()?;
    let mut schedule = Schedule::new(profiles(), cases);
    let mut live = LiveCases::new(&workload, &schedule)?;
    live.check(&schedule)?;
    let mut group = criterion.benchmark_group(format!("live/{cases}"));
    group.throughput(Throughput::Elements(cases.into()));
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    for (name, touch) in [
        ("one by one", Touch::Never),
        ("8 touched, then stepped", Touch::Group(8)),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|batches| {
                (0..batches)
                    .map(|_| batch(&mut live, &mut schedule, touch).unwrap_or(Duration::MAX))
                    .fold(Duration::ZERO, Duration::saturating_add)
            });
        });
    }
    group.finish();
    live.check(&schedule)
}

/// The time of one batch, without what prepares it.
#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn batch(live: &mut LiveCases<'_>, schedule: &mut Schedule, touch: Touch) -> Result<Duration, Box<dyn Error>> {
    live.prepare(schedule)?;
    let begun = Instant::now();
    black_box(live.step(touch)?);
    Ok(begun.elapsed())
}
