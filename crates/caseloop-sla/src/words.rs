//! A clock as a row of words, the form in which a case keeps it. A row of zeros is a clock that was never opened.

use crate::clock::Clock;
use crate::policy::{MOST, Policy};
use crate::used::{Amount, Unit, Used};

/// The names of the words of a row, in order. `flags` has a bit each for open (1), at rest (2), a limit (4), in working
/// time (8), a date (16), broken (32) and changed last by a new level (64).
pub const WORDS: &[&str] = &[
    "number",
    "flags",
    "since",
    "within",
    "by",
    "level",
    "calendar",
    "elapsed",
    "working",
    "at",
    "changed",
    "warned",
    "broken_elapsed",
    "broken_working",
    "climbed",
    "counted",
    "begun",
    "anew_1",
    "anew_2",
    "anew_3",
    "anew_4",
];

const WIDTH: usize = WORDS.len();

const OPEN: i64 = 1;
const RESTS: i64 = 2;
const LIMIT: i64 = 4;
const WORKING: i64 = 8;
const DATE: i64 = 16;
const BROKEN: i64 = 32;
const BY_LEVEL: i64 = 64;

impl Clock {
    /// The clock that a row holds; a row of another length is a clock that was never opened.
    #[must_use]
    pub fn read(row: &[i64]) -> Self {
        let Ok(row) = <[i64; WIDTH]>::try_from(row) else {
            return Self::default();
        };
        let [number, flags, since, within, by, level, calendar, rest @ ..] = row;
        let [elapsed, working, at, changed, warned, rest @ ..] = rest;
        let [broken_elapsed, broken_working, climbed, counted, begun, anew @ ..] = rest;
        let has = |flag: i64| flags & flag != 0;
        let unit = if has(WORKING) { Unit::Working } else { Unit::Elapsed };
        let broken = Used {
            elapsed: broken_elapsed,
            working: broken_working,
        };
        Self {
            number,
            running: has(OPEN),
            paused: has(RESTS),
            since,
            within: has(LIMIT).then_some(Amount { unit, ms: within }),
            by: has(DATE).then_some(by),
            level,
            calendar,
            used: Used { elapsed, working },
            anew,
            at,
            changed,
            by_level: has(BY_LEVEL),
            warned,
            broken: has(BROKEN).then_some(broken),
            climbed,
            counted,
            begun,
        }
    }

    /// Puts the clock into a row of as many words as [`WORDS`] names.
    pub fn write(&self, row: &mut [i64]) {
        for (to, from) in row.iter_mut().zip(self.words()) {
            *to = from;
        }
    }

    fn words(&self) -> [i64; WIDTH] {
        let flag = |set: bool, flag: i64| if set { flag } else { 0 };
        let working = self.within.is_some_and(|within| within.unit == Unit::Working);
        let flags = flag(self.running, OPEN)
            | flag(self.paused, RESTS)
            | flag(self.within.is_some(), LIMIT)
            | flag(working, WORKING)
            | flag(self.by.is_some(), DATE)
            | flag(self.broken.is_some(), BROKEN)
            | flag(self.by_level, BY_LEVEL);
        let broken = self.broken.unwrap_or_default();
        [
            self.number,
            flags,
            self.since,
            self.within.map_or(0, |within| within.ms),
            self.by.unwrap_or_default(),
            self.level,
            self.calendar,
            self.used.elapsed,
            self.used.working,
            self.at,
            self.changed,
            self.warned,
            broken.elapsed,
            broken.working,
            self.climbed,
            self.counted,
            self.begun,
            self.anew[0],
            self.anew[1],
            self.anew[2],
            self.anew[3],
        ]
    }

    /// Whether a row holds a clock that can have come about under `policy` in a case whose last step was at `now`, with
    /// all said that was due before; the level and the state of rest are the caller's to check.
    #[must_use]
    pub fn is_sound(row: &[i64], policy: &Policy, now: i64) -> bool {
        let clock = Self::read(row);
        // Words that reading drops were never written.
        clock.words() == *row && clock.stands(policy, now)
    }

    fn stands(&self, policy: &Policy, now: i64) -> bool {
        if self.number == 0 {
            let begun = self.begun;
            return *self
                == Self {
                    begun,
                    ..Self::default()
                };
        }
        let known = |bits: i64, most: usize| bits >> most.min(MOST) == 0;
        let measured = self.number > 0 && self.since <= self.at && self.at <= now && self.changed <= now;
        let chosen = self.calendar == 0 || policy.calendar(self.calendar).is_some();
        let limited = self.within.is_some() || self.by.is_some() || policy.at_most.is_some();
        let amounts = [self.used.elapsed, self.used.working, self.counted, self.begun];
        let amounts =
            amounts.iter().chain(&self.anew).all(|word| *word >= 0) && self.within.is_none_or(|within| within.ms >= 0);
        let warned = known(self.warned, policy.warnings.len());
        let climbed = known(self.climbed, policy.rungs.len()) && (self.broken.is_some() || self.climbed == 0);
        let settled = self.next(policy).is_ok_and(|next| next.is_none_or(|(at, _)| at >= now));
        let rests = self.running || !self.paused;
        measured && chosen && limited && amounts && warned && climbed && settled && rests
    }
}
