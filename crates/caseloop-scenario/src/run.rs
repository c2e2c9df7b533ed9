//! A scenario run by the engine itself, step by step.

use crate::codes::STEP_FAILED;
use crate::judge::{Seen, judge};
use crate::{Happening, Scenario, Step, Zone};
use caseloop::layers::syntax::Diagnostic;
use caseloop::{Case, Chronicle, Engine, EngineError, Entry, Event, Instant, News, Outcome, Verdict, Workflow};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most calls of one step: each settles as much as the engine's limits allow.
const MOST_CALLS: usize = 1_000;

/// What came of running a scenario.
#[derive(Clone, Debug)]
pub struct Ran {
    /// What is otherwise than the scenario says, by step.
    pub failures: Vec<Diagnostic>,
    /// Everything that happened in the case.
    pub journal: Vec<Entry>,
}

impl Ran {
    /// Whether everything came out as the scenario says.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

/// Runs a scenario with a workflow: the one that it was read with, or another version of it.
///
/// A step that the engine refuses ends the run; an expectation that is not met does not.
#[must_use]
pub fn run(scenario: &Scenario, workflow: &Workflow) -> Ran {
    let mut runner = Runner::new(workflow, scenario.zone);
    let mut failures = Vec::new();
    for step in &scenario.steps {
        match runner.take(scenario, step) {
            Ok(verdict) => failures.extend(runner.judge(step, verdict)),
            Err(error) => {
                failures.push(Diagnostic::error(&STEP_FAILED, step.span, error.to_string()));
                break;
            }
        }
    }
    Ran {
        failures,
        journal: runner.journal,
    }
}

/// A case on its way through a scenario.
pub(crate) struct Runner {
    engine: Engine,
    name: String,
    zone: Zone,
    told: Option<Chronicle>,
    pub(crate) journal: Vec<Entry>,
    /// Where the entries of the last step begin.
    pub(crate) step_began: usize,
    due: BTreeMap<Arc<str>, Option<Instant>>,
}

impl Runner {
    pub(crate) fn new(workflow: &Workflow, zone: Zone) -> Self {
        Self {
            engine: Engine::new([workflow.clone()]),
            name: workflow.name().to_owned(),
            zone,
            told: None,
            journal: Vec::new(),
            step_began: 0,
            due: BTreeMap::new(),
        }
    }

    /// Takes a step.
    pub(crate) fn take(&mut self, scenario: &Scenario, step: &Step) -> Result<Verdict, EngineError> {
        self.step_began = self.journal.len();
        let rules = self.engine.clone();
        let rules = rules.supposing(&step.answers);
        let at = instant(step.at);
        if self.told.is_none() {
            let given = scenario.given.iter().map(|(name, value)| (&**name, value.clone()));
            let outcome = rules.start(&self.name, "scenario", at, given)?;
            return Ok(self.follow(outcome));
        }
        match &step.what {
            // A second beginning is a mistake of the file.
            Happening::Start => Ok(Verdict::Taken),
            Happening::Event {
                name,
                by,
                occurred,
                data,
            } => {
                let mut event = Event::new(name.clone());
                if let Some(occurred) = occurred {
                    event = event.occurred(instant(*occurred));
                }
                if let Some(by) = by {
                    event = event.by(by.clone());
                }
                for (name, value) in data {
                    event = event.with(name.clone(), value.clone());
                }
                self.until_taken(|told| rules.send_late(told, at, &event))
            }
            Happening::Look => self.until_taken(|told| rules.tick(told.case(), instant(step.at.plus(1)))),
        }
    }

    fn until_taken(
        &mut self,
        call: impl Fn(&Chronicle) -> Result<Outcome, EngineError>,
    ) -> Result<Verdict, EngineError> {
        let mut verdict = Verdict::Behind;
        for _ in 0..MOST_CALLS {
            let Some(told) = &self.told else { break };
            let outcome = call(told)?;
            verdict = self.follow(outcome);
            if verdict != Verdict::Behind {
                break;
            }
        }
        Ok(verdict)
    }

    fn follow(&mut self, outcome: Outcome) -> Verdict {
        let verdict = outcome.verdict;
        for entry in &outcome.journal {
            for change in &entry.promises {
                self.hear(&change.promise, change.news);
            }
        }
        self.journal.extend_from_slice(&outcome.journal);
        match &mut self.told {
            Some(told) => told.follow(outcome),
            None => self.told = Some(Chronicle::of(outcome)),
        }
        verdict
    }

    /// The case as it stands, once it has begun.
    pub(crate) fn case(&self) -> Option<&Case> {
        self.told.as_ref().map(Chronicle::case)
    }

    fn hear(&mut self, promise: &Arc<str>, news: News) {
        match news {
            News::Opened(deadline)
            | News::Moved(deadline)
            | News::Retargeted(deadline)
            | News::Resumed(deadline)
            | News::Reopened(deadline) => {
                self.due.insert(promise.clone(), deadline.due);
            }
            News::Paused => {
                self.due.insert(promise.clone(), None);
            }
            News::Kept { .. } | News::Late { .. } | News::Cancelled => {
                self.due.remove(promise);
            }
            News::Corrected(correction) => {
                if let Some(due) = self.due.get_mut(promise) {
                    *due = correction.now_due;
                }
            }
            News::Warned | News::Breached { .. } => {}
        }
    }

    /// What is otherwise than the step says.
    pub(crate) fn judge(&self, step: &Step, verdict: Verdict) -> Vec<Diagnostic> {
        let Some(case) = self.case() else {
            return Vec::new();
        };
        let seen = Seen {
            case,
            journal: self.journal.get(self.step_began..).unwrap_or_default(),
            verdict,
            due: &self.due,
            zone: self.zone,
        };
        judge(step, &seen)
    }
}

pub(crate) fn instant(at: Instant) -> DateTime<Utc> {
    at.to_utc().unwrap_or(DateTime::<Utc>::MAX_UTC)
}
