//! Rules: caseloop beside zen-engine, datalogic-rs and json-rules-engine on tables, beside a loop over patterns and a RegexSet on
//! texts, and beside two expression languages on one condition; interleaved rounds of one run.
//!
//! Called by `rules.sh`. Every answer is held against one worked out by hand before anything is timed. Times are CPU times
//! of the process that answers.

use bumpalo::Bump;
use caseloop_benches::decisions::{Case, Decisions, KINDS, Row, TIERS};
use caseloop_benches::tickets::{Listens, Tickets};
use caseloop_expr::{Env, NoFacts, RecordType, RowBuf, Scope, Type, Value, condition};
use caseloop_peers::cpu::{self, Failure};
use caseloop_peers::engines::program::Program;
use caseloop_peers::report::{Spread, number, target};
use caseloop_rules::analysis::analyse;
use caseloop_syntax::{Report, Span};
use datalogic_rs::{DataValue, Engine as Datalogic};
use memchr::memmem::Finder;
use regex::{Regex, RegexSet};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use zen_engine::{Decision, EvaluationOptions};

/// Figures by row: nanoseconds an answer, by round.
#[derive(Default)]
struct Figures(BTreeMap<String, Vec<f64>>);

impl Figures {
    fn keep(&mut self, round: usize, name: &str, times: usize, took: u64) {
        // The first round warms up.
        if round > 0 {
            self.0
                .entry(name.to_owned())
                .or_default()
                .push(took as f64 / times as f64);
        }
    }

    fn of(&self, name: &str) -> Vec<f64> {
        self.0.get(name).cloned().unwrap_or_default()
    }

    fn over(&self, of: &str, to: &str) -> Option<f64> {
        Spread::ratio(&self.of(of), &self.of(to)).map(|ratio| ratio.median)
    }
}

const SIZES: [usize; 3] = [10, 100, 1000];

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (mut node, mut folder, mut rounds) = (None, std::env::temp_dir(), 9_usize);
    while let (Some(option), Some(value)) = (arguments.next(), arguments.next()) {
        match option.as_str() {
            "--node" => node = Some(value),
            "--folder" => folder = PathBuf::from(value),
            "--rounds" => rounds = value.parse()?,
            _ => return Err(format!("`{option}` is no option").into()),
        }
    }
    let mut figures = Figures::default();
    let mut tables = Vec::new();
    for size in SIZES {
        tables.push(Tables::new(size, &folder)?);
    }
    let mut program = match &node {
        Some(node) => {
            let mut command = Command::new("node");
            command
                .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/programs/json_rules.cjs"))
                .arg(node);
            Some(Program::new(&mut command, false)?)
        }
        None => None,
    };
    for table in &mut tables {
        table.check(program.as_mut())?;
    }
    let mut texts = Texts::new()?;
    texts.check()?;
    let conditions = Conditions::new()?;
    for round in 0..=rounds {
        for table in &mut tables {
            table.round(round, program.as_mut(), &mut figures)?;
        }
        texts.round(round, &mut figures);
        conditions.round(round, &mut figures)?;
    }
    report(&figures, rounds, program.is_some());
    Ok(())
}

/// One table in each engine.
struct Tables {
    size: usize,
    ours: Decisions,
    zen: Decision,
    cases: Vec<serde_json::Value>,
    logic: Datalogic,
    chain: datalogic_rs::Logic,
    file: PathBuf,
}

impl Tables {
    fn new(size: usize, folder: &Path) -> Result<Self, Failure> {
        let mut ours = Decisions::new(size, "first")?;
        ours.check()?;
        let content = serde_json::from_value(zen_graph(&ours.rows))?;
        let mut zen = Decision::from(std::sync::Arc::new(content));
        zen.compile();
        let logic = Datalogic::new();
        let chain = logic
            .compile(&chain(&ours.rows).to_string())
            .map_err(|error| format!("{error:?}"))?;
        let cases: Vec<serde_json::Value> = ours.cases.iter().map(case_json).collect();
        let rows: Vec<serde_json::Value> = ours.rows.iter().map(row_json).collect();
        let file = folder.join(format!("rules-{size}.json"));
        std::fs::write(&file, json!({"rows": rows, "cases": cases}).to_string())?;
        Ok(Self {
            size,
            ours,
            zen,
            cases,
            logic,
            chain,
            file,
        })
    }

