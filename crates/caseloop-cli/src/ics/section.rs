//! What comes of all events: a section of a file of calendars, the same for the same file.

use super::Imported;
use super::event::{Found, Which, occurrences, one_line};
use crate::console::counted;
use caseloop::layers::sla::DayRule;
use chrono::{Datelike, Days, NaiveDate};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A line of the section: days with their first date to order them by, and what they are called.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    first: NaiveDate,
    last: NaiveDate,
    name: Option<String>,
}

/// Takes out the days of every year that no list of these dates can hold, and says so.
pub(super) fn leave_out(imported: &mut Imported) {
    let years = years(&imported.found);
    let (left_out, found) = (&mut imported.left_out, &mut imported.found);
    found.retain(|found| {
        let Which::Yearly { since, .. } = &found.days else {
            return true;
        };
        let problem = match years {
            Some((_, last)) if *since > last => {
                format!("it begins in {since}, after the last date of the file, so nobody knows its years")
            }
            None if rule_days(found, None).is_none() => {
                "no rule says its days, and without a date in the file it has no years".to_owned()
            }
            _ => return true,
        };
        left_out.push((found.line, format!("the event {}: {problem}", found.called)));
        false
    });
}

/// The years of all dates.
fn years(found: &[Found]) -> Option<(i32, i32)> {
    let dates = found.iter().filter_map(|found| match found.days {
        Which::Dates(first, last) => Some((first.year(), last.year())),
        Which::Yearly { .. } => None,
    });
    dates.reduce(|(first, last), (from, to)| (first.min(from), last.max(to)))
}

/// Writes the section: a list of holidays for the years of its dates. Where nothing but days of every year was found, which
/// belong to no years, they are the holidays of a calendar. `None` where there is nothing to write.
pub(super) fn write(imported: &Imported, name: &str, file: &str) -> Option<String> {
    let years = years(&imported.found);
    let title = imported
        .title
        .as_ref()
        .map(|title| format!(" ({title})"))
        .unwrap_or_default();
    let source = format!("{file}{title}, {}", counted(imported.events, "event", "events"));
    let source = one_line(&source)?;
    let name = key(name);
    let mut text = String::new();
    let Some((first, last)) = years else {
        let rules = rules(&imported.found, None);
        if rules.is_empty() {
            return None;
        }
        let _ = writeln!(
            text,
            "calendars:\n  {name}:\n    # From {source}; days of every year.\n    holidays:"
        );
        rules
            .iter()
            .for_each(|(rule, name)| holiday(&mut text, rule, name.as_deref()));
        return Some(text);
    };
    let _ = writeln!(
        text,
        "lists:\n  {name}:\n    source: {}\n    years: {}",
        quoted(&source),
        range(first, last)
    );
    let off = rows(&imported.found, false, (first, last));
    let rules = rules(&imported.found, Some(first));
    match off.is_empty() && rules.is_empty() {
        true => text.push_str("    off: []\n"),
        false => text.push_str("    off:\n"),
    }
    for row in &off {
        holiday(&mut text, &dates_of(row), row.name.as_deref());
    }
    rules
        .iter()
        .for_each(|(rule, name)| holiday(&mut text, rule, name.as_deref()));
    let worked = rows(&imported.found, true, (first, last));
    if !worked.is_empty() {
        text.push_str("    worked:\n");
        for row in &worked {
            let name = row.name.as_ref().map(|name| format!(" # {name}")).unwrap_or_default();
            let _ = writeln!(text, "      - {}{name}", quoted(&dates_of(row)));
        }
        text.push_str("    worked_as: mon\n");
    }
    Some(text)
}

