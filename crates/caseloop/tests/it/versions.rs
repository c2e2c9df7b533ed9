//! Several versions of one workflow side by side, and cases that outlive theirs.

use caseloop::{Engine, EngineError, Event, RestoreError, StepError, compile_text};
use chrono::{DateTime, Utc};

fn version(number: u32, after: &str) -> caseloop::Workflow {
    compile_text(&format!(
        "workflow: wait\nversion: {number}\nevents: {{over: {{}}}}\nstart: open\nstates:\n  open: {{when: {{over: {{go: \
         closed}}}}, timers: {{late: {{after: {after}, go: closed}}}}}}\n  closed: {{final: true}}\n"
    ))
    .unwrap()
}

fn noon() -> DateTime<Utc> {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

#[test]
fn a_case_goes_on_with_the_version_that_it_began_with() {
    let old = Engine::new([version(1, "1 h")]);
    let stored = serde_json::to_string(&old.start("wait", "a", noon(), []).unwrap().case).unwrap();
    let both = Engine::new([version(1, "1 h"), version(2, "2 h")]);
    assert_eq!(both.workflow("wait").unwrap().identity().version, 2);
    let case = both.restore_json(&stored).unwrap();
    assert_eq!(case.workflow().identity().version, 1);
    assert!(
        both.tick(&case, noon() + chrono::TimeDelta::minutes(61))
            .unwrap()
            .case
            .ended()
    );
}

#[test]
fn a_case_of_an_unknown_version_needs_a_migration() {
    let stored = serde_json::to_string(
        &Engine::new([version(1, "1 h")])
            .start("wait", "a", noon(), [])
            .unwrap()
            .case,
    );
    let new = Engine::new([version(2, "1 h")]);
    let error = new.restore_json(&stored.unwrap()).unwrap_err();
    assert!(
        matches!(error, RestoreError::NeedsMigration { version: 1, .. }),
        "{error}"
    );
}

#[test]
fn the_same_version_with_other_content_needs_a_migration() {
    let stored = serde_json::to_string(
        &Engine::new([version(1, "1 h")])
            .start("wait", "a", noon(), [])
            .unwrap()
            .case,
    );
    let changed = Engine::new([version(1, "2 h")]);
    assert!(matches!(
        changed.restore_json(&stored.unwrap()),
        Err(RestoreError::NeedsMigration { .. })
    ));
}

#[test]
fn a_damaged_case_is_refused() {
    let engine = Engine::new([version(1, "1 h")]);
    let stored = serde_json::to_string(&engine.start("wait", "a", noon(), []).unwrap().case).unwrap();
    for (from, to) in [
        ("\"open\"", "\"opne\""),
        ("\"format\":1", "\"format\":2"),
        ("open.late", "open.lost"),
    ] {
        assert!(stored.contains(from), "{from} in {stored}");
        assert!(engine.restore_json(&stored.replace(from, to)).is_err(), "{to}");
    }
    assert!(matches!(engine.restore_json("{}"), Err(RestoreError::Unreadable(_))));
}

#[test]
fn what_a_host_must_tell_apart_is_a_variant() {
    let engine = Engine::new([version(1, "1 h")]);
    let case = engine.start("wait", "a", noon(), []).unwrap().case;
    let before = case.clone();
    let early = engine.send(&case, noon() - chrono::TimeDelta::milliseconds(1), &Event::new("over"));
    assert!(matches!(early, Err(EngineError::Step(StepError::TimeBackwards { .. }))));
    let unknown = engine.send(&case, noon(), &Event::new("ovre")).unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "the workflow knows no event `ovre`; did you mean `over`?"
    );
    assert!(matches!(
        engine.start("wiat", "b", noon(), []),
        Err(EngineError::UnknownWorkflow(_))
    ));
    assert_eq!(case, before);
}
