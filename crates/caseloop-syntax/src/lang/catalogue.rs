//! The catalogue: every row of the data files, and how a text is found among them.

use super::template::{Quotes, Template};
use std::cmp::Reverse;
use std::sync::LazyLock;

/// The data files. `zh/README.md` says how a row is written.
const FILES: &[&str] = &[
    include_str!("zh/codes.tsv"),
    include_str!("zh/core.tsv"),
    include_str!("zh/expr.tsv"),
    include_str!("zh/lint.tsv"),
    include_str!("zh/program.tsv"),
    include_str!("zh/rules.tsv"),
    include_str!("zh/scenario.tsv"),
    include_str!("zh/sla.tsv"),
    include_str!("zh/syntax.tsv"),
];

/// Templates in templates: deeper than any message goes.
const DEEPEST: usize = 6;

/// What joins the parts of a list, in English and in Chinese.
const JOINTS: [(&str, &str); 5] = [
    (", and ", "和"),
    (", or ", "或"),
    (", ", "、"),
    (" and ", "和"),
    (" or ", "或"),
];

/// A row of a data file.
pub(super) struct Row {
    pub(super) english: &'static str,
    pub(super) chinese: &'static str,
}

/// The rows of all files.
pub(super) fn rows() -> impl Iterator<Item = Row> {
    let lines = FILES.iter().flat_map(|file| file.lines());
    let lines = lines.filter(|line| !line.starts_with('#') && !line.is_empty());
    // A line without a tab is its own English with nothing beside it, which the tests of the catalogue find.
    lines.map(|line| {
        let (english, chinese) = line.split_once('\t').unwrap_or((line, ""));
        Row { english, chinese }
    })
}

/// The Chinese of everything.
pub(super) static CHINESE: LazyLock<Catalogue> = LazyLock::new(|| {
    let mut templates: Vec<Template> = rows()
        .filter_map(|row| Template::read(row.english, row.chinese))
        .collect();
    templates.sort_by_key(|template| Reverse(template.weight));
    Catalogue { templates }
});

/// Templates, those with the most letters first.
pub(super) struct Catalogue {
    templates: Vec<Template>,
}

/// A translated text, and what of it the catalogue did not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Translated {
    pub(super) text: String,
    pub(super) missing: Vec<String>,
}

impl Catalogue {
    /// The text in the language of the catalogue.
    pub(super) fn translate(&self, text: &str) -> Translated {
        self.nested(text, 0)
    }

    fn nested(&self, text: &str, depth: usize) -> Translated {
        if is_no_prose(text) {
            return known(text.to_owned());
        }
        let mut nearest: Option<Translated> = None;
        if depth < DEEPEST {
            for quotes in [Quotes::Strict, Quotes::Loose] {
                for template in &self.templates {
                    let mut complete = None;
                    template.fit(text, quotes, &mut |holes| {
                        let mut missing = Vec::new();
                        let filled = template.fill(holes, &mut |hole| {
                            let hole = self.nested(hole, depth + 1);
                            missing.extend(hole.missing);
                            hole.text
                        });
                        let filled = Translated { text: filled, missing };
                        if filled.missing.is_empty() {
                            complete = Some(filled);
                            return true;
                        }
                        nearest.get_or_insert(filled);
                        false
                    });
                    if let Some(complete) = complete {
                        return complete;
                    }
                }
            }
            if let Some(list) = self.list(text, depth).filter(|list| list.missing.is_empty()) {
                return list;
            }
        }
        nearest.unwrap_or_else(|| Translated {
            text: text.to_owned(),
            missing: vec![text.to_owned()],
        })
    }

    /// A list: parts that are joined by commas, "and" or "or" outside of backticks.
    fn list(&self, text: &str, depth: usize) -> Option<Translated> {
        let (at, (english, chinese)) = first_joint(text)?;
        let before = self.nested(text.get(..at)?, depth + 1);
        let after = self.nested(text.get(at + english.len()..)?, depth);
        let missing = before.missing.into_iter().chain(after.missing).collect();
        Some(Translated {
            text: format!("{}{chinese}{}", before.text, after.text),
            missing,
        })
    }
}

fn known(text: String) -> Translated {
    Translated {
        text,
        missing: Vec::new(),
    }
}

/// The first place outside of backticks where a list is joined.
fn first_joint(text: &str) -> Option<(usize, (&'static str, &'static str))> {
    let mut quoted = false;
    for (at, letter) in text.char_indices() {
        if letter == '`' {
            quoted = !quoted;
        }
        let rest = text.get(at..).unwrap_or_default();
        if let Some(joint) = JOINTS.iter().find(|(english, _)| !quoted && rest.starts_with(english)) {
            return Some((at, *joint));
        }
    }
    None
}

/// Whether a text is one word of an author's in backticks, or has no letters at all: a number, a date, a sign.
fn is_no_prose(text: &str) -> bool {
    let inner = text.strip_prefix('`').and_then(|text| text.strip_suffix('`'));
    if inner.is_some_and(|inner| !inner.is_empty() && !inner.contains('`')) {
        return true;
    }
    !text.contains('`') && !text.chars().any(|letter| letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn catalogue(rows: &[(&str, &str)]) -> Catalogue {
        let mut templates: Vec<Template> = rows
            .iter()
            .map(|(english, chinese)| Template::read(english, chinese).expect("a template"))
            .collect();
        templates.sort_by_key(|template| Reverse(template.weight));
        Catalogue { templates }
    }

    #[test]
    fn a_text_is_found_by_its_template_and_so_are_the_texts_within() {
        let catalogue = catalogue(&[
            ("{} has no key `{}`", "{0}没有键 `{1}`"),
            ("a state", "状态"),
            ("{} may have {}", "{0}可以有 {1}"),
            ("the system says: {}", "系统提示：{0!}"),
        ]);
        let told = |text| catalogue.translate(text);
        assert_eq!(told("a state has no key `x`"), known("状态没有键 `x`".to_owned()));
        assert_eq!(
            told("a state may have `a`, `b` or `a state`"),
            known("状态可以有 `a`、`b`或`a state`".to_owned())
        );
        assert_eq!(told("the system says: no way"), known("系统提示：no way".to_owned()));
        // An author's word may hold a backtick.
        assert_eq!(told("a state has no key ```"), known("状态没有键 ```".to_owned()));
        let unknown = told("a thing has no key `x`");
        assert_eq!(unknown.text, "a thing没有键 `x`");
        assert_eq!(unknown.missing, ["a thing"]);
    }

    #[test]
    fn every_row_is_a_template_and_stands_once() {
        let mut seen = BTreeSet::new();
        for row in rows() {
            assert!(seen.insert(row.english), "twice: {}", row.english);
            assert!(
                !row.chinese.is_empty() && !row.chinese.contains('\t'),
                "no Chinese: {}",
                row.english
            );
            assert!(
                Template::read(row.english, row.chinese).is_some(),
                "no template: {}",
                row.english
            );
        }
    }

    #[test]
    fn chinese_reads_as_chinese() {
        for row in rows() {
            let (text, outside) = (row.chinese, outside_of_backticks(row.chinese));
            assert_eq!(text.matches('`').count() % 2, 0, "{text}");
            for mark in [", ", "; ", ": ", "? ", "(", ")"] {
                assert!(!outside.contains(mark), "`{mark}` is full-width in Chinese: {text}");
            }
            assert!(!text.ends_with(['.', '?', ',']), "{text}");
        }
    }

    fn outside_of_backticks(text: &str) -> String {
        text.split('`').step_by(2).collect::<Vec<_>>().join("`")
    }
}
