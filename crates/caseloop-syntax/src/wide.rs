//! Full-width punctuation and its ASCII forms. Whether a text may hold it is the caller's decision.

use crate::codes::FULL_WIDTH_PUNCTUATION;
use crate::files::offset;
use crate::{Applicability, Diagnostic, Edit, FileId, Fix, Span};
use std::ops::Range;

/// Whether `letter` is the full-width twin of a character that the language or YAML gives a meaning.
pub(crate) fn is_wide(letter: char) -> bool {
    ascii(letter).is_some()
}

fn ascii(letter: char) -> Option<&'static str> {
    Some(match letter {
        '：' => ":",
        '，' => ",",
        '（' => "(",
        '）' => ")",
        '“' | '”' => "\"",
        '‘' | '’' => "'",
        '！' => "!",
        '＝' => "=",
        '＜' => "<",
        '＞' => ">",
        '\u{3000}' => " ",
        _ => return None,
    })
}

/// One finding for all full-width characters in `range` of `text`, or none where there are none. `commas` says whether
/// a comma may be put there without cutting the value.
pub(crate) fn check(file: FileId, text: &str, range: Range<usize>, commas: bool) -> Option<Diagnostic> {
    let piece = text.get(range.clone())?;
    let mut edits = Vec::new();
    let mut first = None;
    for (at, letter) in piece.char_indices().filter(|(_, letter)| is_wide(*letter)) {
        let end = at + letter.len_utf8();
        let span = Span::new(file, offset(range.start + at), offset(range.start + end));
        let before = piece.get(..at).unwrap_or_default();
        let after = text.get(range.start + end..).unwrap_or_default();
        first.get_or_insert((span, letter));
        edits.push(Edit {
            span,
            text: replacement(letter, before, after).to_owned(),
        });
    }
    let (span, letter) = first?;
    let form = ascii(letter).unwrap_or_default();
    let message = match letter {
        '\u{3000}' => "an ideographic space (U+3000) stands where a space is expected".to_owned(),
        _ => format!("the full-width `{letter}` stands where `{form}` is expected"),
    };
    // A quotation mark at the start would make YAML read a quoted text that ends in the middle of the value.
    let opens = piece.trim_start().starts_with(['“', '”', '‘', '’']);
    let closes =
        piece.trim_end().ends_with(['“', '”', '‘', '’']) && piece.chars().filter(|c| "“”‘’".contains(*c)).count() == 2;
    // How many spaces an ideographic one at the start of a line stands for is anybody's guess.
    let line_start = text
        .get(..range.start)
        .is_some_and(|before| before.is_empty() || before.ends_with('\n'));
    let indents = line_start && piece.starts_with('\u{3000}');
    let cuts = !commas && piece.contains('，');
    let safe = !indents && !cuts && (!opens || closes);
    let fix = Fix {
        title: "write the ASCII form".to_owned(),
        edits,
        applicability: if safe {
            Applicability::Safe
        } else {
            Applicability::Unsafe
        },
    };
    let mut finding = Diagnostic::error(&FULL_WIDTH_PUNCTUATION, span, message).help(
        "full-width punctuation belongs in titles and in quoted texts only; a text that holds it stands in quotes",
    );
    if opens && !safe {
        finding = finding.help("a condition starts with a word, not with a quotation mark");
    }
    finding.fix = Some(fix);
    Some(finding)
}

/// What is typed instead, with the space that YAML needs after a colon or comma.
fn replacement(letter: char, before: &str, after: &str) -> &'static str {
    let next = after.chars().next();
    let spaced = next.is_none_or(|next| next.is_whitespace());
    let between_digits = before.ends_with(|c: char| c.is_ascii_digit()) && next.is_some_and(|c| c.is_ascii_digit());
    let negates = before.is_empty() || before.ends_with([' ', '(', '（']);
    match letter {
        '：' if !spaced && !between_digits => ": ",
        '，' if !spaced => ", ",
        '！' if negates && next.is_some_and(char::is_alphabetic) => "not ",
        _ => ascii(letter).unwrap_or_default(),
    }
}
