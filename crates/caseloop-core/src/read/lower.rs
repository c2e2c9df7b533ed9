//! Ladders and revisits written out as what they stand for: timers of the workflow, branches, counters and promises.
//! The result is a file that a designer could have written; nothing after this knows the short forms.
//!
//! Every made part keeps the place of what it was made from, so findings show the author's own words.

use super::codes;
use super::cx::Cx;
use super::revisit::{self, Revisit};
use caseloop_syntax::{Diagnostic, Key, Node, Span};
use std::sync::Arc;

/// The most promises of a workflow, and the most rungs of a ladder: each rung is written out for each promise.
const MOST_PROMISES: usize = 1_000;
const MOST_RUNGS: usize = 32;

/// The file of a workflow in plain form. Roles, parameters and events have been read.
pub(super) fn lower(root: &Node, cx: &mut Cx<'_>) -> Node {
    let Some(entries) = root.as_map() else {
        return root.clone();
    };
    let ladders = read_ladders(root, cx);
    let mut made = Made::default();
    let mut plain: Vec<(Key, Node)> = Vec::new();
    for (key, node) in entries {
        match &*key.name {
            "ladders" => {}
            "states" => plain.push((key.clone(), lower_states(node, &mut made, cx))),
            _ => plain.push((key.clone(), node.clone())),
        }
    }
    add_to(&mut plain, "case", made.case, cx);
    add_to(&mut plain, "promises", made.promises, cx);
    let mut timers = Vec::new();
    for (key, section) in &mut plain {
        if &*key.name == "promises" && section.as_map().is_some() {
            *section = lower_promises(section, &ladders, &mut timers, cx);
        }
    }
    add_to(&mut plain, "timers", timers, cx);
    root.with_entries(plain)
}

/// What revisits add elsewhere in the file.
#[derive(Default)]
pub(super) struct Made {
    pub(super) case: Vec<(Key, Node)>,
    pub(super) promises: Vec<(Key, Node)>,
}

/// Adds entries to a section of the workflow, which is made before `start` where it is not there.
fn add_to(plain: &mut Vec<(Key, Node)>, section: &'static str, more: Vec<(Key, Node)>, cx: &mut Cx<'_>) {
    let Some((first, _)) = more.first() else { return };
    let span = first.span;
    let known = plain.iter_mut().find(|(key, _)| &*key.name == section);
    let Some((_, node)) = known else {
        let before = plain
            .iter()
            .position(|(key, _)| &*key.name == "start")
            .unwrap_or(plain.len());
        plain.insert(before, (Key::made(span, section), Node::made_map(span, more)));
        return;
    };
    let mut entries = node.as_map().unwrap_or_default().to_vec();
    for (key, node) in more {
        match entries.iter().find(|(known, _)| known.name == key.name) {
            Some((known, _)) => {
                let message = format!("this makes `{}` in `{section}`, which is there already", key.name);
                let finding = Diagnostic::error(&codes::DUPLICATE_NAME, key.span, message);
                cx.report.push(finding.also(known.span, "the other is here"));
                cx.give_up(&key.name);
            }
            None => entries.push((key, node)),
        }
    }
    *node = if node.is_null() {
        Node::made_map(span, entries)
    } else {
        node.with_entries(entries)
    };
}

/// A ladder by name, with the rungs that could be read.
struct Ladder {
    name: Arc<str>,
    rungs: Vec<Rung>,
}

struct Rung {
    name: Arc<str>,
    span: Span,
    /// Everything but the name.
    rest: Vec<(Key, Node)>,
}

fn read_ladders(root: &Node, cx: &mut Cx<'_>) -> Vec<Ladder> {
    let Some(section) = root.entry("ladders").filter(|section| !section.is_null()) else {
        return Vec::new();
    };
    let Some(mut fields) = section.fields("a set of ladders", cx.report) else {
        return Vec::new();
    };
    let mut ladders = Vec::new();
    for (key, node) in fields.rest() {
        if !cx.check_name(&key.name, key.span) {
            cx.give_up(&key.name);
            continue;
        }
        let rungs = node.list_or_one();
        if rungs.len() > MOST_RUNGS {
            let message = format!(
                "the ladder `{}` has {} rungs, of at most {MOST_RUNGS}",
                key.name,
                rungs.len()
            );
            cx.error(&codes::TOO_LARGE, key.span, message);
        }
        let rungs = rungs
            .iter()
            .take(MOST_RUNGS)
            .filter_map(|node| read_rung(node, cx))
            .collect();
        let name = key.name.clone();
        ladders.push(Ladder { name, rungs });
    }
    ladders
}

fn read_rung(node: &Node, cx: &mut Cx<'_>) -> Option<Rung> {
    let mut fields = node.fields("a rung", cx.report)?;
    let name = fields.require("name", cx.report)?;
    let span = name.span;
    let name = cx.name(name, "a rung")?;
    let rest = node.as_map().unwrap_or_default().iter();
    let rest = rest.filter(|(key, _)| &*key.name != "name").cloned().collect();
    Some(Rung { name, span, rest })
}

