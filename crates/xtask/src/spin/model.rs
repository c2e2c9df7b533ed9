//! A workflow as a Promela model: one process, the active state as a number, and a step of a case as one step of the process.
//! It is written from the plain form alone. Workflows with regions, with events that they send themselves or with conditions
//! on amounts and texts have no model.

use super::words::{Kept, Words, actions};
use crate::TaskError;
use caseloop_core::StateId;
use caseloop_core::definition::{Action, Definition, Delay, Kind, MarkDef, Trigger};
use caseloop_expr::Length;
use std::fmt::Write;

/// A step's causes, in the order of their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    Start,
    Event(usize),
    Timer(usize),
    Warning(usize, usize),
    Breach(usize),
    Rung(usize, usize),
}

/// A model, and what its output means.
pub(super) struct Model {
    /// In Promela.
    pub(super) text: String,
    /// By number.
    pub(super) causes: Vec<Cause>,
}

pub(super) fn model(d: &Definition) -> Result<Model, TaskError> {
    let mut writer = Writer {
        d,
        words: Words::of(d),
        text: String::new(),
        causes: Vec::new(),
        marks: Vec::new(),
    };
    writer.all()?;
    Ok(Model {
        text: writer.text,
        causes: writer.causes,
    })
}

/// What a mark does to its promise, as a bit; a beginning has one of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    Until = 1,
    Cancel = 2,
    Count = 4,
    Restart = 8,
    From = 16,
}

pub(super) struct Writer<'d> {
    pub(super) d: &'d Definition,
    pub(super) words: Words<'d>,
    pub(super) text: String,
    pub(super) causes: Vec<Cause>,
    /// Every mark with its promise, its bit, and the definition.
    pub(super) marks: Vec<(usize, i64, &'d MarkDef)>,
}

impl<'d> Writer<'d> {
    fn all(&mut self) -> Result<(), TaskError> {
        let d = self.d;
        if d.states.iter().any(|state| state.kind == Kind::Parallel) {
            return Err(TaskError::new(format!("`{}` has regions, which no model has", d.name)));
        }
        for (position, promise) in d.promises.iter().enumerate() {
            for (signal, marks) in [
                (Signal::Until, &promise.until),
                (Signal::Cancel, &promise.cancel),
                (Signal::Count, &promise.counts),
                (Signal::Restart, &promise.restart),
            ] {
                self.marks
                    .extend(marks.iter().map(|mark| (position, signal as i64, mark)));
            }
            for (number, mark) in promise.from.iter().enumerate() {
                self.marks.push((position, (Signal::From as i64) << number, mark));
            }
        }
        self.declare()?;
        self.prepare();
        put!(self, "active proctype life() {{\nbegin:\n  atomic {{");
        self.choose_start()?;
        self.begin()?;
        self.finish(true)?;
        put!(self, "  }};\nend_rest:\n  atomic {{\n    if");
        self.choose_cause()?;
        put!(self, "    fi;");
        self.choose_answers()?;
        put!(self, "      taken = 0;\n      if");
        for (number, cause) in self.causes.clone().into_iter().enumerate() {
            if cause != Cause::Start {
                put!(self, "      :: (cause == {number}) ->");
                self.take(cause)?;
            }
        }
        put!(self, "      :: else -> skip\n      fi;");
        self.finish(false)?;
        put!(self, "  }};\n  goto end_rest\n}}");
        Ok(())
    }

