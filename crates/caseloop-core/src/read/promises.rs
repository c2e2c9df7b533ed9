//! `promises`: limits and dates that are measured, what warns of them, and the timers that their breach starts.

use super::branch::{self, Ways};
use super::cx::{Cx, NO_EVENT, Sight};
use super::outline::Outline;
use super::warnings::Warned;
use super::{codes, length, terms};
use crate::definition::{
    Branch, Choice, Data, Delay, EventDef, Kind, Late, MOST_ANEW, Mark, MarkDef, NewLevel, PromiseDef, Reopen, RungDef,
    TimerDef, Trigger, WarningAt,
};
use crate::{EventId, PromiseId, StateId, TimerId};
use caseloop_expr::{Condition, Length, Type};
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
        calendars: BTreeMap::new(),
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
    for (id, position) in &reader.read {
        let Some(promise) = reader.added.promises.get_mut(*position) else {
            continue;
        };
        promise.rungs.sort_by_key(|rung| match rung.after {
            Length::Elapsed(ms) | Length::WorkingTime(ms) => ms,
            _ => 0,
        });
        if !asks_calendar(promise) {
            promise.calendar = None;
            if let Some(span) = reader.calendars.get(id) {
                let message = format!("`{}` counts nothing in working time", promise.name);
                let finding = Diagnostic::error(&codes::UNKNOWN_CALENDAR, *span, message);
                cx.report
                    .push(finding.help("drop `calendar:`, or write working time, as in `within: 4 working hours`"));
            }
        }
    }
    reader.unhung(cx);
    reader.added
}

pub(super) struct Reader<'o, 'n> {
    outline: &'o Outline<'n>,
    timers: usize,
    added: Added,
    /// The timers that promises start, by name: of which promise, and how long after its breach.
    climbs: BTreeMap<Arc<str>, (PromiseId, Length)>,
    /// Where promises name a calendar of their own.
    calendars: BTreeMap<PromiseId, Span>,
    /// Where each promise stands among those that could be read.
    read: BTreeMap<PromiseId, usize>,
}

