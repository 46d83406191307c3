//! Where a block of delimited text has bytes that splitting must look at: found many at a time ([`found`]), and listed in
//! their order.

mod found;

pub use found::has_control;
use found::{Beyond, Look, Plainly, WORD};
#[cfg(target_arch = "x86_64")]
use found::{avx2::Avx2, avx512::Avx512};

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

    /// Room for the numbers of a word, behind all.
    #[inline(always)]
    fn room(&mut self) -> Option<&mut [u32; WORD]> {
        if self.numbers.len() - self.count < WORD {
            self.grow();
        }
        self.numbers[self.count..].first_chunk_mut()
    }

    #[cold]
    fn grow(&mut self) {
        self.numbers.resize(2 * self.count + WORD, 0);
    }

    /// Adds the places of the bytes that have these bits, of a word that stands at `base`.
    #[inline(always)]
    fn add_places(&mut self, look: impl Look, bits: u64, base: u32) {
        if let Some(room) = self.room() {
            look.write_places(bits, base, room);
        }
        self.count += bits.count_ones() as usize;
    }

    /// Adds which of all these bits the given ones are, counted from `before`.
    #[inline(always)]
    fn add_ranks(&mut self, look: impl Look, these: u64, all: u64, before: u32) {
        if let Some(room) = self.room() {
            look.write_ranks(these, all, before, room);
        }
        self.count += these.count_ones() as usize;
    }
}

/// What shows of bytes while their index is made.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Whether any is a control character other than tab and line ends.
    pub has_control: bool,
    /// Whether they are known to be UTF-8, but for a character that their end may break off.
    pub is_utf8: bool,
}

/// Follows from word to word whether a text is UTF-8. Nothing is known of characters of four bytes, and of those of three whose
/// second byte may not be any that goes on with one.
#[derive(Debug)]
struct Characters {
    /// The bytes of the next word that are to go on with a character.
    due: u64,
    /// What is wrong with the last word, byte by byte.
    last: u64,
    /// What was wrong with any word before, or not known.
    wrong: u64,
}

impl Characters {
    /// At the start of a text.
    const START: Characters = Characters { due: 0, last: 0, wrong: 0 };

    /// Goes on with a word.
    #[inline(always)]
    const fn follow(&mut self, word: Option<Beyond>) {
        let Some(Beyond { all, begin, begin_longer, odd }) = word else {
            self.wrong = !0;
            return;
        };
        let due = begin << 1 | begin_longer << 2 | self.due;
        self.wrong |= self.last;
        self.last = (all & !begin) ^ due | odd;
        self.due = begin >> (WORD - 1) | begin_longer >> (WORD - 2);
    }

    /// Whether the text is known to be UTF-8, of whose last word so many bytes are its own.
    const fn are_whole(&self, own: usize) -> bool {
        self.wrong == 0 && self.last & ((1 << own) - 1) == 0
    }
}

impl Stops {
    /// Makes the index of these bytes, in place of the one before.
    pub fn index(&mut self, bytes: &[u8], delimiter: u8) -> Seen {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx512) = Avx512::of_this_processor() {
            return avx512.run(
                #[inline(always)]
                || self.index_by(avx512.looking_for(delimiter), bytes),
            );
        }
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
    fn index_by(&mut self, look: impl Look, bytes: &[u8]) -> Seen {
        self.fences.truncate(1);
        self.others.truncate(0);
        self.beside_blanks.truncate(0);
        let (words, rest) = bytes.as_chunks::<WORD>();
        let mut last = [PADDING; WORD];
        last[..rest.len()].copy_from_slice(rest);
        let (mut odd, mut base, mut characters) = (0, 0, Characters::START);
        // Of the byte before the word: whether it is a blank, and whether it is a stop with no blank before it.
        let (mut blank_before, mut stop_before) = (0, 0);
        for word in words.iter().chain([&last]) {
            let found = look.at(word);
            odd |= found.odd;
            characters.follow(look.beyond_ascii(word));
            let before = self.fences.count as u32 - 1;
            self.fences.add_places(look, found.stops, base);
            self.others.add_ranks(look, found.others, found.stops, before);
            if stop_before & found.blanks & 1 != 0 {
                self.beside_blanks.add_places(look, 1 << (WORD - 1), base - WORD as u32);
            }
            let beside_blanks = found.stops & (found.blanks << 1 | found.blanks >> 1 | blank_before);
            if beside_blanks != 0 {
                self.beside_blanks.add_places(look, beside_blanks, base);
            }
            blank_before = found.blanks >> (WORD - 1);
            stop_before = (found.stops & !beside_blanks) >> (WORD - 1);
            base += WORD as u32;
        }
        Seen { has_control: odd != 0 && has_control(bytes), is_utf8: characters.are_whole(rest.len()) }
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

/// How many of these rising numbers are below the limit; probably `near`, or a few more.
#[inline]
fn lower_bound(numbers: &[u32], near: usize, limit: usize) -> usize {
    const FEW: usize = 4;
    let is_below = |number: &u32| (*number as usize) < limit;
    let is_behind = near.checked_sub(1).is_none_or(|last| numbers.get(last).is_some_and(is_below));
    let near_by = is_behind.then(|| (near..near + FEW).find(|&at| !numbers.get(at).is_some_and(is_below)));
    near_by.flatten().unwrap_or_else(|| numbers.partition_point(is_below))
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
    /// What comes next; of those beside blanks, what came first.
    at: Near,
}

impl<'a> StopsFrom<'a> {
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
        let Near { next, other: start, blank } = self.at;
        let stops = delimiters + others;
        let blank = self.beside_blanks.get(blank).copied().unwrap_or(u32::MAX);
        let (places, beyond) = (self.places, start + most * others);
        let numbers = self.others.get(..beyond).unwrap_or(self.others);
        let (mut first_other, mut other) = (next + delimiters, start);
        while let Some(&number) = numbers.get(other)
            && number as usize == first_other
            && let Some(&end) = places.get(first_other)
            && end < blank
            && is_line(end as usize)
        {
            (first_other, other) = (first_other + stops, other + others);
        }
        (self.at.next, self.at.other) = (first_other - delimiters, other);
        (other - start) / others
    }

    /// The places of the delimiters up to the next stop that is none, which are passed over.
    #[inline]
    pub fn pass_delimiters(&mut self) -> &'a [u32] {
        let other = self.others.get(self.at.other).map_or(usize::MAX, |&other| other as usize);
        let delimiters = &self.places[self.at.next..other.min(self.places.len())];
        self.at.next += delimiters.len();
        delimiters
    }

