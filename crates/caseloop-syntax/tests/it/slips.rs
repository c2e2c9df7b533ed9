//! What authors mistype: each row is a text and the code that its author is told, with all that is shown in one
//! snapshot per group.

use crate::Parsed;
use std::fmt::Write;

/// Group, code, text.
pub(crate) const ROWS: &[(&str, &str, &str)] = &[
    ("special_starts", "yaml-tag", "x:\n  if: !paid\n"),
    ("special_starts", "yaml-tag", "x: {if: !paid and late, go: y}\n"),
    ("special_starts", "yaml-tag", "x: !!str 5\n"),
    ("special_starts", "yaml-tag", "x: !set {a: b}\n"),
    ("special_starts", "special-start", "if: !late(a, b)\n"),
    ("special_starts", "special-start", "if: \"vip\" in tags # the best\n"),
    ("special_starts", "special-start", "x: {if: \"vip\" in tags, go: y}\n"),
    ("special_starts", "special-start", "x: 'it's'\n"),
    ("special_starts", "special-start", "if: [a, b] == c\ngo: y\n"),
    ("special_starts", "unknown-alias", "if: *x == 1\n"),
    ("special_starts", "special-start", "if: * 2\n"),
    ("special_starts", "special-start", "if: & b\n"),
    ("special_starts", "special-start", "who: @boss\n"),
    ("special_starts", "special-start", "who: `boss`\n"),
    ("special_starts", "special-start", "how much: %50\n"),
    ("special_starts", "yaml-directive", "%YAML 1.2\n---\na: b\n"),
    ("commas", "split-by-comma", "x: {if: f(a, b), go: y}\n"),
    ("commas", "split-by-comma", "x: {if: f(a, b, c) and d, go: y}\n"),
    ("commas", "split-by-comma", "x: [f(a, b), c]\n"),
    ("commas", "split-by-comma", "x: {if: a in [b, c], go: y}\n"),
    ("commas", "cut-by-comment", "if: x ==  #1\n"),
    ("commas", "cut-by-comment", "if: f(a #1)\n"),
    ("full_width", "full-width-punctuation", "a: b\ngo：closed\nc: d\n"),
    ("full_width", "full-width-punctuation", "- go：closed\n"),
    (
        "full_width",
        "full-width-punctuation",
        "when:\n  solved：\n    go: x\nb: c\n",
    ),
    ("full_width", "full-width-punctuation", "x: {if: a，go: b}\n"),
    ("full_width", "full-width-punctuation", "if: ！paid and f（a，b）\n"),
    ("full_width", "full-width-punctuation", "x: {if: f（a，b）, go: c}\n"),
    ("full_width", "full-width-punctuation", "words: [退款！, 投诉]\n"),
    ("full_width", "full-width-punctuation", "if: “vip” in tags\n"),
    ("full_width", "full-width-punctuation", "if: tier == “vip”\n"),
    ("full_width", "full-width-punctuation", "who: “张三”\n"),
    ("full_width", "full-width-punctuation", "if: level ！= 3 and a ＞＝ b\n"),
    ("full_width", "full-width-punctuation", "at: 10：30\n"),
    ("full_width", "full-width-punctuation", "a:\u{3000}b\nc: d\n"),
    ("full_width", "full-width-punctuation", "a: b\n\u{3000}go: c\n"),
    ("colons", "stray-colon", "if: a: b\n"),
    ("colons", "stray-colon", "x: {a: b: c}\n"),
    ("colons", "stray-colon", "a: {b: c d: e}\n"),
    ("colons", "missing-colon", "a: b\ngo:closed\n"),
    ("colons", "missing-colon", "a: b\ngo closed\nc: d\n"),
    ("colons", "yaml-syntax", "a: b\n go: c\n"),
    ("shape", "tab-indentation", "a:\n\tb: c\n"),
    ("shape", "tab-indentation", "a:\n  b:\n  \tc: d\n"),
    ("shape", "tab-indentation", "a: |\n\tx\n"),
    ("shape", "unclosed", "a: [b, c\n"),
    ("shape", "unclosed", "a: [b}\n"),
    ("shape", "unclosed", "a: 'b\n"),
    ("shape", "unclosed", "a: 'b\nc: d\n"),
    ("shape", "unclosed", "a: {b: c\nd: e\n"),
    ("shape", "unclosed", "a:\n  b: [c,\nd: e\n"),
    ("shape", "unclosed", "a: {b: [c]\n  d: e}\n"),
    ("shape", "unclosed", "a: b]\nc: [d]]\n"),
    ("shape", "yaml-syntax", "a: - b\n"),
    ("shape", "yaml-syntax", "a: ? b\n"),
    ("shape", "yaml-syntax", "- a\nb: c\n"),
    ("shape", "yaml-syntax", "a:\n  b: c\n  - d\n"),
    ("shape", "yaml-syntax", "a: \"\\q\"\n"),
    ("shape", "yaml-syntax", "a: |x\n"),
    ("not_ours", "second-document", "a: b\n---\nc: d\n"),
    ("not_ours", "second-document", "a: b\n...\nc: d\n"),
    ("not_ours", "merge-key", "x: &x {a: b}\ny:\n  <<: *x\n  c: d\n"),
    ("not_ours", "complex-key", "{[a]: b}\n"),
    ("not_ours", "complex-key", "? {a: b}\n: c\n"),
    ("not_ours", "complex-key", "x: &x a\n*x : b\n"),
    ("not_ours", "complex-key", ": b\n"),
    ("not_ours", "duplicate-key", "a: b\n\"a\": c\na: d\n"),
    ("not_ours", "unknown-alias", "a: &office x\nb: *ofice\n"),
    ("not_ours", "recursive-alias", "a: &a [b, *a]\n"),
    ("not_ours", "empty-document", ""),
    ("not_ours", "empty-document", "\u{feff}# only a comment\n"),
    ("not_ours", "empty-document", "---\n"),
    ("not_ours", "control-character", "a: x\u{1b}[31m\n"),
    ("not_ours", "control-character", "a: x\0\n"),
    ("not_ours", "control-character", "a: b\rc: d\r"),
];

