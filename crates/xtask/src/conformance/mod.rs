//! Running the kernel against state charts that others wrote: SCION's and the W3C's, and our own where these are thin;
//! and the condition language against the cases of the Common Expression Language.
//!
//! A chart that needs what the language leaves out is skipped for a reason found in the chart, never for its name. A
//! vector that offers two scripts passes by either. The result is compared with the committed list.

mod alphabet;
mod cel;
mod convert;
mod dmn;
mod expressions;
mod fetch;
mod javascript;
mod leftover;
mod report;
mod run;
mod scxml;
mod stop;
mod variables;

use crate::TaskError;
use crate::checkout::{read, root, write};
use caseloop_core::Workflow;
use report::{Counts, Line, Verdict, differences};
use run::Script;
use std::path::{Path, PathBuf};
use stop::Stop;

const SUITES: &[&str] = &["scion", "w3c", "own"];
const LIST: &str = "crates/xtask/conformance.txt";

/// What to do with the committed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    /// A difference is an error.
    Compare,
    /// Write it anew.
    Rewrite,
}

/// The vectors that are committed, and where others stand in their place.
const VECTORS: &str = "crates/xtask/vectors";
const CEL_LIST: &str = "crates/xtask/conformance-cel.txt";
const DMN_LIST: &str = "crates/xtask/conformance-dmn.txt";

/// Runs all suites, prints what came of them, and compares or rewrites the committed lists.
pub(crate) fn run(list: List) -> Result<(), TaskError> {
    run_charts(list)?;
    run_cel(&root().join(VECTORS), Some(list))?;
    run_dmn(&root().join(VECTORS), Some(list))
}

/// Runs the cases of expressions and decisions that stand in a folder of the same layout as the committed one, and
/// compares them with nothing but what they expect.
pub(crate) fn run_others(vectors: &Path) -> Result<(), TaskError> {
    let (cel, dmn) = (vectors.join("cel.jsonl").exists(), vectors.join("dmn-tck").exists());
    if cel {
        run_cel(vectors, None)?;
    }
    match (cel, dmn) {
        // A folder of sets by itself will do.
        (false, false) => run_dmn_of(vectors, None),
        (_, true) => run_dmn(vectors, None),
        (true, false) => Ok(()),
    }
}

fn run_dmn(vectors: &Path, list: Option<List>) -> Result<(), TaskError> {
    run_dmn_of(&vectors.join("dmn-tck"), list)
}

fn run_dmn_of(sets: &Path, list: Option<List>) -> Result<(), TaskError> {
    let outcome = dmn::run(sets)?;
    let (passed, failed, left) = (outcome.passed(), outcome.failed.len(), outcome.left());
    println!("dmn: {passed} passed, {failed} failed, {left} need what the language leaves out");
    for line in outcome.failed.iter().map(String::as_str).chain(outcome.list().lines()) {
        println!("  {line}");
    }
    match (failed, list) {
        (0, None) => Ok(()),
        (0, Some(list)) => settle(list, DMN_LIST, &outcome.list()),
        (some, _) => Err(TaskError::new(format!("{some} results differ"))),
    }
}

fn run_cel(vectors: &Path, list: Option<List>) -> Result<(), TaskError> {
    let outcome = cel::run(&vectors.join("cel.jsonl"))?;
    let (values, errors) = outcome.claimed();
    let left = outcome.left();
    let unclaimed: usize = left.values().sum();
    println!(
        "cel: {} claimed ({values} values, {errors} errors told when they are read), {} failed, {unclaimed} unclaimed",
        values + errors,
        outcome.failed.len()
    );
    for (reason, count) in &left {
        println!("  {count:>4} unclaimed: {reason}");
    }
    for line in &outcome.failed {
        println!("  {line}");
    }
    match (outcome.failed.len(), list) {
        (0, None) => Ok(()),
        (0, Some(list)) => settle(list, CEL_LIST, &outcome.list()),
        (some, _) => Err(TaskError::new(format!("{some} cases fail"))),
    }
}

/// Compares what was found with a committed list, or writes the list anew.
fn settle(list: List, committed: &str, found: &str) -> Result<(), TaskError> {
    let path = root().join(committed);
    if list == List::Rewrite {
        return write(&path, found);
    }
    let expected = if path.exists() { read(&path)? } else { String::new() };
    let differences = differences(&expected, found);
    for line in &differences {
        println!("{line}");
    }
    match differences.len() {
        0 => Ok(()),
        some => Err(TaskError::new(format!(
            "{some} lines differ from {committed}; `cargo xtask conformance --bless` rewrites it"
        ))),
    }
}

