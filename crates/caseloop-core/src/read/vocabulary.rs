//! What stands before the chart: roles, the case's data, events and effects.

use super::actions::BUILT_IN;
use super::cx::Cx;
use super::{codes, length, parameters};
use crate::definition::{EffectDef, EventDef};
use crate::{Mask, Masking, RoleId};
use caseloop_expr::declare::{self, Data, Fill};
use caseloop_expr::{Column, EnumType, Length, Type, Value};
use caseloop_syntax::{Diagnostic, Document, Key, Node};
use indexmap::IndexMap;
use std::sync::Arc;

/// Reads the roles of all documents.
pub(super) fn read_roles(documents: &[Document], cx: &mut Cx<'_>) {
    let mut names: Vec<Arc<str>> = Vec::new();
    for document in documents {
        let entries = document.root.as_map().unwrap_or_default();
        for (_, section) in entries.iter().filter(|(key, _)| &*key.name == "roles") {
            for node in section.list_or_one() {
                let Some(name) = cx.name(node, "a role") else {
                    cx.give_up(node.text().unwrap_or_default());
                    continue;
                };
                if names.contains(&name) {
                    cx.error(
                        &codes::DUPLICATE_NAME,
                        node.span,
                        format!("the role `{name}` is listed twice"),
                    );
                } else {
                    names.push(name);
                }
            }
        }
    }
    let names: Vec<&str> = names.iter().map(|name| &**name).collect();
    cx.roles = Arc::new(EnumType::new("role", &names));
}

/// The most levels, and the most columns that they have together.
const MOST_LEVELS: usize = 256;
const MOST_COLUMNS: usize = 256;

/// Reads the levels of triage, mildest first: an enum with columns.
pub(super) fn read_levels(node: Option<(&Key, &Node)>, cx: &mut Cx<'_>) {
    let Some((key, node)) = node else { return };
    let listed = node.list_or_one();
    if listed.is_empty() && !node.is_damaged() {
        let finding = Diagnostic::error(&codes::EMPTY_LIST, key.span, "there are no levels");
        cx.report
            .push(finding.help("list them, mildest first, as in `- {name: normal, limit: 24 h}`"));
    }
    let mut rows: IndexMap<Arc<str>, &Node> = IndexMap::new();
    for row in listed.iter().take(MOST_LEVELS + 1) {
        let Some(mut fields) = row.fields("a level", cx.report) else {
            continue;
        };
        let Some(name) = fields
            .require("name", cx.report)
            .and_then(|node| cx.name(node, "a level"))
        else {
            continue;
        };
        if rows.contains_key(&name) {
            let message = format!("the level `{name}` is listed twice");
            cx.error(&codes::DUPLICATE_NAME, row.span, message);
            continue;
        }
        rows.insert(name, row);
    }
    let mut columns: IndexMap<&str, (&Key, Vec<Option<&Node>>)> = IndexMap::new();
    for (position, row) in rows.values().enumerate() {
        for (column, cell) in declare::entries(row).filter(|(column, _)| &*column.name != "name") {
            let (_, cells) = columns
                .entry(&column.name)
                .or_insert_with(|| (column, vec![None; rows.len()]));
            if let Some(place) = cells.get_mut(position) {
                *place = Some(cell);
            }
            if columns.len() > MOST_COLUMNS {
                let message = format!("the levels have more than {MOST_COLUMNS} columns");
                cx.error(&codes::TOO_LARGE, column.span, message);
                cx.give_up("level");
                return;
            }
        }
    }
    if let Some(row) = listed.get(MOST_LEVELS) {
        let message = format!("there are {} levels, of at most {MOST_LEVELS}", listed.len());
        cx.error(&codes::TOO_LARGE, row.span, message);
        cx.give_up("level");
        return;
    }
    let names: Vec<&str> = rows.keys().map(|name| &**name).collect();
    if names.is_empty() {
        cx.give_up("level");
        return;
    }
    let mut levels = EnumType::new("level", &names);
    for (column, cells) in columns.values() {
        if cx.check_name(&column.name, column.span) {
            levels.columns.extend(read_column(column, cells, cx));
        }
    }
    cx.levels = Some((Arc::new(levels), key.span));
}

