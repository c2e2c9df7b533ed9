//! Open time and instants: how much has passed, when an amount of it has passed, what opens or closes next.
//!
//! Each answer is found by binary search in sums of open time, whatever lies between the instants.

use super::index::{Chunk, Passed};
use super::stretch::{Stretch, clipped};
use super::{Calendar, HorizonError};
use crate::calendar::zone;
use chrono::NaiveDate;

impl Calendar {
    /// Whether it is open at an instant. An opening instant is open, a closing one is not.
    ///
    /// # Errors
    /// Beyond the horizon.
    pub fn is_open(&self, at: i64) -> Result<bool, HorizonError> {
        let chunk = self.locate(at)?;
        Ok(self.chunk(chunk).is_some_and(|chunk| chunk.is_open(at)))
    }

    /// The open time from one instant to another, in milliseconds; negative where the second is the earlier.
    ///
    /// # Errors
    /// Beyond the horizon.
    pub fn elapsed(&self, from: i64, until: i64) -> Result<i64, HorizonError> {
        let (first, last) = (self.locate(from)?, self.locate(until)?);
        if first == last {
            return Ok(self
                .chunk(first)
                .map_or(0, |chunk| chunk.rank(until) - chunk.rank(from)));
        }
        Ok(self.rank(last, until) - self.rank(first, from))
    }

    /// When an amount of open time has passed, as a deadline is told: the earliest such instant, so that what is used
    /// up at closing time is due at that closing time. An amount of zero is due at once, open or not.
    ///
    /// A negative amount goes back to the latest instant from which it takes that much open time to `from`, an opening
    /// time rather than the closing time before it.
    ///
    /// # Errors
    /// If the instant or the answer lies beyond the horizon.
    pub fn due_at(&self, from: i64, amount: i64) -> Result<i64, HorizonError> {
        match amount {
            0 => self.locate(from).map(|_| from),
            amount if amount > 0 => self.first_with(from, amount),
            amount => self.last_with(from, amount),
        }
    }

    /// The other end of the time during which exactly an amount of open time has passed: where [`due_at`](Self::due_at)
    /// is a closing time this is the next opening, otherwise the two are equal. Elapsed time exceeds the amount only
    /// after this instant, so what comes in closed hours is still in time. An amount of zero gives the next opening.
    ///
    /// A negative amount goes back to the earliest such instant, a closing time.
    ///
    /// # Errors
    /// If the instant or the answer lies beyond the horizon.
    pub fn breach_at(&self, from: i64, amount: i64) -> Result<i64, HorizonError> {
        match amount >= 0 {
            true => self.last_with(from, amount),
            false => self.first_with(from, amount),
        }
    }

    /// The instant itself where it is open, otherwise the next opening.
    ///
    /// # Errors
    /// Beyond the horizon.
    pub fn next_open(&self, at: i64) -> Result<i64, HorizonError> {
        Ok(self.following(at)?.start.max(at))
    }

    /// The next instant after this one at which it opens.
    ///
    /// # Errors
    /// Beyond the horizon.
    pub fn next_opening(&self, at: i64) -> Result<i64, HorizonError> {
        let next = self.following(at)?;
        match next.start > at {
            true => Ok(next.start),
            false => Ok(self.following(self.end_of(next)?)?.start),
        }
    }

    /// The next instant after this one at which it closes.
    ///
    /// # Errors
    /// Beyond the horizon.
    pub fn next_close(&self, at: i64) -> Result<i64, HorizonError> {
        self.end_of(self.following(at)?)
    }

    /// The instant itself where it was open just before it, otherwise the last closing: the mirror image of
    /// [`next_open`](Self::next_open).
    ///
    /// # Errors
    /// Beyond the horizon.
    pub fn prev_close(&self, at: i64) -> Result<i64, HorizonError> {
        Ok(self.preceding(at)?.end.min(at))
    }

    /// The last instant before this one at which it opened.
    ///
    /// # Errors
    /// Beyond the horizon.
    pub fn prev_opening(&self, at: i64) -> Result<i64, HorizonError> {
        let last = self.preceding(at)?;
        match last.start > self.horizon().start {
            true => Ok(last.start),
            false => Err(self.beyond(last.start - 1)),
        }
    }

    /// The open stretches of `[from, until)` in order, cut off at both ends.
    ///
    /// # Errors
    /// Beyond the horizon.
    pub fn stretches(&self, from: i64, until: i64) -> Result<Vec<Stretch>, HorizonError> {
        self.locate(from)?;
        self.locate(until)?;
        Ok(self.open_in(Stretch {
            start: from,
            end: until.max(from),
        }))
    }

    /// The open stretches of a local date, cut off at its midnights.
    ///
    /// # Errors
    /// Beyond the horizon.
    pub fn stretches_on(&self, date: NaiveDate) -> Result<Vec<Stretch>, HorizonError> {
        let day = zone::number(date);
        self.chunk_of_day(day)?;
        let midnight = |day| zone::instant_of(self.0.zone, zone::midnight(day));
        let whole = self.horizon();
        Ok(self.open_in(Stretch {
            start: midnight(day).max(whole.start),
            end: midnight(day + 1).min(whole.end),
        }))
    }

