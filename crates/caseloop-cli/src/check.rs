//! `caseloop check`: every mistake in files and folders, each once, and how many there were; and what `caseloop lint` has in
//! common with that.

use crate::arguments::{Check, CheckFormat};
use crate::console::{Console, Ending, Failure};
use crate::counterexample;
use crate::fix;
use crate::folder::walk;
use crate::guarantees::Told;
use crate::output::{Counts, Output};
use crate::place::Place;
use caseloop::layers::core::read::Options;
use caseloop::layers::syntax::{Code, Diagnostic, Document, Files, Kind, Label, Limits, Report, Severity, Span};
use caseloop::layers::syntax::{did_you_mean, load};
use caseloop::proof::Bounds;
use caseloop::{Compiled, LintOptions, check_with, lint_with};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A file that only later versions read.
pub(crate) static NOT_READ: Code = Code::new(
    "not-read",
    "This version reads no file of this kind, so nothing in it was checked.",
);

/// What is asked of files.
pub(crate) struct Asked<'a> {
    pub(crate) paths: &'a [PathBuf],
    pub(crate) format: CheckFormat,
    /// Values of parameters.
    pub(crate) set: &'a [(String, String)],
    /// How findings are weighed that keep nothing from running; without, they are not looked for.
    pub(crate) lints: Option<LintOptions>,
    /// How far guarantees are proved.
    pub(crate) proofs: Option<Bounds>,
    /// Whether files are changed.
    pub(crate) fix: bool,
    /// Where cases that break a guarantee are written to.
    pub(crate) scenarios: Option<&'a Path>,
    /// Whether it is told what came of each guarantee.
    pub(crate) guarantees: bool,
}

pub(crate) fn run(arguments: &Check, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let asked = Asked {
        paths: &arguments.paths,
        format: arguments.format,
        set: &arguments.set.values,
        lints: None,
        proofs: None,
        fix: false,
        scenarios: None,
        guarantees: false,
    };
    answer(&asked, console)
}

