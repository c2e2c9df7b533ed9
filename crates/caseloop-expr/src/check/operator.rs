//! Comparisons, membership, arithmetic and list literals: which types go together, and how constants adapt to the
//! other side. Not: names or calls.

use super::{Checker, named, with_article};
use crate::ast::{Expr, ExprKind, Range};
use crate::source::Part;
use crate::typed::{Arith, Comparison, Kind, Typed};
use crate::{Type, Value, codes, decimal};
use caseloop_syntax::Applicability::Safe;
use std::sync::Arc;

impl Checker<'_, '_> {
    pub(super) fn compare(&mut self, comparison: Comparison, left: &Expr, right: &Expr, part: Part) -> Option<Typed> {
        let (left, right) = self.both(left, right)?;
        let (left, right) = self.matched(left, right, part)?;
        self.open_to_comparison(&left)?;
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if !equality && !is_ordered(&left.ty) {
            let message = format!(
                "`{}` does not compare {}, which have no order",
                comparison.sign(),
                plural(&left.ty)
            );
            let error = self.source.error(&codes::TYPE_MISMATCH, part, message);
            self.source.push(error.help("compare with `==` or `!=`"));
            return None;
        }
        let kind = match (&left.kind, &right.kind) {
            (Kind::Constant(a), Kind::Constant(b)) if left.ty.is_word() => {
                Kind::Constant(Value::Bool(comparison.holds(&left.ty.word(a), &left.ty.word(b))))
            }
            _ => Kind::Compare(comparison, left.into(), right.into()),
        };
        Some(self.typed(kind, Type::Bool, part))
    }

    /// Both sides; a side that means nothing on its own is read by the type of the other.
    fn both(&mut self, left: &Expr, right: &Expr) -> Option<(Typed, Typed)> {
        let right_first = self.is_open(left) && !self.is_open(right)
            || matches!(left.kind, ExprKind::Name(_))
                && self.is_open(left)
                && matches!(right.kind, ExprKind::Literal(_));
        let (first, second) = if right_first { (right, left) } else { (left, right) };
        let one = self.check(first, None);
        let other = match &one {
            Some(one) => self.check(second, Some(&one.ty.clone())),
            // A word whose meaning hangs on the side that failed is not reported as well.
            None if self.is_open(second) => None,
            None => self.check(second, None),
        };
        let (one, other) = (one?, other?);
        Some(if right_first { (other, one) } else { (one, other) })
    }

    /// Two values of one type; a constant adapts to the other side.
    fn matched(&mut self, left: Typed, right: Typed, part: Part) -> Option<(Typed, Typed)> {
        if left.ty.fits(&right.ty) {
            return Some((left, right));
        }
        if let Some(right) = adapted(&right, &left.ty) {
            return Some((left, right));
        }
        if let Some(left) = adapted(&left, &right.ty) {
            return Some((left, right));
        }
        if self.quoted(&left, &right.ty) || self.quoted(&right, &left.ty) {
            return None;
        }
        let message = format!(
            "{} and {} do not compare",
            with_article(&left.ty),
            with_article(&right.ty)
        );
        let error = self.source.error(&codes::TYPE_MISMATCH, part, message);
        let error = error
            .also(left.span, describe(&left))
            .also(right.span, describe(&right));
        self.source.push(match (&left.ty, &right.ty) {
            (Type::Enum(_), Type::Enum(_)) => error.help("the two have different constants"),
            (Type::Decimal { scale: a }, Type::Decimal { scale: b }) => {
                error.help(format!("they have {a} and {b} digits after the point"))
            }
            (Type::Instant, Type::Duration) | (Type::Duration, Type::Instant) => {
                error.help("`now - x` is a duration, `now + 4 h` is a time")
            }
            (Type::Date, Type::Instant) | (Type::Instant, Type::Date) => {
                error.help("the day of a time depends on the zone, so a condition does not know it")
            }
            _ => error,
        });
        None
    }

    /// To compare a record is to read all of it, hidden members too.
    fn open_to_comparison(&mut self, typed: &Typed) -> Option<()> {
        if !typed.ty.hides() {
            return Some(());
        }
        let part = Part::new(typed.part.0, typed.part.1);
        let message = format!(
            "`{}` holds personal free text, which conditions do not read",
            self.source.slice(part)
        );
        let error = self.source.error(&codes::HIDDEN_FIELD, part, message);
        self.source.push(error.help("compare its other members one by one"));
        None
    }

