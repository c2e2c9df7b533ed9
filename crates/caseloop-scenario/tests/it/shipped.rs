//! The scenarios that are shipped beside the workflows come out as they say.

use caseloop::DirectorySources;
use caseloop::layers::syntax::render::{Human, human};
use caseloop_scenario::{read, run};
use std::path::{Path, PathBuf};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workflows")
}

/// Every file in a folder called `scenarios`, as paths below the workflows.
fn scenarios() -> Vec<String> {
    let mut found = Vec::new();
    for folder in root().read_dir().unwrap() {
        let folder = folder.unwrap().path().join("scenarios");
        for file in folder.read_dir().into_iter().flatten() {
            let file = file.unwrap().path();
            let below = file.strip_prefix(root()).unwrap();
            found.push(below.to_str().unwrap().to_owned());
        }
    }
    found.sort();
    found
}

#[test]
fn every_shipped_scenario_passes() {
    let sources = DirectorySources::new(root());
    let files = scenarios();
    assert!(files.len() >= 15, "{files:?}");
    let mut told = String::new();
    for file in &files {
        let read = read(&sources, file);
        told += &human(&read.diagnostics, &read.files, Human::default());
        if let (Some(scenario), Some(workflow)) = (&read.scenario, &read.workflow) {
            told += &human(&run(scenario, workflow).failures, &read.files, Human::default());
        }
    }
    assert!(told.is_empty(), "{told}");
}
