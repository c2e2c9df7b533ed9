//! What other rules would change: two decisions of each case, side by side.

use crate::Decided;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many cases two sets of rules decide otherwise, and what becomes of what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    cases: u64,
    changed: u64,
    /// By output: from what to what, how often; nothing given is `-`.
    turned: BTreeMap<Arc<str>, BTreeMap<(String, String), u64>>,
}

impl Changes {
    /// Counts a case; whether it is decided otherwise. Outputs that one of the two does not have count as not given.
    pub fn add(&mut self, before: &Decided, after: &Decided) -> bool {
        self.cases += 1;
        let names = before.gave.keys().chain(after.gave.keys());
        let mut names: Vec<&Arc<str>> = names.collect();
        names.sort_unstable();
        names.dedup();
        let mut changed = false;
        for name in names {
            let told = |decided: &Decided| {
                decided
                    .gave
                    .get(name)
                    .map_or_else(|| "-".to_owned(), ToString::to_string)
            };
            let (from, to) = (told(before), told(after));
            if from != to {
                changed = true;
                *self
                    .turned
                    .entry(name.clone())
                    .or_default()
                    .entry((from, to))
                    .or_default() += 1;
            }
        }
        self.changed += u64::from(changed);
        changed
    }

    /// How many cases were counted, and how many of them are decided otherwise.
    #[must_use]
    pub fn counted(&self) -> (u64, u64) {
        (self.cases, self.changed)
    }

    /// From what to what, how often, the commonest first; by output.
    pub fn turned(&self) -> impl Iterator<Item = (&str, Vec<(&str, &str, u64)>)> {
        self.turned.iter().map(|(output, turned)| {
            let turned = turned.iter();
            let mut turned: Vec<_> = turned.map(|((from, to), count)| (&**from, &**to, *count)).collect();
            turned.sort_by_key(|(.., count)| std::cmp::Reverse(*count));
            (&**output, turned)
        })
    }
}
