//! The front door: workflows by name and version, and the steps of their cases.

use crate::asking::{Asking, Clear};
use crate::chronicle::{Chronicle, Heard, Listening};
use crate::{Answers, Case, Event, RestoreError, Workflow};
use caseloop_core::journal::{Decision, Effect, Entry, EntryInput};
use caseloop_core::{BadData, Input, Instant, Limits, Snapshot, StepError, Stored, Verdict, step};
use caseloop_expr::{RowBuf, Value};
use chrono::{DateTime, Utc};

/// The workflows that a host runs, several versions of one side by side. Immutable once built; share it by `Arc`.
#[derive(Clone, Debug, Default)]
pub struct Engine {
    workflows: Vec<Workflow>,
    pub(crate) limits: Limits,
}

/// Why the engine could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// No workflow of that name.
    #[error("the engine has no workflow `{0}`")]
    UnknownWorkflow(String),
    /// The event occurred after the engine hears of it.
    #[error("the event occurred at {occurred}, after the present time {now}")]
    NotYet {
        /// When it is said to have occurred.
        occurred: Instant,
        /// The present time.
        now: Instant,
    },
    /// The event occurred before the engine hears of it, and the case makes promises.
    #[error("the event occurred before now, and promises need what the case has heard of: send it late")]
    NeedsChronicle,
    /// The step could not be carried out; the case is as it was.
    #[error(transparent)]
    Step(#[from] StepError),
}

impl From<BadData> for EngineError {
    fn from(bad: BadData) -> Self {
        Self::Step(bad.into())
    }
}

/// What a step came to. Store the case, the journal and the effects in one transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The case afterwards.
    pub case: Case,
    /// What the step added to the journal: what fell due before `now`, then the input.
    pub journal: Vec<Entry>,
    /// What the host is asked to do, in order; deliver each at least once, by its id.
    pub effects: Vec<Effect>,
    /// When the case next wants a [`tick`](Engine::tick); `None` if only an event can move it.
    pub next_due: Option<DateTime<Utc>>,
    /// What became of the input.
    pub verdict: Verdict,
    /// What its promises heard of.
    pub(crate) heard: Heard,
}

impl Engine {
    /// An engine of these workflows.
    #[must_use]
    pub fn new(workflows: impl IntoIterator<Item = Workflow>) -> Self {
        let mut engine = Self::default();
        for workflow in workflows {
            engine.add(workflow);
        }
        engine
    }

    /// Adds a workflow. One with the same name, version and content is there once.
    pub fn add(&mut self, workflow: Workflow) {
        if !self
            .workflows
            .iter()
            .any(|known| known.identity() == workflow.identity())
        {
            self.workflows.push(workflow);
        }
    }

    /// Sets the bounds of each step.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The workflow of that name with the highest version, of several the one added last.
    #[must_use]
    pub fn workflow(&self, name: &str) -> Option<&Workflow> {
        let named = self.workflows.iter().filter(|workflow| workflow.name() == name);
        named.max_by_key(|workflow| workflow.identity().version)
    }

    /// Begins a case of the newest version of a workflow, under the host's own id for the case.
    ///
    /// # Errors
    /// [`EngineError`] for an unknown workflow, data that do not fit, or a limit.
    pub fn start<'v>(
        &self,
        workflow: &str,
        id: &str,
        now: DateTime<Utc>,
        data: impl IntoIterator<Item = (&'v str, Value)>,
    ) -> Result<Outcome, EngineError> {
        let found = self
            .workflow(workflow)
            .ok_or_else(|| EngineError::UnknownWorkflow(workflow.to_owned()))?;
        let data: Vec<(&str, Value)> = data.into_iter().collect();
        let named: Vec<(&str, &Value)> = data.iter().map(|(name, value)| (*name, value)).collect();
        self.begin(found, id, now, &named, None, None)
    }

