//! What people and programs are shown: columns, windows, escapes, patches and the JSON shape.

use crate::Parsed;
use caseloop_syntax::{Applicability, Code, Diagnostic, Edit, FileId, Files, Fix, Position, Severity, Span, render};

static CODE: Code = Code::new("example", "An example.");

fn show(files: &Files, findings: &[Diagnostic]) -> String {
    render::human(findings, files, render::Human::default())
}

fn one(text: &str, needle: &str) -> (Files, Span) {
    let mut files = Files::default();
    let file = files.add("a.yaml", text);
    let start = text.find(needle).expect("the needle");
    let span = Span::new(file, start as u32, (start + needle.len()) as u32);
    (files, span)
}

#[test]
fn columns_count_unicode_scalars() {
    let cases = [
        ("a: x\n", "x", (1, 4), (1, 5)),
        ("投诉: x\n", "x", (1, 5), (1, 6)),
        ("a: 😀 x\n", "x", (1, 6), (1, 7)),
        ("a:\tx\n", "x", (1, 4), (1, 5)),
        ("a: b\r\nc: x\r\n", "x", (2, 4), (2, 5)),
        ("\u{feff}a: x\n", "x", (1, 4), (1, 5)),
        ("\u{feff}a: b\nc: x", "x", (2, 4), (2, 5)),
        ("a: e\u{301}x\n", "x", (1, 6), (1, 7)),
        ("a: |\n  x\n  y\n", "x\n  y", (2, 3), (3, 4)),
    ];
    for (text, needle, start, end) in cases {
        let (files, span) = one(text, needle);
        let position = |(line, column)| Position { line, column };
        assert_eq!(files.position(span), position(start), "{text:?}");
        assert_eq!(files.end_position(span), position(end), "{text:?}");
        let json = render::json(&[Diagnostic::error(&CODE, span, "m")], &files);
        let place = &json["findings"][0]["place"];
        assert_eq!(place["start"]["column"], start.1);
        assert_eq!(place["end"]["line"], end.0);
        let header = format!("a.yaml:{}:{}\n", start.0, start.1);
        assert!(
            show(&files, &[Diagnostic::error(&CODE, span, "m")]).contains(&header),
            "{text:?}"
        );
    }
}

#[test]
fn lines_are_told_without_their_ends() {
    let mut files = Files::default();
    let id = files.add("a.yaml", "\u{feff}a: b\r\nc\n\nd");
    let file = files.get(id).expect("the file");
    let lines: Vec<&str> = (0..=6).map(|line| file.line(line)).collect();
    assert_eq!(lines[1..], ["a: b", "c", "", "d", "", ""]);
    assert_eq!(file.lines(), 4);
    assert_eq!(files.find("a.yaml"), Some(id));
    assert_eq!(files.find("b.yaml"), None);
    assert_eq!(files.text(FileId(7)), "");
}

#[test]
fn wide_letters_tabs_and_line_ends_are_underlined_where_they_stand() {
    let mut shown = String::new();
    for (text, needle) in [
        ("类型: 投诉 # 全角\n", "投诉"),
        ("a: 😀 here\n", "here"),
        ("a:\there\n", "here"),
        ("a: b\r\nc: here\r\nd: e\r\n", "here"),
        ("\u{feff}here: b\n", "here"),
        ("a: |\n  here\n  and here\nb: c\n", "here\n  and here"),
    ] {
        let (files, span) = one(text, needle);
        let finding = Diagnostic::warning(&CODE, span, "look").label("this").help("do that");
        shown.push_str(&show(&files, &[finding]));
    }
    insta::assert_snapshot!("underlines", shown);
}

#[test]
fn what_moves_the_cursor_is_escaped() {
    let mut files = Files::default();
    let nasty = "x\u{1b}[31m\u{202e}\u{9b}\u{200b}\r\n";
    let text = format!("a: {nasty}\nb: c\n");
    let file = files.add(format!("{nasty}.yaml"), text.as_str());
    let span = Span::new(file, 3, 5);
    let finding = Diagnostic::error(&CODE, span, format!("message {nasty}"))
        .label(format!("label {nasty}"))
        .also(Span::new(file, 0, 1), format!("other {nasty}"))
        .help(format!("help {nasty}"))
        .fix(format!("fix {nasty}"), span, format!("y{nasty}"), Applicability::Safe);
    let shown = show(&files, &[finding]);
    assert!(
        !shown.contains(['\u{1b}', '\u{202e}', '\u{9b}', '\u{200b}', '\r']),
        "{shown:?}"
    );
    insta::assert_snapshot!("escapes", shown);
}

