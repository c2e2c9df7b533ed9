//! From a file of the kind `scenario` to a [`Scenario`] with its workflow, or to everything that is wrong with it.
//!
//! The workflow is found among the files that the scenario uses; where it uses none, beside it or in the folder above, under
//! the workflow's own name.

mod expect;
mod moment;
mod step;
mod value;

use crate::codes::{BROKEN_WORKFLOW, MALFORMED_STEP, TOO_MANY_STEPS, UNKNOWN_WORKFLOW};
use crate::{Scenario, Status, Zone};
use caseloop::layers::core::read::codes::{UNKNOWN_CALENDAR, UNKNOWN_PARAMETER};
use caseloop::layers::syntax::{Diagnostic, Span};
use caseloop::layers::syntax::{Document, Fields, Files, Kind, Limits, Node, Report, Severity, Sources, load};
use caseloop::{Calendar, CompileOptions, Compiled, Instant, Value, Workflow, check_with};
use std::sync::Arc;

/// The most steps of a scenario.
const MOST_STEPS: usize = 10_000;

/// What came of reading a scenario.
#[derive(Debug)]
pub struct Read {
    /// The scenario, if nothing is wrong with it.
    pub scenario: Option<Scenario>,
    /// Its workflow, if it compiles.
    pub workflow: Option<Workflow>,
    /// The path of the workflow's file, if it was found.
    pub workflow_path: Option<String>,
    /// Every file that was opened; spans of findings refer to them.
    pub files: Files,
    /// What is wrong with it, by place.
    pub diagnostics: Vec<Diagnostic>,
    /// Findings beyond the limit.
    pub left_out: usize,
}

/// Reads the scenario in the file `path` of `sources`, with its workflow and everything that uses.
///
/// ```
/// use caseloop::MapSources;
/// let text = "scenario: nobody calls\nworkflow: cal\nat: 2025-11-19T10:00 Asia/Shanghai\n";
/// let sources = MapSources::from_iter([
///     ("a.yaml", text),
///     ("call.yaml", "workflow: call\nversion: 1\nstart: over\nstates: {over: {final: true}}"),
/// ]);
/// let read = caseloop_scenario::read(&sources, "a.yaml");
/// assert_eq!(read.diagnostics[0].message, "there is no workflow `cal` in what this file uses, beside it or in the folder above");
/// ```
#[must_use]
pub fn read(sources: &dyn Sources, path: &str) -> Read {
    let limits = Limits::default();
    let mut files = Files::default();
    let mut report = Report::with_cap(limits.diagnostics);
    let mut found = Found::default();
    let loaded = load(sources, path, &limits, &mut files, &mut report);
    let scenario = loaded.and_then(|loaded| {
        let main = loaded.documents.first()?;
        if main.kind != Kind::Scenario {
            return None;
        }
        let mut head = Head {
            sources,
            path,
            documents: &loaded.documents,
            files: &files,
            report: &mut report,
            found: &mut found,
        };
        head.read(main)
    });
    let failed = report.errors() > 0;
    Read {
        scenario: scenario.filter(|_| !failed),
        workflow: found.workflow,
        workflow_path: found.path,
        files,
        left_out: report.left_out(),
        diagnostics: report.into_sorted(),
    }
}

/// The workflow of a scenario.
#[derive(Default)]
struct Found {
    path: Option<String>,
    workflow: Option<Workflow>,
}

/// What is read before the steps.
struct Head<'a> {
    sources: &'a dyn Sources,
    path: &'a str,
    documents: &'a [Document],
    files: &'a Files,
    report: &'a mut Report,
    found: &'a mut Found,
}

/// What steps are read along with.
struct Reader<'a> {
    workflow: &'a Workflow,
    zone: Option<Zone>,
    /// By which working time is waited for.
    calendar: Option<Calendar>,
    report: &'a mut Report,
}

