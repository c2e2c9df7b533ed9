//! From files to a workflow, or to everything that is wrong with them.

use crate::Workflow;
use crate::proving::prove;
use caseloop_core::WorkflowLimits;
use caseloop_core::definition::RulesDef;
use caseloop_core::read::{CalendarNames, Options, Reading, Siblings, read_with};
use caseloop_expr::declare::Declaring;
use caseloop_lint::proof::{Bounds, Proofs, adds_nothing};
use caseloop_lint::{LintOptions, Settled, Told, lint, lint_files, settle};
use caseloop_rules::Rules;
use caseloop_sla::{ALWAYS, Calendars};
use caseloop_syntax::render::{Human, human, json};
use caseloop_syntax::{Diagnostic, Document, Files, Kind, MapSources, Node, Report, Severity, Sources};
use std::fmt;
use std::sync::Arc;

/// What came of compiling: the workflow where nothing is wrong, its calendars, and the findings.
#[derive(Debug)]
pub struct Compiled {
    reading: Reading,
    workflow: Option<Workflow>,
    calendars: Arc<Calendars>,
    rules: Arc<[Rules]>,
    options: Options,
    /// What keeps the files from being compiled, and how many findings of that kind were not kept.
    mistakes: Vec<Diagnostic>,
    beyond: usize,
    /// What keeps nothing from running, before it is settled what becomes of it.
    found: Vec<Diagnostic>,
    allowed: Vec<Diagnostic>,
    lints: LintOptions,
    looked: bool,
    proved: bool,
    /// The most findings.
    most: usize,
}

/// Compiles the workflow in the file `path` of `sources`, with everything it uses.
///
/// # Errors
/// [`CompileError`] with every mistake found, each with its place and what to type.
pub fn compile(sources: &dyn Sources, path: &str) -> Result<Workflow, CompileError> {
    // A host that loads a workflow looks at no warnings, so nobody looks for them.
    check_with(sources, path, &Options::default()).into_workflow()
}

/// Compiles a workflow that is one text.
///
/// # Errors
/// [`CompileError`], in which the file is called `workflow.yaml`.
///
/// ```
/// let mistake = caseloop::compile_text("workflow: call\nstart: ringign\nstates: {ringing: {final: true}}").unwrap_err();
/// assert!(mistake.to_string().contains("did you mean `ringing`?"));
/// ```
pub fn compile_text(text: &str) -> Result<Workflow, CompileError> {
    compile(&MapSources::from_iter([("workflow.yaml", text)]), "workflow.yaml")
}

/// Compiles with limits and parameters of the caller's, and keeps warnings too, those of the lints and of the analysis of
/// rules among them, each with the weight that the files or the lints themselves give it.
#[must_use]
pub fn compile_with(sources: &dyn Sources, path: &str, options: &Options) -> Compiled {
    lint_with(sources, path, options, &LintOptions::default())
}

/// Compiles as [`compile_with`] does, and weighs warnings as the caller wants.
///
/// ```
/// use caseloop::{CompileOptions, LevelSet, LintLevel, LintOptions, MapSources, lint_with};
/// let text = "
/// workflow: call
/// version: 1
/// events:
///   hung_up: {}
///   rang: {}        # allow unhandled-event: the exchange sends it, and nobody here needs it
///   held: {}
/// start: ringing
/// states: {ringing: {when: {hung_up: {go: over}}}, over: {final: true}}
/// ";
/// let deny = LevelSet { code: "all".to_owned(), level: LintLevel::Deny, by: "--deny all".to_owned() };
/// let sources = MapSources::from_iter([("call.yaml", text)]);
/// let compiled = lint_with(&sources, "call.yaml", &CompileOptions::default(), &LintOptions { levels: vec![deny] });
/// let [found] = compiled.diagnostics() else { unreachable!() };
/// assert_eq!(found.message, "no state answers to `held`");
/// assert!(compiled.has_errors() && compiled.workflow().is_some());
/// assert_eq!(compiled.allowed().len(), 1);
/// ```
#[must_use]
pub fn lint_with(sources: &dyn Sources, path: &str, options: &Options, lints: &LintOptions) -> Compiled {
    let mut compiled = check_with(sources, path, options);
    let reading = &compiled.reading;
    let mut found = Vec::new();
    if let Some(workflow) = &compiled.workflow {
        let own: Vec<_> = workflow.calendars().map(|(_, calendar)| calendar.clone()).collect();
        found.extend(lint(workflow, &own, &reading.documents, &reading.files));
    }
    if !compiled.has_errors() {
        found.extend(lint_files(&reading.documents, &reading.files));
    }
    // Rules that could not be read are not among these.
    found.extend(compiled.rules.iter().flat_map(caseloop_rules::analysis::analyse));
    compiled.found.extend(found);
    compiled.most = options.limits.syntax.diagnostics;
    compiled.lints = lints.clone();
    compiled.looked = true;
    compiled.settle();
    compiled
}