    /// The variables: those of a case first, then those of a step, which are 0 between two steps.
    pub(super) fn declare(&mut self) -> Result<(), TaskError> {
        let d = self.d;
        put!(
            self,
            "short leaf = -1;\nint at = -1;\nshort cause;\nshort taken;\nshort event;"
        );
        for (history, state) in d.states.iter().enumerate() {
            if let Kind::History { .. } = state.kind {
                put!(self, "short m{history} = -1;");
            }
        }
        for (timer, _) in self.timers() {
            put!(self, "short t{timer} = -1;\nbyte mt{timer};");
        }
        for promise in 0..d.promises.len() {
            put!(
                self,
                "byte ph{promise};\nshort w{promise};\nbyte b{promise};\nint r{promise};\nshort o{promise};\nshort c{promise};\nshort l{promise};\nbyte s{promise};\nbyte tw{promise};"
            );
            put!(
                self,
                "int sg{promise};\nbyte fresh{promise};\nbyte mp{promise};\nshort level{promise};"
            );
        }
        for kept in self.words.kept.clone() {
            put!(self, "short {} = 0;", kept.name());
        }
        for (ask, output, _) in self.answers() {
            put!(self, "short {} = 0;", Kept::Answer(ask, output).name());
        }
        for mark in 0..self.marks.len() {
            put!(self, "bit mk{mark};");
        }
        for guarantee in 0..d.guarantees.len() {
            put!(self, "byte g{guarantee};");
        }
        put!(self, "short queue[8];\nbyte queued;");
        Ok(())
    }

    /// The timers that states start.
    pub(super) fn timers(&self) -> Vec<(usize, &'d caseloop_core::definition::TimerDef)> {
        let all = self.d.timers.iter().enumerate();
        all.filter(|(_, timer)| !matches!(timer.after, Delay::Promise(_)))
            .collect()
    }

    /// The questions to rules whose answers are kept: their number, the output and the field.
    pub(super) fn answers(&self) -> Vec<(usize, usize, usize)> {
        let mut all = Vec::new();
        for (number, (action, _)) in actions(self.d).into_iter().enumerate() {
            if let Action::Ask(ask) = action {
                for (output, field) in ask.outputs.iter().enumerate() {
                    let field = field.map(|field| usize::from(field.0));
                    all.extend(
                        field
                            .filter(|field| self.words.keeps(*field))
                            .map(|field| (number, output, field)),
                    );
                }
            }
        }
        all
    }

    /// The table of situations, in C: equal cases have one number.
    pub(super) fn prepare(&mut self) {
        let states = include_str!("situations.c");
        put!(self, "c_code {{\n{states}\n}};");
    }

    pub(super) fn one_of(&mut self, name: &str, values: &[i64]) {
        put!(self, "    if");
        for value in values {
            put!(self, "    :: {name} = {value}");
        }
        put!(self, "    fi;");
    }

    pub(super) fn choose_start(&mut self) -> Result<(), TaskError> {
        let set: Vec<usize> = actions(self.d)
            .into_iter()
            .flat_map(|(action, _)| match action {
                Action::Set { field, value } => {
                    let default = self.d.case.defaults.get(usize::from(field.0)).cloned().flatten();
                    let sets_back = default.is_some() && value.constant() == default;
                    (!sets_back).then(|| usize::from(field.0)).into_iter().collect()
                }
                Action::Ask(ask) => ask.outputs.iter().flatten().map(|field| usize::from(field.0)).collect(),
                _ => Vec::new(),
            })
            .collect();
        for kept in self.words.kept.clone() {
            let (Kept::Case(field), Some((ty, optional))) = (kept, self.words.type_of(kept)) else {
                continue;
            };
            // What the workflow itself sets begins as it is declared.
            let tried = match self.words.default(field)?.filter(|_| set.contains(&field)) {
                Some(default) => vec![default],
                None => self.words.domain(kept, ty, optional),
            };
            self.one_of(&kept.name(), &tried);
        }
        self.choose_answers()
    }

    pub(super) fn choose_answers(&mut self) -> Result<(), TaskError> {
        for (number, output, _) in self.answers() {
            let rules = match actions(self.d).get(number) {
                Some((Action::Ask(ask), _)) => self.d.rules.get(ask.rules.index()),
                _ => continue,
            };
            let Some(of) = rules.and_then(|rules| rules.outputs.fields().nth(output)) else {
                continue;
            };
            let tried = self.words.domain(Kept::Answer(number, output), &of.ty, true);
            self.one_of(&Kept::Answer(number, output).name(), &tried);
        }
        Ok(())
    }

