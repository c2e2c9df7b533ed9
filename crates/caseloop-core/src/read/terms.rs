//! What a promise is measured by: its limit, one length or a table of them, and the calendar that counts.

use super::cx::{Cx, NO_EVENT, Sight};
use super::{codes, length};
use crate::definition::{Choice, Limit, NewLevel};
use caseloop_expr::declare::quoted;
use caseloop_expr::{EnumType, FieldIndex, Formula, Kind, Length, Root, Type, Value};
use caseloop_syntax::{Diagnostic, Fields, Key, Node, Span};
use std::sync::Arc;

/// The most rows of a table of limits.
const MOST_ROWS: usize = 10_000;

/// The limit of a promise: a length, a duration from the data, a column of the levels, or a table.
pub(super) fn limit(node: &Node, cx: &mut Cx<'_>) -> Option<Limit> {
    if node.as_map().is_some() {
        return table(node, cx);
    }
    let text = node.word("a length of time", cx.report)?;
    if let Some(column) = text.strip_prefix("level.").or_else(|| text.strip_prefix("case.level."))
        && let Some(lengths) = cx.working_columns.get(column)
    {
        let (field, _) = cx.case.record.get("level")?;
        return Some(Limit::Table {
            of: vec![field],
            lengths: lengths.clone(),
        });
    }
    if let Some(length) = length::fixed_length(node, text, cx) {
        return length.map(Limit::Fixed).filter(|limit| not_negative(limit, node, cx));
    }
    let formula = cx.formula(node, NO_EVENT, Some(&Type::Duration), None, Sight::Judging)?;
    length::check_cells(text, 0, node, cx);
    cx.must_be_there(&formula, node, "give the field a `default` instead of `optional: true`");
    let limit = match formula.constant() {
        Some(Value::Duration(length)) => Limit::Fixed(Length::Elapsed(length)),
        _ => Limit::Data(formula),
    };
    not_negative(&limit, node, cx).then_some(limit)
}

fn not_negative(limit: &Limit, node: &Node, cx: &mut Cx<'_>) -> bool {
    let negative = matches!(limit, Limit::Fixed(Length::Elapsed(length)) if *length < 0);
    if negative {
        let finding = Diagnostic::error(&codes::TOO_SHORT, node.span, "a limit is not negative");
        cx.report
            .push(finding.help("write `0 s` for what is promised at once, or a longer time"));
    }
    !negative
}

/// `by` names the fields, the level if it is left out; below it is a length for each of their constants.
fn table(node: &Node, cx: &mut Cx<'_>) -> Option<Limit> {
    let mut fields = node.fields("a table of limits", cx.report)?;
    let by = fields.get("by").map(|(_, by)| by);
    let mut of = Vec::new();
    for field in by.map(Node::list_or_one).unwrap_or_default() {
        of.push(chosen(field, cx)?);
    }
    if by.is_none() {
        let level = cx
            .case
            .record
            .get("level")
            .map(|(index, _)| index)
            .zip(cx.levels.clone());
        let Some((index, (levels, _))) = level else {
            let message = "the limits are said for each level, and the workflow has no levels";
            let finding = Diagnostic::error(&codes::MALFORMED_LIMIT, node.span, message);
            cx.report
                .push(finding.help("add `by:` with a field of the case that is a choice, or one length alone"));
            return None;
        };
        of.push((index, levels));
    }
    let rows = of.iter().map(|(_, ty)| ty.constants.len()).product::<usize>();
    if rows > MOST_ROWS {
        let message = format!("the table has {rows} rows, of at most {MOST_ROWS}");
        cx.error(&codes::TOO_LARGE, node.span, message);
        return None;
    }
    let entries: Vec<(&Key, &Node)> = fields.rest().collect();
    let mut lengths = Vec::with_capacity(rows);
    let whole = rows_of(&entries, node.span, &of, &mut lengths, cx);
    (whole && lengths.len() == rows).then(|| Limit::Table {
        of: of.into_iter().map(|(field, _)| field).collect(),
        lengths,
    })
}

