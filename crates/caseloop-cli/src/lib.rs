#![doc = include_str!("../README.md")]

mod arguments;
mod calendar;
mod calendar_question;
mod cases;
mod check;
mod classify;
mod console;
mod counterexample;
mod event_line;
mod evidence;
mod expand;
mod explain;
mod explore;
mod fix;
mod folder;
mod graph;
mod guarantees;
mod ics;
mod levels;
mod lines;
mod lint;
mod mutate;
mod opened;
mod output;
mod place;
mod refusal;
mod replay;
mod run;
mod schema;
mod test;
mod timeline;
mod yaml;

use arguments::{Arguments, Command};
use clap::Parser;
use console::{Console, Ending, Failure};
use std::io::{BufWriter, ErrorKind, IsTerminal, stderr, stdout};
use std::process::ExitCode;

/// What a shell reports of a program whose reader went away (128 and SIGPIPE): not a clean end, but a quiet one.
const READER_WENT_AWAY: u8 = 141;

/// The program: reads the arguments of the process, carries them out, and says how it went.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Where even this cannot be written there is nobody to tell.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let color = arguments.color.resolve(stdout().is_terminal());
    let (mut out, mut err) = (BufWriter::with_capacity(64 << 10, stdout().lock()), stderr().lock());
    let mut console = Console::new(&mut out, &mut err, color, arguments.lang.spoken());
    let done = match &arguments.command {
        Command::Check(check) => check::run(check, &mut console),
        Command::Lint(lint) => lint::run(lint, &mut console),
        Command::Explain(explain) => explain::run(explain, &mut console),
        Command::Test(test) => test::run(test, &mut console),
        Command::Explore(explore) => explore::run(explore, &mut console),
        Command::Mutate(mutate) => mutate::run(mutate, &mut console),
        Command::Run(run) => run::run(run, &mut console),
        Command::Expand(expand) => expand::run(expand, &mut console),
        Command::Graph(graph) => graph::run(graph, &mut console),
        Command::Calendar(calendar) => calendar::run(&calendar.command, &mut console),
        Command::Classify(classify) => classify::run(classify, &mut console),
        Command::Rules(command) => evidence::run(command, &mut console),
        Command::Schema(schema) => schema::run(schema, &mut console),
        Command::Replay(replay) => replay::run(replay, &mut console),
    };
    let done = done.and_then(|ending| console.flush().map(|()| ending));
    match done {
        Ok(ending) => ending.into(),
        Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::from(READER_WENT_AWAY),
        Err(failure) => {
            console.error(&failure.to_string());
            Ending::Unread.into()
        }
    }
}
