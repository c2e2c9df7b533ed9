//! Pieces of a decoded text back in the source, through every way of writing a text.

use crate::{at, tree_of};

/// Every word of the text of `v` is found at the same word in the source, after each line end.
#[track_caller]
fn check(source: &str, text: &str) {
    for line_end in ["\n", "\r\n"] {
        let source = source.replace('\n', line_end);
        let root = tree_of(&source);
        let node = at(&root, "v");
        assert_eq!(node.text(), Some(text), "{source:?}");
        let mut found = 0;
        for word in text.split_whitespace() {
            let start = found + text[found..].find(word).expect("a word of the text");
            found = start + word.len();
            let span = node.part(start..found);
            assert_eq!(&source[span.start as usize..span.end as usize], word, "{source:?}");
            let empty = node.part(start..start);
            assert_eq!((empty.start, empty.end), (span.start, span.start), "{source:?}");
        }
        let whole = node.part(0..text.len());
        assert!(whole.start <= whole.end && whole.end as usize <= source.len());
    }
}

#[test]
fn words_are_found_in_every_style() {
    check("v: a and b\n", "a and b");
    check("v: 投诉 == 类型 and a\n", "投诉 == 类型 and a");
    check("v: a\n  and b\n\n  or c\n", "a and b\nor c");
    check("v:\n   a\n     and b\nw: x\n", "a and b");
    check("{u: x, v: a and b, w: y}\n", "a and b");
    check("v: 'a and b'\n", "a and b");
    check("v: '  a\n    and\n\n    b '\n", "  a and\nb ");
    check("v: \"a\n  and\n\n\n  b\"\n", "a and\n\nb");
    check("v: \"a \\\n  and b\"\n", "a and b");
    check("v: \"a\\\n  \\ and b\"\n", "a and b");
    check("v: \"a \\\n\n  b\"\n", "a \nb");
    check("v: |\n  a\n   and b\n\n  or c\n", "a\n and b\n\nor c\n");
    check("v: |2-\n    a\n  b\n", "  a\nb");
    check("v: |+ # comment\n  a\n  b\n\n", "a\nb\n\n");
    check(
        "v: >-\n  a\n  and b\n\n  or\n    c\n   d\n  e\n",
        "a and b\nor\n  c\n d\ne",
    );
    check("v: >\n\n  a\n  b\n", "\na b\n");
    check("v: |\n  a  \n  b\t\n", "a  \nb\t\n");
    check("v: |-\n  a", "a");
    check("v:\n  a b\n", "a b");
}

#[test]
fn escapes_are_found_whole() {
    /// Start and end in the text, and what stands there in the source.
    type Part = (usize, usize, &'static str);
    let cases: [(&str, &str, &[Part]); 6] = [
        (r#"v: "a\tb""#, "a\tb", &[(0, 1, "a"), (1, 2, r"\t"), (2, 3, "b")]),
        (
            r#"v: "\u6295诉\x41 z""#,
            "投诉A z",
            &[
                (0, 3, r"\u6295"),
                (3, 6, "诉"),
                (6, 7, r"\x41"),
                (0, 9, r"\u6295诉\x41 z"),
            ],
        ),
        (r#"v: "\U0001F600!""#, "😀!", &[(0, 4, r"\U0001F600"), (4, 5, "!")]),
        (r#"v: "\ud83d\ude00!""#, "😀!", &[(0, 4, r"\ud83d\ude00"), (4, 5, "!")]),
        (
            r#"v: "a\"b\\c\/""#,
            "a\"b\\c/",
            &[(1, 2, r#"\""#), (2, 3, "b"), (3, 4, r"\\"), (5, 6, r"\/")],
        ),
        (
            "v: 'it''s it'",
            "it's it",
            &[(0, 2, "it"), (2, 3, "''"), (3, 4, "s"), (5, 7, "it")],
        ),
    ];
    for (source, text, parts) in cases {
        let root = tree_of(source);
        let node = at(&root, "v");
        assert_eq!(node.text(), Some(text));
        for (start, end, expected) in parts {
            let span = node.part(*start..*end);
            assert_eq!(&source[span.start as usize..span.end as usize], *expected, "{source}");
        }
    }
}

#[test]
fn what_does_not_fit_the_text_is_the_whole_value() {
    let root = tree_of("v: 投诉\nw: [a]\n");
    let v = at(&root, "v");
    for range in [0..7, 1..3, 7..9, 3..99] {
        assert_eq!(v.part(range), v.span);
    }
    assert_eq!(v.part(6..6).start, v.span.end);
    let w = at(&root, "w");
    assert_eq!(w.part(0..1), w.span);
}

#[test]
fn an_empty_text_has_an_empty_part_between_its_quotes() {
    let root = tree_of("v: ''\n");
    let part = at(&root, "v").part(0..0);
    assert_eq!((part.start, part.end), (4, 4));
}
