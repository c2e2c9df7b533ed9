//! Decision tables: hit policies, the ways to write rules, and that the index answers as cell by cell does.

use crate::reading::{reading, rules, told, values};
use caseloop_rules::{Rules, Table};
use proptest::prelude::*;

const GRADE: &str = "
table: grade
case:
  kind: {one_of: [complaint, enquiry, repair]}
  amount: {type: money, optional: true}
  channel: {type: text, optional: true}
  traits: {set_of: [hard, public, long]}
columns:
  many: size(traits)
gives:
  grade: {one_of: [top, high, low]}
  days: {type: count, max: 30, default: 7}
hit: HIT
rules:
  - {name: large,  row: S3.3, if: {kind: complaint, amount: '>= 5000.00'}, then: {grade: top, days: 1}}
  - {name: hard,   row: S4.1, if: {many: '>= 2'}, then: {grade: high, days: 3}}
  - {name: public, if: {traits: has public, channel: ['\"web\"', '\"chat\"']}, then: {grade: high, days: 3}}
  - {name: no_sum, if: {kind: not enquiry, amount: absent}, then: {grade: low}}
";

fn graded(hit: &str) -> Rules {
    rules(&GRADE.replace("HIT", hit))
}

const BOTH: &str = r#"{"kind": "complaint", "amount": "7000.00", "traits": ["hard", "long"]}"#;

