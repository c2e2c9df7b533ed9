//! How cases are sorted: what a customer wrote and what the CRM knows become a kind, a level, a priority and an owner, by
//! rules that a designer edits, with reasons.
//!
//! Every kind of rules is a pure function of the [`Row`](caseloop_expr::Row) of its declared inputs, with declared
//! outputs. Nothing here reads a clock or does I/O, and nothing decides by a float.
//!
//! Applications name the `caseloop` crate; this one is for those who build on the rules themselves.

pub mod analysis;
mod ask;
mod assignment;
mod classifier;
pub mod evidence;
mod explain;
pub mod read;
mod row;
mod rules;
mod score;
mod signature;
mod table;

pub use ask::{BadInput, Decided};
pub use assignment::{Assignment, Judged, chosen};
pub use classifier::Classifier;
pub use explain::{CandidateTold, Explanation, HeardTold, RuleTold};
pub use rules::{Rules, Scratch};
pub use score::{Score, Scored};
pub use signature::{Answer, RuleName, Signature};
pub use table::{HitPolicy, Table};
