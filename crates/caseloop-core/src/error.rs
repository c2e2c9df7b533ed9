//! Why a step could not be carried out, or a definition not be run.

use crate::Instant;
use crate::clocks::ClockError;
use crate::identity::Identity;
use std::sync::Arc;

/// Why a step could not be carried out. What a host must tell apart is a variant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// The input's instant lies before something that has already happened in the case.
    #[error("time runs backwards: the case is at {} ms, the input at {} ms", .case.0, .now.0)]
    TimeBackwards {
        /// The instant of the case's last entry.
        case: Instant,
        /// The instant of the input.
        now: Instant,
    },
    /// The snapshot was made by another version of the workflow, or by another workflow.
    #[error("the case runs `{}` version {} and needs a migration to version {}", .found.workflow, .found.version, .wanted.version)]
    NeedsMigration {
        /// What the snapshot carries.
        found: Arc<Identity>,
        /// What the workflow is.
        wanted: Arc<Identity>,
    },
    /// The input is not what the workflow declares: an unknown event, a missing or a misfitting field.
    #[error("{0}")]
    BadData(BadData),
    /// The case has begun already, or has not begun.
    #[error("{0}")]
    NotNow(&'static str),
    /// A bound of [`Limits`](crate::Limits) was reached.
    #[error("the limit of {limit} {what} was reached")]
    Limit {
        /// What there was too much of.
        what: &'static str,
        /// The bound.
        limit: u32,
    },
    /// A calendar is not known for the time that a limit or a timer reaches.
    #[error("a calendar cannot tell when something is due: {0}")]
    Calendar(ClockError),
}

/// What does not fit in an input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadData {
    /// The workflow does not declare this event.
    #[error("the workflow knows no event `{name}`{}", or_near(.near.as_deref()))]
    UnknownEvent {
        /// As it was given.
        name: String,
        /// The nearest name that is known.
        near: Option<String>,
    },
    /// The workflow does not declare this role.
    #[error("the workflow knows no role `{name}`{}", or_near(.near.as_deref()))]
    UnknownRole {
        /// As it was given.
        name: String,
        /// The nearest name that is known.
        near: Option<String>,
    },
    /// The event or the case has no such field.
    #[error("`{of}` has no field `{name}`{}", or_near(.near.as_deref()))]
    UnknownField {
        /// The event, or `case`.
        of: String,
        /// As it was given.
        name: String,
        /// The nearest name that is known.
        near: Option<String>,
    },
    /// A field that must be given is missing.
    #[error("`{of}` lacks the field `{field}`")]
    MissingField {
        /// The event, or `case`.
        of: String,
        /// The field.
        field: String,
    },
    /// A value does not fit its field's type. Personal values are never shown.
    #[error("the field `{field}` of `{of}`: {problem}")]
    Misfit {
        /// The event, or `case`.
        of: String,
        /// The field.
        field: String,
        /// What was found and what was expected.
        problem: String,
    },
}

fn or_near(word: Option<&str>) -> String {
    word.map(|word| format!("; did you mean `{word}`?")).unwrap_or_default()
}

impl From<BadData> for StepError {
    fn from(bad: BadData) -> Self {
        Self::BadData(bad)
    }
}

/// Why a plain form cannot be run. Front ends find these first and place them; seeing one is a front end's bug.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DefinitionError {
    /// The structure of states, branches or timers contradicts itself.
    #[error("the definition is malformed: {0}")]
    Malformed(String),
    /// More of something than ids or tables can hold.
    #[error("the definition is too large: {0}")]
    TooLarge(String),
}
