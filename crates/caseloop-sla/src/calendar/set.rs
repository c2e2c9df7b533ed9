//! Calendars by name, as a file holds them, with the lists of holidays that they share.

use super::description::{ALWAYS, Compose};
use super::error::CalendarError;
use super::pattern::Pattern;
use super::{Calendar, CalendarDescription, DEPTH, HolidayList, LOOKED_FOR, MOST_WORK, Member, Source};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// A file of calendars: `calendars` by name, and the `lists` of holidays that they name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarsDescription {
    /// The calendars.
    pub calendars: BTreeMap<String, CalendarDescription>,
    /// The lists of holidays.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lists: BTreeMap<String, HolidayList>,
}

/// Why a file of calendars cannot be built: the first that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the calendar `{name}`: {error}")]
pub struct CalendarsError {
    /// The calendar.
    pub name: String,
    /// What is wrong with it.
    #[source]
    pub error: CalendarError,
}

/// Calendars by name.
///
/// ```
/// use caseloop_sla::{Calendars, CalendarsDescription};
/// let written: CalendarsDescription = serde_yaml::from_str(r#"
/// calendars:
///   team:     {zone: Europe/Berlin, weekly: {mon-fri: ["09:00-17:00"]}}
///   customer: {zone: America/New_York, weekly: {mon-fri: ["08:00-18:00"]}}
///   joint:    {and: [team, customer]}
/// "#)?;
/// let calendars = Calendars::new(&written)?;
/// let joint = calendars.get("joint").ok_or("no such calendar")?;
/// assert!(joint.is_open(1_736_434_800_000)?); // 2025-01-09 16:00 in Berlin, 10:00 in New York
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Calendars {
    calendars: BTreeMap<String, Calendar>,
    lists: BTreeMap<String, HolidayList>,
    /// Names of calendars that could not be built.
    broken: BTreeSet<String>,
}

impl Calendars {
    /// The calendars of a file.
    ///
    /// # Errors
    /// For the first, in the order of names, that cannot be built.
    pub fn new(written: &CalendarsDescription) -> Result<Self, CalendarsError> {
        let mut building = Building::new(&written.calendars, &written.lists);
        for name in written.calendars.keys() {
            let built = building.named(name, 0);
            built.map_err(|error| CalendarsError {
                name: name.clone(),
                error,
            })?;
        }
        Ok(building.finish(BTreeSet::new()))
    }

    /// The calendar of a name. `24x7` is always known, in UTC unless a calendar has that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Calendar> {
        let built = self.calendars.get(name).cloned();
        built.or_else(|| (name == ALWAYS && !self.broken.contains(name)).then(always)?.ok())
    }

    /// The calendars and their names, in the order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Calendar)> {
        self.calendars.iter().map(|(name, calendar)| (&**name, calendar))
    }

    /// Whether the documents that were [read](crate::read::read) have a calendar of this name that could not be built: why
    /// was reported, and what follows from it is noise.
    #[must_use]
    pub fn is_broken(&self, name: &str) -> bool {
        self.broken.contains(name)
    }

    /// The names for which [`is_broken`](Self::is_broken) holds, in order.
    pub fn broken(&self) -> impl Iterator<Item = &str> {
        self.broken.iter().map(|name| &**name)
    }

    /// A calendar by its name or in place; in place it may name calendars and lists of these.
    ///
    /// # Errors
    /// If it cannot be built.
    pub fn resolve(&self, member: &Member) -> Result<Calendar, CalendarError> {
        let none = BTreeMap::new();
        let mut building = Building::new(&none, &self.lists);
        building.built.clone_from(&self.calendars);
        building.member(member, 0)
    }
}

impl CalendarDescription {
    /// The calendar, where it names no other and no list.
    ///
    /// # Errors
    /// If the description is wrong, or if the calendar never opens.
    pub fn build(&self) -> Result<Calendar, CalendarError> {
        let (calendars, lists) = (BTreeMap::new(), BTreeMap::new());
        Building::new(&calendars, &lists).written(self, 0)
    }
}

