//! The decision tables of the DMN Technology Compatibility Kit, turned into tables of caseloop and asked.
//!
//! A result is left out only for a construct or a type of FEEL that the language does not have, named in the list; never
//! for the name of its set. Only tests are turned: nothing of this is part of what ships.

mod feel;
mod model;
mod table;

use crate::TaskError;
use crate::checkout::read;
use model::{Model, Val};
use roxmltree::{Document, Node};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Why a result is not claimed: the construct or type that the language lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lacks(pub(super) String);

/// What came of all results, by set.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    sets: BTreeMap<String, Set>,
    pub(super) failed: Vec<String>,
}

#[derive(Debug, Default)]
struct Set {
    passed: usize,
    left: BTreeMap<String, usize>,
}

/// Runs every file of cases below a folder.
pub(super) fn run(folder: &Path) -> Result<Outcome, TaskError> {
    let mut outcome = Outcome::default();
    for file in below(folder)? {
        let text = read(&file)?;
        let Ok(cases) = Document::parse(&text) else { continue };
        let root = cases.root_element();
        let Some(model) = child_text(root, "modelName").filter(|_| root.has_tag_name_local("testCases")) else {
            continue;
        };
        let path = file.parent().unwrap_or(folder).join(model);
        outcome.set(folder, &file, root, &path)?;
    }
    Ok(outcome)
}

impl Outcome {
    fn set(&mut self, folder: &Path, file: &Path, cases: Node<'_, '_>, model: &Path) -> Result<(), TaskError> {
        let name = file.parent().unwrap_or(folder);
        let name = name.strip_prefix(folder).unwrap_or(name).display().to_string();
        let text = read(model)?;
        let document =
            Document::parse(&text).map_err(|error| TaskError::new(format!("{}: {error}", model.display())))?;
        let model = Model::of(document.root_element());
        for case in cases.children().filter(|node| node.has_tag_name_local("testCase")) {
            for result in case.children().filter(|node| node.has_tag_name_local("resultNode")) {
                let id = case.attribute("id").unwrap_or_default();
                let of = result.attribute("name").unwrap_or_default();
                match judge(&model, case, result) {
                    Ok(None) => self.sets.entry(name.clone()).or_default().passed += 1,
                    Ok(Some(why)) => self.failed.push(format!("dmn/{name}/{id}/{of}: {why}")),
                    Err(Lacks(what)) => {
                        let set = self.sets.entry(name.clone()).or_default();
                        *set.left.entry(what).or_default() += 1;
                    }
                }
            }
        }
        Ok(())
    }

    /// How many results are as expected.
    pub(super) fn passed(&self) -> usize {
        self.sets.values().map(|set| set.passed).sum()
    }

    /// How many are left out.
    pub(super) fn left(&self) -> usize {
        self.sets.values().flat_map(|set| set.left.values()).sum()
    }

    /// A line for each set: what passes, and what is left out for what it needs.
    pub(super) fn list(&self) -> String {
        let mut list = String::new();
        for (name, set) in &self.sets {
            let _ = write!(list, "dmn/{name}: {} passed", set.passed);
            for (what, count) in &set.left {
                let _ = write!(list, "; {count} {what}");
            }
            list.push('\n');
        }
        list
    }
}

/// `None` where a result is as expected, else what it is.
fn judge(model: &Model, case: Node<'_, '_>, result: Node<'_, '_>) -> Result<Option<String>, Lacks> {
    let mut given = BTreeMap::new();
    for input in case.children().filter(|node| node.has_tag_name_local("inputNode")) {
        given.insert(
            input.attribute("name").unwrap_or_default().to_owned(),
            Val::read(input)?,
        );
    }
    let expected = result.children().find(|node| node.has_tag_name_local("expected"));
    let expected = expected.map_or(Ok(Val::Null), Val::read)?;
    let name = result.attribute("name").unwrap_or_default();
    let found = model.decide(name, &given)?;
    Ok((!found.same(&expected)).then(|| format!("{found:?}, expected {expected:?}")))
}

fn child_text<'d>(node: Node<'d, '_>, name: &str) -> Option<&'d str> {
    let child = node.children().find(|child| child.has_tag_name_local(name))?;
    child.text().map(str::trim)
}

/// Names without their namespace, which differs by version of the standard.
trait Local {
    fn has_tag_name_local(&self, name: &str) -> bool;
}

impl Local for Node<'_, '_> {
    fn has_tag_name_local(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}

/// The XML files below a folder, in order.
fn below(folder: &Path) -> Result<Vec<PathBuf>, TaskError> {
    let mut found = Vec::new();
    for path in super::entries(folder)? {
        if path.is_dir() {
            found.extend(below(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "xml") {
            found.push(path);
        }
    }
    Ok(found)
}
