//! A case under way, driven through the engine, and its journal in lines to compare.

use caseloop::{
    Case, CompileOptions, DirectorySources, Engine, Entry, Event, Limits, MapSources, Value, Verdict, Workflow,
    compile_with,
};
use chrono::{DateTime, Utc};

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
}

pub(crate) fn tick(at: i64) -> Action {
    Action { at, what: What::Tick }
}

/// A case with all that it has written.
#[derive(Clone)]
pub(crate) struct Running<'e> {
    pub(crate) engine: &'e Engine,
    pub(crate) case: Option<Case>,
    pub(crate) journal: Vec<Entry>,
    pub(crate) next_due: Option<i64>,
}

/// An engine with the workflow in a text that has nothing wrong with it.
pub(crate) fn engine(text: &str) -> Engine {
    let compiled = compile_with(
        &MapSources::from_iter([("a.yaml", text)]),
        "a.yaml",
        &CompileOptions::default(),
    );
    let workflow: Workflow = compiled
        .into_workflow()
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
    Engine::new([workflow])
}

pub(crate) fn workflow(engine: &Engine) -> &Workflow {
    let names = ["a", "generated", "complaint_graded"];
    names.into_iter().find_map(|name| engine.workflow(name)).unwrap()
}

pub(crate) fn instant(at: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at).unwrap()
}

impl<'e> Running<'e> {
    pub(crate) fn new(engine: &'e Engine) -> Self {
        Self {
            engine,
            case: None,
            journal: Vec::new(),
            next_due: None,
        }
    }

    /// What one call of an engine with these limits would come to.
    pub(crate) fn call(&self, limits: Limits, action: &Action) -> Result<caseloop::Outcome, caseloop::EngineError> {
        let engine = self.engine.clone().with_limits(limits);
        let now = instant(action.at);
        match (&action.what, &self.case) {
            (What::Start(data), _) => {
                let data = data.iter().map(|(name, value)| (name.as_str(), value.clone()));
                engine.start(workflow(&engine).name(), "c", now, data)
            }
            (What::Tick, Some(case)) => engine.tick(case, now),
            (What::Event { name, by, data }, Some(case)) => {
                let mut event = Event::new(name.as_str());
                event = by.iter().fold(event, |event, role| event.by(role.as_str()));
                let event = data
                    .iter()
                    .fold(event, |event, (name, value)| event.with(name.as_str(), value.clone()));
                engine.send(case, now, &event)
            }
            _ => panic!("the case has not begun"),
        }
    }

    /// Calls until the action is taken.
    pub(crate) fn take(&mut self, action: &Action) {
        self.take_within(Limits::default(), action);
    }

    pub(crate) fn take_within(&mut self, limits: Limits, action: &Action) {
        loop {
            let outcome = self.call(limits, action).unwrap();
            self.case = Some(outcome.case);
            self.journal.extend(outcome.journal);
            self.next_due = outcome.next_due.map(|due| due.timestamp_millis());
            if outcome.verdict != Verdict::Behind {
                return;
            }
        }
    }

    /// The journal in lines.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.journal.iter().map(crate::shown::line).collect()
    }
}

/// Reads `5 go {"n": 1} by agent`, `0 start {…}` or `9 tick`.
pub(crate) fn action(line: &str) -> Action {
    let (at, rest) = line.trim().split_once(' ').unwrap();
    let (rest, by) = match rest.rsplit_once(" by ") {
        Some((rest, by)) => (rest, Some(by.to_owned())),
        None => (rest, None),
    };
    let (name, data) = match rest.split_once(" {") {
        Some((name, data)) => {
            let values: caseloop::Values = serde_json::from_str(&format!("{{{data}")).unwrap();
            (
                name,
                values
                    .into_iter()
                    .map(|(name, value)| (name.to_string(), value))
                    .collect(),
            )
        }
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
    let at = at.parse().unwrap();
    Action { at, what }
}

/// The journal of a case to which all this happens.
pub(crate) fn told(text: &str, lines: &[&str]) -> Vec<String> {
    let engine = engine(text);
    let mut running = Running::new(&engine);
    for line in lines {
        running.take(&action(line));
    }
    running.lines()
}

/// The shipped files.
pub(crate) fn shared() -> DirectorySources {
    DirectorySources::new(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workflows"))
}

/// A shipped workflow by its path below `workflows`, with values for its parameters.
pub(crate) fn shipped(path: &str, set: &[(&str, &str)]) -> Workflow {
    let options = CompileOptions {
        set: set
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        ..CompileOptions::default()
    };
    compile_with(&shared(), path, &options).into_workflow().unwrap()
}