fn run_charts(list: List) -> Result<(), TaskError> {
    let mut lines = Vec::new();
    for group in directories(&fetch::charts()?)? {
        let suite = if group.ends_with("w3c-ecma") { "w3c" } else { "scion" };
        run_group(suite, &group, &mut lines)?;
    }
    run_group("own", &root().join(VECTORS), &mut lines)?;
    lines.sort_by_key(|line| SUITES.iter().position(|suite| *suite == line.suite));
    show(&lines);

    let found: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let counts = Counts::of(lines.iter());
    println!("{counts}");
    match counts.failed {
        0 => settle(list, LIST, &found),
        some => Err(TaskError::new(format!("{some} cases fail"))),
    }
}

fn show(lines: &[Line]) {
    for suite in SUITES {
        let of_suite = || lines.iter().filter(|line| line.suite == *suite);
        let counts = Counts::of(of_suite());
        println!("{suite}: {counts}");
        if counts.legacy > 0 {
            println!(
                "  {} of the passed agree with the script under `legacySemantics` only",
                counts.legacy
            );
        }
        for (reason, count) in &counts.skipped {
            println!("  {count:>4} skipped: {reason}");
        }
        for line in of_suite().filter(|line| matches!(line.verdict, Verdict::Failed(_))) {
            println!("  {line}");
        }
    }
}

fn directories(path: &Path) -> Result<Vec<PathBuf>, TaskError> {
    Ok(entries(path)?.into_iter().filter(|entry| entry.is_dir()).collect())
}

/// The entries of a directory, sorted.
fn entries(path: &Path) -> Result<Vec<PathBuf>, TaskError> {
    let wrong = |error: std::io::Error| TaskError::new(format!("{}: {error}", path.display()));
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(path).map_err(wrong)? {
        entries.push(entry.map_err(wrong)?.path());
    }
    entries.sort();
    Ok(entries)
}

/// Runs every chart of a directory that has a script beside it.
fn run_group(suite: &'static str, directory: &Path, lines: &mut Vec<Line>) -> Result<(), TaskError> {
    let name = |path: &Path| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default()
    };
    for chart in entries(directory)?
        .into_iter()
        .filter(|entry| entry.extension().is_some_and(|e| e == "scxml"))
    {
        let script = chart.with_extension("json");
        if !script.exists() {
            continue;
        }
        let stem = name(&chart.with_extension(""));
        let case = format!("{}/{}", name(directory), stem.strip_suffix(".txml").unwrap_or(&stem));
        let verdict = judge(suite, &read(&chart)?, &read(&script)?);
        lines.push(Line { suite, case, verdict });
    }
    Ok(())
}

/// Converts a chart and runs it by its script. The W3C's charts judge themselves: they end in `pass` or `fail`.
fn judge(suite: &str, chart: &str, script: &str) -> Verdict {
    let script: Script = match serde_json::from_str(script) {
        Ok(script) => script,
        Err(error) => return Verdict::Failed(format!("the script cannot be read: {error}")),
    };
    let compiled = match compile(chart, &script) {
        Ok(workflow) => workflow,
        Err(Stop::Skip(reason)) => return Verdict::Skipped(reason),
        Err(Stop::Broken(problem)) => return Verdict::Failed(problem),
    };
    let outcome = if suite == "w3c" {
        run::to_the_end(&compiled)
    } else {
        run::follow(&compiled, &script)
    };
    let legacy = script.legacy_semantics.as_deref();
    match (outcome, legacy) {
        (Ok(()), _) => Verdict::Passed,
        (Err(_), Some(legacy)) if run::follow(&compiled, legacy).is_ok() => Verdict::PassedByLegacy,
        (Err(problem), _) => Verdict::Failed(problem),
    }
}

fn compile(chart: &str, script: &Script) -> Result<Workflow, Stop> {
    let chart = scxml::read(chart)?;
    let sent: Vec<&str> = script.sent().into_iter().collect();
    Workflow::compile(convert::convert(&chart, &sent)?).map_err(|error| Stop::broken(error.to_string()))
}
