//! The command line: its words, their help, and nothing of what they do.

use crate::levels::Levels;
use chrono::{DateTime, FixedOffset};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

const EXIT_CODES: &str = "\
Exit codes:
  0    clean
  1    findings: errors or warnings in the files, lines that were skipped, entries that differ
  2    something cannot be read or written, or the command line is not understood
  141  the reader of the output went away";

const LINT_EXAMPLES: &str = "\
Examples:
  caseloop lint workflows
  caseloop lint . --deny all --allow unattended-state
  caseloop lint hotline-call.yaml --fix

A workflow, or a file that it uses, may set levels too (`lints: {dead-end: deny}`), and a comment may allow one finding:
  # allow unattended-state: the bank answers within a minute";

const EXPLAIN_CODE_EXAMPLES: &str = "\
Examples:
  caseloop explain unreachable-state
  caseloop explain unknown-key
  caseloop explain unreachable-state --lang zh";

const CHECK_EXAMPLES: &str = "\
Examples:
  caseloop check workflows
  caseloop check workflows/hotline/hotline-call.yaml --set rings=5
  caseloop check . --format json
  caseloop check . --lang zh
  caseloop check . --format sarif > caseloop.sarif";

const TEST_EXAMPLES: &str = "\
Examples:
  caseloop test workflows
  caseloop test workflows/complaints/scenarios --coverage
  caseloop test workflows --html scenarios.html --min-coverage 80";

const EXPLORE_EXAMPLES: &str = "\
Examples:
  caseloop explore workflows/complaints/complaint-graded.yaml --scenarios workflows
  caseloop explore call.yaml --scenarios scenarios --out scenarios/found

What is written says `status: unreviewed`: it holds what the workflow does, until a person says what it should do.";

const MUTATE_EXAMPLES: &str = "\
Examples:
  caseloop mutate workflows/complaints/complaint-graded.yaml --scenarios workflows
  caseloop mutate call.yaml --scenarios scenarios --sample 50 --min-score 60";

const RUN_EXAMPLES: &str = "\
Examples:
  caseloop run workflows/hotline/hotline-call.yaml --events workflows/hotline/sc-01.jsonl
  caseloop run call.yaml --events calls.jsonl --format jsonl > journal.jsonl
  tail -f calls.jsonl | caseloop run call.yaml --events -

