//! A sheet of comma-separated values (RFC 4180) as a tree: a list of rows, each a list of cells with their places. What
//! the columns mean is not known here.

use crate::codes::TOO_MANY_VALUES;
use crate::files::offset;
use crate::part::{Alignment, Form};
use crate::{Diagnostic, FileId, Limits, Node, NodeValue, Report, Scalar, Span, Style, decode};
use csv_core::{ReadFieldResult, Reader, ReaderBuilder};
use std::ops::Range;
use std::sync::Arc;

/// The rows of a sheet, and how many values they are.
///
/// Cells are parted by `,`; by `;` or a tab where the first line has no comma. A byte order mark is passed over, and so
/// are empty lines. [`harmless`] cells are read as they were before.
pub(crate) fn rows(file: FileId, source: &Arc<str>, limits: &Limits, report: &mut Report) -> Option<(Node, usize)> {
    if let Some(finding) = decode::control_character(file, source) {
        report.push(finding);
        return None;
    }
    let mut sheet = Sheet {
        source,
        reader: reader(source),
        at: if source.starts_with('\u{feff}') { 3 } else { 0 },
        text: vec![0; 256],
    };
    let (mut rows, mut cells, mut values) = (Vec::new(), Vec::new(), 0_usize);
    while let Some((cell, ends)) = sheet.cell(file) {
        values += 1;
        if values > limits.nodes {
            let message = format!("the sheet has more than {} cells", limits.nodes);
            report.push(Diagnostic::error(&TOO_MANY_VALUES, cell.span, message));
            return None;
        }
        cells.push(cell);
        if ends {
            rows.push(row(std::mem::take(&mut cells)));
        }
    }
    let whole = Span::new(file, 0, offset(source.len()));
    Some((Node::made_list(whole, rows), values))
}

/// A cell that a spreadsheet would take for a formula has a `'` put before it; the sheet's reader takes it away again.
///
/// ```
/// use caseloop_syntax::harmless;
/// assert_eq!(harmless("= 5"), "'= 5");
/// assert_eq!(harmless("'= 5"), "''= 5");
/// assert_eq!((harmless("-"), harmless("-5"), harmless("a = 5")), ("-".into(), "-5".into(), "a = 5".into()));
/// ```
#[must_use]
pub fn harmless(text: &str) -> String {
    let number = text
        .strip_prefix('-')
        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    match is_formula(text.trim_start_matches('\'')) && !number {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@'])
}

fn row(cells: Vec<Node>) -> Node {
    let span = match (cells.first(), cells.last()) {
        (Some(first), Some(last)) => Span::new(first.span.file, first.span.start, last.span.end),
        _ => Span::default(),
    };
    Node::made_list(span, cells)
}

fn reader(source: &str) -> Reader {
    let head = source.lines().next().unwrap_or_default();
    let delimiter = match (head.contains(','), head.contains(';'), head.contains('\t')) {
        (false, true, _) => b';',
        (false, false, true) => b'\t',
        _ => b',',
    };
    ReaderBuilder::new().delimiter(delimiter).build()
}

struct Sheet<'s> {
    source: &'s Arc<str>,
    reader: Reader,
    at: usize,
    text: Vec<u8>,
}

impl Sheet<'_> {
    /// The next cell, and whether its row ends with it.
    fn cell(&mut self, file: FileId) -> Option<(Node, bool)> {
        let start = self.at;
        let mut written = 0;
        let ends = loop {
            let input = self.source.as_bytes().get(self.at..).unwrap_or_default();
            let output = self.text.get_mut(written..).unwrap_or_default();
            let (found, read, wrote) = self.reader.read_field(input, output);
            self.at += read;
            written += wrote;
            match found {
                ReadFieldResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                // What comes after the last byte is asked for with no bytes at all.
                ReadFieldResult::InputEmpty => {}
                ReadFieldResult::Field { record_end } => break record_end,
                ReadFieldResult::End => return None,
            }
        };
        let text = self
            .text
            .get(..written)
            .and_then(|text| std::str::from_utf8(text).ok())?;
        Some((node(file, self.source, start..self.at, text), ends))
    }
}

/// The node of a cell whose letters, with what parts it from others, stand at `place`.
fn node(file: FileId, source: &Arc<str>, place: Range<usize>, text: &str) -> Node {
    let raw = source.get(place.clone()).unwrap_or_default();
    let before = raw.len() - raw.trim_start_matches(['\r', '\n']).len();
    let raw = raw.trim_matches(['\r', '\n']);
    let quoted = raw.starts_with('"');
    let raw = match (quoted, raw.rfind('"')) {
        (true, Some(end)) if end > 0 => raw.get(..=end).unwrap_or(raw),
        _ => raw.strip_suffix([',', ';', '\t']).unwrap_or(raw),
    };
    let start = place.start + before;
    let mut content = match quoted && raw.len() > 1 {
        true => start + 1..start + raw.len() - 1,
        false => start..start + raw.len(),
    };
    let text = match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest.trim_start_matches('\'')) => {
            content.start += 1;
            rest
        }
        _ => text,
    };
    let scalar = Scalar {
        text: text.into(),
        style: if quoted { Style::Quoted } else { Style::Plain },
        alignment: Alignment::new(source.clone(), content, Form::Plain),
    };
    let span = Span::new(file, offset(start), offset(start + raw.len()));
    Node::new(span, NodeValue::Scalar(Arc::new(scalar)))
}
