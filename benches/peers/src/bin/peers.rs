//! `peers [--rounds N] [--cases N] [--xstate DIRECTORY] [--sismic PYTHON]` measures and prints everything.
//! `peers only ENGINE LIVES` lives that many lives of one engine, for an instruction counter or a profiler.

use caseloop_benches::live_cases::Touch;
use caseloop_benches::profiles::{Profile, profiles};
use caseloop_benches::workload_a;
use caseloop_peers::cpu::Failure;
use caseloop_peers::engines::Engine;
use caseloop_peers::engines::caseloop::Caseloop;
use caseloop_peers::engines::determa::Determa;
use caseloop_peers::engines::hand::Hand;
use caseloop_peers::engines::program::{Program, cases};
use caseloop_peers::engines::scxml::Scxml;
use caseloop_peers::engines::statig::Statig;
use caseloop_peers::report::{self, Spread, number, row, target};
use caseloop_peers::rounds::{Live, Row, live};
use std::path::{Path, PathBuf};
use std::process::Command;

const BARE: &str = include_str!("../../charts/bare.yaml");

const MATCH: &str = "match";
const OURS: &str = "caseloop";
const SCXML: &str = "scxml";
const DETERMA: &str = "determa-state";
const XSTATE: &str = "XState";

struct Options {
    rounds: usize,
    cases: u32,
    xstate: Option<PathBuf>,
    sismic: Option<PathBuf>,
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [only, name, lives] = arguments.as_slice()
        && only == "only"
    {
        return run_only(name, lives.parse()?);
    }
    let options = options(&arguments)?;
    let profiles = profiles();
    let mut rows = rust_rows(&profiles);
    rows.extend(program_rows(&options, &profiles)?);
    let mut begin = options.xstate.as_deref().and_then(|home| xstate(home).ok());

    for row in &mut rows {
        row.check(&profiles);
        match &row.engine {
            Ok(_) => eprintln!("{}: every leaf of {} lives is right", row.name, profiles.len()),
            Err(reason) => eprintln!("{}: not measured: {reason}", row.name),
        }
    }
    let mut begun = Vec::new();
    for round in 0..=options.rounds {
        for row in &mut rows {
            row.round(round > 0);
        }
        if let Some(program) = &mut begin
            && let Ok(time) = program.time("begin", 300)
            && round > 0
        {
            begun.push(time as f64 / 300.0);
        }
        eprintln!("round {round} of {}", options.rounds);
    }
    let mut ways = vec![Touch::Never];
    ways.extend([8].map(Touch::Ahead));
    ways.extend([8, 32].map(Touch::Group));
    let mut alive = Vec::new();
    for cases in [options.cases / 10, options.cases] {
        alive.push(live(&profiles, cases, options.rounds, &ways)?);
        eprintln!("{} live cases", number(cases.into()));
    }
    let memory = memory()?;

    println!(
        "## One step: CPU time per event, {} interleaved rounds\n",
        options.rounds
    );
    report::steps(&rows, MATCH, OURS);
    println!("\n## Loading the definition\n");
    report::loads(&rows, OURS, &begun);
    println!("\n## Live cases: random batches of one event each\n");
    report::live(&alive);
    println!("\n## Bytes of a live case\n");
    println!("| what | bytes |\n|---|--:|");
    for (what, key) in [
        ("hot record: the snapshot, and what a copy of it asks for", "record"),
        (
            "everything asked of the allocator, with a name of its own (counting allocator)",
            "all",
        ),
        ("growth of the process (resident memory)", "resident"),
    ] {
        let bytes = memory.iter().find(|(name, _)| name == key).map(|(_, bytes)| *bytes);
        println!("| {what} | {} |", bytes.map_or("–".to_owned(), number));
    }
    println!();
    targets(&rows, alive.last(), &memory);
    Ok(())
}

fn targets(rows: &[Row], live: Option<&Live>, memory: &[(String, f64)]) {
    let ratio = |of: &str, to: &str| {
        let (of, to) = (row(rows, of)?, row(rows, to)?);
        Spread::ratio(&of.events, &to.events).map(|ratio| ratio.median)
    };
    let load = |of: &str, to: &str| {
        let (of, to) = (row(rows, of)?, row(rows, to)?);
        Spread::ratio(&of.load, &to.load).map(|ratio| ratio.median)
    };
    println!("## Targets\n");
    println!("| target | wanted | measured | |\n|---|--:|--:|---|");
    target("full step, × the hand-written match", ratio(OURS, MATCH), 5.0, true);
    target("times faster than scxml", ratio(SCXML, OURS), 9.0, false);
    target("times faster than XState's actor", ratio(XSTATE, OURS), 300.0, false);
    target("times faster than determa-state", ratio(DETERMA, OURS), 1_000.0, false);
    let one_by_one = live.and_then(|live| live.ratio(Touch::Never));
    target(
        "live cases in random batches, one by one, × the match",
        one_by_one.map(|ratio| ratio.median),
        3.5,
        true,
    );
    for touch in [Touch::Ahead(8), Touch::Group(8), Touch::Group(32)] {
        let ratio = live.and_then(|live| live.ratio(touch)).map(|ratio| ratio.median);
        let what = report::way(touch).replace("caseloop, ", "");
        target(&format!("the same, {what}, × the match"), ratio, 3.5, true);
    }
    let record = memory
        .iter()
        .find(|(name, _)| name == "record")
        .map(|(_, bytes)| *bytes);
    target("bytes of a live case's hot record", record, 128.0, true);
    target(
        "YAML load with diagnostics, × XState's load",
        load(OURS, XSTATE),
        2.0,
        true,
    );
}

