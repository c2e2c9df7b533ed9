//! Which events come to many live cases: batches of one event a case, in a new random order each time.
//!
//! It knows nothing of any engine, so that two of them can be given the same batches.

use crate::profiles::{Numbers, Profile, TRACE};

/// One event of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The case, by its position among the live ones.
    pub case: u32,
    /// The position of its event in the trace.
    pub position: u8,
    /// What the customer answers, in a survey.
    pub satisfaction: Option<u8>,
}

/// The lives of many cases at once, each at its own place in the trace.
#[derive(Debug)]
pub struct Schedule {
    profiles: Vec<Profile>,
    positions: Vec<u8>,
    batch: Vec<Arrival>,
    over: Vec<u32>,
    numbers: Numbers,
}

impl Schedule {
    /// As many live cases, with any number of events from 0 to 13 behind them.
    #[must_use]
    pub fn new(profiles: Vec<Profile>, cases: u32) -> Self {
        let mut numbers = Numbers::new(11);
        let positions = (0..cases).map(|_| numbers.below(TRACE.len() as u32) as u8).collect();
        let batch = (0..cases).map(|case| Arrival {
            case,
            position: 0,
            satisfaction: None,
        });
        Self {
            profiles,
            positions,
            batch: batch.collect(),
            over: Vec::new(),
            numbers,
        }
    }

    /// The data of a case.
    #[must_use]
    pub fn profile(&self, case: u32) -> Option<&Profile> {
        self.profiles.get(case as usize % self.profiles.len().max(1))
    }

    /// How many events each case has behind it, in the order of the cases.
    #[must_use]
    pub fn positions(&self) -> &[u8] {
        &self.positions
    }

    /// The leaf state that a case has to be in; the start state before its first event.
    #[must_use]
    pub fn leaf(&self, case: u32) -> Option<&'static str> {
        let before = self.positions.get(case as usize)?;
        match usize::from(*before).checked_sub(1) {
            None => Some("new"),
            Some(last) => self.profile(case)?.leaves().get(last).copied(),
        }
    }

    /// The cases that the last batch ended: the engine begins them anew before the next one.
    pub fn renew(&mut self) -> &[u32] {
        self.over.clear();
        for (case, position) in self.positions.iter_mut().enumerate() {
            if usize::from(*position) == TRACE.len() {
                *position = 0;
                self.over.push(case as u32);
            }
        }
        &self.over
    }

    /// The next batch: each case once, in random order. Every case is alive when it comes (see [`renew`](Self::renew)).
    pub fn next_batch(&mut self) -> &[Arrival] {
        for last in (1..self.batch.len()).rev() {
            let other = self.numbers.below(last as u32 + 1) as usize;
            self.batch.swap(last, other);
        }
        for arrival in &mut self.batch {
            if let Some(position) = self.positions.get_mut(arrival.case as usize) {
                arrival.position = *position;
                *position += 1;
            }
            let profile = self.profiles.get(arrival.case as usize % self.profiles.len().max(1));
            arrival.satisfaction = profile.and_then(|profile| profile.satisfaction(usize::from(arrival.position)));
        }
        &self.batch
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profiles::profiles;

    #[test]
    fn a_batch_has_each_case_once_with_its_next_event() {
        let mut schedule = Schedule::new(profiles(), 500);
        for _ in 0..30 {
            schedule.renew();
            let before = schedule.positions().to_vec();
            let mut batch = schedule.next_batch().to_vec();
            batch.sort_by_key(|arrival| arrival.case);
            for (case, arrival) in batch.iter().enumerate() {
                assert_eq!((arrival.case as usize, arrival.position), (case, before[case]));
            }
        }
    }
}
