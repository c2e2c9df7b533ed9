//! `classify` and `assign`: which rules are asked, what they read and where it goes.

use super::actions::hidden_path;
use super::codes;
use super::cx::{Cx, Sight, sight_of};
use super::given::Given;
use crate::RulesId;
use crate::definition::{Action, Argument, Ask, RulesDef};
use caseloop_expr::declare::quoted;
use caseloop_expr::{Field, FieldIndex, RecordType, Type};
use caseloop_syntax::{Diagnostic, Fields, Kind, Node, Span};
use std::sync::Arc;

/// The two keys, and the rules that each may name.
pub(super) const KEYS: [(&str, &[Kind]); 2] = [
    ("classify", &[Kind::Table, Kind::Classifier]),
    ("assign", &[Kind::Assign]),
];

/// Reads the rules that a branch asks; several stand in a list, each seeing what those before it gave.
pub(super) fn read(
    key: &str,
    kinds: &[Kind],
    node: &Node,
    scope: usize,
    given: &mut Given<'_>,
    cx: &mut Cx<'_>,
) -> Vec<Action> {
    let mut actions = Vec::new();
    for node in node.list_or_one() {
        let Some(ask) = read_one(key, kinds, node, scope, given, cx) else {
            continue;
        };
        let record = cx.case.record.clone();
        for field in ask.outputs.iter().flatten().filter_map(|index| record.field(*index)) {
            given.change(field.name.clone());
        }
        actions.push(Action::Ask(ask));
    }
    actions
}

/// Every field that rules may set wherever they are asked.
pub(super) fn outputs(cx: &Cx<'_>) -> Vec<Arc<str>> {
    let outputs = cx.rules.iter().flat_map(|rules| rules.outputs.fields());
    outputs.map(|field| field.name.clone()).collect()
}

fn read_one(key: &str, kinds: &[Kind], node: &Node, scope: usize, given: &Given<'_>, cx: &mut Cx<'_>) -> Option<Ask> {
    if node.as_map().is_none() {
        let rules = find(key, kinds, node, cx)?;
        return fill(rules, Vec::new(), node.span, scope, given, cx);
    }
    let mut fields = node.fields("a question to rules", cx.report)?;
    let by = fields.require("by", cx.report);
    let mut wiring = wiring(&mut fields, cx);
    if kinds == [Kind::Assign] {
        for (word, input) in [("from", "candidates"), ("or", "or")] {
            if let Some(node) = fields.require(word, cx.report) {
                wiring.push((input.into(), node.span, node));
            }
        }
    }
    fields.finish(cx.report);
    let rules = find(key, kinds, by?, cx)?;
    fill(rules, wiring, by?.span, scope, given, cx)
}

pub(super) fn find(key: &str, kinds: &[Kind], node: &Node, cx: &mut Cx<'_>) -> Option<RulesId> {
    let name = node.word("the name of rules", cx.report)?;
    let known: Vec<(Arc<str>, Kind)> = cx.rules.iter().map(|def| (def.name.clone(), def.kind)).collect();
    if let Some(position) = known.iter().position(|(known, _)| **known == *name) {
        let kind = known.get(position).map(|(_, kind)| *kind)?;
        if !kinds.contains(&kind) {
            let message = format!("`{name}` is {}, which `{key}` does not ask", what(kind));
            let finding = Diagnostic::error(&codes::UNKNOWN_RULES, node.span, message);
            let asks = KEYS.iter().find(|(_, kinds)| kinds.contains(&kind));
            cx.report.push(finding.help(match asks.filter(|_| kinds != [Kind::Score]) {
                Some((other, _)) => format!("write `{other}: {name}`"),
                None if kinds == [Kind::Score] => "name rules whose file begins with `score:`".to_owned(),
                None => format!(
                    "points are worked out whenever they are read and kept nowhere: write `priority: {name}` beside `start`"
                ),
            }));
            return None;
        }
        return Some(RulesId::at(position));
    }
    let fitting: Vec<&str> = known
        .iter()
        .filter(|(_, kind)| kinds.contains(kind))
        .map(|(name, _)| &**name)
        .collect();
    if fitting.is_empty() && !cx.is_given_up(name) {
        let message = format!("there are no rules `{name}`");
        let finding = Diagnostic::error(&codes::UNKNOWN_RULES, node.span, message);
        cx.report.push(finding.help("name their file in `uses:`"));
        return None;
    }
    cx.unknown(
        &codes::UNKNOWN_RULES,
        node.span,
        "set of rules",
        name,
        fitting.into_iter(),
    );
    None
}

