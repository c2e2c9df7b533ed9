//! What stands in a file: how it opens, how long it is, what is banned from it.

use super::Finding;

/// The last line that a file may have.
const LONGEST: usize = 800;
/// The last line of the map of the crates.
const LONGEST_MAP: usize = 200;

/// Begins a line of Rust that stands in no finished code, with the reason.
const BANNED: &[(&str, &str)] = &[
    (concat!("#[", "ignore"), "a test runs or is deleted"),
    (concat!("#[", "should_panic"), "assert the error instead"),
];

/// Stands anywhere in a line of Rust outside of comments.
const UNFINISHED: &str = concat!("todo", "!(");

/// Whether the file is written by hand and is checked for its length.
pub(super) fn is_text(file: &str) -> bool {
    [".rs", ".md", ".toml", ".yaml", ".yml", ".scxml"]
        .iter()
        .any(|ending| file.ends_with(ending))
}

/// Checks one file.
pub(super) fn check(file: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lines = text.lines().count();
    let longest = if file == "crates/README.md" {
        LONGEST_MAP
    } else {
        LONGEST
    };
    if lines > longest {
        findings.push(Finding::new(
            file,
            longest + 1,
            format!("the file has {lines} lines, at most {longest}"),
        ));
    }
    if !file.ends_with(".rs") {
        return findings;
    }
    // A crate may open with its README, which says the same and is compiled as a doctest.
    let opens = text.starts_with("//!") || text.starts_with("#![doc = include_str!(");
    if !opens {
        findings.push(Finding::new(
            file,
            1,
            "the file does not begin with `//!`: say what it holds",
        ));
    }
    for (position, line) in text.lines().enumerate() {
        let line = line.trim_start();
        for (banned, reason) in BANNED {
            if line.starts_with(banned) {
                findings.push(Finding::new(file, position + 1, format!("`{banned}…`: {reason}")));
            }
        }
        if line.contains(UNFINISHED) && !line.starts_with("//") {
            findings.push(Finding::new(file, position + 1, format!("`{UNFINISHED}…)`: finish it")));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(file: &str, text: &str) -> Vec<(usize, String)> {
        check(file, text)
            .into_iter()
            .map(|finding| (finding.line, finding.message))
            .collect()
    }

    #[test]
    fn a_file_opens_by_saying_what_it_holds() {
        assert_eq!(found("a.rs", "//! Ids.\n"), []);
        assert_eq!(found("a.rs", "use x;\n").first().map(|(line, _)| *line), Some(1));
        assert_eq!(found("a.md", "# Title\n"), []);
    }

    #[test]
    fn length_is_bounded() {
        let long = format!("//! x\n{}", "\n".repeat(LONGEST));
        assert_eq!(found("a.rs", &long).first().map(|(line, _)| *line), Some(LONGEST + 1));
        assert_eq!(found("crates/README.md", &"\n".repeat(LONGEST_MAP)), []);
        assert_eq!(found("crates/README.md", &"\n".repeat(LONGEST_MAP + 1)).len(), 1);
    }

    #[test]
    fn unfinished_and_silenced_code_is_found_with_its_line() {
        let text = format!(
            "//! x\n    {}]\nlet a = {UNFINISHED});\n// {UNFINISHED} is banned\n",
            BANNED[0].0
        );
        assert_eq!(
            found("a.rs", &text).iter().map(|(line, _)| *line).collect::<Vec<_>>(),
            [2, 3]
        );
    }
}