#[test]
fn hit_policies_settle_what_several_rules_give() {
    let all = r#"{"kind": "repair", "traits": ["hard", "public"], "channel": "web"}"#;
    for (hit, both, of_three) in [
        (
            "unique",
            "conflict { first: 0, second: 1 } by large, hard:",
            "conflict { first: 1, second: 2 } by hard, public:",
        ),
        (
            "any",
            "conflict { first: 0, second: 1 } by large, hard:",
            "conflict { first: 1, second: 3 } by hard, no_sum:",
        ),
        (
            "first",
            "decided by large: grade=top days=1",
            "decided by hard: grade=high days=3",
        ),
        (
            "priority",
            "decided by large: grade=top days=1",
            "decided by hard: grade=high days=3",
        ),
    ] {
        let rules = graded(hit);
        assert_eq!(told(&rules, BOTH), both, "{hit}");
        assert_eq!(told(&rules, all), of_three, "{hit}");
        assert_eq!(
            told(&rules, r#"{"kind": "enquiry", "traits": []}"#),
            "nothing by :",
            "{hit}"
        );
        let default = told(&rules, r#"{"kind": "repair", "traits": []}"#);
        assert_eq!(default, "decided by no_sum: grade=low days=7", "{hit}");
    }
}

#[test]
fn an_absent_input_meets_only_what_asks_for_it() {
    let rules = rules(
        "table: t\ncase: {num: {type: int, optional: true}}\ngives: {found: {list_of: text}}\nhit: collect\nrules:\n\
         - {if: {num: '-'}, then: {found: '\"any\"'}}\n- {if: {num: absent}, then: {found: '\"absent\"'}}\n\
         - {if: {num: not 5}, then: {found: '\"not 5\"'}}\n- {if: {num: '< 9, absent'}, then: {found: '\"both\"'}}\n",
    );
    let of = |json| told(&rules, json);
    assert_eq!(of("{}"), r#"decided by 1, 2, 4: found=["any", "absent", "both"]"#);
    assert_eq!(
        of(r#"{"num": 7}"#),
        r#"decided by 1, 3, 4: found=["any", "not 5", "both"]"#
    );
    assert_eq!(of(r#"{"num": 5}"#), r#"decided by 1, 4: found=["any", "both"]"#);
}

/// A table of the numbers 3, 1, 2 under conditions that 0, 1, 2 … of them meet.
fn collected(hit: &str, gives: &str, then: [&str; 3]) -> Rules {
    let rows = then.iter().zip(["> 0", "> 1", "> 2"]);
    let rows: Vec<String> = rows
        .map(|(then, cell)| match then.is_empty() {
            true => format!("{{if: {{num: '{cell}'}}}}"),
            false => format!("{{if: {{num: '{cell}'}}, then: {{out: {then}}}}}"),
        })
        .collect();
    rules(&format!(
        "table: t\ncase: {{num: int}}\ngives: {{out: {gives}}}\nhit: {hit}\nrules: [{}]\n",
        rows.join(", ")
    ))
}

#[test]
fn what_is_collected_is_listed_summed_or_counted() {
    for (hit, gives, then, of_none, of_two, of_three) in [
        ("sum", "{type: count, max: 5}", ["3", "1", "2"], "", "out=4", "out=5"),
        ("min", "int", ["3", "1", "2"], "", "out=1", "out=1"),
        (
            "max",
            "{one_of: [low, high]}",
            ["low", "high", "low"],
            "",
            "out=high",
            "out=high",
        ),
        ("count", "int", ["", "", ""], "out=0", "out=2", "out=3"),
        (
            "collect",
            "{set_of: [a, b]}",
            ["b", "a", "b"],
            "out=[]",
            "out=[a, b]",
            "out=[a, b]",
        ),
        (
            "rule_order",
            "{list_of: int}",
            ["3", "1", "2"],
            "out=[]",
            "out=[3, 1]",
            "out=[3, 1, 2]",
        ),
        (
            "output_order",
            "{list_of: {one_of: [x, z]}}",
            ["z", "x", "z"],
            "out=[]",
            "out=[x, z]",
            "out=[x, z, z]",
        ),
    ] {
        let rules = collected(hit, gives, then);
        let end = |n: i64| {
            let told = told(&rules, &format!("{{\"num\": {n}}}"));
            told.split_once(':').unwrap().1.trim().to_owned()
        };
        assert_eq!([end(0), end(2), end(3)], [of_none, of_two, of_three], "{hit}");
    }
}

#[test]
fn otherwise_and_what_is_worked_out() {
    let rules = rules(
        "table: t\ncase: {a: int, b: int}\ncolumns: {sum: a + b, twice: sum * 2}\ngives: {out: int, word: {type: text, optional: true}}\n\
         rules: [{if: {twice: '> 10'}, then: {out: sum - 1, word: '\"big\"'}}]\notherwise: {out: a}\n",
    );
    assert_eq!(told(&rules, r#"{"a": 3, "b": 3}"#), "decided by 1: out=5 word=\"big\"");
    assert_eq!(told(&rules, r#"{"a": 3, "b": 2}"#), "otherwise by : out=3");
}

const TREE: &str = "
table: grade
case: {kind: {one_of: [complaint, enquiry]}, amount: money}
gives: {grade: {one_of: [top, low]}, days: {type: count, max: 30}}
tree:
  kind:
    complaint:
      amount:
        '>= 5000.00': {then: {grade: top, days: 1}, row: S3.3, name: large}
        '-': {grade: top, days: 2}
    enquiry: {grade: low, days: 3}
hit: first
";

const SHEET: &str = "\u{feff}name,row,kind,amount,grade,days\r\nlarge,S3.3,complaint,>= 5000.00,top,1\r\n,,complaint,-,top,2\r\n\r\n,,enquiry,,low,3\r\n";

fn with_sheet(sheet: &str) -> crate::reading::Reading {
    let start = TREE.find("tree:").unwrap();
    let table = format!("{}hit: first\ncsv: grades.csv\n", &TREE[..start]);
    reading(&[("a.yaml", &table), ("grades.csv", sheet)])
}

#[test]
fn rules_are_read_from_a_list_a_tree_and_a_sheet_alike() {
    let tree = rules(TREE);
    let mut sheet = with_sheet(SHEET);
    assert_eq!(sheet.shown, "");
    let sheet = sheet.rules.remove(0);
    for json in [
        r#"{"kind": "complaint", "amount": "5000.00"}"#,
        r#"{"kind": "complaint", "amount": "4999.99"}"#,
        r#"{"kind": "enquiry", "amount": "5000.00"}"#,
    ] {
        assert_eq!(told(&tree, json), told(&sheet, json), "{json}");
    }
    assert_eq!(
        told(&tree, r#"{"kind": "complaint", "amount": "5000.00"}"#),
        "decided by large: grade=top days=1"
    );
    assert_eq!(table(&tree).signature().rules[0].row.as_deref(), Some("S3.3"));
    assert_ne!(tree.signature().hash, sheet.signature().hash);
}

fn table(rules: &Rules) -> &Table {
    match rules {
        Rules::Table(table) => table,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_table_written_as_a_sheet_reads_back() {
    let written = table(&rules(TREE)).to_csv();
    assert_eq!(
        written,
        SHEET.replace("\r\n\r\n", "\r\n").replace("enquiry,,", "enquiry,-,")
    );
    let hostile = "
table: t
case: {note: text, num: int}
gives: {note: text}
rules:
  - {row: '=1+1', if: {note: '\"=cmd\", \"a \\\"b\\\"\"', num: '-5..5'}, then: {note: '\"@x\"'}}
  - {row: \"'=1\", if: {num: '= 7'}, then: {note: '\"a, b\"'}}
";
    let hostile = hostile.replace("= 7", "!= 7");
    let first = rules(&hostile);
    let sheet = table(&first).to_csv();
    for row in csv::Reader::from_reader(sheet.as_bytes()).records() {
        let row = row.unwrap();
        assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '@'])), "{row:?}");
    }
    let (head, _) = hostile.split_once("rules:").unwrap();
    let mut second = reading(&[("a.yaml", &format!("{head}csv: t.csv\n")), ("t.csv", &sheet)]);
    assert_eq!(second.shown, "");
    let second = second.rules.remove(0);
    assert_eq!(table(&second).to_csv(), sheet);
    assert_eq!(first.signature().rules[1].row, second.signature().rules[1].row);
    for json in [
        r#"{"note": "=cmd", "num": 7}"#,
        r#"{"note": "a \"b\"", "num": 0}"#,
        r#"{"note": "", "num": 0}"#,
    ] {
        assert_eq!(told(&first, json), told(&second, json), "{json}");
    }
}

#[test]
fn mistakes_in_a_sheet_are_shown_in_the_sheet() {
    let shown = with_sheet("kind;amount;grade;days\ncomplaint;>= 50O0;\"top\";1\nenquiry;-;low;3;4\n").shown;
    insta::assert_snapshot!(shown);
}

#[test]
fn why_a_rule_did_not_hold_is_told_by_its_cells() {
    let rules = graded("first");
    let given = values(BOTH);
    let inputs = rules
        .bind(given.iter().map(|(name, value)| (name.as_str(), value)))
        .unwrap();
    let told = rules.explain(&inputs).rules;
    let told: Vec<String> = told
        .iter()
        .map(|rule| format!("{} {} {:?}", rule.rule, rule.fired, rule.failed))
        .collect();
    assert_eq!(
        told,
        [
            r"large true []",
            r"hard false []",
            r#"public false ["channel: \"web\", \"chat\"", "traits: has public"]"#,
            r#"no_sum false ["amount: absent"]"#,
        ]
    );
}

/// A cell over a number, a constant, a text and a set, as text.
fn cell(column: usize) -> BoxedStrategy<String> {
    let number = prop_oneof![
        (-3_i64..4).prop_map(|n| n.to_string()),
        (-3_i64..4).prop_map(|n| format!("< {n}")),
        (-3_i64..4).prop_map(|n| format!(">= {n}")),
        (-3_i64..2, 0_i64..3).prop_map(|(n, more)| format!("{n}..{}", n + more)),
        (-3_i64..4).prop_map(|n| format!("not {n}, 0")),
        Just("absent".to_owned()),
        Just("> m".to_owned()),
    ];
    let constant = prop::sample::select(vec!["a", "b, c", "not a", ">= b", "absent, c"]).prop_map(str::to_owned);
    let text = prop::sample::select(vec![
        "\"x\"",
        "not \"x\"",
        "\"x\", \"y\"",
        "absent, \"y\"",
        "absent",
        "not absent",
    ]);
    let set = prop::sample::select(vec!["has p", "has not q", "[p]"]).prop_map(str::to_owned);
    let any = match column {
        0 => number.boxed(),
        1 => constant.boxed(),
        2 => text.prop_map(str::to_owned).boxed(),
        _ => set.boxed(),
    };
    prop_oneof![2 => Just("-".to_owned()), 3 => any].boxed()
}

const NAMES: [&str; 4] = ["num", "k", "t", "s"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// The rules that a table finds are those of which every cell, judged as the condition that it stands for, holds.
    #[test]
    fn the_index_finds_what_cell_by_cell_holds(
        rows in prop::collection::vec((0..4usize).prop_map(cell).prop_flat_map(|_| (cell(0), cell(1), cell(2), cell(3))), 1..150),
        cases in prop::collection::vec((prop::option::of(-5_i64..6), prop::option::of(0..3usize), prop::option::of(0..3usize), 0..4u8, -3_i64..4), 1..12),
    ) {
        let mut text = "table: t\ncase:\n  num: {type: int, optional: true}\n  k: {one_of: [a, b, c], optional: true}\n\
             \x20 t: {type: text, optional: true}\n  s: {set_of: [p, q]}\n  m: int\ngives: {hits: int}\nhit: count\nrules:\n".to_owned();
        for (n, k, t, s) in &rows {
            let cells: Vec<String> = NAMES.iter().zip([n, k, t, s]).map(|(name, cell)| format!("{name}: '{cell}'")).collect();
            text += &format!("- {{if: {{{}}}}}\n", cells.join(", "));
        }
        let all = rules(&text);
        for (n, k, t, s, m) in cases {
            let set: Vec<&str> = ["p", "q"].into_iter().enumerate().filter(|(bit, _)| s >> bit & 1 == 1).map(|(_, name)| name).collect();
            let json = serde_json::json!({
                "num": n, "k": k.map(|k| ["a", "b", "c"][k]), "t": t.map(|t| ["x", "y", "z"][t]), "s": set, "m": m,
            }).to_string();
            let given = values(&json);
            let inputs = all.bind(given.iter().map(|(name, value)| (name.as_str(), value))).unwrap();
            for told in all.explain(&inputs).rules {
                prop_assert_eq!(told.fired, told.failed.is_empty(), "{} of {} for {}", told.rule, text, json);
            }
        }
    }
}
