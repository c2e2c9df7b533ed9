//! A picture as a directed graph of Graphviz. States with states inside are clusters; an arrow that ends at a cluster
//! is drawn to a point inside and cut off at its border.

use super::picture::{Arrow, End, Look, Picture, Shape};
use caseloop::layers::core::definition::Kind;
use std::fmt::Write;

const HEAD: &str = r##"    compound=true
    charset="UTF-8"
    fontname="sans-serif"
    labelloc=t
    ranksep=0.6
    node [fontname="sans-serif", fontsize=12, shape=box, style="rounded,filled", fillcolor=white]
    edge [fontname="sans-serif", fontsize=10]
"##;

/// The longest line of a label, in columns.
const WIDTH: usize = 44;

/// Writes the picture.
pub(crate) fn write(picture: &Picture) -> String {
    let mut text = format!("digraph {{\n{HEAD}    label={}\n", quoted(&[&picture.heading], "", &[]));
    let root = picture
        .states
        .iter()
        .enumerate()
        .find(|(_, shape)| shape.parent.is_none());
    if let Some((_, root)) = root {
        body(picture, root, 1, &mut text);
    }
    if let Some((_, root)) = picture.anywhere() {
        node(
            1,
            &root.id,
            &root.head,
            &root.text,
            ", style=\"rounded,dashed\"",
            &mut text,
        );
    }
    for note in &picture.promises {
        let look = ", shape=note, style=filled, fillcolor=lightyellow";
        node(1, &note.id, &note.head, &note.text, look, &mut text);
    }
    for (position, shape) in picture.states.iter().enumerate() {
        for start in &shape.starts {
            let from = Tail {
                id: format!("start_{}", shape.id),
                around: None,
            };
            arrow(picture, from, (position, *start), &shape.start_label, "", &mut text);
        }
    }
    for one in &picture.arrows {
        let (from, around) = match one.from {
            End::State(index) => (anchor(picture, index), Some(index)),
            End::Promise(_) => (picture.end(one.from).to_owned(), None),
        };
        let source = around.unwrap_or_default();
        arrow(
            picture,
            Tail { id: from, around },
            (source, one.to),
            &label(one),
            look(one.look),
            &mut text,
        );
    }
    text.push_str("}\n");
    text
}

/// The states inside a state, with the points at which it begins and arrows of it end.
fn body(picture: &Picture, around: &Shape, depth: usize, text: &mut String) {
    let point = match (around.starts.is_empty(), around.parent) {
        (false, _) => Some("shape=circle, style=filled, fillcolor=black, label=\"\", width=0.15, fixedsize=true"),
        (true, Some(_)) => Some("shape=point, style=invis, label=\"\", width=0.05"),
        (true, None) => None,
    };
    if let Some(point) = point {
        line(depth, &format!("\"start_{}\" [{point}]", around.id), text);
    }
    for inner in around.inside.iter().filter_map(|inner| picture.shape(*inner)) {
        state(picture, inner, around.kind, depth, text);
    }
}

fn state(picture: &Picture, shape: &Shape, around: Kind, depth: usize, text: &mut String) {
    match shape.kind {
        Kind::Compound | Kind::Parallel => {
            line(depth, &format!("subgraph \"cluster_{}\" {{", shape.id), text);
            line(
                depth + 1,
                &format!("label={}", quoted(&names(&shape.head), "\\l", &shape.text)),
                text,
            );
            line(depth + 1, "labeljust=l", text);
            let style = if around == Kind::Parallel { "dashed" } else { "rounded" };
            line(depth + 1, &format!("style={style}"), text);
            body(picture, shape, depth + 1, text);
            line(depth, "}", text);
        }
        Kind::Final => node(depth, &shape.id, &shape.head, &shape.text, ", peripheries=2", text),
        Kind::History { .. } => {
            let look = ", shape=circle, style=filled, margin=0, width=0.35, fixedsize=true";
            node(depth, &shape.id, &shape.head, &shape.text, look, text);
        }
        Kind::Atomic => node(depth, &shape.id, &shape.head, &shape.text, "", text),
    }
}

