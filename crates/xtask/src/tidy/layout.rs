//! Where files are and what they are called.

use super::Finding;
use std::collections::BTreeSet;

/// What stands at the top, beside dotfiles: these and nothing else.
const TOP: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "benches",
    "crates",
    "examples",
    "workflows",
];

/// Names that say nothing about what a file holds.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "common", "misc", "types"];

/// Checks the paths of all files, `/` between directories.
pub(super) fn check(files: &[String]) -> Vec<Finding> {
    let top: BTreeSet<&str> = files.iter().filter_map(|file| file.split('/').next()).collect();
    let mut findings = Vec::new();
    for name in top.iter().filter(|name| !name.starts_with('.') && !TOP.contains(name)) {
        findings.push(Finding::new(
            name,
            0,
            format!("the top level holds only {}", TOP.join(", ")),
        ));
    }
    for name in TOP.iter().filter(|name| !top.contains(*name)) {
        findings.push(Finding::new(name, 0, "is missing from the top level"));
    }
    for file in files.iter().filter(|file| file.ends_with(".rs")) {
        let empty = file
            .split('/')
            .map(|part| part.strip_suffix(".rs").unwrap_or(part))
            .find(|p| EMPTY_NAMES.contains(p));
        if let Some(name) = empty {
            findings.push(Finding::new(
                file,
                0,
                format!("`{name}` does not say what it holds: name the noun"),
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_level_is_exactly_what_is_listed() {
        let mut files: Vec<String> = TOP.iter().map(|name| format!("{name}/x")).collect();
        files.push(".github/x".to_owned());
        assert_eq!(check(&files), []);
        files.push("docs/a.md".to_owned());
        files.retain(|file| !file.starts_with("README"));
        let found = check(&files);
        assert_eq!(
            found.iter().map(|f| f.file.as_str()).collect::<Vec<_>>(),
            ["docs", "README.md"]
        );
    }

    #[test]
    fn empty_names_are_found_in_any_place() {
        let mut files: Vec<String> = TOP.iter().map(|name| (*name).to_owned()).collect();
        files.extend([
            "crates/a/src/utils.rs".to_owned(),
            "crates/a/src/common/b.rs".to_owned(),
        ]);
        assert_eq!(check(&files).len(), 2);
    }
}
