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

/// The untyped content of a cell of a decision table.
#[derive(Debug)]
pub(crate) enum Cell {
    /// `-`
    Anything,
    /// One of these holds.
    Any(Vec<CellTest>),
    /// The input is there, and none of these holds.
    None(Vec<CellTest>),
}

/// One test of a cell, with its place.
#[derive(Debug)]
pub(crate) struct CellTest {
    pub(crate) kind: CellKind,
    pub(crate) part: Part,
}

/// What the input of a cell is tested for.
#[derive(Debug)]
pub(crate) enum CellKind {
    /// Not there.
    Absent,
    /// `< 5`; a value by itself is equal.
    Compare(Comparison, Expr),
    /// `1..5`
    Within(Box<Range>),
    /// `in field`: an item of a list, a constant of a set.
    Among(Expr),
    /// `has vip`, or `has not vip`
    Has(Expr, bool),
}
