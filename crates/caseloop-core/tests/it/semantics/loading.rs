//! What a load may change: parameters, and with them hash and behaviour.

use crate::running::{Case, action, findings};
use crate::shown::line;
use caseloop_core::read::{Options, Reading, read};
use caseloop_syntax::MapSources;

const TEXT: &str = "
workflow: a
version: 1
parameters:
  most: {is: 2, source: S1.1}
  wait: {is: 5 ms}
  mood: {is: good, one_of: [good, bad]}
case: {tries: {type: count, max: 9, default: 0}}
events: {again: {}}
start: here
states:
  here:
    when: {again: {if: tries < param.most, set: {tries: tries + 1}}}
    timers: {late: {after: param.wait, go: over}}
  over: {final: true}
";

fn load(text: &str, set: &[(&str, &str)]) -> Reading {
    let options = Options {
        set: set
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        ..Options::default()
    };
    read(&MapSources::from_iter([("a.yaml", text)]), "a.yaml", &options)
}

fn hash(text: &str, set: &[(&str, &str)]) -> [u8; 32] {
    load(text, set).workflow.expect("a workflow").identity().hash
}

#[test]
fn a_load_sets_parameters() {
    let workflow = load(TEXT, &[("most", "1"), ("wait", "9 ms")])
        .workflow
        .expect("a workflow");
    let mut case = Case::new(&workflow);
    for input in ["0 start", "1 again", "2 again"] {
        case.take(&action(input));
    }
    let shown: Vec<String> = case.journal.iter().map(line).collect();
    assert_eq!(
        shown,
        [
            "0 start, +here, here.late@9 = here",
            "1 again, by here.again, tries=1",
            "2 again, ignored, no here.again (tries < param.most)",
        ]
    );
}

#[test]
fn the_hash_is_that_of_what_is_said_and_set() {
    let plain = hash(TEXT, &[]);
    assert_eq!(
        plain,
        hash(&TEXT.replace("version: 1\n", "version:   1   # the first\n\n"), &[])
    );
    assert_ne!(plain, hash(&TEXT.replace("5 ms", "6 ms"), &[]));
    assert_ne!(plain, hash(TEXT, &[("most", "3")]));
    let both = hash(TEXT, &[("most", "3"), ("wait", "6 ms")]);
    assert_eq!(both, hash(TEXT, &[("wait", "6 ms"), ("most", "3")]));
    assert_eq!(both, hash(TEXT, &[("most", "9"), ("wait", "6 ms"), ("most", "3")]));
}

#[test]
fn what_is_set_must_exist_and_fit() {
    let rows = [
        ("mots", "3", "`mots` is set, and no parameter is called so"),
        ("most", "many", "the parameter `most` is int, not `many`"),
        ("wait", "3", "the parameter `wait` is duration, not `3`"),
        ("mood", "glad", "not `glad`"),
    ];
    for (name, value, expected) in rows {
        let reading = load(TEXT, &[(name, value)]);
        assert!(reading.workflow.is_none());
        assert!(findings(&reading).contains(expected), "{}", findings(&reading));
    }
}

#[test]
fn parameters_and_roles_come_from_other_files() {
    let main = "workflow: a\nversion: 1\nuses: [shared.yaml, people.yaml]\nevents: {call: {sent_by: agent}}\n\
                start: here\nstates: {here: {timers: {late: {after: param.wait, go: here}}}}\n";
    let files = |shared| {
        let sources = MapSources::from_iter([
            ("a.yaml", main),
            ("shared.yaml", shared),
            ("people.yaml", "roles: [agent]\n"),
        ]);
        read(&sources, "a.yaml", &Options::default())
    };
    let reading = files("parameters: {wait: {is: 2 h}}\n");
    assert!(reading.workflow.is_some(), "{}", findings(&reading));
    let misspelt = findings(&files("parameters: {wait: {is: 2 h}}\nrolse: [agent]\n"));
    assert!(misspelt.contains("this file has no key `rolse`"), "{misspelt}");
}
