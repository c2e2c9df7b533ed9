//! A tick over open cases for an instruction counter: `open-cases CASES DUE`, as `benches/count-ticks.sh` runs it.

use caseloop_benches::open_cases::OpenCases;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).map_while(|argument| argument.parse().ok());
    let cases = numbers.next().unwrap_or(1_000);
    let due = numbers.next().unwrap_or(100);
    let effects = OpenCases::new(cases)?.tick(due)?;
    println!("{cases} cases, {due} due, {effects} effects");
    Ok(())
}
