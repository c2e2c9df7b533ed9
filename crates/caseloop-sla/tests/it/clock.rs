//! One promise, driven step by step, and what holds whatever is done to it.

use caseloop_expr::Length;
use caseloop_sla::{
    Breach, Calendar, Clock, Counted, Deadline, End, Late, MOST, NewLevel, Opened, Policy, Reopen, Say, Span, Terms,
    WORDS, Warning,
};
use proptest::prelude::*;
use std::sync::OnceLock;

const HOUR: i64 = 3_600_000;

fn ms(length: i64) -> Option<Length> {
    Some(Length::Elapsed(length))
}

fn within(hours: i64) -> Terms {
    Terms {
        within: ms(hours * HOUR),
        ..Terms::default()
    }
}

fn kept(left: i64) -> End {
    let counted = Counted::Elapsed;
    End::Kept { left, counted }
}

fn late(over: i64) -> End {
    let counted = Counted::Elapsed;
    End::Late { over, counted }
}

fn hours(hours: &[i64]) -> Vec<Length> {
    hours.iter().map(|hours| Length::Elapsed(hours * HOUR)).collect()
}

/// A clock under a policy, of which every call succeeds.
struct Bench {
    clock: Clock,
    policy: Policy,
}

impl Bench {
    fn new(policy: Policy) -> Self {
        let clock = Clock::default();
        Self { clock, policy }
    }

    fn open(&mut self, since: i64, now: i64, by: Option<i64>, terms: Terms) -> Opened {
        self.clock.open(since, now, by, terms, &self.policy).unwrap()
    }

    fn close(&mut self, now: i64) -> Option<End> {
        self.clock.close(now, &self.policy).unwrap()
    }

    fn pause(&mut self, now: i64) -> bool {
        self.clock.pause(now, &self.policy).unwrap()
    }

    fn retarget(&mut self, now: i64, terms: Terms) -> Deadline {
        let way = self.clock.wants(terms, &self.policy).unwrap();
        self.clock.retarget(now, terms, way, &self.policy).unwrap()
    }

    fn due(&self) -> Option<i64> {
        self.clock.deadline(&self.policy).unwrap().due
    }

    fn remaining(&self, now: i64) -> Option<i64> {
        self.clock.remaining(now, &self.policy).unwrap()
    }

    fn next(&self) -> Option<(i64, Say)> {
        self.clock.next(&self.policy).unwrap()
    }

    /// Says all that is due before `now` and returns it.
    fn settle(&mut self, now: i64) -> Vec<(i64, Say)> {
        let mut said = Vec::new();
        while let Some((at, say)) = self.next().filter(|(at, _)| *at < now) {
            self.clock.fire(at, say, &self.policy).unwrap();
            said.push((at, say));
        }
        said
    }
}

fn plain() -> Bench {
    Bench::new(Policy::default())
}

#[test]
fn done_at_the_deadline_is_in_time() {
    let mut bench = plain();
    bench.open(0, 0, None, within(1));
    assert_eq!(bench.settle(HOUR), []);
    assert_eq!(bench.close(HOUR), Some(kept(0)));
    assert_eq!(bench.close(HOUR), None);
}

#[test]
fn a_limit_of_nothing_is_kept_at_once_only() {
    let mut bench = plain();
    bench.open(5, 5, None, within(0));
    assert_eq!(bench.close(5), Some(kept(0)));
    bench.open(5, 5, None, within(0));
    assert_eq!(bench.settle(6), [(5, Say::Breach)]);
    assert_eq!(bench.close(6), Some(late(1)));
}

