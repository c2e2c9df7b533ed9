//! What is wrong with a scenario, and what comes out otherwise than it says, is told at its place with what to type.

use caseloop::layers::syntax::lang;
use caseloop::layers::syntax::render::{Human, human};
use caseloop::{Language, MapSources};
use caseloop_scenario::{read, run};

const DESK: &str = "
workflow: desk
version: 1
roles: [agent, head]
parameters: {limit: {is: 1 h, title: {en: The limit}}}
calendar: office
uses: days.yaml
case: {tier: {one_of: [vip, ordinary], default: ordinary}, asked_at: time, rounds: {type: count, max: 3, default: 0}}
events:
  solved: {sent_by: agent, summary: text, score: {type: int, min: 1, max: 5}}
  again: {}
effects: {notify: {role: role, about: template}}
promises: {answer: {within: param.limit, from: start, until: solved}, visit: {within: 4 working hours, from: solved, until: again}}
start: open
states:
  open: {when: {solved: {if: event.score > 1, go: waiting}}, timers: {late: {after: 2 h, do: {notify: {role: head, about: late}}}}}
  waiting: {when: {again: {if: rounds < 3, set: {rounds: rounds + 1}, do: {notify: {role: agent, about: again}}, go: open}, solved: {reject: it_is_solved}}}
";
const DAYS: &str = "calendars: {office: {zone: Asia/Shanghai, weekly: {mon-fri: ['09:00-18:00']}}}";

fn told(text: &str) -> String {
    let sources = MapSources::from_iter([("desk.yaml", DESK), ("days.yaml", DAYS), ("tests/a.yaml", text)]);
    let read = read(&sources, "tests/a.yaml");
    let mut found = read.diagnostics;
    let mut told = human(&found, &read.files, Human::default());
    if let (Some(scenario), Some(workflow)) = (&read.scenario, &read.workflow) {
        let failures = run(scenario, workflow).failures;
        told += &human(&failures, &read.files, Human::default());
        found.extend(failures);
    }
    for finding in &found {
        assert_eq!(lang::untranslated(finding, Language::Chinese), [""; 0]);
    }
    told
}

