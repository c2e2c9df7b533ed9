//! What every kind of rules says of itself, and what it answers. Not: how any of them decides.

use caseloop_expr::declare::Data;
use caseloop_expr::{ABSENT, Heavy, RecordType, RowBuf, Slot};
use caseloop_syntax::Span;
use std::sync::Arc;

/// The face of a table, classifier, score or assignment: what it reads, what it gives, and which rules it has.
#[derive(Clone, Debug)]
pub struct Signature {
    /// Its name, unlike that of any other rules of a load.
    pub name: Arc<str>,
    /// What it reads, its texts in clear, with what stands for an input that is not given.
    pub inputs: Data,
    /// What it gives, in the order of the file.
    pub outputs: Arc<RecordType>,
    /// Its rules, in the order of the file.
    pub rules: Vec<RuleName>,
    /// SHA-256 of all that decides, in hexadecimal: two with the same hash give the same answers.
    pub hash: Arc<str>,
    /// Where its name stands.
    pub span: Span,
}

impl Signature {
    /// Puts its default into every input that is absent and has one.
    pub fn complete(&self, inputs: &mut RowBuf) {
        for (field, default) in self.inputs.record.fields().zip(&self.inputs.defaults) {
            let Some(default) = default else { continue };
            match field.slot {
                Slot::Word(slot) => {
                    if let Some(word) = inputs.words.get_mut(usize::from(slot)).filter(|word| **word == ABSENT) {
                        *word = field.ty.word(default);
                    }
                }
                Slot::Heavy(slot) => {
                    let heavy = inputs.heavy.get_mut(usize::from(slot));
                    if let Some(heavy) = heavy.filter(|heavy| **heavy == Heavy::Absent) {
                        *heavy = Heavy::of(&field.ty, default.clone());
                    }
                }
            }
        }
    }
}

/// One rule, as journals, explanations and findings name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleName {
    /// Its name, unlike that of any other rule of the same file; the number of its row, from 1, where it has none.
    pub name: Arc<str>,
    /// The row of a source document that it carries out, such as `S3.3`.
    pub row: Option<Arc<str>>,
    /// Where it stands.
    pub span: Span,
}

/// What became of a question. The outputs stand beside it, in a row that the caller owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The rules that fired gave the outputs.
    Decided,
    /// No rule fired, and the outputs are those that the file gives otherwise.
    Otherwise,
    /// No rule fired and the file says nothing of that: every output is absent.
    Nothing,
    /// Two rules fired that the hit policy does not allow together, by position. The outputs are absent.
    Conflict {
        /// The first that fired.
        first: u32,
        /// The first that does not go with it.
        second: u32,
    },
}
