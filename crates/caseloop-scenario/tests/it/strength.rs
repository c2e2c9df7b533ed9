//! What scenarios cover, what covers the rest, and which changes of a workflow they catch.

use crate::counterexamples::replayed;
use caseloop::proof::Bounds;
use caseloop::{MapSources, compile_text};
use caseloop_scenario::mutate::{Fate, mutants, sample};
use caseloop_scenario::report::{Report, Result as Outcome, page, table};
use caseloop_scenario::{Coverage, Scenario, Status, explore, read, run};

const CALL: &str = "
workflow: call
version: 1
roles: [agent, head]
case: {tries: {type: count, max: 2, default: 0}}
events: {answered: {sent_by: agent}, hung_up: {}, called_back: {}}
effects: {notify: {role: role}}
ladders: {late: [{name: head, after: 10 min, do: {notify: {role: head}}}]}
promises: {answer: {within: 1 h, from: start, until: answered, ladder: late, warn: {at: 50 %}}}
start: ringing
states:
  ringing:
    when: {answered: {go: talking}, hung_up: [{if: tries < 2, set: {tries: tries + 1}, go: waiting}, {name: enough, go: over}]}
  waiting:
    when: {called_back: {go: ringing}, answered: {reject: nobody_is_there}}
    timers: {forgotten: {after: 4 h, do: {notify: {role: agent}}, go: ringing}}
  talking: {when: {hung_up: {go: over}}}
  over: {final: true}
  nowhere: {when: {hung_up: {go: over}}}
";
const SHORT: &str = "
scenario: answered
workflow: call
at: 2026-03-02T09:00 Asia/Shanghai
steps:
  - {start: {}, expect: {in: ringing}}
  - {wait: 5 min, event: answered, expect: {in: talking}}
  - {wait: 5 min, event: hung_up, expect: {in: over}}
";

fn short() -> Scenario {
    let sources = MapSources::from_iter([("call.yaml", CALL), ("a.yaml", SHORT)]);
    read(&sources, "a.yaml").scenario.unwrap()
}

#[test]
fn what_is_not_covered_is_named() {
    let workflow = compile_text(CALL).unwrap();
    let mut coverage = Coverage::of(&workflow);
    coverage.add(&run(&short(), &workflow).journal);
    insta::assert_snapshot!(table(&coverage));
}

#[test]
fn what_none_covers_is_covered_by_as_few_as_will_do() {
    let workflow = compile_text(CALL).unwrap();
    let mut covered = Coverage::of(&workflow);
    covered.add(&run(&short(), &workflow).journal);
    let explored = explore(&workflow, &covered, &Bounds::default());
    for scenario in &explored.scenarios {
        assert_eq!(scenario.status, Status::Unreviewed);
        let again = replayed(scenario, &[("call.yaml", CALL)]);
        covered.add(&run(&again, &workflow).journal);
    }
    let missing: Vec<String> = explored
        .missing
        .iter()
        .map(|(goal, why)| format!("{} {}", goal.name, why.text()))
        .collect();
    assert_eq!(
        missing,
        ["nowhere cannot come about", "nowhere.hung_up cannot come about"]
    );
    assert_eq!(covered.missing().count(), 2);
    let all: Vec<String> = explored.scenarios.iter().map(Scenario::to_yaml).collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn changes_that_no_scenario_catches_are_told_at_their_place() {
    let sources = MapSources::from_iter([("call.yaml", CALL)]);
    let (all, files) = mutants(&sources, "call.yaml").unwrap();
    let scenarios = [short()];
    let told = all.iter().map(|mutant| {
        let line = files.position(mutant.span).line;
        let fate = match mutant.fate(&sources, "call.yaml", &scenarios) {
            Fate::Killed => "caught",
            Fate::Survived => "passed",
            Fate::Stillborn => "no workflow",
        };
        format!("{line}: {}: {fate}", mutant.change)
    });
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"));
    let lines: Vec<u32> = sample(all, 5).iter().map(|mutant| mutant.span.start).collect();
    assert_eq!(lines.len(), 5);
    assert!(lines.is_sorted());
}

/// Whatever stands in a name is text on the page, and the page asks for nothing from elsewhere.
#[test]
fn a_page_holds_no_markup_of_others() {
    let workflow = compile_text(CALL).unwrap();
    let evil = "<script>alert('a & b')</script>";
    let report = Report {
        results: vec![Outcome {
            name: evil.to_owned(),
            file: evil.to_owned(),
            workflow: "call".to_owned(),
            status: Status::Unreviewed,
            failures: vec![format!("3: {evil}")],
        }],
        coverage: vec![Coverage::of(&workflow)],
    };
    let page = page(&report);
    assert!(!page.contains("<script"), "{page}");
    assert_eq!(page.matches("&lt;script&gt;alert(&#39;a &amp; b&#39;)").count(), 3);
    assert!(page.contains("<title>Scenarios</title>") && page.contains("prefers-color-scheme:dark"));
    assert!(!page.contains("http") && !page.contains("src="), "{page}");
}
