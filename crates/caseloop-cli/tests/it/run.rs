//! `caseloop run`: cases, repetitions, time and what is printed.

use crate::Folder;
use crate::folder::CALL;

#[test]
fn entries_are_a_timeline_in_the_offset_of_their_line() {
    let lines = [
        r#"{"at": "2023-10-01T14:20:00+08:00", "case": "a", "start": {}}"#,
        r#"{"at": "2023-10-01T06:20:05.250Z", "case": "b", "start": {}}"#,
        r#"{"at": "2023-10-01T14:20:09+08:00", "case": "a", "event": "closed", "by": "supervisor"}"#,
        r#"{"at": "2023-10-01T14:20:09+08:00", "case": "a", "event": "rated", "data": {"score": 4}}"#,
        r#"{"at": "2023-10-01T14:20:10+08:00", "case": "a", "event": "answered", "by": "agent", "data": {"contact": "13912341002"}}"#,
        r#"{"at": "2023-10-01T14:20:11+08:00", "case": "a", "event": "rated", "data": {"score": 2}}"#,
        r#"{"at": "2023-10-01T09:20:10+03:00", "case": "a", "event": "rated", "data": {"score": 4}}"#,
        r#"{"at": "2023-10-01T09:20:12+03:00", "case": "a", "event": "rated", "data": {"score": 4}}"#,
        r#"{"at": "2023-10-01T17:00:00+08:00", "case": "a", "tick": true}"#,
        r#"{"at": "2023-10-01T07:00:00Z", "case": "b", "tick": true}"#,
    ];
    let folder = Folder::with_call().with("calls.jsonl", lines.join("\n"));
    let done = folder.run("run call.yaml --events calls.jsonl").expect(1);
    insta::assert_snapshot!("timeline", done.shown());
    let colored = folder
        .run("run call.yaml --events calls.jsonl --color always")
        .expect(1);
    assert!(colored.out.contains("\u{1b}[1mstart\u{1b}[0m"), "{}", colored.out);
}

#[test]
fn a_repeated_id_is_skipped_in_its_case_only() {
    let lines = [
        r#"{"at": "2023-10-01T14:20:00Z", "case": "a", "id": "x", "start": {}}"#,
        r#"{"at": "2023-10-01T14:20:00Z", "case": "b", "id": "x", "start": {}}"#,
        r#"{"at": "2023-10-01T14:20:00Z", "case": "a", "id": "x", "start": {}}"#,
        r#"{"at": "2023-10-01T14:20:01Z", "case": "a", "id": "y", "event": "answered", "data": {}}"#,
        r#"{"at": "2023-10-01T14:20:02Z", "case": "a", "id": "y", "event": "answered", "data": {"contact": "13912341002"}}"#,
        r#"{"at": "2023-10-01T14:20:03Z", "case": "a", "id": "z", "event": "closed", "by": "supervisor"}"#,
        r#"{"at": "2023-10-01T14:20:01Z", "case": "a", "id": "z", "event": "closed", "by": "agent"}"#,
    ];
    let done = Folder::with_call().events(&lines).expect(1);
    assert_eq!(
        done.err,
        "<stdin>:3: note: the case `a` has had `x` before; the repetition is skipped\n\
         <stdin>:4: error: `answered` lacks the field `contact`; the line is skipped\n\
         <stdin>:7: note: the case `a` has had `z` before; the repetition is skipped\n\
         error: 1 line was skipped\n"
    );
    let entries = done.entries();
    let numbers: Vec<String> = entries
        .iter()
        .map(|entry| format!("{}{}", entry["case"], entry["seq"]))
        .collect();
    assert_eq!(numbers, ["\"a\"1", "\"b\"1", "\"a\"2", "\"a\"3"]);
}

#[test]
fn only_repetitions_leave_a_run_clean() {
    let start = r#"{"at": "2023-10-01T14:20:00Z", "id": "x", "start": {}}"#;
    let done = Folder::with_call().events(&[start, start]).expect(0);
    assert_eq!(
        done.err,
        "<stdin>:2: note: the case `1` has had `x` before; the repetition is skipped\n"
    );
}

