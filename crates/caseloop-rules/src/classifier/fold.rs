//! Texts as they are compared: letters of one width and case, runs of white space as one space, what is not seen left
//! out. Folding twice changes nothing. Traditional and simplified forms stay apart.

/// Where each byte of a folded text came from: byte offsets into the text as it was written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins(Vec<usize>);

impl Origins {
    /// The bytes of the written text that became the bytes `from..to` of the folded one.
    pub(crate) fn of(&self, from: usize, to: usize) -> (usize, usize) {
        let at = |place: usize| self.0.get(place).or(self.0.last()).copied().unwrap_or(0);
        (at(from), at(to))
    }
}

/// Appends the folded form of a text.
pub(crate) fn fold(text: &str, out: &mut String) {
    let mut spaced = true;
    for letter in text.chars() {
        push(letter, &mut spaced, out);
    }
    trim(out);
}

/// The folded form of a text.
pub(crate) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold(text, &mut out);
    out
}

/// The folded form of a text with the way back.
pub(crate) fn fold_with_origins(text: &str) -> (String, Origins) {
    let (mut out, mut origins, mut spaced) = (String::with_capacity(text.len()), Vec::new(), true);
    for (at, letter) in text.char_indices() {
        push(letter, &mut spaced, &mut out);
        origins.resize(out.len(), at);
    }
    trim(&mut out);
    origins.truncate(out.len());
    let end = origins.last().map_or(0, |last| {
        let letter = text.get(*last..).and_then(|rest| rest.chars().next());
        last + letter.map_or(0, char::len_utf8)
    });
    origins.push(end);
    (out, Origins(origins))
}

#[inline]
fn push(letter: char, spaced: &mut bool, out: &mut String) {
    match fold_letter(letter) {
        Some(' ') => {
            if !*spaced {
                out.push(' ');
            }
            *spaced = true;
        }
        Some(folded) => {
            out.push(folded);
            *spaced = false;
        }
        None => {}
    }
}

fn trim(out: &mut String) {
    if out.ends_with(' ') {
        out.pop();
    }
}

/// The letter that stands for another in a folded text; nothing for what is not seen.
pub(crate) fn fold_letter(letter: char) -> Option<char> {
    if letter.is_ascii() {
        return Some(match letter.is_ascii_whitespace() || letter.is_ascii_control() {
            true => ' ',
            false => letter.to_ascii_lowercase(),
        });
    }
    match letter {
        '\u{4e00}'..='\u{9fff}' => Some(letter),
        // The full-width forms of ASCII.
        '\u{ff01}'..='\u{ff5e}' => {
            let narrow = char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter);
            Some(narrow.to_ascii_lowercase())
        }
        '\u{2018}' | '\u{2019}' => Some('\''),
        '\u{201c}' | '\u{201d}' => Some('"'),
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => None,
        // Letters that other cases lead to, but that are lower case themselves.
        '\u{17f}' => Some('s'),
        'ς' => Some('σ'),
        _ if letter.is_whitespace() || letter.is_control() => Some(' '),
        _ => {
            let mut lower = letter.to_lowercase();
            let first = lower.next().unwrap_or(letter);
            Some(if first == 'ς' { 'σ' } else { first })
        }
    }
}

/// Whether a letter is part of a word that spaces part from others, as in English.
pub(crate) fn joins(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || (!letter.is_ascii() && letter.is_alphanumeric() && !stands_alone(letter))
}

/// Whether a letter is a word by itself: Chinese and Japanese characters.
pub(crate) fn stands_alone(letter: char) -> bool {
    matches!(letter, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// What ends a stretch of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ends {
    /// A sentence.
    Sentence,
    /// A sentence or a part of one, at a comma.
    Clause,
}

/// How many words stand in a folded text, a Chinese character being one and a run of other letters one; `None` where
/// they are more than `most` or it ends among them.
pub(crate) fn words_within(text: &str, most: usize, ends: Ends) -> Option<usize> {
    let (mut words, mut inside) = (0, false);
    for letter in text.chars() {
        match letter {
            '.' | '!' | '?' | ';' | '。' => return None,
            ',' | '、' if ends == Ends::Clause => return None,
            _ => {}
        }
        let begins = match (joins(letter), inside) {
            (true, false) => true,
            (true, true) => false,
            (false, _) => stands_alone(letter),
        };
        inside = joins(letter);
        words += usize::from(begins);
        if words > most {
            return None;
        }
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::{Ends, fold_with_origins, folded, words_within};
    use proptest::prelude::*;

    #[test]
    fn width_case_and_space_are_one() {
        for (text, expected) in [
            ("  ＲＥＦＵＮＤ　please\r\n\tNOW ", "refund please now"),
            ("我要退款！！", "我要退款!!"),
            ("don\u{2019}t", "don't"),
            ("re\u{200b}fund \u{212a}", "refund k"),
            ("ΣΑΣ", "σασ"),
            ("", ""),
        ] {
            assert_eq!(folded(text), expected);
        }
    }

    #[test]
    fn words_are_characters_or_runs_of_letters() {
        for (text, most, expected) in [
            ("", 0, Some(0)),
            ("退款 please now", 4, Some(4)),
            ("退款 please now", 3, None),
            ("a-b c3", 9, Some(3)),
            ("退, 款", 9, None),
            ("退。款", 9, None),
            ("naïve 问", 2, Some(2)),
        ] {
            assert_eq!(words_within(text, most, Ends::Clause), expected, "{text}");
        }
    }

    #[test]
    fn a_comma_ends_a_clause_and_no_sentence() {
        assert_eq!(words_within("退, 款", 9, Ends::Sentence), Some(2));
        assert_eq!(words_within("退! 款", 9, Ends::Sentence), None);
    }

    proptest! {
        #[test]
        fn folding_again_changes_nothing(text in any::<String>()) {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once);
        }

        #[test]
        fn every_piece_has_its_origin(text in any::<String>(), a in 0usize..40, b in 0usize..40) {
            let (found, origins) = fold_with_origins(&text);
            prop_assert_eq!(&found, &folded(&text));
            let cut = |at: usize| (0..=at.min(found.len())).rev().find(|at| found.is_char_boundary(*at)).unwrap();
            let (from, to) = (cut(a.min(b)), cut(a.max(b)));
            let (start, end) = origins.of(from, to);
            let written = text.get(start..end);
            prop_assert!(written.is_some());
            // What stands there folds to the same, spaces at its ends aside.
            let again = folded(written.unwrap());
            prop_assert_eq!(again.trim(), found[from..to].trim());
        }
    }
}
