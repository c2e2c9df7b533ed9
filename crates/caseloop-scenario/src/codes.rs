//! The codes of what can be wrong with scenarios, and of what comes out otherwise than they say.

use caseloop::layers::syntax::Code;

macro_rules! codes {
    ($($ident:ident = $name:literal, $summary:literal;)*) => {
        $(#[doc = $summary] pub static $ident: Code = Code::new($name, $summary);)*
        /// Every code of this crate.
        pub static ALL: &[&Code] = &[$(&$ident),*];
    };
}

codes! {
    UNKNOWN_WORKFLOW = "unknown-workflow", "A scenario names a workflow that none of its files holds.";
    BROKEN_WORKFLOW = "broken-workflow", "The workflow of a scenario does not compile, so nothing could be run.";
    MALFORMED_TIME = "malformed-time", "A time is not written as date, time of day and zone.";
    NO_ZONE = "time-without-zone", "A time says neither its zone nor its offset, and no earlier one of the file does.";
    OUT_OF_ORDER = "out-of-order", "A step of a scenario lies before the step that stands before it.";
    MALFORMED_STEP = "malformed-step", "A step of a scenario says both when it is and how long after, or neither begins, sends, waits nor looks.";
    MALFORMED_EXPECTATION = "malformed-expectation", "An expectation is not written as what is to be found.";
    MISFIT_VALUE = "misfit-value", "A value does not fit the type that is declared for it.";
    MISSING_FIELD = "missing-field", "An event or a beginning lacks a field that its declaration asks for.";
    TOO_MANY_STEPS = "too-many-steps", "A scenario has more steps than are run.";
    UNMET_EXPECTATION = "unmet-expectation", "A scenario comes out otherwise than it says.";
    EVENT_NOT_TAKEN = "event-not-taken", "The event of a scenario is ignored or refused, and nobody expected that.";
    STEP_FAILED = "step-failed", "The engine could not take a step of a scenario.";
}
