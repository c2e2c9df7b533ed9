//! What scenarios say, and what comes of them.

mod counterexamples;
mod mistakes;
mod shipped;
mod strength;
