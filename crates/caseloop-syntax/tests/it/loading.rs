//! Files that use files: what is opened, in which order, and what is said where a path leads nowhere.

use caseloop_syntax::{
    Diagnostic, EmbeddedSources, Files, Kind, Limits, Loaded, MapSources, Report, SourceError, Sources, load, render,
};
use std::borrow::Cow;

/// Paths and texts.
type Tree<'t> = &'t [(&'t str, &'t str)];

struct Opened {
    loaded: Option<Loaded>,
    files: Files,
    findings: Vec<Diagnostic>,
}

fn open(sources: &dyn Sources, path: &str, limits: &Limits) -> Opened {
    let (mut files, mut report) = (Files::default(), Report::default());
    let loaded = load(sources, path, limits, &mut files, &mut report);
    crate::parsed::assert_told_in_chinese(report.diagnostics());
    Opened {
        loaded,
        files,
        findings: report.into_sorted(),
    }
}

impl Opened {
    fn codes(&self) -> Vec<&'static str> {
        self.findings.iter().map(|finding| finding.code.name).collect()
    }

    fn paths(&self) -> Vec<&str> {
        let documents = self.loaded.iter().flat_map(|loaded| &loaded.documents);
        documents.map(|document| self.files.path(document.file)).collect()
    }

    fn shown(&self) -> String {
        render::human(&self.findings, &self.files, render::Human::default())
    }
}

/// Loads `main.yaml` from `files` with the default limits.
fn of(files: Tree<'_>) -> Opened {
    let sources: MapSources = files.iter().copied().collect();
    let first = files.first().map_or("main.yaml", |(path, _)| path);
    open(&sources, first, &Limits::default())
}

