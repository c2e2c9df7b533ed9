//! A text read under the name `a.yaml`, and the way to a value in it.

use caseloop_syntax::{Diagnostic, FileId, Files, Language, Limits, Node, Report, lang, parse, render};

/// A text that was parsed under the name `a.yaml`.
pub(crate) struct Parsed {
    pub(crate) files: Files,
    pub(crate) root: Option<Node>,
    pub(crate) findings: Vec<Diagnostic>,
}

impl Parsed {
    pub(crate) fn new(text: &str) -> Self {
        Self::within(text, &Limits::default())
    }

    pub(crate) fn within(text: &str, limits: &Limits) -> Self {
        let mut files = Files::default();
        let file = files.add("a.yaml", text);
        let mut report = Report::default();
        let root = parse(file, text, limits, &mut report);
        assert_told_in_chinese(report.diagnostics());
        Self {
            files,
            root,
            findings: report.into_sorted(),
        }
    }

    /// The codes of the findings, in the order of their places.
    pub(crate) fn codes(&self) -> Vec<&'static str> {
        self.findings.iter().map(|finding| finding.code.name).collect()
    }

    pub(crate) fn shown(&self) -> String {
        render::human(&self.findings, &self.files, render::Human::default())
    }

    pub(crate) fn root(&self) -> &Node {
        self.root
            .as_ref()
            .unwrap_or_else(|| panic!("no tree:\n{}", self.shown()))
    }
}

/// The tree of a text in which nothing is wrong.
pub(crate) fn tree_of(text: &str) -> Node {
    let parsed = Parsed::new(text);
    assert!(parsed.findings.is_empty(), "{}", parsed.shown());
    parsed.root().clone()
}

/// The value at `path` (keys and list indexes), which must be there.
pub(crate) fn at<'n>(node: &'n Node, path: &str) -> &'n Node {
    path.split('/')
        .filter(|step| !step.is_empty())
        .fold(node, |node, step| {
            let entry = node
                .as_map()
                .and_then(|entries| entries.iter().find(|(key, _)| &*key.name == step));
            let item = || node.as_list()?.get(step.parse::<usize>().ok()?);
            entry
                .map(|(_, value)| value)
                .or_else(item)
                .unwrap_or_else(|| panic!("no {step} in {path}"))
        })
}

pub(crate) const FILE: FileId = FileId(0);

/// Nothing of the findings stays English.
#[track_caller]
pub(crate) fn assert_told_in_chinese(findings: &[Diagnostic]) {
    for finding in findings {
        assert_eq!(lang::untranslated(finding, Language::Chinese), [""; 0]);
    }
}
