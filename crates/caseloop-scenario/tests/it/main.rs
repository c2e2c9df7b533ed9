//! What scenarios say, and what comes of them.

mod mistakes;
mod shipped;
