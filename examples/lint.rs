//! Lints workflow files: `cargo run --example lint -- workflows/`, as `caseloop lint` does where nothing else is asked for.
//!
//! Files, and folders with all `*.yaml` and `*.yml` below them. Exits with 0 if nothing is wrong, with 1 if something
//! is, with 2 if something cannot be read.

use caseloop::layers::syntax::render::{Human, human};
use caseloop::layers::syntax::{Diagnostic, Files, Kind, Severity};
use caseloop::proof::Bounds;
use caseloop::{CompileOptions, Compiled, DirectorySources, LintOptions, lint_with};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{IsTerminal, Result, Write, stdout};
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

/// The kinds of files that can be checked.
const READ: &[Kind] = &[
    Kind::Workflow,
    Kind::Calendars,
    Kind::Parameters,
    Kind::Roles,
    Kind::Lints,
    Kind::Table,
    Kind::Classifier,
    Kind::Score,
    Kind::Assign,
];

fn main() -> Result<ExitCode> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if paths.is_empty()
        || paths
            .iter()
            .any(|path| path.as_os_str().as_encoded_bytes().starts_with(b"-"))
    {
        eprintln!("usage: lint PATH…");
        return Ok(ExitCode::from(2));
    }
    let mut lint = Lint::default();
    for path in &paths {
        if let Err(error) = lint.path(path) {
            eprintln!("{}: {error}", path.display());
            lint.unreadable = true;
        }
    }
    let end = if lint.findings == 1 { "" } else { "s" };
    let (files, proved) = (lint.files, lint.proved);
    writeln!(
        stdout(),
        "{files} files checked, {proved} guarantees proved, {} finding{end}, {} suppressed",
        lint.findings,
        lint.suppressed.len()
    )?;
    Ok(ExitCode::from(match (lint.unreadable, lint.findings) {
        (true, _) => 2,
        (false, 0) => 0,
        (false, _) => 1,
    }))
}

/// What was found so far.
#[derive(Default)]
struct Lint {
    files: usize,
    findings: usize,
    proved: usize,
    /// What comments allow, each once.
    suppressed: BTreeSet<String>,
    unreadable: bool,
    /// A file that several workflows use is complained of once.
    seen: BTreeSet<String>,
}

impl Lint {
    fn path(&mut self, path: &Path) -> Result<()> {
        if !path.metadata()?.is_dir() {
            // What it uses may stand beside its folder, so the current folder is the root where it can be.
            let path = path.strip_prefix(".").unwrap_or(path);
            let below = path.components().all(|part| matches!(part, Component::Normal(_)));
            let root = if below {
                Path::new("")
            } else {
                path.parent().unwrap_or(path)
            };
            return self.file(root, path.strip_prefix(root).unwrap_or(path));
        }
        let files = yaml_below(path)?;
        if files.is_empty() {
            return Err(std::io::Error::other("there is no *.yaml or *.yml file in this folder"));
        }
        files.iter().try_for_each(|file| self.file(path, file))
    }

    fn file(&mut self, root: &Path, below: &Path) -> Result<()> {
        File::open(root.join(below))?;
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        let folder = if root.as_os_str().is_empty() {
            Path::new(".")
        } else {
            root
        };
        let sources = DirectorySources::new(folder);
        let path = parts.join("/");
        self.files += 1;
        let mut compiled = lint_with(&sources, &path, &CompileOptions::default(), &LintOptions::default());
        let Some(kind) = compiled.kind().filter(|kind| !READ.contains(kind)) else {
            if let Some(proofs) = compiled.prove(&Bounds::default()) {
                caseloop_scenario::show(&mut compiled, &proofs);
                self.proved += proofs.proved();
            }
            return self.workflow(&compiled, root);
        };
        if kind == Kind::Scenario {
            let read = caseloop_scenario::read(&sources, &path);
            self.findings += read.left_out;
            return self.show(&read.diagnostics, &from(root, &read.files));
        }
        let (path, kind) = (root.join(below), kind.key());
        writeln!(
            stdout(),
            "note: {}: a file of the kind `{kind}` is not read yet",
            path.display()
        )
    }

    /// Tells what is wrong with a workflow, or with what workflows use.
    fn workflow(&mut self, compiled: &Compiled, root: &Path) -> Result<()> {
        let files = from(root, compiled.files());
        self.show(compiled.diagnostics(), &files)?;
        for allowed in compiled.allowed() {
            self.suppressed
                .insert(human(std::slice::from_ref(allowed), &files, Human::default()));
        }
        self.findings += compiled.left_out();
        if let (None, [], Some(kind)) = (compiled.workflow(), compiled.diagnostics(), compiled.kind())
            && matches!(kind, Kind::Parameters | Kind::Roles)
        {
            let path = files.iter().next().map_or("", |(_, file)| file.path());
            let kind = kind.key();
            writeln!(
                stdout(),
                "note: {path}: a file of the kind `{kind}` is read with the workflows that use it"
            )?;
        }
        Ok(())
    }

    fn show(&mut self, findings: &[Diagnostic], files: &Files) -> Result<()> {
        let drawn = Human {
            color: stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
            ..Human::default()
        };
        for finding in findings {
            let text = human(std::slice::from_ref(finding), files, drawn);
            if self.seen.insert(text.clone()) {
                self.findings += usize::from(counts(finding));
                writeln!(stdout(), "{text}")?;
            }
        }
        Ok(())
    }
}

/// Whether a finding is more than a note.
fn counts(finding: &Diagnostic) -> bool {
    matches!(finding.severity, Severity::Error | Severity::Warning)
}

/// The files of a load below `root`, under the paths that its reader typed.
fn from(root: &Path, files: &Files) -> Files {
    let mut shown = Files::default();
    for (_, file) in files.iter() {
        shown.add(root.join(file.path()).to_string_lossy(), file.text());
    }
    shown
}

/// The YAML files below a folder, as paths from there, sorted. Links to folders are not followed.
fn yaml_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let (mut found, mut waiting) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(below) = waiting.pop() {
        for entry in folder.join(&below).read_dir()? {
            let entry = entry?;
            let path = below.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                waiting.push(path);
            } else if path
                .extension()
                .is_some_and(|ending| ending == "yaml" || ending == "yml")
            {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
