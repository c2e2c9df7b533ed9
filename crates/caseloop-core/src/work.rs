//! Actions as the kernel carries them out: slots resolved, constants set aside.

use crate::definition::{Action, Argument, Ask, RulesDef};
use crate::{EffectId, EventId, RulesId};
use caseloop_expr::{ABSENT, Condition, Formula, Kind, RecordType, Root, Slot, Type, Typed, Value, bounds};
use std::sync::Arc;

/// One compiled action.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Puts a word into a snapshot's word.
    SetWord {
        field: u16,
        at: u32,
        value: Formula,
        within: Within,
    },
    /// Puts a text, list or record into the case's data.
    SetHeavy {
        field: u16,
        slot: u16,
        value: Formula,
    },
    /// Asks the rules at this position.
    Ask(u32),
    /// Asks the host for the emission at this position.
    Emit(u32),
    Raise(EventId),
    Send {
        event: EventId,
        delay: i64,
        id: Option<Arc<str>>,
    },
    Cancel(Arc<str>),
    /// The first condition that holds decides which steps follow.
    If {
        cases: Vec<(Condition, Vec<u32>)>,
        otherwise: Vec<u32>,
    },
}

/// What a field keeps to, whatever is put into it.
///
/// The reader proves that `set` stays within a declared range, given the condition of its branch. What the condition
/// was judged by may change before the field is set: by what is done on leaving, or by a branch of another region in
/// the same microstep. Then the value stops at the end of the range, as all arithmetic of the language does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Within {
    least: i64,
    most: i64,
}

impl Within {
    /// The range that `ty` declares.
    fn declared(ty: &Type) -> Self {
        let (least, most) = match *ty {
            Type::Count { max } => (0, max),
            Type::Int { min, max } => (min, max),
            _ => (i64::MIN, i64::MAX),
        };
        Self { least, most }
    }

    /// The range that `ty` declares, or everything where the value cannot leave it.
    fn of(ty: &Type, value: &Formula) -> Self {
        let Self { least, most } = Self::declared(ty);
        let (low, high) = if least > i64::MIN || most < i64::MAX {
            bounds(value, None)
        } else {
            (least, most)
        };
        if (low >= least && high <= most) || least > most {
            return Self {
                least: i64::MIN,
                most: i64::MAX,
            };
        }
        Self { least, most }
    }

    /// The nearest word within; what is absent stays so.
    #[inline]
    pub(crate) fn keep(self, word: i64) -> i64 {
        if word == ABSENT {
            word
        } else {
            word.max(self.least).min(self.most)
        }
    }
}

/// One place where an effect is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Emission {
    pub(crate) effect: EffectId,
    /// What each parameter is filled with, by position.
    pub(crate) fillings: Vec<Filling>,
    /// The formulas among them, in order, each with whether its value is heavy.
    pub(crate) formulas: Vec<(Formula, bool)>,
    /// Where all of them are fields of the case as they are: the words that hold these.
    pub(crate) fields: Vec<u32>,
}

/// What a parameter is filled with.
#[derive(Clone, Debug)]
pub(crate) enum Filling {
    /// Always this.
    Constant(Value),
    /// The next of the values that the step computed.
    Computed,
    /// By the host, from this field.
    Hidden(Arc<str>),
}

/// One place where rules are asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) rules: RulesId,
    /// What the inputs are filled with, hidden texts aside.
    pub(crate) inputs: Vec<(Formula, Fill)>,
    /// The inputs that are hidden texts, by position, with their paths.
    pub(crate) hidden: Vec<(u16, Arc<str>)>,
    pub(crate) outputs: Vec<Output>,
    /// How many words and heavy values the rules read.
    pub(crate) reads: (usize, usize),
    /// How many they give.
    pub(crate) gives: (usize, usize),
}

/// The slot of an input.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fill {
    Word(u16),
    Heavy(u16),
}

/// A field of the case that takes an output.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    pub(crate) field: u16,
    /// Whether the field is cleared where the rules give nothing; it is left as it is otherwise.
    pub(crate) optional: bool,
    pub(crate) place: Place,
}

/// From which slot of the outputs, to which of the case.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    Word { from: u16, at: u32, within: Within },
    Heavy { from: u16, slot: u16 },
}

impl Step {
    pub(crate) fn can_fail(&self) -> bool {
        matches!(self, Self::Raise(_) | Self::Send { .. } | Self::If { .. })
    }

    /// Whether anything that it computes asks which states are active.
    pub(crate) fn reads_states(&self, emissions: &[Emission]) -> bool {
        match self {
            Self::Emit(emission) => {
                let emission = emissions.get(*emission as usize);
                emission.is_some_and(|emission| emission.formulas.iter().any(|(f, _)| asks_states(f.tree())))
            }
            Self::SetWord { value, .. } | Self::SetHeavy { value, .. } => asks_states(value.tree()),
            // Rules and choices may; saying so costs little and is always right.
            Self::Ask(_) | Self::If { .. } => true,
            Self::Raise(_) | Self::Send { .. } | Self::Cancel(_) => false,
        }
    }
}

fn asks_states(tree: &Typed) -> bool {
    let mut asks = false;
    tree.walk(&mut |part| asks |= matches!(part.kind, Kind::InState { .. } | Kind::TimeIn { .. }));
    asks
}

