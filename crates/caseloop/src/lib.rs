//! An embeddable rules-and-workflow engine for service processes.
//!
//! Designers write a [`Workflow`] in YAML, [`compile`] checks it, and an [`Engine`] takes each [`Case`] through it, one
//! [`Event`] at a time. The engine holds no state and reads no clock: a step takes the case and the present time and
//! returns an [`Outcome`] with the new case, the journal of what happened, the effects that the host is asked to carry
//! out, and when the case next wants a call.
//!
//! ```
//! use caseloop::{Engine, Event, Verdict, compile_text};
//!
//! let workflow = compile_text("
//! workflow: callback
//! version: 1
//! roles: [agent]
//! events:
//!   reached: {sent_by: agent, satisfied: bool}
//! start: calling
//! states:
//!   calling:
//!     waits_for: agent
//!     when:
//!       reached: {if: event.satisfied, go: closed}
//!     timers:
//!       late: {after: 4 h, go: given_up}
//!   closed:   {final: closed_loop}
//!   given_up: {final: open_loop}
//! ")?;
//! let engine = Engine::new([workflow]);
//! let begun = engine.start("callback", "case-1", "2026-03-02T09:00:00Z".parse()?, [])?;
//!
//! // An event that nothing answers to is told with its reasons.
//! let no = Event::new("reached").by("agent").with("satisfied", false);
//! let unhappy = engine.send(&begun.case, "2026-03-02T10:00:00Z".parse()?, &no)?;
//! assert_eq!(unhappy.verdict, Verdict::Ignored);
//! assert_eq!(&*unhappy.journal[0].refused[0].condition, "event.satisfied");
//!
//! // What is due exactly now waits: done at the deadline is on time.
//! let yes = Event::new("reached").by("agent").with("satisfied", true);
//! let done = engine.send(&unhappy.case, "2026-03-02T13:00:00Z".parse()?, &yes)?;
//! assert_eq!(done.case.states(), ["closed"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The `guide` module teaches the language and how to host it.
//! What the library does not do: it does not store, send, schedule or authenticate; that is the host's.

mod asking;
mod case;
mod chronicle;
mod compile;
mod directory;
mod engine;
mod event;
mod explain;
#[cfg(any(doc, doctest))]
pub mod guide;
mod priority;
mod promises;
mod proving;
mod replay;
mod supposing;
mod workflow;

pub use case::{Case, RestoreError};
pub use caseloop_core::journal::{
    Decision, Effect, EffectArgument, Entry, EntryInput, EntryVerdict, PromiseChange, Refusal, TimerChanges, Values,
};
pub use caseloop_core::read::Options as CompileOptions;
pub use caseloop_core::{
    Answer, BadData, Because, Correction, Counted, Deadline, Instant, Limits, News, StepError, Verdict, WorkflowLimits,
};
pub use caseloop_expr::Value;
pub use caseloop_lint::{LevelSet, Lint, LintOptions, proof};
pub use caseloop_rules::Rules;
pub use caseloop_sla::Explanation;
pub use caseloop_sla::{Calendar, Calendars};
pub use caseloop_syntax::{EmbeddedSources, Language, LintLevel, MapSources, SourceError, Sources};
pub use chronicle::Chronicle;
pub use compile::{CompileError, Compiled, check_with, compile, compile_text, compile_with, lint_with};
pub use directory::DirectorySources;
pub use engine::{Engine, EngineError, Outcome};
pub use event::Event;
pub use explain::{Account, ExplainError};
pub use priority::Priority;
pub use replay::Divergence;
pub use supposing::{Answers, Supposed, Supposing};
pub use workflow::Workflow;

/// The layers below, for those who build on the engine itself.
pub mod layers {
    pub use caseloop_core as core;
    pub use caseloop_expr as expr;
    pub use caseloop_lint as lint;
    pub use caseloop_rules as rules;
    pub use caseloop_sla as sla;
    pub use caseloop_syntax as syntax;
}

/// The repository's README, whose Rust is compiled with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
mod readme {}
