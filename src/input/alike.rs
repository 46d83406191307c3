//! Which rows are alike in every column that recv reads.

use std::collections::HashSet;

use super::columns::Columns;
use super::hash::hash_bytes;
use super::records::Record;
use super::table::Layout;

/// Bits of a row's hash. There is one for each row of a kind, so that they are short; among ten million rows hardly any
/// two that differ have one hash, and they are told apart when their cells are compared.
pub const HASH_BITS: u32 = 48;

/// The columns of one file by which its rows are compared.
#[derive(Debug)]
pub struct Compared {
    positions: Vec<usize>,
    /// Whether these columns stand side by side in the file.
    side_by_side: bool,
}

impl Compared {
    /// All columns that were found, in the order of their table, whatever their order in the file.
    pub fn columns<C: Columns>(layout: &Layout<C>) -> Compared {
        let positions: Vec<usize> = layout.found().collect();
        let side_by_side = positions.windows(2).all(|pair| pair[1] == pair[0] + 1);
        Compared { positions, side_by_side }
    }

    /// A hash of the cells with commas between them, by which rows that may be alike are found: of [`HASH_BITS`].
    pub fn hash(&self, record: &Record<'_>, scratch: &mut Vec<u8>) -> u64 {
        let hash = if let Some(bytes) = self.as_written(record) {
            hash_bytes(bytes)
        } else {
            self.join(record, b',', scratch);
            hash_bytes(scratch)
        };
        hash >> (u64::BITS - HASH_BITS)
    }

    /// The cells one after the other, so that rows are alike where these bytes are.
    pub fn write(&self, record: &Record<'_>, into: &mut Vec<u8>) {
        self.join(record, 0x1f, into);
    }

    fn join(&self, record: &Record<'_>, separator: u8, into: &mut Vec<u8>) {
        into.clear();
        for &position in &self.positions {
            into.extend_from_slice(record.field(position));
            into.push(separator);
        }
        into.pop();
    }

    /// The cells with commas between them, where the file has just that.
    fn as_written<'r>(&self, record: &Record<'r>) -> Option<&'r [u8]> {
        let (&first, &last) = (self.positions.first()?, self.positions.last()?);
        if self.side_by_side { record.fields_with_commas(first, last) } else { None }
    }
}

/// Hashes of rows, to find those that may be alike.
#[derive(Default)]
pub struct Hashes {
    wanted: bool,
    /// The lower 32 bits of each hash, and the others.
    lower: Vec<u32>,
    upper: Vec<u16>,
}

impl Hashes {
    /// None yet; kept only where they are wanted.
    pub fn new(wanted: bool) -> Hashes {
        Hashes { wanted, ..Hashes::default() }
    }

    /// Whether they are kept.
    pub const fn are_wanted(&self) -> bool {
        self.wanted
    }

    /// Adds the hash of a row.
    #[inline]
    pub fn add(&mut self, hash: u64) {
        if self.wanted {
            self.lower.push(hash as u32);
            self.upper.push((hash >> u32::BITS) as u16);
        }
    }

    fn all(&self) -> impl Iterator<Item = u64> + '_ {
        let both = self.lower.iter().zip(&self.upper);
        both.map(|(&lower, &upper)| u64::from(upper) << u32::BITS | u64::from(lower))
    }

    /// The hashes that came more than once. Most hashes have a bit of the sieve to themselves: only the others are
    /// sorted. A part of the hashes is sieved at a time, so that the sieve is small.
    pub fn repeated(self) -> Option<HashSet<u64>> {
        const PARTS: u64 = 4;
        let words = (self.lower.len() / (4 * PARTS as usize)).next_power_of_two();
        let place = |hash: u64| ((hash >> 6) as usize & (words - 1), 1u64 << (hash & 63));
        // Bits that came once, and beside them those that came twice.
        let mut sieve = vec![[0u64; 2]; words];
        let mut repeated = HashSet::new();
        for part in 0..PARTS {
            sieve.fill([0; 2]);
            let of_part = || self.all().filter(|hash| hash >> (HASH_BITS - PARTS.ilog2()) == part);
            for (word, bit) in of_part().map(place) {
                let [once, twice] = &mut sieve[word];
                *twice |= *once & bit;
                *once |= bit;
            }
            let is_caught = |&hash: &u64| {
                let (word, bit) = place(hash);
                sieve[word][1] & bit != 0
            };
            let mut caught: Vec<u64> = of_part().filter(is_caught).collect();
            caught.sort_unstable();
            repeated.extend(caught.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]));
        }
        (!repeated.is_empty()).then_some(repeated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::records::{Records, Step};

    /// The hashes of all rows.
    fn hashes(text: &[u8], positions: &[usize]) -> Vec<u64> {
        let side_by_side = positions.windows(2).all(|pair| pair[1] == pair[0] + 1);
        let compared = Compared { positions: positions.to_vec(), side_by_side };
        let mut records = Records::new(text).unwrap();
        let mut hashes = Vec::new();
        while let Step::Record(record) = records.advance().unwrap() {
            hashes.push(compared.hash(&record, &mut Vec::new()));
        }
        hashes.split_off(1)
    }

    #[test]
    fn cells_have_one_hash_however_they_are_written() {
        let plain = hashes("a,b,c\n1,客户,3\n".as_bytes(), &[0, 1, 2])[0];
        for text in
            ["a,b,c\n1, 客户 ,3\n", "a,b,c\n1,\"客户\",3\n", "a;b;c\n1;客户;3\n", "a\tb\tc\n1\t客户\t3\r\n"]
        {
            assert_eq!(hashes(text.as_bytes(), &[0, 1, 2]), [plain], "{text}");
        }
        assert_eq!(hashes("c,b,a\n3,客户,1\n".as_bytes(), &[2, 1, 0]), [plain]);
        assert_eq!(hashes("a,x,b,c\n1,9,客户,3,\n".as_bytes(), &[0, 2, 3]), [plain]);
        assert_ne!(hashes("a,b,c\n1,客户,4\n".as_bytes(), &[0, 1, 2]), [plain]);
    }

    #[test]
    fn hashes_that_come_twice_are_found_among_many() {
        let repeated = |seen: Vec<u64>| {
            let mut hashes = Hashes::new(true);
            for hash in seen {
                hashes.add(hash);
            }
            hashes.repeated()
        };
        let many = |count: u64| (0..count).map(|n| hash_bytes(&n.to_le_bytes()) >> (u64::BITS - HASH_BITS));
        assert_eq!(repeated(Vec::new()), None);
        assert_eq!(repeated(many(5000).collect()), None);
        let twice = [7, 4321].map(|n: u64| hash_bytes(&n.to_le_bytes()) >> (u64::BITS - HASH_BITS));
        assert_eq!(repeated(many(5000).chain(twice).collect()), Some(HashSet::from(twice)));
        assert_eq!(repeated(vec![3, 3, 3, 4]), Some(HashSet::from([3])));
    }
}
