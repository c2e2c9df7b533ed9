//! The finite alphabet of a chart: every event that it sends, raises, ends with or is sent, and which descriptors
//! match which of them.

use super::javascript::{self, Js};
use super::scxml::{Chart, Given, State, Step};
use super::stop::{Reason, Stop};
use caseloop_core::EventId;
use indexmap::IndexMap;

/// The events of a chart, each with whether it may come from outside.
#[derive(Debug, Default)]
pub(crate) struct Alphabet {
    events: IndexMap<String, bool>,
}

impl Alphabet {
    /// All events of `chart` and those that it will be sent.
    pub(crate) fn of(chart: &Chart, sent: &[&str]) -> Result<Self, Stop> {
        let mut alphabet = Self::default();
        for name in sent {
            alphabet.events.insert((*name).to_owned(), true);
        }
        alphabet.add_state(&chart.root)?;
        Ok(alphabet)
    }

    /// The events in the order of their ids.
    pub(crate) fn events(&self) -> impl Iterator<Item = (&str, bool)> {
        self.events.iter().map(|(name, external)| (name.as_str(), *external))
    }

    /// The id of an event.
    pub(crate) fn id(&self, name: &str) -> Option<EventId> {
        self.events.get_index_of(name).map(EventId::at)
    }

    /// The events that one of the descriptors matches.
    pub(crate) fn matching(&self, descriptors: &[String]) -> impl Iterator<Item = EventId> {
        let events = self.events.keys().enumerate();
        let matched = events.filter(|(_, name)| descriptors.iter().any(|descriptor| matches(descriptor, name)));
        matched.map(|(position, _)| EventId::at(position))
    }

    fn add_state(&mut self, state: &State) -> Result<(), Stop> {
        let starts = state.start.iter().chain(&state.transitions);
        for steps in starts
            .map(|transition| &transition.steps)
            .chain([&state.enter, &state.leave])
        {
            self.add_steps(steps)?;
        }
        if let Some(id) = &state.id
            && state.is_composite()
        {
            self.events.entry(done(id)).or_insert(false);
        }
        state.children.iter().try_for_each(|child| self.add_state(child))
    }

    fn add_steps(&mut self, steps: &[Step]) -> Result<(), Stop> {
        for step in steps {
            match step {
                Step::Raise(event) | Step::Send { event, .. } => {
                    self.events.entry(name(event)?).or_insert(false);
                }
                Step::If { cases, otherwise } => {
                    cases.iter().try_for_each(|(_, steps)| self.add_steps(steps))?;
                    self.add_steps(otherwise)?;
                }
                Step::Assign { .. } | Step::Cancel(_) | Step::Log(_) => {}
            }
        }
        Ok(())
    }
}

/// The event that says that a state is done.
pub(crate) fn done(state: &str) -> String {
    format!("done.state.{state}")
}

/// The name of an event, which has to be written out.
pub(crate) fn name(event: &Given) -> Result<String, Stop> {
    match event {
        Given::Text(name) => Ok(name.clone()),
        Given::Expression(expression) => match javascript::parse(expression)? {
            Js::Text(name) => Ok(name),
            _ => Err(Reason::ComputedEvent.into()),
        },
    }
}

/// SCXML 3.12.1: a descriptor matches by whole words from the left; `*` matches everything.
fn matches(descriptor: &str, event: &str) -> bool {
    let prefix = descriptor.strip_suffix('*').unwrap_or(descriptor);
    let prefix = prefix.strip_suffix('.').unwrap_or(prefix);
    match event.strip_prefix(prefix) {
        Some(rest) => prefix.is_empty() || rest.is_empty() || rest.starts_with('.'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn descriptors_match_whole_words_from_the_left() {
        for (descriptor, event, expected) in [
            ("foo", "foo", true),
            ("foo", "foo.bar", true),
            ("foo", "foobar", false),
            ("foo.", "foo.bar", true),
            ("foo.*", "foo", true),
            ("foo.*", "foo.bar.bat", true),
            ("foo.bar", "foo", false),
            ("*", "anything.at.all", true),
        ] {
            assert_eq!(matches(descriptor, event), expected, "{descriptor} {event}");
        }
    }
}
