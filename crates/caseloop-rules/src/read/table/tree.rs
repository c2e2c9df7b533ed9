//! `tree`: rules as nested mappings, a column and then its cells, turn by turn, down to what they give.

use super::super::codes;
use super::super::reader::Reader;
use caseloop_syntax::{Diagnostic, Key, Node};

/// One rule for each leaf, in the order of the file. A leaf is a mapping of outputs, or of `then` with `name` and `row`.
pub(super) fn rows(node: &Node, reader: &mut Reader<'_, '_>) -> Option<Vec<Node>> {
    let mut walk = Walk {
        cells: Vec::new(),
        rows: Vec::new(),
    };
    walk.branch(node, reader)?;
    Some(walk.rows)
}

struct Walk {
    /// The cells on the way down.
    cells: Vec<(Key, Node)>,
    rows: Vec<Node>,
}

impl Walk {
    /// A mapping: of one column, or a leaf.
    fn branch(&mut self, node: &Node, reader: &mut Reader<'_, '_>) -> Option<()> {
        // Asked so that something else than a mapping is reported.
        node.fields("a column, or values by output", reader.declaring.report)?;
        let entries = node.as_map().unwrap_or_default();
        let is_leaf = |(key, value): &(Key, Node)| &*key.name == "then" || value.as_map().is_none();
        if entries.is_empty() || entries.iter().any(is_leaf) {
            self.leaf(node, entries);
            return Some(());
        }
        if let [_, (second, _), ..] = entries {
            let message = format!("`{}` is a second column at one place of the tree", second.name);
            let finding = Diagnostic::error(&codes::MALFORMED_RULES, second.span, message);
            reader.push(finding.help("a tree asks for one column, and below each of its cells for the next"));
            return None;
        }
        for (column, cells) in entries {
            cells.fields("cells of a column", reader.declaring.report)?;
            if let Some(again) = self.cells.iter().find(|(key, _)| key.name == column.name) {
                let message = format!("`{}` is asked for again below itself", column.name);
                let finding = Diagnostic::error(&codes::MALFORMED_RULES, column.span, message);
                reader.push(finding.also(again.0.span, "the first time"));
                return None;
            }
            for (cell, below) in cells.as_map().unwrap_or_default() {
                let written = Node::made_text(cell.span, cell.name.clone());
                self.cells.push((column.clone(), written));
                self.branch(below, reader)?;
                self.cells.pop();
            }
        }
        Some(())
    }

    fn leaf(&mut self, node: &Node, entries: &[(Key, Node)]) {
        let cells = Node::made_map(node.span, self.cells.clone());
        let mut rule = vec![(Key::made(node.span, "if"), cells)];
        match entries.iter().any(|(key, _)| &*key.name == "then") {
            true => rule.extend(entries.iter().cloned()),
            false => rule.push((Key::made(node.span, "then"), node.clone())),
        }
        self.rows.push(Node::made_map(node.span, rule));
    }
}
