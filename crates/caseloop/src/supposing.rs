//! Steps in which rules answer what somebody supposes, in the place of what they would: for tests of a workflow alone.

use crate::asking::{Asking, Clear};
use crate::chronicle::Listening;
use crate::{Case, Chronicle, Engine, EngineError, Event, Outcome};
use caseloop_core::Input;
use caseloop_expr::Value;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// What rules give when they are asked in one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers(Vec<Supposed>);

/// One answer of some rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supposed {
    /// Which rules.
    pub rules: Arc<str>,
    /// What they give, by the names of their outputs; what is left out is absent.
    pub gives: Vec<(Arc<str>, Value)>,
}

impl Answers {
    /// No rules are supposed to give anything: all are asked.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an answer. Of several of the same rules the first is given first; the last is given again and again.
    #[must_use]
    pub fn with(mut self, supposed: Supposed) -> Self {
        self.0.push(supposed);
        self
    }

    /// The answers, in the order in which they were added.
    #[must_use]
    pub fn all(&self) -> &[Supposed] {
        &self.0
    }

    /// What rules answer when they are asked for the `time`-th time in the step, from 0.
    pub(crate) fn of(&self, rules: &str, time: usize) -> Option<&Supposed> {
        let own = || self.0.iter().filter(|supposed| *supposed.rules == *rules);
        own().nth(time).or_else(|| own().next_back())
    }
}

/// The steps of an engine whose rules answer what is supposed. See [`Engine::supposing`].
#[derive(Clone, Copy, Debug)]
pub struct Supposing<'e> {
    engine: &'e Engine,
    answers: &'e Answers,
}

impl Engine {
    /// The same steps, in which rules that `answers` tells of give what it tells, and others are asked.
    ///
    /// ```
    /// use caseloop::{Answers, Engine, MapSources, Supposed, Value, compile};
    /// let workflow = "
    /// workflow: mail
    /// version: 1
    /// uses: kind.yaml
    /// case: {size: int, kind: {one_of: [short, long], default: short}}
    /// start: open
    /// states:
    ///   open:
    ///     enter: {classify: kinds}
    ///     choose: [{if: kind == long, go: reading}, {go: done}]
    ///   reading: {final: true}
    ///   done: {final: true}
    /// ";
    /// let rules = "
    /// table: kinds
    /// hit: first
    /// case: {size: int}
    /// gives: {kind: {one_of: [short, long]}}
    /// rules: [{name: long, if: {size: '> 1000'}, then: {kind: long}}]
    /// otherwise: {kind: short}
    /// ";
    /// let sources = MapSources::from_iter([("mail.yaml", workflow), ("kind.yaml", rules)]);
    /// let engine = Engine::new([compile(&sources, "mail.yaml")?]);
    /// let long = Supposed { rules: "kinds".into(), gives: vec![("kind".into(), Value::constant("long"))] };
    /// let answers = Answers::new().with(long);
    /// let begun = engine.supposing(&answers).start("mail", "m", "2026-03-02T09:00:00Z".parse()?, [("size", 1.into())])?;
    /// assert_eq!(begun.case.states(), ["reading"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn supposing<'e>(&'e self, answers: &'e Answers) -> Supposing<'e> {
        Supposing { engine: self, answers }
    }
}

impl<'e> Supposing<'e> {
    /// As [`Engine::start`].
    ///
    /// # Errors
    /// As there.
    pub fn start<'v>(
        self,
        workflow: &str,
        id: &str,
        now: DateTime<Utc>,
        data: impl IntoIterator<Item = (&'v str, Value)>,
    ) -> Result<Outcome, EngineError> {
        let found = self
            .engine
            .workflow(workflow)
            .ok_or_else(|| EngineError::UnknownWorkflow(workflow.to_owned()))?;
        let data: Vec<(&str, Value)> = data.into_iter().collect();
        let named: Vec<(&str, &Value)> = data.iter().map(|(name, value)| (*name, value)).collect();
        self.engine.begin(found, id, now, &named, None, Some(self.answers))
    }

    /// As [`Engine::send`].
    ///
    /// # Errors
    /// As there, and for an event that occurred before `now`.
    pub fn send(self, case: &Case, now: DateTime<Utc>, event: &Event) -> Result<Outcome, EngineError> {
        if event.when().is_some_and(|at| at < now) {
            return Err(EngineError::NeedsChronicle);
        }
        let clocks = Listening::to(&case.workflow, now.into());
        self.engine.take(case, clocks, now, event, None, Some(self.answers))
    }

    /// As [`Engine::send_late`].
    ///
    /// # Errors
    /// As there.
    pub fn send_late(self, told: &Chronicle, now: DateTime<Utc>, event: &Event) -> Result<Outcome, EngineError> {
        self.engine.hear(told, now, event, None, Some(self.answers))
    }

    /// As [`Engine::tick`].
    ///
    /// # Errors
    /// As there.
    pub fn tick(self, case: &Case, now: DateTime<Utc>) -> Result<Outcome, EngineError> {
        self.time(case, now, Input::Tick)
    }

    /// Carries out the first thing that is due before `now`, and nothing more.
    ///
    /// # Errors
    /// As [`tick`](Self::tick).
    pub fn next(self, case: &Case, now: DateTime<Utc>) -> Result<Outcome, EngineError> {
        self.time(case, now, Input::Next)
    }

    fn time(self, case: &Case, now: DateTime<Utc>, input: Input<'_>) -> Result<Outcome, EngineError> {
        let asking = Asking::of(&case.workflow, Clear::Nothing, None).supposing(Some(self.answers));
        let clocks = Listening::to(&case.workflow, now.into()).with(asking);
        self.engine.step(case, clocks, input, now)
    }
}
