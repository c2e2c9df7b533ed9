//! The untyped tree that the parser makes of an expression. Not: names resolved or types.

use crate::Value;
use crate::source::Part;
use crate::typed::{Arith, Comparison};
use std::sync::Arc;

#[derive(Debug)]
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    pub(crate) part: Part,
    /// Levels below and including this one.
    pub(crate) height: usize,
}

#[derive(Debug)]
pub(crate) enum ExprKind {
    /// An error is reported; nothing is to be said about this part any more.
    Broken,
    Literal(Value),
    Name(Arc<str>),
    Member(Box<Expr>, Word),
    Call(Word, Vec<Expr>),
    Method(Box<Expr>, Word, Vec<Expr>),
    List(Vec<Expr>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    All(Vec<Expr>),
    Any(Vec<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    Arith(Arith, Box<Expr>, Box<Expr>),
    In(Box<Expr>, Box<Expr>),
    InRange(Box<Expr>, Box<Range>),
}

/// `low..high` or `low..<high`.
#[derive(Debug)]
pub(crate) struct Range {
    pub(crate) low: Expr,
    pub(crate) high: Expr,
    /// Whether `high` belongs to it.
    pub(crate) closed: bool,
    pub(crate) part: Part,
}

/// A name with its place.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) name: Arc<str>,
    pub(crate) part: Part,
}
