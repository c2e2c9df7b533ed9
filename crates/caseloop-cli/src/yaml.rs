//! A tree as YAML that every reader takes for the same: also those of YAML 1.1, to which `no`, `10:00` and `1_000` are no
//! texts. `serde_yaml` writes it, and quotes what YAML 1.2 would not read as a text; the rest is marked for it here.

use caseloop::layers::syntax::{Node, NodeValue, Style};
use serde_yaml::{Mapping, Value};

/// Writes a tree. Texts come back as they are; numbers and truths are written as such where the author left them bare.
pub(crate) fn write(node: &Node) -> Result<String, serde_yaml::Error> {
    let mut writer = Writer {
        letter: unused(node),
        escaped: Vec::new(),
    };
    let value = writer.value(node);
    let text = serde_yaml::to_string(&value)?;
    Ok(writer.finish(&text))
}

/// A letter that no text of the tree holds.
fn unused(node: &Node) -> char {
    let mut private = '\u{e000}'..'\u{f8ff}';
    private.find(|letter| !holds(node, *letter)).unwrap_or('\u{e000}')
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

struct Writer {
    letter: char,
    /// Texts as they stand in double quotes, which the writer of YAML has no way to ask for.
    escaped: Vec<String>,
}

impl Writer {
    fn value(&mut self, node: &Node) -> Value {
        match &node.value {
            NodeValue::Null => Value::Null,
            NodeValue::Scalar(scalar) if scalar.style == Style::Plain => self.plain(&scalar.text),
            NodeValue::Scalar(scalar) => self.text(&scalar.text),
            NodeValue::List(items) => Value::Sequence(items.iter().map(|item| self.value(item)).collect()),
            NodeValue::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, node)| (self.text(&key.name), self.value(node)));
                Value::Mapping(entries.collect::<Mapping>())
            }
        }
    }

    fn plain(&mut self, scalar: &str) -> Value {
        match scalar {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => match scalar.parse::<i64>() {
                Ok(number) if number.to_string() == scalar => Value::Number(number.into()),
                _ => self.text(scalar),
            },
        }
    }

    /// The mark of a text makes the writer put it into single quotes.
    fn text(&mut self, text: &str) -> Value {
        let letter = self.letter;
        Value::String(if text.contains(is_lost) {
            self.escaped.push(escaped(text));
            format!("!{letter}{letter}{}{letter}", self.escaped.len() - 1)
        } else if is_ambiguous(text) {
            format!("!{letter}{text}")
        } else {
            text.to_owned()
        })
    }

    fn finish(&self, text: &str) -> String {
        let letter = self.letter;
        let mark = format!("'!{letter}{letter}");
        let mut parts = text.split(&mark);
        let mut whole = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (number, rest) = part.split_once(letter).unwrap_or(("", part));
            let escaped = number.parse().ok().and_then(|number: usize| self.escaped.get(number));
            whole.push_str(escaped.map_or("", String::as_str));
            whole.push_str(rest.strip_prefix('\'').unwrap_or(rest));
        }
        whole.replace(&format!("'!{letter}"), "'")
    }
}

/// What some reader takes for the end of a line, or leaves out, where it stands in quotes as it is.
fn is_lost(letter: char) -> bool {
    letter != '\n' && letter != '\t' && letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

fn escaped(text: &str) -> String {
    let letters = text.chars().map(|letter| match letter {
        '"' | '\\' => format!("\\{letter}"),
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        letter if is_lost(letter) => format!("\\u{:04x}", u32::from(letter)),
        letter => letter.to_string(),
    });
    format!("\"{}\"", letters.collect::<String>())
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
