//! The promises of a workflow as the kernel asks for them, measured by `caseloop-sla`.

use caseloop_core::definition::{self, Definition, NewLevel, WarningAt};
use caseloop_core::{
    Answer, Because, ClockError, Clocks, Counted, Deadline, Due, DueKind, Instant, News, Opening, PromiseId, Question,
    Rules, Said, Signal, Standing, Terms,
};
use caseloop_expr::Length;
use caseloop_sla::{Breach, Calendar, Clock, End, HorizonError, Late, MonthEnd, Opened, Policy, Reopen, Say, Warning};

/// The policies of a workflow's promises, by position, and its calendars.
#[derive(Clone, Debug, Default)]
pub(crate) struct Promises {
    policies: Vec<Policy>,
    calendars: Vec<Calendar>,
}

const _: () = assert!(
    definition::MOST_ANEW == caseloop_sla::MOST_ANEW,
    "the reader lets through what clocks can keep"
);

const WIDTH: usize = caseloop_sla::WORDS.len();

impl Promises {
    /// `calendars` are those that the definition names, in its order.
    pub(crate) fn of(definition: &Definition, calendars: &[Calendar]) -> Self {
        let policies = definition.promises.iter().map(|promise| Policy {
            warnings: promise
                .warnings
                .iter()
                .map(|warning| match warning.at {
                    WarningAt::Percent(percent) => Warning::Percent(percent),
                    WarningAt::Before(length) => Warning::Before(length),
                })
                .collect(),
            rungs: promise.rungs.iter().map(|rung| rung.after).collect(),
            new_level: promise.new_level.map(|way| match way {
                NewLevel::Restart => caseloop_sla::NewLevel::Restart,
                NewLevel::KeepElapsed => caseloop_sla::NewLevel::KeepElapsed,
                NewLevel::FromStart => caseloop_sla::NewLevel::FromStart,
                NewLevel::Proportional => caseloop_sla::NewLevel::Proportional,
            }),
            never_later: promise.never_later,
            reopen: match promise.reopen {
                definition::Reopen::Restart => Reopen::Restart,
                definition::Reopen::Resume => Reopen::Resume,
                definition::Reopen::Continue => Reopen::Continue,
                definition::Reopen::Ignore => Reopen::Ignore,
            },
            calendars: match promise.calendar {
                Some(_) => calendars.to_vec(),
                None => Vec::new(),
            },
            anew_by: match (&promise.calendar, promise.new_level) {
                (Some(choice), Some(NewLevel::FromStart)) => choice.several(),
                _ => Vec::new(),
            },
            late: match promise.late {
                definition::Late::AtDeadline => Late::AtDeadline,
                definition::Late::NextOpening => Late::NextOpening,
            },
            at_most: promise.at_most,
        });
        Self {
            policies: policies.collect(),
            calendars: calendars.to_vec(),
        }
    }

    /// What a promise is measured by.
    pub(crate) fn policy(&self, promise: PromiseId) -> Option<&Policy> {
        self.policies.get(promise.index())
    }

    /// The clock of a promise as it stands, and what it is measured by.
    pub(crate) fn clock(&self, state: &[i64], promise: PromiseId) -> Option<(Clock, &Policy)> {
        let row = state.chunks(WIDTH).nth(promise.index())?;
        Some((Clock::read(row), self.policies.get(promise.index())?))
    }

    /// Every promise, in the order of the workflow.
    pub(crate) fn all(&self) -> impl Iterator<Item = PromiseId> + use<> {
        (0..self.policies.len()).map(PromiseId::at)
    }

    /// Puts a clock into a promise's row.
    pub(crate) fn put(&self, state: &mut [i64], promise: PromiseId, clock: &Clock) {
        if let Some(row) = state.chunks_mut(WIDTH).nth(promise.index()) {
            clock.write(row);
        }
    }

    /// Works on the clock in a promise's row.
    fn with<T: Default>(
        &self,
        state: &mut [i64],
        promise: PromiseId,
        work: impl FnOnce(&mut Clock, &Policy) -> Result<T, HorizonError>,
    ) -> Result<T, ClockError> {
        let row = state.chunks_mut(WIDTH).nth(promise.index());
        let (Some(row), Some(policy)) = (row, self.policies.get(promise.index())) else {
            return Ok(T::default());
        };
        let mut clock = Clock::read(row);
        // What comes next must be known, since asking for it later cannot fail.
        let done = work(&mut clock, policy).and_then(|done| clock.next(policy).map(|_| done));
        clock.write(row);
        done.map_err(beyond)
    }
}

