//! What holds for every case of every workflow with promises, ladders and a revisit, whatever happens to it.

use crate::generated::{SECRET, Tape, script, tapes, workflow_text};
use crate::running::{Action, Running, What, engine, tick, workflow};
use caseloop::layers::core::definition::{Kind, PromiseDef};
use caseloop::layers::lint::lint;
use caseloop::{Chronicle, Counted, Engine, Entry, EntryInput, Limits, News, PromiseChange, Value};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

/// Long after everything in a script has happened.
const HORIZON: i64 = 1_000;

/// Chooses by a tape that is used up from its end, so that the chart's own choices stay as they are.
struct Choices<'t>(std::slice::Iter<'t, u16>);

impl Choices<'_> {
    fn draw(&mut self, of: usize) -> usize {
        self.0.next_back().map_or(0, |choice| usize::from(*choice) % of.max(1))
    }

    fn pick<'a>(&mut self, from: &'a [String]) -> &'a str {
        &from[self.draw(from.len())]
    }
}

/// A generated workflow, with a revisit, levels, and up to four promises on its states and events.
fn with_promises(chart: &[u16]) -> String {
    let mut text = workflow_text(&mut Tape::new(chart));
    let mut choices = Choices(chart.iter());
    let is_state = |name: &str| {
        let number = name.strip_prefix('s');
        number.is_some_and(|number| number.parse::<u16>().is_ok())
    };
    // Nothing is measured from where the case is over, and nothing rests there.
    let lines: Vec<&str> = text.lines().collect();
    let ends_case = |pair: &[&str]| pair[0].starts_with("  s") && pair[1].trim_start().starts_with("final:");
    let mut states: Vec<String> = lines
        .windows(2)
        .filter(|pair| !ends_case(pair))
        .filter_map(|pair| pair[0].trim().strip_suffix(':'))
        .filter(|name| is_state(name))
        .map(str::to_owned)
        .collect();
    let over = lines.windows(2).find(|pair| ends_case(pair));
    // Where a ladder ends the case, if the chart can end.
    let over = over.and_then(|pair| pair[0].trim().strip_suffix(':'));
    let over = over.map_or(String::new(), |over| format!(", go: {over}"));
    states.push("loop_check".to_owned());
    let outer: Vec<String> = text
        .lines()
        .filter(|line| line.starts_with("  s") && !line.starts_with("   "))
        .filter_map(|line| line.trim().strip_suffix(':'))
        .map(str::to_owned)
        .collect();
    text = text.replace("events:\n", "events:\n  asked: {r: {one_of: [fine, poor, away]}}\n");
    text = text.replace(
        "case:\n",
        "levels: [{name: low, limit: 30 ms}, {name: high, limit: 7 ms}, {name: top, limit: 7 ms}]\ncase:\n",
    );
    let (back, then) = (choices.pick(&outer).to_owned(), choices.pick(&outer).to_owned());
    let _ = write!(
        text,
        "  loop_check:
    revisit:
      answer: asked.r
      within: {} ms
      ladder: up
      fine: {{is: fine, go: {then}}}
      poor: {{is: poor, reopen: {back}, at_most: 2, then: {then}}}
      away: {{is: away, retry: true, at_most: 3, then: {back}}}
ladders:
  up:
    - {{name: one, do: {{plain: {{}}}}}}
    - {{name: two, after: 5 ms, do: {{count: {{k: m}}}}, if: c < 3}}
    - {{name: three, after: 4 ms, set: {{level: high}}, go: loop_check}}
  calm:
    - {{name: one, after: 3 ms, do: {{plain: {{}}}}}}
    - {{name: two, set: {{level: top}}}}
  short:
    - {{name: one, after: 2 ms, do: {{plain: {{}}}}{over}}}
    - {{name: two, do: {{plain: {{}}}}}}
promises:
",
        8 + choices.draw(20)
    );
    for number in 0..choices.draw(5) {
        let mark = |choices: &mut Choices<'_>| match choices.draw(6) {
            0 => "start".to_owned(),
            1 => "e0".to_owned(),
            2 => "e1 if event.k > 2".to_owned(),
            3 => format!("leaving {}", choices.pick(&states)),
            4 => format!("first entering {}", choices.pick(&states)),
            _ => format!("entering {}", choices.pick(&states)),
        };
        let counted = choices.draw(8) == 0;
        let limit = match choices.draw(6) {
            _ if counted => "at_most: 2\n    counts: [e1, e2]".to_owned(),
            0 => "within: level.limit\n    new_level: restart".to_owned(),
            1 => "within: level.limit\n    new_level: keep_elapsed".to_owned(),
            2 => "within: {low: 25 ms, otherwise: 9 ms}\n    new_level: proportional".to_owned(),
            3 => "within: {top: 0 s, otherwise: 9 ms}\n    new_level: restart\n    never_later: true".to_owned(),
            4 => "within: pause".to_owned(),
            _ => format!("within: {} ms", 4 + choices.draw(25)),
        };
        let (from, until) = (mark(&mut choices), mark(&mut choices));
        // At times it ends as it begins, or rests where it begins.
        let until = match choices.draw(8) {
            0 => format!("[{from}]"),
            _ => format!("[{until}, e3]"),
        };
        let until = until.replace("first ", "").replace("start", "e0");
        let _ = writeln!(text, "  p{number}:\n    {limit}\n    from: {from}\n    until: {until}");
        match (choices.draw(4), from.strip_prefix("entering ")) {
            (0, Some(entered)) => {
                let _ = writeln!(text, "    paused_in: [{entered}]");
            }
            (0 | 1, _) => {
                let _ = writeln!(text, "    paused_in: [{}]", choices.pick(&states));
            }
            _ => {}
        }
        if choices.draw(3) > 0 {
            let _ = writeln!(text, "    ladder: {}", ["up", "calm", "short"][choices.draw(3)]);
        }
        match choices.draw(6) {
            0 => text.push_str("    reopen: resume\n"),
            1 => text.push_str("    reopen: continue\n"),
            2 => text.push_str("    reopen: ignore\n"),
            _ => {}
        }
        if choices.draw(4) == 0 {
            text.push_str("    restart: e2\n");
        }
        if choices.draw(2) == 0 && !counted {
            let percent = 1 + choices.draw(99);
            let _ = writeln!(
                text,
                "    warn: [{{at: {percent} %, do: {{plain: {{}}}}}}, {{before: 3 ms, set: {{m: 0}}}}]"
            );
        }
    }
    text
}

