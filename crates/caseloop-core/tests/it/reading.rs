//! What holds for every text that is read as a workflow: no panic, every place inside its file, a workflow or a finding.

use crate::generated::{Tape, tapes, workflow_text};
use crate::running::{findings, reading};
use caseloop_core::Snapshot;
use caseloop_syntax::{Files, Span};
use proptest::prelude::*;

const SHIPPED: &str = include_str!("../../../../workflows/hotline/hotline-call.yaml");

/// Words that mean something somewhere, to put where they may not.
const WORDS: &[&str] = &[
    "go",
    "resume",
    "stay",
    "reject",
    "when",
    "choose",
    "states",
    "regions",
    "start",
    "final",
    "true",
    "false",
    "~",
    "[]",
    "{}",
    "after",
    "every",
    "param.",
    "event.",
    "case.",
    "s1",
    "s2",
    "done",
    "- ",
    ": ",
    "\n",
    "  ",
    "'",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    "#",
    "&a ",
    "*a",
    "if",
    "set",
    "do",
    "0",
    "-1",
    "99999999999999999999",
    "5 ms",
    "working days",
    "：",
    "投",
    "e\u{301}",
    "depth",
    "reenter",
    "personal",
    "record",
    "list_of",
    "type",
    "int",
    "text",
    "min",
    "max",
    "default",
    "optional",
];

fn check(text: &str) {
    let reading = reading(text);
    assert!(reading.workflow.is_some() || !reading.diagnostics.is_empty() || reading.left_out > 0);
    for finding in &reading.diagnostics {
        assert!(fits(finding.primary.span, &reading.files), "{finding:?}");
        assert!(
            finding.labels.iter().all(|label| fits(label.span, &reading.files)),
            "{finding:?}"
        );
        let mut edits = finding.fix.iter().flat_map(|fix| &fix.edits);
        assert!(edits.all(|edit| fits(edit.span, &reading.files)), "{finding:?}");
    }
    let _ = findings(&reading);
    if let Some(workflow) = &reading.workflow {
        assert!(!Snapshot::new(workflow, "c").started());
    }
}

fn fits(span: Span, files: &Files) -> bool {
    let place = span.start as usize..span.end as usize;
    files.text(span.file).get(place).is_some()
}

/// Cuts, doubles, swaps and plants pieces of a text.
fn mutate(text: &str, changes: &[(prop::sample::Index, prop::sample::Index, u8)]) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for (place, other, change) in changes {
        let (at, far) = (place.index(letters.len() + 1), other.index(letters.len() + 1));
        let end = (at + far % 30).min(letters.len());
        match change {
            0 => drop(letters.drain(at..end)),
            1 => {
                let piece = letters[at..end].to_vec();
                letters.splice(far..far, piece);
            }
            2 => letters.truncate(at.max(100)),
            _ => {
                letters.splice(at..at, WORDS[other.index(WORDS.len())].chars());
            }
        }
    }
    letters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: ProptestConfig::default().cases.max(1_000),
        ..ProptestConfig::default()
    })]

    #[test]
    fn mutated_workflows_are_read_or_refused(
        (chart, _) in tapes(),
        shipped in 0..4_u8,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..6_u8), 1..6),
    ) {
        let text = if shipped == 0 { SHIPPED.to_owned() } else { workflow_text(&mut Tape::new(&chart)) };
        check(&mutate(&text, &changes));
    }

    #[test]
    fn heaps_of_words_are_read_or_refused(words in prop::collection::vec(prop::sample::select(WORDS), 0..60)) {
        check(&format!("workflow: a\n{}", words.concat()));
    }
}
