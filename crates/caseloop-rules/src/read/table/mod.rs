//! `table:`: inputs, columns, outputs, and rules written as a list, as a tree or as a sheet (`csv`). Trees and sheets
//! are turned into the list before anything else reads them, so that every finding keeps its place.

mod outputs;
mod sheet;
mod tree;

use super::codes;
use super::reader::Reader;
use crate::table::{Given, HitPolicy, Index, Rule, Table};
use crate::{RuleName, Signature};
use caseloop_expr::declare::check_name;
use caseloop_expr::{FieldIndex, Formula, Locate};
use caseloop_syntax::{Diagnostic, Document, Fields, Key, Node, Span};
use outputs::Outputs;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// Reads one table; `None` where anything is wrong with it.
pub(super) fn read(document: &Document, hash: Arc<str>, reader: &mut Reader<'_, '_>) -> Option<Table> {
    let mut fields = document.root.fields("a table", reader.declaring.report)?;
    let (name, span) = reader.begin("table", &mut fields)?;
    reader.read_inputs(&mut fields);
    let columns = fields.get("columns").map(|(_, node)| node);
    let gives = fields.require("gives", reader.declaring.report);
    let hit = fields.get("hit").map(|(_, node)| node);
    let ways = ["rules", "tree", "csv"].map(|key| fields.get(key));
    let otherwise = fields.get("otherwise").map(|(_, node)| node);
    fields.finish(reader.declaring.report);
    let errors = reader.declaring.report.errors();
    let computed = read_columns(columns, reader);
    let hit = read_hit(hit, reader)?;
    let outputs = Outputs::read(gives?, hit, reader)?;
    let rows = rows(ways, document, &outputs, reader)?;
    let (rules, names) = read_rules(&rows, &outputs, reader);
    let otherwise = match otherwise {
        Some(node) => Some(outputs.otherwise(node, reader)?),
        None => outputs.defaults(),
    };
    if reader.declaring.report.errors() > errors {
        return None;
    }
    let record = reader.scope.case.clone();
    let Some(index) = Index::of(&record, &rules) else {
        let finding = Diagnostic::error(
            &codes::TABLE_TOO_LARGE,
            span,
            "the table is larger than 64 MiB once compiled",
        );
        reader.push(finding.help("split it by one of its inputs, and let a first table choose among the parts"));
        return None;
    };
    Some(Table {
        signature: Signature {
            name,
            inputs: reader.inputs.clone(),
            outputs: outputs.record,
            rules: names,
            hash,
            span,
        },
        hit,
        record,
        computed,
        rules,
        otherwise,
        index,
    })
}

/// `columns`: what is worked out from the inputs, each seeing those before it.
fn read_columns(node: Option<&Node>, reader: &mut Reader<'_, '_>) -> Vec<Formula> {
    let fields = node.and_then(|node| node.fields("columns with their values", reader.declaring.report));
    let mut found = Vec::new();
    for (key, node) in fields
        .into_iter()
        .flat_map(|mut fields| fields.rest().collect::<Vec<_>>())
    {
        if !check_name(&key.name, key.span, reader.declaring.report) {
            continue;
        }
        if let Some((_, input)) = reader.scope.case.get(&key.name) {
            let message = format!("`{}` is an input or a column already", key.name);
            let finding = Diagnostic::error(&codes::UNKNOWN_COLUMN, key.span, message);
            reader.push(finding.also(input.span, "declared here"));
            continue;
        }
        let Some(formula) = reader.formula(node, None) else {
            reader.declaring.broken.insert(key.name.clone());
            continue;
        };
        let mut record = (*reader.scope.case).clone();
        record.push(&key.name, formula.ty().clone(), formula.optional(), false, key.span);
        reader.scope.case = Arc::new(record);
        found.push(formula);
    }
    found
}

fn read_hit(node: Option<&Node>, reader: &mut Reader<'_, '_>) -> Option<HitPolicy> {
    let Some(node) = node else {
        return Some(HitPolicy::Unique);
    };
    let word = node.word("a hit policy", reader.declaring.report)?;
    let found = HitPolicy::of(word);
    if found.is_none() {
        let known = HitPolicy::ALL.map(|(name, _)| name);
        let message = format!("there is no hit policy `{word}`");
        let finding = Diagnostic::error(&codes::UNKNOWN_HIT_POLICY, node.span, message);
        reader.push(
            finding
                .help(format!("there are {}", known.join(", ")))
                .suggest(word, known),
        );
    }
    found
}

