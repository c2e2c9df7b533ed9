//! `caseloop graph`: everything of the chart is drawn, once, in texts that keep to the grammar of their format.
//!
//! When the snapshots were made, texts went through the real parsers, which are not needed here: those of the shipped
//! workflows and of `odd.yaml`, and those of 120 generated workflows with names that are keywords (`end`, `note`,
//! `subgraph`, …) and titles made of signs that either format gives a meaning. Mermaid 11.17 parsed them all; of the
//! generated ones it gave back every state with its parent, name and title, and the number of arrows; it rendered 69,
//! among them 60 generated. Graphviz 2.43.0 made an SVG of each without a warning. Labels of arrows were only looked at.

use crate::Folder;
use crate::folder::{CALL, shared};
use caseloop::layers::core::definition::{Delay, Go, Kind, Trigger};
use caseloop::{MapSources, Workflow, compile};
use std::collections::BTreeSet;

const HOTLINE: &str = include_str!("../../../../workflows/hotline/hotline-call.yaml");
const COMPLAINT: &str = include_str!("../../../../workflows/complaints/complaint-graded.yaml");
/// Regions, histories, names that are keywords, and titles full of signs.
const ODD: &str = include_str!("graph/odd.yaml");

const SHAPES: [(&str, &str); 4] = [
    ("call", CALL),
    ("hotline", HOTLINE),
    ("complaint", COMPLAINT),
    ("odd", ODD),
];

fn drawn(text: &str, arguments: &str) -> String {
    let folder = Folder::new().with("drawn/x.yaml", text).with_shared();
    let done = folder.run(&format!("graph drawn/x.yaml {arguments}")).expect(0);
    assert_eq!(done.err, "");
    done.out
}

fn compiled(text: &str) -> Workflow {
    let written = ("drawn/x.yaml".to_owned(), text.to_owned());
    let sources = MapSources::from_iter(shared().into_iter().chain([written]));
    compile(&sources, "drawn/x.yaml").unwrap()
}

/// The identifiers of all states but the root: `s_NAME`, for histories `h_NAME`.
fn ids(workflow: &Workflow) -> Vec<String> {
    let states = workflow.definition().states.iter();
    states
        .map(|state| match (state.parent, state.kind) {
            (None, _) => "anywhere".to_owned(),
            (_, Kind::History { .. }) => format!("h_{}", state.name.replace('.', "_")),
            _ => format!("s_{}", state.name),
        })
        .collect()
}

/// Where the branches with a target begin and end, sorted.
fn ways(workflow: &Workflow) -> Vec<(String, String)> {
    let ids = ids(workflow);
    let mut ways = Vec::new();
    for branch in &workflow.definition().branches {
        let promise = match branch.trigger {
            Trigger::Timer(timer) => match workflow.timer(timer).after {
                Delay::Promise(promise) => Some(format!("p_{}", workflow.promise(promise).name)),
                _ => None,
            },
            _ => None,
        };
        let Go::To(targets) = &branch.go else { continue };
        for target in targets {
            let from = promise.clone().unwrap_or_else(|| ids[branch.source.index()].clone());
            ways.push((from, ids[target.index()].clone()));
        }
    }
    ways.sort();
    ways
}

#[test]
fn mermaid_draws_every_state_and_every_branch_with_a_target() {
    for (name, text) in SHAPES {
        let workflow = compiled(text);
        for language in ["", "--language en", "--language zh"] {
            let drawn = drawn(text, language);
            let mut boxes = BTreeSet::new();
            let mut ways_drawn = Vec::new();
            for line in drawn.lines().map(str::trim).skip(4) {
                assert_eq!(line.matches('"').count() % 2, 0, "{name}: {line}");
                if let Some(rest) = line.strip_prefix("state ") {
                    let id = rest.rsplit_once("\" as ").unwrap().1.trim_end_matches(" {");
                    assert!(boxes.insert(id.to_owned()), "{name}: {id} twice");
                } else if let Some((from, to)) = line.split_once(" --> ") {
                    let (to, label) = to.split_once(" : ").unwrap_or((to, ""));
                    assert!(!label.contains([':', '"']), "{name}: {line}");
                    ways_drawn.push((from.to_owned(), to.to_owned()));
                }
            }
            for id in ids(&workflow).iter().skip(1) {
                assert!(boxes.contains(id), "{name}: {id}");
            }
            for (from, to) in &ways_drawn {
                for end in [from, to] {
                    assert!(end == "[*]" || boxes.contains(end), "{name}: {end}");
                }
            }
            ways_drawn.retain(|(from, to)| from != "[*]" && to != "[*]");
            ways_drawn.sort();
            assert_eq!(ways_drawn, ways(&workflow), "{name}");
            assert_eq!(drawn.matches('{').count(), drawn.matches('}').count(), "{name}");
        }
    }
}

