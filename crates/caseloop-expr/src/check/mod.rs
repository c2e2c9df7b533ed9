//! The untyped tree to the checked one. This file holds the walk, the guards of optional and hidden fields, and what a
//! condition is; its children hold names, operators and calls. Not: evaluation, or limits on the text.

mod call;
mod cell;
mod flow;
mod name;
mod operator;

pub(crate) use cell::cell;
pub(crate) use flow::granted;

use crate::ast::{Expr, ExprKind};
use crate::source::{Part, Source};
use crate::typed::{Kind, Typed};
use crate::{Scope, Type, Value, codes};
use caseloop_syntax::Applicability::Unsafe;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Checks a tree as a condition.
pub(crate) fn condition(source: &mut Source<'_>, scope: &Scope, tree: &Expr) -> Option<Typed> {
    let mut checker = Checker::new(source, scope, BTreeSet::new());
    checker.clause = Some(tree.part);
    checker.judged(tree)
}

/// Checks a tree as a value. The whole of it may be absent or hidden; its parts may not. `known` are the paths that
/// are known to be there.
pub(crate) fn formula(
    source: &mut Source<'_>,
    scope: &Scope,
    tree: &Expr,
    expected: Option<&Type>,
    known: BTreeSet<String>,
) -> Option<Typed> {
    let mut checker = Checker::new(source, scope, known);
    let mut typed = checker.build(tree, expected, false)?;
    if typed.path().is_some_and(|path| checker.known.contains(&path)) {
        typed.optional = false;
    }
    match expected {
        Some(expected) => checker.coerced(typed, expected, tree.part),
        None => Some(typed),
    }
}

struct Checker<'c, 'a> {
    source: &'c mut Source<'a>,
    scope: &'c Scope,
    locals: Vec<Local>,
    next_local: u16,
    /// The paths that are known to be there.
    known: BTreeSet<String>,
    /// The part before which `has(x) and` may be put.
    clause: Option<Part>,
    /// Whether this is a cell of a table, where nothing can be asked before.
    in_cell: bool,
}

/// The item that a macro binds.
struct Local {
    name: Arc<str>,
    ty: Type,
    id: u16,
}

impl<'c, 'a> Checker<'c, 'a> {
    fn new(source: &'c mut Source<'a>, scope: &'c Scope, known: BTreeSet<String>) -> Self {
        Self {
            source,
            scope,
            locals: Vec::new(),
            next_local: 0,
            known,
            clause: None,
            in_cell: false,
        }
    }

    fn typed(&self, kind: Kind, ty: Type, part: Part) -> Typed {
        Typed {
            kind,
            ty,
            span: self.source.span(part),
            part: (part.start, part.end),
            optional: false,
        }
    }

    /// A part that has to be true or false.
    fn judged(&mut self, e: &Expr) -> Option<Typed> {
        let typed = self.check(e, Some(&Type::Bool))?;
        if typed.ty == Type::Bool {
            return Some(typed);
        }
        let message = format!("found {} where a condition was expected", with_article(&typed.ty));
        let error = self.source.error(&codes::NOT_A_CONDITION, e.part, message);
        let written = self.source.slice(e.part);
        self.source.push(match &typed.ty {
            _ if typed.constant().is_some() => error,
            Type::Text => error.help(format!("compare it, as in `{written} == \"…\"`")),
            Type::Enum(e) => match e.constants.first() {
                Some(first) => error.help(format!("compare it, as in `{written} == {first}`")),
                None => error,
            },
            Type::Int { .. } | Type::Count { .. } => error.help(format!("compare it, as in `{written} > 0`")),
            _ => error,
        });
        None
    }

    /// A part whose value is read: it is there, and not hidden.
    fn check(&mut self, e: &Expr, expected: Option<&Type>) -> Option<Typed> {
        let typed = self.build(e, expected, false)?;
        self.readable(typed, e.part)
    }

