//! Ladders and revisits written out as what they stand for: timers of the workflow, branches, counters and promises.
//! The result is a file that a designer could have written; nothing after this knows the short forms.
//!
//! Every made part keeps the place of what it was made from, so findings show the author's own words.

use super::codes;
use super::cx::Cx;
use super::revisit::{self, Revisit};
use caseloop_syntax::codes::TOO_MANY_VALUES;
use caseloop_syntax::{Diagnostic, Key, Node, NodeValue, Span};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The most promises of a workflow, and the most rungs of a ladder: each rung is written out for each promise.
const MOST_PROMISES: usize = 1_000;
const MOST_RUNGS: usize = 32;

/// What a rung may say.
const RUNG: [&str; 14] = [
    "name",
    "after",
    "fresh_for",
    "if",
    "set",
    "classify",
    "assign",
    "do",
    "go",
    "resume",
    "stay",
    "reject",
    "depth",
    "reenter",
];

/// The file of a workflow in plain form. Roles, parameters and events have been read.
pub(super) fn lower(root: &Node, cx: &mut Cx<'_>) -> Node {
    let Some(entries) = root.as_map() else {
        return root.clone();
    };
    let mut ladders = read_ladders(root, cx);
    let mut made = Made::default();
    let mut plain: Vec<(Key, Node)> = Vec::new();
    for (key, node) in entries {
        match &*key.name {
            "ladders" => {}
            "states" => plain.push((key.clone(), lower_states(node, &mut made, cx))),
            _ => plain.push((key.clone(), node.clone())),
        }
    }
    for (key, section) in &mut plain {
        if &*key.name == "guarantees" {
            *section = lower_guarantees(section, &made.reopening, cx);
        }
    }
    add_to(&mut plain, "case", made.case, cx);
    add_to(&mut plain, "promises", made.promises, cx);
    let mut timers = Timers {
        made: Vec::new(),
        values: plain.iter().map(|(_, node)| values(node)).sum(),
        full: false,
    };
    for (key, section) in &mut plain {
        if &*key.name == "promises" && section.as_map().is_some() {
            *section = lower_promises(section, &mut ladders, &mut timers, cx);
        }
    }
    add_to(&mut plain, "timers", timers.made, cx);
    let unhung = ladders.into_values().filter(|ladder| !ladder.hung);
    cx.unhung.extend(
        unhung
            .flat_map(|ladder| ladder.rungs)
            .map(|rung| Node::made_map(rung.span, rung.rest)),
    );
    root.with_entries(plain)
}

/// The timers that ladders are written out as, and how many values the plain form holds with them.
struct Timers {
    made: Vec<(Key, Node)>,
    values: usize,
    /// Whether there was no room for all of them, which was told.
    full: bool,
}

/// The values in a tree, itself counted, as the reader of files counts them.
fn values(node: &Node) -> usize {
    let inside: usize = match &node.value {
        NodeValue::Null | NodeValue::Scalar(_) => 0,
        NodeValue::List(items) => items.iter().map(values).sum(),
        NodeValue::Map(entries) => entries.iter().map(|(_, node)| values(node)).sum(),
    };
    inside + 1
}

/// What revisits add elsewhere in the file.
#[derive(Default)]
pub(super) struct Made {
    pub(super) case: Vec<(Key, Node)>,
    pub(super) promises: Vec<(Key, Node)>,
    /// The branches of revisits that go back to work.
    reopening: Vec<String>,
    /// The states that were read: a second one of a name makes nothing.
    states: BTreeSet<Arc<str>>,
}