A line of the events file:
  {\"at\": \"2023-10-01T14:20:09+08:00\", \"case\": \"20231002\", \"id\": \"e2\", \"event\": \"answered\", \"by\": \"agent\", \"data\": {\"ring\": 2}}";

const REPLAY_EXAMPLES: &str = "\
Examples:
  caseloop replay call.yaml journal.jsonl
  caseloop run call.yaml --events calls.jsonl --format jsonl | caseloop replay call.yaml -";

const EXPAND_EXAMPLES: &str = "\
Examples:
  caseloop expand workflows/complaints/complaint-graded.yaml
  caseloop expand complaint.yaml > plain.yaml && caseloop check plain.yaml";

const GRAPH_EXAMPLES: &str = "\
Examples:
  caseloop graph workflows/complaints/complaint-graded.yaml --language en
  caseloop graph call.yaml --format dot | dot -Tsvg -o call.svg";

const CALENDAR_EXAMPLES: &str = "\
Examples:
  caseloop calendar eval questions.jsonl
  caseloop calendar eval - --calendars workflows/shared/calendars.yaml

A line of the questions, and its answer:
  {\"calendar\": \"office-cn\", \"op\": \"due_at\", \"from\": \"2025-09-30T15:00:00+08:00\", \"amount\": \"3 working days\"}
  {\"id\":1,\"answer\":\"2025-10-11T10:00:00Z\"}";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  caseloop calendar explain office-cn '2025-09-30 15:00' '12 working hours' --calendars workflows/shared/calendars.yaml
  caseloop calendar explain office-cn '2025-09-30 15:00' '3 working days' --calendars workflows/shared/calendars.yaml --language zh
  caseloop calendar explain 24x7 2025-03-30 --until 2025-03-31 --format json";

const IMPORT_EXAMPLES: &str = "\
Examples:
  caseloop calendar import holidays.ics --name cn-public
  curl -s https://example.org/holidays.ics | caseloop calendar import - --name cn-public";

const COVERAGE_EXAMPLES: &str = "Examples:
  caseloop rules coverage workflows/rules/case-kind.yaml --cases tickets.jsonl";

const DIFF_EXAMPLES: &str = "Examples:
  caseloop rules diff case-kind.yaml tomorrow/case-kind.yaml --cases last-month.jsonl";

const SHEET_EXAMPLES: &str = "Examples:
  caseloop rules sheet workflows/rules/incident-grade.yaml > incident-grade.csv";

const SUGGEST_EXAMPLES: &str = "Examples:
  caseloop rules suggest --cases labelled.jsonl --labels kind > proposed.yaml";

const CLASSIFY_EXAMPLES: &str = "\
Examples:
  caseloop classify workflows/rules/case-kind.yaml --cases tickets.jsonl > sorted.jsonl
  caseloop classify workflows/rules/case-kind.yaml --cases tickets.jsonl --labels kind
  echo '{\"affected\": 1200}' | caseloop classify workflows/rules/incident-grade.yaml --cases - --explain

A line of the cases has what the rules read by name; what else it has is passed over.";

/// Checks workflow files, runs cases from a file of events, and replays journals.
#[derive(Debug, Parser)]
#[command(name = "caseloop", version, after_help = EXIT_CODES, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    /// When to colour the output; `auto` colours a terminal unless NO_COLOR is set
    #[arg(long, value_enum, default_value_t = Color::Auto, global = true, value_name = "WHEN")]
    pub(crate) color: Color,
    /// The language of findings and of what is said about them, `en` or `zh`
    #[arg(long, value_enum, default_value_t = Language::En, global = true, hide_possible_values = true)]
    pub(crate) lang: Language,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check workflow files and report everything that keeps them from running
    #[command(after_help = CHECK_EXAMPLES)]
    Check(Check),
    /// Check workflow files, prove their guarantees, and report what runs and still is suspicious
    #[command(after_help = LINT_EXAMPLES)]
    Lint(Lint),
    /// Print what a finding means and how to mend it
    #[command(after_help = EXPLAIN_CODE_EXAMPLES)]
    Explain(Explain),
    /// Run scenarios, and say what comes out otherwise than they expect
    #[command(after_help = TEST_EXAMPLES)]
    Test(Test),
    /// Write scenarios that cover what none covers
    #[command(after_help = EXPLORE_EXAMPLES)]
    Explore(Explore),
    /// Change a workflow in small ways, and say which changes no scenario catches
    #[command(after_help = MUTATE_EXAMPLES)]
    Mutate(Mutate),
    /// Run cases from a file of events and print their journal
    #[command(after_help = RUN_EXAMPLES)]
    Run(Run),
    /// Print a workflow in plain form: ladders and revisits written out
    #[command(after_help = EXPAND_EXAMPLES)]
    Expand(Expand),
    /// Draw a workflow's chart as a text for Mermaid or Graphviz
    #[command(after_help = GRAPH_EXAMPLES)]
    Graph(Graph),
    /// Ask calendars: when they are open, how much open time passes, when an amount of it has passed
    Calendar(Calendar),
    /// Ask rules about cases: what kind they are, how urgent, whose
    #[command(after_help = CLASSIFY_EXAMPLES)]
    Classify(Classify),
    /// Look at rules in the light of past cases: which fire, what others would change, which words to add
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Print the JSON Schema of an output
    Schema(Schema),
    /// Run a journal again and compare every entry
    #[command(after_help = REPLAY_EXAMPLES)]
    Replay(Replay),
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Files, or folders in which every *.yaml and *.yml is checked
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub(crate) format: CheckFormat,
    #[command(flatten)]
    pub(crate) set: Set,
}

#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// Files, or folders in which every *.yaml and *.yml is checked
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub(crate) format: CheckFormat,
    #[command(flatten)]
    pub(crate) levels: Levels,
    /// Change the files where a finding says how and nothing else could be meant; comments are kept
    #[arg(long)]
    pub(crate) fix: bool,
    /// How many situations of a workflow to explore at most to prove its guarantees
    #[arg(long, default_value_t = 500_000, value_name = "N")]
    pub(crate) situations: u32,
    /// Tell what came of each guarantee, and how long before its deadline a promise warns
    #[arg(long)]
    pub(crate) guarantees: bool,
    /// Leave the guarantees unproved
    #[arg(long)]
    pub(crate) no_proofs: bool,
    /// Write a scenario to this folder for each guarantee that does not hold
    #[arg(long, value_name = "FOLDER", conflicts_with = "no_proofs")]
    pub(crate) scenarios: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) set: Set,
}

