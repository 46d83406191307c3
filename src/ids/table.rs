//! The numbers of identifiers, found by the hash of their texts.

/// A table of numbers: the entry of a text is sought from its hash on, one after the other, so that what is looked at is
/// read from memory at once. An entry is four bytes: a number, and above it, in the bits that no number needs, some of
/// the hash, so that few texts are looked at in vain.
#[derive(Default)]
pub(super) struct Table {
    /// At most four fifths of them in use: no number has all bits set.
    entries: Vec<u32>,
    /// The bits of a number.
    bits: u32,
    used: usize,
}

/// Nothing.
const FREE: u32 = u32::MAX;

impl Table {
    const SMALLEST: usize = 16;

    /// Where the entry of a hash is sought first: the upper bits of the hash say how far along the table.
    #[inline]
    const fn first(entries: &[u32], hash: u32) -> usize {
        ((hash as u64 * entries.len() as u64) >> u32::BITS) as usize
    }

    /// The first number with this hash that is the one sought.
    #[inline]
    pub(super) fn find(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let mark = hash.unbounded_shl(self.bits);
        let mut at = Table::first(&self.entries, hash);
        loop {
            let entry = *self.entries.get(at)?;
            if entry == FREE {
                return None;
            }
            let number = entry ^ mark;
            if number.unbounded_shr(self.bits) == 0 && is_it(number) {
                return Some(number);
            }
            at += 1;
            if at == self.entries.len() {
                at = 0;
            }
        }
    }

    /// Adds the next number, which is the count of those before. `hash_of` is asked again for all of them when the table
    /// grows.
    pub(super) fn add(&mut self, hash_of: impl Fn(u32) -> u32) {
        let next = self.used as u32;
        self.used += 1;
        if 5 * self.used <= 4 * self.entries.len() {
            return self.put(next, hash_of(next));
        }
        let size = (self.entries.len() + self.entries.len() / 2).max(Table::SMALLEST);
        // What was there is given back first.
        self.entries = Vec::new();
        self.entries = vec![FREE; size];
        self.bits = usize::BITS - size.leading_zeros();
        (0..=next).for_each(|number| self.put(number, hash_of(number)));
    }

    #[inline]
    fn put(&mut self, number: u32, hash: u32) {
        let entry = hash.unbounded_shl(self.bits) | number;
        let first = Table::first(&self.entries, hash);
        let (before, behind) = self.entries.split_at_mut(first);
        if let Some(free) = behind.iter_mut().chain(before).find(|entry| **entry == FREE) {
            *free = entry;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn all_numbers_are_found_among_their_like(hashes in prop::collection::vec(prop_oneof![any::<u32>(), 0u32..9, Just(u32::MAX)], 0..300)) {
            let mut table = Table::default();
            for _ in &hashes {
                table.add(|number| hashes[number as usize]);
            }
            for (number, &hash) in hashes.iter().enumerate() {
                prop_assert_eq!(table.find(hash, |found| found as usize == number), Some(number as u32));
            }
            prop_assert_eq!(table.find(77, |_| false), None);
        }
    }
}