    /// The first open stretches after an instant, the first cut off there, at most `most`.
    ///
    /// # Errors
    /// Beyond the horizon.
    pub fn stretches_after(&self, at: i64, most: usize) -> Result<Vec<Stretch>, HorizonError> {
        let (mut found, mut from) = (Vec::new(), at);
        for _ in 0..most {
            let next = self.following(from)?;
            from = self.end_of(next)?;
            found.extend(clipped(&[next], at, from));
        }
        Ok(found)
    }

    /// The last open stretches before an instant, the latest first and cut off there, at most `most`.
    ///
    /// # Errors
    /// Beyond the horizon.
    pub fn stretches_before(&self, at: i64, most: usize) -> Result<Vec<Stretch>, HorizonError> {
        let (mut found, mut until) = (Vec::new(), at);
        for _ in 0..most {
            let last = self.preceding(until)?;
            if last.start <= self.horizon().start {
                return Err(self.beyond(last.start - 1));
            }
            until = last.start;
            found.extend(clipped(&[last], until, at));
        }
        Ok(found)
    }

    /// The open time before an instant of a chunk, counted from the anchor.
    fn rank(&self, chunk: usize, at: i64) -> i64 {
        let within = self.chunk(chunk).map_or(0, |chunk| chunk.rank(at));
        self.passed(chunk).open + within
    }

    /// What has passed before a bound.
    pub(super) fn passed(&self, bound: usize) -> Passed {
        self.0.index.passed(bound, |chunk| self.chunk(chunk))
    }

    /// The first instant before which `amount` more has passed than before `from`; `amount` is not 0.
    fn first_with(&self, from: i64, amount: i64) -> Result<i64, HorizonError> {
        let near = self.locate(from)?;
        if let Some(chunk) = self.chunk(near) {
            let rank = chunk.rank(from).saturating_add(amount);
            if 0 < rank && rank <= chunk.open {
                return chunk.first_with(rank).ok_or_else(|| self.beyond(from));
            }
        }
        let target = self.rank(near, from).saturating_add(amount);
        let found = self.cross(near, |passed| passed.open >= target)?;
        let rank = target - self.passed(found).open;
        self.answer(found, |chunk| chunk.first_with(rank))
    }

    /// The last instant before which no more than `amount` more has passed than before `from`.
    fn last_with(&self, from: i64, amount: i64) -> Result<i64, HorizonError> {
        let near = self.locate(from)?;
        if let Some(chunk) = self.chunk(near) {
            let rank = chunk.rank(from).saturating_add(amount);
            if 0 < rank && rank < chunk.open {
                return chunk.last_with(rank).ok_or_else(|| self.beyond(from));
            }
        }
        let target = self.rank(near, from).saturating_add(amount);
        let found = self.cross(near, |passed| passed.open > target)?;
        let rank = target - self.passed(found).open;
        self.answer(found, |chunk| chunk.last_with(rank))
    }

    /// The chunk at whose end something first holds of all that has passed.
    pub(super) fn cross(&self, near: usize, reached: impl Fn(Passed) -> bool) -> Result<usize, HorizonError> {
        let found = self.0.index.crossing(near, |bound| reached(self.passed(bound)));
        found.map_err(|before| match before {
            true => self.0.before.clone(),
            false => self.0.after.clone(),
        })
    }

    fn answer(&self, chunk: usize, find: impl Fn(&Chunk) -> Option<i64>) -> Result<i64, HorizonError> {
        self.chunk(chunk).and_then(find).ok_or_else(|| self.0.after.clone())
    }

    /// The first open stretch that ends after an instant, whole but for the horizon.
    fn following(&self, at: i64) -> Result<Stretch, HorizonError> {
        let first = self.locate(at)?;
        let mut found: Option<Stretch> = None;
        for index in first..self.0.index.len() {
            let (Some(chunk), Some(range)) = (self.chunk(index), self.0.index.range(index)) else {
                break;
            };
            match (&mut found, chunk.following(at.max(range.start))) {
                (None, next) => found = next,
                (Some(found), Some(next)) if next.start == found.end => found.end = next.end,
                _ => break,
            }
            if found.is_some_and(|found| found.end < range.end) {
                break;
            }
        }
        found.ok_or_else(|| self.0.after.clone())
    }

    /// The last open stretch that starts before an instant, whole but for the horizon.
    fn preceding(&self, at: i64) -> Result<Stretch, HorizonError> {
        let last = self.locate(at)?;
        let mut found: Option<Stretch> = None;
        for index in (0..=last).rev() {
            let (Some(chunk), Some(range)) = (self.chunk(index), self.0.index.range(index)) else {
                break;
            };
            match (&mut found, chunk.preceding(at.min(range.end))) {
                (None, last) => found = last,
                (Some(found), Some(last)) if last.end == found.start => found.start = last.start,
                _ => break,
            }
            if found.is_some_and(|found| found.start > range.start) {
                break;
            }
        }
        let mut found = found.ok_or_else(|| self.0.before.clone())?;
        // The stretch at the instant may go on into the next chunk; nobody is told where it ends.
        found.end = found.end.min(at);
        Ok(found)
    }

    /// The end of a stretch, where it is known.
    fn end_of(&self, stretch: Stretch) -> Result<i64, HorizonError> {
        match stretch.end < self.horizon().end {
            true => Ok(stretch.end),
            false => Err(self.0.after.clone()),
        }
    }
}
