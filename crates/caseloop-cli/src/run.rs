//! `caseloop run`: cases from a file of events, line by line, in bounded memory for each line.

use crate::arguments::{self, Run, RunFormat};
use crate::console::{Console, Ending, Failure, counted, shown};
use crate::event_line::{EventLine, What};
use crate::lines::Lines;
use crate::opened::{Opened, input, open};
use crate::place::why;
use crate::refusal::refusal;
use crate::timeline::Timeline;
use caseloop::layers::syntax::did_you_mean;
use caseloop::{Case, Chronicle, Entry, ExplainError, Instant, Language, Outcome, Verdict};
use chrono::{DateTime, FixedOffset, Utc};
use indexmap::IndexMap;
use indexmap::map::Entry as Slot;
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

/// Calls that one line may cost.
const MOST_CALLS: u32 = 100;
/// Overdue timers that one call settles.
const CATCH_UP: u32 = 1_000;

pub(crate) fn run(arguments: &Run, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let Some(opened) = open(&arguments.workflow, &arguments.set.values, console)? else {
        return Ok(Ending::Findings);
    };
    let (events, name) = input(&arguments.events)?;
    let inputs = [arguments.workflow.as_path(), arguments.events.as_path()];
    let snapshot = arguments
        .snapshot
        .as_deref()
        .map(|path| writable(path, inputs))
        .transpose()?;
    let mut lines = Lines::new(events);
    let engine = opened.engine.with_limits(caseloop::Limits {
        catch_up: CATCH_UP,
        ..caseloop::Limits::default()
    });
    let opened = Opened { engine, ..opened };
    let mut desk = Desk {
        opened,
        cases: IndexMap::new(),
        format: arguments.format,
        explain: arguments.explain.is_some(),
        known_at: arguments.known_at,
        color: console.color,
    };
    let mut skipped = 0;
    loop {
        if lines.may_wait() {
            console.flush()?;
        }
        let line = lines
            .next()
            .map_err(|error| Failure::Unread(why(&arguments.events, &error)))?;
        let Some((number, line)) = line else { break };
        if line.read().is_ok_and(|text| text.trim().is_empty()) {
            continue;
        }
        let read = line.read().and_then(EventLine::read);
        match read.map(|line| desk.take(&line, console)) {
            Ok(Ok(())) => {}
            Ok(Err(Skip::Repetition(why))) => console.note_at(&name, number, &why),
            Ok(Err(Skip::Output(failure))) => return Err(failure),
            Ok(Err(Skip::Refused(why))) | Err(why) => {
                skipped += 1;
                console.error_at(&name, number, &format!("{why}; the line is skipped"));
            }
        }
    }
    if let Some(file) = snapshot {
        store(file, desk.cases.values().map(|running| running.told.case()))
            .map_err(|error| Failure::Unread(format!("the snapshot cannot be written: {error}")))?;
    }
    match &arguments.explain {
        Some(promise) => {
            if let Err(why) = desk.explain(promise, arguments.language, console)? {
                console.error(&why);
                return Ok(Ending::Findings);
            }
        }
        None => desk.close(console)?,
    }
    if skipped == 0 {
        return Ok(Ending::Clean);
    }
    console.error(&format!("{} skipped", counted(skipped, "line was", "lines were")));
    Ok(Ending::Findings)
}

/// The cases of a run, in the order of their start.
struct Desk {
    opened: Opened,
    cases: IndexMap<Arc<str>, Running>,
    format: RunFormat,
    /// Whether journals are kept to be explained, and not printed.
    explain: bool,
    /// As what was known when it is explained; as it was where nothing is said.
    known_at: Option<DateTime<FixedOffset>>,
    color: bool,
}

struct Running {
    told: Chronicle,
    /// The instant of the last line that was taken; later than the case's own where nothing happened.
    at: DateTime<Utc>,
    offset: FixedOffset,
    next_due: Option<DateTime<Utc>>,
    ids: BTreeSet<Arc<str>>,
    /// What is to be explained; empty otherwise.
    journal: Vec<Entry>,
}

/// Why a line was not carried out.
enum Skip {
    Repetition(String),
    Refused(String),
    Output(Failure),
}

impl From<Failure> for Skip {
    fn from(failure: Failure) -> Self {
        Self::Output(failure)
    }
}

impl Desk {
    fn take(&mut self, line: &EventLine, console: &mut Console<'_>) -> Result<(), Skip> {
        let case = &line.case;
        let known = self.cases.get(case);
        if let (Some(running), Some(id)) = (known, &line.id)
            && running.ids.contains(id)
        {
            return Err(Skip::Repetition(format!(
                "the case `{case}` has had `{id}` before; the repetition is skipped"
            )));
        }
        match (known, &line.what) {
            (Some(_), What::Start(_)) => return Err(Skip::Refused(format!("the case `{case}` has begun already"))),
            (None, What::Event(_) | What::Tick) => {
                return Err(Skip::Refused(format!("the case `{case}` has not begun")));
            }
            (Some(running), _) if line.at < running.at => {
                let at = running.at.with_timezone(&line.offset).to_rfc3339();
                return Err(Skip::Refused(format!(
                    "time runs backwards: the case `{case}` is at {at} already"
                )));
            }
            _ => {}
        }
        for _ in 0..MOST_CALLS {
            let outcome = self.step(line).map_err(Skip::Refused)?;
            let verdict = outcome.verdict;
            for entry in outcome.journal.iter().filter(|_| !self.explain) {
                self.print(entry, line.offset, console)?;
            }
            self.keep(line, outcome);
            if verdict != Verdict::Behind {
                return Ok(());
            }
        }
        Err(Skip::Refused(format!(
            "the case `{case}` has more than {} timers due before this line",
            MOST_CALLS * CATCH_UP
        )))
    }

