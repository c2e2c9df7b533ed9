//! Conventions that no compiler knows: which crate may use which, how files are laid out, what never stands in them.

mod arrows;
mod chinese;
mod codes;
mod layout;
mod named_tests;
mod source;

use crate::TaskError;
use crate::checkout::{files, output, read, root};
use std::collections::BTreeSet;
use std::fmt;
use std::process::Command;

/// A breach of a convention, with its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    file: String,
    /// From 1; 0 where it is about the whole file.
    line: usize,
    message: String,
}

impl Finding {
    fn new(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line,
            message: message.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            write!(f, "{}: {}", self.file, self.message)
        } else {
            write!(f, "{}:{}: {}", self.file, self.line, self.message)
        }
    }
}

/// Checks everything and prints every finding.
pub(crate) fn run() -> Result<(), TaskError> {
    let files = files()?;
    let mut findings = layout::check(&files);
    let mut codes = codes::Codes::default();
    let chinese: BTreeSet<&str> = caseloop_syntax::lang::templates().map(|(english, _)| english).collect();
    let mut named = named_tests::NamedTests::default();
    for file in files.iter().filter(|file| source::is_text(file)) {
        let text = read(&root().join(file))?;
        findings.extend(source::check(file, &text));
        named.add(file, &text);
        if file.ends_with(".rs") {
            findings.extend(chinese::check(file, &text, &chinese));
        }
        if file.ends_with("/codes.rs") {
            findings.extend(codes.add(file, &text));
        }
    }
    let arguments = ["metadata", "--format-version", "1", "--no-deps"];
    let metadata = output(Command::new("cargo").current_dir(root()).args(arguments))?;
    findings.extend(arrows::check(&metadata)?);
    findings.extend(named.check());
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        1 => Err(TaskError::new("1 finding")),
        some => Err(TaskError::new(format!("{some} findings"))),
    }
}
