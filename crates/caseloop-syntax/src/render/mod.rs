//! Findings as text for people and as data for programs. The closing line ("3 errors") and where it all goes are the
//! caller's.

mod human;
mod json;

pub use human::{Human, human};
pub use json::{JSON_VERSION, json};
