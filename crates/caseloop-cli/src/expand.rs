//! `caseloop expand`: a workflow as it reads once its ladders and revisits are written out.

use crate::arguments::Expand;
use crate::console::{Console, Ending, Failure};
use crate::opened::compiled;
use crate::yaml;

pub(crate) fn run(arguments: &Expand, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let Some(compiled) = compiled(&arguments.workflow, &[], console)? else {
        return Ok(Ending::Findings);
    };
    let text = compiled.plain().map(yaml::write).transpose();
    let text = text.map_err(|error| Failure::Unread(format!("the plain form cannot be written: {error}")))?;
    write!(console.out(), "{}", text.unwrap_or_default())?;
    Ok(Ending::Clean)
}
