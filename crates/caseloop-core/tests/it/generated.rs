//! Random workflows that are right, and random things that happen to their cases.
//!
//! Both are drawn from a tape of choices, so that a shorter tape, or smaller choices, make a simpler example.

use crate::running::{Action, What};
use caseloop_expr::Value;
use proptest::prelude::*;
use std::fmt::Write;

/// Where choices come from; at its end every choice is the first.
pub(crate) struct Tape<'t> {
    choices: &'t [u16],
}

impl<'t> Tape<'t> {
    pub(crate) fn new(choices: &'t [u16]) -> Self {
        Self { choices }
    }

    fn draw(&mut self, of: usize) -> usize {
        match self.choices.split_first() {
            Some((first, rest)) => {
                self.choices = rest;
                usize::from(*first) % of.max(1)
            }
            None => 0,
        }
    }

    fn chance(&mut self, one_in: usize) -> bool {
        self.draw(one_in) == one_in - 1
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.draw(from.len())]
    }
}

/// A tape and what follows it.
pub(crate) fn tapes() -> impl Strategy<Value = (Vec<u16>, Vec<u16>)> {
    let tape = |longest| prop::collection::vec(any::<u16>(), 0..longest);
    (tape(500), tape(200))
}

/// The text that no output may hold.
pub(crate) const SECRET: &str = "SECRET";

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Atomic,
    Compound,
    Parallel,
    Final,
}

struct State {
    parent: Option<usize>,
    kind: Kind,
    children: Vec<usize>,
}

/// A workflow under construction.
struct Maker<'t, 'c> {
    tape: &'t mut Tape<'c>,
    states: Vec<State>,
    text: String,
    branches: usize,
}

const HEADER: &str = "\
workflow: generated
version: 1
roles: [agent, chief]
case:
  m: {type: int, default: 0}
  c: {type: count, max: 3, default: 0}
  pause: {type: duration, default: 4 ms}
  open: {type: text, personal: none, default: x}
  note: {type: text, optional: true}
  phone: {type: text, personal: last4, optional: true}
  since: {type: time, optional: true}
events:
  e0: {}
  e1: {k: {type: int, default: 1}}
  e2: {sent_by: agent, text: text, phone: {type: text, personal: last4}, pause: {type: duration, default: 3 ms}}
  e3: {sent_by: [agent, chief], who: {type: text, personal: family_name}}
effects:
  count: {k: int}
  tell: {text: text, about: template}
  call: {phone: {type: text, optional: true}}
  plain: {}
";

/// A workflow text in which nothing is wrong.
pub(crate) fn workflow_text(tape: &mut Tape<'_>) -> String {
    let mut maker = Maker {
        tape,
        states: vec![State {
            parent: None,
            kind: Kind::Compound,
            children: Vec::new(),
        }],
        text: HEADER.to_owned(),
        branches: 0,
    };
    maker.grow(0, 0);
    let end = maker.add(0, Kind::Final);
    assert_eq!(maker.states[end].parent, Some(0));
    maker.write_inside(0, 0);
    maker.text
}

impl Maker<'_, '_> {
    fn add(&mut self, parent: usize, kind: Kind) -> usize {
        let id = self.states.len();
        self.states.push(State {
            parent: Some(parent),
            kind,
            children: Vec::new(),
        });
        self.states[parent].children.push(id);
        id
    }

    fn grow(&mut self, id: usize, depth: usize) {
        let count = 2 + self.tape.draw(2);
        for position in 0..count {
            let deeper = depth < 3 && self.states.len() < 24;
            let kind = match self.tape.draw(10) {
                4..=6 if deeper => Kind::Compound,
                7 | 8 if deeper => Kind::Parallel,
                9 if position > 0 && self.states[id].kind == Kind::Compound => Kind::Final,
                _ => Kind::Atomic,
            };
            let child = self.add(id, kind);
            if matches!(kind, Kind::Compound | Kind::Parallel) {
                self.grow(child, depth + 1);
            }
        }
    }

