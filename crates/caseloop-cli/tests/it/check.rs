//! `caseloop check`: which files are read, what is said of them, and how it ends.

use crate::Folder;
use crate::folder::CALL;

const BROKEN: &str = "workflow: broken\nstart: ringign\nstates:\n  ringing:\n    wehn: {}\n  done: {final: true}\n";

#[test]
fn every_yaml_file_below_a_folder_is_checked() {
    let folder = Folder::with_call()
        .with("a/b/deep.yml", CALL)
        .with("roles.yaml", "roles: [agent]\n")
        .with("notes.txt", "workflow: [")
        .with(".hidden/x.yaml", "workflow: [")
        .with(".x.yaml", "workflow: [");
    assert_eq!(folder.run("check .").expect(0).out, "3 files checked, no errors\n");
    assert_eq!(
        folder.run("check . call.yaml a a/b/deep.yml").expect(0).out,
        "3 files checked, no errors\n"
    );
}

#[test]
fn findings_are_placed_and_counted() {
    let folder = Folder::with_call()
        .with("sub/broken.yaml", BROKEN)
        .with("kpis.yaml", "kpis: {}\n");
    insta::assert_snapshot!("findings", folder.run("check .").expect(1).shown());
    let colored = folder.run("check sub --color always").expect(1);
    assert!(colored.out.contains("\u{1b}["));
    assert!(colored.out.contains("sub/broken.yaml"));
    for plain in ["check sub", "check sub --color never"] {
        assert!(!folder.run(plain).expect(1).out.contains('\u{1b}'));
    }
}

#[test]
fn json_holds_the_findings_of_all_files() {
    let folder = Folder::with_call()
        .with("sub/broken.yaml", BROKEN)
        .with("kpis.yaml", "kpis: {}\n");
    let done = folder.run("check call.yaml kpis.yaml sub --format json").expect(1);
    let all: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(
        (&all["version"], &all["files"], &all["notes"]),
        (&1.into(), &3.into(), &1.into())
    );
    let findings = all["findings"].as_array().unwrap();
    let codes: Vec<&str> = findings
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect();
    assert!(
        codes.contains(&"not-read") && codes.contains(&"unknown-key"),
        "{codes:?}"
    );
    assert_eq!(findings.last().unwrap()["place"]["file"], "sub/broken.yaml");
    assert_eq!(all["errors"].as_u64().unwrap() as usize, findings.len() - 1);
    assert_eq!(done.err, "");
}

#[test]
fn calendars_are_checked() {
    let good = "calendars:\n  office: {zone: Asia/Shanghai, weekly: {mon-fri: [\"09:00-18:00\"]}}\n";
    let folder = Folder::new().with("days.yaml", good);
    assert_eq!(folder.run("check .").expect(0).out, "1 file checked, no errors\n");
    let folder = folder.with("days.yaml", good.replace("Shanghai", "Shangai"));
    let done = folder.run("check days.yaml").expect(1);
    assert!(
        done.out
            .starts_with("error[unknown-zone]: there is no time zone `Asia/Shangai`"),
        "{}",
        done.out
    );
    assert!(done.out.ends_with("\n1 file checked, 1 error\n"), "{}", done.out);
}

#[test]
fn rules_are_checked() {
    let good = "score: points\ncase: {many: bool}\nadd:\n  - {if: many, points: 20}\n";
    let folder = Folder::new().with("points.yaml", good);
    assert_eq!(folder.run("check .").expect(0).out, "1 file checked, no errors\n");
    let folder = folder.with("points.yaml", good.replace("if: many", "if: mony"));
    let done = folder.run("check points.yaml").expect(1);
    assert!(done.out.contains("did you mean `many`?"), "{}", done.out);
}

#[test]
fn other_kinds_are_notes() {
    for kind in ["kpis", "jobs", "privacy", "migration"] {
        let done = Folder::new()
            .with("x.yaml", format!("{kind}: {{}}\n"))
            .run("check .")
            .expect(0);
        assert!(
            done.out
                .starts_with(&format!("note[not-read]: a file of the kind `{kind}` is not read")),
            "{}",
            done.out
        );
        assert!(
            done.out.ends_with("1 file checked, no errors, 1 note\n"),
            "{}",
            done.out
        );
    }
    let done = Folder::new()
        .with("x.yaml", "workflwo: call\n")
        .run("check .")
        .expect(1);
    assert!(
        done.out.contains("unknown-kind") && done.out.contains("`workflow`"),
        "{}",
        done.out
    );
}