/// A column, whose type its values show: a role, or what a parameter of that value would be.
fn read_column(key: &Key, cells: &[Option<&Node>], cx: &mut Cx<'_>) -> Option<Column> {
    if cells.iter().flatten().any(|cell| works(cell, cx)) {
        let lengths = read_lengths(key, cells, cx)?;
        cx.working_columns.insert(key.name.clone(), lengths);
        return None;
    }
    let mut ty: Option<Type> = None;
    let mut values = Vec::new();
    for cell in cells {
        let Some(node) = cell else {
            values.push(Value::Absent);
            continue;
        };
        let text = node.word("a value", cx.report)?;
        let parameter = match text.strip_prefix("param.") {
            Some(name) => match cx.parameters.get(name) {
                Some(parameter) => Some(parameter.clone()),
                None => {
                    let known: Vec<Arc<str>> = cx.parameters.keys().cloned().collect();
                    let known = known.iter().map(|name| &**name);
                    cx.unknown(&codes::UNKNOWN_PARAMETER, node.span, "parameter", name, known);
                    return None;
                }
            },
            None => parameters::guess(text),
        };
        let (found, value) = match parameter {
            Some(parameter) => (parameter.ty, parameter.value),
            None if cx.roles.index(text).is_some() => (Type::Enum(cx.roles.clone()), Value::text(text)),
            None => (Type::Text, Value::text(text)),
        };
        if let Value::Duration(length @ ..1) = value {
            let cells = cx.too_short.entry(key.name.clone()).or_default();
            cells.push((node.span, length));
        }
        match &ty {
            None => ty = Some(found),
            Some(ty) if *ty == found => {}
            Some(ty) => {
                let message = format!("`{text}` is {found}, where the levels before have {ty}");
                let finding = Diagnostic::error(&codes::MISFIT_DEFAULT, node.span, message);
                cx.report
                    .push(finding.help(format!("all values of `{}` are of one kind", key.name)));
                return None;
            }
        }
        values.push(value);
    }
    let ty = ty?;
    let values = values.into_iter().map(|value| match value {
        Value::Absent => Value::Absent,
        value => ty.read(&value).unwrap_or(value),
    });
    let values = values.collect();
    Some(Column {
        name: key.name.clone(),
        ty,
        values,
    })
}

/// Whether a cell holds a length that a calendar counts, which is no value by itself.
fn works(cell: &Node, cx: &Cx<'_>) -> bool {
    let text = cell.text().unwrap_or_default();
    let length = match text.strip_prefix("param.") {
        Some(name) => cx.parameters.get(name).and_then(|parameter| parameter.length),
        None => parameters::guess(text).and_then(|parameter| parameter.length),
    };
    length.is_some_and(|length| length.elapsed().is_none())
}

/// A column of limits, of which some are in working time.
fn read_lengths(key: &Key, cells: &[Option<&Node>], cx: &mut Cx<'_>) -> Option<Vec<Length>> {
    let mut lengths = Vec::new();
    for cell in cells {
        let Some(node) = cell else {
            let message = format!("a level has no `{}`, which is a limit in working time", key.name);
            let finding = Diagnostic::error(&codes::MALFORMED_LIMIT, key.span, message);
            cx.report.push(finding.help("say it for every level"));
            return None;
        };
        let text = node.word("a length of time", cx.report)?;
        match length::fixed_length(node, text, cx) {
            Some(length) => lengths.push(length?),
            None => {
                let message = format!("`{text}` is no length of time, as other levels have in `{}`", key.name);
                cx.error(&codes::MALFORMED_LIMIT, node.span, message);
                return None;
            }
        }
    }
    Some(lengths)
}

