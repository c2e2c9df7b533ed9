//! `revisit`: the question that closes the loop. Every answer stands in exactly one line, which ends the case, reopens
//! it or asks again; reopening and asking again are counted.

use super::codes;
use super::cx::Cx;
use super::length;
use caseloop_expr::declare::quoted;
use caseloop_expr::{EnumType, Type};
use caseloop_syntax::codes::{MISSING_KEY, UNKNOWN_KEY};
use caseloop_syntax::{Diagnostic, Key, Node, Span, did_you_mean};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A revisit in plain parts.
pub(super) struct Revisit {
    pub(super) span: Span,
    /// The event that brings the answer.
    pub(super) event: Key,
    /// Its branches, in order.
    pub(super) branches: Node,
    /// What sets the counters of retries to 0 when the state is entered.
    pub(super) enter: Option<Node>,
    /// The counters, as fields of the case.
    pub(super) counters: Vec<(Key, Node)>,
    /// The promise that measures it.
    pub(super) promise: Node,
    /// The branches that go back to work, by their full names.
    pub(super) reopening: Vec<String>,
}

/// Keys of a revisit that are no line; all but the first belong to its promise.
const OWN: [&str; 9] = [
    "answer",
    "within",
    "by",
    "calendar",
    "late",
    "ladder",
    "warn",
    "owner",
    "paused_in",
];

/// One line: some answers and what follows.
struct Line<'n> {
    key: &'n Key,
    is: Vec<Arc<str>>,
    is_span: Span,
    way: Way<'n>,
    /// How often it may be taken, and what follows then.
    bound: Option<(&'n Node, &'n Node)>,
    /// `set` and `do`.
    acts: Vec<(Key, Node)>,
}

#[derive(Clone, Copy)]
enum Way<'n> {
    Go(&'n Node),
    Reopen(&'n Node),
    Retry,
}

/// Reads the revisit of a state.
pub(super) fn read(state: &Key, node: &Node, cx: &mut Cx<'_>) -> Option<Revisit> {
    let mut fields = node.fields("a revisit", cx.report)?;
    for key in OWN {
        fields.get(key);
    }
    let mut slips = Vec::new();
    let mut written = Vec::new();
    for (key, node) in fields.rest() {
        let meant = did_you_mean(&key.name, OWN).filter(|_| node.entry("is").is_none());
        if meant.is_none() && (node.as_map().is_some() || node.is_damaged()) {
            written.push((key, node));
        } else {
            refuse_key(key, cx);
            slips.push(meant);
        }
    }
    let answer = match fields.get("answer") {
        None if slips.contains(&Some("answer")) => return None,
        Some((_, answer)) => answer,
        None => fields.require("answer", cx.report)?,
    };
    let (event, answers) = read_answer(answer, cx)?;
    let known: BTreeSet<&str> = answers.constants.iter().map(|constant| &**constant).collect();
    let mut lines = Vec::new();
    for (key, node) in &written {
        lines.extend(read_line(key, node, &answers, &known, cx));
    }
    if !slips.is_empty() || lines.len() < written.len() {
        return None;
    }
    check_answers(&lines, &answers, answer, cx)?;
    let counters = Counters::of(state, &lines);
    check_sets(&lines, &counters, cx)?;
    Some(write(state, node, event, answer, &lines, &counters))
}

/// Reports a key that is neither one of a revisit nor a line.
fn refuse_key(key: &Key, cx: &mut Cx<'_>) {
    let message = format!("a revisit has no key `{}`", key.name);
    let finding = Diagnostic::error(&UNKNOWN_KEY, key.span, message).suggest(&key.name, OWN);
    let help = format!(
        "a revisit may have {}, and lines such as `satisfied: {{is: [satisfied], go: closed}}`",
        quoted(&OWN)
    );
    cx.report.push(finding.help(help));
}

/// `EVENT.FIELD`, a field with a closed list of answers.
fn read_answer(node: &Node, cx: &mut Cx<'_>) -> Option<(Arc<str>, Arc<EnumType>)> {
    let word = node.word("the field with the answer", cx.report)?;
    let malformed = |cx: &mut Cx<'_>, message: String, help: &str| {
        let finding = Diagnostic::error(&codes::MALFORMED_REVISIT, node.span, message);
        cx.report.push(finding.help(help.to_owned()));
        None
    };
    let Some((event, field)) = word.split_once('.') else {
        let message = format!("`{word}` names no field of an event");
        return malformed(
            cx,
            message,
            "write the event, a point and its field, as in `revisited.result`",
        );
    };
    let Some(declared) = cx.events.iter().find(|declared| *declared.name == *event) else {
        let known: Vec<Arc<str>> = cx.events.iter().map(|event| event.name.clone()).collect();
        let known = known.iter().map(|name| &**name);
        cx.unknown(&codes::UNKNOWN_EVENT, node.part(0..event.len()), "event", event, known);
        return None;
    };
    let record = declared.data.record.clone();
    let name = declared.name.clone();
    let Some((_, found)) = record.get(field) else {
        let known: Vec<&str> = record.fields().map(|field| &*field.name).collect();
        let place = node.part(event.len() + 1..word.len());
        cx.unknown(&codes::UNKNOWN_FIELD, place, "field", field, known.into_iter());
        return None;
    };
    match &found.ty {
        Type::Enum(answers) if !found.optional => Some((name, answers.clone())),
        _ => {
            let message = format!("`{word}` has no closed list of answers");
            malformed(
                cx,
                message,
                "declare the field with `one_of: [...]`, and not as `optional`",
            )
        }
    }
}

