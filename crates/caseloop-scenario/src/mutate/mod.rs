//! How much of a workflow its scenarios hold fast: small changes are made, and a scenario should fail by each.
//!
//! Changes are made on the tree of the workflow's file: a branch left out, two in another order, a condition turned round or
//! shifted, something not set or not done, another target, another length of time, a timer, a rung or a rest left out, another
//! role. What does not compile is no change that anybody could make, and is not counted.

mod sites;
mod tree;

use crate::{Scenario, run};
use caseloop::layers::core::read::Options;
use caseloop::layers::syntax::{Files, Limits, Node, Report, SourceError, Sources, Span, parse};
use caseloop::{Workflow, check_with};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// One change of a workflow.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// What is changed, and to what.
    pub change: String,
    /// Where that stands in the workflow's file.
    pub span: Span,
    /// The whole file with the change.
    text: String,
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A scenario fails by it.
    Killed,
    /// Every scenario passes all the same.
    Survived,
    /// The workflow does not compile with it.
    Stillborn,
}

/// Every change that is made of the workflow in the file `path`, in the order of the file. `None` where it cannot be read.
#[must_use]
pub fn mutants(sources: &dyn Sources, path: &str) -> Option<(Vec<Mutant>, Files)> {
    let bytes = sources.read(path).ok()?;
    let text = std::str::from_utf8(&bytes).ok()?;
    let mut files = Files::default();
    let file = files.add(path, text);
    let root = parse(file, text, &Limits::default(), &mut Report::default())?;
    let mut mutants: Vec<Mutant> = sites::changes(&root)
        .into_iter()
        .map(|change| Mutant {
            text: tree::write(&change.tree),
            change: change.what,
            span: change.span,
        })
        .collect();
    mutants.sort_by_key(|mutant| mutant.span);
    Some((mutants, files))
}

/// At most so many of the mutants, spread evenly over the file; always the same.
#[must_use]
pub fn sample(mutants: Vec<Mutant>, most: usize) -> Vec<Mutant> {
    let all = mutants.len();
    if most >= all {
        return mutants;
    }
    let mut kept = mutants.into_iter().enumerate();
    let mut next = 0;
    let mut sample = Vec::with_capacity(most);
    while sample.len() < most {
        let wanted = next * all / most.max(1);
        let Some((_, mutant)) = kept.find(|(position, _)| *position == wanted) else {
            break;
        };
        sample.push(mutant);
        next += 1;
    }
    sample
}

impl Mutant {
    /// Runs scenarios against the changed workflow, each under its own parameters, until one fails.
    #[must_use]
    pub fn fate(&self, sources: &dyn Sources, path: &str, scenarios: &[Scenario]) -> Fate {
        let overlay = Overlay {
            sources,
            path,
            text: &self.text,
        };
        let mut compiled: BTreeMap<&[(String, String)], Workflow> = BTreeMap::new();
        let unset: &[(String, String)] = &[];
        for set in std::iter::once(unset).chain(scenarios.iter().map(|scenario| scenario.set.as_slice())) {
            if compiled.contains_key(set) {
                continue;
            }
            let Some(workflow) = compile(&overlay, path, set) else {
                return Fate::Stillborn;
            };
            compiled.insert(set, workflow);
        }
        let fails = |scenario: &Scenario| {
            let workflow = compiled.get(scenario.set.as_slice());
            workflow.is_some_and(|workflow| !run(scenario, workflow).passed())
        };
        match scenarios.iter().any(fails) {
            true => Fate::Killed,
            false => Fate::Survived,
        }
    }
}

fn compile(sources: &dyn Sources, path: &str, set: &[(String, String)]) -> Option<Workflow> {
    let options = Options {
        set: set.to_vec(),
        ..Options::default()
    };
    let compiled = check_with(sources, path, &options);
    compiled.workflow().cloned()
}

/// Whether the workflow's file still compiles once it is written as changes are written: only then can changes be made.
#[must_use]
pub fn can_change(sources: &dyn Sources, path: &str) -> bool {
    let Ok(bytes) = sources.read(path) else {
        return false;
    };
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return false;
    };
    let file = Files::default().add(path, text);
    let root: Option<Node> = parse(file, text, &Limits::default(), &mut Report::default());
    root.is_some_and(|root| {
        let overlay = Overlay {
            sources,
            path,
            text: &tree::write(&root),
        };
        compile(&overlay, path, &[]).is_some()
    })
}

/// The same files, but for one.
struct Overlay<'a> {
    sources: &'a dyn Sources,
    path: &'a str,
    text: &'a str,
}

impl Sources for Overlay<'_> {
    fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, SourceError> {
        match path == self.path {
            true => Ok(Cow::Borrowed(self.text.as_bytes())),
            false => self.sources.read(path),
        }
    }
}
