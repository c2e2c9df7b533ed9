//! Functions, methods and macros: what they take and what they give. Not: operators.

use super::{Checker, Local, with_article};
use crate::ast::{Expr, ExprKind, Word};
use crate::source::Part;
use crate::typed::{Kind, Macro, Pattern, TextTest, Typed};
use crate::{Type, Value, codes, lex};
use caseloop_syntax::Applicability::Unsafe;
use regex::RegexBuilder;
use std::sync::Arc;

pub(super) const FUNCTIONS: &[&str] = &["has", "in_state", "time_in", "size"];
const METHODS: &[&str] = &[
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "size",
    "all",
    "exists",
    "exists_one",
    "filter",
    "map",
];

impl Checker<'_, '_> {
    pub(super) fn call(&mut self, word: &Word, arguments: &[Expr], part: Part) -> Option<Typed> {
        match &*word.name {
            "has" => self.has(word, arguments, part),
            "in_state" | "time_in" => self.state(word, arguments, part),
            "size" => {
                let [of] = self.exactly(word, arguments, "a text, a set or a list")?;
                self.size(of, part)
            }
            "int" | "uint" | "double" | "float" | "string" | "str" | "bytes" | "bool" | "timestamp" | "duration"
            | "date" | "type" | "dyn" => {
                let message = format!(
                    "the language has no conversion `{}`, so that a condition cannot fail",
                    word.name
                );
                let error = self.source.error(&codes::NO_CONVERSION, word.part, message);
                self.source.push(match &*word.name {
                    "timestamp" | "date" => {
                        error.help("a time or date is compared with its text, such as `\"2025-11-18\"`")
                    }
                    "duration" => error.help("a duration is written `4 h`, `30 min`, `7 days`"),
                    _ => error.help("declare the field with the type that you need"),
                });
                None
            }
            // A call written before its text: `contains(text, "x")`.
            name if METHODS.contains(&name) && arguments.len() == 2 => {
                let [of, argument] = arguments else { return None };
                let text = format!(
                    "{}.{name}({})",
                    self.source.slice(of.part),
                    self.source.slice(argument.part)
                );
                let message = format!("`{name}` stands after a point");
                let error = self
                    .source
                    .replace(&codes::UNKNOWN_FUNCTION, part, message, &text, Unsafe);
                self.source.push(error);
                None
            }
            name => {
                let message = format!("there is no function `{name}`");
                let error = self.source.error(&codes::UNKNOWN_FUNCTION, word.part, message);
                let error = error.suggest(&name.replace('_', ""), FUNCTIONS.iter().chain(METHODS).copied());
                self.source
                    .push(error.help(format!("there are {}", super::listing(FUNCTIONS))));
                None
            }
        }
    }

