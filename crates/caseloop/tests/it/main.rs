//! Tests of the facade: what applications see.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod guide;
mod oracle;
mod personal;
mod shipped;
mod versions;
