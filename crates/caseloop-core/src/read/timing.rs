//! When a timer fires: `after`, `every`, `at_most` and `fresh_for`.

use super::cx::{Cx, NO_EVENT};
use super::{codes, length};
use crate::definition::Delay;
use caseloop_syntax::{Diagnostic, Fields};

/// What a timer says beside its branch.
pub(super) struct Timing {
    pub(super) after: Delay,
    pub(super) every: Option<Delay>,
    pub(super) at_most: Option<u32>,
    pub(super) fresh_for: Option<i64>,
}

/// Reads `after`, `every`, `at_most` and `fresh_for`.
pub(super) fn read_timing(fields: &mut Fields<'_>, cx: &mut Cx<'_>) -> Option<Timing> {
    let after = fields
        .require("after", cx.report)
        .and_then(|node| length::delay(node, NO_EVENT, cx));
    let every = fields
        .get("every")
        .and_then(|(_, node)| length::delay(node, NO_EVENT, cx));
    let at_most = fields.get("at_most").and_then(|(key, node)| {
        let number = length::number(node, cx)?;
        match u32::try_from(number) {
            Ok(number) if number > 0 => Some((key.span, number)),
            _ => {
                let message = format!("`at_most` is {number}, where 1 to {} firings are meant", u32::MAX);
                cx.error(&codes::TOO_SHORT, node.span, message);
                None
            }
        }
    });
    if let (Some((span, _)), None) = (at_most, &every) {
        let finding = Diagnostic::error(&codes::TOO_SHORT, span, "`at_most` is said of a timer that fires once");
        cx.report.push(finding.help("add `every:`, or drop `at_most:`"));
    }
    let fresh_for = fields.get("fresh_for").and_then(|(_, node)| length::elapsed(node, cx));
    Some(Timing {
        after: after?,
        every,
        at_most: at_most.map(|(_, number)| number),
        fresh_for,
    })
}
