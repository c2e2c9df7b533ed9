//! Workload A on statig: hierarchical, compiled by its macro; it loads no definition.

use super::{Engine, Event, expect, expect_reopened, trace};
use crate::cpu::{self, Failure};
use caseloop_benches::profiles::Profile;
use machine::{Machine, State};
use statig::blocking::IntoStateMachineExt;
use std::hint::black_box;

mod machine {
    #![allow(missing_docs, reason = "the macro's own items have none")]

    use crate::engines::Event;
    use statig::prelude::*;

    /// The data of a case.
    #[derive(Debug)]
    pub struct Machine {
        pub amount: i64,
        pub reopened: u32,
        pub tier: u8,
    }

    #[state_machine(initial = "State::new()", state(derive(Debug, PartialEq, Eq)))]
    impl Machine {
        #[expect(clippy::new_ret_no_self, reason = "the state is called so")]
        #[state]
        fn new(event: &Event) -> Outcome<State> {
            match event {
                Event::Submit => Transition(State::triage()),
                _ => Super,
            }
        }

        #[state]
        fn triage(&mut self, event: &Event) -> Outcome<State> {
            match event {
                Event::Classify if self.tier == 2 => Transition(State::emergency()),
                Event::Classify if self.amount >= 10_000 => Transition(State::complex()),
                Event::Classify => Transition(State::routine()),
                _ => Super,
            }
        }

        #[state]
        fn routine(event: &Event) -> Outcome<State> {
            match event {
                Event::Assign => Transition(State::l1()),
                _ => Super,
            }
        }

        #[state]
        fn complex(event: &Event) -> Outcome<State> {
            match event {
                Event::Assign => Transition(State::l1()),
                _ => Super,
            }
        }

        #[state]
        fn emergency(event: &Event) -> Outcome<State> {
            match event {
                Event::Assign => Transition(State::l1()),
                _ => Super,
            }
        }

        #[superstate]
        fn in_progress(event: &Event) -> Outcome<State> {
            match event {
                Event::AskCustomer => Transition(State::waiting_customer()),
                Event::Resolve => Transition(State::resolved()),
                _ => Super,
            }
        }

        #[state(superstate = "in_progress")]
        fn l1(event: &Event) -> Outcome<State> {
            match event {
                Event::Escalate => Transition(State::l2()),
                _ => Super,
            }
        }

        #[state(superstate = "in_progress")]
        fn l2(event: &Event) -> Outcome<State> {
            match event {
                Event::Escalate => Transition(State::l3()),
                _ => Super,
            }
        }

        #[state(superstate = "in_progress")]
        fn l3(event: &Event) -> Outcome<State> {
            let _ = event;
            Super
        }

        #[state]
        fn waiting_customer(event: &Event) -> Outcome<State> {
            match event {
                Event::CustomerReplied => Transition(State::l1()),
                _ => Super,
            }
        }

        #[state]
        fn resolved(event: &Event) -> Outcome<State> {
            match event {
                Event::FollowUp => Transition(State::revisit()),
                _ => Super,
            }
        }

        #[state]
        fn revisit(&mut self, event: &Event) -> Outcome<State> {
            match event {
                Event::Survey(satisfaction) if *satisfaction < 3 => {
                    self.reopened += 1;
                    Transition(State::l1())
                }
                Event::Survey(_) => Transition(State::closed()),
                _ => Super,
            }
        }

        #[state]
        fn closed(event: &Event) -> Outcome<State> {
            let _ = event;
            Super
        }
    }
}

/// The case lives.
#[derive(Debug)]
pub struct Statig {
    lives: Vec<(Profile, [Event; 14])>,
}

impl Statig {
    /// With the traces of the profiles.
    pub fn new(profiles: &[Profile]) -> Self {
        let lives = profiles.iter().map(|profile| (*profile, trace(profile)));
        Self { lives: lives.collect() }
    }
}

fn begun(profile: &Profile) -> Machine {
    Machine {
        amount: profile.amount.into(),
        reopened: 0,
        tier: profile.tier,
    }
}

fn name(state: &State) -> &'static str {
    match state {
        State::New {} => "new",
        State::Triage {} => "triage",
        State::Routine {} => "routine",
        State::Complex {} => "complex",
        State::Emergency {} => "emergency",
        State::L1 {} => "l1",
        State::L2 {} => "l2",
        State::L3 {} => "l3",
        State::WaitingCustomer {} => "waiting_customer",
        State::Resolved {} => "resolved",
        State::Revisit {} => "revisit",
        State::Closed {} => "closed",
    }
}

impl Engine for Statig {
    fn check(&mut self, profiles: &[Profile]) -> Result<(), Failure> {
        for profile in profiles {
            let mut case = begun(profile).state_machine();
            for (event, expected) in trace(profile).into_iter().zip(profile.leaves()) {
                case.handle(&event);
                expect(profile, name(case.state()), expected)?;
            }
            expect_reopened(profile, case.inner().reopened.into())?;
        }
        Ok(())
    }

    fn run(&mut self, lives: usize) -> Result<u64, Failure> {
        let (time, ended) = cpu::of(|| {
            let mut ended = 0;
            for (profile, trace) in black_box(&self.lives).iter().cycle().take(lives) {
                let mut case = begun(profile).state_machine();
                for event in trace {
                    case.handle(event);
                }
                ended += usize::from(*case.state() == State::Closed {} && case.inner().reopened == 1);
                black_box(&case);
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
