//! See the crate.

use caseloop_core::definition::RulesDef;
use caseloop_core::read::{CalendarNames, Options, Siblings, read_with};
use caseloop_core::{Workflow, WorkflowLimits};
use caseloop_expr::declare::Declaring;
use caseloop_lint::{ALL, lint};
use caseloop_sla::{Calendar, Calendars};
use caseloop_syntax::render::{Human, human};
use caseloop_syntax::{Diagnostic, Document, Files, MapSources, Report};
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

/// The findings of a workflow that compiles, and as its author reads them.
fn told(text: &str) -> (Vec<Diagnostic>, String) {
    let (workflow, files, calendars) = compiled(text);
    let findings = lint(&workflow, &calendars);
    let shown = human(&findings, &files, Human::default());
    (findings, shown)
}

#[expect(clippy::disallowed_methods, reason = "the tests' own files are read from the disk")]
fn case(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/cases/{name}.yaml"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_lint_speaks_where_it_should_and_nowhere_else() {
    insta::with_settings!({snapshot_path => "cases", prepend_module_to_snapshot => false, omit_expression => true}, {
        for lint in ALL {
            let name = lint.code.name;
            let (findings, shown) = told(&case(&format!("{name}.wrong")));
            assert!(!findings.is_empty() && findings.iter().all(|finding| finding.code == lint.code), "{shown}");
            insta::assert_snapshot!(format!("{name}.wrong"), shown);
            let (findings, shown) = told(&case(&format!("{name}.right")));
            assert!(findings.is_empty(), "{name}: {shown}");
        }
    });
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
        let (findings, shown) = told(&case(name));
        assert!(findings.is_empty(), "{name}: {shown}");
    }
}