#[test]
fn a_rest_moves_the_limit_and_not_the_date() {
    let mut bench = plain();
    bench.open(0, 0, Some(5 * HOUR), within(4));
    assert!(bench.pause(HOUR) && !bench.pause(HOUR));
    assert_eq!(bench.due(), Some(5 * HOUR));
    assert_eq!(bench.remaining(2 * HOUR), Some(3 * HOUR));
    assert!(bench.clock.resume(2 * HOUR) && !bench.clock.resume(2 * HOUR));
    assert_eq!(bench.due(), Some(5 * HOUR));
    assert!(
        bench.pause(2 * HOUR) && bench.clock.resume(2 * HOUR),
        "a rest of no length"
    );
    assert_eq!(bench.due(), Some(5 * HOUR));

    bench.open(0, 0, None, within(4));
    bench.pause(HOUR);
    assert_eq!((bench.due(), bench.remaining(2 * HOUR)), (None, None));
    bench.clock.resume(9 * HOUR);
    assert_eq!(bench.due(), Some(12 * HOUR));
}

#[test]
fn rungs_rest_with_the_promise() {
    let mut bench = Bench::new(Policy {
        rungs: hours(&[0, 1, 3]),
        ..Policy::default()
    });
    bench.open(0, 0, None, within(1));
    assert_eq!(bench.settle(2 * HOUR), [(HOUR, Say::Breach)]);
    bench.pause(2 * HOUR);
    assert_eq!(bench.next(), None);
    bench.clock.resume(10 * HOUR);
    let said = bench.settle(100 * HOUR);
    assert_eq!(said, [(10 * HOUR, Say::Rung(1)), (12 * HOUR, Say::Rung(2))]);
    assert_eq!(bench.close(100 * HOUR), Some(late(91 * HOUR)));
}

#[test]
fn what_is_late_from_the_start_is_broken_at_once_and_not_warned_of() {
    let mut bench = Bench::new(Policy {
        warnings: vec![Warning::Percent(75), Warning::Before(Length::Elapsed(HOUR))],
        ..Policy::default()
    });
    bench.open(0, 9 * HOUR, None, within(1));
    assert_eq!(bench.next(), Some((9 * HOUR, Say::Breach)));
    let why = bench.clock.fire(9 * HOUR, Say::Breach, &bench.policy).unwrap();
    assert_eq!(why, Some(Breach::Late));
}

#[test]
fn what_ends_at_the_moment_at_which_it_began_late_is_late() {
    let mut bench = plain();
    bench.open(0, 9 * HOUR, None, within(1));
    assert_eq!(bench.close(9 * HOUR), Some(late(8 * HOUR)));

    bench.open(
        0,
        9 * HOUR,
        None,
        Terms {
            paused: true,
            ..within(1)
        },
    );
    assert_eq!(bench.next(), Some((9 * HOUR, Say::Breach)), "at rest too");
    assert_eq!(bench.close(20 * HOUR), Some(late(8 * HOUR)));
}

#[test]
fn a_new_level_counts_what_was_used_up() {
    let mut bench = Bench::new(Policy {
        new_level: Some(NewLevel::KeepElapsed),
        ..Policy::default()
    });
    bench.open(0, 0, None, within(24));
    let shorter = Terms { level: 1, ..within(1) };
    assert_eq!(bench.clock.wants(within(24), &bench.policy), None);
    assert_eq!(bench.retarget(3 * HOUR, shorter).due, Some(HOUR));
    assert_eq!(bench.next(), Some((3 * HOUR, Say::Breach)), "dated at the change");
    let why = bench.clock.fire(3 * HOUR, Say::Breach, &bench.policy).unwrap();
    assert_eq!(why, Some(Breach::NewLevel));
}

#[test]
fn a_limit_that_a_new_level_uses_up_at_rest_is_broken_at_the_change() {
    let mut bench = Bench::new(Policy {
        new_level: Some(NewLevel::KeepElapsed),
        ..Policy::default()
    });
    bench.open(0, 0, None, within(24));
    bench.pause(3 * HOUR);
    let shorter = Terms {
        level: 1,
        paused: true,
        ..within(1)
    };
    bench.retarget(5 * HOUR, shorter);
    assert_eq!(bench.settle(6 * HOUR), [(5 * HOUR, Say::Breach)]);
}

