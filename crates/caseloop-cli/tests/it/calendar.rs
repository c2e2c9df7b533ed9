//! `caseloop calendar eval`: facts from other projects' own tests, and what is answered to bad questions.

use crate::Folder;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const FACTS: &str = include_str!("../../../caseloop-sla/tests/facts/calendar.jsonl");
const SHARED: &str = include_str!("../../../../workflows/shared/calendars.yaml");

/// Passed, failed, not ours.
type Score = [usize; 3];

/// Runs every question and returns the answers in their order.
fn answers(questions: &[Value]) -> Vec<Value> {
    let lines: Vec<String> = questions.iter().map(Value::to_string).collect();
    let folder = Folder::new().with("calendars.yaml", SHARED);
    let done = folder.run_on(
        "calendar eval - --calendars calendars.yaml",
        lines.join("\n").as_bytes(),
    );
    assert_eq!(done.err, "");
    done.out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// An instant of a fact as the program says it: what is below a millisecond is cut off.
fn whole(expected: &Value) -> Value {
    match expected {
        Value::String(text) => match text.split_once('.') {
            Some((seconds, rest)) => match rest.get(..3) {
                Some("000") | None => format!("{seconds}Z").into(),
                Some(digits) => format!("{seconds}.{digits}Z").into(),
            },
            None => expected.clone(),
        },
        Value::Array(list) => list.iter().map(whole).collect(),
        _ => expected.clone(),
    }
}

/// Each source's own facts, but for those whose reason stands in `not_ours`: rounded fractions of a second, a day of 25
/// hours counted as 24, an interval that runs backwards counted as nothing.
#[test]
fn the_facts_of_other_projects_hold() {
    let facts: Vec<Value> = FACTS.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let questions = facts.iter().map(|fact| {
        let mut question = fact["ask"].clone();
        question["id"] = fact["id"].clone();
        question
    });
    let answers = answers(&questions.collect::<Vec<_>>());
    assert_eq!(answers.len(), facts.len());
    let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
    let mut failures = Vec::new();
    for (fact, answer) in facts.iter().zip(&answers) {
        let source = fact["source"].as_str().unwrap();
        let score = scores.entry(source.split(':').next().unwrap()).or_default();
        let passed = answer["answer"] == whole(&fact["expected"]);
        match (passed, fact.get("not_ours")) {
            (true, None) => score[0] += 1,
            (false, Some(_)) => score[2] += 1,
            _ => {
                score[1] += 1;
                failures.push(format!("{}: expected {}, found {answer}", fact["id"], fact["expected"]));
            }
        }
    }
    println!("{:32} passed failed not ours", "source");
    for (source, [passed, failed, not_ours]) in &scores {
        println!("{source:32} {passed:6} {failed:6} {not_ours:8}");
    }
    assert_eq!(failures, [""; 0]);
}

#[track_caller]
fn check(question: Value, expected: Value) {
    let answer = answers(&[question]).remove(0);
    assert_eq!(answer.get("answer"), Some(&expected), "{answer}");
}

#[track_caller]
fn refused(question: Value, expected: &str) {
    let answer = answers(&[question]).remove(0);
    let error = answer["error"].as_str().unwrap_or_default();
    assert!(error.contains(expected), "{answer}");
}

#[test]
fn a_promise_in_working_days_ends_at_closing_time_and_a_sum_keeps_the_time_of_day() {
    let ask = |op: &str, amount: Value| json!({"calendar": "office-cn", "op": op, "from": "2025-09-30 15:00", "amount": amount});
    check(ask("due_at", json!("3 working days")), json!("2025-10-11T10:00:00Z"));
    check(ask("add", json!("3 working days")), json!("2025-10-11T07:00:00Z"));
    check(ask("add", json!({"days": 3})), json!("2025-10-11T07:00:00Z"));
    check(ask("sub", json!({"days": 1})), json!("2025-09-29T07:00:00Z"));
    check(ask("add", json!("4 working hours")), json!("2025-10-09T02:00:00Z"));
    check(ask("add", json!("90 min")), json!("2025-09-30T08:30:00Z"));
    check(ask("add", json!("5 months")), json!("2026-02-28T07:00:00Z"));
    check(ask("add", json!(10800)), json!("2025-09-30T10:00:00Z"));
    check(ask("add", json!(-0.5)), json!("2025-09-30T06:59:59.500Z"));
}

#[test]
fn every_op_answers() {
    let office = json!({"zone": "UTC", "weekly": {"mon-fri": ["09:00-12:00", "13:00-17:00"]}, "holidays": ["2025-11-20"],
        "breaks": {"2025-11-18": ["10:00-11:00"]}});
    let ask = |op: &str, from: &str, rest: Value| {
        let mut question = json!({"calendar": office, "op": op, "from": from});
        let rest = rest.as_object().cloned().unwrap_or_default();
        question.as_object_mut().unwrap().extend(rest);
        question
    };
    let none = || json!({});
    let tuesday = "2025-11-18T10:30:00Z";
    check(ask("check", tuesday, none()), json!("ok"));
    check(ask("is_open", tuesday, none()), json!(false));
    check(ask("on_break", tuesday, none()), json!(true));
    check(ask("on_break", "2025-11-18T11:00:00Z", none()), json!(false));
    check(ask("on_holiday", "2025-11-20", none()), json!(true));
    check(ask("is_working_day", "2025-11-20", none()), json!(false));
    check(ask("next_open", tuesday, none()), json!("2025-11-18T11:00:00Z"));
    check(
        ask("next_open_strict", "2025-11-18T11:00:00Z", none()),
        json!("2025-11-18T13:00:00Z"),
    );
    check(ask("next_close", tuesday, none()), json!("2025-11-18T12:00:00Z"));
    check(ask("prev_close", tuesday, none()), json!("2025-11-18T10:00:00Z"));
    check(ask("prev_open_strict", tuesday, none()), json!("2025-11-18T09:00:00Z"));
    check(ask("next_transition", tuesday, none()), json!("2025-11-18T11:00:00Z"));
    check(
        ask("next_transition", "2025-11-18T11:00:00Z", none()),
        json!("2025-11-18T12:00:00Z"),
    );
    check(ask("prev_transition", tuesday, none()), json!("2025-11-18T10:00:00Z"));
    check(
        ask("prev_transition", "2025-11-18T09:30:00Z", none()),
        json!("2025-11-18T09:00:00Z"),
    );
    check(
        ask("between", tuesday, json!({"until": "2025-11-18T13:30:00Z"})),
        json!(5400),
    );
    check(
        ask(
            "between",
            tuesday,
            json!({"until": "2025-11-18T13:30:59Z", "unit": "minute"}),
        ),
        json!(90),
    );
    check(
        ask("between", "2025-11-18T13:30:00Z", json!({"until": tuesday})),
        json!(-5400),
    );
    check(
        ask("days_between", "2025-11-17", json!({"until": "2025-11-24"})),
        json!(4),
    );
    check(
        ask("due_at", tuesday, json!({"amount": 3600})),
        json!("2025-11-18T12:00:00Z"),
    );
    check(
        ask("due_at", tuesday, json!({"amount": 3600, "edge": "far"})),
        json!("2025-11-18T13:00:00Z"),
    );
    check(
        ask("sub", tuesday, json!({"amount": 3600})),
        json!("2025-11-18T09:00:00Z"),
    );
    check(
        ask("sub", tuesday, json!({"amount": 3600, "edge": "far"})),
        json!("2025-11-17T17:00:00Z"),
    );
    check(
        ask("add", "2025-11-22T10:00:00Z", json!({"amount": {"days": 1}})),
        json!("2025-11-24T10:00:00Z"),
    );
    check(
        ask(
            "add",
            "2025-11-22T10:00:00Z",
            json!({"amount": {"days": 1}, "from_day": "next"}),
        ),
        json!("2025-11-25T09:00:00Z"),
    );
    check(
        ask("add", "2025-11-17T12:30:00Z", json!({"amount": {"days": 1}})),
        json!("2025-11-18T13:00:00Z"),
    );
    check(
        ask(
            "add",
            "2025-11-17T12:30:00Z",
            json!({"amount": {"days": 1}, "outside": "kept"}),
        ),
        json!("2025-11-18T12:30:00Z"),
    );
    check(
        ask(
            "add",
            "2024-02-29T12:00:00Z",
            json!({"amount": "2 years", "month_end": "next_month"}),
        ),
        json!("2026-03-01T12:00:00Z"),
    );
    let [first, second] = [
        json!(["2025-11-18T11:00:00Z", "2025-11-18T12:00:00Z"]),
        json!(["2025-11-18T13:00:00Z", "2025-11-18T17:00:00Z"]),
    ];
    let morning = json!(["2025-11-18T09:00:00Z", "2025-11-18T10:00:00Z"]);
    check(
        ask("periods_after", tuesday, json!({"amount": 2})),
        json!([first, second]),
    );
    check(ask("periods_before", tuesday, json!({"amount": 1})), json!([morning]));
    check(ask("periods_on", "2025-11-18", none()), json!([morning, first, second]));
    let until = |until: &str| json!({"until": until});
    check(
        ask("timeline_forward_until", tuesday, until("2025-11-18T20:00:00Z")),
        json!([first, second]),
    );
    check(
        ask(
            "timeline_backward_until",
            "2025-11-18T20:00:00Z",
            until("2025-11-18T00:00:00Z"),
        ),
        json!([second, first, morning]),
    );
    check(
        ask("timeline_forward_for", tuesday, json!({"amount": 18000})),
        json!([first, second]),
    );
    check(
        ask(
            "timeline_backward_for",
            "2025-11-18T20:00:00Z",
            json!({"amount": 21600}),
        ),
        json!([second, first, morning]),
    );
}

#[test]
fn a_bad_question_is_answered_with_its_mistake() {
    let ask = |calendar: Value, op: &str, from: &str| json!({"calendar": calendar, "op": op, "from": from});
    let at = "2025-11-18T10:30:00Z";
    refused(ask(json!("nights"), "is_open", at), "there is no calendar `nights`");
    refused(ask(json!({"zone": "UTC"}), "error", at), "the calendar never opens");
    refused(
        ask(json!({"zone": "UTC", "week": 1}), "check", at),
        "unknown field `week`",
    );
    refused(ask(json!("24x7"), "is_opn", at), "unknown variant `is_opn`");
    refused(ask(json!("24x7"), "is_open", "noon"), "`from` must be a time");
    refused(ask(json!("24x7"), "is_open", "2100-01-01"), "1900 to 2099");
    refused(ask(json!("24x7"), "between", at), "`until` is missing");
    refused(ask(json!("24x7"), "add", at), "`amount` is missing");
    let amount = |amount: Value| json!({"calendar": "24x7", "op": "add", "from": at, "amount": amount});
    refused(amount(json!("1d")), "`amount`");
    refused(amount(json!(0.0001)), "seconds");
    refused(amount(json!(1e300)), "`amount` must be seconds");
    refused(amount(json!(i64::MAX)), "`amount` must be seconds");
    refused(amount(json!(9_000_000_000_000_000_i64)), "1900 to 2099");
    refused(amount(json!({"days": i64::MAX})), "{\"days\": 3}");
    refused(amount(json!({"days": u32::MAX})), "1900 to 2099");
    refused(amount(json!([])), "`amount` must be");
    let many = json!({"calendar": "24x7", "op": "periods_after", "from": at, "amount": 1_000_000});
    refused(many, "up to 100000");
}

#[test]
fn the_other_lines_are_answered_where_one_is_bad() {
    let folder = Folder::new();
    let questions = "{\"calendar\": \"24x7\", \"op\": \"check\"}\n\nnonsense\n{\"id\": [1], \"calendar\": \"24x7\", \"op\": \"check\"}\n";
    let done = folder.run_on("calendar eval -", questions.as_bytes());
    assert_eq!(done.code, 1);
    let lines: Vec<&str> = done.out.lines().collect();
    assert_eq!(lines[0], r#"{"answer":"ok","id":1}"#);
    assert!(
        lines[1].contains("\"error\"") && lines[1].contains("\"id\":3"),
        "{}",
        lines[1]
    );
    assert_eq!(lines[2], r#"{"answer":"ok","id":[1]}"#);
    assert_eq!(folder.run_on("calendar eval - --calendars missing.yaml", b"").code, 2);
    let wrong = folder.with("wrong.yaml", "calendars: {a: {zone: UTC}}");
    let done = wrong.run_on("calendar eval - --calendars wrong.yaml", b"");
    assert_eq!(done.code, 2);
    assert!(
        done.err.contains("wrong.yaml:1:13") && done.err.contains("error: wrong.yaml: the calendars cannot be used"),
        "{}",
        done.err
    );
}

#[test]
fn an_answer_is_explained() {
    let folder = Folder::new().with("calendars.yaml", SHARED);
    let ask = |rest: &str| {
        let mut arguments: Vec<&str> = vec!["calendar", "explain"];
        arguments.extend(rest.split('|'));
        arguments.extend(["--calendars", "calendars.yaml"]);
        folder.run_words(&arguments, b"")
    };
    let days = ask("office-cn|2025-09-30 15:00|3 working days|--language|zh").expect(0);
    let lines: Vec<&str> = days.out.lines().collect();
    assert_eq!(
        lines[1],
        "2025-09-30 周二 18:00 – 2025-10-09 周四 09:00  不计：国庆节、中秋节"
    );
    assert_eq!(lines[6], "2025-10-11 周六 09:00–18:00  第 3 个工作日（当日另有安排）");
    assert_eq!(lines[7], "合计 3 个工作日，至 2025-10-11 周六 18:00");
    assert!(lines[8].starts_with("日历 office-cn，内容 "), "{}", lines[8]);
    let hours = ask("office|2025-11-19T17:40:00+08:00|1 working hours").expect(0);
    assert_eq!(
        hours.out.lines().next().unwrap(),
        "2025-11-19 Wed 17:40–18:00  counts 20 min"
    );
    let back = ask("office|2025-11-20 09:10|-30 working min").expect(0);
    assert!(
        back.out.contains("-30 min in all, until 2025-11-19 Wed 17:40"),
        "{}",
        back.out
    );
    let json = ask("24x7|2025-03-30|--until|2025-03-31|--format|json").expect(0);
    let json: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["counted"], 86_400_000);
    assert_eq!(json["stamp"]["calendar"], "24x7");
    for (rest, code, message) in [
        ("offce|2025-03-30|1 working hours", 2, "did you mean `office`?"),
        ("office|2025-03-30|90 min", 2, "looks at no calendar"),
        ("office|2025-03-30|1d", 2, "AMOUNT: "),
        ("office|noon|1 working hours", 2, "`FROM` must be a time"),
        (
            "office-cn|2026-12-31|9 working days",
            1,
            "`cn-public` is for the years 2023 to 2026 only",
        ),
        ("office|2025-03-30", 2, "required"),
        (
            "office|2025-03-30|1 working hours|--until|2025-03-31",
            2,
            "cannot be used with",
        ),
    ] {
        let done = ask(rest).expect(code);
        assert!(done.err.contains(message), "{rest}: {}", done.err);
    }
    let alone = folder
        .run("calendar explain office 2025-03-30 --until 2025-03-31")
        .expect(2);
    assert!(alone.err.contains("name a file with --calendars"), "{}", alone.err);
    let call = Folder::with_call();
    let done = call
        .run("calendar explain a 2025-03-30 --until 2025-03-31 --calendars call.yaml")
        .expect(2);
    assert!(done.err.contains("this is no file of calendars"), "{}", done.err);
}