    fn check(&mut self, program: Option<&mut Program>) -> Result<(), Failure> {
        let expected: Vec<i64> = self.ours.cases.iter().map(|case| self.ours.by_hand(case)).collect();
        for (case, expected) in self.cases.iter().zip(&expected) {
            let found = futures::executor::block_on(self.zen.evaluate(case.clone().into()))
                .map_err(|error| format!("{error:?}"))?;
            let found: serde_json::Value = found.result.to_value();
            if found["rule"].as_f64() != Some(*expected as f64) {
                return Err(format!("zen-engine gives {found} for {case}, by hand it is {expected}").into());
            }
            let arena = Bump::new();
            let text = case.to_string();
            let found = self
                .logic
                .evaluate(&self.chain, text.as_str(), &arena)
                .map_err(|error| format!("{error:?}"))?;
            if found.as_i64() != Some(*expected) {
                return Err(format!("datalogic-rs gives {found:?}, by hand it is {expected}").into());
            }
        }
        if let Some(program) = program {
            let (_, sum) = self.asked(program, 100)?;
            let expected: i64 = expected.iter().take(100).sum();
            if sum != expected {
                return Err(format!("json-rules-engine gives {sum} in all, by hand it is {expected}").into());
            }
        }
        Ok(())
    }

    fn asked(&self, program: &mut Program, times: usize) -> Result<(u64, i64), Failure> {
        let answer = program.ask(&format!("{} {times}", self.file.display()))?;
        let (took, sum) = answer.split_once(' ').ok_or("an answer without a sum")?;
        Ok((took.parse()?, sum.parse()?))
    }

    fn round(&mut self, round: usize, program: Option<&mut Program>, figures: &mut Figures) -> Result<(), Failure> {
        let size = self.size;
        let all = self.cases.len();
        let (took, _) = cpu::of(|| (0..20).map(|_| black_box(self.ours.decide())).sum::<i64>());
        figures.keep(round, &format!("caseloop, {size}"), all * 20, took);
        for (name, trace) in [("zen-engine", true), ("zen-engine, no trace", false)] {
            let inputs: Vec<zen_engine::Variable> =
                self.cases.iter().take(200).map(|case| case.clone().into()).collect();
            let (took, done) = cpu::of(|| {
                for input in &inputs {
                    let options = EvaluationOptions {
                        trace,
                        ..Default::default()
                    };
                    black_box(futures::executor::block_on(
                        self.zen.evaluate_with_opts(input.deep_clone(), options),
                    )?);
                }
                Ok::<_, Box<zen_engine::EvaluationError>>(())
            });
            done.map_err(|error| format!("{error:?}"))?;
            figures.keep(round, &format!("{name}, {size}"), inputs.len(), took);
        }
        let arena = Bump::new();
        let parsed: Vec<&DataValue<'_>> = self
            .cases
            .iter()
            .take(200)
            .map(|case| {
                let text: &str = arena.alloc_str(&case.to_string());
                DataValue::from_str(text, &arena).map(|value| &*arena.alloc(value))
            })
            .collect::<Result<_, _>>()
            .map_err(|error| format!("{error:?}"))?;
        let mut scratch = Bump::new();
        let (took, _) = cpu::of(|| {
            for input in &parsed {
                black_box(self.logic.evaluate(&self.chain, *input, &scratch).is_ok());
                scratch.reset();
            }
        });
        figures.keep(round, &format!("datalogic-rs, {size}"), parsed.len(), took);
        if let Some(program) = program {
            let times = if size == 1000 { 20 } else { 100 };
            let (took, _) = self.asked(program, times)?;
            figures.keep(round, &format!("json-rules-engine, {size}"), times, took);
        }
        if round > 0 && size == 1000 {
            let (took, _) = cpu::of(|| black_box(analyse(self.ours.rules()).len()));
            figures.keep(round, "caseloop, 1,000 rules analysed", 1, took);
        }
        Ok(())
    }
}

