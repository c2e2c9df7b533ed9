//! What is expected of a step. What is not said is not checked; a list that is said is the whole of it.

use super::Reader;
use crate::codes::MALFORMED_EXPECTATION;
use crate::{Amount, Claim, Deed, What};
use caseloop::layers::core::definition::Kind;
use caseloop::layers::core::read::codes::{UNKNOWN_EFFECT, UNKNOWN_FIELD, UNKNOWN_PROMISE, UNKNOWN_STATE};
use caseloop::layers::expr::Length;
use caseloop::layers::syntax::{Diagnostic, Node, Span};
use caseloop::{Instant, Value};
use std::sync::Arc;

impl Reader<'_> {
    pub(super) fn claims(&mut self, node: &Node, sends: bool) -> Vec<Claim> {
        let mut claims = Vec::new();
        let Some(mut fields) = node.fields("an expectation", self.report) else {
            return claims;
        };
        for (key, is_in) in [("in", true), ("not_in", false)] {
            let states = fields.get(key).map(|(_, node)| node.list_or_one()).unwrap_or_default();
            for node in states {
                let name = self.state(node);
                claims.extend(name.map(|name| Claim {
                    what: if is_in { What::In(name) } else { What::NotIn(name) },
                    span: node.span,
                }));
            }
        }
        let due = fields.get("due").map(|(_, node)| node);
        for (key, node) in due.and_then(|node| self.map(node, "`due`")).unwrap_or_default() {
            let promise = self.promise(&key.name, key.span);
            let at = self.due(node);
            if let (Some(promise), Some(at)) = (promise, at) {
                claims.push(Claim {
                    what: What::Due(promise, at),
                    span: node.span,
                });
            }
        }
        for (key, what) in [
            ("breached", What::Breached as fn(Vec<Arc<str>>) -> What),
            ("warned", What::Warned),
            ("cancelled", What::Cancelled),
        ] {
            if let Some((key, node)) = fields.get(key) {
                let names = self.promises(node);
                claims.push(Claim {
                    what: what(names),
                    span: if node.is_null() { key.span } else { node.span },
                });
            }
        }
        for (key, what) in [("kept", What::Kept as fn(Vec<_>) -> What), ("late", What::Late)] {
            if let Some((_, node)) = fields.get(key) {
                let amounts = self.amounts(node);
                claims.push(Claim {
                    what: what(amounts),
                    span: node.span,
                });
            }
        }
        if let Some((_, node)) = fields.get("did") {
            let deeds = node
                .list_or_one()
                .iter()
                .map(|node| self.deed(node))
                .collect::<Vec<_>>();
            claims.push(Claim {
                what: What::Did(deeds.into_iter().flatten().collect()),
                span: node.span,
            });
        }
        let data = fields.get("data").map(|(_, node)| node);
        for (key, node) in data.and_then(|node| self.map(node, "`data`")).unwrap_or_default() {
            let value = self.field(&key.name, key.span, node);
            claims.extend(value.map(|(name, value)| Claim {
                what: What::Data(name, value),
                span: node.span,
            }));
        }
        let verdicts = [
            fields.get("ignored"),
            fields.get("wrong_sender"),
            fields.get("rejected"),
        ];
        let ended = fields.get("ended");
        fields.finish(self.report);
        let [ignored, wrong_sender, rejected] = verdicts;
        for (found, what) in [(ignored, What::Ignored), (wrong_sender, What::WrongSender)] {
            if let Some((key, node)) = found
                && self.verdict(key.span, sends)
                && self.is_true(node, &key.name)
            {
                claims.push(Claim { what, span: node.span });
            }
        }
        if let Some((key, node)) = rejected
            && self.verdict(key.span, sends)
        {
            let reason = node.word("`true`, or the reason", self.report);
            claims.extend(reason.map(|reason| Claim {
                what: What::Rejected((reason != "true").then(|| reason.into())),
                span: node.span,
            }));
        }
        if let Some((_, node)) = ended {
            let word = node.word("`true`, `false` or the kind of an end", self.report);
            claims.extend(word.map(|word| Claim {
                what: match word {
                    "true" => What::Ended(true),
                    "false" => What::Ended(false),
                    kind => What::EndedAs(kind.into()),
                },
                span: node.span,
            }));
            if let Some(kind) = word {
                self.check_ending(kind, node.span);
            }
        }
        claims
    }

    fn map<'n>(&mut self, node: &'n Node, what: &'static str) -> Option<&'n [(caseloop::layers::syntax::Key, Node)]> {
        node.fields(what, self.report)?;
        node.as_map()
    }

    fn is_true(&mut self, node: &Node, key: &str) -> bool {
        let flag = node.flag(&format!("`{key}`"), self.report);
        if flag == Some(false) {
            let finding = Diagnostic::error(
                &MALFORMED_EXPECTATION,
                node.span,
                format!("`{key}: false` says nothing"),
            );
            self.report
                .push(finding.help("leave it out: an event is expected to be taken where nothing else is said"));
        }
        flag == Some(true)
    }

    /// Whether there is an event that something could become of.
    fn verdict(&mut self, span: Span, sends: bool) -> bool {
        if !sends {
            self.error(
                &MALFORMED_EXPECTATION,
                span,
                "this is said of an event, and this step sends none",
            );
        }
        sends
    }

    fn state(&mut self, node: &Node) -> Option<Arc<str>> {
        let name = node.word("a state", self.report)?;
        let states = &self.workflow.definition().states;
        let named = || {
            let own = states.iter().skip(1);
            own.filter(|state| !matches!(state.kind, Kind::History { .. }))
        };
        let found = named().find(|state| *state.name == *name);
        if found.is_none() {
            let finding = Diagnostic::error(&UNKNOWN_STATE, node.span, format!("there is no state `{name}`"));
            self.report
                .push(finding.suggest(name, named().map(|state| &*state.name)));
        }
        found.map(|state| state.name.clone())
    }

    fn check_ending(&mut self, kind: &str, span: Span) {
        let states = &self.workflow.definition().states;
        let kinds = || states.iter().filter_map(|state| state.ending.as_deref());
        if matches!(kind, "true" | "false") || kinds().any(|known| known == kind) {
            return;
        }
        let message = format!("no final state of the workflow ends a case as `{kind}`");
        let finding = Diagnostic::error(&MALFORMED_EXPECTATION, span, message);
        self.report
            .push(finding.suggest(kind, kinds().chain(["true", "false"])));
    }

    fn promise(&mut self, name: &str, span: Span) -> Option<Arc<str>> {
        let promises = &self.workflow.definition().promises;
        let found = promises.iter().find(|promise| *promise.name == *name);
        if found.is_none() {
            let finding = Diagnostic::error(&UNKNOWN_PROMISE, span, format!("there is no promise `{name}`"));
            self.report
                .push(finding.suggest(name, promises.iter().map(|promise| &*promise.name)));
        }
        found.map(|promise| promise.name.clone())
    }

    fn promises(&mut self, node: &Node) -> Vec<Arc<str>> {
        let mut names = Vec::new();
        for node in node.list_or_one() {
            let name = node.word("a promise", self.report).map(str::to_owned);
            names.extend(name.and_then(|name| self.promise(&name, node.span)));
        }
        names
    }

    /// A time, or `none`.
    #[expect(
        clippy::option_option,
        reason = "the outer one is a mistake, the inner one what the author says"
    )]
    fn due(&mut self, node: &Node) -> Option<Option<Instant>> {
        if node.text() == Some("none") {
            return Some(None);
        }
        self.moment(node).map(|(at, _)| Some(at))
    }

    /// A list of promises, or what was left of each.
    fn amounts(&mut self, node: &Node) -> Vec<(Arc<str>, Option<Amount>)> {
        let Some(entries) = node.as_map() else {
            return self.promises(node).into_iter().map(|name| (name, None)).collect();
        };
        let mut amounts = Vec::new();
        for (key, node) in entries {
            let promise = self.promise(&key.name, key.span);
            let counted = node.text().and_then(|text| text.parse::<i64>().ok());
            let amount = match counted {
                Some(times) => Some(Amount::Times(times)),
                None => self.length(node).and_then(|length| match length {
                    Length::Elapsed(_) | Length::WorkingTime(_) => Some(Amount::Time(length)),
                    other => {
                        let message = format!("`{other}` is no elapsed and no working time");
                        let finding = Diagnostic::error(&MALFORMED_EXPECTATION, node.span, message);
                        self.report
                            .push(finding.help("write hours, such as `4 h` or `4 working hours`"));
                        None
                    }
                }),
            };
            if let (Some(promise), Some(amount)) = (promise, amount) {
                amounts.push((promise, Some(amount)));
            }
        }
        amounts
    }

    /// `notify supervisor overdue`, or `{notify: {role: supervisor}}`.
    fn deed(&mut self, node: &Node) -> Option<Deed> {
        let effects = &self.workflow.definition().effects;
        let (name, span) = match node.as_map() {
            Some([(key, _)]) => (key.name.to_string(), key.span),
            Some(_) => {
                self.error(&MALFORMED_EXPECTATION, node.span, "an entry of `did` is one effect");
                return None;
            }
            None => {
                let text = node.word("an effect", self.report)?;
                let name = text.split_whitespace().next().unwrap_or_default();
                (name.to_owned(), node.part(0..name.len()))
            }
        };
        let Some(effect) = effects.iter().find(|effect| *effect.name == *name) else {
            let finding = Diagnostic::error(&UNKNOWN_EFFECT, span, format!("there is no effect `{name}`"));
            self.report
                .push(finding.suggest(&name, effects.iter().map(|effect| &*effect.name)));
            return None;
        };
        let mut with = Vec::new();
        if let Some([(_, arguments)]) = node.as_map() {
            for (key, node) in self.map(arguments, "an effect")?.iter() {
                let Some((_, parameter)) = effect.parameters.get(&key.name) else {
                    let names = effect.parameters.fields().map(|field| &*field.name);
                    let message = format!("the effect `{name}` has no argument `{}`", key.name);
                    let finding = Diagnostic::error(&UNKNOWN_FIELD, key.span, message);
                    self.report.push(finding.suggest(&key.name, names));
                    continue;
                };
                let value = self.value(node, &parameter.ty);
                with.extend(value.map(|value| (parameter.name.clone(), value)));
            }
            return Some(Deed {
                effect: effect.name.clone(),
                with,
            });
        }
        let text = node.text()?;
        let words = text.split_whitespace().skip(1);
        let mut parameters = effect.parameters.fields();
        for word in words {
            let Some(parameter) = parameters.next() else {
                let message = format!("the effect `{name}` has no argument left for `{word}`");
                self.error(&MALFORMED_EXPECTATION, node.span, message);
                return None;
            };
            let word = Node::made_text(node.span, word);
            let value = self.value(&word, &parameter.ty);
            with.extend(value.map(|value| (parameter.name.clone(), value)));
        }
        Some(Deed {
            effect: effect.name.clone(),
            with,
        })
    }

    fn field(&mut self, name: &str, span: Span, node: &Node) -> Option<(Arc<str>, Value)> {
        let record = &self.workflow.definition().case.record;
        let Some((_, field)) = record.get(name) else {
            let names = record.fields().map(|field| &*field.name);
            let finding = Diagnostic::error(&UNKNOWN_FIELD, span, format!("the case has no field `{name}`"));
            self.report.push(finding.suggest(name, names));
            return None;
        };
        if field.optional && node.text() == Some("absent") {
            return Some((field.name.clone(), Value::Absent));
        }
        Some((field.name.clone(), self.value(node, &field.ty)?))
    }
}
