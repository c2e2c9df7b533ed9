//! A warm step allocates nothing.

use caseloop_benches::profiles::TRACE;
use caseloop_benches::workload_a::WorkloadA;

#[test]
fn a_warm_life_allocates_nothing() {
    let mut workload = WorkloadA::new().unwrap();
    workload.live(1_000, TRACE.len()).unwrap();
    let counted = allocation_counter::measure(|| {
        workload.live(1_000, TRACE.len()).unwrap();
    });
    assert_eq!(counted.count_total, 0, "{counted:?}");
}
