//! What is found in lists that are sorted.

/// Those with this key, which stand together in a list that is sorted by it.
#[inline]
pub fn with_key<T, K: Ord + Copy>(sorted: &[T], key: K, key_of: impl Fn(&T) -> K) -> &[T] {
    let from = sorted.partition_point(|one| key_of(one) < key);
    let from = &sorted[from..];
    &from[..from.iter().take_while(|one| key_of(one) == key).count()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn all_of_a_key_are_found_and_no_others(mut all in prop::collection::vec((0u32..6, 0u32..9), 0..20), key in 0u32..7) {
            all.sort_unstable();
            let expected: Vec<(u32, u32)> = all.iter().copied().filter(|&(own, _)| own == key).collect();
            prop_assert_eq!(with_key(&all, key, |&(own, _)| own), expected);
        }
    }
}
