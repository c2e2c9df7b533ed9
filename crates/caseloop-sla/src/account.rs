//! What a whole measurement used up, stretch by stretch: while it ran, while it rested, by the calendar that counted.

use crate::{Calendar, Counted, Explanation, HorizonError, Part, Why};
use std::sync::Arc;

/// A stretch of a measurement in which nothing changed.
#[derive(Clone, Debug)]
pub struct Spell {
    /// Its first instant.
    pub from: i64,
    /// The first instant after it.
    pub to: i64,
    /// What counts while it runs.
    pub counting: Counting,
    /// Why it rests, if it does: the states in which it does, or nothing said where it had ended.
    pub rests: Option<Arc<str>>,
}

/// What counts.
#[derive(Clone, Debug)]
pub enum Counting {
    /// All time.
    Elapsed,
    /// The open time of a calendar.
    Working(Calendar),
    /// Nothing passes: a new level changed what was used up by so much.
    Changed(i64),
}

impl Spell {
    /// What was used up in it.
    ///
    /// # Errors
    /// Beyond a calendar's horizon.
    pub fn used(&self) -> Result<i64, HorizonError> {
        match (&self.rests, &self.counting) {
            (_, Counting::Changed(by)) => Ok(*by),
            (Some(_), _) => Ok(0),
            (None, Counting::Elapsed) => Ok(self.to - self.from),
            (None, Counting::Working(calendar)) => calendar.elapsed(self.from, self.to),
        }
    }
}

impl Explanation {
    /// Why so much was used up over some spells, which follow each other. `told_in` names the calendar in whose zone it is
    /// told and by whose stamp.
    ///
    /// # Errors
    /// Beyond a calendar's horizon.
    pub fn of_spells(spells: &[Spell], told_in: (Option<&str>, &Calendar)) -> Result<Self, HorizonError> {
        let mut parts = Vec::new();
        for spell in spells {
            let part = |open: bool, counted: i64, why: Why| Part {
                from: spell.from,
                to: spell.to,
                open,
                counted,
                day: None,
                why: vec![why],
            };
            match (&spell.rests, &spell.counting) {
                (_, Counting::Changed(by)) => parts.push(part(false, *by, Why::NewLevel(*by))),
                _ if spell.from >= spell.to => {}
                (Some(rests), _) => parts.push(part(false, 0, Why::Rests(rests.clone()))),
                (None, Counting::Elapsed) => parts.push(part(true, spell.to - spell.from, Why::Hours)),
                (None, Counting::Working(calendar)) => {
                    parts.extend(calendar.explain_between(spell.from, spell.to)?.parts);
                }
            }
        }
        let (name, calendar) = told_in;
        let first = spells.first().map_or(0, |spell| spell.from);
        Ok(Self {
            from: first,
            until: spells.last().map_or(first, |spell| spell.to),
            counted: parts.iter().map(|part| part.counted).sum(),
            days: None,
            parts,
            stamp: calendar.stamp(name),
            zone: calendar.time_zone(),
        })
    }
}

impl crate::Clock {
    /// From when the measurement is measured.
    #[must_use]
    pub fn since(&self) -> i64 {
        self.since
    }

    /// Which of the policy's calendars counts.
    #[must_use]
    pub fn calendar(&self) -> usize {
        usize::try_from(self.calendar).unwrap_or_default()
    }

    /// The limit and what it counts, where there is one.
    #[must_use]
    pub fn limit(&self) -> Option<(i64, Counted)> {
        self.within.map(|within| (within.ms, within.unit.counted()))
    }

    /// What was used up when it last began, rested, went on or changed, counted as the limit is.
    #[must_use]
    pub fn used(&self) -> i64 {
        self.within
            .map_or(self.used.elapsed, |within| self.used.of(within.unit))
    }

    /// Whether it is broken.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.broken.is_some()
    }
}
