//! The tests that the guide names as evidence exist.

use super::Finding;

const PAGE: &str = "crates/caseloop/src/guide/recurring_bugs.md";

/// The names in the last column of the page's table, and where they stand.
#[derive(Debug, Default)]
pub(super) struct NamedTests {
    named: Vec<(usize, String)>,
    /// Functions of test files.
    found: Vec<String>,
}

impl NamedTests {
    pub(super) fn add(&mut self, file: &str, text: &str) {
        if file == PAGE {
            for (line, row) in text.lines().enumerate() {
                let name = row.trim_end_matches(" |").rsplit("| ").next().unwrap_or_default();
                if let Some(name) = name.strip_prefix('`').and_then(|name| name.strip_suffix('`')) {
                    self.named.push((line + 1, name.to_owned()));
                }
            }
        }
        if file.contains("/tests/") && file.ends_with(".rs") {
            let functions = text.lines().filter_map(|line| line.trim_start().strip_prefix("fn "));
            self.found
                .extend(functions.filter_map(|rest| Some(rest.split_once('(')?.0.to_owned())));
        }
    }

    pub(super) fn check(&self) -> Vec<Finding> {
        let missing = self.named.iter().filter(|(_, name)| !self.found.contains(name));
        let missing = missing.map(|(line, name)| Finding::new(PAGE, *line, format!("there is no test `{name}`")));
        let count = match self.named.len() {
            20 => None,
            other => Some(Finding::new(PAGE, 0, format!("names {other} tests, of 20"))),
        };
        missing.chain(count).collect()
    }
}
