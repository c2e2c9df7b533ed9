//! The cases of the Common Expression Language's own conformance tests that fall within this language: see
//! `tests/data/README.md` for the source and the rule by which they were chosen.

use crate::desk;
use crate::reference;
use caseloop_expr::{Limits, NoFacts, RecordType, Row, Scope, Type, Value, formula};
use caseloop_syntax::{Report, Span};
use serde_json::Value as Json;

#[test]
fn conformance_cases_of_cel_hold() {
    let (mut equal, mut refused, mut failed) = (0, 0, Vec::new());
    for line in include_str!("../data/cel.jsonl").lines() {
        let case: Json = serde_json::from_str(line).unwrap();
        match judge(&case) {
            Ok(()) if case["refused"].is_null() => equal += 1,
            Ok(()) => refused += 1,
            Err(why) => failed.push(format!("{}: {why}", case["id"].as_str().unwrap())),
        }
    }
    println!("{equal} give the expected value, {refused} are refused by design");
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
    assert!(equal > 250, "cases were lost");
}

fn judge(case: &Json) -> Result<(), String> {
    let text = case["expr"].as_str().unwrap();
    let mut record = RecordType::default();
    let bindings: Vec<(&String, (Type, Value))> = case["bindings"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name, read(value)))
        .collect();
    for (name, (ty, _)) in &bindings {
        record.push(name, ty.clone(), false, false, Span::default());
    }
    let mut row = record.row();
    for (name, (_, value)) in bindings {
        row.set(record.get(name).unwrap().1, value).unwrap();
    }
    let scope = Scope {
        case: record.into(),
        ..Scope::default()
    };
    let mut report = Report::default();
    let found = formula(text, &Span::default(), &scope, None, &Limits::default(), &mut report);
    let codes: Vec<&str> = report.diagnostics().iter().map(|finding| finding.code.name).collect();
    if let Some(code) = case["refused"].as_str() {
        return if codes.contains(&code) {
            Ok(())
        } else {
            Err(format!("{text} was not refused: {codes:?}"))
        };
    }
    let Some(found) = found else {
        return Err(format!("{text} was refused: {codes:?}"));
    };
    let env = caseloop_expr::Env {
        case: row.as_row(),
        event: Row::default(),
        now: desk::NOW,
        facts: &NoFacts,
    };
    let (_, expected) = read(&case["value"]);
    let value = found.value(&env);
    if value != expected || reference::value(found.tree(), &env) != expected {
        return Err(format!("{text} gave {value}, expected {expected}"));
    }
    Ok(())
}

/// A value with its type, as in `{"int": 1}`.
fn read(json: &Json) -> (Type, Value) {
    let (kind, value) = json.as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "int" => (Type::INT, Value::Int(value.as_i64().unwrap())),
        "bool" => (Type::Bool, Value::Bool(value.as_bool().unwrap())),
        "string" => (Type::Text, Value::text(value.as_str().unwrap())),
        "instant" => (Type::Instant, Value::Instant(value.as_i64().unwrap())),
        "duration" => (Type::Duration, Value::Duration(value.as_i64().unwrap())),
        "list" => {
            let items: Vec<(Type, Value)> = value.as_array().unwrap().iter().map(read).collect();
            let item = items.first().map_or(Type::INT, |(ty, _)| ty.clone());
            (
                Type::List(item.into()),
                Value::List(items.into_iter().map(|(_, value)| value).collect()),
            )
        }
        "record" => {
            let mut record = RecordType::default();
            let mut members = Vec::new();
            for member in value.as_array().unwrap() {
                let (ty, value) = read(&member[1]);
                let name = member[0].as_str().unwrap();
                record.push(name, ty, false, false, Span::default());
                members.push((name.into(), value));
            }
            (Type::Record(record.into()), Value::Record(members))
        }
        other => panic!("unknown kind {other}"),
    }
}
