//! Stretches of time between instants, and what is done with lists of them.

/// The instants `[start, end)`, in milliseconds since 1970 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stretch {
    /// The first instant.
    pub start: i64,
    /// The first instant after it.
    pub end: i64,
}

impl Stretch {
    /// How long it is, in milliseconds.
    #[must_use]
    pub fn length(self) -> i64 {
        self.end - self.start
    }
}

// INVARIANT: a list that has gone through `normal`, and each list made of such lists, is in order, and between two
// stretches lies closed time.

/// The list in order, stretches that overlap or touch as one.
pub(super) fn normal(mut list: Vec<Stretch>) -> Vec<Stretch> {
    list.sort_unstable();
    let mut merged: Vec<Stretch> = Vec::with_capacity(list.len());
    for stretch in list {
        match merged.last_mut() {
            Some(last) if stretch.start <= last.end => last.end = last.end.max(stretch.end),
            _ => merged.push(stretch),
        }
    }
    merged
}

/// What lies in both lists.
pub(super) fn both(left: &[Stretch], right: &[Stretch]) -> Vec<Stretch> {
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    let mut common = Vec::new();
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let (start, end) = (a.start.max(b.start), a.end.min(b.end));
        if start < end {
            common.push(Stretch { start, end });
        }
        match a.end < b.end {
            true => left.next(),
            false => right.next(),
        };
    }
    common
}

/// What lies in the first list and not in the second.
pub(super) fn without(list: &[Stretch], cut: &[Stretch]) -> Vec<Stretch> {
    let mut left = Vec::with_capacity(list.len());
    let mut cuts = cut.iter().peekable();
    for &Stretch { mut start, end } in list {
        while cuts.next_if(|cut| cut.end <= start).is_some() {}
        let mut ahead = cuts.clone();
        while let Some(cut) = ahead.next_if(|cut| cut.start < end) {
            if start < cut.start {
                left.push(Stretch { start, end: cut.start });
            }
            start = start.max(cut.end);
        }
        if start < end {
            left.push(Stretch { start, end });
        }
    }
    left
}

/// What of the list lies in `[from, until)`.
pub(super) fn clipped(list: &[Stretch], from: i64, until: i64) -> Vec<Stretch> {
    match from < until {
        true => both(
            list,
            &[Stretch {
                start: from,
                end: until,
            }],
        ),
        false => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(pairs: &[(i64, i64)]) -> Vec<Stretch> {
        pairs.iter().map(|&(start, end)| Stretch { start, end }).collect()
    }

    #[test]
    fn lists_are_combined_as_sets_of_instants() {
        let a = normal(list(&[(5, 7), (0, 2), (2, 3), (6, 9)]));
        assert_eq!(a, list(&[(0, 3), (5, 9)]));
        let b = list(&[(1, 2), (6, 7), (8, 12)]);
        assert_eq!(both(&a, &b), list(&[(1, 2), (6, 7), (8, 9)]));
        assert_eq!(without(&a, &b), list(&[(0, 1), (2, 3), (5, 6), (7, 8)]));
        assert_eq!(without(&b, &a), list(&[(9, 12)]));
        assert_eq!(
            without(&list(&[(0, 4), (4, 8)]), &list(&[(3, 5)])),
            list(&[(0, 3), (5, 8)])
        );
        assert_eq!(clipped(&a, 2, 6), list(&[(2, 3), (5, 6)]));
        assert_eq!(clipped(&a, 6, 2), []);
    }
}
