//! Tables of random rules over four inputs, and cases to ask them about: what the benchmarks of rules decide.

use crate::dice::Dice;
use caseloop_expr::declare::Declaring;
use caseloop_expr::{EnumType, Limits, RowBuf, Slot};
use caseloop_rules::read::read;
use caseloop_rules::{Answer, Rules, Scratch};
use caseloop_syntax::{Files, MapSources, Report, load};
use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::sync::Arc;

/// The constants of the two inputs that have some.
pub const KINDS: [&str; 4] = ["complaint", "repair", "request", "enquiry"];
/// See [`KINDS`].
pub const TIERS: [&str; 8] = ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7"];

/// One rule: what it asks of each input, if anything. It gives its number.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// The kinds that it takes.
    pub kinds: Vec<usize>,
    /// The tiers that it takes.
    pub tiers: Vec<usize>,
    /// From which amount to which, both included.
    pub amount: Option<(i64, i64)>,
    /// From which age to which, both included.
    pub age: Option<(i64, i64)>,
}

/// One case.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Its kind, by position.
    pub kind: usize,
    /// Its tier, by position.
    pub tier: usize,
    /// From 0 to 9,999.
    pub amount: i64,
    /// From 0 to 99.
    pub age: i64,
}

/// A table with its cases.
#[derive(Debug)]
pub struct Decisions {
    /// The rules, the first that holds deciding.
    pub rows: Vec<Row>,
    /// What they are asked about.
    pub cases: Vec<Case>,
    rules: Rules,
    inputs: Vec<RowBuf>,
    outputs: RowBuf,
    fired: Vec<u32>,
    scratch: Scratch,
}

/// So many rules.
#[must_use]
pub fn rows(count: usize, seed: u64) -> Vec<Row> {
    let mut dice = Dice::new(seed);
    let some = |dice: &mut Dice, of: usize| {
        let count = 1 + dice.roll(2);
        let chosen: BTreeSet<usize> = (0..count).map(|_| dice.roll(of)).collect();
        chosen.into_iter().collect()
    };
    let range = |dice: &mut Dice, most: usize| {
        let low = dice.roll(most);
        let high = (low + dice.roll(most / 8)).min(most - 1);
        (low as i64, high as i64)
    };
    let row = |_| Row {
        kinds: if dice.roll(10) < 7 {
            some(&mut dice, KINDS.len())
        } else {
            Vec::new()
        },
        tiers: if dice.roll(10) < 7 {
            some(&mut dice, TIERS.len())
        } else {
            Vec::new()
        },
        amount: (dice.roll(10) < 8).then(|| range(&mut dice, 10_000)),
        age: (dice.roll(10) < 8).then(|| range(&mut dice, 100)),
    };
    (0..count).map(row).collect()
}

/// So many cases.
#[must_use]
pub fn cases(count: usize, seed: u64) -> Vec<Case> {
    let mut dice = Dice::new(seed);
    let case = |_| Case {
        kind: dice.roll(KINDS.len()),
        tier: dice.roll(TIERS.len()),
        amount: dice.roll(10_000) as i64,
        age: dice.roll(100) as i64,
    };
    (0..count).map(case).collect()
}

impl Row {
    /// Whether it holds, judged by hand.
    #[must_use]
    pub fn holds(&self, case: &Case) -> bool {
        let one = |of: &[usize], found: usize| of.is_empty() || of.contains(&found);
        let within =
            |range: Option<(i64, i64)>, found: i64| range.is_none_or(|(low, high)| low <= found && found <= high);
        one(&self.kinds, case.kind)
            && one(&self.tiers, case.tier)
            && within(self.amount, case.amount)
            && within(self.age, case.age)
    }
}

fn inputs() -> String {
    format!(
        "case:\n  kind: {{one_of: [{}]}}\n  tier: {{one_of: [{}]}}\n  amount: {{type: count, max: 9999}}\n\
         \x20 age: {{type: count, max: 99}}\n",
        KINDS.join(", "),
        TIERS.join(", ")
    )
}

/// A score over the same inputs, with bands.
#[must_use]
pub fn score() -> String {
    format!(
        "score: s\n{}gives: {{level: {{one_of: [low, normal, high, top]}}}}\nbands: {{normal: 10, high: 20, top: 40}}\nadd:\n\
         \x20 - {{name: kind, by: kind, points: {{complaint: 20, repair: 15, request: 5, enquiry: 0}}}}\n\
         \x20 - at_most: 25\n    add:\n\
         \x20     - {{name: large, if: amount >= 5000, points: 20}}\n\
         \x20     - {{name: tier, if: 'tier in [t6, t7]', points: 15}}\n\
         \x20 - {{name: old, if: age >= 60, points: 10}}\n",
        inputs()
    )
}