#[test]
fn a_new_level_takes_the_part_that_was_used_up_or_begins_anew() {
    let policy = |way, never_later| Policy {
        new_level: Some(way),
        never_later,
        ..Policy::default()
    };
    let retargeted = |way, never_later, to| {
        let mut bench = Bench::new(policy(way, never_later));
        bench.open(0, 0, None, within(4));
        bench.retarget(HOUR, Terms { level: 1, ..within(to) }).due
    };
    assert_eq!(retargeted(NewLevel::Proportional, false, 8), Some(7 * HOUR));
    assert_eq!(retargeted(NewLevel::Proportional, true, 8), Some(4 * HOUR));
    assert_eq!(retargeted(NewLevel::Proportional, true, 2), Some(HOUR + 3 * HOUR / 2));
    assert_eq!(retargeted(NewLevel::Restart, false, 8), Some(9 * HOUR));
    assert_eq!(retargeted(NewLevel::Restart, true, 8), Some(4 * HOUR));
    assert_eq!(retargeted(NewLevel::Restart, true, 2), Some(3 * HOUR));
    assert_eq!(retargeted(NewLevel::KeepElapsed, true, 8), Some(4 * HOUR));
    assert_eq!(retargeted(NewLevel::FromStart, false, 8), Some(8 * HOUR));
    let mut bench = Bench::new(policy(NewLevel::FromStart, false));
    bench.open(0, 0, None, within(1));
    assert_eq!(bench.settle(2 * HOUR), [(HOUR, Say::Breach)]);
    bench.retarget(2 * HOUR, Terms { level: 1, ..within(4) });
    assert_eq!(
        bench.settle(9 * HOUR),
        [(4 * HOUR, Say::Breach)],
        "broken again, as another measurement"
    );
}

#[test]
fn what_was_done_can_begin_again() {
    let due = |reopen| {
        let mut bench = Bench::new(Policy {
            reopen,
            ..Policy::default()
        });
        bench.open(0, 0, None, within(4));
        bench.close(HOUR);
        let opened = bench.open(3 * HOUR, 3 * HOUR, None, within(4));
        (opened, bench.due().filter(|_| bench.clock.is_open()))
    };
    let deadline = |due: i64| Deadline {
        due: Some(due * HOUR),
        by: None,
        within: Some(4 * HOUR),
    };
    assert_eq!(due(Reopen::Restart), (Opened::Anew(deadline(7)), Some(7 * HOUR)));
    assert_eq!(due(Reopen::Resume), (Opened::Again(deadline(6)), Some(6 * HOUR)));
    assert_eq!(due(Reopen::Continue), (Opened::Again(deadline(4)), Some(4 * HOUR)));
    assert_eq!(due(Reopen::Ignore), (Opened::Not, None));
}

#[test]
fn more_often_than_was_promised() {
    let mut bench = Bench::new(Policy {
        at_most: Some(3),
        ..Policy::default()
    });
    bench.open(0, 0, None, Terms::default());
    for second in 1..=3 {
        bench.clock.tally(second, &bench.policy);
        assert_eq!(bench.next(), None);
    }
    let ended = Bench {
        clock: bench.clock,
        policy: bench.policy.clone(),
    }
    .close(3);
    let counted = Counted::Times;
    assert_eq!(ended, Some(End::Kept { left: 0, counted }));
    bench.clock.tally(4, &bench.policy);
    assert_eq!(bench.settle(9), [(4, Say::Breach)]);
    assert_eq!(bench.close(9), Some(End::Late { over: 1, counted }));
}

#[test]
fn hundredths_count_to_a_date_too() {
    let mut bench = Bench::new(Policy {
        warnings: vec![Warning::Percent(50)],
        ..Policy::default()
    });
    bench.open(2 * HOUR, 2 * HOUR, Some(6 * HOUR), Terms::default());
    assert_eq!(bench.next(), Some((4 * HOUR, Say::Warning(0))));
}

