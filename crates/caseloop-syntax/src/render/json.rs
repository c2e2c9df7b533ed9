//! Findings as JSON. The shape is versioned and documented at [`json`]; other formats are built elsewhere.

use crate::{Applicability, Diagnostic, Files, Label, Severity, Span};
use serde_json::{Value, json as value};

/// The version of the shape. It grows when a key changes its meaning or goes away; new keys may come without.
pub const JSON_VERSION: u32 = 1;

/// The JSON Schema (2020-12) of the shape, with what the `caseloop` program adds to it.
///
/// ```
/// let schema: serde_json::Value = serde_json::from_str(caseloop_syntax::render::JSON_SCHEMA)?;
/// assert_eq!(schema["properties"]["version"]["const"], caseloop_syntax::render::JSON_VERSION);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub const JSON_SCHEMA: &str = include_str!("findings-1.schema.json");

/// The findings as one JSON object, which fits [`JSON_SCHEMA`].
///
/// ```json
/// {
///   "version": 1,
///   "findings": [{
///     "code": "unknown-key",
///     "severity": "error",
///     "message": "a state has no key `wehn`",
///     "place": {
///       "file": "a.yaml",
///       "start": {"line": 2, "column": 1, "byte": 11},
///       "end": {"line": 2, "column": 5, "byte": 15}
///     },
///     "label": "",
///     "labels": [{"place": {}, "text": "first defined here"}],
///     "help": ["a state may have `go`, `when`"],
///     "case": [],
///     "fix": {
///       "title": "did you mean `when`?",
///       "applicability": "unsafe",
///       "edits": [{"place": {}, "text": "when"}]
///     }
///   }]
/// }
/// ```
///
/// `case` has the steps of a case that shows the finding, where one is needed. `severity` is `error`, `warning` or `note`; `applicability` is `safe` or `unsafe`; `fix` is `null` where there is none.
/// Every `place` has the shape of the first. Lines count from 1, columns from 1 in Unicode scalar values, bytes from 0 in
/// the file as it lies on disk; `end` is exclusive. Texts are as they are, so whoever prints them escapes control
/// characters.
///
/// ```
/// use caseloop_syntax::{Files, Limits, MapSources, Report, load, render};
/// let sources = MapSources::from_iter([("a.yaml", "workflow: a\nworkflow: b\n")]);
/// let (mut files, mut report) = (Files::default(), Report::default());
/// load(&sources, "a.yaml", &Limits::default(), &mut files, &mut report);
/// let json = render::json(report.diagnostics(), &files);
/// assert_eq!(json["findings"][0]["code"], "duplicate-key");
/// assert_eq!(json["findings"][0]["place"]["start"]["line"], 2);
/// ```
#[must_use]
pub fn json(findings: &[Diagnostic], files: &Files) -> Value {
    let findings: Vec<Value> = findings.iter().map(|finding| one(finding, files)).collect();
    value!({ "version": JSON_VERSION, "findings": findings })
}

fn one(finding: &Diagnostic, files: &Files) -> Value {
    let label = |label: &Label| value!({ "place": place(label.span, files), "text": label.text });
    let labels: Vec<Value> = finding.labels.iter().map(label).collect();
    let fix = finding.fix.as_ref().map(|fix| {
        let edit = |edit: &crate::Edit| value!({ "place": place(edit.span, files), "text": edit.text });
        let edits: Vec<Value> = fix.edits.iter().map(edit).collect();
        value!({
            "title": fix.title,
            "applicability": match fix.applicability {
                Applicability::Safe => "safe",
                Applicability::Unsafe => "unsafe",
            },
            "edits": edits,
        })
    });
    value!({
        "code": finding.code.name,
        "severity": severity(finding.severity),
        "message": finding.message,
        "place": place(finding.primary.span, files),
        "label": finding.primary.text,
        "labels": labels,
        "help": finding.help,
        "case": finding.case,
        "fix": fix,
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn place(span: Span, files: &Files) -> Value {
    let (start, end) = (files.position(span), files.end_position(span));
    value!({
        "file": files.path(span.file),
        "start": { "line": start.line, "column": start.column, "byte": span.start },
        "end": { "line": end.line, "column": end.column, "byte": span.end },
    })
}
