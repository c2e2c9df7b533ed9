//! A tree as YAML that every reader takes for the same: also those of YAML 1.1, to which `no`, `10:00` and `1_000` are no
//! texts. `serde_yaml` writes it, and quotes what YAML 1.2 would not read as a text; the rest is marked for it here.

use caseloop::layers::syntax::{Node, NodeValue, Style};
use serde_yaml::{Mapping, Value};

/// Writes a tree. Texts come back as they are; numbers and truths are written as such where the author left them bare.
pub(crate) fn write(node: &Node) -> Result<String, serde_yaml::Error> {
    let mark = mark(node);
    let text = serde_yaml::to_string(&value(node, &mark))?;
    Ok(text.replace(&format!("'{mark}"), "'"))
}

/// Letters that make the writer quote a text, and that no text of the tree holds.
fn mark(node: &Node) -> String {
    let mut private = '\u{e000}'..'\u{f8ff}';
    let unused = private.find(|letter| !holds(node, *letter));
    format!("!{}", unused.unwrap_or('\u{e000}'))
}

fn holds(node: &Node, letter: char) -> bool {
    match &node.value {
        NodeValue::Null => false,
        NodeValue::Scalar(scalar) => scalar.text.contains(letter),
        NodeValue::List(items) => items.iter().any(|item| holds(item, letter)),
        NodeValue::Map(entries) => entries
            .iter()
            .any(|(key, node)| key.name.contains(letter) || holds(node, letter)),
    }
}

fn value(node: &Node, mark: &str) -> Value {
    match &node.value {
        NodeValue::Null => Value::Null,
        NodeValue::Scalar(scalar) if scalar.style == Style::Plain => plain(&scalar.text, mark),
        NodeValue::Scalar(scalar) => text(&scalar.text, mark),
        NodeValue::List(items) => Value::Sequence(items.iter().map(|item| value(item, mark)).collect()),
        NodeValue::Map(entries) => {
            let entries = entries
                .iter()
                .map(|(key, node)| (text(&key.name, mark), value(node, mark)));
            Value::Mapping(entries.collect::<Mapping>())
        }
    }
}

fn plain(scalar: &str, mark: &str) -> Value {
    match scalar {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match scalar.parse::<i64>() {
            Ok(number) if number.to_string() == scalar => Value::Number(number.into()),
            _ => text(scalar, mark),
        },
    }
}

fn text(text: &str, mark: &str) -> Value {
    let text = if is_ambiguous(text) {
        format!("{mark}{text}")
    } else {
        text.to_owned()
    };
    Value::String(text)
}

/// Whether some YAML 1.1 reader takes a bare scalar for a truth, a number, a time or a merge key. In doubt it does.
fn is_ambiguous(text: &str) -> bool {
    let words = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<",
    ];
    let counts = |letter: char| letter.is_ascii_hexdigit() || "xobXOBtTzZ_.:+- ".contains(letter);
    let begins = |letter: char| letter.is_ascii_digit() || "+-.".contains(letter);
    words.contains(&text.to_lowercase().as_str()) || text.starts_with(begins) && text.chars().all(counts)
}
