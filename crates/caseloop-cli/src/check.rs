//! `caseloop check`: every finding in files and folders, each once, and how many there were.

use crate::arguments::{Check, CheckFormat};
use crate::console::{Console, Ending, Failure, counted};
use crate::counterexample;
use crate::folder::walk;
use crate::place::Place;
use caseloop::compile_with;
use caseloop::layers::core::read::Options;
use caseloop::layers::syntax::render::{Human, human, json};
use caseloop::layers::syntax::{Code, Diagnostic, Document, Files, Kind, Label, Limits, Report, Severity, Span};
use caseloop::layers::syntax::{did_you_mean, load};
use caseloop::proof::Bounds;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A file that only later versions read.
static NOT_READ: Code = Code::new(
    "not-read",
    "This version reads no file of this kind, so nothing in it was checked.",
);

pub(crate) fn run(arguments: &Check, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let mut tally = Tally::default();
    let bounds = Bounds {
        situations: arguments.situations,
        ..Bounds::default()
    };
    for path in &arguments.paths {
        let (places, problems) = places(path, &mut tally.asked_for);
        for problem in problems {
            console.error(&problem);
            tally.unread = true;
        }
        for place in places {
            let scenarios = arguments.scenarios.as_deref();
            let findings = check(&place, &arguments.set.values, &bounds, scenarios, &mut tally);
            for problem in std::mem::take(&mut tally.unwritten) {
                console.error(&problem);
                tally.unread = true;
            }
            tally.add(findings, arguments.format, console)?;
        }
    }
    for (name, _) in &arguments.set.values {
        if !tally.read_all || tally.parameters.contains(name) {
            continue;
        }
        let near = did_you_mean(name, tally.parameters.iter().map(String::as_str));
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        console.error(&format!(
            "no workflow that was checked has the parameter `{name}`{near}"
        ));
        tally.unread = true;
    }
    tally.close(arguments.format, console)
}

/// The files that a path of the command line asks for, each once, and what cannot be read.
fn places(path: &Path, known: &mut BTreeSet<PathBuf>) -> (Vec<Place>, Vec<String>) {
    let mut found = (Vec::new(), Vec::new());
    let mut add = |place: Result<Place, String>, full: &Path| match place {
        Ok(place) if full.canonicalize().is_ok_and(|full| known.insert(full)) => found.0.push(place),
        Ok(_) => {}
        Err(problem) => found.1.push(problem),
    };
    if !path.is_dir() {
        add(Place::of(path), path);
        return found;
    }
    let walked = walk(path);
    for below in &walked.files {
        add(Place::in_folder(path, below), &path.join(below));
    }
    let empty = walked.files.is_empty() && walked.problems.is_empty();
    found.1.extend(walked.problems);
    if empty {
        found.1.push(format!(
            "{}: there is no *.yaml or *.yml file in this folder",
            path.display()
        ));
    }
    found
}

/// What is wrong with one file and those that it uses.
struct Findings {
    files: Files,
    list: Vec<Diagnostic>,
    left_out: usize,
}

fn check(
    place: &Place,
    set: &[(String, String)],
    bounds: &Bounds,
    scenarios: Option<&Path>,
    tally: &mut Tally,
) -> Findings {
    let limits = Limits::default();
    let mut files = Files::default();
    let mut report = Report::with_cap(limits.diagnostics);
    let loaded = load(&place.sources, &place.path, &limits, &mut files, &mut report);
    tally.read_all &= loaded.as_ref().is_some_and(|loaded| loaded.complete);
    let documents = loaded.map(|loaded| loaded.documents).unwrap_or_default();
    if let Some(main) = documents.first() {
        let parameters = parameters(&documents);
        let known: Vec<(String, String)> = set
            .iter()
            .filter(|(name, _)| parameters.contains(name))
            .cloned()
            .collect();
        tally.parameters.extend(parameters);
        if matches!(
            main.kind,
            Kind::Workflow
                | Kind::Calendars
                | Kind::Parameters
                | Kind::Roles
                | Kind::Table
                | Kind::Classifier
                | Kind::Score
                | Kind::Assign
        ) {
            let mut compiled = compile_with(
                &place.sources,
                &place.path,
                &Options {
                    set: known.clone(),
                    ..Options::default()
                },
            );
            let proofs = match bounds.situations {
                0 => None,
                _ => compiled.prove(bounds),
            };
            let mut list = compiled.diagnostics().to_vec();
            if let (Some(proofs), Some(workflow)) = (&proofs, compiled.workflow()) {
                tally.proved += proofs.proved() as u64;
                let shown = counterexample::show(proofs, workflow, place.file(), &known, scenarios, &mut list);
                tally.unwritten.extend(shown.err());
            }
            return Findings {
                files: place.show(compiled.files()),
                list,
                left_out: compiled.left_out(),
            };
        }
        if main.kind == Kind::Scenario {
            // A folder of scenarios holds tests of workflows that stand elsewhere.
            if let Ok(place) = place.alone() {
                let read = caseloop_scenario::read(&place.sources, &place.path);
                return Findings {
                    files: place.show(&read.files),
                    list: read.diagnostics,
                    left_out: read.left_out,
                };
            }
        }
        report.push(not_read(main));
    }
    let left_out = report.left_out();
    Findings {
        files: place.show(&files),
        list: report.into_sorted(),
        left_out,
    }
}