/// Compiles with limits and parameters of the caller's, and looks for nothing but what keeps files from being compiled: all
/// findings are errors.
#[must_use]
pub fn check_with(sources: &dyn Sources, path: &str, options: &Options) -> Compiled {
    let mut beside = Beside::default();
    let mut reading = read_with(sources, path, options, &mut beside);
    let Beside { calendars, rules } = beside;
    let (errors, found) = std::mem::take(&mut reading.diagnostics)
        .into_iter()
        .partition(|finding| finding.severity == Severity::Error);
    let mistakes: Vec<Diagnostic> = errors;
    reading.diagnostics.clone_from(&mistakes);
    let workflow = reading.workflow.take().and_then(|chart| {
        let names = chart.definition().calendars.iter();
        let own: Option<Vec<_>> = names.map(|name| calendars.get(name)).collect();
        own.map(|own| Workflow::new(chart, own, rules.clone()))
    });
    Compiled {
        mistakes,
        beyond: reading.left_out,
        reading,
        workflow,
        calendars: Arc::new(calendars),
        rules: rules.into(),
        options: options.clone(),
        found,
        allowed: Vec::new(),
        lints: LintOptions::default(),
        looked: false,
        proved: false,
        most: usize::MAX,
    }
}

/// What stands beside the chart in the files of a load.
#[derive(Default)]
struct Beside {
    calendars: Calendars,
    rules: Vec<Rules>,
}

impl Siblings for Beside {
    fn calendars(&mut self, documents: &[Document], report: &mut Report) -> CalendarNames {
        self.calendars = caseloop_sla::read::read(documents, report);
        let own = self.calendars.iter().map(|(name, _)| name);
        CalendarNames {
            known: own.chain([ALWAYS]).map(Into::into).collect(),
            broken: self.calendars.broken().map(Into::into).collect(),
        }
    }

    fn rules(
        &mut self,
        documents: &[Document],
        limits: &WorkflowLimits,
        declaring: &mut Declaring<'_>,
    ) -> Vec<RulesDef> {
        self.rules = caseloop_rules::read::read(documents, &limits.expressions, declaring);
        self.rules.iter().map(definition).collect()
    }
}

/// Rules as the chart knows them.
fn definition(rules: &Rules) -> RulesDef {
    let signature = rules.signature();
    RulesDef {
        name: signature.name.clone(),
        kind: rules.kind(),
        inputs: signature.inputs.clone(),
        outputs: signature.outputs.clone(),
        reads_left: matches!(rules, Rules::Score(score) if !score.shares().is_empty()),
        rules: signature.rules.iter().map(|rule| rule.name.clone()).collect(),
        hash: signature.hash.clone(),
        span: signature.span,
    }
}

impl Compiled {
    /// Settles what becomes of all that keeps nothing from running, beside the mistakes.
    fn settle(&mut self) {
        let reading = &mut self.reading;
        let told = Told {
            documents: &reading.documents,
            files: &reading.files,
            settings: &reading.lints,
            options: &self.lints,
            looked: self.looked && self.mistakes.is_empty(),
            proved: self.proved,
        };
        let Settled { findings, allowed } = settle(self.found.clone(), &told);
        self.allowed = allowed;
        reading.diagnostics = [self.mistakes.as_slice(), &findings].concat();
        reading.diagnostics.sort_by_key(|finding| finding.primary.span);
        reading.left_out = self.beyond + reading.diagnostics.len().saturating_sub(self.most);
        reading.diagnostics.truncate(self.most);
    }

    /// The workflow of the same files with other values of parameters, by name. `None` where it does not compile with them.
    #[must_use]
    pub fn with_values(&self, set: &[(Arc<str>, Arc<str>)]) -> Option<Workflow> {
        if set.is_empty() {
            return self.workflow.clone();
        }
        let files: Vec<_> = self
            .files()
            .iter()
            .map(|(_, file)| (file.path(), file.text()))
            .collect();
        let main = files.first()?.0;
        let mut options = self.options.clone();
        let others = set.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        options
            .set
            .retain(|(name, _)| !set.iter().any(|(other, _)| **other == **name));
        options.set.extend(others);
        check_with(&MapSources::from_iter(files.clone()), main, &options).workflow
    }

