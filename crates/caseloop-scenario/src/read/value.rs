//! Values as they stand in a scenario, read by their declared type; times are local to the scenario's zone.

use super::Reader;
use crate::codes::{MISFIT_VALUE, MISSING_FIELD};
use caseloop::Value;
use caseloop::layers::core::definition::Data;
use caseloop::layers::core::read::codes::UNKNOWN_FIELD;
use caseloop::layers::expr::Type;
use caseloop::layers::syntax::{Applicability, Diagnostic, Node, Span};
use std::sync::Arc;

impl Reader<'_> {
    /// Named values of a declared record, of which every name is known. `of` names it.
    pub(super) fn data(&mut self, node: &Node, declared: &Data, of: &'static str) -> Vec<(Arc<str>, Value)> {
        if node.is_null() || node.fields(of, self.report).is_none() {
            return Vec::new();
        }
        let mut read = Vec::new();
        for (key, value) in node.as_map().unwrap_or_default() {
            let Some((_, field)) = declared.record.get(&key.name) else {
                let message = format!("{of} has no field `{}`", key.name);
                let names = declared.record.fields().map(|field| &*field.name);
                self.report
                    .push(Diagnostic::error(&UNKNOWN_FIELD, key.span, message).suggest(&key.name, names));
                continue;
            };
            if let Some(value) = self.value(value, &field.ty) {
                read.push((field.name.clone(), value));
            }
        }
        read
    }

    /// Fills in what is declared, needed and left out: texts and keys with the names of their fields, on which nothing can
    /// depend. Anything else is missing.
    pub(super) fn fill(&mut self, data: &mut Vec<(Arc<str>, Value)>, declared: &Data, of: &str, span: Span) {
        for (position, field) in declared.record.fields().enumerate() {
            let default = declared.defaults.get(position).cloned().flatten();
            let given = data.iter().any(|(name, _)| *name == field.name);
            if given || field.optional || default.is_some() {
                continue;
            }
            match field.ty {
                Type::Text | Type::Person | Type::Ref => data.push((field.name.clone(), Value::text(&field.name))),
                _ => {
                    let message = format!("{of} needs the field `{}`, which is {}", field.name, field.ty);
                    self.report.push(
                        Diagnostic::error(&MISSING_FIELD, span, message)
                            .help("texts and references may be left out, everything else must be told"),
                    );
                }
            }
        }
    }

    /// A value of a type.
    pub(super) fn value(&mut self, node: &Node, ty: &Type) -> Option<Value> {
        if let (Type::Instant, Some(_)) = (ty, node.text()) {
            return self.moment(node).map(|(at, _)| Value::Instant(at.0));
        }
        let raw = self.raw(node, ty)?;
        match ty.read(&raw) {
            Ok(value) => Some(value),
            Err(bad) => {
                let finding = Diagnostic::error(&MISFIT_VALUE, node.span, bad.to_string());
                let meant = match (ty, node.text()) {
                    (Type::Bool, Some("yes" | "Yes" | "on" | "On" | "True" | "TRUE")) => Some("true"),
                    (Type::Bool, Some("no" | "No" | "off" | "Off" | "False" | "FALSE")) => Some("false"),
                    _ => None,
                };
                self.report.push(match meant {
                    Some(meant) => finding.fix(format!("write `{meant}`"), node.span, meant, Applicability::Safe),
                    None => finding,
                });
                None
            }
        }
    }

    /// YAML has texts only; the type says which of them are numbers.
    fn raw(&mut self, node: &Node, ty: &Type) -> Option<Value> {
        if let Some(items) = node.as_list() {
            let item = if let Type::List(item) = ty { item } else { ty };
            return items
                .iter()
                .map(|node| self.raw(node, item))
                .collect::<Option<_>>()
                .map(Value::List);
        }
        if let (Some(entries), Type::Record(record)) = (node.as_map(), ty) {
            let members = entries.iter().map(|(key, node)| {
                let known = record.get(&key.name).map(|(_, field)| &field.ty);
                // An unknown member is complained of by the type.
                let value = self.raw(node, known.unwrap_or(&Type::Text))?;
                Some((key.name.clone(), value))
            });
            return members.collect::<Option<_>>().map(Value::Record);
        }
        let text = node.word("a value", self.report)?;
        Some(match ty {
            Type::Bool if text == "true" => Value::Bool(true),
            Type::Bool if text == "false" => Value::Bool(false),
            Type::Int { .. } | Type::Count { .. } => text.parse().map_or_else(|_| Value::text(text), Value::Int),
            Type::Instant => Value::Instant(self.moment(node)?.0.0),
            _ => Value::text(text),
        })
    }
}
