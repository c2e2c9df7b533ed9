//! Any sequence of inputs and times on one rich workflow: the laws of a step hold.
#![no_main]

use caseloop::{Case, Engine, EngineError, Event, Outcome, compile_text};
use chrono::{DateTime, TimeDelta, Utc};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new([compile_text(TEXT).expect("the workflow compiles")]));

const TEXT: &str = "
workflow: rich
version: 1
roles: [agent, customer]
case:
  rounds:     {type: count, max: 3, default: 0}
  wait:  {type: duration, default: 5 s}
  phone: {type: text, personal: last4, optional: true}
events:
  a: {sent_by: agent, k: {type: int, min: 0, max: 9}}
  b: {phone: {type: text, personal: last4}}
  c: {}
  d: {}
effects:
  tell: {about: template, rounds: int}
when:
  d: {if: rounds == 3, go: over}
start: outer
states:
  outer:
    start: one
    leave: {do: {tell: {about: left, rounds: rounds}}}
    when:
      c: {go: aside}
    timers:
      slow: {after: 60 s, every: 20 s, at_most: 3, fresh_for: 5 s, do: {tell: {about: slow, rounds: rounds}}}
    states:
      one:
        when:
          a:
            - {if: event.k > 5 and rounds < 3, set: {rounds: rounds + 1}, go: two}
            - {if: event.k == 0, reject: zero}
            - {go: one}
        timers: {tick: {after: wait, go: two}}
      two:
        start: deep
        states:
          deep:
            when:
              b: {set: {phone: event.phone}, go: pick}
          pick:
            choose:
              - {if: has(phone) and rounds > 1, go: split}
              - {go: deep}
  split:
    when:
      done: {go: outer}
      a: {if: event.k == 9, go: aside}
    regions:
      left:
        start: l1
        states:
          l1: {when: {a: {go: l2}}, timers: {t: {after: 3 s, go: l2}}}
          l2: {when: {b: {go: lend}}}
          lend: {final: true}
      right:
        start: r1
        states:
          r1: {when: {b: {go: rend}, a: {do: {tell: {about: right, rounds: event.k}}}}}
          rend: {final: true}
  aside:
    when:
      a: {resume: outer}
      b: {resume: split}
      c: {resume: outer, depth: 1}
    timers: {back: {after: 7 s, resume: outer}}
  over: {final: true}
";

fuzz_target!(|bytes: &[u8]| {
    let mut now: DateTime<Utc> = DateTime::from_timestamp_millis(1_700_000_000_000).expect("in range");
    let begun = ENGINE.start("rich", "x", now, []).expect("the case begins");
    let (mut case, mut journal) = (begun.case, begun.journal);
    let mut ticked = case.clone();
    let mut ticked_journal = journal.clone();
    for pair in bytes.chunks_exact(2).take(200) {
        let [input, pause] = pair else { continue };
        let pause = TimeDelta::milliseconds(i64::from(*pause) * 100);
        // The second host looks in between, at due instants and at the input's own.
        for at in [now + pause / 3, now + pause] {
            let outcome = ENGINE.tick(&ticked, at).expect("a tick does not fail");
            ticked_journal.extend(outcome.journal);
            ticked = outcome.case;
        }
        now += pause;
        let event = match input % 4 {
            0 => Event::new("a").by("agent").with("k", i64::from(input / 4 % 10)),
            1 => Event::new("b").with("phone", "13912345678"),
            2 => Event::new("c"),
            _ => Event::new("d"),
        };
        let event = if input > &250 { event.by("customer") } else { event };
        let Some(outcome) = send(&case, now, &event) else { continue };
        journal.extend(outcome.journal);
        case = outcome.case;
        let outcome = send(&ticked, now, &event).expect("the second host's case does the same");
        ticked_journal.extend(outcome.journal);
        ticked = outcome.case;
        let stored = serde_json::to_string(&case).expect("a case is stored");
        assert!(!stored.contains("13912345678"));
        assert_eq!(ENGINE.restore_json(&stored).expect("a stored case is taken up"), case);
    }
    assert_eq!(journal, ticked_journal);
    assert_eq!(case, ticked);
    let workflow = ENGINE.workflow("rich").expect("it is there").clone();
    assert_eq!(ENGINE.replay(&workflow, &journal).expect("the journal replays"), Some(case));
});

fn send(case: &Case, now: DateTime<Utc>, event: &Event) -> Option<Outcome> {
    match ENGINE.send(case, now, event) {
        Ok(outcome) => Some(outcome),
        Err(EngineError::Step(_)) => None,
        Err(other) => panic!("{other}"),
    }
}
