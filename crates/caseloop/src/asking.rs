//! The rules of a workflow as the kernel asks them: the clear texts of the step are put in, and where a journal is run
//! again, what they answered then.

use crate::{Decision, Workflow};
use caseloop_core::{Answer, Question};
use caseloop_expr::{FieldIndex, Heavy, RowBuf, Slot, Value};
use caseloop_rules::Scratch;
use std::cell::{Cell, RefCell};

/// See the module.
pub(crate) struct Asking<'a> {
    workflow: &'a Workflow,
    clear: Clear<'a>,
    /// What the journal says that rules answered in this entry.
    told: Option<&'a [Decision]>,
    asked: Cell<usize>,
    scratch: RefCell<Scratch>,
}

/// The data that the step brings, before they are masked.
#[derive(Clone, Copy)]
pub(crate) enum Clear<'a> {
    /// None.
    Nothing,
    /// Those with which the case begins.
    Start(&'a [(&'a str, &'a Value)]),
    /// Those of the event.
    Event(&'a [(&'a str, &'a Value)]),
}

impl<'a> Asking<'a> {
    pub(crate) fn of(workflow: &'a Workflow, clear: Clear<'a>, told: Option<&'a [Decision]>) -> Self {
        Self {
            workflow,
            clear,
            told,
            asked: Cell::default(),
            scratch: RefCell::default(),
        }
    }

    pub(crate) fn ask(&self, question: Question<'_>) -> Answer {
        let position = self.asked.replace(self.asked.get().saturating_add(1));
        if !question.hidden.is_empty()
            && let Some(told) = self.told.and_then(|told| told.get(position))
            && let Some(answer) = self.again(told, question.rules, question.outputs, question.fired)
        {
            return answer;
        }
        let Some(rules) = self.workflow.rules.get(question.rules) else {
            return Answer::Nothing;
        };
        for (input, path) in question.hidden {
            if let Some(text) = self.clear.text(path)
                && let Some(field) = rules.signature().inputs.record.field(FieldIndex(*input))
                && let Slot::Heavy(slot) = field.slot
                && let Some(place) = question.inputs.heavy.get_mut(usize::from(slot))
            {
                *place = field
                    .ty
                    .read(&text)
                    .map_or(Heavy::Absent, |text| Heavy::of(&field.ty, text));
            }
        }
        let scratch = &mut *self.scratch.borrow_mut();
        match rules.decide(question.inputs, question.outputs, question.fired, scratch) {
            caseloop_rules::Answer::Decided => Answer::Decided,
            caseloop_rules::Answer::Otherwise => Answer::Otherwise,
            caseloop_rules::Answer::Nothing => Answer::Nothing,
            caseloop_rules::Answer::Conflict { .. } => Answer::Conflict,
        }
    }

    /// Answers as a journal says, which holds no clear text; `None` where it tells of other rules.
    fn again(&self, told: &Decision, rules: usize, outputs: &mut RowBuf, fired: &mut Vec<u32>) -> Option<Answer> {
        let def = self.workflow.definition().rules.get(rules)?;
        if told.rules != def.name || told.hash != def.hash {
            return None;
        }
        for (name, value) in &told.gave {
            let (_, field) = def.outputs.get(name)?;
            outputs.set(field, value.clone()).ok()?;
        }
        for name in &told.fired {
            let position = def.rules.iter().position(|rule| rule == name)?;
            fired.push(u32::try_from(position).ok()?);
        }
        Some(told.answer)
    }
}

impl Clear<'_> {
    fn text(&self, path: &str) -> Option<Value> {
        let (root, name) = path.split_once('.')?;
        let data = match (self, root) {
            (Self::Start(data), "case") | (Self::Event(data), "event") => data,
            _ => return None,
        };
        let (_, value) = data.iter().find(|(field, _)| *field == name)?;
        Some((*value).clone())
    }
}