    /// `level == "complex"`: a constant that is written as a text.
    fn quoted(&mut self, text: &Typed, expected: &Type) -> bool {
        let (Kind::Constant(Value::Text(word)), Some(e)) = (&text.kind, expected.constants()) else {
            return false;
        };
        let part = Part::new(text.part.0, text.part.1);
        let word = crate::nfc(word);
        let of = named(&Type::Enum(e.clone()));
        let error = if e.index(&word).is_some() {
            let message = format!("`{word}` is a constant of {of}, which stands without quotes");
            self.source.replace(&codes::QUOTED_CONSTANT, part, message, &word, Safe)
        } else {
            let message = format!("found a text where a constant of {of} was expected");
            self.source
                .error(&codes::QUOTED_CONSTANT, part, message)
                .suggest(&word, e.constants.iter().map(|c| &**c))
                .help(format!("there are {}", e.listing()))
        };
        self.source.push(error);
        true
    }

    /// A value where `expected` has to stand.
    pub(super) fn coerced(&mut self, typed: Typed, expected: &Type, part: Part) -> Option<Typed> {
        if typed.ty.fits(expected) {
            return Some(typed);
        }
        if let Some(adapted) = adapted(&typed, expected) {
            return Some(adapted);
        }
        if self.quoted(&typed, expected) {
            return None;
        }
        let (found, wanted) = (with_article(&typed.ty), with_article(expected));
        let message = format!("found {found} where {wanted} was expected");
        let error = self.source.error(&codes::TYPE_MISMATCH, part, message);
        self.source.push(match (&typed.ty, expected) {
            (Type::Enum(_), Type::Enum(_)) => error.help("the two have different constants"),
            (Type::Int { .. }, Type::Duration) => error.help("a duration needs its unit, as in `24 h`"),
            (Type::Decimal { scale: a }, Type::Decimal { scale: b }) => {
                error.help(format!("they have {a} and {b} digits after the point"))
            }
            _ => error,
        });
        None
    }

    // ---- membership ---------------------------------------------------------------------------------------------

    pub(super) fn among(&mut self, value: &Expr, of: &Expr, part: Part) -> Option<Typed> {
        if let ExprKind::List(items) = &of.kind {
            return self.one_of(value, items, part);
        }
        let of_part = of.part;
        let Some(of) = self.check(of, None) else {
            if !self.is_open(value) {
                self.check(value, None);
            }
            return None;
        };
        let item = match &of.ty {
            Type::Set(e) => Type::Enum(e.clone()),
            Type::List(item) => (**item).clone(),
            ty => {
                let message = format!(
                    "`in` looks into a list, a set or a range, not into {}",
                    with_article(ty)
                );
                let error = self.source.error(&codes::TYPE_MISMATCH, of_part, message);
                let written = self.source.slice(of_part);
                self.source.push(match ty {
                    Type::Text => error.help(format!("write `{written}.contains(…)`")),
                    ty if is_ordered(ty) => error.help("a range is written `1..5`, both ends included"),
                    _ => error,
                });
                return None;
            }
        };
        let value_part = value.part;
        let value = self.check(value, Some(&item))?;
        let value = self.coerced(value, &item, value_part)?;
        self.open_to_comparison(&value)?;
        let kind = Kind::Among {
            value: value.into(),
            of: of.into(),
        };
        Some(self.typed(kind, Type::Bool, part))
    }

