//! From a piece of a decoded scalar back to its letters in the source. It decodes nothing: the decoded text is given,
//! and is laid beside the source rule by rule; where the two do not fit, there is no answer.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// How the letters of the source became the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// No quotes: only line breaks are folded.
    Plain,
    /// `'…'`: also `''` is one quote.
    Single,
    /// `"…"`: also backslash escapes.
    Double,
    /// `|` or `>`: white space is rearranged, other letters are kept.
    Block,
}

/// A scalar's place in its file.
pub(crate) struct Alignment {
    source: Arc<str>,
    /// The letters between the quotes, or of the block without its header.
    content: Range<usize>,
    form: Form,
    segments: OnceLock<Option<Vec<Segment>>>,
}

impl fmt::Debug for Alignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Alignment")
            .field(&self.form)
            .field(&self.content)
            .finish()
    }
}

/// A piece of text and the piece of source that it came from. Pieces of equal length correspond byte by byte;
/// others only as a whole.
#[derive(Clone, Copy, Debug)]
struct Segment {
    text: usize,
    text_len: usize,
    source: usize,
    source_len: usize,
}

impl Segment {
    fn is_verbatim(&self) -> bool {
        self.text_len == self.source_len
    }
}

impl Alignment {
    pub(crate) fn new(source: Arc<str>, content: Range<usize>, form: Form) -> Self {
        Self {
            source,
            content,
            form,
            segments: OnceLock::new(),
        }
    }

    /// The source of the bytes `range` of `text`, the text that this scalar was decoded to.
    pub(crate) fn locate(&self, text: &str, range: Range<usize>) -> Option<Range<usize>> {
        text.get(range.clone())?;
        let content = self.source.get(self.content.clone())?;
        if content.len() == text.len() && content == text {
            return Some(self.content.start + range.start..self.content.start + range.end);
        }
        let segments = self.segments.get_or_init(|| {
            let walk = Walk::new(text, content);
            match self.form {
                Form::Block => walk.block(),
                form => walk.flow(form),
            }
        });
        let found = locate(segments.as_ref()?, range);
        Some(self.content.start + found.start..self.content.start + found.end)
    }
}

fn locate(segments: &[Segment], range: Range<usize>) -> Range<usize> {
    let start = start_of(segments, range.start);
    if range.is_empty() {
        return start..start;
    }
    let last = range.end - 1;
    let end = match holding(segments, last) {
        Some(segment) if segment.is_verbatim() => segment.source + (range.end - segment.text),
        Some(segment) => segment.source + segment.source_len,
        None => start,
    };
    start..end.max(start)
}

fn start_of(segments: &[Segment], at: usize) -> usize {
    match holding(segments, at) {
        Some(segment) if segment.is_verbatim() => segment.source + (at - segment.text),
        Some(segment) => segment.source,
        None => segments.last().map_or(0, |last| last.source + last.source_len),
    }
}

fn holding(segments: &[Segment], at: usize) -> Option<&Segment> {
    let index = segments.partition_point(|segment| segment.text + segment.text_len <= at);
    segments.get(index)
}

