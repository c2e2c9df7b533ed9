//! `set` and `do`: fields of the case, and what is asked of the host.

use super::cx::{Cx, Sight, is_path, sight_of};
use super::given::Given;
use super::{ask, codes};
use crate::definition::{Action, Argument, EffectDef};
use crate::{EffectId, Masking};
use caseloop_expr::declare::Fill;
use caseloop_expr::{Field, Formula, RecordType, Type, bounds};
use caseloop_syntax::{Diagnostic, Key, Node, Span};
use std::sync::Arc;

/// `enter` and `leave`: branches without condition and way.
pub(super) fn read_plain(node: &Node, scope: usize, cx: &mut Cx<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    for node in node.list_or_one() {
        let Some(mut fields) = node.fields("an action", cx.report) else {
            continue;
        };
        let mut given = Given::default();
        if let Some((_, node)) = fields.get("set") {
            actions.extend(read_set(node, scope, &mut given, cx));
        }
        for (key, kinds) in ask::KEYS {
            if let Some((_, node)) = fields.get(key) {
                actions.extend(ask::read(key, kinds, node, scope, &mut given, cx));
            }
        }
        if let Some((_, node)) = fields.get("do") {
            actions.extend(read_do(node, scope, &given, cx));
        }
        fields.finish(cx.report);
    }
    actions
}

/// `set`: fields in the order of the file, each seeing what those before it have set.
pub(super) fn read_set(node: &Node, scope: usize, given: &mut Given<'_>, cx: &mut Cx<'_>) -> Vec<Action> {
    let Some(mut fields) = node.fields("a set of fields", cx.report) else {
        return Vec::new();
    };
    let mut actions = Vec::new();
    for (key, node) in fields.rest() {
        actions.extend(read_one_set(key, node, scope, given, cx));
        given.change(key.name.clone());
    }
    actions
}

fn read_one_set(key: &Key, node: &Node, scope: usize, given: &Given<'_>, cx: &mut Cx<'_>) -> Option<Action> {
    let record = cx.case.record.clone();
    let Some((index, field)) = record.get(&key.name) else {
        let known: Vec<&str> = record.fields().map(|field| &*field.name).collect();
        cx.unknown(&codes::UNKNOWN_FIELD, key.span, "field", &key.name, known.into_iter());
        return None;
    };
    let known = given.for_text(node.text().unwrap_or_default());
    let sight = node.text().map_or(Sight::Judging, sight_of);
    let value = cx.formula(node, scope, Some(&field.ty), known, sight)?;
    if !field.optional {
        cx.must_be_there(&value, node, &guard(&value));
    }
    if let Some((low, high)) = range(&field.ty) {
        let (least, most) = bounds(&value, given.for_range(node.text().unwrap_or_default()));
        if least < low || most > high {
            let message = format!(
                "`{}` may become {}, and it {} at {}",
                field.name,
                if most > high { most } else { least },
                if most > high { "ends" } else { "begins" },
                if most > high { high } else { low }
            );
            let mut finding =
                Diagnostic::error(&codes::COUNT_OUT_OF_RANGE, node.span, message).also(field.span, "declared here");
            if value.constant().is_none() {
                let (sign, bound) = if most > high { ('<', high) } else { ('>', low) };
                finding = finding.help(format!(
                    "let the branch's `if` exclude it, as in `{} {sign} {bound}`",
                    field.name
                ));
            }
            cx.report.push(finding);
        }
    }
    Some(Action::Set { field: index, value })
}

/// The declared range of a number, where it has one that matters.
fn range(ty: &Type) -> Option<(i64, i64)> {
    match *ty {
        Type::Count { max } => Some((0, max)),
        Type::Int { min, max } if *ty != Type::INT => Some((min, max)),
        _ => None,
    }
}

/// `do`: one effect or a list of them.
pub(super) fn read_do(node: &Node, scope: usize, given: &Given<'_>, cx: &mut Cx<'_>) -> Vec<Action> {
    node.list_or_one()
        .iter()
        .filter_map(|node| read_effect(node, scope, given, cx))
        .collect()
}

