//! The text of a cell of a decision table to its untyped tests. Not: what the input is, or types.

use super::{Parser, comparison_sign};
use crate::ast::{Cell, CellKind, CellTest, Range};
use crate::codes;
use crate::lex::{Dates, Token};
use crate::source::Source;
use crate::typed::Comparison;

/// The tests, or `None` where nothing more can be made of the text; errors are in the report either way.
pub(crate) fn cell(source: &mut Source<'_>) -> Option<Cell> {
    let mut parser = Parser::new(source, Dates::Bare)?;
    let cell = parser.cell();
    (!parser.stopped).then_some(cell)
}

impl Parser<'_, '_> {
    fn cell(&mut self) -> Cell {
        if self.is_sign("-") && *self.look(1) == Token::End {
            self.advance();
            return Cell::Anything;
        }
        let negated = self.is_word("not");
        if negated {
            self.advance();
        }
        let mut tests = vec![self.cell_test()];
        while !self.stopped && self.take_sign(",").is_some() {
            tests.push(self.cell_test());
        }
        self.cell_end();
        if negated { Cell::None(tests) } else { Cell::Any(tests) }
    }

    fn cell_end(&mut self) {
        match self.look(0) {
            Token::End => return,
            Token::Broken => {
                self.stopped = true;
                return;
            }
            _ => {}
        }
        let error = self.unexpected("`,` or the end of the cell");
        let repeated = matches!(self.look(0), Token::Sign(sign) if comparison_sign(sign).is_some());
        let error = match self.look(0) {
            Token::Word(word) if &**word == "or" => error.help("a cell lists what it takes with commas: `a, b`"),
            Token::Word(word) if &**word == "and" => {
                error.help("a range is written `5..10`, both ends included, or `5..<10`")
            }
            _ if repeated => error.help("a cell does not name its input again: write `> 5`"),
            _ => error,
        };
        self.stop(error);
    }

    fn cell_test(&mut self) -> CellTest {
        let start = self.part();
        let kind = if self.is_word("absent") && !self.is_member_ahead() {
            self.advance();
            CellKind::Absent
        } else if self.is_word("in") {
            self.advance();
            CellKind::Among(self.sum())
        } else if self.is_word("has") && !matches!(self.look(1), Token::Sign("(" | ".")) {
            self.advance();
            let negated = self.is_word("not");
            if negated {
                self.advance();
            }
            CellKind::Has(self.sum(), !negated)
        } else if let Some((comparison, slip)) = self.comparison_operator() {
            if let Some(slip) = slip {
                self.push(slip);
            }
            CellKind::Compare(comparison, self.sum())
        } else {
            self.bracketed_range();
            let low = self.sum();
            let closed = self.is_sign("..");
            if closed || self.is_sign("..<") {
                self.advance();
                let high = self.sum();
                let part = low.part.to(high.part);
                CellKind::Within(Box::new(Range {
                    low,
                    high,
                    closed,
                    part,
                }))
            } else {
                CellKind::Compare(Comparison::Equal, low)
            }
        };
        let end = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        let part = end.map_or(start, |(_, last)| start.to(*last));
        CellTest { kind, part }
    }

    fn is_member_ahead(&self) -> bool {
        matches!(self.look(1), Token::Sign("." | "("))
    }

    /// `[1..5]` and `(1..5)`, as other tables write a range.
    fn bracketed_range(&mut self) {
        let Token::Sign(open @ ("[" | "(" | "]")) = *self.look(0) else {
            return;
        };
        let mut ahead = (1..)
            .map(|at| self.look(at))
            .take_while(|token| !matches!(token, Token::End | Token::Sign("]" | "[" | ")")));
        if !ahead.any(|token| *token == Token::Sign("..")) {
            return;
        }
        let part = self.part();
        let message = format!("found `{open}` where a range begins");
        let error = self.source.error(&codes::MISPLACED_RANGE, part, message);
        self.stop(
            error.help("a range in a cell stands without brackets: `1..5` has both ends, `1..<5` leaves the end out"),
        );
    }
}
