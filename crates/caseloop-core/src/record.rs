//! What a macrostep did, in ids: the words of which a journal entry is made.

use crate::{BranchId, EventId, Instant, StateId, TimerId};

/// Something that a macrostep did, in the order in which it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// A branch was judged and its condition did not hold.
    Refused(BranchId),
    /// A branch was taken.
    Taken(BranchId),
    /// A state was left.
    Left(StateId),
    /// A state was entered.
    Entered(StateId),
    /// A field was set to this word.
    Set(u16, i64),
    /// A field was set to the text, list or record at this position of the buffers' values.
    SetHeavy(u16, u32),
    /// A timer was started, to fire when this instant is over.
    Armed(TimerId, Instant),
    /// A running timer was stopped.
    Cancelled(TimerId),
    /// An internal event was taken from the queue.
    Heard(EventId),
    /// A rung or warning of a promise spoke.
    Fired(TimerId),
    /// Rules were asked: at this position of the buffers' decisions.
    Decided(u32),
    /// What became of a promise, at this position of the buffers' news.
    Said(u32),
}
