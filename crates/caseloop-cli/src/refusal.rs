//! Why an input was not taken, in words that repeat no value: whatever stands in an events file may be personal.

use caseloop::layers::core::BadData;
use caseloop::layers::expr::{RecordType, Type};
use caseloop::{EngineError, StepError, Workflow};
use serde_json::error::Category;

/// What is wrong with a line that is no JSON that can be read. Messages that the JSON reader makes of values are not
/// repeated.
pub(crate) fn malformed_json(error: &serde_json::Error) -> String {
    match error.classify() {
        Category::Syntax | Category::Eof => {
            format!(
                "the line is no JSON: {}",
                error.to_string().replace(" at line 1 column ", " at column ")
            )
        }
        Category::Data | Category::Io => {
            format!(
                "a number at column {} has more digits than the 18 that are kept",
                error.column()
            )
        }
    }
}

/// Why the engine did not take an input.
pub(crate) fn refusal(error: &EngineError, workflow: &Workflow) -> String {
    match error {
        EngineError::Step(StepError::BadData(BadData::Misfit { of, field, .. })) => {
            format!("the field `{field}` of `{of}` is not {}", expected(workflow, of, field))
        }
        EngineError::Step(StepError::BadData(BadData::UnknownRole { .. })) => {
            let roles = &workflow.definition().roles;
            match roles.is_empty() {
                true => "the workflow has no roles, so `by` cannot name one".to_owned(),
                false => format!("`by` is none of the roles {}", list(roles.iter().map(|role| &**role))),
            }
        }
        other => other.to_string(),
    }
}

/// What a field takes.
fn expected(workflow: &Workflow, of: &str, field: &str) -> String {
    let record = match workflow.event_id(of) {
        _ if of == "case" => &workflow.definition().case.record,
        Some(event) => &workflow.event(event).data.record,
        None => return "what was declared".to_owned(),
    };
    record
        .get(field)
        .map_or_else(|| "what was declared".to_owned(), |(_, field)| in_words(&field.ty))
}

fn in_words(ty: &Type) -> String {
    match ty {
        Type::Bool => "true or false".to_owned(),
        Type::Int {
            min: i64::MIN,
            max: i64::MAX,
        } => "a whole number".to_owned(),
        Type::Int { min, max: i64::MAX } => format!("a whole number from {min} on"),
        Type::Int { min: i64::MIN, max } => format!("a whole number up to {max}"),
        Type::Int { min, max } => format!("a whole number from {min} to {max}"),
        Type::Count { max } => format!("a whole number from 0 to {max}"),
        Type::Decimal { scale } => format!("a number with at most {scale} digits after the point"),
        Type::Text | Type::Person | Type::Ref => "a text".to_owned(),
        Type::Instant => "a time such as `2023-10-01T14:20:00+08:00`".to_owned(),
        Type::Duration => "a length of time such as `4 h`".to_owned(),
        Type::Date => "a date such as `2023-10-01`".to_owned(),
        Type::Enum(constants) => format!("one of {}", list(constants.constants.iter().map(|name| &**name))),
        Type::Set(constants) => format!(
            "a list of some of {}",
            list(constants.constants.iter().map(|name| &**name))
        ),
        Type::List(item) => format!("a list, each item being {}", in_words(item)),
        Type::Record(record) => format!("an object with {}", list(names(record))),
    }
}

fn names(record: &RecordType) -> impl Iterator<Item = &str> {
    record.fields().map(|field| &*field.name)
}

fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
