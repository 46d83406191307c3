//! What the bytes of a word are: looked at sixteen at a time, and on a processor that has AVX2 or AVX-512 thirty-two or
//! sixty-four at a time.

/// Declares a kind of x86-64 processors by what they have, one by one and together, and the type of its way of looking.
#[cfg(target_arch = "x86_64")]
macro_rules! processor {
    ($(#[$doc:meta])* $name:ident, $looking:ident, $all:literal: $($feature:tt)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name(());

        impl $name {
            /// Whether it has.
            pub fn of_this_processor() -> Option<$name> {
                let has_all = $(is_x86_feature_detected!($feature) &&)* true;
                has_all.then_some($name(()))
            }

            /// Runs what is compiled for such a processor where all of it is inlined.
            #[inline]
            #[allow(clippy::unused_self)] // that there is one says that the processor has them
            pub fn run<T>(self, work: impl FnOnce() -> T) -> T {
                #[target_feature(enable = $all)]
                fn with_features<T>(work: impl FnOnce() -> T) -> T {
                    work()
                }
                // SAFETY: the processor has these features, or there would be no `self`.
                unsafe { with_features(work) }
            }

            /// A look for this delimiter.
            #[allow(clippy::unused_self)] // as above
            pub const fn looking_for(self, delimiter: u8) -> $looking {
                $looking(Wanted::new(delimiter))
            }
        }

        /// The way of such a processor.
        #[derive(Clone, Copy, Debug)]
        pub struct $looking(Wanted);
    };
}

#[cfg(target_arch = "x86_64")]
pub mod avx2;
#[cfg(target_arch = "x86_64")]
pub mod avx512;

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

/// Where a word has bytes beyond ASCII, one bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beyond {
    /// All of them.
    pub all: u64,
    /// Those that begin a character of UTF-8, which goes on with one byte at least …
    pub begin: u64,
    /// … or with two.
    pub begin_longer: u64,
    /// Those of them that begin none, one that goes on with three, or one whose second byte may not be any that goes on.
    pub odd: u64,
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

    /// What these bytes are as UTF-8; `None` where another way of looking at that is as good.
    #[inline(always)]
    fn beyond_ascii(self, _: &[u8; WORD]) -> Option<Beyond> {
        None
    }

    /// Writes the places of the bytes that have these bits, where the word stands at `base`; the room behind them is written
    /// over.
    #[inline(always)]
    fn write_places(self, bits: u64, base: u32, room: &mut [u32; WORD]) {
        let mut rest = bits;
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
    }

    /// Writes which of all these bits the given ones are, counted from `before`; the room behind them is written over.
    #[inline(always)]
    fn write_ranks(self, these: u64, all: u64, before: u32, room: &mut [u32; WORD]) {
        let mut rest = these;
        // The first, whether there is one or not: few words have more.
        for rank in room {
            let one = rest & rest.wrapping_neg();
            *rank = before + (all & one.wrapping_sub(1)).count_ones();
            rest ^= one;
            if rest == 0 {
                break;
            }
        }
    }
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

/// What is looked for by processors that compare each byte with the one stop that it may be.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug)]
struct Wanted {
    delimiter: u8,
    /// The stops, each where its lower four bits say. Elsewhere stands what has other lower bits.
    stops: [u8; 16],
}

#[cfg(target_arch = "x86_64")]
impl Wanted {
    /// For this delimiter (a comma, tab or semicolon, of which no lower bits are those of another stop).
    const fn new(delimiter: u8) -> Wanted {
        let mut stops = [0; 16];
        stops[0] = 1;
        let all = [b'"', b'\n', b'\r', delimiter];
        let mut number = 0;
        while number < all.len() {
            stops[(all[number] & 0xf) as usize] = all[number];
            number += 1;
        }
        Wanted { delimiter, stops }
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
            #[cfg(target_arch = "x86_64")]
            if let Some(avx512) = avx512::Avx512::of_this_processor() {
                prop_assert_eq!(avx512.looking_for(delimiter).at(word), expected);
                let mask = |is: fn(u8) -> bool| (0..WORD).fold(0, |mask, at| mask | u64::from(is(word[at])) << at);
                let beyond = Beyond {
                    all: mask(|byte| !byte.is_ascii()),
                    begin: mask(|byte| byte >= 0xc0),
                    begin_longer: mask(|byte| byte >= 0xe0),
                    odd: mask(|byte| matches!(byte, 0xc0 | 0xc1 | 0xe0 | 0xed | 0xf0..)),
                };
                prop_assert_eq!(avx512.looking_for(delimiter).beyond_ascii(word), Some(beyond));
            }
        }

        #[test]
        fn every_way_of_looking_writes_the_same_ranks(all in any::<u64>(), some in any::<u64>(), fewer in any::<u64>(), before in 0u32..1 << 31) {
            for (these, all) in [(all & some, all), (all & some & fewer, all), (0, all), (all, all), (0, 0)] {
                let bits = (0..64).filter(|at| all >> at & 1 != 0).zip(before..);
                let ranks: Vec<u32> = bits.filter(|(at, _)| these >> at & 1 != 0).map(|(_, rank)| rank).collect();
                let written = |write: &dyn Fn(&mut [u32; WORD])| {
                    let mut room = [0; WORD];
                    write(&mut room);
                    room[..ranks.len()].to_vec()
                };
                prop_assert_eq!(&written(&|room| Plainly { delimiter: b',' }.write_ranks(these, all, before, room)), &ranks);
                #[cfg(target_arch = "x86_64")]
                if let Some(avx512) = avx512::Avx512::of_this_processor() {
                    prop_assert_eq!(&written(&|room| avx512.looking_for(b',').write_ranks(these, all, before, room)), &ranks);
                }
            }
        }

        #[test]
        fn every_way_of_looking_writes_the_same_places(bits in any::<u64>(), fewer in any::<u64>(), base in 0u32..1 << 31) {
            for bits in [bits, bits & fewer, bits & fewer & fewer.rotate_left(7), 0, u64::MAX] {
                let places: Vec<u32> = (0..64).filter(|at| bits >> at & 1 != 0).map(|at| base + at).collect();
                let written = |write: &dyn Fn(&mut [u32; WORD])| {
                    let mut room = [0; WORD];
                    write(&mut room);
                    room[..places.len()].to_vec()
                };
                prop_assert_eq!(&written(&|room| Plainly { delimiter: b',' }.write_places(bits, base, room)), &places);
                #[cfg(target_arch = "x86_64")]
                if let Some(avx512) = avx512::Avx512::of_this_processor() {
                    prop_assert_eq!(&written(&|room| avx512.looking_for(b',').write_places(bits, base, room)), &places);
                }
            }
        }
    }
}