/// A limit of 40, half of it unused, rests; the date is at 65. Only from 45 on is there no more left until the date.
#[test]
fn hundredths_of_a_date_count_at_rest_once_the_date_is_nearer_than_the_limit() {
    let mut bench = Bench::new(Policy {
        warnings: vec![Warning::Percent(20)],
        ..Policy::default()
    });
    let terms = Terms {
        paused: true,
        within: ms(40),
        ..Terms::default()
    };
    bench.open(0, 0, Some(65), terms);
    assert_eq!(bench.next(), Some((25, Say::Warning(0))), "all 40 are left");
    bench.clock.resume(6);
    assert_eq!(bench.next(), Some((14, Say::Warning(0))), "a fifth of the limit");
    bench.pause(7);
    assert_eq!(bench.next(), Some((26, Say::Warning(0))), "39 are left");
}

/// Monday to Friday, 9 to 18 in Shanghai.
fn office() -> Calendar {
    let weekly = Calendar::in_zone("Asia/Shanghai").weekly("mon-fri", ["09:00-18:00".parse().unwrap()]);
    weekly.build().unwrap()
}

/// 2025-11-21, a Friday, at 17:20 in Shanghai.
const FRIDAY: i64 = 1_763_716_800_000;
const MONDAY_NINE: i64 = FRIDAY + 63 * HOUR + 40 * 60_000;

fn in_the_office(late: Late) -> Bench {
    Bench::new(Policy {
        calendars: vec![office()],
        late,
        warnings: vec![Warning::Percent(50), Warning::Before(Length::WorkingTime(HOUR / 4))],
        rungs: vec![Length::Elapsed(0), Length::WorkingTime(HOUR), Length::Elapsed(HOUR)],
        ..Policy::default()
    })
}

#[test]
fn working_time_passes_in_office_hours_only() {
    let mut bench = in_the_office(Late::AtDeadline);
    let hour = Terms {
        within: Some(Length::WorkingTime(HOUR)),
        ..Terms::default()
    };
    bench.open(FRIDAY, FRIDAY, None, hour);
    let due = MONDAY_NINE + HOUR / 3;
    assert_eq!(bench.due(), Some(due));
    assert_eq!(
        bench.settle(due + 10 * HOUR),
        [
            (FRIDAY + HOUR / 2, Say::Warning(0)),
            (MONDAY_NINE + HOUR / 12, Say::Warning(1)),
            (due, Say::Breach),
            (due + HOUR, Say::Rung(1)),
            (due + HOUR, Say::Rung(2)),
        ]
    );
    assert_eq!(
        bench.close(due + 24 * HOUR),
        Some(End::Late {
            over: 9 * HOUR,
            counted: Counted::Working
        }),
        "a working day"
    );

    bench.open(FRIDAY, FRIDAY, None, hour);
    bench.pause(FRIDAY + HOUR / 3);
    bench.clock.resume(MONDAY_NINE + 2 * HOUR);
    assert_eq!(bench.due(), Some(MONDAY_NINE + 2 * HOUR + 40 * 60_000));
}

#[test]
fn a_limit_of_working_days_ends_at_closing_time() {
    let mut bench = in_the_office(Late::AtDeadline);
    let day = Terms {
        within: Some(Length::WorkingDays(1)),
        ..Terms::default()
    };
    bench.open(FRIDAY, FRIDAY, None, day);
    let (closing, counted) = (MONDAY_NINE + 9 * HOUR, Counted::Working);
    assert_eq!(bench.due(), Some(closing));
    let mut evening = Bench {
        clock: bench.clock,
        policy: bench.policy.clone(),
    };
    assert_eq!(bench.close(closing), Some(End::Kept { left: 0, counted }));
    assert!(evening.settle(closing + HOUR).contains(&(closing, Say::Breach)));
    assert_eq!(
        evening.close(closing + HOUR),
        Some(End::Late { over: 0, counted }),
        "no working time late"
    );
}

