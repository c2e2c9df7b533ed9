//! Findings shown to an author: code, message, labels, help and fix. Rendering is another file's work.

use crate::{FileId, Span};
use std::collections::{BTreeMap, BTreeSet};

/// How much a finding weighs. Ordered: an error is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing is asked of the author.
    Note,
    /// Compiles, but is suspicious.
    Warning,
    /// Cannot compile.
    Error,
}

/// The stable name of a kind of finding, such as `unknown-key`. A code is never reused.
///
/// Codes are `static`s of the crate that reports them; each crate lists its own in one table.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Kebab-case, named for the defect, readable after "allow …".
    pub name: &'static str,
    /// One sentence: what the finding means.
    pub summary: &'static str,
}

impl Code {
    /// A code with its one-sentence summary.
    #[must_use]
    pub const fn new(name: &'static str, summary: &'static str) -> Self {
        Self { name, summary }
    }
}

/// A place and what it has to do with the finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// Lower case, without a full stop; may be empty for the primary label.
    pub text: String,
}

/// Text that replaces a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// Whether a fix may be carried out without a person looking at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applicability {
    /// Keeps the meaning that the author plainly intended.
    Safe,
    /// A guess: shown, never applied unasked.
    Unsafe,
}

/// A change of the source that mends the finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the fix does, such as "did you mean `waits_for`?".
    pub title: String,
    /// The edits, all in one file, none overlapping another.
    pub edits: Vec<Edit>,
    /// Whether it may be carried out unasked.
    pub applicability: Applicability,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of finding.
    pub code: &'static Code,
    /// How much it weighs.
    pub severity: Severity,
    /// One lower-case clause without a full stop: what was found and what was expected.
    pub message: String,
    /// The one place that the finding is about.
    pub primary: Label,
    /// Other places, each saying why it is shown.
    pub labels: Vec<Label>,
    /// What to type or to consider, a sentence each.
    pub help: Vec<String>,
    /// A case that shows it, a step each; empty where none is needed.
    pub case: Vec<String>,
    /// The change that mends it, where there is one.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// An error at `span`.
    #[must_use]
    pub fn error(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, span, message.into())
    }

    /// A warning at `span`.
    #[must_use]
    pub fn warning(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, span, message.into())
    }

    fn new(code: &'static Code, severity: Severity, span: Span, message: String) -> Self {
        let primary = Label {
            span,
            text: String::new(),
        };
        Self {
            code,
            severity,
            message,
            primary,
            labels: Vec::new(),
            help: Vec::new(),
            case: Vec::new(),
            fix: None,
        }
    }

    /// Writes `text` beside the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Shows another place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds a sentence of help.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Shows it by a case, a step each.
    #[must_use]
    pub fn case(mut self, steps: impl IntoIterator<Item = String>) -> Self {
        self.case.extend(steps);
        self
    }

    /// Proposes to put `text` in the place of `span`.
    #[must_use]
    pub fn fix(
        mut self,
        title: impl Into<String>,
        span: Span,
        text: impl Into<String>,
        applicability: Applicability,
    ) -> Self {
        let edits = vec![Edit {
            span,
            text: text.into(),
        }];
        self.fix = Some(Fix {
            title: title.into(),
            edits,
            applicability,
        });
        self
    }

    /// Proposes the nearest of the `known` words for the primary place, or does nothing where none is near.
    #[must_use]
    pub fn suggest<'a>(self, written: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match crate::did_you_mean(written, known) {
            Some(near) => {
                let span = self.primary.span;
                self.fix(format!("did you mean `{near}`?"), span, near, Applicability::Unsafe)
            }
            None => self,
        }
    }
}

/// Where findings are collected. The same finding at the same place is kept once; beyond the cap they are counted.
///
/// A place whose text is spoilt by a mistake that was reported can be silenced: what later stages find there follows
/// from that mistake and is dropped.
#[derive(Debug)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
    seen: BTreeSet<(&'static str, Span, String)>,
    /// Disjoint ranges of bytes, by file and start.
    silent: BTreeMap<(FileId, u32), u32>,
    cap: usize,
    left_out: usize,
    errors: usize,
}

impl Report {
    /// An empty report that keeps at most `cap` findings.
    #[must_use]
    pub fn with_cap(cap: usize) -> Self {
        Self {
            diagnostics: Vec::new(),
            seen: BTreeSet::new(),
            silent: BTreeMap::new(),
            cap,
            left_out: 0,
            errors: 0,
        }
    }

    /// Adds a finding, unless its primary place lies in a silenced one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.is_silent(diagnostic.primary.span) {
            return;
        }
        let key = (
            diagnostic.code.name,
            diagnostic.primary.span,
            diagnostic.message.clone(),
        );
        if self.seen.contains(&key) {
            return;
        }
        if diagnostic.severity == Severity::Error {
            self.errors += 1;
        }
        if self.diagnostics.len() >= self.cap {
            self.left_out += 1;
            return;
        }
        self.seen.insert(key);
        self.diagnostics.push(diagnostic);
    }

    /// Drops every later finding whose primary place lies within `span`: an error there has been reported already.
    ///
    /// ```
    /// use caseloop_syntax::{Code, Diagnostic, FileId, Report, Span};
    /// static CODE: Code = Code::new("example", "An example.");
    /// let mut report = Report::default();
    /// report.silence(Span::new(FileId(0), 4, 9));
    /// report.push(Diagnostic::error(&CODE, Span::new(FileId(0), 5, 6), "what follows from it"));
    /// report.push(Diagnostic::error(&CODE, Span::new(FileId(0), 5, 12), "another matter"));
    /// assert_eq!(report.diagnostics().len(), 1);
    /// ```
    pub fn silence(&mut self, span: Span) {
        let (mut start, mut end) = (span.start, span.end);
        while let Some((&(file, from), &to)) = self.silent.range(..=(span.file, end)).next_back() {
            if file != span.file || to < start {
                break;
            }
            self.silent.remove(&(file, from));
            start = start.min(from);
            end = end.max(to);
        }
        self.silent.insert((span.file, start), end);
    }

    fn is_silent(&self, span: Span) -> bool {
        let before = self.silent.range(..=(span.file, span.start)).next_back();
        before.is_some_and(|((file, _), end)| *file == span.file && span.end <= *end && span.start <= *end)
    }

    /// The number of errors, those left out included.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// The findings in the order in which they were made.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Whether the cap is reached: further findings are counted, not kept, so that nobody need work on their wording.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.diagnostics.len() >= self.cap
    }

    /// How many findings the cap left out.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// The findings by place (file, then offset), as an author reads them.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by_key(|d| d.primary.span);
        self.diagnostics
    }
}

impl Default for Report {
    /// Keeps at most 100 findings.
    fn default() -> Self {
        Self::with_cap(100)
    }
}
