//! The calendars of a load: which of its files hold some, and what is wrong with them.

use caseloop_core::read::{Reading, codes::UNREADABLE_KIND};
use caseloop_sla::Calendars;
use caseloop_sla::read::read;
use caseloop_syntax::codes::NOT_UTF8;
use caseloop_syntax::{Diagnostic, Document, FileId, Kind, Limits, Report, Span, parse};
use std::collections::BTreeSet;

/// Reads the calendars of the files that were opened and adds what is wrong with them to the findings. A workflow whose
/// calendars are wrong is none.
pub(crate) fn add(reading: &mut Reading, limits: &Limits) -> Calendars {
    let mut report = Report::with_cap(limits.diagnostics);
    let documents = documents(reading, limits, &mut report);
    if documents.is_empty() {
        return Calendars::default();
    }
    let calendars = read(&documents, &mut report);
    if report.errors() > 0 {
        (reading.workflow, reading.plain) = (None, None);
    }
    reading.left_out += report.left_out();
    if reading.kind == Some(Kind::Calendars) {
        // The core reads none; here is who does.
        let keys: BTreeSet<Span> = documents.iter().filter_map(first_key).collect();
        let told = |finding: &Diagnostic| finding.code == &UNREADABLE_KIND && keys.contains(&finding.primary.span);
        reading.diagnostics.retain(|finding| !told(finding));
    }
    // What is wrong with a file as YAML was told when it was loaded.
    let files: BTreeSet<FileId> = documents.iter().map(|document| document.file).collect();
    for finding in report.into_sorted() {
        if files.contains(&finding.primary.span.file) && !reading.diagnostics.contains(&finding) {
            reading.diagnostics.push(finding);
        }
    }
    reading.diagnostics.sort_by_key(|finding| finding.primary.span);
    let beyond = reading.diagnostics.len().saturating_sub(limits.diagnostics);
    reading.diagnostics.truncate(limits.diagnostics);
    reading.left_out += beyond;
    calendars
}

/// The documents that hold calendars.
fn documents(reading: &Reading, limits: &Limits, report: &mut Report) -> Vec<Document> {
    let mut documents = Vec::new();
    for (file, source) in reading.files.iter() {
        // What is kept of a file that is no text is not what its author wrote.
        let no_text = |finding: &Diagnostic| finding.code == &NOT_UTF8 && finding.primary.span.file == file;
        if reading.diagnostics.iter().any(no_text) {
            continue;
        }
        let root = parse(file, source.text(), limits, report);
        let Some(root) = root.filter(|root| root.entry(Kind::Calendars.key()).is_some()) else {
            continue;
        };
        let first = root.as_map().and_then(<[_]>::first);
        let kind = first
            .and_then(|(key, _)| Kind::of(&key.name))
            .unwrap_or(Kind::Calendars);
        documents.push(Document { file, root, kind });
    }
    documents
}

fn first_key(document: &Document) -> Option<Span> {
    let (key, _) = document.root.as_map()?.first()?;
    Some(key.span)
}
