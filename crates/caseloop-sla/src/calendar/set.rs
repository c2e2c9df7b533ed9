//! Calendars by name, as a file holds them, with the lists of holidays that they share.

use super::description::{ALWAYS, Compose};
use super::error::CalendarError;
use super::pattern::Pattern;
use super::{Calendar, CalendarDescription, DEPTH, HolidayList, Member, Source};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
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
}

impl Calendars {
    /// The calendars of a file.
    ///
    /// # Errors
    /// For the first, in the order of names, that cannot be built.
    pub fn new(written: &CalendarsDescription) -> Result<Self, CalendarsError> {
        let mut building = Building {
            written: &written.calendars,
            lists: &written.lists,
            built: BTreeMap::new(),
        };
        for name in written.calendars.keys() {
            let built = building.named(name, 0);
            built.map_err(|error| CalendarsError {
                name: name.clone(),
                error,
            })?;
        }
        Ok(Self {
            calendars: building.built,
            lists: written.lists.clone(),
        })
    }

    /// The calendar of a name. `24x7` is always known, in UTC unless a calendar has that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Calendar> {
        let built = self.calendars.get(name).cloned();
        built.or_else(|| (name == ALWAYS).then(always)?.ok())
    }

    /// The calendars and their names, in the order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Calendar)> {
        self.calendars.iter().map(|(name, calendar)| (&**name, calendar))
    }

    /// A calendar by its name or in place; in place it may name calendars and lists of these.
    ///
    /// # Errors
    /// If it cannot be built.
    pub fn resolve(&self, member: &Member) -> Result<Calendar, CalendarError> {
        let mut building = Building {
            written: &BTreeMap::new(),
            lists: &self.lists,
            built: self.calendars.clone(),
        };
        building.member(member, 0)
    }
}

impl CalendarDescription {
    /// The calendar, where it names no other and no list.
    ///
    /// # Errors
    /// If the description is wrong, or if the calendar never opens.
    pub fn build(&self) -> Result<Calendar, CalendarError> {
        let mut building = Building {
            written: &BTreeMap::new(),
            lists: &BTreeMap::new(),
            built: BTreeMap::new(),
        };
        building.written(self, 0)
    }
}

/// The calendars that are written and those that are built of them so far.
struct Building<'w> {
    written: &'w BTreeMap<String, CalendarDescription>,
    lists: &'w BTreeMap<String, HolidayList>,
    built: BTreeMap<String, Calendar>,
}

impl Building<'_> {
    fn named(&mut self, name: &str, depth: usize) -> Result<Calendar, CalendarError> {
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
            return Err(CalendarError::Circle { name: name.to_owned() });
        }
        let calendar = self.written(written, depth)?;
        self.built.insert(name.to_owned(), calendar.clone());
        Ok(calendar)
    }

    fn member(&mut self, member: &Member, depth: usize) -> Result<Calendar, CalendarError> {
        match member {
            Member::Name(name) => self.named(name, depth),
            Member::Written(_) if depth > DEPTH => Err(CalendarError::Circle {
                name: "in place".to_owned(),
            }),
            Member::Written(written) => self.written(written, depth),
        }
    }

    fn written(&mut self, written: &CalendarDescription, depth: usize) -> Result<Calendar, CalendarError> {
        let zone = written.zone.as_deref().map(zone).transpose()?;
        let Some((compose, members)) = written.composed()? else {
            let zone = zone.ok_or(CalendarError::Shape {
                problem: "the calendar has no `zone`; expected one such as `zone: Asia/Shanghai`",
            })?;
            return Calendar::of_pattern(zone, Pattern::read(written, self.lists)?);
        };
        let members = members.iter().map(|member| self.member(member, depth + 1));
        let members = members.collect::<Result<_, _>>()?;
        let source = match compose {
            Compose::And => Source::And(members),
            Compose::Or => Source::Or(members),
            Compose::Minus => Source::Minus(members),
        };
        Calendar::composed(zone, source)
    }
}

fn always() -> Result<Calendar, CalendarError> {
    Calendar::in_zone("UTC").always().build()
}

fn zone(name: &str) -> Result<Tz, CalendarError> {
    name.parse()
        .map_err(|_| CalendarError::UnknownZone { zone: name.to_owned() })
}