#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Scenarios, or folders in which every file that begins with `scenario:` is run
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t = TestFormat::Human)]
    pub(crate) format: TestFormat,
    /// Print what the scenarios cover of each workflow, and what they do not
    #[arg(long)]
    pub(crate) coverage: bool,
    /// Write results and coverage to this file, as a page that needs nothing beside it
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Fail where less than this of a workflow is covered
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) min_coverage: Option<u8>,
    /// Let scenarios that nobody has reviewed count as coverage
    #[arg(long)]
    pub(crate) unreviewed: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Explore {
    /// The workflow's file
    #[arg(value_name = "WORKFLOW")]
    pub(crate) workflow: PathBuf,
    /// Scenarios, or folders of scenarios, of which those of this workflow count; may be repeated
    #[arg(long, value_name = "PATH")]
    pub(crate) scenarios: Vec<PathBuf>,
    /// Write each to a file of this folder instead of printing it
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// How many situations of the workflow to explore at most
    #[arg(long, default_value_t = 500_000, value_name = "N")]
    pub(crate) situations: u32,
    #[command(flatten)]
    pub(crate) set: Set,
}

#[derive(Debug, Args)]
pub(crate) struct Mutate {
    /// The workflow's file
    #[arg(value_name = "WORKFLOW")]
    pub(crate) workflow: PathBuf,
    /// Scenarios, or folders of scenarios, of which those of this workflow are run; may be repeated
    #[arg(long, required = true, value_name = "PATH")]
    pub(crate) scenarios: Vec<PathBuf>,
    /// Make so many of the changes only, spread evenly over the file
    #[arg(long, value_name = "N")]
    pub(crate) sample: Option<usize>,
    /// Fail where fewer than this of the changes are caught
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) min_score: Option<u8>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = TestFormat::Human)]
    pub(crate) format: TestFormat,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The code of a finding, such as `unreachable-state`
    #[arg(value_name = "CODE")]
    pub(crate) code: String,
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The workflow's file
    #[arg(value_name = "WORKFLOW")]
    pub(crate) workflow: PathBuf,
    /// The events, one JSON object a line; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) events: PathBuf,
    /// How journal entries are printed
    #[arg(long, value_enum, default_value_t = RunFormat::Text)]
    pub(crate) format: RunFormat,
    /// Instead of the journal tell why this promise is due when it is, and what was used up of it
    #[arg(long, value_name = "PROMISE")]
    pub(crate) explain: Option<String>,
    /// The language of the explanation
    #[arg(long, value_enum, default_value_t = Language::En, requires = "explain")]
    pub(crate) language: Language,
    /// Explain as it was known at this time (RFC 3339), before later lines told of what had occurred by then
    #[arg(long, value_name = "TIME", requires = "explain")]
    pub(crate) known_at: Option<DateTime<FixedOffset>>,
    /// Write the cases as they stand at the end to this file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) snapshot: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) set: Set,
}

#[derive(Debug, Args)]
pub(crate) struct Expand {
    /// The workflow's file
    #[arg(value_name = "WORKFLOW")]
    pub(crate) workflow: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Graph {
    /// The workflow's file
    #[arg(value_name = "WORKFLOW")]
    pub(crate) workflow: PathBuf,
    /// What the text is written for
    #[arg(long, value_enum, default_value_t = GraphFormat::Mermaid)]
    pub(crate) format: GraphFormat,
    /// Show titles in this language below the names; left out, there are names only
    #[arg(long, value_enum)]
    pub(crate) language: Option<Language>,
    #[command(flatten)]
    pub(crate) set: Set,
}

#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// Which output
    #[arg(value_enum, value_name = "OUTPUT")]
    pub(crate) output: SchemaOf,
}

