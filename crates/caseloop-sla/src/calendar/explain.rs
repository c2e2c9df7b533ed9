//! Why an amount of open time ends when it does: every stretch between two instants, with what it counts and why.
//!
//! How it reads is `text`'s business.

use super::chunk::days;
use super::pattern::Pattern;
use super::span::{DAY, Span};
use super::stretch::{Stretch, both, clipped, normal, without};
use super::zone::{self, Segment};
use super::{Calendar, DayKind, HorizonError, Source};
use chrono_tz::Tz;
use serde::Serialize;
use std::sync::Arc;

/// What lies between two instants, in the order of time.
///
/// The parts follow one another without a gap from the earlier instant to the later. What they count sums up to `counted`
/// exactly; where the explanation goes back in time, from the later instant to the earlier, all of it is negative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The instant that it starts from, in milliseconds since 1970 in UTC.
    pub from: i64,
    /// The instant that it leads to; before `from` where it goes back.
    pub until: i64,
    /// The open time from one to the other, in milliseconds.
    pub counted: i64,
    /// The working days that were asked for; `None` where open time was.
    pub days: Option<i64>,
    /// The stretches.
    pub parts: Vec<Part>,
    /// Which calendar it was, and by which database.
    pub stamp: Stamp,
    pub(crate) zone: Tz,
}

/// A stretch of an [`Explanation`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its first instant.
    pub from: i64,
    /// The first instant after it; equal to `from` where it only tells of a change of the clock.
    pub to: i64,
    /// Whether it is open, all of it.
    pub open: bool,
    /// What it counts, in milliseconds: its length where it is open, otherwise 0.
    pub counted: i64,
    /// The number of the working day that it lies on, from 1, where working days are counted and this one is.
    pub day: Option<i64>,
    /// Why it is open or closed, each reason once, in the order of time; at least one.
    pub why: Vec<Why>,
}

/// Why something is open or closed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// Open: the hours of the weekday.
    Hours,
    /// Closed: outside the hours of the weekday.
    Closed,
    /// Closed: a holiday, by its name if it has one.
    Holiday(Option<Arc<str>>),
    /// Open or closed: other hours for this date, where those of the weekday would have been different.
    Override,
    /// Closed: a break.
    Break,
    /// Closed: a calendar that is taken away from this one is open.
    Excluded,
    /// Rested: the states in which it does.
    Rests(Arc<str>),
    /// A new level changed what was used up, by so many milliseconds.
    NewLevel(i64),
    /// The clock was put forward: the readings from one to the other, in milliseconds after midnight, did not happen.
    Gap(i64, i64),
    /// The clock was put back: the readings from one to the other, in milliseconds after midnight, happened twice.
    Fold(i64, i64),
}

/// What an answer was worked out from: one question under one stamp has one answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stamp {
    /// The calendar's name, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Arc<str>>,
    /// The first 12 hexadecimal digits of the [content hash](Calendar::content_hash).
    pub content: String,
    /// The time zone.
    pub zone: &'static str,
    /// The version of the time zone database.
    pub zone_database: &'static str,
}

impl Calendar {
    /// What this calendar's answers are worked out from.
    #[must_use]
    pub fn stamp(&self, name: Option<&str>) -> Stamp {
        let digits = self.content_hash();
        let digits = digits.iter().take(6).map(|byte| format!("{byte:02x}"));
        Stamp {
            calendar: name.map(Arc::from),
            content: digits.collect(),
            zone: self.zone(),
            zone_database: Self::zone_database(),
        }
    }

    /// Why an amount of open time is [due](Self::due_at) when it is. A negative amount goes back.
    ///
    /// ```
    /// use caseloop_sla::{Calendar, Why};
    /// let office = Calendar::in_zone("Asia/Shanghai")
    ///     .weekly("mon-fri", ["09:00-12:00".parse()?, "13:00-18:00".parse()?])
    ///     .holiday("2025-11-20".parse()?, Some("厂庆"));
    /// let office = office.build()?;
    /// let told = 1_763_545_200_000; // Wednesday 2025-11-19 17:40 in Shanghai
    /// let explained = office.explain(told, 30 * 60_000)?;
    /// assert_eq!(explained.until, 1_763_687_400_000); // Friday 09:10
    /// assert_eq!(explained.parts.iter().map(|part| part.counted / 60_000).collect::<Vec<_>>(), [20, 0, 10]);
    /// assert_eq!(explained.parts[1].why, [Why::Closed, Why::Holiday(Some("厂庆".into()))]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If the instant or the answer lies beyond the horizon.
    pub fn explain(&self, from: i64, amount: i64) -> Result<Explanation, HorizonError> {
        self.explain_between(from, self.due_at(from, amount)?)
    }