/// The calendars that are written and those that are built of them so far. Whatever is written, and however it was read,
/// is built here.
pub(crate) struct Building<'w> {
    written: &'w BTreeMap<String, CalendarDescription>,
    lists: &'w BTreeMap<String, HolidayList>,
    built: BTreeMap<String, Calendar>,
    /// Days and spans, as [`MOST_WORK`] counts them.
    work: u64,
}

impl<'w> Building<'w> {
    pub(crate) fn new(
        written: &'w BTreeMap<String, CalendarDescription>,
        lists: &'w BTreeMap<String, HolidayList>,
    ) -> Self {
        Self {
            written,
            lists,
            built: BTreeMap::new(),
            work: 0,
        }
    }

    /// What has been built.
    pub(crate) fn finish(self, broken: BTreeSet<String>) -> Calendars {
        Calendars {
            calendars: self.built,
            lists: self.lists.clone(),
            broken,
        }
    }

    pub(crate) fn named(&mut self, name: &str, depth: usize) -> Result<Calendar, CalendarError> {
        if let Some(built) = self.built.get(name) {
            return Ok(built.clone());
        }
        let Some(written) = self.written.get(name) else {
            return match name == ALWAYS {
                true => always(),
                false => Err(CalendarError::UnknownName {
                    kind: "calendar",
                    name: name.to_owned(),
                }),
            };
        };
        if depth > DEPTH {
            return Err(CalendarError::Circle {
                name: Some(name.to_owned()),
            });
        }
        let built = self.written(written, depth)?;
        self.built.insert(name.to_owned(), built.clone());
        Ok(built)
    }

    fn member(&mut self, member: &Member, depth: usize) -> Result<Calendar, CalendarError> {
        match member {
            Member::Name(name) => self.named(name, depth),
            Member::Written(_) if depth > DEPTH => Err(CalendarError::Circle { name: None }),
            Member::Written(written) => self.written(written, depth),
        }
    }

    pub(crate) fn written(&mut self, written: &CalendarDescription, depth: usize) -> Result<Calendar, CalendarError> {
        // Once too much is asked for, nothing more is worked out.
        self.count(0)?;
        let built = self.build(written, depth);
        self.count(built.as_ref().map_or(0, Calendar::work))?;
        built
    }

    fn build(&mut self, written: &CalendarDescription, depth: usize) -> Result<Calendar, CalendarError> {
        let zone = written.zone.as_deref().map(zone).transpose()?;
        let Some((compose, members)) = written.composed()? else {
            let zone = zone.ok_or(CalendarError::Shape {
                problem: "the calendar has no `zone`; expected one such as `zone: Asia/Shanghai`",
            })?;
            let pattern = Pattern::read(written, self.lists)?;
            if pattern.is_empty() {
                return Err(CalendarError::NeverOpens);
            }
            let built = Calendar::of_pattern(zone, pattern);
            self.count(if built.is_err() { LOOKED_FOR } else { 0 })?;
            return built;
        };
        let members = members.iter().map(|member| self.member(member, depth + 1));
        let members = members.collect::<Result<_, _>>()?;
        let source = match compose {
            Compose::And => Source::And(members),
            Compose::Or => Source::Or(members),
            Compose::Minus => Source::Minus(members),
        };
        let built = Calendar::composed(zone, source);
        self.count(if built.is_err() { LOOKED_FOR } else { 0 })?;
        built
    }

    fn count(&mut self, work: u64) -> Result<(), CalendarError> {
        self.work = self.work.saturating_add(work);
        match self.work <= MOST_WORK {
            true => Ok(()),
            false => Err(CalendarError::TooLarge),
        }
    }
}

fn always() -> Result<Calendar, CalendarError> {
    Calendar::in_zone("UTC").always().build()
}

/// The time zone of a name.
pub(crate) fn zone(name: &str) -> Result<Tz, CalendarError> {
    name.parse()
        .map_err(|_| CalendarError::UnknownZone { zone: name.to_owned() })
}
