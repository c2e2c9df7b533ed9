//! What can be proved of patterns: that one matches no text, that one matches wherever another does. Both are walked
//! through as automata over folded texts; where these grow too large nothing is claimed.

use crate::classifier::folded;
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::{Anchored, MatchKind};
use std::collections::{BTreeMap, VecDeque};

/// What is known of a statement about all texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It holds for every text.
    Proved,
    /// It does not hold for this text.
    Refuted(String),
    /// The automata are too large, or a pattern holds what they cannot follow.
    Unknown,
}

/// So large one automaton may be, in bytes.
const AUTOMATON: usize = 2 << 20;
/// So many pairs of states are walked through.
const STATES: usize = 200_000;

/// Whether a pattern matches wherever another does. Both are patterns for texts as classifiers compare them: folded, in
/// lower case, white space as one space.
///
/// ```
/// use caseloop_rules::analysis::{Proof, implies};
/// assert_eq!(implies("全额退款", "退款|退货"), Proof::Proved);
/// assert!(matches!(implies("退款.{0,4}三天", "退款三天"), Proof::Refuted(text) if text.contains("三天")));
/// ```
#[must_use]
pub fn implies(pattern: &str, wider: &str) -> Proof {
    let (Some(left), Some(right)) = (Automatic::of(pattern), Automatic::of(wider)) else {
        return Proof::Unknown;
    };
    match walk(&left, Some(&right)) {
        Walked::Never => Proof::Proved,
        Walked::Text(text) if folded(&text) == text => Proof::Refuted(text),
        Walked::Text(_) | Walked::TooFar => Proof::Unknown,
    }
}

/// Whether a pattern matches no folded text.
pub(super) fn matches_nothing(pattern: &str) -> bool {
    Automatic::of(pattern).is_some_and(|pattern| matches!(walk(&pattern, None), Walked::Never))
}

struct Automatic(dense::DFA<Vec<u32>>);

impl Automatic {
    /// `None` where it is too large, or looks at what an automaton cannot.
    fn of(pattern: &str) -> Option<Self> {
        let config = dense::Config::new()
            .match_kind(MatchKind::All)
            .start_kind(StartKind::Unanchored)
            .dfa_size_limit(Some(AUTOMATON))
            .determinize_size_limit(Some(AUTOMATON));
        dense::Builder::new().configure(config).build(pattern).ok().map(Self)
    }

    fn start(&self) -> Option<StateID> {
        self.0.universal_start_state(Anchored::No).or_else(|| {
            let input = regex_automata::Input::new("");
            self.0.start_state_forward(&input).ok()
        })
    }
}

enum Walked {
    /// There is no such text.
    Never,
    Text(String),
    TooFar,
}

/// Where a walk is: a state of each automaton, whether the first has matched, and what of a character is left.
type Place = (StateID, Option<StateID>, bool, Letter);

/// Looks for the shortest text that the first pattern matches and the second does not.
fn walk(left: &Automatic, right: Option<&Automatic>) -> Walked {
    let Some(start) = left.start() else {
        return Walked::TooFar;
    };
    let other = match right {
        Some(right) => match right.start() {
            Some(start) => Some(start),
            None => return Walked::TooFar,
        },
        None => None,
    };
    let begin: Place = (start, other, false, Letter::Between);
    let mut before: BTreeMap<Place, (Place, u8)> = BTreeMap::new();
    let mut queue = VecDeque::from([begin]);
    let bytes = telling(left, right);
    while let Some(place) = queue.pop_front() {
        let (state, other, matched, letter) = place;
        if letter == Letter::Between {
            let ends =
                |automatic: &Automatic, state: StateID| automatic.0.is_match_state(automatic.0.next_eoi_state(state));
            let hit = matched || ends(left, state);
            let both = right.zip(other).is_some_and(|(right, other)| ends(right, other));
            if hit && !both {
                return Walked::Text(text(place, begin, &before));
            }
        }
        for byte in &bytes {
            let Some(letter) = letter.then(*byte) else { continue };
            let next = left.0.next_state(state, *byte);
            let other = right
                .zip(other)
                .map(|(right, other)| (right, right.0.next_state(other, *byte)));
            // A match is told one byte behind its end. Where the second has matched nothing can be shown any more.
            if other.is_some_and(|(right, state)| right.0.is_match_state(state)) {
                continue;
            }
            let matched = matched || left.0.is_match_state(next);
            if left.0.is_dead_state(next) && !matched {
                continue;
            }
            let found: Place = (next, other.map(|(_, state)| state), matched, letter);
            if found != begin && !before.contains_key(&found) {
                if before.len() >= STATES {
                    return Walked::TooFar;
                }
                before.insert(found, (place, *byte));
                queue.push_back(found);
            }
        }
    }
    Walked::Never
}

fn text(mut place: Place, begin: Place, before: &BTreeMap<Place, (Place, u8)>) -> String {
    let mut bytes = Vec::new();
    while place != begin {
        let Some((from, byte)) = before.get(&place) else { break };
        bytes.push(*byte);
        place = *from;
    }
    bytes.reverse();
    String::from_utf8(bytes).unwrap_or_default()
}

