//! The text of one expression with the way back to the document, where its findings go. Not: reading the text.

use crate::Limits;
use caseloop_syntax::{Applicability, Code, Diagnostic, Node, Report, Severity, Span};
use std::ops::Range;

/// Maps a range of bytes of an expression's text to its place in the document.
///
/// A [`Span`] maps linearly from its start, for a text that stands in the document as it is.
pub trait Locate {
    /// The place of the bytes `part` of the text; the range may be empty or lie at the end.
    fn locate(&self, part: Range<usize>) -> Span;
}

impl Locate for Span {
    fn locate(&self, part: Range<usize>) -> Span {
        let offset = |at: usize| {
            u32::try_from(at)
                .ok()
                .and_then(|at| self.start.checked_add(at))
                .unwrap_or(u32::MAX)
        };
        Span::new(self.file, offset(part.start), offset(part.end))
    }
}

/// A scalar of a document maps each byte to where it was written.
impl Locate for Node {
    fn locate(&self, part: Range<usize>) -> Span {
        self.part(part)
    }
}

/// A range of bytes of the expression's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Part {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    pub(crate) fn to(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }
}

/// One expression being read, and its findings.
pub(crate) struct Source<'a> {
    pub(crate) text: &'a str,
    pub(crate) at: &'a dyn Locate,
    pub(crate) limits: &'a Limits,
    pub(crate) report: &'a mut Report,
    sound: bool,
}

impl<'a> Source<'a> {
    pub(crate) fn new(text: &'a str, at: &'a dyn Locate, limits: &'a Limits, report: &'a mut Report) -> Self {
        Self {
            text,
            at,
            limits,
            report,
            sound: true,
        }
    }

    /// Whether this expression has had no error so far.
    pub(crate) fn is_sound(&self) -> bool {
        self.sound
    }

    pub(crate) fn span(&self, part: Part) -> Span {
        self.at.locate(part.start..part.end)
    }

    pub(crate) fn slice(&self, part: Part) -> &'a str {
        self.text.get(part.start..part.end).unwrap_or_default()
    }

    pub(crate) fn error(&self, code: &'static Code, part: Part, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, self.span(part), message)
    }

    /// An error whose fix puts `text` in the place of the whole part.
    pub(crate) fn replace(
        &self,
        code: &'static Code,
        part: Part,
        message: impl Into<String>,
        text: &str,
        applicability: Applicability,
    ) -> Diagnostic {
        let fix = format!("write `{text}`");
        self.error(code, part, message)
            .fix(fix, self.span(part), text, applicability)
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        // Not asked of the report, which keeps a finding once even where an expression is read twice.
        self.sound &= diagnostic.severity != Severity::Error;
        self.report.push(diagnostic);
    }
}
