//! Text classifiers: what is heard, what turns its meaning, and what the points make of it.

use crate::reading::{rules, told, values};
use caseloop_rules::{RuleTold, Rules};
use proptest::prelude::*;

const KIND: &str = r#"
classifier: kind
case:
  text: {type: text, optional: true}
  subject: {type: text, optional: true}
  channel: {one_of: [web, phone], default: web}
gives:
  kind: {one_of: [complaint, repair, enquiry], default: enquiry}
  traits: {set_of: [hard, public]}
  danger: {one_of: [fire, flood], optional: true}
at_least: 2
negation: {words: [不是, 没有, 没, not, no], within: 2}
rules:
  - {name: complains, row: S1.3, words: [投诉, complain*, 没人管], points: 3, kind: complaint}
  - {name: angry, words: [angry, 愤怒], points: 2, kind: complaint, traits: [hard]}
  - {name: late, near: {words: [[说好, promised], [没来, never came]], within: 6, in_order: true}, points: 2, kind: complaint, negated: counts}
  - {name: broken, near: {words: [[坏了, broken], [电视, tv]], within: 3}, points: 2, kind: repair}
  - {name: number, pattern: '\bTV-[0-9]{3}\b', points: 1, kind: repair}
  - {name: loud, pattern: '[！!]{2,}', points: 2, traits: hard, negated: counts}
  - {name: headline, in: subject, words: [报修, repair], points: 2, kind: repair}
  - if: channel == phone
    rules:
      - {name: fire, words: [着火, fire], points: 5, danger: fire}
      - {name: press, if: has(subject), words: [记者, reporter], points: 5, traits: public}
"#;

fn of(rules: &Rules, text: &str) -> String {
    told(rules, &serde_json::json!({ "text": text }).to_string())
}

#[test]
fn words_are_heard_whole_in_any_width_and_case() {
    let rules = rules(KIND);
    let complaint = "decided by complains: kind=complaint traits=[]";
    for text in [
        "我要投诉你们",
        "I ＣＯＭＰＬＡＩＮ",
        "complaints,",
        "complaining",
        "這是投诉",
    ] {
        assert_eq!(of(&rules, text), complaint, "{text}");
    }
    for text in ["uncomplaining", "投 诉", "", "com plain"] {
        assert_eq!(of(&rules, text), "otherwise by : kind=enquiry traits=[]", "{text}");
    }
    // An English word beside Chinese letters is a word.
    assert_eq!(of(&rules, "申请complain处理"), complaint);
    assert_eq!(told(&rules, "{}"), "otherwise by : kind=enquiry traits=[]");
}

#[test]
fn a_negation_turns_what_follows_closely() {
    let rules = rules(KIND);
    let nothing = "otherwise by : kind=enquiry traits=[]";
    for (text, expected) in [
        ("我不是投诉", nothing),
        ("我不是要来投诉", nothing),
        ("this is not a complaint", nothing),
        ("我不是想要来投诉", "decided by complains: kind=complaint traits=[]"),
        ("不是，投诉", "decided by complains: kind=complaint traits=[]"),
        ("不是投诉，是要投诉", "decided by complains: kind=complaint traits=[]"),
        // The negation is part of the word itself.
        ("没人管", "decided by complains: kind=complaint traits=[]"),
        ("说好今天来。结果没来", nothing),
        ("说好今天来，结果没来", "decided by late: kind=complaint traits=[]"),
    ] {
        assert_eq!(of(&rules, text), expected, "{text}");
    }
}

#[test]
fn words_near_each_other_count_by_words_between() {
    let rules = rules(KIND);
    for (text, heard) in [
        ("电视坏了", true),
        ("坏了的电视", true),
        ("the TV is now all broken", true),
        ("the TV is now at last broken", false),
        ("电视又又又又坏了", false),
        ("电视。坏了", false),
        ("broken tvs", false),
    ] {
        assert_eq!(of(&rules, text).contains("broken"), heard, "{text}");
    }
    assert!(of(&rules, "没来，可是说好的").contains("by :"));
}