    fn line(&mut self, indent: usize, text: &str) {
        let _ = writeln!(self.text, "{:indent$}{text}", "", indent = indent * 2);
    }

    /// What stands in the mapping of a state.
    fn write_inside(&mut self, id: usize, indent: usize) {
        let kind = self.states[id].kind;
        if kind == Kind::Final {
            self.line(indent, "final: true");
            if self.tape.chance(3) {
                let action = self.actions(0, "enter", false);
                self.line(indent, &format!("enter: {{{action}}}"));
            }
            return;
        }
        if kind == Kind::Compound {
            let begin = self.states[id].children.clone();
            let living: Vec<usize> = begin
                .into_iter()
                .filter(|s| self.states[*s].kind != Kind::Final)
                .collect();
            let first = *self.tape.pick(&living);
            self.line(indent, &format!("start: s{first}"));
        }
        if self.tape.chance(3) {
            let actions = self.actions(id, "enter", false);
            self.line(indent, &format!("enter: {{{actions}}}"));
        }
        if id > 0 {
            if self.tape.chance(4) {
                let actions = self.actions(id, "leave", false);
                self.line(indent, &format!("leave: {{{actions}}}"));
            }
            if self.tape.chance(4) {
                let way = self.way(id);
                let target = way.strip_prefix("go").is_some() || way.strip_prefix("resume").is_some();
                if target {
                    let condition = self.condition(false);
                    self.line(indent, "choose:");
                    self.line(indent + 1, &format!("- if: c < 3 and ({condition})"));
                    self.line(indent + 1, "  set: {c: c + 1}");
                    self.line(
                        indent + 1,
                        &format!("  {}", way.replace(", ", &format!("\n{:1$}", "", indent * 2 + 4))),
                    );
                }
            }
        }
        self.write_when(id, indent);
        self.write_timers(id, indent);
        let inside = match kind {
            Kind::Compound => "states:",
            Kind::Parallel => "regions:",
            _ => return,
        };
        self.line(indent, inside);
        for child in self.states[id].children.clone() {
            self.line(indent + 1, &format!("s{child}:"));
            let before = self.text.len();
            self.write_inside(child, indent + 2);
            if self.text.len() == before {
                self.line(indent + 2, "title: t");
            }
        }
    }

    fn write_when(&mut self, id: usize, indent: usize) {
        let mut answers = Vec::new();
        for event in ["e0", "e1", "e2", "e3"] {
            if self.tape.chance(2) {
                answers.push(event);
            }
        }
        let can_be_done = id > 0 && self.can_be_done(id);
        if answers.is_empty() && !can_be_done {
            return;
        }
        self.line(indent, "when:");
        for event in answers {
            self.line(indent + 1, &format!("{event}:"));
            let count = 1 + self.tape.draw(3);
            for position in 0..count {
                self.branches += 1;
                let name = format!("b{}", self.branches);
                self.line(indent + 2, &format!("- name: {name}"));
                if position + 1 < count || self.tape.chance(3) {
                    let condition = self.condition(event == "e1");
                    self.line(indent + 2, &format!("  if: {condition}"));
                }
                if self.tape.chance(9) {
                    self.line(indent + 2, "  reject: not_now");
                    continue;
                }
                let actions = self.actions(id, event, true);
                for part in actions.split("; ").filter(|part| !part.is_empty()) {
                    self.line(indent + 2, &format!("  {part}"));
                }
                let way = self.way(id);
                for part in way.split(", ") {
                    self.line(indent + 2, &format!("  {part}"));
                }
            }
        }
        if can_be_done {
            let way = self.way(id);
            self.line(indent + 1, "done:");
            self.line(indent + 2, "if: c < 3");
            self.line(indent + 2, "set: {c: c + 1}");
            for part in way.split(", ") {
                self.line(indent + 2, part);
            }
        }
    }

