//! Words of a file: where a name occurs besides its declaration. More is taken for a use than is one, never less.

use caseloop_expr::declare::is_name_part;
use caseloop_syntax::{Node, NodeValue};

/// Keys whose values are for people.
const FOR_PEOPLE: &[&str] = &["title", "label", "source", "gap"];

/// Keys below which the keys are names that an author gives, and no words of the language.
const OF_NAMES: &[&str] = &[
    "calendars",
    "case",
    "do",
    "effects",
    "events",
    "gives",
    "guarantees",
    "if",
    "ladders",
    "lists",
    "parameters",
    "promises",
    "regions",
    "set",
    "states",
    "then",
    "timers",
    "when",
    "with",
];

/// A map's entries are looked at with this: whether their keys are names that an author gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    /// Words of the language.
    Words,
    /// Names.
    Names,
}

impl Keys {
    /// What the keys below an entry are.
    pub(crate) fn below(self, key: &str) -> Self {
        match self {
            Self::Words if OF_NAMES.contains(&key) => Self::Names,
            _ => Self::Words,
        }
    }

    /// Whether the value of an entry is for people.
    pub(crate) fn are_for_people(self, key: &str) -> bool {
        self == Self::Words && FOR_PEOPLE.contains(&key)
    }
}

/// Calls `visit` with every key and every text of a tree but those for people, a key with `true`.
pub(crate) fn each_text<'n>(node: &'n Node, keys: Keys, visit: &mut dyn FnMut(&'n str, bool)) {
    match &node.value {
        NodeValue::Null => {}
        NodeValue::Scalar(scalar) => visit(&scalar.text, false),
        NodeValue::List(items) => items.iter().for_each(|item| each_text(item, keys, visit)),
        NodeValue::Map(entries) => {
            for (key, value) in entries.iter() {
                visit(&key.name, true);
                if !keys.are_for_people(&key.name) {
                    each_text(value, keys.below(&key.name), visit);
                }
            }
        }
    }
}

/// Whether a name is one of the words of a text. A point is between words.
pub(crate) fn is_word_of(name: &str, text: &str) -> bool {
    text.match_indices(name).any(|(at, found)| {
        let before = text.get(..at).unwrap_or_default().chars().next_back();
        let after = text.get(at + found.len()..).unwrap_or_default().chars().next();
        !before.is_some_and(is_name_part) && !after.is_some_and(is_name_part)
    })
}
