//! What came of each case: in lines that are committed and compared, and in counts that are shown.

use super::stop::Reason;
use std::collections::BTreeMap;
use std::fmt;

/// What came of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Passed,
    /// It agrees with the script that its vector offers under `legacySemantics`.
    PassedByLegacy,
    Failed(String),
    Skipped(Reason),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("passed"),
            Self::PassedByLegacy => f.write_str("passed legacySemantics"),
            Self::Failed(problem) => write!(f, "failed {problem}"),
            Self::Skipped(reason) => write!(f, "skipped {reason}"),
        }
    }
}

/// A case with what came of it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) suite: &'static str,
    /// `group/name`.
    pub(crate) case: String,
    pub(crate) verdict: Verdict,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} {}", self.suite, self.case, self.verdict)
    }
}

/// How many of what.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    /// Of those that passed, how many by `legacySemantics`.
    pub(crate) legacy: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: BTreeMap<Reason, usize>,
}

impl Counts {
    pub(crate) fn of<'l>(lines: impl Iterator<Item = &'l Line>) -> Self {
        let mut counts = Self::default();
        for line in lines {
            match &line.verdict {
                Verdict::Passed => counts.passed += 1,
                Verdict::PassedByLegacy => {
                    counts.passed += 1;
                    counts.legacy += 1;
                }
                Verdict::Failed(_) => counts.failed += 1,
                Verdict::Skipped(reason) => *counts.skipped.entry(*reason).or_default() += 1,
            }
        }
        counts
    }

    pub(crate) fn skipped(&self) -> usize {
        self.skipped.values().sum()
    }
}

/// `3 passed, 0 failed, 1 skipped`.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed,
            self.failed,
            self.skipped()
        )
    }
}

/// The lines in which two lists differ: `-` those that are expected only, `+` those that are found only.
pub(crate) fn differences(expected: &str, found: &str) -> Vec<String> {
    let missing = |from: &str, other: &str, sign: char| {
        let other: std::collections::BTreeSet<String> = other.lines().map(str::to_owned).collect();
        let lines = from.lines().filter(|line| !other.contains(*line));
        lines.map(|line| format!("{sign} {line}")).collect::<Vec<_>>()
    };
    let mut differences = missing(expected, found, '-');
    differences.extend(missing(found, expected, '+'));
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differing_lines_are_shown_from_both_lists() {
        assert_eq!(differences("a\nb\n", "a\nb\n"), Vec::<String>::new());
        assert_eq!(differences("a\nb\n", "a\nc\n"), ["- b", "+ c"]);
    }

    #[test]
    fn legacy_passes_are_counted_among_the_passed() {
        let verdicts = [
            Verdict::Passed,
            Verdict::PassedByLegacy,
            Verdict::Skipped(Reason::Invoke),
        ];
        let lines = verdicts.map(|verdict| Line {
            suite: "own",
            case: "a/b".to_owned(),
            verdict,
        });
        let counts = Counts::of(lines.iter());
        assert_eq!(
            (counts.to_string().as_str(), counts.legacy),
            ("2 passed, 0 failed, 1 skipped", 1)
        );
    }
}
