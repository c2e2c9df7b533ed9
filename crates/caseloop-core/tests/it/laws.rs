//! What holds for every workflow, every case and every way to ask about it.

use crate::generated::{SECRET, Tape, script, tapes, workflow_text};
use crate::running::{Action, Case, What, with_input, workflow};
use caseloop_core::journal::{Entry, EntryInput};
use caseloop_core::{
    Answer, Buffers, ClockError, Clocks, Due, Instant, Limits, News, NoClocks, PromiseId, Question, Rules, Said,
    Signal, Snapshot, Standing, StepError, Stored, Terms, Verdict, Workflow, step_into,
};
use caseloop_expr::{Length, Value};
use proptest::prelude::*;

/// Long after everything in a script has happened.
const HORIZON: i64 = 1_000;

fn tick(at: i64) -> Action {
    Action { at, what: What::Tick }
}

/// A case that a script was told to, without a call more than it asks for, and one far later.
fn told<'w>(workflow: &'w Workflow, script: &[Action]) -> Case<'w> {
    let mut case = Case::new(workflow);
    for action in script.iter().chain([&tick(HORIZON)]) {
        case.take(action);
    }
    case
}

fn same(case: &Case<'_>, other: &Case<'_>) {
    assert_eq!(case.journal, other.journal);
    assert_eq!(case.effects, other.effects);
    assert_eq!(case.snapshot, other.snapshot);
}

/// (a) Ticks at any instants change nothing, those at the instants of inputs and timers included.
fn ticks_change_nothing(workflow: &Workflow, script: &[Action], plain: &Case<'_>) {
    let mut asked = Case::new(workflow);
    let mut now = script[0].at;
    for action in script.iter().chain([&tick(HORIZON)]) {
        while now < action.at && now < 300 {
            asked.take(&tick(now));
            now += 1;
        }
        now = now.max(action.at);
        asked.take(&tick(now));
        asked.take(action);
    }
    same(plain, &asked);
}

/// (b) The snapshot is a function of the journal: fed with what the entries say, masked as it is there.
fn the_journal_gives_the_snapshot(workflow: &Workflow, plain: &Case<'_>) {
    let written = serde_json::to_string(&plain.journal).expect("JSON");
    let journal: Vec<Entry> = serde_json::from_str(&written).expect("entries");
    let mut replayed = Case::new(workflow);
    let named = |values: &caseloop_core::journal::Values| -> Vec<(String, Value)> {
        values
            .iter()
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect()
    };
    for entry in &journal {
        let action = match &entry.input {
            EntryInput::Start(data) => Action {
                at: entry.at.0,
                what: What::Start(named(data)),
            },
            EntryInput::Event { name, by, data, .. } => Action {
                at: entry.at.0,
                what: What::Event {
                    name: name.to_string(),
                    by: by.as_deref().map(str::to_owned),
                    data: named(data),
                },
            },
            _ => Action {
                at: entry.at.0 + 1,
                what: What::Next,
            },
        };
        let outcome = replayed.call(&NoClocks, &action, &Limits::default()).expect("a step");
        assert_eq!(outcome.journal.len(), 1, "{entry:?}");
        replayed.keep(outcome);
    }
    assert_eq!(serde_json::to_string(&replayed.journal).expect("JSON"), written);
    assert_eq!(replayed.snapshot, plain.snapshot);
}

/// (c) A stored case is the case: equal when taken up, equal bytes when stored again, and it goes on equally.
fn storing_changes_nothing(workflow: &Workflow, script: &[Action], plain: &Case<'_>) {
    let mut stored = Case::new(workflow);
    for action in script.iter().chain([&tick(HORIZON)]) {
        let bytes = serde_json::to_string(&stored.snapshot.store(workflow, &NoClocks)).expect("JSON");
        let read: Stored = serde_json::from_str(&bytes).expect("a stored case");
        let taken_up = Snapshot::restore(workflow, &NoClocks, &read).expect("a case");
        assert_eq!(taken_up, stored.snapshot, "{bytes}");
        assert_eq!(
            serde_json::to_string(&taken_up.store(workflow, &NoClocks)).expect("JSON"),
            bytes
        );
        stored.snapshot = taken_up;
        stored.take(action);
    }
    same(plain, &stored);
}

