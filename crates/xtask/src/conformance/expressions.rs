//! Expressions of charts as texts of the condition language. ECMAScript's looseness is resolved here, by the types of
//! the variables: a number as a condition, a comparison with `undefined`, a variable that has no value yet.

use super::javascript::{Js, Operator};
use super::stop::Reason;
use std::collections::BTreeMap;

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Bool,
    Int,
    Text,
}

/// A declared variable.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    /// The field that it becomes.
    pub(crate) field: String,
    pub(crate) kind: Kind,
    /// Whether it may be undefined: it has no first value.
    pub(crate) optional: bool,
}

/// What the expressions of one chart may name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// The variables by their names in the chart.
    pub(crate) variables: BTreeMap<String, Variable>,
    /// The states by their ids, with the names that the conditions know them by.
    pub(crate) states: BTreeMap<String, String>,
}

/// What an assignment stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Assigned {
    /// A value, or a plain variable that may be undefined as well.
    Value(String),
    /// A number that can be computed where all these fields are there. Elsewhere it is no number, which no comparison
    /// with a number tells from undefined.
    IfThere { text: String, fields: Vec<String> },
}

/// A written value with its type.
type Written = (String, Kind);

impl Names {
    /// The type of a value as far as the variables' types are known; `None` where they are not yet.
    pub(crate) fn kind(&self, js: &Js) -> Option<Kind> {
        match js {
            Js::Int(_) | Js::Negative(_) | Js::Power(..) => Some(Kind::Int),
            Js::Binary(Operator::Add | Operator::Subtract | Operator::Multiply, ..) => Some(Kind::Int),
            Js::Bool(_) | Js::Not(_) | Js::In(_) | Js::Binary(..) => Some(Kind::Bool),
            Js::Text(_) | Js::TypeOf(_) => Some(Kind::Text),
            Js::Name(name) => self.variables.get(name).map(|variable| variable.kind),
            Js::Undefined | Js::Member(_) => None,
        }
    }

    /// A condition.
    pub(crate) fn test(&self, js: &Js) -> Result<String, Reason> {
        match js {
            Js::Not(inner) => Ok(format!("(not {})", self.test(inner)?)),
            Js::Binary(operator @ (Operator::And | Operator::Or), left, right) => {
                let word = if *operator == Operator::And { "and" } else { "or" };
                Ok(format!("({} {word} {})", self.test(left)?, self.test(right)?))
            }
            Js::Binary(operator, left, right) if sign(*operator).is_some() => self.comparison(*operator, left, right),
            Js::Undefined => Ok("false".to_owned()),
            Js::Name(name) => {
                let variable = self.variable(name)?;
                let test = truth((variable.field.clone(), variable.kind));
                Ok(if variable.optional {
                    format!("(has({}) and {test})", variable.field)
                } else {
                    test
                })
            }
            other => Ok(truth(self.value(other)?)),
        }
    }

    /// A value that is there for sure.
    fn value(&self, js: &Js) -> Result<Written, Reason> {
        let written = self.written(js)?;
        if self.optional(js).is_empty() {
            Ok(written)
        } else {
            Err(Reason::Expression)
        }
    }

