//! YAML text to a spanned tree, and the vocabulary in which every caseloop crate tells an author what is wrong.
//!
//! The crate knows nothing about workflows. It reads no file, no clock and no environment: text comes through
//! [`Sources`], findings leave through a [`Report`].

pub mod codes;
mod decode;
mod diagnostic;
mod fields;
mod files;
mod kind;
mod limits;
mod load;
mod node;
mod parse;
mod part;
mod path;
mod readers;
pub mod render;
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
pub use limits::Limits;
pub use load::{Document, Loaded, load};
pub use node::{Key, Node, NodeValue, Scalar, Style};
pub use parse::parse;
pub use sources::{EmbeddedSources, MapSources, SourceError, Sources};
pub use span::{FileId, Span};
pub use suggest::did_you_mean;
