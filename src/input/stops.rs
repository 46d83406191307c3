//! Where a block of delimited text has bytes that splitting must look at: found sixteen at a time, and listed in their
//! order.

use wide::u8x16;

/// Bytes that are looked at in one go.
const WORD: usize = 64;

/// An index of delimiters, quotation marks and line ends (LF, CR), in their order.
#[derive(Debug, Default)]
pub struct Stops {
    places: Vec<u32>,
    /// Which of the places are no delimiters.
    others: Vec<u32>,
    /// The places with a blank (or another byte up to the space that is no stop) before or behind them.
    beside_blanks: Vec<u32>,
}

impl Stops {
    /// Makes the index of these bytes, in place of the one before. Says whether any byte is a control character other
    /// than tab and line ends.
    pub fn index(&mut self, bytes: &[u8], delimiter: u8) -> bool {
        self.places.clear();
        self.others.clear();
        self.beside_blanks.clear();
        let (chunks, rest) = bytes.as_chunks::<WORD>();
        let (mut has_control, mut blank_before) = (false, 0);
        for (number, chunk) in chunks.iter().enumerate() {
            let found = Found::among(chunk, delimiter);
            let blank_behind = u64::from(bytes.get((number + 1) * WORD).is_some_and(|&next| next <= b' '));
            self.add(number * WORD, &found, blank_before, blank_behind);
            blank_before = found.blanks >> (WORD - 1);
            has_control |= found.has_control;
        }
        if !rest.is_empty() {
            let mut last = [PADDING; WORD];
            last[..rest.len()].copy_from_slice(rest);
            let found = Found::among(&last, delimiter);
            self.add(chunks.len() * WORD, &found, blank_before, 0);
            has_control |= found.has_control;
        }
        has_control
    }

    /// Adds the stops among 64 bytes.
    #[inline]
    fn add(&mut self, base: usize, found: &Found, blank_before: u64, blank_behind: u64) {
        let first = self.places.len() as u32;
        let stops = found.delimiters | found.others;
        self.places.extend(bits(stops).map(|bit| base as u32 + bit));
        if found.others != 0 {
            let before = |bit: u32| (stops & ((1 << bit) - 1)).count_ones();
            self.others.extend(bits(found.others).map(|bit| first + before(bit)));
        }
        let blanks_beside = found.blanks << 1 | blank_before | found.blanks >> 1 | blank_behind << (WORD - 1);
        if stops & blanks_beside != 0 {
            self.beside_blanks.extend(bits(stops & blanks_beside).map(|bit| base as u32 + bit));
        }
    }

    /// The stops at or after `from`. They are sought from `near` on, which is likely to be close before.
    #[inline]
    pub fn from(&self, from: usize, near: Near) -> StopsFrom<'_> {
        let Near { next, other, blank } = near;
        let next = lower_bound(&self.places, next, from);
        let other = lower_bound(&self.others, other, next);
        let blank = lower_bound(&self.beside_blanks, blank, from);
        StopsFrom { stops: self, at: Near { next, other, blank } }
    }
}

/// How many of these rising numbers are below the limit; probably `near`, or a few more.
#[inline]
fn lower_bound(numbers: &[u32], near: usize, limit: usize) -> usize {
    const FEW: usize = 4;
    let is_below = |number: &u32| (*number as usize) < limit;
    let is_behind = near.checked_sub(1).is_none_or(|last| numbers.get(last).is_some_and(is_below));
    if is_behind {
        let further = numbers[near..].iter().take(FEW).take_while(|number| is_below(number)).count();
        if further < FEW {
            return near + further;
        }
    }
    numbers.partition_point(is_below)
}

/// A place among the stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Near {
    /// Which of the stops comes next.
    next: usize,
    /// Which of those that are no delimiters.
    other: usize,
    /// Which of those beside blanks.
    blank: usize,
}

/// The numbers of the bits that are set.
#[inline]
fn bits(mut bits: u64) -> impl ExactSizeIterator<Item = u32> {
    (0..bits.count_ones()).map(move |_| {
        let first = bits.trailing_zeros();
        bits &= bits.wrapping_sub(1);
        first
    })
}

/// Goes through the stops of a block.
#[derive(Clone, Debug)]
pub struct StopsFrom<'a> {
    stops: &'a Stops,
    /// What comes next; of those beside blanks, what came first. Stops that are passed one by one are not counted among
    /// those that are no delimiters.
    at: Near,
}

impl<'a> StopsFrom<'a> {
    /// The place of what comes next.
    pub const fn near(&self) -> Near {
        self.at
    }

