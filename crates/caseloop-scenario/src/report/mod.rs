//! What scenarios came to, for people: a table for a terminal, and a page that needs nothing beside it.

mod html;
mod table;

pub use html::page;
pub use table::table;

use crate::{Coverage, Status};

/// What one scenario came to.
#[derive(Clone, Debug)]
pub struct Result {
    /// What its author calls it, or the path of a file that could not be read.
    pub name: String,
    /// The path of its file, as a person reads it.
    pub file: String,
    /// The workflow that it is about; empty where that is not known.
    pub workflow: String,
    /// Whether a person stands behind it.
    pub status: Status,
    /// What is otherwise than it says, a message each with its line.
    pub failures: Vec<String>,
}

/// Everything that a page or a table shows.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The scenarios, in the order in which they were run.
    pub results: Vec<Result>,
    /// What they cover of each workflow.
    pub coverage: Vec<Coverage>,
}
