//! The content hash: the same for two files that say the same, whatever their comments and layout.

use caseloop_syntax::{Document, Node, NodeValue};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// SHA-256 over the values of all documents, each with its length, and over the parameters that the load sets.
pub(super) fn content(documents: &[Document], set: &[(String, String)]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for document in documents {
        add(&document.root, &mut hash);
    }
    // Of two values for one parameter the last counts; the order of the names says nothing.
    let set: BTreeMap<&String, &String> = set.iter().map(|(name, value)| (name, value)).collect();
    for (name, value) in set {
        text(b'p', name, &mut hash);
        text(b'v', value, &mut hash);
    }
    hash.finalize().into()
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
