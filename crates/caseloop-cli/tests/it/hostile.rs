//! Files made to hurt: each ends in a placed finding and exit code 1.

use crate::Folder;
use crate::folder::CALL;

/// A file and the code of a finding in it.
#[track_caller]
fn check(text: impl AsRef<[u8]>, code: &str) {
    let done = Folder::new().with("x.yaml", text).run("check .").expect(1);
    let finding = done
        .out
        .split("error[")
        .find(|finding| finding.starts_with(&format!("{code}]: ")));
    assert!(
        finding.is_some_and(|finding| finding.contains("--> x.yaml:")),
        "{:.2000}",
        done.out
    );
    assert!(done.out.len() < 100_000, "{:.2000}", done.out);
    assert_eq!(done.err, "");
}

#[test]
fn an_alias_bomb_is_counted_not_written_out() {
    let mut text = "workflow: bomb\na0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let items = vec![format!("*a{}", level - 1); 9].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    check(text, "too-many-values");
}

#[test]
fn nesting_ends() {
    check(format!("workflow: x\na: {}", "[".repeat(100_000)), "nesting-too-deep");
    check("{a: ".repeat(100_000), "nesting-too-deep");
}

#[test]
fn fifty_megabytes_are_not_read() {
    check(format!("workflow: {}\n", "x".repeat(50 << 20)), "file-too-large");
    check(format!("workflow: {}\n", "x".repeat(100_000)), "text-too-long");
}

#[test]
fn what_other_readers_guess_at_is_a_finding() {
    check("workflow: a\nworkflow: b\n", "duplicate-key");
    check(b"workflow: \xff\xfe\n", "not-utf8");
    check("", "empty-document");
    check("# nothing\n", "empty-document");
    check("workflow: a\nstates:\n\tringing: {final: true}\n", "tab-indentation");
    check(format!("{}\n---\n{CALL}", CALL.trim()), "second-document");
    check(
        "workflow: a\nbase: &b {final: true}\nstates: {done: {<<: *b}}\nstart: done\n",
        "merge-key",
    );
    check("workflow: !!python/object a\n", "yaml-tag");
    check("workflow: [\n", "unclosed");
    check("- workflow\n", "unknown-kind");
}

#[test]
fn yaml_1_1_booleans_are_words() {
    let flag = CALL.replace("case:\n", "case:\n  urgent: {type: bool, default: yes}\n");
    let done = Folder::new().with("x.yaml", flag).run("check .").expect(1);
    assert!(
        done.out.contains("error[misfit-default]") && done.out.contains(" --> x.yaml:8:33"),
        "{}",
        done.out
    );
    let state = CALL.replace("done", "no");
    let done = Folder::new().with("x.yaml", state).run("check .").expect(1);
    assert!(done.out.contains("error[reserved-name]"), "{}", done.out);
}

#[test]
fn a_circle_of_uses_ends() {
    let folder = Folder::new()
        .with("x.yaml", CALL.replacen("version: 1", "uses: b.yaml", 1))
        .with("b.yaml", "roles: [x]\nuses: c.yaml\n")
        .with("c.yaml", "roles: [y]\nuses: b.yaml\n");
    let done = folder.run("check x.yaml").expect(1);
    assert!(
        done.out.contains("error[use-cycle]") && done.out.contains(" --> c.yaml:2:"),
        "{}",
        done.out
    );
}

#[test]
fn a_thousand_mistakes_are_counted_beyond_a_hundred() {
    let states: String = (0..1_000).map(|n| format!("  s{n}: {{wehn: {{}}}}\n")).collect();
    let done = Folder::new()
        .with("x.yaml", format!("workflow: x\nstart: s0\nstates:\n{states}"))
        .run("check .")
        .expect(1);
    assert!(done.out.ends_with(" more findings left out\n"), "{:.2000}", done.out);
}

#[test]
#[cfg(unix)]
fn a_pipe_is_not_waited_for() {
    let folder = Folder::new().with("x.yaml", "workflow: a\nuses: pipe.yaml\n");
    let made = std::process::Command::new("mkfifo")
        .arg(folder.path().join("pipe.yaml"))
        .status()
        .unwrap();
    assert!(made.success());
    let done = folder.run("check x.yaml").expect(1);
    assert!(done.out.contains("error[file-unreadable]"), "{}", done.out);
    assert_eq!(
        folder.run("check pipe.yaml").expect(2).err,
        "error: pipe.yaml: this is no file\n"
    );
}
