//! What is written and refused, what files of calendars hold, and where calendars end.

use crate::faults::reading;
use caseloop_sla::{Calendar, CalendarDescription, Calendars, CalendarsDescription, DayKind, HorizonError, Member};
use chrono::NaiveDate;

const SHARED: &str = include_str!("../../../../workflows/shared/calendars.yaml");
const FACTS: &str = include_str!("../facts/calendar.jsonl");
const HOUR: i64 = 3_600_000;

/// A calendar as YAML and as JSON is one calendar: every one of the facts, and those that are shipped.
#[test]
fn what_is_written_means_the_same_in_yaml_and_in_json() {
    let mut count = 0;
    for line in FACTS.lines() {
        let fact: serde_json::Value = serde_json::from_str(line).unwrap();
        let json = &fact["ask"]["calendar"];
        let built = build(&json.to_string());
        let found = reading(&[("a.yaml", &format!("calendars: {{it: {json}}}"))]);
        match built {
            Ok(built) => {
                let read = found
                    .calendars
                    .get("it")
                    .unwrap_or_else(|| panic!("{json}\n{}", found.shown));
                assert_eq!(found.shown, "");
                assert_eq!(read.content_hash(), built.content_hash(), "{json}");
                assert_eq!(read.zone(), built.zone());
            }
            Err(error) => assert!(found.shown.starts_with("error"), "{json}: {error}"),
        }
        count += 1;
    }
    assert_eq!(count, 350);
    let found = reading(&[("calendars.yaml", SHARED)]);
    assert_eq!(found.shown, "");
    let read: Vec<_> = found
        .calendars
        .iter()
        .map(|(name, calendar)| (name, calendar.content_hash()))
        .collect();
    let described = shared();
    let described: Vec<_> = described
        .iter()
        .map(|(name, calendar)| (name, calendar.content_hash()))
        .collect();
    assert_eq!(read, described);
}

