//! What is proved of rules, against looking at every case; and faults planted in tables of any size.

use crate::reading::{ask, reading, rules};
use caseloop_expr::Value;
use caseloop_rules::analysis::{BUDGET, Findings, analyse, codes, of_table};
use caseloop_rules::{Answer, Rules};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn findings(rules: &Rules) -> Findings {
    match rules {
        Rules::Table(table) => of_table(table, BUDGET),
        other => panic!("{other:?}"),
    }
}

/// Codes and messages of what is said of rules.
fn said(rules: &Rules) -> Vec<String> {
    let told = analyse(rules);
    told.iter()
        .map(|finding| format!("{}: {}", finding.code.name, finding.message))
        .collect()
}

fn cells(column: &str) -> BoxedStrategy<&'static str> {
    let cells: &'static [&'static str] = match column {
        "kind" => &["-", "-", "a", "b, c", "not a", ">= b"],
        "num" => &[
            "-",
            "-",
            "0",
            "< 2",
            ">= 2",
            "1..3",
            "not 1",
            "absent",
            "4",
            "> 2, absent",
            "> 9",
        ],
        "flag" => &["-", "-", "true", "false"],
        _ => &["-", "-", "has p", "has not p", "has q", "[p]", "[]"],
    };
    prop::sample::select(cells).boxed()
}

/// Every case of the small domains below, as JSON.
fn cases() -> Vec<serde_json::Value> {
    let mut found = Vec::new();
    for kind in ["a", "b", "c"] {
        for num in [None, Some(0), Some(1), Some(2), Some(3), Some(4)] {
            for flag in [false, true] {
                for traits in [
                    vec![],
                    vec!["p"],
                    vec!["q"],
                    vec!["p", "q"],
                    vec!["r"],
                    vec!["p", "r"],
                    vec!["q", "r"],
                    vec!["p", "q", "r"],
                ] {
                    found.push(serde_json::json!({"kind": kind, "num": num, "flag": flag, "traits": traits}));
                }
            }
        }
    }
    found
}

fn small(hit: &str, rows: &[(&str, &str, &str, &str, bool)], otherwise: bool) -> Rules {
    let mut text = format!(
        "table: t\ncase:\n  kind: {{one_of: [a, b, c]}}\n  num: {{type: count, max: 4, optional: true}}\n  flag: bool\n\
         \x20 traits: {{set_of: [p, q, r]}}\ngives: {{out: {{one_of: [x, z]}}}}\nhit: {hit}\nrules:\n"
    );
    for (kind, num, flag, traits, out) in rows {
        let out = if *out { "x" } else { "z" };
        text += &format!(
            "- {{if: {{kind: '{kind}', num: '{num}', flag: '{flag}', traits: '{traits}'}}, then: {{out: {out}}}}}\n"
        );
    }
    if otherwise {
        text += "otherwise: {out: x}\n";
    }
    rules(&text)
}

/// For each case the rules that hold, by explaining each.
fn holding(rules: &Rules) -> Vec<BTreeSet<u32>> {
    let cases = cases();
    let holding = cases.iter().map(|case| {
        let given = crate::reading::values(&case.to_string());
        let inputs = rules
            .bind(given.iter().map(|(name, value)| (name.as_str(), value)))
            .unwrap();
        let told = rules.explain(&inputs).rules;
        (0..)
            .zip(told)
            .filter(|(_, rule)| rule.failed.is_empty())
            .map(|(position, _)| position)
            .collect()
    });
    holding.collect()
}

