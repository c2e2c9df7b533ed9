//! Workload A on caseloop: `step_into` with bound rows, the journal and the effects written to the caller's buffers.

use super::Engine;
use crate::cpu::{self, Failure};
use caseloop_benches::profiles::{Profile, TRACE};
use caseloop_benches::workload_a::{WorkloadA, compiled};
use std::hint::black_box;

/// A definition and how its cases are made.
#[derive(Debug)]
pub struct Caseloop {
    workload: WorkloadA,
    definition: &'static str,
    anew: bool,
}

impl Caseloop {
    /// With a definition; each life in a case made for it (`anew`) or in the memory of the one before.
    pub fn new(definition: &'static str, anew: bool) -> Result<Self, Failure> {
        let workload = WorkloadA::of(definition)?;
        Ok(Self {
            workload,
            definition,
            anew,
        })
    }
}

impl Engine for Caseloop {
    fn check(&mut self, _profiles: &[Profile]) -> Result<(), Failure> {
        self.workload.check()
    }

    fn run(&mut self, lives: usize) -> Result<u64, Failure> {
        let (time, entries) = cpu::of(|| {
            if self.anew {
                self.workload.live_anew(lives)
            } else {
                self.workload.live(lives, TRACE.len())
            }
        });
        if entries? == lives * TRACE.len() {
            Ok(time)
        } else {
            Err("an event is missing from the journal".into())
        }
    }

    fn load(&mut self, times: usize) -> Result<Option<u64>, Failure> {
        let (time, loaded) = cpu::of(|| (0..times).all(|_| black_box(compiled(black_box(self.definition))).is_some()));
        if loaded {
            Ok(Some(time))
        } else {
            Err("the definition has findings".into())
        }
    }
}
