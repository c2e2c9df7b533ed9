//! A case with all that its promises heard of, and what they make of an event that is heard of late.
//!
//! The chart hears of an event when it arrives; promises count it when it occurred. So a late event is put in its place
//! among what was heard, and every measurement is folded again. What had been said stays said: the difference is told.

use crate::asking::{Asking, Clear};
use crate::promises::{Promises, due_news, hear, say_of};
use crate::{Case, Correction, Instant, News, Outcome, Workflow};
use caseloop_core::{Answer, ClockError, Clocks, Due, PromiseId, Question, Rules, Said, Signal, Standing, Terms};
use caseloop_expr::Length;
use caseloop_sla::{Clock, HorizonError, Policy};
use std::cell::{Cell, RefCell};

/// A case with what its promises have heard of since it began. [`Engine::replay`](crate::Engine::replay) makes one from a
/// journal; a host that keeps it beside the case lets it [`follow`](Self::follow) every outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Chronicle {
    case: Case,
    acts: Vec<Act>,
}

impl Chronicle {
    /// The chronicle of a case that has just begun.
    #[must_use]
    pub fn of(start: Outcome) -> Self {
        Self {
            case: start.case,
            acts: start.heard.0,
        }
    }

    /// Takes up the next outcome of the case.
    pub fn follow(&mut self, outcome: Outcome) {
        self.case = outcome.case;
        self.acts.extend(outcome.heard.0);
    }

    /// The case as it stands.
    #[must_use]
    pub fn case(&self) -> &Case {
        &self.case
    }

    /// The case as it stands, for a host that needs no more.
    #[must_use]
    pub fn into_case(self) -> Case {
        self.case
    }

    pub(crate) fn acts(&self) -> &[Act] {
        &self.acts
    }

    /// Folds a promise over all that was heard of before `now`.
    pub(crate) fn fold(
        &self,
        promise: PromiseId,
        policy: &Policy,
        now: Instant,
        see: &mut dyn FnMut(Moment<'_>) -> Result<(), HorizonError>,
    ) -> Result<Clock, HorizonError> {
        let acts: Vec<&Act> = self.acts.iter().collect();
        fold(&acts, promise, policy, now, see)
    }
}

/// What the promises of a case heard of in one outcome.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Heard(pub(crate) Vec<Act>);

/// One macrostep as promises hear of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Act {
    /// When it occurred.
    at: Instant,
    /// Whether it fell due, after all else of its instant.
    fell_due: bool,
    /// What a promise said, where that is what the macrostep answers to.
    answers: Option<Due>,
    signals: Vec<Signal>,
    /// What held after it, of every promise.
    terms: Vec<Terms>,
}

impl Act {
    fn terms(&self, promise: PromiseId) -> Terms {
        self.terms.get(promise.index()).copied().unwrap_or_default()
    }
}

/// A moment of a measurement as it is folded: a part of an act, or something that a promise said between acts.
pub(crate) struct Moment<'a> {
    pub(crate) at: Instant,
    /// Which of the acts, by arrival.
    pub(crate) act: Option<usize>,
    /// The clock after it.
    pub(crate) clock: &'a Clock,
    pub(crate) news: Vec<News>,
}

