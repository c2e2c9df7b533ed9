//! The plain form of a workflow: states, branches, timers and actions with every name resolved.
//!
//! Engine, lint and diagrams know this form only; the YAML reader lowers to it, and other front ends may build it.
//! It is data: [`Workflow::compile`](crate::Workflow::compile) checks its structure and adds the tables that the
//! kernel runs on. A few constructs have no YAML of their own: raised and delayed events and conditional actions.

use crate::{BranchId, EffectId, EventId, PromiseId, RoleId, RulesId, StateId, TimerId};
pub use caseloop_expr::declare::Data;
use caseloop_expr::{Condition, FieldIndex, Formula, Length, RecordType, Value};
use caseloop_syntax::Span;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A whole workflow in plain form.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The workflow's name, unique among those a host runs.
    pub name: Arc<str>,
    /// The author's version, from 1.
    pub version: u32,
    /// What people call it.
    pub title: Title,
    /// SHA-256 over the normalised source with its parameters.
    pub hash: [u8; 32],
    /// Who acts, by name.
    pub roles: Vec<Arc<str>>,
    /// The case's data.
    pub case: Data,
    /// What may happen, external events first.
    pub events: Vec<EventDef>,
    /// What the host may be asked to do.
    pub effects: Vec<EffectDef>,
    /// All states in document order; 0 is the root, the workflow itself.
    pub states: Vec<StateDef>,
    /// All branches.
    pub branches: Vec<Branch>,
    /// All timers in document order, those that a promise starts after all that a state starts.
    pub timers: Vec<TimerDef>,
    /// All promises.
    pub promises: Vec<PromiseDef>,
    /// The names of the calendars by which anything is counted.
    pub calendars: Vec<Arc<str>>,
    /// The rules that may be asked.
    pub rules: Vec<RulesDef>,
    /// The points by which its cases are put in order.
    pub priority: Option<PriorityDef>,
    /// What is to hold of every case, whatever happens.
    pub guarantees: Vec<GuaranteeDef>,
    /// The parameters that its file reads. Their values at this load are in all that is above.
    pub parameters: Vec<ParameterDef>,
}

/// A parameter, with what a load may give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterDef {
    /// Its name.
    pub name: Arc<str>,
    /// Its value at this load, as a load would give it.
    pub is: Arc<str>,
    /// What a load may give instead.
    pub others: Others,
}

/// What a load may give a parameter instead of its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Others {
    /// One of these. None where the file names no bounds: then any value may be given, and none is foreseen.
    Values(Vec<Arc<str>>),
    /// Anything from the first to the second, both included.
    Between(Arc<str>, Arc<str>),
}

/// A text for people, by language; empty where the author gave none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// Pairs of language tag (`en`, `zh`, or empty where none was named) and text, in the order of the file.
    pub texts: Vec<(Arc<str>, Arc<str>)>,
}

impl Title {
    /// The text in `language`, or the first there is.
    #[must_use]
    pub fn get(&self, language: &str) -> Option<&str> {
        let wanted = self.texts.iter().find(|(tag, _)| &**tag == language);
        wanted.or_else(|| self.texts.first()).map(|(_, text)| &**text)
    }
}

/// An event that the workflow knows.
#[derive(Clone, Debug)]
pub struct EventDef {
    /// Its name, unique in the workflow.
    pub name: Arc<str>,
    /// Whether the host may send it; internal events come from the engine alone.
    pub external: bool,
    /// Who may send it; empty means anybody.
    pub sent_by: Vec<RoleId>,
    /// What it brings.
    pub data: Data,
    /// Where it was declared.
    pub span: Span,
}

/// A kind of effect with its parameters.
#[derive(Clone, Debug)]
pub struct EffectDef {
    /// Its name, unique in the workflow.
    pub name: Arc<str>,
    /// The parameters in the order of the file.
    pub parameters: Arc<RecordType>,
    /// Where it was declared.
    pub span: Span,
}

