//! Files that are cut off or full of odd texts: nothing is lost silently, and nothing panics.

use caseloop::MapSources;
use caseloop_scenario::{Happening, read, run};

const NOTE: &str = "
workflow: note
version: 1
case: {about: {type: text, personal: none, optional: true}}
events: {said: {words: {type: text, personal: none}, list: {set_of: [a, b], optional: true}, at: {type: time, optional: true}}}
effects: {tell: {words: text}}
start: open
states: {open: {when: {said: {do: {tell: {words: event.words}}}}}}
";
const WHOLE: &str = "scenario: s
workflow: note
at: 2026-03-02T09:00 Asia/Shanghai
given: {about: \"text\"}
steps:
  - {start: {}, expect: {in: open, data: {about: text}}}
  - {wait: 1 h, event: {said: {words: hello, list: [a, b], at: 2026-03-02T09:30}}, expect: {did: [tell hello]}}
  - {at: 2026-03-02T11:00, expect: {did: [], ended: false}}
";

fn outcome(text: &str) -> Option<usize> {
    let read = read(
        &MapSources::from_iter([("note.yaml", NOTE), ("s.yaml", text)]),
        "s.yaml",
    );
    let Some(scenario) = read.scenario else {
        assert!(!read.diagnostics.is_empty(), "{text}");
        return None;
    };
    Some(run(&scenario, &read.workflow.unwrap()).failures.len())
}

#[test]
fn a_file_that_is_cut_off_is_read_or_complained_of() {
    assert_eq!(outcome(WHOLE), Some(0));
    for (end, _) in WHOLE.char_indices().skip(9) {
        outcome(&WHOLE[..end]);
    }
    // The same where a letter is missing, or stands there twice.
    for (at, letter) in WHOLE.char_indices().skip(9) {
        let (before, after) = (&WHOLE[..at], &WHOLE[at + letter.len_utf8()..]);
        outcome(&format!("{before}{after}"));
        outcome(&format!("{before}{letter}{letter}{after}"));
    }
}

/// Texts that YAML, or a reader of it, would take for something else come back as they are.
#[test]
fn a_scenario_is_written_as_it_is_read() {
    for odd in [
        "no",
        "12",
        "2026-03-02T09:00",
        "a: b",
        "a #b",
        "{a}",
        "[a, b]",
        "\"quoted\"",
        "back\\slash",
        "line\nbreak",
        " space ",
        "投诉,建议",
        "全角：，（）",
        "~",
        "null",
        "- a",
        "*a",
        "&a",
        "!a",
        "%",
        "@",
        "'",
        "tab\there",
        "\u{2028}",
        "🙂",
        "true",
    ] {
        let quoted = serde_json::to_string(odd).unwrap();
        let text = WHOLE
            .replace("hello", &quoted)
            .replace("\"text\"", &quoted)
            .replace("about: text", &format!("about: {quoted}"));
        let text = text.replace(&format!("tell {quoted}"), &format!("{{tell: {{words: {quoted}}}}}"));
        let sources = MapSources::from_iter([("note.yaml", NOTE), ("s.yaml", text.as_str())]);
        let first = read(&sources, "s.yaml");
        assert!(first.diagnostics.is_empty(), "{text} {:?}", first.diagnostics);
        let first = first.scenario.unwrap();
        let yaml = first.to_yaml();
        let again = read(
            &MapSources::from_iter([("note.yaml", NOTE), ("s.yaml", yaml.as_str())]),
            "s.yaml",
        );
        assert!(again.diagnostics.is_empty(), "{yaml} {:?}", again.diagnostics);
        let (again, workflow) = (again.scenario.unwrap(), again.workflow.unwrap());
        assert_eq!(again.to_yaml(), yaml);
        assert_eq!(again.given, first.given);
        let claims = |scenario: &caseloop_scenario::Scenario| {
            let all = scenario.steps.iter().flat_map(|step| &step.claims);
            all.map(|claim| claim.what.clone()).collect::<Vec<_>>()
        };
        assert_eq!(claims(&again), claims(&first));
        let said = again.steps.iter().find_map(|step| match &step.what {
            Happening::Event { data, .. } => Some(data[0].1.clone()),
            _ => None,
        });
        assert_eq!(said, Some(caseloop::Value::text(odd)));
        assert!(run(&again, &workflow).passed(), "{yaml}");
    }
}