    /// A value, where all that it reads is known to be there.
    pub(crate) fn written(&self, js: &Js) -> Result<Written, Reason> {
        match js {
            Js::Int(value) => Ok((value.to_string(), Kind::Int)),
            Js::Bool(value) => Ok((value.to_string(), Kind::Bool)),
            Js::Text(text) => Ok((quoted(text), Kind::Text)),
            Js::In(state) => match self.states.get(state) {
                Some(state) => Ok((format!("in_state({state})"), Kind::Bool)),
                None => Ok(("false".to_owned(), Kind::Bool)),
            },
            Js::Name(name) => {
                let variable = self.variable(name)?;
                Ok((variable.field.clone(), variable.kind))
            }
            Js::Negative(inner) => Ok((format!("(-{})", self.whole(inner)?), Kind::Int)),
            Js::Power(base, power) => {
                let base = self.whole(base)?;
                let factors = vec![base.as_str(); usize::from(*power)];
                Ok((format!("({})", factors.join(" * ")), Kind::Int))
            }
            Js::Binary(operator, left, right) => match arithmetic(*operator) {
                Some(sign) => Ok((
                    format!("({} {sign} {})", self.whole(left)?, self.whole(right)?),
                    Kind::Int,
                )),
                None => Ok((self.test(js)?, Kind::Bool)),
            },
            Js::Not(_) => Ok((self.test(js)?, Kind::Bool)),
            Js::Member(name) => {
                self.variable(name)?;
                Err(Reason::Expression)
            }
            Js::Undefined | Js::TypeOf(_) => Err(Reason::Expression),
        }
    }

    /// What an assignment stores.
    pub(crate) fn assigned(&self, to: &Variable, js: &Js) -> Result<Assigned, Reason> {
        let (text, kind) = self.written(js)?;
        let fields = self.optional(js);
        if kind != to.kind || !(fields.is_empty() || to.optional) {
            return Err(Reason::Expression);
        }
        let plain = fields.is_empty() || matches!(js, Js::Name(_));
        Ok(if plain {
            Assigned::Value(text)
        } else {
            Assigned::IfThere { text, fields }
        })
    }

