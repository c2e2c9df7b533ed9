//! What an expression may name when it is checked, and what it reads when it is judged. Not: who provides either.

use crate::{RecordType, Row, Type, Value};
use indexmap::IndexMap;
use std::sync::Arc;

/// What an expression may name. All names are NFC.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The fields of the case: bare, or after `case.`.
    pub case: Arc<RecordType>,
    /// The fields of the event, after `event.`; `None` where no event is at hand.
    pub event: Option<Arc<RecordType>>,
    /// What is said in the place of `event.` where another record stands there, such as `candidate`.
    pub event_word: Option<&'static str>,
    /// The parameters, after `param.`: constants with their types.
    pub params: IndexMap<Arc<str>, (Type, Value)>,
    /// The states that `in_state` and `time_in` may ask for, with the numbers that [`Facts`] knows them by.
    pub states: IndexMap<Arc<str>, u16>,
    /// The promises of `promise.P.remaining`, with the numbers that [`Facts`] knows them by.
    pub promises: IndexMap<Arc<str>, u16>,
}

/// What an expression may ask of the running case besides its data.
pub trait Facts {
    /// Whether the state is active.
    fn in_state(&self, state: u16) -> bool;
    /// When the state was entered last, in milliseconds since 1970; `None` where it is not active.
    fn entered_at(&self, state: u16) -> Option<i64>;
    /// Milliseconds until the promise's running measurement is due, negative after that; `None` where none runs.
    fn remaining(&self, promise: u16) -> Option<i64>;
}

/// Facts of a case that is in no state and has no promise running.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFacts;

impl Facts for NoFacts {
    fn in_state(&self, _: u16) -> bool {
        false
    }

    fn entered_at(&self, _: u16) -> Option<i64> {
        None
    }

    fn remaining(&self, _: u16) -> Option<i64> {
        None
    }
}

/// What an expression reads when it is judged.
#[derive(Clone, Copy)]
pub struct Env<'a> {
    /// The case's data.
    pub case: Row<'a>,
    /// The event's data; an empty row where there is no event.
    pub event: Row<'a>,
    /// The instant of the step, in milliseconds since 1970.
    pub now: i64,
    /// States and promises.
    pub facts: &'a dyn Facts,
}

impl std::fmt::Debug for Env<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { case, event, now, .. } = self;
        f.debug_struct("Env")
            .field("case", case)
            .field("event", event)
            .field("now", now)
            .finish_non_exhaustive()
    }
}
