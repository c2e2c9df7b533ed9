//! Rules beside the chart, as shipped: what priority a case has when, who takes it, and what of that is written down.

use crate::running::shipped;
use caseloop::{Answer, Case, Decision, Engine, Event, Outcome, Priority, Value};
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use serde_json::json;

fn engine() -> Engine {
    Engine::new([shipped("desk/inbox.yaml", &[])])
}

/// `18 09:00:00` is a second of November 2025 in Shanghai.
fn at(when: &str) -> DateTime<Utc> {
    let text = format!("2025-11-{}+08:00", when.replace(' ', "T"));
    text.parse::<DateTime<FixedOffset>>().unwrap().with_timezone(&Utc)
}

/// A case that begins on Monday the 17th at nine, with values for its data.
fn begun(engine: &Engine, data: &serde_json::Value) -> Case {
    let given = data.as_object().unwrap().iter();
    let given: Vec<(&str, Value)> = given.map(|(name, value)| (name.as_str(), read(value))).collect();
    let begun = [("received_at", Value::text("2025-11-17T09:00:00+08:00"))]
        .into_iter()
        .chain(given);
    engine.start("inbox", "t", at("17 09:00:00"), begun).unwrap().case
}

fn read(value: &serde_json::Value) -> Value {
    serde_json::from_value(value.clone()).unwrap()
}

fn data_of(case: &Case) -> serde_json::Value {
    serde_json::to_value(case.store()).unwrap()["data"].clone()
}

fn priority(case: &Case, when: DateTime<Utc>) -> Priority {
    case.priority(when).unwrap()
}

fn parts(priority: &Priority) -> Vec<(&str, i64)> {
    priority.parts.iter().map(|(name, points)| (&**name, *points)).collect()
}

// SC-18: the points at the start, and what order they make.
#[test]
fn sc_18_points_come_from_what_is_known() {
    let engine = engine();
    let first = begun(&engine, &json!({"channel": "email", "kind": "service_request"}));
    let second = json!({"channel": "social_media", "kind": "complaint", "urgency": "urgent", "high_value": true, "traits": ["strong_emotion"], "limited": false});
    let third = json!({"channel": "chat", "at_stake": ["interruption"], "urgency": "critical", "scope": "many", "limited": false});
    let (second, third) = (begun(&engine, &second), begun(&engine, &third));
    let now = at("17 09:00:00");
    let [first, second, third] = [&first, &second, &third].map(|case| priority(case, now));

    assert_eq!((first.points, first.band.as_deref()), (0, Some("low")));
    assert_eq!((second.points, second.band.as_deref()), (40, Some("top")));
    assert_eq!(
        parts(&second),
        [("urgency", 20), ("customer_value", 10), ("platform", 10)]
    );
    // Two reasons to come first count as one.
    assert_eq!((third.points, third.band.as_deref()), (60, Some("top")));
    assert_eq!(parts(&third), [("urgency", 40), ("comes_first", 40), ("scope", 20)]);
    assert!(third.points > second.points && second.points > first.points);
    // No limit holds for them, so time alone changes nothing.
    assert_eq!((second.changes_at, third.changes_at), (None, None));
}

