//! What is said of conditions beside what each of them gives for every row of data that tells them apart.

use crate::lints::compiled;
use caseloop_core::Workflow;
use caseloop_core::definition::{Branch, Trigger};
use caseloop_expr::{Condition, Env, NoFacts, Row, RowBuf, Value};
use caseloop_lint::lint;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;

/// What a part of a condition may ask, of every kind of field.
const PARTS: [&str; 20] = [
    "a == 0",
    "a < 2",
    "a >= 3",
    "a > 3",
    "a in 1..3",
    "m < 5.00",
    "m >= 5.00",
    "m == o",
    "m < o",
    "m > o",
    "m <= o",
    "o > 5.00",
    "x in s",
    "z in s",
    "k == red",
    "k != red",
    "k in [red, blue]",
    "r.v == 2",
    "r.v > 3",
    "event.f",
];

fn workflow(conditions: &[String]) -> String {
    let mut text = String::from(
        "workflow: w\nversion: 1\ncase:\n  a: {type: count, max: 3}\n  m: money\n  o: money\n  s: {set_of: [x, z]}\n  \
         k: {one_of: [red, blue, green]}\n  r: {record: {v: {type: int, min: 0, max: 3}}}\nevents: {e: {f: bool}}\n\
         start: s0\nstates:\n  s0:\n    when:\n      e:\n",
    );
    for (at, condition) in conditions.iter().enumerate() {
        text.push_str(&format!(
            "        - {{name: b{at}, if: '{condition}', go: s{}}}\n",
            at + 1
        ));
    }
    for at in 1..=conditions.len() {
        text.push_str(&format!("  s{at}: {{final: true}}\n"));
    }
    text
}

fn condition() -> impl Strategy<Value = String> {
    let part = select(PARTS.as_slice()).prop_map(str::to_owned);
    part.prop_recursive(2, 4, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one} and {other})")),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one} or {other})")),
            inner.prop_map(|one| format!("not ({one})")),
        ]
    })
}

/// Rows of the case, and of the event, with every order of the amounts and of the constants that they are compared with.
fn rows(workflow: &Workflow) -> Vec<(RowBuf, RowBuf)> {
    let d = workflow.definition();
    let case = &d.case.record;
    let money = || [0, 100, 499, 500, 501, 600].map(|units| Value::Decimal { units, scale: 2 });
    let red = ["red", "blue", "green"].map(Value::constant);
    let sets = [vec![], vec!["x"], vec!["z"], vec!["x", "z"]];
    let sets = sets.map(|set| Value::Set(set.into_iter().map(Into::into).collect()));
    let ints = || (0..4).map(Value::Int);
    let record = |value: Value| Value::Record(vec![("v".into(), value)]);
    let columns: [(&str, Vec<Value>); 6] = [
        ("a", ints().collect()),
        ("m", money().into()),
        ("o", money().into()),
        ("s", sets.into()),
        ("k", red.into()),
        ("r", ints().map(record).collect()),
    ];
    let mut rows = vec![case.row()];
    for (name, values) in &columns {
        let (_, field) = case.get(name).unwrap();
        let each = rows.iter().flat_map(|row| {
            values.iter().map(|value| {
                let mut row = row.clone();
                row.set(field, value.clone()).unwrap();
                row
            })
        });
        rows = each.collect();
    }
    let event = &d.events[0].data.record;
    let (_, field) = event.get("f").unwrap();
    let events = [false, true].map(|value| {
        let mut row = event.row();
        row.set(field, Value::Bool(value)).unwrap();
        row
    });
    let both = rows
        .iter()
        .flat_map(|row| events.iter().map(|event| (row.clone(), event.clone())));
    both.collect()
}

fn holds(condition: &Condition, case: Row<'_>, event: Row<'_>) -> bool {
    condition.holds(&Env {
        case,
        event,
        now: 0,
        facts: &NoFacts,
    })
}

/// The lints that hold of a list of branches, by what its conditions give: each with the number of its branch.
fn expected(gives: &[Vec<bool>]) -> BTreeSet<(&'static str, usize)> {
    let rows = gives[0].len();
    let mut expected = BTreeSet::new();
    for (at, own) in gives.iter().enumerate() {
        let before = |row: usize| gives[..at].iter().any(|other| other[row]);
        let always = gives[..at].iter().any(|other| other.iter().all(|holds| *holds));
        if own.iter().all(|holds| !holds) {
            expected.insert(("never-true", at));
        } else if (0..rows).all(|row| !own[row] || before(row)) && !always {
            expected.insert(("unreachable-branch", at));
        }
        if own.iter().all(|holds| *holds) {
            expected.insert(("always-true", at));
        }
    }
    if (0..rows).any(|row| gives.iter().all(|own| !own[row])) {
        expected.insert(("missing-branch", gives.len() - 1));
    }
    expected
}

#[test]
fn what_is_said_of_conditions_is_what_they_give() {
    let mut runner = TestRunner::deterministic();
    let lists = prop::collection::vec(condition(), 2..4);
    let known = [
        "never-true",
        "always-true",
        "unreachable-branch",
        "missing-branch",
        "overlapping-branches",
    ];
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let mut rows_of = None;
    for _ in 0..LISTS {
        let conditions = lists.new_tree(&mut runner).unwrap().current();
        let (workflow, files, calendars) = compiled(&workflow(&conditions));
        let rows = rows_of.get_or_insert_with(|| rows(&workflow));
        let branches: Vec<&Branch> = workflow.definition().branches.iter().collect();
        assert!(
            branches
                .iter()
                .all(|branch| matches!(branch.trigger, Trigger::Event(_)))
        );
        let conditions: Vec<&Condition> = branches
            .iter()
            .map(|branch| branch.condition.as_ref().unwrap())
            .collect();
        let give = |condition: &&Condition| -> Vec<bool> {
            rows.iter()
                .map(|(case, event)| holds(condition, case.as_row(), event.as_row()))
                .collect()
        };
        let gives: Vec<Vec<bool>> = conditions.iter().map(give).collect();
        let mut found = BTreeSet::new();
        let mut overlapping = BTreeSet::new();
        for finding in lint(&workflow, &calendars, &[], &files) {
            let Some(code) = known.iter().find(|code| **code == finding.code.name) else {
                continue;
            };
            let span = finding.primary.span;
            let at = branches
                .iter()
                .position(|branch| branch.span.start <= span.start && span.end <= branch.span.end);
            match *code {
                "overlapping-branches" => drop(overlapping.insert(at.unwrap())),
                code => drop(found.insert((code, at.unwrap()))),
            }
            told.insert(code);
        }
        assert_eq!(found, expected(&gives), "{conditions:#?}");
        for at in overlapping {
            let with = |other: &Vec<bool>| (0..rows.len()).any(|row| other[row] && gives[at][row]);
            assert!(gives[..at].iter().any(with), "{at} of {conditions:#?}");
        }
    }
    assert_eq!(told, known.into());
}

/// How many lists of branches are looked at.
const LISTS: usize = 500;
