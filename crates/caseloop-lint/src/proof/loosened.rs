//! A workflow in which what cannot be tried to the end is left open: whatever its conditions ask of that may be so or not,
//! each time anew. What holds of every case of it holds of every case of the workflow itself.

use super::values::{Culprit, SUPPOSED, Values, is_opaque, reads};
use caseloop_core::definition::{Action, Definition, Guarantee, Mark, MarkDef};
use caseloop_core::{EventId, Workflow};
use caseloop_expr::{Condition, Formula, Kind, Type, Typed, Value};
use caseloop_syntax::Span;
use std::collections::BTreeSet;

/// A workflow, loosened, and the guarantees of which it tells nothing, since they ask for what is left open themselves.
pub(super) struct Loosened {
    pub(super) workflow: Workflow,
    pub(super) silent_on: BTreeSet<usize>,
}

/// Leaves open what the conditions of a workflow ask at these places; `None` where one of them stands in no condition.
pub(super) fn loosened_at(workflow: &Workflow, places: &[Span]) -> Option<Loosened> {
    let mut definition = workflow.definition().clone();
    let mut silent_on = BTreeSet::new();
    let culprits: Vec<Culprit> = places.iter().map(|place| Culprit::Part(*place)).collect();
    let mut loosen = Loosen::new(&culprits, false, SUPPOSED);
    loosen.definition(&mut definition, &mut silent_on);
    if loosen.found.len() < places.len() {
        return None;
    }
    let workflow = Workflow::compile(definition).ok()?;
    Some(Loosened { workflow, silent_on })
}

/// Loosens a workflow of which these values cannot be tried to the end; `None` where something else is in the way.
pub(super) fn loosened(workflow: &Workflow, values: &Values) -> Option<Loosened> {
    let mut definition = workflow.definition().clone();
    let mut silent_on = BTreeSet::new();
    let mut culprits: Vec<Culprit> = values.culprits.clone();
    let mut supposed = SUPPOSED;
    // First the parts that nothing can be known of, then all that reads what they would have told of.
    for by_fields in [false, true, true, true] {
        let mut loosen = Loosen::new(&culprits, by_fields, supposed);
        loosen.definition(&mut definition, &mut silent_on);
        supposed = loosen.supposed;
        let left = Values::of(&definition);
        if left.open.is_empty() {
            let workflow = Workflow::compile(definition).ok()?;
            return Some(Loosened { workflow, silent_on });
        }
        culprits = left.culprits;
    }
    None
}

struct Loosen<'c> {
    culprits: &'c [Culprit],
    /// Whether all parts are left open that read a field in the way, or only those that stand in the way themselves.
    by_fields: bool,
    /// The next promise that is none.
    supposed: u16,
    /// Which culprits were found, by position.
    found: BTreeSet<usize>,
}

impl<'c> Loosen<'c> {
    fn new(culprits: &'c [Culprit], by_fields: bool, supposed: u16) -> Self {
        Self {
            culprits,
            by_fields,
            supposed,
            found: BTreeSet::new(),
        }
    }

    fn definition(&mut self, definition: &mut Definition, silent_on: &mut BTreeSet<usize>) {
        for branch in &mut definition.branches {
            let event = branch.trigger.event();
            self.condition(&mut branch.condition, event);
            self.actions(&mut branch.actions, event);
        }
        for state in &mut definition.states {
            for actions in [&mut state.enter, &mut state.leave, &mut state.start.actions] {
                self.actions(actions, None);
            }
        }
        for promise in &mut definition.promises {
            self.marks(&mut promise.from);
            self.marks(&mut promise.restart);
            self.marks(&mut promise.until);
            self.marks(&mut promise.cancel);
            self.marks(&mut promise.counts);
        }
        for (position, guarantee) in definition.guarantees.iter_mut().enumerate() {
            let conditions = match &mut guarantee.what {
                Guarantee::Always(one) | Guarantee::Never(one) => vec![one],
                Guarantee::LeadsTo { from, to } => vec![from, to],
                _ => Vec::new(),
            };
            for condition in conditions {
                let Some(tree) = self.loosened(condition.tree(), None) else {
                    continue;
                };
                silent_on.insert(position);
                *condition = condition.with_tree(constant(&tree));
            }
        }
    }

