//! Guarantees proved, broken with a case that shows it, and left undecided.

use crate::lints::compiled;
use caseloop_lint::proof::{Bounds, Proofs, Verdict, prove};
use caseloop_syntax::render::{Human, human};

/// A desk and a follow-up. `@` marks what the tests put in.
const DESK: &str = "
workflow: w
version: 1
roles: [agent, head, visitor]
case:
  rounds: {type: count, max: 2, default: 0}
  level: {one_of: [low, high], default: low}
  amount: {type: int, optional: true}
  told: {type: time, optional: true}
events:
  question: {}
  answered: {}
  solved: {}
  visited: {result: {one_of: [satisfied, unsatisfied]}}
  alarm: {urgent: bool}
  priced: {amount: int}
effects: {notify: {role: role}}
promises:
  whole: {within: 10 h, from: start, until: solved, warn: {at: 50 %}}
when:
  alarm: @alarm
  priced: {set: {amount: event.amount}}
start: working
states:
  working:
    waits_for: agent
    when:
      question: {go: asking}
      solved: {go: visiting}
    timers: @timers
  asking:
    waits_for: agent
    when:
      answered: {go: working}
    timers: {silence: {after: 2 days, go: visiting}}
  visiting:
    waits_for: visitor
    when:
      visited:
        - {name: satisfied, if: event.result == satisfied, go: closed}
        - {name: again, if: rounds < 2, set: {rounds: rounds + 1}, go: working}
        - {name: enough, go: desk}
    timers: {missed: {after: 3 days, go: desk}}
  desk:
    waits_for: head
    when: {solved: {go: visiting}}
    timers: @desk
  closed: {final: true}
guarantees:
  it holds: @guarantee
";

struct Desk {
    alarm: &'static str,
    timers: &'static str,
    desk: &'static str,
}

const SOUND: Desk = Desk {
    alarm: "{do: {notify: {role: head}}}",
    timers: "{lead: {after: 1 day, do: {notify: {role: head}}}, late: {after: 2 days, go: desk}}",
    desk: "{alarm: {after: 1 day, every: 1 day, do: {notify: {role: head}}}}",
};

fn proofs(desk: &Desk, guarantee: &str) -> (Proofs, String) {
    let text = DESK
        .replace("@alarm", desk.alarm)
        .replace("@timers", desk.timers)
        .replace("@desk", desk.desk)
        .replace("@guarantee", guarantee);
    let (workflow, ..) = compiled(&text);
    let proofs = prove(&workflow, &Bounds::default());
    let told = match &proofs.guarantees.first().unwrap().verdict {
        Verdict::Proved => "proved".to_owned(),
        Verdict::Broken(case) => format!("{}\n{}", case.what, case.lines(&workflow).join("\n")),
        Verdict::NotDecided(reasons) => reasons
            .iter()
            .map(|reason| format!("not decided: {}\n", reason.what))
            .collect(),
    };
    (proofs, told)
}

fn told(desk: &Desk, guarantee: &str) -> String {
    proofs(desk, guarantee).1
}

#[test]
fn what_holds_is_proved() {
    for guarantee in [
        "{entering: closed, only_by: visiting.satisfied}",
        "{can_reach: closed}",
        "{everywhere: [waits_for, clock]}",
        "{time_alone_ends_in: desk}",
        "{always_warned: whole}",
        "{taken: visiting.again, at_most: 2}",
        "{on_event: alarm, same_step: notify}",
        "{always: rounds <= 2}",
        "{never: in_state(desk) and in_state(working)}",
        "{from: in_state(asking), leads_to: not in_state(asking)}",
    ] {
        assert_eq!(told(&SOUND, guarantee), "proved", "{guarantee}");
    }
}

#[test]
fn a_warning_comes_so_long_before_the_deadline() {
    let margins = |promise: &str| {
        let text = DESK
            .replace("@alarm", SOUND.alarm)
            .replace("@timers", SOUND.timers)
            .replace("@desk", SOUND.desk)
            .replace("@guarantee", "{always_warned: whole}")
            .replace(
                "whole: {within: 10 h, from: start, until: solved, warn: {at: 50 %}}",
                promise,
            )
            .replace("  level: {one_of: [low, high], default: low}\n", "")
            .replace("told: {type: time, optional: true}", "told: time")
            .replace(
                "case:",
                "levels: [{name: calm, limit: 10 h}, {name: quick, limit: 4 h}]\ncase:",
            );
        let (workflow, ..) = compiled(&text);
        let proofs = prove(&workflow, &Bounds::default());
        let margins = &proofs.guarantees.first().unwrap().margins;
        let told: Vec<String> = margins
            .iter()
            .map(|margin| format!("{} {}", margin.promise, margin.ahead))
            .collect();
        told.join(", ")
    };
    let rest = "from: start, until: solved";
    assert_eq!(
        margins(&format!("whole: {{within: 10 h, {rest}, warn: {{at: 50 %}}}}")),
        "whole 5 h"
    );
    // The first warning, of the shortest limit.
    let levels =
        format!("whole: {{within: level.limit, new_level: restart, {rest}, warn: [{{at: 50 %}}, {{at: 75 %}}]}}");
    assert_eq!(margins(&levels), "whole 2 h");
    let before = format!("whole: {{within: level.limit, new_level: restart, {rest}, warn: [{{before: 6 h}}]}}");
    assert_eq!(margins(&before), "whole 4 h");
    let dated = "whole: {by: case.told, from: start, until: solved, warn: {at: 75 %}}";
    assert_eq!(margins(dated), "whole 25 % of its limit");
}

