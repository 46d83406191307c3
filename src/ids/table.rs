//! The numbers of identifiers, found by the hash of their texts.

use std::ops::Range;

use crate::parallel::both;

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
    /// So many numbers at once are added on two threads.
    const MANY: usize = 1 << 16;

    /// Where in a table of so many entries that of a hash is sought first: the upper bits of the hash say how far along it.
    #[inline]
    const fn first(entries: usize, hash: u32) -> usize {
        ((hash as u64 * entries as u64) >> u32::BITS) as usize
    }

    /// What of a hash stands above a number, of which these are the bits: the lower bits of the hash first, since the upper
    /// ones say where it is sought.
    #[inline]
    const fn mark(numbers: u32, hash: u32) -> u32 {
        hash.swap_bytes() & !numbers
    }

    /// Whether so much memory is taken that the processor does not have all of it near.
    pub(super) const fn is_large(&self) -> bool {
        self.entries.len() > 1 << 17
    }

    /// What stands where a hash is sought first, read without looking at it.
    #[inline]
    pub(super) fn first_entry(&self, hash: u32) -> u64 {
        self.entries.get(Table::first(self.entries.len(), hash)).copied().unwrap_or(FREE).into()
    }

    /// The number that stands there, where it probably has this hash.
    #[inline]
    pub(super) fn first_number(&self, hash: u32) -> Option<u32> {
        let number = self.first_entry(hash) as u32 ^ Table::mark(self.numbers, hash);
        (number < self.numbers).then_some(number)
    }

    /// The first number with this hash that is the one sought.
    #[inline]
    pub(super) fn find(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.seek(hash, is_it).ok()
    }

    /// The same; `Err` says which entry is free for it where there is none.
    #[inline(always)]
    fn seek(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Result<u32, usize> {
        let mark = Table::mark(self.numbers, hash);
        let mut at = Table::first(self.entries.len(), hash);
        loop {
            let Some(&entry) = self.entries.get(at).filter(|&&entry| entry != FREE) else { return Err(at) };
            let number = entry ^ mark;
            if number <= self.numbers && is_it(number) {
                return Ok(number);
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
    pub(super) fn add(&mut self, count: usize, hash_of: impl Fn(u32) -> u32 + Sync) {
        self.make_room(count, &hash_of);
        let next = self.used;
        self.used += count;
        let numbers = next as u32..self.used as u32;
        if count < Table::MANY {
            numbers.for_each(|number| self.put(number, hash_of(number)));
        } else {
            self.put_many(&numbers, &hash_of);
        }
    }

    /// Puts many where they belong, one thread those of the lower half of the table, another those of the upper one.
    fn put_many(&mut self, numbers: &Range<u32>, hash_of: &(impl Fn(u32) -> u32 + Sync)) {
        let (all, mask) = (self.entries.len(), self.numbers);
        let middle = all / 2;
        let (lower, upper) = self.entries.split_at_mut(middle);
        let put_those_of = |half: &mut [u32], start: usize| -> Vec<u32> {
            let mut without_room = Vec::new();
            for number in numbers.clone() {
                let hash = hash_of(number);
                let first = Table::first(all, hash).wrapping_sub(start);
                if first < half.len() {
                    match half[first..].iter_mut().find(|entry| **entry == FREE) {
                        Some(entry) => *entry = Table::mark(mask, hash) | number,
                        None => without_room.push(number),
                    }
                }
            }
            without_room
        };
        let (one, other) = both(|| put_those_of(lower, 0), || put_those_of(upper, middle));
        // These go on into the other half.
        one.into_iter().chain(other).for_each(|number| self.put(number, hash_of(number)));
    }

    /// The first number with this hash that is the one sought; where there is none, the next number is added with it.
    #[inline]
    pub(super) fn find_or_add(
        &mut self,
        hash: u32,
        is_it: impl Fn(u32) -> bool,
        hash_of: impl Fn(u32) -> u32,
    ) -> Option<u32> {
        self.make_room(1, &hash_of);
        let free = match self.seek(hash, is_it) {
            Ok(known) => return Some(known),
            Err(free) => free,
        };
        self.entries[free] = Table::mark(self.numbers, hash) | self.used as u32;
        self.used += 1;
        None
    }

    /// Grows where so many more numbers have no room.
    #[inline]
    fn make_room(&mut self, count: usize, hash_of: &impl Fn(u32) -> u32) {
        if 5 * (self.used + count) > 4 * self.entries.len() {
            self.grow(self.used + count, hash_of);
        }
    }

    #[inline(never)]
    fn grow(&mut self, numbers: usize, hash_of: &impl Fn(u32) -> u32) {
        let grown = self.entries.len() + self.entries.len() / 2;
        let needed = numbers.max(self.expected);
        let size = grown.max(needed + needed / 2).max(Table::SMALLEST);
        // What was there is given back first.
        self.entries = Vec::new();
        self.entries = vec![FREE; size];
        self.numbers = u32::MAX.unbounded_shr((size as u32).leading_zeros());
        (0..self.used).for_each(|number| self.put(number as u32, hash_of(number as u32)));
    }

    #[inline]
    fn put(&mut self, number: u32, hash: u32) {
        if let Err(free) = self.seek(hash, |_| false) {
            self.entries[free] = Table::mark(self.numbers, hash) | number;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn many_numbers_are_found_that_were_added_at_once() {
        let count = Table::MANY + 1000;
        // Many are sought last in one of the halves.
        let hash_of = |number: u32| match number % 64 {
            0 => u32::MAX - number / 1000,
            1 => (1 << 31) - 1 - number / 1000,
            _ => number.wrapping_mul(0x9e37_79b9),
        };
        let mut table = Table::default();
        table.add(9, hash_of);
        table.add(count, hash_of);
        for number in 0..9 + count as u32 {
            assert_eq!(table.find(hash_of(number), |found| found == number), Some(number));
        }
    }

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
            let mut one_by_one = Table::default();
            one_by_one.expect(expected);
            for (number, &hash) in hashes.iter().enumerate() {
                let first = hashes.iter().position(|&known| known == hash).unwrap() as u32;
                let found = one_by_one.find_or_add(hash, |found| found == first && first < number as u32, |number| hashes[number as usize]);
                prop_assert_eq!(found, (first < number as u32).then_some(first));
                if found.is_some() {
                    one_by_one.add(1, |number| hashes[number as usize]);
                }
            }
            prop_assert!(one_by_one.entries == table.entries || step > 1);
        }
    }
}
