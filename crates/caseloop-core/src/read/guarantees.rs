//! `guarantees`: what is to hold of every case, by the author's names. Whether it does is for others to prove.

use super::codes;
use super::cx::{Cx, NO_EVENT};
use super::length;
use crate::definition::{Definition, Guarantee, GuaranteeDef};
use crate::{BranchId, EffectId, EventId, PromiseId, StateId};
use caseloop_expr::Condition;
use caseloop_expr::declare::quoted;
use caseloop_syntax::{Diagnostic, Fields, Node};

/// The keys of each kind of guarantee; the first tells which it is.
const KINDS: [(&str, &[&str]); 10] = [
    ("only_by", &["entering"]),
    ("can_reach", &[]),
    ("everywhere", &[]),
    ("time_alone_ends_in", &[]),
    ("always_warned", &["except"]),
    ("taken", &["at_most"]),
    ("same_step", &["on_event"]),
    ("always", &[]),
    ("never", &[]),
    ("leads_to", &["from"]),
];

/// Reads all guarantees of a workflow whose other parts have been read.
pub(super) fn read(node: &Node, definition: &Definition, cx: &mut Cx<'_>) -> Vec<GuaranteeDef> {
    let Some(mut fields) = node.fields("a set of guarantees", cx.report) else {
        return Vec::new();
    };
    let mut guarantees = Vec::new();
    for (key, node) in fields.rest() {
        let Some(fields) = node.fields("a guarantee", cx.report) else {
            continue;
        };
        let read = Reader { definition, cx }.guarantee(node, fields);
        guarantees.extend(read.map(|what| GuaranteeDef {
            name: key.name.clone(),
            what,
            span: key.span,
        }));
    }
    guarantees
}

struct Reader<'d, 'c, 'r> {
    definition: &'d Definition,
    cx: &'c mut Cx<'r>,
}

