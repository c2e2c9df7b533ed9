//! Findings as text for people and as data for programs. The closing line ("3 errors") and where it all goes are the
//! caller's.

mod github;
mod human;
mod json;
mod sarif;

pub use github::github;
pub use human::{Human, human};
pub use json::{JSON_SCHEMA, JSON_VERSION, json};
pub use sarif::sarif;