#[test]
fn points_of_all_rules_are_added_and_ties_go_to_the_first() {
    let rules = rules(KIND);
    assert_eq!(of(&rules, "tv-123"), "otherwise by number: kind=enquiry traits=[]");
    assert_eq!(
        of(&rules, "tv-123: TV broken, angry!!"),
        "decided by angry, broken, number, loud: kind=repair traits=[hard]"
    );
    // Two against two: the one that is declared first.
    assert_eq!(
        of(&rules, "broken tv, angry"),
        "decided by angry, broken: kind=complaint traits=[hard]"
    );
}

#[test]
fn some_rules_count_for_some_texts_and_channels() {
    let rules = rules(KIND);
    let ask = |json: &str| told(&rules, json);
    assert_eq!(
        ask(r#"{"subject": "repair", "text": ""}"#),
        "decided by headline: kind=repair traits=[]"
    );
    assert_eq!(ask(r#"{"text": "repair"}"#), "otherwise by : kind=enquiry traits=[]");
    assert_eq!(ask(r#"{"text": "fire"}"#), "otherwise by : kind=enquiry traits=[]");
    assert_eq!(
        ask(r#"{"text": "fire", "channel": "phone"}"#),
        "decided by fire: kind=enquiry traits=[] danger=fire"
    );
    assert_eq!(
        ask(r#"{"text": "reporter", "channel": "phone"}"#),
        "otherwise by : kind=enquiry traits=[]"
    );
    assert_eq!(
        ask(r#"{"subject": "reporter", "channel": "phone"}"#),
        "decided by press: kind=enquiry traits=[public]"
    );
}

fn explained(rules: &Rules, json: &str) -> Vec<RuleTold> {
    let given = values(json);
    let inputs = rules.bind(given.iter().map(|(name, value)| (name.as_str(), value)));
    rules.explain(&inputs.unwrap()).rules
}

#[test]
fn every_hit_is_told_with_its_place_in_what_was_written() {
    let rules = rules(KIND);
    let told = explained(&rules, r#"{"text": "　Ｎｏｔ ａｎｇｒｙ！！ 投诉"}"#);
    let told: Vec<String> = told
        .iter()
        .filter(|rule| rule.fired || !rule.heard.is_empty())
        .map(|rule| {
            let heard = rule.heard.iter();
            let heard = heard.map(|at| format!("{}@{}..{} {:?}", at.words, at.from, at.to, at.negated));
            format!(
                "{} {:?} {:?} [{}]",
                rule.rule,
                rule.points,
                rule.failed,
                heard.collect::<Vec<_>>().join(", ")
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "complains Some(3) [] [投诉@35..41 None]",
            r#"angry None ["negated"] [ａｎｇｒｙ@13..28 Some("Ｎｏｔ")]"#,
            "loud Some(2) [] [！！@28..34 None]",
        ]
    );
    let told = explained(&rules, r#"{"text": "fire"}"#);
    let fire = told.iter().find(|rule| &*rule.rule == "fire").unwrap();
    assert_eq!(
        (fire.fired, fire.failed.clone()),
        (false, vec!["channel == phone".to_owned()])
    );
    assert_eq!(fire.heard.len(), 1);
}

const ATOMS: [&str; 8] = ["a", "b", "ab", "退", "退款", "款", "x", "b退"];

/// Whether a phrase stands at a place, by looking.
fn stands(text: &str, at: usize, phrase: &str) -> bool {
    let joins = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    let Some(rest) = text.get(at..).filter(|rest| rest.starts_with(phrase)) else {
        return false;
    };
    let before = text[..at].chars().next_back();
    let after = rest[phrase.len()..].chars().next();
    let grown = |left, right| joins(left) && joins(right);
    !grown(before, phrase.chars().next()) && !grown(phrase.chars().next_back(), after)
}

/// The words between two places, or none where they overlap or a sentence ends.
fn between(text: &str, from: usize, to: usize) -> Option<usize> {
    let piece = text.get(from..to)?;
    let words = piece.replace(|letter: char| !letter.is_ascii_alphanumeric() && letter.is_ascii(), " ");
    let mut count = 0;
    for run in words.split(' ') {
        let latin = run
            .split(|letter: char| !letter.is_ascii())
            .filter(|piece| !piece.is_empty());
        count += latin.count() + run.chars().filter(|letter| !letter.is_ascii()).count();
    }
    (!piece.contains('.')).then_some(count)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// One automaton over everything hears what looking for each phrase at each place finds.
    #[test]
    fn what_is_heard_is_what_stands_there(
        phrases in prop::collection::vec(prop::sample::subsequence(ATOMS.to_vec(), 1..4), 1..5),
        nears in prop::collection::vec((prop::collection::vec(prop::sample::subsequence(ATOMS.to_vec(), 1..3), 2..4), 0usize..4, any::<bool>()), 0..3),
        text in "[abx退款 ,.]{0,16}",
    ) {
        let mut yaml = "classifier: c\ncase: {text: text}\ngives: {out: {set_of: [p]}}\nrules:\n".to_owned();
        for words in &phrases {
            yaml += &format!("- {{words: [{}], out: p}}\n", words.join(", "));
        }
        for (groups, within, in_order) in &nears {
            let groups: Vec<String> = groups.iter().map(|group| format!("[{}]", group.join(", "))).collect();
            yaml += &format!("- {{near: {{words: [{}], within: {within}, in_order: {in_order}}}, out: p}}\n", groups.join(", "));
        }
        let rules = rules(&yaml);
        let fired = crate::reading::ask(&rules, &serde_json::json!({"text": text}).to_string()).fired;
        let text = text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        let places = |words: &Vec<&str>| -> Vec<(usize, usize)> {
            let at = (0..text.len()).flat_map(|at| words.iter().map(move |word| (at, *word)));
            at.filter(|(at, word)| stands(&text, *at, word)).map(|(at, word)| (at, at + word.len())).collect()
        };
        let mut expected = Vec::new();
        for (position, words) in phrases.iter().enumerate() {
            if !places(words).is_empty() {
                expected.push((position + 1).to_string());
            }
        }
        for (position, (groups, within, in_order)) in nears.iter().enumerate() {
            let all: Vec<Vec<(usize, usize)>> = groups.iter().map(&places).collect();
            let mut chains = vec![(Vec::<usize>::new(), Vec::<(usize, usize)>::new())];
            for _ in 0..groups.len() {
                chains = chains.into_iter().flat_map(|(used, hits)| {
                    let free = (0..groups.len()).filter(|group| !used.contains(group) && (!in_order || *group == used.len()));
                    let mut longer = Vec::new();
                    for group in free.collect::<Vec<_>>() {
                        for hit in &all[group] {
                            if hits.last().is_none_or(|last| last.1 <= hit.0) {
                                let (mut used, mut hits) = (used.clone(), hits.clone());
                                used.push(group);
                                hits.push(*hit);
                                longer.push((used, hits));
                            }
                        }
                    }
                    longer
                }).collect();
            }
            let near = chains.iter().any(|(_, hits)| between(&text, hits[0].1, hits[hits.len() - 1].0).is_some_and(|words| words <= *within));
            if near {
                expected.push((phrases.len() + position + 1).to_string());
            }
        }
        prop_assert_eq!(fired.iter().map(ToString::to_string).collect::<Vec<_>>(), expected, "{} of {}", text, yaml);
    }

    /// No text makes a classifier fail, and what is told of it stands in it.
    #[test]
    fn any_text_can_be_heard(text in any::<String>(), subject in "[a-z投诉没不是 ！!坏了电视TV0-9-]{0,40}") {
        let rules = rules(KIND);
        let json = serde_json::json!({"text": text, "subject": subject}).to_string();
        let fired = crate::reading::ask(&rules, &json).fired;
        let told = explained(&rules, &json);
        let expected: Vec<_> = told.iter().filter(|rule| rule.fired).map(|rule| rule.rule.clone()).collect();
        prop_assert_eq!(fired, expected);
        for heard in told.iter().flat_map(|rule| &rule.heard) {
            let written = if &*heard.text == "text" { &text } else { &subject };
            prop_assert_eq!(written.get(heard.from..heard.to), Some(heard.words.as_str()));
        }
    }
}
