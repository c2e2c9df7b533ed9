//! A picture as a state diagram of Mermaid. All states stand first, nested as in the chart, then all arrows: a state
//! belongs to the braces in which Mermaid meets it first.

use super::picture::{Arrow, Look, Picture, Shape};
use caseloop::layers::core::definition::Kind;
use std::fmt::Write;

/// Writes the picture.
pub(crate) fn write(picture: &Picture) -> String {
    let mut text = format!("---\ntitle: {}\n---\nstateDiagram-v2\n", quoted(&picture.heading));
    let root = picture.states.iter().find(|shape| shape.parent.is_none());
    if let Some(root) = root {
        body(picture, root, 1, &mut text);
    }
    for shape in &picture.states {
        if shape.inside.is_empty() && shape.parent.is_some() {
            details(&shape.id, &shape.text, &mut text);
        }
    }
    if let Some((_, root)) = picture.anywhere() {
        line(
            1,
            &format!("state \"{}\" as {}", broken(&root.head), root.id),
            &mut text,
        );
        details(&root.id, &root.text, &mut text);
    }
    for note in &picture.promises {
        line(
            1,
            &format!("state \"{}\" as {}", broken(&note.head), note.id),
            &mut text,
        );
        details(&note.id, &note.text, &mut text);
    }
    for arrow in &picture.arrows {
        let to = picture.shape(arrow.to).map_or("", |shape| &shape.id);
        line(1, &transition(picture.end(arrow.from), to, &label(arrow)), &mut text);
    }
    text
}

/// The states inside a state, and where it begins.
fn body(picture: &Picture, around: &Shape, depth: usize, text: &mut String) {
    let starts = around.starts.iter().filter_map(|start| picture.shape(*start));
    for start in starts {
        line(depth, &transition("[*]", &start.id, &broken(&around.start_label)), text);
    }
    // A composite state shows nothing but its name, so what happens in it has a box inside.
    if around.parent.is_some() && !around.text.is_empty() {
        let id = format!("t_{}", around.id);
        line(depth, &format!("state \"{}\" as {id}", broken(&around.text)), text);
    }
    let mut regions = 0;
    for shape in around.inside.iter().filter_map(|inner| picture.shape(*inner)) {
        if around.kind == Kind::Parallel && !matches!(shape.kind, Kind::History { .. }) {
            if regions > 0 {
                line(depth, "--", text);
            }
            regions += 1;
        }
        state(picture, shape, depth, text);
    }
}

fn state(picture: &Picture, shape: &Shape, depth: usize, text: &mut String) {
    let opening = format!("state \"{}\" as {}", broken(&shape.head), shape.id);
    match shape.kind {
        Kind::Compound | Kind::Parallel => {
            line(depth, &format!("{opening} {{"), text);
            body(picture, shape, depth + 1, text);
            line(depth, "}", text);
        }
        Kind::Final => {
            line(depth, &opening, text);
            line(depth, &transition(&shape.id, "[*]", ""), text);
        }
        Kind::History { .. } | Kind::Atomic => line(depth, &opening, text),
    }
}

/// What stands in the box of a state below its name.
fn details(id: &str, lines: &[String], text: &mut String) {
    for said in lines {
        line(1, &format!("{id} : {}", escaped(said)), text);
    }
}

fn label(arrow: &Arrow) -> String {
    let label = broken(&arrow.label);
    // Mermaid draws all transitions of a state diagram alike.
    match arrow.look {
        Look::Reopening => format!("↺ {label}"),
        _ => label,
    }
}

fn transition(from: &str, to: &str, label: &str) -> String {
    if label.is_empty() {
        format!("{from} --> {to}")
    } else {
        format!("{from} --> {to} : {label}")
    }
}

fn line(depth: usize, said: &str, text: &mut String) {
    let _ = writeln!(text, "{:width$}{said}", "", width = 4 * depth);
}

/// Parts below one another.
fn broken(parts: &[String]) -> String {
    let parts: Vec<String> = parts.iter().map(|part| escaped(part)).collect();
    parts.join("<br/>")
}

/// A text that neither Mermaid's grammar nor the Markdown in its labels takes for anything else: letters, digits and
/// harmless signs stay, all others are written as entities.
fn escaped(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut safe = String::with_capacity(text.len());
    for (position, letter) in letters.iter().copied().enumerate() {
        let before = position.checked_sub(1).and_then(|before| letters.get(before).copied());
        let after = letters.get(position + 1).copied();
        // Between two of these signs Mermaid sets mathematics; something without width keeps them apart.
        if letter == '$' && before == Some('$') {
            safe.push_str("#8203;");
        }
        if stays(letter, before, after) && !(letter == ' ' && turns(&letters, position)) {
            safe.push(letter);
        } else {
            let _ = write!(safe, "#{};", u32::from(letter));
        }
    }
    safe
}

fn stays(letter: char, before: Option<char>, after: Option<char>) -> bool {
    let within = |is: fn(char) -> bool| before.is_some_and(is) && after.is_some_and(is);
    let other = |sign: char| before != Some(sign) && after != Some(sign);
    match letter {
        // Spaces at the ends would be trimmed, and emphasis stands at the ends of words.
        '_' => within(|letter| letter.is_alphanumeric() || letter == '_'),
        ' ' => before.is_some() && after.is_some(),
        // `1.` and `1)` begin lists.
        '.' => !before.is_some_and(|letter| letter.is_ascii_digit()) || after.is_some_and(char::is_alphanumeric),
        ')' => !before.is_some_and(|letter| letter.is_ascii_digit()) || after.is_none(),
        '(' => before != Some(']'),
        // `[[fork]]` is a kind of state.
        '[' => other('['),
        '%' | '=' | ']' => before.is_some(),
        '/' | ',' | '?' | '!' | '↺' => true,
        _ => letter.is_alphanumeric(),
    }
}

/// Whether the space at a position follows `direction`: with `LR` behind it Mermaid takes the line for a command.
fn turns(letters: &[char], position: usize) -> bool {
    let before = letters.get(position.saturating_sub(9)..position).unwrap_or_default();
    before.iter().collect::<String>().eq_ignore_ascii_case("direction")
}

/// A text as a scalar of YAML, in which the title stands. There are no entities in it, but tags are taken out of it.
fn quoted(text: &str) -> String {
    let text = text.replace('<', "＜").replace('>', "＞").replace('&', "＆");
    serde_json::Value::from(text).to_string()
}
