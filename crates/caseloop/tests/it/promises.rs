//! What the guide says of promises, ladders, levels and revisits, told as journals.

use crate::running::{Running, action, engine, told, workflow};
use caseloop::Instant;

const HEAD: &str = "
workflow: a
version: 1
roles: [agent, chief]
events: {ask: {}, answer: {}, done: {}, hold: {}, back: {}, told: {by: time}, end: {}}
effects: {say: {what: template}}
";

/// A workflow of one state, `here`, and `hold`, in which promises rest.
fn text(promises: &str) -> String {
    format!(
        "{HEAD}{promises}
start: here
states:
  here: {{when: {{ask: {{stay: true}}, answer: {{stay: true}}, told: {{stay: true}}, hold: {{go: held}}, end: {{go: over}}}}}}
  held: {{when: {{back: {{go: here}}, answer: {{stay: true}}}}}}
  over: {{final: true}}
"
    )
    .replace("done: {}, ", "")
}

#[test]
fn done_at_the_deadline_is_kept_and_a_moment_later_is_late() {
    let text = text("promises: {reply: {within: 10 ms, from: ask, until: answer}}");
    let kept = told(&text, &["0 start", "1 ask", "11 answer", "50 tick"]);
    assert_eq!(
        kept[1..],
        [
            "1 ask, by here.ask, reply opened 11",
            "11 answer, by here.answer, reply kept 0"
        ]
    );
    let late = told(&text, &["0 start", "1 ask", "12 answer"]);
    assert_eq!(
        late[2..],
        [
            "11 reply breached, reply breached",
            "12 answer, by here.answer, reply late 1"
        ]
    );
}

#[test]
fn the_breach_and_its_rungs_come_first_then_the_chart_hears_of_it() {
    let text = "
workflow: a
version: 1
events: {end: {}}
effects: {say: {what: template}}
ladders: {up: [{name: one, do: {say: {what: one}}}, {name: two, after: 5 ms, do: {say: {what: two}}, go: over}]}
promises: {p: {within: 10 ms, from: start, until: end, ladder: up, warn: {at: 50 %, do: {say: {what: soon}}}}}
start: here
states:
  here:
    when: {p.breached: {do: {say: {what: heard}}, go: there}, p.warned: {do: {say: {what: warned}}}}
    timers: {late: {after: 10 ms, do: {say: {what: timer}}}}
  there: {timers: {late: {after: 5 ms, do: {say: {what: last}}}}}
  over: {final: true}
";
    let journal = told(text, &["0 start", "100 tick"]);
    let expected = [
        "0 start, +here, here.late@10, p opened 10 = here",
        "5 p warned, by p_warn, by here.p.warned, !say(what: \"soon\"), !say(what: \"warned\"), p warned",
        "10 p breached, by p_one, by here.p.breached, -here, +there, !say(what: \"one\"), !say(what: \"heard\"), \
         ~here.late, there.late@15, p breached = there",
        "15 timer p_two, by p_two, -there, +over, !say(what: \"two\"), ~there.late, p cancelled = over",
    ];
    assert_eq!(journal, expected);
}

#[test]
fn a_time_of_the_case_may_have_a_condition() {
    let text = text(
        "case: {received: {type: time, optional: true}, vip: {type: bool, default: true}}
promises:
  told:  {within: 10 ms, from: case.received if has(case.received) and vip, until: answer}
  plain: {within: 10 ms, from: case.received if not vip and has(case.received), until: answer}",
    );
    let start = |data: &str| told(&text, &[&format!("5 start {data}")]).remove(0);
    let received = "1970-01-01T00:00:00.002Z";
    assert_eq!(
        start(&format!("{{\"received\": \"{received}\"}}")),
        "5 start, +here, told opened 12 = here"
    );
    assert_eq!(
        start(&format!("{{\"received\": \"{received}\", \"vip\": false}}")),
        "5 start, +here, plain opened 12 = here"
    );
    assert_eq!(start("{}"), "5 start, +here = here");
}

