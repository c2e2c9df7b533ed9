//! The conformance tests of the Common Expression Language, against the condition language.
//!
//! A case is claimed where the expression is accepted when it is read: then it must give exactly the expected value. A
//! case that expects an error is claimed where the expression is refused when it is read. What is left is listed by the
//! construct or type that the language leaves out.

use super::leftover::leftover;
use crate::TaskError;
use crate::checkout::read;
use caseloop_expr::{Env, Formula, Limits, NoFacts, RecordType, Row, RowBuf, Scope, Type, Value, formula};
use caseloop_syntax::{Report, Span};
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// What a case says; see the vectors' README for the shapes.
#[derive(Debug, Deserialize)]
pub(super) struct Case {
    file: String,
    section: String,
    name: String,
    pub(super) expr: String,
    /// Where names are looked up first; empty for nowhere.
    pub(super) container: String,
    #[serde(default)]
    check_only: bool,
    kind: Kind,
    #[serde(default)]
    pub(super) value: Option<Json>,
    #[serde(default)]
    deduced: Option<String>,
    #[serde(default)]
    pub(super) bindings: BTreeMap<String, Json>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Value,
    ValueTrue,
    EvalError,
    TypedResult,
}

/// What came of all cases, by section.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    sections: BTreeMap<String, Section>,
    /// The cases that gave something else, with what.
    pub(super) failed: Vec<String>,
}

#[derive(Debug, Default)]
struct Section {
    values: usize,
    errors: usize,
    left: BTreeMap<&'static str, usize>,
}

/// What came of one case.
enum Verdict {
    Value,
    Error,
    Left(&'static str),
    Failed(String),
}

/// Runs the cases of a file, a JSON object a line.
pub(super) fn run(path: &Path) -> Result<Outcome, TaskError> {
    let mut outcome = Outcome::default();
    for (number, line) in read(path)?.lines().enumerate() {
        let case: Case = serde_json::from_str(line)
            .map_err(|error| TaskError::new(format!("{}:{}: {error}", path.display(), number + 1)))?;
        let section = outcome
            .sections
            .entry(format!("{}/{}", case.file, case.section))
            .or_default();
        match judge(&case) {
            Verdict::Value => section.values += 1,
            Verdict::Error => section.errors += 1,
            Verdict::Left(reason) => *section.left.entry(reason).or_default() += 1,
            Verdict::Failed(why) => {
                let Case {
                    file,
                    section,
                    name,
                    expr,
                    ..
                } = &case;
                outcome
                    .failed
                    .push(format!("cel/{file}/{section}/{name}: {expr}: {why}"));
            }
        }
    }
    Ok(outcome)
}

impl Outcome {
    /// How many cases are claimed: those that give their value, and those whose error is told when they are read.
    pub(super) fn claimed(&self) -> (usize, usize) {
        let sections = self.sections.values();
        sections.fold((0, 0), |(values, errors), section| {
            (values + section.values, errors + section.errors)
        })
    }

    /// How many are left out, by reason.
    pub(super) fn left(&self) -> BTreeMap<&'static str, usize> {
        let mut left = BTreeMap::new();
        for (reason, count) in self.sections.values().flat_map(|section| &section.left) {
            *left.entry(*reason).or_default() += count;
        }
        left
    }

    /// A line for each section: what is claimed, and what is left out for what reason.
    pub(super) fn list(&self) -> String {
        let mut list = String::new();
        for (name, section) in &self.sections {
            let _ = write!(list, "cel/{name}: {} values, {} errors", section.values, section.errors);
            for (reason, count) in &section.left {
                let _ = write!(list, "; {count} {reason}");
            }
            list.push('\n');
        }
        list
    }
}

fn judge(case: &Case) -> Verdict {
    let Some(given) = Given::of(case).filter(|_| case.container.is_empty()) else {
        return left(case);
    };
    let mut report = Report::default();
    let scope = Scope {
        case: given.record.into(),
        ..Scope::default()
    };
    let text = &given.text;
    let found = formula(text, &Span::default(), &scope, None, &Limits::default(), &mut report);
    let Some(found) = found else {
        return match case.kind {
            Kind::EvalError => Verdict::Error,
            _ => left(case),
        };
    };
    match case.kind {
        // Accepted, and no evaluation fails: sums stop at the ends of their range.
        Kind::EvalError => Verdict::Left("errors of evaluation, where the language has none"),
        Kind::TypedResult => deduced(case, &found, &given.row),
        Kind::ValueTrue => compare(&found, &given.row, &Value::Bool(true)),
        Kind::Value => match case.value.as_ref().and_then(value) {
            Some((_, expected)) => compare(&found, &given.row, &expected),
            None => left(case),
        },
    }
}

fn left(case: &Case) -> Verdict {
    Verdict::Left(leftover(case))
}

