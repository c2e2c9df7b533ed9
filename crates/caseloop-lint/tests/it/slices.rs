//! Regions explored one at a time: what is proved of them so is proved of them together.

use crate::lints::compiled;
use caseloop_lint::proof::{Bounds, Verdict, prove};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::fmt::Write;

/// Numbers by which a workflow is made up.
struct Tape<'t>(std::slice::Iter<'t, u8>);

impl Tape<'_> {
    fn below(&mut self, end: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or_default()) % end
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn now_and_then(&mut self) -> bool {
        self.below(4) == 0
    }
}

/// What a branch asks and does, and where it leads.
fn branch(region: usize, states: usize, tape: &mut Tape<'_>) -> String {
    let target = match tape.below(8) {
        0 => tape.one(&["out", "desk", "beside"]).to_owned(),
        1 => format!("e{region}"),
        _ => format!("s{region}_{}", tape.below(states)),
    };
    let guard = match tape.below(6) {
        0 => format!("if: own{region} < 2, set: {{own{region}: own{region} + 1}}, "),
        1 => tape
            .one(&["if: told == a, ", "if: all < 1, ", "set: {told: b}, "])
            .to_owned(),
        2 if tape.now_and_then() => "if: all < 2, set: {all: all + 1}, ".to_owned(),
        3 if tape.now_and_then() => format!("if: in_state(s{}_0), ", (region + 1) % 2),
        _ => String::new(),
    };
    format!("{{{guard}go: {target}}}")
}

fn made_up(tape: &mut Tape<'_>) -> String {
    let regions = 2 + tape.below(2);
    let mut text = String::from(
        "workflow: w\nversion: 1\nroles: [one]\ncase:\n  told: {one_of: [a, b], default: a}\n  all: {type: count, max: 2}\n",
    );
    for region in 0..regions {
        let _ = writeln!(text, "  own{region}: {{type: count, max: 2}}");
    }
    text.push_str("events: {x: {}, both: {}, solved: {}, t: {}");
    for region in 0..regions {
        let _ = write!(text, ", a{region}: {{}}, b{region}: {{}}");
    }
    text.push_str("}\neffects: {say: {to: role}}\nladders:\n  up:\n    - {name: told, do: {say: {to: one}}}\n");
    if tape.now_and_then() {
        text.push_str("    - {name: led, after: 1 h, go: desk}\n");
    }
    let warn = tape.one(&["", ", warn: {at: 50 %, do: {say: {to: one}}}"]);
    let until = tape.one(&["solved", "entering out", "entering s0_1", "a0"]);
    let from = tape.one(&["start", "start", "entering s1_0", "entering p"]);
    let _ = writeln!(
        text,
        "promises:\n  whole: {{within: 1 day, from: {from}, until: {until}, ladder: up{warn}}}"
    );
    text.push_str("when: {t: {if: all > 2, set: {told: b}}}\nstart: p\nstates:\n  p:\n");
    text.push_str(tape.one(&["", "    waits_for: one\n"]));
    let x = tape.one(&["", ", x: {go: out}", ", x: {set: {all: 0}, stay: true}"]);
    let _ = writeln!(text, "    when: {{done: {{go: out}}{x}}}");
    text.push_str(tape.one(&[
        "",
        "    timers: {long: {after: 9 h, go: desk}}\n",
        "    timers: {long: {after: 9 h, every: 9 h, do: {say: {to: one}}}}\n",
    ]));
    text.push_str("    regions:\n");
    for region in 0..regions {
        let states = 2 + tape.below(2);
        let _ = writeln!(text, "      r{region}:\n        start: s{region}_0\n        states:");
        for state in 0..states {
            let _ = writeln!(text, "          s{region}_{state}:");
            text.push_str(tape.one(&["", "            waits_for: one\n"]));
            let mut when: Vec<String> = Vec::new();
            for event in [format!("a{region}"), format!("b{region}"), "both".to_owned()] {
                if event != "both" && tape.below(3) > 0 || event == "both" && tape.now_and_then() {
                    when.push(format!("{event}: {}", branch(region, states, tape)));
                }
            }
            let _ = writeln!(text, "            when: {{{}}}", when.join(", "));
            if tape.below(2) == 0 {
                let after = 1 + tape.below(3);
                let what = match tape.below(3) {
                    0 => format!("after: {after} h, every: 1 h, do: {{say: {{to: one}}}}"),
                    1 => format!("after: {after} h, every: 1 h, at_most: 2, do: {{say: {{to: one}}}}"),
                    _ => format!(
                        "after: {after} h, {}",
                        branch(region, states, tape).trim_matches(['{', '}'])
                    ),
                };
                let _ = writeln!(text, "            timers: {{w: {{{what}}}}}");
            }
        }
        let _ = writeln!(text, "          e{region}: {{final: true}}");
    }
    let _ = writeln!(
        text,
        "  beside:\n    waits_for: one\n    when: {{solved: {{{}}}}}\n    timers: {{back: {{after: 2 h, go: {}}}}}",
        tape.one(&["resume: p", "go: p", "go: desk"]),
        tape.one(&["p", "desk", "out"]),
    );
    let _ = writeln!(
        text,
        "  desk: {{waits_for: one, when: {{solved: {{go: {}}}}}}}",
        tape.one(&["out", "p", "over"])
    );
    let _ = writeln!(
        text,
        "  out: {{waits_for: one, when: {{x: {{go: {}}}, solved: {{name: end, go: over}}}}, timers: {{quiet: {{after: 1 h, go: {}}}}}}}",
        tape.one(&["p", "over"]),
        tape.one(&["desk", "over"])
    );
    text.push_str("  over: {final: true}\n");
    text.push_str(
        "guarantees:\n  only:    {entering: over, only_by: out.end}\n  reach:   {can_reach: over}\n  somebody: {everywhere: [waits_for]}\n  \
         something: {everywhere: [clock]}\n  silence: {time_alone_ends_in: [desk]}\n  warned:  {always_warned: whole}\n  \
         ended:   {taken: out.end, at_most: 1}\n  told:    {never: told == b}\n  \
         leads:   {from: in_state(p), leads_to: not in_state(p)}\n",
    );
    text
}

