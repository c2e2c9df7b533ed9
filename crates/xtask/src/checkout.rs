//! The checkout: where it is, which files belong to it, reading and writing them, and the programs that a task runs.

use crate::TaskError;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The directory of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// The files of the project with `/` between directories, sorted: what git tracks or would offer to track.
pub(crate) fn files() -> Result<Vec<String>, TaskError> {
    let root = root();
    let listing = output(Command::new("git").current_dir(&root).args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]))?;
    let listing = String::from_utf8_lossy(&listing);
    let mut files: Vec<String> = listing
        .split('\0')
        .filter(|file| !file.is_empty() && root.join(file).exists())
        .map(str::to_owned)
        .collect();
    files.sort_unstable();
    files.dedup();
    Ok(files)
}

/// The text of a file.
pub(crate) fn read(path: &Path) -> Result<String, TaskError> {
    let bytes = read_bytes(path)?;
    String::from_utf8(bytes).map_err(|_| TaskError::new(format!("{} is not UTF-8", path.display())))
}

/// The bytes of a file.
#[expect(
    clippy::disallowed_methods,
    reason = "developer tasks read the checkout; the ban is the engine's"
)]
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, TaskError> {
    std::fs::read(path).map_err(|error| TaskError::new(format!("{}: {error}", path.display())))
}

/// Writes a file anew.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), TaskError> {
    std::fs::write(path, text).map_err(|error| TaskError::new(format!("{}: {error}", path.display())))
}

/// Runs a program whose output is shown as it comes.
pub(crate) fn show(command: &mut Command) -> Result<(), TaskError> {
    let status = command
        .status()
        .map_err(|error| TaskError::new(format!("{}: {error}", line(command))))?;
    if status.success() {
        Ok(())
    } else {
        Err(TaskError::new(format!("`{}` failed: {status}", line(command))))
    }
}

/// Runs a program and returns what it wrote.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>, TaskError> {
    let done = command.stdin(Stdio::null()).output();
    let done = done.map_err(|error| TaskError::new(format!("{}: {error}", line(command))))?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        return Err(TaskError::new(format!(
            "`{}` failed: {}\n{}",
            line(command),
            done.status,
            said.trim()
        )));
    }
    Ok(done.stdout)
}

/// A command as one would type it.
pub(crate) fn line(command: &Command) -> String {
    let environment = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
    let environment = environment.map(|(name, value)| format!("{}={:?}", name.display(), value));
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words = words.map(|word| word.to_string_lossy().into_owned());
    environment.chain(words).collect::<Vec<_>>().join(" ")
}
