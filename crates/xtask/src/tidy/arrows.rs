//! Which of our crates may use which, asserted from cargo's own reading of the manifests.

use super::Finding;
use crate::TaskError;
use serde::Deserialize;
use std::collections::BTreeSet;

/// Each crate below `crates/` with those of ours that it may name, in dependencies of any kind.
const MAY_USE: &[(&str, &[&str])] = &[
    ("caseloop-syntax", &[]),
    ("caseloop-expr", &["caseloop-syntax"]),
    ("caseloop-core", &["caseloop-expr", "caseloop-syntax"]),
    ("caseloop-sla", &["caseloop-expr", "caseloop-syntax"]),
    ("caseloop-rules", &["caseloop-expr", "caseloop-syntax"]),
    (
        "caseloop-lint",
        &[
            "caseloop-core",
            "caseloop-sla",
            "caseloop-rules",
            "caseloop-expr",
            "caseloop-syntax",
        ],
    ),
    (
        "caseloop",
        &[
            "caseloop-lint",
            "caseloop-core",
            "caseloop-sla",
            "caseloop-rules",
            "caseloop-expr",
            "caseloop-syntax",
        ],
    ),
    ("caseloop-scenario", &["caseloop"]),
    ("caseloop-store", &["caseloop"]),
    ("caseloop-restate", &["caseloop-store"]),
    (
        "caseloop-cli",
        &["caseloop-store", "caseloop-restate", "caseloop-scenario", "caseloop"],
    ),
    (
        "xtask",
        &[
            "caseloop",
            "caseloop-lint",
            "caseloop-core",
            "caseloop-expr",
            "caseloop-rules",
            "caseloop-syntax",
        ],
    ),
];

#[derive(Deserialize)]
struct Metadata {
    workspace_root: String,
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// `dev` or `build`; not there for what the crate itself uses.
    kind: Option<String>,
}

/// Checks the arrows between the crates below `crates/`. Benchmarks and examples stand above all of them and may use
/// any but `xtask`.
pub(super) fn check(metadata: &[u8]) -> Result<Vec<Finding>, TaskError> {
    let metadata: Metadata =
        serde_json::from_slice(metadata).map_err(|error| TaskError::new(format!("cargo metadata: {error}")))?;
    let ours: BTreeSet<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    let mut findings = Vec::new();
    for package in &metadata.packages {
        let manifest = package
            .manifest_path
            .strip_prefix(&metadata.workspace_root)
            .unwrap_or(&package.manifest_path);
        let manifest = manifest.trim_start_matches('/');
        let rule = MAY_USE
            .iter()
            .find(|(name, _)| *name == package.name)
            .map(|(_, may)| *may);
        if rule.is_none() && manifest.starts_with("crates/") {
            let message = format!(
                "`{}` has no row in the table of crates and what they may use",
                package.name
            );
            findings.push(Finding::new(manifest, 0, message));
            continue;
        }
        for dependency in package.dependencies.iter().filter(|d| ours.contains(d.name.as_str())) {
            let allowed = rule.map_or(dependency.name != "xtask", |may| {
                may.contains(&dependency.name.as_str())
            });
            if !allowed {
                let kind = dependency
                    .kind
                    .as_deref()
                    .map(|kind| format!(" ({kind})"))
                    .unwrap_or_default();
                let may = match rule {
                    Some([]) => "it may use none of our crates".to_owned(),
                    Some(may) => format!("it may use {}", may.join(", ")),
                    None => "nothing may".to_owned(),
                };
                let message = format!("`{}` uses `{}`{kind}; {may}", package.name, dependency.name);
                findings.push(Finding::new(manifest, 0, message));
            }
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(packages: &[(&str, &str, &[&str])]) -> Vec<String> {
        let packages: Vec<_> = packages
            .iter()
            .map(|(name, path, uses)| {
                let uses: Vec<_> = uses.iter().map(|name| serde_json::json!({ "name": name, "kind": "dev" })).collect();
                serde_json::json!({ "name": name, "manifest_path": format!("/w/{path}/Cargo.toml"), "dependencies": uses })
            })
            .collect();
        let metadata = serde_json::json!({ "workspace_root": "/w", "packages": packages }).to_string();
        check(metadata.as_bytes())
            .unwrap()
            .iter()
            .map(Finding::to_string)
            .collect()
    }

    const SYNTAX: (&str, &str, &[&str]) = ("caseloop-syntax", "crates/caseloop-syntax", &["serde"]);

    #[test]
    fn arrows_point_down_only() {
        assert_eq!(
            messages(&[SYNTAX, ("caseloop-expr", "crates/caseloop-expr", &["caseloop-syntax"])]),
            [""; 0]
        );
        let found = messages(&[
            SYNTAX,
            ("caseloop-store", "crates/caseloop-store", &["caseloop-syntax"]),
        ]);
        let expected =
            "crates/caseloop-store/Cargo.toml: `caseloop-store` uses `caseloop-syntax` (dev); it may use caseloop";
        assert_eq!(found, [expected]);
    }

    #[test]
    fn a_new_crate_needs_a_row_and_a_benchmark_does_not() {
        let found = messages(&[
            SYNTAX,
            ("caseloop-new", "crates/new", &[]),
            ("benches", "benches", &["caseloop-syntax"]),
        ]);
        let expected = "crates/new/Cargo.toml: `caseloop-new` has no row in the table of crates and what they may use";
        assert_eq!(found, [expected]);
    }
}
