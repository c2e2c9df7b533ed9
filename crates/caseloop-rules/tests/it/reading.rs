//! What the tests do with rules: read them from a text, and ask them by JSON.

use caseloop_expr::declare::Declaring;
use caseloop_expr::{EnumType, Limits, Value};
use caseloop_rules::read::read;
use caseloop_rules::{Decided, Rules};
use caseloop_syntax::{Diagnostic, Files, MapSources, Report, load, render};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What came of reading: the rules, the codes of the findings, and the findings as an author reads them.
pub(crate) struct Reading {
    pub(crate) rules: Vec<Rules>,
    pub(crate) codes: Vec<&'static str>,
    pub(crate) messages: Vec<String>,
    pub(crate) shown: String,
    files: Files,
}

impl Reading {
    /// Findings as an author reads them.
    pub(crate) fn show(&self, findings: &[Diagnostic]) -> String {
        render::human(findings, &self.files, render::Human::default())
    }
}

/// Reads one file, and those that it uses; the roles are `agent` and `supervisor`, the parameter `most` is 50.
pub(crate) fn reading(files: &[(&str, &str)]) -> Reading {
    let sources = MapSources::from_iter(files.iter().copied());
    let (mut opened, mut report) = (Files::default(), Report::default());
    let limits = caseloop_syntax::Limits::default();
    let loaded = load(&sources, files[0].0, &limits, &mut opened, &mut report).expect("a tree");
    let most = ("most".into(), (caseloop_expr::Type::INT, Value::Int(50)));
    let mut declaring = Declaring {
        report: &mut report,
        roles: &Arc::new(EnumType::new("role", &["agent", "supervisor"])),
        params: &[most].into_iter().collect(),
        broken: BTreeSet::new(),
    };
    let rules = read(&loaded.documents, &Limits::default(), &mut declaring);
    let findings = report.into_sorted();
    for finding in &findings {
        assert_eq!(
            caseloop_syntax::lang::untranslated(finding, caseloop_syntax::Language::Chinese),
            [""; 0]
        );
    }
    Reading {
        rules,
        codes: findings.iter().map(|finding| finding.code.name).collect(),
        messages: findings.iter().map(|finding| finding.message.clone()).collect(),
        shown: render::human(&findings, &opened, render::Human::default()),
        files: opened,
    }
}

/// The rules in a text that has nothing wrong with it.
pub(crate) fn rules(text: &str) -> Rules {
    let mut reading = reading(&[("a.yaml", text)]);
    assert_eq!(reading.shown, "", "{text}");
    reading.rules.remove(0)
}

/// Named values from a JSON object.
pub(crate) fn values(json: &str) -> Vec<(String, Value)> {
    let Value::Record(members) = serde_json::from_str(json).expect("JSON") else {
        panic!("an object is expected: {json}");
    };
    members
        .into_iter()
        .map(|(name, value)| (name.to_string(), value))
        .collect()
}

/// Asks rules by a JSON object.
pub(crate) fn ask(rules: &Rules, json: &str) -> Decided {
    let given = values(json);
    let given = given.iter().map(|(name, value)| (name.as_str(), value));
    rules.ask(given).unwrap_or_else(|bad| panic!("{bad}"))
}

/// What was decided in one line: `decided by a, b: kind=complaint`.
pub(crate) fn told(rules: &Rules, json: &str) -> String {
    let decided = ask(rules, json);
    let gave = decided.gave.iter().map(|(name, value)| format!(" {name}={value}"));
    let gave: String = gave.collect();
    format!("{:?} by {}:{gave}", decided.answer, decided.fired.join(", ")).to_lowercase()
}
