//! Promises and rules of a case out of time: whatever may be said is said when the explorer lets it, and rules give whatever
//! their outputs allow.
//!
//! Of a promise only that is kept which decides what may come next: whether it is measured and rests, what was said of it,
//! and whether its deadline may be near without a warning. Instants and amounts are not kept.

use super::values::{Values, is_supposed};
use caseloop_core::definition::{Definition, Limit, NewLevel, PromiseDef, Reopen, WarningAt};
use caseloop_core::{
    Answer, ClockError, Clocks, Due, DueKind, Instant, News, PromiseId, Question, Rules, Said, Signal, Standing, Terms,
};
use caseloop_expr::{Length, RowBuf};
use std::cell::{Cell, RefCell};

/// Choices that a step came by, so that each can be made in every way.
#[derive(Debug, Default)]
pub(super) struct Choices {
    /// What was chosen, of how many.
    made: Vec<(u16, u16)>,
    next: usize,
}

impl Choices {
    /// A choice of so many; the first, unless the script says another.
    fn choose(&mut self, of: usize) -> usize {
        let of = u16::try_from(of.max(1)).unwrap_or(u16::MAX);
        if self.made.len() <= self.next {
            self.made.push((0, of));
        }
        let chosen = self.made.get(self.next).map_or(0, |(chosen, _)| *chosen);
        self.next += 1;
        usize::from(chosen)
    }

    /// Goes on to the next way of making them; whether there is one.
    fn advance(&mut self) -> bool {
        self.made.truncate(self.next);
        self.next = 0;
        while let Some((chosen, of)) = self.made.pop() {
            if chosen + 1 < of {
                self.made.push((chosen + 1, of));
                return true;
            }
        }
        false
    }
}

