//! What is drawn, in no format yet: boxes with their words, and arrows. Everything is in document order.

use super::ids::Ids;
use super::label::{acts, said, target_note, waited};
use super::{promise, reopening};
use crate::console::shown;
use caseloop::Workflow;
use caseloop::layers::core::definition::{Branch, Delay, Go, Kind, Title, Trigger};
use caseloop::layers::core::{PromiseId, StateId};

/// A chart with its promises.
pub(crate) struct Picture {
    /// Name and version of the workflow, and its title where a language was asked for.
    pub(crate) heading: String,
    /// All states by their ids. The first is the workflow itself, drawn as the place `anywhere`.
    pub(crate) states: Vec<Shape>,
    pub(crate) promises: Vec<Note>,
    pub(crate) arrows: Vec<Arrow>,
}

/// A state.
pub(crate) struct Shape {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    /// Its name, and its title where a language was asked for.
    pub(crate) head: Vec<String>,
    /// What happens in it without leaving it.
    pub(crate) text: Vec<String>,
    /// The states directly inside.
    pub(crate) inside: Vec<usize>,
    pub(crate) parent: Option<usize>,
    /// Where it begins, and what is done on the way.
    pub(crate) starts: Vec<usize>,
    pub(crate) start_label: Vec<String>,
}

/// A promise.
pub(crate) struct Note {
    pub(crate) id: String,
    pub(crate) head: Vec<String>,
    pub(crate) text: Vec<String>,
}

/// A branch with a target.
pub(crate) struct Arrow {
    pub(crate) from: End,
    pub(crate) to: usize,
    /// The parts of what it says: trigger, condition, what is done.
    pub(crate) label: Vec<String>,
    pub(crate) look: Look,
}

/// Where an arrow begins.
#[derive(Clone, Copy)]
pub(crate) enum End {
    State(usize),
    Promise(usize),
}

/// How an arrow is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Event,
    Timer,
    /// What follows when a promise is broken or about to be.
    Promise,
    /// Counts and leads back to where it came from.
    Reopening,
    /// Where a history leads when nothing is remembered.
    Default,
}

impl Picture {
    /// The picture of a workflow, with titles in a language or without any.
    pub(crate) fn of(workflow: &Workflow, language: Option<&str>) -> Self {
        let definition = workflow.definition();
        let mut ids = Ids::default();
        let mut states = Vec::new();
        let mut arrows = Vec::new();
        let all = || (0..definition.states.len()).map(StateId::at);
        for id in all() {
            states.push(shape(workflow, id, language, &mut ids));
            if workflow.state(id).parent.is_some() {
                arrows.extend(leaving(workflow, id));
            }
        }
        // What is heard anywhere, and what promises start, comes last: it is about the whole.
        let roots = all().filter(|id| workflow.state(*id).parent.is_none());
        arrows.extend(roots.flat_map(|id| leaving(workflow, id)));
        let mut promises = Vec::new();
        for id in (0..definition.promises.len()).map(PromiseId::at) {
            promises.push(promise::note(workflow, id, language, &mut ids));
            for timer in promise::timers(workflow, id) {
                arrows.extend(branch_arrows(workflow, &workflow.timer(timer).branches));
            }
        }
        let mut heading = format!("{}, version {}", definition.name, definition.version);
        if let Some(title) = titled(&definition.title, language) {
            heading = format!("{heading}: {title}");
        }
        Self {
            heading: plain(&heading),
            states,
            promises,
            arrows,
        }
    }

    pub(crate) fn shape(&self, index: usize) -> Option<&Shape> {
        self.states.get(index)
    }

    /// The identifier of where an arrow begins.
    pub(crate) fn end(&self, end: End) -> &str {
        match end {
            End::State(index) => self.shape(index).map_or("", |shape| &shape.id),
            End::Promise(index) => self.promises.get(index).map_or("", |note| &note.id),
        }
    }

    /// Whether something happens in the workflow itself, so that `anywhere` is drawn.
    pub(crate) fn anywhere(&self) -> Option<(usize, &Shape)> {
        let (index, root) = self
            .states
            .iter()
            .enumerate()
            .find(|(_, shape)| shape.parent.is_none())?;
        let leads = |arrow: &Arrow| matches!(arrow.from, End::State(from) if from == index);
        (!root.text.is_empty() || self.arrows.iter().any(leads)).then_some((index, root))
    }
}

/// A text of the author on one line, harmless to a terminal.
pub(crate) fn plain(text: &str) -> String {
    shown(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The title in a language, if one was asked for and there is any.
pub(crate) fn titled<'t>(title: &'t Title, language: Option<&str>) -> Option<&'t str> {
    language.and_then(|language| title.get(language))
}

