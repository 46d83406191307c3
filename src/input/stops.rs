//! Where a block of delimited text has bytes that splitting must look at: found sixteen at a time, and listed in their
//! order.

use wide::u8x16;

/// Bytes that are looked at in one go.
const WORD: usize = 64;

/// An index of delimiters, quotation marks and line ends (LF, CR), in their order.
#[derive(Debug, Default)]
pub struct Stops {
    all: Vec<Stop>,
}

/// Where a stop is, and in the last two bits [`NO_DELIMITER`] and [`BESIDE_BLANK`].
#[derive(Clone, Copy, Debug)]
pub struct Stop(u32);

/// A quotation mark or a line end.
const NO_DELIMITER: u32 = 2;
/// A blank (or another byte up to the space that is no stop) stands before or behind it.
const BESIDE_BLANK: u32 = 1;

impl Stop {
    /// Its place in the block, which is far smaller than 2³⁰ bytes.
    #[inline]
    pub const fn at(self) -> usize {
        (self.0 >> 2) as usize
    }
}

impl Stops {
    /// Makes the index of these bytes, in place of the one before. Says whether any byte is a control character other
    /// than tab and line ends.
    pub fn index(&mut self, bytes: &[u8], delimiter: u8) -> bool {
        let mut seeker = Seeker { delimiter: u8x16::splat(delimiter), controls: u8x16::ZERO };
        self.all.clear();
        let (chunks, rest) = bytes.as_chunks::<WORD>();
        let mut blank_before = 0;
        for (number, chunk) in chunks.iter().enumerate() {
            let found = seeker.look_at(chunk);
            let blank_behind = u64::from(bytes.get((number + 1) * WORD).is_some_and(|&next| next <= b' '));
            self.add(number * WORD, found, blank_before, blank_behind);
            blank_before = found.blanks >> (WORD - 1);
        }
        if !rest.is_empty() {
            let mut last = [PADDING; WORD];
            last[..rest.len()].copy_from_slice(rest);
            self.add(chunks.len() * WORD, seeker.look_at(&last), blank_before, 0);
        }
        // Tabs are the only ones that are allowed beside stops, and rare where they do not delimit.
        seeker.controls != u8x16::ZERO && has_control(bytes)
    }

    /// Adds the stops among 64 bytes.
    #[inline]
    fn add(&mut self, base: usize, found: Found, blank_before: u64, blank_behind: u64) {
        let Found { stops, others, blanks } = found;
        let first = self.all.len();
        let mut left = stops;
        self.all.extend((0..stops.count_ones()).map(|_| {
            let bit = left.trailing_zeros();
            left &= left.wrapping_sub(1);
            Stop((base as u32 + bit) << 2)
        }));
        // Few are no delimiters, and fewer still have blanks beside them.
        let blanks_beside = blanks << 1 | blank_before | blanks >> 1 | blank_behind << (WORD - 1);
        for (bits, mark) in [(others, NO_DELIMITER), (stops & blanks_beside, BESIDE_BLANK)] {
            let mut left = bits;
            while left != 0 {
                let before = stops & (left & left.wrapping_neg()).wrapping_sub(1);
                self.all[first + before.count_ones() as usize].0 |= mark;
                left &= left - 1;
            }
        }
    }

    /// The stops at or after `from`.
    #[inline]
    pub fn from(&self, from: usize) -> StopsFrom<'_> {
        let before = self.all.partition_point(|stop| stop.at() < from);
        StopsFrom { left: &self.all[before..], passed: 0 }
    }
}

/// Goes through the stops of a block.
#[derive(Clone, Debug)]
pub struct StopsFrom<'a> {
    left: &'a [Stop],
    /// The marks of all stops so far.
    passed: u32,
}

impl<'a> StopsFrom<'a> {
    /// Whether a blank stands beside any of the stops so far.
    pub const fn had_blanks_beside(&self) -> bool {
        self.passed & BESIDE_BLANK != 0
    }

