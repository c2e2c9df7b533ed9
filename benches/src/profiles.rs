//! The trace of workload A and the data of its 1,000 cases, as every engine is given them, with the leaf states that
//! have to come of it.

/// The events of one life; `survey` is answered twice, first dissatisfied, then satisfied.
pub const TRACE: [&str; 14] = [
    "submit",
    "classify",
    "assign",
    "ask_customer",
    "customer_replied",
    "escalate",
    "escalate",
    "resolve",
    "follow_up",
    "survey",
    "escalate",
    "resolve",
    "follow_up",
    "survey",
];

/// The data of one case and the answers of its customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// 0 to 2; 2 is an emergency.
    pub tier: u8,
    /// 0 to 19,999; 10,000 and more is complex.
    pub amount: u32,
    /// 1 or 2: the case is opened again.
    pub first: u8,
    /// 3 to 5: the case is closed.
    pub second: u8,
}

impl Profile {
    /// What the event at this position of the trace brings; `None` where it brings nothing.
    #[must_use]
    pub fn satisfaction(&self, position: usize) -> Option<u8> {
        match position {
            9 => Some(self.first),
            13 => Some(self.second),
            _ => None,
        }
    }

    /// The leaf state after each event of the trace. The reopen counter ends at 1.
    #[must_use]
    pub fn leaves(&self) -> [&'static str; 14] {
        let classified = match (self.tier, self.amount) {
            (2, _) => "emergency",
            (_, 10_000..) => "complex",
            _ => "routine",
        };
        [
            "triage",
            classified,
            "l1",
            "waiting_customer",
            "l1",
            "l2",
            "l3",
            "resolved",
            "revisit",
            "l1",
            "l2",
            "resolved",
            "revisit",
            "closed",
        ]
    }
}

/// The 1,000 cases, from one seed; they go every way of the triage.
#[must_use]
pub fn profiles() -> Vec<Profile> {
    let mut numbers = Numbers::new(7);
    let profile = |_| Profile {
        tier: numbers.below(3) as u8,
        amount: numbers.below(20_000),
        first: 1 + numbers.below(2) as u8,
        second: 3 + numbers.below(3) as u8,
    };
    (0..1_000).map(profile).collect()
}

/// Numbers that look like chance and are the same in every run (PCG, 32 bits of a 64-bit generator).
#[derive(Clone, Debug)]
pub struct Numbers {
    state: u64,
}

impl Numbers {
    /// The numbers that follow from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut numbers = Self { state: seed };
        numbers.below(1);
        numbers
    }

    /// The next number, from 0 up to and without `bound`, which is at least 1.
    pub fn below(&mut self, bound: u32) -> u32 {
        let old = self.state;
        self.state = old
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mixed = (((old >> 18) ^ old) >> 27) as u32;
        let number = mixed.rotate_right((old >> 59) as u32);
        ((u64::from(number) * u64::from(bound)) >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profiles_go_every_way() {
        let profiles = profiles();
        for way in ["emergency", "complex", "routine"] {
            let gone = profiles.iter().filter(|profile| profile.leaves()[1] == way).count();
            assert!(gone > 200, "{way}: {gone}");
        }
        assert!(profiles.iter().all(|p| p.first < 3 && (3..=5).contains(&p.second)));
    }
}
