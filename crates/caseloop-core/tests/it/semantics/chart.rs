//! Where branches lead, what is left and entered, and in which order.

use super::check;

const NESTED: &str = "
events: {inwards: {}, again: {}, stays: {}, out: {}, up: {}}
effects: {say: {what: template}}
start: outer
states:
  outer:
    start: one
    enter: {do: {say: {what: in_outer}}}
    leave: {do: {say: {what: out_outer}}}
    when:
      inwards: {go: two}
      again: {go: two, reenter: true}
      up: {go: outer}
    timers: {late: {after: 50 ms, go: over}}
    states:
      one: {when: {stays: {do: {say: {what: here}}}, out: {go: over}, up: {go: one}}}
      two: {}
  over: {final: true}
";

const BEGIN: &str = "0 start, +outer +one, !say(what: \"in_outer\"), outer.late@50 = one";

#[test]
fn going_to_an_inner_state_leaves_the_outer_one_alone() {
    check(
        NESTED,
        &["0 start", "9 inwards"],
        &[BEGIN, "9 inwards, by outer.inwards, -one, +two = two"],
    );
}

#[test]
fn reenter_leaves_the_outer_state_and_restarts_its_timers() {
    check(
        NESTED,
        &["0 start", "9 again"],
        &[
            BEGIN,
            "9 again, by outer.again, -one -outer, +outer +two, !say(what: \"out_outer\"), !say(what: \"in_outer\"), \
             ~outer.late, outer.late@59 = two",
        ],
    );
}

#[test]
fn a_branch_without_go_leaves_and_enters_nothing() {
    check(
        NESTED,
        &["0 start", "9 stays"],
        &[BEGIN, "9 stays, by one.stays, !say(what: \"here\")"],
    );
}

#[test]
fn going_to_itself_leaves_and_enters_again() {
    check(
        NESTED,
        &["0 start", "9 up"],
        &[BEGIN, "9 up, by one.up, -one, +one = one"],
    );
}

#[test]
fn the_inner_state_answers_before_the_outer_one() {
    check(
        NESTED,
        &["0 start", "1 inwards", "9 up"],
        &[
            BEGIN,
            "1 inwards, by outer.inwards, -one, +two = two",
            "9 up, by outer.up, -two -outer, +outer +one, !say(what: \"out_outer\"), !say(what: \"in_outer\"), \
             ~outer.late, outer.late@59 = one",
        ],
    );
}

#[test]
fn the_first_branch_that_holds_is_taken() {
    check(
        "case: {tries: {type: int, default: 0}}
events: {ask: {how: int}}
start: here
states:
  here:
    when:
      ask:
        - {name: low, if: event.how < 3, set: {tries: 1}}
        - {name: middle, if: event.how < 6, set: {tries: 2}}
        - {name: high, set: {tries: 3}}
",
        &[
            "0 start",
            "1 ask {\"how\": 1}",
            "2 ask {\"how\": 4}",
            "3 ask {\"how\": 9}",
        ],
        &[
            "0 start, +here = here",
            "1 ask, by here.low, tries=1",
            "2 ask, no here.low (event.how < 3), by here.middle, tries=2",
            "3 ask, no here.low (event.how < 3), no here.middle (event.how < 6), by here.high, tries=3",
        ],
    );
}

#[test]
fn choose_goes_on_at_once_and_tells_what_did_not_hold() {
    check(
        "case: {tries: {type: int, default: 4}}
events: {}
start: here
states:
  here:
    choose:
      - {name: few, if: tries < 3, go: there}
      - {name: many, go: over}
  there: {}
  over: {final: true}
",
        &["0 start"],
        &["0 start, no here.few (tries < 3), by here.many, -here, +here +over = over"],
    );
}

#[test]
fn the_root_answers_in_every_state_that_is_not_final() {
    check(
        "events: {alarm: {}, end: {}}
effects: {say: {what: template}}
when: {alarm: {do: {say: {what: heard}}}}
start: here
states:
  here: {when: {end: {go: over}}}
  over: {final: closed}
",
        &["0 start", "1 alarm", "2 end", "3 alarm"],
        &[
            "0 start, +here = here",
            "1 alarm, by alarm, !say(what: \"heard\")",
            "2 end, by here.end, -here, +over = over",
            "3 alarm, ignored",
        ],
    );
}

#[test]
fn a_final_child_raises_done_and_nobody_need_hear_it() {
    let text = "events: {end: {}}
start: outer
states:
  outer:
    start: inner
    when: {done: {go: after}}
    states:
      inner: {when: {end: {go: inner_over}}}
      inner_over: {final: true}
  after: {}
";
    check(
        text,
        &["0 start", "1 end"],
        &[
            "0 start, +outer +inner = inner",
            "1 end, by inner.end, by outer.done, -inner -inner_over -outer, +inner_over +after = after",
        ],
    );
    check(
        &text.replace("    when: {done: {go: after}}\n", ""),
        &["0 start", "1 end"],
        &[
            "0 start, +outer +inner = inner",
            "1 end, by inner.end, -inner, +inner_over = inner_over",
        ],
    );
}
