//! An engine of another language: a program that is kept running and asked line by line.
//!
//! It is asked `version`, `check`, `run LIVES`, `load TIMES` or `begin TIMES`, and answers one line: a version, `ok` and
//! the number of cases, CPU nanoseconds of its own process, or `error` and the reason.

use super::{Engine, Failure};
use caseloop_benches::profiles::{Profile, TRACE};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The running program.
#[derive(Debug)]
pub struct Program {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    loads: bool,
}

impl Program {
    /// Starts it. `loads` says whether its loading is measured.
    pub fn new(command: &mut Command, loads: bool) -> Result<Self, Failure> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let questions = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().ok_or("the program cannot be heard")?);
        Ok(Self {
            child,
            questions,
            answers,
            loads,
        })
    }

    /// Asks something and waits for the answer.
    pub fn ask(&mut self, question: &str) -> Result<String, Failure> {
        let questions = self.questions.as_mut().ok_or("the program cannot be asked")?;
        writeln!(questions, "{question}")?;
        questions.flush()?;
        let mut answer = String::new();
        if self.answers.read_line(&mut answer)? == 0 {
            return Err("the program has ended".into());
        }
        let answer = answer.trim();
        match answer.strip_prefix("error") {
            Some(reason) => Err(reason.trim().into()),
            None => Ok(answer.to_owned()),
        }
    }

    /// Its CPU time for a task, in nanoseconds.
    pub fn time(&mut self, task: &str, times: usize) -> Result<u64, Failure> {
        Ok(self.ask(&format!("{task} {times}"))?.parse()?)
    }
}

impl Drop for Program {
    /// The program ends with its input.
    fn drop(&mut self) {
        self.questions.take();
        let _ = self.child.wait();
    }
}

impl Engine for Program {
    fn check(&mut self, profiles: &[Profile]) -> Result<(), Failure> {
        let answer = self.ask("check")?;
        if answer == format!("ok {}", profiles.len()) {
            Ok(())
        } else {
            Err(answer.into())
        }
    }

    fn run(&mut self, lives: usize) -> Result<u64, Failure> {
        self.time("run", lives)
    }

    fn load(&mut self, times: usize) -> Result<Option<u64>, Failure> {
        if self.loads {
            self.time("load", times).map(Some)
        } else {
            Ok(None)
        }
    }
}

/// The cases as such programs read them: a JSON object a line with the data, the events and the leaves after them.
pub fn cases(profiles: &[Profile]) -> String {
    let mut text = String::new();
    for profile in profiles {
        let events: Vec<String> = TRACE
            .iter()
            .enumerate()
            .map(|(position, name)| match profile.satisfaction(position) {
                Some(answer) => format!(r#"{{"type":"{name}","satisfaction":{answer}}}"#),
                None => format!(r#"{{"type":"{name}"}}"#),
            })
            .collect();
        let (tier, amount) = (profile.tier, profile.amount);
        let _ = writeln!(
            text,
            r#"{{"input":{{"tier":{tier},"amount":{amount}}},"events":[{}],"leaves":{:?}}}"#,
            events.join(","),
            profile.leaves()
        );
    }
    text
}