/// The table as a file of caseloop.
#[must_use]
pub fn yaml(rows: &[Row], hit: &str) -> String {
    let mut text = format!(
        "table: t\n{}gives: {{rule: {{type: count, max: 100000}}}}\nhit: {hit}\nrules:\n",
        inputs()
    );
    for (number, row) in rows.iter().enumerate() {
        let mut cells = Vec::new();
        let names = |of: &[usize], names: &[&str]| {
            let names = of.iter().filter_map(|at| names.get(*at).copied());
            names.collect::<Vec<_>>().join(", ")
        };
        if !row.kinds.is_empty() {
            cells.push(format!("kind: '{}'", names(&row.kinds, &KINDS)));
        }
        if !row.tiers.is_empty() {
            cells.push(format!("tier: '{}'", names(&row.tiers, &TIERS)));
        }
        cells.extend(row.amount.map(|(low, high)| format!("amount: '{low}..{high}'")));
        cells.extend(row.age.map(|(low, high)| format!("age: '{low}..{high}'")));
        let _ = writeln!(
            text,
            "  - {{if: {{{}}}, then: {{rule: {}}}}}",
            cells.join(", "),
            number + 1
        );
    }
    text.push_str("otherwise: {rule: 0}\n");
    text
}

/// The rules in a file that is one text.
///
/// # Errors
/// What is wrong with it.
pub fn rules(text: &str) -> Result<Rules, Box<dyn Error>> {
    let sources = MapSources::from_iter([("t.yaml", text)]);
    let (mut files, mut report) = (Files::default(), Report::default());
    let loaded = load(
        &sources,
        "t.yaml",
        &caseloop_syntax::Limits::default(),
        &mut files,
        &mut report,
    );
    let mut declaring = Declaring {
        report: &mut report,
        roles: &Arc::new(EnumType::new("role", &[])),
        params: &Default::default(),
        broken: BTreeSet::new(),
    };
    let documents = loaded.map(|loaded| loaded.documents).unwrap_or_default();
    let rules = read(&documents, &Limits::default(), &mut declaring);
    match rules.into_iter().next() {
        Some(rules) => Ok(rules),
        None => Err(format!("{:?}", report.diagnostics()).into()),
    }
}

impl Decisions {
    /// A table of so many rules, and a thousand cases.
    ///
    /// # Errors
    /// Where the table is refused.
    pub fn new(count: usize, hit: &str) -> Result<Self, Box<dyn Error>> {
        let rows = rows(count, 7);
        let rules = rules(&yaml(&rows, hit))?;
        Ok(Self::of(rules, rows))
    }

    /// A score over the same inputs, and a thousand cases.
    ///
    /// # Errors
    /// Where the score is refused.
    pub fn of_score() -> Result<Self, Box<dyn Error>> {
        Ok(Self::of(rules(&score())?, Vec::new()))
    }

    fn of(rules: Rules, rows: Vec<Row>) -> Self {
        let cases = cases(1000, 11);
        let record = rules.signature().inputs.record.clone();
        let inputs = cases.iter().map(|case| {
            let mut row = record.row();
            let words = [case.kind as i64, case.tier as i64, case.amount, case.age];
            for (field, word) in record.fields().zip(words) {
                if let Slot::Word(slot) = field.slot
                    && let Some(place) = row.words.get_mut(usize::from(slot))
                {
                    *place = word;
                }
            }
            row
        });
        Self {
            inputs: inputs.collect(),
            outputs: rules.signature().outputs.row(),
            rules,
            rows,
            cases,
            fired: Vec::new(),
            scratch: Scratch::default(),
        }
    }

    /// The number of the first rule that holds, by hand; 0 for none.
    #[must_use]
    pub fn by_hand(&self, case: &Case) -> i64 {
        let first = self.rows.iter().position(|row| row.holds(case));
        first.map_or(0, |first| first as i64 + 1)
    }

    /// Decides every case; the sum of the numbers that were given.
    pub fn decide(&mut self) -> i64 {
        let mut sum = 0;
        for inputs in &mut self.inputs {
            self.fired.clear();
            let answer = self
                .rules
                .decide(inputs, &mut self.outputs, &mut self.fired, &mut self.scratch);
            debug_assert!(!matches!(answer, Answer::Conflict { .. }));
            sum += self.outputs.words.first().copied().unwrap_or_default();
        }
        sum
    }

    /// Holds every answer against those by hand.
    ///
    /// # Errors
    /// Where they differ.
    pub fn check(&mut self) -> Result<(), Box<dyn Error>> {
        let expected: i64 = self.cases.iter().map(|case| self.by_hand(case)).sum();
        let found = self.decide();
        if found != expected {
            return Err(format!("the table gives {found} in all, by hand it is {expected}").into());
        }
        Ok(())
    }

    /// The table.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }
}
