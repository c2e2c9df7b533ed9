//! Hearing: which rules find what they listen for in a text, and where. One automaton looks for every phrase of every
//! rule and for the texts that patterns ask for; only patterns that may match are run.

use super::fold::{Ends, joins, words_within};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex::Regex;
use std::collections::BTreeMap;

/// What one rule listens for, its phrases folded.
#[derive(Clone, Debug)]
pub(crate) enum Listens {
    /// Any of these.
    Phrases(Vec<Phrase>),
    /// One of each group, so many words at most between the first and the last.
    Near {
        groups: Vec<Vec<Phrase>>,
        within: usize,
        in_order: bool,
    },
    /// What the pattern matches. It holds one of the texts, where any can be told.
    Pattern {
        regex: Regex,
        required: Option<Vec<String>>,
    },
}

/// Words that stand together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Phrase {
    /// Folded, not empty.
    pub(crate) text: String,
    /// Whether letters may follow, as in `refund*`.
    pub(crate) open: bool,
}

/// What turns the meaning of what follows it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Negation {
    pub(crate) words: Vec<Phrase>,
    /// So many words may stand between.
    pub(crate) within: usize,
}

/// A place in a folded text where a rule heard what it listens for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Heard {
    pub(crate) rule: u32,
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Where the word stands that turns its meaning.
    pub(crate) negated: Option<(usize, usize)>,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Matcher {
    automaton: Option<AhoCorasick>,
    /// What each text of the automaton is for.
    uses: Vec<Vec<Use>>,
    listens: Vec<Listens>,
    /// The patterns of which no text can be told.
    always: Vec<u32>,
    negation: Negation,
}

#[derive(Clone, Copy, Debug)]
struct Use {
    what: What,
    open: bool,
}

#[derive(Clone, Copy, Debug)]
enum What {
    /// A phrase of a rule, of that group.
    Phrase(u32, u32),
    /// A text that the pattern of a rule asks for.
    Required(u32),
    Negation,
}

/// One phrase at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    rule: u32,
    group: u32,
    from: usize,
    to: usize,
}

/// What hearing works in.
#[derive(Debug, Default)]
pub(crate) struct Ears {
    hits: Vec<Hit>,
    negations: Vec<(usize, usize)>,
    patterns: Vec<u32>,
}

impl Matcher {
    /// `None` where the automaton would be too large.
    pub(crate) fn of(listens: Vec<Listens>, negation: Negation) -> Option<Self> {
        let mut texts: BTreeMap<String, Vec<Use>> = BTreeMap::new();
        let mut add =
            |text: &str, what: What, open: bool| texts.entry(text.to_owned()).or_default().push(Use { what, open });
        let mut always = Vec::new();
        for (rule, listens) in listens.iter().enumerate() {
            let rule = u32::try_from(rule).ok()?;
            match listens {
                Listens::Phrases(phrases) => {
                    for phrase in phrases {
                        add(&phrase.text, What::Phrase(rule, 0), phrase.open);
                    }
                }
                Listens::Near { groups, .. } => {
                    for (group, phrases) in groups.iter().enumerate() {
                        for phrase in phrases {
                            add(
                                &phrase.text,
                                What::Phrase(rule, u32::try_from(group).ok()?),
                                phrase.open,
                            );
                        }
                    }
                }
                Listens::Pattern { required, .. } => match required {
                    Some(required) => {
                        for text in required {
                            add(text, What::Required(rule), true);
                        }
                    }
                    None => always.push(rule),
                },
            }
        }
        for phrase in &negation.words {
            add(&phrase.text, What::Negation, phrase.open);
        }
        let (texts, uses): (Vec<String>, Vec<Vec<Use>>) = texts.into_iter().unzip();
        let automaton = match texts.is_empty() {
            true => None,
            false => Some(automaton(&texts)?),
        };
        Some(Self {
            automaton,
            uses,
            listens,
            always,
            negation,
        })
    }

    /// What each rule listens for.
    pub(crate) fn listens(&self) -> &[Listens] {
        &self.listens
    }

    /// The words that turn what follows them.
    pub(crate) fn negations(&self) -> &[Phrase] {
        &self.negation.words
    }

    /// Tells of every place, rule by rule in their order.
    pub(crate) fn hear(&self, text: &str, ears: &mut Ears, tell: &mut dyn FnMut(Heard)) {
        ears.hits.clear();
        ears.negations.clear();
        ears.patterns.clear();
        ears.patterns.extend(&self.always);
        self.find(text, ears);
        ears.patterns.sort_unstable();
        ears.patterns.dedup();
        ears.hits.sort_unstable();
        let Ears {
            hits,
            negations,
            patterns,
        } = ears;
        let mut tell = |rule: u32, from: usize, to: usize| {
            let negated = self.negated(text, negations, from);
            tell(Heard {
                rule,
                from,
                to,
                negated,
            });
        };
        for rule in patterns {
            if let Some(Listens::Pattern { regex, .. }) = self.listens.get(*rule as usize) {
                for found in regex.find_iter(text) {
                    tell(*rule, found.start(), found.end());
                }
            }
        }
        for hits in hits.chunk_by(|a, b| a.rule == b.rule) {
            let Some(rule) = hits.first().map(|hit| hit.rule) else {
                continue;
            };
            match self.listens.get(rule as usize) {
                Some(Listens::Near {
                    groups,
                    within,
                    in_order,
                }) => near(text, hits, groups.len(), *within, *in_order, &mut |from, to| {
                    tell(rule, from, to);
                }),
                _ => hits.iter().for_each(|hit| tell(rule, hit.from, hit.to)),
            }
        }
    }

