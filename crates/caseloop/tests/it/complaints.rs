//! The shipped complaint by level, through lives told to the second: what is due, kept, broken and asked for when.

use crate::running::shipped;
use caseloop::{Case, Engine, Entry, EntryInput, Event, News, Value};
use chrono::{DateTime, FixedOffset, Utc};

/// The shipped complaint by level, with values for its parameters.
fn engine(set: &[(&str, &str)]) -> Engine {
    Engine::new([shipped("complaints/complaint-graded.yaml", set)])
}

/// `18 16:30` is a minute of November 2025 in Shanghai.
fn at(when: &str) -> DateTime<Utc> {
    let text = format!("2025-11-{}:00+08:00", when.replace(' ', "T"));
    text.parse::<DateTime<FixedOffset>>().unwrap().with_timezone(&Utc)
}

struct Life {
    engine: Engine,
    case: Case,
    journal: Vec<Entry>,
}

impl Life {
    fn received(when: &str) -> Self {
        Self::under(&[], when)
    }

    /// With other values for parameters.
    fn under(set: &[(&str, &str)], when: &str) -> Self {
        Self::written(set, when, "送货的时间不对")
    }

    /// With what the customer wrote.
    fn written(set: &[(&str, &str)], when: &str, complaint: &str) -> Self {
        let engine = engine(set);
        let data = [
            ("complaint", Value::text(complaint)),
            ("received_at", Value::text(&at(when).to_rfc3339())),
            ("contact", Value::text("13912345678")),
            ("contact_ref", Value::text("crm:5678")),
        ];
        let begun = engine.start("complaint_graded", "c", at(when), data).unwrap();
        Self {
            engine,
            case: begun.case,
            journal: begun.journal,
        }
    }

    /// Something happens; returns what became of promises and the effects, up to it and with it.
    fn then(&mut self, when: &str, event: Event) -> Vec<String> {
        let outcome = self.engine.send(&self.case, at(when), &event).unwrap();
        self.keep(outcome)
    }

    fn over(&mut self, when: &str) -> Vec<String> {
        let outcome = self
            .engine
            .tick(&self.case, at(when) + chrono::TimeDelta::milliseconds(1))
            .unwrap();
        self.keep(outcome)
    }

    fn keep(&mut self, outcome: caseloop::Outcome) -> Vec<String> {
        self.case = outcome.case;
        let told = outcome.journal.iter().flat_map(told).collect();
        self.journal.extend(outcome.journal);
        told
    }

    /// What became of promises when the case began.
    fn begun(&self) -> Vec<String> {
        told(&self.journal[0])
    }

    fn breaches(&self) -> usize {
        let breach = |entry: &&Entry| matches!(entry.input, EntryInput::Breach(_));
        self.journal.iter().filter(breach).count()
    }
}

/// `18 17:30 solution breached`, `18 17:30 notify supervisor overdue`.
fn told(entry: &Entry) -> Vec<String> {
    let zone = FixedOffset::east_opt(8 * 3600).unwrap();
    let local = |at: caseloop::Instant| at.to_utc().unwrap().with_timezone(&zone).format("%d %H:%M").to_string();
    let minutes = |length: &i64| Value::Duration(*length).to_string();
    let when = local(entry.at);
    let promises = entry.promises.iter().map(|change| {
        let what = match &change.news {
            News::Opened(due) => format!("due {}", due.due.map(local).unwrap_or_default()),
            News::Kept { left, .. } => format!("kept, {} left", minutes(left)),
            News::Late { over, .. } => format!("{} late", minutes(over)),
            News::Breached { .. } => "breached".to_owned(),
            other => format!("{other:?}").to_lowercase(),
        };
        format!("{when} {} {what}", change.promise)
    });
    let effects = entry
        .effects
        .iter()
        .filter(|effect| &*effect.effect == "notify")
        .map(|effect| {
            let with = effect.with.values().map(|value| serde_json::to_string(value).unwrap());
            format!("{when} {}", with.collect::<Vec<_>>().join(" ").replace('"', ""))
        });
    promises.chain(effects).collect()
}

fn front_line(name: &str) -> Event {
    Event::new(name).by("front_line")
}

/// Graded by what was heard in the complaint.
fn graded() -> Event {
    front_line("graded")
}

/// What SC-07 is about.
const MAJOR: &str = "收到的设备有重大质量问题，要求更换";

fn solved(by: &str) -> Event {
    Event::new("solved").by(by).with("summary", "已解决")
}

