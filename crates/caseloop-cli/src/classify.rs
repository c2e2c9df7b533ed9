//! `caseloop classify`: rules asked about cases, a JSON object a line, and an answer a line; what it came to on standard
//! error.

use crate::arguments::Classify;
use crate::cases::{Case, Cases};
use crate::console::{Console, Ending, Failure, counted, shown};
use crate::evidence::table;
use crate::opened::rules;
use caseloop::Rules;
use caseloop::layers::rules::evidence::{Coverage, Matrix, class_constant};
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
    let mut labels = arguments.labels.as_deref().map(|field| Labels::of(&rules, field));
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
        if let Some(labels) = &mut labels {
            labels.count(&case, &decided);
        }
        let why = arguments.explain.then(|| rules.explain(&inputs));
        print(&case, decided, why, console)?;
    }
    console.flush()?;
    console.tell(&tally.summary(&rules));
    if let Some(labels) = labels {
        console.tell(&labels.summary());
    }
    Ok(cases.ending(console))
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
    conflicts: u64,
    /// How often each value of each output was given.
    gave: IndexMap<Arc<str>, IndexMap<String, u64>>,
    coverage: Coverage,
}

impl Tally {
    fn of(rules: &Rules) -> Self {
        let outputs = rules.signature().outputs.fields();
        Self {
            conflicts: 0,
            gave: outputs.map(|output| (output.name.clone(), IndexMap::new())).collect(),
            coverage: Coverage::of(rules.signature().rules.len()),
        }
    }

    fn count(&mut self, decided: &Decided, fired: &[u32]) {
        self.coverage.add(fired);
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
    }

    /// `kind: complaint 12, enquiry 3`, and how many rules never fired.
    fn summary(&self, rules: &Rules) -> String {
        let mut text = counted(self.coverage.cases(), "case", "cases");
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
        let names = &rules.signature().rules;
        let silent = self.coverage.never().filter_map(|rule| names.get(rule));
        let silent: Vec<&str> = silent.map(|rule| &*rule.name).collect();
        if !silent.is_empty() && self.coverage.cases() > 0 {
            let _ = write!(text, "\nnever fired: {}", silent.join(", "));
        }
        text
    }
}

/// What cases are, held against what the rules make of them.
struct Labels<'a> {
    /// The member of a case that says what it is.
    field: &'a str,
    output: Arc<str>,
    matrix: Matrix,
    /// How many cases do not say.
    unlabelled: u64,
}

impl<'a> Labels<'a> {
    fn of(rules: &Rules, field: &'a str) -> Self {
        let mut outputs = rules.signature().outputs.fields();
        let named = outputs.find(|output| *output.name == *field);
        let output = named.or_else(|| rules.signature().outputs.fields().next());
        Self {
            field,
            output: output.map(|output| output.name.clone()).unwrap_or_default(),
            matrix: Matrix::default(),
            unlabelled: 0,
        }
    }

    fn count(&mut self, case: &Case, decided: &Decided) {
        let Some(label) = case.text(self.field) else {
            self.unlabelled += 1;
            return;
        };
        let given = decided.gave.get(&self.output);
        let given = given.map_or_else(|| "-".to_owned(), ToString::to_string);
        // A label that is no name stands for the constant that a proposal makes of it.
        let label = if label == given { label } else { class_constant(&label) };
        self.matrix.add(&label, &given);
    }

    fn summary(&self) -> String {
        let mut text = table(&self.matrix, &self.output);
        if self.unlabelled > 0 {
            let _ = write!(
                text,
                "\n{} without `{}`",
                counted(self.unlabelled, "case", "cases"),
                self.field
            );
        }
        text
    }
}

/// How many values of an output are told apart in the summary.
const MOST_VALUES: usize = 100;
