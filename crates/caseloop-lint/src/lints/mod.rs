//! The lints, one file each.

mod begins_at_rest;
mod ends_as_it_begins;
mod limit_of_years;
mod never_broken_first;
mod never_climbed;
mod never_kept;
mod never_measured;
mod never_rests;
mod never_run;
mod rests_for_ever;
mod warned_at_once;

use crate::Lint;

/// Every lint, in the order in which they look.
pub static ALL: &[Lint] = &[
    never_measured::LINT,
    never_kept::LINT,
    ends_as_it_begins::LINT,
    rests_for_ever::LINT,
    never_rests::LINT,
    begins_at_rest::LINT,
    warned_at_once::LINT,
    never_climbed::LINT,
    never_broken_first::LINT,
    limit_of_years::LINT,
    never_run::LINT,
];
