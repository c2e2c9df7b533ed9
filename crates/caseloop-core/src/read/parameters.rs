//! `parameters`: what the source documents leave open or a centre sets for itself, with defaults that a load may
//! replace.

use super::codes;
use super::cx::{Cx, Parameter};
use caseloop_expr::declare;
use caseloop_expr::{Length, Type, Value, duration};
use caseloop_syntax::{Diagnostic, Document, Node, did_you_mean};
use std::sync::Arc;

/// Reads the parameters of all documents, then lets `set` replace their values.
pub(super) fn read(documents: &[Document], set: &[(String, String)], cx: &mut Cx<'_>) {
    let mut places = Vec::new();
    for document in documents {
        let entries = document.root.as_map().unwrap_or_default();
        for (_, section) in entries.iter().filter(|(key, _)| &*key.name == "parameters") {
            if section.is_null() {
                continue;
            }
            let Some(mut declared) = section.fields("a set of parameters", cx.report) else {
                continue;
            };
            for (key, node) in declared.rest() {
                if !cx.check_name(&key.name, key.span) {
                    cx.give_up(&key.name);
                    continue;
                }
                if let Some((_, first)) = places.iter().find(|(name, _)| *name == key.name) {
                    let finding = Diagnostic::error(
                        &codes::DUPLICATE_NAME,
                        key.span,
                        format!("the parameter `{}` is declared twice", key.name),
                    );
                    cx.report.push(finding.also(*first, "first declared here"));
                    continue;
                }
                places.push((key.name.clone(), key.span));
                match read_one(node, cx) {
                    Some(parameter) => {
                        cx.parameters.insert(key.name.clone(), parameter);
                    }
                    None => cx.give_up(&key.name),
                }
            }
        }
    }
    let Some(main) = documents.first() else { return };
    for (name, text) in set {
        replace(name, text, &main.root, cx);
    }
    let params = cx.parameters.iter();
    cx.judging.params = params
        .map(|(name, p)| (name.clone(), (p.ty.clone(), p.value.clone())))
        .collect();
}

fn read_one(node: &Node, cx: &mut Cx<'_>) -> Option<Parameter> {
    let mut fields = node.fields("a parameter", cx.report)?;
    let is = fields.require("is", cx.report);
    let choices = fields.get("one_of").map(|(_, node)| node);
    // Where a value comes from is for people; that it is said is checked, what it says is not.
    for described in ["source", "gap"] {
        if let Some((_, node)) = fields.get(described) {
            node.word("a row", cx.report);
        }
    }
    cx.title(&mut fields);
    fields.finish(cx.report);
    let is = is?;
    if let Some(choices) = choices {
        let ty = Type::Enum(Arc::new(cx.declaring(|d| declare::constants(choices, d))?));
        let value = cx.declaring(|d| declare::read_value(is, &ty, d))?;
        return Some(Parameter {
            ty,
            value,
            length: None,
        });
    }
    let text = is.word("a value", cx.report)?;
    Some(guess(text).unwrap_or_else(|| Parameter {
        ty: Type::Text,
        value: Value::text(text),
        length: None,
    }))
}

/// The type that a value shows by itself: true or false, a whole number, an amount, a length of time.
pub(super) fn guess(text: &str) -> Option<Parameter> {
    let plain = |ty, value| {
        Some(Parameter {
            ty,
            value,
            length: None,
        })
    };
    if let Ok(number) = text.parse::<i64>() {
        return plain(Type::INT, Value::Int(number));
    }
    if let "true" | "false" = text {
        return plain(Type::Bool, Value::Bool(text == "true"));
    }
    let amount = Type::Decimal { scale: 2 };
    if text.starts_with(|c: char| c.is_ascii_digit())
        && let Ok(value) = amount.read(&Value::text(text))
    {
        return plain(amount, value);
    }
    let length = duration(text).ok()?;
    let value = length.elapsed().map_or(Value::Absent, Value::Duration);
    Some(Parameter {
        ty: Type::Duration,
        value,
        length: Some(length),
    })
}

fn replace(name: &str, text: &str, main: &Node, cx: &mut Cx<'_>) {
    let at = main.span.at_start();
    let Some(parameter) = cx.parameters.get_mut(name) else {
        let near = did_you_mean(name, cx.parameters.keys().map(|name| &**name));
        let mut finding = Diagnostic::error(
            &codes::UNKNOWN_PARAMETER,
            at,
            format!("`{name}` is set, and no parameter is called so"),
        );
        if let Some(near) = near {
            finding = finding.help(format!("did you mean `{near}`?"));
        }
        cx.report.push(finding);
        return;
    };
    let fitting = match (&parameter.ty, guess(text)) {
        (Type::Duration, Some(given)) if given.length.is_some() => Some(given),
        (ty, _) => {
            let raw = guess(text).map_or_else(|| Value::text(text), |given| given.value);
            ty.read(&raw)
                .or_else(|_| ty.read(&Value::text(text)))
                .ok()
                .map(|value| Parameter {
                    ty: ty.clone(),
                    value,
                    length: None::<Length>,
                })
        }
    };
    match fitting {
        Some(given) => *parameter = given,
        None => {
            let message = format!("the parameter `{name}` is {}, not `{text}`", parameter.ty);
            cx.error(&codes::MISFIT_DEFAULT, at, message);
        }
    }
}
