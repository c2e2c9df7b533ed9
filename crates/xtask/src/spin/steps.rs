//! A step of a model: which branch is taken, what is left, done and entered, and what follows by itself.

use super::model::{Cause, Writer};
use super::words::{Kept, actions, end};
use crate::TaskError;
use caseloop_core::definition::{Action, Go, Guarantee, Kind, Mark, Trigger};
use caseloop_core::{BranchId, StateId};
use caseloop_expr::{Length, Type};
use std::fmt::Write;

impl<'d> Writer<'d> {
    pub(super) fn begin(&mut self) -> Result<(), TaskError> {
        put!(self, "      taken = 1;");
        for position in 0..self.marks.len() {
            if let Some((promise, bit, mark)) = self
                .marks
                .get(position)
                .copied()
                .filter(|(.., mark)| mark.on == Mark::Start)
            {
                let condition = self.words.condition(mark.condition.as_ref(), None)?;
                put!(
                    self,
                    "      if :: ({condition}) -> sg{promise} = sg{promise} | {bit} :: else -> skip fi;"
                );
            }
        }
        let path = self.inside(0)?;
        self.enter(&path, None)?;
        self.close()
    }

    pub(super) fn take(&mut self, cause: Cause) -> Result<(), TaskError> {
        match cause {
            Cause::Start => {}
            Cause::Event(event) => self.hear(event)?,
            Cause::Timer(timer) => {
                let Some(def) = self.d.timers.get(timer) else {
                    return Ok(());
                };
                put!(self, "        mt{timer} = 1;");
                match (&def.every, def.at_most) {
                    (None, _) => {
                        put!(self, "        t{timer} = -1;");
                    }
                    (Some(_), None) => {
                        put!(self, "        t{timer} = 1;");
                    }
                    (Some(_), Some(most)) => {
                        put!(
                            self,
                            "        t{timer} = t{timer} + 1; if :: (t{timer} >= {most}) -> t{timer} = -1 :: else -> skip fi;"
                        );
                    }
                }
                self.microstep(Trigger::Timer(caseloop_core::TimerId::at(timer)))?;
                put!(self, "        taken = 1;");
                self.close()?;
            }
            Cause::Warning(position, number) => {
                put!(
                    self,
                    "        w{position} = w{position} | {}; mp{position} = 1;",
                    1_i64 << number
                );
                let promise = self.promise(position)?;
                let timer = promise.warnings.get(number).and_then(|warning| warning.timer);
                match timer {
                    Some(timer) => {
                        self.microstep(Trigger::Timer(timer))?;
                        put!(
                            self,
                            "        if :: (taken == 0) -> skip :: else -> tw{position} = 1 fi;"
                        );
                        self.close()?;
                    }
                    None => {
                        put!(self, "        tw{position} = 1;");
                    }
                }
                put!(
                    self,
                    "        queue[queued] = {}; queued++; taken = 1;",
                    promise.warned.index()
                );
            }
            Cause::Breach(position) => {
                self.breach_guarantees(position);
                let promise = self.promise(position)?;
                let at_once = promise.rungs.iter().enumerate();
                let at_once: Vec<_> = at_once.filter(|(_, rung)| rung.after == Length::Elapsed(0)).collect();
                let bits = at_once.iter().fold(0_i64, |bits, (number, _)| bits | 1 << number);
                put!(
                    self,
                    "        b{position} = 1; r{position} = r{position} | {bits}; mp{position} = 1;"
                );
                for (_, rung) in at_once {
                    let over = self.over();
                    put!(self, "        if :: (!{over}) ->");
                    self.climb(Some(rung.timer.index()))?;
                    put!(self, "          skip :: else -> skip fi;");
                }
                put!(
                    self,
                    "        queue[queued] = {}; queued++; taken = 1;",
                    promise.breached.index()
                );
            }
            Cause::Rung(position, number) => {
                put!(
                    self,
                    "        r{position} = r{position} | {}; mp{position} = 1;",
                    1_i64 << number
                );
                let timer = self.promise(position)?.rungs.get(number).map(|rung| rung.timer.index());
                self.climb(timer)?;
                put!(self, "        taken = 1;");
            }
        }
        Ok(())
    }

    pub(super) fn climb(&mut self, timer: Option<usize>) -> Result<(), TaskError> {
        let Some(timer) = timer else { return Ok(()) };
        self.microstep(Trigger::Timer(caseloop_core::TimerId::at(timer)))?;
        self.close()
    }

