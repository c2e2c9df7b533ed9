//! `parameters`: what the source documents leave open or a centre sets for itself, with defaults that a load may
//! replace, within the bounds that they name.

use super::codes;
use super::cx::{Allowed, Cx, Parameter};
use crate::definition::{Others, ParameterDef};
use caseloop_expr::declare;
use caseloop_expr::{Type, Value, duration};
use caseloop_syntax::{Diagnostic, Document, Node, NodeValue, did_you_mean};
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
    let bounds = ["min", "max"].map(|key| fields.get(key).map(|(_, node)| node));
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
        for bound in bounds.into_iter().flatten() {
            let message = "a choice has no `min` and no `max`";
            cx.error(&codes::MISFIT_DEFAULT, bound.span, message.to_owned());
        }
        return Some(plain(ty, value));
    }
    let text = is.word("a value", cx.report)?;
    let mut parameter = guess(text).unwrap_or_else(|| plain(Type::Text, Value::text(text)));
    let [min, max] = bounds;
    if let Some(first) = min.or(max) {
        parameter.allowed = read_bounds(&parameter, is, first, min, max, cx)?;
    }
    Some(parameter)
}

/// The least and the greatest value that a load may give, both included.
fn read_bounds(
    parameter: &Parameter,
    is: &Node,
    first: &Node,
    min: Option<&Node>,
    max: Option<&Node>,
    cx: &mut Cx<'_>,
) -> Option<Allowed> {
    let (Some(min), Some(max)) = (min, max) else {
        let message = "a parameter with one bound needs the other: `min` and `max`";
        cx.error(&codes::EMPTY_BOUNDS, first.span, message.to_owned());
        return None;
    };
    let mut read = |node: &Node| {
        let text = node.word("a bound", cx.report)?;
        let bound = guess(text).filter(|bound| bound.ty == parameter.ty && bound.rank().is_some());
        if bound.as_ref().and_then(Parameter::unit) != parameter.unit() || bound.is_none() {
            let message = format!("a bound of `{text}` does not fit: the value is {}", parameter.shown());
            cx.error(&codes::MISFIT_DEFAULT, node.span, message);
            return None;
        }
        bound
    };
    let (low, high) = (read(min)?, read(max)?);
    if low.rank() > high.rank() {
        let message = format!("`min` is {}, and `max` is {}", low.shown(), high.shown());
        cx.error(&codes::EMPTY_BOUNDS, min.span, message);
        return None;
    }
    if !(low.rank()..=high.rank()).contains(&parameter.rank()) {
        let message = format!("the value is {}, outside `min` and `max`", parameter.shown());
        cx.error(&codes::MISFIT_DEFAULT, is.span, message);
        return None;
    }
    Some(Allowed::Between(Box::new((low, high))))
}

fn plain(ty: Type, value: Value) -> Parameter {
    Parameter {
        ty,
        value,
        length: None,
        allowed: Allowed::Any,
    }
}

/// Whole numbers of no more values are told one by one.
const FEW: i64 = 24;

/// The parameters that stand in a document, with what a load may give them.
pub(super) fn used(document: &Node, cx: &Cx<'_>) -> Vec<ParameterDef> {
    let mut words = Vec::new();
    scalars(document, &mut words);
    let stands = |name: &str| words.iter().any(|text| reads(text, name));
    let used = cx.parameters.iter().filter(|(name, _)| stands(name));
    used.map(|(name, parameter)| ParameterDef {
        name: name.clone(),
        is: parameter.shown().into(),
        others: others(parameter),
    })
    .collect()
}

/// What else a load may give.
fn others(parameter: &Parameter) -> Others {
    let all: Vec<Arc<str>> = match (&parameter.ty, &parameter.allowed) {
        (Type::Bool, _) => ["false", "true"].map(Arc::from).to_vec(),
        (Type::Enum(constants), _) => constants.constants.clone(),
        (_, Allowed::Any) => return Others::Values(Vec::new()),
        (_, Allowed::Between(bounds)) => match (&bounds.0.value, &bounds.1.value) {
            (Value::Int(low), Value::Int(high)) if high - low <= FEW => {
                (*low..=*high).map(|number| number.to_string().into()).collect()
            }
            _ => return Others::Between(bounds.0.shown().into(), bounds.1.shown().into()),
        },
    };
    let is = parameter.shown();
    Others::Values(all.into_iter().filter(|value| **value != *is).collect())
}

fn scalars<'n>(node: &'n Node, words: &mut Vec<&'n str>) {
    match &node.value {
        NodeValue::Null => {}
        NodeValue::Scalar(scalar) if scalar.text.contains("param.") => words.push(&scalar.text),
        NodeValue::Scalar(_) => {}
        NodeValue::List(items) => items.iter().for_each(|node| scalars(node, words)),
        NodeValue::Map(entries) => entries.iter().for_each(|(_, node)| scalars(node, words)),
    }
}

/// Whether `param.NAME` stands in a text.
fn reads(text: &str, name: &str) -> bool {
    text.split("param.").skip(1).any(|rest| {
        let after = rest.strip_prefix(name).map(|after| after.chars().next());
        after.is_some_and(|next| next.is_none_or(|next| !declare::is_name_part(next)))
    })
}

/// The type that a value shows by itself: true or false, a whole number, an amount, a length of time.
pub(super) fn guess(text: &str) -> Option<Parameter> {
    if let Ok(number) = text.parse::<i64>() {
        return Some(plain(Type::INT, Value::Int(number)));
    }
    if let "true" | "false" = text {
        return Some(plain(Type::Bool, Value::Bool(text == "true")));
    }
    let amount = Type::Decimal { scale: 2 };
    if text.starts_with(|c: char| c.is_ascii_digit())
        && let Ok(value) = amount.read(&Value::text(text))
    {
        return Some(plain(amount, value));
    }
    let length = duration(text).ok()?;
    let value = length.elapsed().map_or(Value::Absent, Value::Duration);
    Some(Parameter {
        ty: Type::Duration,
        value,
        length: Some(length),
        allowed: Allowed::Any,
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
                .map(|value| plain(ty.clone(), value))
        }
    };
    match fitting {
        Some(mut given) => {
            if let Allowed::Between(bounds) = &parameter.allowed {
                let inside = (bounds.0.rank()..=bounds.1.rank()).contains(&given.rank());
                if !inside || given.unit() != parameter.unit() {
                    let (low, high) = (bounds.0.shown(), bounds.1.shown());
                    let message = format!("the parameter `{name}` is between {low} and {high}, not `{text}`");
                    cx.error(&codes::MISFIT_DEFAULT, at, message);
                    return;
                }
            }
            given.allowed = std::mem::take(&mut parameter.allowed);
            *parameter = given;
        }
        None => {
            let message = format!("the parameter `{name}` is {}, not `{text}`", parameter.ty);
            cx.error(&codes::MISFIT_DEFAULT, at, message);
        }
    }
}