fn compare(found: &Formula, row: &RowBuf, expected: &Value) -> Verdict {
    let env = Env {
        case: row.as_row(),
        event: Row::default(),
        now: 0,
        facts: &NoFacts,
    };
    let value = found.value(&env);
    match value == *expected {
        true => Verdict::Value,
        false => Verdict::Failed(format!("gave {value}, expected {expected}")),
    }
}

/// A case about the type of an expression, and its value where it is evaluated as well.
fn deduced(case: &Case, found: &Formula, row: &RowBuf) -> Verdict {
    let expected = match case.deduced.as_deref().unwrap_or_default() {
        "primitive: BOOL" => Type::Bool,
        "primitive: INT64" => Type::INT,
        "primitive: STRING" => Type::Text,
        "well_known: TIMESTAMP" => Type::Instant,
        "well_known: DURATION" => Type::Duration,
        _ => return left(case),
    };
    if !found.ty().fits(&expected) {
        return Verdict::Failed(format!("is {}, expected {expected}", found.ty()));
    }
    match case.value.as_ref().filter(|_| !case.check_only).and_then(value) {
        Some((_, expected)) => compare(found, row, &expected),
        None => Verdict::Value,
    }
}

/// What an expression reads. Times and durations that it writes out become fields, since the language has no text for
/// them.
struct Given {
    text: String,
    record: RecordType,
    row: RowBuf,
}

impl Given {
    /// `None` where a binding has a type that the language does not have.
    fn of(case: &Case) -> Option<Self> {
        let mut fields: Vec<(String, Type, Value)> = Vec::new();
        for (name, json) in &case.bindings {
            let (ty, value) = value(json)?;
            fields.push((name.clone(), ty, value));
        }
        let text = lift(&case.expr, &mut fields);
        let mut record = RecordType::default();
        for (name, ty, _) in &fields {
            record.push(name, ty.clone(), false, false, Span::default());
        }
        let mut row = record.row();
        for (name, _, value) in fields {
            let (_, field) = record.get(&name)?;
            row.set(field, value).ok()?;
        }
        Some(Self { text, record, row })
    }
}

/// Turns `timestamp('…')` and `duration('…')` of a literal into fields, where they are whole milliseconds.
fn lift(text: &str, fields: &mut Vec<(String, Type, Value)>) -> String {
    let mut lifted = String::new();
    let mut rest = text;
    loop {
        let found = ["timestamp('", "duration('"]
            .into_iter()
            .filter_map(|call| Some((rest.find(call)?, call)));
        let Some((at, call)) = found.min() else { break };
        let literal = rest.get(at + call.len()..).unwrap_or_default();
        let Some((inside, after)) = literal.split_once("')") else {
            break;
        };
        let read = match call {
            "timestamp('" => time(inside).map(|at| (Type::Instant, Value::Instant(at))),
            _ => length(inside).map(|length| (Type::Duration, Value::Duration(length))),
        };
        lifted += rest.get(..at).unwrap_or_default();
        match read {
            Some((ty, value)) => {
                let name = format!("lifted{}", fields.len());
                lifted += &name;
                fields.push((name, ty, value));
            }
            None => {
                let _ = write!(lifted, "{call}{inside}')");
            }
        }
        rest = after;
    }
    lifted + rest
}

fn time(text: &str) -> Option<i64> {
    match Type::Instant.read(&Value::text(text)) {
        Ok(Value::Instant(at)) => Some(at),
        _ => None,
    }
}

/// `-90s`: whole seconds.
fn length(text: &str) -> Option<i64> {
    let seconds: i64 = text.strip_suffix('s')?.parse().ok()?;
    seconds.checked_mul(1_000)
}

/// A value with its type, as in `{"int": 1}`; a map with texts as keys is a record. `None` for a type that the language
/// does not have.
pub(super) fn value(json: &Json) -> Option<(Type, Value)> {
    let (kind, value_of) = json.as_object()?.iter().next()?;
    match kind.as_str() {
        "int" => Some((Type::INT, Value::Int(value_of.as_i64()?))),
        "bool" => Some((Type::Bool, Value::Bool(value_of.as_bool()?))),
        "string" => Some((Type::Text, Value::text(value_of.as_str()?))),
        "list" => {
            let items: Vec<(Type, Value)> = value_of.as_array()?.iter().map(value).collect::<Option<_>>()?;
            let item = items.first().map_or(Type::INT, |(ty, _)| ty.clone());
            let items = items.into_iter().map(|(_, value)| value).collect();
            Some((Type::List(item.into()), Value::List(items)))
        }
        "map" => {
            let mut record = RecordType::default();
            let mut members = Vec::new();
            for entry in value_of.as_array()? {
                let name = entry.get(0)?.get("string")?.as_str()?;
                let (ty, value) = value(entry.get(1)?)?;
                record.push(name, ty, false, false, Span::default());
                members.push((name.into(), value));
            }
            Some((Type::Record(record.into()), Value::Record(members)))
        }
        _ => None,
    }
}
