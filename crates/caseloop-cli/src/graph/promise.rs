//! A promise as a note: its limit, its marks, where it rests, its warnings and the rungs of its ladder.

use super::ids::Ids;
use super::label::{acts, said, waited};
use super::picture::{Note, plain, titled};
use caseloop::Workflow;
use caseloop::layers::core::definition::{Go, Kind, Limit, Mark, MarkDef, NewLevel, PromiseDef, WarningAt};
use caseloop::layers::core::{PromiseId, StateId, TimerId};
use caseloop::layers::expr::Length;

/// The note of a promise.
pub(crate) fn note(workflow: &Workflow, id: PromiseId, language: Option<&str>, ids: &mut Ids) -> Note {
    let promise = workflow.promise(id);
    let named = format!("promise {}", promise.name);
    let head = [Some(&*named), titled(&promise.title, language)].into_iter().flatten();
    Note {
        id: ids.of("p_", &promise.name),
        head: head.map(plain).collect(),
        text: text(workflow, promise).iter().map(|line| plain(line)).collect(),
    }
}

/// The timers that a promise starts: those of its warnings, then those of its ladder.
pub(crate) fn timers(workflow: &Workflow, id: PromiseId) -> impl Iterator<Item = TimerId> {
    let promise = workflow.promise(id);
    let warnings = promise.warnings.iter().filter_map(|warning| warning.timer);
    warnings.chain(promise.rungs.iter().map(|rung| rung.timer))
}

/// When a promise starts one of its timers.
pub(crate) fn when(workflow: &Workflow, id: PromiseId, timer: TimerId) -> String {
    let promise = workflow.promise(id);
    let warning = promise.warnings.iter().find(|warning| warning.timer == Some(timer));
    let rung = promise.rungs.iter().find(|rung| rung.timer == timer);
    match (warning, rung) {
        (Some(warning), _) => warned(warning.at),
        (None, Some(rung)) if rung.after != Length::Elapsed(0) => format!("{} after the breach", rung.after),
        (None, _) => "at the breach".to_owned(),
    }
}

fn warned(at: WarningAt) -> String {
    match at {
        WarningAt::Percent(percent) => format!("warned at {percent} %"),
        WarningAt::Before(length) => format!("warned {length} before the deadline"),
    }
}

fn text(workflow: &Workflow, promise: &PromiseDef) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(within) = &promise.within {
        let level = match promise.new_level {
            Some(NewLevel::Restart) => ", a new level restarts it",
            Some(NewLevel::KeepElapsed) => ", a new level keeps what elapsed",
            Some(NewLevel::FromStart) => ", a new level measures it from the start",
            Some(NewLevel::Proportional) => ", a new level keeps the part that elapsed",
            None => "",
        };
        lines.push(format!("within {}{level}", limit(workflow, within)));
    }
    let mut dates: Vec<&str> = promise
        .from
        .iter()
        .filter_map(|mark| Some(mark.by.as_ref()?.text()))
        .collect();
    dates.dedup();
    if !dates.is_empty() {
        lines.push(format!("by {}", dates.join(", ")));
    }
    if let Some(most) = promise.at_most {
        lines.push(format!("at most {most} times"));
    }
    let marks = [
        ("from", &promise.from),
        ("restart", &promise.restart),
        ("counts", &promise.counts),
        ("until", &promise.until),
        ("cancelled by", &promise.cancel),
    ];
    for (what, marks) in marks.into_iter().filter(|(_, marks)| !marks.is_empty()) {
        let marks: Vec<String> = marks.iter().map(|mark| marked(workflow, mark)).collect();
        lines.push(format!("{what} {}", marks.join(", ")));
    }
    if !promise.paused_in.is_empty() {
        let paused: Vec<&str> = promise
            .paused_in
            .iter()
            .map(|state| &*workflow.state(*state).name)
            .collect();
        lines.push(format!("paused in {}", paused.join(", ")));
    }
    lines.extend(
        promise
            .owner
            .as_ref()
            .map(|owner| format!("owner {}", waited(workflow, owner))),
    );
    for warning in &promise.warnings {
        match warning.timer {
            Some(timer) => lines.extend(started(workflow, timer)),
            None => lines.push(warned(warning.at)),
        }
    }
    lines.extend(promise.rungs.iter().flat_map(|rung| started(workflow, rung.timer)));
    lines
}

/// A limit as the language writes it; a table by its fields.
fn limit(workflow: &Workflow, limit: &Limit) -> String {
    match limit {
        Limit::Fixed(length) => length.to_string(),
        Limit::Data(formula) => formula.text().to_owned(),
        Limit::Table { of, .. } => {
            let record = &workflow.definition().case.record;
            let fields = of.iter().filter_map(|field| Some(&*record.field(*field)?.name));
            format!("a table by {}", fields.collect::<Vec<_>>().join(", "))
        }
    }
}

/// What a warning or a rung does, and where it leads.
fn started(workflow: &Workflow, timer: TimerId) -> Vec<String> {
    let branches = workflow.timer(timer).branches.iter().map(|id| workflow.branch(*id));
    let lines = branches.map(|branch| {
        let mut parts = said(workflow, branch);
        if let Go::To(targets) = &branch.go {
            let targets: Vec<String> = targets.iter().map(|target| going(workflow, *target)).collect();
            let go = targets.join(", ");
            let acting = acts(workflow, &branch.actions).is_some();
            match parts.last_mut().filter(|_| acting) {
                Some(acts) => acts.push_str(&format!("; {go}")),
                None => parts.push(format!("/ {go}")),
            }
        }
        parts.join(" ")
    });
    lines.collect()
}

/// `go STATE`, or `resume STATE` where the target is a history.
fn going(workflow: &Workflow, target: StateId) -> String {
    let state = workflow.state(target);
    match (state.kind, state.parent) {
        (Kind::History { deep }, Some(around)) => {
            let depth = if deep { "" } else { ", depth 1" };
            format!("resume {}{depth}", workflow.state(around).name)
        }
        _ => format!("go {}", state.name),
    }
}

/// `start`, `first entering STATE`, `EVENT if CONDITION`, or the field from which it is measured.
fn marked(workflow: &Workflow, mark: &MarkDef) -> String {
    let state = |id| &workflow.state(id).name;
    let mut text = match (mark.on, &mark.since) {
        (Mark::Start, Some(since)) => since.text().to_owned(),
        (Mark::Start, None) => "start".to_owned(),
        (Mark::Event(event), _) => workflow.event(event).name.to_string(),
        (Mark::Entering(id), _) => format!("entering {}", state(id)),
        (Mark::Leaving(id), _) => format!("leaving {}", state(id)),
    };
    if mark.first {
        text = format!("first {text}");
    }
    if let Some(condition) = &mark.condition {
        text.push_str(&format!(" if {}", condition.text()));
    }
    text
}