/// The script with answers to the revisit strewn in.
fn with_answers(script: Vec<Action>, events: &[u16]) -> Vec<Action> {
    let mut choices = Choices(events.iter());
    let mut mixed = Vec::new();
    for action in script {
        let at = action.at;
        let begun = !mixed.is_empty();
        mixed.push(action);
        if begun && choices.draw(3) == 0 {
            let answer = ["fine", "poor", "away"][choices.draw(3)];
            mixed.push(Action {
                at,
                what: What::Event {
                    name: "asked".to_owned(),
                    by: None,
                    data: vec![("r".to_owned(), Value::text(answer))],
                },
            });
        }
    }
    mixed
}

fn told<'e>(engine: &'e Engine, script: &[Action], limits: Limits) -> Running<'e> {
    let mut running = Running::new(engine);
    for action in script.iter().chain([&tick(HORIZON)]) {
        running.take_within(limits, action);
    }
    running
}

fn same(one: &Running<'_>, other: &Running<'_>) {
    assert_eq!(one.lines(), other.lines());
    assert_eq!(one.journal, other.journal);
    assert_eq!(one.case, other.case);
}

/// (a) Asking often, and catching up in pieces, change nothing.
fn cadence_changes_nothing(engine: &Engine, script: &[Action], plain: &Running<'_>) {
    let mut asked = Running::new(engine);
    let mut now = script[0].at;
    for action in script.iter().chain([&tick(HORIZON)]) {
        while asked.case.is_some() && now < action.at && now < 300 {
            asked.take(&tick(now));
            now += 1;
        }
        now = now.max(action.at);
        asked.take(action);
    }
    same(plain, &asked);
    let pieces = Limits {
        catch_up: 1,
        ..Limits::default()
    };
    same(plain, &told(engine, script, pieces));
}

