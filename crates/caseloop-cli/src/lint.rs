//! `caseloop lint`: all that `check` finds, and what runs and still is suspicious.

use crate::arguments::Lint;
use crate::check::{Asked, answer};
use crate::console::{Console, Ending, Failure};
use caseloop::LintOptions;
use caseloop::proof::Bounds;

pub(crate) fn run(arguments: &Lint, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let bounds = Bounds {
        situations: arguments.situations,
        ..Bounds::default()
    };
    let asked = Asked {
        paths: &arguments.paths,
        format: arguments.format,
        set: &arguments.set.values,
        lints: Some(LintOptions {
            levels: arguments.levels.0.clone(),
        }),
        proofs: (!arguments.no_proofs && arguments.situations > 0).then_some(bounds),
        fix: arguments.fix,
        scenarios: arguments.scenarios.as_deref(),
        guarantees: arguments.guarantees,
    };
    answer(&asked, console)
}
