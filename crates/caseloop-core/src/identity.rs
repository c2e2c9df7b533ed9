//! Which workflow a case runs, to the letter.

use std::sync::Arc;

/// What a snapshot must agree with to be continued by a workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The workflow's name.
    pub workflow: Arc<str>,
    /// The author's version.
    pub version: u32,
    /// SHA-256 over the normalised source with its parameters.
    pub hash: [u8; 32],
}