    fn write_timers(&mut self, id: usize, indent: usize) {
        let count = self.tape.draw(4).saturating_sub(1);
        for position in 0..count {
            if position == 0 {
                self.line(indent, "timers:");
            }
            self.line(indent + 1, &format!("t{position}:"));
            let after = match self.tape.draw(4) {
                0 => "pause".to_owned(),
                1 => "2 * pause".to_owned(),
                2 => "5 ms".to_owned(),
                _ => format!("{} ms", 1 + self.tape.draw(12)),
            };
            // A length that begins with a digit is read as written, so the expression stands in brackets.
            let after = after.replace("2 * pause", "pause + pause");
            self.line(indent + 2, &format!("after: {after}"));
            if self.tape.chance(2) {
                let every = *self.tape.pick(&["6 ms", "pause", "9 ms"]);
                self.line(indent + 2, &format!("every: {every}"));
                let most = 1 + self.tape.draw(4);
                self.line(indent + 2, &format!("at_most: {most}"));
            }
            if self.tape.chance(3) {
                self.line(indent + 2, "fresh_for: 7 ms");
            }
            if self.tape.chance(3) {
                let condition = self.condition(false);
                self.line(indent + 2, &format!("if: {condition}"));
            }
            let actions = self.actions(id, "timer", true);
            for part in actions.split("; ").filter(|part| !part.is_empty()) {
                self.line(indent + 2, part);
            }
            let way = self.way(id);
            for part in way.split(", ") {
                self.line(indent + 2, part);
            }
        }
    }

    fn can_be_done(&self, id: usize) -> bool {
        let state = &self.states[id];
        match state.kind {
            Kind::Compound => state
                .children
                .iter()
                .any(|child| self.states[*child].kind == Kind::Final),
            Kind::Parallel => state.children.iter().all(|child| self.can_be_done(*child)),
            _ => false,
        }
    }

    fn path(&self, id: usize) -> Vec<usize> {
        std::iter::successors(Some(id), |id| self.states[*id].parent).collect()
    }

    /// Whether a branch of `from` may lead to `to` without crossing from region to region.
    fn may_lead(&self, from: usize, to: usize) -> bool {
        let (from, to_path) = (self.path(from), self.path(to));
        let around = from
            .iter()
            .filter(|id| self.states[**id].kind == Kind::Parallel && to_path.contains(id));
        to != 0
            && around.into_iter().all(|parallel| {
                let region = |path: &[usize]| {
                    path.iter()
                        .copied()
                        .find(|id| self.states[*id].parent == Some(*parallel))
                };
                match (region(&from), region(&to_path)) {
                    (Some(own), Some(other)) => own == other && to != own,
                    _ => true,
                }
            })
    }

    /// Where a branch of `from` leads, as keys of a branch.
    fn way(&mut self, from: usize) -> String {
        let all: Vec<usize> = (1..self.states.len()).filter(|to| self.may_lead(from, *to)).collect();
        let around = self.path(from);
        let resumable: Vec<usize> = all
            .iter()
            .copied()
            .filter(|to| matches!(self.states[*to].kind, Kind::Compound | Kind::Parallel) && !around.contains(to))
            .collect();
        match self.tape.draw(6) {
            0 | 5 => "stay: true".to_owned(),
            1 if !resumable.is_empty() => format!("resume: s{}", self.tape.pick(&resumable)),
            2 if !resumable.is_empty() => format!("resume: s{}, depth: 1", self.tape.pick(&resumable)),
            3 => format!("go: s{}, reenter: true", self.tape.pick(&all)),
            _ => {
                let to = *self.tape.pick(&all);
                // Into a region of its own a state with regions leads only by leaving all of them.
                let own_region =
                    self.states[from].kind == Kind::Parallel && self.path(to).contains(&from) && to != from;
                format!("go: s{to}{}", if own_region { ", reenter: true" } else { "" })
            }
        }
    }

