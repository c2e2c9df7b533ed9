//! One promise, driven step by step, and what holds whatever is done to it.

use caseloop_sla::{Clock, End, MOST, NewLevel, Policy, Say, Terms, WORDS, Warning};
use proptest::prelude::*;

const HOUR: i64 = 3_600_000;

fn within(hours: i64) -> Terms {
    Terms {
        within: Some(hours * HOUR),
        ..Terms::default()
    }
}

/// Says all that is due before `now` and returns it.
fn settle(clock: &mut Clock, policy: &Policy, now: i64) -> Vec<(i64, Say)> {
    let mut said = Vec::new();
    while let Some((at, say)) = clock.next(policy).filter(|(at, _)| *at < now) {
        clock.fire(at, say, policy);
        said.push((at, say));
    }
    said
}

#[test]
fn done_at_the_deadline_is_in_time() {
    let mut clock = Clock::default();
    clock.open(0, 0, None, within(1));
    assert_eq!(settle(&mut clock, &Policy::default(), HOUR), []);
    assert_eq!(clock.close(HOUR), Some(End::Kept { left: 0 }));
    assert_eq!(clock.close(HOUR), None);
}

#[test]
fn a_rest_moves_the_limit_and_not_the_date() {
    let mut clock = Clock::default();
    clock.open(0, 0, Some(5 * HOUR), within(4));
    assert!(clock.pause(HOUR) && !clock.pause(HOUR));
    assert_eq!(clock.deadline().due, Some(5 * HOUR));
    assert_eq!(clock.remaining(2 * HOUR), Some(3 * HOUR));
    assert!(clock.resume(2 * HOUR) && !clock.resume(2 * HOUR));
    assert_eq!(clock.deadline().due, Some(5 * HOUR));
    assert!(clock.pause(2 * HOUR) && clock.resume(2 * HOUR), "a rest of no length");
    assert_eq!(clock.deadline().due, Some(5 * HOUR));

    clock.open(0, 0, None, within(4));
    clock.pause(HOUR);
    assert_eq!((clock.deadline().due, clock.remaining(2 * HOUR)), (None, None));
    clock.resume(9 * HOUR);
    assert_eq!(clock.deadline().due, Some(12 * HOUR));
}

#[test]
fn rungs_rest_with_the_promise() {
    let policy = Policy {
        rungs: vec![0, HOUR, 3 * HOUR],
        ..Policy::default()
    };
    let mut clock = Clock::default();
    clock.open(0, 0, None, within(1));
    let said = settle(&mut clock, &policy, 2 * HOUR);
    assert_eq!(said, [(HOUR, Say::Breach)]);
    clock.pause(2 * HOUR);
    assert_eq!(clock.next(&policy), None);
    clock.resume(10 * HOUR);
    let said = settle(&mut clock, &policy, 100 * HOUR);
    assert_eq!(said, [(10 * HOUR, Say::Rung(1)), (12 * HOUR, Say::Rung(2))]);
    assert_eq!(clock.close(100 * HOUR), Some(End::Late { over: 91 * HOUR }));
}

#[test]
fn what_is_late_from_the_start_is_broken_at_once_and_not_warned_of() {
    let policy = Policy {
        warnings: vec![Warning::Percent(75), Warning::Before(HOUR)],
        ..Policy::default()
    };
    let mut clock = Clock::default();
    clock.open(0, 9 * HOUR, None, within(1));
    assert_eq!(clock.next(&policy), Some((9 * HOUR, Say::Breach)));
}

#[test]
fn a_new_level_counts_what_was_used_up() {
    let policy = Policy {
        new_level: Some(NewLevel::KeepElapsed),
        ..Policy::default()
    };
    let mut clock = Clock::default();
    clock.open(0, 0, None, within(24));
    let shorter = Terms { level: 1, ..within(1) };
    assert_eq!(clock.wants(shorter, &policy), Some(NewLevel::KeepElapsed));
    assert_eq!(clock.wants(within(24), &policy), None);
    assert_eq!(clock.retarget(3 * HOUR, shorter).due, Some(HOUR));
    assert_eq!(
        clock.next(&policy),
        Some((3 * HOUR, Say::Breach)),
        "dated at the change"
    );
}

#[test]
fn hundredths_count_to_a_date_too() {
    let policy = Policy {
        warnings: vec![Warning::Percent(50)],
        ..Policy::default()
    };
    let mut clock = Clock::default();
    let told = Terms::default();
    clock.open(2 * HOUR, 2 * HOUR, Some(6 * HOUR), told);
    assert_eq!(clock.next(&policy), Some((4 * HOUR, Say::Warning(0))));
}