#[derive(Debug, Args)]
pub(crate) struct Calendar {
    #[command(subcommand)]
    pub(crate) command: CalendarCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CalendarCommand {
    /// Answer questions to calendars, a JSON object a line
    #[command(after_help = CALENDAR_EXAMPLES)]
    Eval(CalendarEval),
    /// Tell stretch by stretch why an amount of working time ends when it does
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(CalendarExplain),
    /// Turn the whole-day events of an iCalendar file into a list of holidays to paste
    #[command(after_help = IMPORT_EXAMPLES)]
    Import(CalendarImport),
}

#[derive(Debug, Args)]
pub(crate) struct CalendarEval {
    /// The questions, one JSON object a line; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// A file of calendars that questions may name
    #[arg(long, value_name = "FILE")]
    pub(crate) calendars: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct CalendarExplain {
    /// The calendar's name in the file of `--calendars`, or `24x7`
    #[arg(value_name = "CALENDAR")]
    pub(crate) calendar: String,
    /// The start: a time with an offset, a time of the calendar's own clock, or a date
    #[arg(value_name = "FROM")]
    pub(crate) from: String,
    /// The amount: `4 working hours` or `3 working days`, with a minus to go back
    #[arg(value_name = "AMOUNT", allow_hyphen_values = true, required_unless_present = "until")]
    pub(crate) amount: Option<String>,
    /// Explain the time up to this instant instead
    #[arg(long, value_name = "INSTANT", conflicts_with = "amount")]
    pub(crate) until: Option<String>,
    /// A file of calendars
    #[arg(long, value_name = "FILE")]
    pub(crate) calendars: Option<PathBuf>,
    /// The language of the explanation
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) language: Language,
    /// How the explanation is printed
    #[arg(long, value_enum, default_value_t = ExplainFormat::Human)]
    pub(crate) format: ExplainFormat,
}

#[derive(Debug, Args)]
pub(crate) struct CalendarImport {
    /// The iCalendar file; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// What the list is to be called
    #[arg(long, value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct Classify {
    /// The file of the rules: a table, a classifier, a score or an assignment
    #[arg(value_name = "RULES")]
    pub(crate) rules: PathBuf,
    /// The cases, one JSON object a line; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) cases: PathBuf,
    /// Say of each rule whether it fired, and why not
    #[arg(long)]
    pub(crate) explain: bool,
    /// The member of a case that says what it is: tells how often the rules are right. They are held against the output of
    /// that name, or against their first
    #[arg(long, value_name = "FIELD")]
    pub(crate) labels: Option<String>,
    #[command(flatten)]
    pub(crate) set: Set,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// Tell how often each rule fires
    #[command(after_help = COVERAGE_EXAMPLES)]
    Coverage(Coverage),
    /// Tell which cases other rules decide otherwise
    #[command(after_help = DIFF_EXAMPLES)]
    Diff(Diff),
    /// Write the rules of a table as a sheet, which a table reads by `csv: FILE`
    #[command(after_help = SHEET_EXAMPLES)]
    Sheet(Sheet),
    /// Propose words and points from labelled texts, as YAML to look over
    #[command(after_help = SUGGEST_EXAMPLES)]
    Suggest(Suggest),
}

#[derive(Debug, Args)]
pub(crate) struct Coverage {
    /// The file of the rules
    #[arg(value_name = "RULES")]
    pub(crate) rules: PathBuf,
    /// The cases, one JSON object a line; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) cases: PathBuf,
    #[command(flatten)]
    pub(crate) set: Set,
}

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The file of the rules as they are
    #[arg(value_name = "BEFORE")]
    pub(crate) before: PathBuf,
    /// The file of the rules as they would be
    #[arg(value_name = "AFTER")]
    pub(crate) after: PathBuf,
    /// The cases, one JSON object a line; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) cases: PathBuf,
    #[command(flatten)]
    pub(crate) set: Set,
}

#[derive(Debug, Args)]
pub(crate) struct Sheet {
    /// The file of the table
    #[arg(value_name = "TABLE")]
    pub(crate) table: PathBuf,
    #[command(flatten)]
    pub(crate) set: Set,
}

#[derive(Debug, Args)]
pub(crate) struct Suggest {
    /// The cases, one JSON object a line; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) cases: PathBuf,
    /// The member of a case that says what it is
    #[arg(long, value_name = "FIELD")]
    pub(crate) labels: String,
    /// The member of a case that holds what was written
    #[arg(long, value_name = "FIELD", default_value = "text")]
    pub(crate) text: String,
    /// The most words for one class
    #[arg(long, value_name = "N", default_value_t = 12)]
    pub(crate) words: usize,
}

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// The workflow's file
    #[arg(value_name = "WORKFLOW")]
    pub(crate) workflow: PathBuf,
    /// The journal, as `run --format jsonl` prints it; `-` reads standard input
    #[arg(value_name = "JOURNAL")]
    pub(crate) journal: PathBuf,
    #[command(flatten)]
    pub(crate) set: Set,
}

/// Values for parameters of the workflow.
#[derive(Debug, Args)]
pub(crate) struct Set {
    /// Give a parameter another value; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = assignment)]
    pub(crate) values: Vec<(String, String)>,
}

fn assignment(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => Err("a parameter is set as `name=value`"),
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// As rustc shows them
    Human,
    /// One JSON object; `caseloop schema findings` prints its schema
    Json,
    /// One SARIF 2.1.0 log
    Sarif,
    /// Workflow commands of GitHub Actions, which become annotations
    Github,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaOf {
    /// What `check --format json` prints
    Findings,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestFormat {
    /// Lines to read
    Human,
    /// One JSON object
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// A line for each stretch
    Human,
    /// One JSON object
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RunFormat {
    /// A timeline to read
    Text,
    /// One journal entry a line
    Jsonl,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// A state diagram of Mermaid
    Mermaid,
    /// A directed graph of Graphviz
    Dot,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// English
    En,
    /// Chinese
    Zh,
}

impl Language {
    /// The tag under which titles are written.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// The language as the library knows it.
    pub(crate) fn spoken(self) -> caseloop::Language {
        match self {
            Self::En => caseloop::Language::English,
            Self::Zh => caseloop::Language::Chinese,
        }
    }
}
