//! The promises of a model: what they hear, what they may say next, and what holds of them at the end of a step.

use super::model::{Cause, Signal, Writer};
use super::words::Kept;
use crate::TaskError;
use caseloop_core::definition::{Guarantee, Limit, Mark, NewLevel, PromiseDef, Reopen, WarningAt};
use caseloop_expr::Type;
use std::fmt::Write;

impl<'d> Writer<'d> {
    /// What a promise may say, each with when.
    pub(super) fn may_say(&self, position: usize, before: &str) -> Vec<(Cause, String)> {
        let Some(promise) = self.d.promises.get(position) else {
            return Vec::new();
        };
        let v = |name: &str| format!("{before}{name}{position}");
        let runs = format!("{} == 1", v("ph"));
        let open = format!("({runs} || {} == 2)", v("ph"));
        let mut all = Vec::new();
        for rung in 0..promise.rungs.len() {
            // One after the other.
            let climbed = (1_i64 << rung) - 1;
            let climbs = if promise.new_level.is_some() { "1" } else { &runs };
            let may = format!(
                "{open} && {} && {climbs} && ({} & {}) == {climbed}",
                v("b"),
                v("r"),
                climbed * 2 + 1
            );
            all.push((Cause::Rung(position, rung), may));
        }
        if let Some(most) = promise.at_most {
            all.push((
                Cause::Breach(position),
                format!("{open} && !{} && {} > {most}", v("b"), v("c")),
            ));
            return all;
        }
        let dated = is_dated(promise);
        if promise.within.is_none() && !dated {
            return all;
        }
        let passes = if dated {
            "1".to_owned()
        } else {
            format!("({runs} || {} == 2)", v("s"))
        };
        for (number, warning) in promise.warnings.iter().enumerate() {
            let before = promise
                .warnings
                .iter()
                .enumerate()
                .filter(|(_, other)| match (other.at, warning.at) {
                    (WarningAt::Percent(other), WarningAt::Percent(own)) => other < own,
                    _ => false,
                });
            let before = before.fold(0_i64, |bits, (other, _)| bits | 1 << other);
            let unsaid = format!("({} & {}) == {before}", v("w"), before | 1 << number);
            all.push((
                Cause::Warning(position, number),
                format!("{open} && !{} && {passes} && {unsaid}", v("b")),
            ));
        }
        let everything = (1_i64 << promise.warnings.len()) - 1;
        let ready = format!("({} == {everything} || {} != 0)", v("w"), v("s"));
        all.push((
            Cause::Breach(position),
            format!("{open} && !{} && {passes} && {ready}", v("b")),
        ));
        all
    }

