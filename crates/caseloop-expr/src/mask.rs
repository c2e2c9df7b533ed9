//! Personal data: what a step keeps of a value that somebody could be known by.
//!
//! Masking is idempotent, so a journal, which holds masks, can be replayed.

use crate::{Type, Value};

/// How much of a personal text is kept. Everything else of it lives in its own step only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mask {
    /// All of it: the text is not personal.
    #[default]
    None,
    /// Nothing but that there is one.
    Hidden,
    /// The last four characters, as `***5678` (row S1.4).
    Last4,
    /// The family name, as `王*` (row S1.13).
    FamilyName,
}

/// How the texts of a field are masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Masking {
    /// All texts in it alike, also those of lists.
    Alike(Mask),
    /// A record, or a list of records: each member by its own, in the order of the declaration.
    Members(Vec<Masking>),
}

impl Default for Masking {
    fn default() -> Self {
        Self::Alike(Mask::None)
    }
}

impl Masking {
    /// Whether anything is masked.
    #[must_use]
    pub fn masks(&self) -> bool {
        match self {
            Self::Alike(mask) => *mask != Mask::None,
            Self::Members(members) => members.iter().any(Self::masks),
        }
    }

    /// What is kept of a value that `ty` has read. Only free texts are masked: persons and refs are the host's keys.
    #[must_use]
    pub fn apply(&self, ty: &Type, value: Value) -> Value {
        match (self, ty, value) {
            (Self::Alike(mask), Type::Text, Value::Text(text)) => Value::text(&mask.apply(&text)),
            (_, Type::List(item), Value::List(items)) => {
                Value::List(items.into_iter().map(|value| self.apply(item, value)).collect())
            }
            (_, Type::Record(record), Value::Record(members)) => {
                let masked = record
                    .fields()
                    .zip(members)
                    .enumerate()
                    .map(|(position, (field, (name, value)))| {
                        let value = match self {
                            Self::Alike(_) => self.apply(&field.ty, value),
                            Self::Members(members) => match members.get(position) {
                                Some(masking) => masking.apply(&field.ty, value),
                                None => value,
                            },
                        };
                        (name, value)
                    });
                Value::Record(masked.collect())
            }
            (_, _, value) => value,
        }
    }
}

/// What stands for a hidden text.
pub const HIDDEN: &str = "***";

/// Family names of two characters; every other Chinese name begins with one of one character.
const TWO_CHARACTER_NAMES: &[&str] = &[
    "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛", "尉迟", "公羊",
    "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "公孙", "慕容", "仲孙", "钟离", "长孙", "宇文",
    "司徒", "鲜于", "司空", "令狐", "歐陽", "上官", "司馬", "東方", "獨孤", "南宮", "諸葛", "尉遲", "長孫", "鍾離",
    "赫連",
];

impl Mask {
    /// What is kept of `text`.
    ///
    /// `last4` keeps nothing of a text of four characters or fewer: it would keep all of it. `family_name` keeps the
    /// first character of a Chinese name (two where the name is one of the known double ones), the last word of a
    /// name of several words, and nothing of a single word.
    ///
    /// ```
    /// # use caseloop_expr::Mask;
    /// assert_eq!(Mask::Last4.apply("13912345678"), "***5678");
    /// assert_eq!(Mask::FamilyName.apply("王小明"), "王*");
    /// assert_eq!(Mask::FamilyName.apply("欧阳娜"), "欧阳*");
    /// assert_eq!(Mask::FamilyName.apply("Anna Smith"), "* Smith");
    /// assert_eq!(Mask::Hidden.apply("my card is lost"), "***");
    /// ```
    #[must_use]
    pub fn apply(self, text: &str) -> String {
        match self {
            Self::None => text.to_owned(),
            Self::Hidden => HIDDEN.to_owned(),
            Self::Last4 => last4(text),
            Self::FamilyName => family_name(text),
        }
    }
}

fn last4(text: &str) -> String {
    let clear = text.strip_prefix(HIDDEN).unwrap_or(text);
    let long_enough = clear.chars().count() > 4 || clear.len() < text.len();
    let start = clear.char_indices().rev().nth(3).map(|(at, _)| at);
    match start {
        Some(start) if long_enough => format!("{HIDDEN}{}", clear.get(start..).unwrap_or_default()),
        _ => HIDDEN.to_owned(),
    }
}

fn family_name(text: &str) -> String {
    let name = text.trim();
    if let Some(double) = TWO_CHARACTER_NAMES.iter().find(|double| name.starts_with(**double)) {
        return format!("{double}*");
    }
    match name.chars().next() {
        Some(first) if is_han(first) => format!("{first}*"),
        _ => match name.rsplit_once(char::is_whitespace) {
            Some((_, last)) => format!("* {last}"),
            None => "*".to_owned(),
        },
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::Mask;

    #[test]
    fn masking_a_mask_changes_nothing() {
        for text in [
            "13912345678",
            "5678",
            "1",
            "",
            "王小明",
            "王",
            "欧阳娜",
            "Anna Smith",
            "Anna",
            "  ",
            "***",
            "a b c",
            "***a",
        ] {
            for mask in [Mask::None, Mask::Hidden, Mask::Last4, Mask::FamilyName] {
                let once = mask.apply(text);
                assert_eq!(mask.apply(&once), once, "{mask:?} of {text:?}");
            }
        }
    }

    #[test]
    fn short_contacts_are_not_kept_whole() {
        assert_eq!(Mask::Last4.apply("5678"), "***");
        assert_eq!(Mask::Last4.apply("15678"), "***5678");
        assert_eq!(Mask::Last4.apply("***"), "***");
    }
}