    fn condition(&mut self, with_event: bool) -> String {
        let some = 1 + self.tape.draw(self.states.len() - 1);
        match self.tape.draw(8) {
            0 => "m > 2".to_owned(),
            1 => "m <= 4".to_owned(),
            2 => format!("in_state(s{some})"),
            3 => format!("not in_state(s{some})"),
            4 => format!("time_in(s{some}) > 4 ms"),
            5 if with_event => "event.k > m".to_owned(),
            5 => "has(note)".to_owned(),
            6 => "has(since) and now > since".to_owned(),
            _ => "c == 1 or open == \"x\"".to_owned(),
        }
    }

    /// Keys of a branch: one line each for a branch, within braces for `enter` and `leave`.
    fn actions(&mut self, _of: usize, trigger: &str, answers: bool) -> String {
        let mut parts = Vec::new();
        let sets: &[&str] = match trigger {
            "enter" | "leave" => &["m: m + 1", "since: now", "m: m - 2"],
            "e1" => &["m: event.k", "m: m + event.k", "c: 0"],
            "e2" => &["note: event.text", "phone: event.phone", "pause: event.pause"],
            "timer" => &["m: m + 1", "c: 0", "since: now"],
            _ => &["m: 0", "c: 0", "since: now"],
        };
        if self.tape.chance(2) {
            let first = *self.tape.pick(sets);
            parts.push(format!("set: {{{first}}}"));
        }
        let effects: &[&str] = match trigger {
            "e1" => &["{count: {k: event.k}}", "{plain: {}}", "{count: {k: m}}"],
            "e2" => &[
                "{tell: {text: event.text, about: news}}",
                "{call: {phone: event.phone}}",
                "{plain: {}}",
            ],
            _ => &[
                "{count: {k: m}}",
                "{plain: {}}",
                "[{count: {k: c}}, {plain: {}}]",
                "{call: {}}",
            ],
        };
        if self.tape.chance(2) || (parts.is_empty() && !answers) {
            let first = *self.tape.pick(effects);
            parts.push(format!("do: {first}"));
        }
        parts.join(if answers { "; " } else { ", " })
    }
}

/// What happens to a case: its start, then inputs at instants that never go back.
pub(crate) fn script(tape: &mut Tape<'_>) -> Vec<Action> {
    let mut at = tape.draw(20) as i64 * 7;
    let mut start = vec![("m".to_owned(), Value::Int(tape.draw(4) as i64))];
    if tape.chance(3) {
        start.push(("note".to_owned(), Value::text(SECRET)));
    }
    let mut script = vec![Action {
        at,
        what: What::Start(start),
    }];
    for _ in 0..2 + tape.draw(30) {
        at += [0, 1, 2, 3, 4, 5, 6, 9, 12, 40][tape.draw(10)];
        let what = input(tape);
        script.push(Action { at, what });
    }
    script
}

fn input(tape: &mut Tape<'_>) -> What {
    let by = |tape: &mut Tape<'_>| [None, Some("agent"), Some("chief")][tape.draw(3)].map(str::to_owned);
    let secret = |digits: usize| Value::text(&format!("{SECRET}{digits:04}"));
    let (name, data) = match tape.draw(5) {
        0 => ("e0", Vec::new()),
        1 => ("e1", vec![("k".to_owned(), Value::Int(tape.draw(7) as i64 - 1))]),
        2 => {
            let number = tape.draw(10_000);
            let mut data = vec![("text".to_owned(), secret(0)), ("phone".to_owned(), secret(number))];
            if tape.chance(2) {
                data.push(("pause".to_owned(), Value::Duration(tape.draw(6) as i64)));
            }
            ("e2", data)
        }
        3 => ("e3", vec![("who".to_owned(), Value::text(&format!("{SECRET} Smith")))]),
        _ => return What::Tick,
    };
    What::Event {
        name: name.to_owned(),
        by: by(tape),
        data,
    }
}
