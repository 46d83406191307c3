//! Where a block of delimited text has bytes that splitting must look at: found many at a time ([`found`]), and listed in
//! their order.

mod found;

#[cfg(target_arch = "x86_64")]
use found::avx2::Avx2;
pub use found::has_control;
use found::{Found, Look, Plainly, WORD};

use super::records::BEFORE_ALL;

/// An index of delimiters, quotation marks and line ends (LF, CR), in their order.
#[derive(Debug)]
pub struct Stops {
    /// The place before all, then the places; behind them there may be room for more.
    fences: Vec<u32>,
    /// How many places there are.
    count: usize,
    /// Which of the places are no delimiters.
    others: Vec<u32>,
    /// The places with a blank (or another byte up to the space that is no stop) before or behind them.
    beside_blanks: Vec<u32>,
}

impl Default for Stops {
    fn default() -> Stops {
        Stops { fences: vec![BEFORE_ALL], count: 0, others: Vec::new(), beside_blanks: Vec::new() }
    }
}

impl Stops {
    /// Makes the index of these bytes, in place of the one before. Says whether any byte is a control character other
    /// than tab and line ends.
    pub fn index(&mut self, bytes: &[u8], delimiter: u8) -> bool {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = Avx2::of_this_processor() {
            return avx2.run(
                #[inline(always)]
                || self.index_by(avx2, bytes, delimiter),
            );
        }
        self.index_by(Plainly, bytes, delimiter)
    }

    /// The same by a way of looking, for which it is compiled.
    #[inline(always)]
    fn index_by(&mut self, look: impl Look, bytes: &[u8], delimiter: u8) -> bool {
        self.count = 0;
        self.others.clear();
        self.beside_blanks.clear();
        let (words, rest) = bytes.as_chunks::<WORD>();
        let (mut odd, mut blank_before) = (0, 0);
        for (number, word) in words.iter().enumerate() {
            let found = look.at(word, delimiter);
            self.add(number * WORD, &found, blank_before, bytes);
            blank_before = found.blanks >> (WORD - 1);
            odd |= found.odd;
        }
        if !rest.is_empty() {
            let mut last = [PADDING; WORD];
            last[..rest.len()].copy_from_slice(rest);
            let found = look.at(&last, delimiter);
            self.add(words.len() * WORD, &found, blank_before, bytes);
            odd |= found.odd;
        }
        odd != 0 && has_control(bytes)
    }

    /// Adds the stops of a word, which stands at `base` in all bytes.
    #[inline(always)]
    fn add(&mut self, base: usize, found: &Found, blank_before: u64, bytes: &[u8]) {
        let (first, base) = (self.count as u32, base as u32);
        let &Found { stops, others, blanks, .. } = found;
        // Room for as many stops as there are bytes: none is looked for beyond it.
        let room = loop {
            match self.fences.get_mut(1 + self.count..).and_then(|room| room.first_chunk_mut::<WORD>()) {
                Some(room) => break room,
                None => self.make_room(),
            }
        };
        let mut rest = stops;
        // Eight at a time, whether there are as many or not: most words have no more.
        for eight in room.as_chunks_mut::<8>().0 {
            for place in eight {
                *place = base + rest.trailing_zeros();
                rest &= rest.wrapping_sub(1);
            }
            if rest == 0 {
                break;
            }
        }
        self.count += stops.count_ones() as usize;
        let mut rest = others;
        while rest != 0 {
            let other = rest & rest.wrapping_neg();
            self.others.push(first + (stops & (other - 1)).count_ones());
            rest ^= other;
        }
        let mut beside = stops & (blanks << 1 | blank_before | blanks >> 1);
        if stops >> (WORD - 1) != 0 && bytes.get(base as usize + WORD).is_some_and(|&next| next <= b' ') {
            beside |= 1 << (WORD - 1);
        }
        while beside != 0 {
            self.beside_blanks.push(base + beside.trailing_zeros());
            beside &= beside - 1;
        }
    }

