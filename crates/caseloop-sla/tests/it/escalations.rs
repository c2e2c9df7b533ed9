//! Facts of whole tickets from other projects' own tests: their policies as promises, their events told to clocks.
//!
//! A first answer is promised from the creation; an update from a customer's message until ours; with `next_response` alone, or
//! beside `periodic_update`, the project means the same by other names. A resolution is promised from the creation until the
//! ticket is closed or in a resolved state. Everything rests in the pause states, and events are told in the order of time.

use caseloop_expr::Length;
use caseloop_sla::{Calendar, Clock, Policy, Say, Terms, Warning};
use chrono::DateTime;
use serde_json::Value;
use std::collections::BTreeMap;

const FACTS: &str = include_str!("../facts/escalation.jsonl");

/// Facts that the language of promises does not say, and why.
const NOT_OURS: [(&str, &str); 3] = [
    ("glpi-1159", "working days that end at the hour at which they began"),
    ("glpi-1148", "working days that end at the hour at which they began"),
    (
        "zammad-1104",
        "a question for time left that begins an hour after the ticket",
    ),
];

fn instant(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis()
}

fn calendar(fact: &Value) -> Calendar {
    let mut written = Calendar::in_zone(fact["tz"].as_str().unwrap());
    for (day, spans) in fact["weekly"].as_object().unwrap() {
        let spans = spans.as_array().unwrap().iter().map(|span| {
            let text = format!("{}-{}", span[0].as_str().unwrap(), span[1].as_str().unwrap());
            text.parse().unwrap()
        });
        written = written.weekly(day, spans);
    }
    for holiday in fact.get("holidays").and_then(Value::as_array).into_iter().flatten() {
        written = written.holiday(holiday.as_str().unwrap().parse().unwrap(), None);
    }
    written.build().unwrap()
}

/// One promise of a ticket.
struct Metric {
    limit: Length,
    policy: Policy,
    clock: Clock,
    rests: Vec<String>,
    /// When the last one was kept or late, and what was used up by then.
    done: Option<(i64, i64)>,
    said: Vec<(i64, Say)>,
}

impl Metric {
    fn new(fact: &Value, limit: Length) -> Self {
        let pauses = fact["policy"].get("pause_states").and_then(Value::as_array);
        let mut policy = Policy {
            calendars: vec![calendar(fact)],
            ..Policy::default()
        };
        let level = &fact["policy"]["escalation_level"]["offset_s"];
        match level.as_i64() {
            Some(before @ ..0) => policy
                .warnings
                .push(Warning::Before(Length::WorkingTime(-before * 1000))),
            Some(after) => policy.rungs.push(Length::WorkingTime(after * 1000)),
            None => {}
        }
        Self {
            limit,
            policy,
            clock: Clock::default(),
            rests: pauses
                .into_iter()
                .flatten()
                .map(|state| state.as_str().unwrap().to_owned())
                .collect(),
            done: None,
            said: Vec::new(),
        }
    }

    fn settle(&mut self, now: i64) {
        while let Some((at, say)) = self.clock.next(&self.policy).unwrap().filter(|(at, _)| *at < now) {
            self.clock.fire(at, say, &self.policy).unwrap();
            self.said.push((at, say));
        }
    }

    fn open(&mut self, now: i64) {
        if !self.clock.is_open() {
            let terms = Terms {
                within: Some(self.limit),
                ..Terms::default()
            };
            self.clock.open(now, now, None, terms, &self.policy).unwrap();
        }
    }

    fn close(&mut self, now: i64) {
        let mut used = self.clock;
        used.pause(now, &self.policy).unwrap();
        if self.clock.close(now, &self.policy).unwrap().is_some() {
            self.done = Some((now, used.used()));
        }
    }

    fn state(&mut self, now: i64, state: &str) {
        match self.rests.iter().any(|rests| rests == state) {
            true => drop(self.clock.pause(now, &self.policy).unwrap()),
            false => drop(self.clock.resume(now)),
        }
    }

