//! Values that a comma or a comment has cut in two: recognised by round brackets left open. Broken syntax is `slips`'
//! work.

use crate::codes::SPLIT_BY_COMMA;
use crate::{Diagnostic, Report, Span};

pub(crate) const BLOCK_BRANCH: &str =
    "a condition with a comma, bracket or brace stands on a line of its own: `if: …` in a block, not inside `{…}`";

/// Watches a `{…}` or `[…]` for a value that a comma inside round brackets has cut in pieces.
#[derive(Default)]
pub(crate) struct Split {
    open: Option<Cut>,
}

struct Cut {
    head: Span,
    first_piece: Option<(Span, String)>,
    last: Span,
    depth: isize,
}

impl Split {
    /// Starts to watch where `text` leaves a bracket open.
    pub(crate) fn watch(&mut self, text: &str, span: Span) {
        let depth = balance(text);
        if depth > 0 {
            self.open = Some(Cut {
                head: span,
                first_piece: None,
                last: span,
                depth,
            });
        }
    }

    /// Whether `piece` belongs to the value being watched; then it is no entry of its own.
    pub(crate) fn takes(&mut self, piece: &str, span: Span) -> bool {
        let Some(cut) = self.open.as_mut().filter(|cut| cut.depth > 0) else {
            return false;
        };
        cut.depth += balance(piece);
        cut.last = span;
        cut.first_piece.get_or_insert_with(|| (span, piece.to_owned()));
        true
    }

    /// Reports a value that was cut, if one was.
    pub(crate) fn finish(&mut self, report: &mut Report) {
        let Some(cut) = self.open.take() else { return };
        let Some((piece, text)) = cut.first_piece else { return };
        let whole = cut.head.to(cut.last);
        let finding = Diagnostic::error(
            &SPLIT_BY_COMMA,
            piece,
            format!("the comma splits the value: `{text}` is read as an entry of its own"),
        )
        .label("read as an entry of its own")
        .also(cut.head, "the value ends here")
        .help(BLOCK_BRANCH);
        report.push(finding);
        report.silence(whole);
    }
}

/// Whether a text stops where a condition cannot stop.
pub(crate) fn is_unfinished(text: &str) -> bool {
    const JOINS: [&str; 15] = [
        "==", "!=", "<", "<=", ">", ">=", "+", "*", "and", "or", "not", "in", "&&", "||", "(",
    ];
    let last = text.rsplit(' ').next().unwrap_or_default();
    balance(text) > 0 || (last.len() < text.len() && JOINS.contains(&last))
}

/// Opening minus closing round brackets.
fn balance(text: &str) -> isize {
    text.bytes()
        .map(|byte| match byte {
            b'(' => 1,
            b')' => -1,
            _ => 0,
        })
        .sum()
}
