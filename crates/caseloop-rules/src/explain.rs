//! Why rules decided as they did: of every rule whether it fired, and what kept it from firing.

use crate::assignment::{Assignment, chosen};
use crate::classifier::Classifier;
use crate::score::Score;
use crate::table::{Table, failed};
use crate::{RuleName, Rules, Scratch};
use caseloop_expr::{Field, Row, RowBuf, Slot};
use serde::Serialize;
use std::sync::Arc;

/// Every rule, and for an assignment every candidate, with what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The rules in the order of the file.
    pub rules: Vec<RuleTold>,
    /// The candidates in the order in which they were listed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<CandidateTold>,
}

/// What became of one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RuleTold {
    /// Its name.
    pub rule: Arc<str>,
    /// The row of a source document that it carries out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<Arc<str>>,
    /// Whether it fired.
    pub fired: bool,
    /// The points that it gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<i64>,
    /// What did not hold, as it is written in the file; empty for a rule that fired, and for one of a table that holds
    /// and gives way to another.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<String>,
    /// Where a rule of a classifier heard what it listens for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub heard: Vec<HeardTold>,
}

/// What a rule of a classifier heard at one place. It repeats what the customer wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HeardTold {
    /// In which input.
    pub text: Arc<str>,
    /// The first byte.
    pub from: usize,
    /// The byte behind the last.
    pub to: usize,
    /// As it was written.
    pub words: String,
    /// The word before it that turns its meaning, so that it does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negated: Option<String>,
}

/// What became of one candidate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CandidateTold {
    /// Whether the case goes to them.
    pub chosen: bool,
    /// The needs that they do not meet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unmet: Vec<Arc<str>>,
    /// What the preferences made of them, the first first; smaller is better.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rank: Vec<i64>,
}

impl Rules {
    /// Explains what [`decide`](Self::decide) answers to these inputs.
    #[must_use]
    pub fn explain(&self, inputs: &RowBuf) -> Explanation {
        match self {
            Self::Classifier(classifier) => explain_classifier(classifier, inputs.as_row()),
            Self::Table(table) => explain_table(table, inputs),
            Self::Score(score) => explain_score(score, inputs.as_row()),
            Self::Assignment(assignment) => explain_assignment(assignment, inputs.as_row()),
        }
    }
}

impl RuleTold {
    pub(crate) fn of(rule: &RuleName) -> Self {
        Self {
            rule: rule.name.clone(),
            row: rule.row.clone(),
            ..Self::default()
        }
    }
}

fn explain_score(score: &Score, inputs: Row<'_>) -> Explanation {
    let scored = score.points(inputs, &|_| false);
    let rules = score.signature().rules.iter().zip(&score.parts).enumerate();
    let told = rules.map(|(position, (rule, part))| {
        let points = scored.parts.iter().find(|(found, _)| *found == position);
        let points = points.map(|(_, points)| *points);
        RuleTold {
            fired: points.is_some(),
            points,
            failed: match points {
                None => part.when.condition().into_iter().collect(),
                Some(_) => Vec::new(),
            },
            ..RuleTold::of(rule)
        }
    });
    Explanation {
        rules: told.collect(),
        candidates: Vec::new(),
    }
}

fn explain_classifier(classifier: &Classifier, inputs: Row<'_>) -> Explanation {
    let names = classifier.signature().rules.iter().zip(&classifier.rules);
    let mut rules: Vec<RuleTold> = names
        .map(|(name, rule)| RuleTold {
            failed: match (&rule.when, classifier.applies(rule, inputs)) {
                (Some(when), false) => vec![when.text().to_owned()],
                _ => Vec::new(),
            },
            ..RuleTold::of(name)
        })
        .collect();
    let slots = &classifier.texts;
    let fields: Vec<&Field> = classifier.signature().inputs.record.fields().collect();
    let named = |text: usize| {
        let slot = slots.get(text).map(|slot| Slot::Heavy(*slot));
        let field = fields.iter().find(|field| Some(field.slot) == slot);
        field.map(|field| field.name.clone()).unwrap_or_default()
    };
    classifier.hear_all(inputs, &mut |text, written, origins, heard, counts| {
        let Some((told, rule)) = rules
            .get_mut(heard.rule as usize)
            .zip(classifier.rules.get(heard.rule as usize))
        else {
            return;
        };
        let place = |(from, to)| {
            let (from, to) = origins.of(from, to);
            written.get(from..to).unwrap_or_default().to_owned()
        };
        let (from, to) = origins.of(heard.from, heard.to);
        told.heard.push(HeardTold {
            text: named(text),
            from,
            to,
            words: place((heard.from, heard.to)),
            negated: heard.negated.filter(|_| !rule.negated_counts).map(place),
        });
        if counts && told.failed.is_empty() {
            told.fired = true;
            told.points = Some(rule.points);
        }
    });
    for told in &mut rules {
        if !told.fired && told.failed.is_empty() {
            told.failed.push(match told.heard.is_empty() {
                true => "nothing heard".to_owned(),
                false => "negated".to_owned(),
            });
        }
    }
    Explanation {
        rules,
        candidates: Vec::new(),
    }
}

fn explain_table(table: &Table, inputs: &RowBuf) -> Explanation {
    let mut inputs = inputs.clone();
    let (mut fired, mut outputs) = (Vec::new(), table.signature().outputs.row());
    table.decide(&mut inputs, &mut outputs, &mut fired, &mut Scratch::default());
    let rules = table.with_columns(&mut inputs, |row| {
        let rules = table.signature().rules.iter().zip(&table.rules).enumerate();
        let told = rules.map(|(position, (name, rule))| RuleTold {
            fired: fired.iter().any(|fired| *fired as usize == position),
            failed: failed(table, rule, row),
            ..RuleTold::of(name)
        });
        told.collect()
    });
    Explanation {
        rules,
        candidates: Vec::new(),
    }
}

fn explain_assignment(assignment: &Assignment, inputs: Row<'_>) -> Explanation {
    let mut counted = Vec::new();
    let judged = assignment.judge(inputs, &mut counted);
    let best = chosen(&judged);
    let names = &assignment.signature().rules;
    let rules = names.iter().zip(&assignment.needs).enumerate();
    let rules = rules.map(|(position, (rule, need))| {
        let fired = counted.iter().any(|need| *need as usize == position);
        let when = need.when.as_ref().filter(|_| !fired);
        RuleTold {
            fired,
            failed: when.map(|when| when.text().to_owned()).into_iter().collect(),
            ..RuleTold::of(rule)
        }
    });
    let candidates = judged.iter().enumerate().map(|(position, judged)| {
        let unmet = judged.unmet.iter().filter_map(|need| names.get(*need as usize));
        CandidateTold {
            chosen: best == Some(position),
            unmet: unmet.map(|rule| rule.name.clone()).collect(),
            rank: judged.rank.clone(),
        }
    });
    Explanation {
        rules: rules.collect(),
        candidates: candidates.collect(),
    }
}
