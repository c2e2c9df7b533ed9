//! What becomes of an event: taken, ignored, rejected, refused.

use super::check;
use crate::running::{Case, action, workflow};
use caseloop_core::{BadData, Limits, NoClocks, StepError};

const DESK: &str = "
roles: [agent, chief, clerk]
events:
  sign: {sent_by: [agent, chief]}
  call: {}
  end: {}
case: {paid: {type: bool, default: false}}
start: here
states:
  here:
    when:
      sign: {stay: true}
      call:
        - {name: answer, if: paid, stay: true}
        - {name: closed, if: not paid, reject: not_paid_yet}
      end: {if: paid, go: over}
  over: {final: true}
";

#[test]
fn only_the_named_senders_may_send() {
    check(
        DESK,
        &["0 start", "1 sign by clerk", "2 sign by chief", "3 sign"],
        &[
            "0 start, +here = here",
            "1 sign, only agent or chief",
            "2 sign, by here.sign",
            "3 sign, by here.sign",
        ],
    );
}

#[test]
fn reject_is_a_refusal_with_a_reason_and_ignoring_names_what_did_not_hold() {
    check(
        DESK,
        &["0 start", "1 call", "2 end", "3 end by clerk"],
        &[
            "0 start, +here = here",
            "1 call, rejected by here.closed: not_paid_yet, no here.answer (paid)",
            "2 end, ignored, no here.end (paid)",
            "3 end, ignored, no here.end (paid)",
        ],
    );
}

#[test]
fn data_that_do_not_fit_are_an_error_with_the_nearest_name() {
    let workflow = workflow(
        "workflow: a
version: 1
roles: [agent]
case: {phone: {type: text, personal: last4}, age: {type: int, optional: true}}
events: {call: {ring: {type: count, max: 9}}}
start: here
states: {here: {}}
",
    );
    let fails = |line: &str| {
        let mut case = Case::new(&workflow);
        if !line.contains("start") {
            case.take(&action("0 start {\"phone\": \"123\"}"));
        }
        match case.call(&NoClocks, &action(line), &Limits::default()) {
            Err(StepError::BadData(bad)) => bad,
            other => panic!("{other:?}"),
        }
    };
    let rows = [
        ("1 cal {}", "the workflow knows no event `cal`; did you mean `call`?"),
        (
            "1 call {\"rings\": 1}",
            "`call` has no field `rings`; did you mean `ring`?",
        ),
        ("1 call {}", "`call` lacks the field `ring`"),
        (
            "1 call {\"ring\": 10}",
            "the field `ring` of `call`: 10 is not within 0..9",
        ),
        (
            "1 call {\"ring\": 1} by agnt",
            "the workflow knows no role `agnt`; did you mean `agent`?",
        ),
        ("0 start {}", "`case` lacks the field `phone`"),
        ("0 start {\"phone\": null}", "`case` lacks the field `phone`"),
        (
            "0 start {\"phone\": 13912345678}",
            "the field `phone` of `case`: expected text",
        ),
    ];
    for (line, expected) in rows {
        assert_eq!(fails(line).to_string(), expected);
    }
    assert!(matches!(fails("1 call {}"), BadData::MissingField { .. }));
}

#[test]
fn a_case_begins_once_and_nothing_comes_before() {
    let workflow = workflow(&format!("workflow: a\nversion: 1\n{DESK}"));
    let mut case = Case::new(&workflow);
    let not_now = |case: &Case<'_>, line: &str| case.call(&NoClocks, &action(line), &Limits::default());
    let error = not_now(&case, "5 call").expect_err("an error");
    assert_eq!(error, StepError::NotNow("the case has not begun"));
    case.take(&action("9 start"));
    let error = not_now(&case, "9 start").expect_err("an error");
    assert_eq!(error, StepError::NotNow("the case has begun already"));
    let error = not_now(&case, "8 tick").expect_err("an error");
    assert_eq!(
        error.to_string(),
        "time runs backwards: the case is at 9 ms, the input at 8 ms"
    );
    assert!(not_now(&case, "9 call").is_ok());
}
