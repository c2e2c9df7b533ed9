//! How to write workflows, and how to host them.
//!
//! For designers: [`first_workflow`], [`whole_workflow`], [`structure`], [`data`], [`conditions`], [`time`], [`calendars`],
//! [`promises`], [`revisit`], [`rules`], [`effects`], [`guarantees`], [`lints`], [`scenarios`].
//! For developers: [`hosting`]. For those who compare: [`recurring_bugs`].
//!
//! Every YAML block of the guide is compiled by the tests, and the guarantees in it are proved.

#[doc = include_str!("first_workflow.md")]
pub mod first_workflow {}
#[doc = include_str!("whole_workflow.md")]
pub mod whole_workflow {}
#[doc = include_str!("structure.md")]
pub mod structure {}
#[doc = include_str!("data.md")]
pub mod data {}
#[doc = include_str!("conditions.md")]
pub mod conditions {}
#[doc = include_str!("time.md")]
pub mod time {}
#[doc = include_str!("calendars.md")]
pub mod calendars {}
#[doc = include_str!("promises.md")]
pub mod promises {}
#[doc = include_str!("revisit.md")]
pub mod revisit {}
#[doc = include_str!("rules.md")]
pub mod rules {}
#[doc = include_str!("recurring_bugs.md")]
pub mod recurring_bugs {}
#[doc = include_str!("effects.md")]
pub mod effects {}
#[doc = include_str!("guarantees.md")]
pub mod guarantees {}
#[doc = include_str!("lints.md")]
pub mod lints {}
#[doc = include_str!("scenarios.md")]
pub mod scenarios {}
#[doc = include_str!("hosting.md")]
pub mod hosting {}
