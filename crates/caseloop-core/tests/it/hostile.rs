//! Workflows and cases that nobody means well with: large, deep, circular, at the ends of every range.

use crate::running::{Case, action, findings, reading, workflow};
use caseloop_core::read::{Options, read};
use caseloop_core::{Instant, Limits, NoClocks, RestoreError, Snapshot, StepError, Stored};
use caseloop_expr::Value;
use caseloop_syntax::MapSources;
use std::fmt::Write;

const HEAD: &str = "workflow: a\nversion: 1\n";

fn refused(text: &str, expected: &str) {
    let reading = reading(text);
    assert!(reading.workflow.is_none());
    let shown = findings(&reading);
    let shown: String = shown.chars().take(2_000).collect();
    assert!(shown.contains(expected), "{shown}");
}

#[test]
fn states_are_nested_as_deep_as_the_reader_reads() {
    let nested = |depth: usize| {
        let mut text = format!("{HEAD}events: {{out: {{}}}}\nstart: s0\nstates:\n");
        for level in 0..depth {
            let indent = "  ".repeat(2 * level + 1);
            let _ = writeln!(
                text,
                "{indent}s{level}:\n{indent}  start: s{}\n{indent}  states:",
                level + 1
            );
        }
        let indent = "  ".repeat(2 * depth + 1);
        let _ = writeln!(text, "{indent}s{depth}: {{when: {{out: {{go: s0}}}}}}");
        text
    };
    let deepest = workflow(&nested(29));
    let mut case = Case::new(&deepest);
    case.take(&action("0 start"));
    case.take(&action("1 out"));
    assert_eq!(case.journal[1].entered.len(), 29 + 1);
    refused(&nested(40), "nesting-too-deep");
}

#[test]
fn sixty_thousand_states_are_a_workflow() {
    let mut text = format!("{HEAD}events: {{out: {{}}}}\nstart: s0\nwhen: {{out: {{go: s59999}}}}\nstates:\n");
    for state in 0..60_000 {
        let _ = writeln!(text, "  s{state}:");
    }
    let large = workflow(&text);
    let mut case = Case::new(&large);
    case.take(&action("0 start"));
    case.take(&action("1 out"));
    assert_eq!(&*case.journal[1].configuration[0], "s59999");
}

#[test]
fn more_states_than_ids_are_refused_once() {
    let mut text = format!("{HEAD}start: s0\nstates:\n");
    for state in 0..70_000 {
        let _ = writeln!(text, "  s{state}:");
    }
    refused(
        &text,
        "error[workflow-too-large]: the workflow has more than 65534 states",
    );
    assert_eq!(reading(&text).diagnostics.len(), 1);
}

#[test]
fn a_table_of_events_and_states_has_an_end() {
    let mut text = format!("{HEAD}events:\n");
    for event in 0..10_000 {
        let _ = writeln!(text, "  e{event}:");
    }
    text.push_str("start: s0\nstates:\n");
    for state in 0..2_000 {
        let _ = writeln!(text, "  s{state}: {{when: {{e{state}: {{go: s0}}}}}}");
    }
    refused(&text, "error[workflow-too-large]");
}

#[test]
fn branches_that_answer_everywhere_have_an_end() {
    let mut text =
        format!("{HEAD}case: {{count: {{type: int, default: 0}}}}\nevents: {{out: {{}}}}\nstart: s0\nwhen:\n  out:\n");
    for branch in 0..3_000 {
        let _ = writeln!(text, "    - {{if: count == {branch}, go: s{branch}}}");
    }
    text.push_str("states:\n");
    for state in 0..20_000 {
        let _ = writeln!(text, "  s{state}:");
    }
    refused(&text, "its branches answer in too many states");
}

