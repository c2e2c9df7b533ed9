//! Tests of the facade: what applications see.

mod guide;
mod shipped;
mod versions;