    /// Begins a case; `told` is what a journal says that rules answered, `supposed` what they are to answer.
    pub(crate) fn begin(
        &self,
        workflow: &Workflow,
        id: &str,
        now: DateTime<Utc>,
        data: &[(&str, &Value)],
        told: Option<&[Decision]>,
        supposed: Option<&Answers>,
    ) -> Result<Outcome, EngineError> {
        let row = workflow.bind_start(data.iter().copied())?;
        let case = Case {
            workflow: workflow.clone(),
            snapshot: Snapshot::new(workflow, id),
        };
        self.step(
            &case,
            Listening::to(workflow, now.into())
                .with(Asking::of(workflow, Clear::Start(data), told).supposing(supposed)),
            Input::Start(&row),
            now,
        )
    }

    /// Takes an event.
    ///
    /// An event that nothing answers to, or that is refused, is no error: the verdict and the journal say so.
    ///
    /// # Errors
    /// [`EngineError`] for an event that the workflow does not declare or whose data do not fit, for time that runs
    /// backwards, or for a limit; and for one that occurred before `now`, which
    /// [`send_late`](Self::send_late) takes. The case is as it was.
    pub fn send(&self, case: &Case, now: DateTime<Utc>, event: &Event) -> Result<Outcome, EngineError> {
        let occurred = event.when().map(Instant::from);
        if occurred.is_some_and(|at| at < now.into()) && !case.workflow.definition().promises.is_empty() {
            return Err(EngineError::NeedsChronicle);
        }
        self.take(case, Listening::to(&case.workflow, now.into()), now, event, None, None)
    }

    /// Takes an event that [occurred](Event::occurred) before `now`, as any other. The chart hears of it now; promises
    /// count it when it occurred, as if they had known. What had been said stays said: where a measurement differs from
    /// what was told of it, the journal says so by [`News::Corrected`](crate::News::Corrected). A deadline that turns
    /// out to have passed is broken now.
    ///
    /// ```
    /// use caseloop::{Chronicle, Engine, Event, News, compile_text};
    /// let engine = Engine::new([compile_text("
    /// workflow: question
    /// version: 1
    /// events: {answered: {}}
    /// promises: {answer: {within: 1 h, from: start, until: answered}}
    /// start: open
    /// states: {open: {when: {answered: {go: closed}}}, closed: {final: true}}
    /// ")?]);
    /// let mut told = Chronicle::of(engine.start("question", "case-1", "2026-03-02T09:00:00Z".parse()?, [])?);
    /// told.follow(engine.tick(told.case(), "2026-03-02T10:30:00Z".parse()?)?);
    ///
    /// // Answered by telephone in time, and written down once the hour was over.
    /// let answered = Event::new("answered").occurred("2026-03-02T09:45:00Z".parse()?);
    /// let outcome = engine.send_late(&told, "2026-03-02T11:00:00Z".parse()?, &answered)?;
    /// let news: Vec<News> = outcome.journal[0].promises.iter().map(|change| change.news).collect();
    /// assert!(matches!(news[0], News::Kept { left: 900_000, .. }));
    /// assert!(matches!(news[1], News::Corrected(it) if it.was_breached && !it.now_breached));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`send`](Self::send), and for an event that occurred after `now`.
    pub fn send_late(&self, told: &Chronicle, now: DateTime<Utc>, event: &Event) -> Result<Outcome, EngineError> {
        self.hear(told, now, event, None, None)
    }

    /// As [`send_late`](Self::send_late); `decided` is what a journal says that rules answered, `supposed` what they are to
    /// answer.
    pub(crate) fn hear(
        &self,
        told: &Chronicle,
        now: DateTime<Utc>,
        event: &Event,
        decided: Option<&[Decision]>,
        supposed: Option<&Answers>,
    ) -> Result<Outcome, EngineError> {
        let case = told.case();
        let clocks = match event.when().filter(|at| *at < now) {
            Some(occurred) => Listening::late(&case.workflow, now.into(), told.acts(), occurred.into()),
            None => Listening::to(&case.workflow, now.into()),
        };
        self.take(case, clocks, now, event, decided, supposed)
    }

