//! Words that tell labelled texts apart, as rules of a classifier for somebody to look over. The proposal is a list of
//! words with points and the cases that speak for each; what a word means only people know.

use super::Share;
use crate::classifier::{folded, joins, stands_alone};
use caseloop_expr::declare::check_name;
use caseloop_syntax::{Report, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// How much is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The most words for one class: 12.
    pub words: usize,
    /// A word stands in so many texts of its class at least: 3.
    pub texts: u64,
    /// It is so many times as common there as elsewhere at least, in hundredths: 200.
    pub times: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            words: 12,
            texts: 3,
            times: 200,
        }
    }
}

/// Rules that are proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// How many texts each class has, in the order of their names.
    pub classes: BTreeMap<String, u64>,
    /// The words, class by class, the most telling first.
    pub words: Vec<Suggested>,
}

/// One word that is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggested {
    /// The words that stand together.
    pub text: String,
    /// For which class.
    pub class: String,
    /// How much it says, from 1 to 9: each point doubles how much commoner the word is in its class than elsewhere.
    pub points: i64,
    /// Of the texts in which it stands, those of the class.
    pub right: Share,
    /// Of the texts of the class, those in which it stands.
    pub covers: Share,
}

/// How often a word stands in texts of each class, a text counting once.
type Counts = BTreeMap<u32, u64>;

/// Looks for words in labelled texts, each a text and its class.
///
/// A word is a run of letters, two such runs that follow each other, or two to four Chinese characters in a row.
///
/// ```
/// use caseloop_rules::evidence::{Options, suggest};
/// let texts = [("退款 please", "complaint"), ("我要退款", "complaint"), ("how much?", "enquiry"), ("how far?", "enquiry")];
/// let found = suggest(texts, Options { texts: 2, ..Options::default() });
/// let words: Vec<&str> = found.words.iter().map(|word| &*word.text).collect();
/// assert_eq!(words, ["退款", "how"]);
/// ```
#[must_use]
pub fn suggest<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>, options: Options) -> Suggestion {
    let (mut classes, mut names): (BTreeMap<String, (u32, u64)>, Vec<String>) = Default::default();
    let mut grams: BTreeMap<String, Counts> = BTreeMap::new();
    for (text, class) in texts {
        let next = u32::try_from(names.len()).unwrap_or(u32::MAX);
        let (class, count) = classes.entry(class.to_owned()).or_insert_with(|| {
            names.push(class.to_owned());
            (next, 0)
        });
        *count += 1;
        for gram in grams_of(&folded(text)) {
            *grams.entry(gram).or_default().entry(*class).or_default() += 1;
        }
    }
    let all: u64 = classes.values().map(|(_, count)| count).sum();
    let mut words = Vec::new();
    for (name, (class, count)) in &classes {
        let mut found: Vec<Suggested> = grams
            .iter()
            .filter_map(|(gram, counts)| weigh(gram, counts, (*class, name, *count), all, options))
            .collect();
        found.sort_by(|a, b| worth(b).cmp(&worth(a)).then_with(|| a.text.cmp(&b.text)));
        words.extend(apart(found, options.words));
    }
    Suggestion {
        classes: classes.into_iter().map(|(name, (_, count))| (name, count)).collect(),
        words,
    }
}

/// How much a word adds: its points for every text in which it stands.
fn worth(word: &Suggested) -> u64 {
    word.right.part.saturating_mul(word.points.unsigned_abs())
}

fn weigh(
    gram: &str,
    counts: &Counts,
    (class, name, of): (u32, &str, u64),
    all: u64,
    options: Options,
) -> Option<Suggested> {
    let here = counts.get(&class).copied().unwrap_or(0);
    if here < options.texts {
        return None;
    }
    let everywhere: u64 = counts.values().sum();
    // How many times as common as elsewhere, in hundredths; one text is added on both sides, so that a word that stands
    // nowhere else is not endlessly telling.
    let elsewhere = everywhere - here;
    let times = (here * 100 * (all - of + 1)).checked_div((elsewhere + 1) * of)?;
    if times < options.times {
        return None;
    }
    Some(Suggested {
        text: gram.to_owned(),
        class: name.to_owned(),
        points: i64::from((times / 100).checked_ilog2().unwrap_or(0)).clamp(1, 9),
        right: Share {
            part: here,
            of: everywhere,
        },
        covers: Share { part: here, of },
    })
}