fn read_effect(node: &Node, scope: usize, given: &Given<'_>, cx: &mut Cx<'_>) -> Option<Action> {
    if let Some(word) = node.text() {
        if BUILT_IN.contains(&word) {
            let finding = Diagnostic::error(&codes::MISSING_ARGUMENT, node.span, format!("`{word}` needs arguments"));
            let written = match word {
                "start_case" => "write `{start_case: {workflow: …}}`",
                _ => "write `{tell_cases: {link: …, event: …}}`",
            };
            cx.report.push(finding.help(written));
            return None;
        }
        return find_effect(word, node.span, cx).and_then(|id| emit(id, node, node.span, scope, given, cx));
    }
    let Some([(key, arguments)]) = node.as_map() else {
        if !node.is_damaged() {
            let finding = Diagnostic::error(&codes::MALFORMED_ACTION, node.span, "expected one effect").help(
                "write `do: {notify: {role: supervisor}}`; several effects stand in a list, each in its own line",
            );
            cx.report.push(finding);
        }
        return None;
    };
    if BUILT_IN.contains(&&*key.name) {
        return built_in(key, arguments, scope, given, cx);
    }
    let effect = find_effect(&key.name, key.span, cx)?;
    emit(effect, arguments, key.span, scope, given, cx)
}

fn find_effect(name: &str, span: caseloop_syntax::Span, cx: &mut Cx<'_>) -> Option<EffectId> {
    let found = cx.effects.iter().position(|effect| *effect.name == *name);
    if found.is_none() {
        let known: Vec<Arc<str>> = cx.effects.iter().map(|effect| effect.name.clone()).collect();
        cx.unknown(
            &codes::UNKNOWN_EFFECT,
            span,
            "effect",
            name,
            known.iter().map(|name| &**name),
        );
    }
    found.map(EffectId::at)
}

/// Reads the arguments of a declared effect, which is named at `at`. All that are wrong are reported.
fn emit(effect: EffectId, node: &Node, at: Span, scope: usize, given: &Given<'_>, cx: &mut Cx<'_>) -> Option<Action> {
    let def: EffectDef = cx.effects.get(effect.index())?.clone();
    let is_name_alone = node.text() == Some(&*def.name) && node.span == at;
    if node.as_map().is_none() && !is_name_alone && !node.is_null() {
        node.fields("a set of arguments", cx.report);
        return None;
    }
    let fills = cx.fills.get(effect.index()).cloned().unwrap_or_default();
    let mut arguments = Vec::new();
    let entries = node.as_map().unwrap_or_default();
    for (field, fill) in def.parameters.fields().zip(fills) {
        let found = entries.iter().find(|(key, _)| key.name == field.name);
        match found {
            Some((_, node)) => arguments.extend(read_argument(node, field, fill, scope, given, cx).map(Some)),
            None if field.optional => arguments.push(None),
            None => {
                let message = format!("`{}` is asked for without `{}`", def.name, field.name);
                let finding = Diagnostic::error(&codes::MISSING_ARGUMENT, at, message);
                cx.report.push(finding.also(field.span, "declared here"));
            }
        }
    }
    let known: Vec<&str> = def.parameters.fields().map(|field| &*field.name).collect();
    for (key, _) in entries.iter().filter(|(key, _)| !known.contains(&&*key.name)) {
        let kind = format!("parameter of `{}` called", def.name);
        cx.unknown(&codes::UNKNOWN_FIELD, key.span, &kind, &key.name, known.iter().copied());
    }
    (arguments.len() == known.len()).then_some(Action::Emit { effect, arguments })
}

fn read_argument(
    node: &Node,
    field: &Field,
    fill: Fill,
    scope: usize,
    given: &Given<'_>,
    cx: &mut Cx<'_>,
) -> Option<Argument> {
    let text = node.text().unwrap_or_default().to_owned();
    if fill == Fill::Word && is_path(&text) && !text.contains('.') {
        return cx.constant_text(&text, node).map(Argument::Value);
    }
    if is_path(&text)
        && let Some(path) = hidden_path(&text, scope, cx)
    {
        return Some(Argument::Hidden(path));
    }
    let value = cx.formula(node, scope, Some(&field.ty), given.for_text(&text), sight_of(&text))?;
    if !field.optional {
        cx.must_be_there(&value, node, &guard(&value));
    }
    Some(Argument::Value(value))
}