/// A case of a finding as JSON; what it does not name is anything.
fn complete(case: &[(String, Value)]) -> String {
    let mut whole = serde_json::json!({"kind": "a", "num": 0, "flag": false, "traits": []});
    for (name, value) in case {
        whole[name] = serde_json::to_value(value).unwrap();
    }
    whole.to_string()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    /// What is found is what looking at every case of small domains finds, and each case that is shown shows it.
    #[test]
    fn findings_are_those_of_every_case(
        rows in prop::collection::vec((cells("kind"), cells("num"), cells("flag"), cells("traits"), any::<bool>()), 1..7),
        hit in prop::sample::select(vec!["unique", "any", "first", "priority"]),
        otherwise in any::<bool>(),
    ) {
        let rules = small(hit, &rows, otherwise);
        let found = findings(&rules);
        prop_assert!(found.proved);
        let holding = holding(&rules);
        prop_assert_eq!(found.gaps.is_empty(), otherwise || !holding.iter().any(BTreeSet::is_empty));
        for gap in &found.gaps {
            prop_assert_eq!(ask(&rules, &complete(gap)).answer, Answer::Nothing);
        }
        let pairs: BTreeSet<(u32, u32)> = holding.iter().flat_map(|set| {
            set.iter().flat_map(|a| set.iter().filter(move |b| a < *b).map(move |b| (*a, *b)))
        }).filter(|(a, b)| match hit {
            "unique" => true,
            "any" => rows[*a as usize].4 != rows[*b as usize].4,
            _ => false,
        }).collect();
        prop_assert_eq!(found.overlaps.iter().map(|overlap| overlap.rules).collect::<BTreeSet<_>>(), pairs);
        for overlap in &found.overlaps {
            let conflict = matches!(ask(&rules, &complete(&overlap.case)).answer, Answer::Conflict { .. });
            prop_assert!(conflict, "{:?}", overlap);
        }
        let never: Vec<u32> = (0..rows.len() as u32).filter(|rule| !holding.iter().any(|set| set.contains(rule))).collect();
        prop_assert_eq!(&found.never, &never);
        let gives = |rule: u32| holding.iter().any(|set| match hit {
            "first" => set.first() == Some(&rule),
            "priority" => set.iter().min_by_key(|rule| (!rows[**rule as usize].4, **rule)) == Some(&rule),
            _ => set.contains(&rule),
        });
        let masked: Vec<u32> = (0..rows.len() as u32).filter(|rule| !never.contains(rule) && !gives(*rule)).collect();
        prop_assert_eq!(found.masked.iter().map(|(rule, _)| *rule).collect::<Vec<_>>(), masked);
    }
}

/// A table of so many rules that leaves nothing open: stretches of a number by constant and by flag.
fn clean(rules: usize) -> Vec<String> {
    let stretches = rules / 5;
    let mut rows = Vec::new();
    for (kind, flags) in [
        ("a", &["true", "false"][..]),
        ("b", &["-"]),
        ("c, d", &["true", "false"]),
    ] {
        for flag in flags {
            for at in 0..stretches {
                let cell = match at {
                    _ if at + 1 == stretches => format!(">= {}", at * 10),
                    _ => format!("{}..<{}", at * 10, at * 10 + 10),
                };
                rows.push(format!(
                    "{{if: {{kind: '{kind}', num: '{cell}', flag: '{flag}'}}, then: {{out: {at}}}}}"
                ));
            }
        }
    }
    rows
}

fn planted(hit: &str, rows: &[String]) -> Rules {
    let head = "table: t\ncase: {kind: {one_of: [a, b, c, d]}, num: {type: count, max: 100000}, flag: bool, more: int}\ngives: {out: int}\n";
    rules(&format!("{head}hit: {hit}\nrules:\n- {}\n", rows.join("\n- ")))
}

#[test]
fn planted_faults_are_found_in_tables_of_any_size() {
    for size in [10, 100, 1000] {
        let rows = clean(size);
        assert_eq!(rows.len(), size);
        for hit in ["unique", "any", "first"] {
            assert_eq!(said(&planted(hit, &rows)), [] as [&str; 0], "{size}");
        }
        let middle = size / 2;

        let mut gap = rows.clone();
        gap.remove(middle);
        let told = said(&planted("unique", &gap));
        assert_eq!(told.len(), 1);
        assert!(
            told[0].starts_with("gap: no rule of `t` holds for kind = b, num = "),
            "{told:?}"
        );

        let mut overlap = rows.clone();
        overlap.push("{if: {kind: b, num: '5', more: '> 3'}, then: {out: 7}}".to_owned());
        let told = said(&planted("unique", &overlap));
        let stretch = 2 * (size / 5) + 1;
        let begins = format!(
            "overlap: `{stretch}` and `{}` both hold for kind = b, num = 5, ",
            size + 1
        );
        assert!(
            told.len() == 1 && told[0].starts_with(&begins) && told[0].ends_with("more = 4"),
            "{told:?}"
        );
        let told = said(&planted("any", &overlap));
        assert!(told[0].starts_with("contradiction: ") && told.len() == 1, "{told:?}");

        let mut masked = rows.clone();
        masked.push("{if: {kind: 'a, b', num: '3..8', flag: 'false'}, then: {out: 7}}".to_owned());
        let told = said(&planted("first", &masked));
        assert_eq!(told.len(), 1);
        let begins = format!("masked-rule: `{}` never gives anything: wherever it holds, ", size + 1);
        assert!(told[0].starts_with(&begins), "{told:?}");

        let mut duplicate = rows.clone();
        duplicate.push(rows[middle].clone());
        let told = said(&planted("first", &duplicate));
        assert_eq!(
            told,
            [format!(
                "duplicate-rule: `{}` asks for the same as `{}`",
                size + 1,
                middle + 1
            )]
        );

        let mut never = rows.clone();
        never.push("{if: {num: '> 100000'}, then: {out: 7}}".to_owned());
        assert_eq!(
            said(&planted("unique", &never)),
            [format!("never-holds: `{}` holds for no case", size + 1)]
        );
    }
}

