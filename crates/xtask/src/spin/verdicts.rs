//! What spin printed of a model: every situation and every step, and what follows for each guarantee.

use super::model::{Cause, Model};
use crate::TaskError;
use caseloop_core::definition::Guarantee;
use std::collections::{BTreeMap, BTreeSet};

/// What follows for a guarantee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Holds,
    Fails,
    /// It depends on what rules say, or on what falls due first.
    Depends,
}

/// A situation.
#[derive(Default)]
struct Situation {
    over: bool,
    somebody: bool,
    /// Two truths for each guarantee.
    said: Vec<i64>,
    /// What falls due one day.
    running: Vec<bool>,
    leaving: Vec<usize>,
}

/// A step, from nowhere where a case begins.
struct Step {
    from: Option<usize>,
    to: usize,
    cause: Cause,
    data: Vec<i64>,
    met: Vec<bool>,
    /// For each guarantee what the model noted.
    noted: Vec<i64>,
}

/// See the file.
pub(super) struct Printed {
    situations: Vec<Situation>,
    steps: Vec<Step>,
}

impl Printed {
    pub(super) fn read(model: &Model, text: &str) -> Result<Self, TaskError> {
        let mut own = Self {
            situations: Vec::new(),
            steps: Vec::new(),
        };
        let mut seen = BTreeSet::new();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("@S ") {
                let (id, said, running) = match rows(rest)?.as_slice() {
                    [first, running] => match first.as_slice() {
                        [id, over, somebody, said @ ..] => (*id, (*over, *somebody, said.to_vec()), running.clone()),
                        _ => return Err(cut(line)),
                    },
                    _ => return Err(cut(line)),
                };
                if id != own.situations.len() as i64 {
                    return Err(cut(line));
                }
                own.situations.push(Situation {
                    over: said.0 != 0,
                    somebody: said.1 != 0,
                    said: said.2,
                    running: running.iter().map(|runs| *runs != 0).collect(),
                    leaving: Vec::new(),
                });
            } else if let Some(rest) = line.strip_prefix("@E ")
                && seen.insert(rest)
            {
                let rows = rows(rest)?;
                let [ends, data, met, noted] = rows.as_slice() else {
                    return Err(cut(line));
                };
                let [from, to, cause] = ends.as_slice() else {
                    return Err(cut(line));
                };
                let cause = usize::try_from(*cause).ok().and_then(|cause| model.causes.get(cause));
                own.steps.push(Step {
                    from: usize::try_from(*from).ok(),
                    to: usize::try_from(*to).map_err(|_| cut(line))?,
                    cause: *cause.ok_or_else(|| cut(line))?,
                    data: data.clone(),
                    met: met.iter().map(|met| *met != 0).collect(),
                    noted: noted.clone(),
                });
            }
        }
        for (position, step) in own.steps.iter().enumerate() {
            let from = step.from.and_then(|from| own.situations.get_mut(from));
            from.into_iter().for_each(|from| from.leaving.push(position));
        }
        Ok(own)
    }

    pub(super) fn situations(&self) -> usize {
        self.situations.len()
    }

    fn all(&self) -> BTreeSet<usize> {
        (0..self.situations.len()).collect()
    }

    fn at(&self, is_so: impl Fn(&Situation) -> bool) -> BTreeSet<usize> {
        let all = self.situations.iter().enumerate();
        all.filter(|(_, situation)| is_so(situation))
            .map(|(at, _)| at)
            .collect()
    }

    /// What follows for the guarantee at a position.
    pub(super) fn verdict(&self, position: usize, guarantee: &Guarantee) -> Verdict {
        let said = |situation: &Situation, which: usize| {
            situation.said.get(position * 2 + which).is_some_and(|said| *said != 0)
        };
        let noted = |step: &Step| step.noted.get(position).copied().unwrap_or_default();
        let fails = |fails: bool| if fails { Verdict::Fails } else { Verdict::Holds };
        let stands = |situation: &Situation| !situation.running.contains(&true);
        match guarantee {
            Guarantee::OnlyBy { .. } | Guarantee::AlwaysWarned { .. } => {
                fails(self.steps.iter().any(|step| noted(step) == 1))
            }
            Guarantee::SameStep { event, .. } => {
                let mut taken = self
                    .steps
                    .iter()
                    .filter(|step| step.cause == Cause::Event(event.index()));
                fails(taken.any(|step| noted(step) != 2))
            }
            Guarantee::Everywhere { waits_for, clock } => fails(self.situations.iter().any(|situation| {
                !situation.over && (*waits_for && !situation.somebody || *clock && stands(situation))
            })),
            Guarantee::Always(_) => fails(self.situations.iter().any(|situation| !said(situation, 0))),
            Guarantee::Never(_) => fails(self.situations.iter().any(|situation| said(situation, 0))),
            Guarantee::CanReach(_) => self.can_reach(&self.at(|situation| said(situation, 0))),
            Guarantee::TimeAloneEndsIn(_) => {
                let outside = self.at(|situation| !said(situation, 0) && !situation.over);
                let still = outside.iter().any(|at| self.situations.get(*at).is_some_and(stands));
                let back = |step: &Step| step.from.is_some_and(|from| outside.contains(&from));
                fails(still || self.lasts(self.all(), &|step| is_time(step.cause), &back))
            }
            Guarantee::TakenAtMost { at_most, .. } => fails(self.most_often(*at_most, &noted) > *at_most),
            Guarantee::LeadsTo { .. } => {
                let reached = self.at(|situation| said(situation, 1));
                let mut open = self.at(|situation| said(situation, 0) && !said(situation, 1));
                let mut todo: Vec<usize> = open.iter().copied().collect();
                while let Some(at) = todo.pop() {
                    for step in self.leaving(at) {
                        if !reached.contains(&step.to) && open.insert(step.to) {
                            todo.push(step.to);
                        }
                    }
                }
                let still = open.iter().any(|at| self.situations.get(*at).is_some_and(stands));
                fails(still || self.lasts(open, &|_| true, &|_| true))
            }
        }
    }

    fn leaving(&self, at: usize) -> impl Iterator<Item = &Step> {
        let leaving = self
            .situations
            .get(at)
            .into_iter()
            .flat_map(|situation| &situation.leaving);
        leaving.filter_map(|step| self.steps.get(*step))
    }

    /// Backwards from where it should come: by what people do, whatever rules say, or by time, whatever falls due first.
    fn can_reach(&self, good: &BTreeSet<usize>) -> Verdict {
        let surely = self.backwards(good, |at, won| {
            let mut deeds: BTreeMap<(usize, &[i64]), bool> = BTreeMap::new();
            let mut time: Option<bool> = None;
            for step in self.leaving(at) {
                let leads = won.contains(&step.to);
                match step.cause {
                    Cause::Event(event) => *deeds.entry((event, &step.data)).or_insert(true) &= leads,
                    _ => *time.get_or_insert(true) &= leads,
                }
            }
            let goes_on = self
                .situations
                .get(at)
                .is_some_and(|situation| situation.running.contains(&true));
            deeds.values().any(|leads| *leads) || goes_on && time == Some(true)
        });
        let perhaps = self.backwards(good, |at, won| self.leaving(at).any(|step| won.contains(&step.to)));
        let all = |won: &BTreeSet<usize>| {
            let mut situations = self.situations.iter().enumerate();
            situations.all(|(at, situation)| situation.over || won.contains(&at))
        };
        match (all(&surely), all(&perhaps)) {
            (true, _) => Verdict::Holds,
            (_, false) => Verdict::Fails,
            _ => Verdict::Depends,
        }
    }

    fn backwards(&self, good: &BTreeSet<usize>, joins: impl Fn(usize, &BTreeSet<usize>) -> bool) -> BTreeSet<usize> {
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); self.situations.len()];
        for step in &self.steps {
            if let (Some(from), Some(before)) = (step.from, before.get_mut(step.to)) {
                before.push(from);
            }
        }
        let mut won = good.clone();
        let mut todo: Vec<usize> = good.iter().copied().collect();
        while let Some(at) = todo.pop() {
            for from in before.get(at).into_iter().flatten() {
                if !won.contains(from) && joins(*from, &won) {
                    won.insert(*from);
                    todo.push(*from);
                }
            }
        }
        won
    }

    /// Whether a case can go on for ever inside by some steps, and by one of them again and again, while whatever falls due
    /// one day does, or begins anew, or rests.
    fn lasts(&self, inside: BTreeSet<usize>, by: &dyn Fn(&Step) -> bool, again: &dyn Fn(&Step) -> bool) -> bool {
        let runs = |at: usize, running: usize| {
            let situation = self.situations.get(at);
            situation
                .and_then(|situation| situation.running.get(running))
                .copied()
                .unwrap_or_default()
        };
        let kinds = self.situations.first().map_or(0, |situation| situation.running.len());
        let mut left = inside;
        loop {
            let before = left.len();
            left = self.that_come_to(&left, by, again);
            for running in 0..kinds {
                left = self.that_come_to(&left, by, &|step| {
                    let met = step.met.get(running).copied().unwrap_or_default();
                    met || !step.from.is_some_and(|from| runs(from, running))
                });
            }
            if left.len() == before {
                return !left.is_empty();
            }
        }
    }

    fn that_come_to(
        &self,
        inside: &BTreeSet<usize>,
        by: &dyn Fn(&Step) -> bool,
        wanted: &dyn Fn(&Step) -> bool,
    ) -> BTreeSet<usize> {
        let mut before: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut found = BTreeSet::new();
        for at in inside {
            for step in self.leaving(*at).filter(|step| inside.contains(&step.to) && by(step)) {
                before.entry(step.to).or_default().push(*at);
                if wanted(step) {
                    found.insert(*at);
                }
            }
        }
        let mut todo: Vec<usize> = found.iter().copied().collect();
        while let Some(at) = todo.pop() {
            for from in before.get(&at).into_iter().flatten() {
                if found.insert(*from) {
                    todo.push(*from);
                }
            }
        }
        found
    }

    /// How often a case takes what is counted, up to one more than `at_most`.
    fn most_often(&self, at_most: i64, counted: &dyn Fn(&Step) -> i64) -> i64 {
        let mut most: Vec<i64> = vec![-1; self.situations.len()];
        let mut todo: Vec<(usize, i64)> = Vec::new();
        todo.extend(
            self.steps
                .iter()
                .filter(|step| step.from.is_none())
                .map(|step| (step.to, counted(step))),
        );
        while let Some((at, taken)) = todo.pop() {
            let taken = taken.min(at_most + 1);
            match most.get_mut(at).filter(|most| **most < taken) {
                Some(most) => *most = taken,
                None => continue,
            }
            todo.extend(self.leaving(at).map(|step| (step.to, taken + counted(step))));
        }
        most.into_iter().max().unwrap_or_default()
    }
}

fn is_time(cause: Cause) -> bool {
    !matches!(cause, Cause::Start | Cause::Event(_))
}

fn rows(text: &str) -> Result<Vec<Vec<i64>>, TaskError> {
    let row = |row: &str| {
        row.split_whitespace()
            .map(|number| number.parse().map_err(|_| cut(text)))
            .collect()
    };
    text.split('|').map(row).collect()
}

fn cut(line: &str) -> TaskError {
    TaskError::new(format!("spin printed a line that was not expected: {line}"))
}
