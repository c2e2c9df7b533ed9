//! Explanations: their parts make up the answer, and their reasons are those of the day.

use crate::oracle::{MINUTE, Oracle, patterns};
use caseloop_sla::{Calendar, Calendars, CalendarsDescription, Explanation, Language, Why};
use proptest::prelude::*;

const SHARED: &str = include_str!("../../../../workflows/shared/calendars.yaml");

fn shared(name: &str) -> Calendar {
    let written: CalendarsDescription = serde_yaml::from_str(SHARED).unwrap();
    Calendars::new(&written).unwrap().get(name).unwrap()
}

fn at(text: &str) -> i64 {
    chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis()
}

fn sums_up(explained: &Explanation) -> Result<(), TestCaseError> {
    let sign = if explained.until < explained.from { -1 } else { 1 };
    let mut next = explained.from.min(explained.until);
    for part in &explained.parts {
        prop_assert_eq!(part.from, next);
        prop_assert!(part.from < part.to || matches!(part.why[..], [Why::Gap(..) | Why::Fold(..)]));
        prop_assert_eq!(part.counted, if part.open { sign * (part.to - part.from) } else { 0 });
        prop_assert!(!part.why.is_empty());
        let reasons = part.why.iter().all(|why| match why {
            Why::Hours => part.open,
            Why::Override => true,
            _ => !part.open,
        });
        prop_assert!(reasons, "{:?}", part);
        next = part.to;
    }
    prop_assert_eq!(next, explained.from.max(explained.until));
    let sum: i64 = explained.parts.iter().map(|part| part.counted).sum();
    prop_assert_eq!(sum, explained.counted);
    // Closed parts never touch: a closure is one part.
    for pair in explained.parts.windows(2) {
        prop_assert!(pair[0].open || pair[1].open);
    }
    Ok(())
}

fn built(oracle: &Oracle) -> Calendar {
    oracle.written().build().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn the_parts_make_up_the_amount((oracle, middle) in patterns(), start in -4320i64..4320, amount in -600i64..600, ms in 0..60_000i64) {
        let calendar = built(&oracle);
        let (from, amount) = (middle + start * MINUTE, amount * MINUTE + ms);
        let explained = calendar.explain(from, amount).unwrap();
        prop_assert_eq!(explained.counted, amount);
        prop_assert_eq!(explained.until, calendar.due_at(from, amount).unwrap());
        sums_up(&explained)?;
        for part in &explained.parts {
            let mut open = (part.from..part.to).step_by(MINUTE as usize).map(|at| calendar.is_open(at).unwrap());
            prop_assert!(open.all(|open| open == part.open));
        }
        // Nothing of it is lost in the telling: a line for each part.
        for language in [Language::English, Language::Chinese] {
            prop_assert_eq!(explained.text(language).lines().count(), explained.parts.len() + 2);
        }
    }

    #[test]
    fn so_do_those_of_calendars_that_are_put_together((left, middle) in patterns(), (right, _) in patterns(), a in -4320i64..4320, b in -4320i64..4320) {
        let (from, until) = (middle + a * MINUTE, middle + b * MINUTE);
        let (left, right) = (built(&left), built(&right));
        let either = Calendar::any_of([left.clone(), right.clone()]).ok();
        let both = Calendar::all_of([left.clone(), right.clone()]).ok();
        let rest = left.minus(right).ok();
        for calendar in [either, both, rest].into_iter().flatten() {
            let explained = calendar.explain_between(from, until).unwrap();
            prop_assert_eq!(explained.counted, calendar.elapsed(from, until).unwrap());
            sums_up(&explained)?;
        }
    }

    #[test]
    fn working_days_are_numbered_in_order((oracle, middle) in patterns(), start in -4320i64..4320, n in -5i64..5) {
        let calendar = built(&oracle);
        let from = middle + start * MINUTE;
        let explained = calendar.explain_working_days(from, n).unwrap();
        prop_assert_eq!(explained.until, calendar.end_of_working_day(from, n).unwrap());
        sums_up(&explained)?;
        let mut numbers: Vec<i64> = explained.parts.iter().filter_map(|part| part.day).map(i64::abs).collect();
        if n < 0 {
            numbers.reverse();
        }
        numbers.dedup();
        // Where a day starts within the night shift of the one before, the two share a number.
        prop_assert!(numbers.windows(2).all(|pair| pair[1] > pair[0]), "{:?}", numbers);
        prop_assert!(numbers.iter().all(|number| (1..=n.abs()).contains(number)), "{:?} of {}", numbers, n);
        prop_assert!(n <= 0 || numbers.last() == Some(&n), "{:?} of {}", numbers, n);
    }
}

#[test]
fn a_holiday_and_a_day_worked_instead() {
    let office = shared("office-cn");
    let mut explained = office
        .explain(at("2025-09-30T15:00:00+08:00"), 12 * 60 * MINUTE)
        .unwrap();
    explained.stamp = office.stamp(Some("office-cn"));
    // Another version of the database is another stamp, and the same answer.
    let database = Calendar::zone_database();
    let shown = |language| explained.text(language).replace(database, "DATABASE");
    insta::assert_snapshot!("holiday_en", shown(Language::English));
    insta::assert_snapshot!("holiday_zh", shown(Language::Chinese));
    let mut json = serde_json::to_value(&explained).unwrap();
    assert_eq!(json["stamp"]["zone_database"], database);
    json["stamp"]["zone_database"] = "DATABASE".into();
    insta::assert_snapshot!("holiday_json", format!("{json:#}"));
    let days = office.explain_working_days(at("2025-09-30T15:00:00+08:00"), 3).unwrap();
    insta::assert_snapshot!("days_zh", days.text(Language::Chinese).replace(database, "DATABASE"));
    insta::assert_snapshot!("days_en", days.text(Language::English).replace(database, "DATABASE"));
}

#[test]
fn breaks_short_days_and_changes_of_the_clock_have_their_reasons() {
    let database = Calendar::zone_database();
    let team = Calendar::in_zone("Europe/Berlin")
        .weekly("mon-fri", ["08:00-17:00".parse().unwrap()])
        .weekly("sat-sun", ["00:00-06:00".parse().unwrap()])
        .override_with("2025-03-28", ["08:00-12:00".parse().unwrap()])
        .pause("mon-fri", ["10:00-10:15".parse().unwrap()])
        .build()
        .unwrap();
    let explained = team
        .explain_between(at("2025-03-28T09:30:00+01:00"), at("2025-03-31T09:00:00+02:00"))
        .unwrap();
    insta::assert_snapshot!(
        "clock_forward",
        explained.text(Language::English).replace(database, "DATABASE")
    );
    let always = Calendar::in_zone("Europe/Berlin").always().build().unwrap();
    let back = always
        .explain_between(at("2025-10-26T12:00:00+01:00"), at("2025-10-25T12:00:00+02:00"))
        .unwrap();
    insta::assert_snapshot!("clock_back", back.text(Language::Chinese).replace(database, "DATABASE"));
}
