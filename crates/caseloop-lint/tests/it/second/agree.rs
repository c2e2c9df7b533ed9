//! The two opinions side by side, on small workflows at random.

use super::decide::{Opinion, decide};
use super::generate::{Draw, workflow};
use super::situations::Situations;
use super::witness::breaks_it;
use crate::lints::OwnCalendars;
use caseloop_core::Workflow;
use caseloop_core::definition::Guarantee;
use caseloop_core::read::{Options, read_with};
use caseloop_lint::proof::{Bounds, Proof, Verdict, prove};
use caseloop_syntax::MapSources;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;

/// How many workflows are compared.
const WORKFLOWS: usize = 1_000;

/// A small workflow has no more situations.
const MOST: usize = 120;

/// How many smaller workflows are tried where two opinions differ.
const SHRINKING: usize = 400;

/// What both said of the guarantees of one kind.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    held: usize,
    failed: usize,
    undecided: usize,
}

fn read(text: &str) -> Option<Workflow> {
    let sources = MapSources::from_iter([("a.yaml", text)]);
    read_with(&sources, "a.yaml", &Options::default(), &mut OwnCalendars::default()).workflow
}

/// Compares what is said of every guarantee of a workflow. `None` where it does not compile, or is not small.
fn compare(text: &str) -> Option<Result<Vec<(&'static str, Opinion)>, String>> {
    let workflow = read(text)?;
    let definition = workflow.definition();
    let all = Situations::of(definition, MOST)?;
    let proofs = prove(&workflow, &Bounds::default());
    // Regions one at a time, wherever that can be.
    let apart = prove(
        &workflow,
        &Bounds {
            together: 0,
            ..Bounds::default()
        },
    );
    let mut said = Vec::new();
    let both = proofs.guarantees.iter().zip(&apart.guarantees);
    for (guarantee, (proof, apart)) in definition.guarantees.iter().zip(both) {
        let opinion = decide(&all, &guarantee.what);
        let mut agreed = agrees(opinion, proof);
        if let Verdict::Broken(case) = &proof.verdict
            && agreed.is_ok()
            && !breaks_it(&all, &guarantee.what, case)
        {
            agreed = Err(format!(
                "the case that is shown does not break it: {:?}",
                case.lines(&workflow)
            ));
        }
        if matches!(apart.verdict, Verdict::Proved) && opinion != Opinion::Holds {
            agreed = agreed.and(Err("proved where regions are looked at one by one".to_owned()));
        }
        if let Err(how) = agreed {
            return Some(Err(format!("`{}`: by brute force {opinion:?}, {how}", guarantee.name)));
        }
        said.push((kind(&guarantee.what), opinion));
    }
    Some(Ok(said))
}

fn agrees(opinion: Opinion, proof: &Proof) -> Result<(), String> {
    match (opinion, &proof.verdict) {
        (Opinion::Holds, Verdict::Proved) | (Opinion::Depends, Verdict::NotDecided(_)) => Ok(()),
        (Opinion::Fails { after: None }, Verdict::Broken(_)) => Ok(()),
        (Opinion::Fails { after: Some(steps) }, Verdict::Broken(case))
            if case.steps.len() == steps && case.again.is_empty() =>
        {
            Ok(())
        }
        (_, Verdict::Proved) => Err("proved".to_owned()),
        (_, Verdict::NotDecided(reasons)) => Err(format!("not decided: {reasons:?}")),
        (_, Verdict::Broken(case)) => Err(format!("broken after {} steps: {}", case.steps.len(), case.what)),
    }
}

fn kind(guarantee: &Guarantee) -> &'static str {
    match guarantee {
        Guarantee::OnlyBy { .. } => "only_by",
        Guarantee::CanReach(_) => "can_reach",
        Guarantee::Everywhere { .. } => "everywhere",
        Guarantee::TimeAloneEndsIn(_) => "time_alone_ends_in",
        Guarantee::AlwaysWarned { .. } => "always_warned",
        Guarantee::TakenAtMost { .. } => "taken",
        Guarantee::SameStep { .. } => "same_step",
        Guarantee::Always(_) => "always",
        Guarantee::Never(_) => "never",
        Guarantee::LeadsTo { .. } => "leads_to",
    }
}