/// Folds the clock of a promise over acts in the order in which they occurred, those of one instant in the order of
/// their arrival and what fell due last, with all that is said before `now`.
fn fold(
    acts: &[&Act],
    promise: PromiseId,
    policy: &Policy,
    now: Instant,
    see: &mut dyn FnMut(Moment<'_>) -> Result<(), HorizonError>,
) -> Result<Clock, HorizonError> {
    let mut order: Vec<(usize, &Act)> = acts.iter().copied().enumerate().collect();
    order.sort_by_key(|(_, act)| (act.at, act.fell_due));
    let mut clock = Clock::default();
    let mut terms = Terms::default();
    for (position, act) in order {
        catch_up(&mut clock, policy, act.at, see)?;
        let mut see = |clock: &Clock, news: Vec<News>| {
            see(Moment {
                at: act.at,
                act: Some(position),
                clock,
                news,
            })
        };
        if let Some(due) = act.answers.filter(|due| due.promise == promise)
            && clock.next(policy)? == Some((act.at.0, say_of(due)))
        {
            let broken = clock.fire(act.at.0, say_of(due), policy)?;
            see(&clock, due_news(say_of(due), broken).into_iter().collect())?;
        }
        // An act that came later than its place says what it changed, not what holds there.
        let before = position.checked_sub(1).and_then(|before| acts.get(before));
        terms = changed(terms, before.map(|act| act.terms(promise)), act.terms(promise));
        let signals = act.signals.iter().filter(|signal| signal.promise() == promise);
        for signal in signals {
            let news = hear(&mut clock, policy, *signal, terms, act.at)?;
            see(&clock, news)?;
        }
        let news = crate::promises::adjust(&mut clock, policy, act.at, terms)?;
        see(&clock, news)?;
    }
    catch_up(&mut clock, policy, now, see)?;
    if let Some(last) = acts.last() {
        let news = crate::promises::adjust(&mut clock, policy, now, last.terms(promise))?;
        if !news.is_empty() {
            see(Moment {
                at: now,
                act: None,
                clock: &clock,
                news,
            })?;
        }
    }
    Ok(clock)
}

/// Says what is due before `now`.
fn catch_up(
    clock: &mut Clock,
    policy: &Policy,
    now: Instant,
    see: &mut dyn FnMut(Moment<'_>) -> Result<(), HorizonError>,
) -> Result<(), HorizonError> {
    while let Some((at, say)) = clock.next(policy)?.filter(|(at, _)| *at < now.0) {
        let broken = clock.fire(at, say, policy)?;
        see(Moment {
            at: Instant(at),
            act: None,
            clock,
            news: due_news(say, broken).into_iter().collect(),
        })?;
    }
    Ok(())
}

/// The terms `now` with what an act changed, from `before` to `after`.
fn changed(now: Terms, before: Option<Terms>, after: Terms) -> Terms {
    let Some(before) = before else { return after };
    fn kept<T: PartialEq>(now: T, before: T, after: T) -> T {
        if before == after { now } else { after }
    }
    Terms {
        within: kept(now.within, before.within, after.within),
        calendar: kept(now.calendar, before.calendar, after.calendar),
        standing: Standing {
            level: kept(now.standing.level, before.standing.level, after.standing.level),
            paused: kept(now.standing.paused, before.standing.paused, after.standing.paused),
            over: kept(now.standing.over, before.standing.over, after.standing.over),
        },
    }
}

/// A measurement as far as it is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Measured {
    /// The act that opened it.
    by: Option<usize>,
    since: Instant,
    due: Option<Instant>,
    broken: bool,
    /// What was left when it ended, negative where it was late.
    left: Option<i64>,
    ended: bool,
}

impl Measured {
    fn hear(&mut self, news: News) {
        match news {
            News::Retargeted(deadline) | News::Resumed(deadline) => self.due = deadline.due,
            News::Reopened(deadline) => {
                self.due = deadline.due;
                (self.ended, self.left) = (false, None);
            }
            News::Breached { .. } => self.broken = true,
            News::Kept { left, .. } => (self.ended, self.left) = (true, Some(left)),
            News::Late { over, .. } => {
                self.broken = true;
                (self.ended, self.left) = (true, Some(over.saturating_neg()));
            }
            News::Cancelled => self.ended = true,
            News::Opened(_) | News::Moved(_) | News::Paused | News::Warned | News::Corrected(_) => {}
        }
    }
}

/// All measurements of a promise, as they are folded.
#[derive(Debug, Default)]
struct Measurements(Vec<Measured>);

impl Measurements {
    fn see(&mut self, moment: &Moment<'_>, policy: &Policy) -> Result<(), HorizonError> {
        for news in &moment.news {
            match (news, self.0.last_mut()) {
                (News::Opened(deadline) | News::Moved(deadline), last) => {
                    if let Some(last) = last {
                        last.ended = true;
                    }
                    self.0.push(Measured {
                        by: moment.act,
                        since: moment.at,
                        due: deadline.due,
                        ..Measured::default()
                    });
                }
                (news, Some(last)) => last.hear(*news),
                (_, None) => {}
            }
        }
        if let Some(last) = self.0.last_mut().filter(|_| moment.clock.is_open()) {
            last.since = Instant(moment.clock.since());
            last.due = moment.clock.deadline(policy)?.due.map(Instant);
        }
        Ok(())
    }
}

/// The promises of a workflow that note what they hear of in a call at `now`, whose event may have `occurred` before.
pub(crate) struct Listening<'a> {
    promises: &'a Promises,
    asking: Asking<'a>,
    now: Instant,
    known: &'a [Act],
    occurred: Option<Instant>,
    heard: RefCell<Vec<Act>>,
    answers: Cell<Option<Due>>,
}

