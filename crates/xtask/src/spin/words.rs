//! Data as numbers: which of them a model keeps, what is tried of each, and conditions written out in C, which Promela's
//! expressions are too.

use crate::TaskError;
use caseloop_core::definition::{Action, Definition, Guarantee, Limit, Mark, WaitsFor};
use caseloop_expr::{Condition, Kind, Root, Type, Typed, Value};
use std::collections::BTreeSet;

/// What is absent.
const ABSENT: i64 = -1;

/// Whole numbers with more values are tried around the constants that they are compared with.
const FEW: i64 = 32;

/// Something that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kept {
    /// A field of the case.
    Case(usize),
    /// A field of an event.
    Event(usize, usize),
    /// What rules give, by the question's own number.
    Answer(usize, usize),
}

impl Kept {
    pub(super) fn name(self) -> String {
        match self {
            Self::Case(field) => format!("f{field}"),
            Self::Event(event, field) => format!("e{event}_{field}"),
            Self::Answer(ask, output) => format!("a{ask}_{output}"),
        }
    }
}

/// See the file.
pub(super) struct Words<'d> {
    d: &'d Definition,
    pub(super) kept: BTreeSet<Kept>,
    /// Those of which the value counts, and not only whether it is there.
    valued: BTreeSet<Kept>,
    /// All constants with which numbers are compared.
    constants: BTreeSet<i64>,
    /// What stands before a variable's name: nothing in Promela, `now.` in C.
    pub(super) before: &'static str,
}

impl<'d> Words<'d> {
    pub(super) fn of(d: &'d Definition) -> Self {
        let mut own = Self {
            d,
            kept: BTreeSet::new(),
            valued: BTreeSet::new(),
            constants: BTreeSet::new(),
            before: "",
        };
        for (condition, event) in conditions(d) {
            own.read(condition.tree(), event);
            own.count(condition.tree(), event, true);
        }
        for promise in &d.promises {
            if let Some(Limit::Table { of, .. }) = &promise.within {
                own.kept.extend(of.iter().map(|field| Kept::Case(usize::from(field.0))));
            }
        }
        for who in d.states.iter().flat_map(|state| &state.waits_for) {
            if let WaitsFor::Data(who) = who {
                own.read(who.tree(), None);
            }
        }
        loop {
            let before = (own.kept.len(), own.valued.len());
            for (action, event) in actions(d) {
                match action {
                    Action::Set { field, value } if own.keeps(usize::from(field.0)) => {
                        let valued = own.valued.contains(&Kept::Case(usize::from(field.0)));
                        own.read(value.tree(), event);
                        own.count(value.tree(), event, valued);
                    }
                    _ => {}
                }
            }
            if (own.kept.len(), own.valued.len()) == before {
                return own;
            }
        }
    }

    fn read(&mut self, tree: &Typed, event: Option<usize>) {
        let (mut kept, mut constants) = (BTreeSet::new(), BTreeSet::new());
        tree.walk(&mut |part| match &part.kind {
            Kind::Field { root, index, .. } => {
                let field = usize::from(index.0);
                match (root, event) {
                    (Root::Case, _) => drop(kept.insert(Kept::Case(field))),
                    (Root::Event, Some(event)) => drop(kept.insert(Kept::Event(event, field))),
                    (Root::Event, None) => {}
                }
            }
            Kind::Constant(Value::Int(number)) => drop(constants.insert(*number)),
            _ => {}
        });
        self.kept.extend(kept);
        self.constants.extend(constants);
    }

    /// Notes whose value counts: a field that is only asked for with `has` is there, or it is not.
    fn count(&mut self, tree: &Typed, event: Option<usize>, valued: bool) {
        match &tree.kind {
            Kind::Field { root, index, .. } if valued => {
                let field = usize::from(index.0);
                self.valued.extend(match (root, event) {
                    (Root::Case, _) => Some(Kept::Case(field)),
                    (Root::Event, Some(event)) => Some(Kept::Event(event, field)),
                    (Root::Event, None) => None,
                });
            }
            Kind::Has(_) => {}
            _ => tree
                .children()
                .into_iter()
                .for_each(|child| self.count(child, event, valued)),
        }
    }

    pub(super) fn keeps(&self, field: usize) -> bool {
        self.kept.contains(&Kept::Case(field))
    }

