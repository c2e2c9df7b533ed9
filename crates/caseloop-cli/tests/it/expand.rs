//! `caseloop expand`: the plain form, which says the same and is read alike by everyone.

use crate::Folder;
use crate::folder::{CALL, shared};
use caseloop::{CompileOptions, MapSources, compile_with};

const COMPLAINT: &str = include_str!("../../../../workflows/complaints/complaint-graded.yaml");

/// A definition without places and content hash, in which two equal workflows are equal texts.
fn shape(text: &str) -> String {
    let written = ("written/a.yaml".to_owned(), text.to_owned());
    let compiled = compile_with(
        &MapSources::from_iter(shared().into_iter().chain([written])),
        "written/a.yaml",
        &CompileOptions::default(),
    );
    let workflow = compiled.into_workflow().unwrap();
    let mut definition = workflow.definition().clone();
    definition.hash = [0; 32];
    let shown = format!("{definition:#?}");
    let mut kept = Vec::new();
    let mut inside: Option<usize> = None;
    for line in shown.lines() {
        let indent = line.len() - line.trim_start().len();
        match inside {
            Some(outer) if indent > outer => {}
            Some(_) => inside = None,
            None if line.trim_end().ends_with("Span {") => inside = Some(indent),
            None => kept.push(line),
        }
    }
    kept.join("\n")
}

#[test]
fn the_plain_form_compiles_to_an_equal_workflow() {
    let folder = Folder::new()
        .with("written/call.yaml", CALL)
        .with("written/complaint.yaml", COMPLAINT)
        .with_shared();
    for file in ["written/call.yaml", "written/complaint.yaml"] {
        let plain = folder.run(&format!("expand {file}")).expect(0).out;
        assert!(!plain.contains("revisit:") && !plain.contains("ladder"), "{plain}");
        assert_eq!(shape(&plain), shape(&folder.read(file)), "{file}");
        let again = Folder::new().with("written/plain.yaml", &plain).with_shared();
        assert_eq!(again.run("expand written/plain.yaml").expect(0).out, plain, "{file}");
    }
}

#[test]
fn a_revisit_is_written_out_as_the_guide_shows_it() {
    let folder = Folder::with_call().with(
        "loop.yaml",
        "workflow: a
version: 1
events: {solved: {}, revisited: {result: {one_of: [good, bad, nobody]}}}
effects: {say: {what: template}}
ladders: {up: [{name: chief, do: {say: {what: late}}}, {name: head, after: 12 h, do: {say: {what: later}}}]}
start: working
states:
  working: {when: {solved: {go: follow_up}}}
  follow_up:
    enter: {do: {say: {what: call}}}
    revisit:
      answer: revisited.result
      within: 24 h
      ladder: up
      good: {is: [good], go: closed}
      bad: {is: [bad], reopen: working, at_most: 2, then: desk}
      nobody: {is: [nobody], retry: true, at_most: 2, then: open}
  desk: {when: {solved: {go: follow_up}}}
  closed: {final: closed_loop}
  open: {final: open_loop}
",
    );
    insta::assert_snapshot!("expanded", folder.run("expand loop.yaml").expect(0).out);
}

#[test]
fn what_has_findings_is_not_expanded() {
    let folder = Folder::with_call().with(
        "broken.yaml",
        "workflow: a\nstart: nowhere\nstates: {here: {final: true}}\n",
    );
    let done = folder.run("expand broken.yaml").expect(1);
    assert_eq!(done.out, "");
    assert!(done.err.contains("unknown-state"), "{}", done.err);
    folder.run("expand missing.yaml").expect(2);
}

#[test]
fn texts_that_other_readers_take_for_something_else_are_quoted() {
    let title = |text: &str| {
        let folder = Folder::with_call().with(
            "a.yaml",
            format!("workflow: a\ntitle: {{en: {text}}}\nstart: here\nstates: {{here: {{final: true}}}}\n"),
        );
        let out = folder.run("expand a.yaml").expect(0).out;
        let line = out
            .lines()
            .find_map(|line| line.trim().strip_prefix("en: ").map(str::to_owned));
        line.unwrap()
    };
    for text in [
        "no",
        "Yes",
        "ON",
        "y",
        "~",
        "null",
        "10:00",
        "1:20:30.5",
        "1_000",
        "0x1f",
        "017",
        "1e3",
        "+1",
        ".5",
        "2025-11-18",
        "2025-11-18T16:30:00+08:00",
        "'24'",
        "\"<<\"",
        "'='",
        "\"true\"",
    ] {
        let quoted = title(text);
        assert!(quoted.starts_with(['\'', '"']), "{text} is written {quoted}");
    }
    for text in ["4 h", "75 %", "event.x == 1", "回访", "a note"] {
        assert_eq!(title(text), text);
    }
}

#[test]
fn texts_come_back_letter_by_letter() {
    let breaks = ["\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}"];
    let others = [
        "\t", "\u{feff}", "\u{a0}", "\u{7f}", "\\", "\"", "'", "\u{e000}", "\u{e001}", " ",
    ];
    let mut texts: Vec<String> = Vec::new();
    for part in breaks.iter().chain(&others) {
        texts.extend(["a<b", "a <b", "a< b", "<b", "a<", "a<<b", "10<00"].map(|text| text.replace('<', part)));
    }
    texts.push(format!("{}\u{2028}{}", "long ".repeat(60), "\"quoted\" \\ 投诉"));
    let entries: Vec<String> = texts
        .iter()
        .enumerate()
        .map(|(position, text)| {
            let escaped: String = text.chars().map(|c| format!("\\U{:08x}", u32::from(c))).collect();
            format!("  t{position}: \"{escaped}\"\n")
        })
        .collect();
    let source = format!(
        "workflow: a\ntitle:\n{}start: here\nstates: {{here: {{final: true}}}}\n",
        entries.concat()
    );
    let plain = Folder::with_call()
        .with("a.yaml", &source)
        .run("expand a.yaml")
        .expect(0)
        .out;
    let compiled = compile_with(
        &MapSources::from_iter([("a.yaml", plain.as_str())]),
        "a.yaml",
        &CompileOptions::default(),
    );
    let workflow = compiled.into_workflow().unwrap();
    for (position, text) in texts.iter().enumerate() {
        let read = workflow.definition().title.get(&format!("t{position}"));
        assert_eq!(read, Some(text.as_str()), "{text:?}");
    }
}

#[test]
fn an_empty_enter_is_filled_by_the_counter() {
    let folder = Folder::with_call().with(
        "a.yaml",
        "workflow: a
version: 1
events: {asked: {answer: {one_of: [good, nobody]}}}
start: asking
states:
  asking:
    enter:
    revisit:
      answer: asked.answer
      within: 1 h
      good: {is: good, go: over}
      nobody: {is: nobody, retry: true, at_most: 2, then: over}
  over: {final: true}
",
    );
    let plain = folder.run("expand a.yaml").expect(0).out;
    assert!(
        plain.contains("    enter:\n    - set:\n        asking_retried: 0\n"),
        "{plain}"
    );
}
