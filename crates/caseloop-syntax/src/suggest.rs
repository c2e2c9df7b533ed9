//! "Did you mean": the one known word nearest to what was written.

/// The candidate nearest to `written`, if one is near enough to be worth proposing.
///
/// Near means at most a third of the letters wrong (one letter in words of up to five, Chinese ones included);
/// ties go to the candidate that comes first. Case and the two dashes `-` and `_` count as equal.
pub fn did_you_mean<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(written);
    let length = folded.chars().count();
    let allowed = (length / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate == written || length.abs_diff(candidate.chars().count()) > allowed {
            continue;
        }
        let distance = strsim::osa_distance(&folded, &fold(candidate));
        // One letter against another, as in `a` for `b`, is no typing slip.
        let near = distance <= allowed && distance < length;
        if near && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn fold(word: &str) -> String {
    word.chars()
        .map(|c| if c == '-' { '_' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn near_words_are_proposed_and_far_ones_are_not() {
        let known = ["waits_for", "when", "timers", "投诉", "go"];
        assert_eq!(did_you_mean("wait_for", known), Some("waits_for"));
        assert_eq!(did_you_mean("waits-for", known), Some("waits_for"));
        assert_eq!(did_you_mean("wehn", known), Some("when"));
        assert_eq!(did_you_mean("投拆", known), Some("投诉"));
        assert_eq!(did_you_mean("og", known), Some("go"));
        assert_eq!(did_you_mean("x", known), None);
        assert_eq!(did_you_mean("promises", known), None);
        assert_eq!(did_you_mean("when", known), None);
    }
}
