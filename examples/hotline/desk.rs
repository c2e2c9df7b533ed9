//! The host's part: it keeps the cases, wakes them when they are due, and passes on what is reported, each event once.
//! It stores nothing; a real host stores case, journal and effects of an outcome in one transaction.

use caseloop::{Case, Engine, EngineError, Event, Outcome, Values};
use chrono::{DateTime, FixedOffset, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the telephone system and the agents' screens report: a line of an events file.
#[derive(serde::Deserialize)]
pub(crate) struct Report {
    pub(crate) at: DateTime<FixedOffset>,
    case: Arc<str>,
    id: Arc<str>,
    start: Option<Values>,
    event: Option<Arc<str>>,
    by: Option<Arc<str>>,
    #[serde(default)]
    data: Values,
}

/// The calls of a day.
pub(crate) struct Desk {
    engine: Engine,
    workflow: &'static str,
    calls: BTreeMap<Arc<str>, Call>,
    /// The ids of what was reported: a report that comes again is passed over.
    known: BTreeSet<Arc<str>>,
    repeated: u32,
}

struct Call {
    case: Case,
    next_due: Option<DateTime<Utc>>,
}

impl Desk {
    pub(crate) fn new(engine: Engine, workflow: &'static str) -> Self {
        Self {
            engine,
            workflow,
            calls: BTreeMap::new(),
            known: BTreeSet::new(),
            repeated: 0,
        }
    }

    /// Takes a report, after all that was due before it. Nothing comes of one that was there before.
    pub(crate) fn take(&mut self, report: Report) -> Result<Vec<Outcome>, EngineError> {
        let now = report.at.to_utc();
        let mut outcomes = self.wake(now)?;
        if self.known.insert(report.id.clone()) {
            outcomes.extend(self.pass_on(report, now)?);
        } else {
            self.repeated += 1;
        }
        Ok(outcomes)
    }

    /// Tells every case whose time has come by `now`, the earliest first.
    pub(crate) fn wake(&mut self, now: DateTime<Utc>) -> Result<Vec<Outcome>, EngineError> {
        let mut outcomes = Vec::new();
        while let Some((due, case)) = self.next_due().filter(|(due, _)| *due <= now) {
            let outcome = self.engine.tick(case, due)?;
            outcomes.push(self.keep(outcome));
        }
        Ok(outcomes)
    }

    fn next_due(&self) -> Option<(DateTime<Utc>, &Case)> {
        let waiting = self
            .calls
            .values()
            .filter_map(|call| Some((call.next_due?, &call.case)));
        waiting.min_by_key(|(due, _)| *due)
    }

    fn pass_on(&mut self, report: Report, now: DateTime<Utc>) -> Result<Option<Outcome>, EngineError> {
        let known = self.calls.get(&report.case);
        let outcome = match (known, report.start, report.event) {
            (None, Some(data), _) => {
                let data = data.iter().map(|(field, value)| (&**field, value.clone()));
                self.engine.start(self.workflow, &report.case, now, data)?
            }
            (Some(call), _, Some(name)) => {
                let event = report.by.into_iter().fold(Event::new(name), Event::by);
                let event = report
                    .data
                    .into_iter()
                    .fold(event, |event, (field, value)| event.with(field, value));
                self.engine.send(&call.case, now, &event)?
            }
            // A tick: whatever was due has happened.
            _ => return Ok(None),
        };
        Ok(Some(self.keep(outcome)))
    }

    fn keep(&mut self, outcome: Outcome) -> Outcome {
        let call = Call {
            case: outcome.case.clone(),
            next_due: outcome.next_due,
        };
        self.calls.insert(outcome.case.id().into(), call);
        outcome
    }

    /// How many reports came again.
    pub(crate) fn repeated(&self) -> u32 {
        self.repeated
    }

    /// The cases, in the order of their names.
    pub(crate) fn cases(&self) -> impl Iterator<Item = &Case> {
        self.calls.values().map(|call| &call.case)
    }
}