    fn marks(&mut self, marks: &mut [MarkDef]) {
        for mark in marks {
            let event = match mark.on {
                Mark::Event(event) => Some(event),
                _ => None,
            };
            self.condition(&mut mark.condition, event);
        }
    }

    fn actions(&mut self, actions: &mut [Action], event: Option<EventId>) {
        for action in actions {
            match action {
                Action::Set { value, .. } => self.formula(value, event),
                Action::If { cases, otherwise } => {
                    for (condition, actions) in cases {
                        if let Some(tree) = self.loosened(condition.tree(), event) {
                            *condition = condition.with_tree(tree);
                        }
                        self.actions(actions, event);
                    }
                    self.actions(otherwise, event);
                }
                _ => {}
            }
        }
    }

    fn condition(&mut self, condition: &mut Option<Condition>, event: Option<EventId>) {
        if let Some(condition) = condition
            && let Some(tree) = self.loosened(condition.tree(), event)
        {
            *condition = condition.with_tree(tree);
        }
    }

    fn formula(&mut self, formula: &mut Formula, event: Option<EventId>) {
        if matches!(formula.ty(), Type::Bool)
            && let Some(tree) = self.loosened(formula.tree(), event)
        {
            *formula = formula.with_tree(tree);
        }
    }

    /// A part that is true or false, if something in it is left open.
    fn loosened(&mut self, tree: &Typed, event: Option<EventId>) -> Option<Typed> {
        let kind = match &tree.kind {
            Kind::Not(of) => Kind::Not(Box::new(self.loosened(of, event)?)),
            Kind::All(items) => Kind::All(self.items(items, event)?),
            Kind::Any(items) => Kind::Any(self.items(items, event)?),
            _ if self.is_in_the_way(tree, event) => self.open(tree),
            _ => return None,
        };
        Some(Typed { kind, ..tree.clone() })
    }

    fn items(&mut self, items: &[Typed], event: Option<EventId>) -> Option<Vec<Typed>> {
        let each: Vec<Option<Typed>> = items.iter().map(|item| self.loosened(item, event)).collect();
        if each.iter().all(Option::is_none) {
            return None;
        }
        let items = items.iter().zip(each);
        Some(items.map(|(item, open)| open.unwrap_or_else(|| item.clone())).collect())
    }

    fn is_in_the_way(&mut self, tree: &Typed, event: Option<EventId>) -> bool {
        let mut opaque = false;
        tree.walk(&mut |part| opaque |= is_opaque(part));
        let read = reads(tree, event);
        let whole = tree.span;
        let here = |span: &Span| span.file == whole.file && whole.start <= span.start && span.end <= whole.end;
        let culprits = self.culprits.iter().enumerate();
        let found = culprits.filter(|(_, culprit)| match culprit {
            Culprit::Part(span) => here(span),
            Culprit::Fields(fields) => self.by_fields && !fields.is_disjoint(&read),
        });
        let found: Vec<usize> = found.map(|(position, _)| position).collect();
        let in_the_way = !found.is_empty() || opaque;
        self.found.extend(found);
        in_the_way
    }

    fn open(&mut self, tree: &Typed) -> Kind {
        let promise = self.supposed;
        self.supposed = self.supposed.saturating_add(1);
        let running = Typed {
            kind: Kind::Remaining {
                promise,
                name: "".into(),
            },
            ty: Type::Duration,
            ..tree.clone()
        };
        Kind::Has(Box::new(running))
    }
}

fn constant(tree: &Typed) -> Typed {
    Typed {
        kind: Kind::Constant(Value::Bool(true)),
        ..tree.clone()
    }
}
