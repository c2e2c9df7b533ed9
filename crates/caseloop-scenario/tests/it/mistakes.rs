//! What is wrong with a scenario is said at its place, with what to type.
