//! See the crate.

use caseloop_core::definition::RulesDef;
use caseloop_core::read::{CalendarNames, Options, Siblings, read_with};
use caseloop_core::{Workflow, WorkflowLimits};
use caseloop_expr::declare::Declaring;
use caseloop_lint::{ALL, lint};
use caseloop_sla::{Calendar, Calendars};
use caseloop_syntax::render::{Human, human};
use caseloop_syntax::{Document, Files, MapSources, Report};
use std::collections::BTreeSet;
use std::path::Path;

/// The calendars of the files, and no rules.
#[derive(Default)]
pub(crate) struct OwnCalendars(Calendars);

impl Siblings for OwnCalendars {
    fn calendars(&mut self, documents: &[Document], report: &mut Report) -> CalendarNames {
        self.0 = caseloop_sla::read::read(documents, report);
        CalendarNames {
            known: self.0.iter().map(|(name, _)| name.into()).collect(),
            broken: Vec::new(),
        }
    }

    fn rules(&mut self, _: &[Document], _: &WorkflowLimits, _: &mut Declaring<'_>) -> Vec<RulesDef> {
        Vec::new()
    }
}

/// A workflow that compiles, with its files and calendars.
pub(crate) fn compiled(text: &str) -> (Workflow, Files, Vec<Calendar>) {
    let mut beside = OwnCalendars::default();
    let sources = MapSources::from_iter([("a.yaml", text)]);
    let reading = read_with(&sources, "a.yaml", &Options::default(), &mut beside);
    let shown = human(&reading.diagnostics, &reading.files, Human::default());
    let workflow = reading.workflow.unwrap_or_else(|| panic!("{shown}"));
    let own = beside.0.iter().map(|(_, calendar)| calendar.clone()).collect();
    (workflow, reading.files, own)
}

/// What is told of a workflow that compiles, without what is told of the chart and of declarations.
fn told_of_promises(text: &str) -> (usize, String) {
    let (workflow, files, calendars) = compiled(text);
    let mut findings = lint(&workflow, &calendars, &[], &files);
    findings.retain(|finding| PROMISES.contains(&finding.code.name));
    (findings.len(), human(&findings, &files, Human::default()))
}

/// The lints of promises.
const PROMISES: [&str; 11] = [
    "never-measured",
    "never-kept",
    "ends-as-it-begins",
    "rests-for-ever",
    "never-rests",
    "begins-at-rest",
    "warned-at-once",
    "never-climbed",
    "never-broken-first",
    "limit-of-years",
    "never-run",
];

#[expect(clippy::disallowed_methods, reason = "the tests' own files are read from the disk")]
fn case(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/ui/silent/{name}.yaml"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_lint_has_a_name_of_its_own() {
    let names: BTreeSet<&str> = ALL.iter().map(|lint| lint.code.name).collect();
    assert_eq!(names.len(), ALL.len());
    assert!(PROMISES.iter().all(|name| names.contains(name)));
}

/// What a state may be active beside, what leaves it from another region or by entering it again, and a calendar of few
/// dates keep the lints silent.
#[test]
fn nothing_is_said_that_cannot_be_proved() {
    for name in [
        "silent",
        "silent-regions",
        "silent-reenter",
        "silent-dates",
        "silent-entered",
        "silent-limits",
        "silent-deep",
    ] {
        let (findings, shown) = told_of_promises(&case(name));
        assert_eq!(findings, 0, "{name}: {shown}");
    }
}
