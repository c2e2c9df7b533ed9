//! Lengths of time and bounded numbers, written out, named by a parameter, or read from the data.

use super::codes;
use super::cx::{Cx, Sight};
use crate::definition::Delay;
use caseloop_expr::declare;
use caseloop_expr::{Length, Type, Value, duration};
use caseloop_syntax::{Applicability, Diagnostic, Node};

const TOO_SHORT: &str = "expected a length of at least 1 ms";

/// The delay of a timer: `4 h`, `param.silence`, or an expression that gives a duration.
pub(super) fn delay(node: &Node, scope: usize, cx: &mut Cx<'_>) -> Option<Delay> {
    let text = node.word("a length of time", cx.report)?;
    if let Some(length) = fixed_length(node, text, cx) {
        return fixed(length?, node, cx);
    }
    let formula = cx.formula(node, scope, Some(&Type::Duration), None, Sight::Judging)?;
    check_cells(text, 1, node, cx);
    cx.must_be_there(&formula, node, "give the field a `default` instead of `optional: true`");
    match formula.constant() {
        Some(Value::Duration(length)) => fixed(Length::Elapsed(length), node, cx),
        _ => Some(Delay::Data(formula)),
    }
}

/// Tells of the lengths in a column of the levels that are shorter than `least` milliseconds, where `text` reads it.
pub(super) fn check_cells(text: &str, least: i64, node: &Node, cx: &mut Cx<'_>) {
    let path = text.strip_prefix("case.").unwrap_or(text);
    let cells = path.strip_prefix("level.").and_then(|column| cx.too_short.get(column));
    for (cell, _) in cells.into_iter().flatten().filter(|(_, length)| *length < least) {
        let message = match least {
            1 => TOO_SHORT,
            _ => "a limit is not negative",
        };
        let finding = Diagnostic::error(&codes::TOO_SHORT, *cell, message);
        cx.report.push(finding.also(node.span, "it is measured here"));
    }
}

/// A length that is written out or named by a parameter; `None` for anything else, `Some(None)` where it is told that
/// it cannot be read.
pub(super) fn fixed_length(node: &Node, text: &str, cx: &mut Cx<'_>) -> Option<Option<Length>> {
    if let Some(name) = text.strip_prefix("param.")
        && let Some(parameter) = cx.parameters.get(name)
        && let Some(length) = parameter.length
    {
        return Some(Some(length));
    }
    text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
        .then(|| written(node, text, cx))
}

/// A fixed amount of time, elapsed or working, from 0.
pub(super) fn amount(node: &Node, cx: &mut Cx<'_>) -> Option<Length> {
    let text = node.word("a length of time", cx.report)?;
    match fixed_length(node, text, cx) {
        Some(length) => match length? {
            Length::Elapsed(0) | Length::WorkingTime(0) => Some(Length::Elapsed(0)),
            length @ (Length::Elapsed(1..) | Length::WorkingTime(_)) => Some(length),
            length => {
                let finding = Diagnostic::error(
                    &codes::MALFORMED_LENGTH,
                    node.span,
                    format!("`{length}` is no amount of time"),
                );
                cx.report
                    .push(finding.help("write elapsed or working hours, such as `1 h` or `4 working hours`"));
                None
            }
        },
        None => elapsed(node, cx).map(Length::Elapsed),
    }
}

/// A length that passes, in milliseconds; no calendar is asked.
pub(super) fn elapsed(node: &Node, cx: &mut Cx<'_>) -> Option<i64> {
    match delay(node, 0, cx)? {
        Delay::Elapsed(length) => Some(length),
        _ => {
            cx.error(
                &codes::MALFORMED_LENGTH,
                node.span,
                "expected a fixed length of elapsed time, such as `1 h`",
            );
            None
        }
    }
}

/// A whole number, written out or named by a parameter.
pub(super) fn number(node: &Node, cx: &mut Cx<'_>) -> Option<i64> {
    cx.declaring(|declaring| declare::number(node, declaring))
}

fn fixed(length: Length, node: &Node, cx: &mut Cx<'_>) -> Option<Delay> {
    match length {
        Length::Elapsed(length) if length < 1 => {
            cx.error(&codes::TOO_SHORT, node.span, TOO_SHORT);
            None
        }
        Length::Elapsed(length) => Some(Delay::Elapsed(length)),
        _ => match cx.calendar.clone() {
            Some(calendar) => Some(Delay::Calendar(length, calendar)),
            None => {
                needs_calendar(length, node, cx);
                None
            }
        },
    }
}

/// Says that a length is counted by a calendar, and that none is named.
pub(super) fn needs_calendar(length: impl std::fmt::Display, node: &Node, cx: &mut Cx<'_>) {
    if cx.is_given_up("calendar") {
        return;
    }
    let message = format!("`{length}` needs a calendar");
    let finding = Diagnostic::error(&codes::NEEDS_CALENDAR, node.span, message);
    cx.report.push(
        finding.help("say `calendar: NAME` at the top of the workflow, and name the file that declares it in `uses:`"),
    );
}

pub(super) fn written(node: &Node, text: &str, cx: &mut Cx<'_>) -> Option<Length> {
    match duration(text) {
        Ok(length) => Some(length),
        Err(error) => {
            let mut finding = Diagnostic::error(&codes::MALFORMED_LENGTH, node.span, error.message.clone());
            if let Some(instead) = &error.instead {
                finding = finding.fix(format!("write `{instead}`"), node.span, instead, Applicability::Safe);
            }
            cx.report.push(finding);
            None
        }
    }
}
