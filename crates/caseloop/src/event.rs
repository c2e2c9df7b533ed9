//! What a host tells the engine.

use caseloop_expr::Value;
use chrono::{DateTime, Utc};
use std::fmt;
use std::sync::Arc;

/// Something that happened, as the host names it. The engine fits it to the workflow's declaration.
///
/// ```
/// use caseloop::Event;
/// let event = Event::new("answered").by("agent").with("ring", 2);
/// assert_eq!(event.name(), "answered");
/// ```
#[derive(Clone, PartialEq)]
pub struct Event {
    name: Arc<str>,
    by: Option<Arc<str>>,
    occurred: Option<DateTime<Utc>>,
    data: Vec<(Arc<str>, Value)>,
}

/// Names only: the data may be personal, and hosts log events.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<&str> = self.data.iter().map(|(field, _)| &**field).collect();
        f.debug_struct("Event")
            .field("name", &self.name)
            .field("by", &self.by)
            .field("occurred", &self.occurred)
            .field("fields", &fields)
            .finish()
    }
}

impl Event {
    /// The event of that name, without data and sender.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            by: None,
            occurred: None,
            data: Vec::new(),
        }
    }

    /// The role of whoever sent it. Without one, the host vouches for the sender; with one, the workflow's `sent_by`
    /// is held against it.
    #[must_use]
    pub fn by(mut self, role: impl Into<Arc<str>>) -> Self {
        self.by = Some(role.into());
        self
    }

    /// When it occurred, where that was before the engine hears of it: the chart hears of it now, promises count it
    /// then. See [`Engine::send_late`](crate::Engine::send_late).
    #[must_use]
    pub fn occurred(mut self, at: DateTime<Utc>) -> Self {
        self.occurred = Some(at);
        self
    }

    /// Adds a field. Texts stand for constants, times (RFC 3339), durations (`4 h`), amounts (`"12.50"`) and dates
    /// where the declaration says so.
    #[must_use]
    pub fn with(mut self, field: impl Into<Arc<str>>, value: impl Into<Value>) -> Self {
        self.data.push((field.into(), value.into()));
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn role(&self) -> Option<&str> {
        self.by.as_deref()
    }

    pub(crate) fn when(&self) -> Option<DateTime<Utc>> {
        self.occurred
    }

    pub(crate) fn data(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.data.iter().map(|(field, value)| (&**field, value))
    }
}