/// The names of the parameters that documents declare.
fn parameters(documents: &[Document]) -> BTreeSet<String> {
    let entries = documents
        .iter()
        .flat_map(|document| document.root.as_map().unwrap_or_default());
    let sections = entries.filter(|(key, _)| &*key.name == "parameters");
    let declared = sections.flat_map(|(_, section)| section.as_map().unwrap_or_default());
    declared.map(|(key, _)| key.name.to_string()).collect()
}

fn not_read(document: &Document) -> Diagnostic {
    let first = document.root.as_map().and_then(<[_]>::first);
    Diagnostic {
        code: &NOT_READ,
        severity: Severity::Note,
        message: format!(
            "a file of the kind `{}` is not read by this version",
            document.kind.key()
        ),
        primary: Label {
            span: first.map_or(document.root.span, |(key, _)| key.span),
            text: String::new(),
        },
        labels: Vec::new(),
        help: Vec::new(),
        case: Vec::new(),
        fix: None,
    }
}

/// What all files together came to.
struct Tally {
    asked_for: BTreeSet<PathBuf>,
    parameters: BTreeSet<String>,
    /// Whether every file could be read, so that a parameter that was not found does not exist.
    read_all: bool,
    unread: bool,
    /// What could not be written.
    unwritten: Vec<String>,
    files: u64,
    /// Guarantees that hold in every case.
    proved: u64,
    by_severity: BTreeMap<Severity, u64>,
    left_out: u64,
    /// A file that several workflows use is loaded with each of them and complained of once.
    seen: BTreeSet<(&'static str, String, Span, String)>,
    json: Vec<Value>,
    printed: bool,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            asked_for: BTreeSet::new(),
            parameters: BTreeSet::new(),
            read_all: true,
            unread: false,
            unwritten: Vec::new(),
            files: 0,
            proved: 0,
            by_severity: BTreeMap::new(),
            left_out: 0,
            seen: BTreeSet::new(),
            json: Vec::new(),
            printed: false,
        }
    }
}

impl Tally {
    fn add(&mut self, mut found: Findings, format: CheckFormat, console: &mut Console<'_>) -> Result<(), Failure> {
        self.files += 1;
        self.left_out += found.left_out as u64;
        found.list.retain(|finding| {
            let span = finding.primary.span;
            // Ids of files are those of one load: the path tells files of several loads apart.
            let place = Span::new(caseloop::layers::syntax::FileId(0), span.start, span.end);
            let file = found.files.path(span.file).to_owned();
            self.seen
                .insert((finding.code.name, file, place, finding.message.clone()))
        });
        for finding in &found.list {
            *self.by_severity.entry(finding.severity).or_default() += 1;
        }
        if found.list.is_empty() {
            return Ok(());
        }
        match format {
            CheckFormat::Human => {
                let drawn = Human {
                    color: console.color,
                    ..Human::default()
                };
                let text = human(&found.list, &found.files, drawn);
                let between = if std::mem::replace(&mut self.printed, true) {
                    "\n"
                } else {
                    ""
                };
                write!(console.out(), "{between}{text}")?;
            }
            CheckFormat::Json => {
                if let Some(Value::Array(list)) = json(&found.list, &found.files).get_mut("findings") {
                    self.json.append(list);
                }
            }
        }
        Ok(())
    }

    fn count(&self, severity: Severity) -> u64 {
        self.by_severity.get(&severity).copied().unwrap_or_default()
    }

    fn close(self, format: CheckFormat, console: &mut Console<'_>) -> Result<Ending, Failure> {
        let (errors, warnings) = (self.count(Severity::Error), self.count(Severity::Warning));
        let notes = self.count(Severity::Note);
        match format {
            CheckFormat::Human => {
                let mut line = format!("{} checked", counted(self.files, "file", "files"));
                if self.proved > 0 {
                    line += &format!(", {} proved", counted(self.proved, "guarantee", "guarantees"));
                }
                line += &match errors {
                    0 => ", no errors".to_owned(),
                    _ => format!(", {}", counted(errors, "error", "errors")),
                };
                for (count, one, many) in [(warnings, "warning", "warnings"), (notes, "note", "notes")] {
                    if count > 0 {
                        line += &format!(", {}", counted(count, one, many));
                    }
                }
                if self.left_out > 0 {
                    line += &format!(", {} left out", counted(self.left_out, "more finding", "more findings"));
                }
                writeln!(console.out(), "{}{line}", if self.printed { "\n" } else { "" })?;
            }
            CheckFormat::Json => {
                let all = serde_json::json!({
                    "version": caseloop::layers::syntax::render::JSON_VERSION,
                    "findings": self.json,
                    "files": self.files,
                    "proved": self.proved,
                    "errors": errors,
                    "warnings": warnings,
                    "notes": notes,
                    "left_out": self.left_out,
                });
                writeln!(console.out(), "{all:#}")?;
            }
        }
        Ok(match errors + warnings + self.left_out {
            _ if self.unread => Ending::Unread,
            0 => Ending::Clean,
            _ => Ending::Findings,
        })
    }
}
