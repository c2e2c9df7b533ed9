//! Workload A on the `scxml` crate: its simulator, which asks the host about guards and carries out no actions; the
//! reopen counter is the host's.

use super::{Engine, expect, expect_reopened};
use crate::cpu::{self, Failure};
use ::scxml::model::Statechart;
use ::scxml::simulate::Simulator;
use caseloop_benches::profiles::{Profile, TRACE};
use std::cell::Cell;
use std::hint::black_box;
use std::rc::Rc;

const DEFINITION: &str = include_str!("../../charts/workload.scxml");

/// The case lives.
#[derive(Debug)]
pub struct Scxml {
    chart: Statechart,
    profiles: Vec<Profile>,
    anew: bool,
}

/// What the guards read.
#[derive(Clone, Copy)]
struct Facts {
    tier: u8,
    amount: u32,
    satisfaction: u8,
}

impl Facts {
    fn of(profile: &Profile) -> Self {
        Self {
            tier: profile.tier,
            amount: profile.amount,
            satisfaction: 0,
        }
    }

    fn hold(self, guard: &str) -> bool {
        match guard {
            "urgent" => self.tier == 2,
            "large" => self.amount >= 10_000,
            _ => self.satisfaction < 3,
        }
    }
}

impl Scxml {
    /// Each life in a simulator made for it (`anew`) or in one that is reset.
    pub fn new(profiles: &[Profile], anew: bool) -> Result<Self, Failure> {
        Ok(Self {
            chart: ::scxml::parse_xml(DEFINITION)?,
            profiles: profiles.to_vec(),
            anew,
        })
    }

    fn begun(&self, facts: &Rc<Cell<Facts>>) -> Simulator<'_> {
        let facts = facts.clone();
        Simulator::new(&self.chart).with_guard_fn(move |guard| facts.get().hold(guard))
    }

    fn life(&self, case: &mut Simulator<'_>, facts: &Cell<Facts>, profile: &Profile) -> Result<u32, Failure> {
        let mut reopened = 0;
        for (position, event) in TRACE.iter().enumerate() {
            if let Some(satisfaction) = profile.satisfaction(position) {
                facts.set(Facts {
                    satisfaction,
                    ..facts.get()
                });
                reopened += u32::from(case.send(event)? == "l1");
            } else {
                case.send(event)?;
            }
        }
        Ok(reopened)
    }
}

impl Engine for Scxml {
    fn check(&mut self, profiles: &[Profile]) -> Result<(), Failure> {
        for profile in profiles {
            let facts = Rc::new(Cell::new(Facts::of(profile)));
            let mut case = self.begun(&facts);
            let reopened = self.life(&mut case, &facts, profile)?;
            for ((_, _, found), expected) in case.history().iter().zip(profile.leaves()) {
                expect(profile, found, expected)?;
            }
            expect(profile, case.state(), "closed")?;
            expect_reopened(profile, reopened.into())?;
        }
        Ok(())
    }

    fn run(&mut self, lives: usize) -> Result<u64, Failure> {
        let facts = Rc::new(Cell::new(Facts::of(&self.profiles[0])));
        let mut kept = self.begun(&facts);
        let (time, reopened) = cpu::of(|| {
            let mut reopened = 0;
            for profile in self.profiles.iter().cycle().take(lives) {
                if self.anew {
                    let facts = Rc::new(Cell::new(Facts::of(profile)));
                    let mut case = self.begun(&facts);
                    reopened += self.life(&mut case, &facts, profile)?;
                    black_box(case.is_final());
                } else {
                    kept.reset();
                    facts.set(Facts::of(profile));
                    reopened += self.life(&mut kept, &facts, profile)?;
                    black_box(kept.is_final());
                }
            }
            Ok::<_, Failure>(reopened as usize)
        });
        if reopened? == lives {
            Ok(time)
        } else {
            Err("a life did not end as it should".into())
        }
    }

    fn load(&mut self, times: usize) -> Result<Option<u64>, Failure> {
        let (time, loaded) =
            cpu::of(|| (0..times).all(|_| black_box(::scxml::parse_xml(black_box(DEFINITION))).is_ok()));
        if loaded {
            Ok(Some(time))
        } else {
            Err("the definition does not load".into())
        }
    }
}
