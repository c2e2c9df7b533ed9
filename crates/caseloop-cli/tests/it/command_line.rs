//! Help, version, and command lines that are not understood.

use crate::Folder;

#[test]
fn help_names_every_command_option_and_exit_code() {
    let folder = Folder::new();
    let pages = [
        "--help",
        "check --help",
        "lint --help",
        "explain --help",
        "run --help",
        "graph --help",
        "replay --help",
        "schema --help",
        "calendar eval --help",
    ];
    let pages: Vec<String> = pages.iter().map(|page| folder.run(page).expect(0).shown()).collect();
    insta::assert_snapshot!("help", pages.join("\n==========\n"));
}

#[test]
fn the_version_is_the_packages() {
    let done = Folder::new().run("--version").expect(0);
    assert_eq!(done.out, concat!("caseloop ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn a_command_line_that_is_not_understood_ends_in_2() {
    let folder = Folder::with_call();
    for (arguments, message) in [
        ("", "Usage: caseloop"),
        ("chekc call.yaml", "'check'"),
        ("check", "<PATH>"),
        ("check call.yaml --set patience", "a parameter is set as `name=value`"),
        (
            "check call.yaml --format xml",
            "possible values: human, json, sarif, github",
        ),
        ("run call.yaml", "--events <FILE>"),
        ("replay call.yaml", "<JOURNAL>"),
    ] {
        let done = folder.run(arguments).expect(2);
        assert!(
            done.err.contains(message) && done.out.is_empty(),
            "{arguments}: {done:#?}"
        );
    }
}

#[test]
fn what_cannot_be_read_ends_in_2() {
    let folder = Folder::with_call()
        .with("events.jsonl", "")
        .with("roles.yaml", "roles: [agent]")
        .with("empty/x.txt", "");
    for (arguments, message) in [
        (
            "check nothing.yaml",
            "error: nothing.yaml: there is no such file or folder\n",
        ),
        (
            "check call.yaml/x",
            "error: call.yaml/x: there is no such file or folder\n",
        ),
        (
            "check empty",
            "error: empty: there is no *.yaml or *.yml file in this folder\n",
        ),
        (
            "run nothing.yaml --events events.jsonl",
            "error: nothing.yaml: there is no such file or folder\n",
        ),
        ("run . --events events.jsonl", "error: .: this is no file\n"),
        (
            "run roles.yaml --events events.jsonl",
            "error: roles.yaml: there is no workflow in this file\n",
        ),
        (
            "run call.yaml --events nothing",
            "error: nothing: there is no such file or folder\n",
        ),
        (
            "run call.yaml --events empty",
            "error: empty: this is a folder, where a file is expected\n",
        ),
        (
            "run call.yaml --events events.jsonl --snapshot no/x",
            "error: no/x: there is no such file or folder\n",
        ),
        (
            "run call.yaml --events events.jsonl --snapshot ./events.jsonl",
            "error: ./events.jsonl: the snapshot would overwrite what is read\n",
        ),
        (
            "replay call.yaml nothing",
            "error: nothing: there is no such file or folder\n",
        ),
    ] {
        assert_eq!(folder.run(arguments).expect(2).err, message, "{arguments}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_news() {
    let folder = Folder::with_call();
    let events: String = (0..20_000)
        .map(|case| format!("{{\"at\": \"2023-10-01T14:20:00Z\", \"case\": \"{case}\", \"start\": {{}}}}\n"))
        .collect();
    let folder = folder.with("events.jsonl", events);
    let mut command = std::process::Command::new(crate::folder::PROGRAM);
    command
        .args(["run", "call.yaml", "--events", "events.jsonl"])
        .current_dir(folder.path());
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let done = child.wait_with_output().unwrap();
    assert_eq!((done.status.code(), done.stderr), (Some(141), Vec::new()));
}
