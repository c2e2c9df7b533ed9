//! A second opinion on the proofs: an explorer that was written separately, by brute force, and small workflows at random on
//! which the two must agree. Nothing here calls the kernel: the plain form of a workflow is all that they share.

mod agree;
mod decide;
mod generate;
mod machine;
mod measure;
mod reckon;
mod situations;
mod witness;
