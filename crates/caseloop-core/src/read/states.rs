//! What happens in the states: entering and leaving, branches, timers, who is waited for.

use super::branch::{self, Ways};
use super::cx::{Cx, NO_EVENT, without_hidden};
use super::outline::{Draft, Outline};
use super::{actions, codes, guarantees, priority, promises, structure};
use crate::definition::{
    Branch, Definition, EventDef, Kind, PromiseDef, Start, StateDef, TimerDef, Title, Trigger, WaitsFor,
};
use crate::{BranchId, EventId, StateId, TimerId};
use caseloop_expr::declare::quoted;
use caseloop_expr::{RecordType, Scope};
use caseloop_syntax::{Diagnostic, Key, Node, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Reads all that the outline left for later. `None` where ids could not be given out.
pub(super) fn read(
    outline: Outline<'_>,
    priority: Option<&Node>,
    guarantees: Option<&Node>,
    mut cx: Cx<'_>,
) -> Option<Definition> {
    make_scopes(&outline, &mut cx);
    let events = cx.events.iter().enumerate();
    let mut reader = Reader {
        outline: &outline,
        events: events.map(|(position, event)| (event.name.clone(), position)).collect(),
        states: Vec::new(),
        branches: Vec::new(),
        names: BTreeMap::new(),
        timers: Vec::new(),
        started: Vec::new(),
        promises: Vec::new(),
        unsure: outline.unsure.clone(),
        cx,
    };
    for draft in &outline.drafts {
        let state = reader.skeleton(draft);
        reader.states.push(state);
    }
    for position in 0..outline.drafts.len() {
        reader.fill(StateId::at(position));
    }
    reader.promises();
    let Reader {
        states,
        branches,
        timers,
        promises,
        unsure,
        mut cx,
        ..
    } = reader;
    let priority = priority.and_then(|node| priority::read(node, &mut cx));
    let roles = cx.roles.constants.clone();
    let events = std::mem::take(&mut cx.events);
    let mut definition = Definition {
        name: "".into(),
        version: 1,
        title: Title::default(),
        hash: [0; 32],
        roles,
        case: std::mem::take(&mut cx.case),
        events,
        effects: std::mem::take(&mut cx.effects),
        states,
        branches,
        timers,
        promises,
        calendars: cx.calendars.clone(),
        rules: std::mem::take(&mut cx.rules),
        priority,
        guarantees: Vec::new(),
        parameters: Vec::new(),
    };
    if let Some(node) = guarantees {
        definition.guarantees = guarantees::read(node, &definition, &mut cx);
    }
    structure::check(&definition, &unsure, cx.report);
    Some(definition)
}

/// Sets what conditions may name, whatever the event.
fn make_scopes(outline: &Outline<'_>, cx: &mut Cx<'_>) {
    let states = outline.by_name.iter().map(|(name, id)| (name.clone(), id.0)).collect();
    let promises = cx.promises.iter().enumerate();
    let promises = promises.map(|(position, promised)| (promised.name.clone(), position as u16));
    cx.judging = Scope {
        case: cx.case.record.clone(),
        params: std::mem::take(&mut cx.judging.params),
        states,
        promises: promises.collect(),
        ..Scope::default()
    };
    cx.moving = Scope {
        case: without_hidden(&cx.case.record),
        ..cx.judging.clone()
    };
}

struct Reader<'o, 'n, 'r> {
    outline: &'o Outline<'n>,
    /// The declared events by name.
    events: BTreeMap<Arc<str>, usize>,
    states: Vec<StateDef>,
    branches: Vec<Branch>,
    /// Where each branch's name was used first.
    names: BTreeMap<Arc<str>, Span>,
    timers: Vec<TimerDef>,
    /// The timers that promises start, read last.
    started: Vec<(Key, Node)>,
    promises: Vec<PromiseDef>,
    /// The states in which something could not be read, by position.
    unsure: Vec<bool>,
    cx: Cx<'r>,
}

