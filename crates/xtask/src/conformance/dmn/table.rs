//! One decision table as a table of caseloop, asked about one case.

use super::feel::{Names, cell, expression, named};
use super::model::{Model, Val};
use super::{Lacks, Local, child_text};
use caseloop_expr::declare::Declaring;
use caseloop_expr::{EnumType, Limits, Value};
use caseloop_rules::read::read;
use caseloop_rules::{Answer, Decided, Rules};
use caseloop_syntax::{Files, MapSources, Report, load};
use roxmltree::Node;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

/// See the module.
pub(super) struct Table {
    /// The file without its inputs.
    yaml: String,
    types: BTreeMap<String, String>,
    /// Members of structures whose type there is not, and which nothing asks for.
    left: BTreeSet<String>,
    /// The outputs in their order: the name there, the constants where it has some.
    outputs: Vec<Output>,
    hit: &'static str,
    /// The texts that an input may be, where the table says so.
    allowed: BTreeMap<String, Vec<String>>,
}

struct Output {
    name: String,
    /// The values in their order, as they are written.
    constants: Vec<String>,
}

const HITS: [(&str, &str, &str); 11] = [
    ("UNIQUE", "", "unique"),
    ("ANY", "", "any"),
    ("FIRST", "", "first"),
    ("PRIORITY", "", "priority"),
    ("RULE ORDER", "", "rule_order"),
    ("OUTPUT ORDER", "", "output_order"),
    ("COLLECT", "", "collect"),
    ("COLLECT", "SUM", "sum"),
    ("COLLECT", "MIN", "min"),
    ("COLLECT", "MAX", "max"),
    ("COLLECT", "COUNT", "count"),
];

