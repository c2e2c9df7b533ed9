//! How a calendar works out one chunk of its index.

use super::index::{Chunk, WorkingDay};
use super::span::{DAY, Span};
use super::stretch::{Stretch, both, clipped, normal, without};
use super::zone::{self, Segment};
use super::{Calendar, HorizonError, Pattern, Source};

impl Calendar {
    /// A chunk of the index.
    pub(super) fn chunk(&self, chunk: usize) -> Option<&Chunk> {
        self.0.index.chunk(chunk, |range| self.work_out(range))
    }

    fn work_out(&self, range: Stretch) -> Chunk {
        // A span that starts on the day before the range may reach into it, one that starts on its last day out of it.
        let around = zone::segments(self.0.zone, range.start - 3 * DAY, range.end + 3 * DAY);
        match &self.0.source {
            Source::Pattern(pattern) => of_pattern(pattern, &around, range),
            Source::And(members) => of_members(&around, range, members, |all, next| both(&all, &next)),
            Source::Or(members) => of_members(&around, range, members, |mut all, next| {
                all.extend(next);
                normal(all)
            }),
            Source::Minus(members) => of_members(&around, range, members, |all, next| without(&all, &next)),
        }
    }

    /// What is open in a range within the horizon.
    pub(super) fn open_in(&self, range: Stretch) -> Vec<Stretch> {
        let index = &self.0.index;
        let (Some(first), Some(last)) = (index.locate(range.start), index.locate(range.end - 1)) else {
            return Vec::new();
        };
        let all = (first..=last).filter_map(|chunk| self.chunk(chunk));
        let all = all.flat_map(Chunk::stretches).collect();
        clipped(&normal(all), range.start, range.end)
    }

    /// The chunk to which a day belongs.
    pub(super) fn chunk_of_day(&self, day: i32) -> Result<usize, HorizonError> {
        let first = zone::instant_of(self.0.zone, zone::midnight(day));
        match self.0.index.locate(first) {
            Some(chunk) => Ok(chunk),
            // The horizon of calendars put together may begin within a day.
            None if first < self.horizon().start
                && self.horizon().start < zone::instant_of(self.0.zone, zone::midnight(day + 1)) =>
            {
                Ok(0)
            }
            None => Err(self.beyond(first)),
        }
    }
}

/// The days that begin in a range, each with its first instant, and the first that begins after it.
pub(super) fn days(around: &[Segment], range: Stretch) -> impl Iterator<Item = (i32, Stretch)> + '_ {
    let local = |at: i64| {
        let segment = around.iter().find(|segment| at < segment.end);
        at + segment.map_or(0, |segment| segment.offset)
    };
    let days = zone::day_of(local(range.start)) - 1..=zone::day_of(local(range.end)) + 1;
    days.filter_map(move |day| {
        let start = zone::first_at(around, zone::midnight(day))?;
        let end = zone::first_at(around, zone::midnight(day + 1))?;
        Some((day, Stretch { start, end }))
    })
}

fn of_pattern(pattern: &Pattern, around: &[Segment], range: Stretch) -> Chunk {
    let place = |day: i32, spans: &mut dyn Iterator<Item = Span>| {
        let mut at = Vec::new();
        for span in spans {
            let midnight = zone::midnight(day);
            zone::preimage(around, midnight + span.from(), midnight + span.to(), &mut at);
        }
        normal(at)
    };
    let (mut open, mut cut, mut working) = (Vec::new(), Vec::new(), Vec::new());
    for (day, instants) in days(around, range) {
        let spans = pattern.spans(day);
        let own = place(day, &mut spans.iter().copied());
        // Yesterday's breaks count too where they go past midnight.
        let breaks = |day: i32| place(day, &mut pattern.breaks(day));
        let (today, mut near) = (breaks(day), breaks(day - 1));
        // A date that the zone skips is no day, though what would have started on it may go on past its midnight.
        let begins = instants.start < instants.end && (range.start..range.end).contains(&instants.start);
        if begins && !own.is_empty() {
            near.extend_from_slice(&today);
            near.extend(breaks(day + 1));
            let left = without(&own, &normal(near));
            if let (Some(first), Some(last)) = (left.first(), left.last()) {
                working.push(WorkingDay {
                    day,
                    opens: first.start,
                    closes: last.end,
                });
            }
        }
        open.extend(own);
        cut.extend(today);
    }
    let open = without(&normal(open), &normal(cut));
    Chunk::new(&clipped(&open, range.start, range.end), working)
}

/// What the members make together. A day of theirs is what is open between its midnights.
fn of_members(
    around: &[Segment],
    range: Stretch,
    members: &[Calendar],
    join: impl Fn(Vec<Stretch>, Vec<Stretch>) -> Vec<Stretch>,
) -> Chunk {
    let open = members.iter().map(|member| member.open_in(range)).reduce(join);
    let open = open.unwrap_or_default();
    let mut working = Vec::new();
    let mut rest = open.as_slice();
    for (day, Stretch { start, end }) in days(around, range) {
        let (start, end) = (start.max(range.start), end.min(range.end));
        let past = rest.partition_point(|stretch| stretch.end <= start);
        rest = rest.get(past..).unwrap_or_default();
        let within = rest.get(..rest.partition_point(|stretch| stretch.start < end));
        if let Some([first, .., last] | [first @ last]) = within
            && start < end
        {
            working.push(WorkingDay {
                day,
                opens: first.start.max(start),
                closes: last.end.min(end),
            });
        }
    }
    Chunk::new(&open, working)
}
