//! What a name means: fields, constants, roots, members and columns. Not: functions and methods.

use super::{Checker, named, with_article};
use crate::ast::{Expr, ExprKind, Word};
use crate::source::Part;
use crate::typed::{Kind, Root, Typed};
use crate::{EnumType, RecordType, Type, Value, codes};
use caseloop_syntax::Applicability::Unsafe;
use caseloop_syntax::{Diagnostic, did_you_mean};
use std::sync::Arc;

impl Checker<'_, '_> {
    /// A bare word: an item of a macro, a field of the case, `now`, or a constant of what is expected.
    pub(super) fn name(&mut self, name: &Arc<str>, part: Part, expected: Option<&Type>) -> Option<Typed> {
        if let Some(local) = self.local(name, part) {
            return Some(local);
        }
        let constant = expected
            .and_then(Type::constants)
            .filter(|e| e.index(name).is_some())
            .cloned();
        let scope = self.scope;
        if let Some((_, field)) = scope.case.get(name) {
            let typed = self.field(Root::Case, &scope.case, name, part)?;
            // Where the field itself is what fits, as in `level == level`, nobody can have meant the constant.
            if let Some(e) = constant {
                let message = format!("`{name}` is a field and also a constant of {}", named(&Type::Enum(e)));
                let error = self.source.error(&codes::AMBIGUOUS_CONSTANT, part, message);
                let error = error.also(field.span, "the field is declared here");
                self.source
                    .push(error.help(format!("rename one of them, or write `case.{name}` for the field")));
                return None;
            }
            return Some(typed);
        }
        if let Some(e) = constant {
            return Some(self.typed(Kind::Constant(Value::Constant(name.clone())), Type::Enum(e), part));
        }
        if &**name == "now" {
            return Some(self.typed(Kind::Now, Type::Instant, part));
        }
        let error = self.unknown_name(name, part, expected);
        self.source.push(error);
        None
    }

    fn local(&self, name: &str, part: Part) -> Option<Typed> {
        let (depth, local) = self
            .locals
            .iter()
            .rev()
            .enumerate()
            .find(|(_, local)| &*local.name == name)?;
        let kind = Kind::Local {
            depth: u16::try_from(depth).ok()?,
            id: local.id,
            name: local.name.clone(),
        };
        Some(self.typed(kind, local.ty.clone(), part))
    }