    pub(super) fn promise(&self, position: usize) -> Result<&'d PromiseDef, TaskError> {
        let promise = self.d.promises.get(position);
        promise.ok_or_else(|| TaskError::new("there is no such promise"))
    }

    pub(super) fn breach_guarantees(&mut self, position: usize) {
        for (number, guarantee) in self.d.guarantees.iter().enumerate() {
            if let Guarantee::AlwaysWarned {
                promises,
                but_late,
                but_new_level,
            } = &guarantee.what
                && promises.iter().any(|promise| promise.index() == position)
            {
                let late = if *but_late {
                    format!(" && s{position} != 1")
                } else {
                    String::new()
                };
                let level = if *but_new_level {
                    format!(" && s{position} != 2")
                } else {
                    String::new()
                };
                put!(
                    self,
                    "        if :: (tw{position} == 0{late}{level}) -> g{number} = 1 :: else -> skip fi;"
                );
            }
        }
    }

    pub(super) fn marks_on(&self, on: Mark) -> Vec<usize> {
        let marks = self.marks.iter().enumerate();
        marks
            .filter(|(_, (.., mark))| mark.on == on)
            .map(|(position, _)| position)
            .collect()
    }

    /// States count once the microstep is over; what ends a measurement comes before what opens one.
    pub(super) fn close(&mut self) -> Result<(), TaskError> {
        for position in 0..self.marks.len() {
            let Some((promise, bit, mark)) = self.marks.get(position).copied() else {
                continue;
            };
            if matches!(mark.on, Mark::Entering(_) | Mark::Leaving(_)) {
                let condition = self.words.condition(mark.condition.as_ref(), None)?;
                put!(
                    self,
                    "        if :: (mk{position} && {condition}) -> sg{promise} = sg{promise} | {bit} :: else -> skip fi;"
                );
                put!(self, "        mk{position} = 0;");
            }
        }
        for position in 0..self.d.promises.len() {
            let promise = self.promise(position)?;
            let p = position;
            put!(self, "        if :: (sg{p} != 0) ->");
            put!(
                self,
                "          if :: ((sg{p} & 3) && (ph{p} == 1 || ph{p} == 2)) -> {} :: else -> skip fi;",
                stop(p, promise)
            );
            if let Some(most) = promise.at_most {
                let counted = format!(
                    "c{p} = c{p} + 1; if :: (c{p} > {}) -> c{p} = {} :: else -> skip fi",
                    most + 1,
                    most + 1
                );
                put!(
                    self,
                    "          if :: ((sg{p} & 4) && ph{p} == 1) -> {counted} :: else -> skip fi;"
                );
            }
            let begin = begin(p, if is_late(promise) { 1 } else { 0 });
            put!(
                self,
                "          if :: ((sg{p} & 8) && (ph{p} == 1 || ph{p} == 2)) -> {begin} :: else -> skip fi;"
            );
            for (number, mark) in promise.from.iter().enumerate() {
                let bit = (Signal::From as i64) << number;
                let once = if mark.first {
                    format!(" && !(o{p} & {})", 1 << number)
                } else {
                    String::new()
                };
                put!(self, "          if :: ((sg{p} & {bit}){once}) ->");
                if mark.first {
                    put!(self, "            o{p} = o{p} | {};", 1 << number);
                }
                let goes_on = match promise.reopen {
                    Reopen::Restart => begin.clone(),
                    Reopen::Ignore => "skip".to_owned(),
                    Reopen::Resume => format!("if :: (ph{p} == 3) -> ph{p} = 1; mp{p} = 1 :: else -> skip fi"),
                    Reopen::Continue => {
                        format!("if :: (ph{p} == 3) -> ph{p} = 1; s{p} = 1; mp{p} = 1 :: else -> skip fi")
                    }
                };
                put!(
                    self,
                    "            if :: (ph{p} == 0) -> {begin} :: else -> {goes_on} fi"
                );
                put!(self, "          :: else -> skip fi;");
            }
            put!(self, "          sg{p} = 0\n        :: else -> skip fi;");
        }
        Ok(())
    }

    pub(super) fn settle(&mut self, p: usize) -> Result<(), TaskError> {
        let promise = self.promise(p)?;
        let level = self.level(promise)?;
        put!(
            self,
            "      level{p} = {level};\n      if :: (ph{p} == 1 || ph{p} == 2) ->"
        );
        if let Some(new_level) = promise.new_level {
            let what = match new_level {
                NewLevel::Restart => begin(p, 0),
                NewLevel::FromStart => begin(p, 2).replace(&format!("; mp{p} = 1"), ""),
                NewLevel::KeepElapsed => format!("s{p} = 2"),
                NewLevel::Proportional => "skip".to_owned(),
            };
            put!(
                self,
                "        if :: (!fresh{p} && l{p} != level{p}) -> {what} :: else -> skip fi;"
            );
        }
        let rests: Vec<String> = promise
            .paused_in
            .iter()
            .map(|state| self.words.active(state.index()))
            .collect();
        let rests = if rests.is_empty() {
            "0".to_owned()
        } else {
            rests.join(" || ")
        };
        put!(
            self,
            "        l{p} = level{p};\n        if :: ({rests}) -> ph{p} = 2 :: else -> ph{p} = 1 fi"
        );
        put!(self, "      :: else -> skip fi;");
        let over = self.over();
        put!(
            self,
            "      if :: ({over} && (ph{p} == 1 || ph{p} == 2)) -> {} :: else -> skip fi;",
            stop(p, promise)
        );
        put!(
            self,
            "      if :: (b{p}) -> w{p} = 0; tw{p} = 0; s{p} = 0 :: else -> skip fi;"
        );
        put!(self, "      fresh{p} = 0; level{p} = 0;");
        Ok(())
    }

    /// The row of a table, or the level, by which the limit is read.
    pub(super) fn level(&self, promise: &PromiseDef) -> Result<String, TaskError> {
        if promise
            .calendar
            .as_deref()
            .is_some_and(|calendar| !calendar.several().is_empty())
        {
            return Err(TaskError::new(format!("the calendar of `{}` changes", promise.name)));
        }
        let fields: Vec<usize> = match (&promise.within, promise.new_level) {
            (Some(Limit::Table { of, .. }), _) => of.iter().map(|field| usize::from(field.0)).collect(),
            (_, Some(_)) => return Err(TaskError::new(format!("the limit of `{}` is no table", promise.name))),
            _ => Vec::new(),
        };
        let mut row = "0".to_owned();
        for field in fields {
            let constants = match self.words.type_of(Kept::Case(field)) {
                Some((Type::Enum(of), _)) => of.constants.len(),
                _ => return Err(TaskError::new("a table is read by choices")),
            };
            row = format!("({row} * {constants} + f{field})");
        }
        Ok(row)
    }
}

fn is_dated(promise: &PromiseDef) -> bool {
    promise
        .from
        .iter()
        .chain(&promise.restart)
        .any(|mark| mark.by.is_some())
}

fn is_late(promise: &PromiseDef) -> bool {
    let mut marks = promise.from.iter().chain(&promise.restart);
    marks.any(|mark| mark.by.is_some() || mark.since.is_some())
}

fn begin(p: usize, sudden: u8) -> String {
    format!("ph{p} = 1; w{p} = 0; tw{p} = 0; b{p} = 0; r{p} = 0; c{p} = 0; s{p} = {sudden}; fresh{p} = 1; mp{p} = 1")
}

fn stop(p: usize, promise: &PromiseDef) -> String {
    let phase = match promise.reopen {
        Reopen::Resume | Reopen::Continue => return format!("ph{p} = 3"),
        Reopen::Ignore => 3,
        Reopen::Restart => 0,
    };
    format!("ph{p} = {phase}; w{p} = 0; tw{p} = 0; b{p} = 0; r{p} = 0; c{p} = 0; l{p} = 0; s{p} = 0")
}
