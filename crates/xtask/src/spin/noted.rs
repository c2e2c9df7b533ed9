//! What a model prints: every step, and of every situation what guarantees ask.

use super::model::Writer;
use super::words::Kept;
use crate::TaskError;
use caseloop_core::StateId;
use caseloop_core::definition::{Guarantee, Kind, WaitsFor};
use std::fmt::Write;

impl<'d> Writer<'d> {
    /// The call that notes a step and the situation that it leads to.
    pub(super) fn note(&mut self, start: bool) -> Result<(), TaskError> {
        let d = self.d;
        self.words.before = "now.";
        let mut key = vec!["now.leaf".to_owned()];
        let histories = d
            .states
            .iter()
            .enumerate()
            .filter(|(_, state)| matches!(state.kind, Kind::History { .. }));
        key.extend(histories.map(|(history, _)| format!("now.m{history}")));
        let timers = self.timers();
        key.extend(timers.iter().map(|(timer, _)| format!("now.t{timer}")));
        for p in 0..d.promises.len() {
            key.extend(["ph", "w", "b", "r", "o", "c", "l", "s", "tw"].map(|name| format!("now.{name}{p}")));
        }
        let kept = self.words.kept.iter().filter(|kept| matches!(kept, Kept::Case(_)));
        key.extend(kept.map(|kept| format!("now.{}", kept.name())));
        let data = self.words.kept.iter().filter(|kept| matches!(kept, Kept::Event(..)));
        let data: Vec<String> = data.map(|kept| format!("now.{}", kept.name())).collect();
        let mut running: Vec<String> = timers.iter().map(|(timer, _)| format!("now.t{timer} >= 0")).collect();
        let mut met: Vec<String> = timers.iter().map(|(timer, _)| format!("now.mt{timer}")).collect();
        for (p, promise) in d.promises.iter().enumerate() {
            let may: Vec<String> = self
                .may_say(p, "now.")
                .into_iter()
                .map(|(_, may)| format!("({may})"))
                .collect();
            let limited = promise.within.is_some() || promise.at_most.is_some();
            running.push(match may.is_empty() || !limited {
                true => "0".to_owned(),
                false => format!("(now.ph{p} == 1 && ({}))", may.join(" || ")),
            });
            met.push(format!("now.mp{p}"));
        }
        let mut said = vec![self.over(), self.somebody()?];
        for guarantee in &d.guarantees {
            said.extend(self.said_of(&guarantee.what)?);
        }
        let broken: Vec<String> = (0..d.guarantees.len()).map(|number| format!("now.g{number}")).collect();
        self.words.before = "";
        let row = |name: &str, values: &[String]| {
            format!(
                "{{ int {name}[] = {{ {} }}; ",
                [values, &["0".to_owned()]].concat().join(", ")
            )
        };
        let open = [
            row("key", &key),
            row("data", &data),
            row("runs", &running),
            row("met", &met),
            row("said", &said),
            row("broken", &broken),
        ];
        let cause = if start { "0".to_owned() } else { "now.cause".to_owned() };
        put!(self, "      c_code {{ {}", open.concat());
        put!(
            self,
            "        now.at = note(now.at, {cause}, key, {}, data, {}, runs, {}, met, said, {}, broken, {}); }} }} }} }} }} }} }};",
            key.len(),
            data.len(),
            running.len(),
            said.len(),
            broken.len()
        );
        Ok(())
    }

    pub(super) fn somebody(&self) -> Result<String, TaskError> {
        let mut waits = Vec::new();
        for (state, def) in self.d.states.iter().enumerate() {
            for who in &def.waits_for {
                let active = self.words.active(state);
                waits.push(match who {
                    WaitsFor::Role(_) => active,
                    WaitsFor::Data(who) => format!("({active} && {} != -1)", self.words.expression(who.tree(), None)?),
                });
            }
        }
        Ok(if waits.is_empty() {
            "0".to_owned()
        } else {
            waits.join(" || ")
        })
    }

    /// What is said of a situation for a guarantee: two truths.
    pub(super) fn said_of(&self, guarantee: &Guarantee) -> Result<[String; 2], TaskError> {
        let none = || "0".to_owned();
        let in_any = |states: &[StateId]| {
            let states: Vec<String> = states.iter().map(|state| self.words.active(state.index())).collect();
            states.join(" || ")
        };
        Ok(match guarantee {
            Guarantee::CanReach(states) | Guarantee::TimeAloneEndsIn(states) => [in_any(states), none()],
            Guarantee::Always(condition) | Guarantee::Never(condition) => {
                [self.words.condition(Some(condition), None)?, none()]
            }
            Guarantee::LeadsTo { from, to } => [
                self.words.condition(Some(from), None)?,
                self.words.condition(Some(to), None)?,
            ],
            _ => [none(), none()],
        })
    }

    /// What belongs to one step is 0 again.
    pub(super) fn forget(&mut self) {
        let mut all = vec!["cause = 0".to_owned(), "taken = 0".to_owned()];
        all.extend(self.timers().iter().map(|(timer, _)| format!("mt{timer} = 0")));
        all.extend((0..self.d.promises.len()).map(|promise| format!("mp{promise} = 0")));
        all.extend((0..self.d.guarantees.len()).map(|number| format!("g{number} = 0")));
        let data = self.words.kept.iter().filter(|kept| matches!(kept, Kept::Event(..)));
        all.extend(data.map(|kept| format!("{} = 0", kept.name())));
        all.extend(
            self.answers()
                .iter()
                .map(|(ask, output, _)| format!("{} = 0", Kept::Answer(*ask, *output).name())),
        );
        put!(self, "      {}", all.join("; "));
    }
}
