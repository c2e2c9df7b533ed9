//! What promises watch for, found by what happens. What they do then is `kernel::watch`.

use crate::PromiseId;
use crate::definition::{Definition, Mark};

/// A mark of a promise, found by what happens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch {
    pub(crate) promise: PromiseId,
    /// Whether the mark is one of `from`, and which.
    pub(crate) opens: bool,
    pub(crate) mark: u16,
}

/// The marks of all promises by what happens. Those that close come before those that open.
#[derive(Debug, Default)]
pub(crate) struct Watches {
    pub(crate) start: Vec<Watch>,
    pub(crate) events: Vec<Vec<Watch>>,
    pub(crate) entering: Vec<Vec<Watch>>,
    pub(crate) leaving: Vec<Vec<Watch>>,
}

impl Watches {
    /// The marks of a workflow; `None` where it promises nothing.
    #[expect(
        clippy::indexing_slicing,
        reason = "the ids were checked when the workflow was compiled"
    )]
    pub(crate) fn of(d: &Definition) -> Option<Self> {
        if d.promises.is_empty() {
            return None;
        }
        let mut watches = Self {
            start: Vec::new(),
            events: vec![Vec::new(); d.events.len()],
            entering: vec![Vec::new(); d.states.len()],
            leaving: vec![Vec::new(); d.states.len()],
        };
        for opens in [false, true] {
            for (position, promise) in d.promises.iter().enumerate() {
                let marks = if opens { &promise.from } else { &promise.until };
                for (mark, def) in marks.iter().enumerate() {
                    let watch = Watch {
                        promise: PromiseId::at(position),
                        opens,
                        mark: mark as u16,
                    };
                    match def.on {
                        Mark::Start => watches.start.push(watch),
                        Mark::Event(event) => watches.events[event.index()].push(watch),
                        Mark::Entering(state) => watches.entering[state.index()].push(watch),
                        Mark::Leaving(state) => watches.leaving[state.index()].push(watch),
                    }
                }
            }
        }
        Some(watches)
    }
}