/// (d) A failed step changes nothing, whatever the buffers held before.
fn failed_steps_change_nothing(workflow: &Workflow, script: &[Action], plain: &Case<'_>) {
    let tight = [(0, 0), (1, 0), (0, 1), (1, 1), (2, 2)].map(|(microsteps, queue)| Limits {
        microsteps,
        queue,
        delayed: 0,
        catch_up: 3,
        ..Limits::default()
    });
    let mut case = Case::new(workflow);
    let mut buffers = Buffers::default();
    for action in script.iter().chain([&tick(HORIZON)]) {
        for limits in &tight {
            let mut snapshot = case.snapshot.clone();
            let result = with_input(workflow, &action.what, |input| {
                let now = Instant(action.at);
                step_into(workflow, &NoClocks, &mut snapshot, input, now, limits, &mut buffers)
            });
            if let Err(error) = result {
                assert!(matches!(error, StepError::Limit { .. }), "{error}");
                assert_eq!(snapshot, case.snapshot, "{error}");
                assert!(buffers.entries().is_empty() && buffers.effects().is_empty());
            }
        }
        if case.snapshot.started() {
            let early = tick(case.snapshot.time().0 - 1);
            let error = case.call(&NoClocks, &early, &Limits::default()).expect_err("an error");
            assert!(matches!(error, StepError::TimeBackwards { .. }), "{error}");
        }
        case.take(action);
    }
    same(plain, &case);
}

/// (e) The two doors lead to the same.
fn both_doors_agree(workflow: &Workflow, script: &[Action]) {
    let mut case = Case::new(workflow);
    let mut buffers = Buffers::default();
    for action in script.iter().chain([&tick(HORIZON)]) {
        let outcome = case.call(&NoClocks, action, &Limits::default()).expect("a step");
        let mut snapshot = case.snapshot.clone();
        let (verdict, due) = with_input(workflow, &action.what, |input| {
            let now = Instant(action.at);
            step_into(
                workflow,
                &NoClocks,
                &mut snapshot,
                input,
                now,
                &Limits::default(),
                &mut buffers,
            )
        })
        .expect("a step");
        assert_eq!(outcome.snapshot, snapshot);
        assert_eq!(
            (outcome.verdict, outcome.next_due.unwrap_or(Instant::NEVER)),
            (verdict, due)
        );
        assert_eq!(outcome.effects.len(), buffers.effects().len());
        let raw: Vec<_> = buffers
            .entries()
            .iter()
            .map(|entry| (entry.sequence, entry.at))
            .collect();
        let named: Vec<_> = outcome.journal.iter().map(|entry| (entry.seq, entry.at)).collect();
        assert_eq!(named, raw);
        case.keep(outcome);
    }
}

/// No clocks either, but with them no step goes the shortest way.
struct LongWay;

impl Rules for LongWay {
    fn ask(&self, _: Question<'_>) -> Answer {
        Answer::Nothing
    }
}

impl Clocks for LongWay {
    const WORDS: &'static [&'static str] = &[];
    const GENERAL: bool = true;

    fn next_due(&self, _: &[i64]) -> Option<Due> {
        None
    }

    fn fire(&self, _: &mut [i64], _: Due) -> Result<News, ClockError> {
        Ok(News::Cancelled)
    }

    fn settle(
        &self,
        _: &mut [i64],
        _: &[Signal],
        _: &[Terms],
        _: Instant,
        _: &mut Vec<Said>,
    ) -> Result<(), ClockError> {
        Ok(())
    }

    fn remaining(&self, _: &[i64], _: PromiseId, _: Instant) -> Option<i64> {
        None
    }

    fn is_sound(&self, _: &[i64], _: PromiseId, _: Standing, _: Instant) -> bool {
        false
    }

    fn calendar_due(&self, from: Instant, _: Length, _: u16) -> Result<Instant, ClockError> {
        Ok(from)
    }
}

