//! Business hours: caseloop beside a walk over days and beside Python libraries, in interleaved rounds of one run.
//!
//! Called by `calendar.sh` with the Python that has the libraries. Each is asked when 100 open hours from a start have
//! passed (`add`) and how much of 365 days is open (`between`). Answers are held against caseloop's before anything is
//! timed; seconds count, for not every library keeps milliseconds. Times are CPU times of the process that answers.

use caseloop_benches::business_hours::{AMOUNT, BusinessHours, LENGTH};
use caseloop_peers::cpu::{self, Failure};
use caseloop_peers::engines::program::Program;
use caseloop_peers::report::{Spread, number, target};
use std::hint::black_box;
use std::process::Command;

/// Questions of ours in each round, and of the walk.
const OURS: usize = 200_000;
const WALK: usize = 2_000;

/// What is measured of one way to answer one kind of question: nanoseconds an answer, by round.
struct Row {
    name: String,
    task: &'static str,
    /// Answers in each round.
    times: usize,
    figures: Vec<f64>,
}

struct Peer {
    name: &'static str,
    version: String,
    program: Program,
    /// What it can be asked, and how often in each round.
    tasks: Vec<(&'static str, usize)>,
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (mut python, mut folder, mut rounds) = (None, std::env::temp_dir(), 9_usize);
    while let (Some(option), Some(value)) = (arguments.next(), arguments.next()) {
        match option.as_str() {
            "--python" => python = Some(value),
            "--folder" => folder = value.into(),
            "--rounds" => rounds = value.parse()?,
            _ => return Err(format!("`{option}` is no option").into()),
        }
    }
    let ten = BusinessHours::new(10, OURS)?;
    let fifty = BusinessHours::new(50, OURS)?;
    for hours in [&ten, &fifty] {
        hours.check(WALK)?;
    }
    let mut peers = match &python {
        Some(python) => peers(python, &folder, &ten)?,
        None => Vec::new(),
    };
    let mut rows: Vec<Row> = Vec::new();
    for _ in 0..=rounds {
        let mut keep = |name: &str, task: &'static str, times: usize, took: u64| {
            let figure = took as f64 / times as f64;
            let row = rows.iter_mut().find(|row| row.name == name && row.task == task);
            match row {
                Some(row) => row.figures.push(figure),
                // The first round warms up.
                None => rows.push(Row {
                    name: name.to_owned(),
                    task,
                    times,
                    figures: Vec::new(),
                }),
            }
        };
        for (years, hours) in [(10, &ten), (50, &fifty)] {
            let name = format!("caseloop, {years} years");
            let (took, _) = cpu::of(|| sum(&hours.starts, |start| hours.add(start).unwrap_or_default()));
            keep(&name, "add", OURS, took);
            let (took, _) = cpu::of(|| sum(&hours.starts, |start| hours.between(start).unwrap_or_default()));
            keep(&name, "between", OURS, took);
            let some = hours.starts.get(..WALK).unwrap_or_default();
            let name = format!("day by day, {years} years");
            let (took, _) = cpu::of(|| sum(some, |start| hours.walk.add(start, AMOUNT).unwrap_or_default()));
            keep(&name, "add", WALK, took);
            let (took, _) = cpu::of(|| sum(some, |start| hours.walk.between(start, start + LENGTH)));
            keep(&name, "between", WALK, took);
        }
        for peer in &mut peers {
            for (task, times) in peer.tasks.clone() {
                let (took, _) = asked(&mut peer.program, task, times)?;
                keep(&format!("{} {}", peer.name, peer.version), task, times, took);
            }
        }
    }
    report(&rows, &peers, rounds);
    Ok(())
}

fn sum(starts: &[i64], answer: impl Fn(i64) -> i64) -> i64 {
    let sum = starts.iter().map(|start| answer(black_box(*start)));
    black_box(sum.fold(0, i64::wrapping_add))
}

