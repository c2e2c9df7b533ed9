//! Bounds of formulas under conditions.

use crate::desk;
use caseloop_expr::{Limits, bounds, condition, formula};
use caseloop_syntax::{Report, Span};

#[test]
fn bounds_follow_declared_ranges_and_the_condition() {
    let all = (i64::MIN + 1, i64::MAX);
    let cases: &[(&str, &str, (i64, i64))] = &[
        ("tries", "", (0, 3)),
        ("tries + 1", "", (1, 4)),
        ("tries + 1", "tries < 2", (1, 2)),
        ("tries + 1", "tries < param.max_reopen", (1, 2)),
        ("tries + 1", "2 > tries", (1, 2)),
        ("tries + 1", "tries <= 2 and paid", (1, 3)),
        ("tries + 1", "tries <= 2 or paid", (1, 4)),
        ("tries + 1", "tries < 1 or tries == 2", (1, 3)),
        ("tries + 1", "not tries >= 2", (1, 2)),
        ("tries + 1", "not (tries >= 2 or paid)", (1, 2)),
        ("tries - 1", "tries > 0", (0, 2)),
        ("tries - 1", "tries != 0", (0, 2)),
        ("tries - 1", "tries in 1..2", (0, 1)),
        ("tries - 1", "tries in 1..<2", (0, 0)),
        ("tries - 1", "tries in [1, 3]", (0, 2)),
        ("tries", "tries == 2", (2, 2)),
        ("tries", "tries != 1", (0, 3)),
        ("tries", "tries + 1 < 2", (0, 3)),
        ("tries", "tries < n and n < 2", (0, 3)),
        ("tries", "n < 2 and tries < n", (0, 0)),
        ("n", "tries > n", (-100, 2)),
        ("n * n", "n in -3..2", (-6, 9)),
        ("-n", "n > 5", (-100, -6)),
        ("n", "has(m) and m > 5 and n == m", (6, 100)),
        ("big + 1", "", (i64::MIN + 2, i64::MAX)),
        ("big - 1", "", (i64::MIN + 1, i64::MAX - 1)),
        ("big", "", all),
        ("7", "", (7, 7)),
        ("level.limit", "", (desk::HOUR, 24 * desk::HOUR)),
        ("level.limit", "level == complex", (4 * desk::HOUR, 4 * desk::HOUR)),
        ("level.limit", "level != normal", (desk::HOUR, 4 * desk::HOUR)),
        ("time_in(desk)", "", (0, i64::MAX)),
        ("size(tags)", "", (0, 4)),
        ("size(numbers)", "size(numbers) > 3", (0, 1000)),
        ("customer.age", "has(customer.age) and customer.age >= 18", (18, 150)),
        ("paid", "paid", (1, 1)),
        ("paid", "not paid", (0, 0)),
        ("tries", "tries > 3", (i64::MAX, i64::MIN + 1)),
        ("tries", "paid and not paid", (i64::MAX, i64::MIN + 1)),
        ("tries", "1 > 2", (i64::MAX, i64::MIN + 1)),
        ("tries", "tries > 3 or tries == 1", (1, 1)),
    ];
    let scope = desk::scope();
    for (text, given, expected) in cases {
        let (at, limits, mut report) = (Span::default(), Limits::default(), Report::default());
        let given_condition = (!given.is_empty()).then(|| condition(given, &at, &scope, &limits, &mut report).unwrap());
        let found = formula(text, &at, &scope, None, &limits, &mut report).unwrap();
        assert_eq!(
            bounds(&found, given_condition.as_ref()),
            *expected,
            "{text} given {given}"
        );
    }
}
