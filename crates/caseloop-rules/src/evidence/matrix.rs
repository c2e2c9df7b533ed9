//! How often rules are right: what cases are against what rules make of them.

use std::collections::BTreeMap;
use std::fmt;

/// A confusion matrix: for each class what its cases were taken for.
///
/// ```
/// use caseloop_rules::evidence::Matrix;
/// let mut matrix = Matrix::default();
/// for (is, taken_for) in [("complaint", "complaint"), ("complaint", "enquiry"), ("enquiry", "enquiry")] {
///     matrix.add(is, taken_for);
/// }
/// assert_eq!(matrix.right().to_string(), "66.6%");
/// assert_eq!(matrix.precision("enquiry").to_string(), "50.0%");
/// assert_eq!(matrix.recall("enquiry").to_string(), "100.0%");
/// assert_eq!(matrix.precision("praise").to_string(), "-");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    /// By what a case is and what it was taken for.
    counts: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Matrix {
    /// Counts a case.
    pub fn add(&mut self, is: &str, taken_for: &str) {
        let row = self.counts.entry(is.to_owned()).or_default();
        *row.entry(taken_for.to_owned()).or_default() += 1;
    }

    /// Every class that a case is or was taken for, in order.
    #[must_use]
    pub fn classes(&self) -> Vec<&str> {
        let rows = self.counts.iter();
        let mut found: Vec<&str> = rows
            .flat_map(|(is, row)| row.keys().map(String::as_str).chain([is.as_str()]))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// How many cases of a class were taken for another, or for itself.
    #[must_use]
    pub fn count(&self, is: &str, taken_for: &str) -> u64 {
        let row = self.counts.get(is);
        row.and_then(|row| row.get(taken_for)).copied().unwrap_or(0)
    }

    /// The share of all cases that were taken for what they are.
    #[must_use]
    pub fn right(&self) -> Share {
        let right = self.counts.keys().map(|is| self.count(is, is)).sum();
        Share {
            part: right,
            of: self.counts.values().flat_map(BTreeMap::values).sum(),
        }
    }

    /// Of the cases taken for a class, the share that are of it.
    #[must_use]
    pub fn precision(&self, class: &str) -> Share {
        Share {
            part: self.count(class, class),
            of: self.counts.keys().map(|is| self.count(is, class)).sum(),
        }
    }

    /// Of the cases of a class, the share that were taken for it.
    #[must_use]
    pub fn recall(&self, class: &str) -> Share {
        let row = self.counts.get(class);
        Share {
            part: self.count(class, class),
            of: row.map_or(0, |row| row.values().sum()),
        }
    }
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// How many.
    pub part: u64,
    /// Of how many.
    pub of: u64,
}

impl Share {
    /// Thousandths, rounded down; `None` of nothing.
    #[must_use]
    pub fn per_mille(self) -> Option<u64> {
        self.part.saturating_mul(1000).checked_div(self.of)
    }
}

/// In percent with one digit after the point, rounded down; `-` of nothing.
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.per_mille() {
            Some(share) => format!("{}.{}%", share / 10, share % 10),
            None => "-".to_owned(),
        };
        f.pad(&text)
    }
}
