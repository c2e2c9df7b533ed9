//! Values at the boundary: reading by type, rows, JSON, and lengths of time.

use crate::desk::{self, HOUR};
use caseloop_expr::{ABSENT, EnumType, Heavy, Length, Limits, MAX_LIST, RecordType, Type, Value, duration};
use caseloop_syntax::Span;

fn text(text: &str) -> Value {
    Value::text(text)
}

#[test]
fn a_type_reads_what_fits_and_says_what_does_not() {
    let decimal = Type::Decimal { scale: 2 };
    let small = Type::Int { min: -5, max: 5 };
    let level = Type::Enum(desk::levels());
    let tags = Type::Set(EnumType::new("tag", &["a", "b", "c"]).into());
    let numbers = Type::List(small.clone().into());
    let ok: &[(&Type, Value, Value)] = &[
        (&Type::Bool, text("true"), Value::Bool(true)),
        (&small, text(" 5 "), Value::Int(5)),
        (&small, Value::Decimal { units: 30, scale: 1 }, Value::Int(3)),
        (&decimal, Value::Int(3), Value::Decimal { units: 300, scale: 2 }),
        (&decimal, text("-12.5"), Value::Decimal { units: -1250, scale: 2 }),
        (
            &decimal,
            Value::Decimal { units: 12500, scale: 4 },
            Value::Decimal { units: 125, scale: 2 },
        ),
        (&Type::Instant, text("1970-01-01T01:00:00+01:00"), Value::Instant(0)),
        (&Type::Instant, text("1970-01-01T00:00:00.250Z"), Value::Instant(250)),
        (
            &Type::Instant,
            text("1970-01-01 00:01-00:30"),
            Value::Instant(31 * 60_000),
        ),
        (&Type::Duration, text("1 h 10 min"), Value::Duration(70 * 60_000)),
        (&Type::Date, text("1970-01-02"), Value::Date(1)),
        (&level, text("complex"), Value::constant("complex")),
        (
            &tags,
            Value::List(vec![text("c"), text("a"), text("c")]),
            Value::Set(vec!["a".into(), "c".into()]),
        ),
        (&numbers, Value::List(vec![text("1")]), Value::List(vec![Value::Int(1)])),
        (&Type::Ref, text("c-1"), text("c-1")),
        (&small, Value::Absent, Value::Absent),
    ];
    for (ty, given, expected) in ok {
        assert_eq!(ty.read(given).as_ref(), Ok(expected), "{ty} {given}");
        assert_eq!(ty.read(expected).as_ref(), Ok(expected), "reading twice: {ty} {given}");
    }
    let bad: &[(&Type, Value, &str)] = &[
        (
            &Type::Bool,
            Value::Int(1),
            "found a whole number where bool was expected",
        ),
        (&small, Value::Int(6), "6 is not within -5..5"),
        (&small, text("x"), "\"x\" is no whole number that fits"),
        (
            &small,
            Value::Bool(true),
            "found true or false where a whole number was expected",
        ),
        (
            &Type::INT,
            Value::Int(ABSENT),
            "-9223372036854775808 is not within -9223372036854775807..9223372036854775807",
        ),
        (
            &decimal,
            text("1.005"),
            "\"1.005\" does not fit a decimal with 2 digits after the point",
        ),
        (
            &decimal,
            Value::Int(i64::MAX),
            "9223372036854775807 does not fit a decimal with 2 digits after the point",
        ),
        (&decimal, text("1e3"), "\"1e3\" is no decimal number"),
        (
            &Type::Instant,
            text("2025-11-18T16:30:00"),
            "`2025-11-18T16:30:00` is no time; one is written `2025-11-18T16:30:00+08:00`, with its offset",
        ),
        (
            &Type::Duration,
            text("24h"),
            "a space belongs between a number and its unit; write `24 h`",
        ),
        (
            &Type::Duration,
            text("3 working days"),
            "`3 working days` needs a calendar where elapsed time was expected",
        ),
        (&Type::Duration, Value::Int(5), "5 has no unit of time, such as `5 h`"),
        (
            &Type::Date,
            text("2025-02-30"),
            "`2025-02-30` is no date; one is written `2025-11-18`",
        ),
        (
            &Type::Date,
            text("25-1-1"),
            "`25-1-1` is no date; one is written `2025-11-18`",
        ),
        (
            &level,
            text("complx"),
            "`complx` is no constant of `level`; did you mean `complex`?",
        ),
        (
            &level,
            text("zzzz"),
            "`zzzz` is no constant of `level`; there are `normal`, `complex`, `urgent`",
        ),
        (
            &tags,
            Value::List(vec![text("a"), Value::Int(1)]),
            "`1`: found a whole number where a constant was expected",
        ),
        (
            &numbers,
            Value::List(vec![Value::Absent]),
            "`0`: an item of a list is never absent",
        ),
        (&numbers, Value::List(vec![Value::Int(9)]), "`0`: 9 is not within -5..5"),
        (
            &numbers,
            Value::List(vec![Value::Int(1); MAX_LIST + 1]),
            "a list of 1001 items is longer than the 1000 allowed",
        ),
    ];
    for (ty, given, message) in bad {
        assert_eq!(ty.read(given).unwrap_err().to_string(), *message, "{ty} {given}");
    }
    let two = Value::List(vec![Value::Int(1); 2]);
    let short = Limits {
        list: 1,
        ..Limits::default()
    };
    assert!(numbers.read(&two).is_ok() && numbers.read_within(&two, &short).is_err());
}