    /// Lets the chart hear an event; conditions of marks are judged before.
    pub(super) fn hear(&mut self, event: usize) -> Result<(), TaskError> {
        let id = caseloop_core::EventId::at(event);
        let mut held = Vec::new();
        for position in 0..self.marks.len() {
            if let Some((promise, bit, mark)) = self
                .marks
                .get(position)
                .copied()
                .filter(|(.., mark)| mark.on == Mark::Event(id))
            {
                let condition = self.words.condition(mark.condition.as_ref(), Some(event))?;
                put!(
                    self,
                    "        if :: ({condition}) -> mk{position} = 1 :: else -> mk{position} = 0 fi;"
                );
                held.push((position, promise, bit));
            }
        }
        self.microstep(Trigger::Event(id))?;
        for (position, promise, bit) in held {
            put!(
                self,
                "        if :: (taken == 1 && mk{position}) -> sg{promise} = sg{promise} | {bit} :: else -> skip fi;"
            );
            put!(self, "        mk{position} = 0;");
        }
        self.close()
    }

    /// The first branch that holds, inner states first; `taken` is 1 where one was, 2 where it refuses.
    pub(super) fn microstep(&mut self, trigger: Trigger) -> Result<(), TaskError> {
        let d = self.d;
        let event = match trigger {
            Trigger::Event(event) => Some(event.index()),
            _ => None,
        };
        put!(self, "        taken = 0;");
        let mut answering: Vec<(usize, &caseloop_core::definition::Branch)> = d.branches.iter().enumerate().collect();
        answering.retain(|(_, branch)| branch.trigger == trigger);
        answering.sort_by_key(|(number, branch)| (std::cmp::Reverse(self.depth(branch.source.index())), *number));
        for (number, branch) in answering {
            let condition = self.words.condition(branch.condition.as_ref(), event)?;
            let active = self.words.active(branch.source.index());
            put!(
                self,
                "        if :: (taken == 0 && {active} && {condition}) -> taken = 1;"
            );
            for (position, guarantee) in d.guarantees.iter().enumerate() {
                if let Guarantee::TakenAtMost { branches, .. } = &guarantee.what
                    && branches.contains(&BranchId::at(number))
                {
                    put!(self, "          g{position}++;");
                }
            }
            match &branch.go {
                Go::Reject(_) => {
                    put!(self, "          taken = 2;");
                }
                Go::Stay => self.act(&branch.actions, event)?,
                Go::To(targets) => {
                    let [target] = targets.as_slice() else {
                        return Err(TaskError::new(
                            "a branch leads to several states, as only regions let it",
                        ));
                    };
                    self.go(number, branch, target.index(), event)?;
                }
            }
            put!(self, "        :: else -> skip fi;");
        }
        Ok(())
    }

    pub(super) fn depth(&self, state: usize) -> usize {
        self.around(state).len()
    }

    /// A state and those around it, from the inside.
    pub(super) fn around(&self, state: usize) -> Vec<usize> {
        let parent = |state: usize| Some(self.d.states.get(state)?.parent?.index());
        std::iter::successors(Some(state), |state| parent(*state)).collect()
    }

    pub(super) fn go(
        &mut self,
        number: usize,
        branch: &caseloop_core::definition::Branch,
        target: usize,
        event: Option<usize>,
    ) -> Result<(), TaskError> {
        let d = self.d;
        let source = branch.source.index();
        // Wherever a history leads lies in its own parent.
        let history = d
            .states
            .get(target)
            .filter(|state| matches!(state.kind, Kind::History { .. }));
        let inside = |outer: usize| match history.and_then(|history| history.parent) {
            Some(parent) => self.around(parent.index()).contains(&outer),
            None => target != outer && self.around(target).contains(&outer),
        };
        let kind = d.states.get(source).map(|state| state.kind);
        let domain = match branch.internal && kind == Some(Kind::Compound) && inside(source) {
            true => source,
            false => self
                .around(source)
                .into_iter()
                .skip(1)
                .find(|outer| inside(*outer))
                .unwrap_or(0),
        };
        self.leave(domain)?;
        self.act(&branch.actions, event)?;
        if history.is_none() {
            let mut path = self.way(domain, target);
            path.extend(self.inside(target)?);
            return self.enter(&path, Some(number));
        }
        let around = history
            .and_then(|history| history.parent)
            .map_or(0, |parent| parent.index());
        put!(self, "          if");
        for leaf in around + 1..end(d, around) {
            if d.states
                .get(leaf)
                .is_some_and(|state| matches!(state.kind, Kind::Atomic | Kind::Compound | Kind::Final))
            {
                put!(self, "          :: (m{target} == {leaf}) ->");
                let mut path = self.way(domain, leaf);
                path.extend(self.inside(leaf)?);
                self.enter(&path, Some(number))?;
            }
        }
        put!(self, "          :: else ->");
        let start = history
            .and_then(|history| history.start.targets.first())
            .map_or(around, |start| start.index());
        let mut path = self.way(domain, start);
        let actions = history.map(|history| &history.start.actions).into_iter().flatten();
        if actions.count() > 0 {
            return Err(TaskError::new("a history does something by default"));
        }
        path.extend(self.inside(start)?);
        self.enter(&path, Some(number))?;
        put!(self, "          fi;");
        Ok(())
    }