/// Where compiled actions go.
pub(crate) struct Steps<'a> {
    pub(crate) record: &'a RecordType,
    /// Where the case's data begin among the words.
    pub(crate) data: usize,
    pub(crate) steps: &'a mut Vec<Step>,
    pub(crate) emissions: &'a mut Vec<Emission>,
    pub(crate) rules: &'a [RulesDef],
    pub(crate) asks: &'a mut Vec<Asked>,
}

impl Steps<'_> {
    /// Compiles an action and returns the position of its step.
    pub(crate) fn add(&mut self, action: &Action) -> u32 {
        let step = match action {
            Action::Set { field, value } => match self.record.field(*field).map(|field| field.slot) {
                Some(Slot::Heavy(slot)) => Step::SetHeavy {
                    field: field.0,
                    slot,
                    value: value.clone(),
                },
                Some(Slot::Word(slot)) => {
                    let at = (self.data + usize::from(slot)) as u32;
                    let ty = self.record.field(*field).map(|field| &field.ty);
                    Step::SetWord {
                        field: field.0,
                        at,
                        value: value.clone(),
                        within: Within::of(ty.unwrap_or(&Type::Bool), value),
                    }
                }
                None => Step::If {
                    cases: Vec::new(),
                    otherwise: Vec::new(),
                },
            },
            Action::Emit { effect, arguments } => {
                self.emissions.push(emission(*effect, arguments, self.data));
                Step::Emit(self.emissions.len() as u32 - 1)
            }
            Action::Ask(ask) => {
                self.asks.push(self.asked(ask));
                Step::Ask(self.asks.len() as u32 - 1)
            }
            Action::Raise(event) => Step::Raise(*event),
            Action::Send { event, delay, id } => Step::Send {
                event: *event,
                delay: *delay,
                id: id.clone(),
            },
            Action::Cancel(id) => Step::Cancel(id.clone()),
            Action::If { cases, otherwise } => Step::If {
                cases: cases
                    .iter()
                    .map(|(condition, actions)| (condition.clone(), actions.iter().map(|a| self.add(a)).collect()))
                    .collect(),
                otherwise: otherwise.iter().map(|action| self.add(action)).collect(),
            },
        };
        self.steps.push(step);
        self.steps.len() as u32 - 1
    }
}

impl Steps<'_> {
    fn asked(&self, ask: &Ask) -> Asked {
        let mut asked = Asked {
            rules: ask.rules,
            inputs: Vec::new(),
            hidden: Vec::new(),
            outputs: Vec::new(),
            reads: (0, 0),
            gives: (0, 0),
        };
        let Some(def) = self.rules.get(ask.rules.index()) else {
            return asked;
        };
        let inputs = &def.inputs.record;
        asked.reads = (inputs.words(), inputs.heavies());
        asked.gives = (def.outputs.words(), def.outputs.heavies());
        for (position, (field, argument)) in inputs.fields().zip(&ask.inputs).enumerate() {
            match argument {
                Some(Argument::Value(formula)) => {
                    let fill = match field.slot {
                        Slot::Word(slot) => Fill::Word(slot),
                        Slot::Heavy(slot) => Fill::Heavy(slot),
                    };
                    asked.inputs.push((formula.clone(), fill));
                }
                Some(Argument::Hidden(path)) => asked.hidden.push((position as u16, path.clone())),
                None => {}
            }
        }
        for (output, field) in def.outputs.fields().zip(&ask.outputs) {
            let Some((index, field)) = field.and_then(|index| Some((index, self.record.field(index)?))) else {
                continue;
            };
            let place = match (output.slot, field.slot) {
                (Slot::Word(from), Slot::Word(slot)) => Place::Word {
                    from,
                    at: (self.data + usize::from(slot)) as u32,
                    within: Within::declared(&field.ty),
                },
                (Slot::Heavy(from), Slot::Heavy(slot)) => Place::Heavy { from, slot },
                _ => continue,
            };
            asked.outputs.push(Output {
                field: index.0,
                optional: field.optional,
                place,
            });
        }
        asked
    }
}

fn emission(effect: EffectId, arguments: &[Option<Argument>], data: usize) -> Emission {
    let mut emission = Emission {
        effect,
        fillings: Vec::new(),
        formulas: Vec::new(),
        fields: Vec::new(),
    };
    for argument in arguments {
        let filling = match argument {
            None => Filling::Constant(Value::Absent),
            Some(Argument::Hidden(path)) => Filling::Hidden(path.clone()),
            Some(Argument::Value(formula)) => match formula.constant() {
                Some(value) => Filling::Constant(value),
                None => {
                    emission.formulas.push((formula.clone(), !formula.ty().is_word()));
                    Filling::Computed
                }
            },
        };
        emission.fillings.push(filling);
    }
    let fields = emission.formulas.iter().map(|(formula, _)| match formula.tree().kind {
        Kind::Field {
            root: Root::Case,
            slot: Slot::Word(slot),
            ..
        } => Some(data as u32 + u32::from(slot)),
        _ => None,
    });
    emission.fields = fields.collect::<Option<_>>().unwrap_or_default();
    emission
}