    /// Whether a blank stands beside any of the stops so far.
    pub fn had_blanks_beside(&self) -> bool {
        let last = self.at.next.checked_sub(1).and_then(|last| self.stops.places.get(last));
        last.is_some_and(|last| {
            self.stops.beside_blanks.get(self.at.blank).is_some_and(|blank| blank <= last)
        })
    }

    /// The places of the delimiters up to the next other stop, and that of this stop; `None` where the block ends before,
    /// or a blank stands beside any of them.
    #[inline]
    pub fn plain_up_to_other(&mut self) -> Option<&'a [u32]> {
        let other = *self.stops.others.get(self.at.other)? as usize;
        let places = self.stops.places.get(self.at.next..=other)?;
        (self.at.next, self.at.other) = (other + 1, self.at.other + 1);
        (!self.had_blanks_beside()).then_some(places)
    }

    /// Passes over the next stop, which is no delimiter.
    #[inline]
    pub fn pass_other(&mut self) {
        (self.at.next, self.at.other) = (self.at.next + 1, self.at.other + 1);
    }
}

impl Iterator for StopsFrom<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        let place = *self.stops.places.get(self.at.next)?;
        self.at.next += 1;
        Some(place as usize)
    }
}

/// Whether any byte is a control character other than tab and line ends.
pub fn has_control(bytes: &[u8]) -> bool {
    bytes.iter().fold(false, |seen, &byte| seen | is_control(byte))
}

const fn is_control(byte: u8) -> bool {
    (byte < b' ') & !matches!(byte, b'\t' | b'\n' | b'\r')
}

/// What fills up the last word: nothing that anybody looks for.
const PADDING: u8 = b'x';

/// What 64 bytes are, one bit for each.
#[derive(Default)]
struct Found {
    delimiters: u64,
    /// The stops that are no delimiters.
    others: u64,
    /// The blanks that are no stops.
    blanks: u64,
    /// Whether there is a control character other than tab and line ends.
    has_control: bool,
}

impl Found {
    /// The delimiter is sought in many bytes at a time, and so are the bytes up to the quotation mark: these are few, and
    /// looked at one by one.
    #[inline]
    fn among(chunk: &[u8; WORD], delimiter: u8) -> Found {
        let (parts, _) = chunk.as_chunks::<16>();
        let (wanted, quote) = (u8x16::splat(delimiter), u8x16::splat(b'"'));
        let (mut delimiters, mut low) = (0, 0);
        for (number, &part) in parts.iter().enumerate() {
            let part = u8x16::new(part);
            delimiters |= u64::from(part.simd_eq(wanted).to_bitmask()) << (16 * number);
            low |= u64::from(part.simd_eq(part.min(quote)).to_bitmask()) << (16 * number);
        }
        let mut found = Found { delimiters, ..Found::default() };
        low &= !delimiters;
        while low != 0 {
            let bit = low & low.wrapping_neg();
            match chunk[low.trailing_zeros() as usize % WORD] {
                b'"' | b'\n' | b'\r' => found.others |= bit,
                b'!' => {}
                blank => {
                    found.blanks |= bit;
                    found.has_control |= is_control(blank);
                }
            }
            low &= low - 1;
        }
        found
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
            assert!(stops.from(from, Near::default()).eq(later));
        }
        stops.from(0, Near::default()).collect()
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
            let mut all = stops.from(0, Near::default());
            for at in by_looking(bytes, b',') {
                let mut one = stops.from(at, all.near());
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
            let mut rest = stops.from(from, Near::default());
            let mut passed = rest.clone();
            let ahead: Vec<usize> = rest.clone().collect();
            let count = ahead.iter().take_while(|&&at| bytes[at] == b',').count() + 1;
            let found = passed.by_ref().take(count).count() == count;
            let plain = rest.plain_up_to_other().map(|plain| plain.iter().map(|&place| place as usize).collect::<Vec<_>>());
            let expected = (found && !passed.had_blanks_beside()).then(|| ahead[..count].to_vec());
            prop_assert_eq!(plain, expected);
            prop_assert!(!found || rest.eq(ahead.into_iter().skip(count)));
        }
    }

    proptest! {
        #[test]
        fn a_bound_is_found_from_anywhere(mut numbers in prop::collection::vec(0u32..50, 0..40), near in 0usize..45, limit in 0usize..55) {
            numbers.sort_unstable();
            numbers.dedup();
            let below = numbers.iter().filter(|&&number| (number as usize) < limit).count();
            prop_assert_eq!(lower_bound(&numbers, near, limit), below);
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
