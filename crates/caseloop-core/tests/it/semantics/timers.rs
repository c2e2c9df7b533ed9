//! When timers fire, what they do, and what stops them.

use super::check;

#[test]
fn what_is_due_at_an_instant_comes_after_what_happens_at_it() {
    let text = "
events: {answer: {}}
start: here
states:
  here: {when: {answer: {go: there}}, timers: {late: {after: 5 ms, go: over}}}
  there: {}
  over: {final: true}
";
    check(
        text,
        &["0 start", "5 tick", "5 answer"],
        &[
            "0 start, +here, here.late@5 = here",
            "5 answer, by here.answer, -here, +there, ~here.late = there",
        ],
    );
    check(
        text,
        &["0 start", "6 answer"],
        &[
            "0 start, +here, here.late@5 = here",
            "5 timer here.late, by here.late, -here, +over = over",
            "6 answer, ignored",
        ],
    );
}

#[test]
fn a_timer_repeats_at_its_own_instants_as_often_as_it_may() {
    check(
        "
effects: {say: {}}
events: {}
start: here
states:
  here: {timers: {nudge: {after: 4 ms, every: 10 ms, at_most: 3, fresh_for: 2 ms, do: say}}}
",
        &["0 start", "100 tick"],
        &[
            "0 start, +here, here.nudge@4 = here",
            "4 timer here.nudge, by here.nudge, !say() until 6, here.nudge@14",
            "14 timer here.nudge, by here.nudge, !say() until 16, here.nudge@24",
            "24 timer here.nudge, by here.nudge, !say() until 26",
        ],
    );
}

#[test]
fn timers_of_one_instant_fire_in_the_order_of_the_file() {
    check(
        "
effects: {say: {}}
events: {}
start: outer
states:
  outer:
    start: inner
    timers: {first: {after: 5 ms, do: say}, second: {after: 5 ms, do: say}}
    states:
      inner: {timers: {third: {after: 5 ms, do: say}}}
",
        &["0 start", "9 tick"],
        &[
            "0 start, +outer +inner, outer.first@5, outer.second@5, inner.third@5 = inner",
            "5 timer outer.first, by outer.first, !say()",
            "5 timer outer.second, by outer.second, !say()",
            "5 timer inner.third, by inner.third, !say()",
        ],
    );
}

#[test]
fn a_timer_may_have_a_condition() {
    check(
        "
case: {paid: {type: bool, default: false}}
effects: {say: {}}
events: {}
start: here
states: {here: {timers: {ask: {after: 4 ms, if: not paid, do: say}, thank: {after: 6 ms, if: paid, do: say}}}}
",
        &["0 start", "9 tick"],
        &[
            "0 start, +here, here.ask@4, here.thank@6 = here",
            "4 timer here.ask, by here.ask, !say()",
            "6 timer here.thank, no here.thank (paid)",
        ],
    );
}

#[test]
fn a_length_is_read_from_the_data_when_the_timer_starts() {
    check(
        "
case: {pause: {type: duration, default: 7 ms}}
events: {wait: {pause: duration}}
start: here
states:
  here:
    when: {wait: {set: {pause: event.pause}, go: here}}
    timers: {late: {after: pause, go: over}}
  over: {final: true}
",
        &[
            "0 start",
            "1 wait {\"pause\": \"20 ms\"}",
            "2 wait {\"pause\": \"0 ms\"}",
            "9 tick",
        ],
        &[
            "0 start, +here, here.late@7 = here",
            "1 wait, by here.wait, -here, +here, pause=20 ms, ~here.late, here.late@21 = here",
            "2 wait, by here.wait, -here, +here, pause=0 s, ~here.late, here.late@3 = here",
            "3 timer here.late, by here.late, -here, +over = over",
        ],
    );
}

#[test]
fn the_end_stops_every_timer() {
    check(
        "
events: {end: {}}
timers: {whole: {after: 9 ms, every: 9 ms, go: over}}
start: here
states:
  here: {when: {end: {go: over}}, timers: {late: {after: 5 ms, go: over}}}
  over: {final: true}
",
        &["0 start", "1 end", "99 tick"],
        &[
            "0 start, +here, whole@9, here.late@5 = here",
            "1 end, by here.end, -here, +over, ~here.late, ~whole = over",
        ],
    );
}

#[test]
fn what_a_timer_starts_is_settled_in_the_same_call() {
    check(
        "
events: {}
start: here
states:
  here: {timers: {one: {after: 2 ms, go: there}}}
  there: {timers: {two: {after: 3 ms, go: over}}}
  over: {final: true}
",
        &["0 start", "6 tick"],
        &[
            "0 start, +here, here.one@2 = here",
            "2 timer here.one, by here.one, -here, +there, there.two@5 = there",
            "5 timer there.two, by there.two, -there, +over = over",
        ],
    );
}

#[test]
fn time_in_a_state_counts_from_its_last_entry() {
    check(
        "
events: {ask: {}, again: {}}
start: here
states:
  here:
    when:
      ask: {if: time_in(here) >= 5 ms, go: over}
      again: {go: here}
  over: {final: true}
",
        &["0 start", "3 again", "6 ask", "8 ask"],
        &[
            "0 start, +here = here",
            "3 again, by here.again, -here, +here = here",
            "6 ask, ignored, no here.ask (time_in(here) >= 5 ms)",
            "8 ask, by here.ask, -here, +over = over",
        ],
    );
}
