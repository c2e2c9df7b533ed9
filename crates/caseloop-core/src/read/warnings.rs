//! `warn`: what is said before a promise is broken, and what is done then.

use super::cx::Cx;
use super::promises::{MOST, Promised, Reader};
use super::{branch, codes, length};
use crate::PromiseId;
use crate::definition::{Limit, WarningAt, WarningDef};
use caseloop_expr::Length;
use caseloop_syntax::{Diagnostic, Key, Node, NodeValue, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The promise that is warned of.
#[derive(Clone, Copy)]
pub(super) struct Warned<'p> {
    pub(super) id: PromiseId,
    pub(super) promised: &'p Promised,
    /// Its limit, where that could be read.
    pub(super) limit: Option<&'p Limit>,
    pub(super) has_calendar: bool,
}

impl Reader<'_, '_> {
    /// Reads the warnings of a promise.
    pub(super) fn warnings(&mut self, of: Warned<'_>, nodes: &[Node], cx: &mut Cx<'_>) -> Vec<WarningDef> {
        if nodes.len() > MOST {
            let message = format!("a promise has at most {MOST} warnings");
            cx.error(&codes::TOO_LARGE, of.promised.span, message);
        }
        let mut names = BTreeMap::new();
        let mut read: Vec<(WarningDef, &Node)> = Vec::new();
        for (position, node) in nodes.iter().take(MOST).enumerate() {
            let several = (nodes.len() > 1).then_some(position + 1);
            let Some(warning) = self.warning(of, several, node, &mut names, cx) else {
                continue;
            };
            let before = read
                .iter()
                .find(|(known, other)| known.at == warning.at && repeats(node, other));
            match before {
                Some((_, other)) => {
                    let message = "the same warning is given twice";
                    let finding = Diagnostic::error(&codes::MALFORMED_WARNING, node.span, message);
                    let finding = finding.also(other.span, "the other is here");
                    cx.report
                        .push(finding.help("keep one of them, or let them come at different moments"));
                }
                None => read.push((warning, node)),
            }
        }
        read.into_iter().map(|(warning, _)| warning).collect()
    }

    /// One warning. `names` are those of the promise's warnings so far.
    fn warning(
        &mut self,
        of: Warned<'_>,
        position: Option<usize>,
        node: &Node,
        names: &mut BTreeMap<Arc<str>, Span>,
        cx: &mut Cx<'_>,
    ) -> Option<WarningDef> {
        let mut fields = node.fields("a warning", cx.report)?;
        let at = [fields.get("at"), fields.get("before")];
        let at = match at {
            [Some((_, at)), None] => read_percent(at, cx)?,
            [None, Some((_, before))] => WarningAt::Before(read_lead(before, of, cx)?),
            _ => {
                let message = "a warning is given once, at a part of the limit or some time before the deadline";
                let finding = Diagnostic::error(&codes::MALFORMED_WARNING, node.span, message);
                cx.report.push(finding.help("write `at: 75 %` or `before: 2 h`"));
                return None;
            }
        };
        let own = fields.get("name");
        if !acts(node) {
            if let Some((key, _)) = own {
                let message = "this warning does nothing that could be called by a name";
                let finding = Diagnostic::error(&codes::MALFORMED_WARNING, key.span, message);
                cx.report
                    .push(finding.help("drop `name:`, or add what it does, as in `do: {notify: {role: supervisor}}`"));
            }
            fields.finish(cx.report);
            return Some(WarningDef { at, timer: None });
        }
        let name: Arc<str> = match (own, position) {
            (Some((_, node)), _) => cx.name(node, "a warning")?,
            (None, None) => "warn".into(),
            (None, Some(position)) => format!("warn_{position}").into(),
        };
        let place = own.map_or(node.span, |(_, node)| node.span);
        if let Some(first) = names.get(&name) {
            let message = format!("two warnings of `{}` are called `{name}`", of.promised.name);
            let finding = Diagnostic::error(&codes::DUPLICATE_NAME, place, message);
            cx.report.push(finding.also(*first, "the other is here"));
            return None;
        }
        names.insert(name.clone(), place);
        let name: Arc<str> = format!("{}_{name}", of.promised.name).into();
        let ways = self.ways(&name);
        let read = branch::read_promised(node, "a warning", &["name", "at", "before"], &ways, cx)?;
        Some(WarningDef {
            at,
            timer: Some(self.push(of.id, name, node.span, read)),
        })
    }
}

/// What makes a warning more than a sign in the journal.
const ACTS: [&str; 7] = ["if", "set", "classify", "assign", "do", "go", "resume"];

fn acts(warning: &Node) -> bool {
    ACTS.iter().any(|act| warning.entry(act).is_some())
}

/// Whether one of two warnings of one moment adds nothing to the other.
fn repeats(one: &Node, other: &Node) -> bool {
    let without_name = |node: &Node| {
        let entries = node.as_map().unwrap_or_default().iter();
        let rest: Vec<(Key, Node)> = entries.filter(|(key, _)| &*key.name != "name").cloned().collect();
        Node::made_map(node.span, rest)
    };
    !acts(one) || !acts(other) || says_the_same(&without_name(one), &without_name(other))
}

fn says_the_same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (NodeValue::Null, NodeValue::Null) => true,
        (NodeValue::Scalar(one), NodeValue::Scalar(other)) => one.text == other.text,
        (NodeValue::List(one), NodeValue::List(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other.iter())
                    .all(|(one, other)| says_the_same(one, other))
        }
        (NodeValue::Map(one), NodeValue::Map(other)) => {
            let mut pairs = one.iter().zip(other.iter());
            let same = |((key, one), (other_key, other)): (&(Key, Node), &(Key, Node))| {
                key.name == other_key.name && says_the_same(one, other)
            };
            one.len() == other.len() && pairs.all(same)
        }
        _ => false,
    }
}

/// How long before the deadline.
fn read_lead(node: &Node, of: Warned<'_>, cx: &mut Cx<'_>) -> Option<Length> {
    let lead = length::amount(node, cx)?;
    if lead.elapsed().is_none() && !of.has_calendar {
        length::needs_calendar(lead, node, cx);
    }
    let too_early = match (lead, of.limit) {
        (Length::Elapsed(lead), Some(Limit::Fixed(Length::Elapsed(limit))))
        | (Length::WorkingTime(lead), Some(Limit::Fixed(Length::WorkingTime(limit)))) => lead >= *limit,
        _ => false,
    };
    if too_early {
        let message = "the warning would be given before anything is measured";
        let finding = Diagnostic::error(&codes::MALFORMED_WARNING, node.span, message);
        cx.report.push(finding.help("write less than the limit"));
    }
    Some(lead)
}

fn read_percent(node: &Node, cx: &mut Cx<'_>) -> Option<WarningAt> {
    let text = node.word("a part of the limit", cx.report)?;
    let number = text
        .strip_suffix('%')
        .map(str::trim)
        .and_then(|number| number.parse::<u8>().ok());
    match number {
        Some(percent @ 1..=99) => Some(WarningAt::Percent(percent)),
        _ => {
            let finding = Diagnostic::error(
                &codes::MALFORMED_WARNING,
                node.span,
                format!("`{text}` is no part of the limit"),
            );
            cx.report.push(finding.help("write hundredths from `1 %` to `99 %`"));
            None
        }
    }
}