impl Reader<'_, '_> {
    fn promise(&mut self, id: PromiseId, promised: &Promised, cx: &mut Cx<'_>) -> Option<PromiseDef> {
        let node = &promised.node;
        let mut fields = node.fields("a promise", cx.report)?.owned_by(promised.span);
        let title = cx.title(&mut fields);
        let within_node = fields.get("within").map(|(_, node)| node);
        let within = within_node.map(|node| terms::limit(node, cx));
        let at_most = fields.get("at_most").map(|(_, node)| node);
        let counts = fields.get("counts").map(|(_, node)| node);
        let by = fields.get("by").map(|(_, node)| node);
        let limit = |cx: &mut Cx<'_>, message: String, help: &'static str| {
            let finding = Diagnostic::error(&codes::NO_LIMIT, promised.span, message);
            cx.report.push(finding.help(help));
        };
        match (within_node.or(by).is_some(), at_most, counts) {
            (true, None, None) => {}
            (false, Some(_), Some(_)) => {
                if let Some((key, _)) = fields.get("warn") {
                    let message = "nothing warns of what is counted";
                    let finding = Diagnostic::error(&codes::MALFORMED_WARNING, key.span, message);
                    cx.report
                        .push(finding.help("drop `warn:`, or answer the event that is counted"));
                }
            }
            (true, _, _) => limit(
                cx,
                format!("the promise `{}` is measured in time and by a number", promised.name),
                "make two promises: one with `within:` or `by:`, one with `at_most:` and `counts:`",
            ),
            (false, None, None) => limit(
                cx,
                format!("the promise `{}` has neither a limit nor a date", promised.name),
                "add `within: 24 h`, or `by:` with a field that holds a time",
            ),
            (false, _, _) => limit(
                cx,
                format!("the promise `{}` says one of `at_most` and `counts`", promised.name),
                "say both: how often something may happen, and what",
            ),
        }
        let from = fields.require("from", cx.report);
        let until = fields.require("until", cx.report);
        let told = by.map(|node| (node, within_node.is_some()));
        // Written out before; named here for those who misspell it.
        fields.get("ladder");
        let from = from.map(|node| self.marks(node, true, told, cx)).unwrap_or_default();
        let until = until.map(|node| self.marks(node, false, None, cx)).unwrap_or_default();
        let restart = fields.get("restart").map(|(_, node)| node);
        let restart = restart
            .map(|node| self.marks(node, false, told, cx))
            .unwrap_or_default();
        let cancel = fields.get("cancel").map(|(_, node)| self.marks(node, false, None, cx));
        let counts = counts.map(|node| self.marks(node, false, None, cx)).unwrap_or_default();
        let at_most = at_most.and_then(|node| node.whole_number(0..=i64::from(u32::MAX), "a number", cx.report));
        let (new_level, never_later) = terms::new_level(&mut fields, within.as_ref(), within_node, cx);
        let late = fields
            .get("late")
            .and_then(|(_, node)| read_late(node, cx))
            .unwrap_or_default();
        let reopen = fields
            .get("reopen")
            .and_then(|(_, node)| read_reopen(node, cx))
            .unwrap_or_default();
        let calendar = match fields.get("calendar") {
            Some((key, node)) => {
                self.calendars.insert(id, key.span);
                terms::calendar(node, cx)
            }
            None => cx.calendar.clone(),
        };
        if calendar.is_none()
            && !self.calendars.contains_key(&id)
            && let (Some(Some(limit)), Some(node)) = (&within, within_node)
            && terms::asks_calendar(limit)
        {
            length::needs_calendar(node.text().unwrap_or("the table"), node, cx);
        }
        let several = calendar.as_deref().map(Choice::several).unwrap_or_default();
        if new_level == Some(NewLevel::FromStart) && several.len() > MOST_ANEW {
            let message = format!(
                "the promise is measured anew from its start by one of {} calendars, of at most {MOST_ANEW}",
                several.len()
            );
            let finding = Diagnostic::error(&codes::TOO_LARGE, promised.span, message);
            cx.report
                .push(finding.help("say `new_level: keep_elapsed`, or let the field name fewer calendars"));
        }
        let paused = fields.get("paused_in").map(|(_, node)| node.list_or_one());
        let paused_in = paused
            .unwrap_or_default()
            .iter()
            .filter_map(|node| self.resting_place(node, cx))
            .collect();
        let owner = fields.get("owner").and_then(|(_, node)| cx.waits_for(node));
        let warnings = match fields.get("warn") {
            Some((_, node)) => {
                let of = Warned {
                    id,
                    promised,
                    limit: within.as_ref().and_then(Option::as_ref),
                    has_calendar: calendar.is_some(),
                };
                self.warnings(of, node.list_or_one(), cx)
            }
            None => Vec::new(),
        };
        fields.finish(cx.report);
        Some(PromiseDef {
            name: promised.name.clone(),
            title,
            within: within.flatten(),
            at_most: at_most.and_then(|most| u32::try_from(most).ok()),
            calendar,
            late,
            new_level,
            never_later,
            reopen,
            from,
            restart,
            until,
            cancel: cancel.unwrap_or_default(),
            counts,
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
                let given = condition.as_ref();
                let formula = cx.formula(node, scope, Some(&Type::Instant), given, Sight::Judging)?;
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
            span: node.span,
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
                length::amount(after, cx);
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
            Some(after) => match length::amount(after, cx) {
                Some(after) => after,
                None => return,
            },
            None => Length::Elapsed(0),
        };
        let breach = word
            .strip_suffix(".breached")
            .and_then(|name| promised.iter().position(|promised| *promised.name == *name));
        let before = self.climbs.get(word).copied();
        let (promise, after) = match (breach, before) {
            (Some(position), _) => (PromiseId::at(position), after),
            (None, Some((promise, before))) => match sum(before, after) {
                Some(after) => (promise, after),
                None => {
                    let span = node.entry("after").map_or(key.span, |node| node.span);
                    let message = format!("`{after}` after `{before}` cannot be added up");
                    let finding = Diagnostic::error(&codes::MALFORMED_LENGTH, span, message);
                    cx.report
                        .push(finding.help("count all rungs of a ladder in elapsed time, or all in working time"));
                    return;
                }
            },
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
            if let (Length::WorkingTime(_), None, Some(node)) = (after, &promise.calendar, node.entry("after")) {
                length::needs_calendar(after, node, cx);
            }
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

/// Whether anything of a promise is counted by a calendar.
fn asks_calendar(promise: &PromiseDef) -> bool {
    let working = |length: &Length| length.elapsed().is_none();
    let warned = promise.warnings.iter().any(|warning| match &warning.at {
        WarningAt::Before(length) => working(length),
        WarningAt::Percent(_) => false,
    });
    warned
        || promise.within.as_ref().is_some_and(terms::asks_calendar)
        || promise.rungs.iter().any(|rung| working(&rung.after))
}

/// Two amounts of one kind together; an amount of nothing goes with any.
fn sum(before: Length, after: Length) -> Option<Length> {
    match (before, after) {
        (Length::Elapsed(0), length) | (length, Length::Elapsed(0)) => Some(length),
        (Length::Elapsed(before), Length::Elapsed(after)) => Some(Length::Elapsed(before.saturating_add(after))),
        (Length::WorkingTime(before), Length::WorkingTime(after)) => {
            Some(Length::WorkingTime(before.saturating_add(after)))
        }
        _ => None,
    }
}

fn read_late(node: &Node, cx: &mut Cx<'_>) -> Option<Late> {
    match node.word("a way", cx.report)? {
        "at_deadline" => Some(Late::AtDeadline),
        "next_opening" => Some(Late::NextOpening),
        other => {
            let known = ["at_deadline", "next_opening"].into_iter();
            cx.unknown(&codes::MALFORMED_LIMIT, node.span, "way to be late", other, known);
            None
        }
    }
}

fn read_reopen(node: &Node, cx: &mut Cx<'_>) -> Option<Reopen> {
    match node.word("a way", cx.report)? {
        "restart" => Some(Reopen::Restart),
        "resume" => Some(Reopen::Resume),
        "continue" => Some(Reopen::Continue),
        "ignore" => Some(Reopen::Ignore),
        other => {
            let known = ["restart", "resume", "continue", "ignore"].into_iter();
            cx.unknown(&codes::MALFORMED_LIMIT, node.span, "way to begin again", other, known);
            None
        }
    }
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
