//! Running a converted chart in virtual time and comparing where it stands. Between steps the case is stored and
//! restored, and each step is taken through both of the kernel's doors, so that the vectors cover these as well.

use super::convert::MILLISECOND;
use caseloop_core::{Buffers, Input, Instant, Limits, NoClocks, Snapshot, Verdict, Workflow, step, step_into};
use caseloop_expr::RowBuf;
use serde::Deserialize;
use std::collections::BTreeSet;

/// How long a chart without a script is given to reach its end, in its own milliseconds.
const PATIENCE: i64 = 60_000;

/// What to send and where the chart should then be.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Script {
    initial_configuration: Vec<String>,
    events: Vec<Item>,
    /// Another script that an engine may follow instead: these vectors leave the reading of SCXML open.
    pub(crate) legacy_semantics: Option<Box<Script>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    /// Milliseconds that pass before the event.
    #[serde(default)]
    after: i64,
    event: Event,
    next_configuration: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Event {
    name: String,
}

impl Script {
    /// The names of all events that are sent.
    pub(crate) fn sent(&self) -> BTreeSet<&str> {
        let mut sent: BTreeSet<&str> = self.events.iter().map(|item| item.event.name.as_str()).collect();
        sent.extend(self.legacy_semantics.iter().flat_map(|other| other.sent()));
        sent
    }
}

/// Follows a script. `Err` says where the chart stands elsewhere than expected.
pub(crate) fn follow(workflow: &Workflow, script: &Script) -> Result<(), String> {
    let mut run = Run::start(workflow)?;
    run.settle()?;
    run.expect(&script.initial_configuration, "at the start")?;
    for (position, item) in script.events.iter().enumerate() {
        run.now = run.now.plus(item.after.saturating_mul(MILLISECOND));
        run.settle()?;
        run.send(&item.event.name)?;
        run.settle()?;
        run.expect(
            &item.next_configuration,
            &format!("after event {} (`{}`)", position + 1, item.event.name),
        )?;
    }
    Ok(())
}

/// Lets a chart run until it has ended or nothing more is due, and expects it to stand in `pass`.
pub(crate) fn to_the_end(workflow: &Workflow) -> Result<(), String> {
    let mut run = Run::start(workflow)?;
    let end = run.now.plus(PATIENCE * MILLISECOND);
    while let Some(due) = run.due.filter(|due| *due <= end) {
        run.now = due;
        run.step(None)?;
    }
    run.expect(&["pass".to_owned()], "at the end")
}

/// A chart on its way.
struct Run<'w> {
    workflow: &'w Workflow,
    snapshot: Snapshot,
    now: Instant,
    /// When the case next wants a call.
    due: Option<Instant>,
    buffers: Buffers,
}

impl<'w> Run<'w> {
    fn start(workflow: &'w Workflow) -> Result<Self, String> {
        let data = workflow.bind_start([]).map_err(|error| error.to_string())?;
        let snapshot = Snapshot::new(workflow, "case");
        let mut run = Self {
            workflow,
            snapshot,
            now: Instant(0),
            due: None,
            buffers: Buffers::default(),
        };
        run.step(Some(Input::Start(&data)))?;
        Ok(run)
    }

    fn send(&mut self, name: &str) -> Result<(), String> {
        let event = self
            .workflow
            .event_id(name)
            .ok_or_else(|| format!("`{name}` is no event"))?;
        let data = RowBuf::default();
        self.step(Some(Input::Event {
            event,
            by: None,
            data: &data,
        }))
    }

    /// Lets everything happen that is due by now, with all that it sends at once.
    fn settle(&mut self) -> Result<(), String> {
        self.now = self.now.plus(1);
        self.step(None)
    }

    /// Takes an input, or lets time pass.
    fn step(&mut self, input: Option<Input<'_>>) -> Result<(), String> {
        let input = input.unwrap_or(Input::Tick);
        let limits = Limits::default();
        let before = self.snapshot.clone();
        let taken = step_into(
            self.workflow,
            &NoClocks,
            &mut self.snapshot,
            input,
            self.now,
            &limits,
            &mut self.buffers,
        );
        let (verdict, due) = taken.map_err(|error| error.to_string())?;
        if verdict == Verdict::Behind {
            return Err("the chart never comes to rest".to_owned());
        }
        self.due = (due != Instant::NEVER).then_some(due);
        let pure =
            step(self.workflow, &NoClocks, &before, input, self.now, &limits).map_err(|error| error.to_string())?;
        if (&pure.snapshot, pure.next_due) != (&self.snapshot, self.due) {
            return Err("`step` and `step_into` disagree".to_owned());
        }
        let stored = self.snapshot.store(self.workflow, &NoClocks);
        let restored = Snapshot::restore(self.workflow, &NoClocks, &stored).map_err(|error| error.to_string())?;
        if restored != self.snapshot {
            return Err("the case is not the same once it was stored".to_owned());
        }
        self.snapshot = restored;
        Ok(())
    }

    /// Compares the active leaves as a set.
    fn expect(&self, expected: &[String], when: &str) -> Result<(), String> {
        let active = self.snapshot.leaves(self.workflow);
        let active: BTreeSet<&str> = active.iter().map(|leaf| &*self.workflow.state(*leaf).name).collect();
        let expected: BTreeSet<&str> = expected.iter().map(String::as_str).collect();
        if active == expected {
            return Ok(());
        }
        let list = |set: BTreeSet<&str>| set.into_iter().collect::<Vec<_>>().join(" ");
        Err(format!("{when}: expected {}, found {}", list(expected), list(active)))
    }
}