    /// Why so much open time [passes](Self::elapsed) from one instant to another.
    ///
    /// # Errors
    /// Beyond the horizon.
    pub fn explain_between(&self, from: i64, until: i64) -> Result<Explanation, HorizonError> {
        let counted = self.elapsed(from, until)?;
        let range = Stretch {
            start: from.min(until),
            end: from.max(until),
        };
        let mut parts = self.parts(range);
        if until < from {
            parts.iter_mut().for_each(|part| part.counted = -part.counted);
        }
        Ok(Explanation {
            from,
            until,
            counted,
            days: None,
            parts,
            stamp: self.stamp(None),
            zone: self.0.zone,
        })
    }

    /// Why the nth working day after an instant [ends](Self::end_of_working_day) when it does. What the parts count is
    /// open time all the same; those on a day that counts say which it is.
    ///
    /// # Errors
    /// If the instant or the answer lies beyond the horizon.
    pub fn explain_working_days(&self, from: i64, n: i64) -> Result<Explanation, HorizonError> {
        let mut explained = self.explain_between(from, self.end_of_working_day(from, n)?)?;
        explained.days = Some(n);
        let numbers = self.numbers(zone::number(self.date(from)?), explained.until, n);
        let parts = std::mem::take(&mut explained.parts);
        for mut part in parts {
            let sign = if explained.until < from { -1 } else { 1 };
            let first = numbers.partition_point(|(opens, _)| *opens <= part.from);
            for (opens, _) in numbers.get(first..).unwrap_or_default() {
                if !part.open || *opens >= part.to {
                    break;
                }
                let mut before = part.clone();
                (before.to, part.from) = (*opens, *opens);
                before.counted = sign * (before.to - before.from);
                part.counted = sign * (part.to - part.from);
                explained.parts.push(before);
            }
            explained.parts.push(part);
        }
        for part in explained.parts.iter_mut().filter(|part| part.open) {
            let day = numbers.partition_point(|(opens, _)| *opens <= part.from).checked_sub(1);
            part.day = day.and_then(|day| numbers.get(day)).and_then(|(_, number)| *number);
        }
        Ok(explained)
    }

    /// When each working day on the way from a day opens, and its number where it counts.
    fn numbers(&self, start: i32, until: i64, n: i64) -> Vec<(i64, Option<i64>)> {
        let last = self.date(until).map_or(start, zone::number);
        let working = |day: i32| self.working(day).ok().flatten();
        if n > 0 {
            let days = (start - 1..=last).filter_map(working);
            let mut count = 0;
            let numbered = days.map(|found| {
                count += i64::from(found.day > start && count < n);
                (found.opens, Some(count).filter(|_| found.day > start))
            });
            return numbered.collect();
        }
        let days = (last - 1..=start).rev().filter_map(working);
        let mut count = 0;
        let numbered = days.map(|found| {
            count += i64::from(found.day < start && count < -n);
            (
                found.opens,
                Some(-count).filter(|count| found.day < start && *count != 0),
            )
        });
        let mut numbered: Vec<(i64, Option<i64>)> = numbered.collect();
        numbered.reverse();
        numbered
    }

