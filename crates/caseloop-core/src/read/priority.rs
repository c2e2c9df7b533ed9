//! `priority`: the score by which cases are put in order, and the promises of which it asks what is left.

use super::ask;
use super::codes;
use super::cx::{Cx, NO_EVENT};
use super::given::Given;
use crate::PromiseId;
use crate::definition::{Argument, PriorityDef};
use caseloop_expr::declare::quoted;
use caseloop_syntax::{Diagnostic, Kind, Node};

/// Reads `priority: SCORE` or `priority: {by: SCORE, promise: …, with: {…}}`.
pub(super) fn read(node: &Node, cx: &mut Cx<'_>) -> Option<PriorityDef> {
    let mut by = node;
    let (mut named, mut wiring) = (None, Vec::new());
    if node.as_map().is_some() {
        let mut fields = node.fields("a priority", cx.report)?;
        let score = fields.require("by", cx.report);
        named = fields.get("promise").map(|(_, node)| node);
        wiring = ask::wiring(&mut fields, cx);
        fields.finish(cx.report);
        by = score?;
    }
    let id = ask::find("priority", &[Kind::Score], by, cx)?;
    let def = cx.rules.get(id.index())?.clone();
    let places: Vec<_> = wiring.iter().map(|(name, _, node)| (name.clone(), node.span)).collect();
    let filled = ask::inputs_of(&def, wiring, by.span, NO_EVENT, &Given::default(), cx);
    let promises = promises(named, by, def.reads_left, &def.name, cx);
    let mut inputs = Vec::new();
    let mut sound = true;
    for (input, argument) in def.inputs.record.fields().zip(filled?) {
        let place = places.iter().find(|(name, _)| *name == input.name);
        let place = place.map_or(by.span, |(_, span)| *span);
        inputs.push(match argument {
            None => None,
            Some(Argument::Value(value)) => {
                if value.reads_time() {
                    let message = format!("`{}` changes by time alone", value.text());
                    let finding = Diagnostic::error(&codes::CHANGES_BY_TIME, place, message);
                    cx.report.push(finding.help(
                        "a score knows when its points change next: let it ask what is left of a promise by `left:`",
                    ));
                    sound = false;
                }
                Some(value)
            }
            Some(Argument::Hidden(path)) => {
                let message = format!("the clear text of `{path}` is not kept");
                let finding = Diagnostic::error(&codes::TEXT_NOT_KEPT, place, message);
                cx.report
                    .push(finding.help("let a classifier read it in the step that brings it, and score what it gives"));
                sound = false;
                None
            }
        });
    }
    let promises = promises?;
    sound.then_some(PriorityDef {
        rules: id,
        inputs,
        promises,
    })
}

/// The promises that are named; where none is, the only one there is.
fn promises(named: Option<&Node>, by: &Node, reads_left: bool, score: &str, cx: &mut Cx<'_>) -> Option<Vec<PromiseId>> {
    let known: Vec<_> = cx.promises.iter().map(|promise| promise.name.clone()).collect();
    let all = || (0..known.len()).map(PromiseId::at);
    match (named, reads_left, known.len()) {
        (None, false, _) => Some(Vec::new()),
        (None, true, 1) => Some(all().collect()),
        (None, true, _) => {
            let message = format!("`{score}` asks what is left of a promise, and none is named");
            let finding = Diagnostic::error(&codes::MISPLACED_PROMISE, by.span, message);
            let names: Vec<&str> = known.iter().map(|name| &**name).collect();
            cx.report.push(finding.help(match names.is_empty() {
                true => "the workflow has no promise: declare one under `promises:`".to_owned(),
                false => format!(
                    "write `priority: {{by: {score}, promise: …}}` with one of {}",
                    quoted(&names)
                ),
            }));
            None
        }
        (Some(named), false, _) => {
            let message = format!("`{score}` does not ask what is left of a promise");
            let finding = Diagnostic::error(&codes::MISPLACED_PROMISE, named.span, message);
            cx.report
                .push(finding.help("drop `promise:`, or give the score a part with `left: {\"< 50 %\": …}`"));
            None
        }
        (Some(named), true, _) => {
            let mut found = Vec::new();
            let listed = named.list_or_one();
            for node in listed {
                let name = node.word("a promise", cx.report)?;
                match known.iter().position(|known| **known == *name) {
                    Some(position) => found.push(PromiseId::at(position)),
                    None => {
                        let known = known.iter().map(|name| &**name);
                        cx.unknown(&codes::UNKNOWN_PROMISE, node.span, "promise", name, known);
                    }
                }
            }
            (found.len() == listed.len() && !found.is_empty()).then_some(found)
        }
    }
}
