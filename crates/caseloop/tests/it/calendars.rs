//! Calendars through the front door: found in every file of a load, and complained of like everything else.

use caseloop::{CompileOptions, Compiled, Engine, MapSources, RestoreError, compile_with};
use chrono::DateTime;

fn compiled(files: &[(&str, &str)]) -> Compiled {
    compile_with(
        &MapSources::from_iter(files.iter().copied()),
        files[0].0,
        &CompileOptions::default(),
    )
}

fn codes(compiled: &Compiled) -> Vec<(&str, &str)> {
    let findings = compiled.diagnostics().iter();
    findings
        .map(|finding| (compiled.files().path(finding.primary.span.file), finding.code.name))
        .collect()
}

const TEAM: &str = "calendars: {team: {zone: Europe/Berlin, weekly: {mon-fri: [\"09:00-17:00\"]}}}\n";

#[test]
fn calendars_of_several_files_are_put_together() {
    let joint = "calendars: {joint: {and: [team, 24x7]}}\nuses: sub/team.yaml\n";
    let found = compiled(&[("joint.yaml", joint), ("sub/team.yaml", TEAM)]);
    assert_eq!(codes(&found), []);
    let names: Vec<&str> = found.calendars().iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["joint", "team"]);
    assert_eq!(found.calendars().get("joint").unwrap().zone(), "Europe/Berlin");
}

#[test]
fn mistakes_are_told_once_at_their_place() {
    let joint = "calendars: {joint: {and: [taem, \"x]}}\nuses: [team.yaml, none.yaml]\n";
    let found = compiled(&[("joint.yaml", joint), ("team.yaml", TEAM)]);
    assert!(
        codes(&found).iter().all(|(_, code)| *code != "unknown-calendar"),
        "{:?}",
        codes(&found)
    );
    let joint = "calendars: {joint: {and: [taem, 24x7], titel: 1}}\nuses: [team.yaml, none.yaml]\n";
    let found = compiled(&[("joint.yaml", joint), ("team.yaml", &TEAM.replace("09:00-", "9:00-"))]);
    assert_eq!(
        codes(&found),
        [
            ("joint.yaml", "unknown-calendar"),
            ("joint.yaml", "unknown-key"),
            ("joint.yaml", "file-not-found"),
            ("team.yaml", "malformed-span"),
        ]
    );
    assert!(found.calendars().is_broken("joint") && found.calendars().is_broken("team"));
    assert!(found.failed());
}

#[test]
fn a_file_that_cannot_be_read_is_complained_of_as_such_and_no_more() {
    for text in [
        "calendars: [",
        "calendars: {a: {zone: UTC, zone: UTC, weekly: 24x7}}",
        "calendars:\n\ta: {}\n",
    ] {
        let found = compiled(&[("a.yaml", text)]);
        assert_eq!(
            codes(&found).len(),
            1,
            "{text}: {}",
            found.human(caseloop::layers::syntax::render::Human::default())
        );
    }
    let sources = MapSources::from_iter([("a.yaml", &b"calendars: {\xff: {}}\n"[..])]);
    let found = compile_with(&sources, "a.yaml", &CompileOptions::default());
    assert_eq!(codes(&found), [("a.yaml", "not-utf8")]);
}

#[test]
fn more_findings_than_are_kept_are_counted() {
    let lines: Vec<String> = (0..150)
        .map(|at| format!("  c{at}: {{zone: Nowhere, weekly: 24x7}}"))
        .collect();
    let found = compiled(&[("a.yaml", &format!("calendars:\n{}\n", lines.join("\n")))]);
    assert_eq!((found.diagnostics().len(), found.left_out()), (100, 50));
}

/// A case of the workflow as it was is not taken up by the workflow with another holiday, and says why.
#[test]
fn a_changed_holiday_makes_another_workflow() {
    let workflow = "workflow: a\nversion: 1\nuses: days.yaml\ncalendar: office\nevents: {end: {}}\npromises: {p: {within: \
        2 working hours, from: start, until: end}}\nstart: here\nstates: {here: {when: {end: {go: over}}}, over: {final: true}}\n";
    let days = "calendars: {office: {zone: UTC, weekly: {mon-fri: [\"09:00-18:00\"]}, holidays: [2025-12-25]}}\n";
    let engine = |days: &str| {
        let compiled = compiled(&[("a.yaml", workflow), ("days.yaml", days)]);
        Engine::new([compiled.into_workflow().unwrap()])
    };
    let (before, after) = (engine(days), engine(&days.replace("12-25", "12-26")));
    let begun = before.start("a", "c", DateTime::UNIX_EPOCH, []).unwrap();
    let stored = serde_json::to_string(&begun.case).unwrap();
    assert!(engine(days).restore_json(&stored).is_ok());
    let refused = after.restore_json(&stored).unwrap_err();
    assert!(matches!(refused, RestoreError::NeedsMigration { .. }), "{refused}");
}