    /// The states from inside `outer` to `state`, each with whether it is entered by its own beginning.
    pub(super) fn way(&self, outer: usize, state: usize) -> Vec<(usize, bool)> {
        let mut way: Vec<_> = self
            .around(state)
            .into_iter()
            .take_while(|at| *at != outer)
            .map(|at| (at, false))
            .collect();
        way.reverse();
        way
    }

    /// The states that are entered inside one by default.
    pub(super) fn inside(&self, state: usize) -> Result<Vec<(usize, bool)>, TaskError> {
        let def = self.d.states.get(state);
        let Some(start) = def
            .filter(|def| def.kind == Kind::Compound)
            .and_then(|def| def.start.targets.first())
        else {
            return Ok(Vec::new());
        };
        if self
            .d
            .states
            .get(start.index())
            .is_some_and(|start| matches!(start.kind, Kind::History { .. }))
        {
            return Err(TaskError::new("a state begins with a history"));
        }
        let mut way = vec![(state, true)];
        way.extend(self.way(state, start.index()));
        way.extend(self.inside(start.index())?);
        Ok(way)
    }

    /// Leaves all that is active inside a state: histories first, then from the inside.
    pub(super) fn leave(&mut self, domain: usize) -> Result<(), TaskError> {
        let d = self.d;
        let inside = domain + 1..end(d, domain);
        for history in inside.clone() {
            let Some((deep, parent)) = d.states.get(history).and_then(|state| match state.kind {
                Kind::History { deep } => Some((deep, state.parent?.index())),
                _ => None,
            }) else {
                continue;
            };
            if parent == domain {
                continue;
            }
            let active = self.words.active(parent);
            if deep {
                put!(
                    self,
                    "          if :: {active} -> m{history} = leaf :: else -> skip fi;"
                );
            } else {
                let inner = parent + 1..end(d, parent);
                let children: Vec<usize> = inner
                    .filter(|child| self.around(*child).get(1) == Some(&parent))
                    .collect();
                for child in children {
                    let active = self.words.active(child);
                    put!(
                        self,
                        "          if :: {active} -> m{history} = {child} :: else -> skip fi;"
                    );
                }
            }
        }
        for state in inside.rev() {
            let Some(def) = d.states.get(state) else { continue };
            let marks: Vec<usize> = self.marks_on(Mark::Leaving(StateId::at(state)));
            if def.leave.is_empty() && def.timers.is_empty() && marks.is_empty() {
                continue;
            }
            put!(self, "          if :: {} ->", self.words.active(state));
            self.act(&def.leave, None)?;
            for timer in &def.timers {
                put!(self, "            t{} = -1;", timer.index());
            }
            for mark in marks {
                put!(self, "            mk{mark} = 1;");
            }
            put!(self, "            skip :: else -> skip fi;");
        }
        Ok(())
    }

    /// Enters states one after the other; one that stands twice in the way begins what it begins.
    pub(super) fn enter(&mut self, way: &[(usize, bool)], by: Option<usize>) -> Result<(), TaskError> {
        let d = self.d;
        for (position, (state, begins)) in way.iter().enumerate() {
            let Some(def) = d.states.get(*state) else { continue };
            let again = position > 0 && way.get(position - 1).is_some_and(|(before, _)| before == state);
            // Actions read a state as active once its own are done with: what it enters follows.
            if !again && *state != 0 {
                put!(self, "          leaf = {state};");
                self.act(&def.enter, None)?;
                for timer in &def.timers {
                    if self.timers().iter().any(|(own, _)| *own == timer.index()) {
                        put!(self, "          t{0} = 0; mt{0} = 1;", timer.index());
                    }
                }
                for mark in self.marks_on(Mark::Entering(StateId::at(*state))) {
                    put!(self, "          mk{mark} = 1;");
                }
                for (number, guarantee) in d.guarantees.iter().enumerate() {
                    if let Guarantee::OnlyBy { entering, branches } = &guarantee.what
                        && entering.contains(&StateId::at(*state))
                        && by.is_none_or(|by| !branches.contains(&BranchId::at(by)))
                    {
                        put!(self, "          g{number} = 1;");
                    }
                }
                if def.kind == Kind::Final {
                    let parent = def.parent.filter(|parent| parent.index() != 0);
                    let done = parent.and_then(|parent| d.states.get(parent.index())?.done);
                    if let Some(done) = done {
                        put!(self, "          queue[queued] = {}; queued++;", done.index());
                    }
                }
            }
            if *begins {
                self.act(&def.start.actions, None)?;
            }
        }
        Ok(())
    }

