//! The scenarios of the guide's page pass beside the workflows of the page.

use caseloop::MapSources;
use caseloop::layers::syntax::render::{Human, human};
use caseloop_scenario::{read, run};

const PAGE: &str = include_str!("../../../caseloop/src/guide/scenarios.md");

#[test]
fn every_scenario_of_the_guide_passes() {
    let blocks = PAGE.split("```yaml\n# ").skip(1).map(|rest| {
        let block = rest.split("```").next().unwrap();
        block.split_once('\n').unwrap()
    });
    let blocks: Vec<(&str, &str)> = blocks.collect();
    assert_eq!(
        blocks.len(),
        PAGE.matches("```yaml").count(),
        "each block begins with the name of its file"
    );
    let sources = MapSources::from_iter(blocks.iter().copied());
    let mut ran = 0;
    for (path, _) in blocks.iter().filter(|(_, text)| text.starts_with("scenario:")) {
        let read = read(&sources, path);
        assert!(
            read.diagnostics.is_empty(),
            "{}",
            human(&read.diagnostics, &read.files, Human::default())
        );
        let failures = run(&read.scenario.unwrap(), &read.workflow.unwrap()).failures;
        assert!(
            failures.is_empty(),
            "{}",
            human(&failures, &read.files, Human::default())
        );
        ran += 1;
    }
    assert_eq!(ran, 1);
}

/// Every key that is read stands in the page.
#[test]
fn the_guide_names_every_key() {
    let text = "scenario: s\nworkflow: w\nuses: w.yaml\nat: 2026-03-02T09:00Z\nx: y\nsteps: [{x: y, at: 2026-03-02T09:00, expect: {x: y}}]";
    let workflow = "workflow: w\nversion: 1\nstart: over\nstates: {over: {final: true}}";
    let read = read(
        &MapSources::from_iter([("s.yaml", text), ("w.yaml", workflow)]),
        "s.yaml",
    );
    let helps = read
        .diagnostics
        .iter()
        .flat_map(|found| &found.help)
        .filter(|help| help.contains(" may have "));
    let keys: Vec<&str> = helps.flat_map(|help| help.split('`').skip(1).step_by(2)).collect();
    assert!(keys.len() > 25, "{keys:?}");
    for key in keys.iter().filter(|key| **key != "title") {
        let named = [format!("`{key}"), format!("{key}:"), format!("--{key}")];
        assert!(named.iter().any(|named| PAGE.contains(named)), "{key}");
    }
}
