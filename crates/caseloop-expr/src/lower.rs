//! The checked tree to the compiled form: which shapes get the short forms. Not: evaluation.

use crate::code::{Data, Out, Probe, Test, Word};
use crate::typed::{Comparison, Kind, Macro, Typed};
use crate::{ABSENT, Slot, Type, Value};

/// The compiled form of a part that is true or false.
pub(crate) fn test(tree: &Typed) -> Test {
    match &tree.kind {
        Kind::Constant(Value::Bool(value)) => Test::Constant(*value),
        Kind::Has(of) => has(of),
        Kind::Not(of) => negated(test(of)),
        Kind::All(items) => all(items.iter().map(test)),
        Kind::Any(items) => any(items.iter().map(test)),
        Kind::InState { state, .. } => Test::InState(*state),
        Kind::Compare(op, left, right) => compare(*op, left, right),
        Kind::Within {
            value,
            low,
            high,
            closed,
        } => {
            let value = word(value);
            match (low.constant(), high.constant()) {
                (Some(a), Some(b)) => {
                    let (a, b) = (low.ty.word(a), high.ty.word(b));
                    range(value, a, if *closed { b } else { b.saturating_sub(1) })
                }
                _ => Test::Between(Box::new((value, word(low), word(high))), *closed),
            }
        }
        Kind::OneOf { value, items } => one_of(value, items),
        Kind::Among { value, of } => match &of.ty {
            Type::Set(_) => among_set(value, of),
            _ => Test::Holds(Box::new((data(of), out(value)))),
        },
        Kind::Find(test, text, part) => Test::Find(*test, Box::new((data(text), data(part)))),
        Kind::Matches(text, pattern) => Test::Matches(Box::new(data(text)), pattern.clone()),
        Kind::Each { what, list, body, .. } if !matches!(what, Macro::Filter | Macro::Map) => {
            Test::Each(*what, Box::new((data(list), test(body))))
        }
        _ => range(word(tree), 1, 1),
    }
}

fn has(of: &Typed) -> Test {
    match &of.kind {
        Kind::Remaining { promise, .. } => Test::Running(*promise),
        _ if of.ty.is_word() => range(word(of), ABSENT + 1, i64::MAX),
        _ => Test::HasData(Box::new(data(of))),
    }
}

/// `low ..= high` as a wrapping range; nothing lies within a reversed one.
fn range(word: Word, low: i64, high: i64) -> Test {
    if low > high {
        return Test::Constant(false);
    }
    wrapped(word, low, high.wrapping_sub(low).cast_unsigned())
}

fn wrapped(word: Word, lo: i64, span: u64) -> Test {
    match word {
        Word::Constant(word) => Test::Constant(word.wrapping_sub(lo).cast_unsigned() <= span),
        Word::Slot(root, slot) => Test::Probe(Probe {
            root,
            slot,
            lo,
            span,
            mask: u64::MAX,
        }),
        Word::Truth(test) if (lo, span) == (1, 0) => *test,
        Word::Truth(test) if (lo, span) == (0, 0) => negated(*test),
        word => Test::Range { word, lo, span },
    }
}

fn negated(test: Test) -> Test {
    // All words but `lo ..= lo + span`, which goes round from behind its end to before its start.
    let around = |lo: i64, span: u64| {
        Some((
            lo.wrapping_add_unsigned(span).wrapping_add(1),
            u64::MAX.checked_sub(span)?.checked_sub(1)?,
        ))
    };
    match test {
        Test::Constant(value) => Test::Constant(!value),
        Test::Not(test) => *test,
        Test::Probe(probe) if probe.mask == u64::MAX => match around(probe.lo, probe.span) {
            Some((lo, span)) => Test::Probe(Probe { lo, span, ..probe }),
            None => Test::Constant(false),
        },
        Test::Range { word, lo, span } => match around(lo, span) {
            Some((lo, span)) => Test::Range { word, lo, span },
            None => Test::Constant(false),
        },
        test => Test::Not(Box::new(test)),
    }
}