#[test]
fn a_new_start_cancels_what_runs_and_a_new_date_moves_it() {
    let limits = text("promises: {p: {within: 10 ms, from: ask, until: answer}}");
    let journal = told(&limits, &["0 start", "1 ask", "4 ask", "14 answer"]);
    assert_eq!(journal[2], "4 ask, by here.ask, p cancelled, p opened 14");
    assert_eq!(journal[3], "14 answer, by here.answer, p kept 0");

    let dates = text("promises: {p: {by: event.by, within: 100 ms, from: told, until: answer}}");
    let at = |ms: i64| format!("1970-01-01T00:00:00.0{ms:02}Z");
    let (early, later) = (
        format!("1 told {{\"by\": \"{}\"}}", at(30)),
        format!("5 told {{\"by\": \"{}\"}}", at(90)),
    );
    let journal = told(&dates, &["0 start", &early, &later, "200 tick"]);
    assert_eq!(journal[1], "1 told, by here.told, p opened 30");
    assert_eq!(journal[2], "5 told, by here.told, p moved 90");
    assert_eq!(journal[3], "90 p breached, p breached");
}

#[test]
fn it_rests_in_the_states_that_say_so_and_so_does_its_ladder() {
    let text = text(
        "ladders: {up: [{name: one, after: 5 ms, do: {say: {what: one}}}]}
promises: {p: {within: 10 ms, from: start, until: answer, paused_in: held, ladder: up}}",
    );
    let journal = told(
        &text,
        &["0 start", "4 hold", "50 back", "58 hold", "90 back", "200 tick"],
    );
    let expected = [
        "0 start, +here, p opened 10 = here",
        "4 hold, by here.hold, -here, +held, p paused = held",
        "50 back, by held.back, -held, +here, p resumed 56 = here",
        "56 p breached, p breached",
        "58 hold, by here.hold, -here, +held, p paused = held",
        "90 back, by held.back, -held, +here, p resumed 88 = here",
        "93 timer p_one, by p_one, !say(what: \"one\")",
    ];
    assert_eq!(journal, expected);
}

#[test]
fn first_entering_opens_one_measurement_a_case() {
    let text = text("promises: {p: {within: 10 ms, from: first entering held, until: answer}}");
    let journal = told(
        &text,
        &["0 start", "1 hold", "2 answer", "3 back", "4 hold", "5 end", "60 tick"],
    );
    assert_eq!(journal[1], "1 hold, by here.hold, -here, +held, p opened 11 = held");
    assert_eq!(journal[4], "4 hold, by here.hold, -here, +held = held");
}

#[test]
fn a_mark_may_have_a_condition_judged_before_its_event_is_taken() {
    let text = "
workflow: a
version: 1
case: {k: {type: count, max: 9, default: 0}}
events: {add: {}, end: {}}
promises: {p: {within: 10 ms, from: add if k == 1, until: leaving here if k >= 3}}
start: here
states:
  here: {when: {add: {if: k < 9, set: {k: k + 1}}, end: {go: over}}}
  over: {final: true}
";
    let journal = told(text, &["0 start", "1 add", "2 add", "3 add", "4 end"]);
    assert_eq!(journal[1], "1 add, by here.add, k=1");
    assert_eq!(journal[2], "2 add, by here.add, k=2, p opened 12");
    assert_eq!(journal[4], "4 end, by here.end, -here, +over, p kept 8 = over");
}

#[test]
fn a_limit_by_level_restarts_or_goes_on() {
    let text = |way: &str| {
        format!(
            "
workflow: a
version: 1
levels: [{{name: low, limit: 50 ms}}, {{name: high, limit: 10 ms}}]
events: {{raise: {{}}, end: {{}}}}
promises: {{p: {{within: level.limit, new_level: {way}, from: start, until: end}}}}
start: here
states:
  here: {{when: {{raise: {{set: {{level: high}}}}, end: {{go: over}}}}}}
  over: {{final: true}}
"
        )
    };
    let journal = told(&text("restart"), &["0 start", "20 raise", "30 end"]);
    assert_eq!(
        journal[1],
        "20 raise, by here.raise, level=high, p cancelled, p opened 30"
    );
    let journal = told(&text("keep_elapsed"), &["0 start", "20 raise", "30 end"]);
    assert_eq!(journal[1], "20 raise, by here.raise, level=high, p retargeted 10");
    assert_eq!(
        journal[2], "20 p breached, p breached NewLevel",
        "dated at the change, not before"
    );
}

