//! The tests of the `caseloop` program: the built program, run in a folder of its own.
#![expect(clippy::disallowed_methods, reason = "a test of a program reads and writes files")]

#[cfg(test)]
mod calendar;
#[cfg(test)]
mod check;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod events;
#[cfg(test)]
mod expand;
#[cfg(test)]
mod folder;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod graph;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod hotline;
#[cfg(test)]
mod import;
#[cfg(test)]
mod lint;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod run;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod told;

#[cfg(test)]
use folder::{Done, Folder};