fn case_json(case: &Case) -> serde_json::Value {
    json!({"kind": KINDS[case.kind], "tier": TIERS[case.tier], "amount": case.amount, "age": case.age})
}

fn row_json(row: &Row) -> serde_json::Value {
    let names = |of: &[usize], names: &[&str]| of.iter().map(|at| names[*at].to_owned()).collect::<Vec<_>>();
    json!({"kinds": names(&row.kinds, &KINDS), "tiers": names(&row.tiers, &TIERS), "amount": row.amount, "age": row.age})
}

/// A decision graph of zen-engine: the rules and a last one that holds always.
fn zen_graph(rows: &[Row]) -> serde_json::Value {
    let quoted = |of: &[usize], names: &[&str]| {
        of.iter()
            .map(|at| format!("\"{}\"", names[*at]))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let range = |range: Option<(i64, i64)>| range.map_or(String::new(), |(low, high)| format!("[{low}..{high}]"));
    let mut rules: Vec<serde_json::Value> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            json!({"_id": format!("r{at}"), "k": quoted(&row.kinds, &KINDS), "t": quoted(&row.tiers, &TIERS),
                "a": range(row.amount), "g": range(row.age), "o": (at + 1).to_string()})
        })
        .collect();
    rules.push(json!({"_id": "last", "k": "", "t": "", "a": "", "g": "", "o": "0"}));
    let input = |id: &str, field: &str| json!({"id": id, "name": field, "field": field});
    json!({
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "content": {}},
            {"id": "dt", "name": "dt", "type": "decisionTableNode", "content": {
                "hitPolicy": "first",
                "inputs": [input("k", "kind"), input("t", "tier"), input("a", "amount"), input("g", "age")],
                "outputs": [{"id": "o", "name": "rule", "field": "rule"}],
                "rules": rules,
            }},
            {"id": "out", "name": "out", "type": "outputNode", "content": {}},
        ],
        "edges": [{"id": "e1", "sourceId": "in", "targetId": "dt"}, {"id": "e2", "sourceId": "dt", "targetId": "out"}],
    })
}

/// A chain of `if` for JsonLogic.
fn chain(rows: &[Row]) -> serde_json::Value {
    let mut parts = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let mut all = Vec::new();
        let names = |of: &[usize], names: &[&str]| of.iter().map(|at| names[*at].to_owned()).collect::<Vec<_>>();
        if !row.kinds.is_empty() {
            all.push(json!({"in": [{"var": "kind"}, names(&row.kinds, &KINDS)]}));
        }
        if !row.tiers.is_empty() {
            all.push(json!({"in": [{"var": "tier"}, names(&row.tiers, &TIERS)]}));
        }
        for (field, range) in [("amount", row.amount), ("age", row.age)] {
            all.extend(range.map(|(low, high)| json!({"<=": [low, {"var": field}, high]})));
        }
        parts.push(if all.is_empty() {
            json!(true)
        } else {
            json!({"and": all})
        });
        parts.push(json!(at + 1));
    }
    parts.push(json!(0));
    json!({"if": parts})
}

/// A thousand text rules in each way.
struct Texts {
    ours: Tickets,
    /// Phrases and patterns one by one, as one writes it first.
    words: Vec<(usize, Finder<'static>)>,
    patterns: Vec<(usize, Regex)>,
    set: RegexSet,
}

impl Texts {
    fn new() -> Result<Self, Failure> {
        let ours = Tickets::new(400)?;
        let (mut words, mut patterns, mut all) = (Vec::new(), Vec::new(), Vec::new());
        for (at, rule) in ours.listens.iter().enumerate() {
            match rule {
                Listens::Words(text) => {
                    words.push((at, Finder::new(text).into_owned()));
                    all.push(match text.is_ascii() {
                        true => format!(r"\b{text}\b"),
                        false => text.clone(),
                    });
                }
                Listens::Pattern(text) => {
                    patterns.push((at, Regex::new(text)?));
                    all.push(text.clone());
                }
            }
        }
        Ok(Self {
            ours,
            words,
            patterns,
            set: RegexSet::new(all)?,
        })
    }