#[test]
fn it_may_be_measured_from_a_time_of_the_case() {
    let text = "
workflow: a
version: 1
case: {received: time}
events: {end: {}}
promises: {p: {within: 50 ms, from: case.received, until: end}}
start: here
states: {here: {when: {end: {go: over}}}, over: {final: true}}
";
    let start =
        |at: &str, received: i64| format!("{at} start {{\"received\": \"1970-01-01T00:00:00.0{received:02}Z\"}}");
    assert_eq!(
        told(text, &[&start("40", 10)])[0],
        "40 start, +here, p opened 60 = here"
    );
    assert_eq!(
        told(text, &[&start("90", 10), "95 tick"])[1],
        "90 p breached, p breached Late"
    );
    let ahead = told(text, &[&start("40", 90)]);
    assert_eq!(
        ahead[0], "40 start, +here, p opened 90 = here",
        "never from later than the start"
    );
}

#[test]
fn conditions_see_what_remains() {
    let text = "
workflow: a
version: 1
events: {ask: {}, end: {}}
effects: {say: {what: template}}
promises: {p: {within: 10 ms, from: start, until: end}}
start: here
states:
  here:
    when:
      ask:
        - if: has(promise.p.remaining) and promise.p.remaining < 4 ms
          do: {say: {what: hurry}}
        - {stay: true}
      end: {go: over}
  over: {final: true}
";
    let journal = told(text, &["0 start", "6 ask", "7 ask", "20 ask"]);
    assert!(!journal[1].contains("hurry"));
    assert!(journal[2].contains("hurry") && journal[4].contains("hurry"));
}

const REVISIT: &str = "
workflow: a
version: 1
events: {solved: {}, revisited: {result: {one_of: [good, bad, nobody]}}}
start: working
states:
  working: {when: {solved: {go: follow_up}}}
  follow_up:
    revisit:
      answer: revisited.result
      within: 20 ms
      good: {is: good, go: closed}
      bad: {is: bad, reopen: working, at_most: 1, then: desk}
      nobody: {is: nobody, retry: true, at_most: 2, then: open}
  desk: {when: {solved: {go: follow_up}}}
  closed: {final: closed_loop}
  open: {final: open_loop}
";

#[test]
fn a_revisit_reopens_asks_again_and_is_measured() {
    let journal = told(
        REVISIT,
        &[
            "0 start",
            "1 solved",
            "2 revisited {\"result\": \"nobody\"}",
            "3 revisited {\"result\": \"nobody\"}",
            "4 revisited {\"result\": \"bad\"}",
            "5 solved",
            "6 revisited {\"result\": \"bad\"}",
            "7 solved",
            "8 revisited {\"result\": \"nobody\"}",
            "9 revisited {\"result\": \"good\"}",
        ],
    );
    let short: Vec<&str> = journal.iter().map(|line| line.split(", no ").next().unwrap()).collect();
    assert_eq!(
        short[1],
        "1 solved, by working.solved, -working, +follow_up, follow_up_retried=0, follow_up opened 21 = follow_up"
    );
    let told = |number: usize, words: &[&str]| {
        for word in words {
            assert!(journal[number].contains(word), "{word} in {}", journal[number]);
        }
    };
    told(2, &["by follow_up.nobody", "follow_up_retried=1"]);
    told(3, &["by follow_up.nobody", "follow_up_retried=2"]);
    told(
        4,
        &[
            "by follow_up.bad",
            "+working",
            "follow_up_reopened=1",
            "follow_up kept 17",
        ],
    );
    told(5, &["follow_up_retried=0", "follow_up opened 25"]);
    told(6, &["by follow_up.bad_then", "+desk", "follow_up kept 19"]);
    told(8, &["by follow_up.nobody", "follow_up_retried=1"]);
    told(9, &["by follow_up.good", "+closed", "follow_up kept 18"]);
}

#[test]
fn the_clock_of_a_revisit_runs_on_while_nobody_is_reached() {
    let nobody = "2 revisited {\"result\": \"nobody\"}";
    let journal = told(REVISIT, &["0 start", "1 solved", nobody, "100 tick"]);
    assert_eq!(journal.last().unwrap(), "21 follow_up breached, follow_up breached");
}