    /// The delimiters up to the next other stop, and that stop; `None` where the block ends before, or a blank stands
    /// beside any of them.
    #[inline]
    pub fn plain_up_to_other(&mut self) -> Option<&'a [Stop]> {
        let (mut marks, mut count) = (0, 0);
        for stop in self.left {
            (marks, count) = (marks | stop.0 & (NO_DELIMITER | BESIDE_BLANK), count + 1);
            if marks & NO_DELIMITER != 0 {
                break;
            }
        }
        let (stops, left) = self.left.split_at_checked(count)?;
        self.left = left;
        (marks == NO_DELIMITER).then_some(stops)
    }
}

impl Iterator for StopsFrom<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        let (stop, left) = self.left.split_first()?;
        self.left = left;
        self.passed |= stop.0;
        Some(stop.at())
    }
}

/// Whether any byte is a control character other than tab and line ends.
pub fn has_control(bytes: &[u8]) -> bool {
    bytes.iter().fold(false, |seen, &byte| seen | (byte < 0x20) & !matches!(byte, b'\t' | b'\n' | b'\r'))
}

/// What fills up the last word: nothing that anybody looks for.
const PADDING: u8 = b'x';

/// What 64 bytes are, one bit for each.
#[derive(Clone, Copy)]
struct Found {
    stops: u64,
    /// The stops that are no delimiters.
    others: u64,
    /// The blanks that are no stops.
    blanks: u64,
}

/// Looks at 64 bytes at a time.
struct Seeker {
    delimiter: u8x16,
    /// Where in a part there ever was a control character that is no stop.
    controls: u8x16,
}

impl Seeker {
    #[inline]
    fn look_at(&mut self, chunk: &[u8; WORD]) -> Found {
        let (parts, _) = chunk.as_chunks::<16>();
        let [quote, feed, carriage] = [b'"', b'\n', b'\r'].map(u8x16::splat);
        let [space, last_control] = [b' ', b' ' - 1].map(u8x16::splat);
        let (mut stops, mut others, mut blanks) = (0, 0, 0);
        for (number, &part) in parts.iter().enumerate() {
            let part = u8x16::new(part);
            let other = part.simd_eq(feed) | part.simd_eq(carriage) | part.simd_eq(quote);
            let stop = other | part.simd_eq(self.delimiter);
            let blank = part.simd_eq(part.min(space));
            let control = part.simd_eq(part.min(last_control));
            self.controls |= control & !stop;
            stops |= u64::from(stop.to_bitmask()) << (16 * number);
            others |= u64::from(other.to_bitmask()) << (16 * number);
            blanks |= u64::from(blank.to_bitmask()) << (16 * number);
        }
        Found { stops, others, blanks: blanks & !stops }
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
            let is_stop = |at: usize| by_looking(bytes, b',').contains(&at);
            let is_blank = |at: usize| bytes.get(at).is_some_and(|&byte| byte <= b' ') && !is_stop(at);
            let mut all = stops.from(0);
            for at in by_looking(bytes, b',') {
                let mut one = stops.from(at);
                prop_assert_eq!((one.next(), all.next()), (Some(at), Some(at)));
                // At the end of a word a line end counts as a blank, too.
                let is_beside = is_blank(at + 1) || at > 0 && is_blank(at - 1);
                let may_be = is_beside || (at + 1) % WORD == 0 && bytes.get(at + 1).is_some_and(|&byte| byte <= b' ');
                prop_assert!(one.had_blanks_beside() >= is_beside && one.had_blanks_beside() <= may_be);
                prop_assert!(all.had_blanks_beside() || !is_beside);
            }
        }

        #[test]
        fn plain_stops_are_delimiters_up_to_another(text in "([ab ]{0,3}[,\n\"]){0,90}", from in 0usize..20) {
            let bytes = text.as_bytes();
            let mut stops = Stops::default();
            stops.index(bytes, b',');
            let mut rest = stops.from(from);
            let ahead: Vec<usize> = rest.clone().collect();
            let count = ahead.iter().take_while(|&&at| bytes[at] == b',').count() + 1;
            let mut passed = rest.clone();
            let found = passed.by_ref().take(count).count() == count;
            let plain = rest.plain_up_to_other().map(|plain| plain.iter().map(|stop| stop.at()).collect::<Vec<_>>());
            let expected = (found && !passed.had_blanks_beside()).then(|| ahead[..count].to_vec());
            prop_assert_eq!(plain, expected);
            prop_assert!(rest.eq(ahead.into_iter().skip(count)));
        }
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