#[test]
fn a_rest_that_changes_which_deadline_counts_says_nothing_of_the_past() {
    let policy = Policy {
        warnings: vec![Warning::Percent(20)],
        ..Policy::default()
    };
    let mut clock = Clock::default();
    clock.open(
        0,
        0,
        Some(65),
        Terms {
            paused: true,
            within: Some(40),
            level: 0,
        },
    );
    clock.resume(6);
    assert_eq!(clock.next(&policy), Some((14, Say::Warning(0))), "a fifth of the limit");
    clock.pause(14);
    assert_eq!(
        clock.next(&policy),
        Some((14, Say::Warning(0))),
        "a fifth of the time until the date was at 13"
    );
}

#[derive(Clone, Debug)]
enum Act {
    Open(i64, Option<i64>, i64, bool),
    Close,
    Cancel,
    Pause,
    Resume,
    Retarget(i64),
}

fn acts() -> impl Strategy<Value = Vec<(i64, Act)>> {
    let act = prop_oneof![
        (0..20_i64, prop::option::of(0..200_i64), 1..60_i64, any::<bool>())
            .prop_map(|(back, by, within, paused)| Act::Open(back, by, within, paused)),
        Just(Act::Close),
        Just(Act::Cancel),
        Just(Act::Pause),
        Just(Act::Resume),
        (1..60_i64).prop_map(Act::Retarget),
    ];
    prop::collection::vec((0..25_i64, act), 0..30)
}

fn policies() -> impl Strategy<Value = Policy> {
    let warning = prop_oneof![
        (1..100_u8).prop_map(Warning::Percent),
        (1..40_i64).prop_map(Warning::Before)
    ];
    (
        prop::collection::vec(warning, 0..4),
        prop::collection::vec(0..40_i64, 0..4),
    )
        .prop_map(|(warnings, rungs)| Policy {
            warnings,
            rungs,
            new_level: Some(NewLevel::KeepElapsed),
        })
}

fn carry_out(clock: &mut Clock, now: i64, act: &Act) {
    match *act {
        Act::Open(back, by, within, paused) => {
            let terms = Terms {
                within: Some(within),
                level: 0,
                paused,
            };
            clock.open(now - back, now, by.map(|by| now + by), terms);
        }
        Act::Close => drop(clock.close(now)),
        Act::Cancel => drop(clock.cancel()),
        Act::Pause => drop(clock.pause(now)),
        Act::Resume => drop(clock.resume(now)),
        Act::Retarget(within) if clock.is_open() => {
            let terms = Terms {
                within: Some(within),
                level: 1,
                paused: clock.is_paused(),
            };
            clock.retarget(now, terms);
        }
        Act::Retarget(_) => {}
    }
}

proptest! {
    /// Looking often says the same as looking seldom; each thing is said once a measurement, in the order of time,
    /// warnings before the breach and rungs after it; a row of words is the clock.
    #[test]
    fn what_is_said_depends_on_the_acts_alone(policy in policies(), acts in acts()) {
        let (mut seldom, mut often) = (Clock::default(), Clock::default());
        let mut now = 0;
        for (pass, act) in acts.iter().chain([&(500, Act::Cancel)]) {
            let mut by_the_way = Vec::new();
            for between in now + 1..=now + pass {
                by_the_way.extend(settle(&mut often, &policy, between));
            }
            now += pass;
            let said = settle(&mut seldom, &policy, now);
            prop_assert_eq!(&said, &by_the_way);
            prop_assert!(said.is_sorted_by_key(|(at, _)| *at));
            let mut once = said.clone();
            once.sort();
            once.dedup_by_key(|(_, say)| *say);
            prop_assert_eq!(once.len(), said.len());
            let breach = said.iter().position(|(_, say)| *say == Say::Breach);
            for (position, (_, say)) in said.iter().enumerate() {
                match say {
                    Say::Warning(_) => prop_assert!(breach.is_none_or(|breach| position < breach)),
                    Say::Rung(_) => prop_assert!(breach.is_none_or(|breach| position > breach)),
                    Say::Breach => {}
                }
            }
            carry_out(&mut seldom, now, act);
            carry_out(&mut often, now, act);
            prop_assert_eq!(seldom, often);
            let mut row = vec![0; WORDS.len()];
            seldom.write(&mut row);
            prop_assert_eq!(Clock::read(&row), seldom);
            prop_assert!(seldom.is_sound(&policy, now));
        }
    }

    /// No row of words makes the arithmetic fail.
    #[test]
    fn hostile_rows_do_no_harm(row in prop::collection::vec(any::<i64>(), WORDS.len()), now in any::<i64>()) {
        let policy = Policy { warnings: vec![Warning::Percent(99); MOST], rungs: vec![i64::MAX; MOST], new_level: None };
        let mut clock = Clock::read(&row);
        let _ = clock.is_sound(&policy, now);
        let _ = (clock.remaining(now), clock.next(&policy), clock.deadline());
        clock.pause(now);
        clock.resume(now);
        clock.retarget(now, Terms::default());
        clock.close(now);
        clock.open(now, now, Some(now), Terms::default());
    }
}
