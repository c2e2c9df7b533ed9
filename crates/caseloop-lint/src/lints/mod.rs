//! The lints, one file each.

mod limit_of_years;
mod never_broken_first;
mod never_kept;
mod never_measured;
mod never_run;
mod rests_for_ever;

use crate::Lint;

/// Every lint, in the order in which they look.
pub static ALL: &[Lint] = &[
    never_measured::LINT,
    never_kept::LINT,
    rests_for_ever::LINT,
    never_broken_first::LINT,
    limit_of_years::LINT,
    never_run::LINT,
];
