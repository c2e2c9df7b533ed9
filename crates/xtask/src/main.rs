//! Developer tasks of caseloop.

fn main() {}
