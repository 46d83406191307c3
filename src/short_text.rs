//! Texts so short that they are compared as three numbers: nearly every date, word and code.

use crate::eights::few_bytes;

/// Bytes of the longest short text.
#[cfg(test)]
const SHORT: usize = 24;

/// A short text: its first eight bytes, its last eight, those between, and its length; compared without a loop over bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShortText {
    first: u64,
    last: u64,
    between: u64,
    length: usize,
}

impl ShortText {
    /// The text, where it is short enough.
    #[inline]
    pub fn of(text: &[u8]) -> Option<ShortText> {
        let length = text.len();
        let (Some(&first), Some(&last)) = (text.first_chunk(), text.last_chunk()) else {
            return Some(ShortText { first: few_bytes(text), last: 0, between: 0, length });
        };
        let between = match text.as_chunks::<8>().0 {
            // First and last overlap, or stand side by side.
            _ if length <= 16 => 0,
            [_, second, ..] if length <= 24 => u64::from_le_bytes(*second),
            _ => return None,
        };
        Some(ShortText { first: u64::from_le_bytes(first), last: u64::from_le_bytes(last), between, length })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn short_texts_are_equal_as_their_bytes(a in "[ab\u{0}é]{0,13}", b in "[ab\u{0}é]{0,13}", at in 0usize..24) {
            let (bytes, others) = (a.as_bytes(), b.as_bytes());
            prop_assert_eq!(ShortText::of(bytes).is_some(), bytes.len() <= SHORT);
            if let (Some(one), Some(other)) = (ShortText::of(bytes), ShortText::of(others)) {
                prop_assert_eq!(one == other, bytes == others);
            }
            // No byte of a text is overlooked.
            let mut other = bytes.to_vec();
            if let Some(byte) = other.get_mut(at) {
                *byte ^= 1;
                prop_assert!(ShortText::of(bytes) != ShortText::of(&other) || bytes.len() > SHORT);
            }
        }
    }
}
