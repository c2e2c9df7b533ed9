#![doc = include_str!("../../../README.md")]

mod case;
mod compile;
mod directory;
mod engine;
mod event;
#[cfg(doc)]
pub mod guide;
mod replay;

pub use case::{Case, RestoreError};
pub use caseloop_core::journal::{Effect, EffectArgument, Entry, EntryInput, EntryVerdict, Refusal, TimerChanges, Values};
pub use caseloop_core::{BadData, Limits, StepError, Verdict, Workflow, WorkflowLimits};
pub use caseloop_expr::Value;
pub use caseloop_syntax::{EmbeddedSources, MapSources, SourceError, Sources};
pub use compile::{CompileError, Compiled, compile, compile_text, compile_with};
pub use directory::DirectorySources;
pub use engine::{Engine, EngineError, Outcome};
pub use event::Event;
pub use replay::Divergence;

/// The layers below, for those who build on the engine itself.
pub mod layers {
    pub use caseloop_core as core;
    pub use caseloop_expr as expr;
    pub use caseloop_syntax as syntax;
}