impl Reader<'_, '_, '_> {
    /// The state with what the outline knows, and its start.
    fn skeleton(&mut self, draft: &Draft<'_>) -> StateDef {
        StateDef {
            name: draft.name.clone(),
            title: draft.title.clone(),
            parent: draft.parent,
            kind: draft.kind,
            start: Start {
                targets: self.start(draft),
                actions: Vec::new(),
            },
            enter: Vec::new(),
            leave: Vec::new(),
            branches: Vec::new(),
            timers: Vec::new(),
            done: None,
            waits_for: Vec::new(),
            ending: draft.ending.clone(),
            span: draft.span,
        }
    }

    fn start(&mut self, draft: &Draft<'_>) -> Vec<StateId> {
        // A history that remembers nothing leads where its state starts.
        let around = draft.parent.and_then(|parent| self.outline.drafts.get(parent.index()));
        match (draft.kind, around) {
            (Kind::History { .. }, Some(state)) if state.kind == Kind::Parallel => {
                let regions = self.outline.children.get(draft.parent.unwrap_or_default().index());
                regions.cloned().unwrap_or_default()
            }
            (Kind::History { .. }, Some(state)) => {
                let named = state.start.and_then(|node| node.text());
                named
                    .and_then(|name| self.outline.by_name.get(name))
                    .copied()
                    .into_iter()
                    .collect()
            }
            (Kind::Compound, _) => self.compound_start(draft).into_iter().collect(),
            _ => {
                if let Some(node) = draft.start {
                    let message = format!("`{}` has no `states` of which one could be the start", draft.name);
                    self.cx.error(&codes::START_OUTSIDE, node.span, message);
                }
                Vec::new()
            }
        }
    }

    fn compound_start(&mut self, draft: &Draft<'_>) -> Option<StateId> {
        let own = if draft.parent.is_none() {
            Some(StateId::at(0))
        } else {
            self.outline.by_name.get(&draft.name).copied()
        };
        let outline = self.outline;
        let ids = outline.children.get(own.unwrap_or_default().index());
        let children = || {
            let ids = ids.into_iter().flatten();
            ids.filter_map(|id| outline.drafts.get(id.index()).map(|draft| &*draft.name))
        };
        // That there are no states, or none that could be read, has been told.
        children().next()?;
        let Some(node) = draft.start else {
            let what = if draft.parent.is_none() {
                "the workflow".into()
            } else {
                format!("`{}`", draft.name)
            };
            let mut finding = Diagnostic::error(
                &codes::NO_START,
                draft.span,
                format!("{what} does not say where it starts"),
            );
            if let Some(first) = children().next() {
                finding = finding.help(format!("add `start: {first}`, or another of its states"));
            }
            self.cx.report.push(finding);
            return None;
        };
        let word = node.word("a state", self.cx.report)?;
        let found = self.outline.by_name.get(word).copied();
        match found {
            Some(id) if self.parent(id) == own => Some(id),
            Some(_) => {
                let finding = Diagnostic::error(
                    &codes::START_OUTSIDE,
                    node.span,
                    format!("`{word}` is not one of the states that stand directly in here"),
                );
                let children: Vec<&str> = children().take(12).collect();
                self.cx
                    .report
                    .push(finding.help(format!("states in here: {}", quoted(&children))));
                None
            }
            None => {
                let children: Vec<&str> = children().collect();
                let known = children.iter().copied();
                self.cx.unknown(&codes::UNKNOWN_STATE, node.span, "state", word, known);
                None
            }
        }
    }

    fn parent(&self, id: StateId) -> Option<StateId> {
        self.outline.drafts.get(id.index()).and_then(|draft| draft.parent)
    }

    /// Reads what happens in a state into its skeleton.
    fn fill(&mut self, id: StateId) {
        let outline = self.outline;
        let Some(draft) = outline.drafts.get(id.index()) else {
            return;
        };
        let enter = draft
            .enter
            .map(|node| actions::read_plain(node, NO_EVENT, &mut self.cx))
            .unwrap_or_default();
        let leave = draft
            .leave
            .map(|node| actions::read_plain(node, NO_EVENT, &mut self.cx))
            .unwrap_or_default();
        let waits_for = draft.waits_for.map(|node| self.waits_for(node)).unwrap_or_default();
        let mut branches = Vec::new();
        if let Some(node) = draft.choose {
            self.branches(id, "choose", Trigger::Always, NO_EVENT, node, &mut branches);
        }
        let mut done = None;
        for (key, node) in draft.when.and_then(|node| node.as_map()).unwrap_or_default() {
            if &*key.name == "done" {
                let event = self.done_event(draft, key.span);
                done = Some(event);
                self.branches(id, "done", Trigger::Event(event), NO_EVENT, node, &mut branches);
                continue;
            }
            let Some(position) = self.events.get(&key.name).copied() else {
                let known: Vec<Arc<str>> = self
                    .cx
                    .events
                    .iter()
                    .filter(|event| event.external)
                    .map(|event| event.name.clone())
                    .collect();
                let known = known.iter().map(|name| &**name);
                self.cx
                    .unknown(&codes::UNKNOWN_EVENT, key.span, "event", &key.name, known);
                continue;
            };
            let trigger = Trigger::Event(EventId::at(position));
            self.branches(id, &key.name, trigger, position + 1, node, &mut branches);
        }
        if let Some(node) = draft.when
            && node.as_map().is_none()
        {
            node.fields("a set of answers to events", self.cx.report);
        }
        let timers = draft.timers.map(|node| self.timers(id, node)).unwrap_or_default();
        if let Some(state) = self.states.get_mut(id.index()) {
            state.enter = enter;
            state.leave = leave;
            state.waits_for = waits_for;
            state.branches = branches;
            state.timers = timers;
            state.done = done;
        }
    }

    /// The internal event that says that a state is done; it has no data.
    fn done_event(&mut self, draft: &Draft<'_>, span: Span) -> EventId {
        let name = format!("{}.done", draft.name).into();
        let data = crate::definition::Data {
            record: Arc::new(RecordType::default()),
            ..Default::default()
        };
        self.cx.events.push(EventDef {
            name,
            external: false,
            sent_by: Vec::new(),
            data,
            span,
        });
        EventId::at(self.cx.events.len() - 1)
    }

    /// Reads one branch or a list of them.
    fn branches(
        &mut self,
        source: StateId,
        what: &str,
        trigger: Trigger,
        scope: usize,
        node: &Node,
        into: &mut Vec<BranchId>,
    ) {
        let items = node.list_or_one();
        for (position, node) in items.iter().enumerate() {
            let state = self.outline.drafts.get(source.index()).map_or("", |draft| &draft.name);
            let name = match (state, items.len() > 1) {
                ("", false) => what.to_owned(),
                ("", true) => format!("{what}.{}", position + 1),
                (state, false) => format!("{state}.{what}"),
                (state, true) => format!("{state}.{what}.{}", position + 1),
            };
            let ways = Ways {
                outline: self.outline,
                source,
                name,
                named: true,
                trigger,
                scope,
            };
            let read = branch::read(node, &ways, &mut self.cx);
            self.push(source, read, into);
        }
    }

    fn push(&mut self, source: StateId, read: Option<Branch>, into: &mut Vec<BranchId>) {
        let Some(branch) = read else {
            if let Some(unsure) = self.unsure.get_mut(source.index()) {
                *unsure = true;
            }
            return;
        };
        match self.names.get(&branch.name) {
            Some(first) => {
                let message = format!("two branches are called `{}`", branch.name);
                let finding = Diagnostic::error(&codes::DUPLICATE_NAME, branch.span, message)
                    .also(*first, "first defined here")
                    .help("journals name what was done by its branch: give one of them another `name:`");
                self.cx.report.push(finding);
            }
            None => {
                self.names.insert(branch.name.clone(), branch.span);
            }
        }
        into.push(BranchId::at(self.branches.len()));
        self.branches.push(branch);
    }

    fn timers(&mut self, state: StateId, node: &Node) -> Vec<TimerId> {
        let Some(mut entries) = node.fields("a set of timers", self.cx.report) else {
            return Vec::new();
        };
        let owner = self.outline.drafts.get(state.index()).map_or("", |draft| &draft.name);
        let mut timers = Vec::new();
        for (key, node) in entries.rest() {
            if let Some(from) = node.entry("from") {
                if state == StateId::at(0) {
                    self.started.push((key.clone(), node.clone()));
                } else {
                    let message = "a timer that a promise starts is the workflow's own";
                    let finding = Diagnostic::error(&codes::UNKNOWN_PROMISE, from.span, message);
                    self.cx
                        .report
                        .push(finding.help("put it under the `timers:` of the workflow"));
                }
                continue;
            }
            if !self.cx.check_name(&key.name, key.span) {
                continue;
            }
            let name = if owner.is_empty() {
                key.name.to_string()
            } else {
                format!("{owner}.{}", key.name)
            };
            let id = TimerId::at(self.timers.len());
            let trigger = Trigger::Timer(id);
            let ways = Ways {
                outline: self.outline,
                source: state,
                name: name.clone(),
                named: true,
                trigger,
                scope: NO_EVENT,
            };
            let Some((read, timing)) = branch::read_timer(node, &ways, &mut self.cx) else {
                continue;
            };
            let mut branches = Vec::new();
            self.push(state, Some(read), &mut branches);
            self.timers.push(TimerDef {
                name: name.into(),
                state,
                after: timing.after,
                every: timing.every,
                at_most: timing.at_most,
                fresh_for: timing.fresh_for,
                branches,
                span: key.span,
            });
            timers.push(id);
        }
        timers
    }

    fn waits_for(&mut self, node: &Node) -> Vec<WaitsFor> {
        let waited = node.list_or_one().iter();
        waited.filter_map(|item| self.cx.waits_for(item)).collect()
    }

    /// Reads the promises with all that they start; their timers come last.
    fn promises(&mut self) {
        let added = promises::read(self.outline, &self.started, self.timers.len(), &mut self.cx);
        let first = self.timers.len();
        self.timers.extend(added.timers);
        self.promises = added.promises;
        for (position, branch) in added.branches {
            let mut branches = Vec::new();
            self.push(StateId::at(0), Some(branch), &mut branches);
            if let Some(timer) = self.timers.get_mut(first + position) {
                timer.branches = branches;
            }
        }
    }
}
