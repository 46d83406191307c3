//! The way of x86-64 processors since 2013: it halves the instructions of the index, which are a twelfth of all that
//! `match` takes.
#![allow(unsafe_code)]

use std::arch::x86_64::{
    _mm_loadu_si128, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_min_epu8,
    _mm256_movemask_epi8, _mm256_set1_epi8, _mm256_shuffle_epi8,
};

use super::{Found, Look, WORD, Wanted};

processor! {
    /// That the processor has AVX2, BMI and a count of bits; there is none without it.
    Avx2, Looking, "avx2,bmi1,popcnt": "avx2" "bmi1" "popcnt"
}

impl Look for Looking {
    #[inline(always)]
    fn at(self, word: &[u8; WORD]) -> Found {
        // SAFETY: whoever is asked to look so has these features.
        unsafe { at(word, self.0) }
    }
}

#[inline]
#[target_feature(enable = "avx2,bmi1,popcnt")]
fn at(word: &[u8; WORD], wanted: Wanted) -> Found {
    let splat = |byte: u8| _mm256_set1_epi8(byte.cast_signed());
    let (delimiter, space) = (splat(wanted.delimiter), splat(b' '));
    // SAFETY: there are as many bytes as are read, wherever they begin; here and below.
    let table = _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(wanted.stops.as_ptr().cast()) });
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
