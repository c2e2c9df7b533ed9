//! The content hash: the same for two files that say the same, whatever their comments and layout, and whatever their lints
//! are set to.

use caseloop_syntax::{Document, Kind, Node, NodeValue};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// SHA-256 over the values of all documents, each with its length, and over the parameters that the load sets.
pub(super) fn content(documents: &[Document], set: &[(String, String)]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for document in documents.iter().filter(|document| document.kind != Kind::Lints) {
        add(&without_lints(document, documents), &mut hash);
    }
    // Of two values for one parameter the last counts; the order of the names says nothing.
    let set: BTreeMap<&String, &String> = set.iter().map(|(name, value)| (name, value)).collect();
    for (name, value) in set {
        text(b'p', name, &mut hash);
        text(b'v', value, &mut hash);
    }
    hash.finalize().into()
}

/// What a document says but how much findings weigh, which changes nothing that runs.
fn without_lints(document: &Document, documents: &[Document]) -> Node {
    let is_lints = |entry: &Node| {
        let used = document.uses.iter().find(|used| used.span == entry.span);
        let found = used.and_then(|used| documents.iter().find(|document| document.file == used.file));
        found.is_some_and(|document| document.kind == Kind::Lints)
    };
    let entries = document.root.as_map().unwrap_or_default().iter();
    let kept = entries.filter_map(|(key, node)| match &*key.name {
        "lints" => None,
        "uses" => {
            let all = node.list_or_one();
            let others: Vec<Node> = all.iter().filter(|entry| !is_lints(entry)).cloned().collect();
            match (others.len() == all.len(), others.is_empty()) {
                (true, _) => Some((key.clone(), node.clone())),
                (_, true) => None,
                _ => Some((key.clone(), Node::made_list(node.span, others))),
            }
        }
        _ => Some((key.clone(), node.clone())),
    });
    document.root.with_entries(kept.collect::<Vec<_>>())
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
