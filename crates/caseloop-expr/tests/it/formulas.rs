//! Formulas: what `set`, effects and data-driven durations compute.

use crate::desk::{self, HOUR};
use crate::reference;
use caseloop_expr::{ABSENT, EnumType, Formula, Heavy, Limits, Scope, Type, Value, condition, formula, formula_under};
use caseloop_syntax::{Report, Span};

fn read(text: &str, expected: Option<&Type>, given: Option<&str>, scope: &Scope) -> Result<Formula, String> {
    let mut report = Report::default();
    let limits = Limits::default();
    let given = given.map(|given| condition(given, &Span::default(), scope, &limits, &mut report).unwrap());
    let found = formula_under(
        text,
        &Span::default(),
        scope,
        expected,
        given.as_ref(),
        &limits,
        &mut report,
    );
    found.ok_or_else(|| {
        report
            .diagnostics()
            .iter()
            .map(|finding| finding.message.as_str())
            .collect::<Vec<_>>()
            .join("; ")
    })
}

#[test]
fn a_value_is_computed_in_its_type() {
    let scope = desk::scope();
    let rows = desk::rows(&scope);
    let count = Type::Count { max: 3 };
    let level = Type::Enum(desk::levels());
    let role = desk::roles();
    let cases: &[(&str, Option<&Type>, Value)] = &[
        ("tries + 1", Some(&count), Value::Int(3)),
        ("0", Some(&count), Value::Int(0)),
        ("complex", Some(&level), Value::constant("complex")),
        ("customer.level", Some(&level), Value::constant("complex")),
        ("level.owner", Some(&role), Value::constant("special_group")),
        ("supervisor", Some(&role), Value::constant("supervisor")),
        ("level.limit", Some(&Type::Duration), Value::Duration(4 * HOUR)),
        (
            "level.limit * 2 + 30 min",
            Some(&Type::Duration),
            Value::Duration(8 * HOUR + HOUR / 2),
        ),
        ("param.special_limit", Some(&Type::Duration), Value::Duration(24 * HOUR)),
        (
            "now + level.limit",
            Some(&Type::Instant),
            Value::Instant(desk::NOW + 4 * HOUR),
        ),
        (
            "5",
            Some(&Type::Decimal { scale: 2 }),
            Value::Decimal { units: 500, scale: 2 },
        ),
        ("amount * 3", None, Value::Decimal { units: 29850, scale: 2 }),
        ("subject", Some(&Type::Text), Value::text("退款 refund, please")),
        (
            "subject + \": \" + subject",
            Some(&Type::Text),
            Value::text("退款 refund, please: 退款 refund, please"),
        ),
        ("complaint", Some(&Type::Text), Value::text("hidden words")),
        ("'fixed'", Some(&Type::Ref), Value::text("fixed")),
        ("gone", None, Value::Absent),
        ("note", None, Value::Absent),
        ("m", None, Value::Int(-3)),
        ("n > 3 and paid", Some(&Type::Bool), Value::Bool(true)),
        ("has(note)", Some(&Type::Bool), Value::Bool(false)),
        (
            "numbers.filter(x, x > 1)",
            None,
            Value::List(vec![Value::Int(3), Value::Int(2)]),
        ),
        ("customer.name", None, Value::text("李雷")),
        ("level.motto", None, Value::text("care")),
        ("\"2025-11-18\"", Some(&Type::Date), Value::Date(20410)),
    ];
    for (text, expected, value) in cases {
        let found = read(text, *expected, None, &scope).unwrap_or_else(|why| panic!("{text}: {why}"));
        assert_eq!(found.value(&rows.env()), *value, "{text}");
        assert_eq!(reference::value(found.tree(), &rows.env()), *value, "reference: {text}");
        if found.ty().is_word() {
            assert_eq!(found.ty().value(found.word(&rows.env())), *value, "{text}");
            assert_eq!(found.heavy(&rows.env()), Heavy::Absent);
        } else {
            assert_eq!(found.heavy(&rows.env()).value(found.ty()), *value, "{text}");
            assert_eq!(found.word(&rows.env()), ABSENT);
        }
    }
}

#[test]
fn a_set_and_a_record_are_values_too() {
    let scope = desk::scope();
    let rows = desk::rows(&scope);
    let tags = scope.case.get("tags").unwrap().1.ty.clone();
    let found = read("[press, angry]", Some(&tags), None, &scope).unwrap();
    let expected = Value::Set(vec!["angry".into(), "press".into()]);
    assert_eq!(
        (found.constant(), found.value(&rows.env())),
        (Some(expected.clone()), expected)
    );
    let customer = scope.case.get("customer").unwrap().1.ty.clone();
    let found = read("customer", Some(&customer), None, &scope).unwrap();
    assert_eq!(
        found.value(&rows.env()),
        rows.case.get(scope.case.get("customer").unwrap().1)
    );
    assert!(matches!(found.heavy(&rows.env()), Heavy::Record(values) if values.len() == 4));
}

