//! Events that are heard of late: the chart runs when they arrive, promises count them when they occurred.

use crate::laws::engine_with_promises;
use crate::running::{Action, What, action, engine, instant, workflow};
use crate::shown::line;
use caseloop::{Account, Case, Chronicle, Engine, EngineError, Entry, Event, Verdict};
use proptest::prelude::*;

/// A case whose host keeps its chronicle.
struct Life<'e> {
    engine: &'e Engine,
    told: Option<Chronicle>,
    journal: Vec<Entry>,
}

impl<'e> Life<'e> {
    fn new(engine: &'e Engine) -> Self {
        Self {
            engine,
            told: None,
            journal: Vec::new(),
        }
    }

    fn of(engine: &'e Engine, lines: &[&str]) -> Self {
        let mut life = Self::new(engine);
        for line in lines {
            life.take(line).unwrap();
        }
        life
    }

    /// Takes `12 answer @10`: heard of at 12, occurred at 10.
    fn take(&mut self, line: &str) -> Result<(), EngineError> {
        let (line, occurred) = match line.split_once(" @") {
            Some((line, occurred)) => (line, Some(occurred.parse().unwrap())),
            None => (line, None),
        };
        self.act(&action(line), occurred)
    }

    fn act(&mut self, action: &Action, occurred: Option<i64>) -> Result<(), EngineError> {
        let now = instant(action.at);
        loop {
            let outcome = match (&action.what, &self.told) {
                (What::Start(data), _) => {
                    let data = data.iter().map(|(name, value)| (name.as_str(), value.clone()));
                    self.engine.start(workflow(self.engine).name(), "c", now, data)?
                }
                (What::Tick, Some(told)) => self.engine.tick(told.case(), now)?,
                (What::Event { name, by, data }, Some(told)) => {
                    let mut event = Event::new(name.as_str());
                    event = by.iter().fold(event, |event, role| event.by(role.as_str()));
                    event = data
                        .iter()
                        .fold(event, |event, (name, value)| event.with(name.as_str(), value.clone()));
                    event = occurred
                        .iter()
                        .fold(event, |event, occurred| event.occurred(instant(*occurred)));
                    self.engine.send_late(told, now, &event)?
                }
                (_, None) => panic!("the case has not begun"),
            };
            let verdict = outcome.verdict;
            self.journal.extend(outcome.journal.iter().cloned());
            match &mut self.told {
                Some(told) => told.follow(outcome),
                None => self.told = Some(Chronicle::of(outcome)),
            }
            if verdict != Verdict::Behind {
                return Ok(());
            }
        }
    }

    fn case(&self) -> &Case {
        self.told.as_ref().unwrap().case()
    }

    fn lines(&self) -> Vec<String> {
        self.journal.iter().map(line).collect()
    }

    /// The last entry, without when and what.
    fn last(&self) -> String {
        let line = self.lines().pop().unwrap();
        line.split_once(", by ")
            .unwrap()
            .1
            .split_once(", ")
            .map_or_else(String::new, |(_, rest)| rest.to_owned())
    }

    fn accounts(&self, promise: &str) -> Vec<Account> {
        let workflow = self.case().workflow();
        self.engine.explain(workflow, &self.journal, promise).unwrap()
    }

    /// The journal gives the case again, and its stored form is taken up.
    fn is_whole(&self) {
        let written = serde_json::to_string(&self.journal).unwrap();
        let journal: Vec<Entry> = serde_json::from_str(&written).unwrap();
        let again = self.engine.replay(self.case().workflow(), &journal).unwrap();
        assert_eq!(again, self.told);
        let stored = serde_json::to_string(self.case()).unwrap();
        let restored = self.engine.restore_json(&stored);
        let restored = restored.unwrap_or_else(|error| panic!("{error}\n{stored}\n{:#?}", self.lines()));
        assert_eq!(&restored, self.case());
    }
}

/// A workflow of two states with these promises, in which every event is taken.
fn text(promises: &str) -> String {
    format!(
        "
workflow: a
version: 1
events: {{ask: {{}}, answer: {{}}, hold: {{}}, back: {{}}, note: {{}}, raise: {{}}, end: {{}}}}
effects: {{say: {{what: template}}}}
levels: [{{name: low}}, {{name: high}}]
ladders: {{up: [{{name: one, do: {{say: {{what: one}}}}}}, {{name: two, after: 5 ms, do: {{say: {{what: two}}}}}}]}}
promises: {{{promises}}}
start: here
states:
  open:
    start: here
    when:
      ask: {{stay: true}}
      answer: {{stay: true}}
      note: {{stay: true}}
      raise: {{set: {{level: high}}, stay: true}}
      end: {{go: over}}
    states:
      here: {{when: {{hold: {{go: held}}, back: {{stay: true}}}}}}
      held: {{when: {{back: {{go: here}}, hold: {{stay: true}}}}}}
  over: {{final: true}}
"
    )
    .replace("start: here\nstates:", "start: open\nstates:")
}

