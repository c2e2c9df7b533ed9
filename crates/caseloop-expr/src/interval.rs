//! Sound bounds of whole-number results, from declared ranges and from what a condition settles. Not: the proofs that
//! use them.

use crate::typed::{Arith, Comparison, Kind, Macro, Typed};
use crate::{ABSENT, Condition, Formula, Value};
use std::collections::BTreeMap;

/// A least and a greatest word, both included.
type Interval = (i64, i64);

const EVERYTHING: Interval = (ABSENT + 1, i64::MAX);

/// What is known of paths; `None` where the condition can never be so.
type Narrowed = Option<BTreeMap<String, Interval>>;

/// The least and the greatest word that a formula can have where it is present, both included: of an int or count the
/// number, of a decimal the number without its point, of times and durations milliseconds, of an enum the index.
///
/// Uses the declared ranges and, where `given` is a condition that held just before, what that settles about single
/// fields: given `n < 2` the formula `n + 1` of a count lies within 1..=2. For heavy results the bounds say nothing.
/// Where `given` can never hold they may be reversed.
///
/// ```
/// use caseloop_expr::{bounds, condition, formula, Limits, RecordType, Scope, Type};
/// use caseloop_syntax::{Report, Span};
/// let mut case = RecordType::default();
/// case.push("n", Type::Count { max: 5 }, false, false, Span::default());
/// let scope = Scope { case: case.into(), ..Default::default() };
/// let (at, limits, mut report) = (Span::default(), Limits::default(), Report::default());
/// let given = condition("n < 2", &at, &scope, &limits, &mut report);
/// let next = formula("n + 1", &at, &scope, None, &limits, &mut report).unwrap();
/// assert_eq!((bounds(&next, None), bounds(&next, given.as_ref())), ((1, 6), (1, 2)));
/// ```
#[must_use]
pub fn bounds(formula: &Formula, given: Option<&Condition>) -> (i64, i64) {
    let known = match given {
        Some(condition) => match narrowed(condition.tree(), true, &BTreeMap::new()) {
            Some(known) => known,
            None => return (i64::MAX, ABSENT + 1),
        },
        None => BTreeMap::new(),
    };
    interval(formula.tree(), &known)
}

fn interval(tree: &Typed, known: &BTreeMap<String, Interval>) -> Interval {
    let declared = tree.ty.range();
    let found = match &tree.kind {
        Kind::Constant(value) => {
            let word = tree.ty.word(value);
            (word, word)
        }
        Kind::TimeIn { .. } => (0, i64::MAX),
        Kind::Column { of, values, .. } => {
            let (low, high) = interval(of, known);
            let reached = (low..=high)
                .take(values.len())
                .filter_map(|at| values.get(usize::try_from(at).ok()?));
            let words = reached
                .filter(|value| **value != Value::Absent)
                .map(|value| tree.ty.word(value));
            words
                .fold(None, |found, word| {
                    Some(hull(found.unwrap_or((word, word)), (word, word)))
                })
                .unwrap_or(declared)
        }
        Kind::Arith(op, left, right) => arith(*op, interval(left, known), interval(right, known)),
        Kind::Negate(of) => {
            let (low, high) = interval(of, known);
            (high.saturating_neg(), low.saturating_neg())
        }
        _ => declared,
    };
    let found = (found.0.max(EVERYTHING.0), found.1);
    match tree.path().and_then(|path| known.get(&path)) {
        Some((low, high)) => (found.0.max(*low), found.1.min(*high)),
        None => found,
    }
}

/// The interval of a sum, difference or product; saturates as the operation does.
pub(crate) fn arith(op: Arith, (a, b): Interval, (c, d): Interval) -> Interval {
    let corners = match op {
        Arith::Add => [op.apply(a, c), op.apply(b, d), op.apply(a, c), op.apply(b, d)],
        Arith::Subtract => [op.apply(a, d), op.apply(b, c), op.apply(a, d), op.apply(b, c)],
        Arith::Multiply => [op.apply(a, c), op.apply(a, d), op.apply(b, c), op.apply(b, d)],
    };
    let [first, ..] = corners;
    corners
        .into_iter()
        .fold((first, first), |found, corner| hull(found, (corner, corner)))
}