#[test]
fn a_mistake_in_a_shared_file_is_reported_once() {
    let shared = "parameters:\n  patience: {is: 30 s, iss: 1}\n";
    let user = CALL.replace("parameters:\n  patience: {is: 30 s}\n", "uses: shared.yaml\n");
    let folder = Folder::new()
        .with("a.yaml", &user)
        .with("b.yaml", &user)
        .with("shared.yaml", shared);
    let done = folder.run("check .").expect(1);
    assert_eq!(done.out.matches("error[unknown-key]").count(), 1, "{}", done.out);
    assert!(done.out.ends_with("3 files checked, 1 error\n"), "{}", done.out);
}

#[test]
fn uses_stay_below_the_root() {
    let user = CALL.replace("parameters:\n  patience: {is: 30 s}\n", "uses: ../shared/times.yaml\n");
    let folder = Folder::new()
        .with("hotline/call.yaml", user)
        .with("shared/times.yaml", "parameters:\n  patience: {is: 30 s}\n");
    // The current directory is the root of a file below it; a folder is its own root.
    assert_eq!(
        folder.run("check hotline/call.yaml shared/times.yaml").expect(0).out,
        "2 files checked, no errors\n"
    );
    folder.run("check .").expect(0);
    let done = folder.run("check hotline").expect(1);
    assert!(
        done.out.contains("error[use-outside-root]") && done.out.contains("--> hotline/call.yaml:"),
        "{}",
        done.out
    );
    // From elsewhere, the file's folder is the root.
    let elsewhere = Folder::new();
    let path = folder.path().join("hotline/call.yaml");
    let done = elsewhere.run(&format!("check {}", path.display())).expect(1);
    assert!(
        done.out.contains("error[use-outside-root]") && done.out.contains(path.to_str().unwrap()),
        "{}",
        done.out
    );
    let root = folder.path().display();
    elsewhere.run(&format!("check {root}")).expect(0);
}

#[test]
fn parameters_are_set_where_they_exist() {
    let other = CALL
        .replace("patience", "waiting")
        .replace("workflow: call", "workflow: other");
    let folder = Folder::with_call().with("other.yaml", other);
    folder
        .run_words(&["check", ".", "--set", "patience=45 s"], b"")
        .expect(0);
    folder
        .run_words(&["check", ".", "--set", "patience=45 s", "--set", "waiting = 2 h"], b"")
        .expect(0);
    let done = folder.run("check . --set patience=soon").expect(1);
    assert!(
        done.out.contains("error[misfit-default]") && done.out.contains("--> call.yaml:"),
        "{}",
        done.out
    );
    let done = folder.run("check . --set patienec=45").expect(2);
    assert_eq!(
        done.err,
        "error: no workflow that was checked has the parameter `patienec`; did you mean `patience`?\n"
    );
}

#[test]
#[cfg(unix)]
fn links_lead_nowhere_else() {
    use std::os::unix::fs::symlink;
    let outside = Folder::with_call();
    let folder = Folder::with_call().with("sub/call.yaml", CALL);
    symlink(folder.path(), folder.path().join("sub/loop")).unwrap();
    symlink("loop2", folder.path().join("loop2")).unwrap();
    symlink(outside.path(), folder.path().join("sub/outside")).unwrap();
    assert_eq!(folder.run("check .").expect(0).out, "2 files checked, no errors\n");

    symlink("../call.yaml", folder.path().join("sub/inside.yaml")).unwrap();
    assert_eq!(folder.run("check .").expect(0).out, "2 files checked, no errors\n");

    symlink(outside.path().join("call.yaml"), folder.path().join("sub/link.yaml")).unwrap();
    let done = folder.run("check .").expect(1);
    assert!(
        done.out.contains("error[file-unreadable]") && done.out.contains("leads out of the folder"),
        "{}",
        done.out
    );

    symlink("turn.yaml", folder.path().join("turn.yaml")).unwrap();
    let done = folder.run("check .").expect(2);
    assert!(done.err.starts_with("error: ./turn.yaml: "), "{}", done.err);
}

#[test]
#[cfg(unix)]
fn names_that_no_path_can_have_are_named() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::with_call().with("a:b.yaml", CALL).with("c\nd.yaml", CALL);
    let name = std::ffi::OsStr::from_bytes(b"\xff.yaml");
    std::fs::write(folder.path().join(name), CALL).unwrap();
    let done = folder.run("check .").expect(2);
    assert_eq!(done.out, "1 file checked, no errors\n");
    assert_eq!(done.err.lines().count(), 3, "{}", done.err);
    assert!(
        done.err.contains("error: a:b.yaml: ") && done.err.contains("the name is not UTF-8"),
        "{}",
        done.err
    );
}
