//! The codes of what can be wrong with a workflow beyond its YAML and its conditions.

use caseloop_syntax::Code;

pub use caseloop_expr::codes::{UNGUARDED_OPTIONAL, UNKNOWN_FIELD, UNKNOWN_PARAMETER};
pub use caseloop_expr::declare::codes::{
    DUPLICATE_NAME, EMPTY_BOUNDS, MALFORMED_NAME, MISFIT_DEFAULT, NESTED_PERSONAL, RESERVED_NAME, UNKNOWN_TYPE,
};

macro_rules! codes {
    ($($(#[$doc:meta])* $ident:ident = $name:literal, $summary:literal;)*) => {
        $(#[doc = $summary] pub static $ident: Code = Code::new($name, $summary);)*
        /// Every code of this crate.
        pub static ALL: &[&Code] = &[$(&$ident),*];
    };
}

codes! {
    UNKNOWN_STATE = "unknown-state", "A branch or start names a state that does not exist.";
    UNKNOWN_EVENT = "unknown-event", "A state answers to an event that is not declared.";
    UNKNOWN_BRANCH = "unknown-branch", "A guarantee names a branch that no state has.";
    MALFORMED_GUARANTEE = "malformed-guarantee", "A guarantee says none of the things that can be guaranteed, or several.";
    UNKNOWN_EFFECT = "unknown-effect", "A branch asks for an effect that is not declared.";
    UNKNOWN_ROLE = "unknown-role", "A role is named that is not declared.";
    MALFORMED_LENGTH = "malformed-length", "A length of time is not written as number and unit.";
    NEEDS_CALENDAR = "needs-calendar", "A length of working time is used where no calendar is named.";
    UNKNOWN_CALENDAR = "no-such-calendar", "A calendar is named that no file declares, or where none counts.";
    MALFORMED_LIMIT = "malformed-limit", "The limit of a promise lacks a row, or says something that is no limit.";
    TOO_SHORT = "too-short", "A timer or promise would run for less than one millisecond.";
    NO_STATES = "no-states", "A workflow or composite state has no states.";
    NO_START = "no-start", "A composite state does not say where it starts.";
    START_OUTSIDE = "start-outside", "A start names a state that is not one of the composite's own.";
    STATES_AND_REGIONS = "states-and-regions", "A state has both `states` and `regions`.";
    ONE_REGION = "one-region", "A parallel state has fewer than two regions.";
    ROOT_REGIONS = "root-regions", "The workflow itself is split into regions, so it could never end.";
    BUSY_FINAL = "busy-final", "A final state has something that only a living state can have.";
    MANY_WAYS = "many-ways", "A branch says more than one of `go`, `resume`, `stay` and `reject`.";
    EMPTY_BRANCH = "empty-branch", "A branch neither does nor changes anything.";
    REJECT_AND_ACT = "reject-and-act", "A branch rejects its event and yet does something.";
    WRONG_TARGET = "wrong-target", "A branch leads into a sibling region or to the root of its own region.";
    RESUME_INSIDE = "resume-inside", "`resume` is asked for inside the very state that should be resumed.";
    RESUME_ATOMIC = "resume-atomic", "`resume` names a state that has no states inside.";
    NOTHING_DONE = "nothing-done", "`done` is answered in a state that has no final state inside.";
    ENDLESS_LOOP = "endless-loop", "Branches without event or condition lead in a circle.";
    COUNT_OUT_OF_RANGE = "count-out-of-range", "`set` may take a field beyond its declared range.";
    MALFORMED_ACTION = "malformed-action", "An entry of `do` is not one effect with its arguments.";
    MISSING_ARGUMENT = "missing-argument", "An effect lacks an argument that its declaration asks for.";
    UNREADABLE_KIND = "unexpected-document", "A file of a kind that cannot be used here is used or run.";
    MALFORMED_CONDITION = "malformed-condition", "A list, a mapping or nothing stands where a condition is expected.";
    UNKNOWN_RULES = "unknown-rules", "A branch asks rules that no file of the load holds, or by the wrong key.";
    MISSING_INPUT = "missing-input", "Rules read something that neither the case nor the event has.";
    TEXT_NOT_KEPT = "text-not-kept", "Rules are to read a hidden text after the step that brought it.";
    NO_OUTPUT = "nothing-taken", "The case has no field for anything that rules give.";
    CHANGES_BY_TIME = "changes-by-time", "An input of a priority changes by time alone, so that nobody could say when the points change.";
    MISPLACED_PROMISE = "misplaced-promise", "A score asks what is left of a promise and is told of none, or is told of one and does not ask.";
    UNKNOWN_LADDER = "unknown-ladder", "A promise names a ladder that is not declared.";
    UNKNOWN_PROMISE = "unknown-promise", "A timer is started by a promise that does not exist, or not where timers of promises stand.";
    NO_LIMIT = "promise-without-limit", "A promise has neither `within` nor `by`.";
    NO_NEW_LEVEL = "unsettled-new-level", "A limit depends on the level and does not say what a new level does, or the other way round.";
    MALFORMED_MARK = "malformed-mark", "`from`, `until` or `paused_in` of a promise names nothing that can happen.";
    MALFORMED_WARNING = "malformed-warning", "A warning does not say when it is given, says what means nothing there, or is given twice.";
    MALFORMED_REVISIT = "malformed-revisit", "A revisit leaves an answer open, answers it twice, does not say what follows, or stands where it cannot.";
    EMPTY_LIST = "empty-list", "Something that must be listed is left empty: levels, rungs, marks of a promise, answers of a line.";
    TOO_LARGE = "workflow-too-large", "A workflow has more states, events or branches than the engine's tables hold.";
}