fn revisited(result: &str) -> Event {
    Event::new("revisited")
        .by("revisit_team")
        .with("result", Value::text(result))
}

fn solution() -> Event {
    Event::new("solution_given")
        .by("special_group")
        .with("summary", "更换设备")
}

#[test]
fn sc_05_solved_within_the_hour_and_reached_on_the_second_try() {
    let mut life = Life::received("18 13:05");
    assert!(life.begun().contains(&"18 13:05 solution due 18 14:05".to_owned()));
    assert_eq!(life.then("18 13:05", graded()), [] as [&str; 0]);
    assert_eq!(
        life.then("18 13:58", solved("front_line")),
        [
            "18 13:58 whole kept, 23 h 7 min left",
            "18 13:58 solution kept, 7 min left",
            "18 13:58 follow_up due 19 13:58",
        ]
    );
    assert_eq!(life.then("19 09:10", revisited("unreachable")), [] as [&str; 0]);
    assert_eq!(
        life.then("19 13:40", revisited("satisfied")),
        ["19 13:40 follow_up kept, 18 min left"]
    );
    assert_eq!((life.case.states(), life.breaches()), (vec!["closed"], 0));
}

/// 24 h of office time: of the whole complaint 4 h 55 min on Tuesday, 9 h, 9 h, and 1 h 5 min on Friday; of the revisit 4 h 2 min,
/// 9 h, 9 h, 1 h 58 min. The answer comes after 4 h 2 min and 4 h 40 min of them.
#[test]
fn sc_05_in_office_hours() {
    let mut life = Life::under(&[("hours", "office")], "18 13:05");
    assert!(told(&life.journal[0]).contains(&"18 13:05 whole due 21 10:05".to_owned()));
    assert!(life.begun().contains(&"18 13:05 solution due 18 14:05".to_owned()));
    assert_eq!(life.then("18 13:05", graded()), [] as [&str; 0]);
    assert_eq!(
        life.then("18 13:58", solved("front_line")),
        [
            "18 13:58 whole kept, 23 h 7 min left",
            "18 13:58 solution kept, 7 min left",
            "18 13:58 follow_up due 21 10:58",
        ]
    );
    assert_eq!(life.then("19 09:10", revisited("unreachable")), [] as [&str; 0]);
    assert_eq!(
        life.then("19 13:40", revisited("satisfied")),
        ["19 13:40 follow_up kept, 15 h 18 min left"]
    );
    assert_eq!((life.case.states(), life.breaches()), (vec!["closed"], 0));
}

#[test]
fn sc_06_the_front_line_misses_its_hour_and_the_whole_its_day() {
    let mut life = Life::received("18 16:30");
    assert!(life.begun().contains(&"18 16:30 solution due 18 17:30".to_owned()));
    assert_eq!(life.then("18 16:30", graded()), [] as [&str; 0]);
    assert_eq!(
        life.over("18 17:30"),
        [
            "18 17:30 solution breached",
            "18 17:30 solution cancelled",
            "18 17:30 solution due 19 17:30",
            "18 17:30 supervisor overdue",
        ]
    );
    assert_eq!(life.case.states(), ["special"]);
    let told = life.over("19 16:30");
    assert!(told.contains(&"19 10:30 whole warned".to_owned()));
    assert!(told.contains(&"19 10:30 special_group due_soon".to_owned()));
    assert_eq!(
        told[told.len() - 2..],
        ["19 16:30 whole breached", "19 16:30 supervisor overdue"]
    );
    let by = at("19 18:00").to_rfc3339();
    assert_eq!(
        life.then("19 16:50", solution().with("solve_by", Value::text(&by))),
        ["19 16:50 solution kept, 40 min left", "19 16:50 word due 19 18:00"]
    );
    assert_eq!(
        life.then("19 17:40", solved("special_group")),
        [
            "19 17:40 whole 1 h 10 min late",
            "19 17:40 word kept, 20 min left",
            "19 17:40 follow_up due 20 17:40",
        ]
    );
    assert_eq!(
        life.then("20 10:00", revisited("satisfied")),
        ["20 10:00 follow_up kept, 7 h 40 min left"]
    );
    assert_eq!((life.case.states(), life.breaches()), (vec!["closed"], 2));
    assert!(!serde_json::to_string(&life.journal).unwrap().contains("13912345678"));
}

