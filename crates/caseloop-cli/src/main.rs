//! The caseloop program.

fn main() {}