/// Starts the libraries and holds their answers against ours.
fn peers(python: &str, folder: &std::path::Path, hours: &BusinessHours) -> Result<Vec<Peer>, Failure> {
    let questions = folder.join("business-hours.txt");
    // Whole seconds, which every library keeps.
    let starts: Vec<i64> = hours.starts.iter().take(200).map(|start| start / 1000 * 1000).collect();
    let holidays: Vec<String> = hours.walk.holidays.iter().map(ToString::to_string).collect();
    let texts: Vec<String> = starts.iter().map(ToString::to_string).collect();
    std::fs::write(&questions, format!("{}\n{}\n", holidays.join(" "), texts.join(" ")))?;
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/programs/business_hours.py");
    let mut peers = Vec::new();
    for (name, tasks) in [
        ("pandas", &[("add", 200)][..]),
        ("businesstimedelta", &[("add", 100), ("between", 5)]),
    ] {
        let mut command = Command::new(python);
        command.arg(program).arg(name).arg(&questions);
        let mut program = Program::new(&mut command, false)?;
        let version = match program.ask("version") {
            Ok(version) => version,
            Err(failure) => {
                eprintln!("{name} is left out: {failure}");
                continue;
            }
        };
        for (task, times) in tasks {
            let (_, theirs) = asked(&mut program, task, *times)?;
            let some = starts.get(..*times).unwrap_or_default();
            let ours = match *task {
                "add" => some.iter().map(|start| hours.add(*start)).sum::<Result<i64, _>>()?,
                _ => some.iter().map(|start| hours.between(*start)).sum::<Result<i64, _>>()?,
            };
            if ours != theirs {
                return Err(format!("{name} answers `{task}` with {theirs} in all, caseloop with {ours}").into());
            }
        }
        peers.push(Peer {
            name,
            version,
            program,
            tasks: tasks.to_vec(),
        });
    }
    Ok(peers)
}

/// CPU nanoseconds, and the sum of the answers.
fn asked(program: &mut Program, task: &str, times: usize) -> Result<(u64, i64), Failure> {
    let answer = program.ask(&format!("{task} {times}"))?;
    let (took, sum) = answer.split_once(' ').ok_or("an answer without a sum")?;
    Ok((took.parse()?, sum.parse()?))
}

fn report(rows: &[Row], peers: &[Peer], rounds: usize) {
    let figures = |name: &str, task: &str| {
        let row = rows.iter().find(|row| row.name == name && row.task == task);
        row.map(|row| row.figures.clone()).unwrap_or_default()
    };
    println!("CPU time per answer, {rounds} interleaved rounds\n");
    println!("| what | task | answers a round | ns/answer, median | least–greatest | × caseloop of the round |");
    println!("|---|---|--:|--:|--:|--:|");
    for row in rows {
        let ours = match row.name.ends_with("50 years") {
            true => "caseloop, 50 years",
            false => "caseloop, 10 years",
        };
        let ratio = Spread::ratio(&row.figures, &figures(ours, row.task));
        if let (Some(spread), Some(ratio)) = (Spread::of(row.figures.iter().copied()), ratio) {
            println!(
                "| {} | {} | {} | {} | {}–{} | {} ({}–{}) |",
                row.name,
                row.task,
                number(row.times as f64),
                number(spread.median),
                number(spread.least),
                number(spread.greatest),
                number(ratio.median),
                number(ratio.least),
                number(ratio.greatest)
            );
        }
    }
    println!("\n| target | wanted | measured | |\n|---|--:|--:|---|");
    let over = |of: &str, to: &str, task: &str| {
        Spread::ratio(&figures(of, task), &figures(to, task)).map(|ratio| ratio.median)
    };
    for (task, wanted) in [("add", 15.0), ("between", 200.0)] {
        let measured = over("day by day, 10 years", "caseloop, 10 years", task);
        target(
            &format!("`{task}`, times faster than day by day"),
            measured,
            wanted,
            false,
        );
    }
    for peer in peers {
        let name = format!("{} {}", peer.name, peer.version);
        for (task, _) in &peer.tasks {
            let measured = over(&name, "caseloop, 10 years", task);
            target(
                &format!("`{task}`, times faster than {}", peer.name),
                measured,
                1000.0,
                false,
            );
        }
    }
    for task in ["add", "between"] {
        let measured = over("caseloop, 50 years", "caseloop, 10 years", task);
        target(&format!("`{task}`, 50 years, × 10 years"), measured, 2.0, true);
    }
}
