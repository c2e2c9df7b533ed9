//! `caseloop test`, `explore` and `mutate`: which scenarios are run, what is said of them, and how it ends.

use crate::Folder;

const MISSED: &str = "
scenario: nobody answers
workflow: call
at: 2026-03-02T09:00 Asia/Shanghai
steps:
  - {start: {}, expect: {in: ringing}}
  - {wait: 30 s, expect: {in: missed, did: notify supervisor, ended: missed}}
";
const WRONG: &str = "
scenario: somebody is told too much
workflow: call
uses: ../call.yaml
at: 2026-03-02T09:00 Asia/Shanghai
steps:
  - {start: {}}
  - {wait: 10 s, event: {answered: {contact: \"13912345678\"}}, by: agent, expect: {data: {contact: \"***5678\"}, did: notify agent}}
";

#[test]
fn scenarios_below_a_folder_are_run() {
    let folder = Folder::with_call().with("scenarios/missed.yaml", MISSED);
    assert_eq!(folder.run("test .").expect(0).out, "1 scenario passed\n");
    // From within the folder of the scenarios the workflow is found as well.
    assert_eq!(
        folder.run("test scenarios scenarios/missed.yaml").expect(0).out,
        "1 scenario passed\n"
    );
    let folder = folder.with("scenarios/wrong.yaml", WRONG);
    insta::assert_snapshot!(
        "test",
        folder.run("test . --coverage --min-coverage 99").expect(1).shown()
    );
    let json: serde_json::Value = serde_json::from_str(&folder.run("test . --format json").expect(1).out).unwrap();
    assert_eq!(
        (&json["scenarios"], &json["passed"], &json["failed"]),
        (&2.into(), &1.into(), &1.into())
    );
    assert_eq!(json["findings"][0]["code"], "unmet-expectation");
    assert_eq!(json["coverage"][0]["parts"]["states"]["missing"][0], "done");
}

#[test]
fn coverage_can_be_asked_for() {
    let folder = Folder::with_call().with("missed.yaml", MISSED);
    folder.run("test . --min-coverage 30").expect(0);
    let done = folder.run("test . --min-coverage 60").expect(1);
    assert_eq!(
        done.out,
        "call: 33 % covered, where 60 % is asked for\n1 scenario passed\n"
    );
    let unreviewed = MISSED.replace("workflow: call", "workflow: call\nstatus: unreviewed");
    let folder = folder.with("missed.yaml", unreviewed);
    // What nobody has reviewed is run, and covers nothing.
    let done = folder.run("test . --min-coverage 30").expect(1);
    assert_eq!(
        done.out,
        "call: 0 % covered, where 30 % is asked for\n1 scenario passed, 1 unreviewed among them\n"
    );
    folder.run("test . --min-coverage 30 --unreviewed").expect(0);
}

#[test]
fn a_page_is_written() {
    let folder = Folder::with_call()
        .with("missed.yaml", MISSED)
        .with("scenarios/wrong.yaml", WRONG);
    folder.run("test . --html page.html").expect(1);
    let page = folder.read("page.html");
    assert!(
        page.starts_with("<!doctype html>") && page.contains("somebody is told too much"),
        "{page}"
    );
    assert!(page.contains("nothing was asked for in this step"), "{page}");
}

#[test]
fn what_is_no_scenario_ends_in_2() {
    let folder = Folder::with_call();
    for (arguments, message) in [
        (
            "test .",
            "error: there is no scenario in these files: a scenario's file begins with `scenario:`\n",
        ),
        (
            "test call.yaml",
            "error: call.yaml: there is no scenario in this file\n",
        ),
        ("test gone.yaml", "error: gone.yaml: there is no such file or folder\n"),
        (
            "mutate call.yaml --scenarios .",
            "error: there are no scenarios of `call` to judge, or not all of them can be read\n",
        ),
    ] {
        assert_eq!(folder.run(arguments).expect(2).err, message, "{arguments}");
    }
}

#[test]
fn check_reads_scenarios_too() {
    let folder = Folder::with_call().with("scenarios/missed.yaml", MISSED);
    assert_eq!(folder.run("check .").expect(0).out, "2 files checked, no errors\n");
    let folder = folder.with("scenarios/missed.yaml", MISSED.replace("in: ringing", "in: rnging"));
    for path in [".", "scenarios"] {
        let done = folder.run(&format!("check {path}")).expect(1);
        assert!(
            done.out
                .starts_with("error[unknown-state]: there is no state `rnging`\n --> scenarios/missed.yaml:6:30"),
            "{}",
            done.out
        );
    }
}

#[test]
fn what_breaks_a_guarantee_is_written_and_replayed() {
    let call = crate::folder::CALL.to_owned() + "guarantees:\n  nobody is missed: {never: in_state(missed)}\n";
    let folder = Folder::new().with("call.yaml", call);
    let shown = folder.run("lint call.yaml").expect(1).out;
    assert!(
        shown.contains("case: scenario: nobody is missed does not hold"),
        "{shown}"
    );
    for _ in 0..2 {
        // Written once: the second time it is there.
        let done = folder.run("lint call.yaml --scenarios found").expect(1);
        assert!(
            done.out
                .contains("replay it with `caseloop test found/call-nobody-is-missed.yaml`"),
            "{}",
            done.out
        );
    }
    insta::assert_snapshot!("found", folder.read("found/call-nobody-is-missed.yaml"));
    let done = folder.run("test found/call-nobody-is-missed.yaml").expect(0);
    assert_eq!(done.out, "1 scenario passed, 1 unreviewed among them\n");
}

#[test]
fn what_no_scenario_covers_is_explored() {
    let folder = Folder::with_call().with("scenarios/missed.yaml", MISSED);
    let done = folder
        .run("explore call.yaml --scenarios scenarios --out scenarios/found")
        .expect(0);
    insta::assert_snapshot!("explore", done.shown());
    let done = folder.run("test scenarios --min-coverage 100 --unreviewed").expect(0);
    assert!(done.out.ends_with("unreviewed among them\n"), "{}", done.out);
    // Nothing is left to be covered.
    let done = folder.run("explore call.yaml --scenarios scenarios").expect(0);
    assert_eq!(done.out, "");
}

#[test]
fn changes_that_nobody_notices_are_told() {
    let folder = Folder::with_call().with("scenarios/missed.yaml", MISSED);
    insta::assert_snapshot!(
        "mutate",
        folder.run("mutate call.yaml --scenarios scenarios").expect(0).shown()
    );
    folder
        .run("mutate call.yaml --scenarios scenarios --min-score 90")
        .expect(1);
    let json = folder
        .run("mutate call.yaml --scenarios scenarios --sample 3 --format json")
        .expect(0)
        .out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let counted = ["killed", "survived", "stillborn"].map(|key| json[key].as_u64().unwrap());
    assert_eq!(counted.iter().sum::<u64>(), 3);
    let folder = folder.with("scenarios/wrong.yaml", WRONG);
    let done = folder.run("mutate call.yaml --scenarios scenarios").expect(1);
    assert_eq!(
        done.err,
        "error: `somebody is told too much` fails as it is: see why with `caseloop test`\n"
    );
}