/// `reopened_at_most` names all branches of revisits that go back to work.
fn lower_guarantees(section: &Node, reopening: &[String], cx: &mut Cx<'_>) -> Node {
    let mut written_out = |guarantee: &Node| {
        let entries = guarantee.as_map().unwrap_or_default().iter().flat_map(|(key, node)| {
            if &*key.name != "reopened_at_most" {
                return vec![(key.clone(), node.clone())];
            }
            if reopening.is_empty() {
                let finding = Diagnostic::error(&codes::MALFORMED_GUARANTEE, key.span, "no revisit reopens anything");
                cx.report
                    .push(finding.help("name the branches that are counted: `{taken: STATE.BRANCH, at_most: 2}`"));
            }
            let branches = reopening.iter().map(|name| Node::made_text(key.span, name.as_str()));
            let branches = Node::made_list(key.span, branches.collect::<Vec<_>>());
            vec![
                (Key::made(key.span, "taken"), branches),
                (Key::made(key.span, "at_most"), node.clone()),
            ]
        });
        let entries = entries.collect::<Vec<_>>();
        guarantee.with_entries(entries)
    };
    let all = section.as_map().unwrap_or_default().iter();
    let all: Vec<_> = all.map(|(key, node)| (key.clone(), written_out(node))).collect();
    section.with_entries(all)
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
    let mut places: BTreeMap<Arc<str>, Span> = entries.iter().map(|(key, _)| (key.name.clone(), key.span)).collect();
    for (key, node) in more {
        match places.get(&key.name) {
            Some(known) => {
                let message = format!("this makes `{}` in `{section}`, which is there already", key.name);
                let finding = Diagnostic::error(&codes::DUPLICATE_NAME, key.span, message);
                cx.report.push(finding.also(*known, "the other is here"));
                cx.give_up(&key.name);
            }
            None => {
                places.insert(key.name.clone(), key.span);
                entries.push((key, node));
            }
        }
    }
    *node = if node.is_null() {
        Node::made_map(span, entries)
    } else {
        node.with_entries(entries)
    };
}

/// A ladder with the rungs that could be read.
struct Ladder {
    rungs: Vec<Rung>,
    /// Whether some promise names it.
    hung: bool,
}

struct Rung {
    name: Arc<str>,
    span: Span,
    /// Everything that a rung may say, but the name.
    rest: Vec<(Key, Node)>,
    /// The values in it as a timer.
    values: usize,
}

fn read_ladders(root: &Node, cx: &mut Cx<'_>) -> IndexMap<Arc<str>, Ladder> {
    let mut ladders = IndexMap::new();
    let Some(section) = root.entry("ladders").filter(|section| !section.is_null()) else {
        return ladders;
    };
    let Some(mut fields) = section.fields("a set of ladders", cx.report) else {
        return ladders;
    };
    for (key, node) in fields.rest() {
        if !cx.check_name(&key.name, key.span) {
            cx.give_up(&key.name);
            continue;
        }
        let rungs = read_rungs(key, node, cx);
        ladders.insert(key.name.clone(), Ladder { rungs, hung: false });
    }
    ladders
}

fn read_rungs(ladder: &Key, node: &Node, cx: &mut Cx<'_>) -> Vec<Rung> {
    let rungs = node.list_or_one();
    if rungs.is_empty() && !node.is_damaged() {
        let finding = Diagnostic::error(&codes::EMPTY_LIST, ladder.span, "the ladder has no rungs");
        cx.report
            .push(finding.help("list them, as in `- {name: supervisor, do: {notify: {role: supervisor}}}`"));
    }
    if rungs.len() > MOST_RUNGS {
        let message = format!(
            "the ladder `{}` has {} rungs, of at most {MOST_RUNGS}",
            ladder.name,
            rungs.len()
        );
        cx.error(&codes::TOO_LARGE, ladder.span, message);
    }
    let mut names = BTreeMap::new();
    let mut read = Vec::new();
    for node in rungs.iter().take(MOST_RUNGS) {
        let Some(rung) = read_rung(node, cx) else { continue };
        if let Some(first) = names.get(&rung.name) {
            let message = format!("two rungs of `{}` are called `{}`", ladder.name, rung.name);
            let finding = Diagnostic::error(&codes::DUPLICATE_NAME, rung.span, message);
            cx.report.push(finding.also(*first, "the other is here"));
        } else {
            names.insert(rung.name.clone(), rung.span);
            read.push(rung);
        }
    }
    read
}

