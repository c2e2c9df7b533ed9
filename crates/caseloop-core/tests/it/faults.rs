//! What authors are told: one file per mistake in `faults/`, its findings beside it.

use crate::running::{findings, reading};
use caseloop_core::read::codes;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Codes whose texts are too large for a file; the tests are beside the limits that they show.
const ELSEWHERE: [&str; 1] = ["workflow-too-large"];

#[expect(clippy::disallowed_methods, reason = "the tests' own files are read from the disk")]
fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a text")
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(&folder).expect("a folder");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files.sort();
    files
}

#[test]
fn every_mistake_is_told_where_it_is() {
    insta::with_settings!({snapshot_path => "faults", prepend_module_to_snapshot => false, omit_expression => true}, {
        for path in files("tests/it/faults", "yaml") {
            let name = path.file_stem().and_then(|name| name.to_str()).expect("a name");
            let reading = reading(&text(&path));
            assert!(reading.workflow.is_none(), "{name} is read");
            insta::assert_snapshot!(name, findings(&reading));
        }
    });
}

#[test]
fn every_code_is_produced_by_a_file() {
    let mut found: BTreeSet<&str> = ELSEWHERE.into();
    for path in files("tests/it/faults", "yaml") {
        found.extend(
            reading(&text(&path))
                .diagnostics
                .iter()
                .map(|finding| finding.code.name),
        );
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
    for path in files("tests/it/faults", "yaml") {
        for finding in reading(&text(&path)).diagnostics {
            let message = &finding.message;
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
fn the_workflows_of_the_benchmarks_are_read_without_findings() {
    for path in files("../../benches/workloads", "yaml") {
        let reading = reading(&text(&path));
        assert!(reading.workflow.is_some(), "{}", findings(&reading));
        assert_eq!(findings(&reading), "");
    }
}
