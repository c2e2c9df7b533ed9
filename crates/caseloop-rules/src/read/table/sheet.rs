//! `csv`: rules as the rows of a sheet. Its head names inputs, columns and outputs; `name` and `row` are what rules are
//! called. An empty cell asks for nothing, or leaves an output out.

use super::super::codes;
use super::super::reader::Reader;
use super::outputs::Outputs;
use super::{repeated, unknown_column};
use caseloop_syntax::{Diagnostic, Key, Node};

/// Where a column of the sheet goes.
enum Goes {
    Rule(Key),
    If(Key),
    Then(Key),
}

/// One rule for each row below the head; rows of empty cells are passed over.
pub(super) fn rows(node: &Node, outputs: &Outputs, reader: &mut Reader<'_, '_>) -> Option<Vec<Node>> {
    let rows = node.list("the rows of a sheet", reader.declaring.report)?;
    let (head, rows) = rows.split_first()?;
    let head: Vec<Key> = head
        .as_list()
        .unwrap_or_default()
        .iter()
        .map(|cell| Key::made(cell.span, cell.text().unwrap_or_default().trim()))
        .collect();
    if let Some(again) = repeated(head.iter().filter(|key| !key.name.is_empty())) {
        let message = format!("`{}` heads two columns", again.name);
        reader.push(Diagnostic::error(&codes::MALFORMED_RULES, again.span, message));
        return None;
    }
    let goes: Vec<Option<Goes>> = head.iter().map(|key| goes(key, outputs, reader)).collect();
    let mut found = Vec::new();
    for row in rows {
        let cells = row.as_list().unwrap_or_default();
        if cells.iter().all(is_empty) {
            continue;
        }
        if let Some(stray) = cells.iter().skip(head.len()).find(|cell| !is_empty(cell)) {
            let finding = Diagnostic::error(&codes::MALFORMED_RULES, stray.span, "a cell beyond the last column");
            reader.push(finding.help("a text with a comma stands within quotes: `\"a, b\"`"));
            continue;
        }
        found.push(rule(row, cells, &goes));
    }
    Some(found)
}

fn is_empty(cell: &Node) -> bool {
    cell.text().is_none_or(|text| text.trim().is_empty())
}

/// `if x` and `then x` say it outright, for a table that reads and gives the same name.
fn goes(key: &Key, outputs: &Outputs, reader: &mut Reader<'_, '_>) -> Option<Goes> {
    let name = &*key.name;
    let bare = |rest: &str| Key::made(key.span, rest.trim());
    let (input, output) = (
        reader.scope.case.get(name).is_some(),
        outputs.record.get(name).is_some(),
    );
    if let (Some(rest), false) = (name.strip_prefix("if "), input) {
        return Some(Goes::If(bare(rest)));
    }
    if let (Some(rest), false) = (name.strip_prefix("then "), output) {
        return Some(Goes::Then(bare(rest)));
    }
    if input && output {
        let message = format!("`{name}` is read and given");
        let finding = Diagnostic::error(&codes::MALFORMED_RULES, key.span, message);
        reader.push(finding.help(format!("write `if {name}` or `then {name}`")));
        return None;
    }
    match name {
        _ if input => Some(Goes::If(key.clone())),
        _ if output => Some(Goes::Then(key.clone())),
        "name" | "row" => Some(Goes::Rule(key.clone())),
        "" => None,
        _ => {
            unknown_column(key, reader);
            None
        }
    }
}

fn rule(row: &Node, cells: &[Node], goes: &[Option<Goes>]) -> Node {
    let (mut rule, mut asked, mut given) = (Vec::new(), Vec::new(), Vec::new());
    for (cell, goes) in cells.iter().zip(goes).filter(|(cell, _)| !is_empty(cell)) {
        match goes {
            Some(Goes::Rule(key)) => rule.push((key.clone(), cell.clone())),
            Some(Goes::If(key)) => asked.push((key.clone(), cell.clone())),
            Some(Goes::Then(key)) => given.push((key.clone(), cell.clone())),
            None => {}
        }
    }
    rule.push((Key::made(row.span, "if"), Node::made_map(row.span, asked)));
    if !given.is_empty() {
        rule.push((Key::made(row.span, "then"), Node::made_map(row.span, given)));
    }
    Node::made_map(row.span, rule)
}
