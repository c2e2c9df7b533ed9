//! What promises watch for, found by what happens, and what a case says of them. What follows is `kernel::watch`.

use crate::clocks::Standing;
use crate::definition::{Choice, Definition, Limit, Mark, MarkDef, PromiseDef};
use crate::{PromiseId, Snapshot, Workflow};
use caseloop_expr::{ABSENT, FieldIndex, Slot, Type};

/// A mark of a promise, found by what happens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch {
    pub(crate) promise: PromiseId,
    /// In which of the promise's lists the mark stands, and where.
    pub(crate) role: Role,
    pub(crate) mark: u16,
}

/// What a mark does, in the order in which those of one microstep count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Until,
    Cancel,
    Counts,
    Restart,
    From,
}

impl Role {
    pub(crate) const ALL: [Self; 5] = [Self::Until, Self::Cancel, Self::Counts, Self::Restart, Self::From];

    pub(crate) fn marks(self, promise: &PromiseDef) -> &[MarkDef] {
        match self {
            Self::Until => &promise.until,
            Self::Cancel => &promise.cancel,
            Self::Counts => &promise.counts,
            Self::Restart => &promise.restart,
            Self::From => &promise.from,
        }
    }
}

/// The marks of all promises by what happens, in the order of their roles.
#[derive(Debug, Default)]
pub(crate) struct Watches {
    pub(crate) start: Vec<Watch>,
    pub(crate) events: Vec<Vec<Watch>>,
    pub(crate) entering: Vec<Vec<Watch>>,
    pub(crate) leaving: Vec<Vec<Watch>>,
}

impl Watches {
    /// The marks of a workflow; `None` where it promises nothing.
    #[expect(
        clippy::indexing_slicing,
        reason = "the ids were checked when the workflow was compiled"
    )]
    pub(crate) fn of(d: &Definition) -> Option<Self> {
        if d.promises.is_empty() {
            return None;
        }
        let mut watches = Self {
            start: Vec::new(),
            events: vec![Vec::new(); d.events.len()],
            entering: vec![Vec::new(); d.states.len()],
            leaving: vec![Vec::new(); d.states.len()],
        };
        for role in Role::ALL {
            for (position, promise) in d.promises.iter().enumerate() {
                for (mark, def) in role.marks(promise).iter().enumerate() {
                    let watch = Watch {
                        promise: PromiseId::at(position),
                        role,
                        mark: mark as u16,
                    };
                    match def.on {
                        Mark::Start => watches.start.push(watch),
                        Mark::Event(event) => watches.events[event.index()].push(watch),
                        Mark::Entering(state) => watches.entering[state.index()].push(watch),
                        Mark::Leaving(state) => watches.leaving[state.index()].push(watch),
                    }
                }
            }
        }
        Some(watches)
    }
}

impl Snapshot {
    /// What the case says of a promise as it stands.
    pub(crate) fn standing(&self, workflow: &Workflow, promise: PromiseId) -> Standing {
        let def = workflow.promise(promise);
        let level = match (&def.within, def.new_level) {
            (Some(Limit::Table { of, .. }), _) => of.iter().fold(0, |row, field| {
                row * choices(workflow, *field) + self.chosen_constant(workflow, *field)
            }),
            (_, Some(_)) => workflow
                .tables()
                .level
                .map_or(0, |level| self.chosen_constant(workflow, level)),
            (_, None) => 0,
        };
        Standing {
            level,
            paused: def.paused_in.iter().any(|state| self.is_in(workflow, *state)),
            over: self.ended(workflow),
        }
    }

    /// The calendar that counts, by position.
    pub(crate) fn chosen(&self, workflow: &Workflow, choice: &Choice) -> u16 {
        match choice {
            Choice::Fixed(calendar) => *calendar,
            Choice::Field { field, calendars } => {
                let constant = usize::try_from(self.chosen_constant(workflow, *field)).unwrap_or_default();
                calendars.get(constant).copied().unwrap_or_default()
            }
        }
    }

    /// The position of the constant in a field that is a choice.
    fn chosen_constant(&self, workflow: &Workflow, field: FieldIndex) -> i64 {
        let record = &workflow.definition().case.record;
        let word = record.field(field).and_then(|field| match field.slot {
            Slot::Word(slot) => self.data(workflow).words.get(usize::from(slot)),
            Slot::Heavy(_) => None,
        });
        word.copied().filter(|word| *word != ABSENT).unwrap_or_default()
    }
}

fn choices(workflow: &Workflow, field: FieldIndex) -> i64 {
    match workflow.definition().case.record.field(field).map(|field| &field.ty) {
        Some(Type::Enum(ty)) => ty.constants.len() as i64,
        _ => 1,
    }
}
