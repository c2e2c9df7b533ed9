//! What is refused, and how it is said: one line in `tests/data/refused.txt` for each expression, the findings in a
//! snapshot. Limits have tests of their own, since their texts are long.

use crate::desk;
use caseloop_expr::{CODES, Limits, Scope, condition};
use caseloop_syntax::{Applicability, Diagnostic, FileId, Report, Span};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Expressions begin here in their document, so that an offset that was not mapped shows.
const AT: u32 = 1000;

fn findings(text: &str, scope: &Scope, limits: &Limits) -> Vec<Diagnostic> {
    let mut report = Report::default();
    let at = Span::new(FileId(3), AT, AT + text.len() as u32);
    let found = condition(text, &at, scope, limits, &mut report);
    assert_eq!(found.is_none(), report.errors() > 0, "{text}");
    let findings = report.into_sorted();
    for finding in &findings {
        assert_eq!(
            caseloop_syntax::lang::untranslated(finding, caseloop_syntax::Language::Chinese),
            [""; 0]
        );
    }
    for finding in &findings {
        let labels = finding.labels.iter().filter(|label| label.span != Span::default());
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
        for span in labels
            .map(|label| label.span)
            .chain([finding.primary.span])
            .chain(edits)
        {
            slice(text, span);
        }
        assert!(
            !finding.message.ends_with('.') && !finding.message.contains("invalid"),
            "{}",
            finding.message
        );
    }
    findings
}

fn slice(text: &str, span: Span) -> &str {
    assert_eq!(span.file, FileId(3), "{text}");
    text.get((span.start - AT) as usize..(span.end - AT) as usize)
        .unwrap_or_else(|| panic!("{text}: {span:?}"))
}

fn fixed(text: &str, finding: &Diagnostic) -> Option<String> {
    let [edit] = finding.fix.as_ref()?.edits.as_slice() else {
        return None;
    };
    let (start, end) = ((edit.span.start - AT) as usize, (edit.span.end - AT) as usize);
    Some(format!("{}{}{}", &text[..start], edit.text, &text[end..]))
}

fn refused() -> impl Iterator<Item = &'static str> {
    include_str!("../data/refused.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("# "))
}

#[test]
fn each_mistake_is_named_and_placed() {
    let scope = desk::scope();
    let mut shown = String::new();
    for text in refused() {
        let findings = findings(text, &scope, &Limits::default());
        assert!(!findings.is_empty(), "accepted: {text}");
        writeln!(shown, "{text}").unwrap();
        for finding in findings {
            let place = slice(text, finding.primary.span);
            writeln!(shown, "    {}: {} @ `{place}`", finding.code.name, finding.message).unwrap();
            for label in finding.labels.iter().filter(|label| label.span != Span::default()) {
                writeln!(shown, "        `{}` {}", slice(text, label.span), label.text).unwrap();
            }
            for help in &finding.help {
                writeln!(shown, "        help: {help}").unwrap();
            }
            if let Some(fixed) = fixed(text, &finding) {
                let fix = finding.fix.as_ref().unwrap();
                writeln!(shown, "        {:?}: {} => {fixed}", fix.applicability, fix.title).unwrap();
            }
        }
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn a_safe_fix_mends_its_finding() {
    let scope = desk::scope();
    for text in refused() {
        for finding in findings(text, &scope, &Limits::default()) {
            if finding
                .fix
                .as_ref()
                .is_none_or(|fix| fix.applicability != Applicability::Safe)
            {
                continue;
            }
            let mended = fixed(text, &finding).unwrap();
            let count = |text: &str| {
                let same = |other: &Diagnostic| other.code == finding.code;
                findings(text, &scope, &Limits::default())
                    .iter()
                    .filter(|other| same(other))
                    .count()
            };
            assert!(count(&mended) < count(text), "{text} => {mended}");
        }
    }
}

#[test]
fn every_code_is_produced() {
    let scope = desk::scope();
    let without_event = Scope {
        event: None,
        ..desk::scope()
    };
    let mut produced: BTreeSet<&str> = refused()
        .flat_map(|text| findings(text, &scope, &Limits::default()))
        .map(|finding| finding.code.name)
        .collect();
    let event = findings("event.stars == 1", &without_event, &Limits::default());
    produced.extend(event.iter().map(|finding| finding.code.name));
    for (text, _) in too_much() {
        produced.extend(
            findings(&text, &scope, &Limits::default())
                .iter()
                .map(|finding| finding.code.name),
        );
    }
    let listed: BTreeSet<&str> = CODES.iter().map(|code| code.name).collect();
    assert_eq!(listed.len(), CODES.len(), "a code is listed twice");
    assert_eq!(produced, listed);
}

/// Texts beyond a limit, with the code that says so.
fn too_much() -> Vec<(String, &'static str)> {
    let many = |count: usize, text: &str| vec![text; count].join("");
    vec![
        (format!("1{} == 1", many(5000, "+1")), "expression-too-long"),
        (format!("1{} == 1", many(500, "+1")), "expression-too-deep"),
        (many(100_000, "("), "expression-too-long"),
        (many(4000, "("), "expression-too-deep"),
        (many(4000, "["), "expression-too-deep"),
        (many(4000, "!"), "expression-too-deep"),
        (many(4000, "-"), "expression-too-deep"),
        (many(1000, "not "), "expression-too-deep"),
        (many(800, "has("), "expression-too-deep"),
        (format!("n{}", many(1000, ".a")), "expression-too-deep"),
        (format!("n in [1{}]", many(1500, ",1")), "expression-too-large"),
        (vec!["n==1"; 500].join(" or "), "expression-too-large"),
        (
            "numbers.all(a, numbers.all(b, numbers.all(c, a + b == c)))".to_owned(),
            "expression-too-costly",
        ),
    ]
}

#[test]
fn a_limit_is_a_named_error_and_never_an_overflow() {
    for (text, code) in too_much() {
        let findings = findings(&text, &desk::scope(), &Limits::default());
        let codes: Vec<&str> = findings.iter().map(|finding| finding.code.name).collect();
        assert_eq!(codes, [code], "{}", &text[..20]);
    }
}

#[test]
fn long_chains_of_and_are_one_level() {
    let text = vec!["n == 1"; 300].join(" and ");
    assert!(findings(&text, &desk::scope(), &Limits::default()).is_empty());
}

#[test]
fn limits_are_the_callers() {
    let strict = Limits {
        bytes: 40,
        depth: 3,
        nodes: 9,
        pattern_bytes: 2000,
        fuel: 1500,
        ..Limits::default()
    };
    let cases = [
        (
            "n == 1 and n == 2 and n == 3 and paid and n == 4",
            "expression-too-long",
        ),
        ("((((paid))))", "expression-too-deep"),
        ("n in [1, 2, 3, 4, 5, 6, 7, 8]", "expression-too-large"),
        ("subject.matches('(a{100}){100}')", "bad-pattern"),
        ("numbers.all(x, x > 1)", "expression-too-costly"),
    ];
    for (text, code) in cases {
        let findings = findings(text, &desk::scope(), &strict);
        assert_eq!(
            findings.iter().map(|finding| finding.code.name).collect::<Vec<_>>(),
            [code],
            "{text}"
        );
    }
}
