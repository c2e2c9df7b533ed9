//! Sums worked by hand: limits of service cases around Chinese holidays, with elapsed time and with office hours.

use caseloop_expr::Length;
use caseloop_sla::{Calendar, Clock, End, MonthEnd, Policy, StartDay, Terms};
use chrono::{DateTime, NaiveDate, NaiveDateTime};

const HOUR: i64 = 3_600_000;
const MINUTE: i64 = 60_000;

/// Monday to Friday, 9 to 18, no break.
fn office() -> Calendar {
    let written = Calendar::in_zone("Asia/Shanghai").weekly("mon-fri", ["09:00-18:00".parse().unwrap()]);
    written.build().unwrap()
}

/// The same with the national holidays of 2023 and 2025 and the days worked instead.
fn office_h() -> Calendar {
    let written = Calendar::in_zone("Asia/Shanghai")
        .weekly("mon-fri", ["09:00-18:00".parse().unwrap()])
        .holiday("2023-09-29..2023-10-06".parse().unwrap(), None)
        .holiday("2025-10-01..2025-10-08".parse().unwrap(), None)
        .override_as("2023-10-07..2023-10-08", "mon")
        .override_as("2025-09-28", "mon")
        .override_as("2025-10-11", "mon");
    written.build().unwrap()
}

fn always() -> Calendar {
    Calendar::in_zone("Asia/Shanghai").always().build().unwrap()
}

