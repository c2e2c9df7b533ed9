//! `caseloop calendar eval`: questions to calendars, a JSON object a line, and an answer a line.

use crate::arguments::{CalendarCommand, CalendarEval};
use crate::calendar_question::Question;
use crate::console::{Console, Ending, Failure};
use crate::lines::Lines;
use crate::opened::input;
use crate::place::why;
use caseloop::layers::sla::{Calendar, Calendars, CalendarsDescription, Member};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// The longest file of calendars, in bytes.
const LONGEST_FILE: u64 = 4 << 20;

/// How many calendars that stand in lines are kept for the lines after them.
const MOST_KEPT: usize = 256;

pub(crate) fn run(command: &CalendarCommand, console: &mut Console<'_>) -> Result<Ending, Failure> {
    match command {
        CalendarCommand::Eval(arguments) => eval(arguments, console),
    }
}

fn eval(arguments: &CalendarEval, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let named = arguments.calendars.as_deref().map(calendars).transpose()?;
    let mut known = Known {
        named: named.unwrap_or_default(),
        kept: BTreeMap::new(),
    };
    let (questions, _) = input(&arguments.file)?;
    let mut lines = Lines::new(questions);
    let mut ending = Ending::Clean;
    loop {
        let line = lines
            .next()
            .map_err(|error| Failure::Unread(why(&arguments.file, &error)))?;
        let Some((number, line)) = line else { break };
        if line.read().is_ok_and(|text| text.trim().is_empty()) {
            continue;
        }
        let (id, answer) = line.read().map_or_else(
            |problem| (None, Err(problem)),
            |text| match serde_json::from_str::<Question>(text) {
                Ok(question) => {
                    let answer = known.get(&question.calendar);
                    (
                        question.id.clone(),
                        answer.and_then(|calendar| question.answer(&calendar)),
                    )
                }
                Err(error) => (None, Err(problem(&error))),
            },
        );
        let id = id.unwrap_or_else(|| json!(number));
        let answer = match answer {
            Ok(answer) => json!({"id": id, "answer": answer}),
            Err(error) => {
                ending = Ending::Findings;
                json!({"id": id, "error": error})
            }
        };
        writeln!(console.out(), "{answer}")?;
        if lines.may_wait() {
            console.flush()?;
        }
    }
    Ok(ending)
}

fn problem(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.replace(" at line 1 column ", " at column ")
}

/// The calendars of a file.
fn calendars(path: &Path) -> Result<Calendars, Failure> {
    let (file, name) = input(path)?;
    let mut text = String::new();
    let read = file.take(LONGEST_FILE).read_to_string(&mut text);
    read.map_err(|error| Failure::Unread(why(path, &error)))?;
    let written: Result<CalendarsDescription, _> = serde_yaml::from_str(&text);
    let written = written.map_err(|error| Failure::Unread(format!("{name}: {error}")))?;
    Calendars::new(&written).map_err(|error| Failure::Unread(format!("{name}: {error}")))
}

/// Calendars by name, and those that stood in lines.
struct Known {
    named: Calendars,
    kept: BTreeMap<String, Result<Calendar, String>>,
}

impl Known {
    fn get(&mut self, written: &Value) -> Result<Calendar, String> {
        let key = written.to_string();
        if let Some(kept) = self.kept.get(&key) {
            return kept.clone();
        }
        let read: Result<Member, _> = serde_json::from_value(written.clone());
        let read = read.map_err(|error| problem(&error));
        let built = read.and_then(|member| self.named.resolve(&member).map_err(|error| error.to_string()));
        if self.kept.len() >= MOST_KEPT {
            self.kept.clear();
        }
        self.kept.insert(key, built.clone());
        built
    }
}
