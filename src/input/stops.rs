//! Where a block of delimited text has bytes that splitting must look at: found many at a time ([`found`]), and listed in
//! their order.

mod found;

#[cfg(target_arch = "x86_64")]
use found::avx2::Avx2;
pub use found::has_control;
use found::{Look, Plainly, WORD};

use super::records::BEFORE_ALL;

/// An index of delimiters, quotation marks and line ends (LF, CR), in their order.
#[derive(Debug)]
pub struct Stops {
    /// The place before all, then the places.
    fences: Numbers,
    /// Which of the places are no delimiters.
    others: Numbers,
    /// The places with a blank (or another byte up to the space that is no stop) before or behind them.
    beside_blanks: Numbers,
}

impl Default for Stops {
    fn default() -> Stops {
        let fences = Numbers { numbers: vec![BEFORE_ALL], count: 1 };
        Stops { fences, others: Numbers::default(), beside_blanks: Numbers::default() }
    }
}

/// A list of numbers that rise, with room behind them in which further ones are written.
#[derive(Debug, Default)]
struct Numbers {
    numbers: Vec<u32>,
    count: usize,
}

impl Numbers {
    /// The numbers.
    #[inline]
    fn all(&self) -> &[u32] {
        &self.numbers[..self.count]
    }

    /// Keeps so many of them.
    fn truncate(&mut self, count: usize) {
        self.count = self.count.min(count);
    }

    /// Room for the numbers of a part, which are so many at most: a word more than its bytes.
    #[inline(always)]
    fn room(&mut self) -> &mut [u32] {
        let needed = self.count + PART + WORD;
        if self.numbers.len() < needed {
            self.grow(needed);
        }
        &mut self.numbers[self.count..needed]
    }

    #[cold]
    fn grow(&mut self, needed: usize) {
        self.numbers.resize(needed.max(2 * self.numbers.len()), 0);
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
                || self.index_by(avx2.looking_for(delimiter), bytes),
            );
        }
        self.index_by(Plainly { delimiter }, bytes)
    }

    /// The same by a way of looking, for which it is compiled.
    #[inline(always)]
    fn index_by(&mut self, look: impl Look, bytes: &[u8]) -> bool {
        self.fences.truncate(1);
        self.others.truncate(0);
        self.beside_blanks.truncate(0);
        let (parts, rest) = bytes.as_chunks::<PART>();
        let mut last = [PADDING; PART];
        last[..rest.len()].copy_from_slice(rest);
        let last = if rest.is_empty() { None } else { Some(&last) };
        let (mut odd, mut blank_before, mut base) = (0, 0, 0);
        for part in parts.iter().chain(last) {
            let masks = Masks::of(part, base as u32, look);
            odd |= masks.odd;
            base += PART;
            let blank_behind = bytes.get(base).is_some_and(|&next| next <= b' ');
            let beside_blanks = masks.beside_blanks(blank_before, u64::from(blank_behind));
            blank_before = masks.blanks[WORDS - 1] >> (WORD - 1);
            let before = self.fences.count as u32 - 1;
            self.fences.count += masks.write_stops(self.fences.room());
            self.others.count += masks.write_others(before, self.others.room());
            if beside_blanks != [0; WORDS] {
                self.beside_blanks.count += masks.write_places(&beside_blanks, self.beside_blanks.room());
            }
        }
        odd != 0 && has_control(bytes)
    }

    /// The places of all stops.
    fn places(&self) -> &[u32] {
        &self.fences.all()[1..]
    }

    /// The place before the stop of this number, and those of so many from it on.
    #[inline]
    pub fn fences(&self, first: u32, count: u32) -> &[u32] {
        &self.fences.all()[first as usize..=first as usize + count as usize]
    }

    /// The first stop at or after `from`. It is sought from `near` on, which is likely to be close before.
    pub fn first_at(&self, from: usize, near: Near) -> Near {
        let next = lower_bound(self.places(), near.next, from);
        let other = lower_bound(self.others.all(), near.other, next);
        let blank = lower_bound(self.beside_blanks.all(), near.blank, from);
        Near { next, other, blank }
    }

    /// The stops from this one on.
    #[inline]
    pub fn from(&self, first: Near) -> StopsFrom<'_> {
        let (others, beside_blanks) = (self.others.all(), self.beside_blanks.all());
        StopsFrom { places: self.places(), others, beside_blanks, at: first }
    }
}

/// Words that are looked at before any of their stops is written: each step is a short loop of its own.
const WORDS: usize = 16;
const PART: usize = WORDS * WORD;

/// What the bytes of a part are, word by word.
struct Masks {
    /// The place of the part in all bytes.
    base: u32,
    stops: [u64; WORDS],
    others: [u64; WORDS],
    blanks: [u64; WORDS],
    /// What is odd in any of the words.
    odd: u64,
}

impl Masks {
    /// Looks at the bytes of a part.
    #[inline(always)]
    fn of(part: &[u8; PART], base: u32, look: impl Look) -> Masks {
        let (stops, others, blanks) = ([0; WORDS], [0; WORDS], [0; WORDS]);
        let (mut masks, mut odd) = (Masks { base, stops, others, blanks, odd: 0 }, 0);
        for (number, word) in part.as_chunks::<WORD>().0.iter().enumerate() {
            let found = look.at(word);
            masks.stops[number] = found.stops;
            masks.others[number] = found.others;
            masks.blanks[number] = found.blanks;
            odd |= found.odd;
        }
        Masks { odd, ..masks }
    }