    fn one_of(&mut self, value: &Expr, items: &[Expr], part: Part) -> Option<Typed> {
        // The first item with a type of its own tells what a bare word on the left is.
        let hint = match items.iter().find(|item| !self.is_open(item)) {
            Some(item) if self.is_open(value) && matches!(value.kind, ExprKind::Name(_)) => self.check(item, None),
            _ => None,
        };
        let value = self.check(value, hint.as_ref().map(|hint| &hint.ty));
        let Some(value) = value else {
            for item in items {
                if !self.is_open(item) {
                    self.check(item, None);
                }
            }
            return None;
        };
        let mut typed = Vec::with_capacity(items.len());
        let mut value = value;
        for item in items {
            let Some(checked) = self.check(item, Some(&value.ty.clone())) else {
                continue;
            };
            // Number literals settle on the finest scale of all of them.
            if let Some((left, right)) = self.matched(value.clone(), checked, item.part) {
                value = left;
                typed.push(right);
            }
        }
        if typed.len() < items.len() {
            return None;
        }
        self.open_to_comparison(&value)?;
        let typed = typed.into_iter().filter_map(|item| {
            if item.ty.fits(&value.ty) {
                Some(item)
            } else {
                adapted(&item, &value.ty)
            }
        });
        let kind = Kind::OneOf {
            items: typed.collect(),
            value: value.into(),
        };
        Some(self.typed(kind, Type::Bool, part))
    }

    pub(super) fn within(&mut self, value: &Expr, range: &Range, part: Part) -> Option<Typed> {
        let first = if self.is_open(value) {
            self.check(&range.low, None).map(|low| low.ty)
        } else {
            None
        };
        let value = self.check(value, first.as_ref());
        let expected = value.as_ref().map(|value| value.ty.clone());
        let low = self.check(&range.low, expected.as_ref());
        let high = self.check(&range.high, expected.as_ref());
        let (value, low, high) = (value?, low?, high?);
        let (value, low) = self.matched(value, low, part)?;
        let (value, high) = self.matched(value, high, part)?;
        let low = if low.ty.fits(&value.ty) {
            low
        } else {
            adapted(&low, &value.ty)?
        };
        self.check_range(&value.ty, (&low, &high), range)?;
        let kind = Kind::Within {
            value: value.into(),
            low: low.into(),
            high: high.into(),
            closed: range.closed,
        };
        Some(self.typed(kind, Type::Bool, part))
    }

    /// Whether a range over values of a type makes sense and holds something.
    pub(super) fn check_range(&mut self, ty: &Type, (low, high): (&Typed, &Typed), range: &Range) -> Option<()> {
        if !is_ordered(ty) || *ty == Type::Text {
            let message = format!("a range holds numbers, times or durations, not {}", plural(ty));
            let error = self.source.error(&codes::TYPE_MISMATCH, range.part, message);
            self.source.push(error);
            return None;
        }
        if let (Some(a), Some(b)) = (low.constant(), high.constant()) {
            let (a, b) = (ty.word(a), ty.word(b));
            if a > b || (a == b && !range.closed) {
                let error = self
                    .source
                    .error(&codes::EMPTY_RANGE, range.part, "this range has nothing in it");
                self.source.push(if a > b {
                    error.help("the smaller end stands first")
                } else {
                    error.help("`..` includes its end, `..<` does not")
                });
                return None;
            }
        }
        Some(())
    }

    // ---- arithmetic ---------------------------------------------------------------------------------------------

    pub(super) fn arith(&mut self, arith: Arith, left: &Expr, right: &Expr, part: Part) -> Option<Typed> {
        let left = self.check(left, None);
        let right = self.check(right, None);
        let (left, right) = (left?, right?);
        let (left, right) = match (&left.ty, &right.ty) {
            (Type::Decimal { .. }, _) | (_, Type::Decimal { .. }) if arith != Arith::Multiply => {
                match (adapted(&right, &left.ty), adapted(&left, &right.ty)) {
                    (Some(right), _) => (left, right),
                    (None, Some(left)) => (left, right),
                    _ => (left, right),
                }
            }
            _ => (left, right),
        };
        if (arith, &left.ty, &right.ty) == (Arith::Add, &Type::Text, &Type::Text) {
            return self.join(left, right, part);
        }
        let Some(ty) = arith_type(arith, &left, &right) else {
            return self.no_arith(arith, &left, &right, part);
        };
        let kind = match (&left.kind, &right.kind) {
            (Kind::Constant(a), Kind::Constant(b)) => {
                Kind::Constant(ty.value(arith.apply(left.ty.word(a), right.ty.word(b))))
            }
            _ => Kind::Arith(arith, left.into(), right.into()),
        };
        Some(self.typed(kind, ty, part))
    }

