//! Journal entries, promises and effects as a person reads them beside an expectation.

use crate::{Amount, Deed, Zone};
use caseloop::layers::expr::Length;
use caseloop::{Counted, Effect, EffectArgument, Entry, EntryInput, EntryVerdict, News, Value};

/// An entry in a line: `2025-11-18T17:30 the promise `solution` is broken -> special; notify supervisor overdue`.
pub(crate) fn line(entry: &Entry, zone: Zone) -> String {
    let mut line = format!("{} {}", zone.write(entry.at), input(&entry.input));
    match &entry.verdict {
        EntryVerdict::Taken => {}
        EntryVerdict::Ignored => line += " is ignored",
        EntryVerdict::Rejected { reason, .. } => line += &format!(" is rejected: {reason}"),
        EntryVerdict::WrongSender { sent_by } => line += &format!(" may be sent by {} only", sent_by.join(", ")),
    }
    line += &format!(" -> {}", entry.configuration.join(", "));
    let news = entry.promises.iter().filter_map(|change| {
        let what = match change.news {
            News::Opened(deadline) | News::Moved(deadline) | News::Retargeted(deadline) | News::Resumed(deadline) => {
                format!(
                    "is due {}",
                    deadline.due.map_or("at no time".to_owned(), |due| zone.write(due))
                )
            }
            News::Reopened(_) => "goes on".to_owned(),
            News::Paused => "rests".to_owned(),
            News::Warned => "warns".to_owned(),
            News::Breached { .. } => "is broken".to_owned(),
            News::Kept { left, counted } => format!("is kept, {} left", amount(left, counted)),
            News::Late { over, counted } => format!("is late by {}", amount(over, counted)),
            News::Cancelled => "is cancelled".to_owned(),
            News::Corrected(_) => return None,
        };
        Some(format!("`{}` {what}", change.promise))
    });
    let said: Vec<String> = news.chain(entry.effects.iter().map(effect)).collect();
    if !said.is_empty() {
        line += &format!("; {}", said.join("; "));
    }
    line
}

fn input(input: &EntryInput) -> String {
    match input {
        EntryInput::Start(_) => "it begins".to_owned(),
        EntryInput::Event { name, by, .. } => match by {
            Some(by) => format!("`{name}` by {by}"),
            None => format!("`{name}`"),
        },
        EntryInput::Timer(name) => format!("the timer `{name}` fires"),
        EntryInput::Delayed(name) => format!("`{name}` arrives, which it sent itself"),
        EntryInput::Warning(name) => format!("`{name}` warns"),
        EntryInput::Breach(name) => format!("`{name}` is broken"),
    }
}

/// `notify supervisor overdue`.
pub(crate) fn effect(effect: &Effect) -> String {
    let with = effect.with.values().map(argument);
    let words: Vec<String> = std::iter::once(effect.effect.to_string()).chain(with).collect();
    words.join(" ")
}

/// An effect as a scenario says it with its arguments by name.
pub(crate) fn deed(deed: &Deed) -> String {
    let with = deed.with.iter().map(|(_, value)| bare(value));
    let words: Vec<String> = std::iter::once(deed.effect.to_string()).chain(with).collect();
    words.join(" ")
}

pub(crate) fn argument(argument: &EffectArgument) -> String {
    match argument {
        EffectArgument::Hidden { hidden } => hidden.to_string(),
        EffectArgument::Value(value) => bare(value),
    }
}

/// A value without quotes.
pub(crate) fn bare(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        other => other.to_string(),
    }
}

/// What is left or over, as it is counted.
pub(crate) fn amount(number: i64, counted: Counted) -> String {
    match counted {
        Counted::Elapsed => Length::Elapsed(number).to_string(),
        Counted::Working => format!("{} of working time", Length::Elapsed(number)),
        Counted::Times => number.to_string(),
    }
}

/// An amount as a scenario says it.
pub(crate) fn said(amount: Amount) -> String {
    match amount {
        Amount::Time(length) => length.to_string(),
        Amount::Times(times) => times.to_string(),
    }
}

/// Names in a list, `[a, b]`.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    format!("[{}]", names.join(", "))
}
