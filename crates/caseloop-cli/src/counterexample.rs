//! Cases that break a guarantee as scenarios: in the finding itself, or as a file each in a folder.

use crate::place::why;
use caseloop::layers::syntax::Diagnostic;
use caseloop::proof::{BROKEN_GUARANTEE, Proofs, Verdict};
use caseloop::{Compiled, Workflow};
use caseloop_scenario::{Claim, Scenario, Step, What, timed};
use std::fs::{OpenOptions, create_dir_all};
use std::io::{ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

/// The most files of one name.
const MOST_NAMESAKES: u32 = 1_000;

/// Shows every case that breaks a guarantee as a scenario, where instants were found for it: written to a file of `folder`
/// where there is one, in the finding itself otherwise. `file` is the workflow's. What could not be written comes back.
pub(crate) fn show(
    proofs: &Proofs,
    compiled: &Compiled,
    file: &Path,
    set: &[(String, String)],
    folder: Option<&Path>,
    list: &mut [Diagnostic],
) -> Result<(), String> {
    for proof in &proofs.guarantees {
        let Verdict::Broken(case) = &proof.verdict else {
            continue;
        };
        let mut own = list.iter_mut();
        let own = own.find(|found| found.code == &BROKEN_GUARANTEE && found.primary.span == proof.span);
        let Some(finding) = own else { continue };
        let name = format!("{} does not hold", proof.name);
        // A round that can be gone for ever is gone twice.
        let mut way = case.steps.clone();
        way.extend(case.again.iter().chain(&case.again).cloned());
        let Some(workflow) = compiled.with_values(&case.set) else {
            continue;
        };
        let Some(mut scenario) = timed(&name, &workflow, &way) else {
            continue;
        };
        // What falls due on the way is let pass; a warning is what must not.
        if proof
            .margins
            .iter()
            .any(|margin| is_warned(&scenario, &workflow, &margin.promise))
        {
            continue;
        }
        let own = case
            .set
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()));
        let others = set
            .iter()
            .filter(|(name, _)| !case.set.iter().any(|(own, _)| **own == **name));
        scenario.set = others.cloned().chain(own).collect();
        match folder {
            Some(folder) => {
                let stem = format!("{} {}", workflow.name(), proof.name);
                let path = write(&mut scenario, file, folder, &stem)?;
                finding
                    .help
                    .push(format!("replay it with `caseloop test {}`", path.display()));
            }
            None => {
                let file = file.file_name().map(|name| name.to_string_lossy().into_owned());
                scenario.uses = file.into_iter().collect();
                finding.case = scenario.to_yaml().lines().map(str::to_owned).collect();
            }
        }
    }
    Ok(())
}

/// Whether a scenario in which a promise is broken at the end shows somebody being warned of it.
fn is_warned(scenario: &Scenario, workflow: &Workflow, promise: &str) -> bool {
    let names = |names: &[std::sync::Arc<str>]| names.iter().any(|name| **name == *promise);
    let last = scenario.steps.last().into_iter().flat_map(|step| &step.claims);
    let breaks = |claim: &Claim| matches!(&claim.what, What::Breached(broken) if names(broken));
    let mut own = workflow
        .definition()
        .promises
        .iter()
        .filter(|own| *own.name == *promise);
    let signs = own.any(|own| own.warnings.iter().any(|warning| warning.timer.is_none()));
    let warns = |step: &Step| {
        let tells = |claim: &Claim| matches!(&claim.what, What::Did(deeds) if !deeds.is_empty());
        let warned = |claim: &Claim| matches!(&claim.what, What::Warned(warned) if names(warned));
        step.claims.iter().any(warned) && (signs || step.claims.iter().any(tells))
    };
    last.into_iter().any(breaks) && scenario.steps.iter().any(warns)
}

/// Writes a scenario that uses the workflow in `file` to a new file of `folder`, and says which.
pub(crate) fn write(scenario: &mut Scenario, file: &Path, folder: &Path, stem: &str) -> Result<PathBuf, String> {
    create_dir_all(folder).map_err(|error| why(folder, &error))?;
    scenario.uses = relative(folder, file).into_iter().collect();
    let text = scenario.to_yaml();
    let stem = slug(stem);
    for number in 1..=MOST_NAMESAKES {
        let path = match number {
            1 => folder.join(format!("{stem}.yaml")),
            number => folder.join(format!("{stem}-{number}.yaml")),
        };
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut made) => {
                made.write_all(text.as_bytes()).map_err(|error| why(&path, &error))?;
                return Ok(path);
            }
            // A file that is there is somebody's, unless it is this very scenario.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                if is_same(&path, &text) {
                    return Ok(path);
                }
            }
            Err(error) => return Err(why(&path, &error)),
        }
    }
    Err(format!(
        "{}: there are too many files called `{stem}`",
        folder.display()
    ))
}

#[expect(clippy::disallowed_methods, reason = "the program reads the files of its folders")]
fn is_same(path: &Path, text: &str) -> bool {
    std::fs::read(path).is_ok_and(|found| found == text.as_bytes())
}

/// The words of a text, with hyphens between them.
fn slug(text: &str) -> String {
    let words = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

/// The path from a folder to a file, as `uses` writes it. `None` where there is none, as between two drives.
fn relative(folder: &Path, file: &Path) -> Option<String> {
    let (folder, file) = (folder.canonicalize().ok()?, file.canonicalize().ok()?);
    let common = folder
        .components()
        .zip(file.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = folder.components().skip(common).map(|_| "..".to_owned());
    let down = file.components().skip(common).map(|part| match part {
        Component::Normal(name) => name.to_str().map(str::to_owned),
        _ => None,
    });
    let parts: Option<Vec<String>> = up.map(Some).chain(down).collect();
    parts.map(|parts| parts.join("/"))
}
