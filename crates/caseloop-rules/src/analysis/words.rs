//! What is said of classifiers: words that add nothing, patterns that match nothing, patterns that match the same.

use super::codes;
use super::patterns::{Proof, implies, matches_nothing};
use crate::RuleName;
use crate::classifier::{Classifier, Listens, Phrase, Rule, literal_of, stands_apart};
use caseloop_syntax::Diagnostic;
use regex::Regex;

/// So many pairs of patterns are held against each other.
const PAIRS: usize = 500;

pub(super) fn of_classifier(classifier: &Classifier) -> Vec<Diagnostic> {
    let names = &classifier.signature().rules;
    let rules: Vec<(&RuleName, &Rule, &Listens)> = names
        .iter()
        .zip(&classifier.rules)
        .zip(classifier.matcher.listens())
        .map(|((name, rule), listens)| (name, rule, listens))
        .collect();
    let mut told = Vec::new();
    for (name, rule, listens) in &rules {
        match listens {
            Listens::Phrases(phrases) => {
                let negations = match rule.negated_counts {
                    true => &[],
                    false => classifier.matcher.negations(),
                };
                told.extend(twice(name, phrases, negations));
            }
            Listens::Pattern { regex, .. } => told.extend(unheard(name, regex)),
            Listens::Near { .. } => {}
        }
    }
    same(&rules, &mut told);
    told
}

/// The first word of a rule that is heard wherever another of it is.
fn twice(name: &RuleName, phrases: &[Phrase], negations: &[Phrase]) -> Option<Diagnostic> {
    let mut pairs = phrases
        .iter()
        .flat_map(|long| phrases.iter().map(move |short| (long, short)));
    let (long, short) = pairs.find(|(long, short)| long != short && is_within(short, long, negations))?;
    let star = |phrase: &Phrase| format!("`{}{}`", phrase.text, if phrase.open { "*" } else { "" });
    let message = format!(
        "{} adds nothing to `{}`, since {} is heard in it",
        star(long),
        name.name,
        star(short)
    );
    let finding = Diagnostic::warning(&codes::HEARD_TWICE, name.span, message);
    Some(finding.help("a rule counts once, however many of its words are heard: leave the longer one out"))
}

/// Whether one phrase is heard wherever another is.
fn is_within(short: &Phrase, long: &Phrase, negations: &[Phrase]) -> bool {
    if long.open && !short.open && long.text == short.text {
        return false;
    }
    long.text.match_indices(&short.text).any(|(from, found)| {
        let to = from + found.len();
        // Letters may follow the longer one.
        let ends = to < long.text.len() || short.open || !long.open;
        let before = long.text.get(..from).unwrap_or_default();
        let turned = negations.iter().any(|negation| before.contains(&negation.text));
        ends && !turned && stands_apart(&long.text, from, to, short.open)
    })
}

/// A pattern that no text matches, or that does not match the very words that it is made of.
fn unheard(name: &RuleName, regex: &Regex) -> Option<Diagnostic> {
    let message = match literal_of(regex.as_str()) {
        _ if matches_nothing(regex.as_str()) => format!("the pattern of `{}` matches no text", name.name),
        Some(literal) if !literal.is_empty() && !regex.is_match(&literal) => {
            format!("the pattern of `{}` does not match `{literal}` by itself", name.name)
        }
        _ => return None,
    };
    let finding = Diagnostic::warning(&codes::NEVER_HEARD, name.span, message);
    Some(finding.help(r"an edge `\b` lies between letters of English words, and never between Chinese characters"))
}

/// Patterns that give to the same constants under the same condition and match the same texts.
fn same(rules: &[(&RuleName, &Rule, &Listens)], told: &mut Vec<Diagnostic>) {
    let patterns: Vec<(&RuleName, &Rule, &Regex)> = rules
        .iter()
        .filter_map(|(name, rule, listens)| match listens {
            Listens::Pattern { regex, .. } => Some((*name, *rule, regex)),
            _ => None,
        })
        .collect();
    let when = |rule: &Rule| rule.when.as_ref().map(|when| when.text().to_owned());
    let pairs = patterns.iter().enumerate().flat_map(|(at, first)| {
        let later = patterns.iter().skip(at + 1);
        later.map(move |second| (first, second))
    });
    let alike = pairs.filter(|((_, a, _), (_, b, _))| a.gives == b.gives && a.text == b.text && when(a) == when(b));
    for ((first, _, a), (second, _, b)) in alike.take(PAIRS) {
        let equal = a.as_str() == b.as_str()
            || (implies(a.as_str(), b.as_str()) == Proof::Proved && implies(b.as_str(), a.as_str()) == Proof::Proved);
        if equal {
            let message = format!(
                "the patterns of `{}` and `{}` match the same texts",
                first.name, second.name
            );
            let finding = Diagnostic::warning(&codes::SAME_PATTERN, second.span, message);
            told.push(
                finding
                    .also(first.span, "the other pattern")
                    .help("their points are added; say it once"),
            );
        }
    }
}
