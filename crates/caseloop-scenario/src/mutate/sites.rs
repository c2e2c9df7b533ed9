//! Where a workflow can be changed, and to what.

use caseloop::layers::expr::{Length, duration};
use caseloop::layers::syntax::{Key, Node, Span};

/// A change, with the whole tree after it.
pub(super) struct Change {
    pub(super) what: String,
    pub(super) span: Span,
    pub(super) tree: Node,
}

/// A value in the place of another on the way up to the root.
type Rebuild<'a> = &'a dyn Fn(Option<Node>) -> Node;

/// What changes need to know of the workflow.
struct Names {
    states: Vec<String>,
    roles: Vec<String>,
}

/// Parts of a workflow in which nothing of its behaviour stands.
const UNCHANGED: [&str; 11] = [
    "workflow",
    "version",
    "title",
    "label",
    "uses",
    "guarantees",
    "case",
    "effects",
    "roles",
    "levels",
    "priority",
];
/// Keys whose value is a length of time.
const LENGTHS: [&str; 5] = ["after", "within", "every", "before", "fresh_for"];

/// Every change, in the order of the tree.
pub(super) fn changes(root: &Node) -> Vec<Change> {
    let mut names = Names {
        states: Vec::new(),
        roles: Vec::new(),
    };
    states(root, &mut names.states);
    let roles = root.entry("roles").map(Node::list_or_one).unwrap_or_default();
    names.roles = roles.iter().filter_map(|role| role.text().map(str::to_owned)).collect();
    let mut found = Vec::new();
    for (position, (key, value)) in root.as_map().unwrap_or_default().iter().enumerate() {
        if !UNCHANGED.contains(&&*key.name) {
            let rebuild = |node: Option<Node>| replaced(root, position, node);
            walk(key, value, &names, &rebuild, &mut found);
        }
    }
    found
}

/// The names of all states below a node.
fn states(node: &Node, found: &mut Vec<String>) {
    for key in ["states", "regions"] {
        for (key, state) in node.entry(key).and_then(Node::as_map).unwrap_or_default() {
            found.push(key.name.to_string());
            states(state, found);
        }
    }
}

/// The mapping with another value at a position, or without it.
fn replaced(map: &Node, position: usize, node: Option<Node>) -> Node {
    let mut entries = map.as_map().unwrap_or_default().to_vec();
    match node {
        Some(node) => {
            if let Some(entry) = entries.get_mut(position) {
                entry.1 = node;
            }
        }
        None => {
            if position < entries.len() {
                entries.remove(position);
            }
        }
    }
    map.with_entries(entries)
}

/// The list with another item at a position, or without it.
fn replaced_item(list: &Node, position: usize, node: Option<Node>) -> Node {
    let mut items = list.as_list().unwrap_or_default().to_vec();
    match node {
        Some(node) => {
            if let Some(item) = items.get_mut(position) {
                *item = node;
            }
        }
        None => {
            if position < items.len() {
                items.remove(position);
            }
        }
    }
    Node::made_list(list.span, items)
}

/// Looks for changes of a value and of everything in it.
fn walk(key: &Key, node: &Node, names: &Names, rebuild: Rebuild<'_>, found: &mut Vec<Change>) {
    own(key, node, names, rebuild, found);
    if let Some(entries) = node.as_map() {
        for (position, (key, value)) in entries.iter().enumerate() {
            if !matches!(&*key.name, "title" | "label" | "source" | "gap" | "one_of" | "final") {
                let rebuild = |value: Option<Node>| rebuild(Some(replaced(node, position, value)));
                walk(key, value, names, &rebuild, found);
            }
        }
    }
    for (position, item) in node.as_list().unwrap_or_default().iter().enumerate() {
        // An item is a value of the same key.
        let rebuild = |value: Option<Node>| rebuild(Some(replaced_item(node, position, value)));
        if item.as_map().is_some() {
            for (inner, (key, value)) in item.as_map().unwrap_or_default().iter().enumerate() {
                let rebuild = |value: Option<Node>| rebuild(Some(replaced(item, inner, value)));
                walk(key, value, names, &rebuild, found);
            }
        }
    }
}

/// The changes of a value under its key.
fn own(key: &Key, node: &Node, names: &Names, rebuild: Rebuild<'_>, found: &mut Vec<Change>) {
    let mut add = |what: String, span: Span, value: Option<Node>| {
        found.push(Change {
            what,
            span,
            tree: rebuild(value),
        });
    };
    let text = node.text();
    let mut other = |written: &str, other: String| {
        add(
            format!("`{written}` becomes `{other}`"),
            node.span,
            Some(Node::made_text(node.span, other.as_str())),
        );
    };
    match (&*key.name, text) {
        ("if", Some(condition)) => {
            other(condition, format!("not ({condition})"));
            for shifted in shifted(condition) {
                other(condition, shifted);
            }
            add("the condition is left out".to_owned(), key.span, None);
        }
        ("go" | "resume" | "reopen" | "then", Some(target)) => {
            if let Some(next) = next_of(&names.states, target) {
                other(target, next);
            }
        }
        ("sent_by" | "role", Some(role)) => {
            if let Some(next) = next_of(&names.roles, role) {
                other(role, next);
            }
        }
        ("at_most", Some(number)) => {
            if let Ok(number) = number.parse::<i64>() {
                other(&number.to_string(), number.saturating_add(1).to_string());
                other(&number.to_string(), number.saturating_sub(1).to_string());
            }
        }
        (name, Some(length)) if LENGTHS.contains(&name) || name == "is" => {
            for changed in lengths(length) {
                other(length, changed);
            }
        }
        ("do" | "classify" | "assign" | "paused_in" | "warn" | "ladder" | "cancel" | "enter" | "leave", _) => {
            add(format!("`{}` is left out", key.name), key.span, None);
        }
        ("set", _) => {
            for (position, (field, _)) in node.as_map().unwrap_or_default().iter().enumerate() {
                let what = format!("`{}` is not set", field.name);
                add(what, field.span, Some(replaced(node, position, None)));
            }
        }
        ("timers", _) => {
            for (position, (timer, _)) in node.as_map().unwrap_or_default().iter().enumerate() {
                let what = format!("the timer `{}` is left out", timer.name);
                add(what, timer.span, Some(replaced(node, position, None)));
            }
        }
        _ => {}
    }
    list(key, node, rebuild, found);
}

