//! Texts made to hurt a reader: each ends in one placed finding, and nothing is written out or dug into on the way.

use crate::{Parsed, at};
use caseloop_syntax::Limits;

/// A text and the codes that come of it.
#[track_caller]
fn check(text: &str, codes: &[&str]) {
    let parsed = Parsed::new(text);
    assert_eq!(parsed.codes(), codes, "{}", parsed.shown());
    for finding in &parsed.findings {
        assert!(finding.primary.span.end as usize <= text.len());
    }
}

/// Nine levels of nine aliases each: nine to the ninth values.
pub(crate) fn alias_bomb() -> String {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let items = vec![format!("*a{}", level - 1); 9].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    text
}

#[test]
fn aliases_are_counted_as_if_written_out() {
    check(&alias_bomb(), &["too-many-values"]);
    let list = vec!["x"; 20_000].join(", ");
    let uses = vec!["*a"; 20_000].join(", ");
    check(&format!("a: &a [{list}]\nb: [{uses}]\n"), &["too-many-values"]);
}

#[test]
fn a_chain_of_anchors_is_as_deep_as_written_out() {
    let mut text = "- &a0 [x]\n".to_owned();
    for level in 1..200 {
        text.push_str(&format!("- &a{level} [*a{}]\n", level - 1));
    }
    check(&text, &["nesting-too-deep"]);
}

#[test]
fn aliases_of_one_word_are_cheap() {
    let uses = vec!["*a"; 20_000].join(", ");
    check(&format!("a: &a x\nb: [{uses}]\n"), &[]);
}

#[test]
fn nesting_ends_at_the_limit() {
    for text in ["[", "- ", "? ", "{a: ", "[{a: "] {
        check(&text.repeat(100_000), &["nesting-too-deep"]);
    }
    let lines: String = (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    check(&lines, &["nesting-too-deep"]);
}

#[test]
fn the_deepest_nesting_allowed_is_the_limit_itself() {
    let flow = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let lines = |depth: usize| {
        (0..depth)
            .map(|level| format!("{}a:\n", " ".repeat(level)))
            .collect::<String>()
    };
    let mixed = |depth: usize| {
        format!(
            "{}{}{}",
            "- ".repeat(depth / 2),
            "[".repeat(depth - depth / 2),
            "]".repeat(depth - depth / 2)
        )
    };
    for (depth, codes) in [(64, &[][..]), (65, &["nesting-too-deep"])] {
        check(&flow(depth), codes);
        check(&lines(depth), codes);
        check(&mixed(depth), codes);
    }
}

#[test]
fn size_ends_at_the_limit() {
    let limits = Limits {
        bytes: 20,
        scalar_bytes: 8,
        nodes: 5,
        ..Limits::default()
    };
    for (text, codes) in [
        ("a: 12345678\nb: c\n", &[][..]),
        ("a: 123456789\nb: c\n", &["text-too-long"]),
        ("a: 投诉投\n", &["text-too-long"]),
        ("a: 12345678\nb: cdefg\n", &["file-too-large"]),
        ("[1, 2, 3, 4]", &[]),
        ("[1, 2, 3, 4, 5]", &["too-many-values"]),
    ] {
        let parsed = Parsed::within(text, &limits);
        assert_eq!(parsed.codes(), codes, "{text}");
    }
}

#[test]
fn a_scalar_of_fifty_megabytes_is_refused_unread() {
    check(&"x".repeat(50_000_000), &["file-too-large"]);
    check(&format!("a: '{}'\nb: c\n", "x".repeat(4_000_000)), &["text-too-long"]);
    check(&format!("{}: c\n", "x".repeat(4_000_000)), &["text-too-long"]);
    check(&format!("{}: c\n", "x".repeat(4_000)), &["yaml-syntax"]);
}

#[test]
fn many_keys_and_anchors_are_read() {
    let keys: String = (0..100_000).map(|index| format!("k{index}: &a{index} v\n")).collect();
    check(&keys, &[]);
}

/// So many mistakes are found, of which the report keeps its hundred.
#[track_caller]
fn check_many(text: &str) {
    assert_eq!(Parsed::new(text).findings.len(), 100);
}

#[test]
fn many_mistakes_of_a_kind_stay_cheap() {
    check_many(&"a: *b\n".repeat(20_000));
    check_many(&"- （，）\n".repeat(20_000));
    check_many(&"- !a b\n".repeat(20_000));
}

#[test]
fn a_very_long_line_is_not_searched_again_for_each_value() {
    check(&format!("{{x: f({}}}", "a, ".repeat(100_000)), &["split-by-comma"]);
    check_many(&format!("[{}]", ": , ".repeat(80_000)));
    check(&format!("[{}]", "a (, ".repeat(80_000)), &["split-by-comma"]);
}

#[test]
fn looking_for_the_nearest_name_has_an_end() {
    let names: String = (0..256)
        .map(|index| format!("- &{}{index} x\n", "n".repeat(36)))
        .collect();
    let unknown = format!("- *{}\n", "m".repeat(38)).repeat(20_000);
    check_many(&(names + &unknown));
}

#[test]
fn keys_are_not_counted() {
    let limits = Limits {
        nodes: 4,
        ..Limits::default()
    };
    assert_eq!(
        Parsed::within("a: 1\nb: 2\nc: 3\n", &limits).codes(),
        Vec::<&str>::new()
    );
    assert_eq!(
        Parsed::within("a: 1\nb: 2\nc: 3\nd: 4\n", &limits).codes(),
        ["too-many-values"]
    );
}

#[test]
fn yaml_1_1_words_are_words() {
    let parsed = Parsed::new("a: no\nyes: on\n");
    assert_eq!(at(parsed.root(), "a").text(), Some("no"));
    assert_eq!(at(parsed.root(), "yes").text(), Some("on"));
}
