//! A plain evaluator over the checked tree and boundary values: slow, obvious, and independent of the compiled form.

use caseloop_expr::{Arith, Comparison, Env, FieldIndex, Heavy, Kind, Macro, Root, Row, Slot, Type, Typed, Value};
use std::cmp::Ordering;

pub(crate) fn holds(tree: &Typed, env: &Env<'_>) -> bool {
    value(tree, env) == Value::Bool(true)
}

pub(crate) fn value(tree: &Typed, env: &Env<'_>) -> Value {
    eval(tree, env, &[])
}

type Locals<'a> = &'a [(u16, Value)];

fn eval(tree: &Typed, env: &Env<'_>, locals: Locals<'_>) -> Value {
    let bool_of = |tree: &Typed| eval(tree, env, locals) == Value::Bool(true);
    match &tree.kind {
        Kind::Constant(value) => value.clone(),
        Kind::Field { root, slot, .. } => {
            let row = if *root == Root::Case { env.case } else { env.event };
            field(row, *slot, &tree.ty)
        }
        Kind::Local { id, .. } => locals.iter().find(|(known, _)| known == id).unwrap().1.clone(),
        Kind::Member { of, index, .. } => member(eval(of, env, locals), *index),
        Kind::Column { of, values, .. } => match (eval(of, env, locals), &of.ty) {
            (Value::Constant(name), Type::Enum(e)) => values[e.index(&name).unwrap()].clone(),
            _ => Value::Absent,
        },
        Kind::Now => Value::Instant(env.now),
        Kind::InState { state, .. } => Value::Bool(env.facts.in_state(*state)),
        Kind::TimeIn { state, .. } => {
            let entered = env.facts.entered_at(*state).unwrap_or(env.now);
            Value::Duration((env.now - entered).max(0))
        }
        Kind::Remaining { promise, .. } => Value::Duration(env.facts.remaining(*promise).unwrap_or(i64::MAX)),
        Kind::Has(of) => Value::Bool(match &of.kind {
            Kind::Remaining { promise, .. } => env.facts.remaining(*promise).is_some(),
            _ => eval(of, env, locals) != Value::Absent,
        }),
        Kind::Not(of) => Value::Bool(!bool_of(of)),
        Kind::All(items) => Value::Bool(items.iter().all(bool_of)),
        Kind::Any(items) => Value::Bool(items.iter().any(bool_of)),
        Kind::Compare(op, a, b) => {
            let (left, right) = (eval(a, env, locals), eval(b, env, locals));
            Value::Bool(compare(*op, &a.ty, &left, &right))
        }
        Kind::Within {
            value,
            low,
            high,
            closed,
        } => {
            let [v, low, high] = [value, low, high].map(|part| eval(part, env, locals));
            let end = if *closed { Comparison::AtMost } else { Comparison::Less };
            Value::Bool(compare(Comparison::AtLeast, &value.ty, &v, &low) && compare(end, &value.ty, &v, &high))
        }
        Kind::OneOf { value, items } => {
            let looked_for = eval(value, env, locals);
            Value::Bool(items.iter().any(|item| eval(item, env, locals) == looked_for))
        }
        Kind::Among { value, of } => {
            let looked_for = eval(value, env, locals);
            Value::Bool(match eval(of, env, locals) {
                Value::Set(names) => names.iter().any(|name| looked_for == Value::Constant(name.clone())),
                Value::List(items) => items.contains(&looked_for),
                _ => false,
            })
        }
        Kind::Arith(op, a, b) => arith(*op, &tree.ty, eval(a, env, locals), eval(b, env, locals)),
        Kind::Join(a, b) => match (eval(a, env, locals), eval(b, env, locals)) {
            (Value::Text(a), Value::Text(b)) => Value::text(&format!("{a}{b}")),
            _ => panic!("no texts"),
        },
        Kind::Negate(of) => wrap(&tree.ty, -i128::from(number(&eval(of, env, locals)))),
        Kind::Find(test, a, b) => match (eval(a, env, locals), eval(b, env, locals)) {
            (Value::Text(a), Value::Text(b)) => Value::Bool(test.holds(&a, &b)),
            _ => panic!("a test of what is no text"),
        },
        Kind::Matches(of, pattern) => match eval(of, env, locals) {
            Value::Text(text) => Value::Bool(regex::Regex::new(pattern.as_str()).unwrap().is_match(&text)),
            _ => panic!("a pattern over what is no text"),
        },
        Kind::Size(of) => Value::Int(match eval(of, env, locals) {
            Value::Text(text) => text.chars().count() as i64,
            Value::Set(names) => names.len() as i64,
            Value::List(items) => items.len() as i64,
            other => panic!("no size: {other}"),
        }),
        Kind::ListOf(items) => Value::List(items.iter().map(|item| eval(item, env, locals)).collect()),
        Kind::Each {
            what, list, id, body, ..
        } => {
            let Value::List(items) = eval(list, env, locals) else {
                return Value::Absent;
            };
            each(*what, items, |item| {
                let mut locals = locals.to_vec();
                locals.push((*id, item));
                eval(body, env, &locals)
            })
        }
    }
}

