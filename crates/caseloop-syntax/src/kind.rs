//! What a file is, told by its first key. What the kinds hold is their readers' business.

use crate::codes::{MISPLACED_KIND, UNKNOWN_KIND};
use crate::{Diagnostic, Node, Report};

/// The kinds of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `workflow:`, a service process.
    Workflow,
    /// `calendars:`, working time.
    Calendars,
    /// `table:`, a decision table.
    Table,
    /// `classifier:`, a text classifier.
    Classifier,
    /// `score:`, a score.
    Score,
    /// `assign:`, an assignment.
    Assign,
    /// `parameters:`, values that a centre sets.
    Parameters,
    /// `roles:`, who there is.
    Roles,
    /// `lints:`, how much findings weigh that keep nothing from running.
    Lints,
    /// `kpis:`, figures over journals.
    Kpis,
    /// `jobs:`, what happens periodically.
    Jobs,
    /// `privacy:`, what personal data becomes.
    Privacy,
    /// `scenario:`, a designer's test.
    Scenario,
    /// `migration:`, from one version of a workflow to the next.
    Migration,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 14] = [
        Self::Workflow,
        Self::Calendars,
        Self::Table,
        Self::Classifier,
        Self::Score,
        Self::Assign,
        Self::Parameters,
        Self::Roles,
        Self::Lints,
        Self::Kpis,
        Self::Jobs,
        Self::Privacy,
        Self::Scenario,
        Self::Migration,
    ];

    /// The first key of a file of this kind.
    ///
    /// ```
    /// use caseloop_syntax::Kind;
    /// assert_eq!(Kind::Kpis.key(), "kpis");
    /// assert_eq!(Kind::of("kpis"), Some(Kind::Kpis));
    /// ```
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Workflow => "workflow",
            Self::Calendars => "calendars",
            Self::Table => "table",
            Self::Classifier => "classifier",
            Self::Score => "score",
            Self::Assign => "assign",
            Self::Parameters => "parameters",
            Self::Roles => "roles",
            Self::Lints => "lints",
            Self::Kpis => "kpis",
            Self::Jobs => "jobs",
            Self::Privacy => "privacy",
            Self::Scenario => "scenario",
            Self::Migration => "migration",
        }
    }

    /// The kind whose first key is `key`.
    #[must_use]
    pub fn of(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// The kind of the document `root`. A kind's key that stands further down is reported and then taken, so that the rest
/// of the file can be checked.
pub(crate) fn kind_of(root: &Node, report: &mut Report) -> Option<Kind> {
    let keys = Kind::ALL.map(Kind::key);
    let all = || {
        format!(
            "a file starts with one of {}",
            keys.map(|key| format!("`{key}:`")).join(", ")
        )
    };
    let Some(entries) = root.as_map() else {
        let found = root.what();
        let message = format!("the file holds {found}, where `key: value` lines are expected");
        report.push(Diagnostic::error(&UNKNOWN_KIND, root.span.at_start(), message).help(all()));
        return None;
    };
    let Some((first, _)) = entries.first() else {
        report.push(Diagnostic::error(&UNKNOWN_KIND, root.span, "the file holds an empty mapping").help(all()));
        return None;
    };
    if let Some(kind) = Kind::of(&first.name) {
        return Some(kind);
    }
    let later = entries.iter().find_map(|(key, _)| Some((key, Kind::of(&key.name)?)));
    if let Some((key, kind)) = later {
        let message = format!("`{}` says what the file is and must be its first key", key.name);
        report.push(Diagnostic::error(&MISPLACED_KIND, key.span, message).also(first.span, "the first key"));
        return Some(kind);
    }
    let message = format!("no kind of document starts with `{}`", first.name);
    report.push(
        Diagnostic::error(&UNKNOWN_KIND, first.span, message)
            .help(all())
            .suggest(&first.name, keys),
    );
    None
}