    /// Two texts put together; once in an evaluation, not once for each item of a list, so that it stays as short as what
    /// went in.
    fn join(&mut self, left: Typed, right: Typed, part: Part) -> Option<Typed> {
        if !self.locals.is_empty() {
            let message = "texts are put together for each item of a list";
            let error = self.source.error(&codes::TYPE_MISMATCH, part, message);
            self.source
                .push(error.help("put them together outside, or in a template"));
            return None;
        }
        let kind = match (left.constant(), right.constant()) {
            (Some(Value::Text(a)), Some(Value::Text(b))) => Kind::Constant(Value::text(&[&**a, &**b].concat())),
            _ => Kind::Join(left.into(), right.into()),
        };
        Some(self.typed(kind, Type::Text, part))
    }

    fn no_arith(&mut self, arith: Arith, left: &Typed, right: &Typed, part: Part) -> Option<Typed> {
        let (a, b) = (with_article(&left.ty), with_article(&right.ty));
        let message = format!("`{}` does not join {a} and {b}", arith.sign());
        let error = self.source.error(&codes::TYPE_MISMATCH, part, message);
        let error = error.also(left.span, describe(left)).also(right.span, describe(right));
        self.source.push(match (&left.ty, &right.ty) {
            (Type::Text, _) | (_, Type::Text) => error.help("only a text and a text are put together, with `+`"),
            (Type::Decimal { scale: a }, Type::Decimal { scale: b }) if arith != Arith::Multiply => {
                error.help(format!("they have {a} and {b} digits after the point"))
            }
            (Type::Instant | Type::Duration, other) | (other, Type::Instant | Type::Duration) if other.is_int() => {
                error.help("a length of time has its unit, as in `4 h`")
            }
            _ => error,
        });
        None
    }

    pub(super) fn negate(&mut self, of: &Expr, part: Part) -> Option<Typed> {
        let of = self.check(of, None)?;
        let ty = match &of.ty {
            ty if ty.is_int() => {
                let (low, high) = ty.range();
                Type::Int {
                    min: high.saturating_neg(),
                    max: low.saturating_neg(),
                }
            }
            Type::Decimal { scale } => Type::Decimal { scale: *scale },
            Type::Duration => Type::Duration,
            ty => {
                let message = format!(
                    "`-` stands before a number or a duration, not before {}",
                    with_article(ty)
                );
                let error = self.source.error(&codes::TYPE_MISMATCH, part, message);
                self.source.push(match ty {
                    Type::Bool => error.help("the opposite is written `not x`"),
                    _ => error,
                });
                return None;
            }
        };
        let kind = match &of.kind {
            Kind::Constant(value) => Kind::Constant(ty.value(of.ty.word(value).saturating_neg())),
            _ => Kind::Negate(of.into()),
        };
        Some(self.typed(kind, ty, part))
    }

    // ---- list literals ------------------------------------------------------------------------------------------

    pub(super) fn list(&mut self, items: &[Expr], part: Part, expected: Option<&Type>) -> Option<Typed> {
        let set = match expected {
            Some(Type::Set(e)) => Some(e.clone()),
            _ => None,
        };
        let mut item_type = match expected {
            Some(Type::Set(e)) => Some(Type::Enum(e.clone())),
            Some(Type::List(item)) => Some((**item).clone()),
            _ => None,
        };
        let declared = item_type.is_some();
        let mut typed: Vec<Typed> = Vec::with_capacity(items.len());
        for item in items {
            let Some(checked) = self.check(item, item_type.as_ref()) else {
                continue;
            };
            let checked = match (&item_type, typed.first()) {
                (Some(ty), _) if declared => self.coerced(checked, &ty.clone(), item.part),
                (Some(ty), Some(_)) if !checked.ty.fits(ty) && checked.constant().is_some() => {
                    // A finer number makes those before it finer too.
                    let finer: Option<Vec<Typed>> = typed.iter().map(|before| adapted(before, &checked.ty)).collect();
                    match finer {
                        Some(finer) => {
                            typed = finer;
                            item_type = Some(checked.ty.clone());
                            Some(checked)
                        }
                        None => self.coerced(checked, &ty.clone(), item.part),
                    }
                }
                (Some(ty), _) => self.coerced(checked, &ty.clone(), item.part),
                (None, _) => {
                    item_type = Some(if checked.ty.is_int() {
                        Type::INT
                    } else {
                        checked.ty.clone()
                    });
                    Some(checked)
                }
            };
            typed.extend(checked);
        }
        if typed.len() < items.len() {
            return None;
        }
        let item = item_type.unwrap_or(Type::INT);
        let constants: Option<Vec<Value>> = typed.iter().map(|item| item.constant().cloned()).collect();
        if let (Some(e), Some(values)) = (set, &constants) {
            let ty = Type::Set(e);
            let value = ty.read(&Value::List(values.clone())).ok()?;
            return Some(self.typed(Kind::Constant(value), ty, part));
        }
        let ty = Type::List(Arc::new(item));
        let kind = match constants {
            Some(values) => Kind::Constant(Value::List(values)),
            None => Kind::ListOf(typed),
        };
        Some(self.typed(kind, ty, part))
    }
}

