//! The cells of decision tables: a text that is judged against one input. Not: tables.

use crate::source::Source;
use crate::{Condition, FieldIndex, Limits, Locate, Scope, check, parse};
use caseloop_syntax::Report;
use std::sync::Arc;

/// A checked cell.
///
/// ```
/// use caseloop_expr::{cell, Limits, Matches, RecordType, Scope, Type};
/// use caseloop_syntax::{Report, Span};
/// let mut case = RecordType::default();
/// let age = case.push("age", Type::Count { max: 150 }, true, false, Span::default());
/// let scope = Scope { case: case.into(), ..Default::default() };
/// let found = cell("18..<65, 100", age, &Span::default(), &scope, &Limits::default(), &mut Report::default());
/// assert_eq!(found.unwrap().matches(), &Matches::Words(vec![(18, 64), (100, 100)]));
/// ```
#[derive(Clone, Debug)]
pub struct Cell {
    condition: Condition,
    matches: Matches,
}

/// What a cell says of its input alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matches {
    /// It holds for these words and no others: ranges in order, both ends included, none touching another. That
    /// nothing is there is the word [`ABSENT`](crate::ABSENT).
    Words(Vec<(i64, i64)>),
    /// It holds for these texts, or for all others.
    Texts {
        /// The texts, in order, each once.
        texts: Vec<Arc<str>>,
        /// Whether it holds for the others.
        negated: bool,
        /// Whether it holds where nothing is there.
        absent: bool,
    },
    /// It has to be judged: it compares with another field, or asks what is in a set or a list.
    Judged,
}

impl Cell {
    /// The condition that it stands for.
    #[must_use]
    pub fn condition(&self) -> &Condition {
        &self.condition
    }

    /// What it says of its input alone.
    #[must_use]
    pub fn matches(&self) -> &Matches {
        &self.matches
    }

    /// Whether it holds for anything, and where nothing is there.
    #[must_use]
    pub fn is_anything(&self) -> bool {
        self.matches == Matches::Words(vec![(crate::ABSENT, i64::MAX)])
    }
}

/// Reads, checks and compiles a cell over a field of the case; what is wrong with it goes to the report. `None` where
/// there was an error.
///
/// `-` holds for anything. `absent` holds where nothing is there, and nothing else does: `major`, `2000.00`, `"text"`
/// and `2025-11-18` are equal, `< 5`, `>= param.big` and `!= x` compare, `1..5` has both ends and `1..<5` not the last,
/// `in field` looks into a list, `has vip` and `has not vip` into the input. Commas list what it holds for, and a `not`
/// before the list what it does not hold for.
pub fn cell(
    text: &str,
    input: FieldIndex,
    at: &dyn Locate,
    scope: &Scope,
    limits: &Limits,
    report: &mut Report,
) -> Option<Cell> {
    let mut source = Source::new(text, at, limits, report);
    let tree = parse::cell(&mut source)?;
    let (tree, matches) = check::cell(&mut source, scope, input, &tree)?;
    let condition = Condition::of(&mut source, tree)?;
    Some(Cell { condition, matches })
}
