//! Sorting tickets by what is written in them: the shipped rules and rules that are proposed from labelled texts, held
//! against labels that neither has seen, beside the commonest kind and a bag of words.
//! `cargo run --release --example triage` (`-- --corpus DIR` for Banking77 and CLINC150 in a folder)
//!
//! The tickets are made up by `triage/tickets.rs`, some in Chinese, some in English: nobody has written them.

#[path = "triage/bag.rs"]
mod bag;
#[path = "triage/corpus.rs"]
mod corpus;
#[path = "triage/tickets.rs"]
mod tickets;

use bag::Bag;
use caseloop::layers::rules::evidence::{Matrix, Options, class_constant, suggest};
use caseloop::{CompileOptions, MapSources, Rules, Value, compile_with};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

const SHIPPED: &str = include_str!("../workflows/rules/case-kind.yaml");

type Failure = Box<dyn std::error::Error>;

/// A text and what it is.
struct Ticket {
    text: String,
    class: String,
}

/// Texts to learn from, and texts to be held against.
struct Set {
    name: &'static str,
    train: Vec<Ticket>,
    test: Vec<Ticket>,
}

fn main() -> Result<ExitCode, Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => {
            let set = tickets::made_up(1200, 20_251_118);
            let shipped = rules(SHIPPED)?;
            println!("{}\n", heading(&set));
            report("shipped rules", &asked(&shipped, &set.test, "kind")?);
            compare(&set)?;
        }
        ["--corpus", folder] => {
            for set in corpus::sets(&PathBuf::from(folder))? {
                println!("{}\n", heading(&set));
                compare(&set)?;
            }
        }
        _ => {
            eprintln!("usage: triage [--corpus DIR]");
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn heading(set: &Set) -> String {
    let Set { name, train, test } = set;
    format!(
        "== {name}: {} texts to learn from, {} to be held against ==",
        train.len(),
        test.len()
    )
}

/// What is learnt from the one part, held against the other.
fn compare(set: &Set) -> Result<(), Failure> {
    let texts = || set.train.iter().map(|ticket| (&*ticket.text, &*ticket.class));
    let found = suggest(
        texts(),
        Options {
            words: 30,
            ..Options::default()
        },
    );
    let proposed = rules(&found.to_yaml("proposed", "text", "class"))?;
    let words = found.words.len();
    report(
        &format!("proposed rules as they came, {words} words"),
        &asked(&proposed, &set.test, "class")?,
    );
    let bag = Bag::of(texts());
    let mut matrix = Matrix::default();
    for ticket in &set.test {
        matrix.add(&class_constant(&ticket.class), &class_constant(bag.class(&ticket.text)));
    }
    println!("bag of words (naive Bayes): {} right", matrix.right());
    let most = found
        .classes
        .iter()
        .max_by_key(|(_, count)| **count)
        .map(|(class, _)| class);
    let mut matrix = Matrix::default();
    for ticket in &set.test {
        matrix.add(&ticket.class, most.map_or("", String::as_str));
    }
    println!("the commonest class: {} right\n", matrix.right());
    Ok(())
}

fn rules(text: &str) -> Result<Rules, Failure> {
    let sources = MapSources::from_iter([("rules.yaml", text)]);
    let compiled = compile_with(&sources, "rules.yaml", &CompileOptions::default());
    let rules = compiled.rules().first().cloned();
    rules.ok_or_else(|| format!("{:?}", compiled.diagnostics()).into())
}

fn asked(rules: &Rules, tickets: &[Ticket], output: &str) -> Result<Matrix, Failure> {
    let mut matrix = Matrix::default();
    for ticket in tickets {
        let decided = rules.ask([("text", &Value::text(&ticket.text))])?;
        let given = decided.gave.get(output).map(ToString::to_string).unwrap_or_default();
        matrix.add(&class_constant(&ticket.class), &given);
    }
    Ok(matrix)
}

/// The matrix where a terminal has room for it, else the commonest mistakes; precision and recall of each class, or of
/// the classes on average.
fn report(title: &str, matrix: &Matrix) {
    println!("{title}: {} of {} right", matrix.right(), matrix.right().of);
    let classes = matrix.classes();
    if classes.len() > 12 {
        let average = |of: fn(&Matrix, &str) -> Option<u64>| {
            let shares: Vec<u64> = classes.iter().map(|class| of(matrix, class).unwrap_or(0)).collect();
            let average = shares.iter().sum::<u64>() / shares.len() as u64;
            format!("{}.{}%", average / 10, average % 10)
        };
        let precision = average(|matrix, class| matrix.precision(class).per_mille());
        let recall = average(|matrix, class| matrix.recall(class).per_mille());
        println!(
            "  {} classes: precision {precision}, recall {recall} on average",
            classes.len()
        );
        let pairs = classes
            .iter()
            .flat_map(|is| classes.iter().map(move |taken| (is, taken)));
        let mut mistakes: Vec<_> = pairs
            .filter(|(is, taken)| is != taken)
            .map(|(is, taken)| (matrix.count(is, taken), is, taken))
            .collect();
        mistakes.sort_by(|a, b| b.cmp(a));
        for (count, is, taken) in mistakes.iter().take(5) {
            println!("  {is} was taken for {taken} {count} times");
        }
        println!();
        return;
    }
    let mut text = format!("  {:16}", "is");
    for class in &classes {
        let _ = write!(text, "  {:>7.7}", class);
    }
    text.push_str("  precision  recall\n");
    for class in &classes {
        let _ = write!(text, "  {class:16}");
        for other in &classes {
            let _ = write!(text, "  {:>7}", matrix.count(class, other));
        }
        let _ = writeln!(text, "  {:>9}  {:>6}", matrix.precision(class), matrix.recall(class));
    }
    println!("{text}");
}
