//! One row of a catalogue: an English text with holes, and what it is in another language. Fitting a finished text to it
//! gives the texts of the holes back.

/// An English text with holes, and its translation.
#[derive(Debug)]
pub(super) struct Template {
    /// The text before the first hole, between holes, and after the last: one more than there are holes.
    pieces: Vec<String>,
    /// For each hole whether it stands between backticks: what it holds is an author's word then.
    quoted: Vec<bool>,
    parts: Vec<Part>,
    /// The letters outside of holes: of two templates that fit, the one with more says more exactly what a text is.
    pub(super) weight: usize,
}

/// A part of the translation.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    /// What stood in a hole, translated, or `as_is`.
    Hole {
        index: usize,
        as_is: bool,
    },
}

/// How a hole may be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    /// Author's words hold no backtick.
    Strict,
    /// They may: an author wrote one.
    Loose,
}

/// The most places that are tried to fit one text to one template, against texts made to take long.
const MOST_STEPS: usize = 2_000;

impl Template {
    /// Reads `english` with `{}` for holes and `chinese` with `{0}`, `{1}`, … for what stood in them, `{0!}` where that is
    /// repeated as it is. `{{` and `}}` stand for braces. `None` where a brace means nothing or a hole is not there.
    pub(super) fn read(english: &str, chinese: &str) -> Option<Self> {
        let mut pieces = vec![String::new()];
        let mut quoted = Vec::new();
        for token in Tokens(english) {
            match token? {
                Token::Letter(letter) => pieces.last_mut()?.push(letter),
                Token::Hole("") => {
                    let quotes: usize = pieces.iter().map(|piece| piece.matches('`').count()).sum();
                    quoted.push(quotes % 2 == 1);
                    pieces.push(String::new());
                }
                Token::Hole(_) => return None,
            }
        }
        let mut parts = Vec::new();
        for token in Tokens(chinese) {
            match (token?, parts.last_mut()) {
                (Token::Letter(letter), Some(Part::Text(text))) => text.push(letter),
                (Token::Letter(letter), _) => parts.push(Part::Text(letter.to_string())),
                (Token::Hole(name), _) => {
                    let index = name.trim_end_matches('!').parse().ok()?;
                    quoted.get(index)?;
                    parts.push(Part::Hole {
                        index,
                        as_is: name.ends_with('!'),
                    });
                }
            }
        }
        let weight = pieces.iter().map(|piece| piece.chars().count()).sum();
        Some(Self {
            pieces,
            quoted,
            parts,
            weight,
        })
    }

    /// Tries the ways in which `text` fits, shortest holes first, until one is taken; whether one was. Each is the texts
    /// of the holes.
    pub(super) fn fit<'t>(&self, text: &'t str, quotes: Quotes, take: &mut dyn FnMut(&[&'t str]) -> bool) -> bool {
        let Some((first, rest)) = self.pieces.split_first() else {
            return false;
        };
        let Some(last) = rest.last() else {
            return text == first && take(&[]);
        };
        let Some(inner) = text.strip_prefix(first.as_str()) else {
            return false;
        };
        if !inner.ends_with(last.as_str()) {
            return false;
        }
        self.holes(inner, &mut Vec::new(), quotes, &mut MOST_STEPS.clone(), take)
    }

    fn holes<'t>(
        &self,
        text: &'t str,
        found: &mut Vec<&'t str>,
        quotes: Quotes,
        steps: &mut usize,
        take: &mut dyn FnMut(&[&'t str]) -> bool,
    ) -> bool {
        let Some(piece) = self.pieces.get(found.len() + 1) else {
            return false;
        };
        let is_last = found.len() + 2 == self.pieces.len();
        let quoted = self.quoted.get(found.len()).copied().unwrap_or_default();
        let fits = |hole: &str| match quotes {
            Quotes::Loose => true,
            Quotes::Strict if quoted => !hole.contains('`'),
            Quotes::Strict => hole.matches('`').count().is_multiple_of(2),
        };
        if is_last {
            let Some(hole) = text.strip_suffix(piece.as_str()).filter(|hole| fits(hole)) else {
                return false;
            };
            found.push(hole);
            let taken = take(found);
            found.pop();
            return taken;
        }
        for (at, _) in text.match_indices(piece.as_str()) {
            if *steps == 0 {
                return false;
            }
            *steps -= 1;
            let (Some(hole), Some(after)) = (text.get(..at), text.get(at + piece.len()..)) else {
                continue;
            };
            if !fits(hole) {
                continue;
            }
            found.push(hole);
            let taken = self.holes(after, found, quotes, steps, take);
            found.pop();
            if taken {
                return true;
            }
        }
        false
    }

    /// The translation with what stood in the holes; `prose` translates what is no author's word.
    pub(super) fn fill(&self, holes: &[&str], prose: &mut dyn FnMut(&str) -> String) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Hole { index, as_is } => {
                    let hole = holes.get(*index).copied().unwrap_or_default();
                    let quoted = self.quoted.get(*index).copied().unwrap_or_default();
                    if *as_is || quoted {
                        text.push_str(hole);
                    } else {
                        text.push_str(&prose(hole));
                    }
                }
            }
        }
        text
    }
}

