//! Which rows are alike in every column that recv reads.

use std::collections::HashSet;

use super::columns::Columns;
use super::hash::hash_bytes;
use super::layout::Layout;
use super::records::{Batch, Record};
use crate::memory::list_of_many;
use crate::parallel;

/// Bits of a row's hash. There is one for each row of a kind, so that they are short; among ten million rows hardly any
/// two that differ have one hash, and they are told apart when their cells are compared.
pub const HASH_BITS: u32 = 48;

/// What stands for the hash of a row that is not asked for: no hash has so many bits.
pub const NO_HASH: u64 = u64::MAX;

/// The columns of one file by which its rows are compared.
#[derive(Debug)]
pub struct Compared {
    positions: Vec<usize>,
    /// The first and the last of these columns, where all of them stand side by side in the file.
    side_by_side: Option<(usize, usize)>,
}

impl Compared {
    /// All columns that were found, in the order of their table, whatever their order in the file.
    pub fn columns<C: Columns>(layout: &Layout<C>) -> Compared {
        Compared::at(layout.found().collect())
    }

    /// The columns at these positions.
    fn at(positions: Vec<usize>) -> Compared {
        let is_side_by_side = positions.windows(2).all(|pair| pair[1] == pair[0] + 1);
        let ends = positions.first().copied().zip(positions.last().copied());
        Compared { positions, side_by_side: ends.filter(|_| is_side_by_side) }
    }

    /// Of each of a batch's records a hash of its cells with commas between them, by which rows that may be alike are found: of
    /// [`HASH_BITS`]. A broken record has none.
    pub fn hashes(&self, batch: &Batch) -> Vec<u64> {
        let hash = |bytes: &[u8]| hash_bytes(bytes) >> (u64::BITS - HASH_BITS);
        let (mut hashes, mut joined) = (Vec::with_capacity(batch.count()), Vec::new());
        for run in batch.runs() {
            let Ok(records) = run else {
                hashes.push(NO_HASH);
                continue;
            };
            match self.side_by_side.and_then(|(first, last)| records.with_commas(first, last)) {
                Some(texts) => hashes.extend(texts.map(hash)),
                None => hashes.extend(records.map(|record| {
                    self.join(&record, b',', &mut joined);
                    hash(&joined)
                })),
            }
        }
        hashes
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
}

/// Hashes of rows, to find those that may be alike.
pub struct Hashes {
    wanted: bool,
    parts: [Part; PARTS],
}

/// The upper bits of a hash by which it is of one part or another.
const PART_BITS: u32 = 4;
const PARTS: usize = 1 << PART_BITS;

/// Hashes that have their [`PART_BITS`] alike: of each its bytes, the lowest first.
struct Part(Vec<[u8; HASH_BITS as usize / 8]>);

/// So many hashes in a part are worth a further thread.
const MANY: usize = 50_000;

impl Hashes {
    /// None yet; kept only where they are wanted.
    pub fn new(wanted: bool) -> Hashes {
        let part = |_| Part(if wanted { list_of_many() } else { Vec::new() });
        Hashes { wanted, parts: std::array::from_fn(part) }
    }

    /// Whether they are kept.
    pub const fn are_wanted(&self) -> bool {
        self.wanted
    }

    /// Adds the hashes of rows, of [`HASH_BITS`] each; [`NO_HASH`] is none.
    pub fn add(&mut self, hashes: impl Iterator<Item = u64>) {
        for hash in hashes.filter(|&hash| hash != NO_HASH) {
            let Some(&bytes) = hash.to_le_bytes().first_chunk() else { continue };
            let Part(of_part) = &mut self.parts[(hash >> (HASH_BITS - PART_BITS)) as usize % PARTS];
            of_part.push(bytes);
        }
    }

    /// The hashes that came more than once. A part of the hashes is sieved at a time, so that the sieve is small; of many, two
    /// parts are at a time, side by side.
    pub fn repeated(self) -> Option<HashSet<u64>> {
        let are_many = self.parts.iter().any(|Part(hashes)| hashes.len() > MANY);
        let mut parts = self.parts.into_iter();
        let half: Vec<Part> = parts.by_ref().take(PARTS / 2).collect();
        let (mut repeated, further) = if are_many {
            parallel::both(|| Part::repeated_of(half), || Part::repeated_of(parts))
        } else {
            (Part::repeated_of(half), Part::repeated_of(parts))
        };
        repeated.extend(further);
        (!repeated.is_empty()).then_some(repeated)
    }
}

impl Part {
    /// The hashes of these parts that came more than once.
    fn repeated_of(parts: impl IntoIterator<Item = Part>) -> HashSet<u64> {
        let mut sieve = Vec::new();
        parts.into_iter().flat_map(|part| part.repeated(&mut sieve)).collect()
    }

    /// The hashes that came more than once. Most have a bit of the sieve to themselves: only the others are sorted. The sieve
    /// has the bits that came once, and beside them those that came twice.
    fn repeated(self, sieve: &mut Vec<[u64; 2]>) -> Vec<u64> {
        let words = (self.0.len() / 4).next_power_of_two();
        sieve.clear();
        sieve.resize(words, [0; 2]);
        // The lower bits of a hash say which place it has.
        let place = |hash: &[u8; 6]| {
            let low = hash.first_chunk().map_or(0, |&low| u32::from_le_bytes(low));
            ((low >> 6) as usize & (words - 1), 1u64 << (low & 63))
        };
        for (word, bit) in self.0.iter().map(place) {
            let [once, twice] = &mut sieve[word];
            *twice |= *once & bit;
            *once |= bit;
        }
        let is_caught = |hash: &&[u8; 6]| {
            let (word, bit) = place(hash);
            sieve[word][1] & bit != 0
        };
        let whole = |hash: &[u8; 6]| {
            let mut bytes = [0; 8];
            bytes[..hash.len()].copy_from_slice(hash);
            u64::from_le_bytes(bytes)
        };
        let mut caught: Vec<u64> = self.0.iter().filter(is_caught).map(whole).collect();
        caught.sort_unstable();
        caught.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::records::Records;

    /// The hashes of all rows.
    fn hashes(text: &[u8], positions: &[usize]) -> Vec<u64> {
        let compared = Compared::at(positions.to_vec());
        let mut records = Records::new(text).unwrap();
        let mut hashes = Vec::new();
        let mut batch = Batch::default();
        while {
            let more = records.take_batch(&mut batch).unwrap();
            hashes.extend(compared.hashes(&batch));
            more
        } {}
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
            hashes.add(seen.into_iter().chain([NO_HASH, NO_HASH]));
            hashes.repeated()
        };
        let many = |count: u64| (0..count).map(|n| hash_bytes(&n.to_le_bytes()) >> (u64::BITS - HASH_BITS));
        assert_eq!(repeated(Vec::new()), None);
        assert_eq!(repeated(many(5000).collect()), None);
        let twice = [7, 4321].map(|n: u64| hash_bytes(&n.to_le_bytes()) >> (u64::BITS - HASH_BITS));
        for count in [5000, (PARTS + 1) as u64 * MANY as u64] {
            assert_eq!(repeated(many(count).chain(twice).collect()), Some(HashSet::from(twice)));
        }
        assert_eq!(repeated(vec![3, 3, 3, 4]), Some(HashSet::from([3])));
    }
}
