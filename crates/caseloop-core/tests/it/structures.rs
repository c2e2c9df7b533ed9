//! Definitions that no YAML says: raised, delayed and cancelled events, choices, starts and several targets. Those that
//! contradict themselves are refused.

use crate::running::{Case, action, workflow};
use crate::shown::line;
use caseloop_core::definition::{Action, Definition, EventDef, Go, Kind, PriorityDef, Trigger};
use caseloop_core::{
    BranchId, DefinitionError, EffectId, EventId, Limits, NoClocks, RulesId, StateId, StepError, TimerId, Workflow,
};
use caseloop_expr::FieldIndex;

const TEXT: &str = "
workflow: a
version: 1
case: {count: {type: int, default: 0}}
events: {ask: {}, hear: {}, stop: {}}
effects: {say: {}}
start: outer
states:
  outer:
    start: here
    when: {ask: {set: {count: 1}}, hear: {do: say}, stop: {stay: true}}
    timers: {late: {after: 90 ms, do: say}}
    states: {here: {}, there: {}}
  other: {when: {ask: {resume: outer}}}
  over: {final: true}
";

fn definition() -> Definition {
    workflow(TEXT).definition().clone()
}

fn compiled(change: impl FnOnce(&mut Definition)) -> Result<Workflow, DefinitionError> {
    let mut definition = definition();
    change(&mut definition);
    Workflow::compile(definition)
}

fn branch<'d>(d: &'d mut Definition, name: &str) -> &'d mut caseloop_core::definition::Branch {
    d.branches
        .iter_mut()
        .find(|branch| &*branch.name == name)
        .expect("a branch")
}

fn send(event: usize, delay: i64, id: &str) -> Action {
    Action::Send {
        event: EventId::at(event),
        delay,
        id: Some(id.into()),
    }
}

#[test]
fn a_delayed_event_comes_at_its_instant_unless_it_is_cancelled() {
    let workflow = compiled(|d| {
        branch(d, "outer.ask").actions = vec![send(1, 0, "now"), send(1, 5, "soon"), Action::Raise(EventId::at(2))];
        branch(d, "outer.stop").actions = vec![];
    })
    .expect("a workflow");
    let mut case = Case::new(&workflow);
    for input in ["0 start", "1 ask", "9 tick"] {
        case.take(&action(input));
    }
    let shown: Vec<String> = case.journal.iter().map(line).collect();
    assert_eq!(
        shown,
        [
            "0 start, +outer +here, outer.late@90 = here",
            "1 ask, by outer.ask, by outer.stop",
            "1 delayed hear, by outer.hear, !say()",
            "6 delayed hear, by outer.hear, !say()",
        ]
    );
    let workflow = compiled(|d| {
        branch(d, "outer.ask").actions = vec![send(1, 5, "soon")];
        branch(d, "outer.stop").actions = vec![Action::Cancel("soon".into())];
    })
    .expect("a workflow");
    let mut case = Case::new(&workflow);
    for input in ["0 start", "1 ask", "2 stop", "9 tick"] {
        case.take(&action(input));
    }
    assert_eq!(case.journal.len(), 3);
}

#[test]
fn reaching_a_limit_is_an_error_that_changes_nothing() {
    let workflow = compiled(|d| {
        branch(d, "outer.ask").actions = vec![send(1, 5, "soon")];
        branch(d, "outer.hear").actions = vec![Action::Raise(EventId::at(1))];
        branch(d, "outer.stop").actions = vec![Action::Raise(EventId::at(0)); 3];
    })
    .expect("a workflow");
    let mut case = Case::new(&workflow);
    case.take(&action("0 start"));
    let limits = Limits {
        microsteps: 20,
        queue: 2,
        delayed: 0,
        ..Limits::default()
    };
    let rows = [
        ("1 ask", "the limit of 0 delayed events was reached"),
        ("1 hear", "the limit of 20 microsteps in one macrostep was reached"),
        ("1 stop", "the limit of 2 waiting internal events was reached"),
    ];
    let before = case.snapshot.clone();
    for (input, expected) in rows {
        let error = case.call(&NoClocks, &action(input), &limits).expect_err("an error");
        assert!(matches!(error, StepError::Limit { .. }));
        assert_eq!(error.to_string(), expected);
        assert_eq!(case.snapshot, before);
    }
}

