//! `caseloop calendar eval`: questions to calendars, a JSON object a line, and an answer a line; `caseloop calendar explain`:
//! one answer, stretch by stretch.

use crate::arguments::{CalendarCommand, CalendarEval, CalendarExplain, ExplainFormat};
use crate::calendar_question::{Amount, Question, amount, moment};
use crate::console::{Console, Ending, Failure, shown};
use crate::lines::Lines;
use crate::opened::input;
use crate::place::{Place, why};
use caseloop::layers::sla::{Explanation, HorizonError, Language, Member};
use caseloop::layers::syntax::{Kind, did_you_mean};
use caseloop::{Calendar, Calendars, CompileOptions, compile_with};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// How many calendars that stand in lines are kept for the lines after them.
const MOST_KEPT: usize = 256;

pub(crate) fn run(command: &CalendarCommand, console: &mut Console<'_>) -> Result<Ending, Failure> {
    match command {
        CalendarCommand::Eval(arguments) => eval(arguments, console),
        CalendarCommand::Explain(arguments) => explain(arguments, console),
        CalendarCommand::Import(arguments) => crate::ics::run(arguments, console),
    }
}

fn eval(arguments: &CalendarEval, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let mut known = Known {
        named: calendars(arguments.calendars.as_deref(), console)?,
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

/// The calendars of a file and of those that it uses; what is wrong with them goes to standard error.
fn calendars(path: Option<&Path>, console: &mut Console<'_>) -> Result<Arc<Calendars>, Failure> {
    let Some(path) = path else {
        return Ok(Arc::default());
    };
    let place = Place::of(path).map_err(Failure::Unread)?;
    let compiled = compile_with(&place.sources, &place.path, &CompileOptions::default());
    let findings = compiled.diagnostics();
    if !findings.is_empty() {
        console.findings(findings, &place.show(compiled.files()));
    }
    let wrong = match compiled.kind() {
        Some(Kind::Calendars) if !compiled.has_errors() => return Ok(compiled.calendars().clone()),
        Some(Kind::Calendars) | None => "the calendars cannot be used",
        Some(_) => "this is no file of calendars",
    };
    Err(Failure::Unread(format!("{}: {wrong}", place.shown())))
}

/// Why an amount ends when it does.
fn explain(arguments: &CalendarExplain, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let calendars = calendars(arguments.calendars.as_deref(), console)?;
    let name = &arguments.calendar;
    let calendar = calendars.get(name).ok_or_else(|| {
        let near = did_you_mean(name, calendars.iter().map(|(name, _)| name));
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        let none = if arguments.calendars.is_none() {
            "; name a file with --calendars"
        } else {
            ""
        };
        Failure::Unread(format!("there is no calendar `{name}`{near}{none}"))
    })?;
    let mut explained = match explanation(arguments, &calendar) {
        Ok(explained) => explained,
        Err(Refusal::Question(problem)) => return Err(Failure::Unread(problem)),
        Err(Refusal::Beyond(error)) => {
            console.error(&error.to_string());
            return Ok(Ending::Findings);
        }
    };
    explained.stamp = calendar.stamp(Some(name));
    match arguments.format {
        ExplainFormat::Human => {
            let language = match arguments.language {
                crate::arguments::Language::En => Language::English,
                crate::arguments::Language::Zh => Language::Chinese,
            };
            write!(console.out(), "{}", lines_shown(&explained.text(language)))?;
        }
        ExplainFormat::Json => writeln!(console.out(), "{:#}", json!(explained))?,
    }
    Ok(Ending::Clean)
}

/// Why there is no explanation.
enum Refusal {
    /// The question is none.
    Question(String),
    /// The calendar does not know.
    Beyond(HorizonError),
}

impl From<HorizonError> for Refusal {
    fn from(error: HorizonError) -> Self {
        Self::Beyond(error)
    }
}

fn explanation(arguments: &CalendarExplain, calendar: &Calendar) -> Result<Explanation, Refusal> {
    let instant = |text: &str, key: &str| {
        let moment = moment(Some(text), key, calendar).map_err(Refusal::Question)?;
        moment.instant(calendar).map_err(Refusal::Question)
    };
    let from = instant(&arguments.from, "FROM")?;
    if let Some(until) = &arguments.until {
        return Ok(calendar.explain_between(from, instant(until, "--until")?)?);
    }
    let text = arguments.amount.as_deref().unwrap_or_default();
    match amount(text).map_err(|problem| Refusal::Question(format!("AMOUNT: {problem}")))? {
        Amount::Open(ms) => Ok(calendar.explain(from, ms)?),
        Amount::Days(days) => Ok(calendar.explain_working_days(from, days)?),
        Amount::Elapsed(_) | Amount::Months(_) => Err(Refusal::Question(format!(
            "AMOUNT: `{text}` looks at no calendar; write working time, such as `4 working hours` or `3 working days`"
        ))),
    }
}

/// Each line as a terminal may show it: names of holidays are what somebody wrote.
fn lines_shown(text: &str) -> String {
    text.lines().map(|line| shown(line) + "\n").collect()
}

/// Calendars by name, and those that stood in lines.
struct Known {
    named: Arc<Calendars>,
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
