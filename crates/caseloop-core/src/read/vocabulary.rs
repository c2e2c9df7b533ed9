//! What stands before the chart: roles, the case's data, events and effects.

use super::actions::BUILT_IN;
use super::cx::{Cx, Fill};
use super::{codes, data};
use crate::RoleId;
use crate::definition::{Data, EffectDef, EventDef};
use caseloop_expr::EnumType;
use caseloop_syntax::{Diagnostic, Document, Node};
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

/// Reads the fields of the case.
pub(super) fn read_case(node: Option<&Node>, cx: &mut Cx<'_>) {
    let Some(node) = node else { return };
    let Some(mut fields) = node.fields("a set of fields", cx.report) else {
        return;
    };
    cx.case = data::read(fields.rest(), cx).0;
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
        if &*key.name == "done" {
            let finding = Diagnostic::error(&codes::RESERVED_NAME, key.span, "`done` cannot be an event");
            cx.report
                .push(finding.help("a state's own `done` is raised when its last part has ended"));
            cx.give_up("done");
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
            event.data = data::read(fields.rest(), cx).0;
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
            Some(_) => data::read(data::entries(node), cx),
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
