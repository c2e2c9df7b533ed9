//! The shipped complaint and business request, through lives told to the second, by both readings of the hours.

use crate::running::shipped;
use caseloop::{Case, Counted, Engine, Entry, Event, News, Outcome, Value};
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

/// `2025-11-21 17:20` in Shanghai.
fn at(when: &str) -> DateTime<Utc> {
    let text = format!("{}:00+08:00", when.replace(' ', "T"));
    text.parse::<DateTime<FixedOffset>>().unwrap().with_timezone(&Utc)
}

struct Life {
    engine: Engine,
    case: Case,
    journal: Vec<Entry>,
}

impl Life {
    fn received(path: &str, set: &[(&str, &str)], when: &str, data: &[(&str, Value)]) -> (Self, Vec<String>) {
        let workflow = shipped(path, set);
        let name = workflow.name().to_owned();
        let engine = Engine::new([workflow]);
        let given = [
            ("received_at", Value::text(&at(when).to_rfc3339())),
            ("contact", Value::text("13912345678")),
            ("contact_ref", Value::text("crm:5678")),
        ];
        let data = given.into_iter().chain(data.iter().cloned());
        let begun = engine.start(&name, "c", at(when), data).unwrap();
        let case = begun.case.clone();
        let mut life = Self {
            engine,
            case,
            journal: Vec::new(),
        };
        let told = life.keep(begun);
        (life, told)
    }

    fn then(&mut self, when: &str, event: Event) -> Vec<String> {
        let outcome = self.engine.send(&self.case, at(when), &event).unwrap();
        self.keep(outcome)
    }

    fn over(&mut self, when: &str) -> Vec<String> {
        let now = at(when) + TimeDelta::milliseconds(1);
        let outcome = self.engine.tick(&self.case, now).unwrap();
        self.keep(outcome)
    }

    fn keep(&mut self, outcome: Outcome) -> Vec<String> {
        self.case = outcome.case;
        let told = outcome.journal.iter().flat_map(told).collect();
        self.journal.extend(outcome.journal);
        told
    }

    /// How many promises were broken, and how often the supervisor was told.
    fn overdue(&self) -> (usize, usize) {
        let changes = self.journal.iter().flat_map(|entry| &entry.promises);
        let broken = changes.filter(|change| matches!(change.news, News::Breached { .. }));
        let effects = self.journal.iter().flat_map(|entry| &entry.effects);
        let told = effects.filter(|effect| serde_json::to_string(&effect.with).unwrap().contains("overdue"));
        (broken.count(), told.count())
    }
}

/// `sync due 11-21 18:20`, `relay 20 min late`.
fn told(entry: &Entry) -> Vec<String> {
    let zone = FixedOffset::east_opt(8 * 3600).unwrap();
    let local = |at: caseloop::Instant| {
        let local = at.to_utc().unwrap().with_timezone(&zone);
        local.format("%m-%d %H:%M").to_string()
    };
    let changes = entry.promises.iter().map(|change| {
        let what = match &change.news {
            News::Opened(deadline) | News::Resumed(deadline) => {
                format!("due {}", deadline.due.map(local).unwrap_or_default())
            }
            News::Kept { left, counted } => format!("kept, {} left", amount(*left, *counted)),
            News::Late { over, counted } => format!("{} late", amount(*over, *counted)),
            News::Breached { .. } => format!("broken {}", local(entry.at)),
            other => format!("{other:?}").to_lowercase(),
        };
        format!("{} {what}", change.promise)
    });
    changes.collect()
}

fn amount(amount: i64, counted: Counted) -> String {
    let length = Value::Duration(amount);
    match counted {
        Counted::Working => format!("{length} of work"),
        _ => length.to_string(),
    }
}

fn front_line(name: &str) -> Event {
    Event::new(name).by("front_line")
}

fn department(name: &str) -> Event {
    Event::new(name).by("department")
}

fn recorded() -> Event {
    let urgent = Value::text("urgent");
    front_line("recorded").with("urgency", urgent).with("confirmed", true)
}

fn sent(by: &str) -> Event {
    Event::new("sent").by(by).with("work_order", "SD2023901")
}

fn result(name: &str, refund: bool) -> Event {
    department(name).with("result", "已维修").with("refund", refund)
}

fn rated(answer: &str) -> Event {
    front_line("rated").with("answer", Value::text(answer))
}

const COMPLAINT: &str = "complaints/complaint.yaml";

