//! What authors of rules are told: one file per mistake in `faults/`, its findings beside it.

use crate::reading::{Reading, reading};
use caseloop_rules::read::codes;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

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

/// The same name twice takes two files.
fn of_two() -> Reading {
    let score = "score: points\nuses: [b.yaml]\ncase: {many: bool}\nadd: [{if: many, points: 1}]\n";
    let other = "score: points\ncase: {many: bool}\nadd: [{if: many, points: 2}]\n";
    reading(&[("a.yaml", score), ("b.yaml", other)])
}

/// What is too large cannot be shown by a small file.
fn of_large() -> Reading {
    let table = "table: t\ncase: {word: text}\ngives: {found: text}\ncsv: large.csv\n";
    let rows = (0..24_000).map(|row| format!("\"\"\"{row}\"\"\",\"\"\"x\"\"\"\n"));
    let sheet = format!("word,found\n{}", rows.collect::<String>());
    reading(&[("a.yaml", table), ("large.csv", &sheet)])
}

#[test]
fn every_mistake_is_told_where_it_is() {
    insta::with_settings!({snapshot_path => "faults", prepend_module_to_snapshot => false, omit_expression => true}, {
        for path in files() {
            let name = path.file_stem().and_then(|name| name.to_str()).expect("a name");
            insta::assert_snapshot!(name, of_file(&path).shown);
        }
        insta::assert_snapshot!("of_two", of_two().shown);
        insta::assert_snapshot!("of_large", of_large().shown);
    });
}

#[test]
fn every_code_is_produced_by_a_file() {
    let mut found: BTreeSet<&str> = of_two().codes.into_iter().collect();
    found.extend(of_large().codes);
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
            assert!(begins && !message.ends_with('.'), "{message}");
        }
    }
}