    fn find(&self, text: &str, ears: &mut Ears) {
        let Some(automaton) = &self.automaton else { return };
        for found in automaton.find_overlapping_iter(text) {
            let (from, to) = (found.start(), found.end());
            for used in self.uses.get(found.pattern().as_usize()).into_iter().flatten() {
                if let What::Required(rule) = used.what {
                    ears.patterns.push(rule);
                } else if stands_apart(text, from, to, used.open) {
                    match used.what {
                        What::Phrase(rule, group) => ears.hits.push(Hit { rule, group, from, to }),
                        _ => ears.negations.push((from, to)),
                    }
                }
            }
        }
    }

    /// The last negation before a place, where it is near enough. Negations come in the order of their ends.
    fn negated(&self, text: &str, negations: &[(usize, usize)], from: usize) -> Option<(usize, usize)> {
        let before = negations.partition_point(|(_, end)| *end <= from);
        let last = before.checked_sub(1).and_then(|last| negations.get(last))?;
        words_within(text.get(last.1..from)?, self.negation.within, Ends::Clause)?;
        Some(*last)
    }
}

/// An automaton with a table of its states where that is small enough, which is several times as fast.
fn automaton(texts: &[String]) -> Option<AhoCorasick> {
    const LETTERS: usize = 16 << 10;
    let letters: usize = texts.iter().map(String::len).sum();
    let kind = match letters <= LETTERS {
        true => AhoCorasickKind::DFA,
        false => AhoCorasickKind::ContiguousNFA,
    };
    let mut builder = AhoCorasick::builder();
    builder.match_kind(MatchKind::Standard).kind(Some(kind));
    builder.build(texts).ok()
}

/// Whether a phrase is no part of a longer word.
pub(crate) fn stands_apart(text: &str, from: usize, to: usize, open: bool) -> bool {
    let before = text.get(..from).and_then(|text| text.chars().next_back());
    let first = text.get(from..).and_then(|text| text.chars().next());
    if both_join(before, first) {
        return false;
    }
    let last = text.get(..to).and_then(|text| text.chars().next_back());
    let after = text.get(to..).and_then(|text| text.chars().next());
    open || !both_join(last, after)
}

fn both_join(left: Option<char>, right: Option<char>) -> bool {
    left.is_some_and(joins) && right.is_some_and(joins)
}

/// The stretches with one of each group, the shortest from each beginning. `hits` are sorted by group and place.
fn near(text: &str, hits: &[Hit], groups: usize, within: usize, in_order: bool, tell: &mut dyn FnMut(usize, usize)) {
    let of = |group: usize| {
        let start = hits.partition_point(|hit| (hit.group as usize) < group);
        let end = hits.partition_point(|hit| (hit.group as usize) <= group);
        hits.get(start..end).unwrap_or_default()
    };
    let mut order: Vec<usize> = (0..groups).collect();
    loop {
        let first = order.first().map(|first| of(*first)).unwrap_or_default();
        for begin in first {
            if let Some((last, end)) = chain(&order, begin.to, &of)
                && text
                    .get(begin.to..last)
                    .is_some_and(|between| words_within(between, within, Ends::Sentence).is_some())
            {
                tell(begin.from, end);
            }
        }
        if in_order || !next_order(&mut order) {
            return;
        }
    }
}

/// The nearest hits of the groups after the first, each behind the one before: where the last begins and ends.
fn chain<'h>(order: &[usize], mut at: usize, of: &impl Fn(usize) -> &'h [Hit]) -> Option<(usize, usize)> {
    let (last, between) = order.split_last()?;
    for group in between.iter().skip(1) {
        let hits = of(*group);
        let ahead = hits.partition_point(|hit| hit.from < at);
        // The one that ends first leaves the most room; those that begin behind its end cannot end before.
        let mut best: Option<usize> = None;
        for hit in hits.get(ahead..).unwrap_or_default() {
            if best.is_some_and(|best| hit.from >= best) {
                break;
            }
            best = Some(best.map_or(hit.to, |best| best.min(hit.to)));
        }
        at = best?;
    }
    let hits = of(*last);
    let hit = hits.get(hits.partition_point(|hit| hit.from < at))?;
    Some((hit.from, hit.to))
}

/// The next order of the groups, as a dictionary has them; no more after the last.
fn next_order(order: &mut [usize]) -> bool {
    let Some(turn) = order.windows(2).rposition(|pair| pair.first() < pair.last()) else {
        return false;
    };
    let pivot = order.get(turn).copied();
    let Some(other) = order.iter().rposition(|found| Some(*found) > pivot) else {
        return false;
    };
    order.swap(turn, other);
    order.get_mut(turn + 1..).unwrap_or_default().reverse();
    true
}