#[test]
fn what_does_not_hold_is_shown_by_a_shortest_case() {
    let merry_go_round = Desk {
        desk: "{forced: {after: 5 days, go: visiting}}",
        ..SOUND
    };
    let reminders = Desk {
        timers: "{lead: {after: 1 day, every: 1 day, do: {notify: {role: head}}}}",
        ..SOUND
    };
    let quiet = Desk {
        alarm: "[{if: event.urgent, do: {notify: {role: head}}}, {name: noted, stay: true}]",
        desk: "{once: {after: 1 day, do: {notify: {role: head}}}}",
        ..SOUND
    };
    let shown = [
        (&SOUND, "{entering: desk, only_by: visiting.enough}"),
        (&SOUND, "{can_reach: asking}"),
        (&quiet, "{everywhere: [waits_for, clock]}"),
        (&merry_go_round, "{time_alone_ends_in: desk}"),
        (&reminders, "{time_alone_ends_in: desk}"),
        (&SOUND, "{taken: visiting.again, at_most: 1}"),
        (&SOUND, "{taken: working.question, at_most: 4}"),
        (&quiet, "{on_event: alarm, same_step: notify}"),
        (&SOUND, "{always: rounds < 2}"),
        (&SOUND, "{never: in_state(desk)}"),
        (&SOUND, "{from: in_state(working), leads_to: in_state(closed)}"),
        (&quiet, "{from: in_state(desk), leads_to: in_state(closed)}"),
    ];
    let all: Vec<String> = shown
        .iter()
        .map(|(desk, guarantee)| format!("{guarantee}\n{}", told(desk, guarantee)))
        .collect();
    insta::assert_snapshot!(all.join("\n\n"));
}

/// A timer that comes before another of its state keeps that from ever firing.
#[test]
fn the_lengths_of_a_states_timers_tell_their_order() {
    let first = Desk {
        timers: "{early: {after: 1 day, go: asking}, late: {after: 2 days, go: closed}}",
        ..SOUND
    };
    assert_eq!(
        told(&first, "{entering: closed, only_by: visiting.satisfied}"),
        "proved"
    );
    let later = Desk {
        timers: "{early: {after: 3 days, go: asking}, late: {after: 2 days, go: closed}}",
        ..SOUND
    };
    assert!(told(&later, "{entering: closed, only_by: visiting.satisfied}").contains("`working.late` fires"));
}

/// Numbers are tried where conditions tell them apart, also between fields.
#[test]
fn amounts_are_told_apart_by_what_they_are_compared_with() {
    assert_eq!(
        told(&SOUND, "{never: has(amount) and amount > 100 and amount < 100}"),
        "proved"
    );
    let some = told(&SOUND, "{never: has(amount) and amount > 100 and amount < 102}");
    assert!(some.contains("amount: 101"), "{some}");
    let two = told(&SOUND, "{never: has(amount) and amount * 2 > 100}");
    assert!(two.starts_with("not decided") || two.contains("amount"), "{two}");
}

/// What a text says cannot be tried, so nothing is said of what it may lead to.
#[test]
fn a_way_that_was_not_tried_may_lead_there() {
    let text = "
workflow: w
version: 1
events: {said: {what: {type: text, personal: none}}}
start: open
states:
  open: {when: {said: {if: 'event.what.contains(\"yes\")', go: over}}}
  over: {final: true}
guarantees: {ends: {can_reach: over}}
";
    let (workflow, files, _) = compiled(text);
    let findings = prove(&workflow, &Bounds::default()).findings(&workflow, &files);
    insta::assert_snapshot!(human(&findings, &files, Human::default()));
}

#[test]
fn what_is_not_explored_to_the_end_is_not_decided() {
    let text = DESK
        .replace("@alarm", SOUND.alarm)
        .replace("@timers", SOUND.timers)
        .replace("@desk", SOUND.desk)
        .replace("@guarantee", "{can_reach: closed}");
    let (workflow, files, _) = compiled(&text);
    let few = Bounds {
        situations: 5,
        ..Bounds::default()
    };
    let proofs = prove(&workflow, &few);
    assert!(matches!(
        proofs.guarantees.first().unwrap().verdict,
        Verdict::NotDecided(_)
    ));
    let findings = proofs.findings(&workflow, &files);
    assert_eq!(findings.len(), 1);
}