fn told(promises: &str, lines: &[&str]) -> Vec<String> {
    let engine = engine(&text(promises));
    let life = Life::of(&engine, lines);
    life.is_whole();
    life.lines()
}

const REPLY: &str =
    "reply: {within: 20 ms, from: ask, until: answer, ladder: up, warn: {at: 50 %, do: {say: {what: soon}}}}";

#[test]
fn an_answer_in_time_that_is_heard_of_late_corrects_the_breach() {
    let lines = told(REPLY, &["0 start", "10 ask", "40 answer @25"]);
    assert_eq!(
        lines[2..],
        [
            "20 reply warned, by reply_warn, !say(what: \"soon\"), reply warned",
            "30 reply breached, by reply_one, !say(what: \"one\"), reply breached",
            "35 timer reply_two, by reply_two, !say(what: \"two\")",
            "40 answer, by open.answer, reply kept 5, reply since 10 corrected: 30 broken -> 30 left 5",
        ]
    );
}

#[test]
fn an_answer_that_was_late_is_late_by_when_it_occurred() {
    let lines = told(REPLY, &["0 start", "10 ask", "60 answer @33"]);
    assert_eq!(lines[5], "60 answer, by open.answer, reply late 3");
}

#[test]
fn the_earlier_of_two_answers_counts() {
    let lines = told(REPLY, &["0 start", "10 ask", "33 answer", "40 answer @29"]);
    assert_eq!(
        lines[4..],
        [
            "33 answer, by open.answer, reply late 3",
            "40 answer, by open.answer, reply kept 1, reply since 10 corrected: 30 broken left -3 -> 30 left 1",
        ]
    );
    // An answer before the question is none to it.
    let before = told(REPLY, &["0 start", "10 ask", "15 answer @5", "25 answer"]);
    assert_eq!(
        before[2..],
        [
            "15 answer, by open.answer",
            "20 reply warned, by reply_warn, !say(what: \"soon\"), reply warned",
            "25 answer, by open.answer, reply kept 5",
        ]
    );
}

#[test]
fn a_question_that_is_heard_of_late_is_measured_from_when_it_was_asked() {
    // What is over by then is said at once, and once.
    let lines = told(REPLY, &["0 start", "15 ask @10", "40 ask @12", "60 tick"]);
    assert_eq!(
        lines[1..],
        [
            "15 ask, by open.ask, reply opened 30",
            "20 reply warned, by reply_warn, !say(what: \"soon\"), reply warned",
            "30 reply breached, by reply_one, !say(what: \"one\"), reply breached",
            "35 timer reply_two, by reply_two, !say(what: \"two\")",
            "40 ask, by open.ask, reply cancelled, reply opened 32, reply since 10 corrected: 30 broken -> 30",
            "40 reply breached, by reply_one, !say(what: \"one\"), reply breached Late",
            "45 timer reply_two, by reply_two, !say(what: \"two\")",
        ]
    );
    let answered = told(REPLY, &["0 start", "20 answer", "40 ask @10"]);
    assert_eq!(
        answered[2],
        "40 ask, by open.ask, reply opened 30, reply since 10 corrected: 30 -> 30 left 10"
    );
}

#[test]
fn a_rest_that_is_heard_of_late_moves_the_deadline_and_a_second_breach_is_one() {
    let resting = "reply: {within: 20 ms, from: ask, until: answer, paused_in: held, ladder: up}";
    let engine = engine(&text(resting));
    let mut life = Life::of(&engine, &["0 start", "10 ask", "32 hold @15"]);
    assert_eq!(
        life.last(),
        "-here, +held, reply paused, reply since 10 corrected: 30 broken -> never = held"
    );
    life.take("34 back").unwrap();
    assert_eq!(life.last(), "-held, +here, reply resumed 49 = here");
    life.take("60 tick").unwrap();
    assert_eq!(
        life.lines()[5..],
        [
            "49 reply breached, by reply_one, !say(what: \"one\"), reply breached",
            "54 timer reply_two, by reply_two, !say(what: \"two\")"
        ]
    );
    life.is_whole();
    // It went on earlier than was known, so it was broken while it was thought to rest.
    let lines = told(resting, &["0 start", "10 ask", "15 hold", "40 back @16", "50 tick"]);
    assert_eq!(
        lines[3..],
        [
            "40 back, by held.back, -held, +here, reply resumed 31 = here",
            "40 reply breached, by reply_one, !say(what: \"one\"), reply breached Late",
            "45 timer reply_two, by reply_two, !say(what: \"two\")"
        ]
    );
}

