//! `caseloop replay`: equal journals, changed ones, and what is no journal.

use crate::Folder;
use crate::folder::CALL;
use caseloop::{Engine, Entry, compile_text};

const LINES: [&str; 8] = [
    r#"{"at": "2023-10-01T14:20:00.5+08:00", "case": "a", "start": {}}"#,
    r#"{"at": "2023-10-01T14:20:05+08:00", "case": "b", "start": {"contact": "13912341002"}}"#,
    r#"{"at": "2023-10-01T14:20:10+08:00", "case": "a", "event": "answered", "by": "agent", "data": {"contact": "13912341002"}}"#,
    r#"{"at": "2023-10-01T14:20:10+08:00", "case": "a", "event": "rated", "data": {"score": 2, "details": {"floor": 4}}}"#,
    r#"{"at": "2023-10-01T14:20:11+08:00", "case": "a", "event": "closed", "by": "supervisor"}"#,
    r#"{"at": "2023-10-01T19:00:00+08:00", "case": "a", "event": "rated", "data": {"score": 4, "kind": "enquiry"}}"#,
    r#"{"at": "2023-10-01T19:00:00+08:00", "case": "b", "event": "closed", "by": "agent"}"#,
    r#"{"at": "2023-10-01T20:00:00+08:00", "case": "a", "event": "closed", "by": "agent"}"#,
];

/// A folder with a journal of several cases with timers, refusals and an end.
fn journaled() -> Folder {
    let folder = Folder::with_call();
    let arguments = "run call.yaml --events - --format jsonl --snapshot cases.jsonl";
    let done = folder.run_on(arguments, LINES.join("\n").as_bytes()).expect(0);
    folder.with("journal.jsonl", done.out)
}

#[test]
fn a_journal_replays_to_the_very_case_that_wrote_it() {
    let folder = journaled();
    let done = folder.run("replay call.yaml journal.jsonl").expect(0);
    assert_eq!(
        (&*done.out, &*done.err),
        ("14 entries of 2 cases replayed, all equal\n", "")
    );

    let engine = Engine::new([compile_text(CALL).unwrap()]);
    let workflow = engine.workflow("call").unwrap();
    let journal = folder.read("journal.jsonl");
    let entries: Vec<Entry> = journal
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for stored in folder.read("cases.jsonl").lines() {
        let case = engine.restore_json(stored).unwrap();
        let own = entries.iter().filter(|entry| &*entry.case == case.id());
        let again = engine.replay(workflow, own).unwrap().unwrap();
        assert_eq!(serde_json::to_string(again.case()).unwrap(), stored);
    }
}

#[test]
fn the_first_difference_of_each_case_is_printed() {
    let folder = journaled();
    let journal = folder.read("journal.jsonl");
    for (was, now, field) in [
        (r#""floor":4"#, r#""floor":5"#, None),
        (r#""score":4,"#, r#""score":5,"#, Some("`set`")),
        (r#""due":"#, r#""due":"#, None),
        (r#""refused":["#, r#""refused_":["#, Some("`refused`")),
        (r#""seq":2"#, r#""seq":3"#, Some("`seq`")),
        (r#"{"rated"#, r#"{"rated"#, None),
        (
            r#""name":"closed","by":"supervisor""#,
            r#""name":"closed","by":"agent""#,
            Some("`verdict`"),
        ),
        (
            r#""name":"closed","by":"supervisor""#,
            r#""name":"closes""#,
            Some("`input`"),
        ),
        (
            r#""armed":{"talking.nudge""#,
            r#""armed":{"talking.nag""#,
            Some("`timers`"),
        ),
        (
            r#""input":{"timer":"ringing.nobody"}"#,
            r#""input":{"timer":"ringing.somebody"}"#,
            Some("`input`"),
        ),
        (r#""left":["ringing"]"#, r#""left":[]"#, Some("`left`")),
        (r#""role":"agent""#, r#""role":"supervisor""#, Some("`effects`")),
    ] {
        let changed = journal.replacen(was, now, 1);
        let done = folder.run_on("replay call.yaml -", changed.as_bytes());
        match field {
            None => assert_eq!(done.code, 0, "{was}: {done:#?}"),
            Some(field) => {
                assert_eq!(done.code, 1, "{was}: {done:#?}");
                assert!(
                    done.out.contains(&format!(" differs in {field}\n    was  ")),
                    "{was}: {done:#?}"
                );
                assert!(
                    done.out.ends_with("of 2 cases replayed, 1 case differs\n"),
                    "{was}: {done:#?}"
                );
            }
        }
    }
    let changed = journal.replace(r#""verdict":"taken""#, r#""verdict":"ignored""#);
    insta::assert_snapshot!(
        "differences",
        folder
            .run_on("replay call.yaml -", changed.as_bytes())
            .expect(1)
            .shown()
    );
}

#[test]
fn another_workflow_differs() {
    let folder = journaled().with("other.yaml", CALL.replace("{is: 30 s}", "{is: 40 s}"));
    let done = folder.run("replay other.yaml journal.jsonl").expect(1);
    assert!(
        done.out.contains("the entry 1 of the case `a` differs in `timers`\n"),
        "{}",
        done.out
    );
    assert!(
        done.out.ends_with("0 entries of 2 cases replayed, 2 cases differ\n"),
        "{}",
        done.out
    );
    folder
        .run_words(
            &["replay", "other.yaml", "journal.jsonl", "--set", "patience=30 s"],
            b"",
        )
        .expect(0);
}

#[test]
fn a_part_of_a_journal_does_not_pass() {
    let folder = journaled();
    let journal = folder.read("journal.jsonl");
    let without_first: String = journal.lines().skip(1).map(|line| format!("{line}\n")).collect();
    let done = folder.run_on("replay call.yaml -", without_first.as_bytes()).expect(1);
    assert!(done.out.contains("\"the case has not begun\""), "{}", done.out);
    let twice = format!("{journal}{journal}");
    let done = folder.run_on("replay call.yaml -", twice.as_bytes()).expect(1);
    assert!(done.out.contains("\"the case has begun already\""), "{}", done.out);
}

#[test]
fn lines_that_are_no_entries_are_named_and_repeated_nowhere() {
    let folder = journaled();
    let start = &folder.read("journal.jsonl").lines().next().unwrap().to_owned();
    for (line, message) in [
        ("{", "the line is no JSON: EOF while parsing an object at column 1"),
        (LINES[2], "the line is no journal entry: it has no `seq`"),
        (r#"{"case": "a", "seq": "13912341002"}"#, "the line is no journal entry"),
        (
            &*start.replace("\"taken\"", "\"13912341002\""),
            "the line is no journal entry",
        ),
    ] {
        let done = folder
            .run_on("replay call.yaml -", format!("{line}\n{start}\n").as_bytes())
            .expect(1);
        assert_eq!(done.err, format!("<stdin>:1: error: {message}; the line is skipped\n"));
        assert_eq!(done.out, "1 entry of 1 case replayed, all equal, 1 line skipped\n");
    }
    assert_eq!(
        folder.run("replay call.yaml -").expect(0).out,
        "0 entries of 0 cases replayed, all equal\n"
    );
}