#[test]
fn every_mistake_is_told_with_what_to_type() {
    insta::assert_snapshot!(told(
        "
scenario: many mistakes
workflow: desk
wokflow: desk
status: draft
set: {limti: 2 h}
at: 2026-03-02T09:00 Asia/Shangai
given: {tire: vip, asked_at: yesterday}
"
    ));
    insta::assert_snapshot!(told("
scenario: many more
workflow: desk
at: 2026-03-02T09:00 Asia/Shanghai
given: {tier: vpi}
steps:
  - {wait: 2h, event: sloved}
  - {wait: 2 hours, at: 2026-03-02T11:00}
  - {event: {solved: {scor: 3}}, by: agnet}
  - {event: {solved: {score: 9}}, expect: {in: wating, due: {anwser: 2026-03-02T10:00, visit: noon}, did: [notfy head, {notify: {rol: head}}, notify head late more]}}
  - {wait: 1 working hour, expect: {ignored: true, data: {rouns: 1}, ended: closed_loop, kept: {answer: 2 working days}}}
  - {at: 2026-03-02T08:00, expect: {breached: [visti], late: visit, in: open, ni: open}}
  - {expect: {in: open}}
  - {start: {}}
"));
}

#[test]
fn what_comes_out_otherwise_is_shown_beside_what_happened() {
    insta::assert_snapshot!(told("
scenario: everything is otherwise
workflow: desk
at: 2026-03-02T17:00 Asia/Shanghai
given: {asked_at: 2026-03-02T16:00}
steps:
  - {start: {}, expect: {in: waiting, not_in: open, due: {answer: 2026-03-02T19:00, visit: 2026-03-02T19:00}, did: notify head}}
  - {wait: 1 h, expect: {breached: visit, warned: answer}}
  - {wait: 1 h, expect: {did: [notify agent late, notify head late, notify head]}}
  - {event: {solved: {score: 1}}}
  - {event: {solved: {score: 5}}, by: head}
  - {event: {solved: {score: 5}}, by: agent, expect: {kept: answer, late: {answer: 2 h}, due: {visit: none}}}
  - {event: {solved: {score: 5}}, expect: {rejected: it_was_solved}}
  - {wait: 2 working hours, event: again, expect: {ignored: true, kept: {visit: 1 h}, data: {rounds: 2, tier: vip}, ended: true}}
"));
}

/// A step without an event looks at the case once its instant is over; an event at that instant comes before.
#[test]
fn an_event_at_the_deadline_comes_before_the_deadline() {
    assert_eq!(
        told(
            "
scenario: in time
workflow: desk
at: 2026-03-02T09:00 Asia/Shanghai
given: {asked_at: 2026-03-02T09:00}
steps:
  - {at: 2026-03-02T10:00, event: {solved: {score: 5}}, expect: {kept: {answer: 0 s}, breached: []}}
  - {wait: 4 working hours, expect: {breached: visit}}
"
        ),
        ""
    );
    assert_eq!(
        told(
            "
scenario: an instant too late
workflow: desk
at: 2026-03-02T09:00 Asia/Shanghai
given: {asked_at: 2026-03-02T09:00}
steps:
  - {at: 2026-03-02T10:00, expect: {breached: answer}}
  - {event: {solved: {score: 5}}, expect: {late: {answer: 1 ms}}}
"
        ),
        ""
    );
    let late = told(
        "
scenario: too late
workflow: desk
at: 2026-03-02T09:00 Asia/Shanghai
given: {asked_at: 2026-03-02T09:00}
steps:
  - {at: 2026-03-02T10:00, expect: {breached: answer}}
  - {at: 2026-03-02T10:00, event: {solved: {score: 5}}}
",
    );
    assert!(late.contains("error[out-of-order]"), "{late}");
}

/// What is heard of late is counted when it occurred; what had been said stays said.
#[test]
fn an_event_may_have_occurred_before_its_step() {
    let late = |occurred: &str| {
        told(&format!("
scenario: written down late
workflow: desk
at: 2026-03-02T09:00 Asia/Shanghai
given: {{asked_at: 2026-03-02T09:00}}
steps:
  - {{at: 2026-03-02T10:30, expect: {{breached: answer}}}}
  - {{at: 2026-03-02T11:00, event: {{solved: {{score: 5}}}}, occurred: {occurred}, expect: {{kept: {{answer: 20 min}}, due: {{visit: 2026-03-02T13:40}}}}}}
"))
    };
    assert_eq!(late("2026-03-02T09:40"), "");
    let future = late("2026-03-02T12:00");
    assert!(
        future.starts_with("error[out-of-order]: the event occurred after the step"),
        "{future}"
    );
}

/// The workflow is found by `uses`, beside the scenario, or in the folder above; a hyphen stands for an underscore.
#[test]
fn a_workflow_is_found_by_its_name() {
    let workflow = "workflow: my_flow\nversion: 1\nstart: over\nstates: {over: {final: true}}";
    let text = |uses: &str| {
        format!(
            "scenario: s\nworkflow: my_flow\n{uses}at: 2026-03-02T09:00Z\nsteps: [{{start: {{}}, expect: {{ended: true}}}}]"
        )
    };
    for (at, uses, found) in [
        ("a/b/my-flow.yaml", "", true),
        ("a/my_flow.yaml", "", true),
        ("my-flow.yaml", "", false),
        ("my-flow.yaml", "uses: ../../my-flow.yaml\n", true),
        ("a/other.yaml", "", false),
        ("a/other.yaml", "uses: [../other.yaml]\n", true),
    ] {
        let text = text(uses);
        let sources = MapSources::from_iter([(at, workflow), ("a/b/s.yaml", text.as_str())]);
        let read = read(&sources, "a/b/s.yaml");
        assert_eq!(read.scenario.is_some(), found, "{at} {:?}", read.diagnostics);
    }
}
