//! What a checked expression gives, worked out on its tree; and all values that a field can have.

use caseloop_core::definition::Data;
use caseloop_expr::{Arith, Comparison, Kind, Root, Type, Typed, Value};

/// A value as a number: the position of a constant, 0 and 1 for a truth; `None` where it is absent.
pub(super) type Number = Option<i64>;

/// The fields of a case or an event, by position.
pub(super) type Fields = Vec<Number>;

/// What an expression may read.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) case: &'a [Number],
    pub(super) event: &'a [Number],
    /// A bit for each active state.
    pub(super) active: u64,
}

pub(super) fn holds(tree: &Typed, seen: Seen<'_>) -> bool {
    reckon(tree, seen) == Some(1)
}

pub(super) fn reckon(tree: &Typed, seen: Seen<'_>) -> Number {
    let truth = |holds: bool| Some(i64::from(holds));
    match &tree.kind {
        Kind::Constant(value) => number(&tree.ty, value),
        Kind::Field { root, index, .. } => match root {
            Root::Case => seen.case[usize::from(index.0)],
            Root::Event => seen.event[usize::from(index.0)],
        },
        Kind::Column { of, values, .. } => {
            let at = reckon(of, seen)?;
            number(&tree.ty, &values[at as usize])
        }
        Kind::InState { state, .. } => truth(seen.active >> state & 1 == 1),
        Kind::Has(of) => truth(reckon(of, seen).is_some()),
        Kind::Not(of) => truth(!holds(of, seen)),
        Kind::All(items) => truth(items.iter().all(|item| holds(item, seen))),
        Kind::Any(items) => truth(items.iter().any(|item| holds(item, seen))),
        Kind::Compare(how, left, right) => {
            let (left, right) = (reckon(left, seen)?, reckon(right, seen)?);
            truth(match how {
                Comparison::Equal => left == right,
                Comparison::NotEqual => left != right,
                Comparison::Less => left < right,
                Comparison::AtMost => left <= right,
                Comparison::Greater => left > right,
                Comparison::AtLeast => left >= right,
            })
        }
        Kind::Within {
            value,
            low,
            high,
            closed,
        } => {
            let (value, low, high) = (reckon(value, seen)?, reckon(low, seen)?, reckon(high, seen)?);
            truth(low <= value && (value < high || *closed && value == high))
        }
        Kind::OneOf { value, items } => {
            let value = reckon(value, seen)?;
            truth(items.iter().any(|item| reckon(item, seen) == Some(value)))
        }
        Kind::Arith(how, left, right) => {
            let (left, right) = (reckon(left, seen)?, reckon(right, seen)?);
            Some(match how {
                Arith::Add => left + right,
                Arith::Subtract => left - right,
                Arith::Multiply => left * right,
            })
        }
        Kind::Negate(of) => Some(-reckon(of, seen)?),
        other => panic!("small workflows say nothing like {other:?}"),
    }
}

pub(super) fn number(ty: &Type, value: &Value) -> Number {
    match (ty, value) {
        (_, Value::Absent) => None,
        (_, Value::Bool(truth)) => Some(i64::from(*truth)),
        (_, Value::Int(number)) => Some(*number),
        (Type::Enum(of), Value::Constant(name)) => {
            let at = of.constants.iter().position(|known| known == name);
            Some(at.unwrap() as i64)
        }
        // Effects are told such things, and nothing is decided by them.
        _ => Some(0),
    }
}

/// The nearest number that a field of this type can have.
pub(super) fn fitted(ty: &Type, number: Number) -> Number {
    let number = number?;
    Some(match ty {
        Type::Count { max } => number.clamp(0, *max),
        Type::Int { min, max } => number.clamp(*min, *max),
        _ => number,
    })
}

/// All that a field of this type can have.
fn all(ty: &Type) -> Vec<Number> {
    match ty {
        Type::Bool => vec![Some(0), Some(1)],
        Type::Enum(of) => (0..of.constants.len() as i64).map(Some).collect(),
        Type::Count { max } => (0..=*max).map(Some).collect(),
        Type::Int { min, max } => (*min..=*max).map(Some).collect(),
        other => panic!("small workflows have no field of {other:?}"),
    }
}

/// Every combination of what the fields can have; those for which `fixed` gives a value have that one alone.
pub(super) fn combinations(data: &Data, fixed: impl Fn(usize) -> Option<Number>) -> Vec<Fields> {
    let mut rows = vec![Vec::new()];
    for (position, field) in data.record.fields().enumerate() {
        let mut values = match fixed(position) {
            Some(value) => vec![value],
            None => all(&field.ty),
        };
        if field.optional && fixed(position).is_none() {
            values.push(None);
        }
        let longer = rows.iter().flat_map(|row: &Fields| {
            values.iter().map(|value| {
                let mut row = row.clone();
                row.push(*value);
                row
            })
        });
        rows = longer.collect();
    }
    rows
}
