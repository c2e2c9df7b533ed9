//! How much a finding weighs that keeps nothing from running, as authors and callers set it.

use crate::Severity;

/// What becomes of a finding that keeps nothing from running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LintLevel {
    /// It is not told.
    Allow,
    /// It is told as a warning.
    Warn,
    /// It is told as an error.
    Deny,
}

impl LintLevel {
    /// Every level, the mildest first.
    pub const ALL: [Self; 3] = [Self::Allow, Self::Warn, Self::Deny];

    /// The word that is written in files.
    ///
    /// ```
    /// use caseloop_syntax::LintLevel;
    /// assert_eq!(LintLevel::of("deny"), Some(LintLevel::Deny));
    /// assert_eq!(LintLevel::Deny.word(), "deny");
    /// ```
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }

    /// The level of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.word() == word)
    }

    /// How much a finding weighs at this level; `None` where it is not told.
    #[must_use]
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Allow => None,
            Self::Warn => Some(Severity::Warning),
            Self::Deny => Some(Severity::Error),
        }
    }
}
