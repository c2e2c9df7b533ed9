//! What a branch says: its trigger, its condition as the author wrote it, and what it does.

use super::promise;
use caseloop::Workflow;
use caseloop::layers::core::StateId;
use caseloop::layers::core::TimerId;
use caseloop::layers::core::definition::{Action, Branch, Delay, Go, Trigger, WaitsFor};
use caseloop::layers::expr::Length;

/// A branch in parts: `NAME: TRIGGER`, `[CONDITION]`, `/ what it does`. The name stands where the author gave one, and
/// with timers.
pub(crate) fn said(workflow: &Workflow, branch: &Branch) -> Vec<String> {
    let (usual, trigger) = trigger(workflow, branch);
    let mut parts = Vec::new();
    parts.push(if is_made(&branch.name, usual.as_deref()) {
        trigger
    } else {
        format!("{}: {trigger}", branch.name)
    });
    parts.extend(
        branch
            .condition
            .as_ref()
            .map(|condition| format!("[{}]", condition.text())),
    );
    let acts = acts(workflow, &branch.actions);
    match &branch.go {
        Go::Reject(reason) => parts.push(format!("/ reject: {reason}")),
        Go::Stay => parts.push(acts.unwrap_or_else(|| "/ stay".to_owned())),
        Go::To(_) => parts.extend(acts),
    }
    parts
}

/// What answers the trigger, and the name that such a branch has if its author gives it none.
fn trigger(workflow: &Workflow, branch: &Branch) -> (Option<String>, String) {
    let state = &workflow.state(branch.source).name;
    let usual = |what: &str| match &**state {
        "" => what.to_owned(),
        state => format!("{state}.{what}"),
    };
    match branch.trigger {
        Trigger::Always => (Some(usual("choose")), "choose".to_owned()),
        Trigger::Event(event) => {
            let name = &workflow.event(event).name;
            // A state hears of its own end as `done`.
            let own = workflow.state(branch.source).done == Some(event);
            (Some(usual(if own { "done" } else { name })), name.to_string())
        }
        Trigger::Timer(timer) => (None, timing(workflow, timer)),
    }
}

/// Whether a branch's name was made from its state and trigger, with its number where there are several.
fn is_made(name: &str, usual: Option<&str>) -> bool {
    let Some(rest) = usual.and_then(|usual| name.strip_prefix(usual)) else {
        return false;
    };
    let number = rest.strip_prefix('.').unwrap_or("0");
    rest.is_empty() || rest.starts_with('.') && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// When a timer fires: `after 4 h, every 4 h, at most 5`, or when its promise says so.
fn timing(workflow: &Workflow, id: TimerId) -> String {
    let timer = workflow.timer(id);
    let mut text = match &timer.after {
        Delay::Promise(promise) => promise::when(workflow, *promise, id),
        after => format!("after {}", length(after)),
    };
    if let Some(every) = &timer.every {
        text.push_str(&format!(", every {}", length(every)));
    }
    if let Some(times) = timer.at_most {
        text.push_str(&format!(", at most {times}"));
    }
    if let Some(fresh) = timer.fresh_for {
        text.push_str(&format!(", fresh for {}", Length::Elapsed(fresh)));
    }
    text
}

/// A length of time as the language writes it.
pub(crate) fn length(delay: &Delay) -> String {
    match delay {
        Delay::Elapsed(length) => Length::Elapsed(*length).to_string(),
        Delay::Calendar(length, _) => length.to_string(),
        Delay::Data(formula) => formula.text().to_owned(),
        Delay::Promise(_) => String::new(),
    }
}

/// Who is waited for.
pub(crate) fn waited<'w>(workflow: &'w Workflow, who: &'w WaitsFor) -> &'w str {
    match who {
        WaitsFor::Role(role) => workflow.definition().roles.get(role.index()).map_or("", |role| role),
        WaitsFor::Data(formula) => formula.text(),
    }
}

/// `/ set FIELD, FIELD; EFFECT, EFFECT`; `None` where nothing is done.
pub(crate) fn acts(workflow: &Workflow, actions: &[Action]) -> Option<String> {
    (!actions.is_empty()).then(|| format!("/ {}", listed(workflow, actions)))
}

fn listed(workflow: &Workflow, actions: &[Action]) -> String {
    let mut text = String::new();
    let mut setting = false;
    for action in actions {
        let sets = matches!(action, Action::Set { .. });
        text.push_str(match (text.is_empty(), setting, sets) {
            (true, _, false) => "",
            (true, _, true) => "set ",
            (false, true, false) => "; ",
            (false, false, true) => "; set ",
            (false, _, _) => ", ",
        });
        text.push_str(&done(workflow, action));
        setting = sets;
    }
    text
}

fn done(workflow: &Workflow, action: &Action) -> String {
    match action {
        Action::Set { field, .. } => {
            let field = workflow.definition().case.record.field(*field);
            field.map(|field| field.name.to_string()).unwrap_or_default()
        }
        Action::Emit { effect, .. } => workflow.effect(*effect).name.to_string(),
        Action::Ask(ask) => {
            let rules = workflow.definition().rules.get(ask.rules.index());
            format!("ask {}", rules.map_or("", |rules| &rules.name))
        }
        Action::Raise(event) => format!("raise {}", workflow.event(*event).name),
        Action::Send { event, delay, .. } => {
            let delay = Length::Elapsed(*delay);
            format!("send {} after {delay}", workflow.event(*event).name)
        }
        Action::Cancel(id) => format!("cancel {id}"),
        Action::If { cases, otherwise } => {
            let cases = cases
                .iter()
                .map(|(condition, actions)| format!("if {} ({})", condition.text(), listed(workflow, actions)));
            let otherwise = (!otherwise.is_empty()).then(|| format!("otherwise ({})", listed(workflow, otherwise)));
            cases.chain(otherwise).collect::<Vec<_>>().join(" ")
        }
    }
}

/// What the arrow alone does not show: that a state is left and entered again on the way to one inside it.
pub(crate) fn target_note(workflow: &Workflow, branch: &Branch) -> Option<&'static str> {
    let Go::To(targets) = &branch.go else { return None };
    let parent = |id: &StateId| workflow.state(*id).parent;
    let below = |target: &StateId| std::iter::successors(parent(target), parent).any(|id| id == branch.source);
    (!branch.internal && targets.iter().any(below)).then_some("(reenter)")
}
