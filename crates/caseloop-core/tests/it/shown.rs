//! Journal entries in one line each, for tests to compare.

use caseloop_core::journal::{Effect, EffectArgument, Entry, EntryInput, EntryVerdict, PromiseChange};
use caseloop_core::{Deadline, Instant, News};

/// One entry: `at cause, verdict, no: refused, by: taken, -left +entered, field=value, !effect, timers, = leaves`.
pub(crate) fn line(entry: &Entry) -> String {
    let mut parts = vec![match &entry.input {
        EntryInput::Start(_) => "start".to_owned(),
        EntryInput::Event { name, .. } => name.to_string(),
        EntryInput::Timer(name) => format!("timer {name}"),
        EntryInput::Delayed(name) => format!("delayed {name}"),
        EntryInput::Warning(name) => format!("{name} warned"),
        EntryInput::Breach(name) => format!("{name} breached"),
    }];
    parts.extend(match &entry.verdict {
        EntryVerdict::Taken => None,
        EntryVerdict::Ignored => Some("ignored".to_owned()),
        EntryVerdict::Rejected { branch, reason } => Some(format!("rejected by {branch}: {reason}")),
        EntryVerdict::WrongSender { sent_by } => Some(format!("only {}", sent_by.join(" or "))),
    });
    parts.extend(
        entry
            .refused
            .iter()
            .map(|one| format!("no {} ({})", one.branch, one.condition)),
    );
    parts.extend(entry.taken.iter().map(|branch| format!("by {branch}")));
    let signed = |sign: &str, states: &[std::sync::Arc<str>]| -> Option<String> {
        let all: Vec<String> = states.iter().map(|state| format!("{sign}{state}")).collect();
        (!all.is_empty()).then(|| all.join(" "))
    };
    parts.extend(signed("-", &entry.left));
    parts.extend(signed("+", &entry.entered));
    parts.extend(entry.set.iter().map(|(field, value)| format!("{field}={value}")));
    parts.extend(entry.effects.iter().map(effect));
    parts.extend(entry.timers.cancelled.iter().map(|name| format!("~{name}")));
    parts.extend(entry.timers.armed.iter().map(|(name, due)| format!("{name}@{}", due.0)));
    parts.extend(entry.promises.iter().map(promise));
    let mut text = format!("{} {}", entry.at.0, parts.join(", "));
    if !(entry.left.is_empty() && entry.entered.is_empty()) {
        text.push_str(&format!(" = {}", entry.configuration.join(" ")));
    }
    text
}

fn effect(effect: &Effect) -> String {
    let with: Vec<String> = effect
        .with
        .iter()
        .map(|(name, argument)| match argument {
            EffectArgument::Hidden { hidden } => format!("{name}: <{hidden}>"),
            EffectArgument::Value(value) => format!("{name}: {value}"),
        })
        .collect();
    let fresh = effect
        .fresh_until
        .map(|at| format!(" until {}", at.0))
        .unwrap_or_default();
    format!("!{}({}){fresh}", effect.effect, with.join(" "))
}

/// What became of a promise: `p opened 10`, `p kept 3`, `p breached`.
fn promise(change: &PromiseChange) -> String {
    let due = |deadline: &Deadline| deadline.due.map_or("never".to_owned(), |due| due.0.to_string());
    let what = match &change.news {
        News::Opened(deadline) => format!("opened {}", due(deadline)),
        News::Moved(deadline) => format!("moved {}", due(deadline)),
        News::Retargeted(deadline) => format!("retargeted {}", due(deadline)),
        News::Resumed(deadline) => format!("resumed {}", due(deadline)),
        News::Paused => "paused".to_owned(),
        News::Warned => "warned".to_owned(),
        News::Breached { because: None } => "breached".to_owned(),
        News::Breached { because: Some(because) } => format!("breached {because:?}"),
        News::Reopened(deadline) => format!("reopened {}", due(deadline)),
        News::Kept { left, .. } => format!("kept {left}"),
        News::Late { over, .. } => format!("late {over}"),
        News::Cancelled => "cancelled".to_owned(),
        News::Corrected(it) => {
            let told = |due: Option<Instant>, broken: bool, left: Option<i64>| {
                let due = due.map_or("never".to_owned(), |due| due.0.to_string());
                let left = left.map(|left| format!(" left {left}")).unwrap_or_default();
                format!("{due}{}{left}", if broken { " broken" } else { "" })
            };
            let was = told(it.was_due, it.was_breached, it.was_left);
            let now = told(it.now_due, it.now_breached, it.now_left);
            format!("since {} corrected: {was} -> {now}", it.since.0)
        }
    };
    format!("{} {what}", change.promise)
}
