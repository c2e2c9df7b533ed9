//! An effect that nothing asks for.

use crate::mention::{Keys, each_text};
use crate::removal::of_section;
use crate::{Lint, Looked};
use caseloop_core::EffectId;
use caseloop_core::definition::{Action, Definition, Guarantee};
use caseloop_syntax::{Applicability, Code, Diagnostic};
use std::collections::BTreeSet;

pub(crate) static CODE: Code = Code::new("unused-effect", "An effect is declared that nothing asks for.");

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("unused-effect"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let d = looked.workflow.definition();
    let mut used = BTreeSet::new();
    asked_for(d, &mut used);
    // A ladder that no promise names is in no action.
    let mut in_ladders = BTreeSet::new();
    let main = looked.documents.first();
    if let Some(ladders) = main.and_then(|main| main.root.entry("ladders")) {
        each_text(ladders, Keys::Names, &mut |text, _| {
            in_ladders.insert(text);
        });
    }
    for (position, effect) in d.effects.iter().enumerate() {
        let declared = main
            .and_then(|main| main.root.entry("effects")?.entry(&effect.name))
            .is_some();
        if !declared || used.contains(&EffectId::at(position)) || in_ladders.contains(&*effect.name) {
            continue;
        }
        let message = format!("nothing asks for the effect `{}`", effect.name);
        let mut finding = Diagnostic::warning(&CODE, effect.span, message).help("ask for it under `do:`, or drop it");
        let gone = main.and_then(|main| of_section(main, "effects", effect.span.start, looked.files));
        if let Some(gone) = gone {
            let title = format!("drop `{}`", effect.name);
            finding = finding.fix(title, gone, "", Applicability::Safe);
        }
        findings.push(finding);
    }
}

fn asked_for(d: &Definition, used: &mut BTreeSet<EffectId>) {
    let in_states = d
        .states
        .iter()
        .flat_map(|state| [&state.enter, &state.leave, &state.start.actions]);
    let in_branches = d.branches.iter().map(|branch| &branch.actions);
    let mut waiting: Vec<&Action> = in_states.chain(in_branches).flatten().collect();
    while let Some(action) = waiting.pop() {
        match action {
            Action::Emit { effect, .. } => {
                used.insert(*effect);
            }
            Action::If { cases, otherwise } => {
                waiting.extend(cases.iter().flat_map(|(_, actions)| actions).chain(otherwise));
            }
            Action::Set { .. } | Action::Ask(_) | Action::Raise(_) | Action::Send { .. } | Action::Cancel(_) => {}
        }
    }
    for guarantee in &d.guarantees {
        if let Guarantee::SameStep { effect, .. } = &guarantee.what {
            used.insert(*effect);
        }
    }
}
