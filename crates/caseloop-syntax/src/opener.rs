//! Where the quote or bracket was opened that is open still when reading stops. A guess from the lines just before,
//! good enough to point at; nothing is decided by it.

use std::ops::Range;

/// So many lines are looked back; what was opened earlier is seldom what an author has in mind.
const LINES: usize = 30;

/// The quotes and brackets that are open before byte `at`, the innermost last, each with its place.
pub(crate) fn open_before(source: &str, at: usize) -> Vec<(usize, char)> {
    let before = source.get(..at).unwrap_or_default();
    let start = before.rmatch_indices('\n').nth(LINES).map_or(0, |(feed, _)| feed + 1);
    let window: Range<usize> = start..before.len();
    let mut open: Vec<(usize, char)> = Vec::new();
    // The last character that is no space: a value starts after `:`, `-`, `,` or a bracket.
    let mut previous = '\n';
    let mut comment = false;
    let mut white = true;
    for (offset, letter) in source.get(window).unwrap_or_default().char_indices() {
        let quoted = open
            .last()
            .map(|(_, opener)| *opener)
            .filter(|opener| matches!(opener, '"' | '\''));
        let starts = matches!(previous, '\n' | ':' | '-' | ',' | '[' | '{');
        match letter {
            '\n' => comment = false,
            _ if comment => continue,
            _ if quoted == Some(letter) => {
                open.pop();
            }
            _ if quoted.is_some() => continue,
            '#' if white => comment = true,
            '"' | '\'' | '[' | '{' if starts => open.push((start + offset, letter)),
            ']' | '}' => {
                open.pop();
            }
            _ => {}
        }
        white = letter.is_whitespace();
        if !white || letter == '\n' {
            previous = letter;
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::open_before;

    #[test]
    fn what_is_open_is_found() {
        for (text, expected) in [
            ("a: {b: c\n", &[(3, '{')][..]),
            ("a: 'b\nc: d\n", &[(3, '\'')]),
            ("a: it's\n", &[]),
            ("a: {b: [c, \"d", &[(3, '{'), (7, '['), (11, '"')]),
            ("a: {b: [c]} # {\n", &[]),
            ("a: \"{\"\n- [x\n", &[(9, '[')]),
        ] {
            assert_eq!(open_before(text, text.len()), expected, "{text}");
        }
    }
}