/// (f) The short way of the commonest step is the general way.
fn the_short_way_agrees(workflow: &Workflow, script: &[Action]) {
    let mut case = Case::new(workflow);
    for action in script.iter().chain([&tick(HORIZON)]) {
        let long = case.call(&LongWay, action, &Limits::default()).expect("a step");
        let outcome = case.call(&NoClocks, action, &Limits::default()).expect("a step");
        assert_eq!(long, outcome);
        case.keep(outcome);
    }
}

/// (g) No personal value is in anything that comes out.
fn nothing_personal_comes_out(workflow: &Workflow, script: &[Action], plain: &Case<'_>) {
    let shows = |text: String| assert!(!text.contains(SECRET), "{text}");
    shows(format!("{:?}{:?}{:?}", plain.journal, plain.effects, plain.snapshot));
    shows(serde_json::to_string(&plain.journal).expect("JSON"));
    shows(serde_json::to_string(&plain.effects).expect("JSON"));
    shows(serde_json::to_string(&plain.snapshot.store(workflow, &NoClocks)).expect("JSON"));
    for action in script {
        let What::Event { data, .. } = &action.what else {
            continue;
        };
        for (position, (_, value)) in data.iter().enumerate() {
            let mut misfit = action.clone();
            if let What::Event { data, .. } = &mut misfit.what {
                data[position].1 = Value::List(vec![value.clone(), Value::text(SECRET)]);
            }
            let case = Case::new(workflow);
            if let Err(error) = case.call(&NoClocks, &misfit, &Limits::default())
                && data[position].0 != "k"
                && data[position].0 != "pause"
            {
                shows(format!("{error} {error:?}"));
            }
        }
    }
}

/// (h) Nothing happens before `next_due`, and something happens at it.
fn next_due_is_when_something_happens(workflow: &Workflow, script: &[Action]) {
    let mut case = Case::new(workflow);
    for action in script {
        case.take(action);
        let Some(due) = case.next_due else { continue };
        let before = case
            .call(&NoClocks, &tick(due.0 - 1), &Limits::default())
            .expect("a step");
        assert_eq!((before.journal.len(), &before.snapshot), (0, &case.snapshot));
        assert_eq!(before.next_due, case.next_due);
        let at = case.call(&NoClocks, &tick(due.0), &Limits::default()).expect("a step");
        assert!(!at.journal.is_empty());
        assert_eq!(at.journal[0].at.0, due.0 - 1);
    }
}

/// (i) Catching up in pieces is catching up.
fn pieces_make_the_whole(workflow: &Workflow, script: &[Action], plain: &Case<'_>) {
    let limits = Limits {
        catch_up: 1,
        ..Limits::default()
    };
    let mut case = Case::new(workflow);
    for action in script.iter().chain([&tick(HORIZON)]) {
        loop {
            let outcome = case.call(&NoClocks, action, &limits).expect("a step");
            let one_instant = outcome.journal.iter().all(|entry| entry.at == outcome.journal[0].at);
            assert!(outcome.verdict != Verdict::Behind || one_instant);
            if case.keep(outcome) != Verdict::Behind {
                break;
            }
            assert!(case.next_due.is_some_and(|due| due.0 <= action.at));
        }
    }
    same(plain, &case);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_case_of_every_workflow_keeps_the_laws((chart, events) in tapes()) {
        let workflow = workflow(&workflow_text(&mut Tape::new(&chart)));
        let script = script(&mut Tape::new(&events));
        let plain = told(&workflow, &script);
        ticks_change_nothing(&workflow, &script, &plain);
        the_journal_gives_the_snapshot(&workflow, &plain);
        storing_changes_nothing(&workflow, &script, &plain);
        failed_steps_change_nothing(&workflow, &script, &plain);
        both_doors_agree(&workflow, &script);
        the_short_way_agrees(&workflow, &script);
        nothing_personal_comes_out(&workflow, &script, &plain);
        next_due_is_when_something_happens(&workflow, &script);
        pieces_make_the_whole(&workflow, &script, &plain);
    }
}
