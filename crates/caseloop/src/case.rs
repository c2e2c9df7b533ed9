//! One running case, bound to the version of the workflow that it runs.

use crate::Workflow;
use caseloop_core::{RestoreError as CoreRestoreError, Snapshot, Stored};
use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use std::fmt;

/// A case at rest. Serialize it to store it; [`Engine::restore`](crate::Engine::restore) takes it up again.
///
/// The stored form carries workflow, version, content hash and a format number, names everything and holds masks in
/// the place of personal data.
#[derive(Clone)]
pub struct Case {
    pub(crate) workflow: Workflow,
    pub(crate) snapshot: Snapshot,
}

/// Why a stored case cannot be taken up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// The text is no stored case.
    #[error("this is no stored case: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// The engine runs no workflow of that name, or not that version of it.
    #[error("the case runs `{workflow}` version {version}, which this engine does not have as it was then")]
    NeedsMigration {
        /// The workflow's name.
        workflow: String,
        /// The author's version.
        version: u32,
    },
    /// The case contradicts its workflow, or is stored in another format.
    #[error("{0}")]
    Damaged(String),
}

impl From<CoreRestoreError> for RestoreError {
    fn from(error: CoreRestoreError) -> Self {
        match error {
            CoreRestoreError::NeedsMigration { found, .. } => Self::NeedsMigration {
                workflow: found.workflow.to_string(),
                version: found.version,
            },
            other => Self::Damaged(other.to_string()),
        }
    }
}

impl Case {
    /// The host's name for the case.
    #[must_use]
    pub fn id(&self) -> &str {
        self.snapshot.case()
    }

    /// The workflow that it runs.
    #[must_use]
    pub fn workflow(&self) -> &Workflow {
        &self.workflow
    }

    /// The active states without inner ones, in the order of the file.
    #[must_use]
    pub fn states(&self) -> Vec<&str> {
        let leaves = self.snapshot.leaves(&self.workflow);
        leaves.into_iter().map(|id| &*self.workflow.state(id).name).collect()
    }

    /// Whether a state of that name is active.
    #[must_use]
    pub fn is_in(&self, state: &str) -> bool {
        self.workflow
            .state_id(state)
            .is_some_and(|id| self.snapshot.is_in(&self.workflow, id))
    }

    /// Whether the case has come to an end.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.snapshot.ended(&self.workflow)
    }

    /// When the last thing happened in it.
    #[must_use]
    pub fn at(&self) -> Option<DateTime<Utc>> {
        self.snapshot.time().to_utc()
    }

    /// The number of its journal entries.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.snapshot.sequence()
    }

    /// The stored form.
    #[must_use]
    pub fn store(&self) -> Stored {
        self.snapshot.store(&self.workflow, &*self.workflow.promises)
    }

    /// The kernel's own form, for hosts that step in place.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }
}

impl Serialize for Case {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.store().serialize(serializer)
    }
}

/// Without the workflow, which is the same for many cases and long.
impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.store().fmt(f)
    }
}

impl PartialEq for Case {
    fn eq(&self, other: &Self) -> bool {
        self.snapshot == other.snapshot
    }
}
