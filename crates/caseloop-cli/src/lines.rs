//! The lines of an input of any length, one at a time, in bounded memory.

use std::io::{BufRead, BufReader, Read, Result};

/// The longest line that is read, in bytes without its line feed: 1 MiB.
pub(crate) const LONGEST_LINE: usize = 1 << 20;

/// Reads lines that end with a line feed, with or without a carriage return before it; the last may lack it.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    reader: BufReader<R>,
    line: Vec<u8>,
    number: u64,
}

/// A line without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line<'l> {
    /// Its text.
    Text(&'l str),
    /// It is no UTF-8 from this byte on, counted from 1.
    NotUtf8(usize),
    /// It is longer than [`LONGEST_LINE`].
    TooLong,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(input: R) -> Self {
        Self {
            reader: BufReader::with_capacity(64 << 10, input),
            line: Vec::new(),
            number: 0,
        }
    }

    /// The next line with its number, from 1; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, Line<'_>)>> {
        self.line.clear();
        let mut read = 0_usize;
        loop {
            let piece = self.reader.fill_buf()?;
            if piece.is_empty() {
                break;
            }
            let (taken, ended) = match piece.iter().position(|byte| *byte == b'\n') {
                Some(end) => (end, true),
                None => (piece.len(), false),
            };
            // One byte beyond the limit is kept for a carriage return.
            let room = (LONGEST_LINE + 1).saturating_sub(self.line.len());
            self.line
                .extend_from_slice(piece.get(..taken.min(room)).unwrap_or_default());
            let used = taken + usize::from(ended);
            self.reader.consume(used);
            read = read.saturating_add(used);
            if ended {
                break;
            }
        }
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        Ok(Some((self.number, self.text())))
    }

    fn text(&self) -> Line<'_> {
        let mut line = self.line.strip_suffix(b"\r").unwrap_or(&self.line);
        if self.number == 1 {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        if line.len() > LONGEST_LINE {
            return Line::TooLong;
        }
        match std::str::from_utf8(line) {
            Ok(text) => Line::Text(text),
            Err(error) => Line::NotUtf8(error.valid_up_to() + 1),
        }
    }

    /// Whether the next line may have to be waited for.
    pub(crate) fn may_wait(&self) -> bool {
        self.reader.buffer().is_empty()
    }
}

impl Line<'_> {
    /// The text, or what is wrong with the line.
    pub(crate) fn read(&self) -> std::result::Result<&str, String> {
        match self {
            Self::Text(text) => Ok(text),
            Self::NotUtf8(byte) => Err(format!("the line is not UTF-8 from byte {byte} on")),
            Self::TooLong => Err(format!("the line is longer than {LONGEST_LINE} bytes")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_LINE, Line, Lines};

    #[track_caller]
    fn check(input: &[u8], expected: &[Line<'_>]) {
        let mut lines = Lines::new(input);
        for (number, line) in (1..).zip(expected) {
            assert_eq!(lines.next().unwrap(), Some((number, *line)));
        }
        assert_eq!(lines.next().unwrap(), None);
    }

    #[test]
    fn lines_end_in_any_usual_way() {
        check(b"", &[]);
        check(
            b"a\nb\r\n\nc",
            &[Line::Text("a"), Line::Text("b"), Line::Text(""), Line::Text("c")],
        );
        check(
            "\u{feff}a\n\u{feff}b".as_bytes(),
            &[Line::Text("a"), Line::Text("\u{feff}b")],
        );
        check(b"a\xff\nb", &[Line::NotUtf8(2), Line::Text("b")]);
    }

    #[test]
    fn the_limit_itself_is_read_and_one_more_is_not() {
        let longest = "x".repeat(LONGEST_LINE);
        check(
            format!("{longest}\r\n{longest}x\n{longest}{longest}\nb").as_bytes(),
            &[Line::Text(&longest), Line::TooLong, Line::TooLong, Line::Text("b")],
        );
    }
}
