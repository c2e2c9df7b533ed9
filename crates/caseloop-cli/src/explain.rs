//! `caseloop explain`: what a finding means. The words are those of the lints and of the codes.

use crate::arguments::Explain;
use crate::check::NOT_READ;
use crate::console::{Console, Ending, Failure};
use caseloop::Lint;
use caseloop::layers::syntax::{Code, did_you_mean};
use caseloop::layers::{core, expr, lint, rules, sla, syntax};

pub(crate) fn run(arguments: &Explain, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let word = arguments.code.as_str();
    if let Some(lint) = Lint::find(word) {
        let page = lint.page_in(console.language);
        writeln!(console.out(), "{}", page.trim_end())?;
        return Ok(Ending::Clean);
    }
    if let Some(code) = codes().find(|code| code.name == word) {
        let summary = console.word(code.summary);
        writeln!(console.out(), "# {}\n\n{summary}", code.name)?;
        return Ok(Ending::Clean);
    }
    let near = did_you_mean(word, codes().map(|code| code.name));
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    console.error(&format!("no finding has the code `{word}`{near}"));
    Ok(Ending::Unread)
}

/// Every code that a finding can have.
fn codes() -> impl Iterator<Item = &'static Code> {
    let tables = [
        syntax::codes::ALL,
        expr::CODES,
        expr::declare::codes::CODES,
        core::read::codes::ALL,
        sla::read::codes::ALL,
        rules::read::codes::ALL,
        rules::analysis::codes::ALL,
    ];
    let lints = lint::ALL.iter().map(|lint| lint.code);
    tables.into_iter().flatten().copied().chain(lints).chain([&NOT_READ])
}