#[test]
fn ladders_written_out_count_as_if_they_had_been_written() {
    let workflow_of = |promises: usize, rungs: usize, effects: usize| {
        let asked = vec!["cry"; effects].join(", ");
        let mut text = format!("{HEAD}events: {{out: {{}}}}\neffects: {{cry: {{}}}}\nladders:\n  up:\n");
        for rung in 0..rungs {
            let _ = writeln!(text, "    - {{name: r{rung}, do: [{asked}]}}");
        }
        text.push_str("promises:\n");
        for promise in 0..promises {
            let _ = writeln!(
                text,
                "  p{promise}: {{within: 1 h, from: start, until: out, ladder: up}}"
            );
        }
        text.push_str("start: s\nstates: {s: {when: {out: {go: s}}}}\n");
        text
    };
    let large = workflow_of(1_000, 32, 800);
    refused(
        &large,
        "error[too-many-values]: with this ladder written out, the workflow holds more than 250000 values",
    );
    assert_eq!(reading(&large).diagnostics.len(), 1);
    let fitting = workflow(&workflow_of(1_000, 32, 1));
    assert_eq!(fitting.definition().timers.len(), 32_000);
}

#[test]
fn levels_and_their_columns_have_an_end() {
    let workflow_of = |levels: usize, columns: &dyn Fn(usize, usize) -> String, number: usize| {
        let mut text = format!("{HEAD}levels:\n");
        for level in 0..levels {
            let cells: Vec<String> = (0..number).map(|column| columns(level, column)).collect();
            let _ = writeln!(text, "  - {{name: l{level}, {}}}", cells.join(", "));
        }
        text.push_str("start: s\nstates: {s: {final: true}}\n");
        text
    };
    let shared = |_: usize, column: usize| format!("c{column}: 1 h");
    let own = |level: usize, column: usize| format!("c{level}_{column}: 1 h");
    let full = workflow(&workflow_of(256, &shared, 256));
    assert_eq!(full.definition().case.record.fields().len(), 1);
    refused(
        &workflow_of(240, &own, 240),
        "error[workflow-too-large]: the levels have more than 256 columns",
    );
    refused(
        &workflow_of(3_000, &shared, 2),
        "error[workflow-too-large]: there are 3000 levels, of at most 256",
    );
}

#[test]
fn long_chains_of_choices_are_read_in_time() {
    let mut text = format!("{HEAD}start: s0\nstates:\n");
    for state in 0..20_000 {
        let _ = writeln!(text, "  s{state}: {{choose: {{go: s{}}}}}", state + 1);
    }
    let whole = format!("{text}  s20000:\n");
    let long = workflow(&whole);
    let case = Case::new(&long);
    let error = case
        .call(&NoClocks, &action("0 start"), &Limits::default())
        .expect_err("an error");
    assert!(matches!(error, StepError::Limit { .. }));
    refused(
        &format!("{text}  s20000: {{choose: {{go: s7}}}}\n"),
        "error[endless-loop]",
    );
}

#[test]
fn many_composite_states_are_read_in_time() {
    let mut text = format!("{HEAD}events: {{back: {{}}}}\nstart: s0\nstates:\n");
    for state in 0..15_000 {
        let _ = writeln!(
            text,
            "  s{state}: {{start: t{state}, states: {{t{state}: {{when: {{back: {{go: s0}}}}}}}}}}"
        );
    }
    assert!(reading(&text).workflow.is_some());
}

#[test]
fn states_that_resume_each_other_go_round_only_when_asked() {
    let text = format!(
        "{HEAD}events: {{swap: {{}}}}
start: one
states:
  one: {{start: a, when: {{swap: {{resume: two}}}}, states: {{a: {{}}}}}}
  two: {{start: b, when: {{swap: {{resume: one}}}}, states: {{b: {{}}}}}}
"
    );
    let workflow = workflow(&text);
    let mut case = Case::new(&workflow);
    for input in ["0 start", "1 swap", "2 swap", "3 swap"] {
        case.take(&action(input));
    }
    let ends: Vec<&str> = case.journal.iter().map(|entry| &*entry.configuration[0]).collect();
    assert_eq!(ends, ["a", "b", "a", "b"]);
}

