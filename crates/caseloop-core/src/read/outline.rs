//! The tree of states by name, before anything that happens in them is read: branches may name any state.

use super::codes;
use super::cx::Cx;
use crate::StateId;
use crate::definition::{Kind, Title};
use caseloop_syntax::{Diagnostic, Fields, Key, Node, Span};
use indexmap::IndexMap;
use std::sync::Arc;

/// A state with the parts of it that are read later.
pub(super) struct Draft<'n> {
    pub(super) name: Arc<str>,
    pub(super) title: Title,
    pub(super) span: Span,
    pub(super) parent: Option<StateId>,
    pub(super) kind: Kind,
    pub(super) start: Option<&'n Node>,
    pub(super) ending: Option<Arc<str>>,
    pub(super) enter: Option<&'n Node>,
    pub(super) leave: Option<&'n Node>,
    pub(super) when: Option<&'n Node>,
    pub(super) choose: Option<&'n Node>,
    pub(super) timers: Option<&'n Node>,
    pub(super) waits_for: Option<&'n Node>,
}

/// All states in document order.
pub(super) struct Outline<'n> {
    pub(super) drafts: Vec<Draft<'n>>,
    pub(super) by_name: IndexMap<Arc<str>, StateId>,
}

/// Reads the states of a workflow; `fields` are the workflow's own.
pub(super) fn read<'n>(fields: &mut Fields<'n>, cx: &mut Cx<'_>) -> Outline<'n> {
    let mut outline = Outline {
        drafts: Vec::new(),
        by_name: IndexMap::new(),
    };
    let mut resumed = Vec::new();
    let states = fields.get("states").map(|(_, node)| node);
    for node in [states, fields.get("when").map(|(_, node)| node)].into_iter().flatten() {
        find_resumed(node, &mut resumed);
    }
    let mut root = Draft::new("", Span::default(), None);
    root.start = fields.get("start").map(|(_, node)| node);
    root.when = fields.get("when").map(|(_, node)| node);
    root.enter = fields.get("enter").map(|(_, node)| node);
    root.timers = fields.get("timers").map(|(_, node)| node);
    root.kind = Kind::Compound;
    outline.drafts.push(root);
    if let Some((key, _)) = fields.get("regions") {
        let finding = Diagnostic::error(&codes::ROOT_REGIONS, key.span, "the workflow itself has regions");
        cx.report
            .push(finding.help("put them into a state of their own, beside the final states"));
    }
    match states {
        Some(node) => outline.add_children(node, StateId::at(0), &resumed, cx),
        None => cx.error(&codes::NO_STATES, fields.node().span, "the workflow has no `states`"),
    }
    outline
}

impl<'n> Draft<'n> {
    fn new(name: &str, span: Span, parent: Option<StateId>) -> Self {
        Self {
            name: name.into(),
            title: Title::default(),
            span,
            parent,
            kind: Kind::Atomic,
            start: None,
            ending: None,
            enter: None,
            leave: None,
            when: None,
            choose: None,
            timers: None,
            waits_for: None,
        }
    }
}

impl<'n> Outline<'n> {
    fn add_children(&mut self, node: &'n Node, parent: StateId, resumed: &[(Arc<str>, bool)], cx: &mut Cx<'_>) {
        let Some(mut fields) = node.fields("the states", cx.report) else {
            return;
        };
        let mut count = 0;
        for (key, node) in fields.rest() {
            count += 1;
            self.add(key, node, parent, resumed, cx);
        }
        if count == 0 {
            cx.error(&codes::NO_STATES, node.span, "there are no states in here");
        }
    }

