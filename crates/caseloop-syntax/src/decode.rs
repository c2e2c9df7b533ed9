//! From the bytes of a file to its text: encoding, size and control characters. YAML begins in `parse`.

use crate::codes::{CONTROL_CHARACTER, FILE_TOO_LARGE, NOT_UTF8};
use crate::files::offset;
use crate::{Diagnostic, FileId, Files, Limits, Report, Span};
use std::sync::Arc;

/// Keeps `bytes` as the file at `path`; the flag says whether they are text and fit the limit. Where they do not, that
/// is reported, and what is kept shows the place.
pub(crate) fn open(
    path: &str,
    bytes: &[u8],
    limits: &Limits,
    files: &mut Files,
    report: &mut Report,
) -> (FileId, bool) {
    if bytes.len() > limits.bytes {
        let file = files.add(path, "");
        report.push(too_large(Span::new(file, 0, 0), bytes.len(), limits.bytes));
        return (file, false);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (files.add(path, Arc::from(text)), true),
        Err(error) => {
            let file = files.add(path, String::from_utf8_lossy(bytes).into_owned());
            report.push(not_utf8(file, bytes, error.valid_up_to()));
            (file, false)
        }
    }
}

pub(crate) fn too_large(span: Span, size: usize, limit: usize) -> Diagnostic {
    Diagnostic::error(
        &FILE_TOO_LARGE,
        span,
        format!("the file has {size} bytes, the limit is {limit}"),
    )
    .help("split it into several files that are listed in `uses`")
}

fn not_utf8(file: FileId, bytes: &[u8], at: usize) -> Diagnostic {
    // What is kept shows U+FFFD, three bytes long, in the place of the first byte that does not fit.
    let span = Span::new(file, offset(at), offset(at + '\u{fffd}'.len_utf8()));
    let found = bytes.get(at).copied().unwrap_or_default();
    let finding = Diagnostic::error(&NOT_UTF8, span, format!("the byte 0x{found:02x} is no UTF-8 text"));
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => finding.help("the file is UTF-16; save it as UTF-8"),
        _ => finding.help("save the file as UTF-8 (it may be GBK, Big5 or Latin-1 now)"),
    }
}

/// The first character that has no business in a text file, if there is one.
pub(crate) fn control_character(file: FileId, text: &str) -> Option<Diagnostic> {
    let bytes = text.as_bytes();
    let (at, letter) = text.char_indices().find(|(at, letter)| match letter {
        '\r' => bytes.get(at + 1) != Some(&b'\n'),
        '\n' | '\t' | '\u{85}' => false,
        '\u{fffe}' | '\u{ffff}' => true,
        _ => letter.is_control(),
    })?;
    let span = Span::new(file, offset(at), offset(at + letter.len_utf8()));
    let finding = Diagnostic::error(&CONTROL_CHARACTER, span, format!("control character {}", name(letter)));
    Some(match letter {
        '\r' => finding.help("end lines with a line feed, or with carriage return and line feed"),
        _ => finding.help("delete it; a text that needs it stands in double quotes with an escape such as `\\u001b`"),
    })
}

fn name(letter: char) -> String {
    let number = u32::from(letter);
    match letter {
        '\0' => "NUL (U+0000)".to_owned(),
        '\r' => "carriage return (U+000D) without a line feed".to_owned(),
        '\u{1b}' => "ESC (U+001B)".to_owned(),
        _ => format!("U+{number:04X}"),
    }
}
