//! Scores: parts, groups, caps, bands, and what is left of a promise.

use crate::reading::{rules, told, values};
use caseloop_rules::{Rules, Score, Scored};
use proptest::prelude::*;

const PRIORITY: &str = "
score: priority
case:
  urgency: {one_of: [normal, urgent, critical], default: normal}
  many: {type: bool, default: false}
  funds: {type: bool, optional: true}
gives: {priority: {one_of: [low, normal, top]}}
bands: {normal: 10, top: param.most}
at_most: 70
add:
  - at_most: 40
    add:
      - {name: urgency, row: S1.6, by: urgency, points: {normal: 0, urgent: 20, critical: 40}}
      - {name: funds, if: has(funds) and funds, points: 30}
  - {name: many, if: many, points: 20}
  - {name: relief, if: not many, points: -5}
  - {name: left, left: {'< 25 %': 20, '< 50 %': 10}}
";

#[test]
fn points_are_summed_within_their_caps_and_fall_into_bands() {
    let rules = rules(PRIORITY);
    let told = |json| told(&rules, json);
    assert_eq!(told("{}"), "decided by relief: points=-5 priority=low");
    assert_eq!(told(r#"{"many": true}"#), "decided by many: points=20 priority=normal");
    let both = r#"{"many": true, "urgency": "critical", "funds": true}"#;
    assert_eq!(told(both), "decided by urgency, funds, many: points=60 priority=top");
    assert_eq!(
        told(r#"{"funds": false, "urgency": "urgent"}"#),
        "decided by urgency, relief: points=15 priority=normal"
    );
}

fn score(rules: &Rules) -> &Score {
    match rules {
        Rules::Score(score) => score,
        other => panic!("{other:?}"),
    }
}

/// The points where so many hundredths of the promise are left, to the tenth of one.
fn points(rules: &Rules, json: &str, left: u16) -> Scored {
    let given = values(json);
    let inputs = rules
        .bind(given.iter().map(|(name, value)| (name.as_str(), value)))
        .unwrap();
    score(rules).points(inputs.as_row(), &|share| left < u16::from(share) * 10)
}

#[test]
fn less_left_is_counted_once_by_the_smallest_share() {
    let rules = rules(PRIORITY);
    assert_eq!(score(&rules).shares(), [25, 50]);
    for (left, expected) in [(1000, 20), (500, 20), (499, 30), (250, 30), (249, 40), (0, 40)] {
        assert_eq!(points(&rules, r#"{"many": true}"#, left).points, expected, "{left}");
    }
    let all = points(&rules, r#"{"many": true, "urgency": "critical"}"#, 0);
    assert_eq!((all.points, all.parts), (70, vec![(0, 40), (2, 20), (4, 20)]));
    assert_eq!(score(&rules).bands().collect::<Vec<_>>(), ["low", "normal", "top"]);
}

#[test]
fn what_a_part_waits_for_is_explained() {
    let rules = rules(PRIORITY);
    let inputs = rules.bind([]).unwrap();
    let told = rules.explain(&inputs).rules;
    let told: Vec<String> = told
        .iter()
        .map(|rule| format!("{} {:?} {:?}", rule.rule, rule.points, rule.failed))
        .collect();
    assert_eq!(
        told,
        [
            r#"urgency None ["urgency"]"#,
            r#"funds None ["has(funds) and funds"]"#,
            r#"many None ["many"]"#,
            "relief Some(-5) []",
            r#"left None ["< 50 % left"]"#,
        ]
    );
}

#[test]
fn inputs_that_do_not_fit_are_named() {
    let rules = rules(PRIORITY);
    let bad = |json| {
        let given = values(json);
        let asked = rules.ask(given.iter().map(|(name, value)| (name.as_str(), value)));
        asked.unwrap_err().to_string()
    };
    assert_eq!(bad(r#"{"many": "a secret"}"#), "`many` does not fit, expected bool");
    assert_eq!(
        bad(r#"{"urgency": "x"}"#),
        "`urgency` does not fit, expected one of normal, urgent, critical"
    );
    assert_eq!(
        bad(r#"{"urgncy": "urgent"}"#),
        "`priority` reads no `urgncy`; did you mean `urgency`?"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Points are the sum of the parts, each group and the whole cut at its cap.
    #[test]
    fn points_are_what_a_sum_by_hand_gives(
        parts in prop::collection::vec((any::<bool>(), -50_i64..50, 0_usize..3), 1..12),
        caps in prop::collection::vec(-20_i64..100, 2),
        most in 0_i64..200,
    ) {
        let mut text = "score: s\ncase:\n".to_owned();
        for position in 0..parts.len() {
            text += &format!("  f{position}: {{type: bool, default: false}}\n");
        }
        text += &format!("at_most: {most}\nadd:\n");
        let line = |position: usize, points: i64| format!("{{if: f{position}, points: {points}}}");
        for (group, cap) in caps.iter().enumerate() {
            let members = parts.iter().enumerate().filter(|(_, part)| part.2 == group);
            let members: Vec<String> = members.map(|(position, part)| line(position, part.1)).collect();
            if !members.is_empty() {
                text += &format!("  - {{at_most: {cap}, add: [{}]}}\n", members.join(", "));
            }
        }
        for (position, part) in parts.iter().enumerate().filter(|(_, part)| part.2 == 2) {
            text += &format!("  - {}\n", line(position, part.1));
        }
        let rules = rules(&text);
        let given: Vec<String> = parts.iter().enumerate().map(|(position, part)| format!("\"f{position}\": {}", part.0)).collect();
        let found = points(&rules, &format!("{{{}}}", given.join(", ")), 1000).points;
        let sum = |group: usize| parts.iter().filter(|part| part.0 && part.2 == group).map(|part| part.1).sum::<i64>();
        let grouped: i64 = caps.iter().enumerate().filter(|(group, _)| parts.iter().any(|part| part.2 == *group)).map(|(group, cap)| sum(group).min(*cap)).sum();
        prop_assert_eq!(found, (grouped + sum(2)).min(most));
    }
}
