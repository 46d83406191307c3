//! What tells the lines of one order apart.

use std::ops::Range;

use crate::ids::{GoodsName, Id, Label};
use crate::memory::{bring_near, list_of_many};

/// What tells the lines of one order apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineKey {
    /// A line number of digits: `01` is 1.
    Number(u32),
    /// A line number of another kind.
    Text(Id<Label>),
    /// In an order without line numbers: the goods' number.
    Sku(Id<Label>),
    /// In an order without line numbers, where a line has no goods' number: the goods' name.
    Name(Id<GoodsName>),
}

impl LineKey {
    /// Whether the line has a line number.
    #[inline]
    pub const fn is_numbered(self) -> bool {
        matches!(self, LineKey::Number(_) | LineKey::Text(_))
    }
}

/// A key in four bytes: what kind it is in the upper two bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PackedKey(u32);

/// Line numbers, and the numbers of identifiers that tell lines apart, are below this.
const KEY_LIMIT: u32 = 1 << 30;

impl From<LineKey> for PackedKey {
    #[inline]
    fn from(key: LineKey) -> PackedKey {
        let (kind, number) = match key {
            LineKey::Number(number) => (0, number),
            LineKey::Text(text) => (1, text.index() as u32),
            LineKey::Sku(sku) => (2, sku.index() as u32),
            LineKey::Name(name) => (3, name.index() as u32),
        };
        PackedKey(kind * KEY_LIMIT + number)
    }
}

impl From<PackedKey> for LineKey {
    #[inline]
    fn from(PackedKey(packed): PackedKey) -> LineKey {
        let number = packed % KEY_LIMIT;
        match packed / KEY_LIMIT {
            0 => LineKey::Number(number),
            1 => LineKey::Text(Id::from_index(number as usize)),
            2 => LineKey::Sku(Id::from_index(number as usize)),
            _ => LineKey::Name(Id::from_index(number as usize)),
        }
    }
}

/// The keys of all lines: one byte each while they are small numbers, as those of most books are.
#[derive(Debug)]
pub(super) enum Keys {
    Small(Vec<u8>),
    Any(Vec<PackedKey>),
}

impl Default for Keys {
    fn default() -> Keys {
        Keys::Small(Vec::new())
    }
}

impl Keys {
    /// None yet, of which there will be many in a large book.
    pub(super) fn of_many() -> Keys {
        Keys::Small(list_of_many())
    }

    #[inline]
    pub(super) fn push(&mut self, key: LineKey) {
        match (&mut *self, key) {
            (Keys::Small(small), LineKey::Number(number @ 0..=0xff)) => small.push(number as u8),
            _ => self.push_any(key),
        }
    }

    /// The same where not all are small.
    #[inline(never)]
    fn push_any(&mut self, key: LineKey) {
        if let Keys::Small(small) = self {
            *self = Keys::Any(small.iter().map(|&number| PackedKey(number.into())).collect());
        }
        if let Keys::Any(keys) = self {
            keys.push(key.into());
        }
    }

    /// Whether every line has a line number; `false` where any may have none.
    pub(super) const fn are_numbered(&self) -> bool {
        matches!(self, Keys::Small(_))
    }

    /// The keys of these lines, in their order.
    pub(super) fn of_rows(&self, rows: &[u32]) -> Keys {
        match self {
            Keys::Small(small) => Keys::Small(rows.iter().map(|&row| small[row as usize]).collect()),
            Keys::Any(keys) => Keys::Any(rows.iter().map(|&row| keys[row as usize]).collect()),
        }
    }

    /// Brings the keys of these lines near.
    pub(super) fn approach(&self, lines: impl Iterator<Item = usize>) {
        match self {
            Keys::Small(small) => bring_near(lines.map(|line| small[line].into())),
            Keys::Any(keys) => bring_near(lines.map(|line| keys[line].0.into())),
        }
    }

    #[inline]
    pub(super) fn get(&self, line: usize) -> LineKey {
        match self {
            Keys::Small(small) => LineKey::Number(small[line].into()),
            Keys::Any(keys) => keys[line].into(),
        }
    }

    /// Of these lines, which follow one another, the one that has the key: no two of them have the same.
    #[inline]
    pub(super) fn find_among(&self, lines: Range<usize>, key: LineKey) -> Option<usize> {
        let first = lines.start;
        let found = match self {
            Keys::Small(small) => {
                let LineKey::Number(number) = key else { return None };
                small.get(lines)?.iter().position(|&known| u32::from(known) == number)
            }
            Keys::Any(keys) => {
                let key = PackedKey::from(key);
                keys.get(lines)?.iter().position(|&known| known == key)
            }
        };
        found.map(|at| first + at)
    }

    /// The first of these lines that has the key.
    #[inline]
    pub(super) fn find(&self, mut lines: impl Iterator<Item = usize>, key: LineKey) -> Option<usize> {
        match (self, key) {
            (Keys::Small(small), LineKey::Number(number)) => {
                lines.find(|&line| u32::from(small[line]) == number)
            }
            (Keys::Small(_), _) => None,
            (Keys::Any(keys), key) => {
                let key = PackedKey::from(key);
                lines.find(|&line| keys[line] == key)
            }
        }
    }
}

/// The value of a text of digits that fits a line number; leading zeros say nothing.
#[inline]
pub fn digits_value(text: &[u8]) -> Option<u32> {
    if let &[digit @ b'0'..=b'9'] = text {
        return Some(u32::from(digit - b'0'));
    }
    let mut value = 0u32;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        value = if digit > 9 { return None } else { value.checked_mul(10)?.checked_add(u32::from(digit))? };
    }
    (value < KEY_LIMIT && !text.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn keys_are_what_was_pushed(pushed in prop::collection::vec((0u8..8, prop_oneof![0u32..12, 0u32..300, 0..KEY_LIMIT]), 0..20)) {
            let key = |&(kind, number): &(u8, u32)| match kind {
                0 => LineKey::Text(Id::from_index(number as usize)),
                1 => LineKey::Sku(Id::from_index(number as usize)),
                2 => LineKey::Name(Id::from_index(number as usize)),
                _ => LineKey::Number(number),
            };
            let pushed: Vec<LineKey> = pushed.iter().map(key).collect();
            for count in 0..=pushed.len() {
                let mut keys = Keys::default();
                pushed[..count].iter().for_each(|&key| keys.push(key));
                prop_assert!((0..count).all(|line| keys.get(line) == pushed[line]));
                for key in &pushed {
                    prop_assert_eq!(keys.find(0..count, *key), pushed[..count].iter().position(|known| known == key));
                    let start = count / 2;
                    let mut among = pushed[start..count].iter();
                    let expected = among.position(|known| known == key).map(|at| start + at);
                    if !among.any(|known| known == key) {
                        prop_assert_eq!(keys.find_among(start..count, *key), expected);
                    }
                }
            }
        }
    }
}