/// What is kept of a promise, in the order of its words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Measured {
    pub(super) stage: Stage,
    /// The warnings given, a bit for each.
    pub(super) warned: i64,
    /// Whether one of them told somebody: what its `if` leaves out tells nobody.
    pub(super) told: bool,
    pub(super) broken: bool,
    /// The rungs climbed, a bit for each.
    pub(super) climbed: i64,
    /// The beginnings that count once, a bit for each.
    begun: i64,
    counted: i64,
    level: i64,
    calendar: i64,
    /// Whether the deadline may come without a warning, and why.
    pub(super) sudden: Sudden,
    /// Whether it began in this step; not kept.
    anew: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stage {
    #[default]
    Never,
    Runs,
    Rests,
    Ended,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sudden {
    #[default]
    No,
    /// It began, or went on, with its deadline near or passed.
    Late,
    /// Other terms brought it nearer.
    NewLevel,
}

const WIDTH: usize = 6;

impl Measured {
    pub(super) fn read(row: &[i64]) -> Self {
        let word = |at: usize| row.get(at).copied().unwrap_or_default();
        let standing = word(0);
        Self {
            stage: match standing & 3 {
                1 => Stage::Runs,
                2 => Stage::Rests,
                3 => Stage::Ended,
                _ => Stage::Never,
            },
            broken: standing >> 2 & 1 == 1,
            sudden: match standing >> 3 & 3 {
                1 => Sudden::Late,
                2 => Sudden::NewLevel,
                _ => Sudden::No,
            },
            told: standing >> 5 & 1 == 1,
            calendar: standing >> 6,
            warned: word(1),
            climbed: word(2),
            begun: word(3),
            counted: word(4),
            level: word(5),
            anew: false,
        }
    }

    fn write(&self, row: &mut [i64]) {
        let standing = self.stage as i64
            | i64::from(self.broken) << 2
            | (self.sudden as i64) << 3
            | i64::from(self.told) << 5
            | self.calendar << 6;
        let words: [i64; WIDTH] = [
            standing,
            self.warned,
            self.climbed,
            self.begun,
            self.counted,
            self.level,
        ];
        row.iter_mut().zip(words).for_each(|(word, own)| *word = own);
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Runs | Stage::Rests)
    }

    fn begin(&mut self, terms: &Terms, sudden: Sudden) {
        *self = Self {
            stage: if terms.standing.paused {
                Stage::Rests
            } else {
                Stage::Runs
            },
            begun: self.begun,
            level: terms.standing.level,
            calendar: i64::from(terms.calendar),
            sudden,
            // Measured from where it was, it comes due all the same.
            anew: sudden != Sudden::NewLevel,
            ..Self::default()
        };
    }

    /// It is over; where it can go on, what was said of it is kept.
    fn end(&mut self, promise: &PromiseDef) {
        if !self.is_open() {
            return;
        }
        let begun = self.begun;
        match promise.reopen {
            Reopen::Resume | Reopen::Continue => self.stage = Stage::Ended,
            Reopen::Restart => *self = Self::default(),
            Reopen::Ignore => {
                *self = Self {
                    stage: Stage::Ended,
                    ..Self::default()
                }
            }
        }
        self.begun = begun;
    }

    fn hear(&mut self, promise: &PromiseDef, signal: Signal, terms: &Terms) {
        match signal {
            Signal::Close(_) | Signal::Cancel(_) => self.end(promise),
            Signal::Count(_) => {
                if self.stage == Stage::Runs {
                    let most = promise.at_most.map_or(i64::MAX, |most| i64::from(most) + 1);
                    self.counted = (self.counted + 1).min(most);
                }
            }
            Signal::Restart(_) if self.is_open() => self.begin(terms, opens_late(promise)),
            Signal::Restart(_) => {}
            Signal::Open(opening) => {
                if let Some(first) = opening.first {
                    if self.begun >> first & 1 == 1 {
                        return;
                    }
                    self.begun |= 1 << first;
                }
                match (promise.reopen, self.stage) {
                    (Reopen::Restart, _) | (_, Stage::Never) => self.begin(terms, opens_late(promise)),
                    (Reopen::Resume | Reopen::Continue, Stage::Ended) => {
                        self.stage = if terms.standing.paused {
                            Stage::Rests
                        } else {
                            Stage::Runs
                        };
                        // What it used up before it still counts; while it was over, nothing was used up, unless that counts too.
                        if promise.reopen == Reopen::Continue {
                            self.sudden = Sudden::Late;
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn adjust(&mut self, promise: &PromiseDef, terms: &Terms) {
        let standing = &terms.standing;
        if self.is_open() {
            let other_level = standing.level != self.level && promise.new_level.is_some();
            let other_calendar = i64::from(terms.calendar) != self.calendar;
            let way = promise.new_level.filter(|_| other_level);
            match way.or(other_calendar.then_some(NewLevel::KeepElapsed)) {
                Some(NewLevel::Restart) => self.begin(terms, Sudden::No),
                Some(NewLevel::FromStart) => self.begin(terms, Sudden::NewLevel),
                // As much of it is left in parts, and so is what lies between a warning and the deadline.
                Some(NewLevel::Proportional) if !other_calendar && has_limits(promise) => {}
                Some(NewLevel::KeepElapsed | NewLevel::Proportional) => self.sudden = Sudden::NewLevel,
                None => {}
            }
            self.level = standing.level;
            self.calendar = i64::from(terms.calendar);
            self.stage = if standing.paused { Stage::Rests } else { Stage::Runs };
        }
        if standing.over {
            self.end(promise);
        }
        if self.broken {
            (self.warned, self.told, self.sudden) = (0, false, Sudden::No);
        }
    }

    /// What may be said of it next.
    pub(super) fn may_say(&self, promise: &PromiseDef) -> Vec<(DueKind, u16)> {
        if !self.is_open() {
            return Vec::new();
        }
        if self.broken {
            // A rung that rests is climbed where a new level used more up.
            let climbs = self.stage == Stage::Runs || promise.new_level.is_some();
            let rungs = (0..promise.rungs.len()).map(|number| number as u16);
            let mut left = rungs.filter(|number| self.climbed >> number & 1 == 0);
            let next = left.next().filter(|_| climbs);
            return next.map(|number| (DueKind::Rung, number)).into_iter().collect();
        }
        if let Some(most) = promise.at_most {
            let broken = self.counted > i64::from(most);
            return broken.then_some((DueKind::Breach, 0)).into_iter().collect();
        }
        let dated = promise
            .from
            .iter()
            .chain(&promise.restart)
            .any(|mark| mark.by.is_some());
        let passes = self.stage == Stage::Runs || dated || self.sudden == Sudden::NewLevel;
        if promise.within.is_none() && !dated || !passes {
            return Vec::new();
        }
        let unsaid = |number: &usize| self.warned >> number & 1 == 0;
        let warnings: Vec<_> = (0..promise.warnings.len()).filter(unsaid).collect();
        let percent = |number: usize| match promise.warnings.get(number).map(|warning| warning.at) {
            Some(WarningAt::Percent(percent)) => percent,
            _ => 0,
        };
        // Of warnings by hundredths the least comes first.
        let first = warnings
            .iter()
            .map(|number| percent(*number))
            .filter(|percent| *percent > 0)
            .min();
        let next = warnings
            .iter()
            .filter(|number| percent(**number) == 0 || Some(percent(**number)) == first);
        let mut may: Vec<_> = next.map(|number| (DueKind::Warning, *number as u16)).collect();
        if warnings.is_empty() || self.sudden != Sudden::No {
            may.push((DueKind::Breach, 0));
        }
        may
    }

    /// Whether something will be said of it if nothing else happens.
    pub(super) fn will_say(&self, promise: &PromiseDef) -> bool {
        let limited = promise.within.is_some() || promise.at_most.is_some();
        self.stage == Stage::Runs && limited && !self.may_say(promise).is_empty()
    }
}

/// Whether a promise always has a limit, whatever its level.
fn has_limits(promise: &PromiseDef) -> bool {
    let lengths = promise.within.as_ref().and_then(Limit::lengths);
    lengths.is_some_and(|lengths| lengths.iter().all(|length| *length != Length::Elapsed(0)))
}

/// Whether a measurement may begin with its deadline near.
fn opens_late(promise: &PromiseDef) -> Sudden {
    let marks = promise.from.iter().chain(&promise.restart);
    match marks.into_iter().any(|mark| mark.since.is_some() || mark.by.is_some()) {
        true => Sudden::Late,
        false => Sudden::No,
    }
}

/// See the module.
pub(super) struct Free<'a> {
    definition: &'a Definition,
    values: &'a Values,
    /// What is said next.
    speaks: Cell<Option<Due>>,
    choices: RefCell<Choices>,
    /// What was chosen to be left of each promise in this step.
    left: RefCell<Vec<Option<Option<i64>>>>,
    /// What rules gave, by position, while somebody listens.
    told: RefCell<Option<Vec<(usize, RowBuf)>>>,
    /// The promises of which a measurement began in this step.
    begun: RefCell<Vec<PromiseId>>,
    /// Whether this step asked for what is left open.
    supposed: Cell<bool>,
}

impl<'a> Free<'a> {
    pub(super) fn new(definition: &'a Definition, values: &'a Values) -> Self {
        Self {
            definition,
            values,
            speaks: Cell::default(),
            choices: RefCell::default(),
            left: RefCell::default(),
            told: RefCell::default(),
            begun: RefCell::default(),
            supposed: Cell::default(),
        }
    }

    /// Notes what rules give from now on.
    pub(super) fn listen(&self) {
        *self.told.borrow_mut() = Some(Vec::new());
    }

    /// What rules gave since then.
    pub(super) fn heard(&self) -> Vec<(usize, RowBuf)> {
        self.told.borrow_mut().take().unwrap_or_default()
    }

    /// Lets this be said next, or nothing.
    pub(super) fn let_speak(&self, due: Option<Due>) {
        self.speaks.set(due);
    }

    /// Begins a step that is taken in every way there is; `next_way` goes on.
    pub(super) fn first_way(&self) {
        *self.choices.borrow_mut() = Choices::default();
        self.begin_step();
    }

    /// Whether the step can be taken in another way.
    pub(super) fn next_way(&self) -> bool {
        self.begin_step();
        self.choices.borrow_mut().advance()
    }

    /// The script of the choices that were made.
    pub(super) fn script(&self) -> Vec<u16> {
        let choices = self.choices.borrow();
        choices
            .made
            .iter()
            .take(choices.next)
            .map(|(chosen, _)| *chosen)
            .collect()
    }

    /// Takes the step with these choices.
    pub(super) fn follow(&self, script: &[u16]) {
        *self.choices.borrow_mut() = Choices {
            made: script.iter().map(|chosen| (*chosen, u16::MAX)).collect(),
            next: 0,
        };
        self.begin_step();
    }

    /// The promises of which a measurement began in the last step.
    pub(super) fn begun(&self) -> Vec<PromiseId> {
        self.begun.borrow().clone()
    }

    /// Whether the last step asked for what is left open.
    pub(super) fn has_supposed(&self) -> bool {
        self.supposed.get()
    }

    fn begin_step(&self) {
        self.begun.borrow_mut().clear();
        self.supposed.set(false);
        let mut left = self.left.borrow_mut();
        left.clear();
        left.resize(self.definition.promises.len(), None);
    }

    /// What is kept of a promise in the words of a case.
    pub(super) fn measured(state: &[i64], promise: PromiseId) -> Measured {
        state
            .chunks(WIDTH)
            .nth(promise.index())
            .map(Measured::read)
            .unwrap_or_default()
    }

    /// Takes back that the last step told somebody of a promise, in the words of a case and of the one before it.
    pub(super) fn take_back(state: &mut [i64], before: &[i64], promise: PromiseId) {
        if let Some(row) = state.chunks_mut(WIDTH).nth(promise.index()) {
            let mut measured = Measured::read(row);
            // Where the step began it anew, nobody was told of that either.
            measured.told &= Self::measured(before, promise).told;
            measured.write(row);
        }
    }

    fn promises(&self) -> impl Iterator<Item = (PromiseId, &'a PromiseDef)> {
        let all = self.definition.promises.iter().enumerate();
        all.map(|(position, promise)| (PromiseId::at(position), promise))
    }

    /// Whatever promises may say next in a case with these words.
    pub(super) fn may_say(&self, state: &[i64], at: Instant) -> Vec<Due> {
        let mut may = Vec::new();
        for (promise, definition) in self.promises() {
            let said = Self::measured(state, promise).may_say(definition);
            may.extend(said.into_iter().map(|(kind, number)| Due {
                at,
                kind,
                promise,
                number,
            }));
        }
        may
    }

    /// Whether some promise will say something if nothing else happens.
    pub(super) fn will_say(&self, state: &[i64]) -> bool {
        self.promises()
            .any(|(promise, definition)| Self::measured(state, promise).will_say(definition))
    }
}

impl Rules for Free<'_> {
    fn ask(&self, question: Question<'_>) -> Answer {
        let Some(definition) = self.definition.rules.get(question.rules) else {
            return Answer::Nothing;
        };
        let tried = self
            .values
            .outputs
            .get(question.rules)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let mut outputs: RowBuf = definition.outputs.row();
        for (index, values) in tried {
            let chosen = self.choices.borrow_mut().choose(values.len());
            if let (Some(field), Some(value)) = (definition.outputs.field(*index), values.get(chosen)) {
                // What does not fit stays absent, and was tried as that.
                let _ = outputs.set(field, value.clone());
            }
        }
        if let Some(told) = &mut *self.told.borrow_mut() {
            told.push((question.rules, outputs.clone()));
        }
        *question.outputs = outputs;
        Answer::Decided
    }
}

impl Clocks for Free<'_> {
    const WORDS: &'static [&'static str] = &["standing", "warned", "climbed", "begun", "counted", "level"];

    /// The other way asks no clocks, and what is left open is asked of them.
    const GENERAL: bool = true;

    fn next_due(&self, _: &[i64]) -> Option<Due> {
        self.speaks.get()
    }

    fn fire(&self, state: &mut [i64], due: Due) -> Result<News, ClockError> {
        self.speaks.set(None);
        let row = state.chunks_mut(WIDTH).nth(due.promise.index());
        let (Some(row), Some(promise)) = (row, self.definition.promises.get(due.promise.index())) else {
            return Ok(News::Cancelled);
        };
        let mut measured = Measured::read(row);
        match due.kind {
            DueKind::Warning => {
                measured.warned |= 1 << due.number;
                measured.told = true;
            }
            DueKind::Rung | DueKind::Timer => measured.climbed |= 1 << due.number,
            DueKind::Breach => {
                measured.broken = true;
                for (number, rung) in promise.rungs.iter().enumerate() {
                    if rung.after == Length::Elapsed(0) {
                        measured.climbed |= 1 << number;
                    }
                }
            }
        }
        measured.write(row);
        Ok(match due.kind {
            DueKind::Breach => News::Breached { because: None },
            _ => News::Warned,
        })
    }

    fn settle(
        &self,
        state: &mut [i64],
        signals: &[Signal],
        terms: &[Terms],
        _: Instant,
        _: &mut Vec<Said>,
    ) -> Result<(), ClockError> {
        for ((promise, definition), row) in self.promises().zip(state.chunks_mut(WIDTH)) {
            let terms = terms.get(promise.index()).copied().unwrap_or_default();
            let mut measured = Measured::read(row);
            for signal in signals.iter().filter(|signal| signal.promise() == promise) {
                measured.hear(definition, *signal, &terms);
            }
            measured.adjust(definition, &terms);
            measured.write(row);
            if measured.anew {
                self.begun.borrow_mut().push(promise);
            }
        }
        Ok(())
    }

    fn remaining(&self, state: &[i64], promise: PromiseId, _: Instant) -> Option<i64> {
        if is_supposed(promise) {
            self.supposed.set(true);
            return (self.choices.borrow_mut().choose(2) == 0).then_some(0);
        }
        if !Self::measured(state, promise).is_open() {
            return None;
        }
        let words = self.values.remaining.get(&promise)?;
        let mut left = self.left.borrow_mut();
        let chosen = left.get_mut(promise.index())?;
        // One that rests may have nothing left to tell.
        *chosen.get_or_insert_with(|| {
            let at = self.choices.borrow_mut().choose(words.len() + 1);
            words.get(at).copied()
        })
    }

    fn is_sound(&self, _: &[i64], _: PromiseId, _: Standing, _: Instant) -> bool {
        true
    }

    fn calendar_due(&self, from: Instant, _: Length, _: u16) -> Result<Instant, ClockError> {
        Ok(from.plus(1))
    }
}
