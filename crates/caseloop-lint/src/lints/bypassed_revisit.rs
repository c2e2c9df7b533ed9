//! An end that closes the loop and that is come to without the revisit that should close it.

use crate::{Lint, Looked};
use caseloop_core::StateId;
use caseloop_core::definition::{Branch, Definition, Go, Guarantee, Kind, Trigger};
use caseloop_syntax::{Code, Diagnostic};

pub(crate) static CODE: Code = Code::new(
    "bypassed-revisit",
    "A workflow has a revisit, and its loop is closed by another way too.",
);

pub(crate) const LINT: Lint = Lint::of_workflows(&CODE, pages!("bypassed-revisit"), look);

fn look(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let d = looked.workflow.definition();
    let revisits = revisits(looked);
    if revisits.is_empty() {
        return;
    }
    for (position, end) in d.states.iter().enumerate() {
        let id = StateId::at(position);
        let closes = end.kind == Kind::Final && end.ending.as_deref() == Some("closed_loop");
        // Where a guarantee says how it is entered, its proof decides.
        let guaranteed = d
            .guarantees
            .iter()
            .any(|own| matches!(&own.what, Guarantee::OnlyBy { entering, .. } if entering.contains(&id)));
        if !closes || guaranteed {
            continue;
        }
        let leads = |branch: &&Branch| matches!(&branch.go, Go::To(targets) if targets.contains(&id));
        let (by_revisit, past): (Vec<&Branch>, Vec<&Branch>) = d
            .branches
            .iter()
            .filter(leads)
            .partition(|branch| revisits.iter().any(|revisit| answers(looked, branch, *revisit)));
        // Where no revisit leads there, the end is closed by something else on purpose.
        if by_revisit.is_empty() {
            continue;
        }
        for branch in past.iter().filter(|branch| looked.reach.contains(branch.source)) {
            let message = format!("`{}` closes the loop at `{}` past the revisit", branch.name, end.name);
            let finding = Diagnostic::warning(&CODE, branch.span, message);
            let finding = finding.also(name_of(d, by_revisit.first()), "the revisit leads there from here");
            findings.push(finding.help("let it lead to the revisit, or to an end of another kind"));
        }
    }
}

fn name_of(d: &Definition, branch: Option<&&Branch>) -> caseloop_syntax::Span {
    let state = branch.and_then(|branch| d.states.get(branch.source.index()));
    state.map(|state| state.span).unwrap_or_default()
}

/// Whether a branch is one of a revisit's lines, taken on its answer: not what follows where there is none.
fn answers(looked: &Looked<'_>, branch: &Branch, (state, answer): (StateId, &str)) -> bool {
    let asks = matches!(branch.trigger, Trigger::Event(event) if &*looked.workflow.event(event).name == answer);
    branch.source == state && asks && !branch.name.ends_with("_then")
}

/// The states whose file says `revisit:`, each with the event that answers.
fn revisits<'l>(looked: &Looked<'l>) -> Vec<(StateId, &'l str)> {
    let Some(main) = looked.documents.first() else {
        return Vec::new();
    };
    let mut named = Vec::new();
    find(&main.root, &mut named);
    let all = looked.workflow.definition().states.iter().enumerate();
    all.filter_map(|(position, state)| {
        let (_, answer) = named.iter().find(|(name, _)| **name == *state.name)?;
        Some((StateId::at(position), *answer))
    })
    .collect()
}

/// The keys whose values have a `revisit`, each with the event in its `answer`.
fn find<'n>(node: &'n caseloop_syntax::Node, named: &mut Vec<(&'n str, &'n str)>) {
    for (key, inner) in node.as_map().unwrap_or_default() {
        if let Some(revisit) = inner.entry("revisit") {
            let answer = revisit.entry("answer").and_then(caseloop_syntax::Node::text);
            let event = answer.unwrap_or_default().split('.').next();
            named.push((&key.name, event.unwrap_or_default()));
        }
        find(inner, named);
    }
}