/// The other reading of the group's 24 hours: from receipt. Two promises are broken at one instant, in the file's order.
#[test]
fn sc_06_with_the_groups_hours_from_receipt() {
    let mut life = Life::under(&[("special_clock", "from_start")], "18 16:30");
    life.then("18 16:30", graded());
    assert!(
        life.over("18 17:30")
            .contains(&"18 17:30 solution due 19 16:30".to_owned())
    );
    let told = life.over("19 16:30");
    assert_eq!(
        told[told.len() - 4..],
        [
            "19 16:30 whole breached",
            "19 16:30 supervisor overdue",
            "19 16:30 solution breached",
            "19 16:30 supervisor overdue",
        ]
    );
    let told = life.then("19 16:50", solution());
    assert!(told.contains(&"19 16:50 solution 20 min late".to_owned()), "{told:?}");
    life.then("19 17:40", solved("special_group"));
    life.then("20 10:00", revisited("satisfied"));
    assert_eq!((life.case.states(), life.breaches()), (vec!["closed"], 3));
}

/// In office hours the same life has one breach: an hour of office time after 16:30, at 17:30. The whole is due on the
/// third day (1 h 30 min, 9 h, 9 h, 4 h 30 min).
#[test]
fn sc_06_in_office_hours() {
    let mut life = Life::under(&[("hours", "office")], "18 16:30");
    assert!(life.begun().contains(&"18 16:30 solution due 18 17:30".to_owned()));
    assert_eq!(life.then("18 16:30", graded()), [] as [&str; 0]);
    assert!(
        life.over("18 17:30")
            .contains(&"18 17:30 solution due 21 14:30".to_owned())
    );
    assert!(
        life.then("19 16:50", solution())
            .iter()
            .any(|line| line.contains("solution kept"))
    );
    let told = life.then("19 17:40", solved("special_group"));
    assert!(
        told.contains(&"19 17:40 whole kept, 13 h 50 min left".to_owned()),
        "{told:?}"
    );
    assert!(told.contains(&"19 17:40 follow_up due 24 14:40".to_owned()), "{told:?}");
    assert_eq!(life.breaches(), 1);
}

#[test]
fn sc_07_dissatisfied_reopened_and_satisfied_exactly_at_the_deadline() {
    let mut life = Life::written(&[], "17 09:00", MAJOR);
    assert!(life.begun().contains(&"17 09:00 solution due 17 10:00".to_owned()));
    assert_eq!(
        life.then("17 09:12", graded()),
        ["17 09:12 solution cancelled", "17 09:12 solution due 18 09:12"]
    );
    let told = life.then("17 20:30", solution());
    assert_eq!(
        told[told.len() - 2..],
        ["17 20:30 solution kept, 12 h 42 min left", "17 20:30 word due 24 20:30"]
    );
    let told = life.then("18 08:15", solved("special_group"));
    assert!(
        told.contains(&"18 08:15 whole kept, 45 min left".to_owned()),
        "{told:?}"
    );
    assert!(told.contains(&"18 08:15 follow_up due 19 08:15".to_owned()), "{told:?}");
    assert_eq!(
        life.then("18 18:00", revisited("dissatisfied")),
        [
            "18 18:00 follow_up kept, 14 h 15 min left",
            "18 18:00 solution due 19 18:00"
        ]
    );
    assert_eq!(life.case.states(), ["special"]);
    life.then("19 11:30", solution());
    life.then("19 11:30", solved("special_group"));
    assert_eq!(
        life.then("20 11:30", revisited("satisfied")),
        ["20 11:30 follow_up kept, 0 s left"]
    );
    assert_eq!((life.case.states(), life.breaches()), (vec!["closed"], 0));
}

