//! The branch: condition, what is set and done, and where it leads.

use super::cx::{Cx, NO_EVENT};
use super::given::Given;
use super::outline::Outline;
use super::timing::{Timing, read_timing};
use super::{actions, ask, codes, length};
use crate::StateId;
use crate::definition::{Branch, Go, Kind, Trigger};
use caseloop_syntax::codes::{EXPECTED_FLAG, MISSING_KEY};
use caseloop_syntax::{Diagnostic, Fields, Node};

/// Where a branch stands.
pub(super) struct Ways<'o, 'n> {
    pub(super) outline: &'o Outline<'n>,
    pub(super) source: StateId,
    /// Its name, unless it gives itself one.
    pub(super) name: String,
    /// Whether it may: what a promise starts is called as its timer is.
    pub(super) named: bool,
    pub(super) trigger: Trigger,
    pub(super) scope: usize,
}

/// Reads the branch of an event or of `choose`.
pub(super) fn read(node: &Node, ways: &Ways<'_, '_>, cx: &mut Cx<'_>) -> Option<Branch> {
    let mut fields = node.fields("a branch", cx.report)?;
    let branch = read_fields(node, &mut fields, ways, cx);
    fields.finish(cx.report);
    branch
}

/// Reads a timer, which is a branch with a length.
pub(super) fn read_timer(node: &Node, ways: &Ways<'_, '_>, cx: &mut Cx<'_>) -> Option<(Branch, Timing)> {
    let mut fields = node.fields("a timer", cx.report)?;
    let timing = read_timing(&mut fields, cx);
    let branch = read_fields(node, &mut fields, ways, cx);
    fields.finish(cx.report);
    Some((branch?, timing?))
}

