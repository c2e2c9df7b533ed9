//! What a measurement of many stretches costs beside one question to its calendar: a promise in office hours that rests and
//! goes on ten times, from its beginning to its end.

use caseloop_benches::business_hours::BusinessHours;
use caseloop_expr::Length;
use caseloop_sla::{Clock, End, HorizonError, Policy, Terms};
use criterion::Criterion;
use std::error::Error;
use std::hint::black_box;

const HOUR: i64 = 3_600_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args();
    let hours = BusinessHours::new(10, 1)?;
    let policy = Policy {
        calendars: vec![hours.calendar.clone()],
        ..Policy::default()
    };
    let start = hours.starts.first().copied().unwrap_or_default();
    let mut group = criterion.benchmark_group("clock");
    group.bench_function("one elapsed", |bencher| {
        bencher.iter(|| hours.calendar.elapsed(black_box(start), black_box(start + 400 * HOUR)));
    });
    group.bench_function("a measurement of 20 stretches", |bencher| {
        bencher.iter(|| measured(black_box(start), &policy));
    });
    group.finish();
    criterion.final_summary();
    Ok(())
}

/// Ten stretches that count and ten that do not, 20 hours each.
fn measured(start: i64, policy: &Policy) -> Result<Option<End>, HorizonError> {
    let terms = Terms {
        within: Some(Length::WorkingTime(200 * HOUR)),
        ..Terms::default()
    };
    let mut clock = Clock::default();
    clock.open(start, start, None, terms, policy)?;
    let mut now = start;
    for _ in 0..10 {
        now += 20 * HOUR;
        clock.pause(now, policy)?;
        now += 20 * HOUR;
        clock.resume(now);
    }
    clock.close(now, policy)
}