/// The first so many of which none lies within another.
fn apart(words: Vec<Suggested>, most: usize) -> Vec<Suggested> {
    let mut kept: Vec<Suggested> = Vec::new();
    for word in words {
        let known = |kept: &Suggested| kept.text.contains(&word.text) || word.text.contains(&kept.text);
        if kept.len() < most && !kept.iter().any(known) {
            kept.push(word);
        }
    }
    kept
}

/// The words of a folded text, each once.
fn grams_of(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut before: Option<&str> = None;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let end = |part: fn(char) -> bool| rest.find(|letter| !part(letter)).unwrap_or(rest.len());
        let (word, alone) = (end(joins), end(stands_alone));
        let step = match (word, alone) {
            (0, 0) => rest.chars().next().map_or(1, char::len_utf8),
            _ => word.max(alone),
        };
        let piece = rest.get(..step).unwrap_or_default();
        if word > 0 {
            if piece.len() > 1 && !piece.bytes().all(|byte| byte.is_ascii_digit()) {
                found.insert(piece.to_owned());
                found.extend(before.map(|before| format!("{before} {piece}")));
            }
            before = Some(piece);
        } else if piece != " " {
            before = None;
        }
        if alone > 0 {
            let places: Vec<usize> = piece.char_indices().map(|(at, _)| at).chain([piece.len()]).collect();
            for length in 2..=4 {
                for ends in places.windows(length + 1) {
                    let range = ends.first().zip(ends.last());
                    found.extend(range.and_then(|(from, to)| piece.get(*from..*to)).map(str::to_owned));
                }
            }
        }
        at += step;
    }
    found
}

impl Suggestion {
    /// A classifier with a rule for each word, the evidence beside it. `text` and `output` are what its input and its
    /// output are called. A class whose name is no name gets one that is.
    #[must_use]
    pub fn to_yaml(&self, name: &str, text: &str, output: &str) -> String {
        let classes: BTreeMap<&str, String> = self
            .classes
            .keys()
            .map(|class| (&**class, class_constant(class)))
            .collect();
        let constants: Vec<&str> = classes.values().map(String::as_str).collect();
        let most = self
            .classes
            .iter()
            .max_by_key(|(name, count)| (**count, std::cmp::Reverse(*name)));
        let default = most
            .and_then(|(name, _)| classes.get(&**name))
            .map_or("other", String::as_str);
        let all: u64 = self.classes.values().sum();
        let mut yaml = String::new();
        let _ = writeln!(
            yaml,
            "# Proposed from {all} labelled texts. Look each word over: a text says how it is used, not what it means."
        );
        let _ = writeln!(
            yaml,
            "classifier: {name}\n\ncase:\n  {text}: {{type: text, optional: true}}\n"
        );
        let _ = writeln!(
            yaml,
            "gives:\n  {output}: {{one_of: [{}], default: {default}}}\n\nrules:",
            constants.join(", ")
        );
        for word in &self.words {
            let Suggested {
                points, right, covers, ..
            } = word;
            let class = classes.get(&*word.class).map_or("", String::as_str);
            let _ = writeln!(
                yaml,
                "  - {{words: [{}], points: {points}, {output}: {class}}}  # {} of {} texts with it; {covers} of the class",
                quoted(&word.text),
                right.part,
                right.of
            );
        }
        yaml
    }
}

/// The constant that stands for a class in a proposal: the class itself where it is a name.
#[must_use]
pub fn class_constant(class: &str) -> String {
    let letters = class
        .chars()
        .map(|letter| if letter.is_alphanumeric() { letter } else { '_' });
    let name: String = letters.collect();
    let name = name.trim_end_matches('_');
    match check_name(name, Span::default(), &mut Report::default()) {
        true => name.to_owned(),
        false => format!("c_{name}"),
    }
}

/// A text within double quotes, as YAML reads it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
