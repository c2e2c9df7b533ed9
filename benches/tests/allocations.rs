//! A warm step allocates nothing, and neither do warm rules.

use caseloop_benches::decisions::Decisions;
use caseloop_benches::profiles::TRACE;
use caseloop_benches::tickets::Tickets;
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

#[test]
fn a_warm_table_allocates_nothing() {
    let mut decisions = Decisions::new(100, "first").unwrap();
    decisions.check().unwrap();
    let counted = allocation_counter::measure(|| {
        decisions.decide();
    });
    assert_eq!(counted.count_total, 0, "{counted:?}");
}

#[test]
fn a_warm_classifier_allocates_nothing() {
    let mut tickets = Tickets::new(50).unwrap();
    let heard = [tickets.classify(0), tickets.classify(1)];
    assert!(heard.iter().all(|heard| *heard > 0), "{heard:?}");
    // The patterns' caches grow until they have seen every text once more.
    let counted = allocation_counter::measure(|| {
        tickets.classify(0);
        tickets.classify(1);
    });
    assert_eq!(counted.count_total, 0, "{counted:?}");
}

#[test]
fn a_thousand_text_rules_take_15_mebibytes_at_most() {
    let mut kept = None;
    let counted = allocation_counter::measure(|| {
        kept = Some(Tickets::new(1).unwrap());
    });
    assert!(counted.bytes_current < 15 << 20, "{counted:?}");
    drop(kept);
}