impl Table {
    pub(super) fn of(
        model: &Model<'_>,
        table: Node<'_, '_>,
        decision: &str,
        result: &str,
        names: &Names,
        types: BTreeMap<String, String>,
    ) -> Result<Self, Lacks> {
        let policy = table.attribute("hitPolicy").unwrap_or("UNIQUE");
        let aggregation = table.attribute("aggregation").unwrap_or_default();
        let hit = HITS.iter().find(|(name, of, _)| *name == policy && *of == aggregation);
        let (_, _, hit) = hit.ok_or_else(|| Lacks(format!("the hit policy {policy} {aggregation}")))?;
        let of = |name: &'static str| table.children().filter(move |node| node.has_tag_name_local(name));
        let (mut columns, mut computed, mut allowed) = (Vec::new(), String::new(), BTreeMap::new());
        for (position, input) in of("input").enumerate() {
            let asked = input.children().find(|node| node.has_tag_name_local("inputExpression"));
            let text = asked.and_then(|node| child_text(node, "text")).unwrap_or_default();
            if names.contains_key(text) {
                columns.push(named(text));
                let values = input.children().find(|node| node.has_tag_name_local("inputValues"));
                let values = values.and_then(|node| child_text(node, "text")).and_then(literals);
                allowed.extend(values.map(|values| (text.to_owned(), values)));
            } else {
                let _ = writeln!(computed, "  c_{position}: {}", quoted(&expression(text, names)?));
                columns.push(format!("c_{position}"));
            }
        }
        let counted = *hit == "count";
        let rules: Vec<(Vec<&str>, Vec<&str>)> = of("rule").map(entries).collect();
        let (mut outputs, mut gives, mut otherwise) = (Vec::new(), String::new(), Vec::new());
        for (position, output) in of("output").enumerate() {
            let name = output.attribute("name").unwrap_or(decision).to_owned();
            let given: Vec<&str> = rules
                .iter()
                .filter_map(|(_, then)| then.get(position).copied())
                .collect();
            let listed = output.children().find(|node| node.has_tag_name_local("outputValues"));
            let listed = listed.and_then(|node| child_text(node, "text"));
            let listed = listed.or_else(|| model.allowed(result, output.attribute("name").unwrap_or_default()));
            let constants = match ["priority", "output_order"].contains(hit) {
                true => listed
                    .and_then(literals)
                    .filter(|listed| given.iter().all(|given| listed.iter().any(|one| one == given))),
                false => None,
            };
            let constants = constants.unwrap_or_default();
            let ty = match constants.is_empty() {
                false => format!(
                    "{{one_of: [{}]}}",
                    (0..constants.len())
                        .map(|at| format!("k_{at}"))
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
                true if counted => "{type: int}".to_owned(),
                true => output_type(model, output, result, &given)?,
            };
            let ty = match ["collect", "rule_order", "output_order"].contains(hit) {
                true => format!("{{list_of: {ty}}}"),
                false => ty,
            };
            let _ = writeln!(gives, "  o_{position}: {ty}");
            let default = output
                .children()
                .find(|node| node.has_tag_name_local("defaultOutputEntry"));
            let output = Output { name, constants };
            if let Some(default) = default.and_then(|node| child_text(node, "text")) {
                let value = output.value(default, names)?;
                let listed = ["collect", "rule_order", "output_order"].contains(hit);
                let value = if listed { format!("[{value}]") } else { value };
                otherwise.push(format!("o_{position}: {}", quoted(&value)));
            }
            outputs.push(output);
        }
        let mut yaml = String::new();
        if !computed.is_empty() {
            let _ = writeln!(yaml, "columns:\n{}", computed.trim_end());
        }
        let _ = writeln!(yaml, "gives:\n{}\nhit: {hit}\nrules:", gives.trim_end());
        for (asked, then) in &rules {
            let mut cells = Vec::new();
            for (column, asked) in columns.iter().zip(asked) {
                cells.push(format!("{column}: {}", quoted(&cell(asked, names)?)));
            }
            let mut values = Vec::new();
            for (position, (output, then)) in outputs.iter().zip(then).enumerate() {
                values.push(format!("o_{position}: {}", quoted(&output.value(then, names)?)));
            }
            let then = if counted {
                String::new()
            } else {
                format!(", then: {{{}}}", values.join(", "))
            };
            let _ = writeln!(yaml, "  - {{if: {{{}}}{then}}}", cells.join(", "));
        }
        if !otherwise.is_empty() {
            let _ = writeln!(yaml, "otherwise: {{{}}}", otherwise.join(", "));
        }
        let left = names.iter().filter(|(_, known)| known.lacks.is_some());
        Ok(Self {
            yaml,
            types,
            left: left.map(|(name, _)| name.clone()).collect(),
            outputs,
            hit,
            allowed,
        })
    }

    /// What the table gives for a case.
    pub(super) fn ask(&self, given: &BTreeMap<String, Val>) -> Result<Val, Lacks> {
        let mut yaml = "table: t\ncase:\n".to_owned();
        let mut inputs = Vec::new();
        for (name, ty) in &self.types {
            let value = given.get(name).unwrap_or(&Val::Null);
            let outside =
                |allowed: &Vec<String>| matches!(value, Val::Text(text) if !allowed.contains(&format!("\"{text}\"")));
            if self.allowed.get(name).is_some_and(outside) {
                return Err(Lacks("values outside of those that are allowed".to_owned()));
            }
            let ty = match value {
                Val::Null => ty.replacen('{', "{optional: true, ", 1),
                _ => ty.clone(),
            };
            let _ = writeln!(yaml, "  {}: {ty}", named(name));
            inputs.push((named(name), host(value, &self.left)));
        }
        if inputs.is_empty() {
            yaml = "table: t\n".to_owned();
        }
        let rules = rules(&(yaml + &self.yaml))?;
        let inputs = inputs.iter().filter(|(_, value)| *value != Value::Absent);
        let decided = rules
            .ask(inputs.map(|(name, value)| (name.as_str(), value)))
            .map_err(|bad| Lacks(format!("an input that does not fit, {bad}")))?;
        Ok(self.val(&decided))
    }

    fn val(&self, decided: &Decided) -> Val {
        if matches!(decided.answer, Answer::Conflict { .. } | Answer::Nothing) {
            return Val::Null;
        }
        let given = self.outputs.iter().enumerate().map(|(position, output)| {
            let value = decided.gave.get(&*format!("o_{position}")).unwrap_or(&Value::Absent);
            (output.name.clone(), output.read(value))
        });
        let mut given: Vec<(String, Val)> = given.collect();
        if self.outputs.len() == 1 {
            return given.pop().map_or(Val::Null, |(_, value)| value);
        }
        if !["collect", "rule_order", "output_order"].contains(&self.hit) {
            return Val::Context(given.into_iter().collect());
        }
        // Lists of each output, as items with all outputs.
        let mut items: Vec<BTreeMap<String, Val>> = Vec::new();
        for (name, values) in given {
            let Val::List(values) = values else { continue };
            items.resize_with(values.len().max(items.len()), BTreeMap::new);
            for (item, value) in items.iter_mut().zip(values) {
                item.insert(name.clone(), value);
            }
        }
        Val::List(items.into_iter().map(Val::Context).collect())
    }
}

impl Output {
    /// A value that a rule gives, in caseloop.
    fn value(&self, text: &str, names: &Names) -> Result<String, Lacks> {
        match self.constants.iter().position(|constant| constant == text) {
            Some(at) => Ok(format!("k_{at}")),
            None => expression(text, names),
        }
    }

