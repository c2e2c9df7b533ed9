//! `caseloop explore`: scenarios for what none covers.

use crate::arguments::Explore;
use crate::console::{Console, Ending, Failure, counted};
use crate::counterexample::write;
use crate::opened::compiled;
use crate::test::{Tests, scenarios};
use caseloop::Workflow;
use caseloop::proof::Bounds;
use caseloop_scenario::{Coverage, Part, Scenario, explore, read, report::table, run as run_scenario};
use std::path::PathBuf;

pub(crate) fn run(arguments: &Explore, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let Some(compiled) = compiled(&arguments.workflow, &arguments.set.values, console)? else {
        return Ok(Ending::Findings);
    };
    let Some(workflow) = compiled.workflow() else {
        return Ok(Ending::Findings);
    };
    let mut tests = Tests::default();
    let known = of_workflow(workflow, &arguments.scenarios, &mut tests, console);
    let mut covered = Coverage::of(workflow);
    for scenario in &known {
        // A scenario with other parameters than these says nothing of this workflow.
        if scenario.set.iter().all(|set| arguments.set.values.contains(set)) {
            covered.add(&run_scenario(scenario, workflow).journal);
        }
    }
    let bounds = Bounds {
        situations: arguments.situations,
        ..Bounds::default()
    };
    let mut explored = explore(workflow, &covered, &bounds);
    let mut all = covered.clone();
    for scenario in &mut explored.scenarios {
        scenario.set = arguments.set.values.clone();
        all.add(&run_scenario(scenario, workflow).journal);
        match &arguments.out {
            Some(folder) => {
                let stem = format!("{} {}", workflow.name(), scenario.name);
                let path = write(scenario, &arguments.workflow, folder, &stem).map_err(Failure::Unread)?;
                writeln!(console.out(), "{}", path.display())?;
            }
            None => {
                let file = arguments.workflow.file_name();
                scenario.uses = file
                    .map(|name| name.to_string_lossy().into_owned())
                    .into_iter()
                    .collect();
                writeln!(console.out(), "{}", scenario.to_yaml())?;
            }
        }
    }
    let mut told = format!(
        "{} for what {} left uncovered\n",
        counted(explored.scenarios.len() as u64, "scenario", "scenarios"),
        counted(known.len() as u64, "scenario", "scenarios")
    );
    let mut rules = 0;
    for (goal, why) in &explored.missing {
        match goal.part {
            Part::Rule => rules += 1,
            part => told += &format!("not covered: {} of {}: {}\n", goal.name, part.name(), why.text()),
        }
    }
    if rules > 0 {
        told += &format!(
            "not covered: {}: {}\n",
            counted(rules, "rule", "rules"),
            caseloop_scenario::Why::Rule.text()
        );
    }
    told += &table(&all);
    console.tell(&told);
    Ok(if tests.unread { Ending::Unread } else { Ending::Clean })
}

/// The scenarios of a workflow at these paths that can be read; what is wrong with others is said.
pub(crate) fn of_workflow(
    workflow: &Workflow,
    paths: &[PathBuf],
    tests: &mut Tests,
    console: &mut Console<'_>,
) -> Vec<Scenario> {
    let mut found = Vec::new();
    for path in paths {
        for place in scenarios(path, tests, console) {
            let read = read(&place.sources, &place.path);
            match read.scenario {
                Some(scenario) if *scenario.workflow == *workflow.name() => found.push(scenario),
                Some(_) => {}
                None => {
                    console.error(&format!(
                        "{}: see what is wrong with it with `caseloop test`",
                        place.shown()
                    ));
                    tests.unread = true;
                }
            }
        }
    }
    found
}
