//! The checked tree of an expression: names resolved to slots, types known, constants folded. Not: how it is evaluated.

use crate::{FieldIndex, Slot, Type, Value};
use caseloop_syntax::Span;
use regex::Regex;
use std::sync::Arc;

/// A checked part of an expression.
#[derive(Clone, Debug)]
pub struct Typed {
    /// What it is.
    pub kind: Kind,
    /// The type of its value.
    pub ty: Type,
    /// Its place in the document.
    pub span: Span,
    /// Its bytes in the expression's own text.
    pub part: (usize, usize),
    /// Whether its value may be absent: an optional field, member or column. Everything but `has` and the whole of a
    /// formula stands under a `has` that excludes absence.
    pub optional: bool,
}

/// What a checked part is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A literal, a constant of an enum, a parameter, or what was folded into one.
    Constant(Value),
    /// A field of the case or of the event.
    Field {
        /// Whose field.
        root: Root,
        /// Which.
        index: FieldIndex,
        /// Its name.
        name: Arc<str>,
        /// Where it lives.
        slot: Slot,
        /// Whether it is personal free text.
        hidden: bool,
    },
    /// The item that a macro is looking at.
    Local {
        /// How many macros lie between this and the one that binds it: 0 for the innermost.
        depth: u16,
        /// Its number, unlike any other's of the expression.
        id: u16,
        /// Its name.
        name: Arc<str>,
    },
    /// A member of a record.
    Member {
        /// The record.
        of: Box<Typed>,
        /// Which member.
        index: FieldIndex,
        /// Its name.
        name: Arc<str>,
        /// Whether it is personal free text.
        hidden: bool,
    },
    /// A column of an enum, looked up by a value.
    Column {
        /// The enum value.
        of: Box<Typed>,
        /// Which column.
        index: usize,
        /// Its name.
        name: Arc<str>,
        /// One value for each constant.
        values: Arc<[Value]>,
    },
    /// The instant of the step.
    Now,
    /// Whether a state is active.
    InState {
        /// The state's number in the scope.
        state: u16,
        /// Its name.
        name: Arc<str>,
    },
    /// The time since a state was entered; 0 where it is not active.
    TimeIn {
        /// The state's number in the scope.
        state: u16,
        /// Its name.
        name: Arc<str>,
    },
    /// The time until a promise is due, negative after that; the longest duration where no measurement runs.
    Remaining {
        /// The promise's number in the scope.
        promise: u16,
        /// Its name.
        name: Arc<str>,
    },
    /// Whether a field, member, column or promise's remaining time is there.
    Has(Box<Typed>),
    /// The opposite.
    Not(Box<Typed>),
    /// All of these, judged from the left until one fails.
    All(Vec<Typed>),
    /// One of these, judged from the left until one holds.
    Any(Vec<Typed>),
    /// A comparison of two values of one type, an int with a count included.
    Compare(Comparison, Box<Typed>, Box<Typed>),
    /// `value in low..high`.
    Within {
        /// What is looked for.
        value: Box<Typed>,
        /// The least value that is within.
        low: Box<Typed>,
        /// The end.
        high: Box<Typed>,
        /// Whether the end is within.
        closed: bool,
    },
    /// `value in [a, b]`.
    OneOf {
        /// What is looked for.
        value: Box<Typed>,
        /// The items, each of the value's type.
        items: Vec<Typed>,
    },
    /// `value in set` and `value in list`.
    Among {
        /// What is looked for.
        value: Box<Typed>,
        /// The set or list.
        of: Box<Typed>,
    },
    /// A sum, difference or product; saturates.
    Arith(Arith, Box<Typed>, Box<Typed>),
    /// Two texts put together.
    Join(Box<Typed>, Box<Typed>),
    /// The negative.
    Negate(Box<Typed>),
    /// A test of a text against another.
    Find(TextTest, Box<Typed>, Box<Typed>),
    /// Whether a pattern is found anywhere in a text.
    Matches(Box<Typed>, Pattern),
    /// Characters of a text, constants of a set, items of a list.
    Size(Box<Typed>),
    /// A list literal that is not constant.
    ListOf(Vec<Typed>),
    /// A macro over the items of a list.
    Each {
        /// Which macro.
        what: Macro,
        /// The list.
        list: Box<Typed>,
        /// The name of the item.
        name: Arc<str>,
        /// The number of the item, as in [`Kind::Local`].
        id: u16,
        /// What is judged or computed for each item.
        body: Box<Typed>,
    },
}

/// Whose fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Root {
    /// The case's.
    Case,
    /// The event's.
    Event,
}

