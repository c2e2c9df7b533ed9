//! A bag of words: naive Bayes over words and pairs of Chinese characters, in whole numbers. What rules are held against.

use std::collections::BTreeMap;

/// What is known of the words of each class.
pub(crate) struct Bag {
    classes: Vec<Class>,
    words: usize,
}

struct Class {
    name: String,
    texts: u64,
    words: u64,
    counts: BTreeMap<String, u64>,
}

impl Bag {
    pub(crate) fn of<'t>(texts: impl Iterator<Item = (&'t str, &'t str)>) -> Self {
        let mut classes: BTreeMap<String, Class> = BTreeMap::new();
        for (text, name) in texts {
            let class = classes.entry(name.to_owned()).or_insert_with(|| Class {
                name: name.to_owned(),
                texts: 0,
                words: 0,
                counts: BTreeMap::new(),
            });
            class.texts += 1;
            for word in words(text) {
                class.words += 1;
                *class.counts.entry(word).or_default() += 1;
            }
        }
        let classes: Vec<Class> = classes.into_values().collect();
        let mut all: Vec<&String> = classes.iter().flat_map(|class| class.counts.keys()).collect();
        all.sort_unstable();
        all.dedup();
        let words = all.len();
        Self { classes, words }
    }

    /// The likeliest class.
    pub(crate) fn class(&self, text: &str) -> &str {
        let words = words(text);
        let score = |class: &Class| {
            let all = log(class.words + self.words as u64);
            let seen = words
                .iter()
                .map(|word| log(class.counts.get(word).copied().unwrap_or(0) + 1) - all);
            log(class.texts) + seen.sum::<i64>()
        };
        let best = self.classes.iter().max_by_key(|class| score(class));
        best.map_or("", |class| &class.name)
    }
}

/// The logarithm to base 2 in thousandths, straight lines between powers of two.
fn log(number: u64) -> i64 {
    let number = number.max(1);
    let whole = number.ilog2();
    let rest = (number - (1 << whole)) * 1000 / (1 << whole);
    i64::from(whole) * 1000 + i64::try_from(rest).unwrap_or(0)
}

fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let lower = text.to_lowercase();
    for run in lower
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|run| !run.is_empty())
    {
        if run.is_ascii() {
            found.push(run.to_owned());
            continue;
        }
        let letters: Vec<char> = run.chars().collect();
        found.extend(letters.windows(2).map(|pair| pair.iter().collect::<String>()));
    }
    found
}
