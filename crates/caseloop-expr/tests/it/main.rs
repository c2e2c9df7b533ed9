//! Behaviour of the condition language, one module for each boundary. Not: timings.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod bounds;
#[cfg(test)]
mod cells;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod findings;
#[cfg(test)]
mod formulas;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod values;
#[cfg(test)]
mod vectors;
