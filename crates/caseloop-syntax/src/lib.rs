//! YAML text to a spanned tree, and the vocabulary in which every caseloop crate tells an author what is wrong.
//!
//! The crate knows nothing about workflows. It reads no file, no clock and no environment: text comes through
//! [`Sources`], findings leave through a [`Report`].

mod diagnostic;
mod span;
mod suggest;

pub use diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, Label, Report, Severity};
pub use span::{FileId, Span};
pub use suggest::did_you_mean;
