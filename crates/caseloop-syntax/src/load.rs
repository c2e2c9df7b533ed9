//! One load: the file that was asked for and every file that it uses, each read once. What documents mean is not
//! known here, except their kind and the key `uses`.

use crate::codes::{
    FILE_NOT_FOUND, FILE_TOO_LARGE, FILE_UNREADABLE, MALFORMED_PATH, TOO_MANY_FILES, USE_CYCLE, USE_OUTSIDE_ROOT,
};
use crate::kind::kind_of;
use crate::path::{PathSlip, folder, resolve};
use crate::{
    Applicability, Diagnostic, FileId, Files, Kind, Limits, Node, Report, SourceError, Sources, Span, decode, parse,
    sheet,
};

/// A file that was read.
#[derive(Clone, Debug)]
pub struct Document {
    /// Which file.
    pub file: FileId,
    /// Its tree: a mapping.
    pub root: Node,
    /// What it is, by its first key.
    pub kind: Kind,
    /// What its key `uses` leads to, in its order; entries that lead nowhere are left out.
    pub uses: Vec<Used>,
}

/// An entry of `uses`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used {
    /// Where it stands.
    pub span: Span,
    /// The file that it names.
    pub file: FileId,
}

/// What a load gave.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The file that was asked for, then the files that it uses, each before those that it uses itself, in the order
    /// in which they are first mentioned. Files that could not be read are left out.
    pub documents: Vec<Document>,
    /// Whether every file could be read. Where not, a name that is not found may stand in one that was left out, and
    /// saying so would be noise.
    pub complete: bool,
}

/// Opens `path`, a path from the root of `sources`, and every file that it uses, directly or not.
///
/// `uses: other.yaml` or `uses: [a.yaml, ../b.yaml]` names files relative to the folder of the file that says so, and
/// `csv: sheet.csv` of a table the file in which its rules stand: the value is then the list of its rows.
/// `None` where the file that was asked for cannot be read; everything wrong is in `report`. Every file that was
/// opened is in `files`, unreadable ones too, so that every finding can be shown.
///
/// ```
/// use caseloop_syntax::{Files, Kind, Limits, MapSources, Report, load};
/// let sources = MapSources::from_iter([
///     ("flows/a.yaml", "workflow: a\nuses: ../days.yaml\n"),
///     ("days.yaml", "calendars: {}\n"),
/// ]);
/// let (mut files, mut report) = (Files::default(), Report::default());
/// let loaded = load(&sources, "flows/a.yaml", &Limits::default(), &mut files, &mut report).unwrap();
/// let kinds: Vec<Kind> = loaded.documents.iter().map(|document| document.kind).collect();
/// assert_eq!(kinds, [Kind::Workflow, Kind::Calendars]);
/// assert!(loaded.complete && report.diagnostics().is_empty());
/// ```
pub fn load(
    sources: &dyn Sources,
    path: &str,
    limits: &Limits,
    files: &mut Files,
    report: &mut Report,
) -> Option<Loaded> {
    let mut loader = Loader {
        sources,
        limits,
        files,
        report,
        bytes: 0,
        values: 0,
        asked: 1,
        opened: Vec::new(),
        documents: Vec::new(),
        complete: true,
        gave_up: false,
    };
    loader.start(path);
    let main = *loader.opened.first()?;
    let documents = loader.documents;
    let complete = loader.complete;
    let asked_for = documents.first().is_some_and(|document| document.file == main);
    asked_for.then_some(Loaded { documents, complete })
}

struct Loader<'l> {
    sources: &'l dyn Sources,
    limits: &'l Limits,
    files: &'l mut Files,
    report: &'l mut Report,
    bytes: usize,
    values: usize,
    /// Files that were asked of the sources, found or not.
    asked: usize,
    opened: Vec<FileId>,
    documents: Vec<Document>,
    complete: bool,
    /// A limit was reached, so that no further file is opened.
    gave_up: bool,
}

/// A file whose `uses` are being followed.
struct Frame {
    file: FileId,
    /// The entry that led here; for the first file there is none.
    from: Option<Span>,
    entries: Vec<Node>,
    next: usize,
}

/// An entry of `uses`: what it says and where.
struct Use {
    path: String,
    span: Span,
}

