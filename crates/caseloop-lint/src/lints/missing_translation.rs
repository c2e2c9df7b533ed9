//! A text for people that is not there in a language in which others of its file are.

use crate::Lint;
use crate::mention::Keys;
use caseloop_syntax::{Code, Diagnostic, Document, Files, Node, NodeValue};
use std::collections::BTreeSet;

pub(crate) static CODE: Code = Code::new(
    "missing-translation",
    "A title or label lacks a language that others of its file have.",
);

pub(crate) const LINT: Lint = Lint::of_files(&CODE, pages!("missing-translation"), look);

fn look(documents: &[Document], _: &Files, findings: &mut Vec<Diagnostic>) {
    for document in documents {
        let mut texts = Vec::new();
        collect(&document.root, Keys::Words, &mut texts);
        let all: BTreeSet<&str> = texts.iter().flat_map(|text| languages(text)).collect();
        for text in texts {
            let own: BTreeSet<&str> = languages(text).collect();
            let missing: Vec<String> = all.difference(&own).map(|language| format!("`{language}`")).collect();
            if missing.is_empty() {
                continue;
            }
            let message = format!(
                "the text is not there in {}, in which others of this file are",
                missing.join(" and ")
            );
            findings.push(Diagnostic::warning(&CODE, text.span, message).help("add it, as in `{en: …, zh: …}`"));
        }
    }
}

/// The titles and labels that are given by language.
fn collect<'n>(node: &'n Node, keys: Keys, texts: &mut Vec<&'n Node>) {
    match &node.value {
        NodeValue::Null | NodeValue::Scalar(_) => {}
        NodeValue::List(items) => items.iter().for_each(|item| collect(item, keys, texts)),
        NodeValue::Map(entries) => {
            for (key, value) in entries.iter() {
                // A field, an event or a state may be called so too.
                let is_text = matches!(&*key.name, "title" | "label") && keys.are_for_people(&key.name);
                match is_text && languages(value).next().is_some() {
                    true => texts.push(value),
                    false => collect(value, keys.below(&key.name), texts),
                }
            }
        }
    }
}

/// The tags of the languages in which a text is given.
fn languages(text: &Node) -> impl Iterator<Item = &str> {
    let entries = text.as_map().unwrap_or_default().iter();
    entries.map(|(key, _)| &*key.name).filter(|tag| is_tag(tag))
}

/// Two or three letters, perhaps with a region or a script behind: `en`, `zh-Hans`.
fn is_tag(tag: &str) -> bool {
    let first = tag.split('-').next().unwrap_or_default();
    (2..=3).contains(&first.len()) && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}