    /// Decides the guarantees of the workflow, for every value that its parameters may be given, and adds those that do not
    /// hold, those that could not be decided, and what no case does, to the findings. `None` where there is no workflow.
    ///
    /// ```
    /// use caseloop::proof::Bounds;
    /// use caseloop::{CompileOptions, MapSources, compile_with};
    /// let text = "
    /// workflow: call
    /// version: 1
    /// events: {hung_up: {}, kept: {}}
    /// start: talking
    /// states:
    ///   talking: {when: {hung_up: {go: over}, kept: {go: waiting}}}
    ///   waiting: {timers: {music: {after: 1 min, every: 1 min, go: waiting}}}
    ///   over: {final: true}
    /// guarantees:
    ///   nobody is lost: {can_reach: over}
    /// ";
    /// let mut compiled = compile_with(&MapSources::from_iter([("call.yaml", text)]), "call.yaml", &CompileOptions::default());
    /// let proofs = compiled.prove(&Bounds::default()).unwrap();
    /// assert_eq!(proofs.situations, 3);
    /// let found = compiled.diagnostics().last().unwrap();
    /// assert_eq!(found.message, "`nobody is lost` does not hold: from here it cannot be reached, whatever happens");
    /// ```
    pub fn prove(&mut self, bounds: &Bounds) -> Option<Proofs> {
        let workflow = self.workflow.clone()?;
        let proofs = prove(&workflow, &self.reading.files, bounds, &|set| self.with_values(set));
        self.proved = true;
        let found = proofs.findings(&workflow, &self.reading.files);
        self.tell(found);
        Some(proofs)
    }

    /// Adds findings that keep nothing from running, such as those of [`Proofs::shown`] for which instants were found. They
    /// are weighed as all others; what only follows from what is told already is left out ([`adds_nothing`]).
    pub fn tell(&mut self, findings: impl IntoIterator<Item = Diagnostic>) {
        let mut new: Vec<Diagnostic> = Vec::new();
        for finding in findings {
            let twice = |own: &Diagnostic| own.code == finding.code && own.primary.span == finding.primary.span;
            if !adds_nothing(&finding, &self.found) && !new.iter().any(twice) {
                new.push(finding);
            }
        }
        self.found.extend(new);
        self.settle();
    }

    /// What comments in the files allow, each for its reason.
    #[must_use]
    pub fn allowed(&self) -> &[Diagnostic] {
        &self.allowed
    }

    /// The trees of the files of the load, the one that was asked for first.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.reading.documents
    }

    /// The workflow, if nothing is wrong with it.
    #[must_use]
    pub fn workflow(&self) -> Option<&Workflow> {
        self.workflow.as_ref()
    }

    /// The workflow's file in plain form: ladders and revisits written out as the timers, branches, counters and promises
    /// that they stand for. It compiles to an equal workflow, but for its content hash. `None` where there is none.
    #[must_use]
    pub fn plain(&self) -> Option<&Node> {
        self.reading.plain.as_ref()
    }

    /// The calendars of all files of the load that could be built.
    ///
    /// ```
    /// use caseloop::{CompileOptions, MapSources, compile_with};
    /// let text = "calendars: {office: {zone: Asia/Shanghai, weekly: {mon-fri: [\"09:00-18:00\"]}}}";
    /// let compiled = compile_with(&MapSources::from_iter([("days.yaml", text)]), "days.yaml", &CompileOptions::default());
    /// assert!(compiled.diagnostics().is_empty());
    /// assert_eq!(compiled.calendars().get("office").unwrap().zone(), "Asia/Shanghai");
    /// ```
    #[must_use]
    pub fn calendars(&self) -> &Arc<Calendars> {
        &self.calendars
    }

    /// The rules of all files of the load in which nothing is wrong.
    #[must_use]
    pub fn rules(&self) -> &[Rules] {
        &self.rules
    }

    /// What kind of file it is, by its first key; `None` where that could not be told.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        self.reading.kind
    }

    /// The findings, by place.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.reading.diagnostics
    }

    /// How many findings were left out beyond the limit.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.reading.left_out
    }

    /// The files that the findings point into.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.reading.files
    }

    /// Whether there is no workflow, or any finding is an error.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.workflow.is_none() || self.has_errors()
    }

    /// Whether any finding is an error; a file of calendars without one is fine, and is no workflow.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.left_out() > 0 || self.diagnostics().iter().any(|d| d.severity == Severity::Error)
    }

    /// The findings as an author reads them in a terminal.
    #[must_use]
    pub fn human(&self, options: Human) -> String {
        human(self.diagnostics(), self.files(), options)
    }

    /// The findings as programs read them, version 1 of the format.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        json(self.diagnostics(), self.files())
    }

    /// The workflow, or the findings as an error.
    ///
    /// # Errors
    /// [`CompileError`] where there is no workflow.
    pub fn into_workflow(mut self) -> Result<Workflow, CompileError> {
        match self.workflow.take() {
            Some(workflow) => Ok(workflow),
            None => Err(CompileError {
                compiled: Box::new(self),
            }),
        }
    }
}

/// What is wrong with a workflow's files. Displayed as an author reads it.
#[derive(Debug)]
pub struct CompileError {
    compiled: Box<Compiled>,
}

impl CompileError {
    /// The findings with their files.
    #[must_use]
    pub fn compiled(&self) -> &Compiled {
        &self.compiled
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.compiled.reading.kind {
            Some(kind) if self.compiled.diagnostics().is_empty() => {
                write!(f, "the file holds no workflow: it is of the kind `{}`", kind.key())
            }
            _ => f.write_str(&self.compiled.human(Human::default())),
        }
    }
}

impl std::error::Error for CompileError {}
