//! Assignment: who of several candidates takes a case. Not: who the candidates are, which the host tells.

use crate::row::{env, put};
use crate::{Answer, Signature};
use caseloop_expr::{ABSENT, Condition, Env, Formula, Heavy, RecordType, Row, RowBuf, Slot, Value};
use std::cmp::Ordering;
use std::sync::Arc;

/// Rules for choosing one of the candidates that the host brings: those that meet every need, the best by preferences, of
/// equals the one that is listed first.
#[derive(Clone, Debug)]
pub struct Assignment {
    pub(crate) signature: Signature,
    /// What is known of a candidate.
    pub(crate) candidate: Arc<RecordType>,
    /// The slot of the candidates among the inputs.
    pub(crate) list: u16,
    /// The slot of the role that stands in.
    pub(crate) stand_in: u16,
    pub(crate) needs: Vec<Need>,
    pub(crate) prefer: Vec<Preference>,
    /// What each output is filled with.
    pub(crate) gives: Vec<Give>,
}

/// What a candidate must be, while a condition on the case holds.
#[derive(Clone, Debug)]
pub(crate) struct Need {
    pub(crate) when: Option<Condition>,
    pub(crate) must: Condition,
}

/// What makes one candidate better than another.
#[derive(Clone, Debug)]
pub(crate) enum Preference {
    Least(Formula),
    Most(Formula),
    First(Condition),
}

/// What an output is filled with.
#[derive(Clone, Debug)]
pub(crate) enum Give {
    /// A field of the one who was chosen.
    OfChosen(Formula),
    /// The role that stands in where nobody fits.
    StandIn,
}

/// What became of one candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The needs that were not met, by position; none for one who fits.
    pub unmet: Vec<u32>,
    /// What the preferences made of them, best first; smaller is better. Empty for one who does not fit.
    pub rank: Vec<i64>,
}

impl Assignment {
    /// What it reads and gives. Its rules are the needs.
    #[must_use]
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// Chooses. `fired` gets the needs that counted for this case; `outputs` has the slots of [`Signature::outputs`],
    /// every one absent. [`Answer::Otherwise`] where nobody fits.
    pub fn decide(&self, inputs: Row<'_>, outputs: &mut RowBuf, fired: &mut Vec<u32>) -> Answer {
        let judged = self.judge(inputs, fired);
        let best = chosen(&judged);
        let row = best.and_then(|best| self.row(inputs, best));
        for (give, output) in self.gives.iter().zip(self.signature.outputs.fields()) {
            match (give, &row) {
                (Give::OfChosen(value), Some(row)) => {
                    let env = env(inputs, row.as_row());
                    put(outputs, output, value.word(&env), || value.heavy(&env));
                }
                (Give::StandIn, None) => {
                    let word = inputs.words.get(usize::from(self.stand_in)).copied();
                    put(outputs, output, word.unwrap_or(ABSENT), || Heavy::Absent);
                }
                (Give::OfChosen(_), None) | (Give::StandIn, Some(_)) => {}
            }
        }
        match row {
            Some(_) => Answer::Decided,
            None => Answer::Otherwise,
        }
    }

    /// What became of each candidate, in the order in which they are listed.
    pub fn judge(&self, inputs: Row<'_>, fired: &mut Vec<u32>) -> Vec<Judged> {
        let nobody = RowBuf::default();
        let alone = env(inputs, nobody.as_row());
        for (position, need) in self.needs.iter().enumerate() {
            if need.when.as_ref().is_none_or(|when| when.holds(&alone)) {
                fired.push(u32::try_from(position).unwrap_or(u32::MAX));
            }
        }
        (0..self.count(inputs))
            .filter_map(|position| self.row(inputs, position))
            .map(|row| self.judge_one(&env(inputs, row.as_row()), fired))
            .collect()
    }

    fn judge_one(&self, env: &Env<'_>, counted: &[u32]) -> Judged {
        let need = |position: &u32| self.needs.get(*position as usize);
        let failed = |position: &&u32| need(position).is_some_and(|need| !need.must.holds(env));
        let unmet: Vec<u32> = counted.iter().filter(failed).copied().collect();
        let rank = match unmet.is_empty() {
            true => self.prefer.iter().map(|preference| preference.rank(env)).collect(),
            false => Vec::new(),
        };
        Judged { unmet, rank }
    }

    fn count(&self, inputs: Row<'_>) -> usize {
        match inputs.heavy.get(usize::from(self.list)) {
            Some(Heavy::List(items)) => items.len(),
            _ => 0,
        }
    }

    /// The data of one candidate.
    fn row(&self, inputs: Row<'_>, position: usize) -> Option<RowBuf> {
        let Some(Heavy::List(items)) = inputs.heavy.get(usize::from(self.list)) else {
            return None;
        };
        let Some(Value::Record(members)) = items.get(position) else {
            return None;
        };
        let mut row = self.candidate.row();
        for (field, (_, value)) in self.candidate.fields().zip(members) {
            match field.slot {
                Slot::Word(slot) => {
                    if let Some(word) = row.words.get_mut(usize::from(slot)) {
                        *word = field.ty.word(value);
                    }
                }
                Slot::Heavy(slot) => {
                    if let Some(heavy) = row.heavy.get_mut(usize::from(slot)) {
                        *heavy = Heavy::of(&field.ty, value.clone());
                    }
                }
            }
        }
        Some(row)
    }
}

/// The best of those who fit, by position; of equals the first.
#[must_use]
pub fn chosen(judged: &[Judged]) -> Option<usize> {
    let fit = judged.iter().enumerate().filter(|(_, judged)| judged.unmet.is_empty());
    let first_best = |a: &(usize, &Judged), b: &(usize, &Judged)| match a.1.rank.cmp(&b.1.rank) {
        Ordering::Equal => a.0.cmp(&b.0),
        other => other,
    };
    fit.min_by(first_best).map(|(position, _)| position)
}

impl Preference {
    /// Smaller is better; who lacks what is asked for comes last.
    fn rank(&self, env: &Env<'_>) -> i64 {
        match self {
            Self::Least(value) => match value.word(env) {
                ABSENT => i64::MAX,
                word => word,
            },
            Self::Most(value) => match value.word(env) {
                ABSENT => i64::MAX,
                word => word.saturating_neg(),
            },
            Self::First(condition) => i64::from(!condition.holds(env)),
        }
    }
}
