//! Taking an entry out of a file: the edit that leaves everything else as it stands, comments included.

use caseloop_syntax::{Document, Files, Key, Node, NodeValue, Span};

/// What is taken out.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part<'n> {
    /// An item of a list.
    Item(&'n Node),
    /// An entry of a mapping.
    Entry(&'n Key, &'n Node),
}

impl Part<'_> {
    fn start(&self) -> u32 {
        match self {
            Self::Item(node) => node.span.start,
            Self::Entry(key, _) => key.span.start,
        }
    }

    fn end(&self) -> u32 {
        match self {
            Self::Item(node) => end_of(node),
            Self::Entry(key, node) => end_of(node).max(key.span.end),
        }
    }
}

/// Where what is written of a value ends.
fn end_of(node: &Node) -> u32 {
    match &node.value {
        _ if node.is_flow() || node.definition().is_some() => node.span.end,
        NodeValue::Null | NodeValue::Scalar(_) => node.span.end,
        NodeValue::List(items) => items.last().map_or(node.span.end, end_of),
        NodeValue::Map(entries) => match entries.last() {
            Some((key, value)) => end_of(value).max(key.span.end),
            None => node.span.end,
        },
    }
}

/// The parts of a list or mapping.
fn parts(node: &Node) -> Vec<Part<'_>> {
    match &node.value {
        NodeValue::List(items) => items.iter().map(Part::Item).collect(),
        NodeValue::Map(entries) => entries.iter().map(|(key, node)| Part::Entry(key, node)).collect(),
        NodeValue::Null | NodeValue::Scalar(_) => Vec::new(),
    }
}

/// What is deleted so that the part that begins at `start` is gone from a list or mapping; `None` where that cannot be done
/// without touching something else.
pub(crate) fn of_part(parent: &Node, start: u32, files: &Files) -> Option<Span> {
    let parts = parts(parent);
    let position = parts.iter().position(|part| part.start() == start)?;
    let part = parts.get(position)?;
    let text = files.text(parent.span.file);
    let offset = |bytes: usize| u32::try_from(bytes).ok();
    if !parent.is_flow() {
        return lines(*part, text, parent.span);
    }
    let before = position.checked_sub(1).and_then(|position| parts.get(position));
    let (from, to) = match (before, parts.get(position + 1)) {
        (_, Some(next)) => (part.start(), next.start()),
        (Some(before), None) => (before.end(), part.end()),
        (None, None) => (part.start(), part.end()),
    };
    let deleted = text.get(from as usize..to as usize)?;
    // A comment in between may be about what stays.
    if deleted.contains('#') || matches!(deleted.find('\n'), Some(found) if !is_one_line(deleted, found)) {
        return None;
    }
    Some(Span::new(parent.span.file, from, offset(to as usize)?))
}

/// Whether a break of lines stands between two parts and in neither.
fn is_one_line(deleted: &str, at: usize) -> bool {
    let (before, after) = (
        deleted.get(..at).unwrap_or_default(),
        deleted.get(at..).unwrap_or_default(),
    );
    after.trim().is_empty() || before.trim_end() == ","
}

/// The lines of a part that has them for itself.
fn lines(part: Part<'_>, text: &str, within: Span) -> Option<Span> {
    let (start, end) = (part.start() as usize, part.end() as usize);
    let from = text.get(..start)?.rfind('\n').map_or(0, |found| found + 1);
    let lead = text.get(from..start)?.trim();
    let dashed = matches!(part, Part::Item(_));
    if !(lead.is_empty() && !dashed || dashed && lead == "-") {
        return None;
    }
    let ended = text.get(..end)?.ends_with('\n');
    let to = match ended {
        true => end,
        false => text.get(end..)?.find('\n').map_or(text.len(), |found| end + found + 1),
    };
    let rest = text.get(end..to)?.trim();
    if !(rest.is_empty() || rest.starts_with('#')) {
        return None;
    }
    let offset = |bytes: usize| u32::try_from(bytes).ok();
    Some(Span::new(within.file, offset(from)?, offset(to)?))
}

/// What is deleted so that an entry of a section is gone, and the section with it where nothing else stands there.
pub(crate) fn of_section(document: &Document, section: &str, start: u32, files: &Files) -> Option<Span> {
    let entries = document.root.as_map()?;
    let (key, node) = entries.iter().find(|(key, _)| &*key.name == section)?;
    let alone = parts(node).len() <= 1;
    match alone {
        true if node.as_list().is_none() && node.as_map().is_none() && node.span.start != start => None,
        true => of_part(&document.root, key.span.start, files),
        false => of_part(node, start, files),
    }
}

/// The list or mapping in which something begins at a place, as far inside as there is one.
pub(crate) fn around(document: &Document, start: u32) -> Option<&Node> {
    let mut waiting = vec![&document.root];
    let mut found = None;
    while let Some(node) = waiting.pop() {
        for part in parts(node) {
            if part.start() == start && node.span.file == document.file {
                found = Some(node);
            }
            let (Part::Item(inner) | Part::Entry(_, inner)) = part;
            if inner.definition().is_none() {
                waiting.push(inner);
            }
        }
    }
    found
}