    /// The fields on whose being there a value depends, each once.
    fn optional(&self, js: &Js) -> Vec<String> {
        let mut fields = match js {
            Js::Name(name) => {
                let variable = self.variables.get(name).filter(|variable| variable.optional);
                variable.map(|variable| variable.field.clone()).into_iter().collect()
            }
            Js::Negative(inner) | Js::Power(inner, _) => self.optional(inner),
            Js::Binary(operator, left, right) if arithmetic(*operator).is_some() => {
                [self.optional(left), self.optional(right)].concat()
            }
            _ => Vec::new(),
        };
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// A declared variable. Reading any other fails at run time.
    pub(crate) fn variable(&self, name: &str) -> Result<&Variable, Reason> {
        self.variables.get(name).ok_or(Reason::RunTimeError)
    }

    fn whole(&self, js: &Js) -> Result<String, Reason> {
        match self.written(js)? {
            (text, Kind::Int) => Ok(text),
            _ => Err(Reason::Expression),
        }
    }

    fn comparison(&self, operator: Operator, left: &Js, right: &Js) -> Result<String, Reason> {
        let equal = matches!(operator, Operator::Equal | Operator::NotEqual);
        let negated = operator == Operator::NotEqual;
        if equal
            && let Some(defined) = self
                .asks_whether_defined(left, right)
                .or_else(|| self.asks_whether_defined(right, left))
        {
            return Ok(if negated { defined } else { format!("(not {defined})") });
        }
        let (a, b) = (self.written(left)?, self.written(right)?);
        let ordered = equal || a.1 == Kind::Int;
        let (Some(sign), true, true) = (sign(operator), a.1 == b.1, ordered) else {
            return Err(Reason::Expression);
        };
        let mut there = [self.optional(left), self.optional(right)].concat();
        there.dedup();
        let there = there
            .iter()
            .map(|field| format!("has({field})"))
            .collect::<Vec<_>>()
            .join(" and ");
        // What is undefined equals no value, so `!=` holds of it and every other comparison does not.
        Ok(match there.as_str() {
            "" => format!("({} {sign} {})", a.0, b.0),
            there if negated => format!("(not ({there} and {} == {}))", a.0, b.0),
            there => format!("({there} and {} {sign} {})", a.0, b.0),
        })
    }

    /// `x == undefined` or `typeof x == 'undefined'`: the condition that it is defined.
    fn asks_whether_defined(&self, asked: &Js, with: &Js) -> Option<String> {
        let name = match (asked, with) {
            (Js::Name(name), Js::Undefined) => name,
            (Js::TypeOf(name), Js::Text(kind)) if kind == "undefined" => name,
            _ => return None,
        };
        Some(match self.variables.get(name) {
            Some(variable) if variable.optional => format!("has({})", variable.field),
            Some(_) => "true".to_owned(),
            None => "false".to_owned(),
        })
    }
}

fn truth((text, kind): Written) -> String {
    match kind {
        Kind::Bool => text,
        Kind::Int => format!("({text} != 0)"),
        Kind::Text => format!("({text} != \"\")"),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn sign(operator: Operator) -> Option<&'static str> {
    Some(match operator {
        Operator::Equal => "==",
        Operator::NotEqual => "!=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        _ => return None,
    })
}

fn arithmetic(operator: Operator) -> Option<&'static str> {
    Some(match operator {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::javascript::parse;

    fn names() -> Names {
        let variable = |field: &str, kind, optional| Variable {
            field: field.to_owned(),
            kind,
            optional,
        };
        Names {
            variables: BTreeMap::from([
                ("Var1".to_owned(), variable("v0", Kind::Int, false)),
                ("word".to_owned(), variable("v1", Kind::Text, false)),
                ("late".to_owned(), variable("v2", Kind::Int, true)),
            ]),
            states: BTreeMap::from([("s.1".to_owned(), "s3".to_owned())]),
        }
    }

    #[test]
    fn conditions_are_written_in_the_language() {
        let check = |js: &str, text: &str| assert_eq!(names().test(&parse(js).unwrap()).as_deref(), Ok(text), "{js}");
        check("Var1 == 1", "(v0 == 1)");
        check(
            "Var1 + 1 === 2 && !In('s.1')",
            "(((v0 + 1) == 2) and (not in_state(s3)))",
        );
        check("In('nowhere')", "false");
        check("Var1", "(v0 != 0)");
        check("word == 'it\"s'", r#"(v1 == "it\"s")"#);
        check("typeof late !== 'undefined'", "has(v2)");
        check("typeof unknown === 'undefined'", "(not false)");
        check("late == undefined", "(not has(v2))");
        check("late === 3", "(has(v2) and v2 == 3)");
        check("late !== 3", "(not (has(v2) and v2 == 3))");
        check("late + 1 < 3", "(has(v2) and (v2 + 1) < 3)");
        check("Math.pow(Var1, 3) > 1", "((v0 * v0 * v0) > 1)");
    }

    #[test]
    fn what_would_fail_or_mix_types_is_left_out() {
        let check = |js: &str, reason| assert_eq!(names().test(&parse(js).unwrap()), Err(reason), "{js}");
        check("unknown == 1", Reason::RunTimeError);
        check("word == 1", Reason::Expression);
        check("word + 1", Reason::Expression);
        check("late + 1", Reason::Expression);
        check("word.length", Reason::Expression);
        check("unknown.length", Reason::RunTimeError);
    }

    #[test]
    fn an_assignment_keeps_the_type() {
        let names = names();
        let to = |name: &str| names.variable(name).unwrap();
        let assigned = |name: &str, js: &str| names.assigned(to(name), &parse(js).unwrap());
        assert_eq!(
            assigned("Var1", "Var1 * -1"),
            Ok(Assigned::Value("(v0 * (-1))".to_owned()))
        );
        assert_eq!(assigned("late", "late"), Ok(Assigned::Value("v2".to_owned())));
        let sum = Assigned::IfThere {
            text: "(v2 + v0)".to_owned(),
            fields: vec!["v2".to_owned()],
        };
        assert_eq!(assigned("late", "late + Var1"), Ok(sum));
        assert_eq!(assigned("Var1", "late"), Err(Reason::Expression));
        assert_eq!(assigned("Var1", "'x'"), Err(Reason::Expression));
    }
}
