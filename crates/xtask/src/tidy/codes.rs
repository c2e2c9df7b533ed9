//! The codes of diagnostics: each belongs to one crate, so that a code alone says what was found.

use super::Finding;
use std::collections::BTreeMap;

/// The codes of the tables seen so far, with their places.
#[derive(Debug, Default)]
pub(super) struct Codes {
    seen: BTreeMap<String, (String, usize)>,
}

impl Codes {
    /// Adds the table of one crate. A code that is there already is a finding, as is one that is not kebab-case.
    pub(super) fn add(&mut self, file: &str, text: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (position, line) in text.lines().enumerate() {
            let Some(code) = code(line) else { continue };
            let line = position + 1;
            if !is_kebab(code) {
                findings.push(Finding::new(file, line, format!("the code `{code}` is not kebab-case")));
            }
            match self.seen.get(code) {
                Some((other, at)) => {
                    let message = format!("the code `{code}` is taken: {other}:{at} defines it");
                    findings.push(Finding::new(file, line, message));
                }
                None => {
                    self.seen.insert(code.to_owned(), (file.to_owned(), line));
                }
            }
        }
        findings
    }
}

/// The code of a row such as `UNKNOWN_KEY = "unknown-key", "A key …";`.
fn code(line: &str) -> Option<&str> {
    let (name, rest) = line.trim_start().split_once(" = \"")?;
    let is_name = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    rest.split_once('"').map(|(code, _)| code).filter(|_| is_name)
}

fn is_kebab(code: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    code.split('-').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_belongs_to_one_crate() {
        let mut codes = Codes::default();
        let table = "codes! {\n    UNKNOWN_KEY = \"unknown-key\", \"A key.\";\n    $ident = \"other\", \"\";\n}\n";
        assert_eq!(codes.add("a/codes.rs", table), []);
        let expected = "b/codes.rs:2: the code `unknown-key` is taken: a/codes.rs:2 defines it";
        assert_eq!(
            codes
                .add("b/codes.rs", table)
                .iter()
                .map(Finding::to_string)
                .collect::<Vec<_>>(),
            [expected]
        );
        assert_eq!(codes.add("c/codes.rs", "BAD = \"Bad_Code\", \"\";").len(), 1);
    }
}
