//! `caseloop test`: scenarios run, what is otherwise than they say, and what they cover.

use crate::arguments::{Test, TestFormat};
use crate::console::{Console, Ending, Failure, counted};
use crate::folder::walk;
use crate::place::{Place, why};
use caseloop::layers::syntax::Kind;
use caseloop::layers::syntax::render::{Human, JSON_VERSION, human, json};
use caseloop::layers::syntax::{Diagnostic, Files, Limits, Report, Severity, load};
use caseloop_scenario::report::{Report as Told, Result as Outcome, page, table};
use caseloop_scenario::{Coverage, Part, Status, read, run as run_scenario};
use serde_json::{Value, json as object};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub(crate) fn run(arguments: &Test, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let mut tests = Tests::default();
    for path in &arguments.paths {
        for place in scenarios(path, &mut tests, console) {
            tests.add(&place, arguments, console)?;
        }
    }
    if tests.told.results.is_empty() && !tests.unread {
        console.error("there is no scenario in these files: a scenario's file begins with `scenario:`");
        tests.unread = true;
    }
    tests.close(arguments, console)
}

/// The places of all scenarios at a path: of a folder every file below it that is one.
pub(crate) fn scenarios(path: &Path, tests: &mut Tests, console: &mut Console<'_>) -> Vec<Place> {
    let mut found = Vec::new();
    let folder = path.is_dir();
    let files = match folder {
        false => vec![path.to_owned()],
        true => {
            let walked = walk(path);
            for problem in walked.problems {
                console.error(&problem);
                tests.unread = true;
            }
            walked.files.iter().map(|below| path.join(below)).collect()
        }
    };
    for file in files {
        // Each is loaded from as far up as may be, since a scenario may stand in a folder of its own.
        let place = match Place::of(&file) {
            Ok(place) => place,
            Err(problem) => {
                console.error(&problem);
                tests.unread = true;
                continue;
            }
        };
        let known = file.canonicalize().is_ok_and(|full| !tests.asked_for.insert(full));
        if !known && (!folder || is_scenario(&place)) {
            found.push(place);
        }
    }
    found
}

/// Whether a file is of the kind `scenario`; one that cannot be read is none.
fn is_scenario(place: &Place) -> bool {
    let (mut files, mut report) = (Files::default(), Report::default());
    let loaded = load(&place.sources, &place.path, &Limits::default(), &mut files, &mut report);
    let first = loaded.as_ref().and_then(|loaded| loaded.documents.first());
    first.is_some_and(|document| document.kind == Kind::Scenario)
}

/// What all scenarios together came to.
#[derive(Default)]
pub(crate) struct Tests {
    asked_for: BTreeSet<PathBuf>,
    pub(crate) unread: bool,
    told: Told,
    failed: u64,
    unreviewed: u64,
    json: Vec<Value>,
    printed: bool,
}

impl Tests {
    fn add(&mut self, place: &Place, arguments: &Test, console: &mut Console<'_>) -> Result<(), Failure> {
        let read = read(&place.sources, &place.path);
        let mut findings = read.diagnostics;
        let status = read
            .scenario
            .as_ref()
            .map(|scenario| scenario.status)
            .unwrap_or_default();
        if let (Some(scenario), Some(workflow)) = (&read.scenario, &read.workflow) {
            let ran = run_scenario(scenario, workflow);
            let coverage = self.coverage(&Coverage::of(workflow));
            if status == Status::Reviewed || arguments.unreviewed {
                coverage.add(&ran.journal);
            }
            findings.extend(ran.failures);
        } else if findings.is_empty() {
            console.error(&format!("{}: there is no scenario in this file", place.shown()));
            self.unread = true;
            return Ok(());
        }
        let files = place.show(&read.files);
        let failures = findings.iter().filter(|finding| finding.severity == Severity::Error);
        let failures: Vec<String> = failures.map(|finding| message(finding, &files)).collect();
        self.failed += u64::from(!failures.is_empty());
        self.unreviewed += u64::from(status == Status::Unreviewed);
        self.told.results.push(Outcome {
            name: read
                .scenario
                .as_ref()
                .map_or_else(|| place.shown(), |scenario| scenario.name.to_string()),
            file: place.shown(),
            workflow: read
                .workflow
                .as_ref()
                .map(|workflow| workflow.name().to_owned())
                .unwrap_or_default(),
            status,
            failures,
        });
        match arguments.format {
            TestFormat::Human if !findings.is_empty() => {
                let drawn = Human {
                    color: console.color,
                    language: console.language,
                    ..Human::default()
                };
                let text = human(&console.translated(&findings), &files, drawn);
                let between = if std::mem::replace(&mut self.printed, true) {
                    "\n"
                } else {
                    ""
                };
                write!(console.out(), "{between}{text}")?;
            }
            TestFormat::Human => {}
            TestFormat::Json => {
                if let Some(Value::Array(list)) = json(&console.translated(&findings), &files).get_mut("findings") {
                    self.json.append(list);
                }
            }
        }
        Ok(())
    }

