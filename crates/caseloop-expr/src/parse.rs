//! Tokens to the untyped tree. Loosest first: `or`, `and`, `not`, comparisons and `in`, `+ -`, `*`, the signs `-` and
//! `!`, then points and calls. `!` binds as tightly as in CEL, the word `not` more loosely than a comparison; a chain
//! of `and` or of `or` is one part. What other languages have here is named and read past, so that more can be told.

use crate::ast::{Expr, ExprKind, Range, Word};
use crate::lex::{Dates, Token, tokens};
use crate::source::{Part, Source};
use crate::typed::{Arith, Comparison};
use crate::{Value, codes, length};
use caseloop_syntax::Applicability::{Safe, Unsafe};
use caseloop_syntax::{Code, Diagnostic};
use std::sync::Arc;

mod cell;

pub(crate) use cell::cell;

/// The tree, or `None` where nothing more can be made of the text; errors are in the report either way.
pub(crate) fn parse(source: &mut Source<'_>) -> Option<Expr> {
    let mut parser = Parser::new(source, Dates::Quoted)?;
    let tree = parser.any();
    parser.end();
    (!parser.stopped).then_some(tree)
}

impl<'s, 'a> Parser<'s, 'a> {
    /// `None` where the text is too long to be read.
    fn new(source: &'s mut Source<'a>, dates: Dates) -> Option<Self> {
        if source.text.len() > source.limits.bytes {
            let message = format!(
                "this expression has {} bytes, {} are allowed",
                source.text.len(),
                source.limits.bytes
            );
            let error = source.error(&codes::TOO_LONG, Part::new(0, source.text.len()), message);
            source.push(error.help("make parts of it fields, states or a decision table"));
            return None;
        }
        let tokens = tokens(source, dates);
        Some(Self {
            source,
            tokens,
            at: 0,
            depth: 0,
            nodes: 0,
            stopped: false,
        })
    }
}

struct Parser<'s, 'a> {
    source: &'s mut Source<'a>,
    tokens: Vec<(Token, Part)>,
    at: usize,
    depth: usize,
    nodes: usize,
    /// A limit or an error beyond which nothing is read; every later token looks like the end.
    stopped: bool,
}

impl Parser<'_, '_> {
    fn look(&self, ahead: usize) -> &Token {
        if self.stopped {
            return &Token::End;
        }
        self.tokens.get(self.at + ahead).map_or(&Token::End, |(token, _)| token)
    }

    fn part(&self) -> Part {
        let last = || Part::new(self.source.text.len(), self.source.text.len());
        self.tokens.get(self.at).map_or_else(last, |(_, part)| *part)
    }

