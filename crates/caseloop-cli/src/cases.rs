//! A file of cases that rules are asked about, a JSON object a line. Errors name keys and never repeat a value, which may
//! be personal.

use crate::console::{Console, Ending, Failure, counted};
use crate::lines::Lines;
use crate::opened::input;
use crate::place::why;
use crate::refusal::malformed_json;
use caseloop::layers::expr::RowBuf;
use caseloop::{Rules, Value};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The cases of a file, one at a time.
pub(crate) struct Cases {
    path: PathBuf,
    name: String,
    lines: Lines<Box<dyn Read>>,
    /// How many lines were skipped.
    skipped: u64,
}

/// One case: named values, of which rules read those that they declare.
#[derive(Debug)]
pub(crate) struct Case {
    /// The number of its line, from 1.
    pub(crate) line: u64,
    members: Vec<(Arc<str>, Value)>,
}

impl Cases {
    /// Opens the file at `path`, `-` being standard input.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let (lines, name) = input(path)?;
        Ok(Self {
            path: path.to_owned(),
            name,
            lines: Lines::new(lines),
            skipped: 0,
        })
    }

    /// The next case that can be read; a line that cannot is told and skipped.
    pub(crate) fn next(&mut self, console: &mut Console<'_>) -> Result<Option<Case>, Failure> {
        loop {
            if self.lines.may_wait() {
                console.flush()?;
            }
            let line = self.lines.next();
            let line = line.map_err(|error| Failure::Unread(why(&self.path, &error)))?;
            let Some((number, line)) = line else { return Ok(None) };
            if line.read().is_ok_and(|text| text.trim().is_empty()) {
                continue;
            }
            match line.read().and_then(members) {
                Ok(members) => {
                    let line = number;
                    return Ok(Some(Case { line, members }));
                }
                Err(problem) => self.skip(number, &problem, console),
            }
        }
    }

    /// Tells why a case cannot be judged.
    pub(crate) fn skip(&mut self, line: u64, problem: &str, console: &mut Console<'_>) {
        self.skipped += 1;
        console.error_at(&self.name, line, &format!("{problem}; the line is skipped"));
    }
}

impl Cases {
    /// How a command ends that went through the cases; tells how many lines were skipped.
    pub(crate) fn ending(&self, console: &mut Console<'_>) -> Ending {
        match self.skipped {
            0 => Ending::Clean,
            skipped => {
                console.error(&format!("{} skipped", counted(skipped, "line was", "lines were")));
                Ending::Findings
            }
        }
    }
}

fn members(line: &str) -> Result<Vec<(Arc<str>, Value)>, String> {
    let value: Value = serde_json::from_str(line).map_err(|error| malformed_json(&error))?;
    match value {
        Value::Record(members) => Ok(members),
        other => Err(format!("found {} where an object was expected", other.kind())),
    }
}

impl Case {
    /// What rules read of it: what else it holds is passed over.
    ///
    /// # Errors
    /// What is missing or misfits.
    pub(crate) fn inputs(&self, rules: &Rules) -> Result<RowBuf, String> {
        let read = &rules.signature().inputs.record;
        let known = self.members.iter().filter(|(name, _)| read.get(name).is_some());
        let known = known.map(|(name, value)| (&**name, value));
        rules.bind(known).map_err(|bad| bad.to_string())
    }

    /// A member as a text: a label, or the host's name for the case.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let (_, value) = self.members.iter().find(|(member, _)| **member == *name)?;
        match value {
            Value::Absent => None,
            Value::Text(text) => Some(text.to_string()),
            other => Some(other.to_string()),
        }
    }
}
