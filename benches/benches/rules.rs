//! What rules cost: a decision of tables of 10, 100 and 1,000 rules over four inputs, a text of 500 bytes heard by a thousand
//! rules, a whole ticket (one such text, ten tables of 100 rules, a score), and a table of a thousand rules looked over.

use caseloop_benches::decisions::Decisions;
use caseloop_benches::tickets::Tickets;
use caseloop_rules::analysis::analyse;
use criterion::{Criterion, Throughput};
use std::error::Error;
use std::hint::black_box;

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("table");
    for rules in [10, 100, 1000] {
        let mut decisions = Decisions::new(rules, "first")?;
        decisions.check()?;
        group.throughput(Throughput::Elements(decisions.cases.len() as u64));
        group.bench_function(format!("{rules} rules"), |bencher| {
            bencher.iter(|| black_box(decisions.decide()));
        });
    }
    group.finish();
    let mut tickets = Tickets::new(200)?;
    let mut group = criterion.benchmark_group("1,000 text rules");
    group.throughput(Throughput::Elements(200));
    for (language, name) in ["Chinese", "English"].into_iter().enumerate() {
        group.bench_function(name, |bencher| bencher.iter(|| black_box(tickets.classify(language))));
    }
    group.finish();
    whole_ticket(&mut criterion)?;
    let decisions = Decisions::new(1000, "first")?;
    let mut group = criterion.benchmark_group("analysis");
    group.sample_size(10);
    group.bench_function("1,000 rules", |bencher| {
        bencher.iter(|| black_box(analyse(decisions.rules()).len()))
    });
    group.finish();
    criterion.final_summary();
    Ok(())
}

/// Sorts a thousand tickets.
fn whole_ticket(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let mut tickets = Tickets::new(1000)?;
    let mut tables = Decisions::new(100, "first")?;
    let mut score = Decisions::of_score()?;
    let mut group = criterion.benchmark_group("whole ticket");
    group.throughput(Throughput::Elements(1000)).sample_size(10);
    for (language, name) in ["Chinese", "English"].into_iter().enumerate() {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                black_box(tickets.classify(language));
                for _ in 0..10 {
                    black_box(tables.decide());
                }
                black_box(score.decide())
            });
        });
    }
    group.finish();
    Ok(())
}
