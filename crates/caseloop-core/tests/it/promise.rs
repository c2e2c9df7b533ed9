//! The loop over `Clocks`, with one toy promise: who speaks first at one instant, and what conditions see of it.

use crate::running::{Action, Case, action, workflow};
use crate::shown::line;
use caseloop_core::definition::{Branch, Definition, EventDef, Go, Trigger};
use caseloop_core::{
    BranchId, Clocks, Due, DueKind, EventId, Instant, Limits, Mark, NoClocks, Snapshot, StateId, Stored, Verdict,
    Workflow,
};
use caseloop_expr::{Length, Locate, Scope};
use caseloop_syntax::{Report, Span};
use std::ops::Range;

/// Opens when the case begins, is kept when it ends. It is due 10 ms later: then it warns, is broken, and climbs one
/// rung, all at that instant. Its words are the instant of its beginning and how much of this it has said.
struct Toy {
    breached: EventId,
}

const WITHIN: i64 = 10;

impl Clocks for Toy {
    fn next_due(&self, state: &[i64]) -> Option<Due> {
        let &[begun, said] = state else { return None };
        let kind = [DueKind::Warning, DueKind::Breach, DueKind::Rung].get(usize::try_from(said).ok()?)?;
        Some(Due {
            at: Instant(begun + WITHIN),
            kind: *kind,
            order: 0,
            measurement: 0,
        })
    }

    fn fire(&self, state: &mut Vec<i64>, due: Due) -> Option<EventId> {
        state[1] += 1;
        (due.kind == DueKind::Breach).then_some(self.breached)
    }

    fn mark(&self, state: &mut Vec<i64>, marks: &[Mark], at: Instant) {
        for mark in marks {
            match mark {
                Mark::Started => *state = vec![at.0, 0],
                Mark::Ended => state.clear(),
                _ => {}
            }
        }
    }

    fn remaining(&self, state: &[i64], _: u16, at: Instant) -> Option<i64> {
        state.first().map(|begun| begun + WITHIN - at.0)
    }

    fn calendar_due(&self, from: Instant, _: &Length) -> Instant {
        from.plus(1_000)
    }
}

struct Anywhere;

impl Locate for Anywhere {
    fn locate(&self, _: Range<usize>) -> Span {
        Span::default()
    }
}

const TEXT: &str = "
workflow: a
version: 1
events: {ask: {}, end: {}}
effects: {say: {what: template}}
start: here
states:
  here:
    when: {ask: {do: {say: {what: hurry}}}, end: {go: over}}
    timers: {late: {after: 10 ms, do: {say: {what: timer}}}}
  over: {final: true}
";

/// The workflow with what YAML cannot say yet: a branch that hears the breach, and a condition on what remains.
fn promising() -> (Workflow, Toy) {
    let mut definition: Definition = workflow(TEXT).definition().clone();
    let breached = EventId::at(definition.events.len());
    definition.events.push(EventDef {
        name: "whole.breached".into(),
        external: false,
        ..definition.events[0].clone()
    });
    let heard = BranchId::at(definition.branches.len());
    definition.branches.push(Branch {
        name: "here.breached".into(),
        source: StateId::at(1),
        trigger: Trigger::Event(breached),
        condition: None,
        go: Go::Stay,
        internal: true,
        actions: definition.branches[0].actions.clone(),
        span: Span::default(),
    });
    definition.states[1].branches.push(heard);
    let scope = Scope {
        promises: [("whole".into(), 0)].into_iter().collect(),
        ..Scope::default()
    };
    let mut report = Report::default();
    let text = "has(promise.whole.remaining) and promise.whole.remaining < 4 ms";
    let condition = caseloop_expr::condition(text, &Anywhere, &scope, &caseloop_expr::Limits::default(), &mut report);
    assert_eq!(report.diagnostics(), []);
    definition.branches[0].condition = condition;
    (Workflow::compile(definition).expect("a workflow"), Toy { breached })
}

fn run(inputs: &[&str]) -> Vec<String> {
    let (workflow, toy) = promising();
    let mut case = Case::new(&workflow);
    for input in inputs {
        take(&mut case, &toy, &action(input), &Limits::default());
        let stored = serde_json::to_string(&case.snapshot.store(&workflow)).expect("JSON");
        let stored: Stored = serde_json::from_str(&stored).expect("a stored case");
        let taken_up = Snapshot::restore(&workflow, &toy, &stored).expect("a case");
        assert_eq!(taken_up, case.snapshot);
    }
    case.journal.iter().map(line).collect()
}

fn take(case: &mut Case<'_>, toy: &Toy, action: &Action, limits: &Limits) {
    loop {
        let outcome = case.call(toy, action, limits).expect("a step");
        if case.keep(outcome) != Verdict::Behind {
            return;
        }
    }
}

#[test]
fn warning_breach_and_rung_come_before_the_timer_of_the_instant() {
    let expected = [
        "0 start, +here, here.late@10 = here",
        "10 clock -",
        "10 clock whole.breached, by here.breached, !say(what: \"hurry\")",
        "10 clock -",
        "10 timer here.late, by here.late, !say(what: \"timer\")",
    ];
    assert_eq!(run(&["0 start", "10 tick", "11 tick"]), expected);
    assert_eq!(run(&["0 start", "500 tick"]), expected);
}

#[test]
fn an_input_at_the_instant_of_the_breach_is_in_time() {
    assert_eq!(
        run(&["0 start", "10 end", "500 tick"]),
        [
            "0 start, +here, here.late@10 = here",
            "10 end, by here.end, -here, +over, ~here.late = over"
        ]
    );
}

#[test]
fn conditions_see_what_remains_of_a_promise() {
    let refused = "has(promise.whole.remaining) and promise.whole.remaining < 4 ms";
    assert_eq!(
        run(&["0 start", "6 ask", "7 ask"]),
        [
            "0 start, +here, here.late@10 = here".to_owned(),
            format!("6 ask, ignored, no here.ask ({refused})"),
            "7 ask, by here.ask, !say(what: \"hurry\")".to_owned(),
        ]
    );
}

#[test]
fn catching_up_counts_what_the_clocks_say() {
    let (workflow, toy) = promising();
    let mut whole = Case::new(&workflow);
    let mut pieces = Case::new(&workflow);
    let limits = Limits {
        catch_up: 1,
        ..Limits::default()
    };
    for input in ["0 start", "500 tick"] {
        take(&mut whole, &toy, &action(input), &Limits::default());
        take(&mut pieces, &toy, &action(input), &limits);
    }
    assert_eq!(whole.journal, pieces.journal);
    assert_eq!(whole.snapshot, pieces.snapshot);
    assert_eq!(whole.journal[0].next_due, Some(Instant(11)));
}

#[test]
fn without_clocks_nothing_of_them_is_stored() {
    let (workflow, _) = promising();
    let mut case = Case::new(&workflow);
    let outcome = case
        .call(&NoClocks, &action("0 start"), &Limits::default())
        .expect("a step");
    case.keep(outcome);
    assert!(case.snapshot.store(&workflow).clocks.is_empty());
}