    fn due(&self) -> Option<i64> {
        let due = self.clock.deadline(&self.policy).unwrap().due;
        due.filter(|_| self.clock.is_open())
    }
}

/// The promises of a ticket by name, after all its events.
fn told(fact: &Value, until: Option<i64>) -> BTreeMap<String, Metric> {
    let policy = &fact["policy"];
    let mut metrics: BTreeMap<String, Metric> = BTreeMap::new();
    for (name, target) in policy.get("targets_s").and_then(Value::as_object).into_iter().flatten() {
        let limit = Length::WorkingTime(target.as_i64().unwrap() * 1000);
        metrics.insert(name.clone(), Metric::new(fact, limit));
    }
    if let Some(name) = policy.get("metric").and_then(Value::as_str) {
        let limit = match policy.get("target_days") {
            Some(days) => Length::WorkingDays(u32::try_from(days.as_u64().unwrap()).unwrap()),
            None => Length::WorkingTime(policy["target_s"].as_i64().unwrap() * 1000),
        };
        metrics.insert(name.to_owned(), Metric::new(fact, limit));
    }
    let mut events: Vec<&Value> = fact["events"].as_array().unwrap().iter().collect();
    events.sort_by_key(|event| instant(event["at"].as_str().unwrap()));
    let first_is_said = events.iter().any(|event| event["type"] == "first_response");
    let resolved = policy.get("resolved_states").and_then(Value::as_array);
    for event in events {
        let (at, kind) = (instant(event["at"].as_str().unwrap()), event["type"].as_str().unwrap());
        let state = event.get("state").and_then(Value::as_str);
        if until.is_some_and(|until| at > until) {
            break;
        }
        for (name, metric) in &mut metrics {
            metric.settle(at);
            let by_customer = kind == "customer_message" || kind == "created" && event["by"] == "customer";
            let solved = kind == "closed" || resolved.is_some_and(|all| all.iter().any(|one| one.as_str() == state));
            match (&**name, kind) {
                ("first_response" | "resolution", "created") => metric.open(at),
                ("first_response", "first_response") => metric.close(at),
                ("first_response", "agent_message") if !first_is_said => metric.close(at),
                // The desk's first answer sets the state that waits for the customer.
                ("first_response", "state") if resolved.is_some() => metric.close(at),
                ("update" | "next_response", _) if by_customer => metric.open(at),
                ("update" | "next_response", "agent_message") => metric.close(at),
                ("periodic_update", "agent_message") => {
                    metric.close(at);
                    metric.open(at);
                }
                ("periodic_update", "customer_message") => drop(metric.clock.cancel(at, &metric.policy).unwrap()),
                ("resolution", _) if solved => metric.close(at),
                _ => {}
            }
            if let Some(state) = state.filter(|_| kind == "state") {
                metric.state(at, state);
            }
        }
    }
    if let Some(until) = until {
        metrics.values_mut().for_each(|metric| metric.settle(until));
    }
    metrics
}