#[test]
fn lengths_beyond_all_time_are_never_due_and_can_be_stored() {
    for after in ["100000000000 days", "3000000 days", "106751991160 days"] {
        let text = format!(
            "{HEAD}start: here\nstates: {{here: {{timers: {{late: {{after: {after}, every: {after}, at_most: 4294967295, go: here}}}}}}}}\n"
        );
        let workflow = workflow(&text);
        let mut case = Case::new(&workflow);
        case.take(&action("1700000000000 start"));
        let stored = serde_json::to_string(&case.snapshot.store(&workflow, &NoClocks)).expect("JSON");
        let read: Stored = serde_json::from_str(&stored).expect("a stored case");
        assert_eq!(
            Snapshot::restore(&workflow, &NoClocks, &read).expect("a case"),
            case.snapshot
        );
        let written = serde_json::to_string(&case.journal).expect("JSON");
        let entries: Vec<caseloop_core::journal::Entry> = serde_json::from_str(&written).expect("entries");
        assert_eq!(entries, case.journal);
    }
    refused(
        &format!(
            "{HEAD}start: here\nstates: {{here: {{timers: {{late: {{after: 99999999999999999999 days, go: here}}}}}}}}\n"
        ),
        "error[malformed-length]",
    );
}

#[test]
fn the_ends_of_time_are_instants_like_others() {
    let workflow = workflow(&format!(
        "{HEAD}effects: {{say: {{}}}}\nstart: here\nstates: {{here: {{timers: {{late: {{after: 5 ms, every: 5 ms, at_most: 3, do: say}}}}}}}}\n"
    ));
    for at in [i64::MIN, -1, i64::MAX - 7, i64::MAX] {
        let mut case = Case::new(&workflow);
        case.take(&action(&format!("{at} start")));
        case.take(&action(&format!("{} tick", i64::MAX)));
        let stored = serde_json::to_string(&case.snapshot.store(&workflow, &NoClocks)).expect("JSON");
        let read: Stored = serde_json::from_str(&stored).expect("a stored case");
        assert_eq!(
            Snapshot::restore(&workflow, &NoClocks, &read).expect("a case"),
            case.snapshot
        );
    }
}

#[test]
fn numbers_stay_within_their_ranges() {
    let workflow = workflow(&format!(
        "{HEAD}case: {{tries: {{type: count, max: 9, default: 9}}, sum: {{type: int, default: 9223372036854775807}}}}
events: {{add: {{by: {{type: int}}}}}}
start: here
states: {{here: {{when: {{add: {{set: {{sum: sum + event.by}}}}}}}}}}
"
    ));
    let mut case = Case::new(&workflow);
    case.take(&action("0 start"));
    case.take(&action("1 add {\"by\": 9223372036854775807}"));
    assert_eq!(case.journal[1].set["sum"], Value::Int(i64::MAX));
    let bad = case.call(
        &NoClocks,
        &action("2 add {\"by\": -9223372036854775808}"),
        &Limits::default(),
    );
    assert!(bad.is_err_and(|error| matches!(error, StepError::BadData(_))));
}

