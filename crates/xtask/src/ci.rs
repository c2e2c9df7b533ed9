//! What has to hold before a commit, in the order in which a mistake is found soonest.

use crate::checkout::{line, root, show};
use crate::{TaskError, conformance, spin, tidy};
use std::process::Command;

/// One thing that has to hold.
enum Step {
    /// A call of cargo, with what it needs in the environment.
    Cargo(&'static [&'static str], &'static [(&'static str, &'static str)]),
    /// A task of this program under its name.
    Task(&'static str, fn() -> Result<(), TaskError>),
}

const STEPS: &[Step] = &[
    Step::Cargo(&["fmt", "--all", "--check"], &[]),
    Step::Cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], &[]),
    // The same generated cases each time, so that the gate answers alike twice; `cargo test` alone draws others.
    Step::Cargo(&["test", "--workspace"], &[("PROPTEST_RNG_SEED", "20251121")]),
    Step::Cargo(&["doc", "--no-deps", "--workspace"], &[("RUSTDOCFLAGS", "-D warnings")]),
    Step::Task("tidy", tidy::run),
    Step::Task("conformance", || conformance::run(conformance::List::Compare)),
    Step::Task("spin --shipped", || spin::run(spin::Models::Shipped)),
    Step::Cargo(&["run", "--release", "--example", "hotline"], &[]),
    Step::Cargo(&["run", "--release", "--example", "embed"], &[]),
    Step::Cargo(&["run", "--example", "lint", "--", "workflows"], &[]),
    // By the program's name and not its crate's: what was built for the whole workspace is not built again for one crate.
    Step::Cargo(
        &["run", "--bin", "caseloop", "--", "lint", "workflows", "--deny", "all"],
        &[],
    ),
    Step::Cargo(
        &["run", "--bin", "caseloop", "--", "test", "workflows", "--coverage"],
        &[],
    ),
    Step::Task("package", package),
];

/// Runs every step and stops at the first that fails.
pub(crate) fn run() -> Result<(), TaskError> {
    for step in STEPS {
        match step {
            Step::Cargo(arguments, environment) => {
                let mut command = Command::new("cargo");
                command.args(*arguments).envs(environment.iter().copied());
                println!("+ {}", line(&command));
                show(command.current_dir(root()))?;
            }
            Step::Task(name, task) => {
                println!("+ cargo xtask {name}");
                task()?;
            }
        }
    }
    Ok(())
}

/// Packs every crate and builds each from what was packed.
///
/// In a folder of its own each time: cargo unpacks what the crates need of each other into its home, under a name made
/// from the folder's path, and takes what lies there from an earlier run of the same version as it is.
fn package() -> Result<(), TaskError> {
    let target = root().join("target");
    let folder = tempfile::Builder::new().prefix("packed-").tempdir_in(&target);
    let folder = folder.map_err(|error| TaskError::new(format!("{}: {error}", target.display())))?;
    let mut command = Command::new("cargo");
    command.args(["package", "--workspace", "--allow-dirty", "--target-dir"]);
    show(command.arg(folder.path()).current_dir(root()))
}
