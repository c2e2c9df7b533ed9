//! The table of codes: every code has its test, and reads well.

use crate::{loading, reading, slips};
use caseloop_syntax::codes;
use std::collections::BTreeSet;

/// Codes whose texts are too large for a row; the tests are beside the limits that they show.
const ELSEWHERE: [&str; 7] = [
    "not-utf8",
    "file-too-large",
    "text-too-long",
    "nesting-too-deep",
    "too-many-values",
    "file-unreadable",
    "too-many-files",
];

#[test]
fn every_code_is_produced_by_a_test() {
    let mut tested: BTreeSet<&str> = ELSEWHERE.into();
    tested.extend(slips::ROWS.iter().map(|(_, code, _)| *code));
    tested.extend(loading::ROWS.iter().map(|(code, _)| *code));
    tested.extend(reading::ROWS.iter().map(|(code, _, _)| *code));
    let known: BTreeSet<&str> = codes::ALL.iter().map(|code| code.name).collect();
    assert_eq!(tested, known);
}

#[test]
fn codes_are_unique_and_kebab_case_with_one_sentence() {
    let names: BTreeSet<&str> = codes::ALL.iter().map(|code| code.name).collect();
    assert_eq!(names.len(), codes::ALL.len());
    for code in codes::ALL {
        assert!(
            code.name
                .chars()
                .all(|letter| matches!(letter, 'a'..='z' | '0'..='9' | '-')),
            "{}",
            code.name
        );
        assert!(
            code.summary.ends_with('.') && !code.summary.trim_end_matches('.').contains(". "),
            "{}",
            code.summary
        );
    }
}
