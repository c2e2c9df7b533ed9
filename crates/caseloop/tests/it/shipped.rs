//! The shipped workflows: they compile, and their scenarios run as worked out by hand.

use caseloop::{DirectorySources, Engine, EntryVerdict, Event, Outcome, Value, Workflow, compile};
use chrono::{DateTime, Utc};

fn hotline() -> Engine {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../workflows");
    let workflow: Workflow = compile(&DirectorySources::new(root), "hotline/hotline-call.yaml").unwrap();
    Engine::new([workflow])
}

fn at(time: &str) -> DateTime<Utc> {
    format!("2023-10-01T{time}+08:00").parse().unwrap()
}

/// Starts a call and sends it events, each with its time; returns the last outcome.
fn call(engine: &Engine, events: &[(&str, Event)]) -> Outcome {
    let mut outcome = engine
        .start(
            "hotline_call",
            "20231002",
            at("14:20:00"),
            [("record_no", Value::text("20231002"))],
        )
        .unwrap();
    for (time, event) in events {
        outcome = engine.send(&outcome.case, at(time), event).unwrap();
    }
    outcome
}

fn answered() -> (&'static str, Event) {
    (
        "14:20:09",
        Event::new("answered")
            .by("agent")
            .with("ring", 2)
            .with("handler", "赵敏"),
    )
}

fn judged(about_account: bool) -> (&'static str, Event) {
    (
        "14:20:30",
        Event::new("judged")
            .by("agent")
            .with("kind", "enquiry")
            .with("about_account", about_account),
    )
}

fn recorded() -> (&'static str, Event) {
    let event = Event::new("recorded")
        .by("agent")
        .with("name", "王小明")
        .with("contact", "13912341002");
    (
        "14:21:10",
        event
            .with("contact_ref", "crm:8841")
            .with("problem", "积分规则和有效期"),
    )
}

/// SC-01: an enquiry answered on the spot (rows S1.1-S1.5, S1.10, S1.13).
#[test]
fn an_enquiry_is_answered_on_the_spot() {
    let engine = hotline();
    let early = call(
        &engine,
        &[answered(), judged(false), recorded(), ("14:21:20", answer())],
    );
    let EntryVerdict::Rejected { reason, .. } = &early.journal[0].verdict else {
        panic!("{:?}", early.journal)
    };
    assert_eq!(&**reason, "the_record_is_not_confirmed");
    assert_eq!(early.case.states(), ["reading_back"]);

    let done = call(
        &engine,
        &[
            answered(),
            judged(false),
            recorded(),
            ("14:21:25", Event::new("read_back").by("agent").with("confirmed", true)),
            ("14:22:40", answer()),
            ("14:22:55", Event::new("rated").with("score", 4)),
            ("14:23:05", Event::new("call_ended")),
        ],
    );
    assert_eq!(done.case.states(), ["resolved"]);
    assert_eq!(done.next_due, None, "no timer is left");
    assert!(done.case.ended());
    let stored = serde_json::to_string(&done.case).unwrap();
    assert!(
        stored.contains("王*") && stored.contains("***1002") && stored.contains("赵*"),
        "{stored}"
    );
    for personal in ["王小明", "13912341002", "赵敏", "积分"] {
        assert!(!stored.contains(personal), "{personal} in {stored}");
    }
}

fn answer() -> Event {
    Event::new("answer").by("agent").with("result", "积分1年有效")
}

#[test]
fn a_call_that_nobody_answers_ends_unanswered() {
    let done = call(&hotline(), &[("14:20:20", Event::new("hung_up"))]);
    assert_eq!(done.case.states(), ["not_reached"]);
}

#[test]
fn two_failed_identity_checks_end_the_call() {
    let failed = || Event::new("identity_checked").by("agent").with("correct", false);
    let once = call(&hotline(), &[answered(), judged(true), ("14:20:40", failed())]);
    assert_eq!(once.case.states(), ["identity"]);
    let twice = call(
        &hotline(),
        &[answered(), judged(true), ("14:20:40", failed()), ("14:20:50", failed())],
    );
    assert_eq!(twice.case.states(), ["unverified"]);
}

#[test]
fn a_late_answer_is_kept_as_a_figure() {
    let late = (
        "14:20:30",
        Event::new("answered")
            .by("agent")
            .with("ring", 5)
            .with("handler", "赵敏"),
    );
    let outcome = call(&hotline(), &[late]);
    let stored = serde_json::to_value(&outcome.case).unwrap();
    assert_eq!(stored["data"]["rings_met"], false);
}

#[test]
fn silence_after_the_answer_counts_as_no_rating() {
    let engine = hotline();
    let asked = call(
        &engine,
        &[
            answered(),
            judged(false),
            recorded(),
            ("14:21:25", Event::new("read_back").by("agent").with("confirmed", true)),
            ("14:22:40", answer()),
        ],
    );
    assert_eq!(asked.next_due, Some("2023-10-01T14:23:10.001+08:00".parse().unwrap()));
    let silent = engine.tick(&asked.case, at("14:23:11")).unwrap();
    assert_eq!(silent.case.states(), ["saying_goodbye"]);
}
