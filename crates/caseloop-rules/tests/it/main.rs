//! The tests of caseloop-rules, one file per kind of rules.

#[cfg(test)]
mod analysis;
#[cfg(test)]
mod assignments;
#[cfg(test)]
mod classifiers;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod scores;
#[cfg(test)]
mod tables;