/// Goes through the files and tells what is found.
pub(crate) fn answer(asked: &Asked<'_>, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let mut tally = Tally::default();
    for path in asked.paths {
        let (places, problems) = places(path, &mut tally.asked_for);
        for problem in problems {
            console.error(&problem);
            tally.unread = true;
        }
        for place in places {
            let findings = check(&place, asked, &mut tally, console);
            tally.add(findings, asked.format, console)?;
        }
    }
    for (name, _) in asked.set {
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
    tally.close(asked.format, console)
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
    /// What comments allow.
    allowed: Vec<Diagnostic>,
    left_out: usize,
}

fn check(place: &Place, asked: &Asked<'_>, tally: &mut Tally, console: &mut Console<'_>) -> Findings {
    let limits = Limits::default();
    let mut files = Files::default();
    let mut report = Report::with_cap(limits.diagnostics);
    let loaded = load(&place.sources, &place.path, &limits, &mut files, &mut report);
    tally.read_all &= loaded.as_ref().is_some_and(|loaded| loaded.complete);
    let documents = loaded.map(|loaded| loaded.documents).unwrap_or_default();
    if let Some(main) = documents.first() {
        let parameters = parameters(&documents);
        let known = asked
            .set
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
                | Kind::Lints
                | Kind::Table
                | Kind::Classifier
                | Kind::Score
                | Kind::Assign
        ) {
            let options = Options {
                set: known,
                ..Options::default()
            };
            let (compiled, list) = compiled(place, asked, &options, tally, console);
            return Findings {
                allowed: compiled.allowed().to_vec(),
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
                    allowed: Vec::new(),
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
        allowed: Vec::new(),
        left_out,
    }
}

/// What is found in one file, after it was changed if that is asked for.
fn compiled(
    place: &Place,
    asked: &Asked<'_>,
    options: &Options,
    tally: &mut Tally,
    console: &mut Console<'_>,
) -> (Compiled, Vec<Diagnostic>) {
    let Some(lints) = &asked.lints else {
        let compiled = check_with(&place.sources, &place.path, options);
        let list = compiled.diagnostics().to_vec();
        return (compiled, list);
    };
    if asked.fix {
        match fix::fix(place, options, lints) {
            Ok(fixed) => tally.fixed += fixed,
            Err(problem) => {
                console.error(&problem);
                tally.unread = true;
            }
        }
    }
    let mut compiled = lint_with(&place.sources, &place.path, options, lints);
    let proofs = asked.proofs.as_ref().and_then(|bounds| compiled.prove(bounds));
    if let Some(proofs) = &proofs {
        caseloop_scenario::show(&mut compiled, proofs);
    }
    let mut list = compiled.diagnostics().to_vec();
    if let Some(proofs) = proofs {
        tally.proved += proofs.proved() as u64;
        let shown = counterexample::show(
            &proofs,
            &compiled,
            place.file(),
            &options.set,
            asked.scenarios,
            &mut list,
        );
        if let Err(problem) = shown {
            console.error(&problem);
            tally.unread = true;
        }
        let machine = asked.format == CheckFormat::Json;
        if (asked.guarantees || machine) && !proofs.guarantees.is_empty() {
            let file = place.shown();
            tally.output.add_proofs(Told { file, proofs });
        }
    }
    (compiled, list)
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
    files: u64,
    /// Guarantees that hold in every case.
    proved: u64,
    by_severity: BTreeMap<Severity, u64>,
    /// Findings that comments allow.
    suppressed: u64,
    /// Fixes that were carried out.
    fixed: u64,
    left_out: u64,
    /// A file that several workflows use is loaded with each of them and complained of once.
    seen: BTreeSet<(&'static str, String, Span, String)>,
    output: Output,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            asked_for: BTreeSet::new(),
            parameters: BTreeSet::new(),
            read_all: true,
            unread: false,
            files: 0,
            proved: 0,
            by_severity: BTreeMap::new(),
            suppressed: 0,
            fixed: 0,
            left_out: 0,
            seen: BTreeSet::new(),
            output: Output::default(),
        }
    }
}

impl Tally {
    fn add(&mut self, mut found: Findings, format: CheckFormat, console: &mut Console<'_>) -> Result<(), Failure> {
        self.files += 1;
        self.left_out += found.left_out as u64;
        let mut is_new = |finding: &Diagnostic| {
            let span = finding.primary.span;
            // Ids of files are those of one load: the path tells files of several loads apart.
            let place = Span::new(caseloop::layers::syntax::FileId(0), span.start, span.end);
            let file = found.files.path(span.file).to_owned();
            self.seen
                .insert((finding.code.name, file, place, finding.message.clone()))
        };
        found.list.retain(&mut is_new);
        found.allowed.retain(&mut is_new);
        self.suppressed += found.allowed.len() as u64;
        for finding in &found.list {
            *self.by_severity.entry(finding.severity).or_default() += 1;
        }
        if found.list.is_empty() {
            return Ok(());
        }
        self.output.add(found.list, found.files, format, console)?;
        Ok(())
    }

    fn count(&self, severity: Severity) -> u64 {
        self.by_severity.get(&severity).copied().unwrap_or_default()
    }

    fn close(self, format: CheckFormat, console: &mut Console<'_>) -> Result<Ending, Failure> {
        let (errors, warnings) = (self.count(Severity::Error), self.count(Severity::Warning));
        let notes = self.count(Severity::Note);
        let counts = Counts {
            files: self.files,
            proved: self.proved,
            errors,
            warnings,
            notes,
            suppressed: self.suppressed,
            fixed: self.fixed,
            left_out: self.left_out,
        };
        self.output.close(&counts, format, console)?;
        Ok(match errors + warnings + self.left_out {
            _ if self.unread => Ending::Unread,
            0 => Ending::Clean,
            _ => Ending::Findings,
        })
    }
}
