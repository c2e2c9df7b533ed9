//! Reading typed values from the tree: what is accepted, and what is said otherwise.

use crate::{Parsed, at};
use caseloop_syntax::{Diagnostic, Files, Node, Report, parse, render};

/// Reads `text` with `read` and gives the findings.
fn findings(text: &str, read: impl Fn(&Node, &mut Report)) -> (Vec<Diagnostic>, Files) {
    let parsed = Parsed::new(text);
    let mut report = Report::default();
    for finding in parsed.findings.clone() {
        report.push(finding);
    }
    read(parsed.root(), &mut report);
    (report.into_sorted(), parsed.files)
}

fn state(node: &Node, report: &mut Report) {
    let Some(mut fields) = node.fields("a state", report) else {
        return;
    };
    fields.require("waits_for", report);
    for name in ["when", "timers", "title"] {
        fields.get(name);
    }
    fields.finish(report);
}

type Reader = fn(&Node, &mut Report);

/// Code, text, reader.
pub(crate) const ROWS: &[(&str, &str, Reader)] = &[
    ("unknown-key", "waits_for: a\nwehn: b\n", state),
    ("unknown-key", "waits_for: a\n退款: b\n", state),
    ("unknown-key", "{waits_for: a, b}\n", state),
    ("missing-key", "when: a\n", state),
    ("missing-key", "{}\n", state),
    ("expected-mapping", "[a]\n", state),
    ("expected-word", "[a]\n", |node, report| {
        node.word("a role", report);
    }),
    ("expected-word", "''\n", |node, report| {
        node.word("a role", report);
    }),
    ("expected-word", "a: &x {b: c}\nd: *x\n", |node, report| {
        at(node, "d").word("a role", report);
    }),
    ("expected-list", "a: b\n", |node, report| {
        node.list("a list of levels", report);
    }),
    ("expected-number", "[a]\n", |node, report| {
        node.whole_number(0..=9, "a count", report);
    }),
    ("expected-number", "1_000\n", |node, report| {
        node.whole_number(0..=9, "a count", report);
    }),
    ("expected-number", "2.5\n", |node, report| {
        node.whole_number(0..=9, "a count", report);
    }),
    ("out-of-range", "10\n", |node, report| {
        node.whole_number(0..=9, "a count", report);
    }),
    ("out-of-range", "99999999999999999999\n", |node, report| {
        node.whole_number(0..=9, "a count", report);
    }),
    ("expected-flag", "yes\n", |node, report| {
        node.flag("`reenter`", report);
    }),
    ("expected-flag", "maybe\n", |node, report| {
        node.flag("`reenter`", report);
    }),
    ("expected-flag", "[true]\n", |node, report| {
        node.flag("`reenter`", report);
    }),
];

#[test]
fn every_wrong_value_is_named() {
    let mut shown = String::new();
    for (code, text, read) in ROWS {
        let (found, files) = findings(text, read);
        let codes: Vec<&str> = found.iter().map(|finding| finding.code.name).collect();
        assert_eq!(codes, [*code], "{text}");
        shown.push_str(&render::human(&found, &files, render::Human::default()));
        shown.push('\n');
    }
    insta::assert_snapshot!("values", shown);
}

#[test]
fn right_values_are_read() {
    let parsed = Parsed::new("{a: -5, b: '7', c: true, d: \"false\", e: x y, f: [1, 2], g: 1, h: }");
    let root = parsed.root();
    let mut report = Report::default();
    assert_eq!(at(root, "a").whole_number(-5..=5, "a count", &mut report), Some(-5));
    assert_eq!(
        at(root, "b").whole_number(i64::MIN..=i64::MAX, "a count", &mut report),
        Some(7)
    );
    assert_eq!(at(root, "c").flag("whether", &mut report), Some(true));
    assert_eq!(at(root, "d").flag("whether", &mut report), Some(false));
    assert_eq!(at(root, "e").word("a name", &mut report), Some("x y"));
    assert_eq!(at(root, "f").list("numbers", &mut report).map(<[Node]>::len), Some(2));
    for (path, count) in [("f", 2), ("g", 1), ("h", 0)] {
        assert_eq!(at(root, path).list_or_one().len(), count);
    }
    assert_eq!(report.diagnostics(), []);
}

#[test]
fn a_damaged_value_is_not_reported_again() {
    for text in [
        "waits_for: go：x\nwhen: a\n",
        "waits_for: !a b\n",
        "<<: a\n",
        "waits_for: *x\n",
        "？：a\n".trim_end(),
    ] {
        let (found, _) = findings(text, |node, report| {
            state(node, report);
            if let Some((_, value)) = node.as_map().and_then(<[_]>::first) {
                value.fields("a mapping", report);
                value.flag("whether", report);
                value.word("a word", report);
            }
        });
        assert_eq!(found.len(), 1, "{text}: {found:#?}");
    }
}

#[test]
fn open_mappings_give_what_is_left() {
    let root = crate::tree_of("is: a\nx: b\ny: c\n");
    let mut report = Report::default();
    let mut fields = root.fields("an event", &mut report).expect("a mapping");
    fields.get("is");
    let rest: Vec<&str> = fields.rest().map(|(key, _)| &*key.name).collect();
    assert_eq!(rest, ["x", "y"]);
}

#[test]
fn an_aliased_mistake_is_reported_once() {
    let text = "a: &x {b: c}\nd: *x\n";
    let mut report = Report::default();
    let root = parse(crate::FILE, text, &caseloop_syntax::Limits::default(), &mut report).expect("a tree");
    for path in ["a", "d"] {
        at(&root, path)
            .fields("a thing", &mut report)
            .expect("a mapping")
            .finish(&mut report);
    }
    assert_eq!(report.errors(), 1);
}

#[test]
fn a_missing_key_may_be_placed_at_the_owner() {
    let root = crate::tree_of("open: {when: x}\n");
    let (key, value) = &root.as_map().expect("a mapping")[0];
    let mut report = Report::default();
    let mut fields = value
        .fields("a state", &mut report)
        .expect("a mapping")
        .owned_by(key.span);
    fields.require("start", &mut report);
    assert_eq!(report.diagnostics()[0].primary.span, key.span);
}
