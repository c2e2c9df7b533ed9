//! `caseloop rules`: what past cases say of rules. Answers go to standard output, what they came to to standard error.

use crate::arguments::{Coverage, Diff, RulesCommand, Sheet, Suggest};
use crate::cases::{Case, Cases};
use crate::console::{Console, Ending, Failure, counted, shown};
use crate::opened::rules;
use caseloop::layers::rules::evidence::{self, Changes, Matrix, Options};
use caseloop::layers::rules::{Decided, Scratch};
use caseloop::{Rules, Value};
use indexmap::IndexMap;
use serde::Serialize;
use std::fmt::Write as _;
use std::sync::Arc;

pub(crate) fn run(command: &RulesCommand, console: &mut Console<'_>) -> Result<Ending, Failure> {
    match command {
        RulesCommand::Coverage(arguments) => coverage(arguments, console),
        RulesCommand::Diff(arguments) => diff(arguments, console),
        RulesCommand::Sheet(arguments) => sheet(arguments, console),
        RulesCommand::Suggest(arguments) => suggest(arguments, console),
    }
}

/// One rule with how often it fired.
#[derive(Serialize)]
struct Fired<'r> {
    rule: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<&'r str>,
    fired: u64,
}

fn coverage(arguments: &Coverage, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let Some(rules) = rules(&arguments.rules, &arguments.set.values, console)? else {
        return Ok(Ending::Findings);
    };
    let mut coverage = evidence::Coverage::of(rules.signature().rules.len());
    let mut cases = Cases::open(&arguments.cases)?;
    let mut scratch = Scratch::default();
    while let Some(case) = cases.next(console)? {
        match decided(&rules, &case, &mut scratch) {
            Ok((_, fired)) => coverage.add(&fired),
            Err(problem) => cases.skip(case.line, &problem, console),
        }
    }
    for (rule, fired) in rules.signature().rules.iter().zip(coverage.fired()) {
        let line = Fired {
            rule: &rule.name,
            row: rule.row.as_deref(),
            fired: *fired,
        };
        serde_json::to_writer(console.out(), &line).map_err(std::io::Error::from)?;
        writeln!(console.out())?;
    }
    let never = coverage.never().count();
    let rules = counted(rules.signature().rules.len() as u64, "rule", "rules");
    console.tell(&format!(
        "{}; {never} of {rules} never fired",
        counted(coverage.cases(), "case", "cases")
    ));
    Ok(cases.ending(console))
}

/// One case that is decided otherwise.
#[derive(Serialize)]
struct Otherwise {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<String>,
    before: IndexMap<Arc<str>, Value>,
    after: IndexMap<Arc<str>, Value>,
}

fn diff(arguments: &Diff, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let before = rules(&arguments.before, &arguments.set.values, console)?;
    let after = rules(&arguments.after, &arguments.set.values, console)?;
    let (Some(before), Some(after)) = (before, after) else {
        return Ok(Ending::Findings);
    };
    let mut changes = Changes::default();
    let mut cases = Cases::open(&arguments.cases)?;
    let mut scratch = Scratch::default();
    while let Some(case) = cases.next(console)? {
        let both = decided(&before, &case, &mut scratch).and_then(|before| {
            let after = decided(&after, &case, &mut scratch)?;
            Ok((before.0, after.0))
        });
        let (before, after) = match both {
            Ok(both) => both,
            Err(problem) => {
                cases.skip(case.line, &problem, console);
                continue;
            }
        };
        if changes.add(&before, &after) {
            let line = Otherwise {
                line: case.line,
                case: case.text("case"),
                before: before.gave,
                after: after.gave,
            };
            serde_json::to_writer(console.out(), &line).map_err(std::io::Error::from)?;
            writeln!(console.out())?;
        }
    }
    let (all, changed) = changes.counted();
    let mut text = format!("{changed} of {} decided otherwise", counted(all, "case", "cases"));
    for (output, turned) in changes.turned() {
        let told = turned.iter().take(20);
        let told = told.map(|(from, to, count)| format!("{} -> {} {count}", shown(from), shown(to)));
        let _ = write!(text, "\n{output}: {}", told.collect::<Vec<_>>().join(", "));
    }
    console.tell(&text);
    Ok(cases.ending(console))
}

fn sheet(arguments: &Sheet, console: &mut Console<'_>) -> Result<Ending, Failure> {
    match rules(&arguments.table, &arguments.set.values, console)? {
        Some(Rules::Table(table)) => {
            console.out().write_all(table.to_csv().as_bytes())?;
            Ok(Ending::Clean)
        }
        Some(_) => Err(Failure::Unread(format!(
            "{}: these rules are no table, and only a table is written as a sheet",
            arguments.table.display()
        ))),
        None => Ok(Ending::Findings),
    }
}

fn suggest(arguments: &Suggest, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let mut cases = Cases::open(&arguments.cases)?;
    let mut texts = Vec::new();
    while let Some(case) = cases.next(console)? {
        let (text, label) = (case.text(&arguments.text), case.text(&arguments.labels));
        match (text, label) {
            (Some(text), Some(label)) => texts.push((text, label)),
            (None, _) => cases.skip(case.line, &format!("there is no `{}`", arguments.text), console),
            (_, None) => cases.skip(case.line, &format!("there is no `{}`", arguments.labels), console),
        }
    }
    let options = Options {
        words: arguments.words,
        ..Options::default()
    };
    let found = evidence::suggest(texts.iter().map(|(text, label)| (&**text, &**label)), options);
    let output = evidence::class_constant(&arguments.labels);
    let yaml = found.to_yaml("proposed", &evidence::class_constant(&arguments.text), &output);
    console.out().write_all(yaml.as_bytes())?;
    console.tell(&format!(
        "{} for {}, from {}",
        counted(found.words.len() as u64, "word", "words"),
        counted(found.classes.len() as u64, "class", "classes"),
        counted(texts.len() as u64, "text", "texts")
    ));
    Ok(cases.ending(console))
}

/// What rules decide of a case, and which fired.
fn decided(rules: &Rules, case: &Case, scratch: &mut Scratch) -> Result<(Decided, Vec<u32>), String> {
    let mut inputs = case.inputs(rules)?;
    let (mut outputs, mut fired) = (rules.signature().outputs.row(), Vec::new());
    let answer = rules.decide(&mut inputs, &mut outputs, &mut fired, scratch);
    Ok((rules.named(answer, &outputs, &fired), fired))
}

/// A matrix as a terminal shows it: each class with how often cases of it were taken for which.
pub(crate) fn table(matrix: &Matrix, output: &str) -> String {
    let classes = matrix.classes();
    let right = matrix.right();
    let mut text = format!("{output}: {right} of {} right", counted(right.of, "case", "cases"));
    // More columns than a terminal has tell nobody anything.
    let wide = classes.len() <= 12;
    let width = classes
        .iter()
        .map(|class| class.chars().count())
        .max()
        .unwrap_or(0)
        .max(10);
    let _ = write!(text, "\n{:width$}", "is");
    if wide {
        for class in &classes {
            let _ = write!(text, "  {:>7}", short(class));
        }
    }
    let _ = write!(text, "  precision  recall");
    for class in &classes {
        let _ = write!(text, "\n{:width$}", shown(class));
        if wide {
            for other in &classes {
                let _ = write!(text, "  {:>7}", matrix.count(class, other));
            }
        }
        let _ = write!(text, "  {:>9}  {:>6}", matrix.precision(class), matrix.recall(class));
    }
    text
}

/// As much of a class as heads a column.
fn short(class: &str) -> String {
    shown(class).chars().take(7).collect()
}