#[test]
fn what_happened_too_often_counts_when_it_occurred() {
    let promises = "quiet: {at_most: 1, counts: note, from: ask, until: answer}";
    let lines = told(promises, &["0 start", "10 ask", "15 note", "20 answer", "30 note @18"]);
    assert_eq!(
        lines[4],
        "30 note, by open.note, quiet since 10 corrected: never left 0 -> never broken left -1"
    );
    let lines = told(promises, &["0 start", "10 ask", "15 note", "30 note @18", "31 tick"]);
    assert_eq!(
        lines[3..],
        ["30 note, by open.note", "30 quiet breached, quiet breached Count"]
    );
}

#[test]
fn a_level_that_was_higher_earlier_shortens_what_was_measured_since() {
    let promises =
        "reply: {within: {high: 10 ms, otherwise: 20 ms}, from: ask, until: answer, new_level: keep_elapsed}";
    let lines = told(promises, &["0 start", "10 ask", "25 answer", "30 raise @12"]);
    assert_eq!(
        lines[3],
        "30 raise, by open.raise, level=high, reply retargeted 20, reply since 10 corrected: 30 left 5 -> 20 broken left -5"
    );
    // A question after it is measured by the higher level too.
    let lines = told(promises, &["0 start", "10 ask", "14 raise @9", "15 tick", "30 tick"]);
    assert_eq!(
        lines[2..],
        [
            "14 raise, by open.raise, level=high, reply since 10 corrected: 30 -> 20",
            "20 reply breached, reply breached"
        ]
    );
}

#[test]
fn what_does_not_concern_a_promise_leaves_it_alone() {
    let two = "one: {within: 20 ms, from: ask, until: answer}, other: {within: 5 ms, from: ask, until: note}";
    let lines = told(two, &["0 start", "10 ask", "20 answer @15"]);
    assert_eq!(
        lines[2..],
        [
            "15 other breached, other breached",
            "20 answer, by open.answer, one kept 15"
        ]
    );
}

#[test]
fn a_case_without_promises_notes_when_it_occurred() {
    let engine = engine(
        "
workflow: a
events: {go: {}}
start: here
states: {here: {when: {go: {go: over}}}, over: {final: true}}
",
    );
    let mut life = Life::of(&engine, &["0 start"]);
    let event = Event::new("go").occurred(instant(3));
    let outcome = engine.send(life.case(), instant(5), &event).unwrap();
    let written = serde_json::to_value(&outcome.journal[0].input).unwrap();
    assert_eq!(written["event"]["occurred"], "1970-01-01T00:00:00.003Z");
    let early = engine.send(life.case(), instant(2), &event);
    let EngineError::NotYet { occurred, now } = early.unwrap_err() else {
        panic!()
    };
    assert_eq!((occurred.0, now.0), (3, 2));
    life.take("5 go @3").unwrap();
    life.is_whole();
}

#[test]
fn a_late_event_needs_what_was_heard_before() {
    let engine = engine(&text(REPLY));
    let life = Life::of(&engine, &["0 start", "10 ask"]);
    let late = Event::new("answer").occurred(instant(12));
    assert_eq!(
        engine.send(life.case(), instant(15), &late),
        Err(EngineError::NeedsChronicle)
    );
    // One that occurs as it is heard of is not late.
    let now = engine.send(life.case(), instant(12), &late).unwrap();
    assert_eq!(line(&now.journal[0]), "12 answer, by open.answer, reply kept 18");
}

