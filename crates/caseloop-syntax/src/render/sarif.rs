//! Findings as SARIF 2.1.0 (OASIS), for forges and editors that take up the findings of any tool. One run, whatever was
//! loaded; the shape is described at [`sarif`].

use crate::lang::{Language, words};
use crate::{Applicability, Code, Diagnostic, Edit, Files, Label, Severity, SourceFile, Span};
use serde_json::{Map, Value, json as value};
use std::collections::BTreeMap;

/// The published schema that the log names and fits.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The findings of one or more loads, each with the files of its load, as one SARIF log with one run.
///
/// - `tool.driver.rules` has the codes that were found, in the order of their names, each with its summary.
/// - `message.text` is the message, then each sentence of help on a line of its own; the label of the primary place is the
///   message of its location, and the other labels are `relatedLocations`.
/// - A region has lines and columns from 1 and `charOffset` from 0, all in Unicode code points (`columnKind`) without a
///   byte order mark, and `byteOffset` from 0 in the file as it lies on disk; `endColumn` is exclusive.
/// - `artifactLocation.uri` is the path of the file as it was asked for, percent-encoded; `file://` stands before an
///   absolute one.
/// - A case that shows the finding is a `codeFlow`, a location for each step. A fix is a `fix` with its replacements;
///   whether it is safe to carry out unasked stands in `properties.applicability`.
/// - `partialFingerprints` does not change with lines that are added or taken away elsewhere, nor with the language.
///
/// `language` is that of the words which this function adds, and is named in the run; findings are translated by
/// [`translate`](crate::lang::translate) before.
///
/// ```
/// use caseloop_syntax::{Files, Language, Limits, MapSources, Report, load, render};
/// let sources = MapSources::from_iter([("a.yaml", "workflow: a\nworkflow: b\n")]);
/// let (mut files, mut report) = (Files::default(), Report::default());
/// load(&sources, "a.yaml", &Limits::default(), &mut files, &mut report);
/// let log = render::sarif([(report.diagnostics(), &files)], Language::English);
/// let result = &log["runs"][0]["results"][0];
/// assert_eq!(result["ruleId"], "duplicate-key");
/// assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startLine"], 2);
/// ```
#[must_use]
pub fn sarif<'a>(loads: impl IntoIterator<Item = (&'a [Diagnostic], &'a Files)>, language: Language) -> Value {
    let loads: Vec<_> = loads.into_iter().collect();
    let mut rules: BTreeMap<&str, (&Code, Severity)> = BTreeMap::new();
    for finding in loads.iter().flat_map(|(findings, _)| *findings) {
        let rule = rules
            .entry(finding.code.name)
            .or_insert((finding.code, finding.severity));
        rule.1 = rule.1.max(finding.severity);
    }
    let mut seen = BTreeMap::new();
    let mut results = Vec::new();
    for (findings, files) in &loads {
        for finding in *findings {
            let index = rules.range(..finding.code.name).count();
            results.push(result(finding, files, index, &mut seen));
        }
    }
    let rule = |(code, severity): &(&Code, Severity)| {
        value!({
            "id": code.name,
            "shortDescription": { "text": words(code.summary, language) },
            "defaultConfiguration": { "level": level(*severity) },
        })
    };
    let rules: Vec<Value> = rules.values().map(rule).collect();
    value!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "caseloop",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "language": language.tag(),
                "rules": rules,
            }},
            "language": language.tag(),
            "columnKind": "unicodeCodePoints",
            "defaultEncoding": "UTF-8",
            "results": results,
        }],
    })
}

