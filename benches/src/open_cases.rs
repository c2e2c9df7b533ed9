//! Many open cases of which few are due: a host's index of due instants, and a tick that takes up what it names.

use crate::workload_a::compiled;
use caseloop_core::{Buffers, Input, Instant, Limits, NoClocks, Snapshot, Workflow, step_into};
use caseloop_expr::Value;
use std::collections::BTreeSet;
use std::error::Error;

const MINUTE: i64 = 60_000;

/// A case that reminds of itself a while after its beginning, and from then on once a year.
const WORKFLOW: &str = "
workflow: waiting
version: 1
case: {wait: duration}
effects: {remind: {}}
events: {answered: {}}
start: open
states:
  open:
    when: {answered: {go: over}}
    timers: {reminder: {after: wait, every: 365 days, do: {remind: {}}}}
  over: {final: true}
";

/// The cases, and when each next wants a call.
#[derive(Debug)]
pub struct OpenCases {
    workflow: Workflow,
    cases: Vec<Snapshot>,
    due: BTreeSet<(Instant, usize)>,
    limits: Limits,
    buffers: Buffers,
}

impl OpenCases {
    /// So many cases, of which one more is due with every minute.
    ///
    /// # Errors
    /// If a case cannot begin.
    pub fn new(cases: usize) -> Result<Self, Box<dyn Error>> {
        let workflow = compiled(WORKFLOW).ok_or("the workflow has findings")?;
        let mut open = Self {
            cases: Vec::with_capacity(cases),
            due: BTreeSet::new(),
            limits: Limits::default(),
            buffers: Buffers::default(),
            workflow,
        };
        let record = open.workflow.definition().case.record.clone();
        let (_, wait) = record.get("wait").ok_or("no such field")?;
        for case in 0..cases {
            let mut data = record.row();
            data.set(wait, Value::Duration(MINUTE * (case as i64 + 1)))?;
            let mut snapshot = Snapshot::new(&open.workflow, "1");
            let next = open.step(&mut snapshot, Input::Start(&data), Instant(0))?;
            open.cases.push(snapshot);
            open.due.insert((next, case));
        }
        Ok(open)
    }

    fn step(&mut self, snapshot: &mut Snapshot, input: Input<'_>, now: Instant) -> Result<Instant, Box<dyn Error>> {
        let (workflow, limits, buffers) = (&self.workflow, &self.limits, &mut self.buffers);
        Ok(step_into(workflow, &NoClocks, snapshot, input, now, limits, buffers)?.1)
    }

    /// Lets time pass until the first `due` cases are due; returns how many effects they asked for.
    ///
    /// # Errors
    /// If a step fails.
    #[inline(never)]
    pub fn tick(&mut self, due: usize) -> Result<usize, Box<dyn Error>> {
        let now = Instant(MINUTE * due as i64 + 1);
        let mut effects = 0;
        while let Some((at, case)) = self.due.pop_first() {
            if at > now {
                self.due.insert((at, case));
                break;
            }
            let Some(snapshot) = self.cases.get_mut(case) else {
                break;
            };
            let mut taken = std::mem::replace(snapshot, Snapshot::new(&self.workflow, ""));
            let next = self.step(&mut taken, Input::Tick, now)?;
            effects += self.buffers.effects().len();
            if let Some(snapshot) = self.cases.get_mut(case) {
                *snapshot = taken;
            }
            self.due.insert((next, case));
        }
        Ok(effects)
    }
}
