//! The tests of a cell against its input: types, and the words for which it holds where constants tell. Not: how cells
//! are written.

use super::{Checker, named, with_article};
use crate::ast::{Cell, CellKind, CellTest, Expr, Range};
use crate::source::{Part, Source};
use crate::typed::{Comparison, Kind, Root, Typed};
use crate::unary::Matches;
use crate::{ABSENT, FieldIndex, Scope, Type, Value, codes};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Checks a cell over a field of the case: the condition that it stands for, and what it says of the field alone.
pub(crate) fn cell(source: &mut Source<'_>, scope: &Scope, input: FieldIndex, tree: &Cell) -> Option<(Typed, Matches)> {
    let whole = Part::new(0, source.text.len());
    let mut checker = Checker::new(source, scope, BTreeSet::new());
    checker.in_cell = true;
    let input = checker.input(input, whole)?;
    let (tests, negated) = match tree {
        Cell::Anything => {
            let always = checker.typed(Kind::Constant(Value::Bool(true)), Type::Bool, whole);
            return Some((always, Matches::Words(vec![(ABSENT, i64::MAX)])));
        }
        Cell::Any(tests) => (tests, false),
        Cell::None(tests) => (tests, true),
    };
    let mut found = Vec::with_capacity(tests.len());
    for test in tests {
        if let Some(one) = checker.cell_test(&input, test) {
            found.push(one);
        }
    }
    if found.len() < tests.len() {
        return None;
    }
    let absent = found.iter().any(|one| matches!(one, One::Absent));
    let matches = together(&found, absent, negated);
    let typed: Vec<Typed> = found.into_iter().filter_map(One::into_test).collect();
    Some((checker.joined(input, typed, absent, negated, whole), matches))
}

/// What one test of a cell says.
enum One {
    Absent,
    /// It holds for these words.
    Words(Typed, Vec<(i64, i64)>),
    /// It holds for this text.
    Text(Typed, Arc<str>),
    /// It has to be judged.
    Judged(Typed),
}

impl One {
    fn into_test(self) -> Option<Typed> {
        match self {
            Self::Absent => None,
            Self::Words(test, _) | Self::Text(test, _) | Self::Judged(test) => Some(test),
        }
    }
}

/// What the tests say together.
fn together(found: &[One], absent: bool, negated: bool) -> Matches {
    let absent = absent && !negated;
    let mut words = Vec::new();
    let mut texts = BTreeSet::new();
    for one in found {
        match one {
            One::Absent => {}
            One::Words(_, ranges) => words.extend(ranges),
            One::Text(_, text) => {
                texts.insert(text.clone());
            }
            One::Judged(_) => return Matches::Judged,
        }
    }
    if !texts.is_empty() {
        return Matches::Texts {
            texts: texts.into_iter().collect(),
            negated,
            absent,
        };
    }
    let mut words = union(words);
    if negated {
        words = others(&words);
    }
    if absent {
        words.push((ABSENT, ABSENT));
    }
    Matches::Words(union(words))
}

/// The ranges in order, none touching another.
fn union(mut ranges: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    ranges.retain(|(low, high)| low <= high);
    ranges.sort_unstable();
    let mut merged: Vec<(i64, i64)> = Vec::with_capacity(ranges.len());
    for (low, high) in ranges {
        match merged.last_mut() {
            Some(last) if last.1 == i64::MAX || low <= last.1 + 1 => last.1 = last.1.max(high),
            _ => merged.push((low, high)),
        }
    }
    merged
}

/// The words of values that are there and lie in none of the ranges.
fn others(ranges: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut found = Vec::with_capacity(ranges.len() + 1);
    let mut next = Some(ABSENT + 1);
    for (low, high) in ranges {
        if let Some(from) = next.filter(|from| from < low) {
            found.push((from, low - 1));
        }
        next = high.checked_add(1);
    }
    found.extend(next.map(|from| (from, i64::MAX)));
    found
}

