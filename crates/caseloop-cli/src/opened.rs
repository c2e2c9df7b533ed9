//! What a command that runs cases opens: the engine of one workflow, and an input of lines.

use crate::console::{Console, Failure};
use crate::place::{Place, why};
use caseloop::layers::core::read::Options;
use caseloop::{Compiled, Engine, Rules, Workflow, check_with};
use std::fs::File;
use std::io::{Read, stdin};
use std::path::Path;

/// An engine that knows one workflow.
pub(crate) struct Opened {
    pub(crate) engine: Engine,
    pub(crate) workflow: Workflow,
}

/// Compiles the workflow in the file at `path`; what is wrong with it goes to standard error. `None` where it cannot run.
pub(crate) fn compiled(
    path: &Path,
    set: &[(String, String)],
    console: &mut Console<'_>,
) -> Result<Option<Compiled>, Failure> {
    let (place, compiled) = read(path, set, console)?;
    if compiled.workflow().is_some() {
        return Ok(Some(compiled));
    }
    if compiled.diagnostics().is_empty() {
        return Err(Failure::Unread(format!(
            "{}: there is no workflow in this file",
            place.shown()
        )));
    }
    console.error(&format!("{}: the workflow cannot run", place.shown()));
    Ok(None)
}

/// The rules in the file at `path`; what is wrong with them goes to standard error. `None` where they cannot be asked.
pub(crate) fn rules(
    path: &Path,
    set: &[(String, String)],
    console: &mut Console<'_>,
) -> Result<Option<Rules>, Failure> {
    let (place, compiled) = read(path, set, console)?;
    match compiled.rules().first() {
        _ if compiled.has_errors() => {
            console.error(&format!("{}: the rules cannot be asked", place.shown()));
            Ok(None)
        }
        // The rules of a file stand before those of the files that it uses.
        Some(rules) if compiled.kind() == Some(rules.kind()) => Ok(Some(rules.clone())),
        _ => Err(Failure::Unread(format!(
            "{}: there are no rules in this file",
            place.shown()
        ))),
    }
}

fn read(path: &Path, set: &[(String, String)], console: &mut Console<'_>) -> Result<(Place, Compiled), Failure> {
    let place = Place::of(path).map_err(Failure::Unread)?;
    let compiled = check_with(
        &place.sources,
        &place.path,
        &Options {
            set: set.to_vec(),
            ..Options::default()
        },
    );
    if !compiled.diagnostics().is_empty() {
        console.findings(compiled.diagnostics(), &place.show(compiled.files()));
    }
    Ok((place, compiled))
}

/// The same as an engine that knows the workflow.
pub(crate) fn open(
    path: &Path,
    set: &[(String, String)],
    console: &mut Console<'_>,
) -> Result<Option<Opened>, Failure> {
    let Some(Ok(workflow)) = compiled(path, set, console)?.map(Compiled::into_workflow) else {
        return Ok(None);
    };
    let name = workflow.name().to_owned();
    let engine = Engine::new([workflow]);
    let workflow = engine.workflow(&name).cloned();
    Ok(workflow.map(|workflow| Opened { engine, workflow }))
}

/// The input at `path`, `-` being standard input, with its name as errors say it.
pub(crate) fn input(path: &Path) -> Result<(Box<dyn Read>, String), Failure> {
    if path.as_os_str() == "-" {
        return Ok((Box::new(stdin()), "<stdin>".to_owned()));
    }
    let file = File::open(path).map_err(|error| Failure::Unread(why(path, &error)))?;
    let folder = file.metadata().is_ok_and(|kind| kind.is_dir());
    if folder {
        return Err(Failure::Unread(format!(
            "{}: this is a folder, where a file is expected",
            path.display()
        )));
    }
    Ok((Box::new(file), path.display().to_string()))
}
