//! `caseloop classify`: rules asked about cases, a JSON object a line, and an answer a line; what it came to on standard
//! error.

use crate::arguments::Classify;
use crate::cases::{Case, Cases};
use crate::console::{Console, Ending, Failure, counted, shown};
use crate::opened::rules;
use caseloop::Rules;
use caseloop::layers::rules::{Answer, Decided, Explanation, Scratch};
use indexmap::IndexMap;
use serde::Serialize;
use std::fmt::Write as _;
use std::sync::Arc;

pub(crate) fn run(arguments: &Classify, console: &mut Console<'_>) -> Result<Ending, Failure> {
    let Some(rules) = rules(&arguments.rules, &arguments.set.values, console)? else {
        return Ok(Ending::Findings);
    };
    let mut cases = Cases::open(&arguments.cases)?;
    let mut tally = Tally::of(&rules);
    let mut scratch = Scratch::default();
    while let Some(case) = cases.next(console)? {
        let mut inputs = match case.inputs(&rules) {
            Ok(inputs) => inputs,
            Err(problem) => {
                cases.skip(case.line, &problem, console);
                continue;
            }
        };
        let mut outputs = rules.signature().outputs.row();
        let mut fired = Vec::new();
        let answer = rules.decide(&mut inputs, &mut outputs, &mut fired, &mut scratch);
        let decided = rules.named(answer, &outputs, &fired);
        tally.count(&decided, &fired);
        let why = arguments.explain.then(|| rules.explain(&inputs));
        print(&case, decided, why, console)?;
    }
    console.flush()?;
    console.tell(&tally.summary(&rules));
    Ok(match cases.skipped {
        0 => Ending::Clean,
        skipped => {
            console.error(&format!("{} skipped", counted(skipped, "line was", "lines were")));
            Ending::Findings
        }
    })
}

/// One line of the answers.
#[derive(Serialize)]
struct Line {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<String>,
    answer: &'static str,
    gave: IndexMap<Arc<str>, caseloop::Value>,
    fired: Vec<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<Explanation>,
}

fn print(case: &Case, decided: Decided, why: Option<Explanation>, console: &mut Console<'_>) -> Result<(), Failure> {
    let line = Line {
        line: case.line,
        case: case.text("case"),
        answer: word(decided.answer),
        gave: decided.gave,
        fired: decided.fired,
        why,
    };
    serde_json::to_writer(console.out(), &line).map_err(std::io::Error::from)?;
    Ok(writeln!(console.out())?)
}

fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Decided => "decided",
        Answer::Otherwise => "otherwise",
        Answer::Nothing => "nothing",
        Answer::Conflict { .. } => "conflict",
    }
}

/// What the answers came to.
struct Tally {
    cases: u64,
    conflicts: u64,
    /// How often each value of each output was given.
    gave: IndexMap<Arc<str>, IndexMap<String, u64>>,
    fired: Vec<u64>,
}

impl Tally {
    fn of(rules: &Rules) -> Self {
        let outputs = rules.signature().outputs.fields();
        Self {
            cases: 0,
            conflicts: 0,
            gave: outputs.map(|output| (output.name.clone(), IndexMap::new())).collect(),
            fired: vec![0; rules.signature().rules.len()],
        }
    }

    fn count(&mut self, decided: &Decided, fired: &[u32]) {
        self.cases += 1;
        self.conflicts += u64::from(matches!(decided.answer, Answer::Conflict { .. }));
        for (output, counts) in &mut self.gave {
            let value = decided
                .gave
                .get(output)
                .map_or_else(|| "-".to_owned(), ToString::to_string);
            // Of what takes any value, such as a person, only so many are told apart.
            if counts.len() < MOST_VALUES || counts.contains_key(&value) {
                *counts.entry(value).or_default() += 1;
            } else {
                *counts.entry("…".to_owned()).or_default() += 1;
            }
        }
        for rule in fired {
            if let Some(count) = self.fired.get_mut(*rule as usize) {
                *count += 1;
            }
        }
    }

    /// `kind: complaint 12, enquiry 3`, and how many rules never fired.
    fn summary(&self, rules: &Rules) -> String {
        let mut text = counted(self.cases, "case", "cases");
        if self.conflicts > 0 {
            let _ = write!(
                text,
                ", {} without a decision, since rules contradict each other",
                self.conflicts
            );
        }
        for (output, counts) in &self.gave {
            let mut counts: Vec<_> = counts.iter().collect();
            counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
            let counts = counts.iter().map(|(value, count)| format!("{} {count}", shown(value)));
            let _ = write!(text, "\n{output}: {}", counts.collect::<Vec<_>>().join(", "));
        }
        let named = rules.signature().rules.iter().zip(&self.fired);
        let silent: Vec<&str> = named
            .filter(|(_, count)| **count == 0)
            .map(|(rule, _)| &*rule.name)
            .collect();
        if !silent.is_empty() && self.cases > 0 {
            let _ = write!(text, "\nnever fired: {}", silent.join(", "));
        }
        text
    }
}

/// How many values of an output are told apart in the summary.
const MOST_VALUES: usize = 100;