/// Reads the rows for the fields that are left; whether all could be read.
fn rows_of(
    entries: &[(&Key, &Node)],
    span: Span,
    of: &[(FieldIndex, Arc<EnumType>)],
    lengths: &mut Vec<Length>,
    cx: &mut Cx<'_>,
) -> bool {
    let Some(((_, ty), rest)) = of.split_first() else {
        return true;
    };
    let mut whole = true;
    for (key, _) in entries {
        if &*key.name != OTHERWISE && ty.index(&key.name).is_none() {
            let known = ty.constants.iter().map(|constant| &**constant).chain([OTHERWISE]);
            cx.unknown(&codes::MALFORMED_LIMIT, key.span, "constant", &key.name, known);
            whole = false;
        }
    }
    let spare = entries.iter().find(|(key, _)| &*key.name == OTHERWISE);
    if let Some((key, _)) = spare
        && ty
            .constants
            .iter()
            .all(|constant| entries.iter().any(|(key, _)| key.name == *constant))
    {
        let message = "every constant has a line of its own, so nothing is left for this one";
        let finding = Diagnostic::error(&codes::MALFORMED_LIMIT, key.span, message);
        cx.report.push(finding.help("drop it"));
        whole = false;
    }
    let named = |name: &str| {
        entries
            .iter()
            .find(|(key, _)| &*key.name == name)
            .map(|(_, node)| *node)
    };
    let mut missing = Vec::new();
    for constant in &ty.constants {
        match named(constant).or_else(|| named(OTHERWISE)) {
            None => missing.push(&**constant),
            Some(node) if rest.is_empty() => match limit_of_row(node, cx) {
                Some(length) => lengths.push(length),
                None => whole = false,
            },
            // One length for all that stands below.
            Some(node) if node.as_map().is_none() => match limit_of_row(node, cx) {
                Some(length) => {
                    let rows = rest.iter().map(|(_, ty)| ty.constants.len()).product();
                    lengths.extend(std::iter::repeat_n(length, rows));
                }
                None => whole = false,
            },
            Some(node) => {
                let inner = node.as_map().unwrap_or_default().iter();
                let inner: Vec<(&Key, &Node)> = inner.map(|(key, node)| (key, node)).collect();
                whole &= rows_of(&inner, node.span, rest, lengths, cx);
            }
        }
    }
    if !missing.is_empty() {
        let message = format!("no limit is said for {}", quoted(&missing));
        let finding = Diagnostic::error(&codes::MALFORMED_LIMIT, span, message);
        cx.report.push(finding.help(format!(
            "add a line for it, or `{OTHERWISE}:` with the limit of all others"
        )));
        whole = false;
    }
    whole
}

/// The line that stands for all constants without one.
const OTHERWISE: &str = "otherwise";

fn limit_of_row(node: &Node, cx: &mut Cx<'_>) -> Option<Length> {
    match limit(node, cx)? {
        Limit::Fixed(length) => Some(length),
        _ => {
            let message = "a row of a table is one length of time";
            cx.error(&codes::MALFORMED_LIMIT, node.span, message);
            None
        }
    }
}

/// A field of the case that is a choice and always there.
fn chosen(node: &Node, cx: &mut Cx<'_>) -> Option<(FieldIndex, Arc<EnumType>)> {
    let word = node.word("a field", cx.report)?;
    let name = word.strip_prefix("case.").unwrap_or(word);
    let record = cx.case.record.clone();
    let Some((index, field)) = record.get(name) else {
        let known: Vec<&str> = record.fields().map(|field| &*field.name).collect();
        cx.unknown(&codes::UNKNOWN_FIELD, node.span, "field", name, known.into_iter());
        return None;
    };
    match &field.ty {
        Type::Enum(ty) if !field.optional => Some((index, ty.clone())),
        _ => {
            let message = format!("`{name}` is no choice that is always there");
            let finding = Diagnostic::error(&codes::MALFORMED_LIMIT, node.span, message);
            cx.report.push(finding.help(
                "name a field of the case with `one_of`, and with a `default` or brought by the start, or `level`",
            ));
            None
        }
    }
}

/// `calendar`: the name of one, a parameter that holds a name, or a field of the case that is one of some.
pub(super) fn calendar(node: &Node, cx: &mut Cx<'_>) -> Option<Arc<Choice>> {
    let word = node.word("a calendar", cx.report)?;
    let named = |name: &str, cx: &Cx<'_>| {
        cx.calendars
            .iter()
            .position(|known| **known == *name)
            .map(|at| at as u16)
    };
    if let Some(parameter) = word.strip_prefix("param.") {
        let value = cx.parameters.get(parameter).map(|parameter| parameter.value.clone());
        match value {
            None => {
                let known: Vec<Arc<str>> = cx.parameters.keys().cloned().collect();
                let known = known.iter().map(|name| &**name);
                cx.unknown(&codes::UNKNOWN_PARAMETER, node.span, "parameter", parameter, known);
            }
            Some(Value::Text(name) | Value::Constant(name)) => {
                if let Some(calendar) = named(&name, cx) {
                    return Some(Arc::new(Choice::Fixed(calendar)));
                }
                no_calendar(node.span, &name, cx);
            }
            Some(_) => {
                let message = format!("the parameter `{parameter}` does not name a calendar");
                cx.error(&codes::UNKNOWN_CALENDAR, node.span, message);
            }
        }
        return None;
    }
    if word.starts_with("case.") {
        let (field, ty) = chosen(node, cx)?;
        let mut calendars = Vec::new();
        for constant in &ty.constants {
            match named(constant, cx) {
                Some(calendar) => calendars.push(calendar),
                None => no_calendar(node.span, constant, cx),
            }
        }
        return (calendars.len() == ty.constants.len()).then(|| Arc::new(Choice::Field { field, calendars }));
    }
    if let Some(calendar) = named(word, cx) {
        return Some(Arc::new(Choice::Fixed(calendar)));
    }
    no_calendar(node.span, word, cx);
    None
}

