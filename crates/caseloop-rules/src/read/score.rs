//! `score:`: the parts of a score, its groups and its bands.

use super::codes;
use super::reader::Reader;
use crate::score::{Part, Score, When};
use crate::{RuleName, Signature};
use caseloop_expr::{ABSENT, RecordType, Type};
use caseloop_syntax::{Diagnostic, Document, Fields, Key, Node, Span};
use std::sync::Arc;

/// Reads one score; `None` where anything is wrong with it.
pub(super) fn read(document: &Document, hash: Arc<str>, reader: &mut Reader<'_, '_>) -> Option<Score> {
    let mut fields = document.root.fields("a score", reader.declaring.report)?;
    let (name, span) = reader.begin("score", &mut fields)?;
    reader.read_inputs(&mut fields);
    let gives = fields.get("gives");
    let listed = fields.require("add", reader.declaring.report);
    let at_most = fields.get("at_most").map(|(_, node)| reader.number(node));
    let bands = fields.get("bands");
    fields.finish(reader.declaring.report);
    let mut parts = Parts::default();
    for node in listed?.list("the parts of a score", reader.declaring.report)? {
        parts.read(node, None, reader);
    }
    if parts.parts.is_empty() && !parts.unsound {
        super::reader::missing(reader.declaring.report, document, "parts");
        return None;
    }
    let (outputs, bands) = read_bands(gives, bands, reader)?;
    let at_most = match at_most {
        Some(points) => points?,
        None => i64::MAX,
    };
    (!parts.unsound).then(|| Score {
        signature: Signature {
            name,
            inputs: reader.inputs.clone(),
            outputs: Arc::new(outputs),
            rules: parts.names,
            hash,
            span,
        },
        parts: parts.parts,
        groups: parts.groups,
        bands,
        at_most,
    })
}

#[derive(Default)]
struct Parts {
    parts: Vec<Part>,
    names: Vec<RuleName>,
    groups: Vec<i64>,
    unsound: bool,
}

impl Parts {
    fn read(&mut self, node: &Node, group: Option<usize>, reader: &mut Reader<'_, '_>) {
        let Some(mut fields) = node.fields("a part of a score", reader.declaring.report) else {
            return self.fail();
        };
        let name = reader.rule(self.names.len(), node, &mut fields);
        if let Some((_, members)) = fields.get("add") {
            return self.read_group(members, group, &mut fields, reader, node);
        }
        let when = read_when(node, &mut fields, reader);
        fields.finish(reader.declaring.report);
        match when {
            Some(when) => {
                self.parts.push(Part { when, group });
                self.names.push(name);
            }
            None => self.fail(),
        }
    }

    /// Several parts that give so many points at most.
    fn read_group(
        &mut self,
        members: &Node,
        around: Option<usize>,
        fields: &mut Fields<'_>,
        reader: &mut Reader<'_, '_>,
        node: &Node,
    ) {
        let most = fields
            .require("at_most", reader.declaring.report)
            .map(|node| reader.number(node));
        if around.is_some() {
            let finding = Diagnostic::error(&codes::MALFORMED_PART, node.span, "a group stands in a group");
            reader.push(finding.help("a part lies in one group at most"));
            return self.fail();
        }
        let Some(Some(most)) = most else { return self.fail() };
        self.groups.push(most);
        let group = self.groups.len() - 1;
        let Some(members) = members.list("the parts of a group", reader.declaring.report) else {
            return self.fail();
        };
        for member in members {
            self.read(member, Some(group), reader);
        }
    }

    fn fail(&mut self) {
        self.unsound = true;
    }
}

fn read_when(node: &Node, fields: &mut Fields<'_>, reader: &mut Reader<'_, '_>) -> Option<When> {
    let ways = ["if", "by", "left"].map(|key| fields.get(key));
    let points = fields.get("points").map(|(_, node)| node);
    let mut said = ways.iter().flatten();
    let (Some((key, way)), None) = (said.next(), said.next()) else {
        let finding = Diagnostic::error(&codes::MALFORMED_PART, node.span, "a part counts in exactly one way");
        reader.push(finding.help(
            "say `if: CONDITION` and `points:`, `by: FIELD` and `points: {constant: …}`, or `left: {< 25 %: …, < 50 %: …}`",
        ));
        return None;
    };
    if &*key.name == "left" {
        return read_left(way, reader);
    }
    let Some(points) = points else {
        let finding = Diagnostic::error(&codes::MALFORMED_PART, node.span, "a part gives no points");
        reader.push(finding.help("say how many: `points: 10`"));
        return None;
    };
    match &*key.name {
        "if" => {
            let condition = reader.condition(way);
            Some(When::Holds(condition?, reader.number(points)?))
        }
        _ => read_by(way, points, reader),
    }
}

