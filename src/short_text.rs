//! Texts so short that they are compared as three numbers: nearly every date and code.

use crate::eights::few_bytes;

/// Bytes of the longest short text.
#[cfg(test)]
const SHORT: usize = 23;

/// A short text: its bytes with zeros behind them, and its length in the last byte; compared without a loop over bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ShortText([u64; 3]);

impl ShortText {
    /// The text, where it is short enough. Its last bytes are read together with some before them, which are shifted out.
    #[inline]
    pub fn of(text: &[u8]) -> Option<ShortText> {
        let length = text.len();
        let last = |text: &[u8]| text.last_chunk().map_or(0, |&bytes| u64::from_le_bytes(bytes));
        let words = match text.as_chunks() {
            ([], few) => [few_bytes(few), 0, 0],
            (&[first], _) => {
                [u64::from_le_bytes(first), last(text).unbounded_shr(8 * (16 - length) as u32), 0]
            }
            (&[first, second], _) => {
                let third = last(text).unbounded_shr(8 * (24 - length) as u32);
                [u64::from_le_bytes(first), u64::from_le_bytes(second), third]
            }
            _ => return None,
        };
        let [first, second, third] = words;
        Some(ShortText([first, second, third | (length as u64) << 56]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn short_texts_are_equal_as_their_bytes(a in "[ab\u{0}é]{0,13}", b in "[ab\u{0}é]{0,13}") {
            let (bytes, others) = (a.as_bytes(), b.as_bytes());
            prop_assert_eq!(ShortText::of(bytes).is_some(), bytes.len() <= SHORT);
            if let (Some(one), Some(other)) = (ShortText::of(bytes), ShortText::of(others)) {
                prop_assert_eq!(one == other, bytes == others);
            }
        }
    }
}
