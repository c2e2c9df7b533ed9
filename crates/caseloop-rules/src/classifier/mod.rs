//! Text classifiers: what a customer wrote becomes constants, by rules that listen for words and give points. Not:
//! finding the words, which is `matcher`.

mod fold;
mod literals;
mod matcher;

pub(crate) use fold::{fold_with_origins, folded, joins, stands_alone};
pub(crate) use literals::{for_folded, literal_of, required};
pub(crate) use matcher::{Ears, Listens, Matcher, Negation, Phrase, stands_apart};

use crate::row::{env, put};
use crate::{Answer, Signature};
use caseloop_expr::{ABSENT, Condition, Heavy, Row, RowBuf};
use matcher::Heard;

/// A text classifier.
#[derive(Clone, Debug)]
pub struct Classifier {
    pub(crate) signature: Signature,
    /// The slots of the texts among the inputs.
    pub(crate) texts: Vec<u16>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) matcher: Matcher,
    pub(crate) outputs: Vec<Output>,
    /// So many points make a constant.
    pub(crate) at_least: i64,
}

/// What a rule needs beside what it hears, and what it gives.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// Whether it counts for this case.
    pub(crate) when: Option<Condition>,
    /// Which of the texts it listens to, by position in [`Classifier::texts`]; none for all.
    pub(crate) text: Option<usize>,
    /// Whether it counts where the meaning is turned, too.
    pub(crate) negated_counts: bool,
    pub(crate) points: i64,
    /// For which constants, each as an output and the place of the constant.
    pub(crate) gives: Vec<(usize, usize)>,
}

/// What is given of one output.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    /// Where its points begin among those of all constants.
    pub(crate) from: usize,
    pub(crate) constants: usize,
    /// Whether every constant that has enough is given, or the one that has most.
    pub(crate) set: bool,
    /// The word for none.
    pub(crate) default: i64,
}

/// What classifying works in.
#[derive(Debug, Default)]
pub(crate) struct Listening {
    text: String,
    ears: Ears,
    points: Vec<i64>,
    fired: Vec<bool>,
}

impl Classifier {
    /// What it reads and gives, and what its rules are called.
    #[must_use]
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// Classifies. `outputs` has the slots that the signature says, all absent; `fired` gets the rules that heard
    /// something that counts. Of an output with one constant the one with most points is given, of equals the one that
    /// is declared first; of a set all that have enough. [`Answer::Otherwise`] where no constant has enough points.
    pub fn decide(
        &self,
        inputs: Row<'_>,
        outputs: &mut RowBuf,
        fired: &mut Vec<u32>,
        listening: &mut super::rules::Scratch,
    ) -> Answer {
        let Listening {
            text,
            ears,
            points,
            fired: heard,
        } = &mut listening.listening;
        heard.clear();
        heard.resize(self.rules.len(), false);
        for (position, slot) in self.texts.iter().enumerate() {
            let Some(Heavy::Text(written)) = inputs.heavy.get(usize::from(*slot)) else {
                continue;
            };
            text.clear();
            fold::fold(written, text);
            self.matcher.hear(text, ears, &mut |found| {
                if self.counts(&found, position)
                    && let Some(heard) = heard.get_mut(found.rule as usize)
                {
                    *heard = true;
                }
            });
        }
        points.clear();
        points.resize(self.outputs.iter().map(|output| output.constants).sum(), 0);
        for (position, rule) in self.rules.iter().enumerate() {
            if heard.get(position) == Some(&true) && self.applies(rule, inputs) {
                fired.push(u32::try_from(position).unwrap_or(u32::MAX));
                self.add(rule, points);
            }
        }
        self.give(points, outputs)
    }

    /// Whether what was heard in a text counts for the rule that heard it.
    fn counts(&self, heard: &Heard, text: usize) -> bool {
        self.rules.get(heard.rule as usize).is_some_and(|rule| {
            rule.text.is_none_or(|only| only == text) && (rule.negated_counts || heard.negated.is_none())
        })
    }

    pub(crate) fn applies(&self, rule: &Rule, inputs: Row<'_>) -> bool {
        let env = env(inputs, Row::default());
        rule.when.as_ref().is_none_or(|when| when.holds(&env))
    }

    fn add(&self, rule: &Rule, points: &mut [i64]) {
        for (output, constant) in &rule.gives {
            let place = self.outputs.get(*output).map(|output| output.from + constant);
            if let Some(sum) = place.and_then(|place| points.get_mut(place)) {
                *sum = sum.saturating_add(rule.points);
            }
        }
    }

    fn give(&self, points: &[i64], outputs: &mut RowBuf) -> Answer {
        let mut answer = Answer::Nothing;
        for (output, field) in self.outputs.iter().zip(self.signature.outputs.fields()) {
            let points = points.get(output.from..output.from + output.constants);
            let word = output.word(points.unwrap_or_default(), self.at_least);
            let given = word.unwrap_or(output.default);
            put(outputs, field, given, || Heavy::Absent);
            answer = match (answer, word) {
                (_, Some(_)) | (Answer::Decided, _) => Answer::Decided,
                _ if given != ABSENT => Answer::Otherwise,
                _ => answer,
            };
        }
        answer
    }

    /// Every place where a rule heard something, with whether it counts, for explanations.
    pub(crate) fn hear_all(&self, inputs: Row<'_>, tell: &mut dyn FnMut(usize, &str, &fold::Origins, Heard, bool)) {
        let mut ears = Ears::default();
        for (position, slot) in self.texts.iter().enumerate() {
            let Some(Heavy::Text(written)) = inputs.heavy.get(usize::from(*slot)) else {
                continue;
            };
            let (text, origins) = fold_with_origins(written);
            self.matcher.hear(&text, &mut ears, &mut |found| {
                let meant = self.rules.get(found.rule as usize);
                if meant.is_some_and(|rule| rule.text.is_none_or(|only| only == position)) {
                    tell(position, written, &origins, found, self.counts(&found, position));
                }
            });
        }
    }
}

impl Output {
    /// What has enough points; `None` for nothing.
    fn word(&self, points: &[i64], at_least: i64) -> Option<i64> {
        let enough = points.iter().enumerate().filter(|(_, points)| **points >= at_least);
        if self.set {
            let bits = enough.fold(0_i64, |bits, (place, _)| bits | 1 << place);
            return (bits != 0).then_some(bits);
        }
        let best = enough.max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(&a.0)));
        best.and_then(|(place, _)| i64::try_from(place).ok())
    }
}