fn read_line<'n>(
    key: &'n Key,
    node: &'n Node,
    answers: &EnumType,
    known: &BTreeSet<&str>,
    cx: &mut Cx<'_>,
) -> Option<Line<'n>> {
    if !cx.check_name(&key.name, key.span) {
        return None;
    }
    let mut fields = node.fields("a line of a revisit", cx.report)?;
    let is = fields.require("is", cx.report);
    let ways = ["go", "reopen", "retry"].map(|name| fields.get(name));
    let bound = ["at_most", "then"].map(|name| fields.get(name));
    let acts = ["set", "classify", "assign", "do"].map(|name| fields.get(name));
    fields.finish(cx.report);
    let is = is?;
    let named = read_answers(key, is, answers, known, cx)?;
    if let [Some((_, set)), ..] = acts {
        set.fields("a set of fields", cx.report)?;
    }
    let wrong = |cx: &mut Cx<'_>, span: Span, message: String, help: &str| {
        let finding = Diagnostic::error(&codes::MALFORMED_REVISIT, span, message);
        cx.report.push(finding.help(help.to_owned()));
        None
    };
    let mut said = ways.iter().flatten();
    let Some((way_key, way)) = said.next() else {
        let message = format!("`{}` does not say what follows", key.name);
        return wrong(
            cx,
            key.span,
            message,
            "say `go: STATE`, `reopen: STATE` or `retry: true`",
        );
    };
    if let Some((second, _)) = said.next() {
        let message = format!("`{}` says both `{}` and `{}`", key.name, way_key.name, second.name);
        return wrong(cx, second.span, message, "keep one of them");
    }
    let way = match &*way_key.name {
        "go" => Way::Go(way),
        "reopen" => Way::Reopen(way),
        _ if way.flag("`retry`", cx.report)? => Way::Retry,
        _ => {
            return wrong(
                cx,
                way.span,
                "`retry` is `true` or is left out".to_owned(),
                "say `go:` or `reopen:` instead",
            );
        }
    };
    let bound = match (bound, way) {
        ([None, None], _) => None,
        ([Some((at_most, _)), _], Way::Go(_)) => {
            let message = "`at_most` is said of a line that ends the revisit".to_owned();
            return wrong(cx, at_most.span, message, "only `reopen` and `retry` are counted");
        }
        ([Some((_, at_most)), Some((_, then))], _) => {
            let number = length::number(at_most, cx)?;
            // A parameter may be set to 0: this centre goes the other way at once.
            let least = i64::from(at_most.text().is_some_and(|text| text.parse::<i64>().is_ok()));
            if number < least {
                let message = format!("`at_most` is {number}, where 1 or more is meant");
                return wrong(
                    cx,
                    at_most.span,
                    message,
                    "write `go:` with the state of `then` where that follows at once",
                );
            }
            Some((at_most, then))
        }
        ([Some((key, _)), None], _) => {
            let finding = Diagnostic::error(&MISSING_KEY, key.span, "`at_most` is said without `then`");
            cx.report
                .push(finding.help("add `then: STATE`: where the case goes the next time"));
            return None;
        }
        ([None, Some((key, _))], _) => {
            let finding = Diagnostic::error(&MISSING_KEY, key.span, "`then` is said without `at_most`");
            cx.report.push(finding.help("add `at_most:`, or drop `then:`"));
            return None;
        }
    };
    let acts = acts
        .iter()
        .flatten()
        .map(|(key, node)| ((*key).clone(), (*node).clone()));
    Some(Line {
        key,
        is: named,
        is_span: is.span,
        way,
        bound,
        acts: acts.collect(),
    })
}