#[test]
fn regions_apart_are_regions_together() {
    let mut runner = TestRunner::deterministic();
    let tapes = prop::collection::vec(any::<u8>(), 120);
    let bounds = Bounds {
        steps: 3_000,
        ..Bounds::default()
    };
    let (mut proved, mut broken, mut only_apart) = (0, 0, 0);
    // So few that all together are often more: what is proved then is proved one at a time.
    let few = Bounds {
        together: 0,
        steps: 300,
        ..bounds
    };
    for _ in 0..800 {
        let tape = tapes.new_tree(&mut runner).unwrap().current();
        let text = made_up(&mut Tape(tape.iter()));
        let (workflow, _, _) = compiled(&text);
        let apart = prove(&workflow, &few);
        if apart.parts == 0 {
            continue;
        }
        let together = prove(
            &workflow,
            &Bounds {
                together: u32::MAX,
                ..bounds
            },
        );
        let all_steps = together.steps;
        for (together, apart) in together.guarantees.iter().zip(&apart.guarantees) {
            match (&together.verdict, &apart.verdict) {
                (Verdict::Proved, Verdict::Proved) => {
                    proved += 1;
                    only_apart += usize::from(all_steps > few.steps as usize);
                }
                (Verdict::Broken(_), Verdict::NotDecided(_) | Verdict::Broken(_)) => broken += 1,
                (Verdict::NotDecided(_), _) | (_, Verdict::NotDecided(_)) => {}
                (together, apart) => panic!("{together:?}\n{apart:?}\n{text}"),
            }
        }
    }
    assert!(proved > 30 && broken > 50, "{proved} proved, {broken} broken");
    assert!(only_apart > 30, "{only_apart} proved only one at a time");
}