#[test]
fn sc_02_handed_over_and_all_in_time_on_a_sunday_holiday() {
    let demanded = [("demanded_by", Value::text("2023-10-02T09:30:00+08:00"))];
    let (mut life, told) = Life::received(COMPLAINT, &[], "2023-10-01 09:30", &demanded);
    assert_eq!(
        told,
        [
            "sync due 10-01 10:30",
            "response due 10-02 09:30",
            "demand due 10-02 09:30"
        ]
    );
    assert_eq!(life.then("2023-10-01 09:36", recorded()), [] as [&str; 0]);
    assert_eq!(
        life.then("2023-10-01 10:05", sent("front_line")),
        ["sync kept, 25 min of work left"]
    );
    let by = Value::text("2023-10-01T12:00:00+08:00");
    let handover = front_line("handover_told").with("contact_by", by);
    assert_eq!(life.then("2023-10-01 10:08", handover), ["contact due 10-01 12:00"]);
    assert_eq!(
        life.then("2023-10-01 11:40", department("responded")),
        ["response kept, 21 h 50 min of work left", "contact kept, 20 min left"]
    );
    assert_eq!(
        life.then("2023-10-01 17:30", result("department_done", false)),
        ["relay due 10-01 18:30"]
    );
    let told = life.then("2023-10-01 17:50", front_line("result_told"));
    assert_eq!(told[0], "relay kept, 40 min of work left");
    assert_eq!(told[1], "demand kept, 15 h 40 min left");
    let told = life.then("2023-10-01 17:50", rated("satisfied"));
    assert_eq!(told, ["rating kept, 1 day left"]);
    life.then("2023-10-01 17:55", front_line("archived"));
    assert_eq!((life.case.states(), life.overdue()), (vec!["closed"], (0, 0)));
    let effects = &life.journal.last().unwrap().effects;
    let archived = serde_json::to_value(&effects[0]).unwrap();
    assert_eq!(archived["with"]["keep_years"], 2);
    assert!(!serde_json::to_string(&life.journal).unwrap().contains("13912345678"));
}

/// The other reading: 9 h on 7 October, 9 h on 8 October, which are worked instead, and 6 h on the 9th.
#[test]
fn sc_02_in_office_hours_with_holidays() {
    let (_, told) = Life::received(COMPLAINT, &[("hours", "office-cn")], "2023-10-01 09:30", &[]);
    assert_eq!(told, ["sync due 10-07 10:00", "response due 10-09 15:00"]);
}

#[test]
fn sc_03_three_limits_missed_and_three_times_the_supervisor() {
    let (mut life, told) = Life::received(COMPLAINT, &[], "2025-11-21 17:20", &[]);
    assert_eq!(told, ["sync due 11-21 18:20", "response due 11-22 17:20"]);
    life.then("2025-11-21 17:30", recorded());
    assert_eq!(life.over("2025-11-21 18:20"), ["sync broken 11-21 18:20"]);
    assert_eq!(
        life.then("2025-11-21 18:45", sent("supervisor")),
        ["sync 25 min of work late"]
    );
    assert_eq!(life.over("2025-11-22 17:20"), ["response broken 11-22 17:20"]);
    assert_eq!(
        life.then("2025-11-23 09:05", department("responded")),
        ["response 15 h 45 min of work late"]
    );
    assert_eq!(
        life.then("2025-11-24 10:00", result("department_done", false)),
        ["relay due 11-24 11:00"]
    );
    assert_eq!(life.over("2025-11-24 11:00"), ["relay broken 11-24 11:00"]);
    let told = life.then("2025-11-24 11:20", front_line("result_told"));
    assert_eq!(told[0], "relay 20 min of work late");
    life.then("2025-11-24 11:20", rated("basically_satisfied"));
    life.then("2025-11-24 11:30", front_line("archived"));
    assert_eq!((life.case.states(), life.overdue()), (vec!["closed"], (3, 3)));
}

/// In office time the same events break the relay alone.
#[test]
fn sc_03_in_office_hours() {
    let (mut life, told) = Life::received(COMPLAINT, &[("hours", "office")], "2025-11-21 17:20", &[]);
    assert_eq!(told, ["sync due 11-24 09:20", "response due 11-26 14:20"]);
    life.then("2025-11-21 17:30", recorded());
    // Twenty minutes of the hour are left for Monday, and none passes on the evening in between.
    assert_eq!(
        life.then("2025-11-21 18:45", sent("supervisor")),
        ["sync kept, 20 min of work left"]
    );
    let told = life.then("2025-11-23 09:05", department("responded"));
    assert_eq!(told, ["response kept, 23 h 20 min of work left"]);
    life.then("2025-11-24 10:00", result("department_done", false));
    assert_eq!(life.over("2025-11-24 11:00"), ["relay broken 11-24 11:00"]);
    let told = life.then("2025-11-24 11:20", front_line("result_told"));
    assert_eq!(told[0], "relay 20 min of work late");
    assert_eq!(life.overdue(), (1, 1));
}

