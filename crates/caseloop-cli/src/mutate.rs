//! `caseloop mutate`: how much of a workflow its scenarios hold fast.

use crate::arguments::{Mutate, TestFormat};
use crate::console::{Console, Ending, Failure, counted, shown};
use crate::explore::of_workflow;
use crate::opened::compiled;
use crate::place::Place;
use crate::test::Tests;
use caseloop_scenario::mutate::{Fate, can_change, mutants, sample};
use caseloop_scenario::{Scenario, run as run_scenario};
use serde_json::json;

pub(crate) fn run(arguments: &Mutate, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let Some(compiled) = compiled(&arguments.workflow, &[], console)? else {
        return Ok(Ending::Findings);
    };
    let Some(workflow) = compiled.workflow() else {
        return Ok(Ending::Findings);
    };
    let place = Place::of(&arguments.workflow).map_err(Failure::Unread)?;
    let mut tests = Tests::default();
    let scenarios = of_workflow(workflow, &arguments.scenarios, &mut tests, console);
    if scenarios.is_empty() || tests.unread {
        let name = workflow.name();
        console.error(&format!(
            "there are no scenarios of `{name}` to judge, or not all of them can be read"
        ));
        return Ok(Ending::Unread);
    }
    let plain = |scenario: &&Scenario| scenario.set.is_empty() && !run_scenario(scenario, workflow).passed();
    if let Some(failing) = scenarios.iter().find(plain) {
        console.error(&format!(
            "`{}` fails as it is: see why with `caseloop test`",
            failing.name
        ));
        return Ok(Ending::Findings);
    }
    if !can_change(&place.sources, &place.path) {
        return Err(Failure::Unread(format!(
            "{}: this file cannot be written in another form",
            place.shown()
        )));
    }
    let Some((all, files)) = mutants(&place.sources, &place.path) else {
        return Err(Failure::Unread(format!("{}: this file cannot be read", place.shown())));
    };
    let all = match arguments.sample {
        Some(most) => sample(all, most),
        None => all,
    };
    let (mut killed, mut stillborn) = (0_u64, 0_u64);
    let mut survivors = Vec::new();
    for mutant in &all {
        match mutant.fate(&place.sources, &place.path, &scenarios) {
            Fate::Killed => killed += 1,
            Fate::Stillborn => stillborn += 1,
            Fate::Survived => survivors.push(mutant),
        }
    }
    let survived = survivors.len() as u64;
    let score = (killed * 100).checked_div(killed + survived).unwrap_or(100);
    match arguments.format {
        TestFormat::Human => {
            for mutant in &survivors {
                let at = files.position(mutant.span);
                let change = shown(&mutant.change);
                writeln!(console.out(), "{}:{}:{}: {change}", place.shown(), at.line, at.column)?;
            }
            let gap = if survivors.is_empty() { "" } else { "\n" };
            writeln!(
                console.out(),
                "{gap}{score} %: {} by {}, {survived} passed unnoticed, {stillborn} do not compile",
                counted(killed, "change is caught", "changes are caught"),
                counted(scenarios.len() as u64, "scenario", "scenarios"),
            )?;
        }
        TestFormat::Json => {
            let list: Vec<_> = survivors
                .iter()
                .map(|mutant| {
                    let at = files.position(mutant.span);
                    json!({"file": place.shown(), "line": at.line, "column": at.column, "change": mutant.change})
                })
                .collect();
            let all = json!({"score": score, "killed": killed, "survived": survived, "stillborn": stillborn, "survivors": list});
            writeln!(console.out(), "{all:#}")?;
        }
    }
    let short = arguments.min_score.is_some_and(|least| score < u64::from(least));
    Ok(if short { Ending::Findings } else { Ending::Clean })
}