/// (b) The journal, written and read, gives the case again.
fn the_journal_gives_the_case(engine: &Engine, plain: &Running<'_>) {
    let written = serde_json::to_string(&plain.journal).unwrap();
    let journal: Vec<Entry> = serde_json::from_str(&written).unwrap();
    let told = engine.replay(workflow(engine), &journal).unwrap();
    assert_eq!(told.map(Chronicle::into_case), plain.case);
    assert!(!written.contains(SECRET), "{written}");
}

/// (c) A stored case is the case, to the byte, and goes on equally.
fn storing_changes_nothing(engine: &Engine, script: &[Action], plain: &Running<'_>) {
    let mut stored = Running::new(engine);
    for action in script.iter().chain([&tick(HORIZON)]) {
        if let Some(case) = &stored.case {
            let bytes = serde_json::to_string(case).unwrap();
            let taken_up = engine.restore_json(&bytes).unwrap();
            assert_eq!(&taken_up, case, "{bytes}");
            assert_eq!(serde_json::to_string(&taken_up).unwrap(), bytes);
            stored.case = Some(taken_up);
        }
        stored.take(action);
    }
    same(plain, &stored);
}

/// (d) A step that reaches a limit changes nothing; the case goes on as if it had not been tried.
fn failed_steps_change_nothing(engine: &Engine, script: &[Action], plain: &Running<'_>) {
    let mut running = Running::new(engine);
    for action in script.iter().chain([&tick(HORIZON)]) {
        for (microsteps, queue) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let tight = Limits {
                microsteps,
                queue,
                ..Limits::default()
            };
            let before = running.case.clone();
            let _ = running.call(tight, action);
            assert_eq!(running.case, before);
        }
        running.take(action);
    }
    same(plain, &running);
}

/// (e) Nothing happens before `next_due`, and something happens at it.
fn next_due_is_when_something_happens(engine: &Engine, script: &[Action]) {
    let mut running = Running::new(engine);
    for action in script {
        running.take(action);
        let Some(due) = running.next_due else { continue };
        let before = running.call(Limits::default(), &tick(due - 1)).unwrap();
        assert_eq!((before.journal.len(), Some(&before.case)), (0, running.case.as_ref()));
        let at = running.call(Limits::default(), &tick(due)).unwrap();
        assert_eq!(at.journal.first().map(|entry| entry.at.0), Some(due - 1));
    }
}

/// (f) Of each measurement: it opens, is warned of before it is broken, is broken once, climbs each rung once and only
/// after that, in the order of the ladder, and ends once.
fn each_rung_climbs_once(engine: &Engine, journal: &[Entry]) {
    #[derive(Default)]
    struct Measured {
        open: bool,
        breached: bool,
        fired: usize,
        /// When it is due, as was told last.
        due: Option<caseloop::Instant>,
    }
    let definition = workflow(engine).definition();
    let mut all: BTreeMap<Arc<str>, Measured> = BTreeMap::new();
    for entry in journal {
        // What speaks is told first; what the chart makes of it may already be a new measurement.
        let mut told = entry.promises.iter();
        if let EntryInput::Breach(name) | EntryInput::Warning(name) = &entry.input {
            let first = told.next().unwrap();
            assert_eq!(first.promise, *name);
            let of = all.entry(name.clone()).or_default();
            assert!(
                of.open && !of.breached,
                "{name} speaks too late, or is not open: {entry:?}"
            );
            of.breached = matches!(first.news, News::Breached { .. });
        }
        for timer in &entry.timers.fired {
            let position = definition.timers.iter().position(|known| known.name == *timer).unwrap();
            let id = caseloop::layers::core::TimerId::at(position);
            let climbed = |promise: &&PromiseDef| promise.rungs.iter().any(|rung| rung.timer == id);
            let Some(promise) = definition.promises.iter().find(climbed) else {
                continue;
            };
            let of = all.entry(promise.name.clone()).or_default();
            assert!(of.breached, "{timer} climbs before the breach");
            let rung = promise.rungs.iter().position(|rung| rung.timer == id).unwrap();
            assert_eq!(of.fired, rung, "{timer} climbs out of order, or twice");
            of.fired += 1;
        }
        for PromiseChange { promise, news } in told {
            let of = all.entry(promise.clone()).or_default();
            match news {
                News::Opened(_) | News::Reopened(_) => assert!(!of.open, "{promise} opens twice"),
                _ => assert!(of.open, "{promise} is not open: {entry:?}"),
            }
            match news {
                News::Opened(deadline) | News::Moved(deadline) => {
                    *of = Measured {
                        open: true,
                        due: deadline.due,
                        ..Measured::default()
                    }
                }
                News::Reopened(deadline) => (of.open, of.due) = (true, deadline.due),
                News::Resumed(deadline) | News::Retargeted(deadline) => of.due = deadline.due,
                // The limit rests, and the told date may be another than was due first.
                News::Paused => of.due = None,
                News::Kept { .. } => assert!(
                    !of.breached && of.due.is_none_or(|due| entry.at <= due),
                    "{promise} is kept and was broken: {entry:?}"
                ),
                // What was counted too often at this very instant has not been told yet.
                News::Late { counted, .. } => assert!(
                    of.breached || *counted == Counted::Times || of.due.is_some_and(|due| entry.at > due),
                    "{promise} is late and was not broken: {entry:?}"
                ),
                News::Warned | News::Breached { .. } => panic!("{promise} speaks out of turn: {entry:?}"),
                _ => {}
            }
            if let News::Kept { .. } | News::Late { .. } | News::Cancelled = news {
                of.open = false;
            }
        }
        if entry.configuration.iter().all(|leaf| {
            let state = definition.states.iter().find(|state| state.name == *leaf);
            state.is_some_and(|s| s.kind == Kind::Final && s.parent.is_some_and(|p| p.index() == 0))
        }) {
            assert!(entry.next_due.is_none(), "something is due after the end");
        }
    }
}