impl<'a> Listening<'a> {
    pub(crate) fn to(workflow: &'a Workflow, now: Instant) -> Self {
        Self {
            promises: &workflow.promises,
            asking: Asking::of(workflow, Clear::Nothing, None),
            now,
            known: &[],
            occurred: None,
            heard: RefCell::default(),
            answers: Cell::default(),
        }
    }

    pub(crate) fn late(workflow: &'a Workflow, now: Instant, known: &'a [Act], occurred: Instant) -> Self {
        Self {
            known,
            occurred: Some(occurred),
            ..Self::to(workflow, now)
        }
    }

    /// With who answers the workflow's questions to rules.
    pub(crate) fn with(self, asking: Asking<'a>) -> Self {
        Self { asking, ..self }
    }

    pub(crate) fn heard(self) -> Heard {
        Heard(self.heard.into_inner())
    }

    /// Puts what a late event did in its place.
    fn settle_late(&self, state: &mut [i64], acts: &[&Act], said: &mut Vec<Said>) -> Result<(), HorizonError> {
        let Some((act, before)) = acts.split_last() else {
            return Ok(());
        };
        for promise in self.promises.all() {
            let unchanged = before
                .last()
                .is_some_and(|last| last.terms(promise) == act.terms(promise));
            if unchanged && act.signals.iter().all(|signal| signal.promise() != promise) {
                continue;
            }
            let Some((known, policy)) = self.promises.clock(state, promise) else {
                continue;
            };
            let (mut was, mut is) = (Measurements::default(), Measurements::default());
            fold(before, promise, policy, self.now, &mut |moment| {
                was.see(&moment, policy)
            })?;
            let mut news = Vec::new();
            let folded = fold(acts, promise, policy, self.now, &mut |moment| {
                if moment.act == Some(before.len()) {
                    news.extend_from_slice(&moment.news);
                }
                is.see(&moment, policy)
            })?;
            let opener = |measured: &Measurements| measured.0.last().and_then(|last| last.by);
            let same = opener(&was) == opener(&is);
            let clock = folded.knowing(&known, same, self.now.0, policy)?;
            // What is said from now on need not be told as a correction.
            if let Some(last) = is.0.last_mut().filter(|_| clock.is_open()) {
                last.broken = clock.is_broken();
            }
            said.extend(news.iter().map(|news| Said { promise, news: *news }));
            let corrections = corrections(was, &is, &news, before.len());
            said.extend(corrections.into_iter().map(|correction| Said {
                promise,
                news: News::Corrected(correction),
            }));
            self.promises.put(state, promise, &clock);
        }
        Ok(())
    }
}

