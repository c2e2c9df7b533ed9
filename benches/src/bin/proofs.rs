//! How long proofs take and how much memory: `proofs FILE…` proves the guarantees of workflow files, `proofs regions STATES
//! REGIONS [shared] [exits]` those of a generated workflow.

use caseloop::proof::{Bounds, Proofs, Verdict};
use caseloop::{CompileOptions, DirectorySources, MapSources, Sources, compile_with};
use caseloop_benches::memory::peak;
use caseloop_benches::regions::Regions;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((first, rest)) if first == "regions" => {
            let mut numbers = rest.iter().map_while(|argument| argument.parse().ok());
            let regions = Regions {
                states: numbers.next().unwrap_or(500),
                regions: numbers.next().unwrap_or(6),
                shared: rest.iter().any(|argument| argument == "shared"),
                exits: rest.iter().any(|argument| argument == "exits"),
            };
            let text = regions.text();
            if rest.iter().any(|argument| argument == "print") {
                println!("{text}");
            }
            let sources = MapSources::from_iter([("regions.yaml", text)]);
            tell(&format!("{regions:?}"), &sources, "regions.yaml")?;
        }
        _ => {
            for path in &arguments {
                let path = Path::new(path);
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                // What a file uses stands beside its folder.
                let folder = path.parent().and_then(Path::parent).unwrap_or(Path::new("."));
                let below = path.strip_prefix(folder)?.to_string_lossy().into_owned();
                tell(&name, &DirectorySources::new(folder), &below)?;
            }
        }
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "it measures how long proofs take")]
fn tell(name: &str, sources: &dyn Sources, path: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut compiled = compile_with(sources, path, &CompileOptions::default());
    let begun = Instant::now();
    let Some(proofs) = compiled.prove(&Bounds::default()) else {
        return Err(compiled
            .human(caseloop::layers::syntax::render::Human::default())
            .into());
    };
    let took = begun.elapsed();
    let Proofs { situations, steps, .. } = proofs;
    let memory = peak().map_or("?".to_owned(), |kib| (kib / 1024).to_string());
    println!("{name}: {situations} situations, {steps} steps, {took:.2?}, {memory} MiB at most");
    let Some(workflow) = compiled.workflow() else {
        return Ok(());
    };
    for proof in &proofs.guarantees {
        match &proof.verdict {
            Verdict::Proved => println!("  {}: proved", proof.name),
            Verdict::Broken(case) => println!(
                "  {}: broken: {}\n    {}",
                proof.name,
                case.what,
                case.lines(workflow).join("\n    ")
            ),
            Verdict::NotDecided(reasons) => println!("  {}: not decided: {reasons:?}", proof.name),
        }
    }
    Ok(())
}
