//! What the calls of a day came to, counted from journal and effects.

use caseloop::{Effect, EffectArgument, Entry, EntryInput, EntryVerdict, Outcome, Value};
use std::collections::BTreeMap;
use std::fmt;

/// How often each thing happened.
pub(crate) type Counts = BTreeMap<String, u32>;

/// The figures of a day.
#[derive(Default)]
pub(crate) struct Summary {
    pub(crate) calls: u32,
    /// By row S1.3; a call that ended before it was judged has none.
    pub(crate) kinds: Counts,
    /// By final state.
    pub(crate) endings: Counts,
    /// Answered calls, by whether the ring limit of S1.1 was met.
    pub(crate) rings: Counts,
    /// What became of transfers (S1.16).
    pub(crate) transfers: Counts,
    /// Events that the workflow did not take, by reason.
    pub(crate) refused: Counts,
    /// Reports that came twice and were passed over.
    pub(crate) repeated: u32,
    /// Contingency plans that were started, by kind of emergency (S1.15).
    pub(crate) emergencies: Counts,
    /// Reports to the department head.
    pub(crate) reports: u32,
    /// What somebody has to come back to, by reason.
    pub(crate) follow_ups: Counts,
    /// Last scores of calls, 1 to 5 (S1.13).
    pub(crate) scores: BTreeMap<i64, u32>,
    /// Answered on the spot, and not rated.
    pub(crate) unrated: u32,
}

impl Summary {
    /// Counts what a step came to.
    pub(crate) fn add(&mut self, outcome: &Outcome) {
        for entry in &outcome.journal {
            self.add_entry(entry);
            entry.effects.iter().for_each(|effect| self.add_effect(effect));
            if outcome.case.ended() && !entry.entered.is_empty() {
                count(&mut self.endings, &entry.configuration.join(", "));
            }
        }
    }

    fn add_entry(&mut self, entry: &Entry) {
        if let EntryInput::Start(_) = entry.input {
            self.calls += 1;
        }
        if let Some(reason) = refusal(entry) {
            count(&mut self.refused, &reason);
        }
        for branch in &entry.taken {
            match &**branch {
                "judging.judged" => count(&mut self.kinds, &set(entry, "kind")),
                "ringing.answered" if set(entry, "rings_met") == "true" => count(&mut self.rings, "in time"),
                "ringing.answered" => count(&mut self.rings, "late"),
                "confirming.confirmed" => count(&mut self.transfers, "confirmed by the customer"),
                "transferring.declined" | "confirming.declined" => count(&mut self.transfers, "declined"),
                "confirming.no_word" => count(&mut self.transfers, "taken back without a word"),
                _ => {}
            }
        }
    }

    fn add_effect(&mut self, effect: &Effect) {
        match &*effect.effect {
            "contingency_plan" => count(&mut self.emergencies, &argument(effect, "kind")),
            "notify" => self.reports += 1,
            "follow_up" => count(&mut self.follow_ups, &argument(effect, "why")),
            "archive" => match effect.with.get("score") {
                Some(EffectArgument::Value(Value::Int(score))) => *self.scores.entry(*score).or_default() += 1,
                _ if argument(effect, "state") == "resolved" => self.unrated += 1,
                _ => {}
            },
            _ => {}
        }
    }
}

/// Why the workflow did not take an event, if it did not.
pub(crate) fn refusal(entry: &Entry) -> Option<String> {
    let EntryInput::Event { name, .. } = &entry.input else {
        return None;
    };
    match &entry.verdict {
        EntryVerdict::Rejected { reason, .. } => Some(spoken(reason)),
        EntryVerdict::WrongSender { sent_by } => Some(format!("`{name}` is sent by {} only", sent_by.join(", "))),
        EntryVerdict::Ignored => Some(format!("nothing waits for `{name}`")),
        EntryVerdict::Taken => None,
    }
}

/// A name as it is said.
pub(crate) fn spoken(name: &str) -> String {
    name.replace('_', " ")
}

/// An argument of an effect as it is said; nothing where it is absent or hidden.
pub(crate) fn argument(effect: &Effect, name: &str) -> String {
    match effect.with.get(name) {
        Some(EffectArgument::Value(Value::Text(text))) => spoken(text),
        Some(EffectArgument::Value(value)) => spoken(&value.to_string()),
        _ => String::new(),
    }
}

fn set(entry: &Entry, field: &str) -> String {
    entry.set.get(field).map(ToString::to_string).unwrap_or_default()
}

fn count(counts: &mut Counts, what: &str) {
    *counts.entry(spoken(what)).or_default() += 1;
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let judged: u32 = self.kinds.values().sum();
        section(f, "Calls", self.calls, &self.kinds)?;
        row(f, "not judged", self.calls - judged)?;
        section(f, "How they ended", self.endings.values().sum(), &self.endings)?;
        section(f, "Answered", self.rings.values().sum(), &self.rings)?;
        section(f, "Transfers", self.transfers.values().sum(), &self.transfers)?;
        section(f, "Emergencies", self.emergencies.values().sum(), &self.emergencies)?;
        row(f, "reported to the department head", self.reports)?;
        section(f, "Follow-ups", self.follow_ups.values().sum(), &self.follow_ups)?;
        section(f, "Refused steps", self.refused.values().sum(), &self.refused)?;
        section(f, "Reports that came twice", self.repeated, &Counts::new())?;
        section(f, "Satisfaction", self.scores.values().sum(), &Counts::new())?;
        for (score, calls) in self.scores.iter().rev() {
            row(f, &format!("{score} of 5"), *calls)?;
        }
        row(f, "answered and not rated", self.unrated)
    }
}

/// A heading with its sum, and a row for each part, the most frequent first.
fn section(f: &mut fmt::Formatter<'_>, heading: &str, sum: u32, parts: &Counts) -> fmt::Result {
    writeln!(f, "\n{heading:<46}{sum:>4}")?;
    let mut parts: Vec<(&String, &u32)> = parts.iter().collect();
    parts.sort_by_key(|(_, calls)| std::cmp::Reverse(**calls));
    parts.into_iter().try_for_each(|(what, calls)| row(f, what, *calls))
}

fn row(f: &mut fmt::Formatter<'_>, what: &str, calls: u32) -> fmt::Result {
    writeln!(
        f,
        "  {what:<44}{calls:>4}  {}",
        "▪".repeat((calls as usize).div_ceil(4))
    )
}
