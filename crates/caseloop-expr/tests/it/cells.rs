//! Cells of decision tables: what they hold for, and what is said of those that cannot be.

use crate::desk::{NOW, levels};
use caseloop_expr::{
    ABSENT, Cell, Condition, Env, Limits, Matches, NoFacts, RecordType, RowBuf, Scope, Type, Value, cell, formula_under,
};
use caseloop_syntax::{FileId, Report, Span};
use indexmap::IndexMap;
use proptest::prelude::*;
use std::sync::Arc;

const LEAST: i64 = ABSENT + 1;
const MOST: i64 = i64::MAX;

fn scope() -> Scope {
    let mut case = RecordType::default();
    let mut push = |name: &str, ty: Type, optional| case.push(name, ty, optional, false, Span::default());
    let level = Type::Enum(levels());
    push("level", level.clone(), true);
    push("n", Type::Count { max: 100 }, true);
    push("loss", Type::Decimal { scale: 2 }, true);
    push("day", Type::Date, true);
    push("at", Type::Instant, true);
    push("word", Type::Text, true);
    push("tags", Type::Set(levels()), true);
    push("names", Type::List(Arc::new(Type::Text)), true);
    push("open", Type::Bool, true);
    push("limit", Type::Count { max: 100 }, false);
    push("some", Type::Count { max: 100 }, true);
    push("known", Type::Set(levels()), false);
    push("wait", Type::Duration, true);
    let big = (Type::Decimal { scale: 2 }, Value::Decimal { units: 5000, scale: 2 });
    Scope {
        case: case.into(),
        params: IndexMap::from([(Arc::from("big"), big)]),
        ..Scope::default()
    }
}

fn read(input: &str, text: &str, report: &mut Report) -> Option<Cell> {
    let scope = scope();
    let (index, _) = scope.case.get(input).expect("a field");
    cell(
        text,
        index,
        &Span::new(FileId(0), 0, 0),
        &scope,
        &Limits::default(),
        report,
    )
}

fn sound(input: &str, text: &str) -> Cell {
    let mut report = Report::default();
    let found = read(input, text, &mut report);
    assert!(found.is_some(), "{input}: {text}: {:?}", report.diagnostics());
    found.unwrap()
}

fn holds(condition: &Condition, row: &RowBuf) -> bool {
    let (event, facts) = (RowBuf::default(), NoFacts);
    condition.holds(&Env {
        case: row.as_row(),
        event: event.as_row(),
        now: NOW,
        facts: &facts,
    })
}

#[test]
fn a_cell_knows_the_words_that_it_holds_for() {
    let check = |input: &str, text: &str, expected: &[(i64, i64)]| {
        assert_eq!(
            sound(input, text).matches(),
            &Matches::Words(expected.to_vec()),
            "{input}: {text}"
        );
    };
    check("n", "-", &[(ABSENT, MOST)]);
    check("n", "absent", &[(ABSENT, ABSENT)]);
    check("n", "not absent", &[(LEAST, MOST)]);
    check("n", "5", &[(5, 5)]);
    check("n", "-5", &[(-5, -5)]);
    check("n", "< 5", &[(LEAST, 4)]);
    check("n", "<=5", &[(LEAST, 5)]);
    check("n", "> 5", &[(6, MOST)]);
    check("n", ">= 5, absent", &[(ABSENT, ABSENT), (5, MOST)]);
    check("n", "!= 5", &[(LEAST, 4), (6, MOST)]);
    check("n", "1..5", &[(1, 5)]);
    check("n", "1..<5, 5, 7..9", &[(1, 5), (7, 9)]);
    check("n", "not 1..5, 9", &[(LEAST, 0), (6, 8), (10, MOST)]);
    check("n", "2 * 3 + 1", &[(7, 7)]);
    check("loss", ">= param.big", &[(5000, MOST)]);
    check("loss", "> 10", &[(1001, MOST)]);
    check("loss", "0.5..1.25", &[(50, 125)]);
    check("level", "complex", &[(1, 1)]);
    check("level", "normal, urgent", &[(0, 0), (2, 2)]);
    check("level", "not normal", &[(LEAST, -1), (1, MOST)]);
    check("level", ">= complex", &[(1, MOST)]);
    check("open", "true", &[(1, 1)]);
    check("open", "not true", &[(LEAST, 0), (2, MOST)]);
    check("day", "2025-11-18", &[(20410, 20410)]);
    check("day", "2025-11-18..<2025-11-20", &[(20410, 20411)]);
    check("day", ">= \"2025-11-18\"", &[(20410, MOST)]);
    check("at", "< 2025-11-18T16:30+08:00", &[(LEAST, 1_763_454_600_000 - 1)]);
    check(
        "at",
        "2025-11-18T08:30:00Z..2025-11-18T08:30:01Z",
        &[(1_763_454_600_000, 1_763_454_601_000)],
    );
    check("wait", "<= 1 h 30 min", &[(LEAST, 5_400_000)]);
    check("tags", "[normal, urgent]", &[(5, 5)]);
}