fn all(tests: impl Iterator<Item = Test>) -> Test {
    let mut flat = Vec::new();
    for test in tests {
        match test {
            Test::Constant(true) => {}
            Test::Constant(false) => {
                flat.push(Test::Constant(false));
                break;
            }
            Test::All(items) => flat.extend(items),
            Test::Probes(probes) => flat.extend(probes.into_iter().map(Test::Probe)),
            test => flat.push(test),
        }
    }
    match flat.as_slice() {
        [] => Test::Constant(true),
        [Test::Constant(value)] => Test::Constant(*value),
        [_] => flat.pop().unwrap_or(Test::Constant(true)),
        _ => {
            let probes: Option<Vec<Probe>> = flat
                .iter()
                .map(|test| match test {
                    Test::Probe(probe) => Some(*probe),
                    _ => None,
                })
                .collect();
            probes.map_or_else(|| Test::All(flat.into()), |probes| Test::Probes(probes.into()))
        }
    }
}

fn any(tests: impl Iterator<Item = Test>) -> Test {
    let mut flat = Vec::new();
    for test in tests {
        match test {
            Test::Constant(false) => {}
            Test::Constant(true) => {
                flat.push(Test::Constant(true));
                break;
            }
            Test::Any(items) => flat.extend(items),
            test => flat.push(test),
        }
    }
    match flat.as_slice() {
        [] => Test::Constant(false),
        [_] => flat.pop().unwrap_or(Test::Constant(false)),
        _ => Test::Any(flat.into()),
    }
}

fn compare(op: Comparison, left: &Typed, right: &Typed) -> Test {
    if left.ty.is_word() {
        return match (left.constant(), right.constant()) {
            (_, Some(constant)) => against(op, word(left), right.ty.word(constant)),
            (Some(constant), _) => against(op.flipped(), word(right), left.ty.word(constant)),
            _ => Test::Compare(op, Box::new((word(left), word(right)))),
        };
    }
    let sides = Box::new((data(left), data(right)));
    if matches!(left.ty, Type::Text | Type::Person | Type::Ref) {
        return Test::Texts(op, sides);
    }
    match op {
        Comparison::NotEqual => negated(Test::Same(sides)),
        _ => Test::Same(sides),
    }
}

/// A word against a constant: one range each.
fn against(op: Comparison, word: Word, constant: i64) -> Test {
    match op {
        Comparison::Equal => range(word, constant, constant),
        Comparison::NotEqual => negated(range(word, constant, constant)),
        Comparison::Less => negated(range(word, constant, i64::MAX)),
        Comparison::AtMost => range(word, i64::MIN, constant),
        Comparison::Greater => negated(range(word, i64::MIN, constant)),
        Comparison::AtLeast => range(word, constant, i64::MAX),
    }
}

fn one_of(value: &Typed, items: &[Typed]) -> Test {
    if !value.ty.is_word() {
        if !matches!(value.ty, Type::Text | Type::Person | Type::Ref) {
            let item = items.iter().map(out).collect();
            return Test::Holds(Box::new((Data::ListOf(item), out(value))));
        }
        return Test::TextOneOf(Box::new(data(value)), items.iter().map(data).collect());
    }
    let constants: Option<Vec<i64>> = items
        .iter()
        .map(|item| item.constant().map(|value| item.ty.word(value)))
        .collect();
    let Some(mut words) = constants else {
        return Test::OneOf(Box::new(word(value)), items.iter().map(word).collect());
    };
    words.sort_unstable();
    words.dedup();
    match (words.first().copied(), words.last().copied()) {
        (Some(first), Some(last)) if last.checked_sub(first) == i64::try_from(words.len() - 1).ok() => {
            range(word(value), first, last)
        }
        (Some(first), Some(last)) if last.checked_sub(first).is_some_and(|span| span < 64) => {
            let mask = words.iter().fold(0, |mask, word| mask | 1_u64 << (word - first));
            masked(self::word(value), first, last, mask)
        }
        (None, _) => Test::Constant(false),
        _ => Test::OneOf(Box::new(word(value)), words.into_iter().map(Word::Constant).collect()),
    }
}

