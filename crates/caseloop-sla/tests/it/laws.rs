//! Laws that hold for every calendar, over zones whose clocks go forward, back, by half an hour or by a day.

use crate::oracle::{MINUTE, Oracle, patterns};
use caseloop_sla::{Calendar, Calendars, CalendarsDescription, HolidayList, Outside, SameTime, StartDay};
use proptest::prelude::*;

const DAY: i64 = 1440 * MINUTE;

/// An instant of the window around its middle.
fn minute() -> impl Strategy<Value = i64> {
    (-3 * 1440i64..3 * 1440).prop_map(|minute| minute * MINUTE)
}

fn any_instant() -> impl Strategy<Value = i64> {
    -400 * DAY..400 * DAY
}

fn built(oracle: &Oracle) -> Calendar {
    oracle.written().build().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn it_is_open_when_the_wall_clock_says_so((oracle, middle) in patterns(), a in minute(), b in minute()) {
        let calendar = built(&oracle);
        let (a, b) = (middle + a.min(b), middle + a.max(b));
        prop_assert_eq!(calendar.is_open(a).unwrap(), oracle.is_open(a));
        prop_assert_eq!(calendar.is_open(b + MINUTE - 1).unwrap(), oracle.is_open(b));
        prop_assert_eq!(calendar.elapsed(a, b).unwrap(), oracle.elapsed(a, b));
        let stretches = calendar.stretches(a, b).unwrap();
        prop_assert_eq!(stretches.iter().map(|stretch| stretch.length()).sum::<i64>(), oracle.elapsed(a, b));
        for pair in stretches.windows(2) {
            prop_assert!(pair[0].end < pair[1].start);
        }
    }

    #[test]
    fn openings_and_closings_are_those_of_the_wall_clock((oracle, middle) in patterns(), a in minute()) {
        let calendar = built(&oracle);
        let at = middle + a;
        // As far as is looked, by minutes.
        let ahead = || (at..at + 3 * DAY).step_by(MINUTE as usize);
        let back = || (at - 3 * DAY..=at).rev().step_by(MINUTE as usize);
        let opens = |minute: &i64| oracle.is_open(*minute) && !oracle.is_open(minute - MINUTE);
        let closes = |minute: &i64| !oracle.is_open(*minute) && oracle.is_open(minute - MINUTE);
        let near = |found: i64| (found - at).abs() < 3 * DAY;
        let check = |name: &str, found: i64, expected: Option<i64>| {
            match expected {
                Some(expected) => prop_assert_eq!(found, expected, "{}", name),
                None => prop_assert!(!near(found), "{}", name),
            }
            Ok(())
        };
        let open = || ahead().find(|minute| oracle.is_open(*minute));
        check("next_open", calendar.next_open(at).unwrap(), open())?;
        check("next_opening", calendar.next_opening(at).unwrap(), ahead().skip(1).find(opens))?;
        check("next_close", calendar.next_close(at).unwrap(), ahead().skip(1).find(closes))?;
        let open_before = |minute: &i64| oracle.is_open(minute - MINUTE);
        check("prev_close", calendar.prev_close(at).unwrap(), back().find(open_before))?;
        check("prev_opening", calendar.prev_opening(at).unwrap(), back().skip(1).find(opens))?;
    }

    #[test]
    fn elapsed_time_adds_up((oracle, middle) in patterns(), a in any_instant(), b in any_instant(), c in any_instant()) {
        let calendar = built(&oracle);
        let (a, b, c) = (middle + a, middle + b, middle + c);
        let elapsed = |from, until| calendar.elapsed(from, until).unwrap();
        prop_assert_eq!(elapsed(a, b) + elapsed(b, c), elapsed(a, c));
        prop_assert_eq!(elapsed(a, b), -elapsed(b, a));
        let passed = (b - a).abs();
        prop_assert!((0..=passed).contains(&elapsed(a.min(b), a.max(b))));
        prop_assert_eq!(calendar.is_open(a).unwrap(), elapsed(a, a + 1) == 1);
    }

    #[test]
    fn due_and_breach_are_the_ends_of_the_answers((oracle, middle) in patterns(), a in any_instant(), b in any_instant()) {
        let calendar = built(&oracle);
        let (from, until) = (middle + a, middle + b);
        let amount = calendar.elapsed(from, until).unwrap();
        let due = calendar.due_at(from, amount).unwrap();
        let breach = calendar.breach_at(from, amount).unwrap();
        prop_assert_eq!(calendar.elapsed(from, due).unwrap(), amount);
        prop_assert_eq!(calendar.elapsed(from, breach).unwrap(), amount);
        match amount {
            0 => {
                prop_assert_eq!(due, from);
                prop_assert_eq!(breach, calendar.next_open(from).unwrap());
            }
            1.. => {
                prop_assert!(due <= until && until <= breach);
                prop_assert!(calendar.is_open(due - 1).unwrap(), "nothing earlier would do");
                prop_assert!(calendar.is_open(breach).unwrap(), "nothing later would do");
            }
            _ => {
                prop_assert!(breach <= until && until <= due);
                prop_assert!(calendar.is_open(due).unwrap());
                prop_assert!(calendar.is_open(breach - 1).unwrap());
            }
        }
    }

    #[test]
    fn calendars_put_together_are_sets(
        (left, middle) in patterns(), (right, _) in patterns(), a in any_instant(), b in any_instant(), c in minute()
    ) {
        let (from, until) = (middle + a, middle + b);
        let (left_hours, right_hours) = (built(&left), built(&right));
        let either = Calendar::any_of([left_hours.clone(), right_hours.clone()]).unwrap();
        let at = middle + c;
        prop_assert_eq!(either.is_open(at).unwrap(), left.is_open(at) || right.is_open(at));
        let of = |calendar: &Calendar| calendar.elapsed(from, until).unwrap();
        // Those that are never open at the same time are none.
        let all = Calendar::all_of([left_hours.clone(), right_hours.clone()]);
        let common = all.as_ref().map_or(0, of);
        prop_assert_eq!(of(&either) + common, of(&left_hours) + of(&right_hours));
        let rest = left_hours.clone().minus(right_hours.clone());
        prop_assert_eq!(rest.as_ref().map_or(0, of) + common, of(&left_hours));
    }

    #[test]
    fn a_working_day_opens_and_closes_by_the_wall_clock((oracle, middle) in patterns(), a in -4i64..=4) {
        let calendar = built(&oracle);
        let date = oracle.date(middle) + chrono::Duration::days(a);
        let expected = oracle.day(date);
        prop_assert_eq!(calendar.is_working_day(date).unwrap(), expected.is_some());
        if let Some((_, closes)) = expected {
            // Noon of a working day before: any instant of that date will do.
            let before = calendar.working_day(date, -1, StartDay::AsIs).unwrap();
            let noon = calendar.instant(before.and_hms_opt(12, 0, 0).unwrap()).unwrap();
            prop_assert_eq!(calendar.end_of_working_day(noon, 1).unwrap(), closes);
        }
    }

    #[test]
    fn working_days_are_counted_one_by_one((oracle, middle) in patterns(), a in minute(), n in 1i64..6) {
        let calendar = built(&oracle);
        let from = middle + a;
        let today = oracle.date(from);
        let is = |date| calendar.is_working_day(date).unwrap();
        let walk = |step: i64| {
            let days = (1..800).map(|days| today + chrono::Duration::days(step * days));
            days.filter(|date| is(*date)).nth(n as usize - 1).unwrap()
        };
        let (ahead, back) = (walk(1), walk(-1));
        prop_assert_eq!(calendar.working_day(today, n, StartDay::AsIs).unwrap(), ahead);
        prop_assert_eq!(calendar.working_day(today, -n, StartDay::AsIs).unwrap(), back);
        prop_assert_eq!(calendar.working_days(today, ahead).unwrap(), n - 1 + i64::from(is(today)));
        let end = calendar.end_of_working_day(from, n).unwrap();
        prop_assert!(calendar.is_open(end - 1).unwrap());
        let kept = SameTime { outside: Outside::Kept, ..SameTime::default() };
        let same = calendar.same_time(from, n, kept).unwrap();
        prop_assert_eq!(calendar.date(same).unwrap(), ahead);
        let moved = calendar.same_time(from, n, SameTime::default()).unwrap();
        prop_assert_eq!(moved, calendar.next_open(same).unwrap());
        let back = calendar.same_time(from, -n, SameTime::default()).unwrap();
        prop_assert!(calendar.is_open(back).unwrap() || calendar.is_open(back - 1).unwrap());
    }

    #[test]
    fn what_is_written_reads_back((oracle, _) in patterns()) {
        let written = oracle.written();
        let json = serde_json::to_string(&written).unwrap();
        prop_assert_eq!(&serde_json::from_str::<caseloop_sla::CalendarDescription>(&json).unwrap(), &written);
        let yaml = serde_yaml::to_string(&written).unwrap();
        prop_assert_eq!(&serde_yaml::from_str::<caseloop_sla::CalendarDescription>(&yaml).unwrap(), &written);
    }
}