/// The dates of a kind in order, those of one name that follow one another as a range.
fn rows(found: &[Found], worked: bool, years: (i32, i32)) -> Vec<Row> {
    let mut all: BTreeSet<Row> = BTreeSet::new();
    for found in found.iter().filter(|found| found.worked == worked) {
        let mut add = |first: NaiveDate, last: NaiveDate| {
            all.insert(Row {
                first,
                last,
                name: found.name.clone(),
            });
        };
        match &found.days {
            Which::Dates(first, last) => add(*first, *last),
            Which::Yearly { .. } if !worked && rule_days(found, Some(years.0)).is_some() => {}
            Which::Yearly {
                rule,
                since,
                length,
                except,
            } => {
                let bounds =
                    NaiveDate::from_ymd_opt(years.0.max(*since), 1, 1).zip(NaiveDate::from_ymd_opt(years.1, 12, 31));
                let starts = bounds.map(|(first, end)| (occurrences(rule, first, end), end));
                for (first, end) in starts
                    .iter()
                    .flat_map(|(starts, end)| starts.iter().map(move |first| (*first, *end)))
                {
                    let last = first.checked_add_days(Days::new(length - 1));
                    // What goes on into years that the list does not know is cut off.
                    if let Some(last) = last.filter(|_| !except.contains(&first)) {
                        add(first, last.min(end));
                    }
                }
            }
        }
    }
    let mut merged: Vec<Row> = Vec::new();
    for row in all {
        match merged.last_mut() {
            Some(last)
                if last.name == row.name
                    && last.last.succ_opt() == Some(row.first)
                    && (row.last - last.first).num_days() < 366 =>
            {
                last.last = row.last;
            }
            _ => merged.push(row),
        }
    }
    merged
}

/// Days of every year as rules, in the order of their texts.
fn rules(found: &[Found], first_year: Option<i32>) -> BTreeSet<(String, Option<String>)> {
    let off = found.iter().filter(|found| !found.worked);
    let rules = off.filter_map(|found| Some((rule_days(found, first_year)?, found.name.clone())));
    rules
        .flat_map(|(days, name)| days.into_iter().map(move |day| (day, name.clone())))
        .collect()
}

/// The rules for the days of a yearly event, where rules say it: it has no exceptions, it is for all years in question, and
/// it lies within a part of the year that is the same in all of them.
fn rule_days(found: &Found, first_year: Option<i32>) -> Option<Vec<String>> {
    let Which::Yearly {
        rule,
        since,
        length,
        except,
    } = &found.days
    else {
        return None;
    };
    if !except.is_empty() || first_year.is_some_and(|first| *since > first) {
        return None;
    }
    match rule {
        DayRule::Yearly(month, day) if *length > 1 => {
            // 2001 has no leap day; a range over the end of February is not the same in all years.
            let start = NaiveDate::from_ymd_opt(2001, *month, *day)?;
            let days: Vec<NaiveDate> = (0..*length)
                .filter_map(|after| start.checked_add_days(Days::new(after)))
                .collect();
            let over_february = days
                .windows(2)
                .any(|pair| matches!(pair, [a, b] if (a.month(), b.month()) == (2, 3)));
            let written = days
                .iter()
                .map(|day| DayRule::Yearly(day.month(), day.day()).to_string());
            (!over_february && *length < 366).then(|| written.collect())
        }
        rule if *length == 1 => Some(vec![rule.to_string()]),
        _ => None,
    }
}

fn holiday(text: &mut String, day: &str, name: Option<&str>) {
    let _ = match name {
        Some(name) => writeln!(text, "      - {{day: {}, name: {}}}", quoted(day), quoted(name)),
        None => writeln!(text, "      - {}", quoted(day)),
    };
}

fn dates_of(row: &Row) -> String {
    DayRule::Dates(row.first, row.last).to_string()
}

fn range(first: i32, last: i32) -> String {
    match first == last {
        true => first.to_string(),
        false => format!("{first}..{last}"),
    }
}

/// A key: bare where it is a plain word.
fn key(name: &str) -> String {
    let plain = name.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'));
    let words = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    match plain && !words.contains(&name.to_lowercase().as_str()) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

/// A text in double quotes; what JSON escapes, YAML reads.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