/// What was found for an expected value, by its name.
fn found(fact: &Value, what: &str, expected: &Value) -> Value {
    let metrics = told(fact, None);
    let text = |at: Option<i64>| match at {
        Some(at) => DateTime::from_timestamp_millis(at)
            .unwrap()
            .format("%Y-%m-%dT%H:%M:%SZ")
            .to_string()
            .into(),
        None => Value::Null,
    };
    let dues = metrics.values().filter_map(Metric::due);
    let split = ["_due", "_elapsed_s", "_margin_s", "_at"]
        .iter()
        .find_map(|end| Some((what.strip_suffix(end)?, *end)));
    match (what, split) {
        ("due" | "next_due", _) => text(dues.min()),
        ("level_due", _) => {
            let mut metric = told(fact, None).into_values().next().unwrap();
            metric.settle(i64::MAX / 2);
            let level = |say: &Say| matches!(say, Say::Rung(_) | Say::Warning(_));
            text(metric.said.iter().find(|(_, say)| level(say)).map(|(at, _)| *at))
        }
        ("status_at", _) => {
            let mut statuses = serde_json::Map::new();
            for (at, status) in expected.as_object().unwrap() {
                let metrics = told(fact, Some(instant(at)));
                let broken = metrics.values().any(|metric| metric.clock.is_broken());
                let failed = matches!(status.as_str(), Some("missed" | "Failed"));
                let found = if broken == failed {
                    status.clone()
                } else {
                    format!("broken: {broken}").into()
                };
                statuses.insert(at.clone(), found);
            }
            statuses.into()
        }
        ("status", _) => {
            let resolution = &metrics["resolution"];
            match resolution.clock.is_open() && !resolution.clock.is_broken() {
                true => "Resolution Due".into(),
                false => "another".into(),
            }
        }
        ("business_elapsed_s", _) => {
            let (from, to) = (&fact["expected"]["from"], &fact["expected"]["to"]);
            let (from, to) = (instant(from.as_str().unwrap()), instant(to.as_str().unwrap()));
            (calendar(fact).elapsed(from, to).unwrap() / 1000).into()
        }
        ("from" | "to", _) => expected.clone(),
        ("paused_business_s", _) => paused(fact).into(),
        (_, Some((name, "_due"))) => text(metrics.get(name).and_then(Metric::due)),
        (_, Some((name, "_at"))) => text(metrics.get(name).and_then(|metric| metric.done).map(|(at, _)| at)),
        (_, Some((name, "_elapsed_s"))) => metrics[name].done.map_or(Value::Null, |(_, used)| (used / 1000).into()),
        (_, Some((name, _))) => {
            let limit = fact["policy"]["targets_s"][name].as_i64().unwrap();
            metrics[name]
                .done
                .map_or(Value::Null, |(_, used)| (limit - used / 1000).into())
        }
        _ => Value::Null,
    }
}

/// The open seconds that a ticket spends in its pause states.
fn paused(fact: &Value) -> i64 {
    let calendar = calendar(fact);
    let pauses: Vec<&str> = fact["policy"]["pause_states"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let events = fact["events"].as_array().unwrap();
    let spans = events
        .windows(2)
        .filter(|pair| pauses.contains(&pair[0]["state"].as_str().unwrap_or_default()));
    let spans = spans.map(|pair| {
        let (from, to) = (
            instant(pair[0]["at"].as_str().unwrap()),
            instant(pair[1]["at"].as_str().unwrap()),
        );
        calendar.elapsed(from, to).unwrap()
    });
    spans.sum::<i64>() / 1000
}

#[test]
fn the_tickets_of_other_projects_are_measured_as_theirs_are() {
    let mut scores: BTreeMap<String, [u32; 3]> = BTreeMap::new();
    let mut failures = Vec::new();
    for fact in FACTS.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let source = fact["source"].as_str().unwrap();
        let score = scores.entry(source.split(':').next().unwrap().to_owned()).or_default();
        let id = fact["id"].as_str().unwrap();
        let wrong: Vec<String> = fact["expected"]
            .as_object()
            .unwrap()
            .iter()
            .filter_map(|(what, expected)| {
                let found = found(&fact, what, expected);
                (found != *expected).then(|| format!("{id} {what}: expected {expected}, found {found}"))
            })
            .collect();
        match (wrong.is_empty(), NOT_OURS.iter().any(|(other, _)| *other == id)) {
            (true, false) => score[0] += 1,
            (false, true) => score[2] += 1,
            _ => {
                score[1] += 1;
                failures.push(format!("{id} {}: {}", fact["gate"], wrong.join("; ")));
            }
        }
    }
    println!("{:32} passed failed not ours", "source");
    for (source, [passed, failed, not_ours]) in &scores {
        println!("{source:32} {passed:6} {failed:6} {not_ours:8}");
    }
    assert_eq!(failures, [""; 0]);
}
