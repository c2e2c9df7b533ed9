//! The shipped hotline: scenario SC-01 as worked out by hand, and every way in which a call can go wrong.

use caseloop::{
    DirectorySources, Effect, EffectArgument, Engine, Entry, EntryVerdict, Event, Outcome, Value, Values, compile,
};
use chrono::{DateTime, TimeDelta, Utc};

/// What is reported in the tests: a word, who sends what, and its data.
const WORDS: &[(&str, &str, &str, &str)] = &[
    ("rings_twice", "telephone", "rang", r#"{"ring": 2}"#),
    ("rings_on", "telephone", "rang", r#"{"ring": 4}"#),
    ("answered", "agent", "answered", r#"{"ring": 2, "handler": "赵敏"}"#),
    (
        "answered_late",
        "agent",
        "answered",
        r#"{"ring": 5, "handler": "赵敏"}"#,
    ),
    (
        "enquires",
        "agent",
        "judged",
        r#"{"kind": "enquiry", "about_account": false}"#,
    ),
    (
        "complains",
        "agent",
        "judged",
        r#"{"kind": "complaint", "about_account": false}"#,
    ),
    (
        "suggests",
        "agent",
        "judged",
        r#"{"kind": "suggestion", "about_account": false}"#,
    ),
    (
        "wants_handling",
        "agent",
        "judged",
        r#"{"kind": "business", "about_account": true}"#,
    ),
    (
        "caller_judges",
        "customer",
        "judged",
        r#"{"kind": "enquiry", "about_account": false}"#,
    ),
    ("upset", "agent", "upset", "{}"),
    ("identified", "agent", "identity_checked", r#"{"correct": true}"#),
    ("not_identified", "agent", "identity_checked", r#"{"correct": false}"#),
    (
        "recorded",
        "agent",
        "recorded",
        r#"{"name": "王小明", "contact": "13912341002", "contact_ref": "crm:8841", "problem": "积分规则和有效期"}"#,
    ),
    ("agreed", "agent", "read_back", r#"{"confirmed": true}"#),
    ("disagreed", "agent", "read_back", r#"{"confirmed": false}"#),
    ("answer", "agent", "answer", r#"{"result": "积分1年有效"}"#),
    (
        "will_check",
        "agent",
        "will_check",
        r#"{"answer_by": "2023-10-01T17:00:00+08:00"}"#,
    ),
    (
        "would_have_checked",
        "agent",
        "will_check",
        r#"{"answer_by": "2023-10-01T14:00:00+08:00"}"#,
    ),
    (
        "hands_over",
        "agent",
        "needs_department",
        r#"{"department": "after_sales", "contact_by": "2023-10-01T17:00:00+08:00"}"#,
    ),
    (
        "hands_over_too_late",
        "agent",
        "needs_department",
        r#"{"department": "after_sales", "contact_by": "2023-10-01T14:00:00+08:00"}"#,
    ),
    ("transfer", "agent", "transfer", r#"{"department": "finance"}"#),
    ("reason_told", "agent", "reason_told", "{}"),
    (
        "target_told",
        "agent",
        "target_told",
        r#"{"colleague": "李静怡", "extension": "8021"}"#,
    ),
    ("put_through", "agent", "put_through", "{}"),
    ("confirmed", "customer", "confirmed", "{}"),
    ("declined", "customer", "declined", "{}"),
    (
        "interruption",
        "agent",
        "emergency",
        r#"{"kind": "service_interruption"}"#,
    ),
    ("danger", "agent", "emergency", r#"{"kind": "safety_risk"}"#),
    (
        "caller_reports_danger",
        "customer",
        "emergency",
        r#"{"kind": "safety_risk"}"#,
    ),
    ("rated_1", "customer", "rated", r#"{"score": 1}"#),
    ("rated_4", "customer", "rated", r#"{"score": 4}"#),
    ("hung_up", "telephone", "hung_up", "{}"),
    ("call_ended", "agent", "call_ended", "{}"),
];

/// A call that began at 14:20:00; each word is reported ten seconds after the one before.
struct Call {
    engine: Engine,
    last: Outcome,
    now: DateTime<Utc>,
    all: Vec<Entry>,
}

impl Call {
    fn begin() -> Self {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../workflows");
        let workflow = compile(&DirectorySources::new(root), "hotline/hotline-call.yaml").unwrap();
        let engine = Engine::new([workflow]);
        let now = "2023-10-01T14:20:00+08:00".parse().unwrap();
        let record_no = [("record_no", Value::text("20231002"))];
        let last = engine.start("hotline_call", "20231002", now, record_no).unwrap();
        Self {
            engine,
            now,
            all: last.journal.clone(),
            last,
        }
    }

    /// Reports a word, or lets `60 s` pass.
    fn report(&mut self, word: &str) {
        let waited: Option<i64> = word.strip_suffix(" s").map(|seconds| seconds.parse().unwrap());
        self.now += TimeDelta::seconds(waited.unwrap_or(10));
        self.last = if waited.is_some() {
            self.engine.tick(&self.last.case, self.now).unwrap()
        } else {
            let known = WORDS.iter().find(|(known, ..)| *known == word);
            let (_, by, name, data) = known.unwrap();
            let data: Values = serde_json::from_str(data).unwrap();
            let event = data
                .into_iter()
                .fold(Event::new(*name).by(*by), |event, (field, value)| {
                    event.with(field, value)
                });
            self.engine.send(&self.last.case, self.now, &event).unwrap()
        };
        self.all.extend(self.last.journal.iter().cloned());
    }

    /// Where the case is, and what the last report came to beside that; `say` is left out.
    fn told(&self) -> String {
        let mut told = self.last.case.states().join(", ");
        for entry in &self.last.journal {
            match &entry.verdict {
                EntryVerdict::Taken => {}
                EntryVerdict::Ignored => told += "; ignored",
                EntryVerdict::Rejected { reason, .. } => told += &format!("; rejected: {reason}"),
                EntryVerdict::WrongSender { sent_by } => told += &format!("; sent by {} only", sent_by.join(", ")),
            }
            for effect in entry.effects.iter().filter(|effect| &*effect.effect != "say") {
                told += &format!("; {}", shown(effect));
            }
        }
        told
    }
}

/// An effect without the record, which is the same everywhere.
fn shown(effect: &Effect) -> String {
    let with = effect.with.iter().filter(|(name, _)| &***name != "record");
    let with = with.filter_map(|(_, argument)| match argument {
        EffectArgument::Value(Value::Absent) => None,
        EffectArgument::Value(Value::Text(text)) => Some(text.to_string()),
        EffectArgument::Value(value) => Some(value.to_string()),
        EffectArgument::Hidden { hidden } => Some(format!("<{hidden}>")),
    });
    format!("{}({})", effect.effect, with.collect::<Vec<_>>().join(" "))
}

/// Reports the words in `before`, all of which are taken, and then the word of each line, which says what comes of it.
fn check(before: &str, lines: &[&str]) {
    let mut call = Call::begin();
    for word in before.split_whitespace() {
        call.report(word);
        assert_eq!(call.last.journal.last().unwrap().verdict, EntryVerdict::Taken, "{word}");
    }
    for line in lines {
        let word = line.split(" -> ").next().unwrap();
        call.report(word);
        assert_eq!(format!("{word} -> {}", call.told()), *line);
    }
    let stored = serde_json::to_string(&call.last.case).unwrap() + &serde_json::to_string(&call.all).unwrap();
    for personal in ["王小明", "13912341002", "赵敏", "李静怡", "积分"] {
        assert!(!stored.contains(personal), "{personal} in {stored}");
    }
    if call.last.case.ended() {
        assert_eq!(call.last.next_due, None, "no timer is left");
    }
}

const TO_ANSWERING: &str = "answered enquires recorded agreed";
const TO_CONFIRMING: &str = "answered enquires recorded agreed transfer reason_told target_told put_through";

/// SC-01 with its times is in the tests of the program; here is its way.
#[test]
fn an_enquiry_is_answered_on_the_spot() {
    check(
        "",
        &[
            "answered -> judging",
            "enquires -> recording",
            "recorded -> reading_back",
            "answer -> reading_back; rejected: the_record_is_not_confirmed",
            "agreed -> answering",
            "answer -> rating",
            "rated_4 -> saying_goodbye",
            "call_ended -> resolved; archive(resolved 4)",
        ],
    );
}

#[test]
fn a_call_that_rings_too_long_can_still_be_answered() {
    let mut call = Call::begin();
    for (word, met) in [("rings_twice", true), ("rings_on", false), ("answered_late", false)] {
        call.report(word);
        let stored = serde_json::to_value(&call.last.case).unwrap();
        assert_eq!(stored["data"]["rings_met"], met, "{word}");
    }
    assert_eq!(call.told(), "judging");
}

#[test]
fn a_call_that_nobody_answers_is_called_back() {
    check("rings_on", &["hung_up -> not_reached; follow_up(missed_call)"]);
    check(
        "rings_on",
        &["60 s -> ringing", "60 s -> not_reached; follow_up(missed_call)"],
    );
}

#[test]
fn a_second_failed_identity_check_ends_the_service() {
    check(
        "answered wants_handling",
        &[
            "not_identified -> identity",
            "not_identified -> saying_goodbye",
            "recorded -> saying_goodbye; ignored",
            "call_ended -> unverified; archive(to_follow_up)",
        ],
    );
    check("answered wants_handling not_identified", &["identified -> recording"]);
}

#[test]
fn a_record_that_is_never_confirmed_is_left_to_a_follow_up() {
    check(
        "answered enquires recorded",
        &[
            "disagreed -> recording",
            "answer -> recording; rejected: the_record_is_not_confirmed",
            "recorded -> reading_back",
            "disagreed -> recording",
            "recorded -> reading_back",
            "disagreed -> saying_goodbye; follow_up(record_not_confirmed)",
            "call_ended -> unconfirmed; archive(to_follow_up)",
        ],
    );
}

#[test]
fn a_transfer_ends_with_the_customers_word_only() {
    check(
        TO_ANSWERING,
        &[
            "transfer -> telling_reason",
            "target_told -> telling_reason; rejected: the_reason_has_not_been_told",
            "put_through -> telling_reason; rejected: the_reason_has_not_been_told",
            "reason_told -> telling_target",
            "put_through -> telling_target; rejected: the_target_has_not_been_told",
            "target_told -> offered",
            "put_through -> confirming; connect(finance)",
            "call_ended -> confirming; rejected: the_customer_has_not_confirmed",
            "confirmed -> transferred; archive(in_progress finance)",
        ],
    );
}

#[test]
fn a_customer_who_refuses_a_transfer_is_served_on() {
    let refused = ["declined -> answering", "answer -> rating"];
    check("answered enquires recorded agreed transfer", &refused);
    check(
        "answered enquires recorded agreed transfer reason_told target_told",
        &refused,
    );
    check(
        TO_CONFIRMING,
        &["declined -> answering; take_back()", "answer -> rating"],
    );
    check("answered enquires transfer reason_told", &["declined -> recording"]);
}

#[test]
fn a_call_comes_back_from_a_colleague_who_is_not_there_and_goes_out_twice_at_most() {
    check(
        TO_CONFIRMING,
        &[
            "60 s -> answering; take_back()",
            "transfer -> telling_reason",
            "declined -> answering",
            "transfer -> answering; rejected: no_further_transfer_in_this_call",
            "hands_over -> saying_goodbye; work_order(enquiry after_sales 2023-10-01T09:00:00Z); \
             tell_promise(handed_over after_sales 2023-10-01T09:00:00Z)",
        ],
    );
}

#[test]
fn a_caller_may_hang_up_at_any_moment() {
    let broken_off = "hung_up -> broken_off; follow_up(call_broke_off); archive(to_follow_up)";
    for before in [
        "answered",
        "answered wants_handling",
        "answered wants_handling identified",
        "answered enquires recorded",
        TO_ANSWERING,
        "answered enquires recorded agreed answer rated_1",
    ] {
        check(before, &[broken_off]);
    }
    let in_transfer = "hung_up -> broken_off; follow_up(call_broke_off); archive(to_follow_up finance)";
    for before in [
        "answered transfer",
        "answered transfer reason_told target_told",
        TO_CONFIRMING,
    ] {
        check(before, &[in_transfer]);
    }
    // The answer has been given: there is no rating, and nothing is open.
    check(
        "answered enquires recorded agreed answer",
        &["hung_up -> resolved; archive(resolved)"],
    );
}

#[test]
fn an_emergency_is_reported_in_its_step_and_the_call_goes_on() {
    let moments = [
        ("", "ringing"),
        ("answered", "judging"),
        ("answered wants_handling", "identity"),
        ("answered enquires recorded", "reading_back"),
        (TO_CONFIRMING, "confirming"),
        ("answered enquires recorded agreed answer", "rating"),
        (
            "answered wants_handling not_identified not_identified",
            "saying_goodbye",
        ),
    ];
    for (before, state) in moments {
        check(
            before,
            &[
                &format!(
                    "interruption -> {state}; contingency_plan(service_interruption); notify(department_head emergency)"
                ),
                &format!("interruption -> {state}; rejected: this_emergency_is_reported"),
                &format!("danger -> {state}; contingency_plan(safety_risk); notify(department_head emergency)"),
            ],
        );
    }
    check(
        "answered",
        &["caller_reports_danger -> judging; sent by agent, telephone only"],
    );
    check("hung_up", &["danger -> not_reached; ignored"]);
}

#[test]
fn an_answer_that_does_not_satisfy_is_given_again_once() {
    check(
        "answered enquires recorded agreed answer",
        &[
            "rated_1 -> answering",
            "answer -> rating",
            "rated_1 -> saying_goodbye",
            "call_ended -> to_follow_up; follow_up(not_satisfied); archive(to_follow_up 1)",
        ],
    );
    check(
        "answered enquires recorded agreed answer rated_1 answer rated_4",
        &["call_ended -> resolved; archive(resolved 4)"],
    );
}

#[test]
fn a_low_score_stands_where_the_second_answer_is_not_rated() {
    check(
        "answered enquires recorded agreed answer rated_1 answer",
        &["hung_up -> to_follow_up; follow_up(not_satisfied); archive(to_follow_up 1)"],
    );
}

#[test]
fn silence_after_the_answer_counts_as_no_rating() {
    check(
        "answered enquires recorded agreed answer",
        &[
            "30 s -> rating",
            "1 s -> saying_goodbye",
            "rated_4 -> saying_goodbye; ignored",
            "call_ended -> resolved; archive(resolved)",
        ],
    );
}

#[test]
fn a_call_is_handed_over_with_a_promised_time() {
    check(
        "answered complains upset recorded agreed",
        &[
            "hands_over_too_late -> answering; rejected: the_promised_time_is_over",
            "hands_over -> saying_goodbye; work_order(complaint after_sales 2023-10-01T09:00:00Z); \
             tell_promise(handed_over after_sales 2023-10-01T09:00:00Z)",
            "call_ended -> handed_over; archive(in_progress after_sales)",
        ],
    );
}

#[test]
fn i_will_check_is_a_promise() {
    check(
        TO_ANSWERING,
        &[
            "would_have_checked -> answering; rejected: the_promised_time_is_over",
            "will_check -> saying_goodbye; tell_promise(i_will_check 2023-10-01T09:00:00Z); \
             follow_up(promised_answer 2023-10-01T09:00:00Z)",
            "call_ended -> to_follow_up; archive(to_follow_up)",
        ],
    );
}

#[test]
fn a_suggestion_goes_into_the_weekly_digest() {
    check(
        "answered suggests recorded agreed",
        &[
            "answer -> rating; weekly_digest()",
            "hung_up -> resolved; archive(resolved)",
        ],
    );
}

#[test]
fn an_agent_does_not_hang_up_on_a_customer() {
    for before in ["answered", "answered enquires recorded", TO_ANSWERING] {
        let mut call = Call::begin();
        before.split_whitespace().for_each(|word| call.report(word));
        let state = call.told();
        check(
            before,
            &[&format!("call_ended -> {state}; rejected: the_call_is_not_finished")],
        );
    }
}

#[test]
fn a_caller_judges_nothing() {
    check("answered", &["caller_judges -> judging; sent by agent only"]);
}