impl Loader<'_> {
    fn start(&mut self, path: &str) {
        let resolved = resolve("", path);
        let readable = resolved.as_deref().unwrap_or(path);
        let bytes = match &resolved {
            Ok(path) => self.sources.read(path),
            Err(_) => Err(SourceError::NotFound),
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) => {
                let file = self.files.add(readable, "");
                let finding = cannot_read(&error, Span::new(file, 0, 0), readable, self.limits);
                self.report.push(finding);
                self.opened.push(file);
                return;
            }
        };
        let mut stack: Vec<Frame> = Vec::new();
        stack.extend(self.open(readable, &bytes, None));
        while let Some(frame) = stack.last_mut() {
            let Some(entry) = frame.entries.get(frame.next).cloned() else {
                stack.pop();
                continue;
            };
            frame.next += 1;
            let user = frame.file;
            let folder = folder(self.files.path(frame.file)).to_owned();
            let Some(found) = self.entry(&entry, &folder) else {
                continue;
            };
            let known = self.opened.iter().find(|id| self.files.path(**id) == found.path);
            if let Some(known) = known.copied() {
                self.used(user, found.span, known);
                let at = stack.iter().position(|frame| frame.file == known);
                if let Some(circle) = at.and_then(|at| stack.get(at + 1..)) {
                    let finding = cycle(&found, circle, self.files);
                    self.report.push(finding);
                    self.complete = false;
                }
                continue;
            }
            let next = self.follow(&found);
            if let Some(next) = &next {
                self.used(user, found.span, next.file);
            }
            stack.extend(next);
        }
    }

    fn used(&mut self, user: FileId, span: Span, file: FileId) {
        let mut documents = self.documents.iter_mut();
        if let Some(document) = documents.find(|document| document.file == user) {
            document.uses.push(Used { span, file });
        }
    }

    /// Reads the entry of `uses` and opens nothing.
    fn entry(&mut self, entry: &Node, folder: &str) -> Option<Use> {
        let written = entry.word("a path to a file", self.report);
        let Some(written) = written else {
            self.complete = false;
            return None;
        };
        match resolve(folder, written) {
            Ok(path) => Some(Use { path, span: entry.span }),
            Err(slip) => {
                let finding = malformed(slip, written, entry);
                self.report.push(finding);
                self.complete = false;
                None
            }
        }
    }

    fn follow(&mut self, found: &Use) -> Option<Frame> {
        let bytes = self.bytes_of(found)?;
        self.open(&found.path, &bytes, Some(found.span))
    }

    /// The table with the rows of its sheet in the place of the path to it.
    fn with_sheet(&mut self, document: Document, path: &str) -> Option<Document> {
        let named = document.root.entry("csv").filter(|node| node.text().is_some());
        let Some(entry) = named.filter(|_| document.kind == Kind::Table).cloned() else {
            return Some(document);
        };
        let found = self.entry(&entry, folder(path))?;
        let bytes = self.bytes_of(&found)?;
        let file = self.text_of(&found.path, &bytes, Some(found.span))?;
        let text = self.files.get(file)?.shared_text();
        let (rows, values) = sheet::rows(file, &text, &self.limits_left(), self.report)?;
        self.values = self.values.saturating_add(values);
        let entries = document.root.as_map().unwrap_or_default().iter().cloned();
        let entries = entries.map(|(key, node)| match &*key.name {
            "csv" => (key, rows.clone()),
            _ => (key, node),
        });
        let root = document.root.with_entries(entries.collect::<Vec<_>>());
        Some(Document { root, ..document })
    }

    /// The bytes of one more file; what is wrong is reported.
    fn bytes_of(&mut self, found: &Use) -> Option<Vec<u8>> {
        if self.gave_up {
            return None;
        }
        if self.asked >= self.limits.files {
            let message = format!(
                "one load opens at most {} files, and this is one more",
                self.limits.files
            );
            self.report
                .push(Diagnostic::error(&TOO_MANY_FILES, found.span, message));
            self.gave_up = true;
            self.complete = false;
            return None;
        }
        self.asked += 1;
        match self.sources.read(&found.path) {
            Ok(bytes) => Some(bytes.into_owned()),
            Err(error) => {
                let finding = cannot_read(&error, found.span, &found.path, self.limits);
                self.report.push(finding);
                self.complete = false;
                None
            }
        }
    }

    /// Keeps a file; `None` where it holds no text, or more than is allowed.
    fn text_of(&mut self, path: &str, bytes: &[u8], from: Option<Span>) -> Option<FileId> {
        self.bytes = self.bytes.saturating_add(bytes.len());
        let (file, readable) = decode::open(path, bytes, self.limits, self.files, self.report);
        self.opened.push(file);
        if readable && self.bytes > self.limits.total_bytes {
            let limit = self.limits.total_bytes;
            let message = format!("the files of this load have more than {limit} bytes together");
            let span = from.unwrap_or(Span::new(file, 0, 0));
            self.report.push(Diagnostic::error(&FILE_TOO_LARGE, span, message));
            self.gave_up = true;
            self.complete = false;
            return None;
        }
        readable.then_some(file)
    }

    /// Reads a file and keeps its document; the frame lists what it uses.
    fn open(&mut self, path: &str, bytes: &[u8], from: Option<Span>) -> Option<Frame> {
        let file = self.text_of(path, bytes, from);
        let read = file.and_then(|file| self.read(file));
        let Some(document) = read.and_then(|document| self.with_sheet(document, path)) else {
            self.complete = false;
            return None;
        };
        let uses = document
            .root
            .as_map()
            .into_iter()
            .flatten()
            .find(|(key, _)| &*key.name == "uses");
        let entries = uses.map(|(_, value)| value.list_or_one().to_vec()).unwrap_or_default();
        let file = document.file;
        self.documents.push(document);
        Some(Frame {
            file,
            from,
            entries,
            next: 0,
        })
    }

    fn limits_left(&self) -> Limits {
        Limits {
            nodes: self.limits.nodes.saturating_sub(self.values),
            ..*self.limits
        }
    }

    fn read(&mut self, file: FileId) -> Option<Document> {
        let text = self.files.get(file)?.shared_text();
        let built = parse::tree(file, &text, &self.limits_left(), self.report)?;
        self.values = self.values.saturating_add(built.weight);
        let kind = kind_of(&built.node, self.report)?;
        Some(Document {
            file,
            root: built.node,
            kind,
            uses: Vec::new(),
        })
    }
}