fn no_calendar(span: Span, name: &str, cx: &mut Cx<'_>) {
    if cx.is_given_up(name) {
        return;
    }
    if cx.calendars.is_empty() {
        let message = format!("there is no calendar `{name}`");
        let finding = Diagnostic::error(&codes::UNKNOWN_CALENDAR, span, message);
        cx.report.push(
            finding.help("name the file that declares it in `uses:`, such as `uses: [../shared/calendars.yaml]`"),
        );
        return;
    }
    let known = cx.calendars.clone();
    cx.unknown(
        &codes::UNKNOWN_CALENDAR,
        span,
        "calendar",
        name,
        known.iter().map(|name| &**name),
    );
}

/// Whether a limit counts by a calendar.
pub(super) fn asks_calendar(limit: &Limit) -> bool {
    match limit {
        Limit::Fixed(length) => length.elapsed().is_none(),
        Limit::Data(_) => false,
        Limit::Table { lengths, .. } => lengths.iter().any(|length| length.elapsed().is_none()),
    }
}

/// What another level does, which must be said where the limit depends on the data of the case, and only there.
pub(super) fn new_level(
    fields: &mut Fields<'_>,
    within: Option<&Option<Limit>>,
    within_node: Option<&Node>,
    cx: &mut Cx<'_>,
) -> (Option<NewLevel>, bool) {
    let node = fields.get("new_level").map(|(_, node)| node);
    let never_later = fields.get("never_later");
    let level = cx.case.record.get("level").map(|(index, _)| index);
    let depends = match within {
        // A limit that could not be read may depend on anything.
        Some(None) => return (None, false),
        Some(Some(Limit::Data(formula))) => level.is_some_and(|level| reads_field(formula, level)),
        Some(Some(Limit::Table { .. })) => true,
        _ => false,
    };
    let way = match (node, depends) {
        (None, false) => None,
        (None, true) => {
            let span = within_node.map(|node| node.span).unwrap_or_default();
            let message = "the limit depends on the level, which may change while it is measured";
            let finding = Diagnostic::error(&codes::NO_NEW_LEVEL, span, message);
            cx.report.push(finding.help(
                "add `new_level: restart` to measure anew under the new limit, `new_level: from_start` to measure anew \
                 from the same beginning, `new_level: keep_elapsed` to go on, or `new_level: proportional` to go on with \
                 the same part used up",
            ));
            None
        }
        (Some(node), false) => {
            let message = "`new_level` is said of a limit that does not depend on the level";
            let finding = Diagnostic::error(&codes::NO_NEW_LEVEL, node.span, message);
            cx.report
                .push(finding.help("drop it, or read the limit from the level, as in `within: level.limit`"));
            None
        }
        (Some(node), true) => read_way(node, cx),
    };
    let never_later = match never_later {
        Some((key, _)) if node.is_none() => {
            let message = "`never_later` is said where no new level is";
            let finding = Diagnostic::error(&codes::NO_NEW_LEVEL, key.span, message);
            cx.report.push(finding.help("drop it, or say `new_level:` too"));
            false
        }
        Some((_, node)) => node.flag("`never_later`", cx.report).unwrap_or_default(),
        None => false,
    };
    (way, never_later)
}

/// A way to take a new level, or a parameter that names one.
fn read_way(node: &Node, cx: &mut Cx<'_>) -> Option<NewLevel> {
    const WAYS: [(&str, NewLevel); 4] = [
        ("restart", NewLevel::Restart),
        ("keep_elapsed", NewLevel::KeepElapsed),
        ("from_start", NewLevel::FromStart),
        ("proportional", NewLevel::Proportional),
    ];
    let word = node.word("a way", cx.report)?;
    let parameter = word.strip_prefix("param.").and_then(|name| cx.parameters.get(name));
    let word = match parameter.map(|parameter| &parameter.value) {
        Some(Value::Text(word) | Value::Constant(word)) => word.to_string(),
        _ => word.to_owned(),
    };
    let way = WAYS.iter().find(|(known, _)| **known == *word);
    if way.is_none() {
        let known = WAYS.iter().map(|(known, _)| *known);
        cx.unknown(&codes::NO_NEW_LEVEL, node.span, "way to take a new level", &word, known);
    }
    way.map(|(_, way)| *way)
}

fn reads_field(formula: &Formula, field: FieldIndex) -> bool {
    let mut reads = false;
    formula.tree().walk(&mut |part| {
        if let Kind::Field { root, index, .. } = &part.kind {
            reads |= *root == Root::Case && *index == field;
        }
    });
    reads
}
