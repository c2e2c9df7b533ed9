//! `promises`: limits and dates that are measured, what warns of them, and the timers that their breach starts.

use super::branch::{self, Ways};
use super::cx::{Cx, NO_EVENT, Sight};
use super::outline::Outline;
use super::{codes, length};
use crate::definition::{
    Branch, Data, Delay, EventDef, Kind, Mark, MarkDef, NewLevel, PromiseDef, RungDef, TimerDef, Trigger,
};
use crate::{EventId, PromiseId, StateId, TimerId};
use caseloop_expr::{Condition, FieldIndex, Formula, Type};
use caseloop_syntax::{Diagnostic, Key, Node, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most warnings, and the most rungs, of one promise.
pub(super) const MOST: usize = 32;

/// A promise by name, before anything of it is read.
#[derive(Clone)]
pub(super) struct Promised {
    pub(super) name: Arc<str>,
    pub(super) span: Span,
    node: Node,
    warned: EventId,
    breached: EventId,
}

/// Notes the promises of the workflow and lets the chart know the events by which they speak.
pub(super) fn declare(section: Option<&Node>, cx: &mut Cx<'_>) {
    let Some(section) = section.filter(|section| !section.is_null()) else {
        return;
    };
    let Some(mut fields) = section.fields("a set of promises", cx.report) else {
        return;
    };
    for (key, node) in fields.rest() {
        if !cx.check_name(&key.name, key.span) {
            cx.give_up(&key.name);
            continue;
        }
        let mut event = |what: &str| {
            cx.events.push(EventDef {
                name: format!("{}.{what}", key.name).into(),
                external: false,
                sent_by: Vec::new(),
                data: Data::default(),
                span: key.span,
            });
            EventId::at(cx.events.len() - 1)
        };
        let (warned, breached) = (event("warned"), event("breached"));
        cx.promises.push(Promised {
            name: key.name.clone(),
            span: key.span,
            node: node.clone(),
            warned,
            breached,
        });
    }
}

/// What reading promises adds to a workflow.
#[derive(Default)]
pub(super) struct Added {
    pub(super) promises: Vec<PromiseDef>,
    pub(super) timers: Vec<TimerDef>,
    /// The branches of these timers, each with the timer's position among them.
    pub(super) branches: Vec<(usize, Branch)>,
}

/// Reads all promises. `started` are the workflow's timers that say `from`; the workflow has `timers` others.
pub(super) fn read(outline: &Outline<'_>, started: &[(Key, Node)], timers: usize, cx: &mut Cx<'_>) -> Added {
    let mut reader = Reader {
        outline,
        timers,
        added: Added::default(),
        climbs: BTreeMap::new(),
        read: BTreeMap::new(),
    };
    let promised = cx.promises.clone();
    for (position, promised) in promised.iter().enumerate() {
        if let Some(promise) = reader.promise(PromiseId::at(position), promised, cx) {
            reader.read.insert(PromiseId::at(position), reader.added.promises.len());
            reader.added.promises.push(promise);
        }
    }
    for (key, node) in started {
        reader.rung(key, node, &promised, cx);
    }
    for promise in &mut reader.added.promises {
        promise.rungs.sort_by_key(|rung| rung.after);
    }
    reader.unhung(cx);
    reader.added
}

pub(super) struct Reader<'o, 'n> {
    outline: &'o Outline<'n>,
    timers: usize,
    added: Added,
    /// The timers that promises start, by name: of which promise, and how long after its breach.
    climbs: BTreeMap<Arc<str>, (PromiseId, i64)>,
    /// Where each promise stands among those that could be read.
    read: BTreeMap<PromiseId, usize>,
}

impl Reader<'_, '_> {
    fn promise(&mut self, id: PromiseId, promised: &Promised, cx: &mut Cx<'_>) -> Option<PromiseDef> {
        let node = &promised.node;
        let mut fields = node.fields("a promise", cx.report)?.owned_by(promised.span);
        let title = cx.title(&mut fields);
        let within_node = fields.get("within").map(|(_, node)| node);
        let within = within_node.map(|node| length::delay(node, NO_EVENT, cx));
        let by = fields.get("by").map(|(_, node)| node);
        if within.is_none() && by.is_none() {
            let message = format!("the promise `{}` has neither a limit nor a date", promised.name);
            let finding = Diagnostic::error(&codes::NO_LIMIT, promised.span, message);
            cx.report
                .push(finding.help("add `within: 24 h`, or `by:` with a field that holds a time"));
        }
        let from = fields.require("from", cx.report);
        let until = fields.require("until", cx.report);
        let told = by.map(|node| (node, within_node.is_some()));
        // Written out before; named here for those who misspell it.
        fields.get("ladder");
        let from = from.map(|node| self.marks(node, true, told, cx)).unwrap_or_default();
        let until = until.map(|node| self.marks(node, false, None, cx)).unwrap_or_default();
        let new_level = read_new_level(
            fields.get("new_level").map(|(_, node)| node),
            within.as_ref(),
            within_node,
            cx,
        );
        let paused = fields.get("paused_in").map(|(_, node)| node.list_or_one());
        let paused_in = paused
            .unwrap_or_default()
            .iter()
            .filter_map(|node| self.resting_place(node, cx))
            .collect();
        let owner = fields.get("owner").and_then(|(_, node)| cx.waits_for(node));
        let warnings = match fields.get("warn") {
            Some((_, node)) => self.warnings(id, promised, node.list_or_one(), cx),
            None => Vec::new(),
        };
        fields.finish(cx.report);
        Some(PromiseDef {
            name: promised.name.clone(),
            title,
            within: within.flatten(),
            new_level,
            from,
            until,
            paused_in,
            owner,
            warnings,
            rungs: Vec::new(),
            warned: promised.warned,
            breached: promised.breached,
            span: promised.span,
        })
    }

    /// One mark or a list of them. `told` is the date that opens with it, and whether there is a limit besides.
    fn marks(&self, node: &Node, opens: bool, told: Option<(&Node, bool)>, cx: &mut Cx<'_>) -> Vec<MarkDef> {
        let marks = node.list_or_one();
        if marks.is_empty() && !node.is_damaged() {
            let (message, help) = if opens {
                (
                    "nothing opens a measurement",
                    "write what opens it: `start`, an event, or `entering STATE`",
                )
            } else {
                (
                    "nothing ends a measurement",
                    "write what ends it: an event, `entering STATE` or `leaving STATE`",
                )
            };
            let finding = Diagnostic::error(&codes::EMPTY_LIST, node.span, message);
            cx.report.push(finding.help(help));
        }
        let marks = marks.iter();
        marks.filter_map(|node| self.mark(node, opens, told, cx)).collect()
    }

    /// `start`, `EVENT`, `entering STATE`, `leaving STATE`, or a time of the case; each perhaps with `if CONDITION`.
    fn mark(&self, node: &Node, opens: bool, told: Option<(&Node, bool)>, cx: &mut Cx<'_>) -> Option<MarkDef> {
        let text = node.word("something that happens", cx.report)?;
        let (happens, condition) = match text.find(" if ") {
            Some(at) => (text.get(..at).unwrap_or_default(), Some(at + 4)),
            None => (text, None),
        };
        let words: Vec<&str> = happens.split_whitespace().collect();
        let (first, words) = match words.as_slice() {
            ["first", rest @ ..] if !rest.is_empty() => (true, rest),
            all => (false, all),
        };
        let mut scope = NO_EVENT;
        let mut field = None;
        let on = match words {
            ["start"] if opens => Mark::Start,
            ["start"] => {
                let message = "a case begins before anything is measured, so `start` ends nothing";
                let finding = Diagnostic::error(&codes::MALFORMED_MARK, part_of(node, text, "start"), message);
                cx.report.push(
                    finding.help("write what ends the measurement: an event, `entering STATE` or `leaving STATE`"),
                );
                return None;
            }
            ["entering", state] => {
                let id = self.state_at(node, state, cx)?;
                if opens && self.ends_case(id) {
                    let message = format!("`{state}` ends the case, so nothing is measured from there");
                    return self.never(node, state, message, "write a state in which the case goes on", cx);
                }
                Mark::Entering(id)
            }
            ["leaving", state] => {
                let id = self.state_at(node, state, cx)?;
                if self.ends_case(id) {
                    let message = format!("`{state}` ends the case and is never left");
                    let help = format!("write `entering {state}`, or a state that is left");
                    return self.never(node, state, message, &help, cx);
                }
                Mark::Leaving(id)
            }
            [time] if opens && time.starts_with("case.") => {
                field = Some(*time);
                Mark::Start
            }
            [event] => {
                let known = cx.events.iter().position(|known| *known.name == **event);
                let Some(position) = known else {
                    let known: Vec<Arc<str>> = cx.events.iter().map(|event| event.name.clone()).collect();
                    let known = known.iter().map(|name| &**name);
                    let known: Vec<&str> = known.chain(opens.then_some("start")).collect();
                    let at = part_of(node, text, event);
                    cx.unknown(&codes::UNKNOWN_EVENT, at, "event", event, known.into_iter());
                    return None;
                };
                scope = position + 1;
                Mark::Event(EventId::at(position))
            }
            _ => {
                let message = format!("`{happens}` is nothing that can happen");
                let finding = Diagnostic::error(&codes::MALFORMED_MARK, node.span, message);
                cx.report.push(finding.help(
                    "write an event, `start`, `entering STATE` or `leaving STATE`; a condition follows after ` if `",
                ));
                return None;
            }
        };
        if first && !(opens && matches!(on, Mark::Entering(_))) {
            let (message, help) = if on == Mark::Start {
                ("a case begins once, so `first` adds nothing", "drop `first`")
            } else {
                let message = "`first` is said of something else than entering a state";
                (message, "it belongs to `from: first entering STATE`")
            };
            let finding = Diagnostic::error(&codes::MALFORMED_MARK, part_of(node, text, "first"), message);
            cx.report.push(finding.help(help));
        }
        let condition = match condition {
            Some(at) => Some(cx.condition_from(node, at, scope)?),
            None => None,
        };
        let since = match field {
            Some(field) => {
                let at = text.find(field).unwrap_or_default();
                let time = cx.time_at(field, node, at, condition.as_ref())?;
                let help = format!("write `{field} if has({field})`, or declare it without `optional: true`");
                cx.must_be_there(&time, node, &help);
                Some(time)
            }
            None => None,
        };
        let by = match told {
            Some((node, limited)) => {
                let formula = cx.formula(node, scope, Some(&Type::Instant), None, Sight::Judging)?;
                if !limited {
                    cx.must_be_there(&formula, node, "add `within:`, which counts where no date was told");
                }
                Some(formula)
            }
            None => None,
        };
        Some(MarkDef {
            on,
            first,
            condition,
            by,
            since,
        })
    }

    /// Reports a state that cannot stand where it is named.
    fn never<T>(&self, node: &Node, state: &str, message: String, help: &str, cx: &mut Cx<'_>) -> Option<T> {
        let at = part_of(node, node.text().unwrap_or_default(), state);
        let finding = Diagnostic::error(&codes::MALFORMED_MARK, at, message);
        cx.report.push(finding.help(help));
        None
    }

    /// Whether the case is over in a state: in a final one that stands in no other.
    fn ends_case(&self, id: StateId) -> bool {
        let draft = self.outline.drafts.get(id.index());
        draft.is_some_and(|draft| draft.kind == Kind::Final && draft.parent == Some(StateId::at(0)))
    }

    fn resting_place(&self, node: &Node, cx: &mut Cx<'_>) -> Option<StateId> {
        let id = self.state(node, cx)?;
        if self.ends_case(id) {
            let state = node.text().unwrap_or_default();
            let message = format!("`{state}` ends the case, so nothing rests there");
            return self.never(node, state, message, "write a state in which the case goes on", cx);
        }
        Some(id)
    }

    fn state(&self, node: &Node, cx: &mut Cx<'_>) -> Option<StateId> {
        let word = node.word("a state", cx.report)?;
        self.state_at(node, word, cx)
    }

    fn state_at(&self, node: &Node, word: &str, cx: &mut Cx<'_>) -> Option<StateId> {
        let found = self.outline.by_name.get(word).copied();
        if found.is_none() {
            let at = part_of(node, node.text().unwrap_or_default(), word);
            let known = self.outline.by_name.keys().map(|name| &**name);
            cx.unknown(&codes::UNKNOWN_STATE, at, "state", word, known);
        }
        found
    }

    /// Reads the rungs of ladders that no promise names as if one did, for their mistakes.
    fn unhung(&mut self, cx: &mut Cx<'_>) {
        let effects = cx.effects.len();
        for node in std::mem::take(&mut cx.unhung) {
            if let Some(after) = node.entry("after") {
                length::elapsed(after, cx);
            }
            branch::read_promised(&node, "a rung", &["after"], &self.ways(""), cx);
        }
        // Effects of the engine's own are declared where they are asked for.
        cx.effects.truncate(effects);
        cx.fills.truncate(effects);
    }

    /// A timer of the workflow that says `from`.
    fn rung(&mut self, key: &Key, node: &Node, promised: &[Promised], cx: &mut Cx<'_>) {
        if !cx.check_name(&key.name, key.span) {
            return;
        }
        let Some(from) = node.entry("from") else { return };
        let Some(word) = from.word("what starts the timer", cx.report) else {
            return;
        };
        let after = match node.entry("after") {
            Some(after) => match length::elapsed(after, cx) {
                Some(after) => after,
                None => return,
            },
            None => 0,
        };
        let breach = word
            .strip_suffix(".breached")
            .and_then(|name| promised.iter().position(|promised| *promised.name == *name));
        let before = self.climbs.get(word).copied();
        let (promise, after) = match (breach, before) {
            (Some(position), _) => (PromiseId::at(position), after),
            (None, Some((promise, before))) => (promise, before.saturating_add(after)),
            (None, None) if cx.is_given_up(word) => return,
            (None, None) => {
                let message = format!("nothing called `{word}` starts a timer");
                let finding = Diagnostic::error(&codes::UNKNOWN_PROMISE, from.span, message);
                cx.report.push(
                    finding.help("write a promise and `.breached`, or an earlier timer that is itself started so"),
                );
                return;
            }
        };
        // What counts from it finds it, also where it does nothing that can be read.
        self.climbs.insert(key.name.clone(), (promise, after));
        let ways = self.ways(&key.name);
        let Some(read) = branch::read_promised(node, "a timer", &["from", "after"], &ways, cx) else {
            return;
        };
        let timer = self.push(promise, key.name.clone(), key.span, read);
        let read = self.read.get(&promise).copied();
        let promise = read.and_then(|position| self.added.promises.get_mut(position));
        if let Some(promise) = promise {
            promise.rungs.push(RungDef { timer, after });
            if promise.rungs.len() == MOST + 1 {
                cx.error(
                    &codes::TOO_LARGE,
                    key.span,
                    format!("a promise has at most {MOST} rungs"),
                );
            }
        }
    }

    pub(super) fn ways<'w>(&'w self, name: &str) -> Ways<'w, 'w> {
        Ways {
            outline: self.outline,
            source: StateId::at(0),
            name: name.to_owned(),
            named: false,
            trigger: Trigger::Timer(TimerId::at(self.timers + self.added.timers.len())),
            scope: NO_EVENT,
        }
    }

    pub(super) fn push(
        &mut self,
        promise: PromiseId,
        name: Arc<str>,
        span: Span,
        read: (Branch, Option<i64>),
    ) -> TimerId {
        let position = self.added.timers.len();
        let (branch, fresh_for) = read;
        self.added.branches.push((position, branch));
        self.added.timers.push(TimerDef {
            name,
            state: StateId::at(0),
            after: Delay::Promise(promise),
            every: None,
            at_most: None,
            fresh_for,
            branches: Vec::new(),
            span,
        });
        TimerId::at(self.timers + position)
    }
}

