//! A promise that is due before anything can end it, since timers alone lead there.

use crate::reach::path;
use crate::{Lint, Looked};
use caseloop_core::definition::{Branch, Definition, Delay, Go, Kind, Limit, Mark, MarkDef, PromiseDef, Trigger};
use caseloop_core::{StateId, TimerId};
use caseloop_expr::Length;
use caseloop_syntax::{Code, Diagnostic};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

pub(crate) static CODE: Code = Code::new(
    "never-met",
    "A promise is due before anything can end it: on every way there a timer takes longer than the limit.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("never-met"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let d = looked.workflow.definition();
    // While one region waits, another may end it.
    if d.states.iter().any(|state| state.kind == Kind::Parallel) {
        return;
    }
    for promise in &d.promises {
        let Some((limit, least, branch)) = shortest(d, promise) else {
            continue;
        };
        let message = format!(
            "`{}` is due after {limit}, and nothing ends it before {least}",
            promise.name
        );
        let finding = Diagnostic::warning(&CODE, promise.span, message);
        let finding = finding.also(branch.span, "this takes so long on the way there");
        findings.push(finding.help("let somebody end it, or let the timer come before the limit"));
    }
}

/// The limit of a promise, and how long it takes at least to what ends it, where that is longer; with the branch of the way
/// that takes longest.
fn shortest<'d>(d: &'d Definition, promise: &'d PromiseDef) -> Option<(Length, Length, &'d Branch)> {
    let plain = |mark: &MarkDef| mark.since.is_none() && mark.by.is_none();
    let rests = !promise.restart.is_empty() || !promise.paused_in.is_empty();
    if rests || promise.until.is_empty() || !promise.from.iter().all(plain) {
        return None;
    }
    let lengths = promise.within.as_ref().and_then(Limit::lengths)?;
    let amount = |length: &Length| match length {
        Length::Elapsed(ms) => Some((false, *ms)),
        Length::WorkingTime(ms) => Some((true, *ms)),
        _ => None,
    };
    let limits: Vec<(bool, i64)> = lengths.iter().map(amount).collect::<Option<_>>()?;
    let (working, limit) = limits.iter().copied().max()?;
    if limits.iter().any(|(other, _)| *other != working) {
        return None;
    }
    let way = Way { d, promise, working };
    let (least, branch) = way.least()?;
    let length = |ms| match working {
        true => Length::WorkingTime(ms),
        false => Length::Elapsed(ms),
    };
    (least > limit).then(|| (length(limit), length(least), branch))
}

/// Where a case rests on a way, and whether it has just come there, so that the timers of that state begin.
type Place = (StateId, bool);

/// A place on a way, or its end, after so many milliseconds; with the branch that took longest, by position.
type Come = (Reverse<i64>, Option<Place>, Option<(i64, usize)>);

/// The ways from where a promise begins to where it ends, by the time that surely passes.
struct Way<'d> {
    d: &'d Definition,
    promise: &'d PromiseDef,
    /// Whether working time is counted.
    working: bool,
}

impl<'d> Way<'d> {
    /// How long the shortest way takes, and what takes longest on it.
    fn least(&self) -> Option<(i64, &'d Branch)> {
        let mut known: BTreeSet<Place> = BTreeSet::new();
        let mut waiting: BinaryHeap<Come> = BinaryHeap::new();
        for place in self.promise.from.iter().flat_map(|mark| self.beginnings(mark)) {
            waiting.push((Reverse(0), Some(place), None));
        }
        while let Some((Reverse(passed), place, longest)) = waiting.pop() {
            let Some(place) = place else {
                let (_, at) = longest?;
                return Some((passed, self.d.branches.get(at)?));
            };
            if !known.insert(place) {
                continue;
            }
            let around = path(self.d, place.0);
            let branches = self.d.branches.iter().enumerate();
            let mut next: Vec<(i64, usize, &Branch)> = branches
                .filter(|(_, branch)| around.contains(&branch.source))
                .filter_map(|(at, branch)| Some((self.waits(branch, place)?, at, branch)))
                .collect();
            next.sort_unstable_by_key(|(waits, at, _)| (*waits, *at));
            for (waits, at, branch) in next {
                let passed = passed.saturating_add(waits);
                let longest = longest.max(Some((waits, at)));
                if self
                    .promise
                    .until
                    .iter()
                    .any(|mark| self.may_end(mark, branch, &around))
                {
                    // A way on may be shorter than this wait.
                    waiting.push((Reverse(passed), None, longest));
                    continue;
                }
                if let Go::To(targets) = &branch.go {
                    for place in targets.iter().flat_map(|target| self.entered(*target)) {
                        waiting.push((Reverse(passed), Some(place), longest));
                    }
                }
            }
        }
        None
    }

