//! `resume`: what a state remembers when it is left.

use super::check;

const DEEP: &str = "
events: {next: {}, ask: {}, back: {}, top: {}, fresh: {}}
start: work
states:
  work:
    start: first
    when: {ask: {go: asking}}
    states:
      first: {when: {next: {go: second}}}
      second:
        start: a
        states:
          a: {when: {next: {go: b}}}
          b: {}
  asking: {when: {back: {resume: work}, top: {resume: work, depth: 1}, fresh: {go: work}}}
";

const WAY: [&str; 4] = ["0 start", "1 next", "2 next", "3 ask"];

const JOURNAL: [&str; 4] = [
    "0 start, +work +first = first",
    "1 next, by first.next, -first, +second +a = a",
    "2 next, by a.next, -a, +b = b",
    "3 ask, by work.ask, -b -second -work, +asking = asking",
];

fn after(input: &str, expected: &str) {
    let mut inputs = WAY.to_vec();
    inputs.push(input);
    let mut journal = JOURNAL.to_vec();
    journal.push(expected);
    check(DEEP, &inputs, &journal);
}

#[test]
fn resume_goes_to_the_innermost_state_that_was_left() {
    after("4 back", "4 back, by asking.back, -asking, +work +second +b = b");
}

#[test]
fn a_shallow_resume_starts_anew_inside_the_child_that_was_left() {
    after("4 top", "4 top, by asking.top, -asking, +work +second +a = a");
}

#[test]
fn go_forgets_nothing_and_resumes_nothing() {
    after("4 fresh", "4 fresh, by asking.fresh, -asking, +work +first = first");
}

#[test]
fn what_was_never_left_is_resumed_at_its_start() {
    check(
        &DEEP.replace("start: work", "start: asking"),
        &["0 start", "1 back"],
        &[
            "0 start, +asking = asking",
            "1 back, by asking.back, -asking, +work +first = first",
        ],
    );
}

#[test]
fn a_state_is_remembered_as_it_was_left_last() {
    check(
        DEEP,
        &["0 start", "1 ask", "2 back", "3 next", "4 ask", "5 back"],
        &[
            "0 start, +work +first = first",
            "1 ask, by work.ask, -first -work, +asking = asking",
            "2 back, by asking.back, -asking, +work +first = first",
            "3 next, by first.next, -first, +second +a = a",
            "4 ask, by work.ask, -a -second -work, +asking = asking",
            "5 back, by asking.back, -asking, +work +second +a = a",
        ],
    );
}

#[test]
fn regions_are_resumed_each_where_it_was() {
    let text = "
events: {left: {}, ask: {}, back: {}}
start: both
states:
  both:
    when: {ask: {go: asking}}
    regions:
      one: {start: a, states: {a: {when: {left: {go: b}}}, b: {}}}
      two: {start: c, states: {c: {}}}
  asking: {when: {back: {resume: both}}}
";
    check(
        text,
        &["0 start", "1 left", "2 ask", "3 back"],
        &[
            "0 start, +both +one +a +two +c = a c",
            "1 left, by a.left, -a, +b = b c",
            "2 ask, by both.ask, -c -two -b -one -both, +asking = asking",
            "3 back, by asking.back, -asking, +both +one +b +two +c = b c",
        ],
    );
}

#[test]
fn a_timer_of_the_workflow_resumes_too() {
    check(
        "
events: {ask: {}}
start: work
timers: {patience: {after: 5 ms, resume: work}}
states:
  work:
    start: first
    when: {ask: {go: asking}}
    states: {first: {}}
  asking: {}
",
        &["0 start", "1 ask", "9 tick"],
        &[
            "0 start, +work +first, patience@5 = first",
            "1 ask, by work.ask, -first -work, +asking = asking",
            "5 timer patience, by patience, -asking, +work +first = first",
        ],
    );
}

#[test]
fn resuming_what_is_active_enters_it_again_where_it_was() {
    check(
        &DEEP.replace(
            "start: work\nstates:",
            "when: {top: {resume: work}}\nstart: work\nstates:",
        ),
        &["0 start", "1 next", "2 top"],
        &[
            "0 start, +work +first = first",
            "1 next, by first.next, -first, +second +a = a",
            "2 top, by top, -a -second -work, +work +second +a = a",
        ],
    );
}
