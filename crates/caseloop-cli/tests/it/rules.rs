//! `caseloop classify` and `caseloop rules`: the shipped kinds over labelled tickets, and lines that cannot be read.

use crate::Folder;

const KIND: &str = include_str!("../../../../workflows/rules/case-kind.yaml");
const TICKETS: &str = include_str!("../../../../workflows/rules/tickets.jsonl");

fn folder() -> Folder {
    Folder::new().with("kind.yaml", KIND).with("tickets.jsonl", TICKETS)
}

#[test]
fn classified_and_held_against_labels() {
    let done = folder().run("classify kind.yaml --cases tickets.jsonl --labels kind");
    insta::assert_snapshot!("labels", done.err);
    assert_eq!(done.out.lines().count(), 20);
    let third = done.out.lines().nth(2).unwrap();
    assert_eq!(
        third,
        r#"{"line":3,"case":"a3","answer":"decided","gave":{"kind":"complaint","need":"basic"},"fired":["wrongly_charged"]}"#
    );
    assert_eq!(done.code, 0);
}

#[test]
fn why_is_told_with_places() {
    let line = r#"{"text":"这不是投诉, 但是网坏了"}"#;
    let done = folder().run_on("classify kind.yaml --cases - --explain", line.as_bytes());
    let told: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    let rules = told["why"]["rules"].as_array().unwrap();
    let heard = rules.iter().filter(|rule| !rule["heard"].is_null());
    let heard: Vec<_> = heard.collect();
    insta::assert_snapshot!("why", serde_json::to_string_pretty(&heard).unwrap());
}

#[test]
fn rules_that_never_fired_are_told() {
    let done = folder().run("rules coverage kind.yaml --cases tickets.jsonl");
    insta::assert_snapshot!("coverage", format!("{}{}", done.out, done.err));
}

#[test]
fn other_rules_are_held_against_these() {
    let stricter = KIND.replace("{is: 2, gap: G12", "{is: 4, gap: G12");
    let folder = folder().with("stricter.yaml", &stricter);
    let done = folder.run("rules diff kind.yaml stricter.yaml --cases tickets.jsonl");
    insta::assert_snapshot!("diff", format!("{}{}", done.out, done.err));
    let done = folder.run("rules diff kind.yaml kind.yaml --cases tickets.jsonl");
    assert_eq!((&*done.out, &*done.err), ("", "0 of 20 cases decided otherwise\n"));
}

#[test]
fn words_are_proposed_with_their_evidence() {
    let lines: String = (0..4)
        .flat_map(|round| {
            [
                format!("{{\"text\":\"我要退款 {round}\",\"what is it?\":\"refund?\"}}\n"),
                format!("{{\"text\":\"How much is \\\"plan {round}\\\"\",\"what is it?\":\"no\"}}\n"),
            ]
        })
        .collect();
    let done = folder().with("labelled.jsonl", &lines).run_words(
        &[
            "rules",
            "suggest",
            "--cases",
            "labelled.jsonl",
            "--labels",
            "what is it?",
            "--words",
            "3",
        ],
        b"",
    );
    insta::assert_snapshot!("suggested", format!("{}{}", done.out, done.err));
    // What is proposed can be asked as it stands.
    let asked = folder()
        .with("labelled.jsonl", &lines)
        .with("proposed.yaml", &done.out)
        .run_words(
            &[
                "classify",
                "proposed.yaml",
                "--cases",
                "labelled.jsonl",
                "--labels",
                "what is it?",
            ],
            b"",
        );
    assert!(asked.err.contains("100.0% of 8 cases right"), "{}", asked.err);
}

#[test]
fn lines_that_cannot_be_read_are_skipped_and_named() {
    let lines = "{\"text\":\"投诉\"}\n[]\n{\"text\": 5}\nnonsense\n\n{\"other\": 1}\n";
    let done = folder().run_on("classify kind.yaml --cases - --labels kind", lines.as_bytes());
    insta::assert_snapshot!("skipped", done.err);
    assert_eq!((done.out.lines().count(), done.code), (2, 1));
}

#[test]
fn a_table_becomes_a_sheet_that_it_reads_back() {
    let table = include_str!("../../../../workflows/rules/incident-grade.yaml");
    let (head, rest) = table.split_once("rules:\n").unwrap();
    let (_, otherwise) = rest.split_once("otherwise").unwrap();
    let sheet = Folder::new()
        .with("grade.yaml", table)
        .run("rules sheet grade.yaml")
        .expect(0)
        .out;
    assert!(
        sheet.starts_with("\u{feff}name,row,affected,endangers,grade\r\n"),
        "{sheet}"
    );
    let other = format!("{head}csv: grade.csv\notherwise{otherwise}");
    let folder = Folder::new().with("grade.yaml", &other).with("grade.csv", &sheet);
    assert_eq!(folder.run("rules sheet grade.yaml").expect(0).out, sheet);
    let done = folder.run_on("classify grade.yaml --cases -", br#"{"affected": 1200}"#);
    assert!(
        done.out.contains(r#""gave":{"grade":"grade_2"},"fired":["serious"]"#),
        "{}",
        done.out
    );
    let refused = crate::rules::folder().run("rules sheet kind.yaml").expect(2);
    assert!(refused.err.contains("these rules are no table"), "{}", refused.err);
}