#[test]
fn a_cell_knows_the_texts_that_it_holds_for() {
    let check = |text: &str, texts: &[&str], negated: bool, absent: bool| {
        let expected = Matches::Texts {
            texts: texts.iter().map(|text| Arc::from(*text)).collect(),
            negated,
            absent,
        };
        assert_eq!(sound("word", text).matches(), &expected, "{text}");
    };
    check("\"b\", \"a\", 'b'", &["a", "b"], false, false);
    check("\"退款\", absent", &["退款"], false, true);
    check("not \"a\"", &["a"], true, false);
}

#[test]
fn what_is_no_matter_of_the_input_alone_is_judged() {
    let row = |values: &[(&str, Value)]| {
        let scope = scope();
        let mut row = scope.case.row();
        for (name, value) in values {
            row.set(scope.case.get(name).expect("a field").1, value.clone())
                .expect("a value");
        }
        row
    };
    let check = |input: &str, text: &str, values: &[(&str, Value)], expected: bool| {
        let cell = sound(input, text);
        assert_eq!(cell.matches(), &Matches::Judged, "{input}: {text}");
        assert_eq!(holds(cell.condition(), &row(values)), expected, "{input}: {text}");
    };
    let tags = |names: &[&str]| Value::Set(names.iter().map(|name| Arc::from(*name)).collect());
    let one = [("n", Value::Int(5)), ("limit", Value::Int(4))];
    check("n", "> limit", &one, true);
    check("n", "limit..limit + 1", &one, true);
    check("n", "limit, 7", &one, false);
    check("n", "not limit", &one, true);
    check("n", "not limit", &one[1..], false);
    check("n", "limit, absent", &one[1..], true);
    check("tags", "has urgent", &[("tags", tags(&["normal", "urgent"]))], true);
    check("tags", "has complex", &[("tags", tags(&["normal", "urgent"]))], false);
    check("tags", "has not complex", &[("tags", tags(&["normal"]))], true);
    check("tags", "has not complex", &[], false);
    check("tags", "has complex, has normal", &[("tags", tags(&["normal"]))], true);
    check(
        "names",
        "has \"a\"",
        &[("names", Value::List(vec![Value::text("a")]))],
        true,
    );
    check(
        "level",
        "in known",
        &[("level", Value::text("urgent")), ("known", tags(&["urgent"]))],
        true,
    );
    check("word", "in [\"a\", \"b\"]", &[("word", Value::text("b"))], true);
    check("word", ">= \"b\"", &[("word", Value::text("c"))], true);
    check("word", "!= \"b\"", &[("word", Value::text("c"))], true);
}

