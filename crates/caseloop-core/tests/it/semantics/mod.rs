//! What the language means, a claim each: a small workflow, what happens, and the entries that come of it.

mod chart;
mod doing;
mod events;
mod loading;
mod memory;
mod regions;
mod timers;

use crate::running::{Case, action, workflow};
use crate::shown::line;

/// Takes a case of the workflow `text` (without its first lines) through the inputs and compares its journal.
fn check(text: &str, inputs: &[&str], expected: &[&str]) {
    let workflow = workflow(&format!("workflow: a\nversion: 1\n{text}"));
    let mut case = Case::new(&workflow);
    for input in inputs {
        case.take(&action(input));
    }
    let shown: Vec<String> = case.journal.iter().map(line).collect();
    assert_eq!(shown, expected, "\n{}", shown.join("\n"));
}