fn beyond(error: HorizonError) -> ClockError {
    ClockError(error.to_string())
}

fn open(
    clock: &mut Clock,
    policy: &Policy,
    opening: Opening,
    at: Instant,
    terms: Terms,
) -> Result<Vec<News>, HorizonError> {
    if opening.first.is_some_and(|mark| !clock.begins_first(mark)) {
        return Ok(Vec::new());
    }
    let runs = clock.is_open();
    let by = opening.by.map(|by| by.0);
    Ok(match clock.open(opening.since.0, at.0, by, ours(terms), policy)? {
        Opened::Not => Vec::new(),
        Opened::Again(due) => vec![News::Reopened(deadline(due))],
        Opened::Anew(due) => match (runs, by) {
            (false, _) => vec![News::Opened(deadline(due))],
            (true, Some(_)) => vec![News::Moved(deadline(due))],
            (true, None) => vec![News::Cancelled, News::Opened(deadline(due))],
        },
    })
}

/// Ends the running measurement and opens the next.
fn restart(
    clock: &mut Clock,
    policy: &Policy,
    opening: Opening,
    at: Instant,
    terms: Terms,
) -> Result<Vec<News>, HorizonError> {
    let by = opening.by.map(|by| by.0);
    let both = clock.restart(at.0, by, ours(terms), policy)?;
    Ok(both.map_or_else(Vec::new, |(end, due)| vec![ended(end), News::Opened(deadline(due))]))
}

/// What a signal makes of its promise's clock.
pub(crate) fn hear(
    clock: &mut Clock,
    policy: &Policy,
    signal: Signal,
    terms: Terms,
    at: Instant,
) -> Result<Vec<News>, HorizonError> {
    Ok(match signal {
        Signal::Close(_) => clock.close(at.0, policy)?.map(ended).into_iter().collect(),
        Signal::Cancel(_) => {
            let cancelled = clock.cancel(at.0, policy)?;
            cancelled.then_some(News::Cancelled).into_iter().collect()
        }
        Signal::Count(_) => {
            clock.tally(at.0, policy);
            Vec::new()
        }
        Signal::Restart(opening) => restart(clock, policy, opening, at, terms)?,
        Signal::Open(opening) => open(clock, policy, opening, at, terms)?,
    })
}

/// What the terms at the end of a macrostep make of a running measurement.
pub(crate) fn adjust(clock: &mut Clock, policy: &Policy, at: Instant, terms: Terms) -> Result<Vec<News>, HorizonError> {
    let mut news = Vec::new();
    if let Some(way) = clock.wants(ours(terms), policy) {
        let due = deadline(clock.retarget(at.0, ours(terms), way, policy)?);
        match way {
            caseloop_sla::NewLevel::Restart | caseloop_sla::NewLevel::FromStart => {
                news.extend([News::Cancelled, News::Opened(due)])
            }
            _ => news.push(News::Retargeted(due)),
        }
    }
    if terms.standing.paused && clock.pause(at.0, policy)? {
        news.push(News::Paused);
    }
    if !terms.standing.paused && clock.resume(at.0) {
        news.push(News::Resumed(deadline(clock.deadline(policy)?)));
    }
    if terms.standing.over && clock.cancel(at.0, policy)? {
        news.push(News::Cancelled);
    }
    Ok(news)
}

fn ours(terms: Terms) -> caseloop_sla::Terms {
    caseloop_sla::Terms {
        within: terms.within,
        level: terms.standing.level,
        calendar: terms.calendar,
        paused: terms.standing.paused,
    }
}

fn deadline(deadline: caseloop_sla::Deadline) -> Deadline {
    Deadline {
        due: deadline.due.map(Instant),
        by: deadline.by.map(Instant),
        within: deadline.within,
    }
}

fn ended(end: End) -> News {
    match end {
        End::Kept { left, counted } => News::Kept {
            left,
            counted: of(counted),
        },
        End::Late { over, counted } => News::Late {
            over,
            counted: of(counted),
        },
    }
}

fn of(counted: caseloop_sla::Counted) -> Counted {
    match counted {
        caseloop_sla::Counted::Elapsed => Counted::Elapsed,
        caseloop_sla::Counted::Working => Counted::Working,
        caseloop_sla::Counted::Times => Counted::Times,
    }
}

/// What a clock is to say.
pub(crate) fn say_of(due: Due) -> Say {
    match due.kind {
        DueKind::Warning => Say::Warning(due.number),
        DueKind::Breach => Say::Breach,
        DueKind::Rung | DueKind::Timer => Say::Rung(due.number),
    }
}

