//! The tests of caseloop-syntax, one file per boundary of the crate.

mod codes;
mod hostile;
mod laws;
mod loading;
mod oracle;
mod parts;
mod reading;
mod rendering;
mod slips;
mod tree;

use caseloop_syntax::{Diagnostic, FileId, Files, Limits, Node, Report, parse, render};

/// A text that was parsed under the name `a.yaml`.
struct Parsed {
    files: Files,
    root: Option<Node>,
    findings: Vec<Diagnostic>,
}

impl Parsed {
    fn new(text: &str) -> Self {
        Self::within(text, &Limits::default())
    }

    fn within(text: &str, limits: &Limits) -> Self {
        let mut files = Files::default();
        let file = files.add("a.yaml", text);
        let mut report = Report::default();
        let root = parse(file, text, limits, &mut report);
        Self {
            files,
            root,
            findings: report.into_sorted(),
        }
    }

    /// The codes of the findings, in the order of their places.
    fn codes(&self) -> Vec<&'static str> {
        self.findings.iter().map(|finding| finding.code.name).collect()
    }

    fn shown(&self) -> String {
        render::human(&self.findings, &self.files, render::Human::default())
    }

    fn root(&self) -> &Node {
        self.root
            .as_ref()
            .unwrap_or_else(|| panic!("no tree:\n{}", self.shown()))
    }
}

/// The tree of a text in which nothing is wrong.
fn tree_of(text: &str) -> Node {
    let parsed = Parsed::new(text);
    assert!(parsed.findings.is_empty(), "{}", parsed.shown());
    parsed.root().clone()
}

/// The value at `path` (keys and list indexes), which must be there.
fn at<'n>(node: &'n Node, path: &str) -> &'n Node {
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

const FILE: FileId = FileId(0);
