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
    /// Makes the index of these bytes, in place of the one before. Says whether any byte is a control character other
    /// than tab and line ends.
    pub fn index(&mut self, bytes: &[u8], delimiter: u8) -> bool {
        let mut seeker = Seeker { delimiter: u8x16::splat(delimiter), controls: u8x16::ZERO };
        self.words.clear();
        self.words.reserve(bytes.len().div_ceil(WORD));
        let (chunks, rest) = bytes.as_chunks::<WORD>();
        let mut blank_before = 0;
        for (number, chunk) in chunks.iter().enumerate() {
            let (stops, blanks) = seeker.stops_and_blanks_in(chunk);
            let blank_behind = u64::from(bytes.get((number + 1) * WORD).is_some_and(|&next| next <= b' '));
            let blanks_beside = blanks << 1 | blank_before | blanks >> 1 | blank_behind << (WORD - 1);
            self.words.push(Word { stops, beside_blanks: stops & blanks_beside });
            blank_before = blanks >> (WORD - 1);
        }
        if !rest.is_empty() {
            let mut last = [PADDING; WORD];
            last[..rest.len()].copy_from_slice(rest);
            let (stops, blanks) = seeker.stops_and_blanks_in(&last);
            let blanks_beside = blanks << 1 | blank_before | blanks >> 1;
            self.words.push(Word { stops, beside_blanks: stops & blanks_beside });
        }
        // Tabs are the only ones that are allowed beside stops, and rare where they do not delimit.
        seeker.controls != u8x16::ZERO && has_control(bytes)
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
            beside_blanks: word.beside_blanks & (u64::MAX << (from % WORD)),
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

    /// Begins anew with asking for blanks: only those beside stops still to come count.
    #[inline]
    pub fn forget_blanks(&mut self) {
        self.beside_blanks = match self.words.get(self.at) {
            Some(word) if self.left != 0 => word.beside_blanks & (u64::MAX << self.left.trailing_zeros()),
            _ => 0,
        };
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

/// Whether any byte is a control character other than tab and line ends.
pub fn has_control(bytes: &[u8]) -> bool {
    bytes.iter().fold(false, |seen, &byte| seen | (byte < 0x20) & !matches!(byte, b'\t' | b'\n' | b'\r'))
}

/// What fills up the last word: nothing that anybody looks for.
const PADDING: u8 = b'x';

/// Looks at 64 bytes at a time.
struct Seeker {
    delimiter: u8x16,
    /// Where in a part there ever was a control character that is no stop.
    controls: u8x16,
}

impl Seeker {
    /// One bit per byte: whether it is a stop, and whether it is a blank that is none.
    #[inline]
    fn stops_and_blanks_in(&mut self, chunk: &[u8; WORD]) -> (u64, u64) {
        let (parts, _) = chunk.as_chunks::<16>();
        let [quote, feed, carriage] = [b'"', b'\n', b'\r'].map(u8x16::splat);
        let [space, last_control] = [b' ', b' ' - 1].map(u8x16::splat);
        let (mut stops, mut blanks) = (0, 0);
        for (number, &part) in parts.iter().enumerate() {
            let part = u8x16::new(part);
            let line_end = part.simd_eq(feed) | part.simd_eq(carriage);
            let stop = line_end | part.simd_eq(self.delimiter) | part.simd_eq(quote);
            let blank = part.simd_eq(part.min(space));
            let control = part.simd_eq(part.min(last_control));
            self.controls |= control & !stop;
            stops |= u64::from(stop.to_bitmask()) << (16 * number);
            blanks |= u64::from(blank.to_bitmask()) << (16 * number);
        }
        (stops, blanks & !stops)
    }
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
                prop_assert_eq!(all.may_have_blanks_beside(), beside);
            }
        }
    }

    #[test]
    fn blanks_beside_stops_that_were_passed_are_forgotten() {
        let mut stops = Stops::default();
        stops.index(b"a ,b\nc,d\n", b',');
        let mut all = stops.from(0);
        assert_eq!((all.next(), all.may_have_blanks_beside()), (Some(2), true));
        assert_eq!(all.next(), Some(4));
        all.forget_blanks();
        assert_eq!((all.next(), all.next(), all.next()), (Some(6), Some(8), None));
        assert!(!all.may_have_blanks_beside());
    }

    #[test]
    fn control_characters_are_told() {
        let mut stops = Stops::default();
        for control in (0..b' ').filter(|byte| !matches!(byte, b'\t' | b'\n' | b'\r')) {
            for at in [0, 1, 63, 64, 70] {
                let mut bytes = [b'y'; 71];
                bytes[at] = control;
                assert!(stops.index(&bytes, b','), "{control} at {at}");
            }
        }
        assert!(!stops.index("a\tb\r\n\u{3000}\u{7f}, \u{85}".repeat(20).as_bytes(), b';'));
    }

    #[test]
    fn no_bytes_have_no_stops() {
        assert!(by_index(b"", b',').is_empty());
        assert!(by_index(&[b'x'; 64], b',').is_empty());
    }
}
