//! The codes of what can be wrong with calendars beyond their YAML.

use caseloop_syntax::Code;

macro_rules! codes {
    ($($ident:ident = $name:literal, $summary:literal;)*) => {
        $(#[doc = $summary] pub static $ident: Code = Code::new($name, $summary);)*
        /// Every code of this crate.
        pub static ALL: &[&Code] = &[$(&$ident),*];
    };
}

codes! {
    UNKNOWN_ZONE = "unknown-zone", "A time zone is named that the time zone database does not have.";
    MALFORMED_HOURS = "malformed-hours", "Something else stands where the hours of a day or a week are expected.";
    MALFORMED_SPAN = "malformed-span", "A span is not two times such as `09:00-17:30`, or does not lie in its day and the next.";
    EMPTY_SPAN = "empty-span", "A span ends when it starts.";
    OVERLAPPING_SPANS = "overlapping-spans", "Two spans of one day share time.";
    UNKNOWN_WEEKDAY = "unknown-weekday", "A weekday is named that does not exist.";
    MALFORMED_DAY = "malformed-day", "A day is no date and no rule for days, or no such day exists.";
    DAY_TWICE = "day-twice", "A day is given hours twice.";
    MALFORMED_YEARS = "malformed-years", "The years of a list of holidays are not written as `2025..2026`.";
    OUTSIDE_YEARS = "outside-years", "A day lies outside the years that a list of holidays is for.";
    NO_COMMON_YEAR = "no-common-year", "Lists or calendars that are used together know no year in common.";
    UNKNOWN_CALENDAR = "unknown-calendar", "A calendar is named that no file has.";
    UNKNOWN_LIST = "unknown-holiday-list", "A list of holidays is named that no file has.";
    DUPLICATE_CALENDAR = "duplicate-calendar", "Two calendars, or two lists of holidays, of one load have the same name.";
    CALENDAR_CIRCLE = "calendar-circle", "A calendar is put together from itself.";
    NESTED_CALENDARS = "nested-calendars", "A calendar is put together from others in more levels than are worked out.";
    HOURS_AND_MEMBERS = "hours-and-members", "A calendar has hours of its own and is put together from others too, or in two ways at once.";
    NO_MEMBERS = "no-members", "A calendar is put together from none.";
    NEVER_OPENS = "never-opens", "A calendar has no open moment in all its years.";
    TOO_MANY_DAYS = "too-many-days", "The calendars of a load hold more days and spans than are worked out.";
}
