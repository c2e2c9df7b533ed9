//! The state-machine language of caseloop and its interpreter.
//!
//! [`read`] turns YAML into a [`Workflow`]; [`step`] and [`step_into`] run a case through it. The crate is pure:
//! `now` is an argument, effects are data, and nothing is read or written outside.
//!
//! Applications name the `caseloop` crate; this one is for those who build on the engine itself.

mod bind;
mod buffers;
mod clocks;
pub mod definition;
mod error;
mod identity;
mod ids;
pub mod journal;
mod kernel;
mod limits;
mod outcome;
mod priority;
pub mod read;
mod record;
mod rules;
mod snapshot;
mod stored;
mod tables;
mod time;
mod timeless;
mod walk;
mod watches;
mod work;
mod workflow;

pub use buffers::{Buffers, Cause, RawEffect, RawEntry, Verdict};
pub use clocks::{
    Because, ClockError, Clocks, Correction, Counted, Deadline, Due, DueKind, News, NoClocks, Opening, Said, Signal,
    Standing, Terms,
};
pub use error::{BadData, DefinitionError, StepError};
pub use identity::Identity;
pub use ids::{BranchId, EffectId, EventId, PromiseId, RoleId, RulesId, StateId, TimerId};
pub use kernel::{Input, step_into};
pub use limits::{Limits, WorkflowLimits};
pub use outcome::{Outcome, step};
pub use priority::priority_inputs;
pub use record::Record;
pub use rules::{Answer, Question, Rules};
pub use snapshot::Snapshot;
pub use stored::{RestoreError, Stored};
pub use time::Instant;
pub use timeless::{Pending, Timeless};
pub use workflow::Workflow;

pub use caseloop_expr::{HIDDEN, Mask, Masking};