/// Two cursors, one in the text and one in the source.
struct Walk<'a> {
    text: &'a str,
    source: &'a str,
    text_at: usize,
    source_at: usize,
    segments: Vec<Segment>,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str, source: &'a str) -> Self {
        Self {
            text,
            source,
            text_at: 0,
            source_at: 0,
            segments: Vec::new(),
        }
    }

    fn flow(mut self, form: Form) -> Option<Vec<Segment>> {
        while let Some(next) = self.source_rest().chars().next() {
            if is_white(next) {
                self.flow_white()?;
            } else if form == Form::Double && next == '\\' {
                self.escape()?;
            } else if form == Form::Single && next == '\'' {
                self.pair(1, 2)?;
            } else {
                self.same(next.len_utf8())?;
            }
        }
        self.finish()
    }

    /// White space between words of a flow scalar: kept within a line, folded where lines end in it.
    fn flow_white(&mut self) -> Option<()> {
        let white = white_prefix(self.source_rest());
        match breaks(white) {
            0 => self.same(white.len()),
            1 => self.becomes(" ", white.len()),
            many => self.becomes(&"\n".repeat(many - 1), white.len()),
        }
    }

    fn escape(&mut self) -> Option<()> {
        let after = self.source_rest().get(1..)?;
        let digits = match after.chars().next()? {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '\n' | '\r' => {
                // The break itself vanishes; each empty line after it is a line feed.
                let white = white_prefix(after);
                return self.becomes(&"\n".repeat(breaks(white) - 1), 1 + white.len());
            }
            other => return self.pair(self.next_text_len()?, 1 + other.len_utf8()),
        };
        let mut length = 2 + digits;
        // Two halves of a surrogate pair are one letter.
        let high = after
            .get(1..3)
            .is_some_and(|hex| matches!(hex.as_bytes(), [b'd' | b'D', b'8'..=b'9' | b'a'..=b'b' | b'A'..=b'B']));
        if digits == 4 && high {
            length *= 2;
        }
        self.pair(self.next_text_len()?, length)
    }

    /// A block scalar: every letter is kept, only white space differs.
    fn block(mut self) -> Option<Vec<Segment>> {
        loop {
            let written = white_prefix(self.source_rest());
            let read = white_prefix(self.text_rest());
            self.block_white(written, read)?;
            match self.source_rest().chars().next() {
                Some(letter) => self.same(letter.len_utf8())?,
                None => return self.finish(),
            }
        }
    }

    /// Spaces before the first break correspond from the left, those after the last from the right; what lies
    /// between (breaks, indentation, empty lines) corresponds as a whole.
    fn block_white(&mut self, written: &str, read: &str) -> Option<()> {
        if breaks(written) == 0 && written == read {
            return self.same(read.len());
        }
        let left = common(written.bytes(), read.bytes());
        let (written, read) = (written.get(left..)?, read.get(left..)?);
        let right = common(written.bytes().rev(), read.bytes().rev());
        self.same(left)?;
        self.pair(read.len() - right, written.len() - right)?;
        self.same(right)
    }

    /// The same bytes on both sides.
    fn same(&mut self, length: usize) -> Option<()> {
        let source = self.source_rest().get(..length)?;
        if !self.text_rest().starts_with(source) {
            return None;
        }
        let (text_at, source_at) = (self.text_at, self.source_at);
        match self.segments.last_mut() {
            Some(last)
                if last.is_verbatim()
                    && last.text + last.text_len == text_at
                    && last.source + last.source_len == source_at =>
            {
                last.text_len += length;
                last.source_len += length;
                self.text_at += length;
                self.source_at += length;
                Some(())
            }
            _ => self.pair(length, length),
        }
    }

    /// `text` stands for the next `source_len` bytes of the source.
    fn becomes(&mut self, text: &str, source_len: usize) -> Option<()> {
        if !self.text_rest().starts_with(text) {
            return None;
        }
        self.pair(text.len(), source_len)
    }

    fn pair(&mut self, text_len: usize, source_len: usize) -> Option<()> {
        self.text_rest().get(..text_len)?;
        self.source_rest().get(..source_len)?;
        if text_len > 0 {
            self.segments.push(Segment {
                text: self.text_at,
                text_len,
                source: self.source_at,
                source_len,
            });
        }
        self.text_at += text_len;
        self.source_at += source_len;
        Some(())
    }

    fn finish(self) -> Option<Vec<Segment>> {
        (self.text_at == self.text.len()).then_some(self.segments)
    }

    fn next_text_len(&self) -> Option<usize> {
        self.text_rest().chars().next().map(char::len_utf8)
    }

    fn text_rest(&self) -> &'a str {
        self.text.get(self.text_at..).unwrap_or_default()
    }

    fn source_rest(&self) -> &'a str {
        self.source.get(self.source_at..).unwrap_or_default()
    }
}

fn is_white(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r')
}

fn white_prefix(text: &str) -> &str {
    let length = text.find(|letter| !is_white(letter)).unwrap_or(text.len());
    text.get(..length).unwrap_or_default()
}

/// The reader refuses a carriage return that stands alone, so line feeds are all the breaks there are.
fn breaks(white: &str) -> usize {
    white.bytes().filter(|byte| *byte == b'\n').count()
}

/// How many spaces and tabs two runs begin with in common.
fn common(one: impl Iterator<Item = u8>, other: impl Iterator<Item = u8>) -> usize {
    one.zip(other)
        .take_while(|(a, b)| a == b && matches!(a, b' ' | b'\t'))
        .count()
}
