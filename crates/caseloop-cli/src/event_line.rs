//! One line of an events file: what it says, or what is wrong with it. Errors name keys and never repeat a value,
//! which may be personal.

use crate::refusal::malformed_json;
use caseloop::layers::core::Instant;
use caseloop::layers::syntax::did_you_mean;
use caseloop::{Event, Value};
use chrono::{DateTime, FixedOffset, Utc};
use std::sync::Arc;

/// The case of a line that names none.
pub(crate) const ONLY_CASE: &str = "1";

/// The longest id of a case or an event, in characters.
const LONGEST_ID: usize = 200;

/// Every key that a line may have.
const KEYS: [&str; 9] = ["at", "case", "id", "start", "event", "tick", "by", "data", "occurred"];

/// What a line says.
#[derive(Debug)]
pub(crate) struct EventLine {
    /// When, as the engine counts it.
    pub(crate) at: DateTime<Utc>,
    /// The offset in which the line gives its time.
    pub(crate) offset: FixedOffset,
    /// The host's name for the case.
    pub(crate) case: Arc<str>,
    /// The host's id of the event.
    pub(crate) id: Option<Arc<str>>,
    /// What happens.
    pub(crate) what: What,
}

/// What happens to the case.
#[derive(Debug)]
pub(crate) enum What {
    /// It begins with this data.
    Start(Members),
    /// An event arrives.
    Event(Event),
    /// Time passes.
    Tick,
}

type Members = Vec<(Arc<str>, Value)>;

impl EventLine {
    /// Reads a line.
    ///
    /// # Errors
    /// What was found and what was expected, without any value.
    pub(crate) fn read(line: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(line).map_err(|error| malformed_json(&error))?;
        let kind = value.kind();
        let Value::Record(members) = value else {
            return Err(format!("found {kind} where an object was expected"));
        };
        let mut keys = Keys::new(members)?;
        let (at, offset) = instant(&keys.text("at")?.ok_or("the key `at` is missing")?, "at")?;
        let occurred = keys.text("occurred")?;
        let occurred = occurred.map(|text| instant(&text, "occurred")).transpose()?;
        let occurred = occurred.map(|(occurred, _)| occurred);
        if occurred.is_some_and(|occurred| occurred > at) {
            return Err("`occurred` is later than `at`".to_owned());
        }
        let case = keys.id("case")?.unwrap_or_else(|| ONLY_CASE.into());
        let id = keys.id("id")?;
        let what = match (keys.what()?, occurred) {
            (What::Event(event), Some(occurred)) => What::Event(event.occurred(occurred)),
            (_, Some(_)) => return Err("`occurred` goes with `event` only".to_owned()),
            (what, None) => what,
        };
        keys.finish()?;
        Ok(Self {
            at,
            offset,
            case,
            id,
            what,
        })
    }
}

/// The members of the line's object that have not been read.
struct Keys(Members);

impl Keys {
    fn new(members: Members) -> Result<Self, String> {
        for (at, (name, value)) in members.iter().enumerate() {
            if members.iter().take(at).any(|(known, _)| known == name) {
                return Err(format!("the key `{name}` stands here twice"));
            }
            once_each(value, name)?;
        }
        Ok(Self(members))
    }

    /// Takes a key; one that is `null` is not there.
    fn take(&mut self, name: &str) -> Option<Value> {
        let at = self.0.iter().position(|(key, _)| &**key == name)?;
        Some(self.0.remove(at).1).filter(|value| *value != Value::Absent)
    }

    fn text(&mut self, name: &str) -> Result<Option<Arc<str>>, String> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(other) => Err(format!("`{name}` is {}, where a text was expected", other.kind())),
        }
    }

    fn id(&mut self, name: &str) -> Result<Option<Arc<str>>, String> {
        let text = self.text(name)?;
        if text
            .as_ref()
            .is_some_and(|text| text.trim().is_empty() || text.chars().count() > LONGEST_ID)
        {
            return Err(format!("`{name}` is not a text of 1 to {LONGEST_ID} characters"));
        }
        Ok(text)
    }

    fn members(&mut self, name: &str) -> Result<Option<Members>, String> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Record(members)) => Ok(Some(members)),
            Some(other) => Err(format!("`{name}` is {}, where an object was expected", other.kind())),
        }
    }

    fn what(&mut self) -> Result<What, String> {
        let (start, name, tick) = (self.members("start")?, self.text("event")?, self.take("tick"));
        let what = match (start, name, tick) {
            (Some(data), None, None) => What::Start(data),
            (None, Some(name), None) => {
                let mut event = Event::new(name);
                if let Some(role) = self.text("by")? {
                    event = event.by(role);
                }
                for (field, value) in self.members("data")?.unwrap_or_default() {
                    event = event.with(field, value);
                }
                What::Event(event)
            }
            (None, None, Some(Value::Bool(true))) => What::Tick,
            (None, None, Some(_)) => return Err("`tick` can only be true".to_owned()),
            (None, None, None) => return Err("one of `start`, `event` and `tick` is missing".to_owned()),
            _ => return Err("only one of `start`, `event` and `tick` may stand in a line".to_owned()),
        };
        if !matches!(what, What::Event(_)) {
            for key in ["by", "data"] {
                if self.take(key).is_some() {
                    return Err(format!("`{key}` goes with `event` only"));
                }
            }
        }
        Ok(what)
    }

    fn finish(self) -> Result<(), String> {
        let Some((key, _)) = self.0.first() else { return Ok(()) };
        let near = did_you_mean(key, KEYS)
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        Err(format!("a line has no key `{key}`{near}"))
    }
}

/// Whether every object in a value has each key once. Depth is bounded by the JSON reader.
fn once_each(value: &Value, within: &str) -> Result<(), String> {
    match value {
        Value::Record(members) => {
            for (at, (name, value)) in members.iter().enumerate() {
                if members.iter().take(at).any(|(known, _)| known == name) {
                    return Err(format!("`{within}` has the key `{name}` twice"));
                }
                once_each(value, within)?;
            }
            Ok(())
        }
        Value::List(items) => items.iter().try_for_each(|item| once_each(item, within)),
        _ => Ok(()),
    }
}

fn instant(text: &str, key: &str) -> Result<(DateTime<Utc>, FixedOffset), String> {
    let at = Instant::parse(text).and_then(Instant::to_utc);
    let at =
        at.ok_or_else(|| format!("`{key}` is no RFC 3339 time with an offset, such as 2023-10-01T14:20:00+08:00"))?;
    let offset = text
        .get(text.len().saturating_sub(6)..)
        .and_then(|offset| offset.parse().ok());
    Ok((
        at,
        offset.unwrap_or_else(|| FixedOffset::east_opt(0).unwrap_or(at.fixed_offset().timezone())),
    ))
}