/// What a state is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No states inside.
    Atomic,
    /// One of its children is active.
    Compound,
    /// All of its children (regions) are active.
    Parallel,
    /// An end. A final child of the root ends the case.
    Final,
    /// Stands for what was active in its parent when that was last left; never active itself.
    History {
        /// Whether it remembers the innermost states or its siblings only.
        deep: bool,
    },
}

/// A state.
#[derive(Clone, Debug)]
pub struct StateDef {
    /// Its name, unique in the workflow.
    pub name: Arc<str>,
    /// What people call it.
    pub title: Title,
    /// The state around it; `None` for the root only.
    pub parent: Option<StateId>,
    /// What it is made of.
    pub kind: Kind,
    /// Where a compound state begins, or where a history leads when nothing is remembered, with the actions on the
    /// way. Empty for all others.
    pub start: Start,
    /// What is done on entering.
    pub enter: Vec<Action>,
    /// What is done on leaving.
    pub leave: Vec<Action>,
    /// Its branches, the first that holds is taken; timers' branches are with the timers.
    pub branches: Vec<BranchId>,
    /// Its timers.
    pub timers: Vec<TimerId>,
    /// Raised when a final child is entered or all regions are done.
    pub done: Option<EventId>,
    /// Who is expected to act.
    pub waits_for: Vec<WaitsFor>,
    /// What kind of end a final state is, in the author's word.
    pub ending: Option<Arc<str>>,
    /// Where it was declared.
    pub span: Span,
}

/// The first states of a compound state.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// Usually one; several where they lie in different regions.
    pub targets: Vec<StateId>,
    /// What is done on the way in, after the state's own `enter`.
    pub actions: Vec<Action>,
}

/// Somebody who is waited for.
#[derive(Clone, Debug)]
pub enum WaitsFor {
    /// A declared role.
    Role(RoleId),
    /// Whoever the data names.
    Data(Formula),
}

/// What a branch answers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// No event: judged whenever the case is about to rest.
    Always,
    /// An event.
    Event(EventId),
    /// A timer of the same state.
    Timer(TimerId),
}

impl Trigger {
    /// The event whose data a branch may read.
    #[must_use]
    pub fn event(self) -> Option<EventId> {
        match self {
            Self::Event(event) => Some(event),
            Self::Always | Self::Timer(_) => None,
        }
    }
}

/// One way in which a state answers a trigger.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The author's name for it, or one made from state and trigger; unique in the workflow.
    pub name: Arc<str>,
    /// The state that it belongs to.
    pub source: StateId,
    /// What it answers to.
    pub trigger: Trigger,
    /// When it may be taken; `None` always.
    pub condition: Option<Condition>,
    /// Where it leads.
    pub go: Go,
    /// Whether a target inside the source leaves the source active.
    pub internal: bool,
    /// What it does, between leaving and entering.
    pub actions: Vec<Action>,
    /// Where it was written.
    pub span: Span,
}

/// Where a branch leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Go {
    /// Nowhere: nothing is left or entered.
    Stay,
    /// To these states; several only where they lie in different regions. A history state stands for what it
    /// remembers.
    To(Vec<StateId>),
    /// The event is refused for this reason: nothing is done at all.
    Reject(Arc<str>),
}

/// A timer of a state: armed on entering (after `enter`), cancelled on leaving. Or one of the root that a promise
/// starts: a rung of its ladder, or what a warning does.
#[derive(Clone, Debug)]
pub struct TimerDef {
    /// Its name, unique in the workflow.
    pub name: Arc<str>,
    /// The state it belongs to.
    pub state: StateId,
    /// From entering to the first firing.
    pub after: Delay,
    /// From one firing to the next; `None` fires once.
    pub every: Option<Delay>,
    /// Firings in all; `None` without end while the state lasts.
    pub at_most: Option<u32>,
    /// How long after its instant the effects of a firing are worth sending, in milliseconds.
    pub fresh_for: Option<i64>,
    /// What a firing does: the first that holds.
    pub branches: Vec<BranchId>,
    /// Where it was declared.
    pub span: Span,
}

