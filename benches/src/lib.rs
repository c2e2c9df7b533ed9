//! What the benchmarks run.

pub mod workload_a;