/// What is told of it; nothing of a rung, which is a timer.
pub(crate) fn due_news(say: Say, broken: Option<Breach>) -> Option<News> {
    match (say, broken) {
        (_, Some(why)) => Some(News::Breached {
            because: match why {
                Breach::Time => None,
                Breach::Late => Some(Because::Late),
                Breach::NewLevel => Some(Because::NewLevel),
                Breach::Count => Some(Because::Count),
            },
        }),
        (Say::Warning(_), None) => Some(News::Warned),
        (Say::Breach | Say::Rung(_), None) => None,
    }
}

/// The promises of a workflow are asked for nothing but promises; its rules are asked in a step.
impl Rules for Promises {
    fn ask(&self, _: Question<'_>) -> Answer {
        Answer::Nothing
    }
}

impl Clocks for Promises {
    const WORDS: &'static [&'static str] = caseloop_sla::WORDS;

    fn next_due(&self, state: &[i64]) -> Option<Due> {
        let rows = state.chunks(WIDTH).zip(&self.policies).enumerate();
        rows.filter_map(|(position, (row, policy))| {
            let (at, say) = Clock::read(row).next(policy).ok().flatten()?;
            let (kind, number) = match say {
                Say::Warning(number) => (DueKind::Warning, number),
                Say::Breach => (DueKind::Breach, 0),
                Say::Rung(number) => (DueKind::Rung, number),
            };
            Some(Due {
                at: Instant(at),
                kind,
                promise: PromiseId::at(position),
                number,
            })
        })
        .min()
    }

    fn fire(&self, state: &mut [i64], due: Due) -> Result<News, ClockError> {
        let say = say_of(due);
        let broken = self.with(state, due.promise, |clock, policy| clock.fire(due.at.0, say, policy))?;
        Ok(due_news(say, broken).unwrap_or(News::Warned))
    }

    fn settle(
        &self,
        state: &mut [i64],
        signals: &[Signal],
        terms: &[Terms],
        at: Instant,
        said: &mut Vec<Said>,
    ) -> Result<(), ClockError> {
        let mut say = |promise: PromiseId, news: Vec<News>| {
            said.extend(news.into_iter().map(|news| Said { promise, news }));
        };
        let terms_of = |promise: PromiseId| terms.get(promise.index()).copied().unwrap_or_default();
        for signal in signals {
            let promise = signal.promise();
            let terms = terms_of(promise);
            let news = self.with(state, promise, |clock, policy| hear(clock, policy, *signal, terms, at))?;
            say(promise, news);
        }
        for promise in self.all() {
            let terms = terms_of(promise);
            let news = self.with(state, promise, |clock, policy| adjust(clock, policy, at, terms))?;
            say(promise, news);
        }
        Ok(())
    }

    fn remaining(&self, state: &[i64], promise: PromiseId, at: Instant) -> Option<i64> {
        let row = state.chunks(WIDTH).nth(promise.index())?;
        let policy = self.policies.get(promise.index())?;
        Clock::read(row).remaining(at.0, policy).ok().flatten()
    }

    fn is_sound(&self, row: &[i64], promise: PromiseId, standing: Standing, at: Instant) -> bool {
        let Some(policy) = self.policies.get(promise.index()) else {
            return false;
        };
        let clock = Clock::read(row);
        let stands = !clock.is_open()
            || (clock.is_paused() == standing.paused && clock.level() == standing.level && !standing.over);
        stands && Clock::is_sound(row, policy, at.0)
    }

    fn calendar_due(&self, from: Instant, length: Length, calendar: u16) -> Result<Instant, ClockError> {
        let calendar = self.calendars.get(usize::from(calendar));
        let calendar = calendar.ok_or_else(|| beyond(HorizonError::NoCalendar))?;
        let months = |months: u32| {
            let months = i32::try_from(months).unwrap_or(i32::MAX);
            calendar.months_after(from.0, months, MonthEnd::Cut)
        };
        let due = match length {
            Length::Elapsed(ms) => Ok(from.0.saturating_add(ms)),
            Length::WorkingTime(ms) => calendar.due_at(from.0, ms),
            Length::WorkingDays(days) => calendar.end_of_working_day(from.0, i64::from(days)),
            Length::Months(count) => months(count),
            Length::Years(count) => months(count.saturating_mul(12)),
        };
        due.map(Instant).map_err(beyond)
    }
}