    fn advance(&mut self) -> Part {
        let part = self.part();
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
        part
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.look(0), Token::Sign(found) if *found == sign)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.look(0), Token::Word(found) if &**found == word)
    }

    fn take_sign(&mut self, sign: &str) -> Option<Part> {
        self.is_sign(sign).then(|| self.advance())
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        if !self.stopped {
            self.source.push(diagnostic);
        }
    }

    fn stop(&mut self, diagnostic: Diagnostic) {
        self.push(diagnostic);
        self.stopped = true;
    }

    /// Reports a slip that has a safe replacement.
    fn slip(&mut self, code: &'static Code, part: Part, message: String, text: &str) {
        let error = self.source.replace(code, part, message, text, Safe);
        self.push(error);
    }

    fn make(&mut self, kind: ExprKind, part: Part, below: usize) -> Expr {
        self.nodes += 1;
        if self.nodes > self.source.limits.nodes {
            let message = format!("this expression has more than {} parts", self.source.limits.nodes);
            let error = self.source.error(&codes::TOO_MANY_PARTS, part, message);
            self.stop(error.help("make parts of it fields, states or a decision table"));
        }
        if below >= self.source.limits.depth {
            self.too_deep(part);
        }
        let kind = if self.stopped { ExprKind::Broken } else { kind };
        let height = if self.stopped { 1 } else { below + 1 };
        Expr { kind, part, height }
    }

    fn too_deep(&mut self, part: Part) {
        let message = format!(
            "this expression is nested more than {} levels deep",
            self.source.limits.depth
        );
        let error = self.source.error(&codes::TOO_DEEP, part, message);
        self.stop(error);
    }

    fn broken(&mut self, part: Part) -> Expr {
        self.make(ExprKind::Broken, part, 0)
    }

    /// One level further down, as long as the limit allows.
    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Expr) -> Expr {
        if self.depth >= self.source.limits.depth {
            let part = self.part();
            self.too_deep(part);
            return self.broken(part);
        }
        self.depth += 1;
        let tree = read(self);
        self.depth -= 1;
        tree
    }

    fn end(&mut self) {
        match self.look(0) {
            Token::End => return,
            // Reported already.
            Token::Broken => {
                self.stopped = true;
                return;
            }
            _ => {}
        }
        let error = self.unexpected("an operator such as `and` or the end");
        self.stop(error);
    }

    fn unexpected(&mut self, expected: &str) -> Diagnostic {
        let part = self.part();
        let found = match self.look(0) {
            Token::End => "the end".to_owned(),
            _ => format!("`{}`", self.source.slice(part)),
        };
        let error = self.source.error(
            &codes::UNEXPECTED,
            part,
            format!("found {found} where {expected} was expected"),
        );
        match self.look(0) {
            Token::Sign(":") => error.help("a text with `: ` in it ends a condition in YAML; texts belong in rules"),
            _ => error,
        }
    }

    // ---- and, or, not -------------------------------------------------------------------------------------------

    fn any(&mut self) -> Expr {
        let tree = self.chain(&["or", "||", "|"], Self::all, ExprKind::Any);
        if self.is_sign("?") {
            return self.ternary(tree);
        }
        tree
    }

    fn all(&mut self) -> Expr {
        self.chain(&["and", "&&", "&"], Self::inverted, ExprKind::All)
    }

    fn chain(&mut self, words: &[&str; 3], read: fn(&mut Self) -> Expr, kind: fn(Vec<Expr>) -> ExprKind) -> Expr {
        let first = read(self);
        let mut items = vec![first];
        while let Some(word) = words.iter().find(|word| self.is_sign(word) || self.is_word(word)) {
            let part = self.advance();
            if word.len() == 1 {
                let [written, ..] = *words;
                self.slip(
                    &codes::FOREIGN_OPERATOR,
                    part,
                    format!("found `{word}` where `{written}` is meant"),
                    written,
                );
            }
            items.push(read(self));
        }
        match (items.len(), items.pop()) {
            (1, Some(only)) => only,
            (_, last) => {
                items.extend(last);
                let below = items.iter().map(|item| item.height).max().unwrap_or(0);
                let part = items.iter().map(|item| item.part).reduce(Part::to).unwrap_or_default();
                self.make(kind(items), part, below)
            }
        }
    }

    fn ternary(&mut self, condition: Expr) -> Expr {
        let question = self.advance();
        let error = self
            .source
            .error(&codes::NO_TERNARY, question, "the language does not choose with `? :`");
        self.push(error.help("write two branches, each with its own `if`"));
        self.nested(Self::any);
        let mut part = condition.part.to(question);
        if self.take_sign(":").is_some() {
            part = part.to(self.nested(Self::any).part);
        }
        self.broken(part)
    }

    fn inverted(&mut self) -> Expr {
        if !self.is_word("not") {
            return self.comparison();
        }
        let word = self.advance();
        let of = self.nested(Self::inverted);
        let (part, height) = (word.to(of.part), of.height);
        self.make(ExprKind::Not(Box::new(of)), part, height)
    }

    // ---- comparisons --------------------------------------------------------------------------------------------

    fn comparison(&mut self) -> Expr {
        let left = self.sum();
        let mut tree = self.comparison_after(left);
        while self.at_comparison() {
            let part = self.part();
            let error = self.source.error(
                &codes::CHAINED_COMPARISON,
                part,
                "a comparison cannot be compared again",
            );
            self.push(error.help("join two comparisons with `and`, or ask for a range with `x in 1..5`"));
            let start = tree.part;
            let placeholder = self.broken(start);
            let rest = self.comparison_after(placeholder);
            tree = self.broken(start.to(rest.part));
        }
        if self.is_sign("..") || self.is_sign("..<") {
            let part = self.advance();
            let error = self.source.error(
                &codes::MISPLACED_RANGE,
                part,
                "a range stands on the right of `in` only",
            );
            self.push(error.help("write `x in 1..5`, both ends included, or `x in 1..<5`"));
            let rest = self.sum();
            tree = self.broken(tree.part.to(rest.part));
        }
        tree
    }

    fn at_comparison(&self) -> bool {
        let sign = matches!(self.look(0), Token::Sign(sign) if comparison_sign(sign).is_some());
        sign || self.is_word("in") || self.is_word("is") || self.is_not_in()
    }

    fn is_not_in(&self) -> bool {
        self.is_word("not") && matches!(self.look(1), Token::Word(word) if &**word == "in")
    }

    fn comparison_after(&mut self, left: Expr) -> Expr {
        if self.is_not_in() {
            return self.not_in(left);
        }
        if self.is_word("in") {
            self.advance();
            return self.membership(left);
        }
        let Some((comparison, slip)) = self.comparison_operator() else {
            return left;
        };
        let right = self.sum();
        let part = left.part.to(right.part);
        let absent = |side: &Expr| matches!(&side.kind, ExprKind::Name(name) if is_null(name));
        let field = match (absent(&left), absent(&right)) {
            (_, true) => left.part,
            (true, false) => right.part,
            (false, false) => {
                if let Some(slip) = slip {
                    self.push(slip);
                }
                let below = left.height.max(right.height);
                return self.make(
                    ExprKind::Compare(comparison, Box::new(left), Box::new(right)),
                    part,
                    below,
                );
            }
        };
        self.null_comparison(part, field, comparison);
        self.broken(part)
    }

    fn null_comparison(&mut self, part: Part, field: Part, comparison: Comparison) {
        let field = self.source.slice(field);
        let message = "the language has no null; whether a field is there is asked with `has`";
        let text = match comparison {
            Comparison::Equal => format!("not has({field})"),
            Comparison::NotEqual => format!("has({field})"),
            _ => {
                let error = self.source.error(&codes::NO_NULL, part, message);
                return self.push(error);
            }
        };
        let error = self.source.replace(&codes::NO_NULL, part, message, &text, Safe);
        self.push(error);
    }

    /// The operator, and the finding where it is written as in another language.
    fn comparison_operator(&mut self) -> Option<(Comparison, Option<Diagnostic>)> {
        let (comparison, exact, part) = if self.is_word("is") {
            let word = self.advance();
            // `a is not b`
            if self.is_word("not") && !self.is_not_in() {
                (Comparison::NotEqual, false, word.to(self.advance()))
            } else {
                (Comparison::Equal, false, word)
            }
        } else {
            let Token::Sign(sign) = *self.look(0) else {
                return None;
            };
            let (comparison, exact) = comparison_sign(sign)?;
            (comparison, exact, self.advance())
        };
        let slip = (!exact).then(|| {
            let meant = comparison.sign();
            let message = format!("found `{}` where `{meant}` is meant", self.source.slice(part));
            self.source
                .replace(&codes::FOREIGN_OPERATOR, part, message, meant, Safe)
        });
        Some((comparison, slip))
    }

    /// `a not in b`, which is written `not a in b`.
    fn not_in(&mut self, left: Expr) -> Expr {
        let word = self.advance().to(self.advance());
        let start = left.part;
        let tree = self.membership(left);
        let end = tree.part;
        let left_text = self.source.slice(start).to_owned();
        let right = self.source.slice(Part::new(word.end, end.end)).to_owned();
        let message = "found `not in` where `not` stands before the whole".to_owned();
        self.slip(
            &codes::FOREIGN_OPERATOR,
            start.to(end),
            message,
            &format!("not {left_text} in{right}"),
        );
        tree
    }

    fn membership(&mut self, value: Expr) -> Expr {
        let right = self.sum();
        let closed = self.is_sign("..");
        if !closed && !self.is_sign("..<") {
            let (part, below) = (value.part.to(right.part), value.height.max(right.height));
            return self.make(ExprKind::In(Box::new(value), Box::new(right)), part, below);
        }
        self.advance();
        let high = self.sum();
        let below = value.height.max(right.height).max(high.height);
        let range = Range {
            part: right.part.to(high.part),
            low: right,
            high,
            closed,
        };
        let part = value.part.to(range.part);
        self.make(ExprKind::InRange(Box::new(value), Box::new(range)), part, below)
    }

    // ---- arithmetic ---------------------------------------------------------------------------------------------

    fn sum(&mut self) -> Expr {
        let mut left = self.product();
        loop {
            let arith = match self.look(0) {
                Token::Sign("+") => Arith::Add,
                Token::Sign("-") => Arith::Subtract,
                _ => return left,
            };
            self.advance();
            let right = self.product();
            left = self.arith(arith, left, right);
        }
    }

    fn product(&mut self) -> Expr {
        let mut left = self.signed();
        loop {
            match *self.look(0) {
                Token::Sign("*") => {
                    self.advance();
                    let right = self.signed();
                    left = self.arith(Arith::Multiply, left, right);
                }
                Token::Sign(sign @ ("/" | "%" | "**" | "^")) => {
                    let part = self.advance();
                    let message = format!("the language has no `{sign}`, so that a condition cannot fail");
                    let error = self.source.error(&codes::NO_DIVISION, part, message);
                    self.push(match sign {
                        "/" => error.help("multiply the other side instead: `a > b * 2`, not `a / 2 > b`"),
                        _ => error,
                    });
                    let right = self.signed();
                    left = self.broken(left.part.to(right.part));
                }
                _ => return left,
            }
        }
    }

    fn arith(&mut self, arith: Arith, left: Expr, right: Expr) -> Expr {
        let (part, below) = (left.part.to(right.part), left.height.max(right.height));
        self.make(ExprKind::Arith(arith, Box::new(left), Box::new(right)), part, below)
    }

    fn signed(&mut self) -> Expr {
        let kind: fn(Box<Expr>) -> ExprKind = match self.look(0) {
            Token::Sign("-") => ExprKind::Negate,
            Token::Sign("!") => ExprKind::Not,
            _ => return self.postfix(),
        };
        let sign = self.advance();
        let of = self.nested(Self::signed);
        let (part, below) = (sign.to(of.part), of.height);
        self.make(kind(Box::new(of)), part, below)
    }

    // ---- points, calls and what stands alone -----------------------------------------------------------------------

    fn postfix(&mut self) -> Expr {
        let mut tree = self.primary();
        loop {
            if let Some(dot) = self.take_sign(".").or_else(|| self.optional_point()) {
                tree = self.member(tree, dot);
            } else if self.is_sign("[") && !matches!(tree.kind, ExprKind::Literal(_)) {
                tree = self.index(tree);
            } else if self.is_sign("(") && matches!(tree.kind, ExprKind::Name(_)) {
                tree = self.call(tree);
            } else {
                return tree;
            }
        }
    }

    /// `a?.b` of other languages.
    fn optional_point(&mut self) -> Option<Part> {
        let part = self.take_sign("?.")?;
        let message = "found `?.` where `.` is meant; an optional field is asked for with `has`".to_owned();
        self.slip(&codes::FOREIGN_OPERATOR, part, message, ".");
        Some(part)
    }

    fn member(&mut self, of: Expr, dot: Part) -> Expr {
        let Token::Word(name) = self.look(0).clone() else {
            let error = self.unexpected("a name after `.`");
            self.stop(error);
            return self.broken(of.part.to(dot));
        };
        let word = Word {
            name,
            part: self.advance(),
        };
        let part = of.part.to(word.part);
        let below = of.height;
        if !self.is_sign("(") {
            return self.make(ExprKind::Member(Box::new(of), word), part, below);
        }
        let (arguments, part, height) = self.arguments(part);
        self.make(ExprKind::Method(Box::new(of), word, arguments), part, below.max(height))
    }

    fn call(&mut self, callee: Expr) -> Expr {
        let ExprKind::Name(name) = callee.kind else {
            return callee;
        };
        let (arguments, part, below) = self.arguments(callee.part);
        let word = Word {
            name,
            part: callee.part,
        };
        self.make(ExprKind::Call(word, arguments), part, below)
    }

    /// The arguments of a call that begins with `part`, the whole part, and the height.
    fn arguments(&mut self, part: Part) -> (Vec<Expr>, Part, usize) {
        let open = self.advance();
        let (arguments, close) = self.list(")", open);
        let below = arguments.iter().map(|argument| argument.height).max().unwrap_or(0);
        (arguments, part.to(close), below)
    }

    fn list(&mut self, close: &'static str, open: Part) -> (Vec<Expr>, Part) {
        let mut items = Vec::new();
        loop {
            if let Some(part) = self.take_sign(close) {
                return (items, part);
            }
            items.push(self.nested(Self::any));
            if self.take_sign(",").is_none() && !self.is_sign(close) {
                let error = self.unexpected(&format!("`,` or `{close}`"));
                let opened = self.source.span(open);
                self.stop(error.also(opened, "opened here"));
                return (items, self.part());
            }
        }
    }

    fn index(&mut self, of: Expr) -> Expr {
        let open = self.advance();
        let (_, close) = self.list("]", open);
        let message = "the language takes no item by its position, so that a condition cannot fail";
        let error = self.source.error(&codes::NO_INDEXING, open.to(close), message);
        self.push(error.help("ask about the items: `x in list` or `list.exists(item, item == x)`"));
        self.broken(of.part.to(close))
    }

    fn primary(&mut self) -> Expr {
        let part = self.part();
        match self.look(0).clone() {
            Token::Word(word) => match &*word {
                "true" | "false" => {
                    self.advance();
                    self.make(ExprKind::Literal(Value::Bool(&*word == "true")), part, 0)
                }
                "and" | "or" | "in" => self.missing(),
                "not" => self.inverted(),
                _ => {
                    self.advance();
                    self.make(ExprKind::Name(word), part, 0)
                }
            },
            Token::Int(number) => self.number(number),
            Token::Decimal(units, scale) => {
                self.advance();
                if self.fractional_length(part) {
                    return self.broken(part);
                }
                self.make(ExprKind::Literal(Value::Decimal { units, scale }), part, 0)
            }
            Token::Text(text) => {
                self.advance();
                self.make(ExprKind::Literal(Value::Text(text)), part, 0)
            }
            Token::Broken => {
                self.advance();
                self.broken(part)
            }
            Token::Sign("(") => {
                self.advance();
                let mut tree = self.nested(Self::any);
                match self.take_sign(")") {
                    Some(close) => tree.part = part.to(close),
                    None => {
                        let error = self.unexpected("`)`");
                        let opened = self.source.span(part);
                        self.stop(error.also(opened, "opened here"));
                    }
                }
                tree
            }
            Token::Sign("[") => {
                self.advance();
                let (items, close) = self.list("]", part);
                let below = items.iter().map(|item| item.height).max().unwrap_or(0);
                self.make(ExprKind::List(items), part.to(close), below)
            }
            Token::Sign("{") => {
                let error = self
                    .source
                    .error(&codes::NO_MAP, part, "the language has no map literals");
                self.stop(error);
                self.broken(part)
            }
            Token::Sign("+") => {
                self.advance();
                let error = self
                    .source
                    .error(&codes::UNEXPECTED, part, "found `+` where a value was expected");
                self.push(error.fix("remove it", self.source.span(part), "", Safe));
                self.nested(Self::signed)
            }
            Token::Sign(_) | Token::End => self.missing(),
        }
    }

    fn missing(&mut self) -> Expr {
        let part = self.part();
        let error = self.unexpected("a field, a value or `(`");
        self.stop(error);
        self.broken(part)
    }

    /// A whole number, or a length of time that begins with one: `4 h`, `1 h 10 min`.
    fn number(&mut self, number: i64) -> Expr {
        let start = self.advance();
        let mut part = start;
        let mut units = 0;
        loop {
            let unit = match self.look(0) {
                Token::Word(unit) if is_unit(unit) => unit.clone(),
                _ => break,
            };
            part = part.to(self.advance());
            units += 1;
            if &*unit == "working" {
                continue;
            }
            let another = matches!(self.look(0), Token::Int(_)) && matches!(self.look(1), Token::Word(w) if is_unit(w));
            if !another {
                break;
            }
            part = part.to(self.advance());
        }
        if units == 0 {
            return self.make(ExprKind::Literal(Value::Int(number)), part, 0);
        }
        let text = self.source.slice(part);
        let plain: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
        match length::duration(&plain) {
            Ok(length::Length::Elapsed(ms)) => self.make(ExprKind::Literal(Value::Duration(ms)), part, 0),
            Ok(_) => {
                let message = format!("`{text}` needs a calendar, and conditions look at none");
                let error = self.source.error(&codes::CALENDAR_DURATION, part, message);
                self.push(error.help("write elapsed time such as `4 h`, or use a promise or a timer"));
                self.broken(part)
            }
            Err(error) => {
                let finding = self.source.error(&codes::BAD_DURATION, part, error.message);
                self.push(match error.instead {
                    Some(text) => finding.fix(format!("write `{text}`"), self.source.span(part), text, Unsafe),
                    None => finding,
                });
                self.broken(part)
            }
        }
    }

    /// `1.5 h`: reported, since lengths are whole numbers of their unit.
    fn fractional_length(&mut self, number: Part) -> bool {
        let Token::Word(unit) = self.look(0).clone() else {
            return false;
        };
        if !is_unit(&unit) {
            return false;
        }
        let part = number.to(self.advance());
        let message = "a length of time is a whole number of its unit";
        let error = self.source.error(&codes::BAD_DURATION, part, message);
        self.push(error.help("combine units, as in `1 h 30 min`"));
        true
    }
}

/// The comparison that a sign means, and whether it is written so.
fn comparison_sign(sign: &str) -> Option<(Comparison, bool)> {
    Some(match sign {
        "==" => (Comparison::Equal, true),
        "=" | "===" => (Comparison::Equal, false),
        "!=" => (Comparison::NotEqual, true),
        "!==" | "<>" => (Comparison::NotEqual, false),
        "<" => (Comparison::Less, true),
        "<=" => (Comparison::AtMost, true),
        "=<" => (Comparison::AtMost, false),
        ">" => (Comparison::Greater, true),
        ">=" => (Comparison::AtLeast, true),
        "=>" => (Comparison::AtLeast, false),
        _ => return None,
    })
}

/// The words of other languages for a value that is not there.
pub(crate) fn is_null(name: &str) -> bool {
    matches!(name, "null" | "NULL" | "Null" | "nil" | "undefined")
}

fn is_unit(word: &Arc<str>) -> bool {
    length::unit_ms(word).is_some()
        || length::meant_unit(word).is_some()
        || matches!(&**word, "working" | "month" | "months" | "year" | "years")
}