    /// The place of the next stop that is no delimiter, which is passed over with all before it.
    #[inline]
    pub fn pass_other(&mut self) -> Option<usize> {
        let other = *self.others.get(self.at.other)? as usize;
        let place = *self.places.get(other)?;
        (self.at.next, self.at.other) = (other + 1, self.at.other + 1);
        Some(place as usize)
    }

    /// Passes over the next stop, which is a delimiter.
    #[inline]
    pub const fn pass_delimiter(&mut self) {
        self.at.next += 1;
    }

    /// The same with only the stops before this place.
    #[must_use]
    pub fn before(self, place: usize) -> StopsFrom<'a> {
        let count = self.places.partition_point(|&stop| (stop as usize) < place);
        StopsFrom { places: &self.places[..count], ..self }
    }
}

/// What fills up the last word: nothing that anybody looks for.
const PADDING: u8 = b'x';

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    impl Iterator for StopsFrom<'_> {
        type Item = usize;

        fn next(&mut self) -> Option<usize> {
            let place = *self.places.get(self.at.next)?;
            self.at.next += 1;
            Some(place as usize)
        }
    }

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
                let is_beside = is_blank(at + 1) || at > 0 && is_blank(at - 1);
                prop_assert_eq!(one.had_blanks_beside(), is_beside);
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
        fn delimiters_and_others_are_passed_in_their_order(text in "([ab ]{0,3}[,\n\"]){0,90}", from in 0usize..20, length in 0usize..200) {
            let (bytes, end) = (text.as_bytes(), from + length);
            let mut stops = Stops::default();
            stops.index(bytes, b',');
            let mut rest = stops.from(stops.first_at(from, Near::default())).before(end);
            let mut passed = Vec::new();
            loop {
                passed.extend(rest.pass_delimiters().iter().map(|&place| (place as usize, true)));
                let Some(other) = rest.pass_other() else { break };
                passed.push((other, false));
            }
            let ahead = by_looking(bytes, b',').into_iter().filter(|at| (from..end).contains(at));
            prop_assert_eq!(passed, ahead.map(|at| (at, bytes[at] == b',')).collect::<Vec<_>>());
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

    proptest! {
        #[test]
        fn what_is_known_to_be_utf8_is_utf8(
            text in "([a订é]{0,30}[a订é\u{7ff}\u{d7ff}\u{e000}\u{1000}𠮷]){0,9}",
            cut in 0usize..4,
            bad in prop::option::of((0usize..200, any::<u8>())),
        ) {
            let mut bytes = text.into_bytes();
            bytes.truncate(bytes.len().saturating_sub(cut));
            if let Some((at, byte)) = bad && at < bytes.len() {
                bytes[at] = byte;
            }
            let mut known_ones = bytes.iter().all(|byte| !matches!(byte, 0xc0 | 0xc1 | 0xe0 | 0xed | 0xf0..));
            let is_utf8 = std::str::from_utf8(&bytes).map_or_else(|error| error.error_len().is_none(), |_| true);
            #[cfg(target_arch = "x86_64")]
            { known_ones &= Avx512::of_this_processor().is_some(); }
            #[cfg(not(target_arch = "x86_64"))]
            { known_ones = false; }
            prop_assert_eq!(Stops::default().index(&bytes, b',').is_utf8, is_utf8 && known_ones);
        }
    }

    #[test]
    fn control_characters_are_told() {
        let mut stops = Stops::default();
        for control in (0..b' ').filter(|byte| !matches!(byte, b'\t' | b'\n' | b'\r')) {
            for at in [0, 1, 63, 64, 70] {
                let mut bytes = [b'y'; 71];
                bytes[at] = control;
                assert!(stops.index(&bytes, b',').has_control, "{control} at {at}");
            }
        }
        let none = stops.index("a\tb\r\n\u{3000}\u{7f}, \u{85}".repeat(20).as_bytes(), b';');
        assert!(!none.has_control);
    }

    #[test]
    fn no_bytes_have_no_stops() {
        assert!(by_index(b"", b',').is_empty());
        assert!(by_index(&[b'x'; 64], b',').is_empty());
    }
}
