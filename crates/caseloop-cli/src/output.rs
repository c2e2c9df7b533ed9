//! Findings of several loads in one output, whichever its format: shown as they come where that can be, otherwise
//! gathered and printed at the end, with how many there were.

use crate::arguments::CheckFormat;
use crate::console::{Console, Failure, counted};
use crate::guarantees::Told;
use caseloop::Language;
use caseloop::layers::syntax::render::{Human, JSON_VERSION, github, human, json, sarif};
use caseloop::layers::syntax::{Diagnostic, Files};
use serde_json::Value;

/// What all loads together came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) files: u64,
    /// Guarantees that hold in every case.
    pub(crate) proved: u64,
    pub(crate) errors: u64,
    pub(crate) warnings: u64,
    pub(crate) notes: u64,
    /// Findings that comments allow.
    pub(crate) suppressed: u64,
    /// Fixes that were carried out.
    pub(crate) fixed: u64,
    /// Findings beyond the most that one load tells.
    pub(crate) left_out: u64,
}

/// What was printed, and what waits for the end.
#[derive(Debug, Default)]
pub(crate) struct Output {
    printed: bool,
    json: Vec<Value>,
    proofs: Vec<Told>,
    loads: Vec<(Vec<Diagnostic>, Files)>,
}

impl Output {
    /// Takes the findings of one load.
    pub(crate) fn add(
        &mut self,
        findings: Vec<Diagnostic>,
        files: Files,
        format: CheckFormat,
        console: &mut Console<'_>,
    ) -> Result<(), Failure> {
        if findings.is_empty() {
            return Ok(());
        }
        let findings = console.translated(&findings);
        match format {
            CheckFormat::Human => {
                let drawn = Human {
                    color: console.color,
                    language: console.language,
                    ..Human::default()
                };
                let text = human(&findings, &files, drawn);
                let between = if std::mem::replace(&mut self.printed, true) {
                    "\n"
                } else {
                    ""
                };
                write!(console.out(), "{between}{text}")?;
            }
            CheckFormat::Json => {
                if let Some(Value::Array(list)) = json(&findings, &files).get_mut("findings") {
                    self.json.append(list);
                }
            }
            CheckFormat::Sarif => self.loads.push((findings, files)),
            CheckFormat::Github => write!(console.out(), "{}", github(&findings, &files))?,
        }
        Ok(())
    }

    /// Takes what came of the guarantees of one workflow.
    pub(crate) fn add_proofs(&mut self, told: Told) {
        self.proofs.push(told);
    }

    /// Prints what waited, and the closing line where the format has one.
    pub(crate) fn close(self, counts: &Counts, format: CheckFormat, console: &mut Console<'_>) -> Result<(), Failure> {
        let whole = match format {
            CheckFormat::Human => {
                let line = closing_line(counts, console);
                let between = |printed: bool| if printed { "\n" } else { "" };
                for (at, told) in self.proofs.iter().enumerate() {
                    let text = told.text(console);
                    write!(console.out(), "{}{text}", between(self.printed || at > 0))?;
                }
                let printed = self.printed || !self.proofs.is_empty();
                writeln!(console.out(), "{}{line}", between(printed))?;
                return Ok(());
            }
            CheckFormat::Github => {
                let line = closing_line(counts, console);
                writeln!(console.out(), "{line}")?;
                return Ok(());
            }
            CheckFormat::Json => serde_json::json!({
                "version": JSON_VERSION,
                "findings": self.json,
                "files": counts.files,
                "proved": counts.proved,
                "guarantees": self.proofs.iter().flat_map(Told::json).collect::<Vec<_>>(),
                "errors": counts.errors,
                "warnings": counts.warnings,
                "notes": counts.notes,
                "suppressed": counts.suppressed,
                "fixed": counts.fixed,
                "left_out": counts.left_out,
            }),
            CheckFormat::Sarif => {
                let loads = self.loads.iter().map(|(findings, files)| (findings.as_slice(), files));
                sarif(loads, console.language)
            }
        };
        writeln!(console.out(), "{whole:#}")?;
        Ok(())
    }
}

/// How many files were checked, and what came of it.
fn closing_line(counts: &Counts, console: &Console<'_>) -> String {
    let mut parts = vec![format!("{} checked", counted(counts.files, "file", "files"))];
    if counts.proved > 0 {
        parts.push(format!("{} proved", counted(counts.proved, "guarantee", "guarantees")));
    }
    parts.push(match counts.errors {
        0 => "no errors".to_owned(),
        errors => counted(errors, "error", "errors"),
    });
    for (count, one, many) in [
        (counts.warnings, "warning", "warnings"),
        (counts.notes, "note", "notes"),
    ] {
        if count > 0 {
            parts.push(counted(count, one, many));
        }
    }
    if counts.suppressed > 0 {
        parts.push(format!("{} suppressed", counts.suppressed));
    }
    if counts.fixed > 0 {
        parts.push(format!("{} fixed", counts.fixed));
    }
    if counts.left_out > 0 {
        let more = counted(counts.left_out, "more finding", "more findings");
        parts.push(format!("{more} left out"));
    }
    let parts: Vec<String> = parts.iter().map(|part| console.word(part)).collect();
    parts.join(match console.language {
        Language::English => ", ",
        Language::Chinese => "，",
    })
}
