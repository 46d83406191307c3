//! Where a block of delimited text has bytes that splitting must look at: found sixteen at a time, and asked for one
//! after the other.

use wide::u8x16;

/// Bytes that one word of the index covers.
const WORD: usize = 64;

/// An index of delimiters, quotation marks and line ends (LF, CR): one bit per byte of the block.
#[derive(Debug, Default)]
pub struct Stops {
    words: Vec<Word>,
}

/// The stops among 64 bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Word {
    stops: u64,
    /// Those with a blank beside them, before or behind.
    beside_blanks: u64,
}

impl Stops {
    /// Makes the index of these bytes, in place of the one before.
    pub fn index(&mut self, bytes: &[u8], delimiter: u8) {
        let sought = [delimiter, b'"', b'\n', b'\r'].map(u8x16::splat);
        self.words.clear();
        self.words.reserve(bytes.len().div_ceil(WORD));
        let (chunks, rest) = bytes.as_chunks::<WORD>();
        let mut blank_before = 0;
        for (number, chunk) in chunks.iter().enumerate() {
            let (stops, blanks) = stops_and_blanks_in(chunk, &sought);
            let blank_behind = u64::from(bytes.get((number + 1) * WORD).is_some_and(|&next| next <= b' '));
            let blanks_beside = blanks << 1 | blank_before | blanks >> 1 | blank_behind << (WORD - 1);
            self.words.push(Word { stops, beside_blanks: stops & blanks_beside });
            blank_before = blanks >> (WORD - 1);
        }
        if !rest.is_empty() {
            let mut last = [0; WORD];
            last[..rest.len()].copy_from_slice(rest);
            let (stops, blanks) = stops_and_blanks_in(&last, &sought);
            let blanks_beside = blanks << 1 | blank_before | blanks >> 1;
            self.words.push(Word { stops, beside_blanks: stops & blanks_beside });
        }
    }

    /// The stops at or after `from`, one after the other.
    #[inline]
    pub fn from(&self, from: usize) -> StopsFrom<'_> {
        let at = from / WORD;
        let word = self.words.get(at).copied().unwrap_or_default();
        StopsFrom {
            words: &self.words,
            at,
            left: word.stops & (u64::MAX << (from % WORD)),
            beside_blanks: word.beside_blanks,
        }
    }
}

/// Goes through the stops of a block.
#[derive(Debug)]
pub struct StopsFrom<'a> {
    words: &'a [Word],
    at: usize,
    /// The stops of the word at `at` that are still to come.
    left: u64,
    /// Whether there was a blank beside a stop in any of the words so far.
    beside_blanks: u64,
}

impl StopsFrom<'_> {
    /// Whether a blank (or another byte up to the space that is no stop) stands beside any of the stops so far; it may
    /// be beside another one close by.
    pub const fn may_have_blanks_beside(&self) -> bool {
        self.beside_blanks != 0
    }
}

impl Iterator for StopsFrom<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            self.at += 1;
            let word = self.words.get(self.at)?;
            self.left = word.stops;
            self.beside_blanks |= word.beside_blanks;
        }
        let bit = self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(self.at * WORD + bit)
    }
}

/// One bit per byte: whether it is one of those sought, and whether it is a blank that is none of them. None of those
/// sought is NUL, so that padding never stops.
#[inline]
fn stops_and_blanks_in(chunk: &[u8; WORD], sought: &[u8x16; 4]) -> (u64, u64) {
    let (parts, _) = chunk.as_chunks::<16>();
    let space = u8x16::splat(b' ');
    let (stops, blanks) = parts.iter().rev().fold((0, 0), |(stops, blanks), &part| {
        let part = u8x16::new(part);
        let stop = sought.iter().fold(u8x16::ZERO, |found, &byte| found | part.simd_eq(byte));
        let blank = part.simd_eq(part.min(space));
        (stops << 16 | u64::from(stop.to_bitmask()), blanks << 16 | u64::from(blank.to_bitmask()))
    });
    (stops, blanks & !stops)
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

    proptest! {
        #[test]
        fn blanks_beside_stops_are_seen(text in "([ab]{0,70}[ab][ ,\t\r\n\"]{0,3}[ab]){0,4}") {
            let bytes = text.as_bytes();
            let mut stops = Stops::default();
            stops.index(bytes, b',');
            let mut all = stops.from(0);
            while all.next().is_some() {}
            let is_stop = |at: usize| by_looking(bytes, b',').contains(&at);
            let is_blank = |at: usize| bytes.get(at).is_some_and(|&byte| byte <= b' ') && !is_stop(at);
            let beside = (0..bytes.len()).any(|at| is_stop(at) && (is_blank(at + 1) || at > 0 && is_blank(at - 1)));
            // At the end of a word a line end counts as a blank, too.
            prop_assert!(all.may_have_blanks_beside() || !beside);
            if bytes.len() < WORD {
                let padded = bytes.last().is_some_and(|_| is_stop(bytes.len() - 1));
                prop_assert_eq!(all.may_have_blanks_beside(), beside || padded);
            }
        }
    }

    #[test]
    fn no_bytes_have_no_stops() {
        assert!(by_index(b"", b',').is_empty());
        assert!(by_index(&[b'x'; 64], b',').is_empty());
    }
}