#[test]
fn an_answer_in_closed_hours_counts_where_the_policy_says_so() {
    let mut bench = in_the_office(Late::NextOpening);
    let day = Terms {
        within: Some(Length::WorkingDays(1)),
        ..Terms::default()
    };
    bench.open(FRIDAY, FRIDAY, None, day);
    let (closing, counted) = (MONDAY_NINE + 9 * HOUR, Counted::Working);
    let opening = closing + 15 * HOUR;
    assert_eq!(bench.due(), Some(closing));
    let said = bench.settle(opening + 1);
    assert_eq!(said.last(), Some(&(opening, Say::Breach)));
    bench.open(FRIDAY, FRIDAY, None, day);
    bench.settle(closing + HOUR);
    assert_eq!(bench.close(closing + HOUR), Some(End::Kept { left: 0, counted }));
}

#[test]
fn months_keep_the_day_and_need_a_calendar() {
    let mut bench = in_the_office(Late::AtDeadline);
    let month = Terms {
        within: Some(Length::Months(3)),
        ..Terms::default()
    };
    bench.open(FRIDAY, FRIDAY, None, month);
    assert_eq!(bench.due(), Some(FRIDAY + 92 * 24 * HOUR), "2026-02-21");
    assert!(Clock::default().open(0, 0, None, month, &Policy::default()).is_err());
}

/// What the generated instants and lengths are multiples of.
const UNIT: i64 = 100;

#[derive(Clone, Debug)]
enum Act {
    Open(i64, Option<i64>, Length, bool),
    Close,
    Cancel,
    Pause,
    Resume,
    Retarget(Length),
}

fn acts() -> impl Strategy<Value = Vec<(i64, Act)>> {
    let act = prop_oneof![
        (0..20_i64, prop::option::of(0..200_i64), length(0), any::<bool>())
            .prop_map(|(back, by, within, paused)| Act::Open(back, by, within, paused)),
        Just(Act::Close),
        Just(Act::Cancel),
        Just(Act::Pause),
        Just(Act::Resume),
        length(0).prop_map(Act::Retarget),
    ];
    prop::collection::vec((0..25_i64, act), 0..30)
}

fn policies() -> impl Strategy<Value = Policy> {
    let warning = prop_oneof![
        (1..100_u8).prop_map(Warning::Percent),
        length(1).prop_map(Warning::Before)
    ];
    let way = prop_oneof![
        Just(NewLevel::KeepElapsed),
        Just(NewLevel::Proportional),
        Just(NewLevel::FromStart),
        Just(NewLevel::Restart),
    ];
    let reopen = prop_oneof![
        Just(Reopen::Restart),
        Just(Reopen::Resume),
        Just(Reopen::Continue),
        Just(Reopen::Ignore),
    ];
    let warnings = prop::collection::vec(warning, 0..4);
    let rungs = prop::collection::vec(length(0), 0..4);
    (warnings, rungs, way, reopen, any::<[bool; 3]>()).prop_map(|(warnings, rungs, way, reopen, flags)| {
        let [never_later, late, calendar] = flags;
        Policy {
            warnings,
            rungs,
            new_level: Some(way),
            never_later,
            reopen,
            calendars: calendar.then(by_turns).into_iter().collect(),
            late: if late { Late::NextOpening } else { Late::AtDeadline },
            at_most: None,
            anew_by: if calendar { vec![0] } else { Vec::new() },
        }
    })
}

fn length(least: i64) -> impl Strategy<Value = Length> {
    (least..60, any::<bool>()).prop_map(|(units, working)| match working {
        true => Length::WorkingTime(units * UNIT),
        false => Length::Elapsed(units * UNIT),
    })
}

