//! The day of the hotline that the example runs: made up as committed, ended by every call, and naming nobody.

#[path = "../../../../examples/hotline/desk.rs"]
mod desk;
#[path = "../../../../examples/hotline-day.rs"]
#[expect(dead_code, reason = "the `main` of the example")]
mod hotline_day;
#[path = "../../../../examples/hotline/summary.rs"]
mod summary;

use caseloop::{Chronicle, Engine, Entry, MapSources, compile};
use chrono::TimeDelta;
use desk::{Desk, Report};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use summary::{Counts, Summary};

const CALL: &str = include_str!("../../../../workflows/hotline/hotline-call.yaml");
const DAY: &str = include_str!("../../../../workflows/hotline/day.jsonl");

/// The day as its host sees it in the evening.
struct Evening {
    engine: Engine,
    desk: Desk,
    summary: Summary,
    journal: Vec<Entry>,
}

fn evening() -> Evening {
    let call = compile(&MapSources::from_iter([("call.yaml", CALL)]), "call.yaml").unwrap();
    let engine = Engine::new([call]);
    let mut desk = Desk::new(engine.clone(), "hotline_call");
    let (mut outcomes, mut last) = (Vec::new(), None);
    for line in DAY.lines() {
        let report: Report = serde_json::from_str(line).unwrap();
        last = Some(report.at.to_utc());
        outcomes.extend(desk.take(report).unwrap());
    }
    outcomes.extend(desk.wake(last.unwrap() + TimeDelta::days(1)).unwrap());
    let mut summary = Summary::default();
    outcomes.iter().for_each(|outcome| summary.add(outcome));
    Evening {
        engine,
        desk,
        summary,
        journal: outcomes.into_iter().flat_map(|outcome| outcome.journal).collect(),
    }
}

fn counts<const N: usize>(counts: [(&str, u32); N]) -> Counts {
    counts.into_iter().map(|(what, many)| (what.to_owned(), many)).collect()
}

#[test]
fn the_committed_day_is_what_its_seed_makes() {
    let made = hotline_day::day(hotline_day::SEED);
    let differs = made
        .lines()
        .zip(DAY.lines())
        .position(|(made, committed)| made != committed);
    assert!(
        made == DAY,
        "line {differs:?} differs; `cargo run --example hotline-day > workflows/hotline/day.jsonl` makes it anew"
    );
}

#[test]
fn times_of_the_day_go_on() {
    let times: Vec<_> = DAY
        .lines()
        .map(|line| serde_json::from_str::<Report>(line).unwrap().at)
        .collect();
    assert!(times.is_sorted());
}

#[test]
fn every_call_ends() {
    let Evening { desk, .. } = evening();
    assert_eq!(desk.cases().count(), 200);
    for case in desk.cases() {
        assert!(case.ended(), "{case:?}");
    }
}

#[test]
fn nobody_is_named_in_journal_effects_or_cases() {
    let Evening { desk, journal, .. } = evening();
    let mut texts = vec![serde_json::to_string(&journal).unwrap()];
    texts.extend(desk.cases().map(|case| serde_json::to_string(case).unwrap()));
    let said = texts.join("\n");
    let mut personal = BTreeSet::new();
    for line in DAY.lines() {
        let line: Json = serde_json::from_str(line).unwrap();
        for field in ["name", "contact", "handler", "colleague", "problem", "claim", "result"] {
            personal.extend(line["data"][field].as_str().map(str::to_owned));
        }
    }
    assert!(personal.len() > 400, "{}", personal.len());
    for text in personal {
        assert!(!said.contains(&text), "{text} is told");
    }
}

#[test]
fn every_call_replays() {
    let Evening {
        engine, desk, journal, ..
    } = evening();
    for case in desk.cases() {
        let entries = journal.iter().filter(|entry| *entry.case == *case.id());
        let told = engine.replay(case.workflow(), entries).unwrap();
        assert_eq!(told.as_ref().map(Chronicle::case), Some(case));
    }
}

/// What the example prints in the end.
#[test]
fn the_figures_of_the_day() {
    let Evening { desk, summary, .. } = evening();
    assert_eq!(summary.calls, 200);
    assert_eq!(
        summary.kinds,
        counts([("enquiry", 86), ("complaint", 46), ("business", 32), ("suggestion", 17)])
    );
    assert_eq!(
        summary.endings,
        counts([
            ("resolved", 97),
            ("handed over", 42),
            ("to follow up", 19),
            ("not reached", 16),
            ("transferred", 11),
            ("broken off", 8),
            ("unverified", 5),
            ("unconfirmed", 2),
        ])
    );
    assert_eq!(summary.rings, counts([("in time", 172), ("late", 12)]));
    assert_eq!(
        summary.transfers,
        counts([
            ("confirmed by the customer", 11),
            ("taken back without a word", 6),
            ("declined", 3)
        ])
    );
    assert_eq!(
        summary.refused,
        counts([
            ("nothing waits for `rated`", 8),
            ("the reason has not been told", 7),
            ("the record is not confirmed", 7),
            ("the call is not finished", 6),
            ("this emergency is reported", 4),
            ("`judged` is sent by agent only", 3),
            ("no further transfer in this call", 3),
            ("the promised time is over", 3),
            ("the customer has not confirmed", 2),
        ])
    );
    assert_eq!(
        summary.emergencies,
        counts([("safety risk", 1), ("service interruption", 3)])
    );
    assert_eq!(summary.reports, 4, "each emergency is reported once");
    assert_eq!(
        summary.follow_ups,
        counts([
            ("missed call", 16),
            ("promised answer", 10),
            ("not satisfied", 9),
            ("call broke off", 8),
            ("record not confirmed", 2),
        ])
    );
    let scores: Vec<(i64, u32)> = summary.scores.into_iter().collect();
    assert_eq!(scores, [(1, 4), (2, 5), (3, 4), (4, 26), (5, 43)]);
    assert_eq!(summary.unrated, 24);
    assert_eq!(desk.repeated(), 7);
}