#[test]
fn every_slip_is_named_at_its_place() {
    let mut groups: Vec<(&str, String)> = Vec::new();
    for (group, code, text) in ROWS {
        let parsed = Parsed::new(text);
        let codes = parsed.codes();
        assert!(
            codes.iter().all(|found| found == code) && !codes.is_empty(),
            "{text:?}: {codes:?}\n{}",
            parsed.shown()
        );
        if groups.last().is_none_or(|(last, _)| last != group) {
            groups.push((group, String::new()));
        }
        let (_, shown) = groups.last_mut().expect("just pushed");
        write!(shown, "{text:?}\n\n{}\n", parsed.shown()).expect("a string");
    }
    for (group, shown) in groups {
        insta::assert_snapshot!(group, shown);
    }
}

#[test]
fn what_only_looks_like_a_slip_is_left_alone() {
    let fine = [
        "title: 投诉（一般），请回访！\n",
        "label: {en: Hello, zh: 您好：“张三”}\n",
        "words: [\"退款，全额\", '“好”']\n",
        "# 注释：全角，没关系\na: b\n",
        "note: |\n  全角：没关系\n",
        "if: f(a, b) and x in [a, b]\ngo: c\n",
        "x: {if: f(a) and g(b), go: c}\n",
        "title: {en: smile :(, zh: 笑}\n",
        "state: in # the state is called `in`\n",
        "a: &anchor b\nc: *anchor\n",
        "url: http://example.org/a#b\n",
        "a:\tb\n",
        "---\na: b\n...\n",
        "a: no\nb: on\nc: 10:00\nd: 1_000\ne: 0o17\nf: ~\n",
    ];
    for text in fine {
        let parsed = Parsed::new(text);
        assert!(
            parsed.findings.is_empty() && parsed.root.is_some(),
            "{text:?}\n{}",
            parsed.shown()
        );
    }
}

#[test]
fn a_safe_fix_makes_the_text_readable() {
    for (_, code, text) in ROWS {
        let parsed = Parsed::new(text);
        for finding in &parsed.findings {
            let Some(fix) = &finding.fix else { continue };
            let mut mended = (*text).to_owned();
            for edit in fix.edits.iter().rev() {
                mended.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
            }
            let after = Parsed::new(&mended);
            let safe = fix.applicability == caseloop_syntax::Applicability::Safe;
            assert!(
                !safe || after.findings.is_empty(),
                "{code} {text:?} -> {mended:?}\n{}",
                after.shown()
            );
        }
    }
}

#[test]
fn a_spoilt_value_is_reported_once() {
    // Whoever reads the tree afterwards finds nothing new to say about these values.
    for text in [
        "a: go：closed\n",
        "a: !x y\n",
        "a: *b\n",
        "a: x == #1\n",
        "{a: f(x, y), b: c}\n",
    ] {
        let parsed = Parsed::new(text);
        let mut report = caseloop_syntax::Report::default();
        for finding in parsed.findings.clone() {
            report.push(finding);
        }
        assert_eq!(report.errors(), 1, "{text:?}\n{}", parsed.shown());
    }
}
