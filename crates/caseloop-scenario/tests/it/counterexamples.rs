//! A case that breaks a guarantee is found out of time; at the instants that are found for it the engine goes the same way.

use caseloop::proof::{Bounds, Counterexample, Verdict, prove};
use caseloop::{MapSources, Workflow, compile_text};
use caseloop_scenario::{Scenario, read, run, timed};

/// A desk and a follow-up. `@` marks what the tests put in.
const DESK: &str = "
workflow: w
version: 1
roles: [agent, head, visitor]
case:
  rounds: {type: count, max: 2, default: 0}
events:
  question: {}
  answered: {}
  solved: {summary: text}
  visited: {result: {one_of: [satisfied, unsatisfied]}}
  alarm: {urgent: bool}
effects: {notify: {role: role}}
promises:
  whole: {within: 10 h, from: start, until: solved, warn: {at: 50 %}}
when:
  alarm: [{if: event.urgent, do: {notify: {role: head}}}, {name: noted, stay: true}]
start: working
states:
  working:
    waits_for: agent
    when:
      question: {go: asking}
      solved: {go: visiting}
    timers: {lead: {after: 1 day, do: {notify: {role: head}}}, late: {after: 2 days, go: desk}}
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

fn broken(workflow: &Workflow) -> Counterexample {
    let proofs = prove(workflow, &Bounds::default());
    match proofs.guarantees.into_iter().next().unwrap().verdict {
        Verdict::Broken(case) => case,
        other => panic!("{other:?}"),
    }
}

/// The scenario as it is written, read again beside its workflow; it passes.
pub(crate) fn replayed(scenario: &Scenario, workflow: &[(&str, &str)]) -> Scenario {
    let yaml = scenario.to_yaml();
    let sources = MapSources::from_iter(workflow.iter().copied().chain([("found.yaml", yaml.as_str())]));
    let read = read(&sources, "found.yaml");
    assert!(read.diagnostics.is_empty(), "{yaml}\n{:?}", read.diagnostics);
    let again = read.scenario.unwrap();
    let ran = run(&again, &read.workflow.unwrap());
    assert!(ran.passed(), "{yaml}\n{:#?}", ran.failures);
    assert_eq!(again.to_yaml(), yaml);
    again
}

fn found(desk: &str, guarantee: &str) -> String {
    let text = DESK.replace("@desk", desk).replace("@guarantee", guarantee);
    let workflow = compile_text(&text).unwrap();
    let case = broken(&workflow);
    let mut way = case.steps.clone();
    // A round is written twice.
    way.extend(case.again.iter().chain(&case.again).cloned());
    let scenario = timed("found", &workflow, &way).unwrap_or_else(|| panic!("{}", case.lines(&workflow).join("\n")));
    replayed(&scenario, &[("w.yaml", &text)]);
    scenario.to_yaml()
}

/// Nobody acts, and timers lead round for ever: to the desk, from there to the visit, and back.
#[test]
fn a_merry_go_round_is_replayed_twice() {
    insta::assert_snapshot!(found(
        "{forced: {after: 5 days, go: visiting}}",
        "{time_alone_ends_in: desk}"
    ));
}

/// Rework was thought to be bounded by the rounds, and is not: questions lead round as often as one likes.
#[test]
fn a_round_of_questions_is_replayed() {
    insta::assert_snapshot!(found(
        "{alarm: {after: 1 day, every: 1 day, do: {notify: {role: head}}}}",
        "{taken: working.question, at_most: 4}"
    ));
}

#[test]
fn whatever_breaks_a_guarantee_is_replayed() {
    let reminding = "{alarm: {after: 1 day, every: 1 day, do: {notify: {role: head}}}}";
    let once = "{once: {after: 1 day, do: {notify: {role: head}}}}";
    for (desk, guarantee) in [
        (reminding, "{entering: desk, only_by: visiting.enough}"),
        (reminding, "{taken: visiting.again, at_most: 1}"),
        (reminding, "{on_event: alarm, same_step: notify}"),
        (reminding, "{always: rounds < 2}"),
        (reminding, "{never: in_state(desk)}"),
        (once, "{everywhere: [waits_for, clock]}"),
        (once, "{from: in_state(desk), leads_to: in_state(closed)}"),
    ] {
        found(desk, guarantee);
    }
}

/// What a proof lets rules answer stands in the scenario, since the rules that there are may answer otherwise.
#[test]
fn rules_answer_as_they_did_in_the_proof() {
    let text = "
workflow: mail
version: 1
uses: kind.yaml
case: {size: int, kind: {one_of: [short, long], default: short}}
events: {sort: {}}
start: open
states:
  open: {when: {sort: {classify: kinds, go: sorted}}}
  sorted:
    choose: [{if: kind == long, go: reading}, {go: done}]
  reading: {final: true}
  done: {final: true}
guarantees:
  nobody reads: {never: in_state(reading)}
";
    let rules = "
table: kinds
hit: first
case: {size: int}
gives: {kind: {one_of: [short, long]}}
rules: [{name: long, if: {size: '> 1000'}, then: {kind: long}}]
otherwise: {kind: short}
";
    let files = [("mail.yaml", text), ("kind.yaml", rules)];
    let workflow = caseloop::compile(&MapSources::from_iter(files), "mail.yaml").unwrap();
    let scenario = timed("found", &workflow, &broken(&workflow).steps).unwrap();
    replayed(&scenario, &files);
    assert!(
        scenario.to_yaml().contains("rules: {kinds: {kind: long}}"),
        "{}",
        scenario.to_yaml()
    );
}
