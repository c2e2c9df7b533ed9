//! How many files a second are linted without proofs, and in how much memory: `lints [FILES]`, 1,000 unless told otherwise.
//!
//! Each is another workflow that a generator writes: 20 to 139 states in 2 to 5 regions, every second one with a counter
//! that all of its regions look at.

use caseloop::{CompileOptions, LintOptions, MapSources, lint_with};
use caseloop_benches::memory::resident;
use caseloop_benches::regions::Regions;
use std::time::{Duration, Instant};

/// What is told is told so often.
const TOLD: usize = 10;

fn main() {
    let mut numbers = std::env::args().skip(1).map_while(|argument| argument.parse().ok());
    let files: usize = numbers.next().unwrap_or(1_000);
    let mut sum = Sum::default();
    for file in 0..files {
        sum.lint(file);
        if (file + 1) % files.div_ceil(TOLD).max(1) == 0 || file + 1 == files {
            println!("{}", sum.text());
        }
    }
}

#[derive(Default)]
struct Sum {
    files: usize,
    bytes: usize,
    findings: usize,
    took: Duration,
}

impl Sum {
    #[expect(clippy::disallowed_methods, reason = "it measures how long lints take")]
    fn lint(&mut self, file: usize) {
        let regions = Regions {
            states: 20 + file * 7 % 120,
            regions: 2 + file % 4,
            shared: file.is_multiple_of(2),
            exits: file.is_multiple_of(3),
        };
        let text = regions.text();
        self.bytes += text.len();
        let sources = MapSources::from_iter([("regions.yaml", text)]);
        let begun = Instant::now();
        let compiled = lint_with(
            &sources,
            "regions.yaml",
            &CompileOptions::default(),
            &LintOptions::default(),
        );
        self.findings += compiled.diagnostics().len();
        self.took += begun.elapsed();
        self.files += 1;
    }

    fn text(&self) -> String {
        let rate = self.files as u128 * 1_000_000 / self.took.as_micros().max(1);
        let memory = resident().map_or("?".to_owned(), |kib| kib.to_string());
        format!(
            "{} files, {} KiB of YAML, {} findings: {rate} files a second, {memory} KiB",
            self.files,
            self.bytes / 1024,
            self.findings
        )
    }
}