/// How long a timer runs. At least 1 ms; a shorter length from data counts as 1 ms.
#[derive(Clone, Debug)]
pub enum Delay {
    /// Milliseconds that pass.
    Elapsed(i64),
    /// A length that a calendar resolves, through the [`Clocks`](crate::Clocks).
    Calendar(Length, Arc<Choice>),
    /// A duration read from the data when the timer is armed.
    Data(Formula),
    /// Not started by its state but by this promise, which says when.
    Promise(PromiseId),
}

/// Which calendar counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// One of the workflow's, by position.
    Fixed(u16),
    /// The one that a field of the case names.
    Field {
        /// A field that is always there, one of names of calendars.
        field: FieldIndex,
        /// For each of its constants the position of the calendar of that name.
        calendars: Vec<u16>,
    },
}

impl Choice {
    /// The calendars among which a case may come to change, by position; none where there is but one.
    #[must_use]
    pub fn several(&self) -> Vec<u16> {
        let Self::Field { calendars, .. } = self else {
            return Vec::new();
        };
        let all: BTreeSet<u16> = calendars.iter().copied().collect();
        match all.len() {
            0 | 1 => Vec::new(),
            _ => all.into_iter().collect(),
        }
    }
}

/// The most calendars among which a promise may be measured anew from its start.
pub const MOST_ANEW: usize = 4;

/// The limit of a promise.
#[derive(Clone, Debug)]
pub enum Limit {
    /// The same in every case.
    Fixed(Length),
    /// A duration read from the data.
    Data(Formula),
    /// One for each combination of what some fields of the case hold.
    Table {
        /// The fields, all choices that are always there.
        of: Vec<FieldIndex>,
        /// By the positions of their constants, the last field's turning fastest.
        lengths: Vec<Length>,
    },
}

impl Limit {
    /// All lengths that it may have; `None` where the data bring one that the file does not say.
    #[must_use]
    pub fn lengths(&self) -> Option<Vec<Length>> {
        match self {
            Self::Fixed(length) => Some(vec![*length]),
            Self::Table { lengths, .. } => Some(lengths.clone()),
            Self::Data(formula) => match &formula.tree().kind {
                // A column of the levels.
                caseloop_expr::Kind::Column { values, .. } => {
                    let length = |value: &Value| match value {
                        Value::Duration(ms) => Some(Length::Elapsed(*ms)),
                        _ => None,
                    };
                    values.iter().map(length).collect()
                }
                _ => None,
            },
        }
    }
}

/// Something that is promised, and measured.
#[derive(Clone, Debug)]
pub struct PromiseDef {
    /// Its name, unique in the workflow.
    pub name: Arc<str>,
    /// What people call it.
    pub title: Title,
    /// The limit, from 0, or read from the data when a measurement opens. `None` where a date or a number alone counts.
    pub within: Option<Limit>,
    /// How often `counts` may happen while it is measured, where that is what is promised.
    pub at_most: Option<u32>,
    /// The calendar for all of it that counts in working time; `None` where nothing does.
    pub calendar: Option<Arc<Choice>>,
    /// When a limit that is used up at closing time breaks.
    pub late: Late,
    /// Whether the limit is read from the level, or from a table, and what another row does to a running measurement.
    pub new_level: Option<NewLevel>,
    /// Whether another level may only bring the deadline nearer.
    pub never_later: bool,
    /// What a beginning does where there was a measurement before.
    pub reopen: Reopen,
    /// What opens a measurement.
    pub from: Vec<MarkDef>,
    /// What ends the running measurement, as `until` does, and opens the next.
    pub restart: Vec<MarkDef>,
    /// What ends it: the promise is kept, or was late.
    pub until: Vec<MarkDef>,
    /// What ends it without an answer, where `until` does not end it in the same microstep.
    pub cancel: Vec<MarkDef>,
    /// What is counted.
    pub counts: Vec<MarkDef>,
    /// The states in which it rests.
    pub paused_in: Vec<StateId>,
    /// Who answers for it, in reports.
    pub owner: Option<WaitsFor>,
    /// What is said before it is broken.
    pub warnings: Vec<WarningDef>,
    /// What follows when it was broken.
    pub rungs: Vec<RungDef>,
    /// What the chart hears of a warning.
    pub warned: EventId,
    /// What the chart hears of a breach.
    pub breached: EventId,
    /// Where it was declared.
    pub span: Span,
}

