//! The numbers of identifiers, found by the hash of their texts.

/// A table of numbers: the entry of a text is sought from its hash on, one after the other, so that what is looked at is
/// read from memory at once. An entry is four bytes: a number, and above it, in the bits that no number needs, some of
/// the hash, so that few texts are looked at in vain.
#[derive(Default)]
pub(super) struct Table {
    /// A power of two of them, at most four fifths of them in use: no number has all bits set.
    entries: Vec<u32>,
    used: usize,
}

/// Nothing.
const FREE: u32 = u32::MAX;

impl Table {
    const SMALLEST: usize = 16;

    /// The bits of an entry that are the number.
    #[inline]
    fn mask(&self) -> u32 {
        (self.entries.len() as u32).wrapping_sub(1)
    }

    /// The first number with this hash that is the one sought.
    #[inline]
    pub(super) fn find(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.mask();
        let mut at = hash & mask;
        loop {
            let entry = *self.entries.get(at as usize)?;
            if entry == FREE {
                return None;
            }
            if (entry ^ hash) & !mask == 0 && is_it(entry & mask) {
                return Some(entry & mask);
            }
            at = (at + 1) & mask;
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
        let size = (2 * self.entries.len()).max(Table::SMALLEST);
        // What was there is given back first.
        self.entries = Vec::new();
        self.entries = vec![FREE; size];
        (0..=next).for_each(|number| self.put(number, hash_of(number)));
    }

    fn put(&mut self, number: u32, hash: u32) {
        let mask = self.mask();
        let mut at = hash & mask;
        while self.entries[at as usize] != FREE {
            at = (at + 1) & mask;
        }
        self.entries[at as usize] = hash & !mask | number;
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