#[test]
fn a_record_is_read_whole_and_in_order() {
    let scope = desk::scope();
    let customer = &scope.case.get("customer").unwrap().1.ty;
    let member = |name: &str, value: Value| (name.into(), value);
    let given = Value::Record(vec![member("level", text("normal")), member("name", text("x"))]);
    let expected = Value::Record(vec![
        member("name", text("x")),
        member("level", Value::constant("normal")),
        member("age", Value::Absent),
        member("phone", Value::Absent),
    ]);
    assert_eq!(customer.read(&given), Ok(expected));
    let message = |given: Vec<_>| customer.read(&Value::Record(given)).unwrap_err().to_string();
    assert_eq!(message(vec![member("level", text("normal"))]), "`name` is missing");
    assert_eq!(
        message(vec![member("nmae", text("x"))]),
        "`nmae` is no member; did you mean `name`?"
    );
    let age = vec![
        member("name", text("x")),
        member("level", text("normal")),
        member("age", Value::Int(200)),
    ];
    assert_eq!(message(age), "`age`: 200 is not within 0..150");
}

#[test]
fn rows_keep_each_field_in_its_slot() {
    let scope = desk::scope();
    let mut row = scope.case.row();
    for (name, ty, optional, hidden, value) in desk::case_fields() {
        let (index, field) = scope.case.get(name).unwrap();
        assert_eq!((&field.ty, field.optional, field.hidden), (&ty, optional, hidden));
        assert_eq!(scope.case.field(index), Some(field));
        assert_eq!(row.get(field), Value::Absent);
        row.set(field, value.clone()).unwrap();
        assert_eq!(row.get(field), ty.read(&value).unwrap(), "{name}");
        if let Value::Absent = value {
            continue;
        }
        let before = row.clone();
        assert!(row.set(field, Value::Record(Vec::new())).is_err(), "{name}");
        assert_eq!(row, before);
    }
    let mut fields = RecordType::default();
    let first = fields.push("Ame\u{301}lie", Type::Bool, false, false, Span::default());
    let again = fields.push("Am\u{e9}lie", Type::Text, false, false, Span::default());
    assert_eq!(
        (first, fields.fields().len(), fields.words(), fields.heavies()),
        (again, 1, 1, 0)
    );
    assert_eq!(Heavy::default(), Heavy::Absent);
}

