//! A workflow of many states in regions that run beside each other, as a generator writes it: what proofs are measured with.

use std::fmt::Write;

/// What is written.
#[derive(Clone, Copy, Debug)]
pub struct Regions {
    /// How many states in all, spread over the regions.
    pub states: usize,
    /// How many regions.
    pub regions: usize,
    /// Whether all regions count in one counter, which each of them looks at.
    pub shared: bool,
    /// Whether a timer of each region leads out of all of them.
    pub exits: bool,
}

impl Regions {
    /// The workflow, with six guarantees: each state has a timer, all regions meet in one join.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::from(HEAD);
        if self.shared {
            text.push_str("  handled: {type: count, max: 9}\n");
        }
        text.push_str(
            "events:\n  solved: {sent_by: head}\n  visited: {sent_by: visitor, result: {one_of: [good, bad]}}\n",
        );
        for region in 0..self.regions {
            let _ = writeln!(
                text,
                "  done_{region}: {{sent_by: agent}}\n  again_{region}: {{sent_by: agent}}"
            );
        }
        text.push_str(PROMISES);
        for region in 0..self.regions {
            self.region(region, &mut text);
        }
        text.push_str(TAIL);
        text
    }

    fn region(&self, region: usize, text: &mut String) {
        let states = self.states / self.regions + usize::from(region < self.states % self.regions);
        let last = states.saturating_sub(1);
        let _ = writeln!(
            text,
            "      part_{region}:\n        start: s{region}_0\n        states:"
        );
        for state in 0..last {
            let next = state + 1;
            let (guard, set) = match self.shared && state % 10 == 3 {
                true => ("if: handled < 9, ", "set: {handled: handled + 1}, "),
                false => ("", ""),
            };
            let timer = match state % 5 {
                4 if self.exits && state == 4 => "after: 3 days, go: desk".to_owned(),
                4 => format!("after: 3 days, go: s{region}_{next}"),
                _ => "after: 4 h, every: 4 h, at_most: 3, do: {notify: {role: agent}}".to_owned(),
            };
            let _ = writeln!(
                text,
                "          s{region}_{state}:\n            waits_for: agent\n            when: {{done_{region}: {{{guard}{set}go: s{region}_{next}}}, again_{region}: {{go: s{region}_0}}}}\n            timers: {{t{state}: {{{timer}}}}}"
            );
        }
        let _ = writeln!(text, "          s{region}_{last}: {{final: true}}");
    }
}

const HEAD: &str = "\
workflow: regions
version: 1
roles: [agent, head, visitor]
case:
  seen: {type: count, max: 2}
";

const PROMISES: &str = "\
effects: {notify: {role: role}}
ladders:
  late:
    - {name: head, do: {notify: {role: head}}}
    - {name: desk, after: 1 day, go: desk}
promises:
  whole: {within: 30 days, from: start, until: [entering closed, entering desk], ladder: late, warn: {at: 75 %, do: {notify: {role: head}}}}
start: open
states:
  open:
    when: {done: {go: follow_up}}
    timers: {long: {after: 40 days, go: desk}}
    regions:
";

const TAIL: &str = "  follow_up:
    waits_for: visitor
    revisit:
      answer: visited.result
      within: 1 day
      good: {is: good, go: closed}
      bad:  {is: bad, reopen: open, at_most: 2, then: desk}
    timers: {missed: {after: 3 days, go: desk}}
  desk:
    waits_for: head
    when: {solved: {go: follow_up}}
    timers: {alarm: {after: 2 days, every: 2 days, do: {notify: {role: head}}}}
  closed: {final: closed_loop}
guarantees:
  the loop is closed: {entering: closed, only_by: follow_up.good}
  no dead end:        {can_reach: closed}
  nobody is parked:   {everywhere: [waits_for, clock]}
  silence ends:       {time_alone_ends_in: desk}
  warned in time:     {always_warned: whole}
  rework is bounded:  {reopened_at_most: 2}
";