    /// Whether a word on its own means nothing without an expected type, so that the other side is looked at first.
    pub(super) fn is_open(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Name(name) => {
                !self.locals.iter().any(|local| local.name == *name)
                    && self.scope.case.get(name).is_none()
                    && &**name != "now"
            }
            ExprKind::List(items) => items.iter().all(|item| self.is_open(item)),
            ExprKind::Literal(_) => true,
            _ => false,
        }
    }

    fn unknown_name(&self, name: &str, part: Part, expected: Option<&Type>) -> Diagnostic {
        if crate::parse::is_null(name) {
            let error = self
                .source
                .error(&codes::NO_NULL, part, format!("the language has no `{name}`"));
            if self.in_cell {
                return error.fix("write `absent`", self.source.span(part), "absent", Unsafe);
            }
            return error.help("whether a field is there is asked with `has(x)`");
        }
        let fields = || self.scope.case.fields().map(|field| &*field.name);
        if let Some(e) = expected.and_then(Type::constants) {
            return self.unknown_constant(name, part, e, did_you_mean(name, fields()));
        }
        let error = self
            .source
            .error(&codes::UNKNOWN_FIELD, part, format!("there is no field `{name}`"));
        let replace = |error: Diagnostic, text: String| {
            error.fix(format!("did you mean `{text}`?"), self.source.span(part), text, Unsafe)
        };
        if self.in_cell && expected == Some(&Type::Text) && did_you_mean(name, fields()).is_none() {
            let quoted = format!("\"{name}\"");
            return error.fix(
                format!("write `{quoted}` for the text"),
                self.source.span(part),
                quoted,
                Unsafe,
            );
        }
        if self.scope.event.as_ref().is_some_and(|event| event.get(name).is_some()) {
            let event = self.scope.event_word.unwrap_or("event");
            return replace(error, format!("{event}.{name}"));
        }
        if self.scope.params.contains_key(name) {
            return replace(error, format!("param.{name}"));
        }
        if self.scope.states.contains_key(name) {
            return replace(error, format!("in_state({name})"));
        }
        if self.scope.promises.contains_key(name) {
            return replace(error, format!("promise.{name}.remaining"));
        }
        if matches!(name, "case" | "event" | "param" | "promise") {
            return error.help(format!("`{name}` is followed by a point and a name, as in `{name}.x`"));
        }
        if super::call::FUNCTIONS.contains(&name) {
            return error.help(format!("`{name}` is a function, as in `{name}(x)`"));
        }
        let locals = self.locals.iter().map(|local| &*local.name);
        let error = error.suggest(name, fields().chain(locals).chain(["now"]));
        if error.fix.is_none() && self.scope.case.fields().len() == 0 {
            return error.help("the case has no fields");
        }
        error
    }

    fn unknown_constant(&self, name: &str, part: Part, e: &Arc<EnumType>, field: Option<&str>) -> Diagnostic {
        let message = format!("`{name}` is no constant of {}", named(&Type::Enum(e.clone())));
        let error = self.source.error(&codes::UNKNOWN_CONSTANT, part, message);
        let error = error.suggest(name, e.constants.iter().map(|c| &**c));
        let error = match (&error.fix, field) {
            (None, Some(field)) => error.suggest(name, [field]),
            _ => error,
        };
        error.help(if e.constants.is_empty() {
            "it has none".to_owned()
        } else {
            format!("there are {}", e.listing())
        })
    }

    fn field(&self, root: Root, record: &RecordType, name: &str, part: Part) -> Option<Typed> {
        let (index, field) = record.get(name)?;
        let kind = Kind::Field {
            root,
            index,
            name: field.name.clone(),
            slot: field.slot,
            hidden: field.hidden,
        };
        let mut typed = self.typed(kind, field.ty.clone(), part);
        typed.optional = field.optional;
        Some(typed)
    }

    /// `of.word`: after a root, a record or an enum with columns.
    pub(super) fn member(&mut self, of: &Expr, word: &Word, part: Part, asked: bool) -> Option<Typed> {
        if let Some(root) = self.root(of) {
            return self.rooted(root, word, part);
        }
        if let ExprKind::Member(promise, name) = &of.kind
            && self.root(promise) == Some("promise")
        {
            return self.promise(name, word, part);
        }
        let before = if asked {
            self.build(of, None, true)?
        } else {
            self.check(of, None)?
        };
        let optional = before.optional;
        let mut typed = match before.ty.clone() {
            Type::Record(record) => {
                let Some((index, field)) = record.get(&word.name) else {
                    self.no_member(word, of.part, &before.ty, record.fields().map(|field| &*field.name));
                    return None;
                };
                let kind = Kind::Member {
                    of: before.into(),
                    index,
                    name: field.name.clone(),
                    hidden: field.hidden,
                };
                let mut typed = self.typed(kind, field.ty.clone(), part);
                typed.optional = field.optional;
                typed
            }
            Type::Enum(e) => self.column((before, of.part), &e, word, part)?,
            ty => {
                self.no_member(word, of.part, &ty, []);
                return None;
            }
        };
        typed.optional |= optional;
        Some(typed)
    }

    fn column(&mut self, (of, of_part): (Typed, Part), e: &EnumType, word: &Word, part: Part) -> Option<Typed> {
        let Some((index, column)) = e.column(&word.name) else {
            self.no_member(word, of_part, &of.ty, e.columns.iter().map(|column| &*column.name));
            return None;
        };
        // A column shorter than the enum ends in absent values.
        let mut values = column.values.clone();
        values.resize(e.constants.len(), Value::Absent);
        let optional = values.contains(&Value::Absent);
        let constant = match &of.kind {
            Kind::Constant(Value::Constant(name)) => e.index(name).and_then(|at| values.get(at)).cloned(),
            _ => None,
        };
        let kind = match constant {
            Some(value) if value != Value::Absent => Kind::Constant(value),
            _ => Kind::Column {
                of: of.into(),
                index,
                name: column.name.clone(),
                values: values.into(),
            },
        };
        let mut typed = self.typed(kind, column.ty.clone(), part);
        typed.optional = optional && typed.constant().is_none();
        Some(typed)
    }

    fn no_member<'n>(&mut self, word: &Word, of: Part, ty: &Type, known: impl IntoIterator<Item = &'n str>) {
        let known: Vec<&str> = known.into_iter().collect();
        let kind = if matches!(ty, Type::Record(_)) {
            "member"
        } else {
            "column"
        };
        let message = match ty {
            Type::Record(_) | Type::Enum(_) => format!("`{}` has no {kind} `{}`", self.source.slice(of), word.name),
            ty => format!("{} has no members, so there is no `{}`", with_article(ty), word.name),
        };
        let error = self.source.error(&codes::UNKNOWN_MEMBER, word.part, message);
        let error = error.suggest(&word.name, known.iter().copied());
        self.source.push(match known.as_slice() {
            [] => error,
            known => error.help(format!("there are {}", super::listing(known))),
        });
    }

    /// The root that a name before a point is, unless a field or item has that name.
    fn root(&self, e: &Expr) -> Option<&'static str> {
        let ExprKind::Name(name) = &e.kind else {
            return None;
        };
        let event = self.scope.event_word.unwrap_or("event");
        let root = [
            ("case", "case"),
            (event, "event"),
            ("param", "param"),
            ("promise", "promise"),
        ]
        .into_iter()
        .find_map(|(word, root)| (*word == **name).then_some(root))?;
        (!self.locals.iter().any(|local| local.name == *name)).then_some(root)
    }

    fn rooted(&mut self, root: &'static str, word: &Word, part: Part) -> Option<Typed> {
        let scope = self.scope;
        match root {
            "param" => self.param(word, part),
            "promise" => {
                let message = format!("`promise.{}` is followed by `.remaining`", word.name);
                let error = self.source.error(&codes::UNEXPECTED, part, message);
                let text = format!("promise.{}.remaining", word.name);
                let span = self.source.span(part);
                self.source
                    .push(error.fix(format!("write `{text}`"), span, text, Unsafe));
                None
            }
            "event" => match &scope.event {
                Some(event) => self.root_field(Root::Event, event, word, part),
                None => {
                    let event = scope.event_word.unwrap_or("event");
                    let message = format!("there is no {event} here that `{event}.{}` could read", word.name);
                    let error = self.source.error(&codes::NO_EVENT, part, message);
                    self.source.push(error.help(match scope.event_word {
                        None => "an event is at hand in its own branches only; keep its data in a field of the case",
                        Some(_) => "this looks at the case alone; ask for it where each is looked at",
                    }));
                    None
                }
            },
            _ => self.root_field(Root::Case, &scope.case, word, part),
        }
    }

    fn root_field(&mut self, root: Root, record: &RecordType, word: &Word, part: Part) -> Option<Typed> {
        if let Some(typed) = self.field(root, record, &word.name, part) {
            return Some(typed);
        }
        let event = self.scope.event_word.unwrap_or("event");
        let (here, other, elsewhere) = match root {
            Root::Case => ("case", event, self.scope.event.as_deref()),
            Root::Event => (event, "case", Some(&*self.scope.case)),
        };
        let message = format!("the {here} has no field `{}`", word.name);
        let error = self.source.error(&codes::UNKNOWN_FIELD, word.part, message);
        let fields: Vec<&str> = record.fields().map(|field| &*field.name).collect();
        let error = if elsewhere.is_some_and(|record| record.get(&word.name).is_some()) {
            let text = format!("{other}.{}", word.name);
            error.fix(format!("did you mean `{text}`?"), self.source.span(part), text, Unsafe)
        } else {
            error.suggest(&word.name, fields.iter().copied())
        };
        self.source.push(match fields.as_slice() {
            [] => error.help(format!("the {here} has no fields")),
            fields => error.help(format!("there are {}", super::listing(fields))),
        });
        None
    }

    fn param(&mut self, word: &Word, part: Part) -> Option<Typed> {
        let scope = self.scope;
        let Some((ty, value)) = scope.params.get(&word.name) else {
            let message = format!("there is no parameter `{}`", word.name);
            let error = self.source.error(&codes::UNKNOWN_PARAMETER, word.part, message);
            self.source
                .push(error.suggest(&word.name, scope.params.keys().map(|name| &**name)));
            return None;
        };
        match ty.read(value) {
            Ok(value) if value != Value::Absent => Some(self.typed(Kind::Constant(value), ty.clone(), part)),
            read => {
                let why = read
                    .err()
                    .map_or("it has no value".to_owned(), |error| error.to_string());
                let message = format!("the parameter `{}` cannot be read: {why}", word.name);
                let error = self.source.error(&codes::UNFIT_PARAMETER, part, message);
                self.source.push(error);
                None
            }
        }
    }

    fn promise(&mut self, promise: &Word, word: &Word, part: Part) -> Option<Typed> {
        let scope = self.scope;
        let known = scope.promises.get_key_value(&promise.name);
        if known.is_none() {
            let message = format!("there is no promise `{}`", promise.name);
            let error = self.source.error(&codes::UNKNOWN_PROMISE, promise.part, message);
            self.source
                .push(error.suggest(&promise.name, scope.promises.keys().map(|name| &**name)));
        }
        if &*word.name != "remaining" {
            let message = format!("a promise has no `{}`, only `remaining`", word.name);
            let error = self.source.error(&codes::UNKNOWN_MEMBER, word.part, message);
            self.source.push(error.suggest(&word.name, ["remaining"]));
            return None;
        }
        let (name, number) = known?;
        let kind = Kind::Remaining {
            promise: *number,
            name: name.clone(),
        };
        Some(self.typed(kind, Type::Duration, part))
    }
}
