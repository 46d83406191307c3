//! The numbers of identifiers, found by the hash of their texts.

/// A table of numbers: the entry of a text is sought from its hash on, one after the other, so that what is looked at is
/// read from memory at once. An entry is four bytes: a number, and above it, in the bits that no number needs, some of
/// the hash, so that few texts are looked at in vain.
#[derive(Default)]
pub(super) struct Table {
    /// At most four fifths of them in use.
    entries: Vec<u32>,
    /// The bits that numbers have.
    numbers: u32,
    used: usize,
    /// How many numbers there will be, so far as anybody can tell.
    expected: usize,
}

/// Nothing: no entry looks so, since no number has all bits set. It is not zero, so that a new table is written once from
/// end to end: memory that is read before anything is written there is given twice, first as zeros, then of its own.
const FREE: u32 = u32::MAX;

impl Table {
    const SMALLEST: usize = 16;

    /// Where the entry of a hash is sought first: the upper bits of the hash say how far along the table.
    #[inline]
    const fn first(entries: &[u32], hash: u32) -> usize {
        ((hash as u64 * entries.len() as u64) >> u32::BITS) as usize
    }

    /// What of a hash stands above a number: its lower bits first, since the upper ones say where it is sought.
    #[inline]
    const fn mark(&self, hash: u32) -> u32 {
        hash.swap_bytes() & !self.numbers
    }

    /// Whether so much memory is taken that the processor does not have all of it near.
    pub(super) const fn is_large(&self) -> bool {
        self.entries.len() > 1 << 17
    }

    /// What stands where a hash is sought first, read without looking at it.
    #[inline]
    pub(super) fn first_entry(&self, hash: u32) -> u64 {
        self.entries.get(Table::first(&self.entries, hash)).copied().unwrap_or_default().into()
    }

    /// The first number with this hash that is the one sought.
    #[inline]
    pub(super) fn find(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let mark = self.mark(hash);
        let mut at = Table::first(&self.entries, hash);
        loop {
            let entry = *self.entries.get(at)?;
            if entry == FREE {
                return None;
            }
            let number = entry ^ mark;
            if number <= self.numbers && is_it(number) {
                return Some(number);
            }
            at += 1;
            if at == self.entries.len() {
                at = 0;
            }
        }
    }

    /// Prepares for so many numbers, if any come: the table need not grow before there are more.
    pub(super) const fn expect(&mut self, count: usize) {
        self.expected = count;
    }

    /// Adds the next numbers, so many of them, from the count of those before on. `hash_of` is asked again for all of them
    /// when the table grows.
    pub(super) fn add(&mut self, count: usize, hash_of: impl Fn(u32) -> u32) {
        let mut next = self.used;
        self.used += count;
        if 5 * self.used > 4 * self.entries.len() {
            next = 0;
            let grown = self.entries.len() + self.entries.len() / 2;
            let needed = self.used.max(self.expected);
            let size = grown.max(needed + needed / 2).max(Table::SMALLEST);
            // What was there is given back first.
            self.entries = Vec::new();
            self.entries = vec![FREE; size];
            self.numbers = u32::MAX.unbounded_shr((size as u32).leading_zeros());
        }
        (next..self.used).for_each(|number| self.put(number as u32, hash_of(number as u32)));
    }

    #[inline]
    fn put(&mut self, number: u32, hash: u32) {
        let mark = self.mark(hash);
        let entries = &mut self.entries[..];
        let mut at = Table::first(entries, hash);
        while entries[at] != FREE {
            at += 1;
            if at == entries.len() {
                at = 0;
            }
        }
        entries[at] = mark | number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn all_numbers_are_found_among_their_like(hashes in prop::collection::vec(prop_oneof![any::<u32>(), 0u32..9, Just(u32::MAX)], 0..300), expected in 0usize..200, step in 1usize..40) {
            let mut table = Table::default();
            table.expect(expected);
            for some in hashes.chunks(step) {
                table.add(some.len(), |number| hashes[number as usize]);
            }
            for (number, &hash) in hashes.iter().enumerate() {
                prop_assert_eq!(table.find(hash, |found| found as usize == number), Some(number as u32));
            }
            prop_assert_eq!(table.find(77, |_| false), None);
        }
    }
}