/// What a change of level does to a running measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewLevel {
    /// It is cancelled, and a new one opens.
    Restart,
    /// It goes on under the new limit.
    KeepElapsed,
    /// It is cancelled, and a new one takes its place, measured from the same beginning.
    FromStart,
    /// It goes on, and the part of the old limit that was used up is used up of the new one.
    Proportional,
}

/// What a beginning does where a measurement runs or has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reopen {
    /// A running measurement is cancelled, and a new one opens.
    #[default]
    Restart,
    /// The last one goes on, rested since its end; one that runs is left alone.
    Resume,
    /// The last one goes on, and the time since its end counts; one that runs is left alone.
    Continue,
    /// Nothing.
    Ignore,
}

impl PromiseDef {
    /// All marks, whatever they do.
    pub fn marks(&self) -> impl Iterator<Item = &MarkDef> {
        let all = [&self.from, &self.restart, &self.until, &self.cancel, &self.counts];
        all.into_iter().flatten()
    }
}

/// When a limit in working time that is used up at closing time breaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Late {
    /// At that closing time, which is the deadline.
    #[default]
    AtDeadline,
    /// At the next opening.
    NextOpening,
}

/// What opens or ends a measurement.
#[derive(Clone, Debug)]
pub struct MarkDef {
    /// What happens.
    pub on: Mark,
    /// Whether it counts once in a case.
    pub first: bool,
    /// Whether it counts: for an event judged before it is taken, for a state once the microstep is over.
    pub condition: Option<Condition>,
    /// The date that is told, read once the microstep is over.
    pub by: Option<Formula>,
    /// From when it is measured, where that is not the instant of the mark.
    pub since: Option<Formula>,
    /// Where it was written.
    pub span: Span,
}

/// Something that happens in a macrostep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The case begins.
    Start,
    /// An event is taken: not ignored, not refused.
    Event(EventId),
    /// A state is entered.
    Entering(StateId),
    /// A state is left.
    Leaving(StateId),
}

/// What is said before a promise is broken.
#[derive(Clone, Debug)]
pub struct WarningDef {
    /// When.
    pub at: WarningAt,
    /// What is done then.
    pub timer: Option<TimerId>,
}

/// When a warning is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningAt {
    /// Once so many hundredths of the limit are used up, 1 to 99.
    Percent(u8),
    /// So long before the deadline, in elapsed or working time.
    Before(Length),
}

/// One rung of a promise's ladder.
#[derive(Clone, Debug)]
pub struct RungDef {
    /// What is done.
    pub timer: TimerId,
    /// How long after the breach, in elapsed or working time; 0 is at the breach.
    pub after: Length,
}

/// One thing that is done.
#[derive(Clone, Debug)]
pub enum Action {
    /// Puts a value into a field of the case.
    Set {
        /// The field.
        field: FieldIndex,
        /// The value, of the field's type.
        value: Formula,
    },
    /// Asks the host for something.
    Emit {
        /// What.
        effect: EffectId,
        /// The value of each parameter, by position; `None` where an optional one is not given.
        arguments: Vec<Option<Argument>>,
    },
    /// Asks rules, and puts what they give into fields of the case.
    Ask(Ask),
    /// Puts an internal event at the end of the queue of this macrostep.
    Raise(EventId),
    /// Sends an event to the case itself, to arrive as a macrostep of its own `delay` milliseconds later.
    Send {
        /// The event.
        event: EventId,
        /// From 0.
        delay: i64,
        /// The name under which it can be cancelled.
        id: Option<Arc<str>>,
    },
    /// Withdraws every delayed event sent under this name that has not arrived.
    Cancel(Arc<str>),
    /// The first condition that holds decides what is done.
    If {
        /// Conditions with their actions.
        cases: Vec<(Condition, Vec<Action>)>,
        /// What is done where none holds.
        otherwise: Vec<Action>,
    },
}

