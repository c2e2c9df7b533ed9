//! Tests of the facade: what applications see.

#[cfg(test)]
mod calendars;
#[cfg(test)]
mod complaints;
#[cfg(test)]
mod day;
#[cfg(test)]
mod every_workflow;
#[cfg(test)]
mod explained;
#[cfg(test)]
#[path = "../../../caseloop-core/tests/it/generated.rs"]
mod generated;
#[cfg(test)]
mod guide;
#[cfg(test)]
mod handed_over;
#[cfg(test)]
mod late;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod lints;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod personal;
#[cfg(test)]
mod promises;
mod proofs;
#[cfg(test)]
mod running;
#[cfg(test)]
mod shipped;
#[cfg(test)]
mod shipped_rules;
#[cfg(test)]
#[path = "../../../caseloop-core/tests/it/shown.rs"]
mod shown;
#[cfg(test)]
mod sorted;
#[cfg(test)]
mod versions;