fn shared() -> Calendars {
    let written: CalendarsDescription = serde_yaml::from_str(SHARED).unwrap();
    Calendars::new(&written).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Builds a calendar from JSON.
fn build(json: &str) -> Result<Calendar, String> {
    let written: CalendarDescription = serde_json::from_str(json).map_err(|error| error.to_string())?;
    written.build().map_err(|error| error.to_string())
}

#[track_caller]
fn refused(json: &str, expected: &str) {
    let error = build(json).unwrap_err();
    assert!(error.contains(expected), "{json}: {error}");
}

#[test]
fn what_makes_no_calendar_is_refused() {
    refused(r#"{"zone": "UTC"}"#, "the calendar never opens");
    refused(r#"{"zone": "UTC", "weekly": {}}"#, "the calendar never opens");
    refused(
        r#"{"zone": "UTC", "weekly": {"mon": ["09:00-17:00"]}, "breaks": {"mon": ["08:00-18:00"]}}"#,
        "the calendar never opens",
    );
    refused(
        r#"{"and": [{"zone": "UTC", "weekly": {"mon": ["09:00-17:00"]}}, {"zone": "UTC", "weekly": {"tue": ["09:00-17:00"]}}]}"#,
        "the calendar never opens",
    );
    refused(r#"{"minus": ["24x7", "24x7"]}"#, "the calendar never opens");
    refused(r#"{"weekly": "24x7"}"#, "has no `zone`");
    refused(
        r#"{"zone": "Mars/Olympus", "weekly": "24x7"}"#,
        "no time zone `Mars/Olympus`",
    );
    refused(r#"{"zone": "UTC", "weekly": "8x5"}"#, "`8x5`");
    refused(r#"{"zone": "UTC", "weekly": {"mon": ["09:00-09:00"]}}"#, "is empty");
    refused(
        r#"{"zone": "UTC", "weekly": {"mon": ["09:00-12:00", "11:00-17:00"]}}"#,
        "of `mon` overlap",
    );
    refused(
        r#"{"zone": "UTC", "weekly": {"mon": ["09:00-12:00"], "sun-tue": ["13:00-17:00"]}}"#,
        "written twice in `weekly`",
    );
    refused(
        r#"{"zone": "UTC", "weekly": "24x7", "overrides": {"2026-01-01": "closed", "2026-01-01..2026-01-02": "as mon"}}"#,
        "`2026-01-01` is written twice in `overrides`",
    );
    refused(
        r#"{"zone": "UTC", "weekly": "24x7", "overrides": {"2026-01-01": "as noday"}}"#,
        "`as noday`",
    );
    refused(
        r#"{"zone": "UTC", "weekly": "24x7", "overrides": {"12-25": "closed"}}"#,
        "`12-25`",
    );
    refused(r#"{"zone": "UTC", "weekly": "24x7", "holidays": ["13-01"]}"#, "`13-01`");
    refused(
        r#"{"zone": "UTC", "weekly": "24x7", "lists": ["cn"]}"#,
        "no list of holidays `cn`",
    );
    refused(r#"{"zone": "UTC", "weekly": "24x7", "and": ["24x7"]}"#, "not both");
    refused(r#"{"and": ["24x7"], "or": ["24x7"]}"#, "not both");
    refused(r#"{"or": []}"#, "needs members");
    refused(r#"{"or": ["nights"]}"#, "no calendar `nights`");
    refused(r#"{"zone": "UTC", "week": {}}"#, "unknown field `week`");
}

#[test]
fn a_calendar_of_itself_is_refused() {
    let written: CalendarsDescription =
        serde_json::from_str(r#"{"calendars": {"a": {"or": ["b"]}, "b": {"or": ["a"]}}}"#).unwrap();
    assert!(
        Calendars::new(&written)
            .unwrap_err()
            .to_string()
            .contains("composed of itself")
    );
}

#[test]
fn hours_may_be_written_in_pairs_and_under_other_names() {
    let ours =
        r#"{"zone": "Etc/UTC", "weekly": {"mon": ["09:00-17:00"]}, "overrides": {"2026-01-01": ["10:00-11:00"]}}"#;
    let theirs =
        r#"{"tz": "Etc/UTC", "weekly": {"mon": [["09:00", "17:00"]]}, "shifts": {"2026-01-01": [["10:00", "11:00"]]}}"#;
    let read = |json| serde_json::from_str::<CalendarDescription>(json).unwrap();
    assert_eq!(read(ours), read(theirs));
}

#[test]
fn an_override_beats_a_holiday_unless_the_holiday_wins() {
    let written = Calendar::in_zone("UTC")
        .weekly("mon-fri", ["09:00-17:00".parse().unwrap()])
        .holiday("01-01".parse().unwrap(), Some("New Year"))
        .override_with("2026-01-01", ["10:00-11:00".parse().unwrap()]);
    let calendar = written.build().unwrap();
    assert_eq!(calendar.day_kind(day("2026-01-01")), Some(DayKind::Override));
    assert!(calendar.is_working_day(day("2026-01-01")).unwrap());
    assert!(calendar.is_holiday(day("2026-01-01")));
    let name = Some(DayKind::Holiday(Some("New Year".into())));
    assert_eq!(calendar.day_kind(day("2027-01-01")), name);
    let strict = written.holiday_wins().build().unwrap();
    assert_eq!(strict.day_kind(day("2026-01-01")), name);
    assert!(!strict.is_working_day(day("2026-01-01")).unwrap());
}

#[test]
fn a_holiday_closes_what_starts_on_it_and_leaves_the_night_before() {
    let nights = Calendar::in_zone("UTC")
        .weekly("mon-sun", ["22:00-30:00".parse().unwrap()])
        .holiday("2026-01-05".parse().unwrap(), None);
    let nights = nights.build().unwrap();
    let monday = 1_767_571_200_000; // 2026-01-05 00:00
    assert!(nights.is_open(monday + 5 * HOUR).unwrap());
    assert!(!nights.is_open(monday + 23 * HOUR).unwrap());
    assert!(!nights.is_open(monday + 25 * HOUR).unwrap());
    assert!(nights.is_open(monday + 47 * HOUR).unwrap());
    assert!(!nights.is_working_day(day("2026-01-05")).unwrap());
}

#[test]
fn a_date_that_the_zone_skips_is_no_working_day() {
    let nights = Calendar::in_zone("Pacific/Apia").weekly("mon-sun", ["22:00-30:00".parse().unwrap()]);
    let nights = nights.build().unwrap();
    assert!(!nights.is_working_day(day("2011-12-30")).unwrap());
    let before = nights.stretches_on(day("2011-12-29")).unwrap();
    let next = nights
        .working_day(day("2011-12-29"), 1, caseloop_sla::StartDay::AsIs)
        .unwrap();
    assert_eq!(next, day("2011-12-31"));
    // Thursday night goes over into Saturday morning without a closed moment.
    assert_eq!(nights.next_close(before[1].start).unwrap() - before[1].start, 8 * HOUR);
}

#[test]
fn the_shared_calendars_keep_the_public_holidays() {
    let office = shared().get("office-cn").unwrap();
    let working = |date: &str| office.is_working_day(day(date)).unwrap();
    for off in [
        "2023-01-23",
        "2024-02-12",
        "2025-10-08",
        "2026-02-23",
        "2026-09-25",
        "2026-10-07",
    ] {
        assert!(!working(off), "{off}");
        assert!(
            matches!(office.day_kind(day(off)), Some(DayKind::Holiday(Some(_)))),
            "{off}"
        );
    }
    for worked in ["2023-10-07", "2024-05-11", "2025-09-28", "2026-02-14", "2026-10-10"] {
        assert!(working(worked), "{worked}");
        assert_eq!(office.stretches_on(day(worked)).unwrap().len(), 1);
    }
    // Working days of the years, counted from the notices: weekdays less weekdays off and days worked instead.
    let days = |year: i32| {
        let first = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        office.working_days(first(year), first(year + 1)).unwrap()
    };
    assert_eq!([2023, 2024, 2025].map(days), [249, 251, 248]);
}

#[test]
fn a_year_beyond_its_list_is_an_error_with_the_lists_name() {
    let office = shared().get("office-cn").unwrap();
    let error = HorizonError::List {
        list: "cn-public".to_owned(),
        first: 2023,
        last: 2026,
    };
    assert_eq!(office.is_working_day(day("2027-01-04")), Err(error.clone()));
    assert_eq!(office.is_working_day(day("2022-12-30")), Err(error.clone()));
    let december = 1_798_675_200_000; // 2026-12-31 00:00 UTC
    assert_eq!(office.end_of_working_day(december, 1), Err(error.clone()));
    assert_eq!(office.due_at(december, 24 * HOUR), Err(error));
    // Months ask for no holidays.
    assert!(office.months_after(december, 24, caseloop_sla::MonthEnd::Cut).is_ok());
    let joint = Member::Written(Box::new(
        serde_json::from_str(r#"{"and": ["office-cn", "24x7"]}"#).unwrap(),
    ));
    let joint = shared().resolve(&joint).unwrap();
    assert_eq!(joint.horizon(), office.horizon());
    assert!(matches!(
        joint.is_open(december + 24 * HOUR),
        Err(HorizonError::List { .. })
    ));
}

#[test]
fn nothing_hangs_at_the_ends_of_time() {
    let always = Calendar::in_zone("Asia/Shanghai").always().build().unwrap();
    let now = 1_767_571_200_000;
    let years = Err(HorizonError::Years {
        first: 1900,
        last: 2099,
    });
    for at in [i64::MIN, i64::MIN / 2, i64::MAX / 2, i64::MAX] {
        assert_eq!(always.is_open(at).map(|_| 0), years);
        assert_eq!(always.due_at(now, at), years);
        assert_eq!(always.breach_at(now, at), years);
        assert_eq!(always.elapsed(now, at), years);
        assert_eq!(always.next_close(at), years);
        assert_eq!(always.end_of_working_day(at, 1), years);
        assert_eq!(always.end_of_working_day(now, at), years);
        assert_eq!(always.same_time(now, at, caseloop_sla::SameTime::default()), years);
        assert_eq!(always.months_after(at, 1, caseloop_sla::MonthEnd::Cut), years);
    }
    for months in [i32::MIN, i32::MAX] {
        assert_eq!(always.months_after(now, months, caseloop_sla::MonthEnd::Cut), years);
    }
    assert_eq!(always.next_close(now), years);
    assert_eq!(always.prev_opening(now), years);
    assert_eq!(always.next_opening(now), years);
    assert!(always.is_working_day(NaiveDate::MAX).is_err());
    assert!(always.is_working_day(NaiveDate::MIN).is_err());
    assert!(always.stretches_on(NaiveDate::MAX).is_err());
    assert!(always.instant(chrono::NaiveDateTime::MAX).is_err());
    let whole = always.horizon();
    assert_eq!(always.elapsed(whole.start, whole.end - 1), Ok(whole.length() - 1));
}