/// An operator of comparison. Enums compare by the order of their declaration, texts by their code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl Comparison {
    /// Whether the operator holds for two values.
    #[must_use]
    pub fn holds<T: Ord + ?Sized>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::Greater => left > right,
            Self::AtLeast => left >= right,
        }
    }

    /// The operator with its sides exchanged.
    #[must_use]
    pub fn flipped(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::AtMost => Self::AtLeast,
            Self::Greater => Self::Less,
            Self::AtLeast => Self::AtMost,
            same => same,
        }
    }

    /// The operator that holds where this one does not.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::AtLeast,
            Self::AtMost => Self::Greater,
            Self::Greater => Self::AtMost,
            Self::AtLeast => Self::Less,
        }
    }

    /// As it is written.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }
}

/// An operator of arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arith {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
}

impl Arith {
    /// The result, no smaller than [`ABSENT`](crate::ABSENT) + 1 and no greater than `i64::MAX`.
    #[must_use]
    pub fn apply(self, left: i64, right: i64) -> i64 {
        let result = match self {
            Self::Add => left.saturating_add(right),
            Self::Subtract => left.saturating_sub(right),
            Self::Multiply => left.saturating_mul(right),
        };
        result.max(crate::ABSENT + 1)
    }

    /// As it is written.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
        }
    }
}

/// A test of one text against another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextTest {
    /// `contains`
    Contains,
    /// `startsWith`
    StartsWith,
    /// `endsWith`
    EndsWith,
}

impl TextTest {
    /// Whether the test holds.
    #[must_use]
    pub fn holds(self, text: &str, part: &str) -> bool {
        match self {
            Self::Contains => text.contains(part),
            Self::StartsWith => text.starts_with(part),
            Self::EndsWith => text.ends_with(part),
        }
    }
}

/// A macro over the items of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Macro {
    /// Whether the body holds for every item.
    All,
    /// Whether it holds for one item or more.
    Exists,
    /// Whether it holds for exactly one item.
    ExistsOne,
    /// The items for which it holds.
    Filter,
    /// The body's value for each item.
    Map,
}

/// A regular expression, compiled once; found in time linear in the text. Classes are Unicode's, so a Chinese letter is
/// a `\w` too and `\b` finds no edge between it and a Latin one; `(?-u:\b)` does.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    pub(crate) fn new(regex: Regex) -> Self {
        Self(regex)
    }

    /// The pattern as written, escapes of the literal resolved.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it is found anywhere in the text.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Typed {
    /// The parts directly below.
    pub fn children(&self) -> Vec<&Typed> {
        match &self.kind {
            Kind::Constant(_)
            | Kind::Field { .. }
            | Kind::Local { .. }
            | Kind::Now
            | Kind::InState { .. }
            | Kind::TimeIn { .. }
            | Kind::Remaining { .. } => Vec::new(),
            Kind::Member { of, .. } | Kind::Column { of, .. } => vec![of],
            Kind::Has(of) | Kind::Not(of) | Kind::Negate(of) | Kind::Size(of) | Kind::Matches(of, _) => vec![of],
            Kind::All(items) | Kind::Any(items) | Kind::ListOf(items) => items.iter().collect(),
            Kind::Compare(_, a, b) | Kind::Arith(_, a, b) | Kind::Join(a, b) | Kind::Find(_, a, b) => vec![a, b],
            Kind::Within { value, low, high, .. } => vec![value, low, high],
            Kind::OneOf { value, items } => std::iter::once(&**value).chain(items).collect(),
            Kind::Among { value, of } => vec![value, of],
            Kind::Each { list, body, .. } => vec![list, body],
        }
    }

    /// Calls `visit` for this part and for all below it, a part before those below.
    pub fn walk<'t>(&'t self, visit: &mut dyn FnMut(&'t Typed)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }

    /// The full path of a field, member or column, such as `case.level.limit`; `promise.P.remaining` too. `None` for
    /// everything else. The item of a macro is `#` and its number.
    #[must_use]
    pub fn path(&self) -> Option<String> {
        match &self.kind {
            Kind::Field { root, name, .. } => {
                let root = match root {
                    Root::Case => "case",
                    Root::Event => "event",
                };
                Some(format!("{root}.{name}"))
            }
            Kind::Local { id, .. } => Some(format!("#{id}")),
            Kind::Member { of, name, .. } | Kind::Column { of, name, .. } => Some(format!("{}.{name}", of.path()?)),
            Kind::Remaining { name, .. } => Some(format!("promise.{name}.remaining")),
            _ => None,
        }
    }

    /// The constant that it is, if it is one.
    #[must_use]
    pub fn constant(&self) -> Option<&Value> {
        match &self.kind {
            Kind::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it is a field or member of personal free text.
    #[must_use]
    pub fn hidden(&self) -> bool {
        matches!(
            self.kind,
            Kind::Field { hidden: true, .. } | Kind::Member { hidden: true, .. }
        )
    }
}