    /// The stops with a blank before or behind them, where the byte before the part and that behind it are blanks or not.
    #[inline(always)]
    fn beside_blanks(&self, before: u64, behind: u64) -> [u64; WORDS] {
        let mut beside = [0; WORDS];
        for (number, beside) in beside.iter_mut().enumerate() {
            let blanks = self.blanks[number];
            let before = number.checked_sub(1).map_or(before, |last| self.blanks[last] >> (WORD - 1));
            let behind = self.blanks.get(number + 1).map_or(behind, |next| next & 1);
            *beside = self.stops[number] & (blanks << 1 | before | blanks >> 1 | behind << (WORD - 1));
        }
        beside
    }

    /// Writes the places of the stops; how many that is.
    #[inline(always)]
    fn write_stops(&self, room: &mut [u32]) -> usize {
        let (mut count, mut place) = (0, self.base);
        for &stops in &self.stops {
            let mut rest = stops;
            // Eight at a time, whether there are as many or not: most words have no more.
            for eight in room[count..][..WORD].as_chunks_mut::<8>().0 {
                for fence in eight {
                    *fence = place + rest.trailing_zeros();
                    rest &= rest.wrapping_sub(1);
                }
                if rest == 0 {
                    break;
                }
            }
            count += stops.count_ones() as usize;
            place += WORD as u32;
        }
        count
    }

    /// Writes the numbers of the stops that are no delimiters, where there are so many stops before the part.
    #[inline(always)]
    fn write_others(&self, before: u32, room: &mut [u32]) -> usize {
        let (mut count, mut first) = (0, before);
        for (&stops, &others) in self.stops.iter().zip(&self.others) {
            let mut rest = others;
            while rest != 0 {
                let other = rest & rest.wrapping_neg();
                room[count] = first + (stops & (other - 1)).count_ones();
                count += 1;
                rest ^= other;
            }
            first += stops.count_ones();
        }
        count
    }

    /// Writes the places of these stops.
    #[inline(always)]
    fn write_places(&self, stops: &[u64; WORDS], room: &mut [u32]) -> usize {
        let (mut count, mut place) = (0, self.base);
        for &stops in stops {
            let mut rest = stops;
            while rest != 0 {
                room[count] = place + rest.trailing_zeros();
                count += 1;
                rest &= rest - 1;
            }
            place += WORD as u32;
        }
        count
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

    /// Passes over lines of so many delimiters and so many other stops, as many lines as there are and `most` of them, as
    /// long as no blank stands beside any of the stops and `is_line` says so, which gets the place of each line's first other
    /// stop; how many lines that is.
    #[inline]
    pub fn pass_lines(
        &mut self,
        most: usize,
        delimiters: usize,
        others: usize,
        mut is_line: impl FnMut(usize) -> bool,
    ) -> usize {
        let stops = delimiters + others;
        let blank = self.beside_blanks.get(self.at.blank).copied().unwrap_or(u32::MAX);
        let (mut lines, mut first_other, mut other) = (0, self.at.next + delimiters, self.at.other);
        while lines < most
            && let (Some(&number), Some(&end)) = (self.others.get(other), self.places.get(first_other))
            && number as usize == first_other
            && end < blank
            && is_line(end as usize)
        {
            lines += 1;
            (first_other, other) = (first_other + stops, other + others);
        }
        (self.at.next, self.at.other) = (self.at.next + lines * stops, other);
        lines
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
        fn blanks_beside_stops_are_seen(text in "([ab]{0,70}[ab][ ,\t\r\n\"]{0,3}[ab]){0,40}") {
            let bytes = text.as_bytes();
            let mut stops = Stops::default();
            stops.index(bytes, b',');
            let is_stop = |at: usize| by_looking(bytes, b',').contains(&at);
            let is_blank = |at: usize| bytes.get(at).is_some_and(|&byte| byte <= b' ') && !is_stop(at);
            let mut all = stops.from(Near::default());
            for at in by_looking(bytes, b',') {
                let mut one = stops.from(stops.first_at(at, all.near()));
                prop_assert_eq!((one.next(), all.next()), (Some(at), Some(at)));
                // At the end of a part a line end counts as a blank, too.
                let is_beside = is_blank(at + 1) || at > 0 && is_blank(at - 1);
                let may_be = is_beside || (at + 1) % PART == 0 && bytes.get(at + 1).is_some_and(|&byte| byte <= b' ');
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

        #[test]
        fn lines_that_are_passed_have_their_stops(lines in prop::collection::vec("(a?,a?,a?|,\"?,|a,b|a,b, c)\n", 0..9), most in 0usize..9) {
            let text = lines.concat();
            let mut stops = Stops::default();
            stops.index(text.as_bytes(), b',');
            let is_alike = |line: &&String| line.bytes().filter(|&byte| byte == b',').count() == 2 && !line.contains(['"', ' ']);
            let alike = lines.iter().take(most).take_while(is_alike).count();
            let mut rest = stops.from(Near::default());
            let mut ends = Vec::new();
            let passed = rest.pass_lines(most, 2, 1, |end| {
                ends.push(end);
                true
            });
            prop_assert_eq!(passed, alike);
            prop_assert!(ends.iter().take(passed).all(|&end| text.as_bytes()[end] == b'\n'));
            let behind = lines.iter().take(passed).map(String::len).sum();
            prop_assert_eq!(rest.near().other, passed);
            prop_assert!(rest.eq(stops.from(stops.first_at(behind, Near::default()))));
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