/// Reads the fields of the case, of which the level is the last.
pub(super) fn read_case(node: Option<&Node>, cx: &mut Cx<'_>) {
    if let Some(node) = node {
        match node.fields("a set of fields", cx.report) {
            Some(mut fields) => cx.case = cx.declaring(|d| declare::read(fields.rest(), d)).0,
            None => cx.blind = true,
        }
    }
    let Some((levels, span)) = cx.levels.clone() else {
        return;
    };
    if let Some((_, field)) = cx.case.record.get("level") {
        let message = "a workflow with `levels` has a field `level` without saying so";
        let finding = Diagnostic::error(&codes::DUPLICATE_NAME, field.span, message);
        cx.report.push(finding.also(span, "made here"));
        return;
    }
    let first = levels.constants.first().map(|name| Value::Text(name.clone()));
    let mut record = (*cx.case.record).clone();
    let ty = Type::Enum(levels);
    cx.case.defaults.push(first.and_then(|first| ty.read(&first).ok()));
    cx.case.masks.push(Masking::Alike(Mask::None));
    record.push("level", ty, false, false, span);
    cx.case.record = Arc::new(record);
}

/// Reads the events.
pub(super) fn read_events(node: Option<&Node>, cx: &mut Cx<'_>) {
    let Some(node) = node else { return };
    let Some(mut fields) = node.fields("a set of events", cx.report) else {
        return;
    };
    for (key, node) in fields.rest() {
        if !cx.check_name(&key.name, key.span) {
            cx.give_up(&key.name);
            continue;
        }
        let taken = match &*key.name {
            "done" => Some("a state's own `done` is raised when its last part has ended"),
            "start" => Some("promises call it `start` that a case begins; choose another word"),
            _ => None,
        };
        if let Some(help) = taken {
            let message = format!("`{}` cannot be an event", key.name);
            let finding = Diagnostic::error(&codes::RESERVED_NAME, key.span, message);
            cx.report.push(finding.help(help));
            cx.give_up(&key.name);
            continue;
        }
        let mut event = EventDef {
            name: key.name.clone(),
            external: true,
            sent_by: Vec::new(),
            data: Data::default(),
            span: key.span,
        };
        if !node.is_null() {
            let Some(mut fields) = node.fields("an event", cx.report) else {
                cx.give_up(&key.name);
                continue;
            };
            if let Some((_, senders)) = fields.get("sent_by") {
                event.sent_by = senders
                    .list_or_one()
                    .iter()
                    .filter_map(|node| read_role(node, cx))
                    .collect();
            }
            event.data = cx.declaring(|d| declare::read(fields.rest(), d)).0;
        }
        cx.events.push(event);
    }
}

/// Reads the effects.
pub(super) fn read_effects(node: Option<&Node>, cx: &mut Cx<'_>) {
    let Some(node) = node else { return };
    let Some(mut fields) = node.fields("a set of effects", cx.report) else {
        return;
    };
    for (key, node) in fields.rest() {
        if !cx.check_name(&key.name, key.span) {
            cx.give_up(&key.name);
            continue;
        }
        if BUILT_IN.contains(&&*key.name) {
            let message = format!("`{}` cannot be declared: every host has it", key.name);
            cx.error(&codes::RESERVED_NAME, key.span, message);
            continue;
        }
        let (data, fills) = match node.as_map() {
            Some(_) => cx.declaring(|d| declare::read(declare::entries(node), d)),
            None if node.is_null() => (Data::default(), Vec::<Fill>::new()),
            None => {
                node.fields("an effect", cx.report);
                cx.give_up(&key.name);
                continue;
            }
        };
        cx.effects.push(EffectDef {
            name: key.name.clone(),
            parameters: data.record,
            span: key.span,
        });
        cx.fills.push(fills);
    }
}

/// The id of a declared role.
pub(super) fn read_role(node: &Node, cx: &mut Cx<'_>) -> Option<RoleId> {
    let word = node.word("a role", cx.report)?;
    let found = cx.roles.index(word);
    if found.is_none() {
        let roles = cx.roles.clone();
        cx.unknown(
            &codes::UNKNOWN_ROLE,
            node.span,
            "role",
            word,
            roles.constants.iter().map(|role| &**role),
        );
    }
    found.map(RoleId::at)
}
