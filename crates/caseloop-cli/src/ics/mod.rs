//! `caseloop calendar import`: the holidays of an iCalendar file as a section of a file of calendars, to paste.
//!
//! What an event means is `event`, what comes of all of them `section`; lines and how they nest are looked at in `lines`,
//! because the reader of what stands in them forgives everything.

mod event;
mod lines;
mod section;

use crate::arguments::CalendarImport;
use crate::console::{Console, Ending, Failure, counted};
use crate::opened::input;
use crate::place::why;
use calcard::Entry;
use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty, ICalendarValue};
use event::Found;
use std::io::Read;
use std::path::Path;

/// The longest file that is read, in bytes.
const LONGEST_FILE: usize = 4 << 20;

/// What a file holds.
#[derive(Debug, Default)]
struct Imported {
    found: Vec<Found>,
    /// What the file calls itself.
    title: Option<String>,
    events: u64,
    /// What was not understood: the line, and why.
    left_out: Vec<(u64, String)>,
}

pub(crate) fn run(arguments: &CalendarImport, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let (bytes, name) = read(&arguments.file)?;
    let imported = import(&bytes).map_err(|problem| Failure::Unread(format!("{name}: {problem}")))?;
    for (line, problem) in &imported.left_out {
        console.error_at(&name, *line, problem);
    }
    let section = section::write(&imported, &arguments.name, &name);
    let section =
        section.ok_or_else(|| Failure::Unread(format!("{name}: there is no whole-day event in this file")))?;
    write!(console.out(), "{section}")?;
    let left_out = imported.left_out.len() as u64;
    if left_out == 0 {
        return Ok(Ending::Clean);
    }
    let problems = counted(left_out, "thing is", "things are");
    console.tell(&format!("{problems} not understood and left out"));
    Ok(Ending::Findings)
}

fn read(path: &Path) -> Result<(Vec<u8>, String), Failure> {
    let (file, name) = input(path)?;
    let mut bytes = Vec::new();
    let read = file.take(LONGEST_FILE as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::Unread(why(path, &error)))?;
    match bytes.len() > LONGEST_FILE {
        true => Err(Failure::Unread(format!(
            "{name}: the file is longer than {LONGEST_FILE} bytes"
        ))),
        false => Ok((bytes, name)),
    }
}

/// The events of a file.
///
/// # Errors
/// What keeps the file from being read at all.
fn import(bytes: &[u8]) -> Result<Imported, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("line {line} is not UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let shape = lines::check(text)?;
    let mut imported = Imported {
        left_out: shape.left_out,
        ..Imported::default()
    };
    let mut places = shape.components.into_iter();
    let mut parser = calcard::Parser::new(text);
    loop {
        match parser.entry() {
            Entry::ICalendar(calendar) => components(&calendar, &mut places, &mut imported),
            Entry::Eof => break,
            // INVARIANT: `lines` has seen that it is made of calendars.
            other => return Err(format!("it cannot be read as iCalendar: {other:?}")),
        }
    }
    section::leave_out(&mut imported);
    imported.left_out.sort();
    Ok(imported)
}

fn components(calendar: &ICalendar, places: &mut impl Iterator<Item = u64>, imported: &mut Imported) {
    use ICalendarComponentType as Type;
    for component in &calendar.components {
        let line = places.next().unwrap_or_default();
        match &component.component_type {
            Type::VEvent => {
                imported.events += 1;
                match event::read(component, line) {
                    Ok(found) => imported.found.extend(found),
                    Err(problem) => {
                        let told = format!("the event {}: {problem}", event::called(component));
                        imported.left_out.push((line, told));
                    }
                }
            }
            Type::VCalendar => {
                let title = component
                    .entries
                    .iter()
                    .find(|entry| is_named(&entry.name, "X-WR-CALNAME"));
                let title = title.and_then(|entry| match entry.values.first() {
                    Some(ICalendarValue::Text(title)) => event::one_line(title),
                    _ => None,
                });
                imported.title = imported.title.take().or(title);
            }
            // Zones and alarms are no days.
            Type::VTimezone | Type::Standard | Type::Daylight | Type::VAlarm => {}
            other => {
                let told = format!("a component `{}` is no event", other.as_str());
                imported.left_out.push((line, told));
            }
        }
    }
}

/// Whether a property that the standard does not have is called so.
fn is_named(property: &ICalendarProperty, name: &str) -> bool {
    matches!(property, ICalendarProperty::Other(found) if found.eq_ignore_ascii_case(name))
}