fn each(what: Macro, items: Vec<Value>, body: impl Fn(Value) -> Value) -> Value {
    let holds = |item: &Value| body(item.clone()) == Value::Bool(true);
    match what {
        Macro::All => Value::Bool(items.iter().all(holds)),
        Macro::Exists => Value::Bool(items.iter().any(holds)),
        Macro::ExistsOne => Value::Bool(items.iter().filter(|item| holds(item)).count() == 1),
        Macro::Filter => Value::List(items.into_iter().filter(holds).collect()),
        Macro::Map => Value::List(items.into_iter().map(body).collect()),
    }
}

fn field(row: Row<'_>, slot: Slot, ty: &Type) -> Value {
    match slot {
        Slot::Word(slot) => ty.value(row.words[usize::from(slot)]),
        Slot::Heavy(slot) => match &row.heavy[usize::from(slot)] {
            Heavy::Absent => Value::Absent,
            heavy => heavy.value(ty),
        },
    }
}

fn member(record: Value, index: FieldIndex) -> Value {
    match record {
        Value::Record(members) => members[usize::from(index.0)].1.clone(),
        _ => Value::Absent,
    }
}

fn compare(op: Comparison, ty: &Type, left: &Value, right: &Value) -> bool {
    let order = match (left, right) {
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Constant(a), Value::Constant(b)) => {
            let Type::Enum(e) = ty else {
                panic!("a constant of {ty}")
            };
            e.index(a).unwrap().cmp(&e.index(b).unwrap())
        }
        (Value::Set(_) | Value::List(_) | Value::Record(_), _) => {
            if left == right {
                Ordering::Equal
            } else {
                // These have no order: only equality is asked.
                Ordering::Less
            }
        }
        _ => number(left).cmp(&number(right)),
    };
    match op {
        Comparison::Equal => order == Ordering::Equal,
        Comparison::NotEqual => order != Ordering::Equal,
        Comparison::Less => order == Ordering::Less,
        Comparison::AtMost => order != Ordering::Greater,
        Comparison::Greater => order == Ordering::Greater,
        Comparison::AtLeast => order != Ordering::Less,
    }
}

fn number(value: &Value) -> i64 {
    match value {
        Value::Bool(value) => i64::from(*value),
        Value::Int(n) | Value::Instant(n) | Value::Duration(n) => *n,
        Value::Decimal { units, .. } => *units,
        Value::Date(days) => i64::from(*days),
        other => panic!("no number: {other}"),
    }
}

fn arith(op: Arith, ty: &Type, left: Value, right: Value) -> Value {
    let (a, b) = (i128::from(number(&left)), i128::from(number(&right)));
    wrap(
        ty,
        match op {
            Arith::Add => a + b,
            Arith::Subtract => a - b,
            Arith::Multiply => a * b,
        },
    )
}

fn wrap(ty: &Type, number: i128) -> Value {
    let word = number.clamp(i128::from(i64::MIN) + 1, i128::from(i64::MAX)) as i64;
    match ty {
        Type::Decimal { scale } => Value::Decimal {
            units: word,
            scale: *scale,
        },
        Type::Instant => Value::Instant(word),
        Type::Duration => Value::Duration(word),
        _ => Value::Int(word),
    }
}