#[test]
fn time_stands_still_or_goes_on_within_a_case() {
    let lines = [
        r#"{"at": "2023-10-01T14:20:00Z", "case": "a", "start": {}}"#,
        r#"{"at": "2023-10-01T14:20:20Z", "case": "a", "tick": true}"#,
        r#"{"at": "2023-10-01T14:20:10Z", "case": "b", "start": {}}"#,
        r#"{"at": "2023-10-01T14:20:19Z", "case": "a", "event": "answered", "data": {"contact": "13912341002"}}"#,
        r#"{"at": "2023-10-01T14:20:20Z", "case": "a", "event": "answered", "data": {"contact": "13912341002"}}"#,
    ];
    let done = Folder::with_call().events(&lines).expect(1);
    // A tick leaves no entry, and yet time has gone on.
    let expected = "<stdin>:4: error: time runs backwards: the case `a` is at 2023-10-01T14:20:20+00:00 already";
    assert!(done.err.starts_with(expected), "{}", done.err);
    assert_eq!(done.entries().len(), 3);
}

#[test]
fn what_is_due_exactly_at_a_line_waits_for_a_later_one() {
    let start = r#"{"at": "2023-10-01T14:20:00Z", "start": {}}"#;
    let at = r#"{"at": "2023-10-01T14:20:30Z", "tick": true}"#;
    let after = r#"{"at": "2023-10-01T14:20:30.001Z", "tick": true}"#;
    assert_eq!(Folder::with_call().events(&[start, at]).expect(0).entries().len(), 1);
    let entries = Folder::with_call().events(&[start, after]).expect(0).entries();
    assert_eq!(entries[1]["at"], "2023-10-01T14:20:30Z");
}

#[test]
fn however_much_is_overdue_is_settled_before_the_line() {
    let lines = [
        r#"{"at": "2023-10-01T14:20:00Z", "start": {}}"#,
        r#"{"at": "2023-10-01T14:20:00Z", "event": "answered", "data": {"contact": "13912341002"}}"#,
        r#"{"at": "2024-10-01T14:20:00Z", "event": "closed"}"#,
    ];
    let done = Folder::with_call().events(&lines).expect(0);
    // Start, answer, a nudge in each hour of the year but the last, which is not over, and the end.
    assert_eq!(done.out.lines().count(), 2 + 366 * 24 - 1 + 1);
}

#[test]
fn more_than_a_line_may_cost_is_a_named_error() {
    let every = CALL.replace("after: 1 h, every: 1 h", "after: 1 h, every: 1 s");
    let lines = [
        r#"{"at": "2023-10-01T14:20:00Z", "start": {}}"#,
        r#"{"at": "2023-10-01T14:20:00Z", "event": "answered", "data": {"contact": "13912341002"}}"#,
        r#"{"at": "2123-10-01T14:20:00Z", "event": "closed"}"#,
    ];
    let folder = Folder::new()
        .with("call.yaml", every)
        .with("calls.jsonl", lines.join("\n"));
    let done = folder
        .run("run call.yaml --events calls.jsonl --format jsonl --snapshot s.jsonl")
        .expect(1);
    assert!(
        done.err.starts_with(
            "calls.jsonl:3: error: the case `1` has more than 100000 timers due before this line; the line is skipped\n"
        ),
        "{}",
        done.err
    );
    assert_eq!(done.out.lines().count(), 2 + 100_000);
    assert!(folder.read("s.jsonl").contains(r#""seq":100002,"#));
}

#[test]
fn snapshots_are_written_at_the_end() {
    let lines = [
        r#"{"at": "2023-10-01T14:20:00Z", "case": "b", "start": {}}"#,
        r#"{"at": "2023-10-01T14:20:00Z", "case": "a", "start": {}}"#,
        r#"{"at": "2023-10-01T14:20:01Z", "case": "b", "event": "answered", "data": {"contact": "13912341002"}}"#,
    ];
    let folder = Folder::with_call()
        .with("calls.jsonl", lines.join("\n"))
        .with("s.jsonl", "x".repeat(10_000));
    folder
        .run("run call.yaml --events calls.jsonl --snapshot s.jsonl")
        .expect(0);
    let stored = folder.read("s.jsonl");
    let cases: Vec<serde_json::Value> = stored.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&cases[0]["case"], &cases[1]["case"]), (&"b".into(), &"a".into()));
    assert_eq!(cases[0]["data"]["contact"], "***1002");
    let engine = caseloop::Engine::new([caseloop::compile_text(CALL).unwrap()]);
    assert!(
        engine
            .restore_json(stored.lines().next().unwrap())
            .unwrap()
            .is_in("talking")
    );
}