/// The answers of a line.
fn read_answers(
    line: &Key,
    is: &Node,
    answers: &EnumType,
    known: &BTreeSet<&str>,
    cx: &mut Cx<'_>,
) -> Option<Vec<Arc<str>>> {
    let listed = is.list_or_one();
    if listed.is_empty() && !is.is_damaged() {
        let message = format!("`{}` names no answer", line.name);
        let finding = Diagnostic::error(&codes::EMPTY_LIST, is.span, message);
        cx.report
            .push(finding.help("list the answers that it is for, or drop the line"));
        return None;
    }
    let mut named: Vec<Arc<str>> = Vec::new();
    let mut seen = BTreeSet::new();
    for node in listed {
        let word = node.word("an answer", cx.report)?;
        if !known.contains(word) {
            let known = answers.constants.iter().map(|constant| &**constant);
            cx.unknown(&codes::UNKNOWN_FIELD, node.span, "answer", word, known);
            return None;
        }
        if !seen.insert(word) {
            let message = format!("`{word}` stands twice in this line");
            cx.error(&codes::MALFORMED_REVISIT, node.span, message);
            return None;
        }
        named.push(Arc::from(word));
    }
    Some(named)
}

/// Every answer stands in exactly one line.
fn check_answers(lines: &[Line<'_>], answers: &EnumType, at: &Node, cx: &mut Cx<'_>) -> Option<()> {
    let mut fits = true;
    let mut named: BTreeMap<&str, Span> = BTreeMap::new();
    for line in lines {
        for answer in &line.is {
            if let Some(first) = named.get(&**answer) {
                let message = format!("`{answer}` stands in two lines");
                let finding = Diagnostic::error(&codes::MALFORMED_REVISIT, line.is_span, message);
                cx.report.push(finding.also(*first, "it stands here first"));
                fits = false;
            } else {
                named.insert(answer, line.is_span);
            }
        }
    }
    let constants = answers.constants.iter().map(|constant| &**constant);
    let missing: Vec<&str> = constants.filter(|answer| !named.contains_key(answer)).collect();
    if !missing.is_empty() {
        let message = format!("no line says what follows on {}", quoted(&missing));
        let finding = Diagnostic::error(&codes::MALFORMED_REVISIT, at.span, message);
        cx.report
            .push(finding.help("name every answer in the `is:` of one line"));
        fits = false;
    }
    fits.then_some(())
}

/// The names of the counters: of the state, and of the line where several are counted alike.
struct Counters<'k> {
    state: &'k str,
    retried: usize,
    reopened: usize,
}

impl<'k> Counters<'k> {
    fn of(state: &'k Key, lines: &[Line<'_>]) -> Self {
        let bound = |retry: bool| {
            let bound = lines.iter().filter(|line| line.bound.is_some());
            bound.filter(|line| matches!(line.way, Way::Retry) == retry).count()
        };
        Self {
            state: &state.name,
            retried: bound(true),
            reopened: bound(false),
        }
    }

    fn name(&self, line: &Line<'_>) -> String {
        let (counted, others) = match line.way {
            Way::Retry => ("retried", self.retried),
            _ => ("reopened", self.reopened),
        };
        if others > 1 {
            format!("{}_{}_{counted}", self.state, line.key.name)
        } else {
            format!("{}_{counted}", self.state)
        }
    }
}

