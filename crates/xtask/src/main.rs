//! Developer tasks: `cargo xtask conformance | spin | tidy | ci`. Not part of what is published.

mod checkout;
mod ci;
mod conformance;
mod spin;
mod tidy;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <task>

  conformance [--bless]  run the kernel against the SCION, W3C and own state charts, and conditions against CEL's cases;
                         --bless rewrites the lists
  conformance --vectors DIR  run the cases in another folder: a `cel.jsonl`, sets of the DMN kit, or both
  spin [--shipped]       compare what is proved of the shipped workflows, and of broken variants, with what spin finds
                         (Debian's package `spin`, and a C compiler)
  tidy                   check crate arrows, file layout and other conventions that no compiler knows
  ci                     everything that has to hold before a commit, stopping at the first failure";

/// What went wrong in a task, in one line for its reader.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct TaskError(String);

impl TaskError {
    fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["conformance"] => conformance::run(conformance::List::Compare),
        ["conformance", "--bless"] => conformance::run(conformance::List::Rewrite),
        ["conformance", "--vectors", folder] => conformance::run_others(Path::new(folder)),
        ["spin"] => spin::run(spin::Models::All),
        ["spin", "--shipped"] => spin::run(spin::Models::Shipped),
        ["tidy"] => tidy::run(),
        ["ci"] => ci::run(),
        [] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => Err(TaskError::new(format!(
            "there is no task `{}`\n\n{USAGE}",
            words.join(" ")
        ))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
