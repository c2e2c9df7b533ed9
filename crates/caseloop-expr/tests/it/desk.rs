//! A small service desk whose fields have every type: the scope and the row that most tests use.

use caseloop_expr::{Column, EnumType, Env, Facts, Limits, RecordType, RowBuf, Scope, Type, Value};
use caseloop_syntax::Span;
use std::sync::Arc;

/// 2025-11-18T08:30:00Z.
pub(crate) const NOW: i64 = 1_763_454_600_000;
pub(crate) const HOUR: i64 = 3_600_000;

fn column(name: &str, ty: &Type, values: Vec<Value>) -> Column {
    Column {
        name: name.into(),
        ty: ty.clone(),
        values,
    }
}

pub(crate) fn roles() -> Type {
    Type::Enum(EnumType::new("role", &["front_line", "special_group", "supervisor"]).into())
}

pub(crate) fn levels() -> Arc<EnumType> {
    let mut level = EnumType::new("level", &["normal", "complex", "urgent"]);
    let owners = vec![
        Value::constant("front_line"),
        Value::constant("special_group"),
        Value::constant("supervisor"),
    ];
    let limits = vec![
        Value::Duration(24 * HOUR),
        Value::Duration(4 * HOUR),
        Value::Duration(HOUR),
    ];
    level.columns = vec![
        column("owner", &roles(), owners),
        column("limit", &Type::Duration, limits),
        column(
            "motto",
            &Type::Text,
            vec![Value::text("calm"), Value::text("care"), Value::text("now")],
        ),
        column(
            "budget",
            &Type::Int { min: 0, max: 100 },
            vec![Value::Int(10), Value::Int(50)],
        ),
    ];
    level.into()
}

fn customer() -> RecordType {
    let mut customer = RecordType::default();
    customer.push("name", Type::Text, false, false, Span::default());
    customer.push("level", Type::Enum(levels()), false, false, Span::default());
    customer.push("age", Type::Int { min: 0, max: 150 }, true, false, Span::default());
    customer.push("phone", Type::Text, true, true, Span::default());
    customer
}

fn line() -> RecordType {
    let mut line = RecordType::default();
    line.push("price", Type::Decimal { scale: 2 }, false, false, Span::default());
    line.push("amount", Type::Int { min: 0, max: 99 }, false, false, Span::default());
    line.push("note", Type::Text, true, false, Span::default());
    line
}

/// The fields of the case with the value that each has in the row; `Absent` for what is not there.
pub(crate) fn case_fields() -> Vec<(&'static str, Type, bool, bool, Value)> {
    let tier = EnumType::new("tier", &["vip", "ordinary", "prospect"]);
    let tags = EnumType::new("tag", &["angry", "repeat", "press", "vip"]);
    let customer = Type::Record(customer().into());
    let lines = Type::List(Type::Record(line().into()).into());
    let person = |name: &str| {
        Value::Record(vec![
            ("name".into(), Value::text(name)),
            ("level".into(), Value::text("complex")),
            ("age".into(), Value::Int(40)),
        ])
    };
    let item = |price: &str, amount: i64| {
        Value::Record(vec![
            ("price".into(), Value::text(price)),
            ("amount".into(), Value::Int(amount)),
        ])
    };
    vec![
        ("level", Type::Enum(levels()), false, false, Value::text("complex")),
        ("tier", Type::Enum(tier.into()), false, false, Value::text("vip")),
        (
            "tags",
            Type::Set(tags.into()),
            false,
            false,
            Value::List(vec![Value::text("press"), Value::text("angry")]),
        ),
        ("paid", Type::Bool, false, false, Value::Bool(true)),
        ("refunded", Type::Bool, true, false, Value::Absent),
        ("n", Type::Int { min: -100, max: 100 }, false, false, Value::Int(7)),
        ("m", Type::Int { min: -100, max: 100 }, true, false, Value::Int(-3)),
        ("gone", Type::Int { min: -100, max: 100 }, true, false, Value::Absent),
        ("big", Type::INT, false, false, Value::Int(i64::MAX)),
        ("tries", Type::Count { max: 3 }, false, false, Value::Int(2)),
        ("amount", Type::Decimal { scale: 2 }, false, false, Value::text("99.50")),
        ("fee", Type::Decimal { scale: 2 }, true, false, Value::text("-0.5")),
        (
            "received_at",
            Type::Instant,
            false,
            false,
            Value::text("2025-11-18T08:30:00+08:00"),
        ),
        ("solve_by", Type::Instant, true, false, Value::Instant(NOW + HOUR)),
        ("spent", Type::Duration, false, false, Value::text("90 min")),
        ("born", Type::Date, false, false, Value::text("1990-02-28")),
        ("subject", Type::Text, false, false, Value::text("退款 refund, please")),
        ("note", Type::Text, true, false, Value::Absent),
        ("complaint", Type::Text, false, true, Value::text("hidden words")),
        ("owner", Type::Person, true, false, Value::text("anna")),
        ("contact_ref", Type::Ref, false, false, Value::text("c-17")),
        (
            "numbers",
            Type::List(Type::INT.into()),
            false,
            false,
            Value::List([3, 1, 2].map(Value::Int).to_vec()),
        ),
        (
            "words",
            Type::List(Type::Text.into()),
            true,
            false,
            Value::List(["a", "bb"].map(Value::text).to_vec()),
        ),
        (
            "levels",
            Type::List(Type::Enum(levels()).into()),
            false,
            false,
            Value::List(vec![Value::text("urgent")]),
        ),
        ("customer", customer.clone(), false, false, person("李雷")),
        ("partner", customer, true, false, Value::Absent),
        (
            "lines",
            lines,
            false,
            false,
            Value::List(vec![item("10.00", 2), item("5.5", 0)]),
        ),
        ("投诉", Type::Bool, false, false, Value::Bool(false)),
        ("stale", Type::Bool, false, false, Value::Bool(false)),
        (
            "kind",
            Type::Enum(EnumType::new("kind", &["fault", "stale"]).into()),
            false,
            false,
            Value::text("fault"),
        ),
    ]
}

