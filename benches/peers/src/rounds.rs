//! Interleaved rounds: in each, every engine lives its lives once, so that ratios are taken within seconds.

use crate::cpu::{self, Failure};
use crate::engines::Engine;
use crate::engines::hand::LiveHand;
use caseloop_benches::live_cases::{LiveCases, Touch};
use caseloop_benches::profiles::{Profile, TRACE};
use caseloop_benches::schedule::Schedule;
use caseloop_benches::workload_a::WorkloadA;

/// An engine that takes part, and what was measured of it.
pub struct Row {
    /// What the table calls it.
    pub name: &'static str,
    /// Its version.
    pub version: String,
    /// What it is, in a few words.
    pub kind: &'static str,
    /// Lives in each round.
    pub lives: usize,
    /// Loads of the definition in each round; 0 where another row has them.
    pub loads: usize,
    /// The engine, or why it does not take part.
    pub engine: Result<Box<dyn Engine>, String>,
    /// CPU nanoseconds per event, by round.
    pub events: Vec<f64>,
    /// CPU nanoseconds per load, by round.
    pub load: Vec<f64>,
}

impl Row {
    /// An engine without measurements yet.
    pub fn new(
        (name, version, kind): (&'static str, &str, &'static str),
        (lives, loads): (usize, usize),
        engine: Result<Box<dyn Engine>, Failure>,
    ) -> Self {
        Self {
            name,
            version: version.to_owned(),
            kind,
            lives,
            loads,
            engine: engine.map_err(|failure| failure.to_string()),
            events: Vec::new(),
            load: Vec::new(),
        }
    }

    /// Checks every leaf of every profile; an engine that fails does not take part.
    pub fn check(&mut self, profiles: &[Profile]) {
        if let Ok(engine) = &mut self.engine
            && let Err(failure) = engine.check(profiles)
        {
            self.engine = Err(format!("the check failed: {failure}"));
        }
    }

    /// Lives once, and keeps the figures unless it is the warm-up.
    pub fn round(&mut self, keep: bool) {
        let Ok(engine) = &mut self.engine else { return };
        let measured = engine.run(self.lives).and_then(|run| {
            let load = if self.loads > 0 { engine.load(self.loads)? } else { None };
            Ok((run, load))
        });
        match measured {
            Ok((run, load)) if keep => {
                self.events.push(run as f64 / (self.lives * TRACE.len()) as f64);
                self.load.extend(load.map(|load| load as f64 / self.loads as f64));
            }
            Ok(_) => {}
            Err(failure) => self.engine = Err(failure.to_string()),
        }
    }
}

/// How many live cases were stepped, and what it took.
pub struct Live {
    /// Live cases.
    pub cases: u32,
    /// CPU nanoseconds per event of the `match`, and of caseloop over the same batch, by the way it is worked off.
    pub ways: Vec<(Touch, Vec<(f64, f64)>)>,
}

/// Steps many live cases in random batches: caseloop in each way, and the `match` over the same batches.
pub fn live(profiles: &[Profile], cases: u32, rounds: usize, ways: &[Touch]) -> Result<Live, Failure> {
    let workload = WorkloadA::new()?;
    let mut schedule = Schedule::new(profiles.to_vec(), cases);
    let mut theirs = LiveHand::new(&schedule)?;
    let mut ours = LiveCases::new(&workload, &schedule)?;
    let mut measured = Live {
        cases,
        ways: ways.iter().map(|way| (*way, Vec::new())).collect(),
    };
    for round in 0..=rounds {
        for (way, samples) in &mut measured.ways {
            for case in schedule.renew().to_vec() {
                let profile = schedule.profile(case).ok_or("a case without data")?;
                theirs.renew(case, profile);
                ours.renew(case)?;
            }
            let batch = schedule.next_batch();
            theirs.take_up(batch);
            ours.take_up(batch);
            let (theirs_took, taken) = cpu::of(|| theirs.step());
            let (ours_took, entries) = cpu::of(|| ours.step(*way));
            if (taken, entries?) != (cases as usize, cases as usize) {
                return Err("an event of a batch was not taken".into());
            }
            theirs.check(&schedule)?;
            ours.check(&schedule)?;
            if round > 0 {
                let per_event = |time: u64| time as f64 / f64::from(cases);
                samples.push((per_event(theirs_took), per_event(ours_took)));
            }
        }
    }
    Ok(measured)
}
