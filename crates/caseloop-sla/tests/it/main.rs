//! Laws of the clock, and of business calendars.

mod calendars;
mod clock;
mod laws;
mod oracle;
mod scenarios;
