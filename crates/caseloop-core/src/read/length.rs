//! Lengths of time and bounded numbers, written out, named by a parameter, or read from the data.

use super::codes;
use super::cx::{Cx, Sight};
use crate::definition::Delay;
use caseloop_expr::{Length, Type, Value, duration};
use caseloop_syntax::{Applicability, Diagnostic, Node};

const TOO_SHORT: &str = "expected a length of at least 1 ms";

/// The delay of a timer: `4 h`, `param.silence`, or an expression that gives a duration.
pub(super) fn delay(node: &Node, scope: usize, cx: &mut Cx<'_>) -> Option<Delay> {
    let text = node.word("a length of time", cx.report)?;
    if let Some(name) = text.strip_prefix("param.")
        && let Some(parameter) = cx.parameters.get(name)
        && let Some(length) = parameter.length
    {
        return fixed(length, node, cx);
    }
    if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        let length = written(node, text, cx)?;
        return fixed(length, node, cx);
    }
    let formula = cx.formula(node, scope, Some(&Type::Duration), None, Sight::Judging)?;
    let path = text.strip_prefix("case.").unwrap_or(text);
    let cells = path.strip_prefix("level.").and_then(|column| cx.too_short.get(column));
    for cell in cells.into_iter().flatten() {
        let finding = Diagnostic::error(&codes::TOO_SHORT, *cell, TOO_SHORT);
        cx.report.push(finding.also(node.span, "it is measured here"));
    }
    cx.must_be_there(&formula, node, "give the field a `default` instead of `optional: true`");
    match formula.constant() {
        Some(Value::Duration(length)) => fixed(Length::Elapsed(length), node, cx),
        _ => Some(Delay::Data(formula)),
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

/// A whole number from 0, written out or named by a parameter.
pub(super) fn number(node: &Node, cx: &mut Cx<'_>) -> Option<i64> {
    if let Some(name) = node.text().and_then(|text| text.strip_prefix("param.")) {
        return match cx.parameters.get(name).map(|parameter| parameter.value.clone()) {
            Some(Value::Int(number)) => Some(number),
            Some(_) => {
                cx.error(
                    &codes::MISFIT_DEFAULT,
                    node.span,
                    format!("the parameter `{name}` is no whole number"),
                );
                None
            }
            None => {
                let known: Vec<String> = cx.parameters.keys().map(|name| name.to_string()).collect();
                let known = known.iter().map(String::as_str);
                cx.unknown(&codes::UNKNOWN_PARAMETER, node.span, "parameter", name, known);
                None
            }
        };
    }
    node.whole_number(i64::MIN + 1..=i64::MAX, "a number", cx.report)
}

fn fixed(length: Length, node: &Node, cx: &mut Cx<'_>) -> Option<Delay> {
    match length {
        Length::Elapsed(length) if length < 1 => {
            cx.error(&codes::TOO_SHORT, node.span, TOO_SHORT);
            None
        }
        Length::Elapsed(length) => Some(Delay::Elapsed(length)),
        _ => {
            let finding = Diagnostic::error(
                &codes::NEEDS_CALENDAR,
                node.span,
                format!("`{length}` needs a calendar"),
            )
            .help("calendars are not part of this version; write elapsed time, such as `24 h` or `3 days`");
            cx.report.push(finding);
            None
        }
    }
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
