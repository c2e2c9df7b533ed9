//! Asking rules by name: values in, values out. Hosts that ask often fill the rows themselves and call
//! [`Rules::decide`].

use crate::{Answer, Rules, Scratch};
use caseloop_expr::{RowBuf, Type, Value};
use caseloop_syntax::did_you_mean;
use indexmap::IndexMap;
use std::sync::Arc;

/// What rules decided, by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// What became of the question.
    pub answer: Answer,
    /// The outputs that are given, in the order of the file.
    pub gave: IndexMap<Arc<str>, Value>,
    /// The rules that fired, in the order of the file.
    pub fired: Vec<Arc<str>>,
}

/// What does not fit the inputs of rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadInput {
    /// They read nothing of that name.
    #[error("`{rules}` reads no `{name}`{}", .near.as_deref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    Unknown {
        /// The name of the rules.
        rules: String,
        /// As it was given.
        name: String,
        /// The nearest name that they read.
        near: Option<String>,
    },
    /// Something that must be given is not.
    #[error("`{rules}` reads `{name}`, which is not given")]
    Missing {
        /// The name of the rules.
        rules: String,
        /// What is missing.
        name: String,
    },
    /// A value is not of the declared type. The value is not repeated, since it may be personal.
    #[error("`{name}` does not fit, expected {expected}")]
    Misfit {
        /// Which input.
        name: String,
        /// What was expected.
        expected: String,
    },
}

impl Rules {
    /// Answers a question that is put by name. An input that is not given is what the file declares by `default`, or
    /// absent where it is optional.
    ///
    /// # Errors
    /// [`BadInput`] for an unknown, missing or misfitting input.
    pub fn ask<'v>(&self, given: impl IntoIterator<Item = (&'v str, &'v Value)>) -> Result<Decided, BadInput> {
        let mut inputs = self.bind(given)?;
        let mut outputs = self.signature().outputs.row();
        let mut fired = Vec::new();
        let answer = self.decide(&mut inputs, &mut outputs, &mut fired, &mut Scratch::default());
        Ok(self.named(answer, &outputs, &fired))
    }

    /// Fits named values to the inputs, defaults among them.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub fn bind<'v>(&self, given: impl IntoIterator<Item = (&'v str, &'v Value)>) -> Result<RowBuf, BadInput> {
        let signature = self.signature();
        let record = &signature.inputs.record;
        let mut row = record.row();
        for (name, value) in given {
            let Some((_, field)) = record.get(name) else {
                let near = did_you_mean(name, record.fields().map(|field| &*field.name)).map(str::to_owned);
                return Err(BadInput::Unknown {
                    rules: signature.name.to_string(),
                    name: name.to_owned(),
                    near,
                });
            };
            row.set(field, value.clone()).map_err(|_| BadInput::Misfit {
                name: name.to_owned(),
                expected: expected(&field.ty),
            })?;
        }
        signature.complete(&mut row);
        for field in record.fields() {
            if !field.optional && row.get(field) == Value::Absent {
                return Err(BadInput::Missing {
                    rules: signature.name.to_string(),
                    name: field.name.to_string(),
                });
            }
        }
        Ok(row)
    }

    /// What [`decide`](Self::decide) gave, by name.
    #[must_use]
    pub fn named(&self, answer: Answer, outputs: &RowBuf, fired: &[u32]) -> Decided {
        let signature = self.signature();
        let gave = signature
            .outputs
            .fields()
            .map(|field| (field.name.clone(), outputs.get(field)));
        let fired = fired.iter().filter_map(|rule| signature.rules.get(*rule as usize));
        Decided {
            answer,
            gave: gave.filter(|(_, value)| *value != Value::Absent).collect(),
            fired: fired.map(|rule| rule.name.clone()).collect(),
        }
    }
}

/// A type in the words of its declaration.
fn expected(ty: &Type) -> String {
    match ty {
        Type::Enum(constants) => format!("one of {}", constants.constants.join(", ")),
        Type::Set(constants) => format!("a list of {}", constants.constants.join(", ")),
        other => other.to_string(),
    }
}
