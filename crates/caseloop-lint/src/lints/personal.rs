//! Personal fields, of which a case keeps a mask, where the clear value is looked for: in a condition, or in what is sent.

use crate::{Lint, Looked};
use caseloop_core::EventId;
use caseloop_core::definition::{Action, Argument, Data, Guarantee, Mark};
use caseloop_expr::{Kind, Masking, Root, Typed};
use caseloop_syntax::{Code, Diagnostic, Span};
use std::collections::BTreeMap;

pub(crate) static IN_CONDITION: Code = Code::new(
    "personal-condition",
    "A condition reads a personal field, of which it sees the mask.",
);
pub(crate) static IN_EFFECT: Code = Code::new(
    "personal-effect",
    "An effect is given a personal field, of which it gets the mask.",
);

pub(crate) const CONDITION: Lint = Lint::of_workflows(&IN_CONDITION, pages!("personal-condition"), look_at_conditions);
pub(crate) const EFFECT: Lint = Lint::of_workflows(&IN_EFFECT, pages!("personal-effect"), look_at_effects);

fn look_at_conditions(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let d = looked.workflow.definition();
    let of_branches = d
        .branches
        .iter()
        .map(|branch| (branch.condition.as_ref(), branch.trigger.event()));
    let marks = d.promises.iter().flat_map(|promise| promise.marks());
    let of_marks = marks.map(|mark| match mark.on {
        Mark::Event(event) => (mark.condition.as_ref(), Some(event)),
        _ => (mark.condition.as_ref(), None),
    });
    let of_guarantees = d.guarantees.iter().flat_map(|guarantee| match &guarantee.what {
        Guarantee::Always(one) | Guarantee::Never(one) => vec![one],
        Guarantee::LeadsTo { from, to } => vec![from, to],
        _ => Vec::new(),
    });
    let of_guarantees = of_guarantees.map(|condition| (Some(condition), None));
    for (condition, event) in of_branches.chain(of_marks).chain(of_guarantees) {
        let Some(condition) = condition else { continue };
        for (name, span) in masked(looked, condition.tree(), event) {
            let message = format!("the condition reads `{name}`, and sees its mask");
            let finding = Diagnostic::warning(&IN_CONDITION, span, message);
            findings.push(
                finding.help("let the host send what is asked for as a field of its own, such as a truth or a choice"),
            );
        }
    }
}

fn look_at_effects(looked: &Looked<'_>, findings: &mut Vec<Diagnostic>) {
    let d = looked.workflow.definition();
    let of_branches = d
        .branches
        .iter()
        .map(|branch| (&branch.actions, branch.trigger.event()));
    let of_states = d
        .states
        .iter()
        .flat_map(|state| [&state.enter, &state.leave, &state.start.actions]);
    for (actions, event) in of_branches.chain(of_states.map(|actions| (actions, None))) {
        look_at_actions(looked, actions, event, findings);
    }
}

fn look_at_actions(looked: &Looked<'_>, actions: &[Action], event: Option<EventId>, findings: &mut Vec<Diagnostic>) {
    for action in actions {
        match action {
            Action::Emit { effect, arguments } => {
                let effect = &looked
                    .workflow
                    .definition()
                    .effects
                    .get(effect.index())
                    .map_or("", |effect| &effect.name);
                for argument in arguments.iter().flatten() {
                    let Argument::Value(value) = argument else { continue };
                    for (name, span) in masked(looked, value.tree(), event) {
                        let message = format!("`{effect}` is given `{name}`, of which only the mask is left");
                        let finding = Diagnostic::warning(&IN_EFFECT, span, message);
                        findings.push(finding.help("give it a `ref`, by which the host finds the clear value"));
                    }
                }
            }
            Action::If { cases, otherwise } => {
                for (_, actions) in cases {
                    look_at_actions(looked, actions, event, findings);
                }
                look_at_actions(looked, otherwise, event, findings);
            }
            _ => {}
        }
    }
}

/// The masked fields whose values a tree reads, with their places. Whether one is there, and how many there are, may be asked.
fn masked(looked: &Looked<'_>, tree: &Typed, event: Option<EventId>) -> Vec<(String, Span)> {
    let d = looked.workflow.definition();
    let event = event.and_then(|event| d.events.get(event.index()));
    let mut masks = Masks {
        case: &d.case,
        event: event.map(|event| &event.data),
        items: BTreeMap::new(),
    };
    let mut found: Vec<(String, Span)> = Vec::new();
    // Of what is asked for, what a member is taken of and what is gone through, the whole is not read.
    let mut passed = Vec::new();
    tree.walk(&mut |part| {
        match &part.kind {
            Kind::Has(of) | Kind::Member { of, .. } | Kind::Size(of) => passed.push(of.span),
            Kind::Each { list, id, .. } => {
                passed.push(list.span);
                masks.bind(*id, list);
            }
            _ => {}
        }
        if let Some((_, name)) = masks.of(part).filter(|(masking, _)| masking.masks()) {
            found.push((name, part.span));
        }
    });
    found.retain(|(_, span)| !passed.contains(span));
    found
}

/// How what a tree reads is masked.
struct Masks<'d> {
    case: &'d Data,
    event: Option<&'d Data>,
    /// Of the items that macros look at, by number, with the path of their list.
    items: BTreeMap<u16, (&'d Masking, String)>,
}

impl<'d> Masks<'d> {
    fn bind(&mut self, id: u16, list: &Typed) {
        if let Some(masking) = self.of(list) {
            self.items.insert(id, masking);
        }
    }

    /// How the field, the item of a list, or the member of a record that a part reads is masked, and its path.
    fn of(&self, part: &Typed) -> Option<(&'d Masking, String)> {
        match &part.kind {
            Kind::Field { root, index, .. } => {
                let (data, before) = match root {
                    Root::Case => (self.case, ""),
                    Root::Event => (self.event?, "event."),
                };
                let field = data.record.field(*index)?;
                Some((data.masks.get(usize::from(index.0))?, format!("{before}{}", field.name)))
            }
            Kind::Member { of, index, name, .. } => {
                let (masking, path) = self.of(of)?;
                let own = match masking {
                    Masking::Members(members) => members.get(usize::from(index.0))?,
                    Masking::Alike(_) => masking,
                };
                Some((own, format!("{path}.{name}")))
            }
            Kind::Local { id, .. } => self.items.get(id).cloned(),
            _ => None,
        }
    }
}