    /// How many rules each way hears; phrases of the loop are held against word edges where they are found.
    fn naive(&self, language: usize) -> usize {
        let edge = |text: &str, from: usize, length: usize| {
            let joins = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
            let inside = text[from..].chars().next().is_some_and(|first| first.is_ascii());
            inside && (joins(text[..from].chars().next_back()) || joins(text[from + length..].chars().next()))
        };
        let mut heard = 0;
        for text in &self.ours.texts[language] {
            let lower = text.to_lowercase();
            for (_, word) in &self.words {
                let mut found = word.find_iter(lower.as_bytes());
                heard += usize::from(found.any(|at| !edge(&lower, at, word.needle().len())));
            }
            heard += self
                .patterns
                .iter()
                .filter(|(_, pattern)| pattern.is_match(&lower))
                .count();
        }
        heard
    }

    fn check(&mut self) -> Result<(), Failure> {
        for language in [0, 1] {
            let (ours, theirs) = (self.ours.classify(language), self.naive(language));
            if ours != theirs {
                return Err(format!("{ours} rules fire, one by one it is {theirs}").into());
            }
        }
        Ok(())
    }

    fn round(&mut self, round: usize, figures: &mut Figures) {
        for (language, name) in ["Chinese", "English"].into_iter().enumerate() {
            let count = self.ours.texts[language].len();
            let (took, _) = cpu::of(|| black_box(self.ours.classify(language)));
            figures.keep(round, &format!("caseloop, {name}"), count, took);
            let (took, _) = cpu::of(|| black_box(self.naive(language)));
            figures.keep(round, &format!("one by one, {name}"), count, took);
            let some = &self.ours.texts[language][..20];
            let (took, _) = cpu::of(|| {
                some.iter()
                    .map(|text| self.set.matches(text).iter().count())
                    .sum::<usize>()
            });
            figures.keep(round, &format!("RegexSet, {name}"), some.len(), took);
        }
    }
}

/// One condition over three fields in three languages.
struct Conditions {
    ours: caseloop_expr::Condition,
    rows: Vec<RowBuf>,
    cases: Vec<serde_json::Value>,
}

const TIMES: usize = 1000;

impl Conditions {
    fn new() -> Result<Self, Failure> {
        let mut case = RecordType::default();
        let kinds = caseloop_expr::EnumType::new("kind", &KINDS);
        case.push("kind", Type::Enum(kinds.into()), false, false, Span::default());
        case.push("amount", Type::INT, false, false, Span::default());
        case.push("age", Type::INT, false, false, Span::default());
        let cases = caseloop_benches::decisions::cases(TIMES, 5);
        let rows = cases.iter().map(|found| {
            let mut row = case.row();
            let values = [
                Value::constant(KINDS[found.kind]),
                Value::Int(found.amount),
                Value::Int(found.age),
            ];
            for (field, value) in case.fields().zip(values) {
                row.set(field, value).map_err(|error| error.to_string())?;
            }
            Ok(row)
        });
        let rows = rows.collect::<Result<Vec<_>, String>>()?;
        let scope = Scope {
            case: case.into(),
            ..Scope::default()
        };
        let mut report = Report::default();
        let text = "kind == complaint and amount > 1000 and age <= 65";
        let ours = condition(text, &Span::default(), &scope, &Default::default(), &mut report);
        Ok(Self {
            ours: ours.ok_or("the condition is refused")?,
            rows,
            cases: cases.iter().map(case_json).collect(),
        })
    }

