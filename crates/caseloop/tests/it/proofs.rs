//! Guarantees: those of the shipped workflows hold, and what is proved of any workflow holds in its lives.

use crate::generated::tapes;
use crate::laws::{engine_with_guarantees, script_with_answers};
use crate::running::{Running, What, shipped, tick, workflow};
use caseloop::layers::syntax::render::Human;
use caseloop::proof::{Bounds, Verdict, prove};
use caseloop::{CompileOptions, MapSources, compile_with};
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
        let few = Bounds {
            situations: 1_000,
            steps: 10_000,
            kinds: 100,
            ..Bounds::default()
        };
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

/// Holds with one reopening and fails with two, or in whichever order two timers of a state come.
const WITH_PARAMETERS: &str = "
workflow: w
version: 1
parameters:
  rounds: {is: 1, min: 1, max: 2}
  early:  {is: 1 h, min: 1 h, max: 3 h}
case: {done: {type: count, max: 3}}
events: {again: {}}
start: open
states:
  open:
    when: {again: {name: again, if: done < param.rounds, set: {done: done + 1}, go: open}}
    timers:
      first:  {after: param.early, go: over}
      second: {after: 2 h, go: lost}
  lost: {}
  over: {final: true}
guarantees:
  once:      {taken: open.again, at_most: 1}
  at most:   {taken: open.again, at_most: param.rounds}
  not lost:  {never: in_state(lost)}
";

#[test]
fn guarantees_hold_for_all_values_that_parameters_may_be_given() {
    let proved = |text: &str| {
        let sources = MapSources::from_iter([("w.yaml", text)]);
        let mut compiled = compile_with(&sources, "w.yaml", &CompileOptions::default());
        let proofs = compiled.prove(&Bounds::default());
        let proofs = proofs.unwrap_or_else(|| panic!("{}", compiled.human(Human::default())));
        proofs
            .guarantees
            .into_iter()
            .map(|proof| proof.verdict)
            .collect::<Vec<_>>()
    };
    let verdicts = proved(WITH_PARAMETERS);
    let [Verdict::Broken(once), Verdict::Proved, Verdict::Broken(lost)] = &verdicts[..] else {
        panic!("{verdicts:?}")
    };
    let set: Vec<_> = once.set.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(set, ["early=1 h", "rounds=2"]);
    assert_eq!(lost.steps.len(), 2);
    let kept = WITH_PARAMETERS
        .replace(", min: 1, max: 2", "")
        .replace(", min: 1 h, max: 3 h", "");
    let verdicts = proved(&kept);
    assert!(
        verdicts.iter().all(|verdict| matches!(verdict, Verdict::Proved)),
        "{verdicts:?}"
    );
    let many = WITH_PARAMETERS
        .replace("max: 2}", "max: 2000}")
        .replace("{type: count, max: 3}", "{type: count, max: 2000}");
    let verdicts = proved(&many);
    assert!(matches!(verdicts[1], Verdict::NotDecided(_)), "{verdicts:?}");
}
