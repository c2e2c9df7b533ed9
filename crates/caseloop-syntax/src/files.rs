//! The files of one load: their paths, their text, and the way from a byte offset to a line and a column.
//! Reading them is [`Sources`](crate::Sources)' work, showing them the renderers'.

use crate::{FileId, Span};
use std::sync::Arc;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// A place as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1. Lines end at a line feed, with or without a carriage return before it.
    pub line: usize,
    /// The column in Unicode scalar values, from 1: a Chinese character, an emoji and a tab count one each, and
    /// a byte order mark at the start of the file counts nothing.
    pub column: usize,
}

/// One file as it was opened.
#[derive(Clone, Debug)]
pub struct SourceFile {
    path: String,
    text: Arc<str>,
    line_starts: Vec<u32>,
}

impl SourceFile {
    fn new(path: String, text: Arc<str>) -> Self {
        let after_breaks = text.match_indices('\n').map(|(at, _)| offset(at + 1));
        let line_starts = std::iter::once(0).chain(after_breaks).collect();
        Self {
            path,
            text,
            line_starts,
        }
    }

    /// The path from the root, with `/` between its parts.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The text, byte order mark and line ends as they stand in the file.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// Line and column of the byte at `at`; an offset inside a character or beyond the end moves back to the
    /// nearest boundary.
    #[must_use]
    pub fn position(&self, at: u32) -> Position {
        let at = self.text.floor_char_boundary(at as usize);
        let line = self.line_starts.partition_point(|start| *start as usize <= at).max(1);
        let before = self.text.get(self.line_start(line)..at).unwrap_or_default();
        let mark = usize::from(line == 1 && before.starts_with(BYTE_ORDER_MARK));
        Position {
            line,
            column: before.chars().count() + 1 - mark,
        }
    }

    /// Offset of the first byte of `line` (from 1) after a byte order mark; the length of the text beyond the last.
    pub(crate) fn line_start(&self, line: usize) -> usize {
        let index = line.saturating_sub(1);
        self.line_starts
            .get(index)
            .map_or(self.text.len(), |start| *start as usize)
    }

    /// How many lines there are; text after the last line feed is one, even an empty one.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.line_starts.len()
    }

    /// The text of `line` (from 1) without its line end and without a byte order mark; empty beyond the last.
    #[must_use]
    pub fn line(&self, line: usize) -> &str {
        let text = self.text.get(self.line_start(line)..self.line_start(line + 1));
        let text = text.unwrap_or_default().trim_end_matches(['\n', '\r']);
        if line == 1 {
            text.trim_start_matches(BYTE_ORDER_MARK)
        } else {
            text
        }
    }
}

/// Every file that a load has opened, by [`FileId`]. The first is the file that was asked for.
///
/// ```
/// use caseloop_syntax::{Files, Position, Span};
/// let mut files = Files::default();
/// let id = files.add("a.yaml", "go: closed\n状态: x\n");
/// let span = Span::new(id, 19, 20);
/// assert_eq!(files.slice(span), "x");
/// assert_eq!(files.position(span), Position { line: 2, column: 5 });
/// ```
#[derive(Clone, Debug, Default)]
pub struct Files {
    files: Vec<SourceFile>,
}

impl Files {
    /// Keeps a file and gives it the next id.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(offset(self.files.len()));
        self.files.push(SourceFile::new(path.into(), text.into()));
        id
    }

    /// The file called `id`, if this load has opened it.
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The file with exactly this path from the root.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<FileId> {
        let index = self.files.iter().position(|file| file.path == path)?;
        Some(FileId(offset(index)))
    }

    /// The path of a file from the root; empty for an id of another load.
    #[must_use]
    pub fn path(&self, id: FileId) -> &str {
        self.get(id).map_or("", SourceFile::path)
    }

    /// The text of a file; empty for an id of another load.
    #[must_use]
    pub fn text(&self, id: FileId) -> &str {
        self.get(id).map_or("", SourceFile::text)
    }

    /// The text that a span covers; empty where the span does not fit the file.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        let text = self.text(span.file);
        text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Where a span starts.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        self.place(span.file, span.start)
    }

    /// Where a span ends: the place after its last character.
    #[must_use]
    pub fn end_position(&self, span: Span) -> Position {
        self.place(span.file, span.end)
    }

    /// The files with their ids, in the order in which they were opened.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files
            .iter()
            .enumerate()
            .map(|(index, file)| (FileId(offset(index)), file))
    }

    fn place(&self, file: FileId, at: u32) -> Position {
        let nowhere = Position { line: 1, column: 1 };
        self.get(file).map_or(nowhere, |file| file.position(at))
    }
}

/// Offsets are 32 bits wide; `Limits::bytes` keeps every file far below that.
pub(crate) fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