/// The rules as a list of mappings, whichever way they are written.
fn rows(
    ways: [Option<(&Key, &Node)>; 3],
    document: &Document,
    outputs: &Outputs,
    reader: &mut Reader<'_, '_>,
) -> Option<Vec<Node>> {
    let mut said = ways.into_iter().flatten();
    let first = said.next();
    if let (Some((one, _)), Some((other, _))) = (first, said.next()) {
        let message = format!("the rules stand under `{}` and under `{}`", one.name, other.name);
        let finding = Diagnostic::error(&codes::MALFORMED_RULES, other.span, message);
        reader.push(finding.also(one.span, "the first of them"));
        return None;
    }
    let rows = match first {
        Some((key, node)) => match &*key.name {
            "rules" => node.list("rules", reader.declaring.report)?.to_vec(),
            "tree" => tree::rows(node, reader)?,
            _ => sheet::rows(node, outputs, reader)?,
        },
        None => Vec::new(),
    };
    if rows.is_empty() {
        super::reader::missing(reader.declaring.report, document, "rules");
        return None;
    }
    Some(rows)
}

fn read_rules(rows: &[Node], outputs: &Outputs, reader: &mut Reader<'_, '_>) -> (Vec<Rule>, Vec<RuleName>) {
    let (mut rules, mut names) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for node in rows {
        let Some(mut fields) = node.fields("a rule", reader.declaring.report) else {
            continue;
        };
        names.push(reader.rule(names.len(), node, &mut fields));
        let cells = read_cells(&mut fields, reader);
        let then = read_then(node, &mut fields, outputs, reader);
        fields.finish(reader.declaring.report);
        rules.extend(then.map(|then| Rule { cells, then }));
    }
    (rules, names)
}

fn read_then(
    node: &Node,
    fields: &mut Fields<'_>,
    outputs: &Outputs,
    reader: &mut Reader<'_, '_>,
) -> Option<Vec<Given>> {
    match fields.get("then") {
        Some((_, then)) => outputs.given(then, reader),
        None => outputs.none_given(node.span, reader),
    }
}

/// `if`: cells by their columns, in the order of the columns.
fn read_cells(fields: &mut Fields<'_>, reader: &mut Reader<'_, '_>) -> Vec<(FieldIndex, caseloop_expr::Cell)> {
    let cells = fields
        .get("if")
        .and_then(|(_, node)| node.fields("cells by column", reader.declaring.report));
    let mut found = Vec::new();
    for (key, node) in cells.into_iter().flat_map(|mut cells| cells.rest().collect::<Vec<_>>()) {
        let Some((column, _)) = reader.scope.case.get(&key.name) else {
            unknown_column(key, reader);
            continue;
        };
        let written = Written::of(node, reader);
        let cell = written.and_then(|written| reader.cell(&written.text, column, &written));
        found.extend(cell.filter(|cell| !cell.is_anything()).map(|cell| (column, cell)));
    }
    found.sort_by_key(|(column, _)| *column);
    found
}

fn unknown_column(key: &Key, reader: &mut Reader<'_, '_>) {
    if reader.declaring.broken.contains(&key.name) {
        return;
    }
    let message = format!("`{}` is no input and no column of the table", key.name);
    let known = reader.scope.case.clone();
    let finding = Diagnostic::error(&codes::UNKNOWN_COLUMN, key.span, message);
    reader.push(finding.suggest(&key.name, known.fields().map(|field| &*field.name)));
}

/// A cell as it is written: one text, or a list of texts that is put together with commas.
struct Written<'n> {
    text: String,
    /// Each piece with the place where it begins in the text.
    pieces: Vec<(usize, &'n Node)>,
}

impl<'n> Written<'n> {
    fn of(node: &'n Node, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let mut written = Self {
            text: String::new(),
            pieces: Vec::new(),
        };
        if node.is_null() {
            written.text.push('-');
            return Some(written);
        }
        for piece in node.list_or_one() {
            if !written.pieces.is_empty() {
                written.text.push_str(", ");
            }
            written.pieces.push((written.text.len(), piece));
            written.text.push_str(piece.word("a cell", reader.declaring.report)?);
        }
        Some(written)
    }
}

impl Locate for Written<'_> {
    fn locate(&self, part: Range<usize>) -> Span {
        let place = |at: usize| {
            let found = self.pieces.iter().rev().find(|(from, _)| *from <= at);
            found.map(|(from, node)| (at - from, *node))
        };
        match (place(part.start), place(part.end.max(part.start))) {
            (Some((start, first)), Some((end, last))) if std::ptr::eq(first, last) => first.part(start..end),
            (Some((_, first)), Some((_, last))) => Span::new(first.span.file, first.span.start, last.span.end),
            _ => Span::default(),
        }
    }
}

/// The names of a list that stand in it twice.
fn repeated<'k>(keys: impl IntoIterator<Item = &'k Key>) -> Option<&'k Key> {
    let mut seen = BTreeSet::new();
    keys.into_iter().find(|key| !seen.insert(&key.name))
}
