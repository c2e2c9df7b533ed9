//! Every lint with a workflow on which it speaks, its words beside it, and one like it on which nothing does.

#[cfg(test)]
mod lints;
