//! How a promise is measured: one [`Clock`] for each promise of a case, driven by what the case does, and the business
//! [`Calendar`]s by which open time, working days, months and years are reckoned.
//!
//! Instants are milliseconds since 1970 in UTC, lengths are milliseconds that pass. Nothing here reads a clock: every
//! call says when it happens, and calls come in the order of time. What opens, ends or rests a measurement is decided
//! by the caller.
//!
//! Applications name the `caseloop` crate; this one is for those who build on the measuring itself.

mod account;
mod calendar;
mod clock;
mod policy;
pub mod read;
mod used;
mod words;

pub use account::{Counting, Spell};
pub use calendar::{
    ALWAYS, Calendar, CalendarDescription, CalendarError, Calendars, CalendarsDescription, CalendarsError, DEPTH,
    DayKind, DayRule, Explanation, FIRST_YEAR, Holiday, HolidayList, HorizonError, LAST_YEAR, MOST_WORK, Member,
    MonthEnd, Outside, Part, SameTime, Span, Stamp, StartDay, Stretch, Why,
};
pub use caseloop_syntax::Language;
pub use clock::{Breach, Clock, Counted, Deadline, End, Opened, Say};
pub use policy::{Late, MOST, MOST_ANEW, NewLevel, Policy, Reopen, Terms, Warning};
pub use words::WORDS;