    fn read(&self, value: &Value) -> Val {
        match value {
            Value::Absent => Val::Null,
            Value::Bool(value) => Val::Bool(*value),
            Value::Int(number) => Val::Number(number.to_string()),
            Value::Decimal { .. } => Val::number(&value.to_string()),
            Value::Constant(name) => {
                let at = name.strip_prefix("k_").and_then(|at| at.parse::<usize>().ok());
                let written = at.and_then(|at| self.constants.get(at)).map_or("", String::as_str);
                match written.strip_prefix('"') {
                    Some(text) => Val::Text(text.trim_end_matches('"').to_owned()),
                    None => Val::number(written),
                }
            }
            Value::Text(text) => Val::Text(text.to_string()),
            Value::List(items) => Val::List(items.iter().map(|item| self.read(item)).collect()),
            other => Val::Other(other.to_string()),
        }
    }
}

fn entries<'d>(rule: Node<'d, '_>) -> (Vec<&'d str>, Vec<&'d str>) {
    let of = |name: &'static str| {
        let entries = rule.children().filter(move |node| node.has_tag_name_local(name));
        entries
            .map(|entry| child_text(entry, "text").unwrap_or_default())
            .collect()
    };
    (of("inputEntry"), of("outputEntry"))
}

/// `"a", "b"` or `1, 2` as they are written; `None` where anything else stands there.
fn literals(text: &str) -> Option<Vec<String>> {
    let items = text.split(',').map(str::trim);
    let literal = |item: &&str| {
        let quoted = item.len() > 1 && item.starts_with('"') && item.ends_with('"');
        quoted || item.parse::<i64>().is_ok()
    };
    items.map(|item| literal(&item).then(|| item.to_owned())).collect()
}

/// The type of an output: as it is declared, or as its values show.
fn output_type(model: &Model<'_>, output: Node<'_, '_>, result: &str, given: &[&str]) -> Result<String, Lacks> {
    if let Some(ty) = output.attribute("typeRef") {
        return model.ty(ty, 8);
    }
    if let Some(ty) = output.attribute("name").and_then(|name| model.component(result, name)) {
        return Ok(ty);
    }
    let all = |fits: fn(&str) -> bool| !given.is_empty() && given.iter().all(|given| fits(given));
    let ty = match () {
        () if all(|text| text.contains('"') && !text.contains('(')) => "text",
        () if all(|text| matches!(text, "true" | "false")) => "bool",
        () if all(|text| text.parse::<i64>().is_ok()) => "int",
        () if all(|text| text.starts_with(|first: char| first.is_ascii_digit())) => return model.ty("number", 8),
        () => return model.ty(result, 8),
    };
    Ok(format!("{{type: {ty}}}"))
}

/// A text within single quotes.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn host(value: &Val, left: &BTreeSet<String>) -> Value {
    match value {
        Val::Null => Value::Absent,
        Val::Bool(value) => Value::Bool(*value),
        Val::Number(text) | Val::Text(text) | Val::Other(text) => Value::text(text),
        Val::List(items) => Value::List(items.iter().map(|item| host(item, left)).collect()),
        Val::Context(members) => {
            let members = members.iter().filter(|(name, _)| !left.contains(*name));
            Value::Record(
                members
                    .map(|(name, value)| (named(name).into(), host(value, left)))
                    .collect(),
            )
        }
    }
}

/// The table in a file; where it is refused, with what.
fn rules(yaml: &str) -> Result<Rules, Lacks> {
    let sources = MapSources::from_iter([("t.yaml", yaml)]);
    let (mut files, mut report) = (Files::default(), Report::default());
    let limits = caseloop_syntax::Limits::default();
    let loaded = load(&sources, "t.yaml", &limits, &mut files, &mut report);
    let mut declaring = Declaring {
        report: &mut report,
        roles: &Arc::new(EnumType::new("role", &[])),
        params: &indexmap::IndexMap::default(),
        broken: BTreeSet::new(),
    };
    let documents = loaded.map(|loaded| loaded.documents).unwrap_or_default();
    let mut found = read(&documents, &Limits::default(), &mut declaring);
    let refused = report.diagnostics().first().map(|finding| finding.message.clone());
    match (found.pop(), refused) {
        (Some(rules), None) => Ok(rules),
        (_, refused) => Err(Lacks(refused.unwrap_or_else(|| "a table of another kind".to_owned()))),
    }
}