    fn round(&self, round: usize, figures: &mut Figures) -> Result<(), Failure> {
        let (took, ours) = cpu::of(|| {
            let mut held = 0;
            for _ in 0..50 {
                for row in &self.rows {
                    let env = Env {
                        case: black_box(row.as_row()),
                        event: Default::default(),
                        now: 0,
                        facts: &NoFacts,
                    };
                    held += usize::from(self.ours.holds(&env));
                }
            }
            held / 50
        });
        figures.keep(round, "caseloop, a condition", TIMES * 50, took);
        let logic = Datalogic::new();
        let rule = json!({"and": [{"==": [{"var": "kind"}, "complaint"]}, {">": [{"var": "amount"}, 1000]}, {"<=": [{"var": "age"}, 65]}]});
        let rule = logic.compile(&rule.to_string()).map_err(|error| format!("{error:?}"))?;
        let (arena, mut scratch) = (Bump::new(), Bump::new());
        let mut inputs = Vec::new();
        for case in &self.cases {
            let text: &str = arena.alloc_str(&case.to_string());
            inputs.push(&*arena.alloc(DataValue::from_str(text, &arena).map_err(|error| format!("{error:?}"))?));
        }
        let (took, theirs) = cpu::of(|| {
            let mut held = 0;
            for input in &inputs {
                let found = logic.evaluate(&rule, *input, &scratch);
                held += usize::from(found.is_ok_and(|found| found.as_bool() == Some(true)));
                scratch.reset();
            }
            held
        });
        figures.keep(round, "datalogic-rs, a condition", TIMES, took);
        let zen = zen_expression::compile_expression("kind == 'complaint' and amount > 1000 and age <= 65")
            .map_err(|error| format!("{error:?}"))?;
        let inputs: Vec<zen_expression::Variable> = self.cases.iter().map(|case| case.clone().into()).collect();
        let (took, zens) = cpu::of(|| {
            let mut held = 0;
            for input in &inputs {
                let found = zen.evaluate(input.clone());
                held += usize::from(found.is_ok_and(|found| found.as_bool() == Some(true)));
            }
            held
        });
        figures.keep(round, "zen-expression, a condition", TIMES, took);
        match ours == theirs && theirs == zens {
            true => Ok(()),
            false => Err(format!("the condition holds {ours}, {theirs} and {zens} times").into()),
        }
    }
}

fn report(figures: &Figures, rounds: usize, node: bool) {
    println!("CPU time per answer, {rounds} interleaved rounds\n");
    println!("| what | ns/answer, median | least–greatest | × caseloop of the round |\n|---|--:|--:|--:|");
    for (name, row) in &figures.0 {
        let task = name.rsplit_once(", ").map_or("", |(_, task)| task);
        let ours = figures.of(&format!("caseloop, {task}"));
        let mut line = String::new();
        if let Some(spread) = Spread::of(row.iter().copied()) {
            let _ = write!(
                line,
                "| {name} | {} | {}–{} |",
                number(spread.median),
                number(spread.least),
                number(spread.greatest)
            );
        }
        match Spread::ratio(row, &ours) {
            Some(ratio) => println!(
                "{line} {} ({}–{}) |",
                number(ratio.median),
                number(ratio.least),
                number(ratio.greatest)
            ),
            None => println!("{line} |"),
        }
    }
    println!("\n| target | wanted | measured | |\n|---|--:|--:|---|");
    let over = |of: &str, to: &str| figures.over(of, to);
    target(
        "100 rules, times faster than zen-engine with its trace",
        over("zen-engine, 100", "caseloop, 100"),
        100.0,
        false,
    );
    target(
        "1,000 rules, × 10 rules",
        over("caseloop, 1000", "caseloop, 10"),
        4.0,
        true,
    );
    target(
        "1,000 text rules, Chinese, times faster than one by one",
        over("one by one, Chinese", "caseloop, Chinese"),
        4.0,
        false,
    );
    target(
        "1,000 text rules, English, times faster than one by one",
        over("one by one, English", "caseloop, English"),
        3.0,
        false,
    );
    target(
        "a condition, times faster than datalogic-rs",
        over("datalogic-rs, a condition", "caseloop, a condition"),
        1.0,
        false,
    );
    target(
        "a condition, times faster than zen-expression",
        over("zen-expression, a condition", "caseloop, a condition"),
        5.0,
        false,
    );
    if node {
        target(
            "100 rules, times faster than json-rules-engine",
            over("json-rules-engine, 100", "caseloop, 100"),
            1000.0,
            false,
        );
    }
}
