//! What a business calendar's answers cost, beside a walk over days: `due_at` for 100 open hours, `elapsed` for 365 days.

use caseloop_benches::business_hours::{AMOUNT, BusinessHours, LENGTH};
use criterion::{Criterion, Throughput};
use std::error::Error;
use std::hint::black_box;

/// Questions of one measurement; enough that their order is not learned.
const QUESTIONS: usize = 4096;

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args();
    for years in [10, 50] {
        let hours = BusinessHours::new(years, QUESTIONS)?;
        hours.check(QUESTIONS)?;
        let mut group = criterion.benchmark_group(format!("calendar of {years} years"));
        group.throughput(Throughput::Elements(QUESTIONS as u64));
        group.bench_function("due_at", |bencher| {
            bencher.iter(|| each(&hours, |start| hours.add(start).unwrap_or_default()));
        });
        group.bench_function("elapsed", |bencher| {
            bencher.iter(|| each(&hours, |start| hours.between(start).unwrap_or_default()));
        });
        group.sample_size(10);
        group.bench_function("due_at, day by day", |bencher| {
            bencher.iter(|| each(&hours, |start| hours.walk.add(start, AMOUNT).unwrap_or_default()));
        });
        group.bench_function("elapsed, day by day", |bencher| {
            bencher.iter(|| each(&hours, |start| hours.walk.between(start, start + LENGTH)));
        });
        group.finish();
    }
    criterion.final_summary();
    Ok(())
}

/// The sum of the answers to all questions.
fn each(hours: &BusinessHours, answer: impl Fn(i64) -> i64) -> i64 {
    hours
        .starts
        .iter()
        .map(|start| answer(black_box(*start)))
        .fold(0, i64::wrapping_add)
}
