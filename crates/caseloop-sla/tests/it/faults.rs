//! What authors of calendars are told: one file per mistake in `faults/`, its findings beside it.

use caseloop_sla::Calendars;
use caseloop_sla::read::{codes, read};
use caseloop_syntax::{Files, Limits, MapSources, Report, load, render};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What came of reading: the calendars, the codes of the findings, and the findings as an author reads them.
pub(crate) struct Reading {
    pub(crate) calendars: Calendars,
    pub(crate) codes: Vec<&'static str>,
    pub(crate) messages: Vec<String>,
    pub(crate) shown: String,
}

/// Reads the first of some files, each a path and its text, with those that it uses.
pub(crate) fn reading(files: &[(&str, &str)]) -> Reading {
    let sources = MapSources::from_iter(files.iter().copied());
    let (mut opened, mut report) = (Files::default(), Report::default());
    let loaded = load(&sources, files[0].0, &Limits::default(), &mut opened, &mut report).expect("a tree");
    let calendars = read(&loaded.documents, &mut report);
    let findings = report.into_sorted();
    for finding in &findings {
        assert_eq!(
            caseloop_syntax::lang::untranslated(finding, caseloop_syntax::Language::Chinese),
            [""; 0]
        );
    }
    Reading {
        calendars,
        codes: findings.iter().map(|finding| finding.code.name).collect(),
        messages: findings.iter().map(|finding| finding.message.clone()).collect(),
        shown: render::human(&findings, &opened, render::Human::default()),
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests' own files are read from the disk")]
fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a text")
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/faults");
    let entries = folder.read_dir().expect("a folder");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|found| found == "yaml"));
    files.sort();
    files
}

fn of_file(path: &Path) -> Reading {
    reading(&[("a.yaml", &text(path))])
}

#[test]
fn every_mistake_is_told_where_it_is() {
    insta::with_settings!({snapshot_path => "faults", prepend_module_to_snapshot => false, omit_expression => true}, {
        for path in files() {
            let name = path.file_stem().and_then(|name| name.to_str()).expect("a name");
            insta::assert_snapshot!(name, of_file(&path).shown);
        }
    });
}

#[test]
fn every_code_is_produced_by_a_file() {
    // These need more than one file, or one that is too long to read.
    let mut found = BTreeSet::from(["duplicate-calendar", "too-many-days"]);
    for path in files() {
        found.extend(of_file(&path).codes);
    }
    let missing: Vec<&str> = codes::ALL
        .iter()
        .map(|code| code.name)
        .filter(|code| !found.contains(code))
        .collect();
    assert!(missing.is_empty(), "no file shows {missing:?}");
}

#[test]
fn messages_are_one_lower_case_clause() {
    for path in files() {
        for message in of_file(&path).messages {
            let begins = message.starts_with("YAML") || !message.starts_with(char::is_uppercase);
            assert!(
                begins && !message.ends_with('.') && !message.contains("invalid"),
                "{message}"
            );
        }
    }
}

#[test]
fn codes_are_unique() {
    let names: BTreeSet<&str> = codes::ALL.iter().map(|code| code.name).collect();
    assert_eq!(names.len(), codes::ALL.len());
}

#[test]
fn names_are_shared_by_all_files_of_a_load() {
    let one = "calendars: {team: {zone: UTC, weekly: 24x7}, joint: {and: [team, customer]}}\nuses: [two.yaml]\n";
    let two = "calendars: {customer: {zone: UTC, weekly: {mon: [\"09:00-10:00\"]}, lists: [cn]}}\n\
               lists: {cn: {source: notice, years: 2026, off: []}}\n";
    let found = reading(&[("one.yaml", one), ("two.yaml", two)]);
    assert_eq!(found.shown, "");
    assert_eq!(
        found.calendars.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        ["customer", "joint", "team"]
    );
    let again = format!("{two}uses: []\n").replace("customer:", "team:");
    let found = reading(&[("one.yaml", one), ("two.yaml", &again)]);
    assert_eq!(found.codes, ["unknown-calendar", "duplicate-calendar"]);
    assert_eq!(found.messages[1], "there is a calendar `team` already");
    assert!(
        found.shown.contains("one.yaml:1:13") && found.shown.contains("the other is here"),
        "{}",
        found.shown
    );
}

#[test]
fn what_follows_from_a_mistake_is_not_told() {
    let text = "calendars:\n  a: {zone: UCT0, weekly: 24x7, lists: [cn]}\n  b: {or: [a]}\n  c: {or: [{and: [b]}]}\n  d: {zone: UTC, weekly: 24x7, lists: [cn]}\nlists: {cn: {source: notice, years: x, off: []}}\n";
    let found = reading(&[("a.yaml", text)]);
    assert_eq!(found.codes, ["unknown-zone", "malformed-years"]);
    assert!(["a", "b", "c", "d"].iter().all(|name| found.calendars.is_broken(name)));
    assert!(found.calendars.get("d").is_none());
}
