//! Texts so short that they are compared and hashed as three numbers: nearly every document number, date and code.

/// Bytes of the longest short text.
pub const SHORT: usize = 23;

/// Room for a short text: the text itself, with zeros behind it and its length in the last byte.
pub type Slot = [u8; SHORT + 1];

/// The slot of a short text as three numbers, which are compared and hashed without a loop over bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ShortText([u64; 3]);

impl ShortText {
    /// The text, where a slot can hold it. Its last bytes are read together with some before them, which are shifted out.
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

    /// The text that a slot holds.
    #[inline]
    pub fn in_slot(slot: &Slot) -> ShortText {
        let (words, _) = slot.as_chunks();
        let word = |at: usize| words.get(at).map_or(0, |&bytes| u64::from_le_bytes(bytes));
        ShortText([word(0), word(1), word(2)])
    }

    /// Whether it is the slot of this text.
    #[inline]
    pub fn is_in(self, slot: &Slot) -> bool {
        ShortText::in_slot(slot) == self
    }

    /// The order of texts as bytes.
    #[inline]
    pub fn order(self, other: ShortText) -> std::cmp::Ordering {
        self.0.map(u64::swap_bytes).cmp(&other.0.map(u64::swap_bytes))
    }

    /// Whether it sorts before another.
    #[inline]
    pub fn is_before(self, other: ShortText) -> bool {
        self.order(other).is_lt()
    }

    /// Its slot.
    #[inline]
    pub fn slot(self) -> Slot {
        let mut slot = [0; SHORT + 1];
        for (bytes, word) in slot.as_chunks_mut().0.iter_mut().zip(self.0) {
            *bytes = word.to_le_bytes();
        }
        slot
    }

    /// A hash of the text: two multiplications, each of whose halves are folded into one.
    #[inline]
    pub const fn hash(self) -> u32 {
        const fn folded(a: u64, b: u64) -> u64 {
            let product = a as u128 * b as u128;
            product as u64 ^ (product >> 64) as u64
        }
        // Digits of π, as good as any.
        const MIX: [u64; 3] = [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344, 0xa409_3822_299f_31d0];
        let [first, second, third] = self.0;
        folded(folded(first ^ MIX[0], second ^ MIX[1]) ^ third, MIX[2]) as u32
    }
}

/// At most seven bytes as a number.
#[inline]
fn few_bytes(text: &[u8]) -> u64 {
    let four = |chunk: &[u8; 4]| u64::from(u32::from_le_bytes(*chunk));
    match (text, text.first_chunk(), text.last_chunk()) {
        (_, Some(first), Some(last)) => four(first) | four(last) << (8 * (text.len() - 4)),
        (&[], ..) => 0,
        (&[a], ..) => u64::from(a),
        (&[a, b], ..) => u64::from(u16::from_le_bytes([a, b])),
        (&[a, b, c, ..], ..) => u64::from(u32::from_le_bytes([a, b, c, 0])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn short_texts_are_equal_and_sort_as_their_bytes(a in "[ab\u{0}é]{0,13}", b in "[ab\u{0}é]{0,13}") {
            let (bytes, others) = (a.as_bytes(), b.as_bytes());
            prop_assert_eq!(ShortText::of(bytes).is_some(), bytes.len() <= SHORT);
            if let (Some(one), Some(other)) = (ShortText::of(bytes), ShortText::of(others)) {
                prop_assert_eq!(one == other, bytes == others);
                prop_assert_eq!(one.order(other), bytes.cmp(others));
                prop_assert_eq!(&one.slot()[..bytes.len()], bytes);
                prop_assert!(ShortText::in_slot(&one.slot()) == one && one.is_in(&one.slot()));
            }
        }
    }
}
