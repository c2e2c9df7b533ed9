//! The tests of caseloop-syntax, one file per boundary of the crate.

#[cfg(test)]
mod codes;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod loading;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod parsed;
#[cfg(test)]
mod parts;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod rendering;
#[cfg(test)]
mod sheet;
#[cfg(test)]
mod slips;
#[cfg(test)]
mod tree;

#[cfg(test)]
use parsed::{FILE, Parsed, at, tree_of};
