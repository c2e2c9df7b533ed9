//! Each engine with workload A in its own terms. A life is a case made, its 14 events, and the case dropped.

pub mod caseloop;
pub mod determa;
pub mod hand;
pub mod program;
pub mod scxml;
pub mod statig;

use crate::cpu::Failure;
use caseloop_benches::profiles::Profile;

/// One engine, or one way of using it.
pub trait Engine {
    /// Lives the life of each profile and holds the leaf state after every event, and the reopen counter, against
    /// what the workload says.
    fn check(&mut self, profiles: &[Profile]) -> Result<(), Failure>;

    /// Lives that many lives, the profiles in turn, and returns their CPU time in nanoseconds.
    fn run(&mut self, lives: usize) -> Result<u64, Failure>;

    /// Loads the definition that many times and returns the CPU time in nanoseconds; `None` where nothing is loaded.
    fn load(&mut self, _times: usize) -> Result<Option<u64>, Failure> {
        Ok(None)
    }
}

/// An event of the trace, as code that is compiled for this workload has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The case is handed in.
    Submit,
    /// It is sorted by its data.
    Classify,
    /// Someone takes it.
    Assign,
    /// The customer is asked.
    AskCustomer,
    /// The customer has answered.
    CustomerReplied,
    /// It goes one level up.
    Escalate,
    /// It is done.
    Resolve,
    /// The customer is asked how it went.
    FollowUp,
    /// How it went, from 1 to 5.
    Survey(u8),
}

/// The event at a position of the trace; `satisfaction` is what a survey brings.
pub fn event(position: usize, satisfaction: Option<u8>) -> Event {
    match position {
        0 => Event::Submit,
        1 => Event::Classify,
        2 => Event::Assign,
        3 => Event::AskCustomer,
        4 => Event::CustomerReplied,
        5 | 6 | 10 => Event::Escalate,
        7 | 11 => Event::Resolve,
        8 | 12 => Event::FollowUp,
        _ => Event::Survey(satisfaction.unwrap_or_default()),
    }
}

/// The trace of a profile.
pub fn trace(profile: &Profile) -> [Event; 14] {
    std::array::from_fn(|position| event(position, profile.satisfaction(position)))
}

/// Fails where a case is not where it should be.
pub fn expect(profile: &Profile, found: &str, expected: &str) -> Result<(), Failure> {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{profile:?} is in {found} instead of {expected}").into())
    }
}

/// Fails where a case was not opened again just once.
pub fn expect_reopened(profile: &Profile, times: i64) -> Result<(), Failure> {
    if times == 1 {
        Ok(())
    } else {
        Err(format!("{profile:?} was opened again {times} times instead of once").into())
    }
}
