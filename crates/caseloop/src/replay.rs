//! A journal run again: does the engine still answer as it did?

use crate::{Chronicle, Engine, Entry, EntryInput, Event, Outcome, Workflow};
use caseloop_core::Instant;
use chrono::{DateTime, Utc};
use serde_json::Value as Json;
use std::sync::Arc;

/// The keys of an entry, causes before what follows from them.
const KEYS: [&str; 16] = [
    "case",
    "seq",
    "at",
    "input",
    "verdict",
    "refused",
    "taken",
    "left",
    "entered",
    "decisions",
    "set",
    "effects",
    "timers",
    "promises",
    "configuration",
    "next_due",
];

/// The first difference between a journal and what the engine makes of it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("the entry {seq} of the case `{case}` differs in `{field}`")]
#[non_exhaustive]
pub struct Divergence {
    /// The host's name for the case.
    pub case: Arc<str>,
    /// The number of the entry in its case.
    pub seq: u64,
    /// The key of the entry that differs; `input` also where the engine does not take the input again.
    pub field: &'static str,
    /// What the journal has; `null` for nothing.
    pub was: Json,
    /// What the engine makes of it now, or in words why it makes nothing of it; `null` for nothing.
    pub now: Json,
}

impl Engine {
    /// Runs the journal of one case again, from its start, and compares every entry field by field. The case that
    /// comes of it equals the one that wrote the journal, and can take [late events](Self::send_late); `None` for no
    /// entries.
    ///
    /// A journal holds masks in the place of personal data. Masking a mask changes nothing, so they are fed again.
    /// Versions are the caller's care: `workflow` is the one that the case ran.
    ///
    /// # Errors
    /// [`Divergence`] for the first entry that differs.
    ///
    /// ```
    /// use caseloop::{Engine, Event, compile_text};
    /// let engine = Engine::new([compile_text("
    /// workflow: call
    /// events: {answered: {}}
    /// start: ringing
    /// states:
    ///   ringing:
    ///     when: {answered: {go: over}}
    ///     timers: {nobody: {after: 30 s, go: over}}
    ///   over: {final: true}
    /// ")?]);
    /// let workflow = engine.workflow("call").unwrap().clone();
    /// let begun = engine.start("call", "20231002", "2023-10-01T14:20:00Z".parse()?, [])?;
    /// let rung_out = engine.tick(&begun.case, "2023-10-01T15:00:00Z".parse()?)?;
    ///
    /// let mut journal = [begun.journal, rung_out.journal].concat();
    /// let again = engine.replay(&workflow, &journal)?.map(|told| told.into_case());
    /// assert_eq!(again, Some(rung_out.case));
    ///
    /// journal[1].entered.clear();
    /// let difference = engine.replay(&workflow, &journal).unwrap_err();
    /// assert_eq!((difference.seq, difference.field), (2, "entered"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn replay<'e>(
        &self,
        workflow: &Workflow,
        journal: impl IntoIterator<Item = &'e Entry>,
    ) -> Result<Option<Chronicle>, Divergence> {
        journal.into_iter().try_fold(None, |before, entry| {
            self.replay_entry(workflow, before, entry).map(Some)
        })
    }

    /// Runs one entry of a journal again on what came `before` it, which is `None` for the first, and compares it.
    /// For journals in which several cases are interleaved, or that are too long to hold.
    ///
    /// # Errors
    /// [`Divergence`] if the entry differs.
    pub fn replay_entry(
        &self,
        workflow: &Workflow,
        before: Option<Chronicle>,
        entry: &Entry,
    ) -> Result<Chronicle, Divergence> {
        let was = fields(entry);
        let differs = |field: &'static str, now: Json| Divergence {
            case: entry.case.clone(),
            seq: entry.seq,
            field,
            was: was.get(field).cloned().unwrap_or_default(),
            now,
        };
        let outcome = self
            .again(workflow, before.as_ref(), entry)
            .map_err(|why| differs("input", Json::String(why)))?;
        let now = outcome.journal.first().map(fields).unwrap_or_default();
        if let Some(key) = KEYS.into_iter().find(|key| was.get(*key) != now.get(*key)) {
            return Err(differs(key, now.get(key).cloned().unwrap_or_default()));
        }
        Ok(match before {
            Some(mut told) => {
                told.follow(outcome);
                told
            }
            None => Chronicle::of(outcome),
        })
    }

    /// Gives the engine what an entry answers to.
    fn again(&self, workflow: &Workflow, before: Option<&Chronicle>, entry: &Entry) -> Result<Outcome, String> {
        let at = instant(entry.at)?;
        let taken = match (&entry.input, before) {
            (EntryInput::Start(_), Some(_)) => return Err("the case has begun already".to_owned()),
            (EntryInput::Start(data), None) => self.begin(
                workflow,
                &entry.case,
                at,
                &data.iter().map(|(name, value)| (&**name, value)).collect::<Vec<_>>(),
                Some(&entry.decisions),
                None,
            ),
            (_, None) => return Err("the case has not begun".to_owned()),
            (
                EntryInput::Event {
                    name,
                    by,
                    occurred,
                    data,
                },
                Some(told),
            ) => {
                let mut event = Event::new(name.clone());
                if let Some(occurred) = occurred {
                    event = event.occurred(instant(*occurred)?);
                }
                if let Some(role) = by {
                    event = event.by(role.clone());
                }
                for (field, value) in data {
                    event = event.with(field.clone(), value.clone());
                }
                self.hear(told, at, &event, Some(&entry.decisions), None)
            }
            (
                EntryInput::Timer(_) | EntryInput::Delayed(_) | EntryInput::Warning(_) | EntryInput::Breach(_),
                Some(told),
            ) => {
                // What is due at an instant happens once the engine is told of a later one.
                self.next(told.case(), instant(entry.at.plus(1))?)
            }
        };
        match taken {
            Ok(outcome) if outcome.journal.is_empty() => Err("nothing is due".to_owned()),
            Ok(outcome) => Ok(outcome),
            Err(error) => Err(error.to_string()),
        }
    }
}

fn instant(at: Instant) -> Result<DateTime<Utc>, String> {
    at.to_utc()
        .ok_or_else(|| "the instant lies beyond the calendar".to_owned())
}

/// An entry by key, as it is written: a journal that was read holds texts where a new entry holds times.
fn fields(entry: &Entry) -> serde_json::Map<String, Json> {
    match serde_json::to_value(entry) {
        Ok(Json::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    }
}
