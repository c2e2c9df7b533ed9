//! Guarantees: those of the shipped workflows hold, and what is proved of any workflow holds in its lives.

use crate::generated::tapes;
use crate::laws::{engine_with_guarantees, script_with_answers};
use crate::running::{Running, What, shipped, tick, workflow};
use caseloop::proof::{Bounds, Verdict, prove};
use proptest::prelude::*;

#[test]
fn shipped_guarantees_hold() {
    for path in [
        "complaints/complaint-graded.yaml",
        "complaints/complaint.yaml",
        "complaints/business-request.yaml",
        "enquiries/enquiry.yaml",
        "hotline/hotline-call.yaml",
        "desk/inbox.yaml",
    ] {
        let workflow = shipped(path, &[]);
        let proofs = prove(&workflow, &Bounds::default());
        assert!(!proofs.guarantees.is_empty(), "{path}");
        for proof in &proofs.guarantees {
            assert!(matches!(proof.verdict, Verdict::Proved), "{path}: {proof:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 32, ..ProptestConfig::default() })]

    /// A state that is proved never to be entered is entered in no life.
    #[test]
    fn what_is_proved_holds_in_every_life((chart, events) in tapes()) {
        let engine = engine_with_guarantees(&chart);
        let workflow = workflow(&engine);
        let few = Bounds { situations: 1_000, steps: 10_000, kinds: 100, ..Bounds::default() };
        let proofs = prove(workflow, &few);
        let mut script = script_with_answers(&events);
        if let Some(What::Start(data)) = script.first_mut().map(|action| &mut action.what) {
            // What the workflow sets begins as it is declared.
            data.retain(|(name, _)| name != "m");
        }
        let mut running = Running::new(&engine);
        script.iter().for_each(|action| running.take(action));
        running.take(&tick(1_000));
        let journal = running.journal;
        let states = &workflow.definition().states;
        for proof in &proofs.guarantees {
            if !matches!(proof.verdict, Verdict::Proved) {
                continue;
            }
            let state = proof.name.strip_prefix("never ").unwrap_or_default();
            for entry in &journal {
                let inside = entry.configuration.iter().any(|leaf| {
                    let leaf = states.iter().find(|known| known.name == *leaf);
                    let mut around = std::iter::successors(leaf, |inner| states.get(inner.parent?.index()));
                    around.any(|around| *around.name == *state)
                });
                prop_assert!(!inside, "{}: {:?}", proof.name, entry);
            }
        }
    }
}