    /// How long a branch waits at least; `None` for what comes after the deadline alone.
    fn waits(&self, branch: &Branch, (place, fresh): Place) -> Option<i64> {
        match branch.trigger {
            Trigger::Event(event) => (event != self.promise.breached).then_some(0),
            Trigger::Always => Some(0),
            Trigger::Timer(id) => {
                if self.promise.rungs.iter().any(|rung| rung.timer == id) {
                    return None;
                }
                let own = self.d.timers.get(id.index())?.state == place && fresh;
                Some(if own { self.length(id) } else { 0 })
            }
        }
    }

    fn length(&self, timer: TimerId) -> i64 {
        let length = match self.d.timers.get(timer.index()).map(|timer| &timer.after) {
            Some(Delay::Elapsed(ms)) => (Length::Elapsed(*ms), true),
            Some(Delay::Calendar(length, calendar)) => (*length, self.promise.calendar.as_deref() == Some(&**calendar)),
            _ => return 0,
        };
        match length {
            (Length::Elapsed(ms), _) if !self.working => ms,
            // Working time takes at least as long as it is.
            (Length::WorkingTime(ms), same) if !self.working || same => ms,
            _ => 0,
        }
    }

    /// Where a case can be at the moment at which a mark counts.
    fn beginnings(&self, mark: &MarkDef) -> Vec<Place> {
        let taken = |such: &dyn Fn(&Branch) -> bool| -> Vec<Place> {
            let branches = self.d.branches.iter().filter(|branch| such(branch));
            let places = branches.flat_map(|branch| match &branch.go {
                Go::To(targets) => targets.iter().flat_map(|target| self.entered(*target)).collect(),
                Go::Stay | Go::Reject(_) => self.inside(branch.source, false),
            });
            places.collect()
        };
        match mark.on {
            Mark::Start => self.entered(StateId::at(0)),
            Mark::Entering(state) => self.inside(state, true),
            Mark::Leaving(state) => {
                let near = |branch: &Branch| {
                    path(self.d, branch.source).contains(&state) || path(self.d, state).contains(&branch.source)
                };
                taken(&|branch| near(branch) && matches!(branch.go, Go::To(_)))
            }
            Mark::Event(event) => taken(&|branch| branch.trigger == Trigger::Event(event)),
        }
    }

    /// Whether a branch that is taken where these states are active may end the promise.
    fn may_end(&self, mark: &MarkDef, branch: &Branch, around: &[StateId]) -> bool {
        let targets = match &branch.go {
            Go::To(targets) => targets.as_slice(),
            Go::Stay | Go::Reject(_) => &[],
        };
        match mark.on {
            Mark::Start => false,
            Mark::Event(event) => branch.trigger == Trigger::Event(event),
            Mark::Leaving(state) => {
                let inside = |id: StateId| id != state && path(self.d, id).contains(&state);
                let stays = inside(branch.source) && targets.iter().all(|target| inside(*target));
                around.contains(&state) && !targets.is_empty() && !stays
            }
            Mark::Entering(state) => targets.iter().any(|target| {
                let mut entered = self.entered(*target).into_iter();
                path(self.d, *target).contains(&state) || entered.any(|(id, _)| path(self.d, id).contains(&state))
            }),
        }
    }

    /// Where a case rests once it was led to a state.
    fn entered(&self, state: StateId) -> Vec<Place> {
        let Some(def) = self.d.states.get(state.index()) else {
            return Vec::new();
        };
        match (def.kind, def.parent) {
            (Kind::History { .. }, Some(parent)) => self.inside(parent, true),
            _ if def.start.targets.is_empty() => vec![(state, true)],
            _ => def
                .start
                .targets
                .iter()
                .flat_map(|target| self.entered(*target))
                .collect(),
        }
    }

    /// A state and all inside it.
    fn inside(&self, state: StateId, fresh: bool) -> Vec<Place> {
        let all = (0..self.d.states.len()).map(StateId::at);
        let inside = all.filter(|id| path(self.d, *id).contains(&state));
        inside.map(|id| (id, fresh)).collect()
    }
}