pub(crate) fn scope() -> Scope {
    let mut case = RecordType::default();
    for (name, ty, optional, hidden, _) in case_fields() {
        case.push(name, ty, optional, hidden, Span::default());
    }
    let mut event = RecordType::default();
    let results = EnumType::new(
        "result",
        &["satisfied", "mostly_satisfied", "dissatisfied", "unreachable"],
    );
    event.push("result", Type::Enum(results.into()), false, false, Span::default());
    event.push("stars", Type::Int { min: 1, max: 5 }, true, false, Span::default());
    event.push("summary", Type::Text, false, true, Span::default());
    Scope {
        event_word: None,
        case: case.into(),
        event: Some(event.into()),
        params: [
            ("max_reopen".into(), (Type::Count { max: 9 }, Value::Int(2))),
            ("special_limit".into(), (Type::Duration, Value::text("24 h"))),
            ("best_level".into(), (Type::Enum(levels()), Value::text("urgent"))),
            ("broken".into(), (Type::Count { max: 9 }, Value::Int(10))),
        ]
        .into_iter()
        .collect(),
        states: [("triage".into(), 1), ("desk".into(), 2), ("working".into(), 3)]
            .into_iter()
            .collect(),
        promises: [("whole".into(), 0), ("word".into(), 1)].into_iter().collect(),
    }
}

pub(crate) struct Rows {
    pub(crate) case: RowBuf,
    pub(crate) event: RowBuf,
}

pub(crate) fn rows(scope: &Scope) -> Rows {
    let mut case = scope.case.row();
    for (name, _, _, _, value) in case_fields() {
        case.set(scope.case.get(name).unwrap().1, value).unwrap();
    }
    let event_type = scope.event.clone().unwrap();
    let mut event = event_type.row();
    event
        .set(event_type.get("result").unwrap().1, Value::text("unreachable"))
        .unwrap();
    event.set(event_type.get("stars").unwrap().1, Value::Int(4)).unwrap();
    event
        .set(event_type.get("summary").unwrap().1, Value::text("done"))
        .unwrap();
    Rows { case, event }
}

impl Rows {
    pub(crate) fn env(&self) -> Env<'_> {
        Env {
            case: self.case.as_row(),
            event: self.event.as_row(),
            now: NOW,
            facts: &Desk,
        }
    }
}

/// In `desk` for two hours; `whole` is 30 minutes late, `word` is not running.
pub(crate) struct Desk;

impl Facts for Desk {
    fn in_state(&self, state: u16) -> bool {
        state == 2
    }

    fn entered_at(&self, state: u16) -> Option<i64> {
        (state == 2).then_some(NOW - 2 * HOUR)
    }

    fn remaining(&self, promise: u16) -> Option<i64> {
        (promise == 0).then_some(-HOUR / 2)
    }
}

pub(crate) fn limits() -> Limits {
    Limits::default()
}
