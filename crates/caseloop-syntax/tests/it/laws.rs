//! What holds for every text: no panic, every place inside its file and on character boundaries, every piece of a text
//! found again.

use crate::hostile::alias_bomb;
use caseloop_syntax::{Files, Limits, MapSources, Node, NodeValue, Report, Span, load, render};
use proptest::prelude::*;

/// Loads `bytes` as a file that others may use, and looks at everything that comes of it.
fn check(bytes: &[u8]) {
    let sources = MapSources::from_iter([
        ("a.yaml", bytes),
        ("b.yaml", b"roles: {a: b}\nuses: a.yaml\n".as_slice()),
    ]);
    let limits = Limits {
        nodes: 2_000,
        scalar_bytes: 500,
        ..Limits::default()
    };
    let (mut files, mut report) = (Files::default(), Report::default());
    let loaded = load(&sources, "a.yaml", &limits, &mut files, &mut report);
    for document in loaded.iter().flat_map(|loaded| &loaded.documents) {
        visit(&document.root, &files, &mut report);
    }
    assert!(
        loaded.is_some() || report.errors() > 0,
        "nothing was read and nothing said"
    );
    for finding in report.diagnostics() {
        assert!(finding.labels.iter().all(|label| fits(label.span, &files)));
        assert!(fits(finding.primary.span, &files), "{finding:?}");
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
        assert!(edits.into_iter().all(|edit| fits(edit.span, &files)), "{finding:?}");
    }
    for fix in report.diagnostics().iter().filter_map(|finding| finding.fix.as_ref()) {
        for (edit, next) in fix.edits.iter().zip(fix.edits.iter().skip(1)) {
            assert!(
                edit.span.file == next.span.file && edit.span.end <= next.span.start,
                "{fix:?}"
            );
        }
    }
    let shown = render::human(report.diagnostics(), &files, render::Human::default());
    let moves =
        |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
    assert!(!shown.contains(moves), "{shown:?}");
    let _ = render::json(report.diagnostics(), &files);
}

fn fits(span: Span, files: &Files) -> bool {
    files
        .text(span.file)
        .get(span.start as usize..span.end as usize)
        .is_some()
}

fn visit(node: &Node, files: &Files, report: &mut Report) {
    assert!(fits(node.span, files), "{node:?}");
    match &node.value {
        NodeValue::Null => {}
        NodeValue::Scalar(scalar) => {
            for (start, letter) in scalar.text.char_indices() {
                let part = node.part(start..start + letter.len_utf8());
                assert!(fits(part, files), "{node:?}");
                let found = files.slice(part);
                let plain = !letter.is_whitespace() && !found.starts_with('\\') && found != "''";
                assert!(!plain || found == letter.to_string(), "{letter:?} {found:?} {node:?}");
            }
        }
        NodeValue::List(items) => items.iter().for_each(|item| visit(item, files, report)),
        NodeValue::Map(entries) => {
            for (key, value) in entries.iter() {
                assert!(fits(key.span, files), "{key:?}");
                visit(value, files, report);
            }
            let mut fields = node.fields("a thing", report).expect("a mapping");
            fields.require("workflow", report);
            fields.finish(report);
        }
    }
}

const SEEDS: &[&str] = &[
    "workflow: a\nuses: [b.yaml]\nstates:\n  x: {if: f(a, b), go: y} # c\n  z:\n    - \"a\\u6295\\n\"\n    - |\n      q\n       r\n",
    "workflow: &x a\nlist: [*x, !tag b, 'it''s']\n? c\n: d\n<<: {e: f}\n投诉：x\n",
    "title: {zh: 投诉，回访}\r\nkey: >-\r\n  folded\r\n  text\r\n\r\n  more\r\n",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&bytes);
    }

    #[test]
    fn any_yaml_letters_are_read_or_refused(text in "[\\[\\]{},:#&*!|>'\"%@`?\\-~ \n\r\ta-c0：，（“\u{3000}\u{feff}投\\\\]{0,120}") {
        check(text.as_bytes());
    }

    #[test]
    fn any_mutation_is_read_or_refused(
        seed in 0..SEEDS.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..8),
    ) {
        let mut bytes = SEEDS[seed].as_bytes().to_vec();
        for (place, byte, change) in changes {
            if bytes.is_empty() {
                break;
            }
            let at = place.index(bytes.len());
            match change {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => { bytes.remove(at); }
                _ => bytes.truncate(at),
            }
        }
        check(&bytes);
    }

    #[test]
    fn the_words_of_a_folded_text_are_found(
        words in prop::collection::vec("[a-z]{1,5}|[投诉]{1,3}", 1..8),
        gaps in prop::collection::vec(prop::sample::select(&[" ", "\n    ", "\n\n    ", "  \n    ", "\r\n    "][..]), 8),
        style in 0..5_usize,
    ) {
        let joined: String = words.iter().zip(&gaps).flat_map(|(word, gap)| [word.as_str(), gap]).collect();
        let joined = joined.trim_end();
        let text = match style {
            0 => format!("v: {joined}\n"),
            1 => format!("v: '{joined}'\n"),
            2 => format!("v: \"{joined}\"\n"),
            3 => format!("v: |\n    {joined}\n"),
            _ => format!("v: >\n    {joined}\n"),
        };
        let root = crate::tree_of(&text);
        let node = crate::at(&root, "v");
        let decoded = node.text().expect("a text");
        let mut from = 0;
        for word in &words {
            let start = from + decoded[from..].find(word.as_str()).expect("the word");
            from = start + word.len();
            let part = node.part(start..from);
            prop_assert_eq!(&text[part.start as usize..part.end as usize], word.as_str());
        }
    }
}

#[test]
fn hostile_texts_keep_the_laws() {
    check(alias_bomb().as_bytes());
    check("[".repeat(1000).as_bytes());
    for seed in SEEDS.iter().chain(&["投", "- 投\n", "a: \"\\u6295"]) {
        check(seed.as_bytes());
    }
}
