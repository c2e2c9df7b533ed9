//! Any text as a condition: no panic; what compiles has an answer, also where everything optional is absent.
#![no_main]

use caseloop::layers::expr::{EnumType, Env, Limits, NoFacts, RecordType, Row, Scope, Type, Value, condition};
use caseloop::layers::syntax::{Report, Span};
use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, LazyLock};

static SCOPE: LazyLock<Scope> = LazyLock::new(|| {
    let tier = Type::Enum(Arc::new(EnumType::new("tier", &["vip", "ordinary", "投诉"])));
    let mut line = RecordType::default();
    line.push("price", Type::Decimal { scale: 2 }, false, false, Span::default());
    line.push("note", Type::Text, true, false, Span::default());
    let mut case = RecordType::default();
    for (name, ty, optional) in [
        ("paid", Type::Bool, false),
        ("amount", Type::INT, true),
        ("price", Type::Decimal { scale: 2 }, false),
        ("text", Type::Text, true),
        ("tier", tier.clone(), false),
        (
            "tags",
            Type::Set(Arc::new(EnumType::new("tag", &["angry", "press"]))),
            true,
        ),
        ("since", Type::Instant, true),
        ("wait", Type::Duration, false),
        ("day", Type::Date, false),
        ("n", Type::Count { max: 3 }, false),
        ("lines", Type::List(Arc::new(Type::Record(Arc::new(line)))), true),
        ("numbers", Type::List(Arc::new(Type::INT)), false),
        ("客户", Type::Text, false),
    ] {
        case.push(name, ty, optional, false, Span::default());
    }
    let case = Arc::new(case);
    Scope {
        event: Some(case.clone()),
        case,
        params: [("rings".into(), (Type::INT, Value::Int(3)))].into_iter().collect(),
        states: [("open".into(), 1)].into_iter().collect(),
        promises: [("whole".into(), 0)].into_iter().collect(),
        event_word: None,
    }
});

fuzz_target!(|text: &str| {
    let mut report = Report::default();
    let compiled = condition(text, &Span::default(), &SCOPE, &Limits::default(), &mut report);
    assert_eq!(compiled.is_none(), report.errors() > 0, "{text:?}");
    for finding in report.diagnostics() {
        assert!(
            text.get(finding.primary.span.start as usize..finding.primary.span.end as usize)
                .is_some(),
            "{finding:?}"
        );
    }
    if let Some(compiled) = compiled {
        let row = SCOPE.case.row();
        for case in [row.as_row(), Row::default()] {
            let _ = compiled.holds(&Env {
                case,
                event: row.as_row(),
                now: 1_700_000_000_000,
                facts: &NoFacts,
            });
        }
    }
});
