//! The lints, one file each.

mod always_true;
mod begins_at_rest;
mod bypassed_revisit;
pub(crate) mod condition;
pub(crate) mod dead_end;
pub(crate) mod endless_timers;
mod ends_as_it_begins;
mod limit_of_years;
mod missing_branch;
mod missing_translation;
mod never_broken_first;
pub(crate) mod never_climbed;
mod never_kept;
mod never_measured;
mod never_met;
mod never_reset;
mod never_rests;
pub(crate) mod never_run;
pub(crate) mod never_true;
mod overlapping_branches;
mod personal;
mod rests_for_ever;
pub(crate) mod unattended_state;
mod unhandled_event;
pub(crate) mod unheard_event;
mod unreachable_branch;
pub(crate) mod unreachable_state;
mod unused_effect;
mod unused_import;
mod unused_parameter;
mod unused_role;
mod warned_at_once;

use crate::{Lint, elsewhere};

/// Every lint, in the order in which they look.
pub static ALL: &[Lint] = &[
    // The chart.
    unreachable_state::LINT,
    dead_end::LINT,
    unattended_state::LINT,
    unhandled_event::LINT,
    unheard_event::LINT,
    endless_timers::LINT,
    never_reset::LINT,
    bypassed_revisit::LINT,
    // Conditions.
    never_true::LINT,
    always_true::LINT,
    unreachable_branch::LINT,
    overlapping_branches::LINT,
    missing_branch::LINT,
    // Promises.
    never_measured::LINT,
    never_kept::LINT,
    never_met::LINT,
    ends_as_it_begins::LINT,
    rests_for_ever::LINT,
    never_rests::LINT,
    begins_at_rest::LINT,
    warned_at_once::LINT,
    never_climbed::LINT,
    never_broken_first::LINT,
    limit_of_years::LINT,
    never_run::LINT,
    // What is declared.
    unused_effect::LINT,
    unused_role::LINT,
    unused_parameter::LINT,
    unused_import::LINT,
    // What is for people, and what is theirs.
    personal::CONDITION,
    personal::EFFECT,
    missing_translation::LINT,
    // Rules and calendars.
    elsewhere::GAP,
    elsewhere::OVERLAP,
    elsewhere::CONTRADICTION,
    elsewhere::MASKED_RULE,
    elsewhere::NEVER_HOLDS,
    elsewhere::DUPLICATE_RULE,
    elsewhere::NOT_PROVED,
    elsewhere::NEVER_HEARD,
    elsewhere::HEARD_TWICE,
    elsewhere::SAME_PATTERN,
    elsewhere::OUTSIDE_YEARS,
    // Guarantees.
    elsewhere::BROKEN,
    elsewhere::UNDECIDED,
    // Lints themselves.
    elsewhere::UNKNOWN,
    elsewhere::NO_REASON,
    elsewhere::UNUSED,
];