/// The changes of a list of branches, effects, warnings or rungs: each left out, and each in the place of the next.
fn list(key: &Key, node: &Node, rebuild: Rebuild<'_>, found: &mut Vec<Change>) {
    let Some(items) = node.as_list().filter(|items| items.len() > 1) else {
        return;
    };
    let maps = items.iter().all(|item| item.as_map().is_some());
    if !maps {
        return;
    }
    for (position, item) in items.iter().enumerate() {
        let name = item.entry("name").and_then(Node::text);
        let what = match name {
            Some(name) => format!("`{name}` is left out"),
            None => format!("item {} of `{}` is left out", position + 1, key.name),
        };
        found.push(Change {
            what,
            span: item.span,
            tree: rebuild(Some(replaced_item(node, position, None))),
        });
    }
    if &*key.name == "do" {
        return;
    }
    for position in 1..items.len() {
        let mut swapped = items.to_vec();
        swapped.swap(position - 1, position);
        found.push(Change {
            what: format!("items {position} and {} of `{}` change places", position + 1, key.name),
            span: items.get(position).map_or(node.span, |item| item.span),
            tree: rebuild(Some(Node::made_list(node.span, swapped))),
        });
    }
}

/// The name after this one, round to the first; `None` where there is no other.
fn next_of(names: &[String], name: &str) -> Option<String> {
    let position = names.iter().position(|known| known == name)?;
    let next = names.get(position + 1).or_else(|| names.first())?;
    (next != name).then(|| next.clone())
}

/// A condition with each of its whole numbers one greater, in turn.
fn shifted(condition: &str) -> Vec<String> {
    let mut shifted = Vec::new();
    let mut before: Option<char> = None;
    let mut letters = condition.char_indices().peekable();
    while let Some((start, letter)) = letters.next() {
        let within = before.is_some_and(|before| before.is_alphanumeric() || matches!(before, '_' | '.' | '"'));
        before = Some(letter);
        if !letter.is_ascii_digit() || within {
            continue;
        }
        let mut end = start + 1;
        while let Some((at, digit)) = letters.next_if(|(_, letter)| letter.is_ascii_digit()) {
            end = at + 1;
            before = Some(digit);
        }
        let number = condition.get(start..end).and_then(|digits| digits.parse::<i64>().ok());
        if let (Some(number), Some(head), Some(tail)) = (number, condition.get(..start), condition.get(end..)) {
            shifted.push(format!("{head}{}{tail}", number.saturating_add(1)));
        }
    }
    shifted
}

/// Twice a length, and one unit less.
fn lengths(text: &str) -> Vec<String> {
    let Ok(length) = duration(text) else {
        return Vec::new();
    };
    let (twice, unit) = match length {
        Length::Elapsed(ms) => (
            Length::Elapsed(ms.saturating_mul(2)),
            unit(ms).map(|unit| Length::Elapsed(ms - unit)),
        ),
        Length::WorkingTime(ms) => (
            Length::WorkingTime(ms.saturating_mul(2)),
            unit(ms).map(|unit| Length::WorkingTime(ms - unit)),
        ),
        Length::WorkingDays(n) => (
            Length::WorkingDays(n.saturating_mul(2)),
            less(n).map(Length::WorkingDays),
        ),
        Length::Months(n) => (Length::Months(n.saturating_mul(2)), less(n).map(Length::Months)),
        Length::Years(n) => (Length::Years(n.saturating_mul(2)), less(n).map(Length::Years)),
    };
    std::iter::once(twice)
        .chain(unit)
        .map(|length| length.to_string())
        .collect()
}

fn less(number: u32) -> Option<u32> {
    number.checked_sub(1).filter(|less| *less > 0)
}

/// The greatest unit of which a length has more than one, or a smaller one where it has one.
fn unit(ms: i64) -> Option<i64> {
    [3_600_000, 60_000, 1_000, 1]
        .into_iter()
        .find(|unit| ms > *unit && ms % unit == 0)
}

#[cfg(test)]
mod tests {
    use super::{lengths, shifted};

    #[test]
    fn numbers_of_a_condition_are_shifted_one_by_one() {
        assert_eq!(
            shifted("rounds < 2 and size(x2) >= 10"),
            ["rounds < 3 and size(x2) >= 10", "rounds < 2 and size(x2) >= 11"]
        );
        assert_eq!(shifted("level == complex"), [] as [&str; 0]);
    }

    #[test]
    fn a_length_is_doubled_and_shortened_by_a_unit() {
        assert_eq!(lengths("4 h"), ["8 h", "3 h"]);
        assert_eq!(lengths("1 h"), ["2 h", "59 min"]);
        assert_eq!(lengths("1 working day"), ["2 working days"]);
        assert_eq!(lengths("param.limit"), [] as [&str; 0]);
    }
}