#[test]
fn a_parameter_of_none_leads_on_at_once() {
    let text = "
workflow: a
version: 1
parameters: {most: {is: 0}}
events: {asked: {r: {one_of: [good, nobody]}}}
start: asking
states:
  asking:
    revisit:
      answer: asked.r
      within: 9 ms
      good: {is: good, go: over}
      nobody: {is: nobody, retry: true, at_most: param.most, then: over}
  over: {final: true}
";
    let journal = told(text, &["0 start", "1 asked {\"r\": \"nobody\"}"]);
    assert!(
        journal[1].contains("by asking.nobody_then, -asking, +over"),
        "{journal:?}"
    );
}

#[test]
fn a_promise_that_begins_again_in_the_past_for_ever_is_told() {
    let text = "
workflow: a
version: 1
events: {end: {}}
promises: {p: {within: 0 s, from: entering here, until: end}}
start: here
states:
  here: {when: {p.breached: {go: here}, end: {go: over}}}
  over: {final: true}
";
    let engine = engine(text);
    let begun = engine.start("a", "c", Instant(5).to_utc().unwrap(), []).unwrap();
    let error = engine
        .tick(&begun.case, Instant(6).to_utc().unwrap())
        .unwrap_err()
        .to_string();
    assert_eq!(error, "the limit of 10000 macrosteps due at one instant was reached");
}

#[test]
fn what_ends_at_the_instant_at_which_its_deadline_was_over_is_late() {
    let text = "
workflow: a
version: 1
case: {received: time}
events: {end: {}, more: {}}
promises: {p: {within: 10 ms, from: case.received, until: end, paused_in: waiting}}
start: here
states:
  here: {when: {end: {go: over}}}
  waiting: {when: {end: {go: over}}}
  over: {final: true}
";
    let start = "90 start {\"received\": \"1970-01-01T00:00:00.050Z\"}";
    let here = told(text, &[start, "90 end"]);
    assert_eq!(here[1], "90 end, by here.end, -here, +over, p late 30 = over");
    let resting = text.replace("start: here", "start: waiting");
    let waiting = told(&resting, &[start, "95 end"]);
    assert_eq!(waiting[1], "90 p breached, p breached Late", "at rest too");
    assert_eq!(waiting[2], "95 end, by waiting.end, -waiting, +over, p late 30 = over");
}

#[test]
fn once_in_a_case_is_said_of_one_beginning_and_not_of_the_others() {
    let text = "
workflow: a
version: 1
events: {end: {}, next: {}}
promises: {p: {within: 50 ms, from: [start, first entering there], until: end}}
start: here
states:
  here: {when: {next: {go: there}, end: {go: over}}}
  there: {when: {next: {go: here}, end: {go: over}}}
  over: {final: true}
";
    let lines = told(text, &["0 start", "10 next", "20 next", "30 next", "40 end"]);
    assert_eq!(
        lines[1],
        "10 next, by here.next, -here, +there, p cancelled, p opened 60 = there"
    );
    assert_eq!(lines[3], "30 next, by here.next, -here, +there = there");
}

#[test]
fn a_number_a_table_a_heartbeat_and_a_second_beginning() {
    let text = "
workflow: a
version: 1
levels: [{name: low}, {name: high}]
case: {tier: {one_of: [gold, silver], default: silver}}
events: {rang: {}, raise: {}, told: {}, solved: {}, again: {}, end: {}}
promises:
  rings: {at_most: 2, counts: rang, from: start, until: told}
  limit: {within: {by: [level, tier], low: {gold: 40 ms, silver: 80 ms}, otherwise: 20 ms}, new_level: proportional, from: start, until: solved}
  news: {within: 30 ms, from: start, restart: told, until: end}
  whole: {within: 100 ms, from: [start, again], until: solved, reopen: resume}
start: here
states:
  here:
    when:
      rang: {stay: true}
      raise: {set: {level: high}}
      told: {stay: true}
      solved: {stay: true}
      again: {stay: true}
      end: {go: over}
  over: {final: true}
";
    let script = [
        "0 start",
        "1 rang",
        "2 rang",
        "3 rang",
        "4 told",
        "20 raise",
        "35 solved",
        "55 again",
        "60 end",
    ];
    let lines = told(text, &script);
    assert_eq!(
        lines[0],
        "0 start, +here, rings opened never, limit opened 80, news opened 30, whole opened 100 = here"
    );
    assert_eq!(lines[4], "3 rings breached, rings breached Count");
    assert_eq!(
        lines[5],
        "4 told, by here.told, rings late 1, news kept 26, news opened 34"
    );
    assert_eq!(
        lines[6], "20 raise, by here.raise, level=high, limit retargeted 35",
        "a quarter of each"
    );
    assert_eq!(lines[7], "34 news breached, news breached");
    assert_eq!(lines[8], "35 solved, by here.solved, limit kept 0, whole kept 65");
    assert_eq!(lines[9], "55 again, by here.again, whole reopened 120");
    assert_eq!(
        lines[10],
        "60 end, by here.end, -here, +over, news late 26, whole cancelled = over"
    );
}

