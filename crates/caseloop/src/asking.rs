//! The rules of a workflow as the kernel asks them: the clear texts of the step are put in, and where a journal is run
//! again, what they answered then.

use crate::{Answers, Decision, Workflow};
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
    /// What rules are to answer, whatever they would.
    supposed: Option<&'a Answers>,
    /// Which rules were asked, in order.
    before: RefCell<Vec<usize>>,
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
            supposed: None,
            before: RefCell::default(),
            asked: Cell::default(),
            scratch: RefCell::default(),
        }
    }

    /// With what rules are to answer.
    pub(crate) fn supposing(self, supposed: Option<&'a Answers>) -> Self {
        Self { supposed, ..self }
    }

    pub(crate) fn ask(&self, question: Question<'_>) -> Answer {
        let position = self.asked.replace(self.asked.get().saturating_add(1));
        if !question.hidden.is_empty()
            && let Some(told) = self.told.and_then(|told| told.get(position))
            && let Some(answer) = self.again(told, question.rules, question.outputs, question.fired)
        {
            return answer;
        }
        if let Some(supposed) = self.supposed
            && let Some(answer) = self.suppose(supposed, question.rules, question.outputs)
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

    /// Answers as is supposed; `None` where nothing is supposed of these rules.
    fn suppose(&self, supposed: &Answers, rules: usize, outputs: &mut RowBuf) -> Option<Answer> {
        let def = self.workflow.definition().rules.get(rules)?;
        let before = &mut *self.before.borrow_mut();
        let time = before.iter().filter(|asked| **asked == rules).count();
        before.push(rules);
        for (name, value) in &supposed.of(&def.name, time)?.gives {
            let (_, field) = def.outputs.get(name)?;
            outputs.set(field, value.clone()).ok()?;
        }
        Some(Answer::Decided)
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