/// Reads what a promise starts: a branch with `fresh_for`, beside the keys that say when.
pub(super) fn read_promised(
    node: &Node,
    what: &'static str,
    when: &[&'static str],
    ways: &Ways<'_, '_>,
    cx: &mut Cx<'_>,
) -> Option<(Branch, Option<i64>)> {
    let mut fields = node.fields(what, cx.report)?;
    for key in when {
        fields.get(key);
    }
    let fresh_for = fields.get("fresh_for").and_then(|(_, node)| length::elapsed(node, cx));
    let branch = read_fields(node, &mut fields, ways, cx);
    fields.finish(cx.report);
    Some((branch?, fresh_for))
}

fn read_fields(node: &Node, fields: &mut Fields<'_>, ways: &Ways<'_, '_>, cx: &mut Cx<'_>) -> Option<Branch> {
    let own_name = if ways.named {
        fields.get("name").and_then(|(_, node)| cx.name(node, "a branch"))
    } else {
        None
    };
    let condition_node = fields.get("if").map(|(_, node)| node);
    let condition = condition_node.map(|node| cx.condition(node, ways.scope));
    let known = condition.as_ref().and_then(Option::as_ref);
    // Where nothing is known of fields, nothing changes it.
    let changed = known.map(|_| ways.outline.changed_meanwhile(ways.source, cx));
    let mut given = Given::new(known, changed.unwrap_or_default());
    let mut done = Vec::new();
    if let Some((_, node)) = fields.get("set") {
        done.extend(actions::read_set(node, ways.scope, &mut given, cx));
    }
    for (key, kinds) in ask::KEYS {
        if let Some((_, node)) = fields.get(key) {
            done.extend(ask::read(key, kinds, node, ways.scope, &mut given, cx));
        }
    }
    if let Some((_, node)) = fields.get("do") {
        done.extend(actions::read_do(node, ways.scope, &given, cx));
    }
    // What could not be read was meant to do something.
    let acts = ["set", "classify", "assign", "do"]
        .iter()
        .any(|key| fields.get(key).is_some());
    let go = read_go(node, fields, ways, acts, cx);
    let state = ways
        .outline
        .drafts
        .get(ways.source.index())
        .map_or("", |draft| &draft.name);
    let name = match own_name {
        Some(own) if state.is_empty() => own.to_string(),
        Some(own) => format!("{state}.{own}"),
        None => ways.name.clone(),
    };
    let (go, internal) = go?;
    if ways.trigger == Trigger::Always && go == Go::Stay {
        check_rest(node, fields, cx);
    }
    // A condition that could not be read makes no branch that is always taken.
    let condition = match condition {
        Some(None) => return None,
        Some(Some(condition)) => Some(condition),
        None => None,
    };
    Some(Branch {
        name: name.into(),
        source: ways.source,
        trigger: ways.trigger,
        condition,
        go,
        internal,
        actions: done,
        span: node.span,
    })
}

/// A branch of `choose` that stays where it is would be taken again at once: only what it sets could end that.
fn check_rest(node: &Node, fields: &mut Fields<'_>, cx: &mut Cx<'_>) {
    if fields.get("if").is_some()
        && ["set", "classify", "assign"]
            .iter()
            .any(|key| fields.get(key).is_some())
    {
        return;
    }
    let finding = Diagnostic::error(
        &codes::ENDLESS_LOOP,
        node.span,
        "the branch leads nowhere, so it would be taken again and again",
    );
    cx.report
        .push(finding.help("say where it goes (`go:`), or drop it: a case in which nothing of `choose` holds rests"));
}

fn read_go(
    node: &Node,
    fields: &mut Fields<'_>,
    ways: &Ways<'_, '_>,
    acts: bool,
    cx: &mut Cx<'_>,
) -> Option<(Go, bool)> {
    let ways_out = ["go", "resume", "stay", "reject"].map(|key| fields.get(key));
    let depth = fields.get("depth").map(|(_, node)| node);
    let reenter = fields
        .get("reenter")
        .and_then(|(_, node)| node.flag("`reenter`", cx.report))
        .unwrap_or(false);
    for (key, wanted) in [("depth", "resume"), ("reenter", "go")] {
        if let (Some((key, _)), None) = (fields.get(key), fields.get(wanted)) {
            let message = format!("`{}` is said of a branch without `{wanted}`", key.name);
            let finding = Diagnostic::error(&MISSING_KEY, key.span, message);
            cx.report
                .push(finding.help(format!("add `{wanted}:`, or drop `{}:`", key.name)));
        }
    }
    let mut said = ways_out.iter().flatten();
    let Some((key, way)) = said.next() else {
        if !acts {
            let finding = Diagnostic::error(&codes::EMPTY_BRANCH, node.span, "the branch does nothing")
                .help("say where it goes (`go:`), what it does (`do:`), or that nothing is meant (`stay: true`)");
            cx.report.push(finding);
        }
        return Some((Go::Stay, true));
    };
    for (other, _) in said {
        let message = format!("a branch has one way out: `{}` or `{}`", key.name, other.name);
        cx.report
            .push(Diagnostic::error(&codes::MANY_WAYS, other.span, message).also(key.span, "the other is here"));
    }
    match &*key.name {
        "go" => {
            let target = read_target(way, ways, cx)?;
            check_target(way, target, ways, cx);
            if !reenter {
                check_own_regions(way, target, ways, cx);
            }
            Some((Go::To(vec![target]), !reenter))
        }
        "resume" => read_resume(way, depth, ways, cx).map(|history| (Go::To(vec![history]), true)),
        "stay" => {
            if way.flag("`stay`", cx.report) == Some(false) {
                let finding = Diagnostic::error(&EXPECTED_FLAG, way.span, "`stay` is `true` or is left out");
                cx.report.push(finding);
            }
            Some((Go::Stay, true))
        }
        _ => {
            let reason = way.word("a reason", cx.report)?;
            if acts {
                let message = "a branch that rejects its event does nothing else";
                cx.error(&codes::REJECT_AND_ACT, key.span, message);
            }
            if !matches!(ways.trigger, Trigger::Event(_)) || ways.scope == NO_EVENT {
                cx.error(
                    &codes::REJECT_AND_ACT,
                    key.span,
                    "only an event of the host can be rejected",
                );
            }
            Some((Go::Reject(reason.into()), true))
        }
    }
}

fn read_target(node: &Node, ways: &Ways<'_, '_>, cx: &mut Cx<'_>) -> Option<StateId> {
    let word = node.word("a state", cx.report)?;
    let found = ways.outline.by_name.get(word).copied();
    if found.is_none() {
        let known: Vec<&str> = ways.outline.by_name.keys().map(|name| &**name).collect();
        cx.unknown(&codes::UNKNOWN_STATE, node.span, "state", word, known.into_iter());
    }
    found
}

/// A state with regions is not left for one of them alone: what stays as it was is the other regions' own.
fn check_own_regions(node: &Node, target: StateId, ways: &Ways<'_, '_>, cx: &mut Cx<'_>) {
    let drafts = &ways.outline.drafts;
    let Some(source) = drafts
        .get(ways.source.index())
        .filter(|draft| draft.kind == Kind::Parallel)
    else {
        return;
    };
    let parent = |id: StateId| drafts.get(id.index()).and_then(|draft| draft.parent);
    let mut around = std::iter::successors(parent(target), |id| parent(*id));
    if around.any(|id| id == ways.source) {
        let inner = drafts.get(target.index()).map_or("", |draft| &draft.name);
        let message = format!(
            "`{inner}` lies in one of the regions of `{}`, where the branch stands",
            source.name
        );
        let finding = Diagnostic::error(&codes::WRONG_TARGET, node.span, message);
        cx.report.push(
            finding
                .help("put the branch into that region, or say `reenter: true`, which leaves and enters every region"),
        );
    }
}

/// A region is entered and left with its siblings only.
fn check_target(node: &Node, target: StateId, ways: &Ways<'_, '_>, cx: &mut Cx<'_>) {
    let drafts = &ways.outline.drafts;
    let parent = |id: StateId| drafts.get(id.index()).and_then(|draft| draft.parent);
    let path = |id: StateId| std::iter::successors(Some(id), |id| parent(*id)).collect::<Vec<_>>();
    let kind = |id: StateId| drafts.get(id.index()).map(|draft| draft.kind);
    let name = |id: StateId| drafts.get(id.index()).map_or("", |draft| &draft.name);
    let (from, to) = (path(ways.source), path(target));
    for around in from
        .iter()
        .filter(|id| kind(**id) == Some(Kind::Parallel) && to.contains(id))
    {
        let region = |path: &[StateId]| path.iter().copied().find(|id| parent(*id) == Some(*around));
        let (Some(own), Some(other)) = (region(&from), region(&to)) else {
            continue;
        };
        let finding = if own != other {
            let message = format!("`{}` lies in a sibling region", name(target));
            Diagnostic::error(&codes::WRONG_TARGET, node.span, message)
                .help("a region moves by its own branches: let the other region answer the same event")
        } else if target == own {
            let message = format!("`{}` is the whole region in which this branch stands", name(target));
            Diagnostic::error(&codes::WRONG_TARGET, node.span, message)
                .help("this would leave and enter every region; name the region's first state instead")
        } else {
            continue;
        };
        cx.report.push(finding);
    }
}

fn read_resume(node: &Node, depth: Option<&Node>, ways: &Ways<'_, '_>, cx: &mut Cx<'_>) -> Option<StateId> {
    let target = read_target(node, ways, cx)?;
    let shallow = depth
        .and_then(|node| node.whole_number(1..=1, "a number", cx.report))
        .is_some();
    let drafts = &ways.outline.drafts;
    let draft = drafts.get(target.index())?;
    if !matches!(draft.kind, Kind::Compound | Kind::Parallel) {
        let message = format!("`{}` has no states inside that could be resumed", draft.name);
        cx.report
            .push(Diagnostic::error(&codes::RESUME_ATOMIC, node.span, message).help("use `go:`"));
        return None;
    }
    let mut around = Some(ways.source);
    while let Some(id) = around {
        if id == target {
            let message = format!("`{}` is resumed inside itself, where it has not been left", draft.name);
            let finding = Diagnostic::error(&codes::RESUME_INSIDE, node.span, message);
            cx.report
                .push(finding.help("a state remembers when it is left: put the waiting state beside it"));
            return None;
        }
        around = drafts.get(id.index()).and_then(|draft| draft.parent);
    }
    check_target(node, target, ways, cx);
    ways.outline.histories.get(&(draft.name.clone(), !shallow)).copied()
}
