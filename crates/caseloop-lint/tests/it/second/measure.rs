//! A promise out of time: what may be said of it next.

use caseloop_core::definition::{NewLevel, PromiseDef, Reopen, WarningAt};
use caseloop_expr::Length;

/// How far a measurement has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    #[default]
    Unmeasured,
    Running,
    Resting,
    /// It has ended, and may go on one day.
    Over,
}

/// Why a deadline may come before its warnings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Surprise {
    #[default]
    None,
    Late,
    NewLevel,
}

/// What a promise says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Says {
    Warning(usize),
    Breach,
    Rung(usize),
}

/// What a microstep told a promise; stops come before starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Heard {
    Until,
    Cancel,
    Counted,
    Restarted,
    Opened {
        /// The position of a mark that counts once in a case.
        once: Option<usize>,
    },
}

/// What holds of it at the end of a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) rests: bool,
    pub(super) level: i64,
    pub(super) calendar: i64,
    pub(super) case_is_over: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Measurement {
    pub(super) phase: Phase,
    /// By number, what was said.
    warned: Vec<usize>,
    /// Whether a warning told anybody anything.
    pub(super) told: bool,
    pub(super) broken: bool,
    climbed: Vec<usize>,
    once: Vec<usize>,
    counted: u32,
    level: i64,
    calendar: i64,
    pub(super) surprise: Surprise,
}

impl Measurement {
    fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::Resting)
    }

    /// Begins to be measured; what was counted before is gone.
    fn begin(&mut self, terms: Terms, surprise: Surprise) {
        let once = std::mem::take(&mut self.once);
        *self = Self {
            phase: if terms.rests { Phase::Resting } else { Phase::Running },
            level: terms.level,
            calendar: terms.calendar,
            once,
            surprise,
            ..Self::default()
        };
    }

    fn stop(&mut self, promise: &PromiseDef) {
        if !self.is_open() {
            return;
        }
        let once = std::mem::take(&mut self.once);
        match promise.reopen {
            Reopen::Restart => *self = Self::default(),
            Reopen::Ignore => {
                *self = Self {
                    phase: Phase::Over,
                    ..Self::default()
                }
            }
            Reopen::Resume | Reopen::Continue => self.phase = Phase::Over,
        }
        self.once = once;
    }

    /// Hears what a step did; whether it was begun anew.
    pub(super) fn hear(&mut self, promise: &PromiseDef, heard: &[Heard], terms: Terms) -> bool {
        let mut begun = false;
        let told = promise.from.iter().chain(&promise.restart);
        let late = match told.clone().any(|mark| mark.since.is_some() || mark.by.is_some()) {
            true => Surprise::Late,
            false => Surprise::None,
        };
        for heard in heard {
            match heard {
                Heard::Until | Heard::Cancel => self.stop(promise),
                Heard::Counted if self.phase == Phase::Running => {
                    let enough = promise.at_most.unwrap_or_default() + 1;
                    self.counted = enough.min(self.counted + 1);
                }
                Heard::Counted => {}
                Heard::Restarted => {
                    if self.is_open() {
                        self.begin(terms, late);
                        begun = true;
                    }
                }
                Heard::Opened { once } => {
                    if once.is_some_and(|once| self.once.contains(&once)) {
                        continue;
                    }
                    self.once.extend(once);
                    self.once.sort_unstable();
                    if promise.reopen == Reopen::Restart || self.phase == Phase::Unmeasured {
                        self.begin(terms, late);
                        begun = true;
                    } else if promise.reopen != Reopen::Ignore && self.phase == Phase::Over {
                        self.phase = if terms.rests { Phase::Resting } else { Phase::Running };
                        if promise.reopen == Reopen::Continue {
                            self.surprise = Surprise::Late;
                        }
                        begun = true;
                    }
                }
            }
        }
        if self.is_open() {
            let moved = promise.new_level.is_some() && self.level != terms.level;
            let elsewhere = self.calendar != terms.calendar;
            let new_level = promise.new_level.filter(|_| moved);
            match new_level {
                Some(NewLevel::Restart) => {
                    self.begin(terms, Surprise::None);
                    begun = true;
                }
                Some(NewLevel::FromStart) => self.begin(terms, Surprise::NewLevel),
                Some(NewLevel::Proportional) if !elsewhere => {}
                Some(NewLevel::KeepElapsed | NewLevel::Proportional) => self.surprise = Surprise::NewLevel,
                None if elsewhere => self.surprise = Surprise::NewLevel,
                None => {}
            }
            self.level = terms.level;
            self.calendar = terms.calendar;
            self.phase = if terms.rests { Phase::Resting } else { Phase::Running };
        }
        if terms.case_is_over {
            self.stop(promise);
        }
        if self.broken {
            self.warned.clear();
            self.told = false;
            self.surprise = Surprise::None;
        }
        begun
    }

    /// Notes what it said.
    pub(super) fn say(&mut self, promise: &PromiseDef, says: Says) {
        match says {
            Says::Warning(number) => self.warned.push(number),
            Says::Rung(number) => self.climbed.push(number),
            Says::Breach => {
                self.broken = true;
                let rungs = promise.rungs.iter().enumerate();
                let at_once = rungs.filter(|(_, rung)| rung.after == Length::Elapsed(0));
                self.climbed.extend(at_once.map(|(number, _)| number));
            }
        }
        self.warned.sort_unstable();
        self.climbed.sort_unstable();
    }

    /// All that may be said of it next.
    pub(super) fn may_say(&self, promise: &PromiseDef) -> Vec<Says> {
        let running = self.phase == Phase::Running;
        if !self.is_open() {
            return Vec::new();
        }
        if self.broken {
            // Rungs are climbed one after the other, and not while it rests; another level may have used more up.
            let next = (0..promise.rungs.len()).find(|number| !self.climbed.contains(number));
            let climbs = running || promise.new_level.is_some();
            return next.filter(|_| climbs).map(Says::Rung).into_iter().collect();
        }
        if let Some(at_most) = promise.at_most {
            return if self.counted > at_most {
                vec![Says::Breach]
            } else {
                Vec::new()
            };
        }
        let dated = promise
            .from
            .iter()
            .chain(&promise.restart)
            .any(|mark| mark.by.is_some());
        if promise.within.is_none() && !dated || !running && !dated && self.surprise != Surprise::NewLevel {
            return Vec::new();
        }
        let left: Vec<usize> = (0..promise.warnings.len())
            .filter(|number| !self.warned.contains(number))
            .collect();
        let mut may: Vec<Says> = Vec::new();
        for number in &left {
            // Of two parts of the limit the lesser is used up first.
            let waits = left.iter().any(|other| {
                let at = |number: &usize| promise.warnings[*number].at;
                matches!((at(other), at(number)), (WarningAt::Percent(other), WarningAt::Percent(own)) if other < own)
            });
            if !waits {
                may.push(Says::Warning(*number));
            }
        }
        if left.is_empty() || self.surprise != Surprise::None {
            may.push(Says::Breach);
        }
        may
    }

    /// Whether it has something to say if nothing else happens.
    pub(super) fn is_due_one_day(&self, promise: &PromiseDef) -> bool {
        let counts = promise.within.is_some() || promise.at_most.is_some();
        self.phase == Phase::Running && counts && !self.may_say(promise).is_empty()
    }
}