#[test]
fn any_span_can_be_drawn() {
    let text = "投诉: 😀\r\n\tx";
    let mut files = Files::default();
    let file = files.add("a.yaml", text);
    for start in 0..=text.len() as u32 + 2 {
        for end in 0..=text.len() as u32 + 2 {
            let span = Span { file, start, end };
            let finding = Diagnostic::error(&CODE, span, "m").fix("f", span, "新", Applicability::Safe);
            assert!(show(&files, std::slice::from_ref(&finding)).starts_with("error[example]: m\n"));
            let _ = render::json(&[finding], &files);
        }
    }
    let nowhere = Diagnostic::error(&CODE, Span::new(FileId(9), 3, 4), "m").fix(
        "f",
        Span::new(FileId(9), 1, 2),
        "x",
        Applicability::Safe,
    );
    assert!(show(&files, &[nowhere]).starts_with("error[example]: m"));
    let mut empty = Files::default();
    let file = empty.add("b.yaml", "");
    assert!(show(&empty, &[Diagnostic::error(&CODE, Span::new(file, 0, 0), "m")]).contains("b.yaml:1:1"));
}

#[test]
fn places_far_apart_and_in_other_files_are_shown_apart() {
    let lines: String = (1..=5000).map(|line| format!("key{line}: value\n")).collect();
    let mut files = Files::default();
    let a = files.add("a.yaml", lines.as_str());
    let b = files.add("b.yaml", "other: x\n");
    let find = |needle: &str| lines.find(needle).expect("the needle") as u32;
    let at = |needle: &str| Span::new(a, find(needle), find(needle) + needle.len() as u32);
    let finding = Diagnostic::error(&CODE, at("key4999"), "twice")
        .also(at("key7:"), "first defined here")
        .also(at("key5000"), "near")
        .also(Span::new(b, 0, 5), "used here");
    insta::assert_snapshot!("apart", show(&files, &[finding]));
}

#[test]
fn a_span_over_many_lines_is_shown_by_its_first() {
    let lines: String = (1..=500).map(|line| format!("key{line}: value\n")).collect();
    let mut files = Files::default();
    let file = files.add("a.yaml", lines.as_str());
    let finding = Diagnostic::error(&CODE, Span::new(file, 0, lines.len() as u32), "m");
    assert_eq!(
        show(&files, &[finding]),
        "error[example]: m\n --> a.yaml:1:1\n  |\n1 | key1: value\n  | ^^^^^^^^^^^\n"
    );
}

#[test]
fn long_lines_are_trimmed_or_named() {
    let text = format!("a: {} here {}\n", "x".repeat(1000), "y".repeat(1000));
    let (files, span) = one(&text, "here");
    let shown = show(&files, &[Diagnostic::error(&CODE, span, "m")]);
    assert!(
        shown.lines().all(|line| line.chars().count() < 200) && shown.contains("here"),
        "{shown}"
    );
    let text = format!("a: {} here\n", "x".repeat(100_000));
    let (files, span) = one(&text, "here");
    let shown = show(
        &files,
        &[Diagnostic::error(&CODE, span, "m").fix("f", span, "there", Applicability::Safe)],
    );
    assert_eq!(shown, "error[example]: m\n--> a.yaml:1:100005\n |\nhelp: f\n");
}

#[test]
fn several_edits_are_one_patch() {
    let (files, span) = one("go（x，y）\n", "go（x，y）");
    let edits = [("（", "("), ("，", ", "), ("）", ")")].map(|(wide, text)| Edit {
        span: one("go（x，y）\n", wide).1,
        text: text.to_owned(),
    });
    let mut finding = Diagnostic::error(&CODE, span, "m");
    finding.severity = Severity::Note;
    finding.fix = Some(Fix {
        title: "write ASCII".to_owned(),
        edits: edits.into(),
        applicability: Applicability::Safe,
    });
    insta::assert_snapshot!("edits", show(&files, &[finding]));
}

#[test]
fn colour_and_line_drawing_are_options() {
    let (files, span) = one("a: b\n", "b");
    let finding = [Diagnostic::error(&CODE, span, "m")];
    let color = render::human(
        &finding,
        &files,
        render::Human {
            color: true,
            ..render::Human::default()
        },
    );
    assert!(color.contains('\u{1b}'));
    let drawn = render::human(
        &finding,
        &files,
        render::Human {
            ascii: false,
            ..render::Human::default()
        },
    );
    assert!(drawn.contains('│'));
    assert!(show(&files, &finding).is_ascii());
    assert_eq!(show(&files, &[]), "");
}

#[test]
fn the_json_shape_is_version_one() {
    let parsed = Parsed::new("工单: a\n工单: b\ngo：x\n");
    let json = render::json(&parsed.findings, &parsed.files);
    insta::assert_snapshot!("json", serde_json::to_string_pretty(&json).expect("JSON"));
}