fn what(kind: Kind) -> &'static str {
    match kind {
        Kind::Table => "a table",
        Kind::Classifier => "a classifier",
        Kind::Score => "a score",
        _ => "an assignment",
    }
}

fn fill(id: RulesId, wiring: Vec<Wire<'_>>, at: Span, scope: usize, given: &Given<'_>, cx: &mut Cx<'_>) -> Option<Ask> {
    let def: RulesDef = cx.rules.get(id.index())?.clone();
    let inputs = inputs_of(&def, wiring, at, scope, given, cx);
    let outputs = outputs_of(&def, at, cx);
    Some(Ask {
        rules: id,
        inputs: inputs?,
        outputs: outputs.ok()?,
    })
}

/// An input that `with` names, and what fills it.
pub(super) type Wire<'n> = (Arc<str>, Span, &'n Node);

/// `with`: what fills inputs that are not filled by what has their name.
pub(super) fn wiring<'n>(fields: &mut Fields<'n>, cx: &mut Cx<'_>) -> Vec<Wire<'n>> {
    let with = fields.get("with");
    let with = with.and_then(|(_, with)| with.fields("a set of inputs", cx.report));
    let entries = with.map(|mut with| with.rest().collect::<Vec<_>>());
    let entries = entries.unwrap_or_default().into_iter();
    entries.map(|(key, node)| (key.name.clone(), key.span, node)).collect()
}

/// Fills the inputs of rules: by `with`, by a field of the case, or by one of the event.
pub(super) fn inputs_of(
    def: &RulesDef,
    wiring: Vec<Wire<'_>>,
    at: Span,
    scope: usize,
    given: &Given<'_>,
    cx: &mut Cx<'_>,
) -> Option<Vec<Option<Argument>>> {
    let mut sound = true;
    for (name, span, _) in &wiring {
        if def.inputs.record.get(name).is_none() {
            let known: Vec<&str> = def.inputs.record.fields().map(|field| &*field.name).collect();
            let kind = format!("input of `{}` called", def.name);
            cx.unknown(&codes::UNKNOWN_FIELD, *span, &kind, name, known.into_iter());
            sound = false;
        }
    }
    let mut inputs = Vec::new();
    for (position, input) in def.inputs.record.fields().enumerate() {
        let default = def.inputs.defaults.get(position).cloned().flatten();
        let may_lack = input.optional || default.is_some();
        let argument = match wiring.iter().find(|(name, ..)| *name == input.name) {
            Some((_, _, node)) => wired(node, input, may_lack, scope, given, cx),
            None => same_name(def, input, may_lack, at, scope, given, cx),
        };
        match argument {
            Ok(argument) => inputs.push(argument),
            Err(Told) => sound = false,
        }
    }
    sound.then_some(inputs)
}

/// Something is wrong, and it is reported.
struct Told;

fn wired(
    node: &Node,
    input: &Field,
    may_lack: bool,
    scope: usize,
    given: &Given<'_>,
    cx: &mut Cx<'_>,
) -> Result<Option<Argument>, Told> {
    let text = node.text().unwrap_or_default().to_owned();
    if let Some(path) = hidden_path(&text, scope, cx) {
        return hidden(path, input, node.span, scope, cx);
    }
    if input.ty == Type::Text && node.text().is_none() {
        return Err(Told);
    }
    let sight = if input.ty.is_word() {
        Sight::Judging
    } else {
        sight_of(&text)
    };
    let known = given.for_text(&text);
    let value = cx.formula(node, scope, Some(&input.ty), known, sight).ok_or(Told)?;
    if value.optional() && !may_lack {
        cx.must_be_there(
            &value,
            node,
            "the rules want it; let the branch ask `has` of it first, or give the input a default",
        );
        return Err(Told);
    }
    Ok(Some(Argument::Value(value)))
}

/// A hidden text is shown to rules in the step that brings it.
fn hidden(path: Arc<str>, input: &Field, span: Span, scope: usize, cx: &mut Cx<'_>) -> Result<Option<Argument>, Told> {
    if input.ty != Type::Text {
        let message = format!("`{path}` is a text, and the rules read {} here", input.ty);
        cx.error(&caseloop_expr::codes::TYPE_MISMATCH, span, message);
        return Err(Told);
    }
    if path.starts_with("case.") && scope != super::cx::NO_EVENT {
        let message = format!("the clear text of `{path}` is not kept, and an event does not bring it back");
        let finding = Diagnostic::error(&codes::TEXT_NOT_KEPT, span, message);
        cx.report.push(
            finding
                .help("read the event's own text, as in `with: {text: event.text}`, or classify when the case begins"),
        );
        return Err(Told);
    }
    Ok(Some(Argument::Hidden(path)))
}

