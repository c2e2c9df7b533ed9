//! Why a promise is due when it is: told from a journal, in parts that add up exactly.

use crate::generated::tapes;
use crate::laws::{engine_with_promises, told_script};
use crate::running::{shipped, workflow};
use caseloop::{Account, Engine, Event, Language, News, Value};
use chrono::{DateTime, Utc};
use proptest::prelude::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A request in office hours with public holidays, that waits for papers over a weekend.
fn request() -> (Engine, Vec<caseloop::Entry>) {
    let workflow = shipped("complaints/business-request.yaml", &[("hours", "office-cn")]);
    let engine = Engine::new([workflow]);
    let data = [
        ("received_at", Value::text("2025-09-29T15:00:00+08:00")),
        ("contact_ref", Value::text("crm:1")),
    ];
    let begun = engine
        .start("business_request", "c", at("2025-09-29T15:10:00+08:00"), data)
        .unwrap();
    let missing = Event::new("checked").by("front_line").with("complete", false);
    let waits = engine
        .send(&begun.case, at("2025-09-30T10:00:00+08:00"), &missing)
        .unwrap();
    let papers = Event::new("papers_came");
    let again = engine
        .send(&waits.case, at("2025-10-06T12:00:00+08:00"), &papers)
        .unwrap();
    (engine, [begun.journal, waits.journal, again.journal].concat())
}

fn parts(account: &Account) -> Vec<(i64, bool)> {
    let all = account
        .used
        .parts
        .iter()
        .chain(account.to_come.iter().flat_map(|told| &told.parts));
    all.map(|part| (part.counted / 60_000, part.open)).collect()
}

#[test]
fn every_stretch_is_told_with_its_reason() {
    let (engine, journal) = request();
    let workflow = engine.workflow("business_request").unwrap();
    let accounts = engine.explain(workflow, &journal, "completion").unwrap();
    assert_eq!(accounts.len(), 1);
    let sum: i64 = parts(&accounts[0]).iter().map(|(minutes, _)| minutes).sum();
    assert_eq!(sum, 48 * 60);
    insta::assert_snapshot!("english", accounts[0].text(Language::English));
    insta::assert_snapshot!("chinese", accounts[0].text(Language::Chinese));
    let json = serde_json::to_string_pretty(&accounts[0].to_come).unwrap();
    insta::assert_snapshot!("json", json);
}

#[test]
fn an_unknown_promise_and_a_foreign_journal_are_told() {
    let (engine, mut journal) = request();
    let workflow = engine.workflow("business_request").unwrap();
    let error = engine.explain(workflow, &journal, "compleetion").unwrap_err();
    assert_eq!(error.to_string(), "the workflow makes no promise `compleetion`");
    journal.remove(0);
    assert!(engine.explain(workflow, &journal, "completion").is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    /// What was used up and what is to come is the limit; what was kept and what was used up is the limit.
    #[test]
    fn the_parts_add_up((chart, events) in tapes()) {
        let engine = engine_with_promises(&chart);
        let journal = told_script(&engine, &events);
        let workflow = workflow(&engine);
        for promise in &workflow.definition().promises {
            for account in engine.explain(workflow, &journal, &promise.name).unwrap() {
                let Some(limit) = account.limit.filter(|_| account.by.is_none()) else { continue };
                if let Some(to_come) = &account.to_come {
                    prop_assert_eq!(account.used.counted + to_come.counted, limit, "{:?}", account);
                }
                match account.ended {
                    Some((_, News::Kept { left, .. })) => prop_assert_eq!(account.used.counted + left, limit, "{:?}", account),
                    Some((_, News::Late { over, .. })) if over > 0 => {
                        prop_assert_eq!(account.used.counted - over, limit, "{:?}", account);
                    }
                    _ => {}
                }
            }
        }
    }
}
