//! Journal entries as a timeline to read: when, what came in, and below it what it did.

use crate::console::shown;
use caseloop::layers::core::Instant;
use caseloop::{
    Answer, Because, Case, Correction, Counted, Deadline, Decision, Effect, EffectArgument, Entry, EntryInput,
    EntryVerdict, News, Priority, PromiseChange, Value,
};
use chrono::{DateTime, FixedOffset, Utc};
use std::fmt::Display;
use std::io::{Result, Write};
use std::sync::Arc;

/// How entries are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeline {
    /// The offset in which times are given.
    pub(crate) offset: FixedOffset,
    /// Whether to colour with ANSI escapes.
    pub(crate) color: bool,
}

const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";

impl Timeline {
    /// Writes one entry: a line that says when and what, and a line for each thing that it did.
    pub(crate) fn entry(&self, entry: &Entry, out: &mut dyn Write) -> Result<()> {
        let (what, verdict) = (input(&entry.input), verdict(&entry.verdict));
        let what = match &entry.input {
            EntryInput::Event {
                occurred: Some(occurred),
                ..
            } => format!("{what}, which occurred {}", self.time(*occurred)),
            _ => what,
        };
        let at = self.paint(DIM, &self.time(entry.at));
        let case = shown(&entry.case);
        writeln!(
            out,
            "{at}  {case} #{}  {}{}",
            entry.seq,
            self.paint(BOLD, &what),
            self.paint(RED, &verdict)
        )?;
        for refused in &entry.refused {
            let text = format!(
                "{}, because `{}` does not hold",
                refused.branch,
                shown(&refused.condition)
            );
            self.detail("refused", &text, out)?;
        }
        if !entry.taken.is_empty() {
            self.detail("took", &entry.taken.join(", "), out)?;
        }
        for decision in &entry.decisions {
            self.detail("rules", &self.decision(decision), out)?;
        }
        if !(entry.left.is_empty() && entry.entered.is_empty()) {
            let left = if entry.left.is_empty() {
                String::new()
            } else {
                format!("{} ", names(&entry.left))
            };
            let entered = self.paint(GREEN, &names(&entry.entered));
            self.detail("states", &format!("{left}-> {entered}"), out)?;
        }
        if !entry.set.is_empty() {
            let set = entry
                .set
                .iter()
                .map(|(field, value)| format!("{field} = {}", self.value(value)));
            self.detail("set", &set.collect::<Vec<_>>().join(", "), out)?;
        }
        for effect in &entry.effects {
            self.detail("effect", &self.effect(effect), out)?;
        }
        for timer in &entry.timers.fired {
            self.detail("timer", &format!("{timer} fired"), out)?;
        }
        for timer in &entry.timers.cancelled {
            self.detail("timer", &format!("{timer} cancelled"), out)?;
        }
        for (timer, due) in &entry.timers.armed {
            self.detail("timer", &format!("{timer} due {}", self.time(*due)), out)?;
        }
        for PromiseChange { promise, news } in &entry.promises {
            if let Some(text) = self.news(news) {
                self.detail("promise", &format!("{promise} {text}"), out)?;
            }
        }
        Ok(())
    }

    /// What became of a promise, unless it is what the whole entry is about.
    fn news(&self, news: &News) -> Option<String> {
        let due = |deadline: &Deadline| deadline.due.map_or("when it runs on".to_owned(), |due| self.time(due));
        Some(match news {
            News::Warned | News::Breached { because: None } => return None,
            News::Breached { because: Some(because) } => match because {
                Because::Late => "broken from the start",
                Because::NewLevel => "broken by the new level",
                Because::Count => "broken by the number",
            }
            .to_owned(),
            News::Reopened(deadline) => format!("goes on, due {}", due(deadline)),
            News::Opened(deadline) => format!("due {}", due(deadline)),
            News::Moved(deadline) => format!("moved to {}", due(deadline)),
            News::Retargeted(deadline) => format!("now due {}", due(deadline)),
            News::Resumed(deadline) => format!("runs on, due {}", due(deadline)),
            News::Paused => "rests".to_owned(),
            News::Kept { left, counted } => format!("kept, {} left", amount(*left, *counted)),
            News::Late { over, counted } => self.paint(RED, &format!("{} late", amount(*over, *counted))),
            News::Cancelled => "cancelled".to_owned(),
            News::Corrected(correction) => self.correction(correction),
        })
    }

    /// What had been told of a measurement, and what is so.
    fn correction(&self, correction: &Correction) -> String {
        let told = |due: Option<Instant>, broken: bool, left: Option<i64>| {
            let due = due.map(|due| format!("due {} and ", self.time(due)));
            let broken = if broken { "broken" } else { "not broken" };
            let left = left.map(|left| match left {
                0.. => format!("{} left", Value::Duration(left)),
                _ => format!("{} late", Value::Duration(left.saturating_neg())),
            });
            let left = left.map(|left| format!(", {left}")).unwrap_or_default();
            format!("{}{broken}{left}", due.unwrap_or_default())
        };
        let was = told(correction.was_due, correction.was_breached, correction.was_left);
        let now = told(correction.now_due, correction.now_breached, correction.now_left);
        format!("corrected: was {was}; is {now}")
    }

