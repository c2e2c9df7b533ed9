//! Laws of the clock, and of business calendars.

#[cfg(test)]
mod calendars;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod escalations;
#[cfg(test)]
mod explaining;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod scenarios;
