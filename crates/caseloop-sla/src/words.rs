//! A clock as a row of words, the form in which a case keeps it. A row of zeros is a clock that was never opened.

use crate::clock::Clock;
use crate::policy::{MOST, Policy};

/// The names of the words of a row, in order. `flags` has a bit each for open (1), at rest (2), a limit (4), a date (8)
/// and broken (16).
pub const WORDS: &[&str] = &[
    "number", "flags", "since", "within", "by", "level", "elapsed", "at", "changed", "warned", "breached", "climbed",
];

const OPEN: i64 = 1;
const RESTS: i64 = 2;
const LIMIT: i64 = 4;
const DATE: i64 = 8;
const BROKEN: i64 = 16;

impl Clock {
    /// The clock that a row holds; a row of another length is a clock that was never opened.
    #[must_use]
    pub fn read(row: &[i64]) -> Self {
        let &[
            number,
            flags,
            since,
            within,
            by,
            level,
            elapsed,
            at,
            changed,
            warned,
            breached,
            climbed,
        ] = row
        else {
            return Self::default();
        };
        let has = |flag: i64| flags & flag != 0;
        Self {
            number,
            running: has(OPEN),
            paused: has(RESTS),
            since,
            within: has(LIMIT).then_some(within),
            by: has(DATE).then_some(by),
            level,
            elapsed,
            at,
            changed,
            warned,
            breached: has(BROKEN).then_some(breached),
            climbed,
        }
    }

    /// Puts the clock into a row of as many words as [`WORDS`] names.
    pub fn write(&self, row: &mut [i64]) {
        let flag = |set: bool, flag: i64| if set { flag } else { 0 };
        let flags = flag(self.running, OPEN)
            | flag(self.paused, RESTS)
            | flag(self.within.is_some(), LIMIT)
            | flag(self.by.is_some(), DATE)
            | flag(self.breached.is_some(), BROKEN);
        let words = [
            self.number,
            flags,
            self.since,
            self.within.unwrap_or_default(),
            self.by.unwrap_or_default(),
            self.level,
            self.elapsed,
            self.at,
            self.changed,
            self.warned,
            self.breached.unwrap_or_default(),
            self.climbed,
        ];
        for (to, from) in row.iter_mut().zip(words) {
            *to = from;
        }
    }

    /// Whether the clock can have come about under `policy` in a case whose last step was at `now`, with all said that
    /// was due before.
    #[must_use]
    pub fn is_sound(&self, policy: &Policy, now: i64) -> bool {
        let mut row = [0; 12];
        self.write(&mut row);
        let known = |bits: i64, most: usize| bits >> most.min(MOST) == 0;
        let measured = self.number > 0 && self.at <= now && self.changed <= now && self.since <= self.at;
        let limited = self.within.is_some() || self.by.is_some();
        let open = limited && self.elapsed >= 0 && self.within.is_none_or(|within| within > 0);
        let said = known(self.warned, policy.warnings.len()) && known(self.climbed, policy.rungs.len());
        let settled = self.next(policy).is_none_or(|(at, _)| at >= now);
        row == [0; 12] || measured && open && said && settled && (self.running || !self.paused)
    }
}