fn hull(a: Interval, b: Interval) -> Interval {
    (a.0.min(b.0), a.1.max(b.1))
}

/// What is known of paths wherever `tree` is `truth`, given what is `known` already.
fn narrowed(tree: &Typed, truth: bool, known: &BTreeMap<String, Interval>) -> Narrowed {
    match &tree.kind {
        Kind::Constant(Value::Bool(value)) if *value != truth => None,
        Kind::Not(of) => narrowed(of, !truth, known),
        Kind::All(items) if truth => every(items, truth, known),
        Kind::Any(items) if !truth => every(items, truth, known),
        Kind::All(items) | Kind::Any(items) => some(items, truth, known),
        Kind::Compare(op, left, right) => {
            let op = if truth { *op } else { op.negated() };
            let known = compared(left, op, interval(right, known), known.clone())?;
            compared(right, op.flipped(), interval(left, &known), known)
        }
        Kind::Within {
            value,
            low,
            high,
            closed,
        } if truth => {
            let low = interval(low, known).0;
            let high = interval(high, known).1;
            let high = if *closed { high } else { high.saturating_sub(1) };
            met(value, (low, high), known.clone())
        }
        Kind::OneOf { value, items } if truth => {
            let found = items.iter().map(|item| interval(item, known)).reduce(hull)?;
            met(value, found, known.clone())
        }
        Kind::Each {
            what: Macro::Exists, ..
        } => Some(known.clone()),
        _ if tree.ty == crate::Type::Bool && tree.path().is_some() => {
            met(tree, (i64::from(truth), i64::from(truth)), known.clone())
        }
        _ => Some(known.clone()),
    }
}

fn every(items: &[Typed], truth: bool, known: &BTreeMap<String, Interval>) -> Narrowed {
    items
        .iter()
        .try_fold(known.clone(), |known, item| narrowed(item, truth, &known))
}

fn some(items: &[Typed], truth: bool, known: &BTreeMap<String, Interval>) -> Narrowed {
    let ways = items.iter().filter_map(|item| narrowed(item, truth, known));
    ways.reduce(|a, b| {
        let both = a
            .into_iter()
            .filter_map(|(path, interval)| Some((hull(interval, *b.get(&path)?), path)));
        both.map(|(interval, path)| (path, interval)).collect()
    })
}

/// A word for which `side op other` holds for some `other` in the interval.
fn compared(side: &Typed, op: Comparison, other: Interval, known: BTreeMap<String, Interval>) -> Narrowed {
    if !side.ty.is_word() {
        return Some(known);
    }
    let (low, high) = EVERYTHING;
    let allowed = match op {
        Comparison::Equal => other,
        Comparison::NotEqual => return differs(side, other, known),
        Comparison::Less if other.1 == low => return None,
        Comparison::Less => (low, other.1 - 1),
        Comparison::AtMost => (low, other.1),
        Comparison::Greater => (other.0.checked_add(1)?, high),
        Comparison::AtLeast => (other.0, high),
    };
    met(side, allowed, known)
}

/// `n != 0` takes an end of an interval away.
fn differs(side: &Typed, other: Interval, known: BTreeMap<String, Interval>) -> Narrowed {
    let (low, high) = interval(side, &known);
    if other.0 != other.1 {
        return Some(known);
    }
    match other.0 {
        _ if low == high && low == other.0 => None,
        word if word == low => met(side, (low.saturating_add(1), high), known),
        word if word == high => met(side, (low, high.saturating_sub(1)), known),
        _ => Some(known),
    }
}

fn met(side: &Typed, allowed: Interval, mut known: BTreeMap<String, Interval>) -> Narrowed {
    let before = interval(side, &known);
    let both = (before.0.max(allowed.0), before.1.min(allowed.1));
    if both.0 > both.1 {
        return None;
    }
    if let Some(path) = side.path() {
        known.insert(path, both);
    }
    Some(known)
}
