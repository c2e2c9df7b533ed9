//! What a calendar knows of time, a chunk for each local year, built when it is first asked for and kept.
//!
//! A chunk holds the open stretches of its year with the open time before each, and the working days. Sums of whole
//! chunks are counted from one year in the middle, forwards and backwards, so that a question about this year never
//! makes the calendar work out the last century.

use super::slots::Slots;
use super::stretch::Stretch;
use std::sync::OnceLock;

/// An open stretch, and the open time of its chunk before it.
#[derive(Clone, Copy, Debug)]
struct Entry {
    start: i64,
    end: i64,
    before: i64,
}

/// A day that opens: its number, its first open instant and the end of its last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WorkingDay {
    pub(super) day: i32,
    pub(super) opens: i64,
    pub(super) closes: i64,
}

/// What lies between two bounds of the index.
#[derive(Debug)]
pub(super) struct Chunk {
    entries: Box<[Entry]>,
    /// Ways to an entry by its start, and by the open time before it.
    by_start: Slots,
    by_open: Slots,
    /// The open time in all, in milliseconds.
    pub(super) open: i64,
    /// The working days whose first instant lies here, in order.
    pub(super) days: Box<[WorkingDay]>,
}

impl Chunk {
    pub(super) fn new(open: &[Stretch], days: Vec<WorkingDay>) -> Self {
        let mut before = 0;
        let entries = open.iter().map(|&stretch| {
            let entry = Entry {
                start: stretch.start,
                end: stretch.end,
                before,
            };
            before += stretch.length();
            entry
        });
        let entries: Box<[Entry]> = entries.collect();
        Self {
            by_start: Slots::new(entries.iter().map(|entry| entry.start)),
            by_open: Slots::new(entries.iter().map(|entry| entry.before)),
            entries,
            open: before,
            days: days.into(),
        }
    }

    /// The open time of the chunk before an instant.
    pub(super) fn rank(&self, at: i64) -> i64 {
        match self.entry(self.started(at)) {
            Some(entry) => entry.before + at.min(entry.end) - entry.start,
            None => 0,
        }
    }

    /// Whether it is open at an instant.
    pub(super) fn is_open(&self, at: i64) -> bool {
        let entry = self.entry(self.started(at));
        entry.is_some_and(|entry| at < entry.end)
    }

    /// The first instant before which `rank` has passed, where it is more than 0 and at most what is open.
    pub(super) fn first_with(&self, rank: i64) -> Option<i64> {
        let count = self.by_open.count(&self.entries, rank, |entry| entry.before < rank);
        let entry = self.entry(count)?;
        Some(entry.start + rank - entry.before)
    }

    /// The last instant before which no more than `rank` has passed, where it is at least 0 and less than what is open.
    pub(super) fn last_with(&self, rank: i64) -> Option<i64> {
        let count = self.by_open.count(&self.entries, rank, |entry| entry.before <= rank);
        let entry = self.entry(count)?;
        Some(entry.start + rank - entry.before)
    }

    /// The first stretch that ends after an instant.
    pub(super) fn following(&self, at: i64) -> Option<Stretch> {
        let next = self.entries.partition_point(|entry| entry.end <= at);
        self.entries.get(next).map(Entry::stretch)
    }

    /// The last stretch that starts before an instant.
    pub(super) fn preceding(&self, at: i64) -> Option<Stretch> {
        self.entry(self.entries.partition_point(|entry| entry.start < at))
            .map(Entry::stretch)
    }

    /// All stretches in order.
    pub(super) fn stretches(&self) -> impl Iterator<Item = Stretch> + '_ {
        self.entries.iter().map(Entry::stretch)
    }

    /// How many entries have started at an instant.
    fn started(&self, at: i64) -> usize {
        self.by_start.count(&self.entries, at, |entry| entry.start <= at)
    }

    /// The last of the first `count` entries.
    fn entry(&self, count: usize) -> Option<&Entry> {
        self.entries.get(count.checked_sub(1)?)
    }
}

impl Entry {
    fn stretch(&self) -> Stretch {
        Stretch {
            start: self.start,
            end: self.end,
        }
    }
}

/// What has passed before a bound, counted from the anchor: negative before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Passed {
    /// Open time in milliseconds.
    pub(super) open: i64,
    /// Working days.
    pub(super) days: i64,
}

/// The mean length of a year, in milliseconds.
const MEAN_YEAR: i64 = 31_556_952_000;

/// The chunks between bounds that are in order, and the sums of those before each bound.
#[derive(Debug)]
pub(super) struct Index {
    /// One more than there are chunks, at least two.
    bounds: Box<[i64]>,
    chunks: Box<[OnceLock<Chunk>]>,
    passed: Box<[OnceLock<Passed>]>,
    anchor: usize,
}

