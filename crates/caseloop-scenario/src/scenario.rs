//! A scenario as it was read: every name known, every time an instant, every claim with its place.

use crate::Zone;
use caseloop::layers::expr::Length;
use caseloop::layers::syntax::Span;
use caseloop::{Answers, Instant, Value};
use std::sync::Arc;

/// A designer's test of one case.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What its author calls it.
    pub name: Arc<str>,
    /// The workflow that it is about.
    pub workflow: Arc<str>,
    /// The paths of the files that it uses, as they are written.
    pub uses: Vec<String>,
    /// Whether a person stands behind what it expects.
    pub status: Status,
    /// The instant at which the case begins.
    pub at: Instant,
    /// The zone of its local times.
    pub zone: Zone,
    /// Values for parameters.
    pub set: Vec<(String, String)>,
    /// What the case begins with.
    pub given: Vec<(Arc<str>, Value)>,
    /// What happens, in order; the first step begins the case.
    pub steps: Vec<Step>,
    /// Where its name stands.
    pub span: Span,
}

/// Whether a person stands behind what a scenario expects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// A person wrote or read it.
    #[default]
    Reviewed,
    /// A program wrote down what the workflow does.
    Unreviewed,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// When it happens; a step that only looks sees the case once that instant is over.
    pub at: Instant,
    /// What happens.
    pub what: Happening,
    /// What rules answer in it, where they are not asked.
    pub answers: Answers,
    /// What is expected of it.
    pub claims: Vec<Claim>,
    /// Where it stands: its first key.
    pub span: Span,
}

/// What happens in a step.
#[derive(Clone, Debug)]
pub enum Happening {
    /// The case begins.
    Start,
    /// Somebody sends an event.
    Event {
        /// Its name.
        name: Arc<str>,
        /// The role of whoever sends it, where that is told.
        by: Option<Arc<str>>,
        /// When it occurred, where that was before the step, in which the case hears of it.
        occurred: Option<Instant>,
        /// What it brings.
        data: Vec<(Arc<str>, Value)>,
    },
    /// Nothing: time passes, and the case is looked at.
    Look,
}

/// Something that is expected of a step.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What.
    pub what: What,
    /// Where it stands.
    pub span: Span,
}

/// What is expected.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The case is in this state afterwards.
    In(Arc<str>),
    /// It is not.
    NotIn(Arc<str>),
    /// This promise is measured, and due then; `None` is not measured, or rests.
    Due(Arc<str>, Option<Instant>),
    /// These promises were broken, and no others.
    Breached(Vec<Arc<str>>),
    /// These promises gave a warning, and no others.
    Warned(Vec<Arc<str>>),
    /// These measurements ended without an answer, and no others.
    Cancelled(Vec<Arc<str>>),
    /// These promises were kept, and no others; with so much left, where that is told.
    Kept(Vec<(Arc<str>, Option<Amount>)>),
    /// These promises were answered late, and no others; by so much, where that is told.
    Late(Vec<(Arc<str>, Option<Amount>)>),
    /// This was asked of the host, in this order, and nothing else.
    Did(Vec<Deed>),
    /// This field of the case holds this afterwards.
    Data(Arc<str>, Value),
    /// Nothing answered to the event.
    Ignored,
    /// The event was refused, for this reason where one is told.
    Rejected(Option<Arc<str>>),
    /// The role of whoever sent the event may not send it.
    WrongSender,
    /// The case is over afterwards, or is not.
    Ended(bool),
    /// The case is over afterwards, by an end of this kind.
    EndedAs(Arc<str>),
}

/// What was left of a limit, or how far it was exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Elapsed or working time.
    Time(Length),
    /// How often something happened.
    Times(i64),
}

/// Something that was asked of the host.
#[derive(Clone, Debug, PartialEq)]
pub struct Deed {
    /// The effect.
    pub effect: Arc<str>,
    /// The arguments that are told; others may be anything.
    pub with: Vec<(Arc<str>, Value)>,
}