/// Each limit of 24 h is 2 days of 9 h and 6 h of office time; what is said after closing time used up the day, and what is
/// said before opening time nothing more.
#[test]
fn sc_07_in_office_hours() {
    let mut life = Life::written(&[("hours", "office")], "17 09:00", MAJOR);
    assert!(told(&life.journal[0]).contains(&"17 09:00 whole due 19 15:00".to_owned()));
    assert_eq!(
        life.then("17 09:12", graded()),
        ["17 09:12 solution cancelled", "17 09:12 solution due 19 15:12"]
    );
    let told = life.then("17 20:30", solution());
    assert!(
        told.contains(&"17 20:30 solution kept, 15 h 12 min left".to_owned()),
        "{told:?}"
    );
    let told = life.then("18 08:15", solved("special_group"));
    assert!(told.contains(&"18 08:15 whole kept, 15 h left".to_owned()), "{told:?}");
    assert!(told.contains(&"18 08:15 follow_up due 20 15:00".to_owned()), "{told:?}");
    assert_eq!(
        life.then("18 18:00", revisited("dissatisfied")),
        ["18 18:00 follow_up kept, 15 h left", "18 18:00 solution due 21 15:00"]
    );
    let told = life.then("19 11:30", solution());
    assert!(
        told.contains(&"19 11:30 solution kept, 21 h 30 min left".to_owned()),
        "{told:?}"
    );
    let told = life.then("19 11:30", solved("special_group"));
    assert!(told.contains(&"19 11:30 follow_up due 21 17:30".to_owned()), "{told:?}");
    assert_eq!(
        life.then("20 11:30", revisited("satisfied")),
        ["20 11:30 follow_up kept, 15 h left"]
    );
    assert_eq!((life.case.states(), life.breaches()), (vec!["closed"], 0));
}

/// S3.3 and S4.1: what was heard in the complaint grades it, or what the front line sees instead.
#[test]
fn a_table_grades_by_what_was_heard_or_seen() {
    let seen = |traits: &[&str]| {
        let traits = traits.iter().map(|name| Value::text(name)).collect();
        graded().with("traits", Value::List(traits))
    };
    for (text, event, state) in [
        ("送货的时间不对", graded(), "front_line"),
        (MAJOR, graded(), "special"),
        ("I am furious, and this is the third time!!", graded(), "special"),
        ("I am furious!", graded(), "front_line"),
        ("这不是质量问题", graded(), "front_line"),
        ("送货的时间不对", seen(&["hard", "reputation"]), "special"),
        (MAJOR, seen(&["strong_emotion"]), "front_line"),
    ] {
        let mut life = Life::written(&[], "17 09:00", text);
        assert_eq!(life.case.states(), ["triage"], "{text}");
        life.then("17 09:05", event);
        assert_eq!(life.case.states(), [state], "{text}");
        // What the customer wrote was read in its step, and stays out of the journal; what was decided is replayed.
        let journal = serde_json::to_string(&life.journal).unwrap();
        assert!(!journal.contains(text), "{journal}");
        let workflow = shipped("complaints/complaint-graded.yaml", &[]);
        let replayed = life.engine.replay(&workflow, &life.journal).unwrap().unwrap();
        assert_eq!(replayed.case().states(), [state]);
    }
}

#[test]
fn the_third_dissatisfied_answer_goes_to_the_desk() {
    let mut life = Life::written(&[], "17 09:00", MAJOR);
    life.then("17 09:00", graded());
    for round in 0..3 {
        let hour = 10 + 2 * round;
        life.then(&format!("17 {hour}:00"), solved("special_group"));
        life.then(&format!("17 {}:00", hour + 1), revisited("dissatisfied"));
        let state = if round < 2 { "special" } else { "desk" };
        assert_eq!(life.case.states(), [state]);
    }
}

#[test]
fn a_ladder_that_nobody_answers_ends_on_the_desk() {
    let mut life = Life::received("17 09:00");
    let told = life.over("21 00:00");
    let notices: Vec<&String> = told.iter().filter(|line| line.ends_with("overdue")).collect();
    assert_eq!(
        notices,
        [
            "17 10:00 supervisor overdue",
            "18 09:00 supervisor overdue",
            "18 10:00 supervisor overdue",
            "18 21:00 department_head overdue",
            "18 22:00 department_head overdue",
        ]
    );
    assert_eq!(life.case.states(), ["desk"]);
    assert!(
        told.contains(&"20 09:00 department_head on_your_desk".to_owned()),
        "{told:?}"
    );
}

#[test]
fn an_emergency_is_told_at_once_in_every_state() {
    for answered in [false, true] {
        let mut life = Life::written(&[], "17 09:00", MAJOR);
        if answered {
            life.then("17 09:00", graded());
            life.then("17 09:10", solved("special_group"));
        }
        let state = life.case.states()[0].to_owned();
        let emergency = Event::new("emergency").with("kind", Value::text("safety_risk"));
        assert_eq!(life.then("17 09:30", emergency), ["17 09:30 department_head emergency"]);
        let effects = &life.journal.last().unwrap().effects;
        assert_eq!(&*effects[1].effect, "start_case");
        assert_eq!(life.case.states(), [state]);
    }
}
