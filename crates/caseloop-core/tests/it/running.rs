//! What the tests do with a workflow: read it from a text, and take a case through it.

use crate::sibling::Sibling;
use caseloop_core::journal::{Effect, Entry};
use caseloop_core::read::{Options, Reading, read_with};
use caseloop_core::{Clocks, Input, Instant, Limits, NoClocks, Outcome, Snapshot, StepError, Verdict, Workflow, step};
use caseloop_expr::Value;
use caseloop_syntax::{MapSources, render};

/// Reads one file with the default options, beside the rules of [`Sibling`].
pub(crate) fn reading(text: &str) -> Reading {
    let sources = MapSources::from_iter([("a.yaml", text)]);
    read_with(&sources, "a.yaml", &Options::default(), &mut Sibling)
}

/// The findings as an author sees them.
pub(crate) fn findings(reading: &Reading) -> String {
    render::human(&reading.diagnostics, &reading.files, render::Human::default())
}

/// The workflow in a text that has nothing wrong with it.
pub(crate) fn workflow(text: &str) -> Workflow {
    let mut reading = reading(text);
    let workflow = reading.workflow.take();
    workflow.unwrap_or_else(|| panic!("{}\n{text}", findings(&reading)))
}

/// Named values from a JSON object.
pub(crate) fn values(json: &str) -> Vec<(String, Value)> {
    let map: indexmap::IndexMap<String, Value> = serde_json::from_str(json).expect("a JSON object");
    map.into_iter().collect()
}

/// Something that a host does, at an instant in milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Action {
    pub(crate) at: i64,
    pub(crate) what: What,
}

/// What a host does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    Start(Vec<(String, Value)>),
    Event {
        name: String,
        by: Option<String>,
        data: Vec<(String, Value)>,
    },
    Tick,
    Next,
}

/// A case under way, with all that it has written.
#[derive(Clone)]
pub(crate) struct Case<'w> {
    pub(crate) workflow: &'w Workflow,
    pub(crate) snapshot: Snapshot,
    pub(crate) journal: Vec<Entry>,
    pub(crate) effects: Vec<Effect>,
    pub(crate) next_due: Option<Instant>,
}

impl<'w> Case<'w> {
    pub(crate) fn new(workflow: &'w Workflow) -> Self {
        Self {
            workflow,
            snapshot: Snapshot::new(workflow, "c"),
            journal: Vec::new(),
            effects: Vec::new(),
            next_due: None,
        }
    }

    /// One call, until the input is taken.
    pub(crate) fn take(&mut self, action: &Action) -> Verdict {
        loop {
            let outcome = self.call(&NoClocks, action, &Limits::default()).expect("a step");
            if self.keep(outcome) != Verdict::Behind {
                return self.last_verdict(action);
            }
        }
    }

    fn last_verdict(&self, action: &Action) -> Verdict {
        match (&action.what, self.journal.last()) {
            (What::Event { .. }, Some(entry)) if entry.verdict != caseloop_core::journal::EntryVerdict::Taken => {
                Verdict::Ignored
            }
            _ => Verdict::Taken,
        }
    }

    /// Keeps what a call came to.
    pub(crate) fn keep(&mut self, outcome: Outcome) -> Verdict {
        self.snapshot = outcome.snapshot;
        self.journal.extend(outcome.journal);
        self.effects.extend(outcome.effects);
        self.next_due = outcome.next_due;
        outcome.verdict
    }

    /// What a call would come to.
    pub(crate) fn call<C: Clocks>(&self, clocks: &C, action: &Action, limits: &Limits) -> Result<Outcome, StepError> {
        with_input(self.workflow, &action.what, |input| {
            step(self.workflow, clocks, &self.snapshot, input, Instant(action.at), limits)
        })
    }
}

/// Binds an input and hands it on.
pub(crate) fn with_input<T>(
    workflow: &Workflow,
    what: &What,
    then: impl FnOnce(Input<'_>) -> Result<T, StepError>,
) -> Result<T, StepError> {
    let named = |data: &'_ [(String, Value)]| -> Vec<(String, Value)> { data.to_vec() };
    match what {
        What::Start(data) => {
            let data = named(data);
            let row = workflow.bind_start(data.iter().map(|(name, value)| (name.as_str(), value)))?;
            then(Input::Start(&row))
        }
        What::Event { name, by, data } => {
            let event = workflow.bind_name(name)?;
            let by = by.as_deref().map(|role| workflow.bind_role(role)).transpose()?;
            let row = workflow.bind_event(event, data.iter().map(|(name, value)| (name.as_str(), value)))?;
            then(Input::Event { event, by, data: &row })
        }
        What::Tick => then(Input::Tick),
        What::Next => then(Input::Next),
    }
}

/// Reads `5 go {"n": 1} by agent`, `0 start {…}` or `9 tick`.
pub(crate) fn action(line: &str) -> Action {
    let (at, rest) = line.trim().split_once(' ').expect("an instant and an input");
    let (rest, by) = match rest.rsplit_once(" by ") {
        Some((rest, by)) => (rest, Some(by.to_owned())),
        None => (rest, None),
    };
    let (name, data) = match rest.split_once(" {") {
        Some((name, data)) => (name, values(&format!("{{{data}"))),
        None => (rest, Vec::new()),
    };
    let what = match name {
        "start" => What::Start(data),
        "tick" => What::Tick,
        _ => What::Event {
            name: name.to_owned(),
            by,
            data,
        },
    };
    Action {
        at: at.parse().expect("milliseconds"),
        what,
    }
}
