//! `assign:`: what is known of candidates, what they must be, and who of them is preferred.

use super::codes;
use super::reader::Reader;
use crate::Signature;
use crate::assignment::{Assignment, Give, Need, Preference};
use caseloop_expr::declare::Data;
use caseloop_expr::{RecordType, Slot, Type};
use caseloop_syntax::{Diagnostic, Document, Node};
use std::sync::Arc;

/// The inputs that every assignment has beside its own: who there is, and which role stands in where nobody fits.
pub(super) const CANDIDATES: &str = "candidates";
pub(super) const STAND_IN: &str = "or";

/// Reads one assignment; `None` where anything is wrong with it.
pub(super) fn read(document: &Document, hash: Arc<str>, reader: &mut Reader<'_, '_>) -> Option<Assignment> {
    let mut fields = document.root.fields("an assignment", reader.declaring.report)?;
    let (name, span) = reader.begin("assign", &mut fields)?;
    reader.read_inputs(&mut fields);
    let candidates = fields.require("candidates", reader.declaring.report);
    let gives = fields.require("gives", reader.declaring.report);
    let needs = fields.get("needs").map(|(_, node)| node);
    let prefer = fields.get("prefer").map(|(_, node)| node);
    fields.finish(reader.declaring.report);
    let candidate = reader.declared(candidates?, "what is known of a candidate").record;
    reader.scope.event = Some(candidate.clone());
    reader.scope.event_word = Some("candidate");
    let errors = reader.declaring.report.errors();
    let (mut rules, mut read_needs) = (Vec::new(), Vec::new());
    for node in needs.map(Node::list_or_one).unwrap_or_default() {
        let Some(mut fields) = node.fields("a need", reader.declaring.report) else {
            continue;
        };
        rules.push(reader.rule(rules.len(), node, &mut fields));
        // Whether it counts is a matter of the case, not of a candidate.
        let when = fields.get("if").map(|(_, node)| {
            let event = reader.scope.event.take();
            let condition = reader.condition(node);
            reader.scope.event = event;
            condition
        });
        let must = fields
            .require("must", reader.declaring.report)
            .and_then(|node| reader.condition(node));
        fields.finish(reader.declaring.report);
        if let (None | Some(Some(_)), Some(must)) = (&when, must) {
            read_needs.push(Need {
                when: when.flatten(),
                must,
            });
        }
    }
    let prefer = prefer.map(Node::list_or_one).unwrap_or_default();
    let prefer: Vec<Preference> = prefer.iter().filter_map(|node| read_preference(node, reader)).collect();
    let (outputs, gives) = read_gives(gives?, reader)?;
    let inputs = with_candidates(&reader.inputs, &candidate, reader);
    let slot = |name: &str| match inputs.record.get(name)?.1.slot {
        Slot::Word(slot) | Slot::Heavy(slot) => Some(slot),
    };
    let (list, stand_in) = (slot(CANDIDATES)?, slot(STAND_IN)?);
    (reader.declaring.report.errors() == errors).then(|| Assignment {
        signature: Signature {
            name,
            inputs,
            outputs: Arc::new(outputs),
            rules,
            hash,
            span,
        },
        candidate,
        list,
        stand_in,
        needs: read_needs,
        prefer,
        gives,
    })
}

/// The case's inputs, then the candidates and the role that stands in.
fn with_candidates(inputs: &Data, candidate: &Arc<RecordType>, reader: &Reader<'_, '_>) -> Data {
    let mut record = (*inputs.record).clone();
    let span = caseloop_syntax::Span::default();
    let list = Type::List(Arc::new(Type::Record(candidate.clone())));
    record.push(CANDIDATES, list, false, false, span);
    record.push(STAND_IN, Type::Enum(reader.declaring.roles.clone()), false, false, span);
    Data {
        record: Arc::new(record),
        ..inputs.clone()
    }
}

fn read_preference(node: &Node, reader: &mut Reader<'_, '_>) -> Option<Preference> {
    let mut fields = node.fields("a preference", reader.declaring.report)?;
    let ways = ["least", "most", "first"].map(|key| fields.get(key));
    fields.finish(reader.declaring.report);
    let mut said = ways.into_iter().flatten();
    let (Some((key, way)), None) = (said.next(), said.next()) else {
        let finding = Diagnostic::error(
            &codes::MALFORMED_PREFERENCE,
            node.span,
            "a preference goes by one thing",
        );
        reader.push(finding.help("write `- least: candidate.load`, `- most: …` or `- first: CONDITION`, each its own"));
        return None;
    };
    if &*key.name == "first" {
        return reader.condition(way).map(Preference::First);
    }
    let value = reader.formula(way, None)?;
    if !value.ty().is_word() {
        let message = format!("`{}` is {}, of which nothing is less or more", value.text(), value.ty());
        reader.push(Diagnostic::error(&codes::MALFORMED_PREFERENCE, way.span, message));
        return None;
    }
    Some(match &*key.name {
        "least" => Preference::Least(value),
        _ => Preference::Most(value),
    })
}

/// What each output is filled with: a field of the one who was chosen, or `or`.
fn read_gives(node: &Node, reader: &mut Reader<'_, '_>) -> Option<(RecordType, Vec<Give>)> {
    let mut fields = node.fields("a set of outputs", reader.declaring.report)?;
    let (mut outputs, mut gives) = (RecordType::default(), Vec::new());
    for (key, node) in fields.rest() {
        if node.text() == Some(STAND_IN) {
            let roles = Type::Enum(reader.declaring.roles.clone());
            outputs.push(&key.name, roles, true, false, key.span);
            gives.push(Give::StandIn);
            continue;
        }
        let value = reader.formula(node, None)?;
        outputs.push(&key.name, value.ty().clone(), true, false, key.span);
        gives.push(Give::OfChosen(value));
    }
    if gives.is_empty() {
        let finding = Diagnostic::error(&codes::MALFORMED_OUTPUT, node.span, "an assignment gives nothing");
        reader.push(finding.help("say what it gives, as in `gives: {assignee: candidate.who, stand_in: or}`"));
        return None;
    }
    Some((outputs, gives))
}