/// A letter of a template, or a hole with what stands between its braces.
enum Token<'t> {
    Letter(char),
    Hole(&'t str),
}

/// The tokens of a template; `None` for a brace that means nothing.
struct Tokens<'t>(&'t str);

impl<'t> Iterator for Tokens<'t> {
    type Item = Option<Token<'t>>;

    fn next(&mut self) -> Option<Self::Item> {
        for (written, letter) in [("{{", '{'), ("}}", '}')] {
            if let Some(rest) = self.0.strip_prefix(written) {
                self.0 = rest;
                return Some(Some(Token::Letter(letter)));
            }
        }
        if let Some(rest) = self.0.strip_prefix('{') {
            let Some((name, rest)) = rest.split_once('}') else {
                self.0 = "";
                return Some(None);
            };
            self.0 = rest;
            return Some(Some(Token::Hole(name)));
        }
        let letter = self.0.chars().next()?;
        self.0 = self.0.get(letter.len_utf8()..).unwrap_or_default();
        Some((letter != '}').then_some(Token::Letter(letter)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(english: &str, text: &str, expected: Option<&[&str]>) {
        let template = Template::read(english, "").expect("a template");
        let mut found: Option<Vec<String>> = None;
        template.fit(text, Quotes::Strict, &mut |holes| {
            found = Some(holes.iter().map(|hole| (*hole).to_owned()).collect());
            true
        });
        let expected = expected.map(|holes| holes.iter().map(|hole| (*hole).to_owned()).collect());
        assert_eq!(found, expected, "{english}");
    }

    #[test]
    fn holes_take_what_lies_between_the_pieces() {
        check("no holes", "no holes", Some(&[]));
        check("no holes", "no holes here", None);
        check(
            "{} has no key `{}`",
            "a state has no key `go now`",
            Some(&["a state", "go now"]),
        );
        check("`{}` is `{}`", "`a` is `b`", Some(&["a", "b"]));
        check("`{}` is used", "`a` or `b` is used", None);
        check("{} is used", "`a` or `b` is used", Some(&["`a` or `b`"]));
        check("{{{}}}", "{x}", Some(&["x"]));
    }

    #[test]
    fn a_template_says_nothing_that_is_not_there() {
        assert!(Template::read("a {}", "甲 {0}").is_some());
        for (english, chinese) in [
            ("a {}", "甲 {1}"),
            ("a {x}", "甲"),
            ("a {", "甲"),
            ("a }", "甲"),
            ("a", "{x}"),
        ] {
            assert!(Template::read(english, chinese).is_none(), "{english}");
        }
    }

    #[test]
    fn fitting_ends_on_texts_made_to_take_long() {
        let english = "{}a".repeat(12) + "b{}";
        let template = Template::read(&english, "").expect("a template");
        let text = "a".repeat(5_000);
        assert!(!template.fit(&text, Quotes::Strict, &mut |_| true));
    }
}