#[test]
fn what_does_not_fit_is_refused() {
    let scope = desk::scope();
    let count = Type::Count { max: 3 };
    let role = desk::roles();
    let cases: &[(&str, &Type, &str)] = &[
        ("paid", &count, "found a bool where a count was expected"),
        ("1.5", &count, "found a decimal where a count was expected"),
        ("24", &Type::Duration, "found an int where a duration was expected"),
        (
            "3 working days",
            &Type::Duration,
            "`3 working days` needs a calendar, and conditions look at none",
        ),
        (
            "'supervisor'",
            &role,
            "`supervisor` is a constant of `role`, which stands without quotes",
        ),
        ("supervisr", &role, "`supervisr` is no constant of `role`"),
        (
            "level",
            &role,
            "found a constant of `level` where a constant of `role` was expected",
        ),
        ("owner", &role, "found a person where a constant of `role` was expected"),
        ("m + 1", &Type::INT, "`m` is optional and may be absent here"),
        (
            "size(complaint)",
            &Type::INT,
            "`complaint` is personal free text, which conditions do not read",
        ),
        (
            "subject + complaint",
            &Type::Text,
            "`complaint` is personal free text, which conditions do not read",
        ),
        (
            "[angry, agry]",
            &scope.case.get("tags").unwrap().1.ty,
            "`agry` is no constant of `tag`",
        ),
        ("", &count, "found the end where a field, a value or `(` was expected"),
    ];
    for (text, expected, message) in cases {
        assert_eq!(
            read(text, Some(expected), None, &scope).err().as_deref(),
            Some(*message),
            "{text}"
        );
    }
}

#[test]
fn the_branch_grants_what_its_condition_asked_for() {
    let scope = desk::scope();
    assert!(read("m", None, None, &scope).unwrap().optional());
    assert!(!read("m", None, Some("has(m) and paid"), &scope).unwrap().optional());
    assert!(read("m + 1", None, Some("has(m)"), &scope).is_ok());
    assert!(read("m + 1", None, Some("has(m) or paid"), &scope).is_err());
    assert!(read("m + 1", None, Some("not (not has(m) or paid)"), &scope).is_ok());
    assert!(read("partner.level", None, None, &scope).is_err());
    assert!(
        !read("partner.level", None, Some("has(partner)"), &scope)
            .unwrap()
            .optional()
    );
    assert!(
        read("partner.age", None, Some("has(partner)"), &scope)
            .unwrap()
            .optional()
    );
    assert!(read("complaint", None, None, &scope).unwrap().hidden());
    assert!(!read("subject", None, None, &scope).unwrap().hidden());
}

#[test]
fn an_enum_with_the_same_constants_is_the_same_type() {
    let scope = desk::scope();
    let same = Type::Enum(EnumType::new("other", &["normal", "complex", "urgent"]).into());
    let reordered = Type::Enum(EnumType::new("other", &["complex", "normal", "urgent"]).into());
    assert!(read("level", Some(&same), None, &scope).is_ok());
    assert!(read("level", Some(&reordered), None, &scope).is_err());
}

#[test]
fn what_an_expression_reads_is_told() {
    let scope = desk::scope();
    let limits = Limits::default();
    let read = |text: &str| condition(text, &Span::default(), &scope, &limits, &mut Report::default()).unwrap();
    let found = read("time_in(desk) > 1 h and in_state(working) and has(partner.age) and promise.word.remaining < 1 h");
    assert!(found.reads_time());
    assert_eq!(found.entry_times(), [2]);
    assert_eq!(found.states_read(), [2, 3]);
    assert_eq!(found.promises_read(), [1]);
    assert_eq!(
        found.paths().into_iter().collect::<Vec<_>>(),
        ["case.partner", "case.partner.age"]
    );
    assert!(!read("paid").reads_time());
    assert!(read("now > received_at").reads_time());
    let always = [
        ("paid", None),
        ("1 < 2", Some(true)),
        ("paid and 1 > 2", None),
        ("1 > 2 and paid", Some(false)),
    ];
    for (text, expected) in always {
        assert_eq!(read(text).always(), expected, "{text}");
    }
    let constant = |text: &str| {
        formula(text, &Span::default(), &scope, None, &limits, &mut Report::default())
            .unwrap()
            .constant()
    };
    assert_eq!(constant("2 * 3 + param.max_reopen"), Some(Value::Int(8)));
    assert_eq!(
        constant("[1, 2].map(x, x + 1)"),
        Some(Value::List(vec![Value::Int(2), Value::Int(3)]))
    );
    assert_eq!(constant("n"), None);
    assert_eq!(constant("now"), None);
}
