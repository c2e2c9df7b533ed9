//! A tree as a text for the reader alone: everything in brackets, every text in quotes.

use caseloop::layers::syntax::{Node, NodeValue};

/// Writes a tree; reading the text gives an equal one, but for places.
pub(super) fn write(node: &Node) -> String {
    let mut text = String::new();
    put(node, &mut text);
    text
}

fn put(node: &Node, text: &mut String) {
    match &node.value {
        NodeValue::Null => {}
        NodeValue::Scalar(scalar) => quoted(&scalar.text, text),
        NodeValue::List(items) => {
            text.push('[');
            for (position, item) in items.iter().enumerate() {
                text.push_str(if position == 0 { "" } else { ", " });
                put(item, text);
            }
            text.push(']');
        }
        NodeValue::Map(entries) => {
            text.push('{');
            for (position, (key, value)) in entries.iter().enumerate() {
                text.push_str(if position == 0 { "" } else { ", " });
                quoted(&key.name, text);
                text.push_str(": ");
                put(value, text);
            }
            text.push('}');
        }
    }
}

fn quoted(word: &str, text: &mut String) {
    text.push('"');
    for letter in word.chars() {
        match letter {
            '"' | '\\' => text.extend(['\\', letter]),
            '\n' => text.push_str("\\n"),
            letter if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                text.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            letter => text.push(letter),
        }
    }
    text.push('"');
}
