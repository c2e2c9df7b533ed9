//! The steps of a scenario: when each is, what happens, what rules answer, and what is expected.

use super::Reader;
use crate::codes::{MALFORMED_STEP, OUT_OF_ORDER};
use crate::{Happening, Step};
use caseloop::layers::core::definition::Data;
use caseloop::layers::core::read::codes::{UNKNOWN_EVENT, UNKNOWN_FIELD, UNKNOWN_ROLE, UNKNOWN_RULES};
use caseloop::layers::syntax::{Diagnostic, Fields, Node, Span};
use caseloop::{Answers, Instant, Supposed, Value};
use std::sync::Arc;

/// What a step is read after: the instant of the one before, and whether that instant is over.
#[derive(Clone, Copy)]
struct Before {
    at: Instant,
    over: bool,
}

impl Reader<'_> {
    /// The steps, the first of which begins the case, and what the case begins with; `is_whole` is false where something was
    /// wrong with that.
    pub(super) fn steps(
        &mut self,
        nodes: &[Node],
        at: Instant,
        mut given: Vec<(Arc<str>, Value)>,
        is_whole: bool,
        begins: Span,
    ) -> (Vec<Step>, Vec<(Arc<str>, Value)>) {
        let mut steps = Vec::new();
        let mut before = Before { at, over: false };
        let case = &self.workflow.definition().case;
        let starts = nodes.first().and_then(|node| node.entry("start"));
        if starts.is_none() {
            if is_whole {
                self.fill(&mut given, case, "a beginning", begins);
            }
            steps.push(Step {
                at,
                what: Happening::Start,
                answers: Answers::new(),
                claims: Vec::new(),
                span: begins,
            });
        }
        for (position, node) in nodes.iter().enumerate() {
            let Some(fields) = node.fields("a step", self.report) else {
                continue;
            };
            let first = node.as_map().and_then(<[_]>::first);
            let span = first.map_or(node.span, |(key, _)| key.span);
            steps.extend(self.step(fields, span, (position == 0, is_whole), &mut before, &mut given));
        }
        (steps, given)
    }

    fn step(
        &mut self,
        mut fields: Fields<'_>,
        span: Span,
        (is_first, is_whole): (bool, bool),
        before: &mut Before,
        given: &mut Vec<(Arc<str>, Value)>,
    ) -> Option<Step> {
        let (at, wait) = (fields.get("at"), fields.get("wait"));
        let (start, event) = (fields.get("start"), fields.get("event"));
        let (by, occurred) = (fields.get("by"), fields.get("occurred"));
        let rules = fields.get("rules");
        let expect = fields.get("expect");
        fields.finish(self.report);
        if let (Some((at, _)), Some((wait, _))) = (at, wait) {
            let message = "a step says `at` or `wait`, not both";
            let finding = Diagnostic::error(&MALFORMED_STEP, wait.span, message);
            self.report.push(finding.also(at.span, "when it is"));
        }
        if let (Some((key, _)), false) = (start, is_first) {
            self.error(
                &MALFORMED_STEP,
                key.span,
                "only the first step of a scenario begins the case",
            );
        }
        if let (Some((start, _)), Some((event, _))) = (start, event) {
            let finding = Diagnostic::error(
                &MALFORMED_STEP,
                event.span,
                "a step begins the case or sends an event, not both",
            );
            self.report.push(finding.also(start.span, "it begins the case"));
        }
        if start.is_some()
            && let Some((key, _)) = at.or(wait)
        {
            let finding = Diagnostic::error(&MALFORMED_STEP, key.span, "the case begins when the scenario does");
            self.report
                .push(finding.help("say when in `at:` of the scenario, before its steps"));
        }
        if let (Some((key, _)), None) = (by, event) {
            self.error(
                &MALFORMED_STEP,
                key.span,
                "`by` says who sends an event, and this step sends none",
            );
        }
        if let (Some((key, _)), None) = (occurred, event) {
            self.error(
                &MALFORMED_STEP,
                key.span,
                "`occurred` says when an event was, and this step sends none",
            );
        }
        if at.is_none() && wait.is_none() && start.is_none() && event.is_none() {
            let finding = Diagnostic::error(&MALFORMED_STEP, span, "a step says when it is or what happens in it");
            self.report
                .push(finding.help("write `at`, `wait`, `event` or, in the first step, `start`"));
        }
        let told = match (at, wait) {
            (Some((_, node)), _) => self.moment(node).map(|(at, _)| at),
            (None, Some((_, node))) => self.after(node, before.at),
            // As soon as what was looked at is over.
            (None, None) if before.over && event.is_some() => Some(before.at.plus(1)),
            (None, None) => Some(before.at),
        };
        let what = match (start, event) {
            (Some((key, node)), _) => {
                let case = &self.workflow.definition().case;
                let errors = self.report.errors();
                for (name, value) in self.data(node, case, "the case") {
                    given.retain(|(known, _)| *known != name);
                    given.push((name, value));
                }
                if is_first && is_whole && self.report.errors() == errors {
                    self.fill(given, case, "a beginning", key.span);
                }
                Some(Happening::Start)
            }
            (None, Some((_, node))) => self.event(node, by.map(|(_, node)| node)),
            (None, None) => Some(Happening::Look),
        };
        let what = match (what, occurred) {
            (Some(what), Some((_, node))) => self.occurred(what, node, told),
            (what, _) => what,
        };
        let answers = rules.map(|(_, node)| self.rules(node)).unwrap_or_default();
        let looks = matches!(what, Some(Happening::Look));
        let claims = expect
            .map(|(_, node)| self.claims(node, event.is_some()))
            .unwrap_or_default();
        let at = told?;
        if at < before.at || (at == before.at && before.over && !looks) {
            let message = match at < before.at {
                true => "this step lies before the one above it",
                false => "this step happens at an instant that is over: the step above it looks at what had come of it",
            };
            self.error(&OUT_OF_ORDER, span, message);
            // Said once, not of every step that follows.
            before.over = false;
            return None;
        }
        *before = Before { at, over: looks };
        Some(Step {
            at,
            what: what?,
            answers,
            claims,
            span,
        })
    }

    /// `solved`, or `{solved: {summary: …}}`.
    fn event(&mut self, node: &Node, by: Option<&Node>) -> Option<Happening> {
        let by = by.and_then(|node| self.role(node));
        let (name, span, data) = match node.as_map() {
            Some([(key, data)]) => (&*key.name, key.span, Some(data)),
            Some([]) | Some([_, _, ..]) => {
                let finding = Diagnostic::error(&MALFORMED_STEP, node.span, "a step sends one event");
                self.report
                    .push(finding.help("write its name, or `{NAME: {FIELD: VALUE}}`"));
                return None;
            }
            None => (node.word("an event", self.report)?, node.span, None),
        };
        let workflow = self.workflow;
        let known = workflow.definition().events.iter().filter(|event| event.external);
        let Some(declared) = known.clone().find(|event| *event.name == *name) else {
            let message = format!("the workflow knows no event `{name}` that can be sent");
            let finding = Diagnostic::error(&UNKNOWN_EVENT, span, message);
            self.report.push(finding.suggest(name, known.map(|event| &*event.name)));
            return None;
        };
        let mut brought = data
            .map(|node| self.data(node, &declared.data, "the event"))
            .unwrap_or_default();
        self.fill(&mut brought, &declared.data, &format!("`{name}`"), span);
        Some(Happening::Event {
            name: declared.name.clone(),
            by,
            occurred: None,
            data: brought,
        })
    }

    /// The event as one that occurred before the step.
    fn occurred(&mut self, mut what: Happening, node: &Node, now: Option<Instant>) -> Option<Happening> {
        let (at, _) = self.moment(node)?;
        if now.is_some_and(|now| at > now) {
            self.error(
                &OUT_OF_ORDER,
                node.span,
                "the event occurred after the step in which the case hears of it",
            );
            return None;
        }
        if let Happening::Event { occurred, .. } = &mut what {
            *occurred = now.filter(|now| *now != at).map(|_| at);
        }
        Some(what)
    }

    fn role(&mut self, node: &Node) -> Option<Arc<str>> {
        let name = node.word("a role", self.report)?;
        let roles = &self.workflow.definition().roles;
        let found = roles.iter().find(|role| ***role == *name).cloned();
        if found.is_none() {
            let finding = Diagnostic::error(&UNKNOWN_ROLE, node.span, format!("there is no role `{name}`"));
            self.report
                .push(finding.suggest(name, roles.iter().map(|role| &**role)));
        }
        found
    }

    /// `{NAME: {OUTPUT: VALUE}}`, or a list of such outputs where the rules are asked several times in the step.
    fn rules(&mut self, node: &Node) -> Answers {
        let mut answers = Answers::new();
        if node.fields("`rules`", self.report).is_none() {
            return answers;
        }
        let known = &self.workflow.definition().rules;
        for (key, node) in node.as_map().unwrap_or_default() {
            let Some(rules) = known.iter().find(|rules| rules.name == key.name) else {
                let finding = Diagnostic::error(
                    &UNKNOWN_RULES,
                    key.span,
                    format!("the workflow asks no rules `{}`", key.name),
                );
                self.report
                    .push(finding.suggest(&key.name, known.iter().map(|rules| &*rules.name)));
                continue;
            };
            for item in node.list_or_one() {
                let outputs = Data {
                    record: rules.outputs.clone(),
                    ..Data::default()
                };
                let gives = self.outputs(item, &outputs);
                answers = answers.with(Supposed {
                    rules: rules.name.clone(),
                    gives,
                });
            }
        }
        answers
    }

    fn outputs(&mut self, node: &Node, outputs: &Data) -> Vec<(Arc<str>, Value)> {
        let mut gives = Vec::new();
        if node.is_null() || node.fields("what rules give", self.report).is_none() {
            return gives;
        }
        for (key, node) in node.as_map().unwrap_or_default() {
            match outputs.record.get(&key.name) {
                Some((_, field)) => gives.extend(self.value(node, &field.ty).map(|value| (field.name.clone(), value))),
                None => {
                    let names = outputs.record.fields().map(|field| &*field.name);
                    let finding =
                        Diagnostic::error(&UNKNOWN_FIELD, key.span, format!("these rules give no `{}`", key.name));
                    self.report.push(finding.suggest(&key.name, names));
                }
            }
        }
        gives
    }
}
