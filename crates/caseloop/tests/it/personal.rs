//! Personal data behind the door, and stored cases that nobody should trust.

use caseloop::{Chronicle, Engine, Event, Value, compile_text};
use chrono::{DateTime, Utc};

const TEXT: &str = "
workflow: desk
version: 1
case:
  contact: {type: text, personal: last4, default: \"13912345678\"}
  line:    {record: {name: {type: text, personal: family_name}, key: ref}, optional: true}
events: {told: {line: {record: {name: {type: text, personal: family_name}, key: ref}}}}
start: open
states:
  open:
    when: {told: {set: {line: event.line}, go: closed}}
    timers: {late: {after: 1 h, every: 1 h, at_most: 3, go: closed}}
  closed: {final: true}
";

fn engine() -> Engine {
    Engine::new([compile_text(TEXT).unwrap()])
}

fn noon() -> DateTime<Utc> {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

#[test]
fn a_default_is_masked_like_what_is_given() {
    let engine = engine();
    let begun = engine.start("desk", "a", noon(), []).unwrap();
    let journal = serde_json::to_string(&begun.journal).unwrap();
    assert!(
        journal.contains("***5678") && !journal.contains("13912345678"),
        "{journal}"
    );
    let workflow = engine.workflow("desk").unwrap().clone();
    let told = engine.replay(&workflow, &begun.journal).unwrap();
    assert_eq!(told.map(Chronicle::into_case), Some(begun.case));
}

#[test]
fn each_member_of_a_record_has_its_own_mask() {
    let engine = engine();
    let begun = engine.start("desk", "a", noon(), []).unwrap();
    let line = vec![
        ("name".into(), Value::text("王小明")),
        ("key".into(), Value::text("crm:7")),
    ];
    let told = Event::new("told").with("line", Value::Record(line));
    assert!(
        !format!("{told:?}").contains("王小明"),
        "an event that is logged shows no data"
    );
    let done = engine.send(&begun.case, noon(), &told).unwrap();
    let stored = serde_json::to_value(&done.case).unwrap();
    assert_eq!(
        stored["data"]["line"],
        serde_json::json!({"name": "王*", "key": "crm:7"})
    );
}

#[test]
fn a_stored_case_that_cannot_have_been_is_refused() {
    let engine = engine();
    let begun = engine.start("desk", "a", noon(), []).unwrap();
    let stored = serde_json::to_string(&begun.case).unwrap();
    assert!(engine.restore_json(&stored).is_ok());
    let lies = [
        ("\"seq\":1", "\"seq\":9223372036854775807"),
        ("\"seq\":1", "\"seq\":0"),
        ("\"due\":\"2026-03-02T13:00:00Z\"", "\"due\":\"2020-01-01T00:00:00Z\""),
        (
            "\"due\":\"2026-03-02T13:00:00Z\"",
            "\"due\":\"2026-03-02T13:00:00Z\",\"fired\":3",
        ),
        (
            "\"due\":\"2026-03-02T13:00:00Z\"",
            "\"due\":\"2026-03-02T13:00:00Z\",\"fired\":-1",
        ),
    ];
    for (truth, lie) in lies {
        assert!(stored.contains(truth), "{truth} in {stored}");
        assert!(engine.restore_json(&stored.replace(truth, lie)).is_err(), "{lie}");
    }
}
