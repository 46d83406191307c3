//! Texts that companies number through, found by their numbers.

use crate::eights::{all, ends, value};

/// Those of many texts that have one beginning and as many digits behind it, as codes of customers and goods do: C000253,
/// SKU00805. Each is found by the value of its digits, at one place in memory, where a table of texts takes three.
#[derive(Debug, Default)]
pub(super) struct Numbered {
    numbering: Numbering,
    /// The least of the values.
    least: u64,
    /// From that value on, the number of the text; [`NO_TEXT`] where none has the value.
    numbers: Vec<u32>,
    /// How many of them, from the first on, are their own places: texts that come in their order need not be looked up.
    in_order: usize,
}

/// No text.
const NO_TEXT: u32 = u32::MAX;

/// So many times more values than texts may lie between the least and the greatest.
const MOST_VALUES: u64 = 4;

impl Numbered {
    /// Those of the texts that are numbered as the last one is; none of them where their values lie far apart.
    pub(super) fn of<'t>(texts: impl DoubleEndedIterator<Item = &'t [u8]> + Clone) -> Numbered {
        let Some(numbering) = texts.clone().next_back().and_then(Numbering::of) else {
            return Numbered::default();
        };
        let values = texts.clone().filter_map(|text| numbering.value(text));
        let least = values.clone().min().unwrap_or_default();
        let span = values.clone().max().unwrap_or_default() - least;
        let count = values.count() as u64;
        if span >= MOST_VALUES * count {
            return Numbered::default();
        }
        // Where they come in their order, the next ones have places too.
        let places = (span + 1).max(2 * count);
        let mut numbered =
            Numbered { numbering, least, numbers: vec![NO_TEXT; places as usize], in_order: 0 };
        for (number, text) in texts.enumerate() {
            numbered.add(text, number as u32);
        }
        numbered
    }

    /// Adds a text, where it is one of these.
    pub(super) fn add(&mut self, text: &[u8], number: u32) {
        let Some(place) = self.place(text) else { return };
        if let Some(known) = self.numbers.get_mut(place) {
            *known = number;
            self.in_order += usize::from(place == self.in_order && place == number as usize);
        }
    }

    /// The number of the text, or that it has none; `None` where that is not known here.
    #[inline(always)]
    #[expect(clippy::option_option, reason = "that it has none is one thing, that it may have one another")]
    pub(super) fn find(&self, text: &[u8]) -> Option<Option<u32>> {
        let place = self.place(text)?;
        if place < self.in_order {
            return Some(Some(place as u32));
        }
        let number = *self.numbers.get(place)?;
        Some(if number == NO_TEXT { None } else { Some(number) })
    }

    #[inline(always)]
    fn place(&self, text: &[u8]) -> Option<usize> {
        self.numbering.value(text).map(|value| value.wrapping_sub(self.least) as usize)
    }
}

/// What is the same in texts of at most sixteen bytes that end in at most eight digits.
#[derive(Debug)]
struct Numbering {
    length: usize,
    /// The first eight bytes and the last, with noughts in place of the digits, and all bits of those among them that are no
    /// digits.
    first: u64,
    last: u64,
    first_mask: u64,
    last_mask: u64,
}

impl Default for Numbering {
    /// That of no text.
    fn default() -> Numbering {
        Numbering { length: usize::MAX, first: 0, last: 0, first_mask: 0, last_mask: 0 }
    }
}

impl Numbering {
    fn of(text: &[u8]) -> Option<Numbering> {
        let length = text.len();
        let digits = text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count().min(8);
        let (first, last) = ends(text);
        let first_mask = u64::MAX.unbounded_shr(8 * 8u32.saturating_sub((length - digits) as u32));
        let last_mask = u64::MAX.unbounded_shr(8 * digits as u32);
        let last = last & last_mask | all(b'0') & !last_mask;
        let numbering = Numbering { length, first, last, first_mask, last_mask };
        (length <= 16 && digits > 0).then_some(numbering)
    }

    /// The value of the text's digits, where it has this numbering.
    #[inline(always)]
    fn value(&self, text: &[u8]) -> Option<u64> {
        if text.len() != self.length {
            return None;
        }
        let (first, last) = ends(text);
        // Nothing is left of other bytes, and of digits what they say.
        let digits = last ^ self.last;
        let is_other = (first ^ self.first) & self.first_mask | digits & self.last_mask;
        if is_other == 0 { value(digits) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn texts_are_found_by_their_numbers(texts in prop::collection::btree_set("[AB]?[0-9]{2}|A?[0-9]{7,10}|C-[0-9]{1,12}|[a-c]{0,2}", 0..40), more in prop::collection::vec("[AB]?[0-9]{2}|[ab]{0,3}", 0..9)) {
            let mut all: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
            let mut numbered = Numbered::of(all.iter().copied());
            for text in more.iter().map(String::as_bytes) {
                let number = all.iter().position(|known| *known == text);
                prop_assert!(numbered.find(text).is_none_or(|found| found == number.map(|number| number as u32)));
                if number.is_none() {
                    numbered.add(text, all.len() as u32);
                    all.push(text);
                }
            }
            for (number, text) in all.iter().enumerate() {
                prop_assert!(numbered.find(text).is_none_or(|found| found == Some(number as u32)));
            }
        }

        #[test]
        fn texts_that_are_numbered_through_are_all_found(beginning in "[A-Z]{0,3}-?|CUSTOMER", first in 0u32..900, count in 1u32..99) {
            let texts: Vec<String> = (first..first + count).map(|number| format!("{beginning}{number:06}")).collect();
            let numbered = Numbered::of(texts.iter().map(String::as_bytes));
            for (number, text) in texts.iter().enumerate() {
                prop_assert_eq!(numbered.find(text.as_bytes()), Some(Some(number as u32)));
            }
            prop_assert_eq!(numbered.find(format!("{beginning}{:06}", first + count).as_bytes()), Some(None));
            prop_assert_eq!(numbered.find(format!("{beginning}{first:07}").as_bytes()), None);
        }
    }
}
