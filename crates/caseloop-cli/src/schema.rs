//! `caseloop schema`: the JSON Schemas of what the program prints, as they are published with the library.

use crate::arguments::{Schema, SchemaOf};
use crate::console::{Console, Ending, Failure};
use caseloop::layers::syntax::render::JSON_SCHEMA;

pub(crate) fn run(arguments: &Schema, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let schema = match arguments.output {
        SchemaOf::Findings => JSON_SCHEMA,
    };
    write!(console.out(), "{schema}")?;
    Ok(Ending::Clean)
}
