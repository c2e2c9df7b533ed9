//! The step while everything is in the cache: one life of workload A after another, and the load of its definition.

use caseloop_benches::profiles::TRACE;
use caseloop_benches::workload_a::{DEFINITION, WorkloadA, compiled};
use criterion::{Criterion, Throughput};
use std::error::Error;
use std::hint::black_box;

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args();
    steps(&mut criterion)?;
    criterion.bench_function("load/workload_a", |bencher| {
        bencher.iter(|| compiled(black_box(DEFINITION)));
    });
    criterion.final_summary();
    Ok(())
}

/// Lives by the thousand, so that every profile is lived; the figure is per event.
fn steps(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let mut workload = WorkloadA::new()?;
    workload.check()?;
    let mut group = criterion.benchmark_group("step");
    group.throughput(Throughput::Elements(1_000 * TRACE.len() as u64));
    group.bench_function("hot/cases made anew", |bencher| {
        bencher.iter(|| workload.live_anew(1_000).map_err(|error| error.to_string()));
    });
    group.bench_function("hot/memory used again", |bencher| {
        bencher.iter(|| workload.live(1_000, TRACE.len()).map_err(|error| error.to_string()));
    });
    group.finish();
    Ok(())
}
