//! Another reader as the judge: what `serde_yaml` makes of a document, this crate makes of it too.

use crate::tree_of;
use caseloop_syntax::{Node, NodeValue};
use proptest::prelude::*;
use serde_yaml::Value;

/// The same value, scalars compared by what their text means to the other reader.
fn same(node: &Node, value: &Value) -> bool {
    match (&node.value, value) {
        (NodeValue::Null, Value::Null) => true,
        (NodeValue::Scalar(scalar), Value::String(text)) => &*scalar.text == text,
        (NodeValue::Scalar(scalar), Value::Null) => matches!(&*scalar.text, "~" | "null" | "Null" | "NULL"),
        (NodeValue::Scalar(scalar), Value::Bool(flag)) => scalar.text.eq_ignore_ascii_case(&flag.to_string()),
        (NodeValue::Scalar(scalar), Value::Number(number)) => {
            let read: Option<Value> = serde_yaml::from_str(&scalar.text).ok();
            read == Some(Value::Number(number.clone()))
        }
        (NodeValue::List(items), Value::Sequence(values)) => {
            items.len() == values.len() && items.iter().zip(values).all(|(item, value)| same(item, value))
        }
        (NodeValue::Map(entries), Value::Mapping(values)) => {
            let found = |(key, entry): &(caseloop_syntax::Key, Node)| {
                values
                    .iter()
                    .any(|(name, value)| name.as_str() == Some(&key.name) && same(entry, value))
            };
            entries.len() == values.len() && entries.iter().all(found)
        }
        _ => false,
    }
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z_]{1,8}",
        "[a-z ]{1,20}",
        "[投诉回访分级]{1,4}",
        "[0-9]{1,4}",
        "[ -~]{0,24}",
        "(\\PC|\n|\t){0,12}",
        Just("no".to_owned()),
        Just("on".to_owned()),
        Just("10:00".to_owned()),
        Just("1_000".to_owned()),
        Just("2025-11-18".to_owned()),
        Just("~".to_owned()),
        Just("a: b".to_owned()),
        Just("# c".to_owned()),
        Just("- d".to_owned()),
        Just("line\n  more\n\nend\n".to_owned()),
    ]
    .prop_filter("characters that this crate refuses, and full-width ones", |text| {
        text.chars().all(|c| {
            c == '\n'
                || c == '\t'
                || (!c.is_control() && !"：，（）“”‘’！＝＜＞\u{3000}\u{feff}\u{2028}\u{2029}".contains(c))
        })
    })
}

/// A key that this crate does not refuse.
fn key() -> impl Strategy<Value = String> {
    "[a-z_]{1,6}|[投诉]{1,3}|[ -~]{1,9}".prop_filter("the merge key", |key| key != "<<")
}

fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        word().prop_map(Value::String),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Null),
        any::<i32>().prop_map(|n| Value::Number(n.into()))
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..5).prop_map(Value::Sequence),
            prop::collection::btree_map(key(), inner, 1..5).prop_map(|map| {
                Value::Mapping(
                    map.into_iter()
                        .map(|(key, value)| (Value::String(key), value))
                        .collect(),
                )
            }),
        ]
    })
    .prop_filter("an empty document", |value| !value.is_null())
}

/// The document in `[…]` and `{…}` with every text in double quotes, by its own hand.
fn flow(value: &Value, out: &mut String) {
    match value {
        Value::Sequence(items) => {
            out.push('[');
            for item in items {
                flow(item, out);
                out.push_str(", ");
            }
            out.push(']');
        }
        Value::Mapping(entries) => {
            out.push('{');
            for (key, value) in entries {
                flow(key, out);
                out.push_str(": ");
                flow(value, out);
                out.push_str(",\n  ");
            }
            out.push('}');
        }
        Value::String(text) => out.push_str(&serde_json::to_string(text).expect("a text")),
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(&flag.to_string()),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::Tagged(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn written_documents_are_read_as_the_other_reader_reads_them(value in document()) {
        let block = serde_yaml::to_string(&value).expect("a document");
        let mut quoted = String::new();
        flow(&value, &mut quoted);
        for text in [block, quoted] {
            let judged: Value = serde_yaml::from_str(&text).expect("its own text");
            let root = tree_of(&text);
            prop_assert!(same(&root, &judged), "{text}\n{judged:?}");
        }
    }
}

#[test]
fn handwritten_documents_are_read_alike() {
    for text in [
        "a: b\nc:\n- d\n- e: f\n  g: [h, i]\n",
        "a: |\n  x\n   y\n\nb: >-\n  q\n  r\n\n  s\n",
        "a: &x {b: c}\nd: *x\n",
        "- 'it''s'\n- \"\\u6295\\t\"\n- plain\n  folded\n",
        "---\na: b\n...\n",
    ] {
        let judged: Value = serde_yaml::from_str(text).expect("a document");
        assert!(same(&tree_of(text), &judged), "{text}");
    }
}