proptest! {
    // Many years are worked out for each case.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_asked_before_and_how_far_it_reaches_change_nothing((oracle, middle) in patterns(), a in minute(), b in minute(), far in any_instant()) {
        let asked = built(&oracle);
        asked.elapsed(middle - 3 * 365 * DAY, middle + 6 * 365 * DAY).unwrap();
        let fresh = built(&oracle);
        // The same hours for a few years only.
        let list = HolidayList { source: "none".into(), years: "2009..2027".into(), off: vec![], worked: vec![], worked_as: None };
        let set = CalendarsDescription { lists: [("few".to_owned(), list)].into(), ..CalendarsDescription::default() };
        let json = serde_json::to_value(oracle.written()).unwrap();
        let mut json = json.as_object().unwrap().clone();
        json.insert("lists".into(), serde_json::json!(["few"]));
        let few = Calendars::new(&set).unwrap().resolve(&serde_json::from_value(json.into()).unwrap()).unwrap();
        let (a, b) = (middle + a, middle + b);
        for other in [&fresh, &few] {
            prop_assert_eq!(asked.elapsed(a, b), other.elapsed(a, b));
            prop_assert_eq!(asked.elapsed(a, middle + far), other.elapsed(a, middle + far));
            prop_assert_eq!(asked.next_close(a), other.next_close(a));
            prop_assert_eq!(asked.end_of_working_day(a, 3), other.end_of_working_day(a, 3));
        }
    }
}
