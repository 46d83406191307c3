//! Where a block of delimited text has bytes that splitting must look at: found sixteen at a time, and asked for one
//! after the other.

use wide::u8x16;

/// Bytes that one word of the index covers.
const WORD: usize = 64;

/// An index of delimiters, quotation marks and line ends (LF, CR): one bit per byte of the block.
#[derive(Debug, Default)]
pub struct Stops {
    words: Vec<u64>,
    blank_beside: bool,
}

impl Stops {
    /// Makes the index of these bytes, in place of the one before.
    pub fn index(&mut self, bytes: &[u8], delimiter: u8) {
        let sought = [delimiter, b'"', b'\n', b'\r'].map(u8x16::splat);
        self.words.clear();
        self.words.reserve(bytes.len().div_ceil(WORD));
        // What stands before the block may be a stop, and what stands behind it.
        let (mut stop_before, mut blank_before, mut beside) = (1, 0, 0);
        let mut look = |chunk: &[u8; WORD]| {
            let (stops, blanks) = stops_and_blanks_in(chunk, &sought);
            beside |= blanks & (stops << 1 | stop_before) | stops & (blanks << 1 | blank_before);
            (stop_before, blank_before) = (stops >> (WORD - 1), blanks >> (WORD - 1));
            stops
        };
        let (chunks, rest) = bytes.as_chunks::<WORD>();
        self.words.extend(chunks.iter().map(&mut look));
        if !rest.is_empty() {
            let mut last = [0; WORD];
            last[..rest.len()].copy_from_slice(rest);
            self.words.push(look(&last));
        }
        self.blank_beside = beside != 0 || bytes.last().is_some_and(|&last| last <= b' ');
    }

    /// Whether a blank (or another byte up to the space) may stand beside a stop, or at either end of the block. Where
    /// none does, no field has blanks around it.
    pub const fn may_have_blanks_beside(&self) -> bool {
        self.blank_beside
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
        fn blanks_beside_stops_are_seen(text in "[ab]{0,70}[ ,\t\n\"]{0,2}[ab]{1,70}[ ,\t\r\"]{0,3}[ab]{0,70}") {
            let mut stops = Stops::default();
            stops.index(text.as_bytes(), b',');
            let fields = text.split([',', '"', '\n', '\r']);
            let is_bare = |field: &str| field.trim_matches(|c| c <= ' ') == field;
            let any_blank = !fields.clone().all(is_bare);
            prop_assert!(stops.may_have_blanks_beside() || !any_blank);
            if !text.is_empty() && !text.ends_with(['\n', '\r']) {
                prop_assert_eq!(stops.may_have_blanks_beside(), any_blank);
            }
        }
    }

    #[test]
    fn no_bytes_have_no_stops() {
        assert!(by_index(b"", b',').is_empty());
        assert!(by_index(&[b'x'; 64], b',').is_empty());
    }
}