    pub(crate) fn take(
        &self,
        case: &Case,
        clocks: Listening<'_>,
        now: DateTime<Utc>,
        event: &Event,
        decided: Option<&[Decision]>,
        supposed: Option<&Answers>,
    ) -> Result<Outcome, EngineError> {
        let workflow = &case.workflow;
        let occurred = event.when().map(Instant::from).filter(|at| *at != now.into());
        if let Some(occurred) = occurred.filter(|at| *at > now.into()) {
            let now = now.into();
            return Err(EngineError::NotYet { occurred, now });
        }
        let id = workflow.bind_name(event.name())?;
        let by = event.role().map(|role| workflow.bind_role(role)).transpose()?;
        let brought: Vec<(&str, &Value)> = event.data().collect();
        let row: RowBuf = workflow.bind_event(id, brought.iter().copied())?;
        let clocks = clocks.with(Asking::of(workflow, Clear::Event(&brought), decided).supposing(supposed));
        let data = &row;
        let mut outcome = self.step(case, clocks, Input::Event { event: id, by, data }, now)?;
        if outcome.verdict != Verdict::Behind
            && let Some(Entry {
                input: EntryInput::Event { occurred: told, .. },
                ..
            }) = outcome.journal.last_mut()
        {
            *told = occurred;
        }
        Ok(outcome)
    }

    /// Lets time pass: carries out everything that was due before `now`.
    ///
    /// # Errors
    /// [`EngineError`] for time that runs backwards, or for a limit.
    pub fn tick(&self, case: &Case, now: DateTime<Utc>) -> Result<Outcome, EngineError> {
        self.step(case, Listening::to(&case.workflow, now.into()), Input::Tick, now)
    }

    /// Takes up a stored case with the very version of the workflow that it runs.
    ///
    /// # Errors
    /// [`RestoreError`]: nothing is guessed.
    pub fn restore(&self, stored: &Stored) -> Result<Case, RestoreError> {
        let named = self
            .workflows
            .iter()
            .filter(|workflow| *workflow.name() == *stored.workflow);
        let mut error = None;
        for workflow in named {
            match Snapshot::restore(workflow, &*workflow.promises, stored) {
                Ok(snapshot) => {
                    return Ok(Case {
                        workflow: workflow.clone(),
                        snapshot,
                    });
                }
                Err(found @ caseloop_core::RestoreError::NeedsMigration { .. }) => error = error.or(Some(found)),
                Err(found) => return Err(found.into()),
            }
        }
        Err(error.map_or_else(
            || RestoreError::NeedsMigration {
                workflow: stored.workflow.to_string(),
                version: stored.version,
            },
            Into::into,
        ))
    }

    /// [`restore`](Self::restore) from the JSON that a [`Case`] serializes to.
    ///
    /// # Errors
    /// As [`restore`](Self::restore), and for text that is no stored case.
    pub fn restore_json(&self, json: &str) -> Result<Case, RestoreError> {
        self.restore(&serde_json::from_str(json)?)
    }

    /// Carries out the first thing that is due before `now`, and nothing more.
    pub(crate) fn next(&self, case: &Case, now: DateTime<Utc>) -> Result<Outcome, EngineError> {
        self.step(case, Listening::to(&case.workflow, now.into()), Input::Next, now)
    }

    pub(crate) fn step(
        &self,
        case: &Case,
        clocks: Listening<'_>,
        input: Input<'_>,
        now: DateTime<Utc>,
    ) -> Result<Outcome, EngineError> {
        let workflow = &case.workflow;
        let outcome = step(workflow, &clocks, &case.snapshot, input, now.into(), &self.limits)?;
        Ok(Outcome {
            case: Case {
                workflow: workflow.clone(),
                snapshot: outcome.snapshot,
            },
            journal: outcome.journal,
            effects: outcome.effects,
            next_due: outcome.next_due.and_then(Instant::to_utc),
            verdict: outcome.verdict,
            heard: clocks.heard(),
        })
    }
}

/// Shared by `Arc` between threads: asserted where it is promised.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Engine>();
    shared::<Workflow>();
    shared::<Case>();
    shared::<Event>();
    shared::<Outcome>();
    shared::<Chronicle>();
};
