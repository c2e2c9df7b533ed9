//! The lints' own files: pages that are carried out, and how findings look.

use caseloop::layers::lint::ALL;
use caseloop::layers::syntax::render::{Human, human};
use caseloop::proof::Bounds;
use caseloop::{
    CompileOptions, Compiled, DirectorySources, Language, LevelSet, LintLevel, LintOptions, MapSources, Sources,
    lint_with,
};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn folder(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../caseloop-lint")
        .join(below)
}

/// Every lint as strict as it can be.
fn strictest() -> LintOptions {
    let all = LevelSet {
        code: "all".to_owned(),
        level: LintLevel::Deny,
        by: "--deny all".to_owned(),
    };
    LintOptions { levels: vec![all] }
}

/// All that is said of a file, guarantees included.
fn linted(sources: &dyn Sources, path: &str, lints: &LintOptions) -> Compiled {
    let mut compiled = lint_with(sources, path, &CompileOptions::default(), lints);
    compiled.prove(&Bounds::default());
    compiled
}

fn codes(compiled: &Compiled) -> BTreeSet<&str> {
    compiled.diagnostics().iter().map(|finding| finding.code.name).collect()
}

/// The YAML blocks of a page from a heading to the next.
fn blocks(page: &str, heading: &str) -> Vec<String> {
    let section = page
        .split("\n## ")
        .find_map(|part| part.strip_prefix(heading))
        .unwrap_or_default();
    let fenced = section.split("```yaml\n").skip(1);
    fenced
        .map(|block| block.split("```").next().unwrap().to_owned())
        .collect()
}

/// The files of a folder, without those in folders of it.
fn names(below: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder(below)).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn every_page_shows_what_it_says() {
    let mut wanting = Vec::new();
    for lint in ALL {
        let (name, page) = (lint.code.name, lint.page_in(Language::English));
        assert!(page.starts_with(&format!("# {name}\n")), "{name}");
        assert_eq!(headings(page), ["Why", "Wrong", "Right", "Fix"], "{name}");
        let beside = blocks(page, "Fix");
        let named = beside.iter().map(|block| {
            (
                block.lines().next().unwrap().strip_prefix("# ").unwrap(),
                block.as_str(),
            )
        });
        let [wrong, right] = ["Wrong", "Right"].map(|heading| blocks(page, heading).remove(0));
        for (text, expected) in [(&wrong, BTreeSet::from([name])), (&right, BTreeSet::new())] {
            let sources = MapSources::from_iter(named.clone().chain([("file.yaml", text.as_str())]));
            let compiled = linted(&sources, "file.yaml", &LintOptions::default());
            if codes(&compiled) != expected {
                wanting.push(format!("{name}\n{text}\n{}", compiled.human(Human::default())));
            }
        }
    }
    assert!(wanting.is_empty(), "{}", wanting.join("\n"));
}

/// The headings below the title.
fn headings(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_prefix("## ")).collect()
}

#[test]
fn every_page_is_there_in_chinese_with_the_same_files() {
    let mut pages: Vec<String> = ALL.iter().map(|lint| format!("{}.md", lint.code.name)).collect();
    pages.sort();
    assert_eq!(names("docs"), pages);
    assert_eq!(names("docs/zh"), pages);
    for lint in ALL {
        let name = lint.code.name;
        let [english, chinese] = [Language::English, Language::Chinese].map(|language| lint.page_in(language));
        assert!(chinese.starts_with(&format!("# {name}\n\n")), "{name}");
        assert_eq!(
            headings(chinese),
            ["为什么", "错误示例", "正确示例", "如何修改"],
            "{name}"
        );
        // Prose and fenced blocks by turns.
        let [english, chinese] = [english, chinese].map(|page| page.split("```").collect::<Vec<_>>());
        assert_eq!(english.len(), chinese.len(), "{name}");
        for (place, (english, chinese)) in english.iter().zip(&chinese).enumerate() {
            if place % 2 == 1 {
                assert_eq!(english, chinese, "{name}");
            } else {
                assert_eq!(headings(english).len(), headings(chinese).len(), "{name}");
            }
        }
        let prose = chinese.iter().step_by(2).flat_map(|part| part.lines());
        for line in prose.skip(1).filter(|line| !line.is_empty()) {
            assert!(is_chinese(line), "{name}: {line}");
        }
    }
}

