//! Calendars that ask for more than anybody has: named errors, and no hanging.

use crate::faults::reading;

fn codes(text: &str) -> Vec<&'static str> {
    let mut codes = reading(&[("a.yaml", text)]).codes;
    codes.dedup();
    codes
}

fn lines(head: &str, line: impl Fn(usize) -> String, count: usize) -> String {
    let lines: Vec<String> = (0..count).map(line).collect();
    format!("{head}\n{}\n", lines.join("\n"))
}

#[test]
fn more_days_than_are_worked_out_are_refused() {
    let list = |count| {
        (0..count)
            .map(|_| "1990-01-01..1990-12-31")
            .collect::<Vec<_>>()
            .join(", ")
    };
    let long = format!(
        "calendars: {{a: {{zone: UTC, weekly: 24x7, holidays: [{}]}}}}\n",
        list(20_000)
    );
    assert_eq!(codes(&long), ["too-many-days"]);
    // A list counts for each calendar that names it.
    let text = lines(
        "calendars:",
        |at| format!("  c{at}: {{zone: UTC, weekly: 24x7, lists: [l]}}"),
        3000,
    );
    let text = format!(
        "{text}lists: {{l: {{source: a, years: 1900..2099, off: [{}]}}}}\n",
        list(3000)
    );
    assert_eq!(codes(&text), ["too-many-days"]);
    let never = lines(
        "calendars:",
        |at| format!("  c{at}: {{zone: UTC, weekly: {{mon: [\"01:00-02:00\"]}}, breaks: {{mon: [\"01:00-02:00\"]}}}}"),
        9000,
    );
    assert!(codes(&never).contains(&"too-many-days"));
    let spans = (0..40_000).map(|at| {
        format!(
            "\"{:02}:{:02}:{:02}-{:02}:{:02}:{:02}\"",
            at / 3600,
            at / 60 % 60,
            at % 60,
            (at + 1) / 3600,
            (at + 1) / 60 % 60,
            (at + 1) % 60
        )
    });
    let spans: Vec<String> = spans.step_by(2).collect();
    let fine = format!(
        "calendars: {{a: {{zone: UTC, weekly: {{mon-sun: [{}]}}}}}}\n",
        spans.join(", ")
    );
    assert_eq!(codes(&fine), ["too-many-days"]);
}

#[test]
fn long_chains_and_large_circles_are_told_and_end() {
    let chain = |last: &str| lines("calendars:", |at| format!("  c{at}: {{or: [c{}]}}", at + 1), 4_000) + last;
    assert_eq!(
        codes(&chain("  c4000: {zone: UTC, weekly: 24x7}\n")),
        ["nested-calendars"]
    );
    assert_eq!(codes(&chain("  c4000: {or: [c0]}\n")), ["calendar-circle"]);
    assert_eq!(codes(&chain("  c4000: {zone: XX, weekly: 24x7}\n")), ["unknown-zone"]);
    assert_eq!(
        codes(&lines("calendars:", |at| format!("  c{at}: {{or: [d{at}]}}"), 4_000)),
        ["unknown-calendar"]
    );
    assert_eq!(
        codes(&lines(
            "calendars:",
            |at| format!("  c{at}: {{zone: Z{at}, weekly: 24x7}}"),
            20_000
        )),
        ["unknown-zone"]
    );
    let wide = lines(
        "calendars:",
        |at| format!("  c{at}: {{or: [{}]}}", vec![format!("c{}", at + 1); 8].join(", ")),
        16,
    );
    assert_eq!(
        codes(&format!("{wide}  c16: {{zone: UTC, weekly: 24x7}}\n")),
        ["too-many-days"]
    );
}