    /// What is covered of a workflow, by its name.
    fn coverage(&mut self, none: &Coverage) -> &mut Coverage {
        let all = &mut self.told.coverage;
        let known = all.iter().position(|coverage| coverage.workflow == none.workflow);
        let position = known.unwrap_or_else(|| {
            all.push(none.clone());
            all.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "it was found there, or has just been put there")]
        &mut all[position]
    }

    fn close(self, arguments: &Test, console: &mut Console<'_>) -> Result<Ending, Failure> {
        if let Some(path) = &arguments.html {
            std::fs::write(path, page(&self.told)).map_err(|error| Failure::Unread(why(path, &error)))?;
        }
        let least = arguments.min_coverage;
        let short: Vec<&Coverage> = self
            .told
            .coverage
            .iter()
            .filter(|coverage| least.is_some_and(|least| coverage.total().percent() < usize::from(least)))
            .collect();
        let count = self.told.results.len() as u64;
        match arguments.format {
            TestFormat::Human => {
                let gap = if self.printed { "\n" } else { "" };
                write!(console.out(), "{gap}")?;
                if arguments.coverage {
                    for coverage in &self.told.coverage {
                        writeln!(console.out(), "{}", table(coverage))?;
                    }
                }
                for coverage in &short {
                    let (name, percent) = (&coverage.workflow, coverage.total().percent());
                    let least = least.unwrap_or_default();
                    writeln!(
                        console.out(),
                        "{name}: {percent} % covered, where {least} % is asked for"
                    )?;
                }
                let mut line = format!("{} passed", counted(count - self.failed, "scenario", "scenarios"));
                if self.failed > 0 {
                    line += &format!(", {} failed", self.failed);
                }
                if self.unreviewed > 0 {
                    line += &format!(", {} unreviewed among them", self.unreviewed);
                }
                writeln!(console.out(), "{line}")?;
            }
            TestFormat::Json => {
                let coverage: Vec<Value> = self.told.coverage.iter().map(shown).collect();
                let all = object!({
                    "version": JSON_VERSION,
                    "findings": self.json,
                    "scenarios": count,
                    "passed": count - self.failed,
                    "failed": self.failed,
                    "unreviewed": self.unreviewed,
                    "coverage": coverage,
                });
                writeln!(console.out(), "{all:#}")?;
            }
        }
        Ok(match self.failed {
            _ if self.unread => Ending::Unread,
            0 if short.is_empty() => Ending::Clean,
            _ => Ending::Findings,
        })
    }
}

fn message(finding: &Diagnostic, files: &Files) -> String {
    let line = files.position(finding.primary.span).line;
    let mut text = format!("{line}: {}", finding.message);
    for step in &finding.case {
        text += &format!("\n    {step}");
    }
    text
}

fn shown(coverage: &Coverage) -> Value {
    let parts: serde_json::Map<String, Value> = Part::ALL
        .into_iter()
        .filter(|part| coverage.share(*part).all > 0)
        .map(|part| {
            let share = coverage.share(part);
            let missing: Vec<&str> = coverage
                .missing()
                .filter(|goal| goal.part == part)
                .map(|goal| &*goal.name)
                .collect();
            (
                part.name().to_owned(),
                object!({"covered": share.covered, "all": share.all, "missing": missing}),
            )
        })
        .collect();
    let total = coverage.total();
    object!({
        "workflow": &*coverage.workflow,
        "covered": total.covered,
        "all": total.all,
        "percent": total.percent(),
        "parts": parts,
    })
}