    /// What is tried of a field of this type.
    pub(super) fn domain(&self, kept: Kept, ty: &Type, optional: bool) -> Vec<i64> {
        let numbers = |min: i64, max: i64| -> Vec<i64> {
            if max.saturating_sub(min) < FEW {
                return (min..=max).collect();
            }
            if !self.valued.contains(&kept) && !matches!(kept, Kept::Answer(..)) {
                return vec![min.max(0)];
            }
            let around = self
                .constants
                .iter()
                .flat_map(|constant| [constant - 1, *constant, constant + 1]);
            let all: BTreeSet<i64> = around
                .chain([min.max(0)])
                .filter(|number| (min..=max).contains(number))
                .collect();
            all.into_iter().collect()
        };
        let mut tried = match ty {
            Type::Bool => vec![0, 1],
            Type::Enum(of) => (0..of.constants.len() as i64).collect(),
            Type::Count { max } => numbers(0, *max),
            Type::Int { min, max } => numbers(*min, *max),
            // Before, at and after the instant of the step.
            Type::Instant if self.valued.contains(&kept) => vec![0, 1, 2],
            Type::Set(of) if of.constants.len() < 7 => (0..1 << of.constants.len()).collect(),
            // Of all else only whether it is there.
            _ => vec![0],
        };
        if optional {
            tried.push(ABSENT);
        }
        tried
    }

    /// The type of what is kept, and whether it may be absent.
    pub(super) fn type_of(&self, kept: Kept) -> Option<(&'d Type, bool)> {
        let field = match kept {
            Kept::Case(field) => self.d.case.record.fields().nth(field),
            Kept::Event(event, field) => self.d.events.get(event)?.data.record.fields().nth(field),
            Kept::Answer(..) => None,
        };
        field.map(|field| (&field.ty, field.optional))
    }

    /// A condition as an expression.
    pub(super) fn condition(&self, condition: Option<&Condition>, event: Option<usize>) -> Result<String, TaskError> {
        condition.map_or(Ok("1".to_owned()), |condition| self.expression(condition.tree(), event))
    }

    /// An expression whose value is a number.
    pub(super) fn expression(&self, tree: &Typed, event: Option<usize>) -> Result<String, TaskError> {
        let other = |of: &Typed| self.expression(of, event);
        let joined = |items: &[Typed], by: &str| -> Result<String, TaskError> {
            let items: Result<Vec<_>, _> = items.iter().map(other).collect();
            Ok(format!("({})", items?.join(by)))
        };
        Ok(match &tree.kind {
            Kind::Constant(value) => self.number(&tree.ty, value)?.to_string(),
            Kind::Field { root, index, .. } => {
                let field = usize::from(index.0);
                let kept = match (root, event) {
                    (Root::Case, _) => Kept::Case(field),
                    (Root::Event, Some(event)) => Kept::Event(event, field),
                    (Root::Event, None) => return Err(TaskError::new("an event's field is read where none is")),
                };
                format!("{}{}", self.before, kept.name())
            }
            Kind::Now => "1".to_owned(),
            Kind::InState { state, .. } => self.active(usize::from(*state)),
            Kind::Has(of) => format!("({} != {ABSENT})", other(of)?),
            Kind::Not(of) => format!("(!{})", other(of)?),
            Kind::All(items) => joined(items, " && ")?,
            Kind::Any(items) => joined(items, " || ")?,
            Kind::Compare(how, left, right) => {
                if !comparable(left, right) {
                    return Err(TaskError::new(format!(
                        "`{}` and `{}` are not compared by a model",
                        left.ty, right.ty
                    )));
                }
                format!("({} {} {})", other(left)?, how.sign(), other(right)?)
            }
            Kind::OneOf { value, items } => {
                let value = other(value)?;
                let each: Result<Vec<_>, TaskError> = items
                    .iter()
                    .map(|item| Ok(format!("{value} == {}", other(item)?)))
                    .collect();
                format!("({})", each?.join(" || "))
            }
            Kind::Within {
                value,
                low,
                high,
                closed,
            } => {
                let (value, low, high) = (other(value)?, other(low)?, other(high)?);
                let end = if *closed { "<=" } else { "<" };
                format!("({low} <= {value} && {value} {end} {high})")
            }
            Kind::Among { value, of } if matches!(of.ty, Type::Set(_)) => {
                format!("(({} >> {}) & 1)", other(of)?, self.position(&of.ty, value)?)
            }
            Kind::Arith(how, left, right) => format!("({} {} {})", other(left)?, how.sign(), other(right)?),
            Kind::Negate(of) => format!("(-{})", other(of)?),
            unknown => return Err(TaskError::new(format!("a model has no {unknown:?}"))),
        })
    }

