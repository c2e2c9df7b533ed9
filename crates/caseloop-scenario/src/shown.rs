//! What exploring a workflow shows beside its guarantees, as findings: only what the engine itself comes to.

use crate::timed;
use caseloop::Compiled;
use caseloop::layers::syntax::Diagnostic;
use caseloop::proof::{Proofs, adds_nothing};

/// Adds [`Proofs::shown`] to the findings: each that has instants at which the engine goes that way, with those.
///
/// ```
/// use caseloop::proof::Bounds;
/// use caseloop::{CompileOptions, MapSources, compile_with};
/// let text = "
/// workflow: dispute
/// version: 1
/// roles: [agent]
/// events: {opened: {}, answered: {}, asked: {}, dropped: {}}
/// start: intake
/// states:
///   intake: {waits_for: agent, when: {opened: {go: asking}, dropped: {go: closed}}}
///   asking: {waits_for: agent, when: {answered: {go: weighing}}}
///   weighing: {waits_for: agent, when: {asked: {go: asking}}}
///   closed: {final: true}
/// ";
/// let sources = MapSources::from_iter([("dispute.yaml", text)]);
/// let mut compiled = compile_with(&sources, "dispute.yaml", &CompileOptions::default());
/// let proofs = compiled.prove(&Bounds::default()).unwrap();
/// assert!(compiled.diagnostics().is_empty());
/// caseloop_scenario::show(&mut compiled, &proofs);
/// assert_eq!(compiled.diagnostics()[0].message, "from `asking` a case comes to no end any more, whatever happens");
/// ```
pub fn show(compiled: &mut Compiled, proofs: &Proofs) {
    let Some(workflow) = compiled.workflow().cloned() else {
        return;
    };
    let told = compiled.diagnostics().iter().chain(compiled.allowed());
    let told: Vec<Diagnostic> = told.cloned().collect();
    let mut found = Vec::new();
    for shown in proofs.shown.iter().filter(|shown| !adds_nothing(&shown.finding, &told)) {
        // A round that can be gone for ever is gone twice.
        let mut way = shown.case.steps.clone();
        way.extend(shown.case.again.iter().chain(&shown.case.again).cloned());
        let Some(mut scenario) = timed(&shown.case.what, &workflow, &way) else {
            continue;
        };
        let file = compiled.files().path(shown.finding.primary.span.file);
        scenario.uses = file.rsplit('/').next().map(str::to_owned).into_iter().collect();
        let lines: Vec<String> = scenario.to_yaml().lines().map(str::to_owned).collect();
        found.push(shown.finding.clone().case(lines));
    }
    compiled.tell(found);
}