/// The words of `first ..= last`, at most 64, whose distance from `first` is a bit of the mask.
fn masked(word: Word, first: i64, last: i64, mask: u64) -> Test {
    let span = last.wrapping_sub(first).cast_unsigned();
    match word {
        Word::Slot(root, slot) => Test::Probe(Probe {
            root,
            slot,
            lo: first,
            span,
            mask,
        }),
        word => Test::Mask { word, lo: first, mask },
    }
}

/// `constant in set` asks for one bit; `field in set` looks for the field's constant among those of the set.
fn among_set(value: &Typed, set: &Typed) -> Test {
    match (value.constant(), set.constant()) {
        (_, Some(constants)) => masked(word(value), 0, 63, set.ty.word(constants).cast_unsigned()),
        (Some(constant), None) => {
            let bit = u32::try_from(value.ty.word(constant))
                .ok()
                .and_then(|index| 1_i64.checked_shl(index));
            Test::HasBit(word(set), bit.unwrap_or(0))
        }
        (None, None) => Test::BitOf(Box::new((word(value), word(set)))),
    }
}

/// The compiled form of a part that is a word.
pub(crate) fn word(tree: &Typed) -> Word {
    match &tree.kind {
        Kind::Constant(value) => Word::Constant(tree.ty.word(value)),
        Kind::Field {
            root,
            slot: Slot::Word(slot),
            ..
        } => Word::Slot(*root, *slot),
        Kind::Now => Word::Now,
        Kind::TimeIn { state, .. } => Word::TimeIn(*state),
        Kind::Remaining { promise, .. } => Word::Remaining(*promise),
        Kind::Arith(op, left, right) => Word::Arith(*op, Box::new((word(left), word(right)))),
        Kind::Negate(of) => Word::Negate(Box::new(word(of))),
        Kind::Column { of, values, .. } => {
            let words = values.iter().map(|value| tree.ty.word(value)).collect();
            Word::Column(Box::new(word(of)), words)
        }
        Kind::Size(of) => match &of.ty {
            Type::Set(_) => Word::Bits(Box::new(word(of))),
            Type::List(_) => Word::Items(Box::new(data(of))),
            _ => Word::Characters(Box::new(data(of))),
        },
        Kind::Local { depth, .. } => Word::Item(*depth, tree.ty.clone()),
        Kind::Member { .. } | Kind::Field { .. } => Word::Data(Box::new(data(tree)), tree.ty.clone()),
        _ => Word::Truth(Box::new(test(tree))),
    }
}

/// The compiled form of a part that is heavy, or an item of a list.
pub(crate) fn data(tree: &Typed) -> Data {
    match &tree.kind {
        Kind::Field {
            root,
            slot: Slot::Heavy(slot),
            ..
        } => Data::Slot(*root, *slot),
        Kind::Local { depth, .. } => Data::Item(*depth),
        Kind::Member { of, index, .. } => Data::Member(Box::new(data(of)), usize::from(index.0)),
        Kind::Column { of, values, .. } => Data::Column(word(of), values.clone()),
        Kind::Join(left, right) => Data::Join(Box::new([data(left), data(right)])),
        Kind::ListOf(items) => Data::ListOf(items.iter().map(out).collect()),
        Kind::Each {
            what: Macro::Filter,
            list,
            body,
            ..
        } => Data::Filter(Box::new((data(list), test(body)))),
        Kind::Each {
            what: Macro::Map,
            list,
            body,
            ..
        } => Data::Map(Box::new((data(list), out(body)))),
        Kind::Constant(value) => Data::Constant(value.clone()),
        _ => Data::Constant(Value::Absent),
    }
}

/// The compiled form of a part of any type.
pub(crate) fn out(tree: &Typed) -> Out {
    if tree.ty.is_word() {
        Out::Word(word(tree), tree.ty.clone())
    } else {
        Out::Data(data(tree), tree.ty.clone())
    }
}