    /// One option for each kind of what may happen next.
    pub(super) fn choose_cause(&mut self) -> Result<(), TaskError> {
        let d = self.d;
        self.causes.push(Cause::Start);
        for (event, def) in d.events.iter().enumerate().filter(|(_, def)| def.external) {
            let sources: Vec<String> = d
                .branches
                .iter()
                .filter(|branch| branch.trigger == Trigger::Event(caseloop_core::EventId::at(event)))
                .map(|branch| self.words.active(branch.source.index()))
                .collect();
            if sources.is_empty() {
                continue;
            }
            put!(
                self,
                "    :: (!{} && ({})) -> cause = {};",
                self.over(),
                sources.join(" || "),
                self.causes.len()
            );
            self.causes.push(Cause::Event(event));
            for field in 0..def.data.record.fields().len() {
                let kept = Kept::Event(event, field);
                if let Some((ty, optional)) = self.words.type_of(kept).filter(|_| self.words.kept.contains(&kept)) {
                    let tried = self.words.domain(kept, ty, optional);
                    self.one_of(&kept.name(), &tried);
                }
            }
        }
        for (timer, _) in self.timers() {
            put!(
                self,
                "    :: ({}) -> cause = {};",
                self.may_fire(timer),
                self.causes.len()
            );
            self.causes.push(Cause::Timer(timer));
        }
        for position in 0..d.promises.len() {
            for (cause, may) in self.may_say(position, "") {
                put!(self, "    :: ({may}) -> cause = {};", self.causes.len());
                self.causes.push(cause);
            }
        }
        Ok(())
    }

    /// Whether the case is over.
    pub(super) fn over(&self) -> String {
        let ends = self.d.states.iter().enumerate();
        let root = Some(StateId::at(0));
        let ends = ends.filter(|(_, state)| state.kind == Kind::Final && state.parent == root);
        let ends: Vec<String> = ends
            .map(|(state, _)| format!("{}leaf == {state}", self.words.before))
            .collect();
        match ends.is_empty() {
            true => "(0)".to_owned(),
            false => format!("({})", ends.join(" || ")),
        }
    }

    /// Whether a timer may be the next of its state: those were started together, so that lengths of one kind tell.
    pub(super) fn may_fire(&self, timer: usize) -> String {
        let mut all = vec![format!("t{timer} >= 0")];
        let own = self.d.timers.get(timer);
        for (other, beside) in self.timers() {
            let Some(own) = own.filter(|own| other != timer && own.state == beside.state) else {
                continue;
            };
            let (Some(mine), Some(theirs)) = (lengths(own), lengths(beside)) else {
                continue;
            };
            if mine.0 != theirs.0 {
                continue;
            }
            let next = |timer: usize, lengths: (&str, i64, i64)| format!("({} + {} * t{timer})", lengths.1, lengths.2);
            let endless = beside.every.is_some() && beside.at_most.is_none();
            let after = if timer < other { "<=" } else { "<" };
            let unknown = if endless {
                format!(" || t{other} > 0")
            } else {
                String::new()
            };
            all.push(format!(
                "(t{other} < 0{unknown} || {} {after} {})",
                next(timer, (&mine.0, mine.1, mine.2)),
                next(other, (&theirs.0, theirs.1, theirs.2))
            ));
        }
        all.join(" && ")
    }
}

fn lengths(timer: &caseloop_core::definition::TimerDef) -> Option<(String, i64, i64)> {
    let length = |delay: &Delay| match delay {
        Delay::Elapsed(ms) | Delay::Calendar(Length::Elapsed(ms), _) => Some(("elapsed".to_owned(), *ms)),
        Delay::Calendar(Length::WorkingTime(ms), choice) => Some((format!("working {choice:?}"), *ms)),
        Delay::Calendar(Length::WorkingDays(days), choice) => Some((format!("days {choice:?}"), i64::from(*days))),
        _ => None,
    };
    let (unit, after) = length(&timer.after)?;
    match &timer.every {
        None => Some((unit, after, 0)),
        Some(every) => length(every)
            .filter(|(same, _)| *same == unit)
            .map(|(_, every)| (unit, after, every)),
    }
}