    fn position(&self, set: &Type, value: &Typed) -> Result<usize, TaskError> {
        match (set, value.constant()) {
            (Type::Set(of), Some(Value::Constant(name))) => of.constants.iter().position(|known| known == name),
            _ => None,
        }
        .ok_or_else(|| TaskError::new("a model looks for constants in sets only"))
    }

    fn number(&self, ty: &Type, value: &Value) -> Result<i64, TaskError> {
        let number = match (ty, value) {
            (_, Value::Absent) => Some(ABSENT),
            (_, Value::Bool(truth)) => Some(i64::from(*truth)),
            (_, Value::Int(number)) => Some(*number),
            (Type::Enum(of), Value::Constant(name)) => {
                let position = of.constants.iter().position(|known| known == name);
                position.map(|position| position as i64)
            }
            (Type::Set(of), Value::Set(names)) => {
                let bits = of.constants.iter().enumerate();
                let bits = bits.filter(|(_, name)| names.contains(name));
                Some(bits.fold(0, |all, (bit, _)| all | 1 << bit))
            }
            (Type::Text | Type::Person | Type::Ref, _) => Some(0),
            _ => None,
        };
        number.ok_or_else(|| TaskError::new(format!("a model has no constants of {ty}")))
    }

    pub(super) fn default(&self, field: usize) -> Result<Option<i64>, TaskError> {
        let of = self.d.case.record.fields().nth(field);
        let default = self.d.case.defaults.get(field).and_then(Option::as_ref);
        match (of, default) {
            (Some(of), Some(default)) => self.number(&of.ty, default).map(Some),
            _ => Ok(None),
        }
    }

    /// Whether a state is active: states inside follow it without a gap.
    pub(super) fn active(&self, state: usize) -> String {
        let leaf = format!("{}leaf", self.before);
        format!("({leaf} >= {state} && {leaf} < {})", end(self.d, state))
    }
}

/// Whether the order of two values is that of their numbers.
fn comparable(left: &Typed, right: &Typed) -> bool {
    let now = |tree: &Typed| matches!(tree.kind, Kind::Now);
    match (&left.ty, &right.ty) {
        (Type::Instant, _) => now(left) || now(right),
        (Type::Bool | Type::Enum(_) | Type::Count { .. } | Type::Int { .. }, _) => true,
        _ => false,
    }
}

/// The state after the last one inside.
pub(super) fn end(d: &Definition, state: usize) -> usize {
    let inside = |at: &usize| {
        let around = |at: usize| {
            d.states
                .get(at)
                .and_then(|state| state.parent)
                .map(|parent| parent.index())
        };
        std::iter::successors(Some(*at), |at| around(*at)).any(|around| around == state)
    };
    (state..d.states.len()).take_while(inside).count() + state
}

/// Every condition that decides something, with the event whose data it reads.
fn conditions(d: &Definition) -> Vec<(&Condition, Option<usize>)> {
    let mut all = Vec::new();
    for branch in &d.branches {
        all.extend(
            branch
                .condition
                .iter()
                .map(|condition| (condition, branch.trigger.event().map(|event| event.index()))),
        );
    }
    for promise in &d.promises {
        for mark in promise.marks() {
            let event = match mark.on {
                Mark::Event(event) => Some(event.index()),
                _ => None,
            };
            all.extend(mark.condition.iter().map(|condition| (condition, event)));
        }
    }
    for guarantee in &d.guarantees {
        match &guarantee.what {
            Guarantee::Always(one) | Guarantee::Never(one) => all.push((one, None)),
            Guarantee::LeadsTo { from, to } => all.extend([(from, None), (to, None)]),
            _ => {}
        }
    }
    all
}

/// Every action, with the event whose data it reads; the number of each is its position.
pub(super) fn actions(d: &Definition) -> Vec<(&Action, Option<usize>)> {
    let mut all = Vec::new();
    for branch in &d.branches {
        all.extend(
            branch
                .actions
                .iter()
                .map(|action| (action, branch.trigger.event().map(|event| event.index()))),
        );
    }
    for state in &d.states {
        let own = state.enter.iter().chain(&state.leave).chain(&state.start.actions);
        all.extend(own.map(|action| (action, None)));
    }
    all
}