/// The words for which a comparison with a constant holds.
fn compared(comparison: Comparison, word: i64) -> Vec<(i64, i64)> {
    let least = ABSENT + 1;
    match comparison {
        Comparison::Equal => vec![(word, word)],
        Comparison::NotEqual => others(&[(word, word)]),
        Comparison::Less => vec![(least, word.saturating_sub(1))],
        Comparison::AtMost => vec![(least, word)],
        Comparison::Greater => word.checked_add(1).map(|from| (from, i64::MAX)).into_iter().collect(),
        Comparison::AtLeast => vec![(word, i64::MAX)],
    }
}

impl Checker<'_, '_> {
    fn input(&self, index: FieldIndex, part: Part) -> Option<Typed> {
        let field = self.scope.case.field(index)?;
        let kind = Kind::Field {
            root: Root::Case,
            index,
            name: field.name.clone(),
            slot: field.slot,
            hidden: field.hidden,
        };
        Some(self.typed(kind, field.ty.clone(), part))
    }

    /// The whole of a cell: nothing but `absent` holds where the input is not there.
    fn joined(&self, input: Typed, mut tests: Vec<Typed>, absent: bool, negated: bool, part: Part) -> Typed {
        let bool = |kind| self.typed(kind, Type::Bool, part);
        let there = bool(Kind::Has(input.into()));
        let any = match tests.len() {
            0 => None,
            1 => tests.pop(),
            _ => Some(bool(Kind::Any(tests))),
        };
        let present = match (any, negated) {
            (Some(any), false) => Some(bool(Kind::All(vec![there.clone(), any]))),
            (Some(any), true) => {
                let not = bool(Kind::Not(any.into()));
                Some(bool(Kind::All(vec![there.clone(), not])))
            }
            (None, true) => return there,
            (None, false) => None,
        };
        match (present, absent && !negated) {
            (Some(present), true) => {
                let missing = bool(Kind::Not(there.into()));
                bool(Kind::Any(vec![missing, present]))
            }
            (Some(present), false) => present,
            (None, _) => bool(Kind::Not(there.into())),
        }
    }

    fn cell_test(&mut self, input: &Typed, test: &CellTest) -> Option<One> {
        match &test.kind {
            CellKind::Absent => {
                self.no_constant_absent(input, test.part)?;
                Some(One::Absent)
            }
            CellKind::Compare(comparison, operand) => self.cell_compare(input, *comparison, operand, test.part),
            CellKind::Within(range) => self.cell_range(input, range, test.part),
            CellKind::Among(of) => self.cell_among(input, of, test.part),
            CellKind::Has(item, there) => self.cell_has(input, item, *there, test.part),
        }
    }

    /// `absent` asks whether the input is there, so it cannot also be one of its constants.
    fn no_constant_absent(&mut self, input: &Typed, part: Part) -> Option<()> {
        let clash = input.ty.constants().is_some_and(|e| e.index("absent").is_some());
        if clash {
            let message = format!(
                "`absent` means that nothing is there, and is also a constant of {}",
                named(&input.ty)
            );
            let error = self.source.error(&codes::AMBIGUOUS_CONSTANT, part, message);
            self.source.push(error.help("rename the constant"));
            return None;
        }
        Some(())
    }

    /// A value of the input's type.
    fn operand(&mut self, input: &Typed, operand: &Expr) -> Option<Typed> {
        let typed = self.check(operand, Some(&input.ty))?;
        if let (Type::Set(e), Type::Enum(found)) = (&input.ty, &typed.ty)
            && e.same_constants(found)
        {
            let written = self.source.slice(operand.part).to_owned();
            let message = format!("`{written}` is one constant, where a set of them is compared");
            let error = self.source.error(&codes::TYPE_MISMATCH, operand.part, message);
            self.source.push(error.help(format!(
                "write `has {written}` to ask for it, or `[{written}]` for the whole set"
            )));
            return None;
        }
        self.coerced(typed, &input.ty, operand.part)
    }