/// Code and files; the first file is asked for.
pub(crate) const ROWS: &[(&str, Tree<'static>)] = &[
    (
        "file-not-found",
        &[
            ("w/a.yaml", "workflow: a\nuses: [b.yaml, ../c.yaml]\n"),
            ("c.yaml", "roles: {}\n"),
        ],
    ),
    ("use-cycle", &[("a.yaml", "workflow: a\nuses: a.yaml\n")]),
    (
        "use-cycle",
        &[
            ("a.yaml", "workflow: a\nuses: [x/b.yaml]\n"),
            ("x/b.yaml", "roles: {}\nuses:\n  - c.yaml\n"),
            ("x/c.yaml", "kpis: {}\nuses: b.yaml\n"),
        ],
    ),
    ("use-outside-root", &[("x/a.yaml", "workflow: a\nuses: ../../b.yaml\n")]),
    ("malformed-path", &[("a.yaml", "workflow: a\nuses: /etc/passwd\n")]),
    ("malformed-path", &[("a.yaml", "workflow: a\nuses: C:/b.yaml\n")]),
    (
        "malformed-path",
        &[("a.yaml", "workflow: a\nuses: https://example.org/b.yaml\n")],
    ),
    (
        "malformed-path",
        &[
            ("a.yaml", "workflow: a\nuses: x\\b.yaml\n"),
            ("x/b.yaml", "roles: {}\n"),
        ],
    ),
    ("malformed-path", &[("a.yaml", "workflow: a\nuses: \"b\\0.yaml\"\n")]),
    ("malformed-path", &[("a.yaml", "workflow: a\nuses: ' '\n")]),
    ("expected-word", &[("a.yaml", "workflow: a\nuses: {b: c}\n")]),
    ("expected-word", &[("a.yaml", "workflow: a\nuses: ['']\n")]),
    ("unknown-kind", &[("a.yaml", "worklfow: a\n")]),
    ("unknown-kind", &[("a.yaml", "- a\n")]),
    ("unknown-kind", &[("a.yaml", "{}\n")]),
    ("misplaced-kind", &[("a.yaml", "version: 1\nworkflow: a\n")]),
];

#[test]
fn every_bad_path_is_named_at_its_entry() {
    let mut shown = String::new();
    for (code, files) in ROWS {
        let opened = of(files);
        assert_eq!(opened.codes(), [*code], "{}", opened.shown());
        shown.push_str(&opened.shown());
        shown.push('\n');
    }
    insta::assert_snapshot!("paths", shown);
}

#[test]
fn files_come_in_the_order_of_first_mention_and_once() {
    let opened = of(&[
        ("main.yaml", "workflow: a\nuses: [x/b.yaml, c.yaml, ./x//b.yaml]\n"),
        ("x/b.yaml", "classifier: b\nuses: [d.yaml, ../c.yaml]\n"),
        ("c.yaml", "roles: {}\nuses:\n"),
        ("x/d.yaml", "kpis: {}\n"),
    ]);
    assert_eq!(opened.codes(), Vec::<&str>::new(), "{}", opened.shown());
    assert_eq!(opened.paths(), ["main.yaml", "x/b.yaml", "x/d.yaml", "c.yaml"]);
    let loaded = opened.loaded.expect("loaded");
    let kinds: Vec<Kind> = loaded.documents.iter().map(|document| document.kind).collect();
    assert_eq!(kinds, [Kind::Workflow, Kind::Classifier, Kind::Kpis, Kind::Roles]);
    assert!(loaded.complete);
}

#[test]
fn a_used_file_that_cannot_be_read_leaves_the_rest() {
    let opened = of(&[
        ("main.yaml", "workflow: a\nuses: [b.yaml, c.yaml]\n"),
        ("b.yaml", "roles: {a\n"),
        ("c.yaml", "kpis: {}\n"),
    ]);
    assert_eq!(opened.codes(), ["unclosed"]);
    assert_eq!(opened.paths(), ["main.yaml", "c.yaml"]);
    assert!(!opened.loaded.expect("loaded").complete);
    assert_eq!(opened.files.path(opened.findings[0].primary.span.file), "b.yaml");
}

#[test]
fn the_file_that_was_asked_for_must_be_readable() {
    let cases: [(Tree<'_>, &str, &str); 4] = [
        (&[], "a.yaml", "file-not-found"),
        (&[("a.yaml", "")], "a.yaml", "empty-document"),
        (&[("a.yaml", "a: [")], "a.yaml", "unclosed"),
        (&[("a.yaml", "workflow: a")], "../a.yaml", "file-not-found"),
    ];
    for (files, path, code) in cases {
        let sources: MapSources = files.iter().copied().collect();
        let opened = open(&sources, path, &Limits::default());
        assert!(opened.loaded.is_none());
        assert_eq!(opened.codes(), [code]);
        assert!(!opened.shown().is_empty());
    }
}

#[test]
fn a_path_is_normalised_before_it_is_read() {
    let sources = EmbeddedSources(&[
        ("x/a.yaml", "workflow: a\nuses: ../b.yaml\n"),
        ("b.yaml", "roles: {}\n"),
    ]);
    let opened = open(&sources, "./x/../x/a.yaml", &Limits::default());
    assert_eq!(opened.paths(), ["x/a.yaml", "b.yaml"]);
}

#[test]
fn loads_end_at_their_limits() {
    let chain: MapSources = (0..10)
        .map(|index| {
            (
                format!("{index}.yaml"),
                format!("roles: [a, b]\nuses: {}.yaml\n", index + 1),
            )
        })
        .chain([("10.yaml".to_owned(), "roles: []\n".to_owned())])
        .collect();
    for (limits, code) in [
        (
            Limits {
                files: 4,
                ..Limits::default()
            },
            "too-many-files",
        ),
        (
            Limits {
                total_bytes: 90,
                ..Limits::default()
            },
            "file-too-large",
        ),
        (
            Limits {
                bytes: 5,
                ..Limits::default()
            },
            "file-too-large",
        ),
        (
            Limits {
                nodes: 12,
                ..Limits::default()
            },
            "too-many-values",
        ),
    ] {
        let opened = open(&chain, "0.yaml", &limits);
        assert_eq!(opened.codes(), [code], "{}", opened.shown());
    }
    let opened = open(
        &chain,
        "0.yaml",
        &Limits {
            files: 11,
            ..Limits::default()
        },
    );
    assert_eq!((opened.codes().len(), opened.paths().len()), (0, 11));
}

#[test]
fn missing_files_are_not_asked_for_without_end() {
    let uses: Vec<String> = (0..1000).map(|index| format!("{index}.yaml")).collect();
    let main = format!("workflow: a\nuses: [{}]\n", uses.join(", "));
    let sources = MapSources::from_iter([("a.yaml", main)]);
    let opened = open(
        &sources,
        "a.yaml",
        &Limits {
            files: 4,
            ..Limits::default()
        },
    );
    assert_eq!(
        opened.codes(),
        ["file-not-found", "file-not-found", "file-not-found", "too-many-files"]
    );
}

struct Broken(SourceError);

impl Sources for Broken {
    fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, SourceError> {
        match path {
            "a.yaml" => Ok(Cow::Borrowed(b"workflow: a\nuses: b.yaml\n")),
            _ => Err(self.0.clone()),
        }
    }
}

#[test]
fn a_source_that_fails_is_quoted() {
    for (error, code) in [
        (SourceError::NotFound, "file-not-found"),
        (
            SourceError::Unreadable("permission denied".to_owned()),
            "file-unreadable",
        ),
        (SourceError::TooLarge, "file-too-large"),
    ] {
        let opened = open(&Broken(error), "a.yaml", &Limits::default());
        assert_eq!(opened.codes(), [code]);
        assert_eq!(opened.files.slice(opened.findings[0].primary.span), "b.yaml");
    }
}

#[test]
fn bytes_that_are_no_utf_8_are_placed() {
    let cases: [(&[u8], &str); 4] = [
        (b"workflow: \xcd\xb6\xcb\xdf\n", "the byte 0xcb is no UTF-8 text"),
        (b"\xff\xfew\0", "the byte 0xff is no UTF-8 text"),
        (b"workflow: \xe6\x8a", "the byte 0xe6 is no UTF-8 text"),
        (b"workflow: a\n# \xed\xa0\x80\n", "the byte 0xed is no UTF-8 text"),
    ];
    let mut shown = String::new();
    for (bytes, message) in cases {
        let sources = MapSources::from_iter([("a.yaml", bytes)]);
        let opened = open(&sources, "a.yaml", &Limits::default());
        assert_eq!(opened.codes(), ["not-utf8"]);
        assert_eq!(opened.findings[0].message, message);
        shown.push_str(&opened.shown());
    }
    insta::assert_snapshot!("not_utf8", shown);
}

#[test]
fn a_separator_of_another_system_is_mended() {
    let opened = of(&[("a.yaml", "workflow: a\nuses: x\\b.yaml\n")]);
    let fix = opened.findings[0].fix.as_ref().expect("a fix");
    assert_eq!(fix.edits[0].text, "x/b.yaml");
    assert_eq!(fix.applicability, caseloop_syntax::Applicability::Safe);
}
