//! `# allow CODE: reason`: comments that allow one finding, on its line or alone on the lines just above it. Which findings
//! there are is not known here.

use crate::Lint;
use caseloop_syntax::{Document, FileId, Node, NodeValue, SourceFile, Span, did_you_mean};

/// One code of a comment.
#[derive(Clone, Debug)]
pub(crate) struct Allow {
    pub(crate) code: String,
    /// Where the code is written.
    pub(crate) span: Span,
    /// Whether the comment says why.
    pub(crate) reason: bool,
    /// The line whose findings it allows, from 1; 0 where it stands above none.
    pub(crate) line: usize,
}

/// The comments of a file that allow something.
pub(crate) fn allows(document: &Document, file: &SourceFile) -> Vec<Allow> {
    let texts = texts(document);
    let mut found = Vec::new();
    // Comments that stand alone wait for the line that they are about.
    let mut waiting: Vec<usize> = Vec::new();
    let mut start = 0;
    for (number, line) in file.text().split_inclusive('\n').enumerate() {
        let comment = comment(line, start, &texts);
        let before = line.get(..comment.unwrap_or(line.len())).unwrap_or_default();
        let alone = before.trim().is_empty();
        if !(alone && comment.is_some()) {
            for position in waiting.drain(..) {
                let about: Option<&mut Allow> = found.get_mut(position);
                if let Some(allow) = about.filter(|_| !alone) {
                    allow.line = number + 1;
                }
            }
        }
        if let Some(at) = comment {
            let text = line.get(at..).unwrap_or_default();
            for mut allow in read(text, document.file, start + at) {
                if alone {
                    waiting.push(found.len());
                } else {
                    allow.line = number + 1;
                }
                found.push(allow);
            }
        }
        start += line.len();
    }
    found
}

/// Where the texts and keys of a file stand, in order: a `#` in one begins no comment.
fn texts(document: &Document) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    let mut waiting: Vec<&Node> = vec![&document.root];
    while let Some(node) = waiting.pop() {
        match &node.value {
            NodeValue::Null => {}
            NodeValue::Scalar(_) => found.push(node.definition().unwrap_or(node.span)),
            NodeValue::List(items) => waiting.extend(items.iter()),
            NodeValue::Map(entries) => {
                for (key, value) in entries.iter() {
                    found.push(key.span);
                    waiting.push(value);
                }
            }
        }
    }
    let own = found.into_iter().filter(|span| span.file == document.file);
    let mut own: Vec<(u32, u32)> = own.map(|span| (span.start, span.end)).collect();
    own.sort_unstable();
    own.dedup();
    own
}

/// Where in a line its comment begins.
fn comment(line: &str, start: usize, texts: &[(u32, u32)]) -> Option<usize> {
    let mut before = ' ';
    for (at, letter) in line.char_indices() {
        if letter == '#' && matches!(before, ' ' | '\t' | '\u{feff}') {
            let place = u32::try_from(start + at).ok()?;
            let after = texts.partition_point(|(from, _)| *from <= place);
            let text = after.checked_sub(1).and_then(|last| texts.get(last));
            if text.is_none_or(|(_, end)| *end <= place) {
                return Some(at);
            }
        }
        before = letter;
    }
    None
}

/// What a comment allows; nothing where it is about something else.
fn read(comment: &str, file: FileId, start: usize) -> Vec<Allow> {
    let text = comment.trim_start_matches('#');
    let lead = comment.len() - text.len();
    let words = text.trim_start();
    let Some(rest) = words.strip_prefix("allow").filter(|rest| rest.starts_with([' ', '\t'])) else {
        return Vec::new();
    };
    let from = start + lead + (text.len() - rest.len());
    let (codes, reason) = match rest.find([':', '：']) {
        Some(colon) => (
            rest.get(..colon).unwrap_or_default(),
            rest.get(colon..).unwrap_or_default(),
        ),
        None => (rest.trim_end(), ""),
    };
    let reason = !reason.trim_start_matches([':', '：']).trim().is_empty();
    let mut allows = Vec::new();
    let mut offset = from;
    for part in codes.split_inclusive([',', '，', '、']) {
        let code = part.trim_end_matches([',', '，', '、']);
        let lead = code.len() - code.trim_start().len();
        let code = code.trim();
        if !is_code(code) {
            // Some other sentence that begins so.
            return Vec::new();
        }
        let at = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        let place = offset + lead;
        allows.push(Allow {
            code: code.to_owned(),
            span: Span::new(file, at(place), at(place + code.len())),
            reason,
            line: 0,
        });
        offset += part.len();
    }
    allows
}

/// Whether a word is meant as a code: it is one, is near one, or has the shape of one.
fn is_code(word: &str) -> bool {
    let shaped = !word.is_empty() && word.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-');
    shaped && (word.contains('-') || Lint::find(word).is_some() || did_you_mean(word, codes()).is_some())
}

/// The code of every lint.
pub(crate) fn codes() -> impl Iterator<Item = &'static str> {
    crate::ALL.iter().map(|lint| lint.code.name)
}
