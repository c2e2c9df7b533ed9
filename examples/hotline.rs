//! A day of a service hotline: 200 calls as they happen, and what they came to.
//! `cargo run --release --example hotline` (`-- --fast` does not wait)
//!
//! The workflow is `workflows/hotline/hotline-call.yaml`, the day `workflows/hotline/day.jsonl`, which
//! `examples/hotline-day.rs` has made up.

#[path = "hotline/desk.rs"]
mod desk;
#[path = "hotline/screen.rs"]
mod screen;
#[path = "hotline/summary.rs"]
mod summary;

use caseloop::{Engine, MapSources, compile};
use chrono::{FixedOffset, TimeDelta};
use desk::{Desk, Report};
use screen::{SPEED, Screen};
use std::io::ErrorKind;
use std::process::ExitCode;
use summary::Summary;

const CALL: &str = include_str!("../workflows/hotline/hotline-call.yaml");
const DAY: &str = include_str!("../workflows/hotline/day.jsonl");

/// Shanghai, the whole year.
const ZONE: FixedOffset = FixedOffset::east_opt(8 * 3600).expect("eight hours are less than a day");

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<ExitCode, Failure> {
    let fast = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--fast") => true,
        Some(_) => {
            eprintln!("usage: hotline [--fast]");
            return Ok(ExitCode::from(2));
        }
    };
    match run(fast) {
        // Whoever read along has read enough.
        Err(error) if error.downcast_ref().is_some_and(is_broken_pipe) => Ok(ExitCode::SUCCESS),
        done => done.map(|()| ExitCode::SUCCESS),
    }
}

fn run(fast: bool) -> Result<(), Failure> {
    let workflow = compile(
        &MapSources::from_iter([("hotline-call.yaml", CALL)]),
        "hotline-call.yaml",
    )?;
    let mut desk = Desk::new(Engine::new([workflow]), "hotline_call");
    let mut screen = Screen::new(ZONE, DAY.lines().count() as u64, fast);
    let mut summary = Summary::default();

    screen.line(&format!(
        "A day of the hotline, Shanghai time; on a terminal {SPEED} times as fast"
    ))?;
    let mut last = None;
    for line in DAY.lines() {
        let report: Report = serde_json::from_str(line)?;
        let at = *last.insert(report.at);
        screen.wait_until(at);
        for outcome in desk.take(report)? {
            summary.add(&outcome);
            screen.tell(&outcome)?;
        }
    }
    // Timers that are still running at the end of the day.
    for outcome in desk.wake(last.unwrap_or_default().to_utc() + TimeDelta::days(1))? {
        summary.add(&outcome);
        screen.tell(&outcome)?;
    }
    screen.close();
    summary.repeated = desk.repeated();
    let open = desk.cases().filter(|case| !case.ended()).count();
    screen.line(&format!("{summary}\n{open} calls are still open"))?;
    Ok(())
}

fn is_broken_pipe(error: &std::io::Error) -> bool {
    error.kind() == ErrorKind::BrokenPipe
}