    /// The stretches of a range within the horizon.
    fn parts(&self, range: Stretch) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut at = range.start;
        let shifts = self.shifts(range);
        let other = self.other_hours(range);
        for open in self.open_in(range) {
            self.closed(at, open.start, &shifts, &mut parts);
            opened(open, &other, &shifts, &mut parts);
            at = open.end;
        }
        self.closed(at, range.end, &shifts, &mut parts);
        parts
    }

    /// A closed stretch, as one part with all its reasons.
    fn closed(&self, from: i64, to: i64, shifts: &[(i64, Why)], parts: &mut Vec<Part>) {
        if from >= to {
            return;
        }
        let mut reasons: Vec<(i64, Why)> = self.reasons(Stretch { start: from, end: to });
        let shifts = shifts
            .get(shifts.partition_point(|(at, _)| *at < from)..)
            .unwrap_or_default();
        let gaps = shifts
            .iter()
            .take_while(|(at, _)| *at <= to)
            .filter(|(_, why)| matches!(why, Why::Gap(..)));
        reasons.extend(gaps.cloned());
        reasons.sort_by_key(|(at, _)| *at);
        let mut why: Vec<Why> = Vec::new();
        for (_, reason) in reasons {
            if !why.contains(&reason) {
                why.push(reason);
            }
        }
        parts.push(Part {
            from,
            to,
            open: false,
            counted: 0,
            day: None,
            why,
        });
    }

    /// Why nothing is open in a closed stretch, each reason with its first instant.
    fn reasons(&self, gap: Stretch) -> Vec<(i64, Why)> {
        let of_member = |member: &Self| -> Vec<(i64, Why)> {
            let closed = without(&[gap], &member.open_in(gap));
            closed.into_iter().flat_map(|closed| member.reasons(closed)).collect()
        };
        match &self.0.source {
            Source::Pattern(pattern) => of_pattern(self.0.zone, pattern, gap),
            Source::And(members) | Source::Or(members) => members.iter().flat_map(of_member).collect(),
            Source::Minus(members) => {
                let mut reasons: Vec<(i64, Why)> = members.first().map(of_member).unwrap_or_default();
                let taken = members.iter().skip(1).flat_map(|member| member.open_in(gap));
                reasons.extend(taken.map(|open| (open.start, Why::Excluded)));
                reasons
            }
        }
    }

    /// The stretches that are open by an override.
    fn other_hours(&self, range: Stretch) -> Vec<Stretch> {
        let Source::Pattern(pattern) = &self.0.source else {
            return Vec::new();
        };
        let around = around(self.0.zone, range);
        let mut other = Vec::new();
        for (day, _) in days(&around, range) {
            if pattern.kind(day) == DayKind::Override {
                place(&around, day, pattern.spans(day), &mut other);
            }
        }
        clipped(&normal(other), range.start, range.end)
    }

    /// Changes of the clock that make a difference to what is open, in order.
    fn shifts(&self, range: Stretch) -> Vec<(i64, Why)> {
        let segments = zone::segments(self.0.zone, range.start, range.end);
        let pairs = segments.windows(2).filter_map(|pair| match pair {
            [before, after] => Some((before, after)),
            _ => None,
        });
        pairs
            .filter_map(|(before, after)| {
                let at = after.start;
                let (old, new) = (at + before.offset, at + after.offset);
                match old < new {
                    true => self
                        .reads_open(old, new)
                        .then(|| (at, Why::Gap(of_day(old), of_day(new)))),
                    false => {
                        let length = old - new;
                        let twice = Stretch {
                            start: (at - length).max(self.horizon().start),
                            end: (at + length).min(self.horizon().end),
                        };
                        let open = !self.open_in(twice).is_empty();
                        open.then(|| (at, Why::Fold(of_day(new), of_day(old))))
                    }
                }
            })
            .collect()
    }

    /// Whether something would be open at one of the readings `[from, to)`.
    fn reads_open(&self, from: i64, to: i64) -> bool {
        match &self.0.source {
            Source::Pattern(pattern) => {
                let today = zone::day_of(from);
                let placed = |spans: &mut dyn Iterator<Item = Span>, day: i32| -> Vec<Stretch> {
                    let midnight = zone::midnight(day);
                    spans
                        .map(|span| Stretch {
                            start: midnight + span.from(),
                            end: midnight + span.to(),
                        })
                        .collect()
                };
                let near = today - 1..=zone::day_of(to);
                let open = near
                    .clone()
                    .flat_map(|day| placed(&mut pattern.spans(day).iter().copied(), day));
                let cut = near.flat_map(|day| placed(&mut pattern.breaks(day), day));
                let left = without(&normal(open.collect()), &normal(cut.collect()));
                !clipped(&left, from, to).is_empty()
            }
            Source::And(members) => members.iter().all(|member| member.reads_open(from, to)),
            Source::Or(members) | Source::Minus(members) => members.iter().any(|member| member.reads_open(from, to)),
        }
    }
}

