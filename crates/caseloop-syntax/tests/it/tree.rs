//! The tree: values, kinds of text, and where everything stands.

use crate::{Parsed, at, tree_of};
use caseloop_syntax::{Node, NodeValue, Style};

/// One line per value: its path, what it is, and the source that its span covers.
fn outline(text: &str) -> String {
    let root = tree_of(text);
    let mut lines = Vec::new();
    walk(&root, text, "", &mut lines);
    lines.join("\n")
}

fn walk(node: &Node, text: &str, path: &str, lines: &mut Vec<String>) {
    let source = &text[node.span.start as usize..node.span.end as usize];
    let value = match &node.value {
        NodeValue::Scalar(scalar) => format!("{:?} {:?}", scalar.style, scalar.text),
        _ => node.what().to_owned(),
    };
    lines.push(format!("{path}: {value} at {source:?}"));
    match &node.value {
        NodeValue::List(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, text, &format!("{path}/{index}"), lines);
            }
        }
        NodeValue::Map(entries) => {
            for (key, value) in entries.iter() {
                assert_eq!(
                    text[key.span.start as usize..key.span.end as usize].trim_matches(['"', '\'']),
                    &*key.name
                );
                walk(value, text, &format!("{path}/{}", key.name), lines);
            }
        }
        _ => {}
    }
}

#[test]
fn block_and_flow_have_exact_places() {
    let text =
        "a:\n  - b # c\n  - {c: 'd', e: }\n  -\n投诉: \"x\\ty\" # z\nf:\n  g: |\n    h\n     i\n\n  j:\nk: [l: m]\n";
    insta::assert_snapshot!(outline(text), @r#"
    : a mapping at "a:\n  - b # c\n  - {c: 'd', e: }\n  -\n投诉: \"x\\ty\" # z\nf:\n  g: |\n    h\n     i\n\n  j:\nk: [l: m]"
    /a: a list at "- b # c\n  - {c: 'd', e: }\n  -"
    /a/0: Plain "b" at "b"
    /a/1: a mapping at "{c: 'd', e: }"
    /a/1/c: Quoted "d" at "'d'"
    /a/1/e: nothing at "e"
    /a/2: nothing at "-"
    /投诉: Quoted "x\ty" at "\"x\\ty\""
    /f: a mapping at "g: |\n    h\n     i\n\n  j"
    /f/g: Block "h\n i\n" at "h\n     i"
    /f/j: nothing at "j"
    /k: a list at "[l: m]"
    /k/0: a mapping at "l: m"
    /k/0/l: Plain "m" at "m"
    "#);
}

#[test]
fn line_ends_and_a_byte_order_mark_do_not_shift_places() {
    let unix = "a: b c\nd:\n  - e\n  - f: >\n      g\n      h\n";
    let dos = unix.replace('\n', "\r\n");
    let marked = format!("\u{feff}{dos}");
    assert_eq!(outline(unix), outline(&dos).replace("\\r\\n", "\\n"));
    assert_eq!(outline(&dos), outline(&marked));
}

#[test]
fn scalars_stay_texts() {
    let root = tree_of("[no, on, 10:00, 1_000, 0o17, ~, null, True, .inf, 2025-11-18, 1e3, '']");
    let texts: Vec<&str> = root.as_list().expect("a list").iter().filter_map(Node::text).collect();
    assert_eq!(
        texts,
        [
            "no",
            "on",
            "10:00",
            "1_000",
            "0o17",
            "~",
            "null",
            "True",
            ".inf",
            "2025-11-18",
            "1e3",
            ""
        ]
    );
}

#[test]
fn an_absent_value_is_nothing_and_stands_at_its_key() {
    let root = tree_of("a:\nb: {c, d: }\n");
    for path in ["a", "b/c", "b/d"] {
        let node = at(&root, path);
        assert!(node.is_null());
        assert_eq!(node.what(), "nothing");
    }
    assert_eq!((at(&root, "b/d").span.start, at(&root, "b/d").span.end), (10, 11));
}

#[test]
fn what_a_value_is_can_be_said() {
    let root = tree_of("[a, a b, 'c', [], {}, ]");
    let what: Vec<&str> = root.as_list().expect("a list").iter().map(Node::what).collect();
    assert_eq!(what, ["a word", "a text", "a text", "a list", "a mapping"]);
    assert!(root.is_flow() && at(&root, "3").is_flow());
    assert!(!tree_of("- a").is_flow());
}

#[test]
fn an_alias_stands_where_it_is_used_and_knows_where_it_was_written() {
    let text = "a: &x {b: [c]}\nd: *x\ne: &y f\ng: *y\n";
    let root = tree_of(text);
    let slice = |span: caseloop_syntax::Span| &text[span.start as usize..span.end as usize];
    let d = at(&root, "d");
    assert_eq!(slice(d.span), "*x");
    assert_eq!(d.definition().map(slice), Some("{b: [c]}"));
    assert_eq!(slice(at(d, "b/0").span), "c");
    let g = at(&root, "g");
    assert_eq!((slice(g.span), slice(g.part(0..1))), ("*y", "f"));
    assert_eq!(at(&root, "a").definition(), None);
}

#[test]
fn a_name_that_is_given_twice_means_the_last_one_before_its_use() {
    let root = tree_of("a: &x 1\nb: *x\nc: &x 2\nd: *x\n");
    assert_eq!((at(&root, "b").text(), at(&root, "d").text()), (Some("1"), Some("2")));
}

#[test]
fn of_a_key_given_twice_the_first_counts() {
    let parsed = Parsed::new("a: 1\na: 2\n");
    assert_eq!(at(parsed.root(), "a").text(), Some("1"));
}

#[test]
fn an_empty_block_stands_at_its_key() {
    let root = tree_of("a: |\nb: c\n");
    let a = at(&root, "a");
    assert_eq!((a.text(), a.span.start, a.span.end), (Some(""), 0, 1));
    assert!(a.part(0..0).start <= 5);
}

#[test]
fn trees_and_findings_may_cross_threads() {
    fn check<T: Send + Sync>() {}
    check::<Node>();
    check::<caseloop_syntax::Files>();
    check::<caseloop_syntax::Report>();
}

#[test]
fn styles_are_told_apart() {
    let root = tree_of("- a\n- 'a'\n- \"a\"\n- |\n  a\n- >\n  a\n");
    let styles: Vec<Style> = root
        .as_list()
        .expect("a list")
        .iter()
        .filter_map(|item| match &item.value {
            NodeValue::Scalar(scalar) => Some(scalar.style),
            _ => None,
        })
        .collect();
    assert_eq!(
        styles,
        [Style::Plain, Style::Quoted, Style::Quoted, Style::Block, Style::Block]
    );
}
