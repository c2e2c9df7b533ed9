//! Workload A as one would write it by hand: a case of 16 bytes and a `match`. The measure of all others.

use super::{Engine, Event, event, expect, expect_reopened, trace};
use crate::cpu::{self, Failure};
use caseloop_benches::profiles::Profile;
use caseloop_benches::schedule::{Arrival, Schedule};
use std::hint::black_box;

/// The leaf states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// Handed in next.
    New,
    /// Sorted next.
    Triage,
    /// Sorted: the usual.
    Routine,
    /// Sorted: large.
    Complex,
    /// Sorted: urgent.
    Emergency,
    /// In progress on the first level.
    L1,
    /// In progress on the second level.
    L2,
    /// In progress on the third level.
    L3,
    /// In the customer's hands.
    WaitingCustomer,
    /// Done.
    Resolved,
    /// Asked how it went.
    Revisit,
    /// Over.
    Closed,
}

/// A case.
#[derive(Clone, Debug)]
pub struct Case {
    amount: i64,
    reopened: u32,
    tier: u8,
    leaf: Leaf,
}

const _: () = assert!(size_of::<Case>() == 16);

impl Case {
    /// A case that has not been handed in.
    pub fn new(profile: &Profile) -> Self {
        Self {
            amount: profile.amount.into(),
            reopened: 0,
            tier: profile.tier,
            leaf: Leaf::New,
        }
    }

    /// Takes an event; `false` if the state has no answer to it.
    #[inline]
    pub fn take(&mut self, event: Event) -> bool {
        use Leaf::*;
        self.leaf = match (self.leaf, event) {
            (New, Event::Submit) => Triage,
            (Triage, Event::Classify) if self.tier == 2 => Emergency,
            (Triage, Event::Classify) if self.amount >= 10_000 => Complex,
            (Triage, Event::Classify) => Routine,
            (Routine | Complex | Emergency, Event::Assign) => L1,
            (L1 | L2 | L3, Event::AskCustomer) => WaitingCustomer,
            (L1 | L2 | L3, Event::Resolve) => Resolved,
            (WaitingCustomer, Event::CustomerReplied) => L1,
            (L1, Event::Escalate) => L2,
            (L2, Event::Escalate) => L3,
            (Resolved, Event::FollowUp) => Revisit,
            (Revisit, Event::Survey(satisfaction)) if satisfaction < 3 => {
                self.reopened += 1;
                L1
            }
            (Revisit, Event::Survey(_)) => Closed,
            _ => return false,
        };
        true
    }

    fn name(&self) -> &'static str {
        match self.leaf {
            Leaf::New => "new",
            Leaf::Triage => "triage",
            Leaf::Routine => "routine",
            Leaf::Complex => "complex",
            Leaf::Emergency => "emergency",
            Leaf::L1 => "l1",
            Leaf::L2 => "l2",
            Leaf::L3 => "l3",
            Leaf::WaitingCustomer => "waiting_customer",
            Leaf::Resolved => "resolved",
            Leaf::Revisit => "revisit",
            Leaf::Closed => "closed",
        }
    }
}

/// The case lives.
#[derive(Debug)]
pub struct Hand {
    lives: Vec<(Profile, [Event; 14])>,
}

impl Hand {
    /// With the traces of the profiles.
    pub fn new(profiles: &[Profile]) -> Self {
        let lives = profiles.iter().map(|profile| (*profile, trace(profile)));
        Self { lives: lives.collect() }
    }
}

impl Engine for Hand {
    fn check(&mut self, profiles: &[Profile]) -> Result<(), Failure> {
        for profile in profiles {
            let mut case = Case::new(profile);
            for (event, expected) in trace(profile).into_iter().zip(profile.leaves()) {
                case.take(event);
                expect(profile, case.name(), expected)?;
            }
            expect_reopened(profile, case.reopened.into())?;
        }
        Ok(())
    }

    fn run(&mut self, lives: usize) -> Result<u64, Failure> {
        let (time, ended) = cpu::of(|| {
            let mut ended = 0;
            for (profile, trace) in black_box(&self.lives).iter().cycle().take(lives) {
                let mut case = Case::new(profile);
                let mut taken = 0;
                for event in trace {
                    taken += usize::from(case.take(*event));
                }
                let case = black_box(case);
                ended += usize::from(case.leaf == Leaf::Closed && taken == 14);
            }
            ended
        });
        if ended == lives {
            Ok(time)
        } else {
            Err("a life did not end as it should".into())
        }
    }
}

/// Many cases alive at once.
#[derive(Debug)]
pub struct LiveHand {
    cases: Vec<Case>,
    batch: Vec<(u32, Event)>,
}

impl LiveHand {
    /// The cases of a schedule, where the schedule says they are.
    pub fn new(schedule: &Schedule) -> Result<Self, Failure> {
        let mut cases = Vec::new();
        for (case, behind) in schedule.positions().iter().enumerate() {
            let profile = schedule.profile(case as u32).ok_or("a case without data")?;
            let mut case = Case::new(profile);
            for event in trace(profile).into_iter().take((*behind).into()) {
                case.take(event);
            }
            cases.push(case);
        }
        let batch = Vec::with_capacity(cases.len());
        Ok(Self { cases, batch })
    }

    /// Begins a case anew that is over.
    pub fn renew(&mut self, case: u32, profile: &Profile) {
        if let Some(over) = self.cases.get_mut(case as usize) {
            *over = Case::new(profile);
        }
    }

    /// Takes up a batch.
    pub fn take_up(&mut self, batch: &[Arrival]) {
        self.batch.clear();
        for arrival in batch {
            let event = event(arrival.position.into(), arrival.satisfaction);
            self.batch.push((arrival.case, event));
        }
    }

    /// Carries out the batch. Returns how many events were taken.
    pub fn step(&mut self) -> usize {
        let mut taken = 0;
        for (case, event) in black_box(&self.batch) {
            if let Some(case) = self.cases.get_mut(*case as usize) {
                taken += usize::from(case.take(*event));
            }
        }
        taken
    }

    /// Holds the leaf state of every case against the schedule.
    pub fn check(&self, schedule: &Schedule) -> Result<(), Failure> {
        for (number, case) in self.cases.iter().enumerate() {
            let number = number as u32;
            let profile = schedule.profile(number).ok_or("a case without data")?;
            expect(profile, case.name(), schedule.leaf(number).unwrap_or_default())?;
        }
        Ok(())
    }
}
