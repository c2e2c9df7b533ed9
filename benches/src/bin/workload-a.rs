//! Workload A for an instruction counter: `workload-a LIVES EVENTS`. Differences between counts leave start-up out, as
//! `benches/count-instructions.sh` takes them.

use caseloop_benches::profiles::TRACE;
use caseloop_benches::workload_a::WorkloadA;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).map_while(|argument| argument.parse().ok());
    let lives = numbers.next().unwrap_or(1_000);
    let events = numbers.next().unwrap_or(TRACE.len());
    let entries = WorkloadA::new()?.live(lives, events)?;
    println!("{lives} lives of {events} events, {entries} journal entries");
    Ok(())
}