    fn step(&self, line: &EventLine) -> Result<Outcome, String> {
        let Opened { engine, workflow } = &self.opened;
        let running = self.cases.get(&line.case);
        let done = match (&line.what, running) {
            (What::Start(data), _) => {
                let data = data.iter().map(|(name, value)| (&**name, value.clone()));
                engine.start(workflow.name(), &line.case, line.at, data)
            }
            (What::Event(event), Some(running)) => engine.send_late(&running.told, line.at, event),
            (What::Tick, Some(running)) => engine.tick(running.told.case(), line.at),
            (_, None) => return Err("the case has not begun".to_owned()),
        };
        done.map_err(|error| refusal(&error, workflow))
    }

    fn keep(&mut self, line: &EventLine, outcome: Outcome) {
        let (next_due, verdict) = (outcome.next_due, outcome.verdict);
        let journal = if self.explain {
            outcome.journal.clone()
        } else {
            Vec::new()
        };
        let running = match self.cases.entry(line.case.clone()) {
            Slot::Occupied(known) => {
                let running = known.into_mut();
                running.told.follow(outcome);
                running
            }
            Slot::Vacant(new) => new.insert(Running {
                told: Chronicle::of(outcome),
                at: line.at,
                offset: line.offset,
                next_due: None,
                ids: BTreeSet::new(),
                journal: Vec::new(),
            }),
        };
        running.journal.extend(journal);
        running.next_due = next_due;
        if verdict == Verdict::Behind {
            return;
        }
        (running.at, running.offset) = (line.at, line.offset);
        running.ids.extend(line.id.clone());
    }

    fn print(&self, entry: &Entry, offset: FixedOffset, console: &mut Console<'_>) -> Result<(), Failure> {
        match self.format {
            RunFormat::Text => Timeline {
                offset,
                color: self.color,
            }
            .entry(entry, console.out())?,
            RunFormat::Jsonl => {
                serde_json::to_writer(console.out(), entry).map_err(std::io::Error::from)?;
                writeln!(console.out())?;
            }
        }
        Ok(())
    }

    /// Tells of a promise in every case, or why it cannot.
    fn explain(
        &self,
        promise: &str,
        language: arguments::Language,
        console: &mut Console<'_>,
    ) -> Result<Result<(), String>, Failure> {
        let Opened { engine, workflow } = &self.opened;
        let language = match language {
            arguments::Language::En => Language::English,
            arguments::Language::Zh => Language::Chinese,
        };
        for (case, running) in &self.cases {
            let known = match self.known_at {
                Some(at) => running
                    .journal
                    .partition_point(|entry| entry.at <= Instant::from(at.to_utc())),
                None => running.journal.len(),
            };
            let journal = running.journal.get(..known).unwrap_or_default();
            let accounts = match engine.explain(workflow, journal, promise) {
                Ok(accounts) => accounts,
                Err(why) => {
                    let names = workflow.definition().promises.iter().map(|promise| &*promise.name);
                    let near = match why {
                        ExplainError::UnknownPromise(_) => did_you_mean(promise, names),
                        _ => None,
                    };
                    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                    return Ok(Err(format!("the case `{case}`: {why}{near}")));
                }
            };
            for account in accounts {
                match self.format {
                    RunFormat::Text => writeln!(console.out(), "{}: {}", shown(case), account.text(language))?,
                    RunFormat::Jsonl => {
                        let line = serde_json::json!({"case": case, "account": account});
                        writeln!(console.out(), "{line}")?;
                    }
                }
            }
        }
        Ok(Ok(()))
    }

    /// The closing lines of the timeline: where each case stands.
    fn close(&self, console: &mut Console<'_>) -> Result<(), Failure> {
        if self.format == RunFormat::Jsonl || self.cases.is_empty() {
            return Ok(());
        }
        writeln!(console.out())?;
        for running in self.cases.values() {
            let timeline = Timeline {
                offset: running.offset,
                color: self.color,
            };
            timeline.close(running.told.case(), running.at, running.next_due, console.out())?;
        }
        Ok(())
    }
}

/// Opens the file for the snapshots without touching what it holds, so that a mistyped path is known before the run.
fn writable(path: &Path, inputs: [&Path; 2]) -> Result<File, Failure> {
    let full = path.canonicalize().ok();
    if full.is_some() && inputs.iter().any(|input| input.canonicalize().ok() == full) {
        return Err(Failure::Unread(format!(
            "{}: the snapshot would overwrite what is read",
            path.display()
        )));
    }
    let opened = OpenOptions::new().write(true).create(true).truncate(false).open(path);
    opened.map_err(|error| Failure::Unread(why(path, &error)))
}

fn store<'c>(mut file: File, cases: impl Iterator<Item = &'c Case>) -> std::io::Result<()> {
    // A device or a pipe has no length to cut.
    if file.metadata()?.is_file() {
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
    }
    let mut out = BufWriter::new(file);
    for case in cases {
        serde_json::to_writer(&mut out, case)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}