/// No line sets what counts it.
fn check_sets(lines: &[Line<'_>], counters: &Counters<'_>, cx: &mut Cx<'_>) -> Option<()> {
    let mut fits = true;
    for line in lines.iter().filter(|line| line.bound.is_some()) {
        let counter = counters.name(line);
        let set = line.acts.iter().find(|(key, _)| &*key.name == "set");
        let set = set.and_then(|(_, node)| node.as_map()).unwrap_or_default();
        if let Some((key, _)) = set.iter().find(|(key, _)| *key.name == *counter) {
            let message = format!("`{counter}` counts how often `{}` was taken", line.key.name);
            let finding = Diagnostic::error(&codes::MALFORMED_REVISIT, key.span, message);
            cx.report
                .push(finding.help("drop it: the revisit counts by itself, up to `at_most`"));
            fits = false;
        }
    }
    fits.then_some(())
}

fn write(
    state: &Key,
    node: &Node,
    event: Arc<str>,
    answer: &Node,
    lines: &[Line<'_>],
    names: &Counters<'_>,
) -> Revisit {
    let span = answer.span;
    let text = |text: &str| Node::made_text(span, text);
    let field = answer
        .text()
        .and_then(|word| word.split_once('.'))
        .map_or("", |(_, field)| field);
    let mut counters = Vec::new();
    let mut resets = Vec::new();
    let mut branches = Vec::new();
    for (position, line) in lines.iter().enumerate() {
        let counter = names.name(line);
        // The answers of the last line are all that are left.
        let asked = (position + 1 < lines.len()).then(|| among("event", field, &line.is, true));
        let mut first = vec![(
            Key::made(line.key.span, "name"),
            Node::made_text(line.key.span, &*line.key.name),
        )];
        let under = line.bound.map(|(at_most, _)| {
            let most = at_most.text().unwrap_or_default();
            (format!("{counter} < {most}"), at_most)
        });
        let condition = match (&asked, &under) {
            (Some(asked), Some((under, _))) => Some(format!("{asked} and {under}")),
            (asked, under) => asked.clone().or_else(|| under.as_ref().map(|(under, _)| under.clone())),
        };
        if let Some(condition) = condition {
            first.push((Key::made(line.is_span, "if"), Node::made_text(line.is_span, condition)));
        }
        let counts = under.map(|(_, at_most)| {
            let most = at_most.clone();
            let declared = vec![
                (Key::made(most.span, "type"), Node::made_text(most.span, "count")),
                (Key::made(most.span, "max"), most.clone()),
                (Key::made(most.span, "default"), Node::made_text(most.span, "0")),
            ];
            let key = Key::made(most.span, counter.as_str());
            counters.push((key.clone(), Node::made_map(most.span, declared)));
            if matches!(line.way, Way::Retry) {
                resets.push((key.clone(), Node::made_text(most.span, "0")));
            }
            (key, Node::made_text(most.span, format!("{counter} + 1")))
        });
        let own_set = line.acts.iter().find(|(key, _)| &*key.name == "set");
        let mut set: Vec<(Key, Node)> = counts.into_iter().collect();
        set.extend(
            own_set
                .and_then(|(_, node)| node.as_map())
                .unwrap_or_default()
                .iter()
                .cloned(),
        );
        if !set.is_empty() {
            first.push((Key::made(line.key.span, "set"), Node::made_map(line.key.span, set)));
        }
        first.extend(line.acts.iter().filter(|(key, _)| &*key.name != "set").cloned());
        match line.way {
            Way::Go(target) | Way::Reopen(target) => first.push((Key::made(target.span, "go"), target.clone())),
            // A retry that is not counted and does nothing else stays where it is, and says so.
            Way::Retry if line.bound.is_none() && line.acts.is_empty() => {
                first.push((Key::made(line.key.span, "stay"), Node::made_text(line.key.span, "true")));
            }
            Way::Retry => {}
        }
        branches.push(Node::made_map(line.key.span, first));
        if let Some((_, then)) = line.bound {
            let name = format!("{}_then", line.key.name);
            let mut second = vec![(Key::made(line.key.span, "name"), Node::made_text(line.key.span, name))];
            second.extend(asked.map(|asked| (Key::made(line.is_span, "if"), Node::made_text(line.is_span, asked))));
            second.push((Key::made(then.span, "go"), then.clone()));
            branches.push(Node::made_map(then.span, second));
        }
    }
    let again: Vec<Arc<str>> = lines
        .iter()
        .filter(|line| matches!(line.way, Way::Retry))
        .flat_map(|line| line.is.clone())
        .collect();
    let until = if again.is_empty() {
        event.to_string()
    } else {
        format!("{event} if {}", among("event", field, &again, false))
    };
    let mut promise: Vec<(Key, Node)> = node
        .as_map()
        .unwrap_or_default()
        .iter()
        .filter(|(key, _)| OWN.iter().skip(1).any(|own| **own == *key.name))
        .cloned()
        .collect();
    promise.insert(
        promise.len().min(1),
        (Key::made(span, "from"), text(&format!("entering {}", state.name))),
    );
    promise.insert(promise.len().min(2), (Key::made(span, "until"), text(&until)));
    // Who goes on without an answer has not been asked.
    promise.insert(
        promise.len().min(3),
        (Key::made(span, "cancel"), text(&format!("leaving {}", state.name))),
    );
    let enter = (!resets.is_empty()).then(|| {
        let set = vec![(Key::made(span, "set"), Node::made_map(span, resets))];
        Node::made_map(span, set)
    });
    Revisit {
        span,
        event: Key::made(span, event),
        branches: Node::made_list(span, branches),
        enter,
        counters,
        promise: Node::made_map(node.span, promise),
        reopening: lines
            .iter()
            .filter(|line| matches!(line.way, Way::Reopen(_)))
            .map(|line| format!("{}.{}", state.name, line.key.name))
            .collect(),
    }
}

/// `event.result == x`, `event.result in [x, y]`, or that it is none of them.
fn among(root: &str, field: &str, answers: &[Arc<str>], is: bool) -> String {
    match (answers, is) {
        ([one], true) => format!("{root}.{field} == {one}"),
        ([one], false) => format!("{root}.{field} != {one}"),
        (many, true) => format!("{root}.{field} in [{}]", many.join(", ")),
        (many, false) => format!("not ({root}.{field} in [{}])", many.join(", ")),
    }
}