/// How measurements differ from what was told of them, the `news` of the late act among it.
fn corrections(was: Measurements, is: &Measurements, news: &[News], late: usize) -> Vec<Correction> {
    let mut was: Vec<Option<Measured>> = was.0.into_iter().map(Some).collect();
    let mut pairs: Vec<(Option<Measured>, Option<Measured>)> = Vec::new();
    for now in &is.0 {
        let same = was.iter_mut().find(|was| was.is_some_and(|was| was.by == now.by));
        pairs.push((same.and_then(Option::take), Some(*now)));
    }
    // One that is measured by another beginning stands for one that no longer is.
    let mut gone = was.into_iter().flatten();
    for pair in &mut pairs {
        if pair.0.is_none() && pair.1.is_some_and(|now| now.by != Some(late)) {
            pair.0 = gone.next();
        }
    }
    pairs.extend(gone.map(|was| (Some(was), None)));
    let told = |was: Option<Measured>, now: Option<Measured>| {
        let mut told = was;
        if now.is_some_and(|now| now.by == Some(late)) {
            let opened = news.iter().rev().find_map(|news| match news {
                News::Opened(deadline) | News::Moved(deadline) => Some(deadline.due),
                _ => None,
            });
            told = opened.map(|due| Measured {
                due,
                ..Measured::default()
            });
        } else if let Some(told) = told.as_mut().filter(|told| !told.ended) {
            news.iter().for_each(|news| told.hear(*news));
        }
        told
    };
    let differs = |told: Option<Measured>, now: Option<Measured>| {
        let seen = |one: Option<Measured>| one.map(|one| (one.due, one.broken, one.left, one.ended));
        seen(told) != seen(now)
    };
    let corrected = pairs.into_iter().filter(|(was, now)| differs(told(*was, *now), *now));
    corrected
        .map(|(was, now)| {
            let (before, after) = (was.or(told(was, now)).unwrap_or_default(), now.unwrap_or_default());
            Correction {
                since: now.or(was).unwrap_or_default().since,
                was_due: before.due,
                now_due: after.due,
                was_breached: before.broken,
                now_breached: after.broken,
                was_left: before.left,
                now_left: after.left,
            }
        })
        .collect()
}

impl Rules for Listening<'_> {
    fn ask(&self, question: Question<'_>) -> Answer {
        self.asking.ask(question)
    }
}

impl Clocks for Listening<'_> {
    const WORDS: &'static [&'static str] = Promises::WORDS;

    fn next_due(&self, state: &[i64]) -> Option<Due> {
        self.promises.next_due(state)
    }

    fn fire(&self, state: &mut [i64], due: Due) -> Result<News, ClockError> {
        self.answers.set(Some(due));
        self.promises.fire(state, due)
    }

    fn settle(
        &self,
        state: &mut [i64],
        signals: &[Signal],
        terms: &[Terms],
        at: Instant,
        said: &mut Vec<Said>,
    ) -> Result<(), ClockError> {
        let mut act = Act {
            at,
            fell_due: at < self.now,
            answers: self.answers.take(),
            signals: signals.to_vec(),
            terms: terms.to_vec(),
        };
        let mut heard = self.heard.borrow_mut();
        let Some(occurred) = self.occurred.filter(|_| !act.fell_due) else {
            heard.push(act);
            return self.promises.settle(state, signals, terms, at, said);
        };
        // Before the case began nothing was promised.
        act.at = occurred.max(self.known.first().map_or(self.now, |start| start.at));
        for signal in &mut act.signals {
            if let Signal::Open(opening) | Signal::Restart(opening) = signal {
                opening.since = opening.since.min(occurred);
            }
        }
        heard.push(act);
        let acts: Vec<&Act> = self.known.iter().chain(heard.iter()).collect();
        let settled = self.settle_late(state, &acts, said);
        settled.map_err(|error| ClockError(error.to_string()))
    }

    fn remaining(&self, state: &[i64], promise: PromiseId, at: Instant) -> Option<i64> {
        self.promises.remaining(state, promise, at)
    }

    fn is_sound(&self, row: &[i64], promise: PromiseId, standing: Standing, at: Instant) -> bool {
        self.promises.is_sound(row, promise, standing, at)
    }

    fn calendar_due(&self, from: Instant, length: Length, calendar: u16) -> Result<Instant, ClockError> {
        self.promises.calendar_due(from, length, calendar)
    }
}
