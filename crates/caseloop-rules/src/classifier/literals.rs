//! Patterns as they run over folded texts, and the texts of which one must stand wherever a pattern matches. Not:
//! running them.

use super::fold::fold_letter;
use regex_syntax::ast::{self, Assertion, AssertionKind, Ast, ClassSetItem, Visitor};
use regex_syntax::hir::{Class, Hir, HirKind};
use std::ops::Range;

/// So many texts one pattern may ask for; a set of more is no help.
const MOST: usize = 24;

/// A pattern for folded texts: its letters folded, its word edges those of ASCII, since Chinese characters would join
/// any word otherwise. Escapes, ranges of other scripts and classes stay as they are.
///
/// # Errors
/// What is wrong, and where in the pattern.
pub(crate) fn for_folded(pattern: &str) -> Result<String, (String, Range<usize>)> {
    let tree = ast::parse::ParserBuilder::new()
        .nest_limit(64)
        .build()
        .parse(pattern)
        .map_err(|error| (error.kind().to_string(), place(error.span())))?;
    let edits = ast::visit(&tree, Edits(Vec::new())).unwrap_or_default();
    let mut text = pattern.to_owned();
    for (range, with) in edits.into_iter().rev() {
        text.replace_range(range, &with);
    }
    Ok(text)
}

fn place(span: &ast::Span) -> Range<usize> {
    span.start.offset..span.end.offset
}

/// What has to be put where, in the order of the pattern.
struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    fn letter(&mut self, literal: &ast::Literal) {
        let folded = fold_letter(literal.c).unwrap_or(literal.c);
        if folded != literal.c {
            self.0
                .push((place(&literal.span), regex_syntax::escape(&folded.to_string())));
        }
    }
}

impl Visitor for Edits {
    type Output = Vec<(Range<usize>, String)>;
    type Err = ();

    fn finish(self) -> Result<Self::Output, ()> {
        let mut edits = self.0;
        edits.sort_by_key(|(range, _)| range.start);
        Ok(edits)
    }

