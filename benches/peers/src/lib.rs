//! Workload A through caseloop and through other engines, and how they are measured: process CPU time per event.

pub mod cpu;
pub mod engines;
pub mod report;
pub mod rounds;