/// An open stretch: cut where other hours begin and end, and where the clock changes within it.
fn opened(open: Stretch, other: &[Stretch], shifts: &[(i64, Why)], parts: &mut Vec<Part>) {
    let other = other.get(other.partition_point(|stretch| stretch.end <= open.start)..);
    let other: Vec<Stretch> = other
        .into_iter()
        .flatten()
        .take_while(|stretch| stretch.start < open.end)
        .copied()
        .collect();
    let special = both(&other, &[open]);
    let usual = without(&[open], &special)
        .into_iter()
        .map(|stretch| (stretch, Why::Hours));
    let mut pieces: Vec<(Stretch, Why)> = usual.collect();
    pieces.extend(special.into_iter().map(|stretch| (stretch, Why::Override)));
    pieces.sort_by_key(|(stretch, _)| stretch.start);
    let mut push = |from: i64, to: i64, open: bool, why: Why| {
        parts.push(Part {
            from,
            to,
            open,
            counted: if open { to - from } else { 0 },
            day: None,
            why: vec![why],
        });
    };
    for (piece, why) in pieces {
        let mut start = piece.start;
        let first = shifts.partition_point(|(at, _)| *at <= open.start || *at < piece.start);
        for (at, shift) in shifts.get(first..).unwrap_or_default() {
            if *at >= piece.end {
                break;
            }
            if start < *at {
                push(start, *at, true, why.clone());
            }
            push(*at, *at, false, shift.clone());
            start = *at;
        }
        push(start, piece.end, true, why);
    }
}

/// The reasons of a calendar with hours of its own: for each day, a break in what would be open, a holiday, other hours
/// where those of the weekday would be open, otherwise the hours of the week.
fn of_pattern(zone: Tz, pattern: &Pattern, gap: Stretch) -> Vec<(i64, Why)> {
    let around = around(zone, gap);
    let mut reasons = Vec::new();
    for (day, instants) in days(&around, gap) {
        let mut left = clipped(&[gap], instants.start, instants.end);
        if left.is_empty() {
            continue;
        }
        let mut take = |stretches: Vec<Stretch>, why: Why| {
            let stretches = normal(stretches);
            reasons.extend(both(&left, &stretches).first().map(|first| (first.start, why)));
            left = without(&left, &stretches);
        };
        // What starts on a day may reach into the next.
        for day in [day - 1, day] {
            let (mut own, mut cut) = (Vec::new(), Vec::new());
            place(&around, day, pattern.spans(day), &mut own);
            for near in day - 1..=day + 1 {
                let breaks: Vec<Span> = pattern.breaks(near).collect();
                place(&around, near, &breaks, &mut cut);
            }
            take(both(&normal(own), &normal(cut)), Why::Break);
        }
        for before in [day - 1, day] {
            let kind = pattern.kind(before);
            let mut usual = Vec::new();
            place(&around, before, pattern.usual(before), &mut usual);
            match kind {
                DayKind::Holiday(name) => {
                    if before == day {
                        usual.push(instants);
                    }
                    take(usual, Why::Holiday(name));
                }
                DayKind::Override => take(usual, Why::Override),
                DayKind::Weekly => {}
            }
        }
        reasons.extend(left.first().map(|first| (first.start, Why::Closed)));
    }
    reasons
}

fn around(zone: Tz, range: Stretch) -> Vec<Segment> {
    zone::segments(zone, range.start - 3 * DAY, range.end + 3 * DAY)
}

/// Puts the instants of the spans of a day behind those in `out`.
fn place(around: &[Segment], day: i32, spans: &[Span], out: &mut Vec<Stretch>) {
    let midnight = zone::midnight(day);
    for span in spans {
        zone::preimage(around, midnight + span.from(), midnight + span.to(), out);
    }
}

fn of_day(reading: i64) -> i64 {
    reading.rem_euclid(DAY)
}