    /// Exactly one argument, or an error that says what it is.
    fn exactly<'e>(&mut self, word: &Word, arguments: &'e [Expr], what: &str) -> Option<[&'e Expr; 1]> {
        if let [only] = arguments {
            return Some([only]);
        }
        let message = format!("`{}` takes one argument, {what}; found {}", word.name, arguments.len());
        let error = self.source.error(&codes::WRONG_ARGUMENTS, word.part, message);
        self.source.push(error);
        None
    }

    fn has(&mut self, word: &Word, arguments: &[Expr], part: Part) -> Option<Typed> {
        let [of] = self.exactly(word, arguments, "a field")?;
        let typed = self.build(of, None, true)?;
        if typed.path().is_none() || matches!(typed.kind, Kind::Local { .. }) {
            let message = format!("`has` asks for a field, not for `{}`", self.source.slice(of.part));
            let error = self.source.error(&codes::WRONG_ARGUMENTS, of.part, message);
            self.source.push(error);
            return None;
        }
        Some(self.typed(Kind::Has(typed.into()), Type::Bool, part))
    }

    fn state(&mut self, word: &Word, arguments: &[Expr], part: Part) -> Option<Typed> {
        let [of] = self.exactly(word, arguments, "the name of a state")?;
        let ExprKind::Name(name) = &of.kind else {
            let message = format!("`{}` takes the bare name of a state", word.name);
            let error = self.source.error(&codes::WRONG_ARGUMENTS, of.part, message);
            self.source.push(match &of.kind {
                ExprKind::Literal(Value::Text(text)) if self.scope.states.contains_key(&crate::nfc(text)) => {
                    error.fix(format!("write `{text}`"), self.source.span(of.part), &**text, Unsafe)
                }
                ExprKind::Member(_, last) if self.scope.states.contains_key(&last.name) => {
                    let fix = format!("write `{}`", last.name);
                    let error = error.fix(fix, self.source.span(of.part), &*last.name, Unsafe);
                    error.help("state names are unique, so there are no paths")
                }
                _ => error,
            });
            return None;
        };
        let scope = self.scope;
        let Some((name, number)) = scope.states.get_key_value(name) else {
            let message = format!("there is no state `{name}`");
            let error = self.source.error(&codes::UNKNOWN_STATE, of.part, message);
            self.source
                .push(error.suggest(name, scope.states.keys().map(|state| &**state)));
            return None;
        };
        let (state, name) = (*number, name.clone());
        Some(if &*word.name == "in_state" {
            self.typed(Kind::InState { state, name }, Type::Bool, part)
        } else {
            self.typed(Kind::TimeIn { state, name }, Type::Duration, part)
        })
    }

    fn size(&mut self, of: &Expr, part: Part) -> Option<Typed> {
        let of_part = of.part;
        let of = self.check(of, None)?;
        let max = match &of.ty {
            Type::Text => i64::MAX,
            Type::Set(e) => i64::try_from(e.constants.len()).unwrap_or(i64::MAX),
            Type::List(_) => i64::try_from(crate::work::longest(&of, self.source.limits)).unwrap_or(i64::MAX),
            ty => {
                let message = format!("`size` counts a text, a set or a list, not {}", with_article(ty));
                let error = self.source.error(&codes::TYPE_MISMATCH, of_part, message);
                self.source.push(error);
                return None;
            }
        };
        Some(self.typed(Kind::Size(of.into()), Type::Int { min: 0, max }, part))
    }

    pub(super) fn method(
        &mut self,
        of: &Expr,
        word: &Word,
        arguments: &[Expr],
        part: Part,
        expected: Option<&Type>,
    ) -> Option<Typed> {
        let test = match &*word.name {
            "contains" => TextTest::Contains,
            "startsWith" => TextTest::StartsWith,
            "endsWith" => TextTest::EndsWith,
            "matches" => return self.matches(of, word, arguments, part),
            "size" if arguments.is_empty() => return self.size(of, part),
            "all" => return self.each(Macro::All, of, word, arguments, part, expected),
            "exists" => return self.each(Macro::Exists, of, word, arguments, part, expected),
            "exists_one" | "existsOne" => return self.each(Macro::ExistsOne, of, word, arguments, part, expected),
            "filter" => return self.each(Macro::Filter, of, word, arguments, part, expected),
            "map" => return self.each(Macro::Map, of, word, arguments, part, expected),
            name => {
                let message = format!("there is no function `.{name}(…)`");
                let error = self.source.error(&codes::UNKNOWN_FUNCTION, word.part, message);
                let error = error.suggest(&name.replace('_', ""), METHODS.iter().copied());
                self.source
                    .push(error.help(format!("there are {}", super::listing(METHODS))));
                return None;
            }
        };
        let text = self.text(of, word);
        let [argument] = self.exactly(word, arguments, "a text")?;
        // Where the text is wrong already, a bare word is not reported as well.
        let argument = if text.is_none() && self.is_open(argument) {
            None
        } else {
            self.text(argument, word)
        };
        Some(self.typed(Kind::Find(test, text?.into(), argument?.into()), Type::Bool, part))
    }

    fn text(&mut self, e: &Expr, word: &Word) -> Option<Typed> {
        let typed = self.check(e, None)?;
        if typed.ty == Type::Text {
            return Some(typed);
        }
        let message = format!("`{}` looks at texts, not at {}", word.name, with_article(&typed.ty));
        let error = self.source.error(&codes::TYPE_MISMATCH, e.part, message);
        let written = self.source.slice(e.part);
        self.source.push(match &typed.ty {
            Type::Set(_) | Type::List(_) => error.help(format!("write `x in {written}`")),
            Type::Enum(_) => error.help("compare a constant with `==` or `in`"),
            _ => error,
        });
        None
    }

    fn matches(&mut self, of: &Expr, word: &Word, arguments: &[Expr], part: Part) -> Option<Typed> {
        let text = self.text(of, word);
        let [argument] = self.exactly(word, arguments, "a pattern")?;
        let ExprKind::Literal(Value::Text(pattern)) = &argument.kind else {
            let message = "the pattern of `matches` is a text literal, so that it can be checked beforehand";
            let error = self.source.error(&codes::BAD_PATTERN, argument.part, message);
            self.source.push(error);
            return None;
        };
        let regex = self.pattern(pattern, argument.part);
        Some(self.typed(Kind::Matches(text?.into(), regex?), Type::Bool, part))
    }

    fn pattern(&mut self, pattern: &str, literal: Part) -> Option<Pattern> {
        let limit = self.source.limits.pattern_bytes;
        if let Err(error) = regex_syntax::ParserBuilder::new()
            .nest_limit(100)
            .build()
            .parse(pattern)
        {
            let (span, what) = match &error {
                regex_syntax::Error::Parse(error) => (Some(*error.span()), error.kind().to_string()),
                regex_syntax::Error::Translate(error) => (Some(*error.span()), error.kind().to_string()),
                _ => (None, "it cannot be read".to_owned()),
            };
            let part = span.map_or(literal, |span| {
                lex::inside_text(self.source, literal, span.start.offset, span.end.offset)
            });
            let error = self.source.error(
                &codes::BAD_PATTERN,
                part,
                format!("this is no regular expression: {}", what.replace("invalid", "unusable")),
            );
            self.source.push(error);
            return None;
        }
        match RegexBuilder::new(pattern)
            .size_limit(limit)
            .dfa_size_limit(limit.saturating_mul(4))
            .build()
        {
            Ok(regex) => Some(Pattern::new(regex)),
            Err(_) => {
                let message = format!("this pattern needs more than the {limit} bytes allowed");
                let error = self.source.error(&codes::BAD_PATTERN, literal, message);
                self.source
                    .push(error.help("repeat less, as in `.{0,20}` for `.{0,2000}`"));
                None
            }
        }
    }

    /// `list.all(item, body)` and its kin; `list.map(item, condition, body)` filters first.
    fn each(
        &mut self,
        what: Macro,
        of: &Expr,
        word: &Word,
        arguments: &[Expr],
        part: Part,
        expected: Option<&Type>,
    ) -> Option<Typed> {
        let list_part = of.part;
        let list = self.check(of, None)?;
        let Type::List(item) = list.ty.clone() else {
            let message = format!(
                "`{}` goes through a list, not through {}",
                word.name,
                with_article(&list.ty)
            );
            let error = self.source.error(&codes::TYPE_MISMATCH, list_part, message);
            self.source.push(match &list.ty {
                Type::Set(_) => error.help(format!("ask `x in {}`", self.source.slice(list_part))),
                _ => error,
            });
            return None;
        };
        let (variable, condition, body) = match arguments {
            [variable, body] => (variable, None, body),
            [variable, condition, body] if what == Macro::Map => (variable, Some(condition), body),
            _ => {
                let example = if what == Macro::Map { "item.name" } else { "item == 1" };
                let message = format!("`{}` takes a name for the item and what is asked of it", word.name);
                let error = self.source.error(&codes::WRONG_ARGUMENTS, word.part, message);
                let written = self.source.slice(list_part);
                self.source
                    .push(error.help(format!("write `{written}.{}(item, {example})`", word.name)));
                return None;
            }
        };
        let ExprKind::Name(name) = &variable.kind else {
            let message = "a name for the item was expected here".to_owned();
            let error = self.source.error(&codes::WRONG_ARGUMENTS, variable.part, message);
            self.source.push(error);
            return None;
        };
        if self.scope.case.get(name).is_some() || matches!(&**name, "case" | "event" | "param" | "promise" | "now") {
            let message = format!("`{name}` is taken already");
            let error = self.source.error(&codes::WRONG_ARGUMENTS, variable.part, message);
            self.source.push(error.help("give the item a name that no field has"));
            return None;
        }
        let list = match condition {
            Some(condition) => {
                let (id, condition) = self.body(name, &item, condition, |checker, e| checker.judged(e));
                let kind = each(Macro::Filter, list.clone(), name, id, condition?);
                self.typed(kind, list.ty.clone(), part)
            }
            None => list,
        };
        let (id, body) = if what == Macro::Map {
            let item_expected = match expected {
                Some(Type::List(item)) => Some((**item).clone()),
                _ => None,
            };
            self.body(name, &item, body, |checker, e| checker.check(e, item_expected.as_ref()))
        } else {
            self.body(name, &item, body, |checker, e| checker.judged(e))
        };
        let body = body?;
        let ty = match what {
            Macro::Filter => list.ty.clone(),
            Macro::Map => Type::List(Arc::new(if body.ty.is_int() { Type::INT } else { body.ty.clone() })),
            Macro::All | Macro::Exists | Macro::ExistsOne => Type::Bool,
        };
        Some(self.typed(each(what, list, name, id, body), ty, part))
    }

    /// A body under a binding of its item, and the item's number.
    fn body(
        &mut self,
        name: &Arc<str>,
        item: &Type,
        body: &Expr,
        check: impl FnOnce(&mut Self, &Expr) -> Option<Typed>,
    ) -> (u16, Option<Typed>) {
        let id = self.next_local;
        self.next_local = self.next_local.saturating_add(1);
        self.locals.push(Local {
            name: name.clone(),
            ty: item.clone(),
            id,
        });
        let clause = self.clause.replace(body.part);
        let typed = check(self, body);
        self.clause = clause;
        self.locals.pop();
        (id, typed)
    }
}

fn each(what: Macro, list: Typed, name: &Arc<str>, id: u16, body: Typed) -> Kind {
    Kind::Each {
        what,
        list: list.into(),
        name: name.clone(),
        id,
        body: body.into(),
    }
}