#[test]
fn a_refund_counts_working_days_and_holds_back_the_archive() {
    let (mut life, _) = Life::received(COMPLAINT, &[("working_week", "office-cn")], "2025-09-29 10:00", &[]);
    life.then("2025-09-29 10:05", recorded());
    life.then("2025-09-29 10:10", sent("front_line"));
    // Five working days after Tuesday 30 September: 9, 10, 11 (worked instead), 13 and 14 October.
    let told = life.then("2025-09-30 15:00", result("department_done", true));
    assert!(told.contains(&"refund due 10-14 18:00".to_owned()), "{told:?}");
    life.then("2025-09-30 15:30", front_line("result_told"));
    life.then("2025-09-30 15:30", rated("satisfied"));
    let early = life
        .engine
        .send(&life.case, at("2025-09-30 16:00"), &front_line("archived"))
        .unwrap();
    assert_eq!(early.case.states(), ["archiving"]);
    let told = life.then("2025-10-14 18:00", Event::new("refund_arrived"));
    assert!(told.contains(&"refund kept, 0 s of work left".to_owned()), "{told:?}");
    life.then("2025-10-14 18:05", front_line("archived"));
    assert_eq!(life.case.states(), ["closed"]);
}

#[test]
fn a_complaint_that_is_withdrawn_promises_nothing_any_more() {
    let (mut life, _) = Life::received(COMPLAINT, &[], "2025-11-21 17:20", &[]);
    let told = life.then("2025-11-21 17:40", Event::new("withdrawn"));
    assert_eq!(told, ["sync cancelled", "response cancelled"]);
}

#[test]
fn a_request_rests_while_papers_are_missing() {
    let path = "complaints/business-request.yaml";
    let (mut life, told) = Life::received(path, &[], "2025-11-21 09:00", &[]);
    assert_eq!(told, ["sync due 11-21 10:00", "completion due 11-23 09:00"]);
    let missing = front_line("checked").with("complete", false);
    assert_eq!(
        life.then("2025-11-21 09:10", missing),
        ["sync paused", "completion paused"]
    );
    assert_eq!(
        life.then("2025-11-23 12:00", Event::new("papers_came")),
        ["sync due 11-23 12:50", "completion due 11-25 11:50"]
    );
    life.then("2025-11-23 12:05", front_line("checked").with("complete", true));
    life.then("2025-11-23 12:10", sent("front_line"));
    assert_eq!(life.over("2025-11-25 07:50"), ["completion warned"]);
    assert_eq!(
        life.then("2025-11-25 11:50", result("completed", false)),
        ["completion kept, 0 s of work left", "relay due 11-25 12:50"]
    );
    life.then("2025-11-25 12:00", front_line("result_told"));
    life.then("2025-11-25 12:05", front_line("archived"));
    assert_eq!((life.case.states(), life.overdue()), (vec!["closed"], (0, 0)));
}

#[test]
fn an_enquiry_is_greeted_within_half_a_minute_and_answered_on_the_spot() {
    let engine = Engine::new([shipped("enquiries/enquiry.yaml", &[])]);
    let start = at("2025-11-21 09:00");
    let second = |seconds| start + TimeDelta::seconds(seconds);
    let begun = engine
        .start("enquiry", "c", start, [("contact_ref", Value::text("crm:1"))])
        .unwrap();
    let greeted = engine.send(&begun.case, second(31), &front_line("greeted")).unwrap();
    let lines: Vec<String> = greeted.journal.iter().flat_map(told).collect();
    assert_eq!(
        lines,
        ["greeting warned", "greeting broken 11-21 09:00", "greeting 1 s late"]
    );
    let understood = front_line("understood").with("need", "积分");
    let understood = engine.send(&greeted.case, second(40), &understood).unwrap();
    let gone = engine
        .send(&understood.case, second(60), &Event::new("contact_over"))
        .unwrap();
    assert_eq!(
        gone.case.states(),
        ["work_order"],
        "not answered before the contact was over"
    );
    let answer = front_line("answered").with("text", "一年有效");
    let answered = engine.send(&understood.case, second(60), &answer).unwrap();
    let rated = engine
        .send(
            &answered.case,
            second(70),
            &Event::new("rated").with("answer", Value::text("satisfied")),
        )
        .unwrap();
    assert_eq!(rated.case.states(), ["answered_on_the_spot"]);
}