#[test]
fn what_is_too_tangled_is_not_proved() {
    let columns: Vec<String> = (0..24).map(|column| format!("c{column}: int")).collect();
    let rows: Vec<String> = (0..24)
        .map(|column| format!("{{if: {{c{column}: '> {column}'}}, then: {{out: 1}}}}"))
        .collect();
    let text = format!(
        "table: t\ncase: {{{}}}\ngives: {{out: int}}\nhit: any\nrules:\n- {}\n",
        columns.join(", "),
        rows.join("\n- ")
    );
    let told = said(&rules(&text));
    assert_eq!(
        told,
        ["not-proved: whether `t` leaves gaps, overlaps or masked rules is not proved"]
    );
    // A cell that compares with another input is judged case by case.
    let text = "table: t\ncase: {a: int, b: int}\ngives: {out: int}\nrules: [{if: {a: '> b'}, then: {out: 1}}, {if: {a: '<= b'}, then: {out: 2}}]\n";
    assert_eq!(said(&rules(text)), told);
}

#[test]
fn words_and_patterns_that_say_nothing_new() {
    let classifier = |listed: &str| {
        let text = format!(
            "classifier: c\ncase: {{text: text}}\ngives: {{out: {{set_of: [p, q]}}}}\nnegation: {{words: [没有]}}\nrules:\n{listed}"
        );
        said(&rules(&text))
    };
    assert_eq!(
        classifier("- {name: a, words: [退款, 全额退款], out: p}\n- {name: b, words: ['refund*', refunded], out: p}\n"),
        [
            "heard-twice: `全额退款` adds nothing to `a`, since `退款` is heard in it",
            "heard-twice: `refunded` adds nothing to `b`, since `refund*` is heard in it",
        ]
    );
    assert_eq!(
        classifier("- {name: a, words: [refund, refunded, 'refunds*', 没有退款, 退款, prerefund], out: p}\n"),
        [] as [&str; 0]
    );
    assert_eq!(
        classifier(
            "- {name: a, pattern: 'x$y', out: p}\n- {name: b, pattern: '\\b退款\\b', out: p}\n- {name: c, pattern: '\\brefund\\b', out: p}\n"
        ),
        [
            "never-heard: the pattern of `a` matches no text",
            "never-heard: the pattern of `b` does not match `退款` by itself"
        ]
    );
    assert_eq!(
        classifier(
            "- {name: a, pattern: '退(款|货)', out: p}\n- {name: b, pattern: '退款|退货', out: p}\n- {name: c, pattern: '退款|退货', out: q}\n"
        ),
        ["same-pattern: the patterns of `a` and `b` match the same texts"]
    );
}

#[test]
fn findings_are_shown_at_their_rules() {
    let mut shown = String::new();
    let texts = [
        "table: t\ncase: {kind: {one_of: [a, b, c]}, num: {type: count, max: 9, optional: true}}\ngives: {out: int}\nrules:\n  - {name: one, if: {kind: a}, then: {out: 1}}\n  - {name: two, if: {num: '> 5'}, then: {out: 2}}\n  - {name: three, if: {num: '> 9'}, then: {out: 3}}\n",
        "table: t\ncase: {note: {type: text, optional: true}}\ngives: {out: int}\nhit: first\nrules:\n  - {name: one, if: {note: not absent}, then: {out: 1}}\n  - {name: two, if: {note: '\"x\"'}, then: {out: 2}}\n",
    ];
    for text in texts {
        let reading = reading(&[("a.yaml", text)]);
        let findings: Vec<_> = reading.rules.iter().flat_map(analyse).collect();
        shown += &reading.show(&findings);
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn every_code_of_the_analysis_is_produced() {
    let source = include_str!("analysis.rs");
    let shown = include_str!("snapshots/it__analysis__findings_are_shown_at_their_rules.snap");
    for code in codes::ALL {
        assert!(
            source.contains(&format!("{}: ", code.name)) || shown.contains(&format!("[{}]", code.name)),
            "{}",
            code.name
        );
    }
}
