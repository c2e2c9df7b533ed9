//! Scenarios: what a designer expects of a case, at which instant. A file of the kind `scenario` is read ([`read()`]), run by the
//! engine itself ([`run()`]) and says at its very word what is otherwise.
//!
//! ```
//! use caseloop::MapSources;
//! let sources = MapSources::from_iter([
//!     ("call.yaml", "
//! workflow: call
//! version: 1
//! events: {answered: {}}
//! promises: {answer: {within: 30 s, from: start, until: answered}}
//! start: ringing
//! states:
//!   ringing: {when: {answered: {go: talking}}}
//!   talking: {final: true}
//! "),
//!     ("scenarios/late.yaml", "
//! scenario: nobody answers in time
//! workflow: call
//! at: 2025-11-19T10:00 Asia/Shanghai
//! steps:
//!   - {start: {}, expect: {in: ringing, due: {answer: 2025-11-19T10:00:30}}}
//!   - {wait: 30 s, expect: {breached: [answer]}}
//!   - {wait: 1 s, event: answered, expect: {in: talking, late: {answer: 2 s}}}
//! "),
//! ]);
//! let read = caseloop_scenario::read(&sources, "scenarios/late.yaml");
//! let (scenario, workflow) = (read.scenario.unwrap(), read.workflow.unwrap());
//! let ran = caseloop_scenario::run(&scenario, &workflow);
//! assert_eq!(ran.failures.len(), 1);
//! assert_eq!(ran.failures[0].message, "`answer` is late by 1 s, where 2 s is expected");
//! ```

pub mod codes;
mod cover;
mod explore;
mod judge;
pub mod mutate;
mod read;
pub mod report;
mod run;
mod scenario;
mod shown;
mod timed;
mod told;
mod written;
mod zone;

pub use cover::{Coverage, Goal, Part, Share};
pub use explore::{Explored, Why, explore};
pub use read::{Read, read};
pub use run::{Ran, run};
pub use scenario::{Amount, Claim, Deed, Happening, Scenario, Status, Step, What};
pub use shown::show;
pub use timed::timed;
pub use zone::Zone;
