//! What the benchmarks run: one workload, its case lives one after another, and many of its cases alive at once; questions
//! to a business calendar; tables and text rules with what they are asked about; workflows of many states
//! that are linted and whose guarantees are proved.
//!
//! The timing is not here: criterion's targets are in `benches/`, the comparison with other engines in `peers/`.

pub mod business_hours;
pub mod decisions;
pub mod dice;
pub mod live_cases;
pub mod memory;
pub mod open_cases;
pub mod profiles;
pub mod regions;
pub mod schedule;
pub mod tickets;
pub mod workload_a;
