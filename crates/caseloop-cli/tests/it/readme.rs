//! The example of the README, carried out as it stands there.

use crate::Folder;
use crate::folder::PROGRAM;
use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../../README.md");

/// The texts of the fenced blocks of a language.
fn blocks(language: &str) -> impl Iterator<Item = &'static str> {
    let fence = format!("```{language}\n");
    let starts: Vec<usize> = README.match_indices(&fence).map(|(at, _)| at + fence.len()).collect();
    starts
        .into_iter()
        .map(|start| README[start..].split("```").next().unwrap())
}

#[test]
#[cfg(unix)]
fn the_commands_print_what_the_readme_shows() {
    let folder = Folder::new()
        .with("call.yaml", blocks("yaml").next().unwrap())
        .with("calls.jsonl", blocks("json").next().unwrap());
    let programs = Path::new(PROGRAM).parent().unwrap();
    let path = format!("{}:/usr/bin:/bin", programs.display());
    let mut commands = 0;
    for block in blocks("console") {
        for command in block.split("$ ").filter(|command| !command.is_empty()) {
            let (line, expected) = command.split_once('\n').unwrap();
            let mut shell = Command::new("sh");
            shell
                .args(["-c", &format!("exec 2>&1; {line}")])
                .current_dir(folder.path())
                .env("PATH", &path);
            let done = shell.output().unwrap();
            assert_eq!(
                String::from_utf8(done.stdout).unwrap(),
                expected.trim_end_matches('\n').to_owned() + if expected.is_empty() { "" } else { "\n" },
                "{line}"
            );
            commands += 1;
        }
    }
    assert_eq!(commands, 5);
}

#[test]
fn every_key_of_a_line_of_events_is_in_the_readme() {
    for key in ["at", "case", "start", "event", "tick", "by", "data", "id", "occurred"] {
        assert!(README.contains(&format!("\n| `{key}` | ")), "{key}");
    }
}