/// Takes `ladder` out of every promise and makes its rungs timers of the workflow, each counting from the one before.
fn lower_promises(section: &Node, ladders: &[Ladder], timers: &mut Vec<(Key, Node)>, cx: &mut Cx<'_>) -> Node {
    let mut promises = Vec::new();
    let all = section.as_map().unwrap_or_default();
    if let Some((key, _)) = all.get(MOST_PROMISES) {
        let message = format!("the workflow makes {} promises, of at most {MOST_PROMISES}", all.len());
        cx.error(&codes::TOO_LARGE, key.span, message);
    }
    for (key, node) in all.iter().take(MOST_PROMISES) {
        let Some(named) = node.entry("ladder") else {
            promises.push((key.clone(), node.clone()));
            continue;
        };
        let entries = node.as_map().unwrap_or_default().iter();
        let rest: Vec<(Key, Node)> = entries.filter(|(key, _)| &*key.name != "ladder").cloned().collect();
        promises.push((key.clone(), node.with_entries(rest)));
        let Some(word) = named.word("a ladder", cx.report) else {
            continue;
        };
        let Some(ladder) = ladders.iter().find(|ladder| *ladder.name == *word) else {
            let known = ladders.iter().map(|ladder| &*ladder.name);
            cx.unknown(&codes::UNKNOWN_LADDER, named.span, "ladder", word, known);
            continue;
        };
        let mut from = format!("{}.breached", key.name);
        for rung in &ladder.rungs {
            let timer = format!("{}_{}", key.name, rung.name);
            let mut entries = vec![(Key::made(rung.span, "from"), Node::made_text(rung.span, from))];
            entries.extend(rung.rest.iter().cloned());
            timers.push((Key::made(rung.span, timer.as_str()), Node::made_map(rung.span, entries)));
            from = timer;
        }
    }
    section.with_entries(promises)
}

/// Writes out the revisits of all states in here and below.
fn lower_states(section: &Node, made: &mut Made, cx: &mut Cx<'_>) -> Node {
    let entries = section.as_map().unwrap_or_default().iter();
    let states = entries.map(|(key, node)| (key.clone(), lower_state(key, node, made, cx)));
    let states: Vec<_> = states.collect();
    section.with_entries(states)
}

fn lower_state(state: &Key, node: &Node, made: &mut Made, cx: &mut Cx<'_>) -> Node {
    let entries = node.as_map().unwrap_or_default().iter().map(|(key, inner)| {
        let inner = match &*key.name {
            "states" | "regions" => lower_states(inner, made, cx),
            _ => inner.clone(),
        };
        (key.clone(), inner)
    });
    let entries: Vec<_> = entries.collect();
    let node = node.with_entries(entries);
    match node.entry("revisit").cloned() {
        None => node,
        Some(revisit) => match revisit::read(state, &revisit, cx) {
            Some(revisit) => write_out(state, &node, revisit, made, cx),
            None => {
                cx.give_up(&state.name);
                without_revisit(&node)
            }
        },
    }
}

fn without_revisit(node: &Node) -> Node {
    let entries = node.as_map().unwrap_or_default().iter();
    let rest: Vec<_> = entries.filter(|(key, _)| &*key.name != "revisit").cloned().collect();
    node.with_entries(rest)
}

/// The state with the branches of its revisit.
fn write_out(state: &Key, node: &Node, revisit: Revisit, made: &mut Made, cx: &mut Cx<'_>) -> Node {
    let span = revisit.span;
    made.case.extend(revisit.counters);
    made.promises
        .extend([(Key::made(span, state.name.clone()), revisit.promise)]);
    let mut entries = Vec::new();
    let mut written = false;
    for (key, part) in without_revisit(node).as_map().unwrap_or_default() {
        let part = match &*key.name {
            "enter" => match &revisit.enter {
                Some(reset) => {
                    let parts: Vec<Node> = [reset.clone()]
                        .into_iter()
                        .chain(part.list_or_one().iter().cloned())
                        .collect();
                    Node::made_list(part.span, parts)
                }
                None => part.clone(),
            },
            "when" => {
                written = true;
                let mut answers = part.as_map().unwrap_or_default().to_vec();
                if let Some((twice, _)) = answers.iter().find(|(key, _)| key.name == revisit.event.name) {
                    let message = format!("`{}` is answered here, and by the revisit", twice.name);
                    let finding = Diagnostic::error(&codes::DUPLICATE_NAME, twice.span, message);
                    cx.report.push(finding.also(revisit.event.span, "the revisit is here"));
                } else {
                    answers.push((revisit.event.clone(), revisit.branches.clone()));
                }
                part.with_entries(answers)
            }
            _ => part.clone(),
        };
        entries.push((key.clone(), part));
    }
    if let Some(reset) = revisit.enter.filter(|_| node.entry("enter").is_none()) {
        entries.push((Key::made(span, "enter"), reset));
    }
    if !written {
        let answers = vec![(revisit.event, revisit.branches)];
        entries.push((Key::made(span, "when"), Node::made_map(span, answers)));
    }
    node.with_entries(entries)
}
