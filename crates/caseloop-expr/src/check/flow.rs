//! Which optional paths are known to be there once a condition has held, or has not. Not: the findings.

use crate::typed::{Kind, Typed};
use std::collections::BTreeSet;

/// The paths that are there wherever `tree` is `truth`.
pub(crate) fn granted(tree: &Typed, truth: bool) -> BTreeSet<String> {
    match &tree.kind {
        Kind::Has(of) if truth => prefixes(of),
        Kind::Not(of) => granted(of, !truth),
        Kind::All(items) => joined(items, truth, truth),
        Kind::Any(items) => joined(items, truth, !truth),
        _ => BTreeSet::new(),
    }
}

/// What several parts grant: all of it where `every` one has that truth, else only what they have in common.
fn joined(items: &[Typed], truth: bool, every: bool) -> BTreeSet<String> {
    let sets = items.iter().map(|item| granted(item, truth));
    if every {
        return sets.flatten().collect();
    }
    sets.reduce(|a, b| a.intersection(&b).cloned().collect())
        .unwrap_or_default()
}

/// A path that is there has all that stands before its points there too.
fn prefixes(of: &Typed) -> BTreeSet<String> {
    let mut paths: BTreeSet<String> = of.path().into_iter().collect();
    let mut at = of;
    while let Kind::Member { of, .. } | Kind::Column { of, .. } = &at.kind {
        paths.extend(of.path());
        at = of;
    }
    paths
}
