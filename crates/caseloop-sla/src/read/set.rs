//! All calendars of a load together: names, circles, years, and whether each can be built.

use super::Reader;
use super::calendar::{Part, Written};
use super::codes::{
    CALENDAR_CIRCLE, DUPLICATE_CALENDAR, NESTED_CALENDARS, NEVER_OPENS, NO_COMMON_YEAR, OUTSIDE_YEARS, TOO_MANY_DAYS,
    UNKNOWN_CALENDAR, UNKNOWN_LIST,
};
use crate::calendar::description::{ALWAYS, Compose};
use crate::calendar::set::Building;
use crate::calendar::zone::date;
use crate::calendar::{Calendar, CalendarDescription, CalendarError, Calendars, DEPTH, HolidayList, MOST_WORK};
use caseloop_syntax::{Diagnostic, Key, Node, Report, Span};
use chrono::Datelike;
use std::collections::{BTreeMap, BTreeSet};

type Entry<'n> = (&'n Key, &'n Node);

/// Reads the entries of all documents and builds what has nothing wrong with it.
pub(super) fn build(calendars: Vec<Entry<'_>>, lists: Vec<Entry<'_>>, reader: &mut Reader<'_>) -> Calendars {
    let lists = Lists::read(lists, reader);
    let mut set = Set::default();
    for (key, node) in unique(calendars, "a calendar", reader) {
        reader.sound = true;
        let written = reader.calendar(node, Some(key));
        let name = key.name.to_string();
        match written {
            Some(written) if reader.sound => {
                set.written.insert(name, written);
            }
            written => {
                set.mistaken.extend(written.map(|written| (name.clone(), written)));
                set.broken.insert(name);
            }
        }
    }
    set.check_names(&lists, reader);
    set.check_circles(reader);
    set.build(&lists, reader)
}

/// The entries with the first of each name.
fn unique<'n>(entries: Vec<Entry<'n>>, what: &str, reader: &mut Reader<'_>) -> Vec<Entry<'n>> {
    let mut first: BTreeMap<&str, Span> = BTreeMap::new();
    let mut kept = Vec::new();
    for (key, node) in entries {
        match first.get(&*key.name) {
            Some(other) => {
                let message = format!("there is {what} `{}` already", key.name);
                let finding =
                    Diagnostic::error(&DUPLICATE_CALENDAR, key.span, message).also(*other, "the other is here");
                reader.error(finding.help("give one of them another name: all files of a load share their names"));
            }
            None => {
                first.insert(&key.name, key.span);
                kept.push((key, node));
            }
        }
    }
    kept
}

/// The lists of holidays.
#[derive(Default)]
struct Lists {
    sound: BTreeMap<String, HolidayList>,
    broken: BTreeSet<String>,
    places: BTreeMap<String, Span>,
}

impl Lists {
    fn read(entries: Vec<Entry<'_>>, reader: &mut Reader<'_>) -> Self {
        let mut lists = Self::default();
        for (key, node) in unique(entries, "a list of holidays", reader) {
            reader.sound = true;
            let list = reader.list(node, key);
            let name = key.name.to_string();
            lists.places.insert(name.clone(), key.span);
            match list.filter(|_| reader.sound) {
                Some(list) => {
                    lists.sound.insert(name, list);
                }
                None => {
                    lists.broken.insert(name);
                }
            }
        }
        lists
    }
}

/// The calendars.
#[derive(Default)]
struct Set {
    /// Those with nothing wrong so far.
    written: BTreeMap<String, Written>,
    /// Those with something wrong, as far as they could be read: their names are looked at, and nothing else.
    mistaken: BTreeMap<String, Written>,
    broken: BTreeSet<String>,
}

impl Set {
    /// Looks up the names of calendars and lists, and the years.
    fn check_names(&mut self, lists: &Lists, reader: &mut Reader<'_>) {
        let names: BTreeSet<String> = self.written.keys().chain(&self.broken).cloned().collect();
        for (name, written) in self.written.iter().chain(&self.mistaken) {
            reader.sound = true;
            check_names(written, &names, lists, reader);
            if !reader.sound {
                self.broken.insert(name.clone());
            }
        }
        self.spread();
    }