/// Each says the same of each guarantee, one that is broken takes as many steps, and the case that is shown breaks it.
#[test]
fn proofs_and_brute_force_agree_on_a_thousand_workflows() {
    let mut runner = TestRunner::deterministic();
    let bytes = proptest::collection::vec(proptest::num::u8::ANY, 60..400);
    let mut counted: BTreeMap<&str, Counted> = BTreeMap::new();
    let mut compared = 0;
    while compared < WORKFLOWS {
        let mut tree = bytes.new_tree(&mut runner).unwrap();
        let opinion = |bytes: &[u8]| compare(&workflow(&mut Draw::new(bytes)));
        match opinion(&tree.current()) {
            None => continue,
            Some(Ok(said)) => {
                compared += 1;
                for (kind, opinion) in said {
                    let counted = counted.entry(kind).or_default();
                    match opinion {
                        Opinion::Holds => counted.held += 1,
                        Opinion::Fails { .. } => counted.failed += 1,
                        Opinion::Depends => counted.undecided += 1,
                    }
                }
            }
            Some(Err(mut how)) => {
                // A smaller one on which they differ.
                let mut least = tree.current();
                let mut smaller = tree.simplify();
                for _ in 0..SHRINKING {
                    if !smaller {
                        break;
                    }
                    smaller = match opinion(&tree.current()) {
                        Some(Err(still)) => {
                            (least, how) = (tree.current(), still);
                            tree.simplify()
                        }
                        _ => tree.complicate(),
                    };
                }
                panic!("{how}\n{}", workflow(&mut Draw::new(&least)));
            }
        }
    }
    // Agreement tells something only where there is something to agree on.
    assert_eq!(counted.len(), 10, "{counted:?}");
    for (kind, counted) in &counted {
        let all = counted.held + counted.failed + counted.undecided;
        assert!(counted.held >= 60 && counted.failed >= 60, "{kind}: {counted:?}");
        assert!(counted.undecided * 20 <= all, "{kind}: {counted:?}");
    }
}

/// Conditions, each with another that holds of the same cases, of which nothing is known without going through a list.
const IN_A_LIST: [(&str, &str); 6] = [
    ("m == 0", "[m].exists(i, i == 0)"),
    ("m > 1", "[m].exists(i, i > 1)"),
    ("kind == x", "[kind].exists(i, i == x)"),
    ("kind != w", "[kind].exists(i, i != w)"),
    ("flag", "[flag].exists(i, i)"),
    ("not flag", "not [flag].exists(i, i)"),
];

/// The same workflow, with what some of its branches ask hidden in lists.
fn with_open_parts(text: &str) -> String {
    IN_A_LIST.iter().fold(text.to_owned(), |text, (plain, open)| {
        [",", "}"].iter().fold(text, |text, end| {
            text.replace(&format!("if: {plain}{end}"), &format!("if: '{open}'{end}"))
        })
    })
}

/// What is proved beside conditions that may be so or not is so whatever they are.
#[test]
fn what_is_left_open_proves_nothing_that_is_not_so() {
    let mut runner = TestRunner::deterministic();
    let bytes = proptest::collection::vec(proptest::num::u8::ANY, 60..400);
    let (mut compared, mut proved, mut refuted, mut open) = (0, 0, 0, 0);
    while compared < WORKFLOWS / 4 {
        let tree = bytes.new_tree(&mut runner).unwrap();
        let text = workflow(&mut Draw::new(&tree.current()));
        let changed = with_open_parts(&text);
        let (Some(plain), Some(loose)) = (read(&text), read(&changed)) else {
            continue;
        };
        if changed == text {
            continue;
        }
        let Some(all) = Situations::of(plain.definition(), MOST) else {
            continue;
        };
        compared += 1;
        let proofs = prove(&loose, &Bounds::default());
        for (guarantee, proof) in plain.definition().guarantees.iter().zip(&proofs.guarantees) {
            match (&proof.verdict, decide(&all, &guarantee.what)) {
                (Verdict::Proved, Opinion::Holds) => proved += 1,
                (Verdict::Broken(_), Opinion::Fails { .. }) => refuted += 1,
                (Verdict::NotDecided(_), _) => open += 1,
                (_, opinion) => panic!("`{}`: by brute force {opinion:?}\n{changed}", guarantee.name),
            }
        }
    }
    assert!(
        proved > 500 && refuted > 300 && open > 100,
        "{proved} proved, {refuted} refuted, {open} open"
    );
}