    /// A part, perhaps absent. With `asked` (under `has`) what stands before a point may be absent too.
    fn build(&mut self, e: &Expr, expected: Option<&Type>, asked: bool) -> Option<Typed> {
        match &e.kind {
            ExprKind::Broken => None,
            ExprKind::Literal(value) => Some(self.literal(value, e.part)),
            ExprKind::Name(name) => self.name(name, e.part, expected),
            ExprKind::Member(of, word) => self.member(of, word, e.part, asked),
            ExprKind::Call(word, arguments) => self.call(word, arguments, e.part),
            ExprKind::Method(of, word, arguments) => self.method(of, word, arguments, e.part, expected),
            ExprKind::List(items) => self.list(items, e.part, expected),
            ExprKind::Not(of) => {
                let of = self.judged(of)?;
                Some(self.typed(Kind::Not(of.into()), Type::Bool, e.part))
            }
            ExprKind::Negate(of) => self.negate(of, e.part),
            ExprKind::All(items) => self.chain(items, true, e.part),
            ExprKind::Any(items) => self.chain(items, false, e.part),
            ExprKind::Compare(comparison, left, right) => self.compare(*comparison, left, right, e.part),
            ExprKind::Arith(arith, left, right) => self.arith(*arith, left, right, e.part),
            ExprKind::In(value, of) => self.among(value, of, e.part),
            ExprKind::InRange(value, range) => self.within(value, range, e.part),
        }
    }

    fn literal(&self, value: &Value, part: Part) -> Typed {
        let ty = match value {
            Value::Bool(_) => Type::Bool,
            Value::Int(number) => Type::Int {
                min: *number,
                max: *number,
            },
            Value::Decimal { scale, .. } => Type::Decimal { scale: *scale },
            Value::Duration(_) => Type::Duration,
            _ => Type::Text,
        };
        self.typed(Kind::Constant(value.clone()), ty, part)
    }

    /// `and` and `or`: each item is checked under what those before it have settled.
    fn chain(&mut self, items: &[Expr], all: bool, part: Part) -> Option<Typed> {
        let known = self.known.clone();
        let clause = self.clause;
        let mut typed = Vec::with_capacity(items.len());
        for item in items {
            if clause.is_some() {
                self.clause = Some(item.part);
            }
            if let Some(item) = self.judged(item) {
                self.known.extend(granted(&item, all));
                typed.push(item);
            }
        }
        self.known = known;
        self.clause = clause;
        if typed.len() < items.len() {
            return None;
        }
        let kind = if all { Kind::All(typed) } else { Kind::Any(typed) };
        Some(self.typed(kind, Type::Bool, part))
    }

    fn readable(&mut self, mut typed: Typed, part: Part) -> Option<Typed> {
        let Some(path) = typed.path() else {
            return Some(typed);
        };
        let written = self.source.slice(part);
        if typed.hidden() {
            let message = format!("`{written}` is personal free text, which conditions do not read");
            let error = self.source.error(&codes::HIDDEN_FIELD, part, message);
            let help = format!("`has({written})` asks whether it is there; a classifier may read it");
            self.source.push(error.help(help));
            return None;
        }
        if typed.optional && !self.known.contains(&path) {
            let message = format!("`{written}` is optional and may be absent here");
            let error = self.source.error(&codes::UNGUARDED_OPTIONAL, part, message);
            let guard = format!("has({written}) and ");
            // The item of a macro has no name outside of it, but `clause` lies inside it too.
            self.source.push(match self.clause {
                _ if self.in_cell => {
                    error.help("a cell compares with fields that are always there: give this one a default")
                }
                Some(clause) => {
                    let before = self.source.span(Part::new(clause.start, clause.start));
                    error.fix(format!("ask first: `{guard}…`"), before, guard, Unsafe)
                }
                None => error.help(format!("give the branch the condition `has({written})`")),
            });
            return None;
        }
        typed.optional = false;
        Some(typed)
    }
}

/// `a text`, `an int`, `one_of level`.
fn with_article(ty: &Type) -> String {
    match ty {
        Type::Enum(_) => format!("a constant of {}", named(ty)),
        Type::Int { .. } => "an int".to_owned(),
        ty => format!("a {ty}"),
    }
}

/// The type in backticks.
fn named(ty: &Type) -> String {
    match ty {
        Type::Enum(e) if !e.name.is_empty() => format!("`{}`", e.name),
        ty => format!("`{ty}`"),
    }
}

/// `a`, `b` and 3 more.
fn listing(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(8).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