fn read_rung(node: &Node, cx: &mut Cx<'_>) -> Option<Rung> {
    let mut fields = node.fields("a rung", cx.report)?;
    let name = fields.require("name", cx.report);
    for key in RUNG {
        fields.get(key);
    }
    fields.finish(cx.report);
    let name = name?;
    let span = name.span;
    let name = cx.name(name, "a rung")?;
    let rest = node.as_map().unwrap_or_default().iter();
    let rest = rest.filter(|(key, _)| &*key.name != "name" && RUNG.contains(&&*key.name));
    let rest: Vec<(Key, Node)> = rest.cloned().collect();
    let values = 2 + rest.iter().map(|(_, node)| values(node)).sum::<usize>();
    Some(Rung {
        name,
        span,
        rest,
        values,
    })
}

/// Takes `ladder` out of every promise and makes its rungs timers of the workflow, each counting from the one before.
fn lower_promises(
    section: &Node,
    ladders: &mut IndexMap<Arc<str>, Ladder>,
    timers: &mut Timers,
    cx: &mut Cx<'_>,
) -> Node {
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
        let Some(ladder) = ladders.get_mut(word) else {
            let known = ladders.keys().map(|name| &**name);
            cx.unknown(&codes::UNKNOWN_LADDER, named.span, "ladder", word, known);
            continue;
        };
        ladder.hung = true;
        timers.hang(key, named, &ladder.rungs, cx);
    }
    section.with_entries(promises)
}

impl Timers {
    /// Writes a ladder out for one promise.
    fn hang(&mut self, promise: &Key, ladder: &Node, rungs: &[Rung], cx: &mut Cx<'_>) {
        self.values += rungs.iter().map(|rung| rung.values).sum::<usize>();
        if self.full {
            return;
        }
        let most = cx.limits.syntax.nodes;
        if self.values > most {
            self.full = true;
            let message = format!("with this ladder written out, the workflow holds more than {most} values");
            let finding = Diagnostic::error(&TOO_MANY_VALUES, ladder.span, message);
            cx.report.push(
                finding.help("a ladder counts for each promise that names it: do less in it, or name it less often"),
            );
            return;
        }
        let mut from = format!("{}.breached", promise.name);
        for rung in rungs {
            let timer = format!("{}_{}", promise.name, rung.name);
            let mut entries = vec![(Key::made(rung.span, "from"), Node::made_text(rung.span, from))];
            entries.extend(rung.rest.iter().cloned());
            self.made
                .push((Key::made(rung.span, timer.as_str()), Node::made_map(rung.span, entries)));
            from = timer;
        }
    }
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
    let parts = node.as_map().unwrap_or_default();
    let Some((key, revisit)) = parts.iter().find(|(key, _)| &*key.name == "revisit").cloned() else {
        return node;
    };
    // That a final state has one is told where its other parts are.
    if node.entry("final").is_some() {
        cx.give_up(&state.name);
        return node;
    }
    let read = revisit::read(state, &revisit, cx);
    let inside = ["states", "regions"]
        .into_iter()
        .find(|part| node.entry(part).is_some());
    if let Some(part) = inside {
        let message = format!("`{}` has a `revisit` and `{part}`", state.name);
        let finding = Diagnostic::error(&codes::MALFORMED_REVISIT, key.span, message);
        cx.report.push(
            finding.help("its states could answer in its place: move `revisit` into one of them, or beside them"),
        );
    }
    let read = read.filter(|_| inside.is_none() && cx.check_name(&state.name, state.span));
    match read.filter(|_| made.states.insert(state.name.clone())) {
        Some(revisit) => write_out(state, &node, revisit, made, cx),
        None => {
            cx.give_up(&state.name);
            without_revisit(&node)
        }
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
    made.reopening.extend(revisit.reopening);
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
