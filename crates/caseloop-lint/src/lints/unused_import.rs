//! A file that is used and of which nothing is needed.

use crate::Lint;
use crate::mention::{Keys, each_text, is_word_of};
use crate::removal::of_section;
use caseloop_syntax::{Applicability, Code, Diagnostic, Document, FileId, Files, Kind, Node};
use std::collections::BTreeSet;

pub(crate) static CODE: Code = Code::new("unused-import", "A file is used, and nothing that it holds is needed.");

pub(crate) const LINT: Lint = Lint::of_files(&CODE, pages!("unused-import"), look);

fn look(documents: &[Document], files: &Files, findings: &mut Vec<Diagnostic>) {
    let Some(main) = documents.first() else { return };
    // A file of parameters, roles or lints may be there to bring others together.
    if matches!(main.kind, Kind::Parameters | Kind::Roles | Kind::Lints) {
        return;
    }
    for used in &main.uses {
        let below = below(documents, used.file);
        let known = |file: &FileId| documents.iter().find(|document| document.file == *file);
        if below.contains(&main.file)
            || below
                .iter()
                .filter_map(known)
                .any(|document| is_needed(document, documents))
        {
            continue;
        }
        let path = files.path(used.file);
        let message = format!("nothing of `{path}` is needed here");
        let mut finding = Diagnostic::warning(&CODE, used.span, message).help("drop it from `uses:`");
        if let Some(gone) = of_section(main, "uses", used.span.start, files) {
            finding = finding.fix("drop it", gone, "", Applicability::Safe);
        }
        findings.push(finding);
    }
}

/// A file and all that it uses, directly or not.
fn below(documents: &[Document], file: FileId) -> BTreeSet<FileId> {
    let (mut found, mut waiting) = (BTreeSet::new(), vec![file]);
    while let Some(file) = waiting.pop() {
        if found.insert(file) {
            let document = documents.iter().find(|document| document.file == file);
            waiting.extend(
                document
                    .into_iter()
                    .flat_map(|document| &document.uses)
                    .map(|used| used.file),
            );
        }
    }
    found
}

/// Whether another file of the load names something that a file holds.
fn is_needed(document: &Document, documents: &[Document]) -> bool {
    let names = names(document);
    // What holds no names that could be looked for may be needed for what it is.
    names.is_empty()
        || documents
            .iter()
            .filter(|other| other.file != document.file)
            .any(|other| {
                let mut needed = false;
                let entries = other.root.as_map().unwrap_or_default().iter();
                for (key, node) in entries.filter(|(key, _)| &*key.name != "uses") {
                    each_text(node, Keys::Words.below(&key.name), &mut |text, _| {
                        needed |= names.iter().any(|name| is_word_of(name, text));
                    });
                }
                needed
            })
}

/// What other files may name of a file.
fn names(document: &Document) -> Vec<String> {
    let entry = |name: &str| document.root.entry(name);
    let keys = |node: Option<&Node>| {
        let entries = node.and_then(Node::as_map).unwrap_or_default().iter();
        entries.map(|(key, _)| key.name.to_string()).collect::<Vec<_>>()
    };
    let roles = entry("roles").map(Node::list_or_one).unwrap_or_default();
    let roles = roles.iter().filter_map(Node::text).map(str::to_owned);
    let parameters = keys(entry("parameters"));
    let parameters = parameters.iter().map(|name| format!("param.{name}"));
    let own: Vec<String> = match document.kind {
        Kind::Parameters | Kind::Roles => parameters.chain(roles).collect(),
        Kind::Calendars => [keys(entry("calendars")), keys(entry("lists"))].concat(),
        Kind::Table | Kind::Classifier | Kind::Score | Kind::Assign => {
            let name = entry(document.kind.key()).and_then(Node::text);
            name.map(str::to_owned).into_iter().collect()
        }
        _ => Vec::new(),
    };
    own
}