/// A place where rules are asked.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Which.
    pub rules: RulesId,
    /// What each of their inputs is filled with, by position; `None` where nothing is given.
    pub inputs: Vec<Option<Argument>>,
    /// The field that takes each of their outputs, by position; `None` where the case has no such field.
    pub outputs: Vec<Option<FieldIndex>>,
}

/// Rules of another crate, as a workflow knows them.
#[derive(Clone, Debug)]
pub struct RulesDef {
    /// Their name, unique in a load.
    pub name: Arc<str>,
    /// The first key of their file: `table`, `classifier`, `score` or `assign`.
    pub kind: caseloop_syntax::Kind,
    /// What they read.
    pub inputs: Data,
    /// What they give.
    pub outputs: Arc<RecordType>,
    /// Whether they ask what is left of a promise.
    pub reads_left: bool,
    /// The names of their rules, by position.
    pub rules: Vec<Arc<str>>,
    /// SHA-256 of all that decides, in hexadecimal.
    pub hash: Arc<str>,
    /// Where they are named.
    pub span: Span,
}

/// The score by which cases are put in order. It is worked out when somebody asks, and kept nowhere.
#[derive(Clone, Debug)]
pub struct PriorityDef {
    /// The score.
    pub rules: RulesId,
    /// What each of its inputs is filled with, by position; `None` leaves it absent.
    pub inputs: Vec<Option<Formula>>,
    /// The promises of which less may be left: what is left of the one that is used up furthest counts.
    pub promises: Vec<PromiseId>,
}

/// Something that is to hold of every case, whatever happens. The kernel takes no notice of it: it is there to be proved.
#[derive(Clone, Debug)]
pub struct GuaranteeDef {
    /// What its author calls it, unique in the workflow.
    pub name: Arc<str>,
    /// What is to hold.
    pub what: Guarantee,
    /// Where it was written.
    pub span: Span,
}

/// What is to hold of every case. A case rests between two macrosteps; it is over in a final state of the root.
#[derive(Clone, Debug)]
pub enum Guarantee {
    /// These states are entered by these branches only.
    OnlyBy {
        /// Any of them.
        entering: Vec<StateId>,
        /// By one of these.
        branches: Vec<BranchId>,
    },
    /// Wherever a case rests that is not over, people can act so that it comes to one of these states.
    CanReach(Vec<StateId>),
    /// Wherever a case rests that is not over, this is so.
    Everywhere {
        /// Somebody is waited for.
        waits_for: bool,
        /// A timer runs, or a promise has something to say.
        clock: bool,
    },
    /// If nobody acts any more, the case comes to one of these states, or to its end, and stays there.
    TimeAloneEndsIn(Vec<StateId>),
    /// None of these promises is broken without a warning before.
    AlwaysWarned {
        /// Which.
        promises: Vec<PromiseId>,
        /// Whether that is not asked where a measurement begins, or goes on, with its deadline near or passed.
        but_late: bool,
        /// Whether that is not asked where a new level or another calendar brings the deadline nearer.
        but_new_level: bool,
    },
    /// These branches are taken so often in a case, all together, and no more.
    TakenAtMost {
        /// Which.
        branches: Vec<BranchId>,
        /// From 0.
        at_most: i64,
    },
    /// The step that takes the event asks for the effect.
    SameStep {
        /// The event.
        event: EventId,
        /// The effect.
        effect: EffectId,
    },
    /// Holds wherever a case rests.
    Always(Condition),
    /// Holds nowhere where a case rests.
    Never(Condition),
    /// Where the first holds, the second comes to hold, whatever people do and while time goes on.
    LeadsTo {
        /// From where.
        from: Condition,
        /// To where.
        to: Condition,
    },
}

/// What an effect's parameter is filled with.
#[derive(Clone, Debug)]
pub enum Argument {
    /// A value of the parameter's type.
    Value(Formula),
    /// A field whose text is hidden: the effect carries its path, such as `event.summary`, and the host, who
    /// brought the text, puts it in.
    Hidden(Arc<str>),
}