    fn visit_pre(&mut self, tree: &Ast) -> Result<(), ()> {
        match tree {
            Ast::Literal(literal) => self.letter(literal),
            Ast::Assertion(assertion) => {
                let Assertion { span, kind } = &**assertion;
                if *kind == AssertionKind::WordBoundary {
                    self.0.push((place(span), r"(?-u:\b)".to_owned()));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), ()> {
        match item {
            ClassSetItem::Literal(literal) => self.letter(literal),
            ClassSetItem::Range(range) => {
                let cased = |letter: char| letter.is_ascii_uppercase() || ('\u{ff01}'..='\u{ff5e}').contains(&letter);
                if cased(range.start.c) && cased(range.end.c) {
                    self.letter(&range.start);
                    self.letter(&range.end);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// Texts of which one stands wherever the pattern matches a folded text; `None` where none can be told.
pub(crate) fn required(tree: &Hir) -> Option<Vec<String>> {
    if let Some(text) = exact(tree) {
        return (!text.is_empty()).then(|| vec![text]);
    }
    match tree.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            let mut letters = Vec::new();
            for range in class.iter() {
                for letter in range.start()..=range.end() {
                    letters.push(fold_letter(letter)?.to_string());
                    if letters.len() > MOST {
                        return None;
                    }
                }
            }
            letters.sort_unstable();
            letters.dedup();
            Some(letters)
        }
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repeated) if repeated.min > 0 => required(&repeated.sub),
        HirKind::Concat(parts) => required_of_all(parts),
        HirKind::Alternation(ways) => {
            let mut texts = Vec::new();
            for way in ways {
                texts.extend(required(way)?);
            }
            texts.sort_unstable();
            texts.dedup();
            (texts.len() <= MOST).then_some(texts)
        }
        _ => None,
    }
}

/// The most telling of what the parts ask for: the set whose shortest text is the longest, of equals the smaller.
fn required_of_all(parts: &[Hir]) -> Option<Vec<String>> {
    let mut best: Option<Vec<String>> = None;
    let mut run = String::new();
    let mut offer = |found: Vec<String>| {
        let worth = |texts: &Vec<String>| {
            let shortest = texts.iter().map(String::len).min().unwrap_or(0);
            (shortest, std::cmp::Reverse(texts.len()))
        };
        if best.as_ref().is_none_or(|best| worth(best) < worth(&found)) {
            best = Some(found);
        }
    };
    for part in parts {
        match exact(part) {
            Some(text) => run.push_str(&text),
            None => {
                if !run.is_empty() {
                    offer(vec![std::mem::take(&mut run)]);
                }
                if let Some(found) = required(part) {
                    offer(found);
                }
            }
        }
    }
    if !run.is_empty() {
        offer(vec![run]);
    }
    best
}

/// The one text that a pattern is made of, edges aside; `None` where there are several.
pub(crate) fn literal_of(pattern: &str) -> Option<String> {
    exact(&regex_syntax::parse(pattern).ok()?)
}

/// The one text that something matches, folded; empty for what looks at a place only.
fn exact(tree: &Hir) -> Option<String> {
    match tree.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(String::new()),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            text.chars().map(fold_letter).collect()
        }
        HirKind::Class(Class::Unicode(class)) => {
            let mut folded = class
                .iter()
                .flat_map(|range| (range.start()..=range.end()).take(MOST + 1))
                .map(fold_letter);
            let first = folded.next()??;
            folded.all(|letter| letter == Some(first)).then(|| first.to_string())
        }
        HirKind::Capture(capture) => exact(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(exact).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{for_folded, required};
    use crate::classifier::fold::folded;
    use proptest::prelude::*;

    fn asked(pattern: &str) -> Option<Vec<String>> {
        let pattern = for_folded(pattern).unwrap();
        required(&regex_syntax::parse(&pattern).unwrap())
    }

    #[test]
    fn letters_are_folded_and_edges_are_ascii() {
        for (pattern, expected) in [
            (r"\bRefund\b", r"(?-u:\b)refund(?-u:\b)"),
            ("[！!]{2,}|退款（", r"[!!]{2,}|退款\("),
            (r"[A-Z]\d+", r"[a-z]\d+"),
        ] {
            assert_eq!(for_folded(pattern).unwrap(), expected);
        }
        assert_eq!(for_folded("a(b").unwrap_err().1, 1..2);
    }

    #[test]
    fn what_a_pattern_asks_for() {
        for (pattern, expected) in [
            ("退款.{0,8}三天", Some(vec!["退款"])),
            (r"(?i)\brefund\b.{0,30}money", Some(vec!["refund"])),
            ("(退|换)货", Some(vec!["货"])),
            ("退款|换货", Some(vec!["换货", "退款"])),
            (r"1[3-9]\d{9}", Some(vec!["1"])),
            (r"\d{6}", None),
            ("[!！]{2,}", Some(vec!["!"])),
            (".*", None),
            ("a?", None),
        ] {
            let expected: Option<Vec<String>> = expected.map(|texts| texts.into_iter().map(str::to_owned).collect());
            assert_eq!(asked(pattern), expected, "{pattern}");
        }
    }

    proptest! {
        /// Where a pattern matches, one of the texts that it asks for stands.
        #[test]
        fn nothing_is_missed(
            pattern in "(\\\\b)?[a-cAK退（]{1,3}(\\([ab退]\\|[cS]{1,2}\\)|\\.\\{0,3\\}|[a-c退]\\?|\\[ab退\\]|\\(\\?i\\)){0,3}[ab退]{0,2}",
            text in "[a-cA-CsſKk退款（ ]{0,24}",
        ) {
            let Ok(ready) = for_folded(&pattern) else { return Ok(()) };
            let (Ok(regex), Ok(tree)) = (regex::Regex::new(&ready), regex_syntax::parse(&ready)) else { return Ok(()) };
            let text = folded(&text);
            if let (Some(asked), true) = (required(&tree), regex.is_match(&text)) {
                prop_assert!(asked.iter().any(|asked| text.contains(asked.as_str())), "{} in {}: {:?}", ready, text, asked);
            }
        }
    }
}