fn node(depth: usize, id: &str, head: &[String], said: &[String], look: &str, text: &mut String) {
    let label = quoted(&names(head), "\\n", said);
    line(depth, &format!("\"{id}\" [label={label}{look}]"), text);
}

/// Where an arrow begins: at a node, of a cluster if `around` is one.
struct Tail {
    id: String,
    around: Option<usize>,
}

fn arrow(
    picture: &Picture,
    tail: Tail,
    (source, target): (usize, usize),
    label: &[String],
    look: &str,
    text: &mut String,
) {
    let mut more = Vec::new();
    if !label.is_empty() {
        more.push(format!("label={}", quoted(&[], "", label)));
    }
    if !look.is_empty() {
        more.push(look.to_owned());
    }
    // Graphviz cuts an arrow off at the border of a cluster only where the other end lies outside.
    if let Some(cluster) = tail.around.filter(|around| !lies_in(picture, target, *around)) {
        more.extend(cut(picture, "ltail", cluster));
    }
    if !lies_in(picture, source, target) {
        more.extend(cut(picture, "lhead", target));
    }
    let more = if more.is_empty() {
        String::new()
    } else {
        format!(" [{}]", more.join(", "))
    };
    line(
        1,
        &format!("\"{}\" -> \"{}\"{more}", tail.id, anchor(picture, target)),
        text,
    );
}

fn cut(picture: &Picture, end: &str, index: usize) -> Option<String> {
    let shape = picture.shape(index).filter(|shape| is_cluster(shape))?;
    Some(format!("{end}=\"cluster_{}\"", shape.id))
}

/// The node at which arrows of a state begin and end.
fn anchor(picture: &Picture, index: usize) -> String {
    match picture.shape(index) {
        Some(shape) if is_cluster(shape) => format!("start_{}", shape.id),
        Some(shape) => shape.id.clone(),
        None => String::new(),
    }
}

fn is_cluster(shape: &Shape) -> bool {
    shape.parent.is_some() && matches!(shape.kind, Kind::Compound | Kind::Parallel)
}

/// Whether a state is another or lies inside it.
fn lies_in(picture: &Picture, inner: usize, outer: usize) -> bool {
    let parent = |index: &usize| picture.shape(*index).and_then(|shape| shape.parent);
    std::iter::successors(Some(inner), parent).any(|index| index == outer)
}

fn label(arrow: &Arrow) -> Vec<String> {
    let mut label = arrow.label.clone();
    if let (Look::Reopening, Some(first)) = (arrow.look, label.first_mut()) {
        first.insert_str(0, "↺ ");
    }
    label
}

fn look(look: Look) -> &'static str {
    match look {
        Look::Event => "",
        Look::Timer => "style=dashed",
        Look::Promise => "style=dashed, color=darkgoldenrod",
        Look::Reopening => "color=firebrick, penwidth=2",
        Look::Default => "style=dotted",
    }
}

fn line(depth: usize, said: &str, text: &mut String) {
    let _ = writeln!(text, "{:width$}{said}", "", width = 4 * depth);
}

fn names(head: &[String]) -> Vec<&str> {
    head.iter().map(String::as_str).collect()
}

/// A label: the head, each line of it ended by `end`, then what is said, one thing a line and to the left. A head that
/// stands alone is in the middle of its box.
fn quoted(head: &[&str], end: &str, said: &[String]) -> String {
    let mut text = String::from("\"");
    for (position, part) in head.iter().enumerate() {
        text.push_str(&escaped(part));
        let last = position + 1 == head.len() && said.is_empty() && end != "\\l";
        text.push_str(if last { "" } else { end });
    }
    for part in said {
        for (position, line) in wrapped(part).iter().enumerate() {
            // Labels of arrows keep away from their lines.
            text.push_str(match (position, head.is_empty()) {
                (0, false) => "",
                (0, true) => " ",
                _ => "   ",
            });
            text.push_str(&escaped(line));
            text.push_str("\\l");
        }
    }
    text.push('"');
    text
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// A text in lines that are no longer than can be helped.
fn wrapped(text: &str) -> Vec<String> {
    let columns = |text: &str| {
        text.chars()
            .map(|letter| if letter.is_ascii() { 1 } else { 2 })
            .sum::<usize>()
    };
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if columns(line) + 1 + columns(word) <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