/// A generated workflow with promises, and the journal of a script, for tests of other things.
pub(crate) fn engine_with_promises(chart: &[u16]) -> Engine {
    engine(&with_promises(chart))
}

/// The same, which guarantees of every state that it is never active.
pub(crate) fn engine_with_guarantees(chart: &[u16]) -> Engine {
    let mut text = with_promises(chart);
    // What is counted without end is not explored to the end.
    for (counted, plain) in [
        ("m: m + 1", "m: 3"),
        ("m: m - 2", "m: 0"),
        ("m: m + event.k", "m: event.k"),
        ("has(since) and now > since", "has(since)"),
    ] {
        text = text.replace(counted, plain);
    }
    let known = engine(&text);
    let states = workflow(&known).definition().states.iter().skip(1);
    let names = states
        .map(|state| state.name.clone())
        .filter(|name| !name.contains('.'));
    let names: Vec<_> = names.collect();
    text.push_str("guarantees:\n");
    for name in names {
        let _ = writeln!(text, "  never {name}: {{never: in_state({name})}}");
    }
    engine(&text)
}

/// A script of events and answers.
pub(crate) fn script_with_answers(events: &[u16]) -> Vec<Action> {
    with_answers(script(&mut Tape::new(events)), events)
}

pub(crate) fn told_script(engine: &Engine, events: &[u16]) -> Vec<Entry> {
    told(engine, &script_with_answers(events), Limits::default()).journal
}

/// No entry leaves a promise open while `state` is active.
fn never_open_in(engine: &Engine, promise: &PromiseDef, state: &str, journal: &[Entry]) {
    let states = &workflow(engine).definition().states;
    let mut open = false;
    for entry in journal {
        for change in entry.promises.iter().filter(|change| change.promise == promise.name) {
            match change.news {
                News::Opened(_) | News::Moved(_) | News::Reopened(_) => open = true,
                News::Kept { .. } | News::Late { .. } | News::Cancelled => open = false,
                _ => {}
            }
        }
        let inside = entry.configuration.iter().any(|leaf| {
            let leaf = states.iter().find(|state| state.name == *leaf);
            let mut around = std::iter::successors(leaf, |inner| inner.parent.and_then(|id| states.get(id.index())));
            around.any(|around| *around.name == *state)
        });
        assert!(!(open && inside), "{} is measured in {state}: {entry:?}", promise.name);
    }
}

