//! The timeline on the screen: a line for whatever is worth telling, at the pace of the day if somebody watches.

use crate::summary::{argument, refusal, spoken};
use caseloop::{Effect, Entry, Outcome};
use chrono::{DateTime, FixedOffset, Utc};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Result, Write, stdout};
use std::time::Duration;

/// How much faster than the day the timeline runs: twelve hours in six seconds.
pub(crate) const SPEED: u32 = 7_200;

/// Where the timeline goes.
pub(crate) struct Screen {
    zone: FixedOffset,
    live: bool,
    color: bool,
    bar: ProgressBar,
    /// The instant of the last report.
    at: Option<DateTime<FixedOffset>>,
}

impl Screen {
    /// A screen for this many reports, with times in `zone`. Only a terminal gets the pace and the bar.
    pub(crate) fn new(zone: FixedOffset, reports: u64, fast: bool) -> Self {
        let terminal = stdout().is_terminal();
        let live = terminal && !fast;
        let target = if live {
            ProgressDrawTarget::stdout()
        } else {
            ProgressDrawTarget::hidden()
        };
        let style = ProgressStyle::with_template("{msg}  {wide_bar}  {pos} of {len} reports");
        Self {
            zone,
            live,
            color: terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
            bar: ProgressBar::with_draw_target(Some(reports), target)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())),
            at: None,
        }
    }

    /// Lets the time up to a report pass.
    pub(crate) fn wait_until(&mut self, at: DateTime<FixedOffset>) {
        self.bar.inc(1);
        self.bar
            .set_message(at.with_timezone(&self.zone).format("%H:%M").to_string());
        if let (true, Some(before)) = (self.live, self.at) {
            std::thread::sleep((at - before).to_std().unwrap_or(Duration::ZERO) / SPEED);
        }
        self.at = Some(at);
    }

    /// Tells what a step did, if it is worth telling.
    pub(crate) fn tell(&self, outcome: &Outcome) -> Result<()> {
        for entry in &outcome.journal {
            let (said, style) = (said(entry, outcome), style(entry, outcome));
            if said.is_empty() {
                continue;
            }
            let time = entry.at.to_utc().map(|at| self.time(at)).unwrap_or_default();
            self.line(&format!(
                "{time}  {}  {}",
                entry.case,
                self.paint(style, &said.join("; "))
            ))?;
        }
        Ok(())
    }

    /// Writes a line above the bar.
    pub(crate) fn line(&self, text: &str) -> Result<()> {
        self.bar.suspend(|| writeln!(stdout(), "{text}"))
    }

    /// Takes the bar away.
    pub(crate) fn close(&self) {
        self.bar.finish_and_clear();
    }

    fn time(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format("%H:%M:%S").to_string()
    }

    fn paint(&self, style: &str, text: &str) -> String {
        if self.color && !style.is_empty() {
            format!("\u{1b}[{style}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// What is worth telling of an entry.
fn said(entry: &Entry, outcome: &Outcome) -> Vec<String> {
    let refused = refusal(entry).map(|reason| format!("refused: {reason}"));
    let fired = entry.timers.fired.iter().map(|timer| match &**timer {
        "ringing.nobody" => "nobody answered".to_owned(),
        "confirming.no_word" => "no word after the transfer, taken back".to_owned(),
        "rating.silence" => "no rating".to_owned(),
        other => format!("{other} fired"),
    });
    let ended = (outcome.case.ended() && !entry.entered.is_empty())
        .then(|| format!("-> {}", spoken(&entry.configuration.join(", "))));
    let effects = entry.effects.iter().filter_map(asked);
    refused.into_iter().chain(fired).chain(effects).chain(ended).collect()
}

/// What an effect asks for, as far as it is worth telling.
fn asked(effect: &Effect) -> Option<String> {
    let of = |name| argument(effect, name);
    match &*effect.effect {
        "contingency_plan" => Some(format!("{}: contingency plan started", of("kind"))),
        "notify" => Some(format!("{} told", of("role"))),
        "connect" => Some(format!("put through to {}", of("department"))),
        "work_order" => Some(format!("work order for {}", of("department"))),
        "follow_up" => Some(format!("to follow up: {}", of("why"))),
        "archive" if effect.with.contains_key("score") => Some(format!("scored {} of 5", of("score"))),
        _ => None,
    }
}

const RED: &str = "31";
const ALARM: &str = "1;31";
const GREEN: &str = "32";
const YELLOW: &str = "33";

fn style(entry: &Entry, outcome: &Outcome) -> &'static str {
    let asks = |name: &str| entry.effects.iter().any(|effect| &*effect.effect == name);
    if asks("contingency_plan") {
        ALARM
    } else if refusal(entry).is_some() {
        RED
    } else if outcome.case.is_in("resolved") {
        GREEN
    } else if asks("follow_up") {
        YELLOW
    } else {
        ""
    }
}
