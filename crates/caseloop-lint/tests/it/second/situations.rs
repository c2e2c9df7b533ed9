//! All situations of a small workflow, found breadth first, each step taken in every way there is.

use super::machine::{Cause, Done, Machine, Running, Situation, Taken};
use super::reckon::{Fields, combinations};
use caseloop_core::definition::{Definition, Delay};
use indexmap::IndexSet;
use std::collections::BTreeSet;

/// A step between two situations.
pub(super) struct Edge {
    /// `None` where the case begins.
    pub(super) from: Option<usize>,
    pub(super) to: usize,
    pub(super) cause: Cause,
    pub(super) done: Done,
}

pub(super) struct Situations<'d> {
    pub(super) machine: Machine<'d>,
    pub(super) all: IndexSet<Situation>,
    pub(super) edges: Vec<Edge>,
    /// Of each situation the edges that leave it.
    pub(super) from: Vec<Vec<usize>>,
    /// How many steps lead to each at least, that of the beginning included.
    pub(super) depth: Vec<usize>,
    pub(super) running: Vec<BTreeSet<Running>>,
    pub(super) over: Vec<bool>,
}

impl<'d> Situations<'d> {
    /// `None` where there are more than `most`, or a step never ends.
    pub(super) fn of(definition: &'d Definition, most: usize) -> Option<Self> {
        let mut own = Self {
            machine: Machine { definition },
            all: IndexSet::new(),
            edges: Vec::new(),
            from: Vec::new(),
            depth: Vec::new(),
            running: Vec::new(),
            over: Vec::new(),
        };
        for data in own.machine.beginnings() {
            let taken = own.machine.start(&data);
            own.add(None, Cause::Start, taken)?;
        }
        let events = definition.events.iter();
        let events: Vec<Vec<Fields>> = events.map(|event| combinations(&event.data, |_| None)).collect();
        let mut at = 0;
        while at < own.all.len() {
            if own.all.len() > most {
                return None;
            }
            if !own.over[at] {
                own.leave(at, &events)?;
            }
            at += 1;
        }
        Some(own)
    }

    /// Takes every step from a situation.
    fn leave(&mut self, at: usize, events: &[Vec<Fields>]) -> Option<()> {
        let case = self.all.get_index(at)?.clone();
        let definition = self.machine.definition;
        for (event, data) in events.iter().enumerate() {
            if !definition.events[event].external {
                continue;
            }
            for data in data {
                let taken = self.machine.step(&case, Cause::Event(event), data);
                self.add(Some(at), Cause::Event(event), taken)?;
            }
        }
        let timers = (0..definition.timers.len()).filter(|timer| may_fire_next(definition, &case, *timer));
        let mut causes: Vec<Cause> = timers.map(Cause::Timer).collect();
        for (position, promise) in definition.promises.iter().enumerate() {
            let may = case.promises[position].may_say(promise).into_iter();
            causes.extend(may.map(|says| Cause::Promise(position, says)));
        }
        for cause in causes {
            let taken = self.machine.step(&case, cause, &Vec::new());
            self.add(Some(at), cause, taken)?;
        }
        Some(())
    }

    fn add(&mut self, from: Option<usize>, cause: Cause, taken: Taken) -> Option<()> {
        let (to, done) = match taken {
            Taken::Nothing => return Some(()),
            Taken::To(to, done) => (to, done),
            Taken::Endless => return None,
        };
        let running = self.machine.running(&to);
        let over = self.machine.is_over(&to);
        let (to, new) = self.all.insert_full(to);
        if new {
            self.from.push(Vec::new());
            self.depth.push(from.map_or(0, |from| self.depth[from]) + 1);
            self.running.push(running);
            self.over.push(over);
        }
        if let Some(from) = from {
            self.from[from].push(self.edges.len());
        }
        self.edges.push(Edge { from, to, cause, done });
        Some(())
    }

    /// The situations of which something is so.
    pub(super) fn those_where(&self, is_so: impl Fn(&Situation) -> bool) -> BTreeSet<usize> {
        let all = self.all.iter().enumerate();
        all.filter(|(_, case)| is_so(case)).map(|(at, _)| at).collect()
    }
}

/// Whether a running timer may be the next of its state, all of whose timers were started together. One that fires for ever
/// may be at any of its firings, once it has fired.
fn may_fire_next(definition: &Definition, case: &Situation, timer: usize) -> bool {
    let length = |delay: &Delay| match delay {
        Delay::Elapsed(ms) => *ms,
        other => panic!("small workflows have no timer of {other:?}"),
    };
    let next = |timer: usize, fired: u32| {
        let def = &definition.timers[timer];
        let every = def.every.as_ref().map_or(0, length);
        length(&def.after) + i64::from(fired) * every
    };
    let Some(fired) = case.timers[timer] else { return false };
    let own = next(timer, fired);
    (0..definition.timers.len()).all(|other| {
        let same_state = definition.timers[other].state == definition.timers[timer].state;
        let Some(fired) = case.timers[other].filter(|_| same_state && other != timer) else {
            return true;
        };
        let endless = definition.timers[other].every.is_some() && definition.timers[other].at_most.is_none();
        // Of two at one instant the first in the file comes first.
        endless && fired > 0 || (own, timer) < (next(other, fired), other)
    })
}
