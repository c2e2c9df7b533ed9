//! A short way to a place in a sorted list: a table of how many entries lie before each of some equal slots.

/// Where to look in a list that is sorted by some key: a binary search of a few entries in the place of one of all.
#[derive(Debug)]
pub(super) struct Slots {
    base: i64,
    shift: u32,
    /// For each slot the number of entries whose key lies before it, and all of them at the end.
    before: Box<[u32]>,
}

impl Slots {
    /// Slots for keys in order, about as many as there are keys.
    pub(super) fn new(keys: impl ExactSizeIterator<Item = i64> + Clone) -> Self {
        let (first, last) = (keys.clone().next().unwrap_or(0), keys.clone().last().unwrap_or(0));
        let span = last.wrapping_sub(first).cast_unsigned();
        let count = u64::try_from(keys.len()).unwrap_or(u64::MAX).max(1);
        // A slot is a power of two long, at most the mean distance of keys.
        let shift = (span / count).checked_ilog2().unwrap_or(0);
        let slots = usize::try_from(span >> shift).unwrap_or(0) + 1;
        let mut before = vec![0_u32; slots + 1];
        for key in keys {
            let slot = usize::try_from(key.wrapping_sub(first).cast_unsigned() >> shift).unwrap_or(0);
            if let Some(count) = before.get_mut(slot + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for count in &mut before {
            sum += *count;
            *count = sum;
        }
        Self {
            base: first,
            shift,
            before: before.into(),
        }
    }

    /// How many entries of the list come before the first for which `is_before` does not hold, where it holds for all
    /// with a key less than the given one and for none with a greater one.
    #[inline]
    pub(super) fn count<T>(&self, list: &[T], key: i64, is_before: impl Fn(&T) -> bool) -> usize {
        if key < self.base {
            return 0;
        }
        let slot = usize::try_from(key.wrapping_sub(self.base).cast_unsigned() >> self.shift).unwrap_or(usize::MAX);
        let bound = |slot: usize| self.before.get(slot).map(|count| *count as usize);
        let low = bound(slot).unwrap_or(list.len());
        let high = bound(slot.saturating_add(1)).unwrap_or(list.len());
        let within = list.get(low..high).unwrap_or_default();
        low + within.partition_point(is_before)
    }
}

#[cfg(test)]
mod tests {
    use super::Slots;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_finds_what_a_binary_search_finds(mut keys in prop::collection::vec(-1000i64..100_000, 0..60), key in -2000i64..110_000) {
            keys.sort_unstable();
            let slots = Slots::new(keys.iter().copied());
            prop_assert_eq!(slots.count(&keys, key, |entry| *entry <= key), keys.partition_point(|entry| *entry <= key));
            prop_assert_eq!(slots.count(&keys, key, |entry| *entry < key), keys.partition_point(|entry| *entry < key));
        }
    }
}