fn at(calendar: &Calendar, local: &str) -> i64 {
    calendar
        .instant(NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M:%S").unwrap())
        .unwrap()
}

#[track_caller]
fn check(calendar: &Calendar, from: &str, due: impl Fn(i64) -> i64, expected: &str) {
    let found = due(at(calendar, from));
    let shown = DateTime::from_timestamp_millis(found + 8 * HOUR).unwrap();
    assert_eq!(shown.format("%Y-%m-%d %H:%M:%S").to_string(), expected);
}

#[track_caller]
fn open_time(calendar: &Calendar, from: &str, amount: i64, expected: &str) {
    check(calendar, from, |from| calendar.due_at(from, amount).unwrap(), expected);
}

#[track_caller]
fn working_days(calendar: &Calendar, from: &str, days: i64, expected: &str) {
    check(
        calendar,
        from,
        |from| calendar.end_of_working_day(from, days).unwrap(),
        expected,
    );
}

#[test]
fn elapsed_time_looks_at_no_hours() {
    let always = always();
    open_time(&always, "2023-10-01 09:30:00", HOUR, "2023-10-01 10:30:00");
    open_time(&always, "2023-10-01 09:30:00", 24 * HOUR, "2023-10-02 09:30:00");
    open_time(&always, "2025-11-21 17:20:00", 24 * HOUR, "2025-11-22 17:20:00");
    open_time(&always, "2025-11-19 10:00:20", 30_000, "2025-11-19 10:00:50");
    open_time(&always, "2025-11-19 02:47:30", 15 * MINUTE, "2025-11-19 03:02:30");
    open_time(&always, "2025-11-21 17:45:00", 24 * HOUR, "2025-11-22 17:45:00");
}

#[test]
fn office_hours_rest_outside() {
    let (office, office_h) = (office(), office_h());
    open_time(&office_h, "2023-10-01 09:30:00", 24 * HOUR, "2023-10-09 15:00:00");
    open_time(&office, "2025-11-21 17:20:00", HOUR, "2025-11-24 09:20:00");
    open_time(&office, "2025-11-21 17:20:00", 24 * HOUR, "2025-11-26 14:20:00");
    open_time(&office, "2025-11-24 10:00:00", HOUR, "2025-11-24 11:00:00");
    open_time(&office, "2025-11-19 02:47:30", 15 * MINUTE, "2025-11-19 09:15:00");
    open_time(&office_h, "2025-09-27 12:00:00", 24 * HOUR, "2025-09-30 15:00:00");
    open_time(&office, "2025-11-20 11:00:00", 48 * HOUR, "2025-11-27 14:00:00");
    open_time(&office, "2025-11-21 17:45:00", 24 * HOUR, "2025-11-26 14:45:00");
}

#[test]
fn a_limit_that_is_used_up_at_closing_time_is_due_then() {
    let office = office();
    open_time(&office, "2025-11-20 09:00:00", 9 * HOUR, "2025-11-20 18:00:00");
    check(
        &office,
        "2025-11-20 09:00:00",
        |from| office.breach_at(from, 9 * HOUR).unwrap(),
        "2025-11-21 09:00:00",
    );
}

#[test]
fn working_days_end_at_closing_time() {
    let (office, office_h) = (office(), office_h());
    working_days(&office_h, "2025-11-19 09:00:00", 3, "2025-11-24 18:00:00");
    working_days(&office_h, "2025-11-19 09:00:00", 5, "2025-11-26 18:00:00");
    working_days(&office_h, "2025-09-30 15:00:00", 3, "2025-10-11 18:00:00");
    working_days(&office_h, "2025-09-30 15:00:00", 5, "2025-10-14 18:00:00");
    working_days(&office, "2025-09-30 15:00:00", 3, "2025-10-03 18:00:00");
    working_days(&office, "2025-09-30 15:00:00", 5, "2025-10-07 18:00:00");
    // In the evening the day itself is over, and is still not counted.
    working_days(&office, "2025-09-30 23:59:59", 1, "2025-10-01 18:00:00");
    working_days(&office, "2025-10-04 12:00:00", 0, "2025-10-06 18:00:00");
    working_days(&office, "2025-10-01 15:00:00", -1, "2025-09-30 18:00:00");
}

#[test]
fn months_keep_day_and_time() {
    let always = always();
    let months = |from: &str, months: i32, end: MonthEnd, expected: &str| {
        check(
            &always,
            from,
            |from| always.months_after(from, months, end).unwrap(),
            expected,
        );
    };
    let (cut, keep) = (MonthEnd::Cut, MonthEnd::NextMonth);
    months("2025-01-31 09:00:00", 1, cut, "2025-02-28 09:00:00");
    months("2025-10-15 09:00:00", 1, cut, "2025-11-15 09:00:00");
    months("2025-11-01 00:00:00", 3, cut, "2026-02-01 00:00:00");
    months("2025-11-01 00:00:00", 6, cut, "2026-05-01 00:00:00");
    months("2025-11-01 00:00:00", 12, cut, "2026-11-01 00:00:00");
    months("2024-02-29 12:00:00", -12, cut, "2023-02-28 12:00:00");
    months("2023-10-01 14:23:05", 24, keep, "2025-10-01 14:23:05");
    months("2023-10-01 17:55:00", 24, keep, "2025-10-01 17:55:00");
    months("2025-11-24 11:30:00", 24, keep, "2027-11-24 11:30:00");
    months("2024-02-29 12:00:00", 24, keep, "2026-03-01 12:00:00");
}

#[test]
fn the_first_working_day_of_a_month() {
    let first = |calendar: &Calendar, before: &str| {
        let before: NaiveDate = before.parse().unwrap();
        calendar.working_day(before, 1, StartDay::AsIs).unwrap().to_string()
    };
    assert_eq!(first(&office(), "2025-10-31"), "2025-11-03");
    assert_eq!(first(&office_h(), "2025-09-30"), "2025-10-09");
    assert_eq!(first(&office(), "2025-09-30"), "2025-10-01");
}

/// What a promise of `within`, made at `from`, comes to at `done`: how many seconds are left, negative where it is late.
fn left(calendar: &Calendar, from: &str, within: Length, done: &str) -> i64 {
    let policy = Policy {
        calendars: vec![calendar.clone()],
        ..Policy::default()
    };
    let terms = Terms {
        within: Some(within),
        ..Terms::default()
    };
    let (from, done) = (at(calendar, from), at(calendar, done));
    let mut clock = Clock::default();
    clock.open(from, from, None, terms, &policy).unwrap();
    while let Some((due, say)) = clock.next(&policy).unwrap().filter(|(due, _)| *due < done) {
        clock.fire(due, say, &policy).unwrap();
    }
    match clock.close(done, &policy).unwrap().unwrap() {
        End::Kept { left, .. } => left / 1000,
        End::Late { over, .. } => -over / 1000,
    }
}

/// SC-09 (a bot, then a person within 30 s), SC-10 (a form at night), SC-11 (working days over the National Day), SC-15
/// (feedback after a Friday evening), by both readings of the hours.
#[test]
fn promises_of_the_scenarios_are_kept_or_late_as_worked_by_hand() {
    let (always, office, office_h) = (always(), office(), office_h());
    let hours = |hours: i64| Length::WorkingTime(hours * HOUR);
    let (half_minute, quarter) = (Length::WorkingTime(30_000), Length::WorkingTime(15 * MINUTE));
    let seconds = |from: &str, done: &str| {
        let day = |time: &str| format!("2025-11-19 {time}");
        left(&always, &day(from), half_minute, &day(done))
    };
    assert_eq!(seconds("10:00:00", "10:00:02"), 28, "by the bot");
    assert_eq!(seconds("10:00:00", "10:00:50"), -20, "where the bot does not count");
    assert_eq!(seconds("10:00:20", "10:00:50"), 0, "exactly at the deadline");
    assert_eq!(seconds("10:00:20", "10:00:51"), -1);
    assert_eq!(left(&always, "2025-11-19 02:47:30", quarter, "2025-11-19 03:01:10"), 80);
    assert_eq!(
        left(&office, "2025-11-19 02:47:30", quarter, "2025-11-19 03:01:10"),
        900
    );
    let five = Length::WorkingDays(5);
    assert_eq!(
        left(&office_h, "2025-11-19 09:00:00", five, "2025-11-25 15:00:00"),
        12 * 3600
    );
    assert_eq!(left(&office_h, "2025-09-30 15:00:00", five, "2025-10-14 18:00:00"), 0);
    assert_eq!(
        left(&office_h, "2025-09-30 15:00:00", five, "2025-10-15 10:00:00"),
        -3600
    );
    assert_eq!(
        left(&always, "2025-11-21 17:45:00", hours(24), "2025-11-22 10:00:00"),
        27_900
    );
    assert_eq!(
        left(&office, "2025-11-21 17:45:00", hours(24), "2025-11-22 10:00:00"),
        85_500
    );
}