/// Whether a line is in Chinese, written as `lang/zh/README.md` asks: punctuation is full-width outside of backticks, and a space
/// stands between Chinese and backticks, digits or Latin letters.
fn is_chinese(line: &str) -> bool {
    let line = line.trim_start_matches("## ");
    let han = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
    let other = |letter: char| letter == '`' || letter.is_ascii_alphanumeric();
    // What stands in backticks is left out, the backticks are not.
    let bare: Vec<char> = line
        .split('`')
        .step_by(2)
        .collect::<Vec<_>>()
        .join("``")
        .chars()
        .collect();
    let touching = |pair: &[char]| han(pair[0]) && other(pair[1]) || other(pair[0]) && han(pair[1]);
    bare.iter().any(|letter| han(*letter))
        && !bare.iter().any(|letter| ",;:.?!()\"".contains(*letter))
        && !bare.windows(2).any(touching)
}

#[test]
fn findings_look_so() {
    let mut wanting = Vec::new();
    for lint in ALL {
        let name = lint.code.name;
        let folder = folder("tests/ui").join(name);
        let compiled = linted(&DirectorySources::new(&folder), "wrong.yaml", &LintOptions::default());
        if codes(&compiled) != BTreeSet::from([name]) {
            wanting.push(format!("{name}\n{}", compiled.human(Human::default())));
            continue;
        }
        insta::with_settings!({snapshot_path => folder, prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!("wrong", compiled.human(Human::default()));
        });
    }
    assert!(wanting.is_empty(), "{}", wanting.join("\n"));
}

#[test]
fn shipped_files_are_clean_at_the_strictest_level() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workflows");
    let mut suppressed = 0;
    for folder in std::fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
    {
        for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if file.extension().is_none_or(|ending| ending != "yaml") {
                continue;
            }
            let path = file.strip_prefix(&root).unwrap().to_str().unwrap();
            let compiled = lint_with(
                &DirectorySources::new(&root),
                path,
                &CompileOptions::default(),
                &strictest(),
            );
            let shown = human(compiled.diagnostics(), compiled.files(), Human::default());
            assert!(compiled.diagnostics().is_empty(), "{path}\n{shown}");
            suppressed += compiled.allowed().len();
        }
    }
    assert_eq!(suppressed, 0);
}

#[test]
fn levels_are_no_part_of_the_content_hash() {
    let plain = "workflow: a\nversion: 1\nevents: {end: {}}\nstart: here\nstates: {here: {when: {end: {go: over}}}, over: {final: true}}\n";
    let own = format!("{plain}lints: {{all: deny}}\n");
    let used = format!("{plain}uses: [lints.yaml, days.yaml]\n");
    let without = format!("{plain}uses: [days.yaml]\n");
    let hash = |text: &str| {
        let sources = MapSources::from_iter([
            ("a.yaml", text),
            ("lints.yaml", "lints: {all: deny}\n"),
            ("days.yaml", "parameters: {patience: {is: 3 days}}\n"),
        ]);
        let compiled = lint_with(&sources, "a.yaml", &CompileOptions::default(), &LintOptions::default());
        compiled.workflow().unwrap().identity().hash
    };
    assert_eq!(hash(plain), hash(&own));
    assert_eq!(hash(&without), hash(&used));
    assert_ne!(hash(plain), hash(&without));
}

#[test]
fn two_used_files_do_not_both_set_a_level() {
    let plain = "workflow: a\nversion: 1\nuses: [one.yaml, two.yaml]\nevents: {end: {}}\nstart: here\nstates: {here: {when: {end: {go: over}}}, over: {final: true}}\n";
    let sources = |text: &str| {
        MapSources::from_iter([
            ("a.yaml", text.to_owned()),
            ("one.yaml", "lints: {dead-end: deny}\n".to_owned()),
            ("two.yaml", "lints: {dead-end: warn}\n".to_owned()),
        ])
    };
    let said = |text: &str| {
        let compiled = linted(&sources(text), "a.yaml", &LintOptions::default());
        let all = compiled.diagnostics().iter();
        all.map(|finding| finding.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(said(plain), ["two files say how much `dead-end` weighs"]);
    assert_eq!(said(&format!("{plain}lints: {{dead-end: allow}}\n")), [] as [String; 0]);
}