#[test]
fn a_done_of_regions_that_finds_no_room_changes_nothing() {
    let workflow = workflow(
        "
workflow: a
version: 1
events: {end: {}}
start: both
states:
  both:
    when: {done: {go: over}}
    regions:
      one: {start: a, states: {a: {when: {end: {go: a_over}}}, a_over: {final: true}}}
      two: {start: b, states: {b: {when: {end: {go: b_over}}}, b_over: {final: true}}}
  over: {final: true}
",
    );
    let mut case = Case::new(&workflow);
    case.take(&action("0 start"));
    let limits = Limits {
        queue: 0,
        ..Limits::default()
    };
    let mut buffers = caseloop_core::Buffers::default();
    let mut snapshot = case.snapshot.clone();
    let result = crate::running::with_input(&workflow, &action("1 end").what, |input| {
        let now = caseloop_core::Instant(1);
        caseloop_core::step_into(&workflow, &NoClocks, &mut snapshot, input, now, &limits, &mut buffers)
    });
    assert!(matches!(result, Err(StepError::Limit { .. })));
    assert_eq!(snapshot, case.snapshot);
}

#[test]
fn definitions_that_contradict_themselves_are_refused() {
    type Change = fn(&mut Definition);
    let rows: [(Change, &str); 15] = [
        (|d| d.states.clear(), "there is no root state"),
        (|d| d.states[0].kind = Kind::Atomic, "the root must be"),
        (|d| d.states[1].parent = Some(StateId::at(5)), "document order"),
        (|d| d.states[1].start.targets.clear(), "`outer` lacks a start"),
        (
            |d| d.states[1].start.targets = vec![StateId::at(5)],
            "does not lie inside",
        ),
        (
            |d| d.states[1].branches.push(BranchId::at(99)),
            "a branch that does not exist",
        ),
        (
            |d| d.states[2].timers.push(TimerId::at(0)),
            "a timer that is not its own",
        ),
        (
            |d| d.states[1].done = Some(EventId::at(99)),
            "a done event that does not exist",
        ),
        (
            |d| d.branches[0].go = Go::To(vec![StateId::at(99)]),
            "no target that can be entered",
        ),
        (
            |d| d.branches[0].go = Go::To(vec![StateId::at(0)]),
            "no target that can be entered",
        ),
        (
            |d| d.branches[0].trigger = Trigger::Event(EventId::at(99)),
            "answers to nothing",
        ),
        (
            |d| d.branches[0].actions = vec![Action::Raise(EventId::at(99))],
            "nothing for",
        ),
        (
            |d| {
                d.branches[0].actions = vec![Action::Emit {
                    effect: EffectId::at(0),
                    arguments: vec![None],
                }];
            },
            "nothing for",
        ),
        (
            |d| {
                if let Action::Set { field, .. } = &mut branch(d, "outer.ask").actions[0] {
                    *field = FieldIndex(9);
                }
            },
            "nothing for",
        ),
        (
            |d| {
                d.priority = Some(PriorityDef {
                    rules: RulesId::at(99),
                    inputs: Vec::new(),
                    promises: Vec::new(),
                });
            },
            "the priority names",
        ),
    ];
    for (change, expected) in rows {
        let error = compiled(change).expect_err(expected);
        assert!(error.to_string().contains(expected), "{error}");
    }
    let timer_branch = compiled(|d| branch(d, "outer.late").source = StateId::at(99));
    assert!(timer_branch.is_err());
}

#[test]
fn a_history_that_leads_to_itself_is_refused() {
    let error = compiled(|d| {
        let history = d
            .states
            .iter()
            .position(|s| matches!(s.kind, Kind::History { .. }))
            .expect("a history");
        d.states[history].start.targets = vec![StateId::at(history)];
    });
    assert!(matches!(error, Err(DefinitionError::Malformed(_))));
}

#[test]
fn internal_events_cannot_be_sent_by_name() {
    let workflow = compiled(|d| {
        let internal = EventDef {
            external: false,
            name: "inside".into(),
            ..d.events[0].clone()
        };
        d.events.push(internal);
    })
    .expect("a workflow");
    assert!(workflow.bind_name("inside").is_err());
}
