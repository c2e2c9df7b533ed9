//! From a designer's YAML to a checked [`Workflow`], or to everything that is wrong with it, each with its place.
//!
//! Every part reads what it can and goes on, so one pass reports all mistakes. The order: files, parameters, roles,
//! data, events, effects; then the tree of states by name (`outline`); then what happens in them (`branch`).

mod actions;
mod ask;
mod branch;
pub mod codes;
mod cx;
mod given;
mod guarantees;
mod hash;
mod length;
mod lints;
mod lower;
mod outline;
mod parameters;
mod priority;
mod promises;
mod revisit;
mod states;
mod structure;
mod terms;
mod timing;
mod vocabulary;
mod warnings;
mod who;

use crate::definition::RulesDef;
use crate::{Workflow, WorkflowLimits};
use caseloop_expr::declare::Declaring;
use caseloop_syntax::{Diagnostic, Document, Files, Kind, Node, Report, Sources, Span, load};
use cx::Cx;
pub use lints::LintSetting;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How a workflow is read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The limits of the reader.
    pub limits: WorkflowLimits,
    /// Values for parameters, by name, as they would stand after `is:`.
    pub set: Vec<(String, String)>,
}

/// What came of reading.
#[derive(Debug)]
pub struct Reading {
    /// The workflow, if nothing was wrong with it.
    pub workflow: Option<Workflow>,
    /// A workflow's file with ladders and revisits written out, where nothing was wrong with it.
    pub plain: Option<Node>,
    /// What kind of file it is, where that could be told. Parameters and roles are read, and make no workflow.
    pub kind: Option<Kind>,
    /// Every file that was opened; spans of the findings refer to them.
    pub files: Files,
    /// The trees of those that could be read, the file that was asked for first.
    pub documents: Vec<Document>,
    /// How much findings weigh that keep nothing from running; each code once.
    pub lints: Vec<LintSetting>,
    /// The findings, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
    /// Findings beyond the cap of the limits.
    pub left_out: usize,
}

/// Reads the workflow in the file `path` of `sources` with everything it uses.
///
/// ```
/// use caseloop_core::read::{Options, read};
/// use caseloop_syntax::MapSources;
/// let text = "
/// workflow: call
/// version: 1
/// events: {hung_up: {}}
/// start: ringing
/// states:
///   ringing: {when: {hung_up: {go: over}}}
///   over: {final: true}
/// ";
/// let reading = read(&MapSources::from_iter([("call.yaml", text)]), "call.yaml", &Options::default());
/// assert_eq!(reading.workflow.unwrap().name(), "call");
/// ```
#[must_use]
pub fn read(sources: &dyn Sources, path: &str, options: &Options) -> Reading {
    read_with(sources, path, options, &mut Alone)
}

/// What other crates read of the documents of a load.
pub trait Siblings {
    /// Reads the calendars, and reports what is wrong with them.
    fn calendars(&mut self, documents: &[Document], report: &mut Report) -> CalendarNames;

    /// Reads the rules of the documents of kinds `table`, `classifier`, `score` and `assign`, and reports what is wrong
    /// with them. `declaring` has the roles and the parameters of the load; names that could not be read go to its
    /// `broken`.
    fn rules(
        &mut self,
        documents: &[Document],
        limits: &WorkflowLimits,
        declaring: &mut Declaring<'_>,
    ) -> Vec<RulesDef>;
}

/// Neither calendars nor rules.
struct Alone;

impl Siblings for Alone {
    fn calendars(&mut self, _: &[Document], _: &mut Report) -> CalendarNames {
        CalendarNames::default()
    }

    fn rules(&mut self, _: &[Document], _: &WorkflowLimits, _: &mut Declaring<'_>) -> Vec<RulesDef> {
        Vec::new()
    }
}

/// The calendars that some documents declare.
#[derive(Clone, Debug, Default)]
pub struct CalendarNames {
    /// Those that can be asked, in the order in which a definition refers to them.
    pub known: Vec<Arc<str>>,
    /// Those that something is wrong with.
    pub broken: Vec<Arc<str>>,
}

/// As [`read`], with the calendars and rules of all documents that were loaded.
#[must_use]
pub fn read_with(sources: &dyn Sources, path: &str, options: &Options, siblings: &mut dyn Siblings) -> Reading {
    let mut files = Files::default();
    let mut report = Report::with_cap(options.limits.syntax.diagnostics);
    let loaded = load(sources, path, &options.limits.syntax, &mut files, &mut report);
    let kind = loaded
        .as_ref()
        .and_then(|loaded| loaded.documents.first())
        .map(|document| document.kind);
    let documents = loaded.map(|loaded| loaded.documents).unwrap_or_default();
    let lints = lints::read(&documents, &mut report);
    let calendars = siblings.calendars(&documents, &mut report);
    let read = read_documents(&documents, calendars, siblings, options, &mut report);
    let (workflow, plain) = read.unzip();
    let left_out = report.left_out();
    let mut diagnostics = report.into_sorted();
    // A ladder is read with each promise that it hangs on; its mistakes are told once.
    let mut told = BTreeSet::new();
    diagnostics.retain(|found| told.insert((found.primary.span, found.code.name, found.message.clone())));
    Reading {
        workflow,
        plain,
        kind,
        files,
        documents,
        lints,
        diagnostics,
        left_out,
    }
}

