//! From the documents of a load to rules, or to everything that is wrong with them, each with its place.

mod assignment;
mod classifier;
pub mod codes;
mod reader;
mod score;
mod table;

use crate::Rules;
use caseloop_expr::Limits;
use caseloop_expr::declare::Declaring;
use caseloop_syntax::{Diagnostic, Document, Kind, Node, NodeValue};
use reader::Reader;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Reads the rules of all documents that hold some. What is wrong is in the report of `declaring`, and the names of rules
/// that could not be read are among its broken ones, so that nobody complains that they do not exist.
pub fn read(documents: &[Document], limits: &Limits, declaring: &mut Declaring<'_>) -> Vec<Rules> {
    let mut all = Vec::new();
    let mut seen = BTreeMap::new();
    for document in documents {
        let kind = document.kind;
        if !matches!(kind, Kind::Table | Kind::Classifier | Kind::Score | Kind::Assign) {
            continue;
        }
        let named = document.root.entry(kind.key()).and_then(Node::text).map(str::to_owned);
        if let Some(name) = &named {
            let span = document
                .root
                .entry(kind.key())
                .map(|node| node.span)
                .unwrap_or_default();
            if let Some(first) = seen.get(name) {
                let message = format!("there are two files of rules called `{name}`");
                let finding = Diagnostic::error(&codes::DUPLICATE_RULES, span, message);
                declaring.report.push(finding.also(*first, "the first is named here"));
                continue;
            }
            seen.insert(name.clone(), span);
        }
        let hash = content(document, declaring);
        let errors = declaring.report.errors();
        let mut reader = Reader::new(declaring, limits);
        let rules = match kind {
            Kind::Table => table::read(document, hash, &mut reader).map(|table| Rules::Table(Box::new(table))),
            Kind::Classifier => {
                classifier::read(document, hash, &mut reader).map(|found| Rules::Classifier(Box::new(found)))
            }
            Kind::Score => score::read(document, hash, &mut reader).map(Rules::Score),
            _ => assignment::read(document, hash, &mut reader).map(Rules::Assignment),
        };
        match rules.filter(|_| declaring.report.errors() == errors) {
            Some(rules) => all.push(rules),
            None => {
                declaring.broken.extend(named.map(Into::into));
            }
        }
    }
    all
}

/// SHA-256 of what a document says and of the parameters that it may read, in hexadecimal.
fn content(document: &Document, declaring: &Declaring<'_>) -> Arc<str> {
    let mut hash = Sha256::new();
    add(&document.root, &mut hash);
    for (name, (_, value)) in declaring.params {
        text(b'p', name, &mut hash);
        text(b'v', &value.to_string(), &mut hash);
    }
    let digits = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    digits.into()
}

fn add(node: &Node, hash: &mut Sha256) {
    match &node.value {
        NodeValue::Null => hash.update(b"n"),
        NodeValue::Scalar(scalar) => text(b's', &scalar.text, hash),
        NodeValue::List(items) => {
            hash.update(b"l");
            hash.update((items.len() as u64).to_le_bytes());
            for item in items.iter() {
                add(item, hash);
            }
        }
        NodeValue::Map(entries) => {
            hash.update(b"m");
            hash.update((entries.len() as u64).to_le_bytes());
            for (key, value) in entries.iter() {
                text(b'k', &key.name, hash);
                add(value, hash);
            }
        }
    }
}

fn text(kind: u8, text: &str, hash: &mut Sha256) {
    hash.update([kind]);
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text.as_bytes());
}
