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
    /// What stands for a text where there is none: no text is this.
    pub const NONE: ShortText = ShortText { first: 0, last: 0, between: 0, length: usize::MAX };

    /// The text, where it is short enough.
    pub fn of(text: &[u8]) -> Option<ShortText> {
        let length = text.len();
        let (Some(&first), Some(&last)) = (text.first_chunk(), text.last_chunk()) else {
            return Some(ShortText { first: few_bytes(text), last: 0, between: 0, length });
        };
        // Where there are sixteen at most, first and last overlap, or stand side by side.
        let between = if length <= 16 { 0 } else { second(text) };
        let short =
            ShortText { first: u64::from_le_bytes(first), last: u64::from_le_bytes(last), between, length };
        (length <= 24).then_some(short)
    }

    /// Whether this is the text.
    #[inline(always)]
    pub fn is(&self, text: &[u8]) -> bool {
        if text.len() != self.length {
            return false;
        }
        let (Some(&first), Some(&last)) = (text.first_chunk(), text.last_chunk()) else {
            return few_bytes(text) == self.first;
        };
        u64::from_le_bytes(first) == self.first
            && u64::from_le_bytes(last) == self.last
            && (text.len() <= 16 || second(text) == self.between)
    }
}

/// The second eight bytes of a text; nothing where it has fewer.
#[inline]
fn second(text: &[u8]) -> u64 {
    text.get(8..16).and_then(<[u8]>::first_chunk).map_or(0, |&second| u64::from_le_bytes(second))
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
                prop_assert_eq!((one.is(bytes), one.is(others)), (true, bytes == others));
            }
            if let Some(one) = ShortText::of(bytes) {
                prop_assert!(!ShortText::NONE.is(bytes) && one != ShortText::NONE);
            }
            // No byte of a text is overlooked.
            let mut other = bytes.to_vec();
            if let Some(byte) = other.get_mut(at) {
                *byte ^= 1;
                prop_assert!(ShortText::of(bytes).is_none_or(|one| !one.is(&other)));
            }
        }
    }
}