    /// Writes where a case stands at the end.
    pub(crate) fn close(
        &self,
        case: &Case,
        now: DateTime<Utc>,
        next_due: Option<DateTime<Utc>>,
        out: &mut dyn Write,
    ) -> Result<()> {
        let rest = match next_due {
            _ if case.ended() => "ended".to_owned(),
            Some(due) => format!("next due {}", self.time(Instant::from(due))),
            None => "waits for an event".to_owned(),
        };
        writeln!(
            out,
            "{}  {}  {rest}",
            shown(case.id()),
            self.paint(GREEN, &case.states().join(", "))
        )?;
        match case.priority(now).filter(|_| !case.ended()) {
            Some(priority) => self.detail("priority", &self.priority(&priority), out),
            None => Ok(()),
        }
    }

    /// `40, top: urgency 20, platform 10; changes at …`.
    fn priority(&self, priority: &Priority) -> String {
        let parts = priority.parts.iter().map(|(part, points)| format!("{part} {points}"));
        let parts = parts.collect::<Vec<_>>().join(", ");
        let mut text = priority.points.to_string();
        if let Some(band) = &priority.band {
            text = format!("{text}, {band}");
        }
        if !parts.is_empty() {
            text = format!("{text}: {parts}");
        }
        match priority.changes_at {
            Some(at) => format!("{text}; changes {}", self.time(at.into())),
            None => text,
        }
    }

    /// `assignment: complaint_skill -> assignee = "wang"`.
    fn decision(&self, decision: &Decision) -> String {
        let why = match (decision.answer, decision.fired.as_slice()) {
            (Answer::Decided, fired) if !fired.is_empty() => fired.join(", "),
            (Answer::Decided, _) => "no rule asked for".to_owned(),
            (Answer::Otherwise, _) => "otherwise".to_owned(),
            (Answer::Nothing, _) => "no rule fired".to_owned(),
            (Answer::Conflict, fired) => self.paint(RED, &format!("{} do not go together", fired.join(" and "))),
        };
        let gave = decision.gave.iter().filter(|(_, value)| **value != Value::Absent);
        let gave = gave.map(|(output, value)| format!("{output} = {}", self.value(value)));
        let gave = gave.collect::<Vec<_>>().join(", ");
        let gave = if gave.is_empty() { "nothing" } else { &gave };
        format!("{}: {why} -> {gave}", decision.rules)
    }

    fn detail(&self, what: &str, text: &str, out: &mut dyn Write) -> Result<()> {
        writeln!(out, "    {what:7}  {text}")
    }

    fn effect(&self, effect: &Effect) -> String {
        let with = effect.with.iter().map(|(name, argument)| match argument {
            EffectArgument::Hidden { hidden } => format!("{name}: <{hidden}>"),
            EffectArgument::Value(value) => format!("{name}: {}", self.value(value)),
        });
        let with = with.collect::<Vec<_>>().join(", ");
        let fresh = effect
            .fresh_until
            .map(|until| format!(", worth sending until {}", self.time(until)));
        format!("{}({with}){}", effect.effect, fresh.unwrap_or_default())
    }

    fn value(&self, value: &Value) -> String {
        match value {
            Value::Instant(at) => self.time(Instant(*at)),
            other => shown(&other.to_string()),
        }
    }

    fn time(&self, at: Instant) -> String {
        let Some(time) = at.to_utc() else {
            return at.to_string();
        };
        let form = if at.0 % 1_000 == 0 {
            "%Y-%m-%d %H:%M:%S %:z"
        } else {
            "%Y-%m-%d %H:%M:%S%.3f %:z"
        };
        time.with_timezone(&self.offset).format(form).to_string()
    }

    fn paint(&self, style: &str, text: &str) -> String {
        if self.color && !text.is_empty() {
            format!("\u{1b}[{style}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// States by name; the workflow itself is one, and has none.
fn names(states: &[Arc<str>]) -> String {
    states
        .iter()
        .map(|name| &**name)
        .filter(|name| !name.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

fn input(input: &EntryInput) -> String {
    let by = |name: &dyn Display, role: Option<&str>| match role {
        Some(role) => format!("{name} by {role}"),
        None => name.to_string(),
    };
    match input {
        EntryInput::Start(_) => "start".to_owned(),
        EntryInput::Event { name, by: role, .. } => by(name, role.as_deref()),
        EntryInput::Timer(name) => format!("timer {name}"),
        EntryInput::Delayed(name) => format!("delayed {name}"),
        EntryInput::Warning(name) => format!("{name} is running out"),
        EntryInput::Breach(name) => format!("{name} breached"),
    }
}

fn verdict(verdict: &EntryVerdict) -> String {
    match verdict {
        EntryVerdict::Taken => String::new(),
        EntryVerdict::Ignored => ": ignored".to_owned(),
        EntryVerdict::Rejected { reason, .. } => format!(": rejected, {reason}"),
        EntryVerdict::WrongSender { sent_by } => format!(": refused, it is sent by {} only", sent_by.join(", ")),
    }
}

/// A number with what it counts.
fn amount(amount: i64, counted: Counted) -> String {
    match counted {
        Counted::Elapsed => Value::Duration(amount).to_string(),
        Counted::Working => format!("{} of working time", Value::Duration(amount)),
        Counted::Times => format!("{amount} times"),
    }
}
