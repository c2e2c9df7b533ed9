//! What branches do: fields, effects, and what is hidden on the way.

use super::check;
use crate::running::{Case, action, workflow};

#[test]
fn a_branch_leaves_sets_does_and_enters_in_this_order() {
    check(
        "
case: {count: {type: int, default: 0}}
events: {go_on: {}}
effects: {say: {where: template, count: int}}
start: here
states:
  here:
    leave: {set: {count: count + 1}, do: {say: {where: leaving, count: count}}}
    when:
      go_on:
        if: count == 0
        set: {count: count * 10}
        do: {say: {where: between, count: count}}
        go: there
  there:
    enter: {set: {count: count + 2}, do: {say: {where: entering, count: count}}}
",
        &["0 start", "1 go_on"],
        &[
            "0 start, +here = here",
            "1 go_on, by here.go_on, -here, +there, count=12, !say(where: \"leaving\" count: 1), \
             !say(where: \"between\" count: 10), !say(where: \"entering\" count: 12) = there",
        ],
    );
}

#[test]
fn fields_are_set_one_after_the_other() {
    check(
        "
case: {first: {type: int, default: 1}, second: {type: int, default: 2}}
events: {swap: {}}
start: here
states: {here: {when: {swap: {set: {first: second, second: first + 5}}}}}
",
        &["0 start", "1 swap"],
        &["0 start, +here = here", "1 swap, by here.swap, first=2, second=7"],
    );
}

#[test]
fn a_bounded_count_stops_at_its_guard() {
    check(
        "
case: {tries: {type: count, max: 2, default: 0}}
events: {again: {}}
start: here
states: {here: {when: {again: {if: tries < 2, set: {tries: tries + 1}}}}}
",
        &["0 start", "1 again", "2 again", "3 again"],
        &[
            "0 start, +here = here",
            "1 again, by here.again, tries=1",
            "2 again, by here.again, tries=2",
            "3 again, ignored, no here.again (tries < 2)",
        ],
    );
}

#[test]
fn effects_are_numbered_by_case_entry_and_position() {
    let workflow = workflow(
        "workflow: a
version: 1
events: {go_on: {}}
effects: {say: {}}
start: here
states:
  here: {enter: {do: [say, say]}, when: {go_on: {do: say, go: there}}}
  there: {choose: {do: say, go: over}}
  over: {final: true, enter: {do: say}}
",
    );
    let mut case = Case::new(&workflow);
    case.take(&action("0 start"));
    case.take(&action("1 go_on"));
    let ids: Vec<&str> = case.effects.iter().map(|effect| &*effect.id).collect();
    assert_eq!(ids, ["c/1/0", "c/1/1", "c/2/0", "c/2/1", "c/2/2"]);
}

const PERSONAL: &str = "
case:
  note:  {type: text, optional: true}
  phone: {type: text, personal: last4, optional: true}
  name:  {type: text, personal: family_name, optional: true}
  open:  {type: text, personal: none, optional: true}
events:
  told: {note: text, phone: {type: text, personal: last4}, name: {type: text, personal: family_name}, open: {type: text, personal: none}}
effects: {say: {note: text, phone: text, mine: {type: text, optional: true}}}
start: here
states:
  here:
    when:
      told:
        set: {note: event.note, phone: event.phone, name: event.name, open: event.open}
        do: {say: {note: event.note, phone: event.phone, mine: note}}
";

#[test]
fn hidden_texts_travel_as_paths_and_masked_ones_as_masks() {
    check(
        PERSONAL,
        &[
            "0 start",
            "1 told {\"note\": \"my card\", \"phone\": \"13912345678\", \"name\": \"王小明\", \"open\": \"hello\"}",
        ],
        &[
            "0 start, +here = here",
            "1 told, by here.told, note=\"***\", phone=\"***5678\", name=\"王*\", open=\"hello\", \
             !say(note: <event.note> phone: \"***5678\" mine: <case.note>)",
        ],
    );
}

#[test]
fn starting_and_telling_cases_are_effects_of_every_host() {
    check(
        "
events: {fault: {kind: {one_of: [fire, flood]}}}
start: here
states:
  here:
    when:
      fault:
        do:
          - {start_case: {workflow: incident, one_per: event.kind, link: cause}}
          - {tell_cases: {link: cause, event: restored}}
",
        &["0 start", "1 fault {\"kind\": \"flood\"}"],
        &[
            "0 start, +here = here",
            "1 fault, by here.fault, !start_case(workflow: \"incident\" link: \"cause\" one_per: flood), \
             !tell_cases(link: \"cause\" event: \"restored\")",
        ],
    );
}

#[test]
fn optional_arguments_that_are_absent_are_left_out() {
    check(
        "
case: {score: {type: int, optional: true}}
events: {end: {}, rate: {score: int}}
effects: {file: {score: {type: int, optional: true}}}
start: here
states:
  here: {when: {end: {do: {file: {score: score}}}, rate: {set: {score: event.score}}}}
",
        &["0 start", "1 end", "2 rate {\"score\": 4}", "3 end"],
        &[
            "0 start, +here = here",
            "1 end, by here.end, !file()",
            "2 rate, by here.rate, score=4",
            "3 end, by here.end, !file(score: 4)",
        ],
    );
}