// SC-18: exactly half of the limit left is not less than half.
#[test]
fn sc_18_points_rise_as_the_limit_runs_out_at_any_cadence() {
    let engine = engine();
    let begun = begun(&engine, &json!({"channel": "email", "kind": "service_request"}));
    let given = Event::new("candidates_found")
        .by("dispatcher")
        .with("candidates", crew());
    let taken = engine.send(&begun, at("17 09:05:00"), &given).unwrap().case;
    let moment = TimeDelta::milliseconds(1);
    let told = |case: &Case, when: DateTime<Utc>| {
        let found = priority(case, when);
        (found.points, found.changes_at)
    };
    let (half, quarter) = (at("18 09:00:00"), at("18 21:00:00"));
    for minutes in [None, Some(1), Some(7), Some(60), Some(601)] {
        let mut case = taken.clone();
        let mut now = at("17 09:05:00");
        let mut ask = |when: DateTime<Utc>| {
            while let Some(step) = minutes.map(TimeDelta::minutes).filter(|step| now + *step <= when) {
                now += step;
                case = engine.tick(&case, now).unwrap().case;
            }
            told(&case, when)
        };
        assert_eq!(ask(at("17 10:00:00")), (0, Some(half + moment)));
        assert_eq!(ask(half), (0, Some(half + moment)));
        assert_eq!(ask(half + moment), (10, Some(quarter + moment)));
        assert_eq!(ask(quarter), (10, Some(quarter + moment)));
        assert_eq!(ask(quarter + moment), (20, None));
        assert_eq!(ask(at("19 09:00:00")), (20, None));
        assert_eq!(ask(at("21 09:00:00")), (20, None));
        // The deadline has not moved: it was broken when it was due, on the second day.
        let late = engine.tick(&taken, at("19 09:00:00") + moment).unwrap();
        let breach = late.journal.iter().find(|entry| !entry.promises.is_empty()).unwrap();
        assert_eq!(breach.at.to_utc(), Some(at("19 09:00:00")));
    }
}

fn candidate(who: &str, skills: &[&str], load: u64) -> serde_json::Value {
    json!({"who": who, "skills": skills, "load": load})
}

/// Who there is, in this order.
fn crew() -> Value {
    read(&json!([
        candidate("li", &["complaint"], 1),
        candidate("wang", &["complaint", "conflict", "business"], 3),
        candidate("zhao", &["complaint", "conflict"], 3),
        candidate("sun", &["enquiry"], 0),
    ]))
}

fn angry(engine: &Engine) -> Case {
    let data = json!({"channel": "social_media", "kind": "complaint", "traits": ["strong_emotion"], "limited": false});
    begun(engine, &data)
}

fn found(engine: &Engine, case: &Case, candidates: Value) -> Outcome {
    let event = Event::new("candidates_found")
        .by("dispatcher")
        .with("candidates", candidates);
    engine.send(case, at("17 09:05:00"), &event).unwrap()
}

fn decision(outcome: &Outcome) -> &Decision {
    &outcome.journal[0].decisions[0]
}

fn did(outcome: &Outcome) -> Vec<String> {
    let effects = outcome.effects.iter();
    let shown = effects.map(|effect| {
        let with = serde_json::to_value(&effect.with).unwrap();
        format!("{} {with}", effect.effect)
    });
    shown.collect()
}

