//! YAML text to a spanned tree, and the vocabulary in which every caseloop crate tells an author what is wrong.
//!
//! The crate knows nothing about workflows. It reads no file, no clock and no environment: text comes through
//! [`Sources`], findings leave through a [`Report`].
//!
//! ```
//! use caseloop_syntax::{Files, Limits, MapSources, Report, load, render};
//!
//! let sources = MapSources::from_iter([("refund.yaml", "workflow: refund\nstart：asked\n")]);
//! let (mut files, mut report) = (Files::default(), Report::default());
//! let loaded = load(&sources, "refund.yaml", &Limits::default(), &mut files, &mut report);
//! assert!(loaded.is_none());
//! let text = render::human(&report.into_sorted(), &files, render::Human::default());
//! assert_eq!(text.lines().next(), Some("error[full-width-punctuation]: the full-width `：` stands where `:` is expected"));
//! ```

pub mod codes;
mod decode;
mod diagnostic;
mod fields;
mod files;
mod kind;
pub mod lang;
mod level;
mod limits;
mod load;
mod node;
mod opener;
mod parse;
mod part;
mod path;
mod readers;
pub mod render;
mod sheet;
mod slips;
mod sources;
mod span;
mod split;
mod suggest;
mod wide;

pub use diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, Label, Report, Severity};
pub use fields::Fields;
pub use files::{Files, Position, SourceFile};
pub use kind::Kind;
pub use lang::Language;
pub use level::LintLevel;
pub use limits::Limits;
pub use load::{Document, Loaded, Used, load};
pub use node::{Key, Node, NodeValue, Scalar, Style};
pub use parse::parse;
pub use sheet::harmless;
pub use sources::{EmbeddedSources, MapSources, SourceError, Sources};
pub use span::{FileId, Span};
pub use suggest::did_you_mean;