/// One byte for every class of bytes that the automata and UTF-8 tell apart; upper case and control characters stand in
/// no folded text.
fn telling(left: &Automatic, right: Option<&Automatic>) -> Vec<u8> {
    let mut seen = BTreeMap::new();
    for byte in 0..=255_u8 {
        if byte.is_ascii_uppercase() || byte.is_ascii_control() {
            continue;
        }
        let class = |automatic: &Automatic| automatic.0.byte_classes().get(byte);
        let key = (class(left), right.map(class), Letter::kind(byte));
        // Of equals the one that people can read.
        let readable = byte.is_ascii_alphanumeric();
        let kept = seen.entry(key).or_insert((readable, byte));
        if readable && !kept.0 {
            *kept = (true, byte);
        }
    }
    seen.into_values().map(|(_, byte)| byte).collect()
}

/// What of a character of UTF-8 is still to come (RFC 3629).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Letter {
    Between,
    /// So many bytes that continue it.
    More(u8),
    /// The second byte lies within these, then so many more.
    Within(u8, u8, u8),
}

impl Letter {
    fn then(self, byte: u8) -> Option<Self> {
        let after = |left: u8| if left == 0 { Self::Between } else { Self::More(left) };
        match (self, byte) {
            (Self::Between, 0..=0x7f) => Some(Self::Between),
            (Self::Between, 0xc2..=0xdf) => Some(Self::More(1)),
            (Self::Between, 0xe0) => Some(Self::Within(0xa0, 0xbf, 1)),
            (Self::Between, 0xed) => Some(Self::Within(0x80, 0x9f, 1)),
            (Self::Between, 0xe1..=0xef) => Some(Self::More(2)),
            (Self::Between, 0xf0) => Some(Self::Within(0x90, 0xbf, 2)),
            (Self::Between, 0xf1..=0xf3) => Some(Self::More(3)),
            (Self::Between, 0xf4) => Some(Self::Within(0x80, 0x8f, 2)),
            (Self::More(left), 0x80..=0xbf) => Some(after(left - 1)),
            (Self::Within(low, high, left), byte) if (low..=high).contains(&byte) => Some(after(left)),
            _ => None,
        }
    }

    /// Bytes that UTF-8 treats alike.
    fn kind(byte: u8) -> u8 {
        match byte {
            0..=0x7f => 0,
            0x80..=0x8f => 1,
            0x90..=0x9f => 2,
            0xa0..=0xbf => 3,
            0xc2..=0xdf => 4,
            0xe0 => 5,
            0xed => 6,
            0xe1..=0xef => 7,
            0xf0 => 8,
            0xf1..=0xf3 => 9,
            0xf4 => 10,
            _ => 11,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Proof, implies, matches_nothing};
    use crate::classifier::folded;
    use proptest::prelude::*;
    use regex::Regex;

    #[test]
    fn implications_are_proved_or_shown_wrong() {
        for (narrow, wide) in [
            ("全额退款", "退款"),
            ("退货.{0,4}慢", "退款|退货"),
            (r"1[3-9][0-9]{9}", "[0-9]{11}"),
            (r"(?-u:\b)refund(?-u:\b)", "refund"),
            ("退款.{0,4}三天", "退款.{0,8}三天"),
        ] {
            assert_eq!(implies(narrow, wide), Proof::Proved, "{narrow}");
            let Proof::Refuted(text) = implies(wide, narrow) else {
                panic!("{wide}")
            };
            assert!(Regex::new(wide).unwrap().is_match(&text) && !Regex::new(narrow).unwrap().is_match(&text));
        }
        assert_eq!(implies("a.{20}b", "a.{19}b"), Proof::Unknown);
    }

    #[test]
    fn patterns_that_match_nothing() {
        for pattern in ["退款$^x", "a^b", r"退(?-u:\b)款", "[A-Z]{3}", r"x(?-u:\b)y"] {
            assert!(matches_nothing(pattern), "{pattern}");
        }
        for pattern in ["退款", r"(?-u:\b)退款(?-u:\b)", "^$|a", r"\d+"] {
            assert!(!matches_nothing(pattern), "{pattern}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// What is proved holds for texts tried, and what is refuted is shown by its text.
        #[test]
        fn proofs_hold(left in "[ab退]{1,2}(\\.\\{0,2\\}[ab退])?", right in "([ab退]|\\[ab\\])(\\.\\?[ab退])?", texts in prop::collection::vec("[abc退 ]{0,8}", 40)) {
            let [first, second] = [&left, &right].map(|pattern| Regex::new(pattern).unwrap());
            match implies(&left, &right) {
                Proof::Proved => {
                    for text in texts.iter().map(|text| folded(text)) {
                        prop_assert!(!first.is_match(&text) || second.is_match(&text), "{} and {} on {}", left, right, text);
                    }
                }
                Proof::Refuted(text) => prop_assert!(first.is_match(&text) && !second.is_match(&text), "{} and {} on {}", left, right, text),
                Proof::Unknown => prop_assert!(false, "{} and {} are small", left, right),
            }
        }
    }
}
