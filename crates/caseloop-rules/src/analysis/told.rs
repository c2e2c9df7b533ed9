//! What was found of a table, as an author reads it.

use super::codes;
use super::table::{Case, Findings};
use crate::table::{HitPolicy, Table};
use caseloop_expr::Value;
use caseloop_syntax::{Code, Diagnostic, Span};

/// So many findings of one kind are told of one table.
const MOST: usize = 20;

pub(super) fn of_table(table: &Table, findings: &Findings) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    let name = |rule: u32| {
        let rule = table.signature().rules.get(rule as usize);
        rule.map_or(("?", Span::default()), |rule| (&*rule.name, rule.span))
    };
    let warn = |code: &'static Code, span: Span, message: String| Diagnostic::warning(code, span, message);
    if let Some(case) = findings.gaps.first() {
        let message = format!("no rule of `{}` holds for {}", table.signature().name, shown(case));
        let finding = warn(&codes::GAP, table.signature().span, message);
        told.push(finding.help("add a rule, or say under `otherwise` what it gives then"));
    }
    let duplicate = |rule: u32| findings.duplicates.iter().any(|(found, _)| *found == rule);
    let overlaps = findings.overlaps.iter();
    for overlap in overlaps.filter(|overlap| !duplicate(overlap.rules.1)).take(MOST) {
        let ((first, at), (second, span)) = (name(overlap.rules.0), name(overlap.rules.1));
        let (code, how) = match table.hit() {
            HitPolicy::Any => (&codes::CONTRADICTION, "both hold and give different outputs"),
            _ => (&codes::OVERLAP, "both hold"),
        };
        let message = format!("`{first}` and `{second}` {how} for {}", shown(&overlap.case));
        let finding = warn(code, span, message).also(at, "the other rule");
        told.push(finding.help("make one of them narrower, or let the table say `hit: first`"));
    }
    for (rule, first) in findings.duplicates.iter().take(MOST) {
        let ((rule, span), (first, at)) = (name(*rule), name(*first));
        let message = format!("`{rule}` asks for the same as `{first}`");
        told.push(warn(&codes::DUPLICATE_RULE, span, message).also(at, "the same cells"));
    }
    let masked = findings.masked.iter().filter(|(rule, _)| !duplicate(*rule));
    for (rule, before) in masked.take(MOST) {
        let (rule, span) = name(*rule);
        let others: Vec<String> = before
            .iter()
            .take(3)
            .map(|rule| format!("`{}`", name(*rule).0))
            .collect();
        let more = before.len().saturating_sub(others.len());
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        let come = if before.len() == 1 { "comes" } else { "come" };
        let message = format!(
            "`{rule}` never gives anything: wherever it holds, {}{more} {come} first",
            others.join(", ")
        );
        let first = before.first().map(|rule| name(*rule).1);
        let finding = warn(&codes::MASKED_RULE, span, message);
        told.push(match first {
            Some(at) => finding.also(at, "the first of these"),
            None => finding,
        });
    }
    for rule in findings.never.iter().take(MOST) {
        let (rule, span) = name(*rule);
        let message = format!("`{rule}` holds for no case");
        let finding = warn(&codes::NEVER_HOLDS, span, message);
        told.push(finding.help("its cells ask for values that their inputs never have"));
    }
    if !findings.proved {
        let message = format!(
            "whether `{}` leaves gaps, overlaps or masked rules is not proved",
            table.signature().name
        );
        let finding = warn(&codes::NOT_PROVED, table.signature().span, message);
        told.push(
            finding.help("cells that compare with other inputs, and very many columns, cannot be laid over each other"),
        );
    }
    told
}

/// `kind = enquiry, amount = 0.00`.
fn shown(case: &Case) -> String {
    let values = case.iter().map(|(name, value)| match value {
        Value::Absent => format!("{name} absent"),
        Value::Text(text) if text.chars().all(|letter| letter == '…') => format!("another {name}"),
        value => format!("{name} = {value}"),
    });
    match case.is_empty() {
        true => "any case".to_owned(),
        false => values.collect::<Vec<_>>().join(", "),
    }
}
