//! What scenarios say, and what comes of them.

#[cfg(test)]
mod counterexamples;
#[cfg(test)]
mod guide;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod mistakes;
#[cfg(test)]
mod planted;
#[cfg(test)]
mod shipped;
#[cfg(test)]
mod strength;