/// The full path of a hidden field, if that is what a path names.
pub(super) fn hidden_path(path: &str, scope: usize, cx: &Cx<'_>) -> Option<Arc<str>> {
    let (root, name) = path.split_once('.').unwrap_or(("case", path));
    let record: &RecordType = match root {
        "case" => &cx.case.record,
        "event" => &cx.events.get(scope.checked_sub(1)?)?.data.record,
        _ => return None,
    };
    let (_, field) = record.get(name)?;
    field.hidden.then(|| format!("{root}.{name}").into())
}

/// The effects that every host has.
pub(super) const BUILT_IN: [&str; 2] = ["start_case", "tell_cases"];

/// `start_case` and `tell_cases`, which every host has: their parameters take the types that they are given.
fn built_in(key: &Key, node: &Node, scope: usize, given: &Given<'_>, cx: &mut Cx<'_>) -> Option<Action> {
    let mut fields = node.fields("a set of arguments", cx.report)?;
    let words: &[&'static str] = if &*key.name == "start_case" {
        &["workflow", "link", "name"]
    } else {
        &["link", "event"]
    };
    let mut record = RecordType::default();
    let mut arguments = Vec::new();
    for word in words {
        let required = matches!(*word, "workflow" | "event") || &*key.name == "tell_cases";
        let found = if required {
            fields.require(word, cx.report)
        } else {
            fields.get(word).map(|(_, node)| node)
        };
        let Some(found) = found else { continue };
        let Some(text) = cx.name(found, "a name") else { continue };
        let Some(formula) = cx.constant_text(&text, found) else {
            continue;
        };
        record.push(word, Type::Text, false, false, found.span);
        arguments.push(Some(Argument::Value(formula)));
    }
    if let Some((_, found)) = fields.get("one_per") {
        let text = found.text().unwrap_or_default();
        refuse_masked_key(text, found, scope, cx);
        let formula = cx.formula(found, scope, None, given.for_text(text), Sight::Judging)?;
        record.push("one_per", formula.ty().clone(), formula.optional(), false, found.span);
        arguments.push(Some(Argument::Value(formula)));
    }
    fields.finish(cx.report);
    let known = cx
        .effects
        .iter()
        .position(|effect| effect.name == key.name && *effect.parameters == record);
    let position = known.unwrap_or_else(|| {
        cx.effects.push(EffectDef {
            name: key.name.clone(),
            parameters: Arc::new(record),
            span: key.span,
        });
        cx.fills.push(Vec::new());
        cx.effects.len() - 1
    });
    Some(Action::Emit {
        effect: EffectId::at(position),
        arguments,
    })
}

/// A mask is no key: different people have the same one.
fn refuse_masked_key(path: &str, node: &Node, scope: usize, cx: &mut Cx<'_>) {
    let (root, name) = path.split_once('.').unwrap_or(("case", path));
    let data = match root {
        "case" => &cx.case,
        "event" => match scope.checked_sub(1).and_then(|event| cx.events.get(event)) {
            Some(event) => &event.data,
            None => return,
        },
        _ => return,
    };
    let masking = data
        .record
        .get(name)
        .and_then(|(index, _)| data.masks.get(usize::from(index.0)));
    if masking.is_some_and(Masking::masks) {
        let message = format!("`{path}` is masked, so different people would share one case");
        let finding = Diagnostic::error(&codes::NESTED_PERSONAL, node.span, message);
        cx.report
            .push(finding.help("use the field with the host's own key, of the type `ref`"));
    }
}

/// What keeps an optional value from being absent.
fn guard(value: &Formula) -> String {
    format!(
        "give the branch the condition `has({})`, with nothing that sets it in between",
        value.text()
    )
}