fn cannot_read(error: &SourceError, span: Span, path: &str, limits: &Limits) -> Diagnostic {
    match error {
        SourceError::NotFound => Diagnostic::error(&FILE_NOT_FOUND, span, format!("there is no file `{path}`"))
            .help("a path in `uses` is relative to the folder of the file that it stands in"),
        SourceError::TooLarge => {
            let message = format!("the file `{path}` is too large, the limit is {} bytes", limits.bytes);
            Diagnostic::error(&FILE_TOO_LARGE, span, message)
        }
        other => Diagnostic::error(
            &FILE_UNREADABLE,
            span,
            format!("the file `{path}` cannot be read: {other}"),
        ),
    }
}

fn cycle(found: &Use, circle: &[Frame], files: &Files) -> Diagnostic {
    let path = &found.path;
    let message = match circle {
        [] => format!("the file `{path}` uses itself"),
        _ => format!("the file `{path}` is used in a circle"),
    };
    let mut finding =
        Diagnostic::error(&USE_CYCLE, found.span, message).label(format!("and this leads back to `{path}`"));
    for frame in circle {
        if let Some(from) = frame.from {
            finding = finding.also(
                from,
                format!("`{}` uses `{}`", files.path(from.file), files.path(frame.file)),
            );
        }
    }
    finding.help("move what both need into a file of its own")
}

fn malformed(slip: PathSlip, written: &str, entry: &Node) -> Diagnostic {
    let span = entry.span;
    let error = |message: String| Diagnostic::error(&MALFORMED_PATH, span, message);
    match slip {
        PathSlip::Empty => error("an empty path, where a path to a file is expected".to_owned()),
        PathSlip::Absolute => error("an absolute path, where a path relative to this file is expected".to_owned())
            .help("start it with the name of a folder, or with `../`"),
        PathSlip::Colon => error("a path with a `:`, where a path relative to this file is expected".to_owned())
            .help("drive letters and addresses are not read; start it with the name of a folder, or with `../`"),
        PathSlip::Control => error("a path with a control character".to_owned()),
        PathSlip::Outside => {
            let message = format!("`{written}` leads out of the directory that is loaded");
            Diagnostic::error(&USE_OUTSIDE_ROOT, span, message)
                .help("keep the file below the directory that is loaded, or load from further up")
        }
        PathSlip::Backslash => {
            // Only the separators are replaced, so that quotes stay as they are.
            let slashes = written.replace('\\', "/");
            let whole = entry.part(0..written.len());
            error("a path with `\\`, where `/` stands between the parts".to_owned()).fix(
                format!("write `{slashes}`"),
                whole,
                slashes,
                Applicability::Safe,
            )
        }
    }
}
