//! Rules of any kind, as who asks them sees them.

use crate::classifier::Listening;
use crate::{Answer, Assignment, Classifier, Score, Signature, Table};
use caseloop_expr::{Row, RowBuf};
use caseloop_syntax::Kind;

/// Rules of any kind.
#[derive(Clone, Debug)]
pub enum Rules {
    /// A text classifier.
    Classifier(Box<Classifier>),
    /// A decision table.
    Table(Box<Table>),
    /// Points, worked out when they are read.
    Score(Score),
    /// Who takes a case.
    Assignment(Assignment),
}

/// What answering works in. The caller owns it and uses it again, so that answering allocates nothing once it is warm.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Where each column of a table finds its bits.
    pub(crate) places: Vec<usize>,
    /// Rules in the order of what they give.
    pub(crate) order: Vec<u32>,
    /// What a classifier works in.
    pub(crate) listening: Listening,
}

impl Rules {
    /// What they read and give, and what their rules are called.
    #[must_use]
    pub fn signature(&self) -> &Signature {
        match self {
            Self::Classifier(classifier) => classifier.signature(),
            Self::Table(table) => table.signature(),
            Self::Score(score) => score.signature(),
            Self::Assignment(assignment) => assignment.signature(),
        }
    }

    /// The kind of file that holds such rules.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Classifier(_) => Kind::Classifier,
            Self::Table(_) => Kind::Table,
            Self::Score(_) => Kind::Score,
            Self::Assignment(_) => Kind::Assign,
        }
    }

    /// Answers a question. `inputs` and `outputs` have the slots that [`signature`](Self::signature) says, `outputs` all
    /// absent; inputs that are absent are what the file declares by `default`, if it does. `fired` gets the rules that
    /// fired, ascending.
    pub fn decide(
        &self,
        inputs: &mut RowBuf,
        outputs: &mut RowBuf,
        fired: &mut Vec<u32>,
        scratch: &mut Scratch,
    ) -> Answer {
        self.signature().complete(inputs);
        match self {
            Self::Classifier(classifier) => classifier.decide(inputs.as_row(), outputs, fired, scratch),
            Self::Table(table) => table.decide(inputs, outputs, fired, scratch),
            Self::Score(score) => decide_score(score, inputs.as_row(), outputs, fired),
            Self::Assignment(assignment) => assignment.decide(inputs.as_row(), outputs, fired),
        }
    }
}

/// The points of a case to which nothing is promised.
fn decide_score(score: &Score, inputs: Row<'_>, outputs: &mut RowBuf, fired: &mut Vec<u32>) -> Answer {
    let scored = score.points(inputs, &|_| false);
    fired.extend(
        scored
            .parts
            .iter()
            .map(|(part, _)| u32::try_from(*part).unwrap_or(u32::MAX)),
    );
    let band = scored.band.and_then(|band| i64::try_from(band).ok());
    for (word, value) in outputs.words.iter_mut().zip([Some(scored.points), band]) {
        *word = value.unwrap_or(*word);
    }
    match fired.is_empty() {
        true => Answer::Otherwise,
        false => Answer::Decided,
    }
}
