//! The tree of states by name, before anything that happens in them is read: branches may name any state.

use super::codes;
use super::cx::Cx;
use crate::StateId;
use crate::definition::{Kind, Title};
use caseloop_syntax::codes::EXPECTED_FLAG;
use caseloop_syntax::{Diagnostic, Fields, Key, Node, Span};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};
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
    /// The states directly inside each state, by its position; histories are left out.
    pub(super) children: Vec<Vec<StateId>>,
    /// The histories that branches lead to, by the name of the state and whether they are deep.
    pub(super) histories: BTreeMap<(Arc<str>, bool), StateId>,
    /// The states in which something could not be read, by position.
    pub(super) unsure: Vec<bool>,
}

/// The most states that ids can tell apart.
const MAX_STATES: usize = u16::MAX as usize - 1;

/// Reads the states of a workflow; `fields` are the workflow's own.
pub(super) fn read<'n>(fields: &mut Fields<'n>, cx: &mut Cx<'_>) -> Outline<'n> {
    let mut outline = Outline {
        drafts: Vec::new(),
        by_name: IndexMap::new(),
        children: Vec::new(),
        histories: BTreeMap::new(),
        unsure: Vec::new(),
    };
    let mut resumed = BTreeSet::new();
    let states = fields.get("states").map(|(_, node)| node);
    let branches = ["when", "timers", "promises"].map(|key| fields.get(key).map(|(_, node)| node));
    for node in branches.into_iter().chain([states]).flatten() {
        find_resumed(node, &mut resumed);
    }
    let first = fields.node().as_map().and_then(|entries| entries.first());
    let place = first.map_or(fields.node().span, |(key, _)| key.span);
    let mut root = Draft::new("", place, None);
    root.start = fields.get("start").map(|(_, node)| node);
    root.when = fields.get("when").map(|(_, node)| node);
    root.enter = fields.get("enter").map(|(_, node)| node);
    root.timers = fields.get("timers").map(|(_, node)| node);
    root.kind = Kind::Compound;
    outline.push(root);
    if let Some((key, _)) = fields.get("regions") {
        let finding = Diagnostic::error(&codes::ROOT_REGIONS, key.span, "the workflow itself has regions");
        cx.report
            .push(finding.help("put them into a state of their own, beside the final states"));
    }
    match states {
        Some(node) => outline.add_children(node, StateId::at(0), &resumed, cx),
        None if fields.get("regions").is_some() => {}
        None => cx.error(&codes::NO_STATES, place, "the workflow has no `states`"),
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
    fn push(&mut self, draft: Draft<'n>) -> StateId {
        let id = StateId::at(self.drafts.len());
        if let Some(parent) = draft.parent
            && !matches!(draft.kind, Kind::History { .. })
            && let Some(children) = self.children.get_mut(parent.index())
        {
            children.push(id);
        }
        self.drafts.push(draft);
        self.children.push(Vec::new());
        self.unsure.push(false);
        id
    }

    fn add_children(&mut self, node: &'n Node, parent: StateId, resumed: &Resumed, cx: &mut Cx<'_>) {
        if node.is_null() {
            cx.error(&codes::NO_STATES, node.span, "there are no states in here");
            return;
        }
        let Some(mut fields) = node.fields("a set of states", cx.report) else {
            self.doubt(parent);
            return;
        };
        let mut count = 0;
        for (key, node) in fields.rest() {
            count += 1;
            if self.drafts.len() + 3 > MAX_STATES {
                let message = format!("the workflow has more than {MAX_STATES} states");
                cx.error(&codes::TOO_LARGE, key.span, message);
                return;
            }
            if !self.add(key, node, parent, resumed, cx) {
                cx.give_up(&key.name);
                give_up_inside(node, cx);
                self.doubt(parent);
            }
        }
        if count == 0 {
            cx.error(&codes::NO_STATES, node.span, "there are no states in here");
        }
    }

    /// Notes that something in a state could not be read.
    fn doubt(&mut self, id: StateId) {
        if let Some(unsure) = self.unsure.get_mut(id.index()) {
            *unsure = true;
        }
    }

    /// Adds a state with all inside it, or reports why it cannot be one.
    fn add(&mut self, key: &'n Key, node: &'n Node, parent: StateId, resumed: &Resumed, cx: &mut Cx<'_>) -> bool {
        if !cx.check_name(&key.name, key.span) {
            return false;
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
            give_up_inside(node, cx);
            return true;
        }
        let mut draft = Draft::new(&key.name, key.span, Some(parent));
        let mut inside = None;
        if !node.is_null() {
            let Some(mut fields) = node.fields("a state", cx.report) else {
                return false;
            };
            draft.title = cx.title(&mut fields);
            let end = fields.get("final").map(|(_, node)| node);
            let mut part = |name| {
                let (key, node) = fields.get(name)?;
                if end.is_some() && !matches!(name, "enter" | "start") {
                    let message = format!("`{}` is final, so it has no `{name}`", draft.name);
                    cx.error(&codes::BUSY_FINAL, key.span, message);
                    return None;
                }
                Some(node)
            };
            draft.waits_for = part("waits_for");
            draft.enter = part("enter");
            draft.choose = part("choose");
            draft.when = part("when");
            draft.timers = part("timers");
            draft.leave = part("leave");
            draft.start = part("start");
            let (states, regions) = (part("states"), part("regions"));
            // Written out before; named here for those who misspell it.
            part("revisit");
            fields.finish(cx.report);
            if let Some(end) = end {
                draft.kind = Kind::Final;
                draft.ending = ending(end, cx);
            } else {
                inside = shape(&mut draft, states, regions, cx);
            }
        }
        let id = self.push(draft);
        self.by_name.insert(key.name.clone(), id);
        let Some(inside) = inside else { return true };
        for deep in [true, false] {
            let resume = (key.name.clone(), deep);
            if resumed.contains(&resume) {
                let mut history = Draft::new(&history_name(&key.name, deep), key.span, Some(id));
                history.kind = Kind::History { deep };
                let history = self.push(history);
                self.histories.insert(resume, history);
            }
        }
        self.add_children(inside, id, resumed, cx);
        true
    }
}

/// Gives up all states in one that could not be read.
fn give_up_inside(node: &Node, cx: &mut Cx<'_>) {
    for part in ["states", "regions"] {
        for (key, inner) in node.entry(part).and_then(Node::as_map).unwrap_or_default() {
            cx.give_up(&key.name);
            give_up_inside(inner, cx);
        }
    }
}

/// Settles what kind of state it is and returns the states inside.
fn shape<'n>(
    draft: &mut Draft<'n>,
    states: Option<&'n Node>,
    regions: Option<&'n Node>,
    cx: &mut Cx<'_>,
) -> Option<&'n Node> {
    match (states, regions) {
        (Some(states), regions) => {
            draft.kind = Kind::Compound;
            if let Some(regions) = regions {
                let message = format!("`{}` has both `states` and `regions`", draft.name);
                let finding = Diagnostic::error(&codes::STATES_AND_REGIONS, regions.span, message);
                cx.report
                    .push(finding.help("put the regions into a state of their own, or make the states one of them"));
            }
            Some(states)
        }
        (None, Some(regions)) => {
            draft.kind = Kind::Parallel;
            if regions.as_map().unwrap_or_default().len() == 1 {
                let finding = Diagnostic::error(&codes::ONE_REGION, regions.span, "there is only one region");
                cx.report
                    .push(finding.help("use `states:`; regions are for things that go on side by side"));
            }
            Some(regions)
        }
        (None, None) => None,
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
        "false" => {
            let finding = Diagnostic::error(
                &EXPECTED_FLAG,
                node.span,
                "`final` is `true` or the kind of end, not `false`",
            );
            cx.report
                .push(finding.help("leave `final:` out of a state that is no end"));
            None
        }
        _ => cx.check_name(word, node.span).then(|| word.into()),
    }
}