    fn add(&mut self, key: &'n Key, node: &'n Node, parent: StateId, resumed: &[(Arc<str>, bool)], cx: &mut Cx<'_>) {
        if !cx.check_name(&key.name, key.span) {
            return;
        }
        if let Some(first) = self.by_name.get(&key.name).and_then(|id| self.drafts.get(id.index())) {
            let finding = Diagnostic::error(
                &codes::DUPLICATE_NAME,
                key.span,
                format!("two states are called `{}`", key.name),
            )
            .also(first.span, "first defined here")
            .help("state names are unique in a workflow, so that each can be called by its own name");
            cx.report.push(finding);
            return;
        }
        let id = StateId::at(self.drafts.len());
        let mut draft = Draft::new(&key.name, key.span, Some(parent));
        let mut inside = None;
        if !node.is_null() {
            let Some(mut fields) = node.fields("a state", cx.report) else {
                return;
            };
            draft.title = cx.title(&mut fields);
            let mut part = |name| fields.get(name).map(|(_, node)| node);
            draft.waits_for = part("waits_for");
            draft.enter = part("enter");
            draft.choose = part("choose");
            draft.when = part("when");
            draft.timers = part("timers");
            draft.leave = part("leave");
            draft.start = part("start");
            let (states, regions, end) = (part("states"), part("regions"), part("final"));
            fields.finish(cx.report);
            if let Some(end) = end {
                draft.ending = ending(end, cx);
            }
            inside = self.shape(&mut draft, states, regions, end.is_some(), cx);
        }
        self.by_name.insert(key.name.clone(), id);
        let region_span = draft.span;
        self.drafts.push(draft);
        for (name, deep) in resumed.iter().filter(|(name, _)| *name == key.name) {
            if inside.is_some() {
                let mut history = Draft::new(&history_name(name, *deep), region_span, Some(id));
                history.kind = Kind::History { deep: *deep };
                self.drafts.push(history);
            }
        }
        if let Some(inside) = inside {
            self.add_children(inside, id, resumed, cx);
        }
    }

    /// Settles what kind of state it is and returns the states inside.
    fn shape(
        &self,
        draft: &mut Draft<'n>,
        states: Option<&'n Node>,
        regions: Option<&'n Node>,
        is_final: bool,
        cx: &mut Cx<'_>,
    ) -> Option<&'n Node> {
        if let (Some(_), Some(regions)) = (states, regions) {
            let message = format!("`{}` has both `states` and `regions`", draft.name);
            cx.error(&codes::STATES_AND_REGIONS, regions.span, message);
        }
        if is_final {
            draft.kind = Kind::Final;
            let living = [
                states,
                regions,
                draft.when,
                draft.choose,
                draft.timers,
                draft.leave,
                draft.waits_for,
            ];
            if let Some(node) = living.into_iter().flatten().next() {
                let message = format!("`{}` is final, so nothing happens in it any more", draft.name);
                cx.error(&codes::BUSY_FINAL, node.span, message);
            }
            return None;
        }
        if let Some(regions) = regions {
            draft.kind = Kind::Parallel;
            let count = regions.as_map().unwrap_or_default().len();
            if count == 1 {
                let finding = Diagnostic::error(&codes::ONE_REGION, regions.span, "there is only one region");
                cx.report
                    .push(finding.help("use `states:`; regions are for things that go on side by side"));
            }
        } else if states.is_some() {
            draft.kind = Kind::Compound;
        }
        states.or(regions)
    }
}

/// The name of the history that `resume` of a state leads to.
pub(super) fn history_name(state: &str, deep: bool) -> String {
    format!("{state}.{}", if deep { "resume" } else { "resume_shallow" })
}

fn ending(node: &Node, cx: &mut Cx<'_>) -> Option<Arc<str>> {
    let word = node.word("a kind of end", cx.report)?;
    match word {
        "true" => None,
        _ => cx.check_name(word, node.span).then(|| word.into()),
    }
}

/// Every state that some branch resumes, with the depth.
fn find_resumed(node: &Node, found: &mut Vec<(Arc<str>, bool)>) {
    if let Some(entries) = node.as_map() {
        let text = |name: &str| {
            entries
                .iter()
                .find(|(key, _)| &*key.name == name)
                .and_then(|(_, node)| node.text())
        };
        if let Some(state) = text("resume") {
            let one = (Arc::from(state), text("depth") != Some("1"));
            if !found.contains(&one) {
                found.push(one);
            }
        }
        for (_, node) in entries {
            find_resumed(node, found);
        }
    }
    for node in node.as_list().unwrap_or_default() {
        find_resumed(node, found);
    }
}