/// The field that an input means without being told: the case's of its name, or the event's.
fn same_name(
    def: &RulesDef,
    input: &Field,
    may_lack: bool,
    at: Span,
    scope: usize,
    given: &Given<'_>,
    cx: &mut Cx<'_>,
) -> Result<Option<Argument>, Told> {
    let event = scope.checked_sub(1).and_then(|position| cx.events.get(position));
    let of_event = event
        .and_then(|event| event.data.record.get(&input.name))
        .map(|(_, field)| field.clone());
    let of_case = cx.case.record.get(&input.name).map(|(_, field)| field.clone());
    let (root, field) = match (of_event, of_case) {
        // The case keeps no clear text; the event that brings one does.
        (Some(event), Some(case)) if case.hidden || event.hidden => ("event", event),
        (_, Some(case)) => ("case", case),
        (Some(event), None) => ("event", event),
        (None, None) if may_lack => return Ok(None),
        (None, None) => {
            if cx.blind || cx.is_given_up(&input.name) {
                return Err(Told);
            }
            let message = format!(
                "`{}` reads `{}`, which neither the case nor the event has",
                def.name, input.name
            );
            let finding = Diagnostic::error(&codes::MISSING_INPUT, at, message).also(input.span, "declared here");
            cx.report.push(finding.help(match def.kind {
                Kind::Assign => format!(
                    "write `assign: {{by: {}, from: event.candidates, or: ROLE}}`: who there is, and who stands in",
                    def.name
                ),
                _ => format!(
                    "say what fills it, as in `{{by: {}, with: {{{}: …}}}}`",
                    def.name, input.name
                ),
            }));
            return Err(Told);
        }
    };
    let path = format!("{root}.{}", field.name);
    if field.hidden && input.ty == Type::Text {
        return hidden(path.into(), input, at, scope, cx);
    }
    let value = cx
        .path_formula(&path, at, scope, &input.ty, given.for_text(&path))
        .ok_or(Told)?;
    if value.optional() && !may_lack {
        let message = format!("`{path}` is optional, and `{}` wants it", def.name);
        let finding = Diagnostic::error(&codes::UNGUARDED_OPTIONAL, at, message).also(input.span, "declared here");
        cx.report.push(finding.help(format!(
            "let the branch ask `has({})` first, or make the input optional",
            field.name
        )));
        return Err(Told);
    }
    Ok(Some(Argument::Value(value)))
}

/// The fields of the case that take what the rules give.
fn outputs_of(def: &RulesDef, at: Span, cx: &mut Cx<'_>) -> Result<Vec<Option<FieldIndex>>, Told> {
    let record: Arc<RecordType> = cx.case.record.clone();
    let mut found = Vec::new();
    let mut told = false;
    for output in def.outputs.fields() {
        let Some((index, field)) = record.get(&output.name) else {
            found.push(None);
            continue;
        };
        if !output.ty.fits(&field.ty) {
            let message = format!(
                "`{}` gives {} as `{}`, and the case has {} there",
                def.name, output.ty, output.name, field.ty
            );
            let mut finding = Diagnostic::error(&caseloop_expr::codes::TYPE_MISMATCH, at, message);
            if let Some(constants) = output.ty.listed() {
                finding = finding.help(format!(
                    "declare the field with the same constants in the same order, {constants}"
                ));
            }
            cx.report.push(
                finding
                    .also(output.span, "what the rules give")
                    .also(field.span, "the field of the case"),
            );
            told = true;
        }
        found.push(Some(index));
    }
    if told || cx.blind {
        return Err(Told);
    }
    if found.iter().all(Option::is_none) {
        let names: Vec<&str> = def.outputs.fields().map(|field| &*field.name).collect();
        let message = format!("the case has no field for what `{}` gives", def.name);
        let finding = Diagnostic::error(&codes::NO_OUTPUT, at, message);
        cx.report
            .push(finding.help(format!("declare one of {} under `case:`", quoted(&names))));
        return Err(Told);
    }
    Ok(found)
}
