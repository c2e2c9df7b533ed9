//! A scenario as the file that is read as the same scenario.

use crate::told::said;
use crate::{Amount, Claim, Deed, Happening, Scenario, Status, Step, What, Zone};
use caseloop::{Instant, Supposed, Value};
use std::sync::Arc;

impl Scenario {
    /// The scenario as YAML. Reading it gives an equal scenario, but for places.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        let mut text = format!(
            "scenario: {}\nworkflow: {}\n",
            scalar(&self.name),
            scalar(&self.workflow)
        );
        match self.uses.as_slice() {
            [] => {}
            [one] => text += &format!("uses: {}\n", scalar(one)),
            all => text += &format!("uses: {}\n", list(all.iter().map(|path| scalar(path)))),
        }
        if self.status == Status::Unreviewed {
            text += "status: unreviewed\n";
        }
        if !self.set.is_empty() {
            let set = self.set.iter().map(|(name, value)| (name.as_str(), scalar(value)));
            text += &format!("set: {}\n", map(set));
        }
        text += &match self.zone {
            Zone::Named(_) => format!("at: {} {}\n", self.zone.write(self.at), self.zone.name()),
            Zone::Fixed(_) => format!("at: {}{}\n", self.zone.write(self.at), self.zone.name()),
        };
        if !self.given.is_empty() {
            text += &format!("given: {}\n", self.values(&self.given));
        }
        text += "steps:\n";
        // Where nothing is said, an event follows at once what was before it, or was looked at.
        let mut follows = self.at;
        for step in &self.steps {
            text += &self.step(step, follows);
            follows = match step.what {
                Happening::Look => step.at.plus(1),
                Happening::Start | Happening::Event { .. } => step.at,
            };
        }
        text
    }

    fn step(&self, step: &Step, follows: Instant) -> String {
        let mut lines = Vec::new();
        let at = format!("at: {}", self.zone.write(step.at));
        match &step.what {
            Happening::Start => lines.push("start: {}".to_owned()),
            Happening::Look => lines.push(at),
            Happening::Event {
                name,
                by,
                occurred,
                data,
            } => {
                if step.at != follows {
                    lines.push(at);
                }
                lines.push(match data.is_empty() {
                    true => format!("event: {}", scalar(name)),
                    false => format!("event: {{{}: {}}}", scalar(name), self.values(data)),
                });
                lines.extend(occurred.map(|at| format!("occurred: {}", self.zone.write(at))));
                lines.extend(by.as_ref().map(|by| format!("by: {}", scalar(by))));
            }
        }
        if !step.answers.all().is_empty() {
            lines.push(format!("rules: {}", self.rules(step.answers.all())));
        }
        if !step.claims.is_empty() {
            lines.push(format!("expect: {}", self.claims(&step.claims)));
        }
        let mut text = String::new();
        for (position, line) in lines.iter().enumerate() {
            text += if position == 0 { "  - " } else { "    " };
            text += line;
            text.push('\n');
        }
        text
    }

    fn rules(&self, answers: &[Supposed]) -> String {
        let mut names: Vec<&Arc<str>> = Vec::new();
        for answer in answers {
            if !names.contains(&&answer.rules) {
                names.push(&answer.rules);
            }
        }
        map(names.into_iter().map(|name| {
            let own = answers.iter().filter(|answer| answer.rules == *name);
            let gives: Vec<String> = own.map(|answer| self.values(&answer.gives)).collect();
            let value = match gives.as_slice() {
                [one] => one.clone(),
                _ => list(gives),
            };
            (&**name, value)
        }))
    }

    fn values(&self, values: &[(Arc<str>, Value)]) -> String {
        map(values.iter().map(|(name, value)| (&**name, self.value(value))))
    }

    fn value(&self, value: &Value) -> String {
        match value {
            Value::Absent => "absent".to_owned(),
            Value::Text(text) => scalar(text),
            Value::Constant(name) => scalar(name),
            Value::Instant(at) => self.zone.write(Instant(*at)),
            Value::Set(names) => list(names.iter().map(|name| scalar(name))),
            Value::List(items) => list(items.iter().map(|item| self.value(item))),
            Value::Record(members) => {
                let told = members.iter().filter(|(_, value)| *value != Value::Absent);
                map(told.map(|(name, value)| (&**name, self.value(value))))
            }
            other => other.to_string(),
        }
    }

    fn claims(&self, claims: &[Claim]) -> String {
        let mut entries: Vec<(&str, String)> = Vec::new();
        let states = |is_in: bool| {
            let names = claims.iter().filter_map(|claim| match &claim.what {
                What::In(name) if is_in => Some(scalar(name)),
                What::NotIn(name) if !is_in => Some(scalar(name)),
                _ => None,
            });
            names.collect::<Vec<String>>()
        };
        for (key, is_in) in [("in", true), ("not_in", false)] {
            match states(is_in).as_slice() {
                [] => {}
                [one] => entries.push((key, one.clone())),
                all => entries.push((key, list(all.iter().cloned()))),
            }
        }
        let due = claims.iter().filter_map(|claim| match &claim.what {
            What::Due(promise, at) => Some((&**promise, at.map_or("none".to_owned(), |at| self.zone.write(at)))),
            _ => None,
        });
        let data = claims.iter().filter_map(|claim| match &claim.what {
            What::Data(field, value) => Some((&**field, self.value(value))),
            _ => None,
        });
        for (key, all) in [("due", due.collect::<Vec<_>>()), ("data", data.collect())] {
            if !all.is_empty() {
                entries.push((key, map(all)));
            }
        }
        entries.extend(claims.iter().filter_map(|claim| self.claim(&claim.what)));
        map(entries)
    }

    fn claim(&self, what: &What) -> Option<(&'static str, String)> {
        let names = |names: &[Arc<str>]| list(names.iter().map(|name| scalar(name)));
        Some(match what {
            What::Breached(all) => ("breached", names(all)),
            What::Warned(all) => ("warned", names(all)),
            What::Cancelled(all) => ("cancelled", names(all)),
            What::Kept(all) => ("kept", amounts(all)),
            What::Late(all) => ("late", amounts(all)),
            What::Did(deeds) => ("did", list(deeds.iter().map(|deed| self.deed(deed)))),
            What::Ignored => ("ignored", "true".to_owned()),
            What::WrongSender => ("wrong_sender", "true".to_owned()),
            What::Rejected(reason) => (
                "rejected",
                reason.as_ref().map_or("true".to_owned(), |reason| scalar(reason)),
            ),
            What::Ended(ended) => ("ended", ended.to_string()),
            What::EndedAs(kind) => ("ended", scalar(kind)),
            What::In(_) | What::NotIn(_) | What::Due(..) | What::Data(..) => return None,
        })
    }

    fn deed(&self, deed: &Deed) -> String {
        match deed.with.is_empty() {
            true => scalar(&deed.effect),
            false => map([(&*deed.effect, self.values(&deed.with))]),
        }
    }
}

/// A list where no amount is told, otherwise each with its amount; without one the limit is not checked.
fn amounts(all: &[(Arc<str>, Option<Amount>)]) -> String {
    let told: Option<Vec<(&str, String)>> = all
        .iter()
        .map(|(name, amount)| Some((&**name, amount.map(said)?)))
        .collect();
    match told {
        Some(told) if !told.is_empty() => map(told),
        _ => list(all.iter().map(|(name, _)| scalar(name))),
    }
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    format!("[{}]", items.join(", "))
}

fn map<'a>(entries: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let entries: Vec<String> = entries
        .into_iter()
        .map(|(key, value)| format!("{}: {value}", scalar(key)))
        .collect();
    format!("{{{}}}", entries.join(", "))
}

/// A text as every YAML reader takes it for the same text: bare where no reader can take it for anything else.
fn scalar(text: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '/' | ' ');
    let begins = text.starts_with(|letter: char| letter.is_alphabetic() || letter == '_') || text.starts_with("../");
    let word = text.to_lowercase();
    let ambiguous = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "absent",
    ];
    if begins && text.chars().all(plain) && !text.ends_with(' ') && !ambiguous.contains(&word.as_str()) {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            letter if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
