//! The tests of caseloop-core, one file per boundary of the crate.

#[cfg(test)]
mod faults;
#[cfg(test)]
mod generated;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod running;
#[cfg(test)]
mod semantics;
#[cfg(test)]
mod shown;
#[cfg(test)]
mod sibling;
#[cfg(test)]
mod structures;