#[test]
fn dot_draws_every_state_and_every_branch_with_a_target() {
    for (name, text) in SHAPES {
        let workflow = compiled(text);
        let ids = ids(&workflow);
        let drawn = drawn(text, "--format dot --language zh");
        let mut boxes = BTreeSet::new();
        let mut ways_drawn = Vec::new();
        for line in drawn.lines().map(str::trim) {
            assert!(quotes_are_balanced(line), "{name}: {line}");
            // Arrows of a composite state begin and end at the point at which it begins.
            let end = |text: &str| {
                let id = text.trim_matches('"');
                id.strip_prefix("start_").unwrap_or(id).to_owned()
            };
            if let Some((from, rest)) = line.split_once("\" -> \"") {
                let (to, attributes) = rest.split_once('"').unwrap();
                // What begins at such a point without a label is where the state begins.
                let begins = from.starts_with("\"start_") && !attributes.contains("label=");
                if !begins {
                    ways_drawn.push((end(from), end(to)));
                }
            } else if let Some(rest) = line.strip_prefix("subgraph \"cluster_") {
                assert!(
                    boxes.insert(rest.split('"').next().unwrap().to_owned()),
                    "{name}: {line}"
                );
            } else if line.starts_with('"') && !line.starts_with("\"start_") {
                assert!(
                    boxes.insert(line.split('"').nth(1).unwrap().to_owned()),
                    "{name}: {line}"
                );
            }
        }
        for id in ids.iter().skip(1) {
            assert!(boxes.contains(id), "{name}: {id}");
        }
        ways_drawn.sort();
        assert_eq!(ways_drawn, ways(&workflow), "{name}");
    }
}

fn quotes_are_balanced(line: &str) -> bool {
    let (mut inside, mut escaped) = (false, false);
    for letter in line.chars() {
        match letter {
            '\\' if inside && !escaped => {
                escaped = true;
                continue;
            }
            '"' if !escaped => inside = !inside,
            _ => {}
        }
        escaped = false;
    }
    !inside
}

#[test]
fn the_graded_complaint() {
    insta::assert_snapshot!("complaint_mermaid", drawn(COMPLAINT, "--language en"));
    insta::assert_snapshot!("complaint_dot", drawn(COMPLAINT, "--format dot"));
}

#[test]
fn odd_names_and_titles() {
    insta::assert_snapshot!("odd_mermaid", drawn(ODD, "--language en"));
    insta::assert_snapshot!("odd_dot", drawn(ODD, "--format dot --language en"));
}

#[test]
fn names_alone_stand_where_no_language_is_asked_for() {
    let drawn = drawn(COMPLAINT, "");
    assert!(
        drawn.contains("    state \"triage\" as s_triage\n") && !drawn.contains("Grading"),
        "{drawn}"
    );
    let drawn = self::drawn(COMPLAINT, "--language zh");
    assert!(
        drawn.contains("    state \"triage<br/>投诉分级\" as s_triage\n"),
        "{drawn}"
    );
}

#[test]
fn what_counts_and_leads_back_is_marked() {
    let drawn = drawn(COMPLAINT, "");
    let marked: Vec<&str> = drawn.lines().filter(|line| line.contains('↺')).collect();
    assert_eq!(marked.len(), 1, "{drawn}");
    assert!(marked[0].starts_with("    s_follow_up --> s_special : ↺ follow_up.dissatisfied#58; revisited<br/>"));
    let forward = "
workflow: forward
version: 1
case: {times: {type: count, max: 9, default: 0}}
events: {next: {}}
start: a
states:
  a: {when: {next: {if: times < 9, set: {times: times + 1}, go: b}}}
  b: {when: {next: {go: c}}}
  c: {final: true}
";
    assert!(!self::drawn(forward, "").contains('↺'));
    assert!(self::drawn(&forward.replace("go: c", "go: a"), "--format dot").contains("penwidth"));
}

#[test]
fn lengths_are_written_as_the_language_writes_them() {
    let folder = Folder::with_call();
    let done = folder.run_words(&["graph", "call.yaml", "--set", "patience=90 min"], b"");
    let drawn = done.expect(0).out;
    assert!(
        drawn.contains("    s_ringing --> s_missed : ringing.nobody#58; after 1 h 30 min<br/>/ notify\n"),
        "{drawn}"
    );
    assert!(
        drawn.contains("    s_talking : talking.nudge#58; after 1 h, every 1 h / notify\n"),
        "{drawn}"
    );
}

#[test]
fn how_it_ends() {
    let folder = Folder::with_call()
        .with("broken.yaml", "workflow: broken\nversion: 1\nstart: a\nstates: {}\n")
        .with("roles.yaml", "roles: [agent]");
    let done = folder.run("graph broken.yaml").expect(1);
    assert!(done.out.is_empty() && done.err.ends_with("error: broken.yaml: the workflow cannot run\n"));
    for (arguments, message) in [
        (
            "graph nothing.yaml",
            "error: nothing.yaml: there is no such file or folder\n",
        ),
        (
            "graph roles.yaml",
            "error: roles.yaml: there is no workflow in this file\n",
        ),
    ] {
        assert_eq!(folder.run(arguments).expect(2).err, message);
    }
    for arguments in ["graph", "graph call.yaml --format svg", "graph call.yaml --language fr"] {
        folder.run(arguments).expect(2);
    }
}