fn shape(workflow: &Workflow, id: StateId, language: Option<&str>, ids: &mut Ids) -> Shape {
    let state = workflow.state(id);
    let states = workflow.definition().states.iter().enumerate();
    let inside = states
        .filter(|(_, inner)| inner.parent == Some(id))
        .map(|(index, _)| index);
    let (prefix, name) = match (state.kind, state.parent) {
        (_, None) => ("", "anywhere"),
        (Kind::History { .. }, _) => ("h_", &*state.name),
        _ => ("s_", &*state.name),
    };
    let head = match state.kind {
        Kind::History { deep: true } => vec!["H*".to_owned()],
        Kind::History { deep: false } => vec!["H".to_owned()],
        _ => [
            Some(name),
            titled(&state.title, language).filter(|_| state.parent.is_some()),
        ]
        .into_iter()
        .flatten()
        .map(plain)
        .collect(),
    };
    Shape {
        id: ids.of(prefix, name),
        kind: state.kind,
        head,
        text: text(workflow, id).iter().map(|line| plain(line)).collect(),
        inside: inside.collect(),
        parent: state.parent.map(StateId::index),
        starts: match state.kind {
            Kind::History { .. } => Vec::new(),
            _ => state.start.targets.iter().map(|target| target.index()).collect(),
        },
        start_label: acts(workflow, &state.start.actions)
            .filter(|_| !matches!(state.kind, Kind::History { .. }))
            .into_iter()
            .collect(),
    }
}

/// What happens in a state without leaving it, one thing a line.
fn text(workflow: &Workflow, id: StateId) -> Vec<String> {
    let state = workflow.state(id);
    let mut lines = Vec::new();
    match (state.kind, &state.ending) {
        (Kind::Final, Some(ending)) => lines.push(format!("final: {ending}")),
        (Kind::Final, None) => lines.push("final".to_owned()),
        _ => {}
    }
    if !state.waits_for.is_empty() {
        let waited: Vec<&str> = state.waits_for.iter().map(|one| waited(workflow, one)).collect();
        lines.push(format!("waits for {}", waited.join(", ")));
    }
    for (when, actions) in [("enter", &state.enter), ("leave", &state.leave)] {
        lines.extend(acts(workflow, actions).map(|acts| format!("{when} {acts}")));
    }
    let timers = state.timers.iter().map(|timer| workflow.timer(*timer));
    let timers = timers.filter(|timer| !matches!(timer.after, Delay::Promise(_)));
    let branches = state.branches.iter().chain(timers.flat_map(|timer| &timer.branches));
    for branch in branches.map(|branch| workflow.branch(*branch)) {
        if !matches!(branch.go, Go::To(_)) {
            lines.push(said(workflow, branch).join(" "));
        }
    }
    lines
}

/// The arrows of a state's branches and timers, and of a history that has its own way to begin.
fn leaving(workflow: &Workflow, id: StateId) -> Vec<Arrow> {
    let state = workflow.state(id);
    let mut arrows = branch_arrows(workflow, &state.branches);
    for timer in state.timers.iter().map(|timer| workflow.timer(*timer)) {
        if !matches!(timer.after, Delay::Promise(_)) {
            arrows.extend(branch_arrows(workflow, &timer.branches));
        }
    }
    let around = state.parent.map(|parent| workflow.state(parent));
    if let (Kind::History { .. }, Some(around)) = (state.kind, around) {
        let usual = around.kind == Kind::Parallel || around.start.targets == state.start.targets;
        if !usual || !state.start.actions.is_empty() {
            arrows.extend(state.start.targets.iter().map(|target| Arrow {
                from: End::State(id.index()),
                to: target.index(),
                label: acts(workflow, &state.start.actions).into_iter().collect(),
                look: Look::Default,
            }));
        }
    }
    arrows
}

fn branch_arrows(workflow: &Workflow, branches: &[caseloop::layers::core::BranchId]) -> Vec<Arrow> {
    let mut arrows = Vec::new();
    for branch in branches.iter().map(|branch| workflow.branch(*branch)) {
        let Go::To(targets) = &branch.go else { continue };
        let mut label = said(workflow, branch);
        label.extend(target_note(workflow, branch).map(str::to_owned));
        arrows.extend(targets.iter().map(|target| Arrow {
            from: from(workflow, branch),
            to: target.index(),
            label: label.iter().map(|part| plain(part)).collect(),
            look: look(workflow, branch),
        }));
    }
    arrows
}

fn from(workflow: &Workflow, branch: &Branch) -> End {
    match promised(workflow, branch) {
        Some(promise) => End::Promise(promise.index()),
        None => End::State(branch.source.index()),
    }
}

fn look(workflow: &Workflow, branch: &Branch) -> Look {
    match branch.trigger {
        _ if promised(workflow, branch).is_some() => Look::Promise,
        _ if reopening::reopens(workflow, branch) => Look::Reopening,
        Trigger::Timer(_) => Look::Timer,
        Trigger::Event(_) | Trigger::Always => Look::Event,
    }
}

/// The promise that starts the timer of a branch.
fn promised(workflow: &Workflow, branch: &Branch) -> Option<PromiseId> {
    match branch.trigger {
        Trigger::Timer(timer) => match workflow.timer(timer).after {
            Delay::Promise(promise) => Some(promise),
            _ => None,
        },
        _ => None,
    }
}