#[test]
fn as_it_was_and_as_it_was_known() {
    let engine = engine(&text(REPLY));
    let life = Life::of(&engine, &["0 start", "10 ask", "40 answer @25"]);
    let was = life.accounts("reply");
    assert_eq!((was[0].broken, was[0].ended.map(|(at, _)| at.0)), (None, Some(25)));
    assert_eq!(was[0].used.counted, 15);
    let until_then = &life.journal[..5];
    let known = engine.explain(life.case().workflow(), until_then, "reply").unwrap();
    assert_eq!((known[0].broken.map(|at| at.0), known[0].ended), (Some(30), None));
    assert_eq!(known[0].used.counted, 25);
}

/// The promises of the law of arrival: each event is taken in every state, and no state is of one promise alone.
const ARRIVING: [&str; 6] = [
    "p: {within: 20 ms, from: ask, until: answer, paused_in: held, warn: [{at: 50 %, do: {say: {what: soon}}}], ladder: up}",
    "p: {within: 12 ms, from: [ask, note], until: answer, cancel: raise, reopen: continue}",
    "p: {within: 12 ms, from: ask, restart: note, until: answer, reopen: resume}",
    "p: {within: {high: 8 ms, otherwise: 30 ms}, from: ask, until: answer, new_level: keep_elapsed}",
    "p: {within: 25 ms, from: ask, until: answer, reopen: ignore}",
    "p: {at_most: 1, counts: note, from: ask, until: answer}",
];

/// What an account says, without what a case with more entries says differently.
fn plain(account: &Account) -> String {
    let Account {
        number,
        since,
        limit,
        due,
        broken,
        ended,
        used,
        ..
    } = account;
    format!(
        "{number} since {since} within {limit:?} due {due:?} broken {broken:?} ended {ended:?} used {}",
        used.counted
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever comes late, the journal gives the case, and the case can be stored.
    #[test]
    fn late_events_keep_a_case_whole((chart, events) in crate::generated::tapes(), delays in prop::collection::vec(0_i64..40, 1..20)) {
        let engine = engine_with_promises(&chart);
        let script = crate::laws::script_with_answers(&events);
        let mut life = Life::new(&engine);
        for (action, delay) in script.iter().zip(delays.iter().cycle()) {
            life.act(action, Some(action.at - delay).filter(|_| delay % 3 != 0)).unwrap();
        }
        life.act(&crate::running::tick(1_000), None).unwrap();
        life.is_whole();
        for promise in &workflow(&engine).definition().promises {
            for account in life.accounts(&promise.name) {
                assert_eq!(account.used.parts.iter().map(|part| part.counted).sum::<i64>(), account.used.counted);
            }
        }
    }

    /// In whatever order events arrive, what is measured is what occurred. All is heard of after the chart has rested:
    /// `hold` and `back` come in their order, which is the chart's.
    #[test]
    fn arrival_order_does_not_matter(
        promises in prop::sample::select(&ARRIVING[..]),
        names in prop::collection::vec(prop::sample::select(vec!["ask", "answer", "note", "raise"]), 1..9),
        gaps in prop::collection::vec(1_i64..15, 9),
        order in prop::collection::vec(0_u16..100, 9),
    ) {
        let engine = engine(&text(promises));
        let mut at = 0;
        // What an event changes of the case counts when the event occurred that changed it, and only the first raises.
        let first = names.iter().position(|name| *name == "raise");
        let names: Vec<&str> = names.iter().enumerate().filter(|(at, name)| **name != "raise" || Some(*at) == first).map(|(_, name)| *name).collect();
        let marks: Vec<(i64, &str)> = names.iter().zip(&gaps).map(|(name, gap)| {
            at += gap;
            (at, *name)
        }).collect();
        let mut on_time = Life::of(&engine, &["0 start"]);
        for (at, name) in &marks {
            on_time.take(&format!("{at} {name}")).unwrap();
        }
        let mut late = Life::of(&engine, &["0 start"]);
        let mut arrivals: Vec<(u16, i64, &str)> = marks.iter().zip(&order).map(|((at, name), order)| (*order, *at, *name)).collect();
        arrivals.sort_unstable();
        let mut now = 0;
        for (_, at, name) in arrivals {
            now = (now + 1).max(at);
            late.take(&format!("{now} {name} @{at}")).unwrap();
        }
        let end = now + 1;
        on_time.take(&format!("{end} back")).unwrap();
        late.take(&format!("{end} back")).unwrap();
        late.is_whole();
        let accounts = |life: &Life<'_>| life.accounts("p").iter().map(plain).collect::<Vec<_>>();
        assert_eq!(accounts(&on_time), accounts(&late), "{:#?}\n{:#?}", on_time.lines(), late.lines());
    }
}
