//! Planted faults, one a file, and their clean twins: each is found by its lint at its place, and nothing else is said.

use caseloop::layers::lint::ALL;
use caseloop::layers::syntax::render::Human;
use caseloop::layers::syntax::{Diagnostic, FileId, Files};
use caseloop::proof::Bounds;
use caseloop::{CompileOptions, Compiled, DirectorySources, LevelSet, LintLevel, LintOptions, lint_with};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn folder(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../caseloop-lint")
        .join(below)
}

/// Every lint as strict as it can be.
fn strictest() -> LintOptions {
    let all = LevelSet {
        code: "all".to_owned(),
        level: LintLevel::Deny,
        by: "--deny all".to_owned(),
    };
    LintOptions { levels: vec![all] }
}

/// All that is said of a file, as `caseloop lint` says it.
fn linted(below: &str, name: &str, lints: &LintOptions) -> Compiled {
    let sources = DirectorySources::new(folder(below));
    let mut compiled = lint_with(&sources, name, &CompileOptions::default(), lints);
    if let Some(proofs) = compiled.prove(&Bounds::default()) {
        caseloop_scenario::show(&mut compiled, &proofs);
    }
    compiled
}

/// The files of a folder of faults, without those that others use.
fn names(below: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder(below)).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The place that a comment of carets marks in the line above, as line and columns, with the code beside it.
fn marked(text: &str) -> Vec<(usize, usize, usize, String)> {
    let mut marked = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let Some(mark) = line.trim_start().strip_prefix('#').map(str::trim_start) else {
            continue;
        };
        if !mark.starts_with('^') {
            continue;
        }
        let column = |at: usize| line[..at].chars().count() + 1;
        let (from, to) = (line.find('^').unwrap(), line.rfind('^').unwrap() + 1);
        marked.push((number, column(from), column(to), line[to..].trim().to_owned()));
    }
    marked
}

/// Where a finding stands: its line, and the columns of what it covers there.
fn place(finding: &Diagnostic, files: &Files) -> (usize, usize, usize, String) {
    let (from, to) = (
        files.position(finding.primary.span),
        files.end_position(finding.primary.span),
    );
    let end = if to.line > from.line {
        let line = files.get(finding.primary.span.file).unwrap().line(from.line);
        line.chars().count() + 1
    } else {
        to.column
    };
    (from.line, from.column, end, finding.code.name.to_owned())
}

#[test]
fn every_planted_fault_is_found_at_its_place_and_nothing_else() {
    let faulty = names("tests/faulty");
    assert!(faulty.len() >= 60, "{}", faulty.len());
    assert_eq!(faulty, names("tests/clean"));
    let (mut found, mut wanting) = (BTreeSet::new(), Vec::new());
    for name in &faulty {
        let compiled = linted("tests/faulty", name, &LintOptions::default());
        let files = compiled.files();
        let expected = marked(files.text(FileId(0)));
        let findings = compiled.diagnostics().iter();
        let places: Vec<_> = findings.map(|finding| place(finding, files)).collect();
        if expected.len() != 1 || places != expected {
            let shown = compiled.human(Human::default());
            wanting.push(format!("{name}: {expected:?}\n{shown}"));
        }
        found.extend(expected.into_iter().map(|(_, _, _, code)| code));

        let compiled = linted("tests/clean", name, &strictest());
        if !compiled.diagnostics().is_empty() {
            wanting.push(format!("clean {name}\n{}", compiled.human(Human::default())));
        }
    }
    assert!(wanting.is_empty(), "{}", wanting.join("\n"));
    let all: BTreeSet<String> = ALL.iter().map(|lint| lint.code.name.to_owned()).collect();
    assert_eq!(found, all);
}