fn read_documents(
    documents: &[Document],
    calendars: CalendarNames,
    siblings: &mut dyn Siblings,
    options: &Options,
    report: &mut Report,
) -> Option<(Workflow, Node)> {
    let (main, used) = documents.split_first()?;
    for document in used {
        if !matches!(
            document.kind,
            Kind::Parameters | Kind::Roles | Kind::Calendars | Kind::Lints
        ) && !is_rules(document.kind)
        {
            let message = format!("a workflow cannot use a file of the kind `{}`", document.kind.key());
            report.push(
                Diagnostic::error(&codes::UNREADABLE_KIND, first_key(document), message)
                    .help("a file may use others that begin with `parameters:`, `roles:`, `calendars:`, `lints:`, `table:`, `classifier:`, `score:` or `assign:`"),
            );
        }
    }
    for document in documents {
        check_shared_keys(document, report);
    }
    for document in documents {
        if matches!(document.kind, Kind::Parameters | Kind::Roles)
            && let Some(mut fields) = document.root.fields("this file", report)
        {
            for key in ["parameters", "roles", "uses", "title"] {
                fields.get(key);
            }
            fields.finish(report);
        }
    }
    match main.kind {
        Kind::Workflow => read_workflow(documents, calendars, siblings, options, report),
        // Read by who was asked for the calendars.
        Kind::Calendars => None,
        // Read with the levels of all documents.
        Kind::Lints => None,
        Kind::Parameters | Kind::Roles => {
            let mut cx = Cx::new(report, &options.limits);
            parameters::read(documents, &[], &mut cx);
            vocabulary::read_roles(documents, &mut cx);
            None
        }
        kind if is_rules(kind) => {
            let mut cx = Cx::new(report, &options.limits);
            parameters::read(documents, &options.set, &mut cx);
            vocabulary::read_roles(documents, &mut cx);
            cx.declaring(|declaring| siblings.rules(documents, &options.limits, declaring));
            None
        }
        _ => {
            let message = format!("nothing reads a file of the kind `{}` yet", main.kind.key());
            report.push(Diagnostic::error(&codes::UNREADABLE_KIND, first_key(main), message));
            None
        }
    }
}

fn is_rules(kind: Kind) -> bool {
    matches!(kind, Kind::Table | Kind::Classifier | Kind::Score | Kind::Assign)
}

/// A file of parameters or roles holds nothing else.
fn check_shared_keys(document: &Document, report: &mut Report) {
    if !matches!(document.kind, Kind::Parameters | Kind::Roles) {
        return;
    }
    if let Some(mut fields) = document.root.fields("a file of parameters or roles", report) {
        for key in ["parameters", "roles", "uses", "title"] {
            fields.get(key);
        }
        fields.finish(report);
    }
}

fn first_key(document: &Document) -> Span {
    document
        .root
        .as_map()
        .and_then(|map| map.first())
        .map_or(document.root.span, |(key, _)| key.span)
}

fn read_workflow(
    all: &[Document],
    calendars: CalendarNames,
    siblings: &mut dyn Siblings,
    options: &Options,
    report: &mut Report,
) -> Option<(Workflow, Node)> {
    let main = all.first()?;
    let mut cx = Cx::new(report, &options.limits);
    cx.calendars = calendars.known;
    for broken in &calendars.broken {
        cx.give_up(broken);
    }
    parameters::read(all, &options.set, &mut cx);
    vocabulary::read_roles(all, &mut cx);
    cx.rules = cx.declaring(|declaring| siblings.rules(all, &options.limits, declaring));
    vocabulary::read_events(main.root.entry("events"), &mut cx);
    let plain = lower::lower(&main.root, &mut cx);
    let mut fields = plain.fields("a workflow", cx.report)?;
    let name = fields
        .require("workflow", cx.report)
        .and_then(|node| cx.name(node, "the workflow"));
    let version = fields.get("version").map(|(_, node)| node.clone());
    let version = version.and_then(|node| node.whole_number(1..=i64::from(u32::MAX), "a number", cx.report));
    let title = cx.title(&mut fields);
    for elsewhere in [
        "uses",
        "roles",
        "parameters",
        "events",
        "ladders",
        "calendars",
        "lists",
        "lints",
    ] {
        fields.get(elsewhere);
    }
    vocabulary::read_levels(fields.get("levels"), &mut cx);
    vocabulary::read_case(fields.get("case").map(|(_, node)| node), &mut cx);
    if let Some((_, node)) = fields.get("calendar") {
        cx.calendar = terms::calendar(node, &mut cx);
        if cx.calendar.is_none() {
            cx.give_up("calendar");
        }
    }
    promises::declare(fields.get("promises").map(|(_, node)| node), &mut cx);
    vocabulary::read_effects(fields.get("effects").map(|(_, node)| node), &mut cx);
    let outline = outline::read(&mut fields, &mut cx);
    let priority = fields.get("priority").map(|(_, node)| node);
    let guarantees = fields.get("guarantees").map(|(_, node)| node);
    fields.finish(cx.report);
    let parameters = parameters::used(&main.root, &cx);
    let mut definition = states::read(outline, priority, guarantees, cx)?;
    definition.parameters = parameters;
    definition.name = name?;
    definition.version = u32::try_from(version.unwrap_or(1)).unwrap_or(1);
    definition.title = title;
    definition.hash = hash::content(all, &options.set);
    if report.errors() > 0 {
        return None;
    }
    let workflow = Workflow::compile(definition)
        .map_err(|error| {
            report.push(Diagnostic::error(&codes::TOO_LARGE, first_key(main), error.to_string()));
        })
        .ok();
    workflow.map(|workflow| (workflow, plain))
}