    /// What is put together from a calendar with a mistake cannot be built either.
    fn spread(&mut self) {
        let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, written) in &self.written {
            let mut members = Vec::new();
            written.names(&mut members);
            for (member, _) in members {
                users.entry(member).or_default().push(name);
            }
        }
        let mut broken = std::mem::take(&mut self.broken);
        let mut waiting: Vec<String> = broken.iter().cloned().collect();
        while let Some(name) = waiting.pop() {
            for user in users.get(&*name).into_iter().flatten() {
                if broken.insert((*user).to_owned()) {
                    waiting.push((*user).to_owned());
                }
            }
        }
        self.broken = broken;
        self.written.retain(|name, _| !self.broken.contains(name));
    }

    /// Takes out calendars that lead back to themselves; each circle is told once.
    fn check_circles(&mut self, reader: &mut Reader<'_>) {
        let mut done: BTreeSet<&str> = BTreeSet::new();
        let mut broken: BTreeSet<String> = BTreeSet::new();
        for start in self.written.keys() {
            // The way from the start, each with the members that are still to be followed.
            let mut way: Vec<(&str, Vec<(&str, Span)>)> = Vec::new();
            let mut steps: BTreeMap<&str, usize> = BTreeMap::new();
            let mut next = Some(start.as_str());
            loop {
                if let Some(name) = next.take()
                    && done.insert(name)
                    && let Some(written) = self.written.get(name)
                {
                    let mut members = Vec::new();
                    written.names(&mut members);
                    members.reverse();
                    steps.insert(name, way.len());
                    way.push((name, members));
                }
                let Some((last, left)) = way.last_mut() else { break };
                let last = *last;
                let Some((member, place)) = left.pop() else {
                    way.pop();
                    steps.remove(last);
                    continue;
                };
                if let Some(circle) = steps.get(member).and_then(|at| way.get(*at..)) {
                    reader.error(circle_of(member, last, place, circle, self));
                    broken.extend(circle.iter().map(|(name, _)| (*name).to_owned()));
                } else {
                    next = Some(member);
                }
            }
        }
        self.broken.extend(broken);
        self.spread();
    }

    fn build(mut self, lists: &Lists, reader: &mut Reader<'_>) -> Calendars {
        let described: BTreeMap<String, CalendarDescription> = self
            .written
            .iter()
            .map(|(name, written)| (name.clone(), written.describe()))
            .collect();
        let mut building = Building::new(&described, &lists.sound);
        let mut told = BTreeSet::new();
        for (name, written) in &self.written {
            let built = parts(written, &mut building).and_then(|()| {
                let built = building.named(name, 0);
                built.map(|_| ()).map_err(|error| (error, written))
            });
            if let Err((error, written)) = built {
                self.broken.insert(name.clone());
                // Of a member that cannot be built, the member is told and not what it is a member of.
                let follows = self.uses_broken(written);
                let once =
                    told.insert(matches!(error, CalendarError::TooLarge)) || !matches!(error, CalendarError::TooLarge);
                if !follows && once {
                    reader.error(finding(error, written, lists));
                }
            }
        }
        building.finish(self.broken)
    }

    fn uses_broken(&self, written: &Written) -> bool {
        written.any(&|part| matches!(part, Part::Name(name, _) if self.broken.contains(name)))
    }
}

impl Written {
    /// Whether something holds of a member, of a member in place too.
    fn any(&self, holds: &dyn Fn(&Part) -> bool) -> bool {
        self.parts().iter().any(|part| {
            holds(part)
                || match part {
                    Part::Name(..) => false,
                    Part::Written(written) => written.any(holds),
                }
        })
    }

    /// The names of members, those of members in place too, in the order of the file.
    fn names<'w>(&'w self, names: &mut Vec<(&'w str, Span)>) {
        for part in self.parts() {
            match part {
                Part::Name(name, place) => names.push((name, *place)),
                Part::Written(written) => written.names(names),
            }
        }
    }

    fn parts(&self) -> &[Part] {
        self.composed.as_ref().map_or(&[], |(_, parts)| parts)
    }
}

fn check_names(written: &Written, calendars: &BTreeSet<String>, lists: &Lists, reader: &mut Reader<'_>) {
    let full = reader.report.is_full();
    for (name, place) in &written.lists {
        if lists.broken.contains(name) {
            reader.sound = false;
        } else if !lists.sound.contains_key(name) {
            let known = lists.places.keys();
            let message = format!("there is no list of holidays `{name}`");
            reader.error(unknown(
                Diagnostic::error(&UNKNOWN_LIST, *place, message),
                name,
                known,
                "`lists`",
                full,
            ));
        } else if let Some(list) = lists.sound.get(name) {
            check_years(written, (name, list), reader.report);
        }
    }
    for part in written.parts() {
        match part {
            Part::Written(written) => check_names(written, calendars, lists, reader),
            Part::Name(name, place) if !calendars.contains(name) && name != ALWAYS => {
                let known = calendars.iter();
                let message = format!("there is no calendar `{name}`");
                let finding = Diagnostic::error(&UNKNOWN_CALENDAR, *place, message);
                reader.error(unknown(finding, name, known, "`calendars`", full));
            }
            Part::Name(..) => {}
        }
    }
}

/// Help with a name that nothing has; beyond the cap of the report nobody would read it.
fn unknown<'a>(
    finding: Diagnostic,
    name: &str,
    known: impl Iterator<Item = &'a String> + Clone,
    section: &str,
    full: bool,
) -> Diagnostic {
    if full {
        return finding;
    }
    let listed: Vec<String> = known.clone().map(|name| format!("`{name}`")).collect();
    let finding = match listed.len() {
        0 => finding.help(format!(
            "declare it below {section} in this file, or in one that is listed in `uses`"
        )),
        1..=12 => finding.help(format!("declared: {}", listed.join(", "))),
        _ => finding,
    };
    finding.suggest(name, known.map(String::as_str))
}