#[test]
fn a_case_that_is_solved_while_it_rests_keeps_the_rest() {
    let text = text("promises: {whole: {within: 20 ms, from: start, until: answer, paused_in: held}}");
    let lines = told(&text, &["0 start", "5 hold", "90 answer"]);
    assert_eq!(lines[2], "90 answer, by held.answer, whole kept 15");
}

#[test]
fn another_level_keeps_the_rests() {
    let text = "
workflow: a
version: 1
levels: [{name: low, limit: 50 ms}, {name: high, limit: 10 ms}]
events: {hold: {}, back: {}, raise: {}, end: {}}
promises: {p: {within: level.limit, new_level: keep_elapsed, from: start, until: end, paused_in: held}}
start: here
states:
  here: {when: {hold: {go: held}, raise: {set: {level: high}}, end: {go: over}}}
  held: {when: {back: {go: here}}}
  over: {final: true}
";
    let lines = told(text, &["0 start", "4 hold", "30 back", "32 raise", "36 end"]);
    assert_eq!(lines[3], "32 raise, by here.raise, level=high, p retargeted 36");
    assert_eq!(lines[4], "36 end, by here.end, -here, +over, p kept 0 = over");
}

/// The same hour is office time in one region and night in the other; a case that moves keeps what it has used up.
#[test]
fn the_customers_region_chooses_the_calendar() {
    let text = "
workflow: a
version: 1
calendars:
  east: {zone: UTC, weekly: {mon-sun: [\"00:00-12:00\"]}}
  west: {zone: UTC, weekly: {mon-sun: [\"12:00-24:00\"]}}
case: {region: {one_of: [east, west], default: east}}
events: {moved: {to: {one_of: [east, west]}}, end: {}}
promises: {p: {within: 2 working hours, calendar: case.region, from: start, until: end}}
start: here
states:
  here: {when: {moved: {set: {region: event.to}}, end: {go: over}}}
  over: {final: true}
";
    let hour = 3_600_000_i64;
    let east = told(text, &["0 start"]);
    assert_eq!(east[0], format!("0 start, +here, p opened {} = here", 2 * hour));
    let west = told(text, &["0 start {\"region\": \"west\"}"]);
    assert_eq!(west[0], format!("0 start, +here, p opened {} = here", 14 * hour));
    let moves = format!("{hour} moved {{\"to\": \"west\"}}");
    let moved = told(text, &["0 start", &moves]);
    assert!(
        moved[1].ends_with(&format!("p retargeted {}", 13 * hour)),
        "{}",
        moved[1]
    );
}

/// By the calendar that holds now, rests stay rests: of 0 to 14 h the west was open from 12 h, and it rested until 13 h.
#[test]
fn measured_anew_from_the_start_the_new_calendar_has_always_held() {
    let text = "
workflow: a
version: 1
calendars:
  east: {zone: UTC, weekly: {mon-sun: [\"00:00-12:00\"]}}
  west: {zone: UTC, weekly: {mon-sun: [\"12:00-24:00\"]}}
levels: [{name: low}, {name: high}]
case: {region: {one_of: [east, west], default: east}}
events: {moved: {to: {one_of: [east, west]}}, hold: {}, back: {}, end: {}}
promises:
  p:
    within: {low: 20 working hours, high: 5 working hours}
    new_level: from_start
    calendar: case.region
    paused_in: held
    from: start
    until: end
start: here
states:
  here: {when: {moved: {set: {region: event.to, level: high}, stay: true}, hold: {go: held}, end: {go: over}}}
  held: {when: {back: {go: here}}}
  over: {final: true}
";
    let hour = 3_600_000_i64;
    let lines = [
        "0 start".to_owned(),
        format!("{} hold", 2 * hour),
        format!("{} back", 13 * hour),
        format!("{} moved {{\"to\": \"west\"}}", 14 * hour),
        format!("{} end", 15 * hour),
    ];
    let engine = engine(text);
    let mut running = Running::new(&engine);
    for line in &lines {
        running.take(&action(line));
    }
    let told = running.lines();
    assert!(
        told[3].ends_with(&format!("p cancelled, p opened {}", 18 * hour)),
        "{}",
        told[3]
    );
    assert!(told[4].contains(&format!("p kept {}", 3 * hour)), "{}", told[4]);
    let accounts = engine.explain(workflow(&engine), &running.journal, "p").unwrap();
    let used: Vec<(i64, i64)> = accounts.iter().map(|it| (it.used.counted, it.number)).collect();
    assert_eq!(used, [(2 * hour, 1), (2 * hour, 2)]);
    let parts: Vec<(i64, i64)> = accounts[1]
        .used
        .parts
        .iter()
        .map(|part| (part.from / hour, part.counted / hour))
        .collect();
    assert_eq!(parts, [(0, 0), (2, 0), (13, 1), (14, 1)]);

    let many = text.replace("east, west]", "east, west, a, b, c]").replace(
        "calendars:\n",
        "calendars:\n  a: {zone: UTC, weekly: 24x7}\n  b: {zone: UTC, weekly: 24x7}\n  c: {zone: UTC, weekly: 24x7}\n",
    );
    let error = caseloop::compile_text(&many).unwrap_err().to_string();
    assert!(
        error.contains("the promise is measured anew from its start by one of 5 calendars, of at most 4"),
        "{error}"
    );
}

#[test]
fn what_was_withdrawn_and_goes_on_keeps_what_it_used_up() {
    let text = text("promises: {p: {within: 50 ms, from: ask, cancel: drop, until: answer, reopen: resume}}");
    let text = text
        .replace("end: {}", "drop: {}, end: {}")
        .replace("hold: {go: held}", "hold: {go: held}, drop: {stay: true}");
    let lines = told(&text, &["0 start", "10 ask", "30 drop", "100 ask", "110 answer"]);
    assert_eq!(lines[2], "30 drop, by here.drop, p cancelled");
    assert_eq!(lines[3], "100 ask, by here.ask, p reopened 130", "20 of 50 are used up");
    assert_eq!(lines[4], "110 answer, by here.answer, p kept 20");
}

/// 1970-01-01 is a Thursday; timers count by the workflow's calendar, and a limit that is used up at closing time breaks at the
/// next opening where it says so.
#[test]
fn timers_count_working_time_and_an_answer_in_closed_hours_can_be_in_time() {
    let text = "
workflow: a
version: 1
calendars: {office: {zone: UTC, weekly: {mon-fri: [\"09:00-17:00\"]}}}
calendar: office
events: {end: {}}
promises: {strict: {within: 8 working hours, from: start, until: end}, mild: {within: 8 working hours, late: next_opening, from: start, until: end}}
start: here
states:
  here:
    when: {end: {go: over}}
    timers: {hours: {after: 9 working hours, go: over}, days: {after: 2 working days, go: over}, month: {after: 1 month, go: over}}
  over: {final: true}
";
    let hour = 3_600_000_i64;
    let evening = format!("{} end", 20 * hour);
    let lines = told(text, &["0 start", &evening]);
    for (timer, due) in [("hours", 24 + 10), ("days", 4 * 24 + 17), ("month", 31 * 24)] {
        let armed = format!("here.{timer}@{}", due * hour);
        assert!(lines[0].contains(&armed), "{armed}: {}", lines[0]);
    }
    assert!(
        lines[1].starts_with(&format!("{} strict breached", 17 * hour)),
        "{}",
        lines[1]
    );
    assert!(lines[2].contains("strict late 0, mild kept 0"), "{}", lines[2]);
}