/// What a change of level does; it must be said where the limit reads the level, and only there.
fn read_new_level(
    node: Option<&Node>,
    within: Option<&Option<Delay>>,
    within_node: Option<&Node>,
    cx: &mut Cx<'_>,
) -> Option<NewLevel> {
    let level = cx.case.record.get("level").map(|(index, _)| index);
    let reads = match within {
        // A limit that could not be read may read the level.
        Some(None) => return None,
        Some(Some(Delay::Data(formula))) => level.is_some_and(|level| reads_field(formula, level)),
        _ => false,
    };
    match (node, reads) {
        (None, false) => None,
        (None, true) => {
            let span = within_node.map(|node| node.span).unwrap_or_default();
            let message = "the limit depends on the level, which may change while it is measured";
            let finding = Diagnostic::error(&codes::NO_NEW_LEVEL, span, message);
            cx.report.push(finding.help(
                "add `new_level: restart` to measure anew under the new limit, or `new_level: keep_elapsed` to go on",
            ));
            None
        }
        (Some(node), false) => {
            let message = "`new_level` is said of a limit that does not depend on the level";
            let finding = Diagnostic::error(&codes::NO_NEW_LEVEL, node.span, message);
            cx.report
                .push(finding.help("drop it, or read the limit from the level, as in `within: level.limit`"));
            None
        }
        (Some(node), true) => match node.word("a way", cx.report)? {
            "restart" => Some(NewLevel::Restart),
            "keep_elapsed" => Some(NewLevel::KeepElapsed),
            other => {
                let known = ["restart", "keep_elapsed"].into_iter();
                cx.unknown(&codes::NO_NEW_LEVEL, node.span, "way to take a new level", other, known);
                None
            }
        },
    }
}

fn reads_field(formula: &Formula, field: FieldIndex) -> bool {
    let mut reads = false;
    formula.tree().walk(&mut |part| {
        if let caseloop_expr::Kind::Field { root, index, .. } = &part.kind {
            reads |= *root == caseloop_expr::Root::Case && *index == field;
        }
    });
    reads
}

/// Where a word stands in a scalar that holds it.
fn part_of(node: &Node, text: &str, word: &str) -> Span {
    match text.find(word) {
        Some(at) => node.part(at..at + word.len()),
        None => node.span,
    }
}

impl Cx<'_> {
    /// The condition that begins at a byte of a scalar.
    fn condition_from(&mut self, node: &Node, at: usize, scope: usize) -> Option<Condition> {
        let text = node.text()?.get(at..)?.to_owned();
        self.condition_at(&text, node, at, scope)
    }
}
