//! `cargo xtask spin`: the shipped workflows, and variants of them that are broken on purpose, as Promela models that spin
//! explores. What follows for each guarantee is compared with what is proved of it. Not: workflows with regions.

/// Writes a line of a model.
macro_rules! put {
    ($own:expr, $($format:tt)*) => {
        // A text takes what is written to it.
        let _ = writeln!($own.text, $($format)*);
    };
}

mod model;
mod noted;
mod promised;
mod steps;
mod variants;
mod verdicts;
mod words;

use crate::TaskError;
use crate::checkout::{files, line, output, read, root, write};
use caseloop::{CompileOptions, MapSources, compile_with};
use caseloop_core::Workflow;
use caseloop_core::definition::Definition;
use caseloop_lint::proof::{Bounds, Verdict as Proved, prove};
use std::path::Path;
use std::process::Command;
use verdicts::{Printed, Verdict};

/// Every situation and step of a model is printed and read; a variant with more situations is passed over.
const MOST: usize = 10_000;

/// What is said of a workflow that nothing was done to.
const SHIPPED: &str = "as shipped";

/// Which models are explored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Models {
    /// Those of the shipped workflows.
    Shipped,
    /// Variants too.
    All,
}

/// Explores every shipped workflow that has guarantees, and its variants.
pub(crate) fn run(models: Models) -> Result<(), TaskError> {
    if output(Command::new("spin").arg("-V")).is_err() {
        let missing = "spin is not there: install Debian's package `spin`, and a C compiler";
        return Err(TaskError::new(missing));
    }
    let mut compared = Compared::default();
    let shipped = shipped()?;
    for definition in &shipped {
        compared.compare(SHIPPED, definition)?;
    }
    for definition in shipped.iter().filter(|_| models == Models::All) {
        for (what, variant) in variants::variants(definition) {
            compared.compare(&what, &variant)?;
        }
    }
    println!(
        "spin: {} models, {} guarantees hold and {} fail, as proved",
        compared.models, compared.hold, compared.fail
    );
    match compared.differ.as_slice() {
        [] => Ok(()),
        differ => Err(TaskError::new(format!("spin differs:\n{}", differ.join("\n")))),
    }
}

/// The plain form of all shipped workflows with guarantees.
fn shipped() -> Result<Vec<Definition>, TaskError> {
    let all = files()?;
    let paths = all
        .iter()
        .filter_map(|path| path.strip_prefix("workflows/"))
        .filter(|path| path.ends_with(".yaml"));
    let paths: Vec<&str> = paths.collect();
    let mut texts = Vec::new();
    for path in &paths {
        texts.push((*path, read(&root().join("workflows").join(path))?));
    }
    let sources: MapSources = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let workflows = texts
        .iter()
        .filter(|(_, text)| text.contains("\nworkflow:") && text.contains("\nguarantees:"));
    let compiled = workflows.map(|(path, _)| {
        let workflow = compile_with(&sources, path, &CompileOptions::default()).into_workflow();
        let workflow = workflow.map_err(|error| TaskError::new(format!("{path}: {error}")))?;
        Ok(workflow.definition().clone())
    });
    compiled.collect()
}

/// What came of all comparisons.
#[derive(Default)]
struct Compared {
    models: usize,
    hold: usize,
    fail: usize,
    differ: Vec<String>,
}

impl Compared {
    fn compare(&mut self, what: &str, definition: &Definition) -> Result<(), TaskError> {
        let Ok(workflow) = Workflow::compile(definition.clone()) else {
            return Ok(());
        };
        let proofs = prove(&workflow, &Bounds::default());
        if proofs.situations > MOST && what != SHIPPED {
            println!(
                "  {}, {what}: {} situations by proof are too many to read",
                definition.name, proofs.situations
            );
            return Ok(());
        }
        let model = model::model(definition)?;
        let printed = Printed::read(&model, &explored(&model.text)?)?;
        let name = format!("{}, {what}", definition.name);
        let before = self.differ.len();
        // Proofs may tell more values apart than the model, and not fewer.
        if printed.situations() > proofs.situations {
            let counts = (printed.situations(), proofs.situations);
            self.differ.push(format!(
                "{name}: {} situations by spin, {} by proof",
                counts.0, counts.1
            ));
        }
        let mut said = Vec::new();
        for (position, (guarantee, proof)) in definition.guarantees.iter().zip(&proofs.guarantees).enumerate() {
            let verdict = printed.verdict(position, &guarantee.what);
            match (verdict, &proof.verdict) {
                (Verdict::Holds, Proved::Proved) => self.hold += 1,
                (Verdict::Fails, Proved::Broken(_)) => {
                    self.fail += 1;
                    said.push(&*guarantee.name);
                }
                (Verdict::Depends, Proved::NotDecided(_)) => {}
                (verdict, proof) => self
                    .differ
                    .push(format!("{name}: `{}`: {verdict:?}, proof: {proof:?}", guarantee.name)),
            }
        }
        self.models += 1;
        let failing = if said.is_empty() {
            "nothing".to_owned()
        } else {
            said.join(", ")
        };
        let (spin, proof) = (printed.situations(), proofs.situations);
        println!("  {name}: {spin} situations ({proof} by proof), {failing} fails");
        self.differ
            .iter()
            .skip(before)
            .for_each(|how| println!("  differs: {how}"));
        Ok(())
    }
}

/// What a model prints when spin explores all of it.
fn explored(model: &str) -> Result<String, TaskError> {
    let folder = tempfile::tempdir().map_err(|error| TaskError::new(error.to_string()))?;
    let at = |command: &mut Command| {
        let done = command.current_dir(folder.path()).output();
        let done = done.map_err(|error| TaskError::new(format!("{}: {error}", line(command))))?;
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        match done.status.success() {
            true => Ok(said),
            // It complains where others answer.
            false => Err(TaskError::new(format!(
                "`{}` failed: {}\n{said}{}",
                line(command),
                done.status,
                String::from_utf8_lossy(&done.stderr)
            ))),
        }
    };
    write(&folder.path().join("model.pml"), model)?;
    at(Command::new("spin").args(["-a", "model.pml"]))?;
    let flags = [
        "-O0",
        "-w",
        "-DSAFETY",
        "-DNOREDUCE",
        "-DNOBOUNDCHECK",
        "-DVECTORSZ=4096",
        "-o",
        "pan",
        "pan.c",
    ];
    at(Command::new("cc").args(flags))?;
    let printed = at(Command::new(Path::new("./pan")).arg("-m2000000"))?;
    match printed.contains("errors: 0") && !printed.contains("max search depth too small") {
        true => Ok(printed),
        false => {
            let told = printed
                .lines()
                .filter(|line| !line.starts_with('@'))
                .collect::<Vec<_>>()
                .join("\n");
            Err(TaskError::new(format!("spin did not explore it all:\n{told}")))
        }
    }
}