fn boxed(engine: impl Engine + 'static) -> Box<dyn Engine> {
    Box::new(engine)
}

fn rust_rows(profiles: &[Profile]) -> Vec<Row> {
    let full = workload_a::DEFINITION;
    let here = "this tree";
    vec![
        Row::new(
            (MATCH, "", "hand-written Rust"),
            (700_000, 0),
            Ok(boxed(Hand::new(profiles))),
        ),
        Row::new(
            (OURS, here, "guards, effects, timers, journal"),
            (100_000, 100),
            Caseloop::new(full, true).map(boxed),
        ),
        Row::new(
            ("caseloop, memory used again", here, "the same, cases not made anew"),
            (100_000, 0),
            Caseloop::new(full, false).map(boxed),
        ),
        Row::new(
            ("caseloop, bare chart", here, "guards and journal only, as the peers"),
            (100_000, 100),
            Caseloop::new(BARE, true).map(boxed),
        ),
        Row::new(
            ("statig", "0.4.1", "compiled by its macro"),
            (500_000, 0),
            Ok(boxed(Statig::new(profiles))),
        ),
        Row::new(
            (SCXML, "0.2.3", "interpreted; host's guards, no actions"),
            (15_000, 500),
            Scxml::new(profiles, true).map(boxed),
        ),
        Row::new(
            ("scxml, reset", "0.2.3", "the same, one simulator for all lives"),
            (20_000, 0),
            Scxml::new(profiles, false).map(boxed),
        ),
        Row::new(
            (DETERMA, "0.2.0", "interpreted; YAML and CEL"),
            (200, 5),
            Determa::new(profiles).map(boxed),
        ),
    ]
}

fn program_rows(options: &Options, profiles: &[Profile]) -> Result<Vec<Row>, Failure> {
    std::fs::create_dir_all(work())?;
    std::fs::write(cases_file(), cases(profiles))?;
    let absent = || Failure::from("it is not installed");
    let row = |(name, kind), times, program: Result<Program, Failure>| {
        let mut program = program;
        let version = program.as_mut().ok().and_then(|program| program.ask("version").ok());
        let version = version.unwrap_or_default();
        Row::new((name, &version, kind), times, program.map(boxed))
    };
    let actor = options.xstate.as_deref().ok_or_else(absent).and_then(xstate);
    let sismic = options.sismic.as_deref().ok_or_else(absent).and_then(sismic);
    Ok(vec![
        row((XSTATE, "JavaScript actor"), (3_000, 300), actor),
        row(("sismic", "Python, YAML statechart"), (30, 5), sismic),
    ])
}

fn xstate(home: &Path) -> Result<Program, Failure> {
    let mut command = Command::new("node");
    command.env("NODE_ENV", "production");
    command
        .arg(here().join("programs/xstate.cjs"))
        .arg(home)
        .arg(cases_file());
    Program::new(&mut command, true)
}

fn sismic(python: &Path) -> Result<Program, Failure> {
    let mut command = Command::new(python);
    command.arg(here().join("programs/sismic_cases.py"));
    command.arg(here().join("charts/sismic.yaml")).arg(cases_file());
    Program::new(&mut command, true)
}

fn memory() -> Result<Vec<(String, f64)>, Failure> {
    let program = std::env::current_exe()?.with_file_name("memory");
    let output = Command::new(program).output()?;
    let mut figures = Vec::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        if let Some((name, figure)) = line.split_once(' ') {
            figures.push((name.to_owned(), figure.parse()?));
        }
    }
    Ok(figures)
}

fn run_only(name: &str, lives: usize) -> Result<(), Failure> {
    let rows = rust_rows(&profiles());
    let mut row = rows
        .into_iter()
        .find(|row| row.name == name)
        .ok_or("there is no such engine")?;
    row.lives = lives;
    row.round(true);
    if let Err(reason) = &row.engine {
        return Err(reason.as_str().into());
    }
    println!("{name}: {:?} ns/event", row.events);
    Ok(())
}

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn work() -> PathBuf {
    here().join("target")
}

fn cases_file() -> PathBuf {
    work().join("cases.jsonl")
}

fn options(arguments: &[String]) -> Result<Options, Failure> {
    let mut options = Options {
        rounds: 9,
        cases: 1_000_000,
        xstate: None,
        sismic: None,
    };
    for pair in arguments.chunks(2) {
        match pair {
            [name, value] if name == "--rounds" => options.rounds = value.parse()?,
            [name, value] if name == "--cases" => options.cases = value.parse()?,
            [name, value] if name == "--xstate" => options.xstate = Some(value.into()),
            [name, value] if name == "--sismic" => options.sismic = Some(value.into()),
            _ => return Err(format!("not understood: {}", pair.join(" ")).into()),
        }
    }
    Ok(options)
}
