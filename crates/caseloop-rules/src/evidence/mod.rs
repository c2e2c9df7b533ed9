//! What past cases say of rules: which fire, how often they are right, what other rules would change, and which words
//! tell kinds apart. Whole numbers only; a share is told in tenths of a percent.

mod changes;
mod matrix;
mod suggest;

pub use changes::Changes;
pub use matrix::{Matrix, Share};
pub use suggest::{Options, Suggested, Suggestion, class_constant, suggest};

/// How often each rule fired.
///
/// ```
/// use caseloop_rules::evidence::Coverage;
/// let mut coverage = Coverage::of(3);
/// coverage.add(&[0, 2]);
/// coverage.add(&[2]);
/// assert_eq!((coverage.cases(), coverage.fired()), (2, &[1, 0, 2][..]));
/// assert_eq!(coverage.never().collect::<Vec<_>>(), [1]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    cases: u64,
    fired: Vec<u64>,
}

impl Coverage {
    /// For so many rules.
    #[must_use]
    pub fn of(rules: usize) -> Self {
        Self {
            cases: 0,
            fired: vec![0; rules],
        }
    }

    /// Counts a case and the rules that fired for it, by position.
    pub fn add(&mut self, fired: &[u32]) {
        self.cases += 1;
        for rule in fired {
            if let Some(count) = self.fired.get_mut(*rule as usize) {
                *count += 1;
            }
        }
    }

    /// How many cases were counted.
    #[must_use]
    pub fn cases(&self) -> u64 {
        self.cases
    }

    /// How often each rule fired, in the order of the file.
    #[must_use]
    pub fn fired(&self) -> &[u64] {
        &self.fired
    }

    /// The positions of the rules that never fired.
    pub fn never(&self) -> impl Iterator<Item = usize> {
        let counted = self.fired.iter().enumerate();
        counted.filter(|(_, count)| **count == 0).map(|(position, _)| position)
    }
}
