//! A temporary folder with files, and the program run in it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_caseloop");

/// A workflow that is small and has a bit of everything that `run` prints.
pub(crate) const CALL: &str = "
workflow: call
version: 1
roles: [agent, supervisor]
parameters:
  patience: {is: 30 s}
case:
  contact: {type: text, personal: last4, optional: true}
  score: {type: int, min: 1, max: 5, optional: true}
events:
  answered: {sent_by: agent, contact: {type: text, personal: last4}}
  rated: {score: {type: int, min: 1, max: 5}, kind: {one_of: [enquiry, complaint], optional: true}, details: {record: {floor: int, room: {type: int, optional: true}}, optional: true}}
  closed: {sent_by: agent}
effects:
  notify: {role: role}
start: ringing
states:
  ringing:
    waits_for: agent
    when:
      answered: {set: {contact: event.contact}, go: talking}
    timers:
      nobody: {after: param.patience, do: {notify: {role: supervisor}}, go: missed}
  talking:
    waits_for: agent
    when:
      rated: {if: event.score > 2, set: {score: event.score}}
      closed: {go: done}
    timers:
      nudge: {after: 1 h, every: 1 h, do: {notify: {role: agent}}}
  done: {final: done}
  missed: {final: missed}
";

/// The files that the shipped workflows share, by their path below `workflows`.
pub(crate) fn shared() -> Vec<(String, String)> {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workflows");
    let below = ["shared", "rules"].map(|below| {
        let entries = std::fs::read_dir(shipped.join(below)).unwrap();
        entries.map(move |entry| {
            let entry = entry.unwrap();
            let name = entry.file_name();
            let text = std::fs::read_to_string(entry.path()).unwrap();
            (format!("{below}/{}", name.to_str().unwrap()), text)
        })
    });
    below.into_iter().flatten().collect()
}

pub(crate) struct Folder(TempDir);

/// What a run of the program left.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A folder that holds `CALL` as `call.yaml`.
    pub(crate) fn with_call() -> Self {
        Self::new().with("call.yaml", CALL)
    }

    /// With the files that the shipped workflows share, for a workflow in a folder beside `shared` and `rules`.
    pub(crate) fn with_shared(self) -> Self {
        let files = shared().into_iter();
        files.fold(self, |folder, (path, text)| folder.with(&path, text))
    }

    pub(crate) fn with(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        let full = self.path().join(path);
        std::fs::create_dir_all(full.parent().unwrap()).unwrap();
        std::fs::write(full, bytes).unwrap();
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Runs the program with arguments that are separated by spaces.
    pub(crate) fn run(&self, arguments: &str) -> Done {
        self.run_on(arguments, b"")
    }

    /// Runs the program with a standard input.
    pub(crate) fn run_on(&self, arguments: &str, input: &[u8]) -> Done {
        let words: Vec<&str> = arguments.split(' ').filter(|argument| !argument.is_empty()).collect();
        self.run_words(&words, input)
    }

    /// Runs the program with arguments that hold spaces.
    pub(crate) fn run_words(&self, arguments: &[&str], input: &[u8]) -> Done {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).current_dir(self.path());
        command
            .env_remove("NO_COLOR")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // The program may end before it has read everything.
        let writer = std::thread::spawn(move || stdin.write_all(&input).is_ok());
        let done = child.wait_with_output().unwrap();
        writer.join().unwrap();
        done.into()
    }

    /// Runs `call.yaml` on these lines.
    pub(crate) fn events(&self, lines: &[&str]) -> Done {
        self.run_on("run call.yaml --events - --format jsonl", lines.join("\n").as_bytes())
    }
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Done {
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// Journal entries on standard output.
    pub(crate) fn entries(&self) -> Vec<serde_json::Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The program without its folder: for snapshots.
    pub(crate) fn shown(&self) -> String {
        format!("exit {}\n--- out\n{}--- err\n{}", self.code, self.out, self.err)
    }
}
