//! `caseloop graph`: the chart of a workflow as a text that drawing programs read.

mod dot;
mod ids;
mod label;
mod mermaid;
mod picture;
mod promise;
mod reopening;

use crate::arguments::{Graph, GraphFormat, Language};
use crate::console::{Console, Ending, Failure};
use crate::opened::compiled;
use caseloop::Compiled;
use picture::Picture;

pub(crate) fn run(arguments: &Graph, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let compiled = compiled(&arguments.workflow, &arguments.set.values, console)?;
    let Some(workflow) = compiled.as_ref().and_then(Compiled::workflow) else {
        return Ok(Ending::Findings);
    };
    let picture = Picture::of(workflow, arguments.language.map(Language::tag));
    let text = match arguments.format {
        GraphFormat::Mermaid => mermaid::write(&picture),
        GraphFormat::Dot => dot::write(&picture),
    };
    console.out().write_all(text.as_bytes())?;
    Ok(Ending::Clean)
}
