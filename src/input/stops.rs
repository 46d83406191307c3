//! Where a block of delimited text has bytes that splitting must look at: found sixteen at a time, and asked for one
//! after the other.

use wide::u8x16;

/// Bytes that one word of the index covers.
const WORD: usize = 64;

/// An index of delimiters, quotation marks and line ends (LF, CR): one bit per byte of the block.
#[derive(Debug, Default)]
pub struct Stops {
    words: Vec<u64>,
}

impl Stops {
    /// Makes the index of these bytes, in place of the one before.
    pub fn index(&mut self, bytes: &[u8], delimiter: u8) {
        let sought = [delimiter, b'"', b'\n', b'\r'].map(u8x16::splat);
        self.words.clear();
        self.words.reserve(bytes.len().div_ceil(WORD));
        let (chunks, rest) = bytes.as_chunks::<WORD>();
        self.words.extend(chunks.iter().map(|chunk| stops_in(chunk, &sought)));
        if !rest.is_empty() {
            let mut last = [0; WORD];
            last[..rest.len()].copy_from_slice(rest);
            self.words.push(stops_in(&last, &sought));
        }
    }

    /// The stops at or after `from`, one after the other.
    #[inline]
    pub fn from(&self, from: usize) -> StopsFrom<'_> {
        let at = from / WORD;
        let left = self.words.get(at).map_or(0, |word| word & (u64::MAX << (from % WORD)));
        StopsFrom { words: &self.words, at, left }
    }
}

/// Goes through the stops of a block.
#[derive(Debug)]
pub struct StopsFrom<'a> {
    words: &'a [u64],
    at: usize,
    /// The stops of the word at `at` that are still to come.
    left: u64,
}

impl Iterator for StopsFrom<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            self.at += 1;
            self.left = *self.words.get(self.at)?;
        }
        let bit = self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(self.at * WORD + bit)
    }
}

/// One bit per byte: whether it is one of those sought. None of them is NUL, so that padding never stops.
#[inline]
fn stops_in(chunk: &[u8; WORD], sought: &[u8x16; 4]) -> u64 {
    let (parts, _) = chunk.as_chunks::<16>();
    parts.iter().rev().fold(0, |word, &part| {
        let part = u8x16::new(part);
        let found = sought.iter().fold(u8x16::ZERO, |found, &byte| found | part.simd_eq(byte));
        word << 16 | u64::from(found.to_bitmask())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_looking(bytes: &[u8], delimiter: u8) -> Vec<usize> {
        let is_stop = |&at: &usize| bytes[at] == delimiter || matches!(bytes[at], b'"' | b'\n' | b'\r');
        (0..bytes.len()).filter(is_stop).collect()
    }

    fn by_index(bytes: &[u8], delimiter: u8) -> Vec<usize> {
        let mut stops = Stops::default();
        stops.index(b"a former block,\n", b',');
        stops.index(bytes, delimiter);
        for from in 0..bytes.len() {
            let later = by_looking(bytes, delimiter).into_iter().filter(|&at| at >= from);
            assert!(stops.from(from).eq(later));
        }
        stops.from(0).collect()
    }

    proptest! {
        #[test]
        fn the_index_finds_what_looking_at_every_byte_finds(text in prop::collection::vec(prop_oneof![any::<u8>(), Just(b','), Just(b'"'), Just(b'\n')], 0..300), delimiter in prop_oneof![Just(b','), Just(b'\t'), Just(b';')]) {
            prop_assert_eq!(by_index(&text, delimiter), by_looking(&text, delimiter));
        }
    }

    #[test]
    fn no_bytes_have_no_stops() {
        assert!(by_index(b"", b',').is_empty());
        assert!(by_index(&[b'x'; 64], b',').is_empty());
    }
}