impl Reader<'_, '_, '_> {
    fn guarantee(&mut self, node: &Node, mut fields: Fields<'_>) -> Option<Guarantee> {
        let said: Vec<_> = KINDS
            .into_iter()
            .filter(|(kind, _)| node.entry(kind).is_some())
            .collect();
        let [(kind, others)] = said.as_slice() else {
            self.say_one(node, said.len());
            return None;
        };
        for key in others.iter().chain([kind]) {
            fields.get(key);
        }
        let main = fields.require(kind, self.cx.report);
        let other = match others.first() {
            Some(other) if *other != "except" => Some(fields.require(other, self.cx.report)),
            _ => None,
        };
        let except = node.entry("except").filter(|_| others.contains(&"except"));
        fields.finish(self.cx.report);
        let main = main?;
        let other = match other {
            Some(other) => other?,
            None => main,
        };
        Some(match *kind {
            "only_by" => Guarantee::OnlyBy {
                entering: self.states(other)?,
                branches: self.branches(main)?,
            },
            "can_reach" => Guarantee::CanReach(self.states(main)?),
            "everywhere" => self.everywhere(main)?,
            "time_alone_ends_in" => Guarantee::TimeAloneEndsIn(self.states(main)?),
            "always_warned" => self.always_warned(main, except)?,
            "taken" => Guarantee::TakenAtMost {
                branches: self.branches(main)?,
                at_most: length::number(other, self.cx)?,
            },
            "same_step" => Guarantee::SameStep {
                event: self.event(other)?,
                effect: self.effect(main)?,
            },
            "always" => Guarantee::Always(self.condition(main)?),
            "never" => Guarantee::Never(self.condition(main)?),
            _ => Guarantee::LeadsTo {
                from: self.condition(other)?,
                to: self.condition(main)?,
            },
        })
    }

    /// Reports a guarantee that says nothing, or several things.
    fn say_one(&mut self, node: &Node, said: usize) {
        let kinds = || KINDS.into_iter().map(|(kind, _)| kind).chain(["reopened_at_most"]);
        let first = node.as_map().unwrap_or_default().first();
        if let Some((key, _)) = first.filter(|_| said == 0) {
            let code = &codes::MALFORMED_GUARANTEE;
            self.cx.unknown(code, key.span, "guarantee", &key.name, kinds());
            return;
        }
        let message = match said {
            0 => "this says nothing that can be guaranteed".to_owned(),
            _ => format!("this says {said} things at once"),
        };
        let finding = Diagnostic::error(&codes::MALFORMED_GUARANTEE, node.span, message);
        let kinds: Vec<&str> = kinds().collect();
        self.cx.report.push(finding.help(format!(
            "a guarantee says one of {}, as in `{{can_reach: closed}}`",
            quoted(&kinds)
        )));
    }

    fn everywhere(&mut self, node: &Node) -> Option<Guarantee> {
        let (mut waits_for, mut clock) = (false, false);
        for node in node.list_or_one() {
            match node.word("`waits_for` or `clock`", self.cx.report)? {
                "waits_for" => waits_for = true,
                "clock" => clock = true,
                word => {
                    let known = ["waits_for", "clock"].into_iter();
                    self.cx
                        .unknown(&codes::MALFORMED_GUARANTEE, node.span, "such thing as", word, known);
                    return None;
                }
            }
        }
        (waits_for || clock).then_some(Guarantee::Everywhere { waits_for, clock })
    }

    fn always_warned(&mut self, node: &Node, except: Option<&Node>) -> Option<Guarantee> {
        let (mut but_late, mut but_new_level) = (false, false);
        for node in except.map(Node::list_or_one).unwrap_or_default() {
            match node.word("`late` or `new_level`", self.cx.report)? {
                "late" => but_late = true,
                "new_level" => but_new_level = true,
                word => {
                    let known = ["late", "new_level"].into_iter();
                    self.cx
                        .unknown(&codes::MALFORMED_GUARANTEE, node.span, "exception", word, known);
                    return None;
                }
            }
        }
        let promises = self.names(node, "promise", &codes::UNKNOWN_PROMISE, |definition| {
            definition.promises.iter().map(|promise| &*promise.name).collect()
        })?;
        Some(Guarantee::AlwaysWarned {
            promises: promises.into_iter().map(PromiseId::at).collect(),
            but_late,
            but_new_level,
        })
    }

    fn states(&mut self, node: &Node) -> Option<Vec<StateId>> {
        let all = self.names(node, "state", &codes::UNKNOWN_STATE, |definition| {
            // The first is the workflow itself.
            definition.states.iter().skip(1).map(|state| &*state.name).collect()
        })?;
        Some(all.into_iter().map(|position| StateId::at(position + 1)).collect())
    }

    fn branches(&mut self, node: &Node) -> Option<Vec<BranchId>> {
        // A branch that could not be read was told of where it stands.
        if self.cx.report.errors() > 0 {
            return None;
        }
        let all = self.names(node, "branch", &codes::UNKNOWN_BRANCH, |definition| {
            definition.branches.iter().map(|branch| &*branch.name).collect()
        })?;
        Some(all.into_iter().map(BranchId::at).collect())
    }

    fn event(&mut self, node: &Node) -> Option<EventId> {
        let one = self.names(node, "event", &codes::UNKNOWN_EVENT, |definition| {
            definition.events.iter().map(|event| &*event.name).collect()
        })?;
        one.first().copied().map(EventId::at)
    }

    fn effect(&mut self, node: &Node) -> Option<EffectId> {
        let one = self.names(node, "effect", &codes::UNKNOWN_EFFECT, |definition| {
            definition.effects.iter().map(|effect| &*effect.name).collect()
        })?;
        one.first().copied().map(EffectId::at)
    }

    fn condition(&mut self, node: &Node) -> Option<Condition> {
        self.cx.condition(node, NO_EVENT)
    }

    /// The positions of what is named; `None` where one of them is not there.
    fn names(
        &mut self,
        node: &Node,
        kind: &'static str,
        code: &'static caseloop_syntax::Code,
        known: impl Fn(&Definition) -> Vec<&str>,
    ) -> Option<Vec<usize>> {
        let known = known(self.definition);
        let listed = node.list_or_one();
        let mut found = Vec::new();
        for node in listed {
            let word = node.word(kind, self.cx.report)?;
            match known.iter().position(|known| *known == word) {
                Some(position) => found.push(position),
                None => self.cx.unknown(code, node.span, kind, word, known.iter().copied()),
            }
        }
        (found.len() == listed.len()).then_some(found)
    }
}