#[test]
fn a_mistake_is_told_at_its_word() {
    let check = |input: &str, text: &str, at: &str, message: &str, more: &str| {
        let mut report = Report::default();
        assert!(read(input, text, &mut report).is_none(), "{input}: {text}");
        let found = &report.diagnostics()[0];
        let span = found.primary.span;
        let slice = &text[span.start as usize..span.end as usize];
        let fix = found.fix.as_ref().map(|fix| fix.title.clone());
        let said = fix
            .into_iter()
            .chain(found.help.iter().cloned())
            .collect::<Vec<_>>()
            .join("; ");
        assert_eq!((slice, &*found.message), (at, message), "{text}");
        assert!(said.contains(more), "{text}: {said}");
    };
    check(
        "level",
        "complx",
        "complx",
        "`complx` is no constant of `level`",
        "did you mean `complex`?",
    );
    check(
        "level",
        "normal, ungent",
        "ungent",
        "`ungent` is no constant of `level`",
        "did you mean `urgent`?",
    );
    check(
        "level",
        "\"complex\"",
        "\"complex\"",
        "`complex` is a constant of `level`, which stands without quotes",
        "write `complex`",
    );
    check(
        "n",
        ">= param.bug",
        "bug",
        "there is no parameter `bug`",
        "did you mean `big`?",
    );
    check(
        "n",
        ">= limt",
        "limt",
        "there is no field `limt`",
        "did you mean `limit`?",
    );
    check(
        "n",
        "> some",
        "some",
        "`some` is optional and may be absent here",
        "default",
    );
    check("n", "\"a\"", "\"a\"", "found a text where a count was expected", "");
    check(
        "n",
        "> 5 and < 9",
        "and",
        "found `and` where `,` or the end of the cell was expected",
        "5..10",
    );
    check(
        "n",
        "5 or 9",
        "or",
        "found `or` where `,` or the end of the cell was expected",
        "commas",
    );
    check(
        "n",
        "n > 5",
        ">",
        "found `>` where `,` or the end of the cell was expected",
        "> 5",
    );
    check("n", "[1..5]", "[", "found `[` where a range begins", "1..5");
    check("n", "5..1", "5..1", "this range has nothing in it", "smaller");
    check(
        "n",
        "",
        "",
        "found the end where a field, a value or `(` was expected",
        "",
    );
    check(
        "n",
        "5,",
        "",
        "found the end where a field, a value or `(` was expected",
        "",
    );
    check(
        "n",
        "has 5",
        "has 5",
        "`has` asks what is in a set or a list, not in a count",
        "absent",
    );
    check("n", "1 h", "1 h", "found a duration where a count was expected", "");
    check(
        "open",
        "< true",
        "< true",
        "`<` asks for an order, and a bool has none",
        "",
    );
    check(
        "tags",
        "urgent",
        "urgent",
        "`urgent` is one constant, where a set of them is compared",
        "has urgent",
    );
    check(
        "word",
        "refund",
        "refund",
        "there is no field `refund`",
        "write `\"refund\"`",
    );
    check(
        "loss",
        "0.125",
        "0.125",
        "found a decimal where a decimal was expected",
        "3 and 2 digits",
    );
    check(
        "n",
        "5，6",
        "，",
        "found `，` where its ASCII form `,` is meant",
        "write `,`",
    );
    check(
        "day",
        "2025-13-18",
        "2025-13-18",
        "found a text where a date was expected",
        "",
    );
    check("n", "null", "null", "the language has no `null`", "absent");
    check(
        "word",
        "in known",
        "known",
        "`in` looks into a list of what the input is, a text, not into a set of level",
        "",
    );
}

#[test]
fn what_cells_ask_for_is_known_to_be_there() {
    let (some, scope) = (sound("some", "> 5"), scope());
    let given = Condition::all([some.condition()]);
    let (at, limits) = (Span::default(), Limits::default());
    let read = |given| formula_under("some + 1", &at, &scope, None, given, &limits, &mut Report::default());
    assert!(read(Some(&given)).is_some());
    assert!(read(None).is_none());
}

fn tests() -> impl Strategy<Value = String> {
    let word = -3..8_i64;
    let one = prop_oneof![
        word.clone().prop_map(|a| format!("{a}")),
        (prop::sample::select(vec!["<", "<=", ">", ">=", "!="]), word.clone()).prop_map(|(op, a)| format!("{op} {a}")),
        (word.clone(), 0..4_i64).prop_map(|(a, more)| format!("{a}..{}", a + more)),
        (word, 1..4_i64).prop_map(|(a, more)| format!("{a}..<{}", a + more)),
        Just("absent".to_owned()),
    ];
    (any::<bool>(), prop::collection::vec(one, 1..4))
        .prop_map(|(not, tests)| format!("{}{}", if not { "not " } else { "" }, tests.join(", ")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// The ranges and the condition of a cell are the same thing said twice.
    #[test]
    fn ranges_and_condition_agree(text in tests()) {
        let cell = sound("n", &text);
        let Matches::Words(ranges) = cell.matches() else { panic!("{text}") };
        for word in (-6..12).chain([ABSENT, LEAST, MOST]) {
            let mut row = scope().case.row();
            row.words[1] = word;
            let within = ranges.iter().any(|(low, high)| (*low..=*high).contains(&word));
            prop_assert_eq!(within, holds(cell.condition(), &row), "{} of {}", text, word);
        }
    }
}