impl Index {
    /// An index of nothing known yet; sums are counted from the bound after `middle`, or from an end.
    pub(super) fn new(bounds: Vec<i64>, middle: i64) -> Self {
        let chunks = bounds.len().saturating_sub(1);
        let anchor = bounds.partition_point(|bound| *bound <= middle).min(chunks);
        Self {
            chunks: (0..chunks).map(|_| OnceLock::new()).collect(),
            passed: bounds.iter().map(|_| OnceLock::new()).collect(),
            bounds: bounds.into(),
            anchor,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.chunks.len()
    }

    /// The bounds of a chunk.
    pub(super) fn range(&self, chunk: usize) -> Option<Stretch> {
        let (start, end) = (*self.bounds.get(chunk)?, *self.bounds.get(chunk + 1)?);
        Some(Stretch { start, end })
    }

    /// From the first bound to the last.
    pub(super) fn whole(&self) -> Stretch {
        Stretch {
            start: self.bounds.first().copied().unwrap_or(0),
            end: self.bounds.last().copied().unwrap_or(0),
        }
    }

    /// The chunk in which an instant lies: `None` outside all of them.
    pub(super) fn locate(&self, at: i64) -> Option<usize> {
        let first = *self.bounds.first()?;
        if at < first || at >= *self.bounds.last()? {
            return None;
        }
        // Chunks are years, but for those at the ends: the right one is near.
        let mut chunk = usize::try_from((at - first) / MEAN_YEAR)
            .unwrap_or(usize::MAX)
            .min(self.len() - 1);
        while self.bounds.get(chunk).is_some_and(|start| at < *start) {
            chunk -= 1;
        }
        while self.bounds.get(chunk + 1).is_some_and(|end| *end <= at) {
            chunk += 1;
        }
        Some(chunk)
    }

    /// A chunk, built by `build` where it is not there yet.
    pub(super) fn chunk(&self, chunk: usize, build: impl FnOnce(Stretch) -> Chunk) -> Option<&Chunk> {
        let range = self.range(chunk)?;
        Some(self.chunks.get(chunk)?.get_or_init(|| build(range)))
    }

    /// What has passed before a bound. Asks `chunk` for all chunks between it and the nearest bound that is known.
    pub(super) fn passed<'a>(&'a self, bound: usize, chunk: impl Fn(usize) -> Option<&'a Chunk>) -> Passed {
        let known = |bound: usize| self.passed.get(bound).and_then(OnceLock::get).copied();
        if let Some(passed) = known(bound) {
            return passed;
        }
        let keep = |bound: usize, passed: Passed| {
            if let Some(place) = self.passed.get(bound) {
                // Another thread can only have put the same there.
                let _ = place.set(passed);
            }
        };
        let sums = |index: usize| {
            chunk(index).map_or(Passed::default(), |chunk| Passed {
                open: chunk.open,
                days: i64::try_from(chunk.days.len()).unwrap_or(i64::MAX),
            })
        };
        keep(self.anchor, Passed::default());
        let mut passed;
        if bound >= self.anchor {
            let start = (self.anchor..=bound).rev().find(|at| known(*at).is_some());
            let start = start.unwrap_or(self.anchor);
            passed = known(start).unwrap_or_default();
            for index in start..bound {
                let chunk = sums(index);
                passed = Passed {
                    open: passed.open + chunk.open,
                    days: passed.days + chunk.days,
                };
                keep(index + 1, passed);
            }
        } else {
            let start = (bound..=self.anchor).find(|at| known(*at).is_some());
            let start = start.unwrap_or(self.anchor);
            passed = known(start).unwrap_or_default();
            for index in (bound..start).rev() {
                let chunk = sums(index);
                passed = Passed {
                    open: passed.open - chunk.open,
                    days: passed.days - chunk.days,
                };
                keep(index, passed);
            }
        }
        passed
    }

    /// The chunk at whose end `reached` first holds, looked for from a chunk that is likely near; `Err(true)` where it
    /// holds before the first chunk, `Err(false)` where it holds nowhere. `reached` stays true once it is.
    pub(super) fn crossing(&self, near: usize, reached: impl Fn(usize) -> bool) -> Result<usize, bool> {
        let last = self.len();
        let (mut low, mut high, mut step) = (near.min(last), near.min(last), 1);
        if reached(high) {
            // `low` goes back in growing steps to a bound at which it does not hold.
            loop {
                high = low;
                low = match low.checked_sub(1) {
                    None => return Err(true),
                    Some(_) => low.saturating_sub(step),
                };
                if !reached(low) {
                    break;
                }
                step *= 2;
            }
        } else {
            loop {
                low = high;
                if high == last {
                    return Err(false);
                }
                high = (high + step).min(last);
                if reached(high) {
                    break;
                }
                step *= 2;
            }
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            match reached(middle) {
                true => high = middle,
                false => low = middle,
            }
        }
        Ok(low)
    }
}
