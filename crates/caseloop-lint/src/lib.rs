//! What is said of files that compile and still do not do what they should.
//!
//! A lint sees the checked chart together with the calendars, and the files as they are written. It speaks only where it can
//! prove what it says: where a condition or a moment decides, both are taken to be possible, and it is silent.
//!
//! How much a finding weighs is settled last ([`settle()`]): by whoever calls, by the files, by the lint's own level; and a
//! comment in the file may allow one finding for a reason.
//!
//! Applications name the `caseloop` crate, whose `compile_with` does all of this.

#[macro_use]
mod page;

mod allow;
mod chart;
mod elsewhere;
mod guards;
mod lints;
mod mention;
pub mod proof;
mod reach;
mod removal;
mod settle;

pub use elsewhere::{ALLOW_WITHOUT_REASON, UNKNOWN_LINT, UNUSED_ALLOW};
pub use lints::ALL;
pub use settle::{LevelSet, LintOptions, Settled, Told, settle};

use caseloop_core::Workflow;
use caseloop_sla::Calendar;
use caseloop_syntax::{Code, Diagnostic, Document, Files, Language, LintLevel};
use chart::Chart;
use page::Pages;
use reach::Reach;

/// A lint: what it is called, how much its findings weigh, and how it looks.
#[derive(Debug)]
pub struct Lint {
    /// Its code, under which its findings are told.
    pub code: &'static Code,
    /// What becomes of its findings where nobody says otherwise.
    pub level: LintLevel,
    pages: Pages,
    look: Look,
}

/// What a lint looks at.
#[derive(Clone, Copy, Debug)]
enum Look {
    /// A workflow that compiles.
    Workflow(fn(&Looked<'_>, &mut Vec<Diagnostic>)),
    /// The files of a load in which nothing is wrong.
    Files(fn(&[Document], &Files, &mut Vec<Diagnostic>)),
    /// Nothing: its findings are made where something else is worked out.
    Elsewhere,
}

impl Lint {
    /// A lint of workflows, whose findings are warnings.
    const fn of_workflows(code: &'static Code, pages: Pages, look: fn(&Looked<'_>, &mut Vec<Diagnostic>)) -> Self {
        Self::new(code, pages, Look::Workflow(look))
    }

    /// A lint of files, whose findings are warnings.
    const fn of_files(code: &'static Code, pages: Pages, look: fn(&[Document], &Files, &mut Vec<Diagnostic>)) -> Self {
        Self::new(code, pages, Look::Files(look))
    }

    const fn new(code: &'static Code, pages: Pages, look: Look) -> Self {
        Self {
            code,
            level: LintLevel::Warn,
            pages,
            look,
        }
    }

    /// Its page in a language: what it finds, why that matters, a file that is wrong, the same made right, and how to mend
    /// it. Markdown; the files are the same in every language.
    ///
    /// ```
    /// use caseloop_lint::Lint;
    /// use caseloop_syntax::Language;
    /// let lint = Lint::find("never-kept").unwrap();
    /// assert!(lint.page_in(Language::English).contains("\n## Why\n"));
    /// assert!(lint.page_in(Language::Chinese).contains("\n## 为什么\n"));
    /// ```
    #[must_use]
    pub fn page_in(&self, language: Language) -> &'static str {
        self.pages.text(language)
    }

    /// The lint of a code; `None` where the code names none.
    ///
    /// ```
    /// assert!(caseloop_lint::Lint::find("never-kept").is_some());
    /// assert!(caseloop_lint::Lint::find("unknown-state").is_none());
    /// ```
    #[must_use]
    pub fn find(code: &str) -> Option<&'static Self> {
        ALL.iter().find(|lint| lint.code.name == code)
    }
}

/// What a lint of workflows looks at.
#[derive(Debug)]
struct Looked<'w> {
    workflow: &'w Workflow,
    /// Those that the workflow names, in its order.
    calendars: &'w [Calendar],
    /// As they were read, the workflow's own first; none where it was made from no file.
    documents: &'w [Document],
    files: &'w Files,
    chart: Chart<'w>,
    reach: Reach,
}

/// Looks at a workflow with every lint. `calendars` are those that its definition names, in its order; with fewer, lints that
/// need one are silent, as are those that look at files without `documents`. The findings are in the order of the file, all of
/// them warnings: [`settle()`] says what becomes of each.
#[must_use]
pub fn lint(workflow: &Workflow, calendars: &[Calendar], documents: &[Document], files: &Files) -> Vec<Diagnostic> {
    let looked = Looked {
        workflow,
        calendars,
        documents,
        files,
        chart: Chart::of(workflow.definition()),
        reach: Reach::of(workflow.definition()),
    };
    let mut findings = Vec::new();
    for lint in ALL {
        if let Look::Workflow(look) = lint.look {
            look(&looked, &mut findings);
        }
    }
    findings.sort_by_key(|finding| finding.primary.span);
    findings
}

/// Looks at the files of a load in which nothing is wrong, whatever they hold.
#[must_use]
pub fn lint_files(documents: &[Document], files: &Files) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for lint in ALL {
        if let Look::Files(look) = lint.look {
            look(documents, files, &mut findings);
        }
    }
    findings
}