// SC-18: Wang has the skills and as much to do as Zhao, who is listed later.
#[test]
fn sc_18_a_complaint_with_emotion_goes_to_who_is_trained() {
    let engine = engine();
    let outcome = found(&engine, &angry(&engine), crew());
    assert_eq!(outcome.case.states(), ["assigned"]);
    let told = decision(&outcome);
    assert_eq!((&*told.rules, told.answer), ("assignment", Answer::Decided));
    let fired: Vec<&str> = told.fired.iter().map(|rule| &**rule).collect();
    assert_eq!(fired, ["complaint_skill", "trained_for_conflict"]);
    assert_eq!(told.gave["assignee"], Value::text("wang"));
    assert_eq!(did(&outcome), [r#"hand_over {"to":"wang"}"#]);

    // The supervisor gives it to Zhao, and that is written down as done by hand.
    let by_hand = Event::new("reassigned").by("supervisor").with("to", "zhao");
    let moved = engine.send(&outcome.case, at("17 09:10:00"), &by_hand).unwrap();
    assert_eq!(did(&moved), [r#"hand_over {"to":"zhao"}"#]);
    let written = serde_json::to_value(&moved.journal[0]).unwrap();
    assert_eq!(
        written["set"],
        json!({"assignee": "zhao", "by_hand": true}),
        "{written}"
    );
    assert!(moved.journal[0].decisions.is_empty());
    // Nobody else may.
    let agent = Event::new("reassigned").by("agent").with("to", "li");
    assert!(
        engine
            .send(&outcome.case, at("17 09:10:00"), &agent)
            .unwrap()
            .effects
            .is_empty()
    );
}

// SC-18: nobody with the skills, so the supervisor, and never silently Li.
#[test]
fn sc_18_where_nobody_fits_the_supervisor_is_told() {
    let engine = engine();
    for candidates in [
        json!([]),
        json!([candidate("li", &["complaint"], 0), candidate("sun", &["enquiry"], 0)]),
    ] {
        let outcome = found(&engine, &angry(&engine), read(&candidates));
        assert_eq!(outcome.case.states(), ["supervised"]);
        assert_eq!(decision(&outcome).answer, Answer::Otherwise);
        assert_eq!(did(&outcome), [r#"notify {"about":"nobody_fits","role":"supervisor"}"#]);
    }
}

// SC-10: what is written at night is heard as it comes in; funds come first (S0.10).
#[test]
fn sc_10_what_is_written_sorts_the_case_in_its_first_step() {
    let engine = engine();
    let text = "我的卡被扣了两次钱,要投诉";
    let given = [
        ("received_at", Value::text("2025-11-17T09:00:00+08:00")),
        ("channel", Value::text("web_form")),
        ("text", Value::text(text)),
    ];
    let begun = engine.start("inbox", "t", at("17 09:00:00"), given).unwrap();
    let data = data_of(&begun.case);
    assert_eq!(
        [&data["kind"], &data["emergency"], &data["at_stake"], &data["handling"]],
        [
            &json!("complaint"),
            &json!("property_loss"),
            &json!(["funds"]),
            &json!("work_order")
        ]
    );
    let found = priority(&begun.case, at("17 09:00:00"));
    assert_eq!((found.points, found.band.as_deref()), (40, Some("top")));
    assert_eq!(parts(&found), [("comes_first", 40)]);

    // The journal says which rules decided and by what they read, not what the customer wrote.
    let asked: Vec<&str> = begun
        .journal
        .iter()
        .flat_map(|entry| &entry.decisions)
        .map(|found| &*found.rules)
        .collect();
    assert_eq!(asked, ["case_kind", "complaint_traits", "emergency", "case_classes"]);
    let journal = serde_json::to_string(&begun.journal).unwrap();
    assert!(
        !journal.contains("扣") && journal.contains(r#""fired":["money"]"#),
        "{journal}"
    );
    let replayed = engine
        .replay(&shipped("desk/inbox.yaml", &[]), &begun.journal)
        .unwrap()
        .unwrap();
    assert_eq!(data_of(replayed.case()), data);
}

// Signals come with their confidence, and rules say from where on it counts.
#[test]
fn signals_count_from_their_confidence_on() {
    let engine = engine();
    let mut case = begun(
        &engine,
        &json!({"channel": "chat", "limited": false, "orders": 9, "spent": "10.00", "years": 1}),
    );
    let mut tell = |signal: &str, data: &serde_json::Value| {
        let event = data
            .as_object()
            .unwrap()
            .iter()
            .fold(Event::new(signal).by("signals"), |event, (name, value)| {
                event.with(name.as_str(), read(value))
            });
        case = engine.send(&case, at("17 09:01:00"), &event).unwrap().case;
        let data = data_of(&case);
        let points = priority(&case, at("17 09:01:00")).points;
        (points, data["kind"].clone(), data["tag"].clone())
    };
    for (signal, data, points, kind, tag) in [
        (
            "bot_intent",
            json!({"kind": "complaint", "confidence": 79}),
            0,
            "enquiry",
            "none",
        ),
        (
            "bot_intent",
            json!({"kind": "complaint", "confidence": 80}),
            0,
            "complaint",
            "none",
        ),
        ("emotion_heard", json!({"confidence": 69}), 0, "complaint", "none"),
        ("emotion_heard", json!({"confidence": 70}), 10, "complaint", "none"),
        ("churn_risk", json!({"confidence": 70}), 10, "complaint", "lost"),
        ("outage_seen", json!({"confidence": 80}), 50, "complaint", "lost"),
        ("outage_seen", json!({"confidence": 12}), 10, "complaint", "lost"),
    ] {
        assert_eq!(
            tell(signal, &data),
            (points, json!(kind), json!(tag)),
            "{signal} {data}"
        );
    }
}
