//! Bytes of a live case of workload A, by a counting allocator: `record`, `all` and `resident`, one a line.
//!
//! Counted is what is asked of the allocator; what it adds to it is in `resident` only, the growth of the process.

use allocation_counter::measure;
use caseloop_benches::workload_a::WorkloadA;
use caseloop_core::Snapshot;
use caseloop_peers::cpu::Failure;
use std::hint::black_box;

const CASES: usize = 1_000_000;

fn main() -> Result<(), Failure> {
    let workload = WorkloadA::new()?;
    let workflow = workload.workflow();
    let one = Snapshot::new(workflow, "1");
    let mut copy = None;
    // A copy shares its workflow's identity and its name: what it asks for are words that find no room in it.
    let record = measure(|| copy = Some(black_box(&one).clone()));
    println!("record {}", size_of::<Snapshot>() as i64 + record.bytes_current);
    let before = resident()?;
    let mut cases = Vec::new();
    let all = measure(|| {
        cases.reserve_exact(CASES);
        for case in 0..CASES {
            cases.push(Snapshot::new(workflow, format!("case-{case}")));
        }
    });
    black_box(&cases);
    println!("all {}", all.bytes_current as f64 / CASES as f64);
    println!("resident {}", (resident()? - before) as f64 / CASES as f64);
    Ok(())
}

/// Resident bytes of this process.
fn resident() -> Result<u64, Failure> {
    #[expect(clippy::disallowed_methods, reason = "a program that measures itself")]
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes: u64 = line
        .and_then(|line| line.split_whitespace().next())
        .ok_or("no VmRSS")?
        .parse()?;
    Ok(kilobytes * 1024)
}