impl Head<'_> {
    fn read(&mut self, main: &Document) -> Option<Scenario> {
        let mut fields = main.root.fields("a scenario", self.report)?;
        let name = fields.require("scenario", self.report);
        let name = name.and_then(|node| Some((node.word("the name of a scenario", self.report)?, node.span)));
        fields.get("title");
        let uses = fields
            .get("uses")
            .map(|(_, node)| node.list_or_one())
            .unwrap_or_default();
        let uses = uses.iter().filter_map(|node| node.text().map(str::to_owned)).collect();
        let status = self.status(&mut fields);
        let set = fields.get("set").map(|(_, node)| self.set(node)).unwrap_or_default();
        let named = fields.require("workflow", self.report);
        let compiled = named.and_then(|node| {
            let word = node.word("the name of a workflow", self.report)?;
            Some((word, self.compiled(node, word, &set)?))
        });
        let calendar_node = fields.get("calendar").map(|(_, node)| node);
        let at_node = fields.require("at", self.report);
        let given_node = fields.get("given").map(|(_, node)| node);
        let steps_node = fields.get("steps").map(|(_, node)| node);
        fields.finish(self.report);

        let (word, compiled) = compiled?;
        let workflow = compiled.workflow()?.clone();
        let calendar = self.calendar(calendar_node, &compiled, &set);
        let mut reader = Reader {
            workflow: &workflow,
            zone: None,
            calendar,
            report: self.report,
        };
        let at = at_node.and_then(|node| reader.begins_at(node));
        let errors = reader.report.errors();
        let given = given_node.map(|node| reader.given(node)).unwrap_or_default();
        let is_whole = reader.report.errors() == errors;
        let steps = steps_node.and_then(|node| node.list("a list of steps", reader.report));
        let steps = steps.unwrap_or_default();
        if let Some(beyond) = steps.get(MOST_STEPS) {
            let message = format!("a scenario has at most {MOST_STEPS} steps, and this is one more");
            reader
                .report
                .push(Diagnostic::error(&TOO_MANY_STEPS, beyond.span, message));
            return None;
        }
        // Without a beginning no time of a step can be told.
        let at = at?;
        let begins = main.root.as_map()?.first().map(|(key, _)| key.span)?;
        let (steps, given) = reader.steps(steps, at, given, is_whole, begins);
        let zone = reader.zone.unwrap_or(Zone::UTC);
        self.found.workflow = Some(workflow);
        let (name, span) = name?;
        Some(Scenario {
            name: name.into(),
            workflow: word.into(),
            uses,
            status,
            at,
            zone,
            set,
            given,
            steps,
            span,
        })
    }

    fn status(&mut self, fields: &mut Fields<'_>) -> Status {
        let Some((_, node)) = fields.get("status") else {
            return Status::Reviewed;
        };
        match node.word("`reviewed` or `unreviewed`", self.report) {
            Some("unreviewed") => Status::Unreviewed,
            Some("reviewed") | None => Status::Reviewed,
            Some(other) => {
                let message = format!("the status of a scenario is `reviewed` or `unreviewed`, not `{other}`");
                let finding = Diagnostic::error(&MALFORMED_STEP, node.span, message);
                self.report.push(finding.suggest(other, ["reviewed", "unreviewed"]));
                Status::Reviewed
            }
        }
    }

    /// Values for parameters, of which every name is known in the files of the load.
    fn set(&mut self, node: &Node) -> Vec<(String, String)> {
        if node.fields("`set`", self.report).is_none() {
            return Vec::new();
        }
        let mut set = Vec::new();
        for (key, value) in node.as_map().unwrap_or_default() {
            let text = value.word("the value of a parameter", self.report);
            set.extend(text.map(|text| (key.name.to_string(), text.to_owned())));
        }
        set
    }

    /// The workflow of that name, compiled with its parameters.
    fn compiled(&mut self, node: &Node, name: &str, set: &[(String, String)]) -> Option<Compiled> {
        let Some(path) = self.workflow_file(name) else {
            let message =
                format!("there is no workflow `{name}` in what this file uses, beside it or in the folder above");
            let known = self.documents.iter().filter(|document| document.kind == Kind::Workflow);
            let known: Vec<&str> = known
                .filter_map(|document| document.root.entry("workflow")?.text())
                .collect();
            let finding = Diagnostic::error(&UNKNOWN_WORKFLOW, node.span, message).suggest(name, known);
            self.report
                .push(finding.help("write `uses:` with the path of its file, such as `uses: ../complaint.yaml`"));
            return None;
        };
        let options = CompileOptions {
            set: set.to_vec(),
            ..CompileOptions::default()
        };
        let compiled = check_with(self.sources, &path, &options);
        self.found.path = Some(path.clone());
        if !self.check_set(set, &compiled) {
            return None;
        }
        if compiled.workflow().is_none() {
            let message = format!("the workflow `{name}` has mistakes, so nothing can be said of its cases");
            let mut finding = Diagnostic::error(&BROKEN_WORKFLOW, node.span, message);
            let errors = compiled
                .diagnostics()
                .iter()
                .filter(|found| found.severity == Severity::Error);
            for error in errors.take(3) {
                let place = compiled.files().position(error.primary.span);
                let file = compiled.files().path(error.primary.span.file);
                finding = finding.help(format!("{file}:{}: {}", place.line, error.message));
            }
            self.report
                .push(finding.help(format!("see all of them with `caseloop check {path}`")));
            return None;
        }
        Some(compiled)
    }

    /// The file of the workflow of that name.
    fn workflow_file(&self, name: &str) -> Option<String> {
        let is_it = |root: &Node| root.entry("workflow").and_then(Node::text) == Some(name);
        let used = self
            .documents
            .iter()
            .find(|document| document.kind == Kind::Workflow && is_it(&document.root));
        if let Some(used) = used {
            return Some(self.files.path(used.file).to_owned());
        }
        let mut parts: Vec<&str> = self.path.split('/').collect();
        parts.pop();
        let beside = parts.join("/");
        parts.pop();
        let above = parts.join("/");
        let dashed = name.replace('_', "-");
        for folder in [beside, above] {
            for file in [name, dashed.as_str()] {
                let path = match folder.as_str() {
                    "" => format!("{file}.yaml"),
                    folder => format!("{folder}/{file}.yaml"),
                };
                let limits = Limits::default();
                let (mut files, mut report) = (Files::default(), Report::default());
                let loaded = load(self.sources, &path, &limits, &mut files, &mut report);
                let document = loaded.and_then(|loaded| loaded.documents.into_iter().next());
                if document.is_some_and(|document| document.kind == Kind::Workflow && is_it(&document.root)) {
                    return Some(path);
                }
            }
        }
        None
    }

    /// Whether every parameter that is set exists.
    fn check_set(&mut self, set: &[(String, String)], compiled: &Compiled) -> bool {
        if set.is_empty() {
            return true;
        }
        let mut all = true;
        let known = parameters(compiled);
        let entries = self.documents.first().and_then(|main| main.root.entry("set")?.as_map());
        for (key, _) in entries.unwrap_or_default() {
            if !known.iter().any(|(name, _)| *name == *key.name) {
                all = false;
                let message = format!("the workflow has no parameter `{}`", key.name);
                let finding = Diagnostic::error(&UNKNOWN_PARAMETER, key.span, message);
                self.report
                    .push(finding.suggest(&key.name, known.iter().map(|(name, _)| name.as_str())));
            }
        }
        all
    }

    /// The calendar by which working time is waited for: the one that is named, or the workflow's own.
    fn calendar(&mut self, node: Option<&Node>, compiled: &Compiled, set: &[(String, String)]) -> Option<Calendar> {
        let calendars = compiled.calendars();
        if let Some(node) = node {
            let name = node.word("the name of a calendar", self.report)?;
            let found = calendars.get(name);
            if found.is_none() {
                let message = format!("no file of the workflow has a calendar `{name}`");
                let finding = Diagnostic::error(&UNKNOWN_CALENDAR, node.span, message);
                self.report
                    .push(finding.suggest(name, calendars.iter().map(|(name, _)| name)));
            }
            return found;
        }
        let own = compiled.plain()?.entry("calendar")?.text()?.to_owned();
        let own = match own.strip_prefix("param.") {
            None => own,
            Some(parameter) => {
                let set = set
                    .iter()
                    .find(|(name, _)| name == parameter)
                    .map(|(_, value)| value.clone());
                let declared = || parameters(compiled).into_iter().find(|(name, _)| name == parameter);
                set.or_else(|| declared().map(|(_, value)| value))?
            }
        };
        calendars.get(&own)
    }
}

/// The parameters that the files of a workflow declare, with what they are.
fn parameters(compiled: &Compiled) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (id, file) in compiled.files().iter() {
        let mut report = Report::default();
        let root = caseloop::layers::syntax::parse(id, file.text(), &Limits::default(), &mut report);
        let section = root.as_ref().and_then(|root| root.entry("parameters")?.as_map());
        for (key, node) in section.unwrap_or_default() {
            let is = node.entry("is").unwrap_or(node);
            found.push((key.name.to_string(), is.text().unwrap_or_default().to_owned()));
        }
    }
    found
}

impl Reader<'_> {
    fn error(&mut self, code: &'static caseloop::layers::syntax::Code, span: Span, message: impl Into<String>) {
        self.report.push(Diagnostic::error(code, span, message));
    }

    /// The beginning, which also says the zone of all later times.
    fn begins_at(&mut self, node: &Node) -> Option<Instant> {
        let (at, zone) = self.moment(node)?;
        self.zone = zone;
        Some(at)
    }

    /// What the case begins with.
    fn given(&mut self, node: &Node) -> Vec<(Arc<str>, Value)> {
        let workflow = self.workflow;
        self.data(node, &workflow.definition().case, "the case")
    }
}
