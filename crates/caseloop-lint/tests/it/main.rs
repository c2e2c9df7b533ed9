//! Every lint with a workflow on which it speaks, its words beside it, and one like it on which nothing does; guarantees
//! proved and broken, and a second opinion on them.

#[cfg(test)]
mod conditions;
#[cfg(test)]
mod lints;
#[cfg(test)]
mod proofs;
#[cfg(test)]
mod second;
#[cfg(test)]
mod slices;