#[test]
fn a_stored_case_that_contradicts_its_workflow_is_not_taken_up() {
    let workflow = workflow(&format!(
        "{HEAD}case: {{count: {{type: int, default: 0}}}}
events: {{ask: {{}}, back: {{}}}}
start: both
states:
  both:
    when: {{ask: {{go: asking}}}}
    timers: {{late: {{after: 1 h, go: asking}}}}
    regions:
      one: {{start: a, states: {{a: {{}}, b: {{}}}}}}
      two: {{start: c, states: {{c: {{}}}}}}
  asking: {{when: {{back: {{resume: both}}}}}}
"
    ));
    let mut case = Case::new(&workflow);
    case.take(&action("0 start"));
    let begun = case.snapshot.store(&workflow, &NoClocks);
    case.take(&action("1 ask"));
    let asked = case.snapshot.store(&workflow, &NoClocks);
    type Change = fn(&mut Stored);
    let rows: [(&Stored, Change); 13] = [
        (&begun, |s| s.configuration = vec!["a".into(), "b".into(), "c".into()]),
        (&begun, |s| s.configuration = vec!["a".into()]),
        (&begun, |s| s.configuration = vec!["a".into(), "a".into(), "c".into()]),
        (&begun, |s| s.configuration = vec!["one".into(), "c".into()]),
        (&begun, |s| s.configuration.clear()),
        (&begun, |s| s.at = None),
        (&begun, |s| s.data.clear()),
        (&begun, |s| {
            s.data.insert("count".into(), Value::text("many"));
        }),
        (&asked, |s| *s = with_timer(s)),
        (&asked, |s| {
            s.histories.insert("both.resume".into(), vec!["a".into(), "b".into()]);
        }),
        (&asked, |s| {
            s.histories.insert("both.resume".into(), vec!["a".into()]);
        }),
        (&asked, |s| {
            s.histories.insert("a".into(), vec!["c".into()]);
        }),
        (&asked, |s| {
            s.promises.insert("whole".into(), Default::default());
        }),
    ];
    for (position, (stored, change)) in rows.iter().enumerate() {
        let mut changed = (*stored).clone();
        change(&mut changed);
        let result = Snapshot::restore(&workflow, &NoClocks, &changed);
        let same = changed == **stored;
        assert_eq!(result.is_ok(), same, "row {position}: {result:?}");
        assert!(same || matches!(result, Err(RestoreError::Damaged(_))));
    }
    let mut other = asked.clone();
    other.hash = "00".repeat(32);
    let result = Snapshot::restore(&workflow, &NoClocks, &other);
    assert!(matches!(result, Err(RestoreError::NeedsMigration { .. })));
    other.format = 2;
    assert_eq!(
        Snapshot::restore(&workflow, &NoClocks, &other),
        Err(RestoreError::Format(2))
    );
}

/// The same with a timer that runs, though its state is not active.
fn with_timer(stored: &Stored) -> Stored {
    let mut json = serde_json::to_value(stored).expect("JSON");
    json["timers"] = serde_json::json!({"both.late": {"due": "2030-01-01T00:00:00Z"}});
    serde_json::from_value(json).expect("a stored case")
}

#[test]
fn a_case_of_another_version_is_not_stepped() {
    let one = workflow(&format!(
        "{HEAD}events: {{ask: {{}}}}\nstart: here\nstates: {{here: {{}}}}\n"
    ));
    let two = workflow("workflow: a\nversion: 2\nevents: {ask: {}}\nstart: here\nstates: {here: {}}\n");
    let mut case = Case::new(&one);
    case.take(&action("0 start"));
    let moved = Case {
        workflow: &two,
        ..case.clone()
    };
    let error = moved
        .call(&NoClocks, &action("1 ask"), &Limits::default())
        .expect_err("an error");
    assert!(matches!(error, StepError::NeedsMigration { .. }));
}

#[test]
fn instants_are_written_so_that_they_can_be_read() {
    for at in [
        i64::MIN,
        i64::MIN + 1,
        -62_167_219_200_001,
        -1,
        0,
        1,
        253_402_300_800_000,
        i64::MAX - 1,
        i64::MAX,
    ] {
        assert_eq!(Instant::parse(&Instant(at).to_string()), Some(Instant(at)));
    }
}

#[test]
fn every_finding_is_counted_beyond_the_cap() {
    let mut text = format!("{HEAD}start: here\nstates:\n  here:\n    when:\n");
    for event in 0..500 {
        let _ = writeln!(text, "      e{event}: {{go: here}}");
    }
    let reading = read(
        &MapSources::from_iter([("a.yaml", text.as_str())]),
        "a.yaml",
        &Options::default(),
    );
    assert_eq!((reading.diagnostics.len(), reading.left_out), (100, 400));
}