/// A day of the calendar's own in a year for which it cannot answer is worth a word.
fn check_years(written: &Written, (name, list): (&str, &HolidayList), report: &mut Report) {
    let Some((first, last)) = list.years() else { return };
    for (days, place) in &written.dates {
        let year = [days.start(), days.end()].map(|day| date(*day).year());
        if year.iter().all(|year| !(first..=last).contains(year)) {
            let message = format!(
                "`{}` lies outside `{}`, the years of the list `{name}`",
                date(*days.start()),
                list.years
            );
            report.push(
                Diagnostic::warning(&OUTSIDE_YEARS, *place, message)
                    .help("a calendar answers for the years of its lists alone, so this day is never looked at: leave it out, or extend the list"),
            );
        }
    }
}

/// So many steps of a circle are shown.
const SHOWN: usize = 8;

fn circle_of(member: &str, last: &str, place: Span, circle: &[(&str, Vec<(&str, Span)>)], set: &Set) -> Diagnostic {
    let message = match circle {
        [_] => format!("the calendar `{member}` is put together from itself"),
        _ => format!("the calendar `{member}` is put together from `{last}`, which leads back to it"),
    };
    let mut finding = Diagnostic::error(&CALENDAR_CIRCLE, place, message);
    for pair in circle.windows(2).take(SHOWN) {
        if let [(name, _), (next, _)] = pair {
            let mut names = Vec::new();
            if let Some(written) = set.written.get(*name) {
                written.names(&mut names);
            }
            let at = names.iter().find(|(name, _)| name == next);
            if let Some((_, at)) = at {
                finding = finding.also(*at, format!("`{name}` is put together from `{next}`"));
            }
        }
    }
    finding.help("put the hours that both need into a calendar of their own")
}

/// Builds the members in place by themselves, so that what is wrong with one is told where it stands.
fn parts<'w>(written: &'w Written, building: &mut Building<'_>) -> Result<(), (CalendarError, &'w Written)> {
    for part in written.parts() {
        if let Part::Written(written) = part {
            parts(written, building)?;
            let built = building.written(&written.describe(), 1);
            built.map(|_| ()).map_err(|error| (error, &**written))?;
        }
    }
    Ok(())
}

fn finding(error: CalendarError, written: &Written, lists: &Lists) -> Diagnostic {
    match error {
        CalendarError::NeverOpens => {
            let finding = Diagnostic::error(&NEVER_OPENS, written.place, "the calendar never opens");
            finding.help(match &written.composed {
                Some((Compose::And, _)) => "its members are never open at the same time",
                Some((Compose::Minus, _)) => "the later members cover all that the first is open",
                Some((Compose::Or, _)) => "none of its members opens in the years that all of them know",
                None if written.description.weekly.is_none() && written.description.overrides.is_empty() => {
                    "give it hours: `weekly: {mon-fri: [\"09:00-18:00\"]}`, or `weekly: 24x7`"
                }
                None => "holidays, overrides and breaks leave nothing of its hours",
            })
        }
        CalendarError::ListYears { list, problem, .. } => {
            let place = written.lists.iter().find(|(name, _)| *name == list).map_or(written.place, |(_, place)| *place);
            let message = format!("the list of holidays `{list}` does not fit: {problem}");
            let mut finding = Diagnostic::error(&NO_COMMON_YEAR, place, message);
            for (name, _) in &written.lists {
                if let (Some(place), Some(list)) = (lists.places.get(name), lists.sound.get(name)) {
                    finding = finding.also(*place, format!("for {}", list.years));
                }
            }
            finding.help("a calendar answers for the years that all of its lists know")
        }
        CalendarError::Circle { .. } => Diagnostic::error(
            &NESTED_CALENDARS,
            written.place,
            format!("the calendar is put together from others in more than {DEPTH} levels"),
        )
        .help("put calendars together side by side: `or: [a, b, c]`"),
        CalendarError::TooLarge => Diagnostic::error(
            &TOO_MANY_DAYS,
            written.place,
            format!("with this calendar there are more than {MOST_WORK} days and spans"),
        )
        .help("spans of a weekday count for 52, a holiday of every year for 366, and a list for each calendar that names it"),
        CalendarError::Shape { problem } if problem == Calendar::NO_COMMON_YEAR => {
            Diagnostic::error(&NO_COMMON_YEAR, written.place, problem)
                .help("extend the lists of holidays of the members to the same years")
        }
        // INVARIANT: whatever else can be wrong was found while it was read.
        error => Diagnostic::error(&NEVER_OPENS, written.place, format!("the calendar cannot be built: {error}")),
    }
}
