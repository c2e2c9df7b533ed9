//! What scenarios say, and what comes of them.

mod counterexamples;
mod guide;
mod mistakes;
mod shipped;
mod strength;
