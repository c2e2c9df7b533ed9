//! What deciding shares, whatever decides: what conditions read, and filling the outputs.

use caseloop_expr::{Env, Field, Heavy, NoFacts, Row, RowBuf, Slot};

/// What a condition of rules reads: the inputs, and the candidate where there is one.
pub(crate) fn env<'a>(inputs: Row<'a>, candidate: Row<'a>) -> Env<'a> {
    Env {
        case: inputs,
        event: candidate,
        now: 0,
        facts: &NoFacts,
    }
}

/// Fills an output by its word or by its heavy value, whichever it is.
pub(crate) fn put(outputs: &mut RowBuf, output: &Field, word: i64, heavy: impl FnOnce() -> Heavy) {
    match output.slot {
        Slot::Word(slot) => {
            if let Some(place) = outputs.words.get_mut(usize::from(slot)) {
                *place = word;
            }
        }
        Slot::Heavy(slot) => {
            if let Some(place) = outputs.heavy.get_mut(usize::from(slot)) {
                *place = heavy();
            }
        }
    }
}
