//! The promises of a workflow as the kernel asks for them, measured by `caseloop-sla`.

use caseloop_core::definition::{Definition, NewLevel, WarningAt};
use caseloop_core::{Clocks, Deadline, Due, DueKind, Instant, News, Opening, PromiseId, Said, Signal, Terms};
use caseloop_expr::Length;
use caseloop_sla::{Clock, End, Policy, Say, Warning};

/// The policies of a workflow's promises, by position.
#[derive(Clone, Debug, Default)]
pub(crate) struct Promises {
    policies: Vec<Policy>,
}

const WIDTH: usize = caseloop_sla::WORDS.len();

impl Promises {
    pub(crate) fn of(definition: &Definition) -> Self {
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
            }),
        });
        Self {
            policies: policies.collect(),
        }
    }

    /// Works on the clock in a promise's row.
    fn with<T>(&self, state: &mut [i64], promise: PromiseId, work: impl FnOnce(&mut Clock, &Policy) -> T) -> Option<T> {
        let row = state.chunks_mut(WIDTH).nth(promise.index())?;
        let mut clock = Clock::read(row);
        let done = work(&mut clock, self.policies.get(promise.index())?);
        clock.write(row);
        Some(done)
    }
}

fn open(clock: &mut Clock, opening: Opening, at: Instant, terms: Terms) -> Vec<News> {
    if opening.first && clock.number() > 0 {
        return Vec::new();
    }
    let runs = clock.is_open();
    let by = opening.by.map(|by| by.0);
    let opened = deadline(clock.open(opening.since.0, at.0, by, ours(terms)));
    match (runs, opening.by) {
        (false, _) => vec![News::Opened(opened)],
        (true, Some(_)) => vec![News::Moved(opened)],
        (true, None) => vec![News::Cancelled, News::Opened(opened)],
    }
}

/// What the terms at the end of a macrostep make of a running measurement.
fn adjust(clock: &mut Clock, policy: &Policy, at: Instant, terms: Terms) -> Vec<News> {
    let mut news = Vec::new();
    match clock.wants(ours(terms), policy) {
        Some(caseloop_sla::NewLevel::Restart) => {
            let by = clock.deadline().by;
            news.push(News::Cancelled);
            news.push(News::Opened(deadline(clock.open(at.0, at.0, by, ours(terms)))));
        }
        Some(caseloop_sla::NewLevel::KeepElapsed) => {
            news.push(News::Retargeted(deadline(clock.retarget(at.0, ours(terms)))));
        }
        None => {}
    }
    if terms.paused && clock.pause(at.0) {
        news.push(News::Paused);
    }
    if !terms.paused && clock.resume(at.0) {
        news.push(News::Resumed(deadline(clock.deadline())));
    }
    news
}

fn ours(terms: Terms) -> caseloop_sla::Terms {
    caseloop_sla::Terms {
        within: terms.within,
        level: terms.level,
        paused: terms.paused,
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
        End::Kept { left } => News::Kept { left },
        End::Late { over } => News::Late { over },
    }
}

impl Clocks for Promises {
    const WORDS: &'static [&'static str] = caseloop_sla::WORDS;

    fn next_due(&self, state: &[i64]) -> Option<Due> {
        let rows = state.chunks(WIDTH).zip(&self.policies).enumerate();
        rows.filter_map(|(position, (row, policy))| {
            let (at, say) = Clock::read(row).next(policy)?;
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

    fn fire(&self, state: &mut [i64], due: Due) -> News {
        let (say, news) = match due.kind {
            DueKind::Warning => (Say::Warning(due.number), News::Warned),
            DueKind::Breach => (Say::Breach, News::Breached),
            DueKind::Rung | DueKind::Timer => (Say::Rung(due.number), News::Breached),
        };
        self.with(state, due.promise, |clock, policy| clock.fire(due.at.0, say, policy));
        news
    }

    fn settle(&self, state: &mut [i64], signals: &[Signal], terms: &[Terms], at: Instant, said: &mut Vec<Said>) {
        let mut say = |promise: PromiseId, news: Option<Vec<News>>| {
            let news = news.into_iter().flatten();
            said.extend(news.map(|news| Said { promise, news }));
        };
        let terms_of = |promise: PromiseId| terms.get(promise.index()).copied().unwrap_or_default();
        for signal in signals {
            match *signal {
                Signal::Close(promise) => {
                    let close = |clock: &mut Clock, _: &Policy| clock.close(at.0).map(ended).into_iter().collect();
                    say(promise, self.with(state, promise, close));
                }
                Signal::Open(opening) => {
                    let promise = opening.promise;
                    let terms = terms_of(promise);
                    say(
                        promise,
                        self.with(state, promise, |clock, _| open(clock, opening, at, terms)),
                    );
                }
            }
        }
        for promise in (0..self.policies.len()).map(PromiseId::at) {
            let terms = terms_of(promise);
            say(
                promise,
                self.with(state, promise, |clock, policy| adjust(clock, policy, at, terms)),
            );
        }
    }

    fn cancel(&self, state: &mut [i64], said: &mut Vec<Said>) {
        for promise in (0..self.policies.len()).map(PromiseId::at) {
            if self.with(state, promise, |clock, _| clock.cancel()) == Some(true) {
                let news = News::Cancelled;
                said.push(Said { promise, news });
            }
        }
    }

    fn remaining(&self, state: &[i64], promise: PromiseId, at: Instant) -> Option<i64> {
        let row = state.chunks(WIDTH).nth(promise.index())?;
        Clock::read(row).remaining(at.0)
    }

    fn is_sound(&self, row: &[i64], promise: PromiseId, at: Instant) -> bool {
        let policy = self.policies.get(promise.index());
        policy.is_some_and(|policy| Clock::read(row).is_sound(policy, at.0))
    }

    fn calendar_due(&self, _: Instant, _: &Length) -> Instant {
        Instant::NEVER
    }
}
