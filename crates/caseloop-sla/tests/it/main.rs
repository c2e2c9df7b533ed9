//! Laws of the clock, and of business calendars.

#[cfg(test)]
mod calendars;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod scenarios;
