//! What the bytes of a word are: looked at sixteen at a time, and on a processor that has AVX2 thirty-two at a time.

use wide::u8x16;

/// Bytes that are looked at in one go.
pub const WORD: usize = 64;

/// What 64 bytes are, one bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The delimiters, quotation marks and line ends.
    pub stops: u64,
    /// The stops that are no delimiters.
    pub others: u64,
    /// The blanks that are no stops, and other bytes below the space.
    pub blanks: u64,
    /// Those of them that are no spaces: tabs and control characters.
    pub odd: u64,
}

impl Found {
    /// Those of bytes up to the space that are no stops are blanks.
    #[inline(always)]
    const fn of(stops: u64, delimiters: u64, up_to_space: u64, spaces: u64) -> Found {
        let blanks = up_to_space & !stops;
        Found { stops, others: stops & !delimiters, blanks, odd: blanks & !spaces }
    }
}

/// Whether any byte is a control character other than tab and line ends.
pub fn has_control(bytes: &[u8]) -> bool {
    let is_control = |byte: u8| (byte < b' ') & !matches!(byte, b'\t' | b'\n' | b'\r');
    bytes.iter().fold(false, |seen, &byte| seen | is_control(byte))
}

/// A way of looking at words.
pub trait Look: Copy {
    /// What these bytes are.
    fn at(self, word: &[u8; WORD]) -> Found;
}

/// The way of every processor.
#[derive(Clone, Copy, Debug)]
pub struct Plainly {
    /// What stands between fields.
    pub delimiter: u8,
}

impl Look for Plainly {
    #[inline(always)]
    fn at(self, word: &[u8; WORD]) -> Found {
        let wanted = [self.delimiter, b'"', b'\n', b'\r', b' '];
        let [wanted, quote, feed, carriage, space] = wanted.map(u8x16::splat);
        let (mut delimiters, mut others, mut low, mut spaces) = (0, 0, 0, 0);
        for (number, &part) in word.as_chunks::<16>().0.iter().enumerate() {
            let part = u8x16::new(part);
            let mask = |lanes: u8x16| u64::from(lanes.to_bitmask()) << (16 * number);
            delimiters |= mask(part.simd_eq(wanted));
            others |= mask(part.simd_eq(quote) | part.simd_eq(feed) | part.simd_eq(carriage));
            low |= mask(part.simd_eq(part.min(space)));
            spaces |= mask(part.simd_eq(space));
        }
        Found::of(delimiters | others, delimiters, low, spaces)
    }
}

/// The way of x86-64 processors since 2013: it halves the instructions of the index, which are a twentieth of all that
/// `match` takes.
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
pub mod avx2 {
    use super::{Found, Look, WORD};
    use std::arch::x86_64::{
        _mm_loadu_si128, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_min_epu8,
        _mm256_movemask_epi8, _mm256_set1_epi8, _mm256_shuffle_epi8,
    };

    /// That the processor has AVX2, BMI and a count of bits; there is none without it.
    #[derive(Clone, Copy, Debug)]
    pub struct Avx2(());

    impl Avx2 {
        /// Whether it has.
        pub fn of_this_processor() -> Option<Avx2> {
            let has_all = is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("popcnt");
            has_all.then_some(Avx2(()))
        }

        /// Runs what is compiled for such a processor where all of it is inlined.
        #[inline]
        #[allow(clippy::unused_self)] // that there is one says that the processor has them
        pub fn run<T>(self, work: impl FnOnce() -> T) -> T {
            #[target_feature(enable = "avx2,bmi1,popcnt")]
            fn with_features<T>(work: impl FnOnce() -> T) -> T {
                work()
            }
            // SAFETY: the processor has these features, or there would be no `self`.
            unsafe { with_features(work) }
        }
    }

    /// The way of such a processor.
    #[derive(Clone, Copy, Debug)]
    pub struct Looking {
        delimiter: u8,
        /// The stops, each where its lower four bits say. Elsewhere stands what has other lower bits.
        stops: [u8; 16],
    }

    impl Avx2 {
        /// A look for this delimiter (a comma, tab or semicolon, of which no lower bits are those of another stop).
        #[allow(clippy::unused_self)] // as above
        pub const fn looking_for(self, delimiter: u8) -> Looking {
            let mut stops = [0; 16];
            stops[0] = 1;
            let all = [b'"', b'\n', b'\r', delimiter];
            let mut number = 0;
            while number < all.len() {
                stops[(all[number] & 0xf) as usize] = all[number];
                number += 1;
            }
            Looking { delimiter, stops }
        }
    }

    impl Look for Looking {
        #[inline(always)]
        fn at(self, word: &[u8; WORD]) -> Found {
            // SAFETY: as above.
            unsafe { at(word, self) }
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    fn at(word: &[u8; WORD], looking: Looking) -> Found {
        let splat = |byte: u8| _mm256_set1_epi8(byte.cast_signed());
        let (delimiter, space) = (splat(looking.delimiter), splat(b' '));
        // SAFETY: there are as many bytes as are read, wherever they begin; here and below.
        let table = _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(looking.stops.as_ptr().cast()) });
        let (mut stops, mut delimiters, mut low, mut spaces) = (0, 0, 0, 0);
        for (number, part) in word.as_chunks::<32>().0.iter().enumerate() {
            let part = unsafe { _mm256_loadu_si256(part.as_ptr().cast()) };
            let is = |bytes| _mm256_cmpeq_epi8(part, bytes);
            let mask = |lanes| u64::from(_mm256_movemask_epi8(lanes).cast_unsigned()) << (32 * number);
            // Each byte is compared with the one stop that it may be.
            stops |= mask(is(_mm256_shuffle_epi8(table, part)));
            delimiters |= mask(is(delimiter));
            low |= mask(is(_mm256_min_epu8(part, space)));
            spaces |= mask(is(space));
        }
        Found::of(stops, delimiters, low, spaces)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_looking(word: &[u8; WORD], delimiter: u8) -> Found {
        let mask = |is: &dyn Fn(u8) -> bool| {
            word.iter().enumerate().fold(0, |mask, (at, &byte)| mask | u64::from(is(byte)) << at)
        };
        let is_stop = |byte: u8| byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
        Found {
            stops: mask(&is_stop),
            others: mask(&|byte| byte != delimiter && is_stop(byte)),
            blanks: mask(&|byte| byte <= b' ' && !is_stop(byte)),
            odd: mask(&|byte| byte < b' ' && !is_stop(byte)),
        }
    }

    proptest! {
        #[test]
        fn every_way_of_looking_finds_what_looking_at_every_byte_finds(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0u8..b'0'], WORD),
            delimiter in prop_oneof![Just(b','), Just(b'\t'), Just(b';')],
        ) {
            let word = bytes.first_chunk().unwrap();
            let expected = by_looking(word, delimiter);
            prop_assert_eq!(Plainly { delimiter }.at(word), expected);
            let is_control = |byte: &u8| *byte < b' ' && !b"\t\n\r".contains(byte);
            prop_assert_eq!(has_control(word), bytes.iter().any(is_control));
            prop_assert!(expected.odd != 0 || !has_control(word));
            #[cfg(target_arch = "x86_64")]
            if let Some(avx2) = avx2::Avx2::of_this_processor() {
                prop_assert_eq!(avx2.looking_for(delimiter).at(word), expected);
            }
        }
    }
}
