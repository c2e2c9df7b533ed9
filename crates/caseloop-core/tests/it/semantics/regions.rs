//! States that go on side by side.

use super::check;

const BOTH: &str = "
events: {one: {}, two: {}, all: {}, out: {}}
start: both
states:
  both:
    when: {done: {go: after}, all: {go: after}}
    regions:
      left: {start: a, states: {a: {when: {one: {go: a_over}, all: {go: a_over}}}, a_over: {final: true}}}
      right: {start: b, states: {b: {when: {two: {go: b_over}, all: {go: b_over}, out: {go: after}}}, b_over: {final: true}}}
  after: {}
";

#[test]
fn done_joins_the_regions() {
    check(
        BOTH,
        &["0 start", "1 one", "2 two"],
        &[
            "0 start, +both +left +a +right +b = a b",
            "1 one, by a.one, -a, +a_over = a_over b",
            "2 two, by b.two, by both.done, -b -b_over -right -a_over -left -both, +b_over +after = after",
        ],
    );
}

#[test]
fn one_event_moves_all_regions_that_answer_it() {
    check(
        &BOTH.replace("{done: {go: after}, all: {go: after}}", "{all: {go: after}}"),
        &["0 start", "1 all"],
        &[
            "0 start, +both +left +a +right +b = a b",
            "1 all, by a.all, by b.all, -b -a, +a_over +b_over = a_over b_over",
        ],
    );
}

#[test]
fn a_region_that_leads_out_leaves_all_of_them() {
    check(
        BOTH,
        &["0 start", "1 out"],
        &[
            "0 start, +both +left +a +right +b = a b",
            "1 out, by b.out, -b -right -a -left -both, +after = after",
        ],
    );
}

#[test]
fn of_two_regions_that_lead_out_the_first_is_taken() {
    check(
        "
events: {out: {}}
start: both
states:
  both:
    regions:
      left: {start: a, states: {a: {when: {out: {go: here}}}}}
      right: {start: b, states: {b: {when: {out: {go: there}}}}}
  here: {}
  there: {}
",
        &["0 start", "1 out"],
        &[
            "0 start, +both +left +a +right +b = a b",
            "1 out, by a.out, -b -right -a -left -both, +here = here",
        ],
    );
}

#[test]
fn entering_a_state_in_one_region_starts_the_others() {
    check(
        "
events: {go_in: {}}
start: before
states:
  before: {when: {go_in: {go: a_second}}}
  both:
    regions:
      left: {start: a, states: {a: {}, a_second: {}}}
      right: {start: b, states: {b: {}}}
",
        &["0 start", "1 go_in"],
        &[
            "0 start, +before = before",
            "1 go_in, by before.go_in, -before, +both +left +a_second +right +b = a_second b",
        ],
    );
}

#[test]
fn regions_within_regions_are_done_when_the_last_is() {
    check(
        "
events: {one: {}, two: {}, three: {}}
start: both
states:
  both:
    when: {done: {go: after}}
    regions:
      left: {start: a, states: {a: {when: {one: {go: a_over}}}, a_over: {final: true}}}
      right:
        regions:
          up: {start: b, states: {b: {when: {two: {go: b_over}}}, b_over: {final: true}}}
          down: {start: c, states: {c: {when: {three: {go: c_over}}}, c_over: {final: true}}}
  after: {}
",
        &["0 start", "1 one", "2 two", "3 three"],
        &[
            "0 start, +both +left +a +right +up +b +down +c = a b c",
            "1 one, by a.one, -a, +a_over = a_over b c",
            "2 two, by b.two, -b, +b_over = a_over b_over c",
            "3 three, by c.three, by both.done, -c -c_over -down -b_over -up -right -a_over -left -both, \
             +c_over +after = after",
        ],
    );
}

#[test]
fn a_region_that_rejects_refuses_for_all() {
    check(
        "
events: {stop: {}}
start: both
states:
  both:
    regions:
      left: {start: a, states: {a: {when: {stop: {go: a_too}}}, a_too: {}}}
      right: {start: b, states: {b: {when: {stop: {reject: busy}}}}}
",
        &["0 start", "1 stop"],
        &[
            "0 start, +both +left +a +right +b = a b",
            "1 stop, rejected by b.stop: busy",
        ],
    );
}

#[test]
fn a_count_that_two_regions_raise_at_once_stops_at_its_end() {
    check(
        "
case: {tries: {type: count, max: 1, default: 0}}
events: {again: {}}
start: both
states:
  both:
    regions:
      left: {start: a, states: {a: {when: {again: {if: tries < 1, set: {tries: tries + 1}}}}}}
      right: {start: b, states: {b: {when: {again: {if: tries < 1, set: {tries: tries + 1}}}}}}
",
        &["0 start", "1 again"],
        &[
            "0 start, +both +left +a +right +b = a b",
            "1 again, by a.again, by b.again, tries=1",
        ],
    );
}