fn result(finding: &Diagnostic, files: &Files, index: usize, seen: &mut BTreeMap<u64, u32>) -> Value {
    let text = std::iter::once(&finding.message).chain(&finding.help);
    let mut result = value!({
        "ruleId": finding.code.name,
        "ruleIndex": index,
        "level": level(finding.severity),
        "message": { "text": text.map(String::as_str).collect::<Vec<_>>().join("\n") },
        "locations": [location(&finding.primary, files)],
        "partialFingerprints": { "caseloopFinding/v1": fingerprint(finding, files, seen) },
    });
    let Some(keys) = result.as_object_mut() else {
        return result;
    };
    if !finding.labels.is_empty() {
        let related = (1..).zip(&finding.labels).map(|(id, label)| {
            let mut related = location(label, files);
            if let Some(keys) = related.as_object_mut() {
                keys.insert("id".to_owned(), Value::from(id));
            }
            related
        });
        keys.insert("relatedLocations".to_owned(), related.collect());
    }
    if !finding.case.is_empty() {
        let step = |step: &String| {
            let step = Label {
                span: finding.primary.span,
                text: step.clone(),
            };
            value!({ "location": location(&step, files) })
        };
        let steps: Vec<Value> = finding.case.iter().map(step).collect();
        keys.insert(
            "codeFlows".to_owned(),
            value!([{ "threadFlows": [{ "locations": steps }] }]),
        );
    }
    if let Some(fix) = &finding.fix {
        let edit = |edit: &Edit| {
            value!({
                "artifactLocation": artifact(edit.span, files),
                "replacements": [{
                    "deletedRegion": region(edit.span, files),
                    "insertedContent": { "text": edit.text },
                }],
            })
        };
        let mut changes: Vec<Value> = Vec::new();
        for change in fix.edits.iter().map(edit) {
            match changes.last_mut() {
                Some(last) if last.get("artifactLocation") == change.get("artifactLocation") => {
                    let more = change.get("replacements").and_then(Value::as_array).cloned();
                    if let Some(list) = last.get_mut("replacements").and_then(Value::as_array_mut) {
                        list.extend(more.unwrap_or_default());
                    }
                }
                _ => changes.push(change),
            }
        }
        let applicability = match fix.applicability {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
        };
        if !changes.is_empty() {
            let fixes = value!([{
                "description": { "text": fix.title },
                "artifactChanges": changes,
                "properties": { "applicability": applicability },
            }]);
            keys.insert("fixes".to_owned(), fixes);
        }
    }
    result
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn location(label: &Label, files: &Files) -> Value {
    let mut location = Map::new();
    let physical = value!({
        "artifactLocation": artifact(label.span, files),
        "region": region(label.span, files),
    });
    location.insert("physicalLocation".to_owned(), physical);
    if !label.text.is_empty() {
        location.insert("message".to_owned(), value!({ "text": label.text }));
    }
    Value::Object(location)
}

fn artifact(span: Span, files: &Files) -> Value {
    value!({ "uri": uri(files.path(span.file)) })
}

/// The path as a URI reference (RFC 3986): every byte but unreserved ones and `/` percent-encoded, so that a colon makes no
/// scheme and `#` and `?` end no path.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len() + 7);
    if path.starts_with('/') {
        // Two slashes at the start of a path would name a host.
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

fn region(span: Span, files: &Files) -> Value {
    let (start, end) = (files.position(span), files.end_position(span));
    let offset = files.get(span.file).map_or(0, |file| characters(file, span.start));
    let after = files.get(span.file).map_or(0, |file| characters(file, span.end));
    value!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "charOffset": offset,
        "charLength": after.saturating_sub(offset),
        "byteOffset": span.start,
        "byteLength": span.end.saturating_sub(span.start),
    })
}

/// The characters before a byte, a byte order mark not counted.
fn characters(file: &SourceFile, at: u32) -> usize {
    let text = file.text();
    let before = text.get(..text.floor_char_boundary(at as usize)).unwrap_or_default();
    before.strip_prefix('\u{feff}').unwrap_or(before).chars().count()
}

/// What tells the finding from others when lines elsewhere come or go: the code, the marked text and its line, and which
/// one of those that are alike it is.
fn fingerprint(finding: &Diagnostic, files: &Files, seen: &mut BTreeMap<u64, u32>) -> String {
    let span = finding.primary.span;
    let line = files
        .get(span.file)
        .map_or("", |file| file.line(file.position(span.start).line));
    let marked = files.slice(span).lines().next().unwrap_or_default();
    let hash = fnv1a(&[finding.code.name, files.path(span.file), line.trim(), marked.trim()]);
    let count = seen.entry(hash).or_default();
    *count += 1;
    format!("{hash:016x}:{count}")
}

/// The 64-bit FNV-1a hash of texts, each followed by a byte that no text holds.
fn fnv1a(texts: &[&str]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0xff]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_reference_and_no_scheme_query_or_fragment() {
        for (path, expected) in [
            ("a/b-1.yaml", "a/b-1.yaml"),
            ("流程/a b.yaml", "%E6%B5%81%E7%A8%8B/a%20b.yaml"),
            ("c:#?%.yaml", "c%3A%23%3F%25.yaml"),
            ("/tmp/a.yaml", "file:///tmp/a.yaml"),
            ("../a.yaml", "../a.yaml"),
        ] {
            assert_eq!(uri(path), expected);
        }
    }

    #[test]
    fn the_hash_is_fnv1a() {
        // The offset basis is the hash of nothing.
        assert_eq!(fnv1a(&[]), 0xcbf2_9ce4_8422_2325);
        assert_ne!(fnv1a(&["ab", "c"]), fnv1a(&["a", "bc"]));
    }
}