/// (g) What a lint proves of a promise holds in every life.
fn what_lints_prove_holds(engine: &Engine, journal: &[Entry]) {
    let promises = &workflow(engine).definition().promises;
    for finding in lint(workflow(engine), &[], &[], &caseloop::layers::syntax::Files::default()) {
        let ends = |news: &News| matches!(news, News::Kept { .. } | News::Late { .. });
        // What a message is about it names first.
        let about = finding.message.split('`').nth(1).unwrap();
        let told = |change: &&PromiseChange| *change.promise == *about;
        for change in journal.iter().flat_map(|entry| &entry.promises).filter(told) {
            let against = match finding.code.name {
                "never-measured" => true,
                "never-kept" => ends(&change.news),
                "rests-for-ever" => matches!(change.news, News::Resumed(_)),
                "begins-at-rest" => {
                    let named = |promise: &&PromiseDef| promise.name == change.promise;
                    let promise = promises.iter().find(named).unwrap();
                    let opens = matches!(change.news, News::Opened(deadline) if deadline.due.is_some());
                    opens && promise.new_level.is_none()
                }
                _ => false,
            };
            assert!(!against, "{}: {change:?}", finding.message);
        }
        if finding.code.name == "ends-as-it-begins" {
            for entry in journal {
                let mut told = entry.promises.iter().filter(told).map(|change| &change.news);
                while let Some(news) = told.next() {
                    let next = told.clone().next();
                    let again = matches!(next, Some(News::Opened(_) | News::Reopened(_)));
                    assert!(!ends(news) || again, "{}: {entry:?}", finding.message);
                }
            }
        }
        let fired = journal.iter().flat_map(|entry| &entry.timers.fired);
        let climbs = |timer: &Arc<str>| **timer == *about;
        let against = finding.code.name == "never-climbed" && fired.into_iter().any(climbs);
        assert!(!against, "{}", finding.message);
        if finding.code.name == "never-rests" {
            let promise = promises.iter().find(|promise| *promise.name == *about).unwrap();
            let states = promise.paused_in.iter().map(|state| workflow(engine).state(*state));
            let state = states
                .into_iter()
                .find(|state| finding.message.ends_with(&format!("`{}`", state.name)))
                .unwrap();
            never_open_in(engine, promise, &state.name, journal);
        }
    }
}

/// (h) Where nothing was heard of late, what is folded of the journal is what was told at the time.
fn what_is_explained_is_what_was_told(engine: &Engine, journal: &[Entry]) {
    #[derive(Default)]
    struct Told {
        broken: Option<caseloop::Instant>,
        ended: Option<caseloop::Instant>,
    }
    for promise in &workflow(engine).definition().promises {
        let mut told: Vec<Told> = Vec::new();
        for entry in journal {
            for change in entry.promises.iter().filter(|change| change.promise == promise.name) {
                match (&change.news, told.last_mut()) {
                    (News::Opened(_) | News::Moved(_), last) => {
                        if let Some(last) = last {
                            last.ended = last.ended.or(Some(entry.at));
                        }
                        told.push(Told::default());
                    }
                    (News::Reopened(_), Some(last)) => last.ended = None,
                    (News::Breached { .. }, Some(last)) => last.broken = Some(entry.at),
                    (News::Kept { .. } | News::Late { .. } | News::Cancelled, Some(last)) => {
                        last.ended = Some(entry.at);
                    }
                    _ => {}
                }
            }
        }
        let told: Vec<_> = told.iter().map(|told| (told.broken, told.ended)).collect();
        let accounts = engine.explain(workflow(engine), journal, &promise.name).unwrap();
        let explained: Vec<_> = accounts
            .iter()
            .map(|account| (account.broken, account.ended.map(|(at, _)| at)))
            .collect();
        assert_eq!(told, explained, "{}", promise.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_case_keeps_the_laws_with_promises((chart, events) in tapes()) {
        let engine = engine(&with_promises(&chart));
        let script = with_answers(script(&mut Tape::new(&events)), &events);
        let plain = told(&engine, &script, Limits::default());
        cadence_changes_nothing(&engine, &script, &plain);
        the_journal_gives_the_case(&engine, &plain);
        storing_changes_nothing(&engine, &script, &plain);
        failed_steps_change_nothing(&engine, &script, &plain);
        next_due_is_when_something_happens(&engine, &script);
        each_rung_climbs_once(&engine, &plain.journal);
        what_lints_prove_holds(&engine, &plain.journal);
        what_is_explained_is_what_was_told(&engine, &plain.journal);
    }
}
