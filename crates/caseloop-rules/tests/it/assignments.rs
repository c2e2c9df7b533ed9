//! Assignment: needs, preferences, the order of the list, and what comes where nobody fits.

use crate::reading::{ask, rules, told, values};
use caseloop_rules::Rules;
use proptest::prelude::*;

const WHO: &str = "
assign: who
case:
  kind: {one_of: [enquiry, complaint]}
  angry: {type: bool, default: false}
candidates:
  who: ref
  skills: {set_of: [enquiry, complaint, conflict]}
  load: {type: count, max: 99}
  seniority: {type: count, max: 99, optional: true}
  dedicated: {type: bool, optional: true}
needs:
  - {name: complaint, row: S2.3, if: kind == complaint, must: complaint in candidate.skills}
  - {name: trained, row: S4.3, if: angry, must: conflict in candidate.skills}
  - {name: not_full, must: candidate.load < 10}
prefer:
  - first: has(candidate.dedicated) and candidate.dedicated
  - least: candidate.load
  - most: candidate.seniority
gives: {assignee: candidate.who, load: candidate.load, stand_in: or}
";

fn given(candidates: &[&str], more: &str) -> String {
    format!(
        r#"{{"or": "supervisor", "candidates": [{}]{more}}}"#,
        candidates.join(", ")
    )
}

const LI: &str = r#"{"who": "li", "skills": ["complaint"], "load": 1}"#;
const WANG: &str = r#"{"who": "wang", "skills": ["complaint", "conflict"], "load": 3}"#;
const ZHAO: &str = r#"{"who": "zhao", "skills": ["complaint", "conflict"], "load": 3}"#;
const OLD: &str = r#"{"who": "old", "skills": ["conflict", "complaint"], "load": 3, "seniority": 4}"#;
const FULL: &str = r#"{"who": "full", "skills": ["complaint", "conflict"], "load": 10, "dedicated": true}"#;
const OWN: &str = r#"{"who": "own", "skills": ["complaint", "conflict"], "load": 9, "dedicated": true}"#;

#[test]
fn the_best_of_those_who_fit_is_chosen_and_of_equals_the_first() {
    let rules = rules(WHO);
    let angry = r#", "kind": "complaint", "angry": true"#;
    let told = |candidates: &[&str], more| told(&rules, &given(candidates, more));
    let by = "decided by complaint, trained, not_full:";
    assert_eq!(told(&[LI, WANG, ZHAO], angry), format!("{by} assignee=\"wang\" load=3"));
    assert_eq!(told(&[LI, ZHAO, WANG], angry), format!("{by} assignee=\"zhao\" load=3"));
    // More is better, and who has none of it comes last.
    assert_eq!(told(&[ZHAO, WANG, OLD], angry), format!("{by} assignee=\"old\" load=3"));
    // The customer's own agent, unless there is no room.
    assert_eq!(told(&[WANG, FULL, OWN], angry), format!("{by} assignee=\"own\" load=9"));
    let calm = r#", "kind": "complaint""#;
    assert_eq!(
        told(&[WANG, LI], calm),
        "decided by complaint, not_full: assignee=\"li\" load=1"
    );
}

#[test]
fn where_nobody_fits_the_role_stands_in() {
    let rules = rules(WHO);
    let angry = r#", "kind": "complaint", "angry": true"#;
    for candidates in [&[] as &[&str], &[LI], &[LI, FULL]] {
        assert_eq!(
            told(&rules, &given(candidates, angry)),
            "otherwise by complaint, trained, not_full: stand_in=supervisor"
        );
    }
}

#[test]
fn every_candidate_is_explained() {
    let rules = rules(WHO);
    let json = given(&[LI, WANG, FULL], r#", "kind": "complaint", "angry": true"#);
    let given = values(&json);
    let inputs = rules
        .bind(given.iter().map(|(name, value)| (name.as_str(), value)))
        .unwrap();
    let told = serde_json::to_value(rules.explain(&inputs).candidates).unwrap();
    assert_eq!(
        told,
        serde_json::json!([
            {"chosen": false, "unmet": ["trained"]},
            {"chosen": true, "rank": [1, 3, i64::MAX]},
            {"chosen": false, "unmet": ["not_full"]},
        ])
    );
}

fn assignee(rules: &Rules, json: &str) -> Option<String> {
    let gave = ask(rules, json).gave;
    gave.get("assignee")
        .map(|who| who.to_string().trim_matches('"').to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Who is chosen meets every need, and nobody who does is better; somebody is chosen whenever anybody fits.
    #[test]
    fn nobody_who_fits_is_better(crew in prop::collection::vec((0_u8..8, 0_u8..14, any::<bool>()), 0..8), angry: bool) {
        let rules = rules(WHO);
        let skills = |bits: u8| {
            let named = ["enquiry", "complaint", "conflict"].into_iter().enumerate();
            let named = named.filter(|(bit, _)| bits & (1 << bit) != 0);
            named.map(|(_, name)| format!("{name:?}")).collect::<Vec<_>>().join(", ")
        };
        let lines: Vec<String> = crew.iter().enumerate().map(|(position, (bits, load, own))| {
            format!(r#"{{"who": "{position}", "skills": [{}], "load": {load}, "dedicated": {own}}}"#, skills(*bits))
        }).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let found = assignee(&rules, &given(&lines, &format!(r#", "kind": "complaint", "angry": {angry}"#)));
        let fits = |(bits, load, _): &(u8, u8, bool)| bits & 2 != 0 && (!angry || bits & 4 != 0) && *load < 10;
        let best = crew.iter().enumerate().filter(|(_, one)| fits(one)).min_by_key(|(position, (_, load, own))| (!own, *load, *position));
        prop_assert_eq!(found, best.map(|(position, _)| position.to_string()));
    }
}