/// A constant in the form of another type, where it has one: `5` as a decimal, `"2025-11-18"` as a date.
fn adapted(typed: &Typed, ty: &Type) -> Option<Typed> {
    let value = adapted_value(typed.constant()?, &typed.ty, ty)?;
    Some(Typed {
        kind: Kind::Constant(value),
        ty: ty.clone(),
        ..typed.clone()
    })
}

fn adapted_value(value: &Value, from: &Type, to: &Type) -> Option<Value> {
    match (value, to) {
        (Value::Int(_), Type::Decimal { .. }) => to.read(value).ok(),
        (Value::Decimal { units, scale: from }, Type::Decimal { scale }) => {
            let units = decimal::rescale(*units, *from, *scale)?;
            Some(Value::Decimal { units, scale: *scale })
        }
        (Value::Text(_), Type::Person | Type::Ref) if *from == Type::Text => Some(value.clone()),
        (Value::Text(_), Type::Instant | Type::Date) => to.read(value).ok(),
        (Value::List(items), Type::List(item)) => {
            let Type::List(before) = from else { return None };
            let items = items.iter().map(|value| {
                if before.fits(item) {
                    Some(value.clone())
                } else {
                    adapted_value(value, before, item)
                }
            });
            items.collect::<Option<_>>().map(Value::List)
        }
        (Value::List(items), Type::Set(_)) if items.is_empty() => Some(Value::Set(Vec::new())),
        _ => None,
    }
}

fn arith_type(arith: Arith, left: &Typed, right: &Typed) -> Option<Type> {
    let whole = |ty: &Type| ty.is_int();
    match (arith, &left.ty, &right.ty) {
        (_, a, b) if whole(a) && whole(b) => {
            let (min, max) = crate::interval::arith(arith, a.range(), b.range());
            Some(Type::Int { min, max })
        }
        (Arith::Multiply, Type::Decimal { scale }, n) | (Arith::Multiply, n, Type::Decimal { scale }) if whole(n) => {
            Some(Type::Decimal { scale: *scale })
        }
        (Arith::Multiply, Type::Duration, n) | (Arith::Multiply, n, Type::Duration) if whole(n) => Some(Type::Duration),
        (Arith::Multiply, ..) => None,
        (_, Type::Decimal { scale: a }, Type::Decimal { scale: b }) if a == b => Some(Type::Decimal { scale: *a }),
        (_, Type::Duration, Type::Duration) | (Arith::Subtract, Type::Instant, Type::Instant) => Some(Type::Duration),
        (_, Type::Instant, Type::Duration) | (Arith::Add, Type::Duration, Type::Instant) => Some(Type::Instant),
        _ => None,
    }
}

pub(super) fn is_ordered(ty: &Type) -> bool {
    ty.is_int()
        || matches!(
            ty,
            Type::Decimal { .. } | Type::Instant | Type::Duration | Type::Date | Type::Enum(_) | Type::Text
        )
}

fn describe(typed: &Typed) -> String {
    format!("this is {}", with_article(&typed.ty))
}

fn plural(ty: &Type) -> String {
    match ty {
        Type::Enum(_) => format!("constants of {}", named(ty)),
        Type::Bool => "bools".to_owned(),
        Type::Person => "persons".to_owned(),
        Type::List(_) => "lists".to_owned(),
        Type::Set(_) => "sets".to_owned(),
        ty => format!("{ty}s"),
    }
}