#[test]
fn parameters_are_set_for_the_run() {
    let start = br#"{"at": "2023-10-01T14:20:00Z", "start": {}}"#;
    let arguments = [
        "run",
        "call.yaml",
        "--events",
        "-",
        "--format",
        "jsonl",
        "--set",
        "patience=1 min",
    ];
    let done = Folder::with_call().run_words(&arguments, start).expect(0);
    assert_eq!(
        done.entries()[0]["timers"]["armed"]["ringing.nobody"],
        "2023-10-01T14:21:00Z"
    );
}

#[test]
fn a_workflow_with_mistakes_does_not_run() {
    let folder = Folder::new().with("call.yaml", "workflow: call\nstart: ringing\n");
    let done = folder
        .events(&[r#"{"at": "2023-10-01T14:20:00Z", "start": {}}"#])
        .expect(1);
    assert_eq!(done.out, "");
    assert!(done.err.contains("error[no-states]"), "{}", done.err);
    assert!(
        done.err.ends_with("\nerror: call.yaml: the workflow cannot run\n"),
        "{}",
        done.err
    );
}

#[test]
fn a_promise_is_explained_in_place_of_the_journal() {
    let folder = Folder::new()
        .with(
            "complaints/c.yaml",
            include_str!("../../../../workflows/complaints/complaint-graded.yaml"),
        )
        .with(
            "events.jsonl",
            include_str!("../../../../workflows/complaints/sc-06.jsonl"),
        )
        .with_shared();
    let run = "run complaints/c.yaml --events events.jsonl --set hours=office";
    let told = folder.run(&format!("{run} --explain solution --language zh")).expect(0);
    insta::assert_snapshot!("explained", told.out);
    let lines = folder
        .run(&format!("{run} --explain whole --format jsonl"))
        .expect(0)
        .out;
    let account: serde_json::Value = serde_json::from_str(lines.trim()).unwrap();
    assert_eq!(account["account"]["ended"][1]["is"], "kept");
    assert_eq!(account["account"]["used"]["stamp"]["zone"], "Asia/Shanghai");
    let unknown = folder.run(&format!("{run} --explain solutoin")).expect(1);
    assert_eq!(
        unknown.err,
        "error: the case `20251118`: the workflow makes no promise `solutoin`; did you mean `solution`?\n"
    );
}

#[test]
fn what_rules_decided_and_how_urgent_a_case_is_are_told() {
    let folder = Folder::new()
        .with("desk/inbox.yaml", include_str!("../../../../workflows/desk/inbox.yaml"))
        .with("events.jsonl", include_str!("../../../../workflows/desk/sc-18.jsonl"))
        .with_shared();
    let run = "run desk/inbox.yaml --events events.jsonl";
    insta::assert_snapshot!("sorted", folder.run(run).expect(0).out);
    let journal = folder.run(&format!("{run} --format jsonl")).expect(0).out;
    let folder = folder.with("journal.jsonl", journal);
    let again = folder.run("replay desk/inbox.yaml journal.jsonl").expect(0);
    assert_eq!(again.out, "6 entries of 3 cases replayed, all equal\n");
}

#[test]
fn what_is_heard_of_late_is_corrected_and_told_as_it_was_known() {
    let folder = Folder::new().with(
        "call.yaml",
        "workflow: call
version: 1
events: {answered: {}}
promises: {answer: {within: 1 h, from: start, until: answered}}
start: open
states: {open: {when: {answered: {go: closed}}}, closed: {final: true}}
",
    );
    let lines = [
        r#"{"at": "2023-10-01T09:00:00Z", "start": {}}"#,
        r#"{"at": "2023-10-01T11:00:00Z", "occurred": "2023-10-01T09:45:00Z", "event": "answered"}"#,
    ];
    let folder = folder.with("events.jsonl", lines.join("\n"));
    let run = "run call.yaml --events events.jsonl";
    insta::assert_snapshot!("late", folder.run(run).expect(0).out);
    let was = folder.run(&format!("{run} --explain answer")).expect(0).out;
    assert!(was.contains("2023-10-01 Sun 09:45 kept, 15 min left\n"), "{was}");
    let known = format!("{run} --explain answer --known-at 2023-10-01T10:30:00Z");
    let known = folder.run(&known).expect(0).out;
    assert!(
        known.contains("broken 2023-10-01 Sun 10:00\n") && !known.contains("kept"),
        "{known}"
    );
    // Its journal gives it again.
    let journal = folder.run(&format!("{run} --format jsonl")).expect(0).out;
    let again = folder
        .with("journal.jsonl", &journal)
        .run("replay call.yaml journal.jsonl");
    assert_eq!(again.expect(0).out, "3 entries of 1 case replayed, all equal\n");
}