    #[cold]
    #[inline(never)]
    fn make_room(&mut self) {
        let length = 2 * self.fences.len() + WORD;
        self.fences.resize(length, BEFORE_ALL);
    }

    /// The places of all stops.
    fn places(&self) -> &[u32] {
        &self.fences[1..=self.count]
    }

    /// The place before the stop of this number, and those of so many from it on.
    #[inline]
    pub fn fences(&self, first: u32, count: u32) -> &[u32] {
        &self.fences[first as usize..=first as usize + count as usize]
    }

    /// The first stop at or after `from`. It is sought from `near` on, which is likely to be close before.
    pub fn first_at(&self, from: usize, near: Near) -> Near {
        let next = lower_bound(self.places(), near.next, from);
        let other = lower_bound(&self.others, near.other, next);
        let blank = lower_bound(&self.beside_blanks, near.blank, from);
        Near { next, other, blank }
    }

    /// The stops from this one on.
    #[inline]
    pub fn from(&self, first: Near) -> StopsFrom<'_> {
        let Stops { others, beside_blanks, .. } = self;
        StopsFrom { places: self.places(), others, beside_blanks, at: first }
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

impl Near {
    /// The number of the stop that comes next.
    #[inline]
    pub const fn first(self) -> u32 {
        self.next as u32
    }
}

/// Goes through the stops of a block.
#[derive(Clone, Debug)]
pub struct StopsFrom<'a> {
    places: &'a [u32],
    /// Which of the places are no delimiters, and those beside blanks: all as in [`Stops`].
    others: &'a [u32],
    beside_blanks: &'a [u32],
    /// What comes next; of those beside blanks, what came first. Stops that are passed one by one are not counted among
    /// those that are no delimiters.
    at: Near,
}

impl StopsFrom<'_> {
    /// The place of what comes next.
    #[inline]
    pub const fn near(&self) -> Near {
        self.at
    }

    /// Whether a blank stands beside any of the stops so far.
    pub fn had_blanks_beside(&self) -> bool {
        let last = self.at.next.checked_sub(1).and_then(|last| self.places.get(last));
        last.is_some_and(|&last| self.has_blank_up_to(last))
    }

    /// Whether the first stop beside a blank is not behind this place.
    #[inline]
    fn has_blank_up_to(&self, place: u32) -> bool {
        self.beside_blanks.get(self.at.blank).is_some_and(|&blank| blank <= place)
    }

    /// How many stops there are up to the next one that is no delimiter, that one among them, and its place; `None` where
    /// the block ends before, or a blank stands beside any of them.
    #[inline]
    pub fn plain_up_to_other(&mut self) -> Option<(u32, usize)> {
        let other = *self.others.get(self.at.other)?;
        let place = *self.places.get(other as usize)?;
        let count = (other + 1).checked_sub(self.at.first()).filter(|_| !self.has_blank_up_to(place))?;
        (self.at.next, self.at.other) = (other as usize + 1, self.at.other + 1);
        Some((count, place as usize))
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
        let place = *self.places.get(self.at.next)?;
        self.at.next += 1;
        Some(place as usize)
    }
}

/// What fills up the last word: nothing that anybody looks for.
const PADDING: u8 = b'x';

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
            assert!(stops.from(stops.first_at(from, Near::default())).eq(later));
        }
        stops.from(Near::default()).collect()
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
            let mut all = stops.from(Near::default());
            for at in by_looking(bytes, b',') {
                let mut one = stops.from(stops.first_at(at, all.near()));
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
            let mut rest = stops.from(stops.first_at(from, Near::default()));
            let mut passed = rest.clone();
            let ahead: Vec<usize> = rest.clone().collect();
            let count = ahead.iter().take_while(|&&at| bytes[at] == b',').count() + 1;
            let found = passed.by_ref().take(count).count() == count;
            let plain = rest.plain_up_to_other();
            let expected = (found && !passed.had_blanks_beside()).then(|| (count as u32, ahead[count - 1]));
            prop_assert_eq!(plain, expected);
            let passed = if plain.is_some() { count } else { 0 };
            prop_assert!(rest.eq(ahead.into_iter().skip(passed)));
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
