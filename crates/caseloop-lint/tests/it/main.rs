//! Every lint with a workflow on which it speaks, its words beside it, and one like it on which nothing does; guarantees
//! proved and broken.

#[cfg(test)]
mod lints;
#[cfg(test)]
mod proofs;
#[cfg(test)]
mod slices;