    pub(super) fn act(&mut self, all: &[Action], event: Option<usize>) -> Result<(), TaskError> {
        for action in all {
            match action {
                Action::Set { field, value } => {
                    let field = usize::from(field.0);
                    let Some((ty, _)) = self
                        .words
                        .type_of(Kept::Case(field))
                        .filter(|_| self.words.keeps(field))
                    else {
                        continue;
                    };
                    let value = self.words.expression(value.tree(), event)?;
                    put!(self, "          f{field} = {value};");
                    if let Type::Count { max } = ty {
                        put!(
                            self,
                            "          if :: (f{field} > {max}) -> f{field} = {max} :: else -> skip fi;"
                        );
                    }
                }
                Action::Emit { effect, .. } => {
                    for (number, guarantee) in self.d.guarantees.iter().enumerate() {
                        if let Guarantee::SameStep { effect: asked, .. } = &guarantee.what
                            && asked == effect
                        {
                            put!(self, "          g{number} = 2;");
                        }
                    }
                }
                Action::Ask(_) => {
                    let number = actions(self.d)
                        .iter()
                        .position(|(known, _)| std::ptr::eq(*known, action));
                    for (own, output, field) in self.answers() {
                        if Some(own) != number {
                            continue;
                        }
                        let answer = Kept::Answer(own, output).name();
                        let optional = self
                            .words
                            .type_of(Kept::Case(field))
                            .is_some_and(|(_, optional)| optional);
                        let given = if optional {
                            "1".to_owned()
                        } else {
                            format!("{answer} != -1")
                        };
                        put!(
                            self,
                            "          if :: ({given}) -> f{field} = {answer} :: else -> skip fi;"
                        );
                    }
                }
                other => return Err(TaskError::new(format!("a model does nothing like {other:?}"))),
            }
        }
        Ok(())
    }

    /// What follows by itself, the promises at the end of it, and the note of the step.
    pub(super) fn finish(&mut self, start: bool) -> Result<(), TaskError> {
        let over = self.over();
        put!(self, "      if :: (taken == 1) ->");
        put!(
            self,
            "      do\n      :: ({over}) -> queued = 0; break\n      :: else ->"
        );
        self.microstep(Trigger::Always)?;
        put!(self, "        if :: (taken == 1) -> skip");
        put!(
            self,
            "        :: else -> if :: (queued == 0) -> break :: else -> skip fi;"
        );
        put!(self, "          event = queue[0];");
        for place in 0..7 {
            put!(self, "          queue[{place}] = queue[{}];", place + 1);
        }
        put!(self, "          queued--;\n          if");
        for (event, def) in self.d.events.iter().enumerate() {
            let id = caseloop_core::EventId::at(event);
            let answered = self
                .d
                .branches
                .iter()
                .any(|branch| branch.trigger == Trigger::Event(id));
            if !def.external && answered {
                put!(self, "          :: (event == {event}) ->");
                self.hear(event)?;
            }
        }
        put!(
            self,
            "          :: else -> skip\n          fi;\n          event = 0\n        fi;"
        );
        self.close()?;
        put!(self, "      od;");
        for position in 0..8 {
            put!(self, "      queue[{position}] = 0;");
        }
        for position in 0..self.d.promises.len() {
            self.settle(position)?;
        }
        let stopped: Vec<String> = self
            .timers()
            .iter()
            .map(|(timer, _)| format!("t{timer} = -1"))
            .collect();
        if !stopped.is_empty() {
            put!(self, "      if :: {over} -> {} :: else -> skip fi;", stopped.join("; "));
        }
        self.note(start)?;
        put!(self, "      :: else -> skip fi;");
        self.forget();
        Ok(())
    }
}