/// Points for each constant of a field.
fn read_by(way: &Node, points: &Node, reader: &mut Reader<'_, '_>) -> Option<When> {
    let value = reader.formula(way, None)?;
    let Type::Enum(constants) = value.ty().clone() else {
        let message = format!(
            "`{}` is {}, and points by a field want constants",
            value.text(),
            value.ty()
        );
        let finding = Diagnostic::error(&codes::MALFORMED_PART, way.span, message);
        reader.push(finding.help("say `if:` and a condition instead"));
        return None;
    };
    let mut entries = points.fields("points by constant", reader.declaring.report)?;
    let mut found = vec![None; constants.constants.len()];
    let mut sound = true;
    for (key, node) in entries.rest() {
        let Some(place) = constants.index(&key.name).and_then(|index| found.get_mut(index)) else {
            let message = format!("`{}` is no constant of `{}`", key.name, value.text());
            let finding = Diagnostic::error(&codes::UNCOUNTED_CONSTANT, key.span, message);
            reader.push(finding.suggest(&key.name, constants.constants.iter().map(|name| &**name)));
            sound = false;
            continue;
        };
        match reader.number(node) {
            Some(points) => *place = Some(points),
            None => sound = false,
        }
    }
    let missing = found
        .iter()
        .zip(&constants.constants)
        .filter(|(found, _)| found.is_none());
    let missing: Vec<&str> = missing.map(|(_, name)| &**name).collect();
    if sound && !missing.is_empty() {
        let message = format!("{} has no points", caseloop_expr::declare::quoted(&missing));
        let finding = Diagnostic::error(&codes::UNCOUNTED_CONSTANT, points.span, message);
        reader.push(finding.help("give every constant its points; 0 is fine"));
        return None;
    }
    sound.then(|| When::By(value, found.into_iter().flatten().collect()))
}

/// Points while less than a share of the promise is left.
fn read_left(node: &Node, reader: &mut Reader<'_, '_>) -> Option<When> {
    let mut entries = node.fields("points by what is left", reader.declaring.report)?;
    let mut shares: Vec<(u8, i64)> = Vec::new();
    for (key, node) in entries.rest() {
        let Some(share) = share(&key.name) else {
            let message = format!("`{}` is no share of what was promised", key.name);
            let finding = Diagnostic::error(&codes::MALFORMED_SHARE, key.span, message);
            reader.push(finding.help("write `< 50 %`, from 1 to 100"));
            return None;
        };
        if shares.last().is_some_and(|(before, _)| *before >= share) {
            let message = format!("`{}` stands after a share that contains it", key.name);
            let finding = Diagnostic::error(&codes::MALFORMED_SHARE, key.span, message);
            reader.push(finding.help("the first that holds counts: begin with the smallest"));
            return None;
        }
        shares.push((share, reader.number(node)?));
    }
    (!shares.is_empty()).then_some(When::Left(shares))
}

fn share(text: &str) -> Option<u8> {
    let number = text.strip_prefix('<')?.strip_suffix('%')?.trim();
    number.parse().ok().filter(|share| (1..=100).contains(share))
}

type Bands = Vec<(Arc<str>, i64)>;

/// The one output beside the points, and the points from which each of its constants holds.
fn read_bands(
    gives: Option<(&Key, &Node)>,
    bands: Option<(&Key, &Node)>,
    reader: &mut Reader<'_, '_>,
) -> Option<(RecordType, Bands)> {
    let mut outputs = RecordType::default();
    outputs.push("points", Type::INT, false, false, Span::default());
    let (gives, bands) = match (gives, bands) {
        (None, None) => return Some((outputs, Vec::new())),
        (Some((_, gives)), Some((_, bands))) => (gives, bands),
        (Some((key, _)), None) | (None, Some((key, _))) => {
            let finding = Diagnostic::error(&codes::MALFORMED_BANDS, key.span, "`gives` and `bands` go together");
            reader.push(finding.help("as in `gives: {priority: {one_of: [low, high]}}` and `bands: {high: 40}`"));
            return None;
        }
    };
    let declared = reader.declared(gives, "a set of outputs");
    let mut given = declared.record.fields();
    let (Some(field), None) = (given.next(), given.next()) else {
        let finding = Diagnostic::error(
            &codes::MALFORMED_OUTPUT,
            gives.span,
            "a score gives its points and one band",
        );
        reader.push(finding.help("declare one output, as in `gives: {priority: {one_of: [low, high]}}`"));
        return None;
    };
    let Type::Enum(constants) = &field.ty else {
        let message = format!("a band is a constant, and `{}` is {}", field.name, field.ty);
        reader.push(Diagnostic::error(&codes::MALFORMED_OUTPUT, field.span, message));
        return None;
    };
    let mut entries = bands.fields("bands of points", reader.declaring.report)?;
    let mut found: Bands = constants
        .constants
        .first()
        .map(|first| (first.clone(), ABSENT))
        .into_iter()
        .collect();
    for constant in constants.constants.iter().skip(1) {
        let named = bands
            .as_map()
            .unwrap_or_default()
            .iter()
            .find(|(key, _)| key.name == *constant);
        let Some((key, node)) = named else {
            let message = format!("`{constant}` has no points from which it holds");
            let finding = Diagnostic::error(&codes::MALFORMED_BANDS, bands.span, message);
            reader.push(finding.help("the first constant is what lies below; every other begins at some points"));
            return None;
        };
        let least = reader.number(node)?;
        if found.last().is_some_and(|(_, before)| *before >= least) {
            let message = format!("`{constant}` begins no higher than the band before it");
            reader.push(Diagnostic::error(&codes::MALFORMED_BANDS, key.span, message));
            return None;
        }
        found.push((constant.clone(), least));
    }
    let stray = entries
        .rest()
        .find(|(key, _)| !found.iter().skip(1).any(|(name, _)| *name == key.name));
    if let Some((key, _)) = stray {
        let message = match found.first().is_some_and(|(first, _)| *first == key.name) {
            true => format!("`{}` is what lies below all bands, and begins nowhere", key.name),
            false => format!("`{}` is no constant of `{}`", key.name, field.name),
        };
        reader.push(Diagnostic::error(&codes::MALFORMED_BANDS, key.span, message));
        return None;
    }
    outputs.push(&field.name, field.ty.clone(), false, false, field.span);
    Some((outputs, found))
}