/// States that some branch resumes, each with whether deeply.
type Resumed = BTreeSet<(Arc<str>, bool)>;

impl Outline<'_> {
    /// The fields that may change between the condition of a branch of `source` and its actions: those that some
    /// `leave` sets, and those that a branch of another region sets in the same microstep.
    pub(super) fn changed_meanwhile(&self, source: StateId, cx: &Cx<'_>) -> Vec<Arc<str>> {
        let decided = super::ask::outputs(cx);
        let mut names = Vec::new();
        for leave in self.drafts.iter().filter_map(|draft| draft.leave) {
            find_set(leave, &decided, &mut names);
        }
        let parent = |id: StateId| self.drafts.get(id.index()).and_then(|draft| draft.parent);
        let mut own = source;
        while let Some(around) = parent(own) {
            if self
                .drafts
                .get(around.index())
                .is_some_and(|draft| draft.kind == Kind::Parallel)
            {
                for (position, draft) in self.drafts.iter().enumerate() {
                    let path: Vec<StateId> =
                        std::iter::successors(Some(StateId::at(position)), |id| parent(*id)).collect();
                    if path.contains(&around) && !path.contains(&own) && path.first() != Some(&around) {
                        for node in [draft.when, draft.choose, draft.timers].into_iter().flatten() {
                            find_set(node, &decided, &mut names);
                        }
                    }
                }
            }
            own = around;
        }
        names
    }
}

/// Every field that a `set` in here names, and those that are decided by rules, where any are asked in here.
fn find_set(node: &Node, decided: &[Arc<str>], names: &mut Vec<Arc<str>>) {
    for (key, inner) in node.as_map().unwrap_or_default() {
        if &*key.name == "set" {
            names.extend(
                inner
                    .as_map()
                    .unwrap_or_default()
                    .iter()
                    .map(|(key, _)| key.name.clone()),
            );
        }
        if matches!(&*key.name, "classify" | "assign") {
            names.extend_from_slice(decided);
        }
        find_set(inner, decided, names);
    }
    for inner in node.as_list().unwrap_or_default() {
        find_set(inner, decided, names);
    }
}

/// Every state that some branch resumes, with the depth.
fn find_resumed(node: &Node, found: &mut Resumed) {
    if let Some(entries) = node.as_map() {
        let text = |name: &str| {
            entries
                .iter()
                .find(|(key, _)| &*key.name == name)
                .and_then(|(_, node)| node.text())
        };
        if let Some(state) = text("resume") {
            found.insert((Arc::from(state), text("depth").is_none()));
        }
        for (_, node) in entries {
            find_resumed(node, found);
        }
    }
    for node in node.as_list().unwrap_or_default() {
        find_resumed(node, found);
    }
}