    fn cell_compare(&mut self, input: &Typed, comparison: Comparison, operand: &Expr, part: Part) -> Option<One> {
        let operand = self.operand(input, operand)?;
        self.ordered(input, comparison, part)?;
        let constant = operand.constant().cloned();
        let ty = operand.ty.clone();
        let kind = Kind::Compare(comparison, input.clone().into(), operand.into());
        let test = self.typed(kind, Type::Bool, part);
        Some(match constant {
            Some(value) if input.ty.is_word() => One::Words(test, compared(comparison, ty.word(&value))),
            Some(Value::Text(text)) if comparison == Comparison::Equal => One::Text(test, text),
            _ => One::Judged(test),
        })
    }

    fn ordered(&mut self, input: &Typed, comparison: Comparison, part: Part) -> Option<()> {
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if equality || super::operator::is_ordered(&input.ty) {
            return Some(());
        }
        let message = format!(
            "`{}` asks for an order, and {} has none",
            comparison.sign(),
            with_article(&input.ty)
        );
        let error = self.source.error(&codes::TYPE_MISMATCH, part, message);
        self.source
            .push(error.help("write the value by itself, or `!=` before it"));
        None
    }

    fn cell_range(&mut self, input: &Typed, range: &Range, part: Part) -> Option<One> {
        let low = self.operand(input, &range.low);
        let high = self.operand(input, &range.high);
        let (low, high) = (low?, high?);
        self.check_range(&input.ty, (&low, &high), range)?;
        let words = match (low.constant(), high.constant()) {
            (Some(a), Some(b)) => {
                let (a, b) = (low.ty.word(a), high.ty.word(b));
                Some(vec![(a, if range.closed { b } else { b.saturating_sub(1) })])
            }
            _ => None,
        };
        let kind = Kind::Within {
            value: input.clone().into(),
            low: low.into(),
            high: high.into(),
            closed: range.closed,
        };
        let test = self.typed(kind, Type::Bool, part);
        Some(match words {
            Some(words) => One::Words(test, words),
            None => One::Judged(test),
        })
    }

    fn cell_among(&mut self, input: &Typed, of: &Expr, part: Part) -> Option<One> {
        let list = Type::List(Arc::new(input.ty.clone()));
        let checked = self.check(of, Some(&list))?;
        let fits = match &checked.ty {
            Type::Set(e) => Type::Enum(e.clone()).fits(&input.ty),
            Type::List(item) => item.fits(&input.ty),
            _ => false,
        };
        if !fits {
            let message = format!(
                "`in` looks into a list of what the input is, {}, not into {}",
                with_article(&input.ty),
                with_article(&checked.ty)
            );
            let error = self.source.error(&codes::TYPE_MISMATCH, of.part, message);
            self.source.push(error);
            return None;
        }
        let kind = Kind::Among {
            value: input.clone().into(),
            of: checked.into(),
        };
        Some(One::Judged(self.typed(kind, Type::Bool, part)))
    }

    fn cell_has(&mut self, input: &Typed, item: &Expr, there: bool, part: Part) -> Option<One> {
        let ty = match &input.ty {
            Type::Set(e) => Type::Enum(e.clone()),
            Type::List(item) => (**item).clone(),
            ty => {
                let message = format!("`has` asks what is in a set or a list, not in {}", with_article(ty));
                let error = self.source.error(&codes::TYPE_MISMATCH, part, message);
                self.source
                    .push(error.help("write the value by itself; `absent` asks whether nothing is there"));
                return None;
            }
        };
        let checked = self.check(item, Some(&ty))?;
        let checked = self.coerced(checked, &ty, item.part)?;
        let kind = Kind::Among {
            value: checked.into(),
            of: input.clone().into(),
        };
        let test = self.typed(kind, Type::Bool, part);
        Some(One::Judged(if there {
            test
        } else {
            self.typed(Kind::Not(test.into()), Type::Bool, part)
        }))
    }
}