#[test]
fn values_are_natural_json() {
    let cases = [
        (Value::Absent, "null"),
        (Value::Bool(true), "true"),
        (Value::Int(-5), "-5"),
        (Value::Decimal { units: -5, scale: 2 }, r#""-0.05""#),
        (Value::Decimal { units: 1250, scale: 2 }, r#""12.50""#),
        (text("退\"款"), r#""退\"款""#),
        (Value::Instant(desk::NOW), r#""2025-11-18T08:30:00Z""#),
        (Value::Instant(desk::NOW + 7), r#""2025-11-18T08:30:00.007Z""#),
        (Value::Duration(70 * 60_000), r#""1 h 10 min""#),
        (Value::Duration(-25 * HOUR - 1), r#""-1 day 1 h 1 ms""#),
        (Value::Duration(0), r#""0 s""#),
        (Value::Date(20410), r#""2025-11-18""#),
        (Value::constant("vip"), r#""vip""#),
        (Value::Set(vec!["a".into(), "b".into()]), r#"["a","b"]"#),
        (Value::List(vec![Value::Int(1), Value::Bool(false)]), "[1,false]"),
        (
            Value::Record(vec![("a".into(), Value::Int(1)), ("b".into(), Value::Absent)]),
            r#"{"a":1}"#,
        ),
    ];
    for (value, json) in cases {
        assert_eq!(serde_json::to_string(&value).unwrap(), json);
    }
    let read = |json: &str| serde_json::from_str::<Value>(json);
    assert_eq!(read("12.5").unwrap(), Value::Decimal { units: 125, scale: 1 });
    assert_eq!(read("0.1").unwrap(), Value::Decimal { units: 1, scale: 1 });
    assert_eq!(read("-3.0").unwrap(), Value::Int(-3));
    assert_eq!(read("9223372036854775807").unwrap(), Value::Int(i64::MAX));
    assert!(read("9223372036854775808").is_err() && read("1e300").is_err() && read("1e-30").is_err());
    assert_eq!(
        read(r#"{"a": [null, "x"]}"#).unwrap(),
        Value::Record(vec![("a".into(), Value::List(vec![Value::Absent, text("x")]))])
    );
}

#[test]
fn values_go_through_json_and_their_type_unchanged() {
    for (name, ty, _, _, value) in desk::case_fields() {
        let value = ty.read(&value).unwrap();
        let json = serde_json::to_string(&value).unwrap();
        let back: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(ty.read(&back), Ok(value), "{name}: {json}");
    }
}

#[test]
fn lengths_of_time_are_read_and_written() {
    let ok = [
        ("30 s", Length::Elapsed(30_000)),
        ("15 min", Length::Elapsed(15 * 60_000)),
        ("24 h", Length::Elapsed(24 * HOUR)),
        ("1 hour", Length::Elapsed(HOUR)),
        ("90 minutes", Length::Elapsed(90 * 60_000)),
        ("7 days", Length::Elapsed(7 * 24 * HOUR)),
        ("1 day  2 h 3 min 4 s 5 ms", Length::Elapsed(26 * HOUR + 184_005)),
        ("-5 min", Length::Elapsed(-300_000)),
        ("4 working hours", Length::WorkingTime(4 * HOUR)),
        ("30 working min", Length::WorkingTime(HOUR / 2)),
        ("3 working days", Length::WorkingDays(3)),
        ("1 working day", Length::WorkingDays(1)),
        ("6 months", Length::Months(6)),
        ("1 year", Length::Years(1)),
    ];
    for (text, length) in ok {
        assert_eq!(duration(text), Ok(length), "{text}");
        assert_eq!(duration(&length.to_string()), Ok(length), "{text} as {length}");
    }
    let bad = [
        (
            "1d",
            "`d` is no unit of time; the units are `ms`, `s`, `min`, `h` and `days`",
            Some("1 day"),
        ),
        ("24h", "a space belongs between a number and its unit", Some("24 h")),
        (
            "1h 10min",
            "a space belongs between a number and its unit",
            Some("1 h 10 min"),
        ),
        ("24", "`24` has no unit of time", None),
        ("", "a length of time is missing, such as `24 h`", None),
        ("soon", "found `soon` where a whole number was expected", None),
        ("1.5 h", "found `1.5` where a whole number was expected", None),
        (
            "3 weeks",
            "`weeks` is no unit of time; the units are `ms`, `s`, `min`, `h` and `days`",
            Some("21 days"),
        ),
        (
            "3 hrs",
            "`hrs` is no unit of time; the units are `ms`, `s`, `min`, `h` and `days`",
            Some("3 h"),
        ),
        (
            "3 bananas",
            "`bananas` is no unit of time; the units are `ms`, `s`, `min`, `h` and `days`",
            None,
        ),
        (
            "10 min 1 h",
            "the units of a length go from the largest to the smallest, each once",
            None,
        ),
        (
            "1 h 1 h",
            "the units of a length go from the largest to the smallest, each once",
            None,
        ),
        (
            "1 h 3 working days",
            "working time does not combine with other units",
            None,
        ),
        (
            "99999999999999999999 s",
            "this length of time is too long to count",
            None,
        ),
        ("9999999999999999 h", "this length of time is too long to count", None),
        ("-3 working days", "only an elapsed length may be negative", None),
    ];
    for (text, message, instead) in bad {
        let error = duration(text).unwrap_err();
        assert_eq!(
            (error.message.as_str(), error.instead.as_deref()),
            (message, instead),
            "{text}"
        );
    }
}

#[test]
fn rusts_own_values_become_values() {
    assert_eq!(Value::from(2), Value::Int(2));
    assert_eq!(Value::from(Some("a")), text("a"));
    assert_eq!(Value::from(None::<bool>), Value::Absent);
    let list = Value::List(vec![Value::Bool(true), Value::Bool(false)]);
    assert_eq!(Value::from(vec![true, false]), list);
}