/// Open for two seconds and closed for one by turns, within the first minutes of a day.
fn by_turns() -> Calendar {
    static CALENDAR: OnceLock<Calendar> = OnceLock::new();
    let built = || {
        let spans = (0..100).map(|n| Span::new(3000 * n, 3000 * n + 2000).unwrap());
        Calendar::in_zone("Etc/UTC").weekly("mon-sun", spans).build().unwrap()
    };
    CALENDAR.get_or_init(built).clone()
}

/// Returns how a measurement ended, if one did.
fn carry_out(bench: &mut Bench, now: i64, act: &Act) -> Option<End> {
    let terms = |within, level, paused| Terms {
        within: Some(within),
        level,
        paused,
        calendar: 0,
    };
    match *act {
        Act::Open(back, by, within, paused) => {
            let since = (now - back * UNIT).max(0);
            bench.open(
                since,
                now,
                by.map(|by| now + by * UNIT),
                terms(within, bench.clock.level(), paused),
            );
        }
        Act::Close => return bench.close(now),
        Act::Cancel => drop(bench.clock.cancel(now, &bench.policy).unwrap()),
        Act::Pause => drop(bench.pause(now)),
        Act::Resume => drop(bench.clock.resume(now)),
        Act::Retarget(within) if bench.clock.is_open() => {
            let paused = bench.clock.is_paused();
            bench.retarget(now, terms(within, bench.clock.level() + 1, paused));
        }
        Act::Retarget(_) => {}
    }
    None
}

proptest! {
    /// Looking often says the same as looking seldom; each thing is said once a measurement, in the order of time,
    /// warnings before the breach and rungs after it; what was broken is late, and what is kept ends by its deadline; a
    /// row of words is the clock.
    #[test]
    fn what_is_said_depends_on_the_acts_alone(policy in policies(), acts in acts()) {
        let (mut seldom, mut often) = (Bench::new(policy.clone()), Bench::new(policy.clone()));
        let mut now = 0;
        for (pass, act) in acts.iter().chain([&(500, Act::Cancel)]) {
            let mut by_the_way = Vec::new();
            for between in 1..=*pass {
                by_the_way.extend(often.settle(now + between * UNIT));
            }
            now += pass * UNIT;
            let said = seldom.settle(now);
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
            let due = seldom.due();
            match carry_out(&mut seldom, now, act) {
                Some(End::Kept { .. }) if policy.late == Late::AtDeadline => {
                    prop_assert!(due.is_none_or(|due| now <= due));
                }
                _ => {}
            }
            carry_out(&mut often, now, act);
            prop_assert_eq!(seldom.clock, often.clock);
            let mut row = vec![0; WORDS.len()];
            seldom.clock.write(&mut row);
            prop_assert_eq!(Clock::read(&row), seldom.clock);
            prop_assert!(Clock::is_sound(&row, &policy, now));
        }
    }

    /// No row of words makes the arithmetic fail.
    #[test]
    fn hostile_rows_do_no_harm(row in prop::collection::vec(any::<i64>(), WORDS.len()), now in any::<i64>()) {
        for calendars in [vec![], vec![office()]] {
            let policy = Policy {
                warnings: vec![Warning::Percent(99), Warning::Before(Length::WorkingTime(i64::MAX))],
                rungs: vec![Length::Elapsed(i64::MAX); MOST],
                calendars,
                ..Policy::default()
            };
            let _ = Clock::is_sound(&row, &policy, now);
            let mut clock = Clock::read(&row);
            let _ = (clock.remaining(now, &policy), clock.next(&policy), clock.deadline(&policy));
            let _ = clock.pause(now, &policy);
            clock.resume(now);
            let _ = clock.retarget(now, Terms::default(), NewLevel::Proportional, &policy);
            let _ = clock.close(now, &policy);
            let _ = clock.open(now, now, Some(now), Terms::default(), &policy);
        }
    }
}
