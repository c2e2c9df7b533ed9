//! The reader against serde_yaml, which reads the shipped files to the same values.

use caseloop::layers::syntax::{FileId, Limits, Node, NodeValue, Report, parse};
use serde_yaml::Value;
use std::path::Path;

#[test]
fn shipped_files_read_the_same_through_serde_yaml() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workflows");
    let mut files = 0;
    compare_folder(&root, &mut files);
    assert!(files > 0, "no file was found");
}

#[expect(clippy::disallowed_methods, reason = "the shipped files are read from the disk")]
fn compare_folder(folder: &Path, files: &mut usize) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            compare_folder(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            *files += 1;
            let text = std::fs::read_to_string(&path).unwrap();
            let mut report = Report::default();
            let ours = parse(FileId(0), text.as_str(), &Limits::default(), &mut report).unwrap();
            let theirs: Value = serde_yaml::from_str(&text).unwrap();
            assert!(same(&ours, &theirs), "{}", path.display());
        }
    }
}

/// Ours are texts; theirs are typed by guessing, so a text is the same if they would guess it so.
fn same(ours: &Node, theirs: &Value) -> bool {
    match (&ours.value, theirs) {
        (NodeValue::Null, Value::Null) => true,
        (NodeValue::Scalar(scalar), Value::String(text)) => &*scalar.text == text.as_str(),
        (NodeValue::Scalar(scalar), guessed) => {
            serde_yaml::from_str::<Value>(&scalar.text).is_ok_and(|v| v == *guessed)
        }
        (NodeValue::List(items), Value::Sequence(others)) => {
            items.len() == others.len() && items.iter().zip(others).all(|(ours, theirs)| same(ours, theirs))
        }
        (NodeValue::Map(entries), Value::Mapping(others)) => {
            entries.len() == others.len()
                && entries
                    .iter()
                    .zip(others)
                    .all(|((key, ours), (other, theirs))| other.as_str() == Some(&*key.name) && same(ours, theirs))
        }
        _ => false,
    }
}
