//! Any sequence of inputs and times on one rich workflow, which has every kind of mark, warning and rung and a revisit:
//! the laws of a step hold.
#![no_main]

use caseloop::{Chronicle, Engine, EngineError, Event, Outcome, Value, compile_text};
use chrono::{DateTime, TimeDelta, Utc};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new([compile_text(TEXT).expect("the workflow compiles")]));

const TEXT: &str = "
workflow: rich
version: 1
roles: [agent, customer, chief]
levels:
  - {name: mild, owner: agent, limit: 20 s}
  - {name: bad,  owner: chief, limit: 6 s}
calendars: {shift: {zone: UTC, weekly: {mon-sun: [\"00:00-22:13\", \"22:14-22:15\", \"22:16-24:00\"]}}}
calendar: shift
case:
  received: {type: time, default: 2023-11-14T22:13:15Z}
  rounds:     {type: count, max: 3, default: 0}
  wait:  {type: duration, default: 5 s}
  phone: {type: text, personal: last4, optional: true}
events:
  a: {sent_by: agent, k: {type: int, min: 0, max: 9}}
  b: {phone: {type: text, personal: last4}}
  c: {}
  d: {}
  e: {by: {type: time, optional: true}}
  grade: {to: {one_of: [mild, bad]}}
  asked: {result: {one_of: [good, poor, nobody]}}
effects:
  tell: {about: template, rounds: int}
  notify: {role: role, about: template}
ladders:
  overdue:
    - {name: at_once, fresh_for: 1 s, do: {notify: {role: chief, about: overdue}}}
    - {name: soon, after: 4 s, if: not in_state(desk), do: {notify: {role: level.owner, about: still_overdue}}}
    - {name: desk, after: 4 s, if: not in_state(desk), go: desk}
  working:
    - {name: hours, after: 10 working seconds, do: {notify: {role: chief, about: overdue}}}
promises:
  whole:  {within: 100 s, from: case.received, until: [asked if event.result == good, entering desk], ladder: overdue,
           warn: [{at: 50 %, do: {notify: {role: level.owner, about: half}}}, {before: 10 s, set: {level: bad}}, {at: 99 %}]}
  graded: {within: level.limit, new_level: restart, from: [start, leaving split], until: [a if event.k > 3, leaving two],
           owner: level.owner, paused_in: [aside, deep], ladder: overdue}
  kept:   {within: level.limit, new_level: keep_elapsed, from: entering outer, until: leaving outer, paused_in: two,
           warn: {at: 75 %, if: rounds < 3, set: {rounds: rounds + 1}}}
  once:   {within: wait, from: first entering split, until: b}
  told:   {by: event.by, within: 30 s, from: e, until: [c, entering follow_up], paused_in: aside, ladder: overdue, warn: {before: 3 s}}
  dated:  {by: case.received, from: d, until: entering aside if level == bad}
  shift:  {within: 40 working seconds, late: next_opening, from: [start, a], restart: b, until: [c, leaving outer], cancel: d,
           paused_in: two, reopen: resume, ladder: working, warn: {before: 5 working seconds}}
  graded_anew: {within: {mild: 1 working minute, otherwise: 9 s}, new_level: proportional, never_later: true, from: start,
           until: b, reopen: continue}
  level_long: {within: {mild: 90 s, bad: 3 working minutes}, new_level: from_start, from: [start, e], until: c, reopen: ignore}
  often:  {at_most: 2, counts: [a, b], from: entering outer, until: c, ladder: overdue}
  at_once: {within: 0 s, from: a, until: b}
when:
  d: {if: rounds == 3, go: over}
  e: {stay: true}
  grade:
    - {if: event.to == mild, set: {level: mild}}
    - {set: {level: bad}, go: follow_up}
  kept.warned: {do: {tell: {about: heard, rounds: rounds}}}
  told.breached: {set: {level: bad}}
start: outer
states:
  outer:
    start: one
    leave: {do: {tell: {about: left, rounds: rounds}}}
    when:
      c: {go: aside}
      d: {if: rounds < 3, set: {rounds: rounds + 1}}
      graded.breached: {if: has(promise.whole.remaining) and promise.whole.remaining > 50 s, go: split}
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
  follow_up:
    waits_for: agent
    revisit:
      answer: asked.result
      within: 10 s
      ladder: overdue
      warn: {at: 50 %}
      good:   {is: good, go: over}
      poor:   {is: poor, reopen: outer, at_most: 2, then: desk}
      nobody: {is: nobody, retry: true, at_most: 2, then: desk}
  desk:
    waits_for: chief
    when:
      b: {go: follow_up}
    timers: {alarm: {after: 9 s, every: 9 s, at_most: 4, do: {notify: {role: chief, about: on_your_desk}}}}
  over: {final: true}
";

fuzz_target!(|bytes: &[u8]| {
    let mut now: DateTime<Utc> = DateTime::from_timestamp_millis(1_700_000_000_000).expect("in range");
    let begun = ENGINE.start("rich", "x", now, []).expect("the case begins");
    let mut journal = begun.journal.clone();
    let mut told = Chronicle::of(begun);
    let mut ticked = told.clone();
    let mut ticked_journal = journal.clone();
    for pair in bytes.chunks_exact(2).take(200) {
        let [input, pause] = pair else { continue };
        let pause = TimeDelta::milliseconds(i64::from(*pause) * 100);
        // The second host looks in between, at due instants and at the input's own.
        for at in [now + pause / 3, now + pause] {
            let outcome = ENGINE.tick(ticked.case(), at).expect("a tick does not fail");
            ticked_journal.extend(outcome.journal.iter().cloned());
            ticked.follow(outcome);
        }
        now += pause;
        let more = i64::from(input / 8);
        let event = match input % 8 {
            0 | 4 => Event::new("a").by("agent").with("k", more % 10),
            1 => Event::new("b").with("phone", "13912345678"),
            2 => Event::new("c"),
            3 => Event::new("d"),
            5 if more % 8 == 7 => Event::new("e"),
            // Dates long past, near and at the end of time.
            5 if more % 8 == 6 => Event::new("e").with("by", "9999-12-31T23:59:59Z"),
            5 => Event::new("e").with("by", (now + TimeDelta::seconds((more - 8) * 2)).to_rfc3339()),
            6 => Event::new("grade").with("to", Value::text(["mild", "bad"][usize::from(more % 2 == 1)])),
            _ => Event::new("asked").with("result", Value::text(["nobody", "poor", "good"][(more % 3) as usize])),
        };
        let event = if input > &250 { event.by("customer") } else { event };
        // Some are heard of late, a few of them later than the case is old.
        let event = if pause.num_milliseconds() % 500 == 100 {
            event.occurred(now - TimeDelta::milliseconds(more * 700))
        } else {
            event
        };
        let Some(outcome) = send(&told, now, &event) else {
            continue;
        };
        journal.extend(outcome.journal.iter().cloned());
        told.follow(outcome);
        let outcome = send(&ticked, now, &event).expect("the second host's case does the same");
        ticked_journal.extend(outcome.journal.iter().cloned());
        ticked.follow(outcome);
        let case = told.case();
        let stored = serde_json::to_string(case).expect("a case is stored");
        assert!(!stored.contains("13912345678"));
        assert_eq!(&ENGINE.restore_json(&stored).expect("a stored case is taken up"), case);
    }
    assert_eq!(journal, ticked_journal);
    assert_eq!(told, ticked);
    let workflow = ENGINE.workflow("rich").expect("it is there").clone();
    for promise in &workflow.definition().promises {
        let accounts = ENGINE
            .explain(&workflow, &journal, &promise.name)
            .expect("it is explained");
        for account in accounts {
            assert_eq!(
                account.used.parts.iter().map(|part| part.counted).sum::<i64>(),
                account.used.counted
            );
        }
    }
    let again = ENGINE.replay(&workflow, &journal).expect("the journal replays");
    assert_eq!(again, Some(told));
});

fn send(told: &Chronicle, now: DateTime<Utc>, event: &Event) -> Option<Outcome> {
    match ENGINE.send_late(told, now, event) {
        Ok(outcome) => Some(outcome),
        Err(EngineError::Step(_)) => None,
        Err(other) => panic!("{other}"),
    }
}
